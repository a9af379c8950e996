"""A reader makes a list, orders it, cites it, shares it by its link; somebody without an account opens it."""

import re

from playwright.sync_api import expect


def titles(page):
    return page.locator(".entry h2").all_text_contents()


def test_list_is_made_ordered_cited_shared_and_opened_signed_out(visit):
    page = visit("/search?q=toer+pramoedya", number="mahasiswa")
    for box in page.get_by_role("checkbox", name=re.compile("^Choose")).all()[:4]:
        box.check()
    page.get_by_role("button", name="Put the chosen ones on a list").click()
    page.get_by_label("A new list", exact=True).check()
    page.get_by_label("Name of the new list").fill("Pramoedya untuk pemula")
    page.get_by_role("button", name="Put it there").click()
    expect(page.get_by_role("heading", level=1, name="Pramoedya untuk pemula")).to_be_visible()
    before = titles(page)
    assert len(before) == 4

    # With the arrows: the last one goes up.
    page.get_by_role("button", name=re.compile("^Move up")).last.click()
    expect(page.locator(".entry h2").nth(2)).to_have_text(before[3])
    expect(page.locator("#announcer")).to_have_text("The list has a new order.")
    assert titles(page) == [before[0], before[1], before[3], before[2]]

    # By dragging: the first one goes behind the second.
    first, third = page.locator("[data-grip]").nth(0), page.locator(".entry").nth(2)
    first.scroll_into_view_if_needed()
    start, goal = first.bounding_box(), third.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] / 2, goal["y"] + 10, steps=6)
    page.mouse.up()
    expect(page.locator(".entry h2").nth(0)).to_have_text(before[1])
    assert titles(page) == [before[1], before[0], before[3], before[2]]
    page.reload()
    assert titles(page) == [before[1], before[0], before[3], before[2]]

    page.get_by_text("Write a note").first.click()
    page.get_by_label("Note", exact=True).first.fill("Mulai dari yang ini.")
    page.get_by_role("button", name="Save the note").first.click()
    expect(page.locator(".entry-note").first).to_have_text("Mulai dari yang ini.")

    page.get_by_role("link", name="Cite the list").click()
    expect(page.locator(".reference")).to_have_count(4)
    expect(page.locator(".reference").first).to_contain_text("Toer, P. A.")
    page.get_by_role("link", name="Pramoedya untuk pemula").click()

    page.get_by_label("For everyone who has the link").check()
    page.locator("#sharing ~ form").get_by_role("button", name="Save").click()
    link = page.get_by_label("Whoever has this link can read the list").input_value()

    other = visit(link[link.index("/lists/") :])
    expect(other.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    expect(other.get_by_role("heading", level=1, name="Pramoedya untuk pemula")).to_be_visible()
    assert titles(other) == [before[1], before[0], before[3], before[2]]
    expect(other.locator(".entry-note").first).to_have_text("Mulai dari yang ini.")
    other.get_by_role("link", name="Cite the list").click()
    expect(other.locator(".reference")).to_have_count(4)

    page.get_by_role("button", name="Make a new link").click()
    expect(page.get_by_text("There is a new link.")).to_be_visible()
    other = visit(link[link.index("/lists/") :])
    expect(other.get_by_role("heading", level=1, name="That isn't here")).to_be_visible()


def test_lists_and_voices_work_without_scripts(visit):
    page = visit("/search?q=bumi+manusia", javascript=False, width=360)
    page.locator("input[form=pick]").first.check()
    page.get_by_role("button", name="Put the chosen ones on a list").click()
    page.get_by_role("button", name="Keep it in this browser").click()
    assert page.locator(".hit").count() == 1

    page.get_by_role("link", name="Sign in and keep them").click()
    page.fill("input[name=login]", "dosen")
    page.fill("input[name=password]", "pustaka-mandiri")
    page.click("main button[type=submit]")
    page.get_by_role("link", name=re.compile("^Put together on")).click()
    assert page.locator(".entry").count() == 1
    page.get_by_role("checkbox", name=re.compile("^Choose")).check()
    page.get_by_role("button", name="Take the ticked ones off").click()
    page.get_by_role("button", name="Put it back").click()
    assert page.locator(".entry").count() == 1
