"""Which records describe one work: its editions, and its translations. Plain Python.

Two records may be of one work when they share a key: a title of theirs (as printed, uniform, original, or that of a
linked translation), tied to the name of who made it. A shared key is a suspicion, not a proof: `are_one` looks at what
speaks against it, because a wrong neighbor misleads and a missing one only isn't there.

Source: MARC 21 Bibliographic <https://www.loc.gov/marc/bibliographic/>, fields 130, 240, 245, 700 $t, 765, 767.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest

from pustaka.catalog import rules as catalog_rules
from pustaka.discovery import text
from pustaka.standards.marc import Field, Record

MOST_KEYS = 12

_PEOPLE = {"100": "abcq", "110": "abn", "111": "acdn", "700": "abcq", "710": "abn", "711": "acdn"}
_OURS = frozenset({"100", "110", "111", "130", "240", "245", "500", "534", "546", "700", "710", "711", "765", "767"})
# Names in 7XX that made this edition, not the work.
_HELPERS = re.compile(
    r"penerjemah|translat|alih bahasa|editor|penyunting|illustrat|ilustrat|pengantar|pembimbing|narrat|sutradara"
    r"|trl|edt|ill|ths|aui|nrt",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"(?:di)?terjemahan?\s*(?:dari|dr\.?)\s*:?|judul\s+asli(?:nya)?\s*:?|translation\s+of\s*:?|original\s+title\s*:?"
    r"|translated\s+from\s*:|diterjemahkan\s+dari\s*:?",
    re.IGNORECASE,
)
_MAY_TELL = re.compile("erjemah|asli|ranslat|riginal", re.ASCII).search
_AFTER_TITLE = re.compile(r"\s*(?:/|\s;|\(|\boleh\b|\bby\b|\bkarya\b|\bkarangan\b).*$", re.IGNORECASE)
_ARTICLES = frozenset({"a", "an", "the"})
# Titles that say what kind of thing it is, so that many works of one maker bear them.
_GENERIC = frozenset(
    (
        "annual report", "atlas", "biography", "bibliography", "buku ajar", "buku panduan", "bulletin", "cerpen",
        "collected poems", "collected works", "complete works", "correspondence", "diktat", "essays", "hearing",
        "hearings", "heilige schrift", "journal", "kumpulan cerpen", "kumpulan puisi", "laporan", "laporan penelitian",
        "laporan tahunan", "laws etc", "lectures", "letters", "memoirs", "minutes", "modul", "newsletter", "novels",
        "panduan", "pedoman", "plays", "poems", "proceedings", "prosiding", "puisi", "report", "reports", "selections",
        "selected poems", "selected works", "short stories", "speeches", "songs", "statistik", "treaties etc",
        "undang undang", "works", "writings", "symphonies", "sonatas", "quartets", "constitution", "statutes",
    )
)  # fmt: skip
_TEXT = frozenset({"book", "ebook", "thesis", "reference", "manuscript"})
_HEARD = frozenset({"audio"})


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a work. family, given: folded tokens; a name without a comma has all of it in `family`."""

    family: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    years: frozenset[str] = frozenset()
    is_person: bool = True

    @property
    def roots(self) -> tuple[str, ...]:
        """The words under which the name may stand elsewhere: the family name, or either end of a name in a row."""
        if not self.family:
            return ("",)
        if not self.is_person:
            return (" ".join(self.family),)
        if self.given or len(self.family) == 1:
            return tuple(dict.fromkeys((" ".join(self.family), self.family[-1])))
        return tuple(dict.fromkeys((self.family[-1], self.family[0])))


@dataclass(slots=True)
class Work:
    """What of a record says which work it is.

    printed: the title as printed, with parts; originals: titles that this is, or has, a translation of. is_sure: a
    person stands in 1XX, as the maker; a body, or somebody in 7XX, is named with much that is no work of theirs.
    """

    form: str = "book"
    maker: Maker = field(default_factory=Maker)
    printed: tuple[str, ...] = ()
    subtitle_as_printed: str = ""
    year: str = ""
    language: str = ""
    has_edition: bool = False
    is_sure: bool = False
    originals: list[tuple[str, ...]] = field(default_factory=list)
    anonymous: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def subtitle(self) -> tuple[str, ...]:
        return tuple(text.tokens(self.subtitle_as_printed))

    def keys(self) -> list[str]:
        """The keys of `KeyKind` "work", in the form that documents keep."""
        found: dict[str, None] = {}
        titles = [self.printed, *self.originals]
        if self.maker.family and self.form not in {"journal", "article"}:
            for title in titles:
                if _tells(title):
                    found.update(dict.fromkeys([_key(title, root) for root in self.maker.roots]))
        for title in self.anonymous:
            if _tells(title):
                found[_key(title, "")] = None
        return list(found)[:MOST_KEYS]


def of(record: Record, *, form: str) -> Work:
    """What the record says of its work."""
    work = Work(form=form)
    names: dict[str, Field] = {}
    for one in record.fields:
        tag = one.tag
        if tag in _PEOPLE:
            if "\x1ft" in one.body:
                if one.body[1:2] != "2":  # 2: it only contains that work
                    _add(work.originals, _bare(one.get("t")))
            elif tag[0] == "1" or not _is_helper(one):
                names.setdefault(tag[0], one)
        elif (take := _TAKE.get(tag)) is not None:
            take(work, one)
    if (main := names.get("1") or names.get("7")) is not None:
        work.maker = _maker(main.tag, main.body)
        work.is_sure = main.tag == "100"
    fixed = record.control("008")
    work.year, work.language = fixed[7:11], fixed[35:38]
    return work


def _title(work: Work, one: Field) -> None:
    if not work.printed:
        work.printed, work.subtitle_as_printed = _printed(one), one.get("b")


def _edition(work: Work, one: Field) -> None:
    work.has_edition = True


def _note(work: Work, one: Field) -> None:
    if _MAY_TELL(one.body):
        _add(work.originals, _told(one.get("a")))


_TAKE: Mapping[str, Callable[[Work, Field], None]] = {
    "130": lambda work, one: _add(work.anonymous, _uniform(one)),
    "240": lambda work, one: _add(work.originals, _uniform(one)),
    "245": _title,
    "250": _edition,
    "500": _note,
    "534": lambda work, one: _add(work.originals, _bare(one.get("t"))),
    "546": _note,
    "765": lambda work, one: _add(work.originals, _bare(one.get("t") or one.get("s"))),
    "767": lambda work, one: _add(work.originals, _bare(one.get("t") or one.get("s"))),
}


def _add(titles: list[tuple[str, ...]], title: tuple[str, ...]) -> None:
    if title:
        titles.append(title)


def are_one(ours: Work, theirs: Work) -> bool:
    """Whether nothing speaks against two records with a shared key being of one work."""
    if not _go_together(ours.form, theirs.form) or are_different_people(ours.maker, theirs.maker):
        return False
    if _numbers(ours.printed) != _numbers(theirs.printed) and set(ours.printed) & set(theirs.printed):
        return False
    if not (ours.is_sure and theirs.is_sure):  # then only the same thing on paper and online
        same = ours.printed == theirs.printed and ours.subtitle == theirs.subtitle and ours.year == theirs.year
        return same and ours.form != theirs.form
    if ours.printed != theirs.printed:  # they share an original title
        return not _are_parts(set(ours.printed), set(theirs.printed))
    first, second = ours.subtitle, theirs.subtitle
    if not first or not second:
        return len(ours.printed) > 1 or _is_told_apart(ours, theirs)
    shared, shorter = len(set(first) & set(second)), min(len(set(first)), len(set(second)))
    has_own = bool(set(first) - set(second) and set(second) - set(first))
    return _numbers(first) == _numbers(second) and shared >= (0.8 if has_own else 0.5) * shorter


def _is_told_apart(ours: Work, theirs: Work) -> bool:
    """Whether a title of one word means one work: an edition is named, an original shared, or one is a translation.

    "Japan" of 1974 and "Japan" of 1986 by one author are two reports; "Calculus" in its 8th and 9th edition is a book.
    """
    has_original = bool(set(ours.originals) & {*theirs.originals, theirs.printed} or ours.printed in theirs.originals)
    return ours.has_edition or theirs.has_edition or has_original or ours.language != theirs.language


def _are_parts(one: set[str], other: set[str]) -> bool:
    """Whether two titles are rather parts of one original: alike, but each with a word of its own (micro, macro)."""
    return bool(one - other and other - one) and len(one & other) >= 0.5 * min(len(one), len(other))


def are_different_people(one: Maker, other: Maker) -> bool:
    """Whether two names can't be one person's: other initials, other years of life, or one is a body."""
    if not one.family or not other.family:
        return bool(one.family) != bool(other.family)
    if one.is_person != other.is_person:
        return True
    if not one.is_person:
        shorter, longer = sorted((one.family, other.family), key=len)
        return longer[: len(shorter)] != shorter
    if one.years and other.years and not one.years & other.years:
        return True
    if one.given and other.given:
        return one.family[-1] != other.family[-1] or not _fit(one.given, other.given)
    if one.given or other.given:
        comma, row = (one, other) if one.given else (other, one)
        turned = (*comma.given, *comma.family)
        straight = (*comma.family, *comma.given)
        return not (_fit(turned, row.family) or _fit(straight, row.family) or row.family == comma.family)
    return not _fit(one.family, other.family)


def _fit(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether names in a row agree, an initial standing for a name; further names may be missing at the end."""
    for mine, theirs in zip_longest(one, other, fillvalue=""):
        if mine and theirs and not (mine.startswith(theirs) or theirs.startswith(mine)):
            return False
        if mine and theirs and min(len(mine), len(theirs)) > 1 and mine != theirs:
            return False
    return True


def _go_together(one: str, other: str) -> bool:
    if one == other:
        return one not in {"picture", "map"}  # sheets of one title are many
    return {one, other} <= _TEXT | _HEARD or {one, other} == {"score", "audio"}


def _key(title: tuple[str, ...], root: str) -> str:
    named = " ".join(title) + "|" + root
    return f"work:{catalog_rules.digest('work', named) & 0xFFFFFFFFFFFFFFFF:x}"


def _tells(title: tuple[str, ...]) -> bool:
    """Whether a title can name one work of its maker."""
    written = " ".join(title)
    return len(written) > 2 and written not in _GENERIC and not written.replace(" ", "").isdigit()


def _printed(title: Field) -> tuple[str, ...]:
    main = title.get("a")
    skip = title.body[1:2]
    if skip.isdecimal() and 0 < int(skip) < len(main) and not main[int(skip) - 1].isalnum():
        main = main[int(skip) :]
    parts = " ".join(title.all("np"))
    return _without_article(text.tokens(main)) + tuple(text.tokens(parts))


def _uniform(title: Field) -> tuple[str, ...]:
    """A uniform title without its language, date and form; nothing where it stands for a selection."""
    if any("selection" in value.casefold() or "pilihan" in value.casefold() for value in title.all("k")):
        return ()
    return _without_article(text.tokens(title.text("anp")))


def _bare(written: str) -> tuple[str, ...]:
    return _without_article(text.tokens(written.partition(" / ")[0]))


def _told(note: str) -> tuple[str, ...]:
    """The original title that a note names, or nothing."""
    if (found := _ORIGINAL.search(note)) is None:
        return ()
    rest = note[found.end() :].strip(" \"'“”‘’«».:;,")
    title = _AFTER_TITLE.sub("", re.split(r"[.;]\s|\s[—–-]\s", rest)[0]).strip(" \"'“”‘’«».:;,")
    return _without_article(text.tokens(title)) if 2 < len(title) <= 150 else ()


def _without_article(tokens: list[str]) -> tuple[str, ...]:
    return tuple(tokens[1:] if len(tokens) > 1 and tokens[0] in _ARTICLES else tokens)


def _is_helper(name: Field) -> bool:
    return any(_HELPERS.search(value) for value in name.all("e4"))


@lru_cache(maxsize=20_000)
def _maker(tag: str, body: str) -> Maker:
    name = Field.from_body(tag, body)
    if tag[1:] != "00":
        return Maker(family=tuple(text.tokens(name.text(_PEOPLE[tag]))), is_person=False)
    family, _, given = name.get("a").partition(",")
    years = frozenset(re.findall(r"\d{4}", name.get("d")))
    return Maker(family=tuple(text.tokens(family)), given=tuple(text.tokens(given)), years=years)


_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


def _numbers(tokens: tuple[str, ...]) -> set[str]:
    return set(_each_number(tokens)) - {"1"}


def _each_number(tokens: tuple[str, ...]) -> Iterator[str]:
    for token in tokens:
        if token.isdecimal():
            yield token
        elif token in _ROMAN:
            yield _ROMAN[token]
