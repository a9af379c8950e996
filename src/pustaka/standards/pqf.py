"""Questions in prefix query format (PQF), the way in which a type-1 query of Z39.50 is written down.

Sources: Z39.50-2003 (ISO 23950), 3.7 and appendix ATR (attribute set bib-1); PQF as YAZ reads it,
<https://software.indexdata.com/yaz/doc/tools.html#PQF>.
"""

import re

_ATTRIBUTES = re.compile(r"[1-9]\d?\s*=\s*\d{1,5}(?:(?:\s*,\s*|\s+)[1-9]\d?\s*=\s*\d{1,5})*")
_PAIR = re.compile(r"(\d+)\s*=\s*(\d+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def are_attributes(text: str) -> bool:
    """Whether this is a list of attributes as people write it: "1=4", "1=4, 4=6"."""
    return _ATTRIBUTES.fullmatch(text.strip()) is not None


def term(attributes: str, words: str) -> str:
    """One term with its attributes: `@attr 1=4 @attr 4=6 "bumi manusia"`.

    Raises:
        ValueError: that is no list of attributes.
    """
    if not are_attributes(attributes):
        raise ValueError(f"no attributes of bib-1: {attributes!r}")
    listed = " ".join(f"@attr {kind}={value}" for kind, value in _PAIR.findall(attributes))
    return f"{listed} {_quoted(words)}"


def either(*terms: str) -> str:
    """Any of the terms: `@or a @or b c`.

    Raises:
        ValueError: there is none.
    """
    if not terms:
        raise ValueError("no term")
    return " ".join(["@or"] * (len(terms) - 1) + list(terms))


def _quoted(words: str) -> str:
    escaped = _CONTROL.sub(" ", words).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
