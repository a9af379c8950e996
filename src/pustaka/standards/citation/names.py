"""Names as references need them: which part comes first, and what isn't part of a name.

A name is a CSL name: `family` and `given` where a catalogue heading inverts it ("Toer, Pramoedya Ananta"), `family`
alone where it doesn't ("Siti Aminah"), `literal` for a body. Many Indonesians have no family name, and only the
cataloguer knows whether a name is turned around. So the comma of the heading decides, never the number of words.

Sources: CSL 1.0.2, names; MARC 21 Bibliographic, X00 and X10; Perpustakaan Nasional RI, Tajuk Kendali Nama Orang
Indonesia, for headings with bin, binti and titles.
"""

import re
from collections.abc import Iterable
from typing import Any

Name = dict[str, Any]

# Degrees and forms of address that stand beside a name on an Indonesian title page. They are no part of it.
_TITLE = (
    r"(?:Prof|Profesor|Dr|dr|drg|drh|Drs|Dra|Ir|Tn|Ny|Sdr|Mr|Mrs|Ms|Apt|Ns|Hj|KH|K\s?\.\s?H|KRT|R\.?M\.?T|TGH|H(?=\.?\s)|Buya|Ustadz?|"
    r"Ustaz|Kyai|Kiai|Haji|Hajjah|"
    r"S\.?(?:E|H|T|P|S|Si|Pd|Sos|Ag|Kom|Psi|Ked|Farm|Hum|IP|Kep|KM|Pt|Hut|Sn|Ip|Th|Stat|TP|H\.?I|Pd\.?I|Th\.?I|Sy|E\.?I)|"
    r"M\.?(?:A|M|T|H|Si|Pd|Hum|Kom|Sc|Kes|Ag|Sn|Psi|Phil|Eng|Ed|P|S|Ec|Div|Farm|Kep|Pd\.?I|H\.?I|E|B\.?A|P\.?H|Ak|Lib|Stat)|"
    r"Ph\.?\s?D|Ed\.?D|D\.?Sc|LL\.?M|B\.?A|B\.?Sc|Lc|Ak|CA|CPA|Sp\.?[A-Z]{1,3})"
)
_BEFORE = re.compile(rf"^(?:\(?{_TITLE}\)?\.?(?:\s+|(?<=\.)(?=[A-Z])))+", re.UNICODE)
_ONLY_TITLES = re.compile(rf"^(?:{_TITLE}\.?[\s,]*)+$")
_SUFFIX = re.compile(r"^(?:Jr|Sr|I{1,3}|IV|VI{0,3})\.?$")
_ARTICLE = re.compile(r"^(?:al|el|as|asy|ash|at|an|ad|ar|az|adz|ath)[-\u2010’' ](?=\w)", re.IGNORECASE)
_STRAY = " ,;:/.="
_INITIAL = re.compile(r"(?:^|[\s.\-])[A-Z]\.?$|\b(?:Jr|Sr|Abd|Moh|Muh|Mohd|St|Dt|Sutan|dkk)\.?$")


def person(heading: str, *, numeration: str = "", title: str = "", is_static: bool = False) -> Name:
    """A person from the heading of a catalogue.

    Args:
        heading: MARC $a: "Toer, Pramoedya Ananta,", "Sukarno,", "Abdullah bin Nuh,", "Sugiyono, Prof. Dr.".
        numeration: MARC $b: "II" of "Hamengku Buwono II".
        title: MARC $c; only Jr., Sr. and numbers are part of a name.
        is_static: written family name first in its own language (Chinese, Japanese, Korean), so that no comma parts it.
    """
    parts = [part for raw in heading.split(",") if (part := tidy(raw))]
    parts = [part for place, part in enumerate(parts) if not place or not _ONLY_TITLES.match(part)]
    suffix = next((part for part in (*parts[1:], tidy(title)) if _SUFFIX.match(part)), "")
    parts = [part for place, part in enumerate(parts) if not place or part != suffix]
    suffix = f"{suffix}." if suffix in {"Jr", "Sr"} else suffix
    if not parts:
        return {"family": tidy(heading)}
    number = tidy(numeration)
    if len(parts) == 1:
        whole = _without_titles(parts[0])
        return {"family": " ".join(part for part in (whole, number, suffix) if part)}
    family, given = parts[0], _without_titles(" ".join(parts[1:]))
    if found := re.search(r"\s(al-|el-|bin|binti|ibn)$", given):
        # "Ghazali, Abu Hamid al-": the article belongs before the name under which it is filed.
        given = given[: found.start()]
        family = f"{found[1]}{family}" if found[1].endswith("-") else f"{found[1]} {family}"
    name: Name = {"family": family, "given": given}
    if suffix:
        name["suffix"] = suffix
    if is_static:
        name["static-ordering"] = True
    return name


def direct(text: str) -> Name:
    """A person as printed on a title page: kept in that order, as nobody can tell which is the family name."""
    parts = [part for raw in text.split(",") if (part := tidy(raw)) and not _ONLY_TITLES.match(part)]
    return {"family": _without_titles(parts[0]) if parts else tidy(text)}


def full(name: Name) -> str:
    """In direct order: "Pramoedya Ananta Toer", "Mao Zedong"."""
    if "literal" in name:
        return str(name["literal"])
    order = ("family", "given", "suffix") if name.get("static-ordering") else ("given", "family", "suffix")
    return " ".join(str(name[part]) for part in order if name.get(part))


def inverted(name: Name) -> str:
    """As in a catalogue: "Toer, Pramoedya Ananta"."""
    if "literal" in name:
        return str(name["literal"])
    return ", ".join(str(name[part]) for part in ("family", "given", "suffix") if name.get(part))


def is_whole(name: Name) -> bool:
    """Whether it has several words that no program may take apart: a body, or a person without a family name."""
    return not name.get("given") and " " in str(name.get("literal") or name.get("family", ""))


def filing(name: Name) -> str:
    """What a list sorts by; the Arabic article doesn't count (Chicago 17th ed., 16.76)."""
    return _ARTICLE.sub("", inverted(name))


def surnames(names: Iterable[Name]) -> list[str]:
    """The word by which each is called."""
    return [str(name.get("family") or name.get("literal", "")) for name in names]


def is_title(text: str) -> bool:
    """Whether it is nothing but degrees and forms of address: "S.Pd., M.Pd."."""
    return bool(_ONLY_TITLES.match(text))


def tidy(text: str) -> str:
    """Without blanks and punctuation around it; the full stop of an initial stays."""
    text = " ".join(text.split()).strip(" ,;:/=").rstrip(_STRAY)
    return f"{text}." if _INITIAL.search(text) and not _SUFFIX.match(text) else text


def _without_titles(text: str) -> str:
    return _BEFORE.sub("", text) or text
