"""Titles and copies as rows of the exports of SLiMS 9, so that a library can leave us as easily as it came.

Plain Python. The columns are those of `standards.slims`; what `catalog.describing` made of a row comes back as it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pustaka.catalog import derive, rules
from pustaka.catalog.describing import LOCAL_TAG
from pustaka.standards import slims
from pustaka.standards.marc import Field, Record

# The names that SLiMS comes with; other languages go by their code.
LANGUAGES = {
    "ind": "Indonesia", "eng": "English", "ara": "Arabic", "jav": "Jawa", "sun": "Sunda", "may": "Melayu",
    "dut": "Dutch", "ger": "German", "fre": "French", "jpn": "Japanese", "chi": "Chinese", "kor": "Korean",
}  # fmt: skip
STATES = {
    "available": "", "in_process": "In process", "reference": "No Loan", "repair": "Repair", "missing": "Missing",
    "lost": "Lost", "withdrawn": "Withdrawn",
}  # fmt: skip
SOURCES = {"purchase": "1", "gift": "2"}
_NOTES = ("500", "501", "502", "504", "505", "520", "521", "538", "546", "586")
_NAMES = ("100", "110", "111", "700", "710", "711")
_SUBJECTS = ("600", "610", "611", "630", "648", "650", "651", "653", "655")


def title_row(record: Record, *, call_number: str, barcodes: Sequence[str]) -> list[str]:
    """The cells of `slims.BIBLIO`."""
    fields = derive.by_tag(record)
    title = fields["245"][0] if "245" in fields else Field("245")
    imprint = next((fields[tag][0] for tag in ("264", "260") if tag in fields), Field("264"))
    kept = {field.get("a"): field.get("b") for field in fields.get(LOCAL_TAG, ())}
    language = fields["041"][0].get("a")[:3] if "041" in fields else record.control("008")[35:38].strip()
    cells = {
        "title": " : ".join([text for value in title.all("abnp") if (text := rules.trim(value))]),
        "gmd_name": title.get("h").strip(" .:/=").strip("[] "),
        "edition": _first(fields, "250", "ab"),
        "isbn_issn": ", ".join(_numbers(fields)),
        "publisher_name": rules.trim(imprint.get("b")),
        "publish_year": rules.one_line(imprint.get("c")),
        "collation": rules.one_line(fields["300"][0].text()) if "300" in fields else "",
        "series_title": rules.one_line(fields["490"][0].text("av")) if "490" in fields else "",
        "call_number": call_number,
        "language_name": LANGUAGES.get(language, "" if language in {"und", "|||"} else language),
        "place_name": rules.trim(imprint.get("a")),
        "classification": next((fields[tag][0].get("a") for tag in ("082", "084") if tag in fields), ""),
        "notes": "\n".join([rules.one_line(field.text()) for tag in _NOTES for field in fields.get(tag, ())]),
        "image": kept.get("image", ""),
        "sor": rules.one_line(title.get("c")),
        "authors": slims.angled([derive.heading_text(_name(field)) for tag in _NAMES for field in fields.get(tag, ())]),
        "topics": slims.angled([_topic(field) for tag in _SUBJECTS for field in fields.get(tag, ())]),
        "item_code": slims.angled(barcodes),
    }
    return [slims.without_breaks(cells[name]) for name in slims.BIBLIO]


def _first(fields: derive.Fields, tag: str, codes: str) -> str:
    return rules.one_line(fields[tag][0].text(codes)) if tag in fields else ""


def _numbers(fields: derive.Fields) -> list[str]:
    found = []
    for tag in ("020", "022"):
        for field in fields.get(tag, ()):
            number = field.get("a") or field.get("z")
            qualifier = field.get("q")
            found.append(f"{number} ({qualifier})" if qualifier else number)
    return [rules.one_line(number) for number in found if number]


def _name(field: Field) -> Field:
    """The name without roles, titles of works and numbers."""
    wanted = "abcdnq" if field.tag[1:] != "00" else "abcdq"
    pairs = [(code, value.rstrip(" ,")) for code, value in field.subfields if code in wanted]
    return Field(field.tag, subfields=pairs)


def _topic(field: Field) -> str:
    return "--".join([text for code, value in field.subfields if code.isalpha() and (text := rules.trim(value))])


def copy_row(copy: Mapping[str, Any], *, title: str) -> list[str]:
    """The cells of `slims.ITEM`.

    Args:
        copy: barcode, call_number, item_type, inventory_number, received_on, branch, location, status, source,
            price_idr and unplaced, the places by their names.
    """
    kept: Mapping[str, str] = copy["unplaced"]
    cells = {
        "item_code": copy["barcode"],
        "call_number": copy["call_number"],
        "coll_type_name": copy["item_type"] or "",
        "inventory_code": copy["inventory_number"],
        "received_date": copy["received_on"].isoformat() if copy["received_on"] else "",
        "location_name": copy["branch"],
        "item_status_name": STATES.get(copy["status"], ""),
        "site": copy["location"] or "",
        "source": SOURCES.get(copy["source"], ""),
        "price": str(copy["price_idr"]) if copy["price_idr"] is not None else "",
        "price_currency": "Rupiah" if copy["price_idr"] is not None else "",
        "title": title,
    }
    return [slims.without_breaks(str(cells.get(name) or kept.get(name, ""))) for name in slims.ITEM]
