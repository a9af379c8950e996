"""A librarian draws a room and two shelves with the mouse; a reader looks up a title and is led to the right shelf."""

from playwright.sync_api import expect


def drag(page, start, end):
    """From one place of the plan to another, both in centimeters."""
    canvas = page.locator(".plan-canvas svg")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    scale = box["width"] / int(page.locator("[data-plan]").get_attribute("data-width"))
    (x, y), (to_x, to_y) = [(box["x"] + at[0] * scale, box["y"] + at[1] * scale) for at in (start, end)]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
    page.mouse.move(to_x, to_y, steps=4)
    page.mouse.up()


def draw(page, kind, start, end, name):
    page.get_by_role("button", name=kind, exact=True).click()
    drag(page, start, end)
    page.get_by_label("Name", exact=True).fill(name)


def begin_floor(page, library, name):
    page.get_by_label("Library").select_option(label=library)
    page.get_by_label("Name of the floor").fill(name)
    page.get_by_label("Width in centimeters").fill("1500")
    page.get_by_label("Depth in centimeters").fill("1000")
    page.get_by_role("button", name="Begin to draw").click()
    expect(page.get_by_role("heading", level=1, name=f"{library}, {name}")).to_be_visible()


def test_librarian_draws_a_floor_and_a_reader_finds_the_shelf(visit):
    page = visit("/staff/branches/floors/new", number="katalog")
    begin_floor(page, "Perpustakaan Fakultas Kedokteran", "Lantai 2")
    draw(page, "Room", (50, 50), (1450, 950), "Ruang koleksi medis")
    for number, first, last, y in ((1, "000", "612", 300), (2, "613", "999", 600)):
        draw(page, "Shelf", (300, y), (1100, y + 75), f"Rak {number}")
        page.get_by_label("Collection that stands there").select_option(label="Rak koleksi umum")
        page.get_by_label("First call number", exact=True).fill(first)
        page.get_by_label("Last call number", exact=True).fill(last)
    page.get_by_role("button", name="Entrance", exact=True).click()
    drag(page, (650, 900), (850, 950))

    # The last stroke is taken back and done again; the room turns out to be too large, and shrinks by its corner.
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Redo", exact=True).click()
    page.locator("[data-list]").select_option(label="Ruang koleksi medis")
    handle = page.locator("[data-handle='right bottom'] .grip")
    handle.scroll_into_view_if_needed()
    corner = handle.bounding_box()
    page.mouse.move(corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    page.mouse.down()
    page.mouse.move(corner["x"] - 20, corner["y"] + corner["height"] / 2, steps=5)
    page.mouse.up()
    expect(page.locator("[data-status]")).to_contain_text("Ruang koleksi medis: 13")

    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save the plan").click()
    expect(page.locator("#announcer")).to_have_text("The plan is saved.")
    expect(page.locator("#plan-state")).to_contain_text("Last saved by I Wayan Sudarma")
    expect(page.locator("#plan-state .alert")).to_have_count(0)
    page.get_by_role("button", name="Show it to readers").click()
    expect(page.get_by_text("Readers see the plan from now on.")).to_be_visible()

    reader = visit("/search?q=pendidikan+dan+perilaku+kesehatan", width=360)
    reader.locator(".hit h2 a").first.click()
    expect(reader.locator(".call", has_text="613.07 NOT p").first).to_be_visible()
    reader.locator(".place", has_text="Fakultas Kedokteran").get_by_role("link", name="Show on the plan").first.click()
    expect(reader.get_by_role("heading", name="On the plan")).to_be_focused()
    expect(reader.locator(".way")).to_have_text("Lantai 2, Ruang koleksi medis, Rak 2, 613–999")
    expect(reader.get_by_text("It is number 1 of the 2 shelves in its row")).to_be_visible()

    reader.get_by_role("link", name="This plan as a page of its own").click()
    expect(reader.locator(".way")).to_have_text("Lantai 2, Ruang koleksi medis, Rak 2, 613–999")
    marked = reader.locator(".plan-whole .plan-marked .plan-shape")
    expect(marked).to_have_count(1)
    assert [marked.get_attribute(name) for name in ("x", "y", "width", "height")] == ["300", "600", "800", "75"]
    too_wide = reader.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0


def test_a_shelf_is_put_and_moved_by_keyboard_alone(visit):
    page = visit("/staff/branches/floors/new", number="katalog")
    begin_floor(page, "Perpustakaan Fakultas Teknik", "Lantai 9")

    page.get_by_role("button", name="Shelf", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".plan-canvas svg")).to_be_focused()
    expect(page.locator("[data-status]")).to_have_text("Shelf 1 is on the plan.")
    shelf = page.locator(".plan-canvas .plan-shelf .plan-shape")
    before = [int(shelf.get_attribute(name)) for name in ("x", "y", "width")]
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowRight", "Control+ArrowLeft"):
        page.keyboard.press(key)
    after = [int(shelf.get_attribute(name)) for name in ("x", "y", "width")]
    assert after == [before[0] + 2 * 25 - 1, before[1] - 25, before[2] + 25]
    page.keyboard.press("r")
    expect(page.locator("[data-status]")).to_have_text("Shelf 1: turned by 90 degrees.")
    page.keyboard.press("Control+z")
    assert shelf.get_attribute("transform") == ""

    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Rak pameran")
    page.get_by_role("button", name="Save the plan").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_have_text("The plan is saved.")
    page.reload()
    page.locator("[data-list]").select_option(label="Rak pameran")
    assert int(shelf.get_attribute("x")) == after[0]


def test_what_two_people_draw_is_never_overwritten_silently(visit):
    first = visit("/staff/branches/floors/new", number="katalog")
    begin_floor(first, "Perpustakaan Fakultas Teknik", "Lantai 8")
    second = visit(first.url, number="kepala", width=360)

    for page, name in ((first, "Rak Wayan"), (second, "Rak Ratna")):
        page.get_by_role("button", name="Shelf", exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Save the plan").click()
    expect(first.locator("#announcer")).to_have_text("The plan is saved.")
    expect(second.locator("#alerts")).to_contain_text("I Wayan Sudarma has saved this plan while you were drawing.")
    expect(second.locator(".plan-canvas .plan-words-shelf")).to_have_text("Rak Ratna")

    second.get_by_label("Save mine over theirs").check()
    second.get_by_role("button", name="Save the plan").click()
    expect(second.locator("#announcer")).to_have_text("The plan is saved.")
    first.goto(first.url + "about")
    first.get_by_role("button", name="Go back to").first.click()
    expect(first.locator(".plan-canvas .plan-words-shelf")).to_have_text("Rak Wayan")


def test_a_plan_without_scripts_is_a_table_and_a_form(visit):
    page = visit("/staff/branches/", number="katalog", javascript=False, width=360)
    page.get_by_role("link", name="Lantai 2").first.click()
    page.get_by_role("link", name="Go on in the table").click()
    page.get_by_role("link", name="+ Desk or table").click()
    page.get_by_label("Name", exact=True).fill("Meja baca baru")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("link", name="Meja baca baru").count() == 1
