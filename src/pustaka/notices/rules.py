"""How a template and its values become a letter, and when a letter that didn't arrive is tried again. Plain Python."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 480, 960))
MOST_TRIES = len(PAUSES) + 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list in a letter: a text, where it leads, and what stands behind it; or a heading above others."""

    text: str
    href: str = ""
    note: str = ""
    is_heading: bool = False


Value = str | tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a template: names that nobody fills, braces that belong to no name, what must be there."""

    unknown: tuple[str, ...] = ()
    stray: bool = False
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.unknown or self.stray or self.missing)


def faults(template: str, *, known: frozenset[str], needed: frozenset[str] = frozenset()) -> Faults:
    """What must be mended before `template` may be used."""
    used = set(PLACEHOLDER.findall(template))
    rest = PLACEHOLDER.sub("", template)
    return Faults(
        unknown=tuple(sorted(used - known)),
        stray="{" in rest or "}" in rest,
        missing=tuple(sorted(needed - used)),
    )


def one_line(template: str, values: Mapping[str, Value]) -> str:
    """The template filled in for a subject: one line, whatever the values bring with them."""
    return " ".join(plain(template, values).split())[:250]


def plain(template: str, values: Mapping[str, Value]) -> str:
    """The template filled in as plain text; lists become lines with their address below."""
    return PLACEHOLDER.sub(lambda found: _plain(values[found[1]]), template)


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return value
    lines = []
    for line in value:
        if line.is_heading:
            lines += ["", line.text, *([f"  {line.href}"] if line.href else [])]
            continue
        lines.append(f"- {line.text}{f' ({line.note})' if line.note else ''}")
        if line.href:
            lines.append(f"  {line.href}")
    return "\n".join(lines).strip("\n")


def html(template: str, values: Mapping[str, Value]) -> str:
    """The template filled in as HTML: blank lines part paragraphs, everything that was given is escaped."""
    return "\n".join([_paragraph(text, values) for text in re.split(r"\n\s*\n", template.strip()) if text.strip()])


def _paragraph(text: str, values: Mapping[str, Value]) -> str:
    done: list[str] = []
    words: list[str] = []

    def close() -> None:
        if written := "".join(words).strip():
            done.append(f"<p>{written.removeprefix('<br>').removesuffix('<br>')}</p>")
        words.clear()

    for place, piece in enumerate(PLACEHOLDER.split(text)):
        value: Value = values[piece] if place % 2 else piece
        if isinstance(value, tuple):
            close()
            done.append(_list(value))
        elif place % 2 and re.fullmatch(r"https?://\S+", value):
            words.append(f'<a href="{escape(value)}">{escape(value)}</a>')
        else:
            words.append(escape(value).replace("\n", "<br>"))
    close()
    return "\n".join(done)


def _list(lines: tuple[Line, ...]) -> str:
    done: list[str] = []
    is_open = False
    for line in lines:
        shown = escape(line.text)
        if line.href:
            shown = f'<a href="{escape(line.href)}">{shown}</a>'
        if line.is_heading:
            done += ["</ul>"] if is_open else []
            done.append(f"<h2>{shown}</h2>")
            is_open = False
            continue
        if not is_open:
            done.append("<ul>")
            is_open = True
        done.append(f"<li>{shown}{f' ({escape(line.note)})' if line.note else ''}</li>")
    return "\n".join([*done, *(["</ul>"] if is_open else [])])


def whole_page(*, body: str, subject: str, language: str) -> str:
    """An HTML letter; without styles of its own, so that every mail program shows it as its reader likes it."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def next_try(*, tries: int, at: datetime) -> datetime | None:
    """When a letter is tried again that has failed `tries` times, lastly at `at`; None where that was the last time."""
    return at + PAUSES[tries - 1] if tries < MOST_TRIES else None
