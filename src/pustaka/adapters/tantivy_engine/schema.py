"""The fields of an index, and a title as a Tantivy document."""

from typing import Any

import tantivy

from pustaka.discovery.ports import Document

BEGIN = "^"  # the token before the first word of a title, so that a phrase can be tied to the beginning
FACETS = ("form", "language", "subject", "author", "branch", "location", "collection", "class", "week")
# A title may have several of these, but few combinations occur. Counting a column with one value a title is some
# twenty times quicker than with several, so the whole combination is kept as one value, and counts are shared out.
COMBINED = {"branch": "branches", "location": "locations", "collection": "collections", "class": "classes"}
PART = "\x1e"  # between the values of a combination
TEXT_FIELDS = ("title", "titles", "names", "subjects", "notes", "publisher")
SORT_FIELDS = {"newest": "year", "oldest": "year", "title": "title_sort", "call_number": "call_sort"}
HEADING_PART = "\x1f"
_LONGEST_TERM = 8_000  # characters; Tantivy leaves out terms above 65,530 bytes


def make() -> Any:
    """Words that only decide what matches carry no positions; nothing is stored but the fast columns."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("batch", indexed=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("title_keys", "keys", "headings"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name not in COMBINED)
    for name in COMBINED.values():
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("available", indexed=True, fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_unsigned_field("added", fast=True)
    builder.add_text_field("title_sort", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("call_sort", tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


SCHEMA = make()


def document(given: Document) -> Any:
    """The Tantivy document; empty values are left out."""
    values: dict[str, Any] = {
        "id": given.id,
        "words": given.words,
        "title": f"{BEGIN} {given.title}",
        "title_keys": [key[:_LONGEST_TERM] for key in given.title_keys],
        "keys": list(given.keys),
        "headings": [f"{kind[0]}{folded}{HEADING_PART}{shown}" for kind, folded, shown in given.headings],
        "available": int(given.is_available),
        "added": given.added,
        "title_sort": given.title_sort,
    }
    for name in ("titles", "names", "subjects", "notes", "publisher"):
        if written := getattr(given, name):
            values[name] = written
    for name, chosen in given.facets.items():
        if chosen:
            values[name] = list(chosen)
            if name in COMBINED:
                values[COMBINED[name]] = PART.join(sorted(chosen))
    if given.call_sort:
        values["call_sort"] = given.call_sort
    if given.year is not None:
        values["year"] = given.year
    if given.batch is not None:
        values["batch"] = given.batch
    return tantivy.Document.from_dict(values, SCHEMA)
