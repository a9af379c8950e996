"""What a batch does to the MARC record of one title. Plain Python.

Source: MARC 21 Format for Bibliographic Data, <https://www.loc.gov/marc/bibliographic/>.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pustaka.catalog import headings, written
from pustaka.standards.marc import Field, Record

Done = Literal["set", "add", "delete", "replace", "subject", "heading", "link"]
LEADER = written.LEADER
LEADER_PLACES = {5, 6, 7, 8, 17, 18, 19}  # the others describe one serialization, or never vary


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One thing that is done to every record of a batch.

    Args:
        do: set a subfield, or places of a control field or the leader; add a field; delete a field or subfields;
            replace text; add a subject; change a heading; link a heading to its authority.
        tag: the field; LDR for the leader.
        indicators: only fields with these, and new ones get them; "" for any.
        code: the subfield; for the leader and control fields the first place, counted from 0.
        find: the text to be replaced, or the heading to be changed.
        text: the new text; where a whole field or heading is meant, its subfields as they are written
            (`$aEkonomi$zIndonesia`).
        where_code, where_text: only fields in which this subfield (any, if empty) contains this text, in any case.
        kind, number: of a heading: what it is, and the control number of its authority.
    """

    do: Done
    tag: str = ""
    indicators: str = ""
    code: str = ""
    find: str = ""
    text: str = ""
    where_code: str = ""
    where_text: str = ""
    kind: str = ""
    number: str = ""

    def as_json(self) -> dict[str, Any]:
        """For keeping; `FieldChange(**kept)` is the way back."""
        return {name: value for name, value in asdict(self).items() if value}

    def check(self) -> str:
        """The code of what is wrong with it (see `remarks`), or ""."""
        if self.do == "link":
            return "" if self.find.strip() and self.number else "find"
        if self.do in {"subject", "heading"}:
            return self._check_heading()
        if self.do == "add" and self.tag[:2] == "00":
            return "add-control"
        if len(self.tag) != 3 or not self.tag.isalnum() or (self.tag == LEADER and self.do != "set"):
            return "tag"
        if self.indicators and len(self.indicators) != 2:
            return "indicators"
        if self.tag == LEADER or self.tag[:2] == "00":
            return self._check_places()
        if self.do == "add":
            return "" if isinstance(self._written(), Field) else "subfields"
        if (self.do == "set" and len(self.code) != 1) or len(self.code) > 1:
            return "code"
        if self.do == "replace" and not self.find:
            return "find"
        return "no-text" if self.do == "set" and not self.text.strip() else ""

    def _check_heading(self) -> str:
        if self.do == "heading" and not self.find.strip():
            return "find"
        return "" if isinstance(self._heading(), Field) else "subfields"

    def _check_places(self) -> str:
        if self.do == "delete":
            return ""
        if self.do == "replace":
            return "" if self.find and len(self.find) == len(self.text) else "same-length"
        if not self.code.isdecimal() or not self.text or not self.text.isascii():
            return "place"
        first = int(self.code)
        places = set(range(first, first + len(self.text)))
        return "place" if self.tag == LEADER and not places <= LEADER_PLACES else ""

    def _written(self) -> Field | None:
        """The field that `text` says."""
        return headings.written_as(self.tag, self.indicators, self.text) if "$" in self.text else None

    def _heading(self) -> Field | None:
        """The heading that `text` says; subdivisions may stand behind double hyphens."""
        return headings.written_as("650", "", self.text)


def applied(record: Record, changes: Sequence[FieldChange]) -> Record:
    """The record after all changes, in order; `record` stays as it is."""
    found = Record(record.leader, record.fields)
    for change in changes:
        _apply(found, change)
    return found


def problem(record: Record) -> str:
    """The code of why this can't be the record of a title (see `remarks`), or ""."""
    if record.kind not in {"bibliographic", "unknown"}:
        return "not-a-title"
    title = record.get("245")
    return "" if title is not None and title.get("a").strip() else "no-title"


def _apply(record: Record, change: FieldChange) -> None:
    if change.do == "set" and change.tag == LEADER:
        record.leader = _placed(record.leader, change)
    elif change.do == "add":
        if (field := change._written()) and field not in record.fields:
            put(record, field)
    elif change.do == "subject":
        _add_subject(record, change)
    elif change.do == "heading":
        _change_heading(record, change)
    elif change.do == "link":
        _link_heading(record, change)
    else:
        _change_fields(record, change)


def _change_fields(record: Record, change: FieldChange) -> None:
    fields: list[Field] = []
    is_there = False
    for field in record.fields:
        if field.tag == change.tag and _is_meant(field, change):
            is_there = True
            if (after := _changed(field, change)) is not None:
                fields.append(after)
        else:
            fields.append(field)
    record.fields = fields
    if change.do == "set" and not is_there and not change.where_text and change.tag[:2] != "00":
        put(record, Field(change.tag, indicators=change.indicators or "  ", subfields=[(change.code, change.text)]))


def _is_meant(field: Field, change: FieldChange) -> bool:
    if change.indicators and not field.is_control and field.indicators != change.indicators:
        return False
    if not change.where_text:
        return True
    texts = [field.body] if field.is_control else [
        value for code, value in field.subfields if not change.where_code or code == change.where_code
    ]  # fmt: skip
    return any(change.where_text.casefold() in text.casefold() for text in texts)


def _changed(field: Field, change: FieldChange) -> Field | None:
    """The field after the change; `None` where nothing of it is left."""
    if field.is_control:
        if change.do == "delete":
            return None
        if change.do == "replace":
            return Field(field.tag, data=field.body.replace(change.find, change.text))
        return Field(field.tag, data=_placed(field.body, change))
    subfields = list(field.subfields)
    if change.do == "set":
        place = next((place for place, (code, _) in enumerate(subfields) if code == change.code), None)
        if place is None:
            subfields.append((change.code, change.text))
        else:
            subfields[place] = (change.code, change.text)
    elif change.do == "delete":
        subfields = [pair for pair in subfields if change.code and pair[0] != change.code]
    else:
        subfields = [
            (code, value.replace(change.find, change.text) if not change.code or code == change.code else value)
            for code, value in subfields
        ]
        subfields = [(code, value) for code, value in subfields if value.strip()]
    return Field(field.tag, indicators=field.indicators, subfields=subfields) if subfields else None


def _placed(data: str, change: FieldChange) -> str:
    """The text put at its places; a control field that ends before them stays as it is."""
    first = int(change.code)
    end = first + len(change.text)
    return data if end > len(data) else data[:first] + change.text + data[end:]


def _add_subject(record: Record, change: FieldChange) -> None:
    made = change._heading()
    if made is None:
        return
    number = [("0", change.number)] if change.number else []
    field = Field("650", indicators=change.indicators or " 4", subfields=[*made.subfields, *number])
    if headings.keys(field)[0] not in {headings.keys(other)[0] for other in record.all("650", "651")}:
        put(record, field)


def _change_heading(record: Record, change: FieldChange) -> None:
    made = change._heading()
    if made is None:
        return
    tags = headings.TAGS.get(change.kind, headings.ALL_TAGS)
    wanted = headings.key(change.find)
    fields: list[Field] = []
    for field in record.fields:
        after = field
        if field.tag in tags and wanted in headings.keys(field):
            after = headings.renamed(field, wanted, made.subfields, number=change.number)
        # Two headings may have become one.
        if after is field or after not in record.fields:
            fields.append(after)
    record.fields = fields


def _link_heading(record: Record, change: FieldChange) -> None:
    tags = headings.TAGS.get(change.kind, headings.ALL_TAGS)
    wanted = headings.key(change.find)
    record.fields = [
        headings.linked(field, change.number) if field.tag in tags and wanted in headings.keys(field) else field
        for field in record.fields
    ]


def put(record: Record, field: Field) -> None:
    """Add the field behind the last one whose tag isn't greater."""
    place = max((place for place, other in enumerate(record.fields, 1) if other.tag <= field.tag), default=0)
    record.fields.insert(place, field)


def is_changed(before: Record, after: Record) -> bool:
    """Whether anything but the way of writing it down differs."""
    return before != after
