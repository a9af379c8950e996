"""What a reader of records remarks, in the language of the person who reads it.

`standards.marc` speaks English and knows no Django; an import keeps its sentences as they are, and they are said anew
here whenever a page or a report shows them. A sentence that isn't known is shown as it came.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

# By which key a title was recognized: the kinds of `catalog.derive.keys`, and those of authorities and holdings.
MATCHED_BY: dict[str, Any] = {
    "control": gettext_lazy("control number"),
    "isbn": gettext_lazy("ISBN"),
    "issn": gettext_lazy("ISSN"),
    "title": gettext_lazy("title, author and year"),
    "content": gettext_lazy("the same content"),
    "heading": gettext_lazy("heading"),
}
# The sentences of `standards.marc` and of the import, word for word.
SENTENCES = (
    _("the record did not end with 1D"),
    _("the record has %(size)s bytes, more than ISO 2709 allows"),
    _("the leader says %(said)s, the record has %(size)s bytes"),
    _("the leader says %(said)s, the fields begin at %(found)s"),
    _("the fields do not follow each other in the order of the directory"),
    _("lengths or offsets were wrong; the order of the fields was used"),
    _("%(entries)s entries for %(fields)s fields; the directory was used"),
    _("it was damaged; tags were found by the length and offset of their fields"),
    _("a terminator inside the field became a blank"),
    _("leader/09 says MARC-8, the text is UTF-8"),
    _("leader/09 says %(said)s, the text is %(found)s"),
    _("this field is UTF-8"),
    _("byte %(byte)s"),
    _("%(count)s codes that MARC-8 does not have became U+FFFD"),
    _("%(count)s escape sequences that MARC-8 does not have became U+FFFD"),
    _("an escape sequence into a script that the text is not in was passed over"),
    _("%(count)s places were no UTF-8 and became U+FFFD"),
    _("indicators and subfield codes were taken out of a control field"),
    _("the text had no subfield code and became $a"),
    _("%(found)s instead of 2 indicators"),
    _("%(one)s and %(two)s instead of one character each"),
    _("%(count)s times U+FFFD: the character is lost"),
    _("%(count)s control characters in the text"),
    _("leader/06 is %(found)s"),
    _("no control number"),
    _("no fixed-length data elements"),
    _("a title in 200 and none in 245"),
    _("no title"),
    _("no field 1XX"),
    _("a control field of another tag became $a of a data field"),
    _("elements inside a subfield became text"),
    _("%(found)s instead of a text"),
    _("%(count)s characters that XML forbids were taken out"),
    _("%(count)s entities or ampersands that XML does not know"),
    _("%(found)s became %(sound)s"),
    _("Only %(size)s bytes: too short for a record."),
    _("No end of the record within %(size)s bytes."),
    _("No directory: no field terminator (1E) after a leader. Perhaps this is no MARC record."),
    _("The directory is empty: the record has no fields."),
    _("Bytes are missing: %(found)s of %(wanted)s are there."),
    _("The record is cut off: %(found)s of %(wanted)s bytes of its fields are there."),
    _("The directory cannot be understood: it does not fit the fields."),
    _("Not sound JSON: %(reason)s."),
    _('A JSON value without "leader" and "fields": this is no MARC-in-JSON.'),
    _("The record has no fields."),
    _("A <record> element without leader and fields: this is no MARCXML."),
    _("The record element has lost its start tag."),
    _("The record element is cut off: it has no end tag."),
    _("The record element is not well-formed: %(reason)s"),
    _("The compressed file is cut off: its end is missing. Ask for it again."),
    _("The compressed file is damaged after %(size)s bytes (%(reason)s)."),
    _("The compressed file unpacks to more than %(ratio)s times its size; no catalogue does. Refused."),
    _("The file is empty."),
    _("This is an archive. Unpack it and choose the MARC file that lies in it."),
    _("This is a PDF or an Office document. Export the catalogue as MARC 21 (ISO 2709) or MARCXML."),
    _('This is JSON, but not MARC-in-JSON: no "leader" and no "fields".'),
    _("This is XML, but not MARCXML: its outermost element is <%(name)s>, and no MARC field follows."),
    _("This is no MARC: neither ISO 2709 (.mrc), nor MARCXML, nor MARC-in-JSON."),
    _("This record met a fault of the program; the log says more."),
    _("%(count)s copies have no barcode and are left out."),
    _("A %(kind)s record: it has no place here."),
    _("Barcode %(barcode)s belongs to another title already: this copy is left out."),
    _("“%(title)s” has the same ISBN, but another title or form: not matched."),
    _("“%(title)s” agrees in title, author and year, but has another control number: not matched."),
    _("The row has no title: %(row)s"),
    _("The row has no barcode: %(row)s"),
    _("The row has %(found)s cells, the table %(wanted)s columns."),
    _("The row has more than %(most)s cells: the others are left out."),
    _("The row has more than %(most)s bytes."),
    _("A quotation mark is opened in this row and never closed."),
    _("The row is in Windows-1252, the file in UTF-8."),
    _("HTML was taken out of “%(column)s”."),
    _("%(count)s times U+FFFD: the character is lost"),
    _("A spreadsheet program has shortened the number %(number)s: its last digits are lost."),
    _("The ISBN %(isbn)s has a wrong check digit: kept, but not believed."),
    _("“%(isbn)s” is no ISBN or ISSN: kept, but not believed."),
    _("“%(others)s” was taken off the name %(name)s."),
    _("Several names stood in one value and were parted: %(names)s"),
    _("“%(barcode)s” can't be a barcode: this copy is left out."),
    _("The state “%(state)s” is none of ours: taken for available."),
    _("The source “%(source)s” is none of ours: kept as it is."),
    _("The price %(price)s isn't one in rupiah: kept as it is."),
    _("“%(day)s” can't be read as a day: kept as it is."),
    _("No title here has a copy with the barcode %(barcode)s: bring in the titles first."),
    _("The barcode %(barcode)s stands in an earlier row, too: that one counts."),
    _("The copy %(barcode)s was changed here since it came."),
    _("The copy was changed or removed meanwhile."),
    _("The workbook has no sheet “%(sheet)s”."),
    _("The sheet is damaged from here on (%(fault)s). Save it as CSV."),
    _("The workbook can't be read (%(fault)s). Save it anew as .xlsx or CSV."),
    _("The workbook has no sheet with a table."),
    _("The workbook is damaged or cut off. Ask for it again, or save it as CSV."),
    _("The workbook has more parts than any list of books. Save the sheet as CSV."),
    _("The workbook unpacks to more than any list of books. Save the sheet as CSV."),
    _("The workbook holds a document type, which Excel never writes. Save the sheet as CSV."),
    _("This is a PDF. Copy its table into a spreadsheet and save that as CSV."),
    _("This is an old Excel file (.xls), or one with a password. Save it as .xlsx or CSV."),
    _("This is an archive or a document of another program. Save the table as .xlsx or CSV."),
    _("This is no table: it holds bytes that are no text."),
    _("This is text, but no table: no comma, semicolon or tab parts the same number of columns in every row."),
    _("It was changed after the import."),
    _("Copies were added to it after the import."),
    _("Something else in the library depends on it or its copies."),
    _("It was changed after the import, so the new record stays."),
)
# Where the detail is bare data, what it is about.
ABOUT = {
    "leader": _("the leader was put right: %(detail)s"),
    "tag": _("a tag was put right: %(detail)s"),
    "directory": _("the directory was put right: %(detail)s"),
    "subfield-code": _("a subfield code was put right: %(detail)s"),
    "double-encoded": _("the text was encoded twice and was put right: %(detail)s"),
    "bad-indicator": _("indicators that MARC does not have: %(detail)s"),
    "bad-subfield-code": _("subfield codes that MARC does not have: %(detail)s"),
    "bad-tag": _("tags that MARC does not have: %(detail)s"),
    "xml-not-well-formed": _("the XML was not well-formed: %(detail)s"),
}
FIELD = re.compile(r"(\w{3}): (.*)", re.DOTALL)
PLACE = re.compile(r"%\\\((\w+)\\\)s")  # as `re.escape` leaves it
GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


def in_words(messages: Iterable[tuple[str, str]]) -> list[str]:
    """One sentence for each pair of a code and a sentence, the field's tag first where one is named."""
    return [_sentence(code, detail) for code, detail in messages]


def in_words_of(sentence: str) -> str:
    """One sentence of `standards.marc` that has no code: why a file was refused."""
    return _sentence("", sentence)


def _sentence(code: str, detail: str) -> str:
    field = FIELD.fullmatch(detail)
    text = _said(field[2] if field else detail)
    if code in ABOUT:
        text = gettext(ABOUT[code]) % {"detail": text}
    return f"{field[1]}: {text}" if field else text


def _said(sentence: str) -> str:
    for template, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            return gettext(template) % {name: _number(value) for name, value in found.groupdict().items()}
    return sentence


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(one, re.compile(PLACE.sub(r"(?P<\1>.+)", re.escape(one)), re.DOTALL)) for one in SENTENCES]


def _number(value: str) -> str:
    return number_format(int(value.replace(",", "")), force_grouping=True) if GROUPED.fullmatch(value) else value
