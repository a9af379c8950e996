"""What is wrong, or odd, about a record that somebody is about to save. Errors block; warnings only tell."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pustaka.catalog import derive, rules
from pustaka.standards import identifiers
from pustaka.standards.marc import Field, Record

ONCE = frozenset({"001", "003", "005", "008", "100", "110", "111", "130", "240", "245"})  # fields that don't repeat


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to look at: in which field, and a sentence with the reason."""

    tag: str
    text: Any
    is_error: bool = False


def findings(record: Record, *, base: Record | None = None, this_year: int) -> list[Finding]:
    """Errors first, then in the order of the fields.

    A wrong number or year that stood in `base` already only warns: whoever mends one thing needn't mend all.
    """
    old = set(base.fields) if base else set()
    found = [
        *_of_title(record), *_of_numbers(record, old), *_of_years(record, old, this_year), *_of_coded(record, old),
        *_missing(record), *_twice(record), *_other_scripts(record, base),
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.is_error)


def _of_title(record: Record) -> Iterator[Finding]:
    if record.kind not in {"bibliographic", "unknown"}:
        yield Finding("LDR", _("This is no record of a title: its leader says another kind."), is_error=True)
    title = record.get("245")
    if title is None or not title.get("a").strip():
        yield Finding("245", _("The record has no title. Fill in field 245, subfield a."), is_error=True)


def _of_numbers(record: Record, old: set[Field]) -> Iterator[Finding]:
    for tag, length, read in (("020", 13, identifiers.isbn13), ("022", 8, identifiers.issn)):
        name = "ISBN" if tag == "020" else "ISSN"
        for field in record.all(tag):
            for value in field.all("a"):
                fault = rules.number_fault(value, length=length, found=read(value)) if value.strip() else ""
                if fault == "check":
                    text = _(
                        "%(name)s %(number)s: the check digit is wrong, so a digit was mistyped. If the book has it"
                        " printed like this, put it into subfield z of field %(tag)s in the full record."
                    )
                elif fault == "length":
                    text = _("%(name)s %(number)s has too few or too many digits.")
                else:
                    continue
                told = {"name": name, "number": value.strip()[:40], "tag": tag}
                yield Finding(tag, text % told, is_error=field not in old)


def _of_years(record: Record, old: set[Field], this_year: int) -> Iterator[Finding]:
    written = next((field for field in record.all("264", "260") if field.get("c")), None)
    year = rules.year_in(written.get("c")) if written else None
    if written and (fault := rules.year_fault(year, this_year=this_year)):
        text = (
            _("The year %(year)s lies in the future.") if fault == "future" else _("The year %(year)s is before print.")
        )
        yield Finding(written.tag, text % {"year": year}, is_error=fault == "future" and written not in old)
    if written and written.get("c").strip() and year is None:
        yield Finding(
            written.tag,
            _("No year can be read in “%(text)s”. Write four digits, so that it can be found by year.")
            % {"text": written.get("c").strip()[:60]},
        )
    coded = record.control("008")[7:11]
    if year and coded.isdecimal() and int(coded) != year and record.control("008")[6:7] == "s":
        yield Finding(
            "008",
            _("The coded year is %(coded)s, the written one %(year)s.") % {"coded": coded, "year": year},
        )


def _of_coded(record: Record, old: set[Field]) -> Iterator[Finding]:
    fixed = record.get("008")
    fault = rules.fixed_fault(fixed.body if fixed else "")
    if fault == "missing":
        yield Finding("008", _("There is no field 008: year and language can't be told by machines."))
    elif fault == "length" and fixed:
        yield Finding(
            "008",
            _("Field 008 has %(length)s characters instead of 40.") % {"length": len(fixed.body)},
            is_error=fixed not in old,
        )
    for field in record.all("082"):
        for value in field.all("a"):
            if value.strip() and not rules.ddc_in(value):
                yield Finding(
                    "082",
                    _("“%(number)s” is no Dewey number: three digits, then perhaps a point and more.")
                    % {"number": value.strip()[:40]},
                    is_error=field not in old,
                )
    for field in record.all("856"):
        for value in field.all("u"):
            if not value.strip().startswith(("http://", "https://", "ftp://")):
                yield Finding(
                    "856", _("The address “%(address)s” doesn't begin with https://.") % {"address": value.strip()[:80]}
                )


def _missing(record: Record) -> Iterator[Finding]:
    columns = derive.columns(record)
    title = record.get("245")
    if not columns.author and not (title and title.get("c").strip()):
        yield Finding("100", _("Nobody is named as author, editor or responsible body."))
    if columns.year is None:
        yield Finding("264", _("The year of publication is missing."))
    if not columns.classification and not columns.call_number:
        yield Finding("082", _("There is no class: the book has no place on the shelf yet."))
    if record.get("6XX") is None:
        yield Finding("650", _("There is no subject: readers find it by title and author only."))
    if not columns.language:
        yield Finding("008", _("The language of the text isn't told."))


def _twice(record: Record) -> Iterator[Finding]:
    counted = Counter(field.tag for field in record.fields if field.tag in ONCE)
    for tag, count in counted.items():
        if count > 1:
            yield Finding(
                tag, _("Field %(tag)s stands there %(count)s times; once is right.") % {"tag": tag, "count": count}
            )
    for field, count in Counter(record.fields).items():
        if count > 1 and field.tag not in ONCE:
            yield Finding(field.tag, _("The same field %(tag)s stands there twice.") % {"tag": field.tag})


def _other_scripts(record: Record, base: Record | None) -> Iterator[Finding]:
    """Fields that were changed while what they say in another script was not."""
    if base is None:
        return
    old = set(base.fields)
    for field in record.fields:
        other = record.linked_880(field) if field.tag != "880" and field not in old else None
        if other is not None and other in old:
            yield Finding(
                field.tag,
                _("Field %(tag)s is also there in another script (880). Change that in the full record, too.")
                % {"tag": field.tag},
            )
