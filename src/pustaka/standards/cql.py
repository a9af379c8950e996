"""Questions in CQL, the contextual query language of SRU: the small part that a client writes.

Source: OASIS searchRetrieve 1.0, part 5 (CQL), <https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part5-cql/>.
"""

import re

_CLAUSE = re.compile(r"[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)?(?:\s+(?:=|==|all|any|adj|exact))?")
_SPECIAL = re.compile(r'(["\\*?^])')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def is_index(text: str) -> bool:
    """Whether this is the name of an index, with a relation or without: "bath.isbn", "dc.title all"."""
    return _CLAUSE.fullmatch(text.strip()) is not None


def term(index: str, words: str) -> str:
    """One search clause: `dc.title all "bumi manusia"`. Without a relation it is `=`; nothing in `words` masks.

    Raises:
        ValueError: that is no index.
    """
    if not is_index(index):
        raise ValueError(f"no CQL index: {index!r}")
    name, _, relation = " ".join(index.split()).partition(" ")
    escaped = _SPECIAL.sub(r"\\\1", _CONTROL.sub(" ", words))
    return f'{name} {relation or "="} "{escaped}"'


def either(*terms: str) -> str:
    """Any of the clauses.

    Raises:
        ValueError: there is none.
    """
    if not terms:
        raise ValueError("no clause")
    return " or ".join(terms)
