"""The design system, the errors, and what every page weighs."""

import gzip
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.kit import errors, stylesheet
from pustaka.interfaces.web.kit.templatetags import kit
from tests.interfaces.web.html import problems

COMPONENTS = Path(stylesheet.WEB) / "kit" / "components"


def test_kit_shows_every_component(visitor):
    page = visitor.get("/kit/").text
    source = (Path(stylesheet.WEB) / "kit" / "kit.html").read_text()

    for component in sorted(COMPONENTS.glob("*.html")):
        assert re.search(rf"<c-{component.stem.replace('_', '-')}\s", source), component.name
    for refused in ("alert refused", "field wrong", "availability no", "chip excluded", "disabled"):
        assert refused in page


def test_stylesheet_holds_tokens_first_and_every_component():
    text = stylesheet.joined()

    assert text.startswith("@layer tokens, base, frame, components, pages;")
    assert text.count("{") == text.count("}")
    assert "/*" not in text
    for component in COMPONENTS.glob("*.css"):
        assert component in stylesheet.sources()


def test_stylesheet_is_written_anew_when_a_source_changed():
    path = Path(finders.find("kit/pustaka.css"))
    path.write_text("stale")

    assert Path(finders.find("kit/pustaka.css")).read_text() == stylesheet.joined()


def test_stylesheet_names_no_color_outside_the_tokens():
    plain = re.compile(r"#[0-9a-f]{3,8}\b")
    cloth = re.compile(r"--cloth:\s*#[0-9a-f]{6}|color: #fff|background: #fff")

    found = [
        f"{path.name}: {line.strip()}"
        for path in stylesheet.sources()
        if path.name != "tokens.css"
        for line in path.read_text().splitlines()
        if plain.search(cloth.sub("", line))
    ]

    assert found == []


@pytest.mark.parametrize("address", ["/", "/search?q=ekonomi", "/record/{pk}"])
def test_first_view_weighs_at_most_60_kb(visitor, shelve, address):
    titles = [shelve(title=f"Pengantar ekonomi {number}") for number in range(20)]

    page = visitor.get(address.format(pk=titles[0].pk)).content
    parts = {"page": page}
    for name in re.findall(rb'(?:href|src)="/static/([^"]+)"', page):
        parts[name.decode()] = Path(finders.find(name.decode())).read_bytes()
    weights = {name: len(gzip.compress(part, 6)) for name, part in parts.items()}

    scripts = {"kit/htmx-2.0.11.min.js", "kit/kit.js", "kit/offline.js"}
    assert set(weights) == {"page", "kit/mark.svg", "kit/icon-touch.png", "kit/pustaka.css", *scripts}
    assert sum(weights.values()) <= 60_000, weights


def test_pages_ask_nobody_else_for_anything(visitor, shelve):
    bib = shelve()

    # A <link itemprop> says something to machines, and no browser loads it.
    loads = re.compile(r'<(?:script|link(?! itemprop)|img|iframe|source)[^>]+(?:src|href)="(https?:)?//')
    for address in ("/", "/search?q=bumi", f"/record/{bib.pk}", "/kit/", "/account/login/"):
        found = loads.findall(visitor.get(address).text)
        canonical = visitor.get(address).text.count('rel="canonical"')
        assert len(found) == canonical, address


@pytest.mark.parametrize(
    ("amount", "said"), [(0, "Rp0"), (500, "Rp500"), (5_000, "Rp5.000"), (1_234_567, "Rp1.234.567"), (None, "")]
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_rupiah_is_written_as_people_here_write_it(amount, said, language):
    with translation.override(language):
        assert kit.rupiah(amount) == said


def test_dates_and_numbers_are_written_as_people_here_write_them():
    template = Template('{{ at|date:"DATE_FORMAT" }}; {{ at|time:"TIME_FORMAT" }}; {{ number }}')
    context = Context({"at": datetime(2026, 11, 23, 14, 30), "number": 1234})  # noqa: DTZ001

    with translation.override("id"):
        assert template.render(context) == "23 November 2026; 14.30; 1.234"
    with translation.override("en"):
        assert template.render(context) == "23 November 2026; 14:30; 1,234"


@pytest.mark.parametrize(("share", "said"), [(0, 0), (0.004, 0), (0.5, 50), (0.9999, 99), (1, 100)])
def test_percentage_reaches_a_hundred_only_at_the_end(share, said):
    assert kit.percent(share) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (0, "less than a minute"), (59, "less than a minute"), (60, "about 1 min"), (5000, "about 83 min"),
     (5400, "about 2 h")],
)  # fmt: skip
def test_remaining_time_is_said_as_a_person_would(seconds, said):
    with translation.override("en"):
        assert kit.duration(seconds) == said


def test_cover_escapes_what_it_says_and_takes_the_color_of_its_class():
    cover = kit.cover("<b>Al-Qur'an", "Tim & kawan", "297.1")

    assert "cover-2" in cover
    assert "&lt;b&gt;Al-Qur&#x27;an" in cover
    assert "Tim &amp; kawan" in cover
    assert "cover-x" in kit.cover("Tanpa kelas")


def test_page_that_is_not_there(visitor):
    answer = visitor.get("/nowhere")

    assert answer.status_code == 404
    assert "There is no page here" in answer.text


def test_form_that_was_open_too_long(db):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})

    answer = client.post("/language/", {"language": "id"})

    assert answer.status_code == 403
    assert "This form was open for too long" in answer.text
    assert problems(answer.text) == []


def test_fault_of_ours_is_calm_and_numbered(db, monkeypatch, caplog, settings):
    def broken(*args, **kwargs):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("pustaka.catalog.queries.bib", broken)
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})

    answer = client.get("/record/1")

    number = re.search(r"<strong>([0-9a-f]{8})</strong>", answer.text)
    assert answer.status_code == 500
    assert number
    assert any(number[1] in message for message in caplog.messages)
    assert "secret detail" not in answer.text
    assert problems(answer.text) == []


def test_bad_request_and_permission_denied_are_calm(rf, visitor):
    for handler, status in ((errors.bad_request, 400), (errors.permission_denied, 403)):
        request = rf.get("/")
        request.user = request._messages = None
        with translation.override("en"):
            answer = handler(request)
        assert answer.status_code == status
        assert problems(answer.content.decode()) == []


def test_refusal_leads_back_to_where_one_came_from(visitor):
    ours = visitor.get("/record/999", headers={"referer": "http://testserver/search?q=bumi"})
    theirs = visitor.get("/record/999", headers={"referer": "https://elsewhere.example/"})

    assert 'href="http://testserver/search?q=bumi"' in ours.text
    assert "elsewhere.example" not in theirs.text


def test_refusal_of_a_swap_is_the_message_alone(visitor):
    answer = visitor.get("/record/999", headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert answer.headers["HX-Retarget"] == "#alerts"
    assert str(Invalid("x")) == "x"


def test_checker_of_pages_finds_what_is_wrong():
    bad = (
        '<html><head></head><body><p id="a" style="x" onclick="y"></p>'
        '<p id="a"><input name="n"><img></p>{{ x }}</body></html>'
    )

    found = " ".join(problems(bad))

    for complaint in (
        "stands 2 times",
        "has style",
        "has onclick",
        "no label",
        "without alt",
        "leaked",
        "0 h1",
        "lang is",
    ):
        assert complaint in found
