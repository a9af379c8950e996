"""What becomes of those who ask the catalogue too much, and of crawlers lost among its filters."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pustaka.discovery import queries as discovery
from pustaka.interfaces.allowance.table import Refused
from pustaka.interfaces.cli.doctor_command import Finding, _refused
from pustaka.interfaces.web import allowances
from pustaka.interfaces.web.allowances import COSTS, refused_lately
from tests.factories.catalog import AT

HERE, THERE = "203.0.113.7", "203.0.113.8"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture(autouse=True)
def _ten_a_minute(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWANCES = tmp_path / "allowances"
    settings.SEARCHES_A_MINUTE = 10
    at(monkeypatch, 0)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(allowances, "clock", lambda: 1_795_651_200.0 + seconds)


def asked(client: Client, times: int, address: str = "/search?q=laut", **more: str) -> list[int]:
    return [client.get(address, **{"REMOTE_ADDR": HERE, **more}).status_code for _ in range(times)]


def test_an_address_is_answered_as_often_as_it_may_ask_and_not_once_more(visitor, shelve, monkeypatch):
    shelve(title="Laut bercerita")

    assert asked(visitor, 11) == [200] * 10 + [429]
    assert asked(visitor, 1, REMOTE_ADDR=THERE) == [200]
    at(monkeypatch, 5.9)
    assert asked(visitor, 1) == [429]
    at(monkeypatch, 6)
    assert asked(visitor, 2) == [200, 429]


def test_a_refusal_says_how_long_to_wait(visitor, shelve):
    shelve(title="Laut bercerita")
    asked(visitor, 10)

    answer = visitor.get("/search?q=laut", REMOTE_ADDR=HERE)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "6")
    assert "One moment, please" in answer.text
    assert "Wait 6 seconds and load the page again." in answer.text
    assert "Laut bercerita" not in answer.text


def test_a_refusal_of_a_swap_is_the_message_alone_and_of_a_suggestion_is_silent(visitor, shelve):
    shelve(title="Laut bercerita")
    asked(visitor, 10)

    swap = visitor.get("/search/filters?q=laut", REMOTE_ADDR=HERE, headers={"HX-Request": "true"})
    suggestion = visitor.get("/suggest?q=laut", REMOTE_ADDR=HERE, headers={"HX-Request": "true"})

    assert (swap.status_code, swap.headers["HX-Retarget"], "<h1" in swap.text) == (429, "#alerts", False)
    assert (suggestion.status_code, suggestion.headers["HX-Reswap"]) == (429, "none")


def test_suggestions_cost_a_fifth_of_a_search_and_a_file_a_full_bucket(visitor, shelve):
    shelve(title="Laut bercerita")

    assert asked(visitor, 51, "/suggest?q=laut") == [200] * 50 + [429]
    assert asked(visitor, 2, "/search/export.ris?q=laut", REMOTE_ADDR=THERE) == [200, 429]


def test_what_is_no_question_to_the_index_stays_open(visitor, shelve):
    bib = shelve(title="Laut bercerita")
    asked(visitor, 11)

    for address in (
        "/",
        f"/record/{bib.pk}",
        "/advanced",
        "/robots.txt",
        "/sitemap.xml",
        "/account/login/",
        "/healthz",
    ):
        assert asked(visitor, 1, address) == [200]


def test_a_person_who_signed_in_has_twice_as_much_wherever_they_sit(reader, visitor, shelve):
    shelve(title="Laut bercerita")
    asked(visitor, 11)

    assert asked(reader, 20) == [200] * 20
    assert asked(reader, 1, REMOTE_ADDR=THERE) == [429]


def test_an_invented_session_is_a_visitor(visitor, shelve):
    shelve(title="Laut bercerita")
    visitor.cookies["sessionid"] = "invented"

    assert asked(visitor, 11) == [200] * 10 + [429]


def test_a_campus_network_shares_one_large_allowance(visitor, shelve):
    shelve(title="Laut bercerita")
    addresses = [f"10.20.0.{number}" for number in range(250)]  # 50 searches' worth; ten files take the other 200

    answers = [asked(visitor, 1, "/suggest.json?q=x", REMOTE_ADDR=address)[0] for address in addresses]
    for _ in range(10):
        answers += asked(visitor, 1, "/search/export.ris?q=laut", REMOTE_ADDR="10.20.0.1")

    assert set(answers) == {200}
    assert asked(visitor, 1, "/suggest.json?q=x", REMOTE_ADDR="10.99.0.1") == [429]
    assert asked(visitor, 1, "/suggest.json?q=x", REMOTE_ADDR="192.168.7.1") == [200]


def test_the_machine_itself_is_never_refused(visitor, shelve):
    shelve(title="Laut bercerita")

    assert asked(visitor, 15, REMOTE_ADDR="127.0.0.1") == [200] * 15


def test_the_address_is_what_our_own_proxy_saw(visitor, shelve, settings):
    shelve(title="Laut bercerita")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forwarded = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": f"1.2.3.4, {HERE}"}

    assert asked(visitor, 11, **forwarded) == [200] * 10 + [429]
    assert asked(visitor, 1, **{**forwarded, "HTTP_X_FORWARDED_FOR": f"5.6.7.8, {HERE}"}) == [429]
    assert asked(visitor, 1, **{**forwarded, "HTTP_X_FORWARDED_FOR": THERE}) == [200]


def test_readers_are_answered_where_the_table_cannot_be_kept(visitor, shelve, settings, tmp_path):
    shelve(title="Laut bercerita")
    (tmp_path / "file").touch()
    settings.ALLOWANCES = tmp_path / "file" / "allowances"

    assert asked(visitor, 12) == [200] * 12
    assert [finding.state for finding in _refused(AT)] == ["bad"]


def test_a_crawler_with_four_filters_is_refused_before_the_index_is_asked(visitor, shelve, settings):
    shelve(title="Laut bercerita")
    three, four = "form=book&language=ind&year=2000-2020", "form=book&language=ind&year=2000-2020&available=1"
    four_values = "form=book&form=map&form=-thesis&class=8"
    reader, crawler = {"user-agent": "Mozilla/5.0 Firefox/133.0"}, {"user-agent": GOOGLEBOT}
    assert visitor.get(f"/search?{three}", headers=crawler).status_code == 200
    assert visitor.get(f"/search?{four}", headers=reader).status_code == 200

    settings.SEARCH_ENGINE = "tests.nowhere.engine"  # whoever asks it fails the test
    answers = [visitor.get(f"/search?{filters}", headers=crawler) for filters in (four, four_values)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "/sitemap.xml" in answers[0].text


def test_filtered_pages_tell_crawlers_to_leave_them(visitor, shelve):
    bib = shelve(title="Laut bercerita")

    assert visitor.get("/search?q=laut&form=book").headers["X-Robots-Tag"] == "noindex, nofollow"
    assert visitor.get("/search?q=laut").headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in visitor.get(f"/record/{bib.pk}").headers


def test_every_link_with_a_filter_is_nofollow_and_closed_in_robots_txt(visitor, shelve):
    for number in range(25):
        bib = shelve(title=f"Laut {number}")
    robots = visitor.get("/robots.txt").text
    pages = ("/", "/search?q=laut&show=filters", "/search?q=laut&form=book", "/search?q=zzz&form=map", "/new")

    links = [
        link
        for page in (*pages, f"/record/{bib.pk}", "/search/facet/form?q=laut")
        for link in re.findall(r"<a\b[^>]*>", visitor.get(page).text)
        if re.search(r"[?;](form|language|branch|location|collection|class|week|year|available)=", link)
    ]

    assert len(links) > 20
    assert [link for link in links if "nofollow" not in link] == []
    assert "Disallow: /search\n" in robots
    for name in allowances.FILTERS - {"year_from", "year_to"}:
        assert f"Disallow: /*?*{name}=" in robots


@pytest.mark.parametrize(("most", "is_cut"), [(20, True), (21, False)])
def test_the_last_page_says_how_to_narrow_where_more_was_found_than_is_shown(
    visitor, shelve, monkeypatch, most, is_cut
):
    for number in range(21):
        shelve(title=f"Laut {number}")
    monkeypatch.setattr(discovery, "MOST_PAGES_DEEP", most)

    answer = visitor.get("/search?q=laut&page=99")

    assert answer.status_code == 200
    assert (f"of 21 titles the first {most} can be leafed through" in answer.text) is is_cut


def test_the_librarian_sees_how_many_were_refused_lately(visitor, shelve, librarian):
    shelve(title="Laut bercerita")
    asked(visitor, 13)
    visitor.get("/search?form=book&language=ind&year=2010&class=8", headers={"user-agent": GOOGLEBOT})

    assert refused_lately() == Refused(too_often=3, crawlers=1)
    answer = librarian.get("/staff/system/")
    text = re.sub(r"<[^>]+>", "", answer.text)
    assert "3 questions of those who asked too often." in text
    assert "1 of crawlers with too many filters." in text
    assert HERE not in answer.text


def test_the_doctor_says_how_many_were_refused(settings, tmp_path):
    assert list(_refused(AT)) == [
        Finding("good", "Refused within 24 hours: 0 questions asked too often, 0 of crawlers with too many filters")
    ]


def test_costs_name_routes_that_are_there():
    from pustaka.interfaces.web.opac.urls import urlpatterns

    assert set(COSTS) <= {f"opac:{pattern.name}" for pattern in urlpatterns}
