from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pustaka.catalog import queries
from pustaka.catalog.models import ColumnMap
from pustaka.catalog.tables import Column, Look, Recipe, Target
from pustaka.standards.sheets import Layout

# What a librarian calls the fields; a column goes to one of them.
TARGETS: tuple[tuple[Any, tuple[tuple[Target, Any], ...]], ...] = (
    (
        _("The title"),
        (
            (Target.TITLE, _("Title")),
            (Target.SUBTITLE, _("Rest of the title")),
            (Target.AUTHOR, _("Author")),
            (Target.CORPORATE, _("Corporate author")),
            (Target.STATEMENT, _("Statement of responsibility")),
            (Target.EDITION, _("Edition")),
            (Target.ISBN, _("ISBN or ISSN")),
            (Target.ISSN, _("ISSN")),
            (Target.PLACE, _("Place of publication")),
            (Target.PUBLISHER, _("Publisher")),
            (Target.YEAR, _("Year")),
            (Target.EXTENT, _("Pages, illustrations, size")),
            (Target.SERIES, _("Series")),
            (Target.SUBJECT, _("Subject")),
            (Target.CLASSIFICATION, _("Class number (DDC)")),
            (Target.CALL_NUMBER, _("Call number")),
            (Target.LANGUAGE, _("Language")),
            (Target.GMD, _("Kind of material (GMD)")),
            (Target.NOTE, _("Note")),
            (Target.ABSTRACT, _("Summary")),
            (Target.CONTENTS, _("Table of contents")),
            (Target.URL, _("Address on the web")),
            (Target.CONTROL_NUMBER, _("Record number of the old system")),
        ),
    ),
    (
        _("The copy"),
        (
            (Target.BARCODE, _("Barcode")),
            (Target.INVENTORY_NUMBER, _("Inventory number")),
            (Target.ITEM_TYPE, _("Collection type")),
            (Target.BRANCH, _("Library")),
            (Target.LOCATION, _("Shelf")),
            (Target.STATUS, _("State")),
            (Target.SOURCE, _("How it came")),
            (Target.PRICE, _("Price")),
            (Target.CURRENCY, _("Currency")),
            (Target.RECEIVED_ON, _("Date received")),
            (Target.COPY_NUMBER, _("Copy number")),
            (Target.VOLUME, _("Volume")),
            (Target.CONDITION, _("Condition")),
            (Target.COPY_NOTE, _("Note on the copy")),
        ),
    ),
    (
        _("No field of ours"),
        (
            (Target.LOCAL, _("Keep it with the title")),
            (Target.COPY_LOCAL, _("Keep it with the copy")),
            (Target.NOWHERE, _("Leave it out")),
        ),
    ),
)
NAMES: dict[Target, Any] = {target: name for _group, targets in TARGETS for target, name in targets}
SHOWN_COLUMNS = 200
ENCODINGS = (
    ("utf-8", _("Unicode (UTF-8)")),
    ("cp1252", _("Windows (1252)")),
    ("utf-16-le", _("Unicode text of Excel (UTF-16)")),
    ("utf-16-be", _("UTF-16, the other way round")),
)
DELIMITERS = (
    (",", _("comma ,")),
    (";", _("semicolon ;")),
    ("\t", _("tab")),
    ("|", _("bar |")),
    ("^", "^"),
    ("~", "~"),
)
KINDS = (
    ("titles", _("A title, with its copies if there are any")),
    ("copies", _("A copy of a title that is here already")),
)
SEPARATORS = (
    ("", _("found by itself: semicolon, bar or new line")),
    (",", _("comma ,")),
    (";", _("semicolon ;")),
    ("/", _("slash /")),
    ("|", _("bar |")),
    (" dan ", _("the word “dan”")),
    ("<>", _("each in angle brackets <…>")),
)
JOINERS = (
    (" ", _("a blank")),
    (", ", _("comma ,")),
    (" : ", _("colon :")),
    (" ; ", _("semicolon ;")),
    (" / ", _("slash /")),
    ("-", _("hyphen -")),
)


class LayoutChoice(forms.Form):
    """How the table is written down, where the first look at it went wrong."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.TypedChoiceField(
        label=_("The names of the columns stand in"), coerce=int, empty_value=None, required=False
    )
    delimiter = forms.ChoiceField(label=_("Columns are parted by"), choices=DELIMITERS, required=False)
    encoding = forms.ChoiceField(label=_("Letters are written as"), choices=ENCODINGS, required=False)
    like = forms.ModelChoiceField(
        label=_("Begin with the columns of"), queryset=queries.column_maps().none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, layout: Layout, sheets: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self._layout = layout
        rows = [
            (0, _("no row")),
            *[(number, gettext("row %(number)s") % {"number": number}) for number in range(1, 21)],
        ]
        self.fields["header_row"].choices = rows  # type: ignore[attr-defined]
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        self.fields["like"].queryset = queries.column_maps()  # type: ignore[attr-defined]
        for name in ("delimiter", "encoding") if layout.form == "xlsx" else ("sheet",):
            del self.fields[name]
        if not queries.column_maps().exists():
            del self.fields["like"]

    @property
    def layout(self) -> Layout:
        """The layout that was found, with what was chosen in its place."""
        told: Mapping[str, Any] = self.cleaned_data if self.is_bound and self.is_valid() else {}
        chosen = {name: told[name] for name in ("sheet", "delimiter", "encoding") if told.get(name)}
        return replace(self._layout, **chosen)

    @property
    def header_row_chosen(self) -> int | None:
        return self.cleaned_data.get("header_row") if self.is_bound and self.is_valid() else None

    @property
    def map_chosen(self) -> ColumnMap | None:
        return self.cleaned_data.get("like") if self.is_bound and self.is_valid() else None


class Meaning(forms.Form):
    """Where each column goes, and how its cells are taken apart."""

    kind = forms.ChoiceField(label=_("What is one row?"), choices=KINDS, widget=forms.RadioSelect)
    separator = forms.ChoiceField(
        label=_("Several authors or subjects in one cell are parted by"), choices=SEPARATORS, required=False
    )
    joiner = forms.ChoiceField(
        label=_("Where two columns go to one field, put between them"), choices=JOINERS, required=False
    )
    name = forms.CharField(
        label=_("Remember this as"),
        max_length=110,
        required=False,
        help_text=_("The next file with the same names of columns is read without asking."),
    )

    def __init__(self, *args: Any, names: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self._names = list(names)[:SHOWN_COLUMNS]
        choices = [(group, [(target.value, name) for target, name in targets]) for group, targets in TARGETS]
        for place, name in enumerate(self._names):
            label = name or gettext("Column %(number)s") % {"number": place + 1}
            self.fields[f"column_{place}"] = forms.ChoiceField(label=label, choices=choices, required=False)

    def clean(self) -> dict[str, Any] | None:
        told = super().clean()
        chosen = {self.cleaned_data.get(f"column_{place}", "") for place in range(len(self._names))}
        if self.cleaned_data.get("kind") == "copies" and Target.BARCODE not in chosen:
            raise forms.ValidationError(_("Say which column holds the barcode: a copy is found by it."))
        if self.cleaned_data.get("kind") == "titles" and Target.TITLE not in chosen:
            raise forms.ValidationError(_("Say which column holds the title: every record needs one."))
        return told

    def columns(self) -> list[Any]:
        """The fields of the columns, from left to right."""
        return [self[f"column_{place}"] for place in range(len(self._names))]

    def recipe(self, *, layout: Layout, header_row: int, origin: str = "") -> Recipe:
        """What was chosen."""
        told = self.cleaned_data
        return Recipe(
            layout=layout,
            columns=tuple([Column(name, Target(told[f"column_{place}"])) for place, name in enumerate(self._names)]),
            kind=told["kind"],
            header_row=header_row,
            separator=told["separator"],
            joiner=told["joiner"] or " ",
            origin=origin,
        )


def initial_of(recipe: Recipe, names: Sequence[str]) -> dict[str, Any]:
    """The fields of `Meaning` for a known recipe; columns are found by their names, or by their places without any."""
    by_name = {column.name.casefold(): column.target for column in recipe.columns if column.name}
    found: dict[str, Any] = {"kind": recipe.kind, "separator": recipe.separator, "joiner": recipe.joiner}
    for place, name in enumerate(names):
        by_place = recipe.columns[place].target if place < len(recipe.columns) and not name else Target.LOCAL
        found[f"column_{place}"] = by_name.get(name.casefold(), by_place).value
    return found


def guessed(seen: Look, targets: Sequence[Target]) -> dict[str, Any]:
    """The fields of `Meaning` as far as the names of the columns say it."""
    only_copies = Target.TITLE not in targets and Target.BARCODE in targets
    found: dict[str, Any] = {"kind": "copies" if only_copies else "titles", "separator": "", "joiner": " "}
    return found | {f"column_{place}": target.value for place, target in enumerate(targets)}
