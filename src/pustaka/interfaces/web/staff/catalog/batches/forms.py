from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.catalog import queries as catalog
from pustaka.catalog.batches import listing
from pustaka.catalog.batches.copies import CopyChange
from pustaka.catalog.batches.fields import FieldChange
from pustaka.catalog.batches.remarks import WRONG
from pustaka.catalog.models import Item, Withdrawal
from pustaka.catalog.rules import CIRCULATING
from pustaka.catalog.services.batches import MOST_LINES
from pustaka.discovery import queries as discovery
from pustaka.interfaces.web.opac.addresses import question

MOST_FILE_BYTES = 10_000_000
LEAVE = ("", _("Leave as it is"))


class Which(forms.Form):
    """Which titles or copies are meant: pasted, from a file, or a whole search."""

    told = forms.CharField(
        label=_("Barcodes or numbers"),
        help_text=_("Scan them one after the other, or paste a list: one on each line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("A file with a list"),
        help_text=_("Text or CSV; the first column of each line holds the barcode or number."),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.csv,.tsv"}),
    )
    search = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Stands in the history of each, for those who wonder later."),
        max_length=300,
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_FILE_BYTES:
            raise forms.ValidationError(_("The file has more than 10 MB. Part it."))
        return file

    def chosen(self) -> dict[str, Any]:
        """The arguments of a service: what was told, which titles the search has found, and where that came from."""
        data = self.cleaned_data
        told = listing.tokens(data["told"])
        if data["file"]:
            content = data["file"].read()
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("cp1252", "replace")
            told = list(dict.fromkeys([*told, *listing.first_cells(text)]))
        asked = question(QueryDict(data["search"]))
        sources = [asked.text or str(_("All titles"))] if data["search"] else []
        sources += [data["file"].name] if data["file"] else []
        return {
            "told": told,
            "bib_ids": found_by(data["search"]),
            "chosen": " · ".join(sources),
            "reason": data["reason"],
        }


def found_by(search: str) -> list[int]:
    """The titles of a search that is written as in an address; none without one."""
    if not search:
        return []
    asked = question(QueryDict(search))
    return discovery.all_ids(text=asked.text, filters=asked.filters, sort=asked.sort, most=MOST_LINES + 1)


STATES = [pair for pair in Item.Status.choices if pair[0] not in {*CIRCULATING, Item.Status.WITHDRAWN}]


class Copies(Which):
    """What is to become of many copies; what is left empty stays."""

    place = forms.ChoiceField(
        label=_("Library and shelf"),
        help_text=_("A library alone takes the copies of other libraries from their shelves."),
        required=False,
    )
    item_type = forms.ModelChoiceField(
        label=_("Collection"), queryset=catalog.item_types().none(), required=False, empty_label=LEAVE[1]
    )
    status = forms.ChoiceField(
        label=_("State"),
        choices=[LEAVE, *STATES],
        required=False,
    )
    source = forms.ChoiceField(label=_("Source"), choices=[LEAVE, *Item.Source.choices], required=False)
    condition = forms.ChoiceField(label=_("Condition"), choices=[LEAVE, *Item.Condition.choices], required=False)
    price_idr = forms.IntegerField(
        label=_("Price"), help_text=_("Whole rupiah."), min_value=0, max_value=10**12, required=False
    )
    note = forms.ChoiceField(
        label=_("Note"),
        choices=[
            LEAVE,
            ("append", _("Add this text")),
            ("replace", _("Put this text in its place")),
            ("clear", _("Clear it")),
        ],
        required=False,
    )
    note_text = forms.CharField(label=_("Text of the note"), max_length=300, required=False)
    call_number = forms.ChoiceField(
        label=_("Call number"),
        choices=[
            LEAVE,
            ("prefix", _("Put this text before it")),
            ("replace", _("Replace a part of it by this text")),
            ("set", _("Make it this text")),
        ],
        required=False,
    )
    find = forms.CharField(label=_("The part to be replaced"), max_length=80, required=False, strip=False)
    text = forms.CharField(label=_("Text of the call number"), max_length=80, required=False, strip=False)
    withdraw = forms.ChoiceField(
        label=_("Withdraw, because"),
        choices=[("", _("Don't withdraw")), *Withdrawal.Reason.choices],
        required=False,
    )
    withdraw_note = forms.CharField(label=_("Note on the withdrawal"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item_type"].queryset = catalog.item_types()  # type: ignore[attr-defined]
        shelves: dict[int, list[tuple[str, str]]] = {}
        self._branch_of: dict[int, int] = {}
        for place in branches.locations():
            shelves.setdefault(place.branch_id, []).append((f"l{place.pk}", f"{place.branch.name}, {place.name}"))
            self._branch_of[place.pk] = place.branch_id
        choices: list[tuple[str, Any]] = [LEAVE]
        for branch in branches.branches():
            choices += [(f"b{branch.pk}", branch.name), *shelves.get(branch.pk, [])]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("note") in {"append", "replace"} and not data.get("note_text"):
            self.add_error("note_text", _("Write the text of the note."))
        if data.get("call_number") in {"prefix", "set"} and not (data.get("text") or "").strip():
            self.add_error("text", _("Write the text of the call number."))
        if data.get("call_number") == "replace" and not data.get("find"):
            self.add_error("find", str(WRONG["find"]))
        if data.get("withdraw") == Withdrawal.Reason.OTHER and not data.get("withdraw_note"):
            self.add_error("withdraw_note", _("Say why."))
        return data

    def what(self) -> CopyChange:
        """What is to be done."""
        data = self.cleaned_data
        sets: dict[str, Any] = {name: data[name] for name in ("status", "source", "condition") if data[name]}
        if data["place"].startswith("l"):
            location = int(data["place"][1:])
            sets |= {"branch_id": self._branch_of[location], "location_id": location}
        elif data["place"]:
            sets["branch_id"] = int(data["place"][1:])
        if data["item_type"]:
            sets["item_type_id"] = data["item_type"].pk
        if data["price_idr"] is not None:
            sets["price_idr"] = data["price_idr"]
        texts = ("note", "note_text", "call_number", "find", "text", "withdraw", "withdraw_note")
        return CopyChange(sets=sets, **{name: data[name] for name in texts})


class Step(forms.Form):
    """One thing that is done to every record."""

    do = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            ("", _("Nothing")),
            ("replace", _("Replace text in a field")),
            ("set", _("Set a subfield, or places of a control field or the leader")),
            ("add", _("Add a field")),
            ("delete", _("Delete a field or a subfield")),
            ("subject", _("Add a subject")),
            ("heading", _("Change a heading")),
        ],
        required=False,
    )
    tag = forms.CharField(
        label=_("Field"), help_text=_("Such as 650; LDR for the leader."), max_length=3, required=False
    )
    indicators = forms.CharField(
        label=_("Indicators"), help_text=_("Empty for any; _ for a blank one."), max_length=2, required=False
    )
    code = forms.CharField(
        label=_("Subfield"), help_text=_("Or the first place, counted from 0."), max_length=2, required=False
    )
    find = forms.CharField(label=_("Text or heading to be replaced"), max_length=500, required=False, strip=False)
    text = forms.CharField(
        label=_("New text"),
        help_text=_("For a field or heading write the subfields with their signs, such as $aEkonomi$zIndonesia."),
        max_length=2000,
        required=False,
        strip=False,
    )
    where_code = forms.CharField(
        label=_("Only where this subfield"), help_text=_("Empty for any."), max_length=1, required=False
    )
    where_text = forms.CharField(label=_("contains this text"), max_length=200, required=False)

    def change(self) -> FieldChange | None:
        """What is to be done; `None` where this step does nothing."""
        if not self.cleaned_data["do"]:
            return None
        told = dict(self.cleaned_data)
        told["tag"] = told["tag"].strip().upper()
        told["indicators"] = told["indicators"].replace("_", " ")
        return FieldChange(**told)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and (change := self.change()) and (wrong := change.check()):
            self.add_error(_BLAMED.get(wrong, "text"), str(WRONG[wrong]))
        return data


_BLAMED = {
    "tag": "tag",
    "add-control": "tag",
    "indicators": "indicators",
    "code": "code",
    "place": "code",
    "find": "find",
}
STEPS = 3


def steps(data: Any = None) -> list[Step]:
    """The steps of one change, in order."""
    return [Step(data, prefix=f"s{number}") for number in range(1, STEPS + 1)]
