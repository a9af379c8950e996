"""Another library's record made ready to be ours: what only speaks of that library stays there. Plain Python.

Source: MARC 21 Bibliographic <https://www.loc.gov/marc/bibliographic/>: control numbers 001, 003 and 035; tags and
subfields with a 9, which the format leaves to each library; $5, the institution to which a field applies; 841 to 878,
holdings.
"""

import re

from pustaka.standards.marc import Field, Record

THEIR_NUMBERS = frozenset({"001", "003", "005"})
# 9XX is theirs; 049 and 09X are local numbers, 59X and 69X local notes and subjects; 841 to 878 but the link in 856 are
# holdings.
_LOCAL = re.compile(r"9..|049|09.|59.|69.|84[1-9]|85[0-5]|85[7-9]|86.|87.")
_NUMBER = re.compile(r"\(([^)]+)\)\s*(.*)")


def is_local(tag: str) -> bool:
    """Whether fields of this tag say something about one library and its copies only."""
    return _LOCAL.fullmatch(tag) is not None


def adopted(record: Record, *, organization: str = "") -> Record:
    """The record as it comes into our catalogue.

    Their control number goes to 035 behind the code of the organization that gave it, from 003 or else `organization`;
    without either it is left out, as it would mean nothing. Local fields, holdings, fields that apply to one
    institution ($5) and local subfields ($9) are left out. The record counts as new.
    """
    fields = [_without_local(field) for field in record.fields if not _stays_there(field)]
    number = record.control("001").strip()
    source = record.control("003").strip() or organization
    if number and source and not _is_known(number, source, fields):
        theirs = Field("035", subfields=[("a", f"({source}){number}")])
        at = next((at for at, field in enumerate(fields) if field.tag > "035"), len(fields))
        fields.insert(at, theirs)
    return Record(record.leader[:5] + "n" + record.leader[6:], fields)


def _stays_there(field: Field) -> bool:
    return field.tag in THEIR_NUMBERS or is_local(field.tag) or (not field.is_control and bool(field.get("5")))


def _without_local(field: Field) -> Field:
    if field.is_control or not field.get("9"):
        return field
    kept = [(code, value) for code, value in field.subfields if code != "9"]
    return Field(field.tag, indicators=field.indicators, subfields=kept) if kept else field


def _is_known(number: str, source: str, fields: list[Field]) -> bool:
    for field in fields:
        found = _NUMBER.fullmatch(field.get("a").strip()) if field.tag == "035" else None
        if found and found[1].casefold() == source.casefold() and found[2].strip() == number:
            return True
    return False
