from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pustaka.catalog import queries as catalog
from pustaka.catalog.labels.sheets import (
    CARD_KINDS,
    CONTENTS,
    LENGTHS,
    QR_SAYS,
    SYMBOLS,
    Contents,
    Design,
    Look,
    QrSays,
    Sheet,
)
from pustaka.catalog.labels.sheets import Symbol as Symbols

READY_NAME = _("Sheets that can be bought")
OWN_NAME = _("Your own sheets")
MOST_PREFIXES = 40


class Scanned(forms.Form):
    """One box for barcodes: scanned one after the other, or pasted from a list."""

    barcodes = forms.CharField(
        label=_("Barcodes"),
        help_text=_("One a line, or between commas. A range has blanks around its hyphen: B0001 - B0050."),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        max_length=100_000,
    )


class Printing(forms.Form):
    """On which sheet, from which place."""

    items = forms.CharField(widget=forms.HiddenInput, required=False)
    design = forms.ChoiceField(label=_("Sheet"))
    start = forms.IntegerField(
        label=_("First free label on the sheet"),
        help_text=_("1 for a new sheet. Count from the upper left corner, row by row."),
        min_value=1,
        max_value=400,
    )
    has_frames = forms.BooleanField(
        label=_("Draw the outline of each label"), help_text=_("For a test on plain paper."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = catalog.designs()
        own = [(design.key, design.name) for design in known if design.key.startswith("own-")]
        ready = [(design.key, design.name) for design in known if not design.key.startswith("own-")]
        self.fields["design"].choices = [*([(OWN_NAME, own)] if own else []), (READY_NAME, ready)]  # type: ignore[attr-defined]

    @property
    def item_ids(self) -> list[int]:
        return ids_in(self.data.get("items", ""))


def ids_in(text: str) -> list[int]:
    """Numbers between commas; anything else is left out."""
    return [int(part) for part in text.split(",") if part.isdecimal() and len(part) < 19]


def ids_as_text(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids))


def _length(label: Any, *, least: float = 0, most: float = 500, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=most,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )


class SheetDesign(forms.Form):
    """A sheet of the library's own: the paper, the labels on it, and what stands on each. Lengths in millimeters."""

    name = forms.CharField(label=_("Name of the sheet"), max_length=120)
    page_width = _length(_("Width of the paper"), least=20, help_text=_("A4 is 210 mm wide."))
    page_height = _length(_("Height of the paper"), least=20, most=1200, help_text=_("A4 is 297 mm high."))
    columns = forms.IntegerField(label=_("Labels side by side"), min_value=1, max_value=20)
    rows = forms.IntegerField(label=_("Labels one below the other"), min_value=1, max_value=50)
    label_width = _length(_("Width of a label"), least=10)
    label_height = _length(_("Height of a label"), least=8)
    margin_left = _length(_("From the left edge to the first label"))
    margin_top = _length(_("From the upper edge to the first label"))
    gap_x = _length(_("Gap between labels side by side"))
    gap_y = _length(_("Gap between labels one below the other"))
    offset_x = _length(
        _("Shift to the right"),
        least=-20,
        most=20,
        help_text=_("Where the printer prints too far left; minus for left."),
    )
    offset_y = _length(
        _("Shift down"), least=-20, most=20, help_text=_("Where the printer prints too high; minus for up.")
    )
    contents = forms.ChoiceField(label=_("What stands on a label"), choices=CONTENTS)
    symbol = forms.ChoiceField(label=_("What a scanner reads"), choices=SYMBOLS)
    qr_says = forms.ChoiceField(label=_("A QR code holds"), choices=QR_SAYS)
    font_size = forms.DecimalField(
        label=_("Largest letters, in points"),
        help_text=_("Smaller where the text needs it."),
        min_value=6,
        max_value=40,
        decimal_places=1,
    )
    shows_library = forms.BooleanField(label=_("The library's name on top"), required=False)
    library = forms.CharField(
        label=_("Name to print"), help_text=_("Empty for the name of the copy's branch."), max_length=80, required=False
    )
    shows_title = forms.BooleanField(label=_("The title above the barcode"), required=False)
    shows_copy = forms.BooleanField(label=_("The number of the copy below the call number"), required=False)
    prefixes = forms.CharField(
        label=_("Letters above the call number"),
        help_text=_("One collection a line: its code, an equals sign, the letters. RUJUKAN = R"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    cards = forms.MultipleChoiceField(
        label=_("Cards of a title"), choices=CARD_KINDS, widget=forms.CheckboxSelectMultiple, required=False
    )

    @classmethod
    def of(cls, design: Design, *, name: str) -> "SheetDesign":
        """Filled with a design."""
        told = {**asdict(design.sheet), **asdict(design.look)}
        told["prefixes"] = "\n".join(f"{code} = {letters}" for code, letters in sorted(design.look.prefixes.items()))
        return cls(initial={**told, "name": name, "cards": list(design.look.cards)})

    def clean_prefixes(self) -> dict[str, str]:
        prefixes = {}
        for line in self.cleaned_data["prefixes"].splitlines():
            if not line.strip():
                continue
            code, equals, letters = (part.strip() for part in line.partition("="))
            if not (code and equals and 0 < len(letters) <= 8):
                raise ValidationError(
                    _("“%(line)s” can't be read. Write a code, an equals sign and at most 8 letters.")
                    % {"line": line.strip()[:60]}
                )
            prefixes[code] = letters
        if len(prefixes) > MOST_PREFIXES:
            raise ValidationError(_("At most %(most)s collections can have letters.") % {"most": MOST_PREFIXES})
        return prefixes

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for problem in self.sheet.problems():
                self.add_error(None, problem)
            if told["contents"] == Contents.CARD and not told["cards"]:
                self.add_error("cards", _("Choose at least one kind of card."))
        return told

    @property
    def sheet(self) -> Sheet:
        told = self.cleaned_data
        return Sheet(
            columns=told["columns"],
            rows=told["rows"],
            **{name: float(told[name]) for name in LENGTHS},
        )

    @property
    def look(self) -> Look:
        told = self.cleaned_data
        return Look(
            contents=Contents(told["contents"]),
            symbol=Symbols(told["symbol"]),
            qr_says=QrSays(told["qr_says"]),
            font_size=float(told["font_size"]),
            shows_library=told["shows_library"],
            library=told["library"],
            shows_title=told["shows_title"],
            shows_copy=told["shows_copy"],
            prefixes=told["prefixes"],
            cards=tuple(told["cards"]),
        )

    @property
    def design(self) -> Design:
        return Design(key="own", name=self.cleaned_data["name"], sheet=self.sheet, look=self.look)
