"""The MARC 21 record as a value: a leader and a list of fields.

Source: MARC 21 Specifications for Record Structure, Character Sets, and Exchange Media (Library of Congress),
<https://www.loc.gov/marc/specifications/>; leader and tags: <https://www.loc.gov/marc/bibliographic/>.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal

Kind = Literal["bibliographic", "authority", "holdings", "classification", "community", "unknown"]

LEADER_LENGTH = 24
SUBFIELD, FIELD_END, RECORD_END = "\x1f", "\x1e", "\x1d"
CONTROL_TAGS = frozenset(f"00{n}" for n in range(10))

_DELIMITERS = re.compile("[\x1d\x1e\x1f]")
_NOT_SHOWN = frozenset("0123456789w")  # control subfields: links, sources, record numbers
_KINDS: dict[str, Kind] = {
    **dict.fromkeys("acdefgijkmoprt", "bibliographic"),
    "z": "authority",
    **dict.fromkeys("uvxy", "holdings"),
    "w": "classification",
    "q": "community",
}


class Field:
    """One MARC field. Treat it as immutable: to change a record, put another field into `record.fields`.

    `body` is everything between the tag and the field terminator, as in ISO 2709: the data of a control field, else
    two indicators followed by U+001F, code and value of every subfield. The other attributes are read from it.
    """

    __slots__ = ("body", "tag")

    tag: str
    body: str

    def __init__(
        self,
        tag: str,
        *,
        data: str | None = None,
        indicators: str = "  ",
        subfields: Iterable[tuple[str, str]] = (),
    ) -> None:
        """A control field from `data`, or a data field from `indicators` and `subfields`.

        Raises:
            ValueError: the tag is not 3 characters long, the indicators not 2, a code not 1 (none is allowed for an
                empty value); a value holds one of the delimiters U+001D to U+001F; or `data` is given for a data field.
        """
        if len(tag) != 3 or (tag in CONTROL_TAGS) != (data is not None):
            raise ValueError(f"Tag {tag!r}: 3 characters; 000 to 009 take data, the others subfields.")
        if data is None:
            subfields = tuple(subfields)
            if len(indicators) != 2 or any(len(code) != 1 and (code or value) for code, value in subfields):
                raise ValueError(f"Field {tag}: 2 indicators, and 1 character as the code of a subfield.")
            pieces = [indicators, *(code + value for code, value in subfields)]
        else:
            pieces = [data]
        if _DELIMITERS.search("".join([tag, *pieces])):
            raise ValueError(f"Field {tag}: a MARC delimiter (U+001D to U+001F) in the text.")
        self.tag = tag
        self.body = SUBFIELD.join(pieces)

    @classmethod
    def from_body(cls, tag: str, body: str) -> "Field":
        """The field with this body, which must be in the form that the class describes; nothing is checked."""
        field = cls.__new__(cls)
        field.tag = tag
        field.body = body
        return field

    @property
    def is_control(self) -> bool:
        return self.tag in CONTROL_TAGS

    @property
    def data(self) -> str | None:
        """The text of a control field, `None` for a data field."""
        return self.body if self.tag in CONTROL_TAGS else None

    @property
    def indicators(self) -> str:
        """Two characters; empty for a control field."""
        return "" if self.tag in CONTROL_TAGS else self.body[:2]

    @property
    def subfields(self) -> tuple[tuple[str, str], ...]:
        """(code, value) in the order of the record; empty for a control field."""
        if self.tag in CONTROL_TAGS:
            return ()
        return tuple([(piece[:1], piece[1:]) for piece in self.body.split(SUBFIELD)[1:]])

    def get(self, code: str) -> str:
        """The first value of this subfield, or ""."""
        _, found, rest = self.body.partition(SUBFIELD + code)
        return rest.partition(SUBFIELD)[0] if found else ""

    def all(self, codes: str) -> list[str]:
        """The values of the subfields whose code is one of the characters of `codes`, in the order of the record."""
        return [piece[1:] for piece in self.body.split(SUBFIELD)[1:] if piece[:1] in codes]

    def text(self, codes: str = "") -> str:
        """The values of these subfields joined by one blank; without `codes` of all but $w and $0 to $9."""
        if self.tag in CONTROL_TAGS:
            return self.body
        pieces = self.body.split(SUBFIELD)[1:]
        if codes:
            return " ".join([piece[1:] for piece in pieces if piece[:1] in codes])
        return " ".join([piece[1:] for piece in pieces if piece[:1] not in _NOT_SHOWN])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Field) and self.tag == other.tag and self.body == other.body

    def __hash__(self) -> int:
        return hash((self.tag, self.body))

    def __repr__(self) -> str:
        return f"<{self.tag} {self.body.replace(SUBFIELD, '$')}>"


class Record:
    """One MARC 21 record.

    `leader` has 24 characters. Its length and base address (00-04, 12-16) describe one serialization, not the record:
    writers compute them, and `==` does not look at them.
    """

    __slots__ = ("fields", "leader")

    leader: str
    fields: list[Field]

    def __init__(self, leader: str, fields: Iterable[Field] = ()) -> None:
        """
        Raises:
            ValueError: the leader is not 24 ASCII characters, or holds a delimiter.
        """
        if len(leader) != LEADER_LENGTH or not leader.isascii() or _DELIMITERS.search(leader):
            raise ValueError(f"A leader has {LEADER_LENGTH} ASCII characters: {leader!r}")
        self.leader = leader
        self.fields = list(fields)

    @classmethod
    def from_parts(cls, leader: str, fields: list[Field]) -> "Record":
        """The record that consists of exactly these; nothing is checked or copied."""
        record = cls.__new__(cls)
        record.leader = leader
        record.fields = fields
        return record

    def get(self, *tags: str) -> Field | None:
        """The first field with one of these tags; "X" stands for any character ("6XX")."""
        matches = _matcher(tags)
        for field in self.fields:
            if matches(field.tag):
                return field
        return None

    def all(self, *tags: str) -> list[Field]:
        """The fields with one of these tags, in the order of the record; "X" stands for any character ("6XX")."""
        matches = _matcher(tags)
        return [field for field in self.fields if matches(field.tag)]

    def control(self, tag: str) -> str:
        """The data of the first control field with this tag, or ""."""
        for field in self.fields:
            if field.tag == tag:
                return field.data or ""
        return ""

    @property
    def kind(self) -> Kind:
        """What the record describes, by leader/06."""
        return _KINDS.get(self.leader[6], "unknown")

    def linked_880(self, field: Field) -> Field | None:
        """The same field in the other script: the 880 whose $6 names the tag and number of this field's $6.

        Source: MARC 21 Bibliographic, Appendix A, $6 - Linkage. `None` when the field is not linked (number 00, no
        $6), or when the record lacks the 880.
        """
        number = field.get("6")[4:6]
        if not number.isdigit() or number == "00":
            return None
        link = f"{field.tag}-{number}"
        for other in self.fields:
            if other.tag == "880" and other.get("6").startswith(link):
                return other
        return None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Record)
            and self.leader[5:12] == other.leader[5:12]
            and self.leader[17:] == other.leader[17:]
            and self.fields == other.fields
        )

    __hash__ = None  # type: ignore[assignment]  # a record can be edited

    def __repr__(self) -> str:
        return f"<Record {self.leader!r}, {len(self.fields)} fields>"


@lru_cache(1024)
def _matcher(tags: tuple[str, ...]) -> Callable[[str], object]:
    """A test for a tag: one set lookup, or one regular expression when a wildcard is among them."""
    if any("X" in tag for tag in tags):
        return re.compile("|".join(re.escape(tag).replace("X", ".") for tag in tags), re.DOTALL).fullmatch
    return frozenset(tags).__contains__
