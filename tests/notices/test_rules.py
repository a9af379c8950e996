from datetime import UTC, datetime, timedelta

import pytest

from pustaka.notices.rules import Faults, Line, faults, html, next_try, one_line, plain

KNOWN = frozenset({"name", "titles"})
AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
LINES = (
    Line("Hukum adat", "https://p.example/search?q=a&b=c", is_heading=True),
    Line("Hukum <adat> Bali", "https://p.example/record/1", "1984"),
    Line("dan 3 judul lagi"),
)


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("Yth. {name}: {titles}", Faults()),
        ("Yth. {nama}: {titles}", Faults(unknown=("nama",))),
        ("{titles} {name", Faults(stray=True)),
        ("{titles} {Name}", Faults(stray=True)),
        ("Yth. {name}", Faults(missing=("titles",))),
    ],
)
def test_faults_name_what_must_be_mended(template, found):
    assert faults(template, known=KNOWN, needed=frozenset({"titles"})) == found
    assert bool(found) == (found != Faults())


def test_plain_puts_each_address_below_its_line():
    assert plain("Untuk {name}:\n\n{titles}", {"name": "Maria", "titles": LINES}) == (
        "Untuk Maria:\n\nHukum adat\n  https://p.example/search?q=a&b=c\n- Hukum <adat> Bali (1984)\n"
        "  https://p.example/record/1\n- dan 3 judul lagi"
    )


def test_html_escapes_whatever_was_given_and_makes_lists_and_links():
    written = html(
        "Yth. {name}\n\nBaru:\n{titles}\nLihat {address}",
        {"name": "<b>Maria</b>", "titles": LINES, "address": "https://p.example/?a=1&b=2"},
    )

    assert written == (
        "<p>Yth. &lt;b&gt;Maria&lt;/b&gt;</p>\n<p>Baru:</p>\n"
        '<h2><a href="https://p.example/search?q=a&amp;b=c">Hukum adat</a></h2>\n<ul>\n'
        '<li><a href="https://p.example/record/1">Hukum &lt;adat&gt; Bali</a> (1984)</li>\n'
        "<li>dan 3 judul lagi</li>\n</ul>\n"
        '<p>Lihat <a href="https://p.example/?a=1&amp;b=2">https://p.example/?a=1&amp;b=2</a></p>'
    )


def test_values_with_placeholders_in_them_are_left_as_they_are():
    assert plain("{name}", {"name": "{titles}"}) == "{titles}"


def test_subject_stays_one_line_whatever_a_value_brings():
    assert one_line("Untuk {name}", {"name": "Maria\r\nBcc: semua@kampus.example"}) == (
        "Untuk Maria Bcc: semua@kampus.example"
    )


def test_pauses_grow_and_end():
    pauses = [next_try(tries=tries, at=AT) for tries in range(1, 9)]

    assert pauses[0] == AT + timedelta(minutes=1)
    assert pauses[6] == AT + timedelta(hours=16)
    assert pauses[7] is None
    assert pauses[:7] == sorted(pauses[:7])
