"""What a batch does to one copy: values, a note, a call number. Plain Python."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pustaka.catalog.rules import CIRCULATING

SETTABLE = ("branch_id", "location_id", "item_type_id", "status", "source", "condition", "price_idr")
COLUMNS = (*SETTABLE, "note", "call_number")
MOST_NOTE, MOST_CALL_NUMBER = 300, 80

NoteDone = Literal["", "append", "replace", "clear"]
CallNumberDone = Literal["", "set", "prefix", "replace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChange:
    """What is to become of every copy of a batch; what isn't named stays.

    Args:
        sets: new values by column, of `SETTABLE`. A shelf brings its branch; a branch alone takes copies of other
            branches from their shelves.
        note, note_text: append the text to the note, put it in its place, or clear the note.
        call_number, find, text: set the call number to `text`, put `text` before it, or replace `find` in it by `text`.
        withdraw, withdraw_note: withdraw the copy for that reason.
    """

    sets: Mapping[str, Any] = field(default_factory=dict)
    note: NoteDone = ""
    note_text: str = ""
    call_number: CallNumberDone = ""
    find: str = ""
    text: str = ""
    withdraw: str = ""
    withdraw_note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For keeping; `CopyChange(**kept)` is the way back."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def is_empty(self) -> bool:
        """Whether it would leave every copy as it is."""
        return not (self.sets or self.note or self.call_number or self.withdraw)

    def after(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that change, with their new values.

        Args:
            before: the present values of `COLUMNS`.

        Raises:
            ValueError: it can't be done with this copy; the text is a code of `remarks`.
        """
        after = dict(self.sets)
        if "branch_id" in after and "location_id" not in after and after["branch_id"] != before["branch_id"]:
            after["location_id"] = None
        if self.note:
            after["note"] = self._note(before["note"])
        if self.call_number:
            after["call_number"] = self._call_number(before["call_number"])
        if self.withdraw:
            if before["status"] == "withdrawn":
                raise ValueError("withdrawn-already")
            after["status"] = "withdrawn"
        if before["status"] in CIRCULATING and after.get("status", before["status"]) != before["status"]:
            raise ValueError("is-lent")
        return {column: value for column, value in after.items() if value != before[column]}

    def _note(self, before: str) -> str:
        after = {"clear": "", "replace": self.note_text}.get(self.note)
        if after is None:
            after = f"{before}; {self.note_text}" if before else self.note_text
        if len(after) > MOST_NOTE:
            raise ValueError("note-too-long")
        return after

    def _call_number(self, before: str) -> str:
        if self.call_number == "replace":
            after = before.replace(self.find, self.text) if self.find else before
        else:
            is_there = self.call_number == "prefix" and before.startswith(self.text)
            after = before if is_there else self.text + (before if self.call_number == "prefix" else "")
        after = " ".join(after.split())
        if len(after) > MOST_CALL_NUMBER:
            raise ValueError("call-number-too-long")
        return after
