"""What is asked, and the processes that ask it. Each reader opens everything for itself, as a web process would."""

import os
import random
import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Kind = str
Asked = tuple[str, list[tuple[str, str]]]  # text, filters

WORD = re.compile(r"[^\W\d_]{4,}")


def questions(titles: list[str], *, count: int, seed: int) -> dict[Kind, list[Asked]]:
    """`count` questions of each kind, from words of titles that are there; no two kinds share a seed."""
    made: dict[Kind, list[Asked]] = {}
    for kind, make in KINDS.items():
        rnd = random.Random(f"{seed}:{kind}")
        found: list[Asked] = []
        while len(found) < count:
            words = WORD.findall(rnd.choice(titles))
            if len(words) >= 3 and (asked := make(words, rnd)):
                found.append(asked)
        made[kind] = found
    return made


def _one(words: list[str], rnd: random.Random) -> Asked:
    return rnd.choice(words), []


def _three(words: list[str], rnd: random.Random) -> Asked:
    return " ".join(rnd.sample(words, 3)), []


def _phrase(words: list[str], rnd: random.Random) -> Asked:
    start = rnd.randrange(len(words) - 1)
    return f'"{words[start]} {words[start + 1]}"', []


def _misspelt(words: list[str], rnd: random.Random) -> Asked | None:
    long = [word for word in words if len(word) >= 6]
    if not long:
        return None
    word = rnd.choice(long)
    at = rnd.randrange(1, len(word) - 2)
    how = rnd.randrange(3)
    wrong = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + rnd.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
    )[how]
    return (wrong, []) if wrong != word else None


def _filtered(words: list[str], rnd: random.Random) -> Asked:
    first = rnd.randrange(1980, 2010)
    return rnd.choice(words), [
        ("form", "book"),
        ("language", rnd.choice(["ind", "eng"])),
        ("year", f"{first}-{first + 15}"),
    ]


def _everything(words: list[str], rnd: random.Random) -> Asked:
    first = rnd.randrange(1950, 2020)  # different filters, so that kept counts don't help
    return "", [("year", f"{first}-{first + rnd.randrange(5, 40)}")]


KINDS: dict[Kind, Callable[[list[str], random.Random], Asked | None]] = {
    "one word": _one,
    "three words": _three,
    "phrase": _phrase,
    "typing error": _misspelt,
    "filtered": _filtered,
    "no words, years": _everything,
}


def pustaka(folder: Path, *, with_facets: bool = True) -> Callable[[Asked], int]:
    """Our own search as a result page asks it: parsed, counted, with facets, spelling and all that follows."""
    os.environ["PUSTAKA_DATA"] = str(folder)
    os.environ["DATABASE_URL"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pustaka.config.settings"
    import django

    django.setup()
    from pustaka.discovery import queries, rules

    def ask(asked: Asked) -> int:
        text, pairs = asked
        return queries.find(text=text, filters=rules.filters_from(pairs), with_facets=with_facets).total

    return ask


def lazy_facet(folder: Path) -> Callable[[Asked], int]:
    """The subjects of a result, which the page asks for after it is shown."""
    pustaka(folder)
    from pustaka.discovery import queries, rules

    def ask(asked: Asked) -> int:
        return len(queries.facet(name="subject", text=asked[0], filters=rules.filters_from(asked[1])).values)

    return ask


def suggestions(folder: Path) -> Callable[[Asked], int]:
    """What is suggested while the first five letters are typed."""
    pustaka(folder)
    from pustaka.discovery import queries

    return lambda asked: len(queries.suggest(asked[0].strip('"')[:5]))


def fts5(folder: Path) -> Callable[[Asked], int]:
    """SQLite FTS5: the count and the best 20 by bm25; no facets."""
    base = sqlite3.connect(folder / "peers.sqlite3")

    def ask(asked: Asked) -> int:
        text, pairs = asked
        match = text if text.startswith('"') else " ".join(f'"{word}"' for word in WORD.findall(text))
        where, values = _narrow(pairs)
        sql = f"FROM found JOIN bib ON bib.id = found.rowid WHERE found MATCH ?{where}"
        total = base.execute(f"SELECT count(*) {sql}", [match, *values]).fetchone()[0]
        base.execute(f"SELECT bib.id {sql} ORDER BY bm25(found) LIMIT 20", [match, *values]).fetchall()
        return int(total)

    return ask


def like(folder: Path) -> Callable[[Asked], int]:
    """What the commonest peers do: `LIKE '%word%'` over title, author and subjects, with a count, 20 to a page."""
    base = sqlite3.connect(folder / "peers.sqlite3")

    def ask(asked: Asked) -> int:
        text, pairs = asked
        words = [text.strip('"')] if text.startswith('"') else WORD.findall(text)
        clause = " AND ".join(["(title LIKE ? OR author LIKE ? OR subjects LIKE ?)"] * len(words)) or "1"
        where, values = _narrow(pairs)
        found = [f"%{word}%" for word in words for _ in range(3)]
        total = base.execute(f"SELECT count(*) FROM bib WHERE {clause}{where}", [*found, *values]).fetchone()[0]
        base.execute(
            f"SELECT id FROM bib WHERE {clause}{where} ORDER BY id DESC LIMIT 20", [*found, *values]
        ).fetchall()
        return int(total)

    return ask


def _narrow(pairs: list[tuple[str, str]]) -> tuple[str, list[Any]]:
    where, values = "", []
    for name, value in pairs:
        if name == "year":
            first, last = value.split("-")
            where += " AND bib.year BETWEEN ? AND ?"
            values += [int(first), int(last)]
        else:
            where += f" AND bib.{name} = ?"
            values.append(value)
    return where, values


PEERS = {"pustaka": pustaka, "lazy facet": lazy_facet, "suggestions": suggestions, "fts5": fts5, "like": like}


def read(peer: str, folder: Path, asked: list[Asked], most_s: float, ready: Any, go: Any, told: Any) -> None:
    """A reader's process: warm up, wait for the others, ask; tells milliseconds of each answer, empty ones, seconds."""
    ask = PEERS[peer](folder)
    for one in asked[: max(3, len(asked) // 20)]:
        ask(one)
    ready.put(None)
    go.wait()
    took, empty, began = [], 0, time.perf_counter()
    for one in asked:
        start = time.perf_counter()
        empty += ask(one) == 0
        took.append((time.perf_counter() - start) * 1000)
        if time.perf_counter() - began > most_s:
            break
    told.put((took, empty, time.perf_counter() - began))
