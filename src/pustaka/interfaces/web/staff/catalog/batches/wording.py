"""What a change of many does, in the words of the person at the desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pustaka.catalog import marc_names
from pustaka.catalog.models import Withdrawal
from pustaka.interfaces.web.staff.catalog.wording import COLUMNS, Copies


def copies(what: Mapping[str, Any], words: Copies) -> list[str]:
    """One sentence for each thing that is done to every copy."""
    said = [f"{COLUMNS[column]}: {words.say(column, value)}" for column, value in what.get("sets", {}).items()]
    text = {"text": what.get("note_text", "")}
    notes = {"append": _("Note: add “%(text)s”"), "replace": _("Note: “%(text)s”"), "clear": _("Note: cleared")}
    said += [notes[what["note"]] % text] if what.get("note") else []
    text = {"text": what.get("text", ""), "find": what.get("find", "")}
    numbers = {
        "set": _("Call number: “%(text)s”"),
        "prefix": _("Call number: “%(text)s” before it"),
        "replace": _("Call number: “%(text)s” in place of “%(find)s”"),
    }
    said += [numbers[what["call_number"]] % text] if what.get("call_number") else []
    if what.get("withdraw"):
        note = f" ({what['withdraw_note']})" if what.get("withdraw_note") else ""
        said.append(_("Withdraw: %(why)s") % {"why": f"{Withdrawal.Reason(what['withdraw']).label}{note}"})
    return said


def titles(what: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence for each thing that is done to every record."""
    sentences = {
        "set": _("%(tag)s %(code)s: “%(text)s”"),
        "add": _("Add %(tag)s: “%(text)s”"),
        "delete": _("Delete %(tag)s %(code)s"),
        "replace": _("%(tag)s %(code)s: “%(text)s” in place of “%(find)s”"),
        "subject": _("Add the subject “%(text)s”"),
        "link": _("Link the heading “%(find)s” to its record"),
        "heading": _("The heading “%(find)s” becomes “%(text)s”"),
    }
    said = []
    for one in what:
        told = {name: one.get(name, "") for name in ("tag", "code", "text", "find")}
        told["tag"] = f"{told['tag']} ({marc_names.field(told['tag'])})" if told["tag"] else ""
        told["code"] = f"${told['code']}" if told["code"] else ""
        sentence = " ".join((sentences[one["do"]] % told).replace(" :", ":").split())
        if one.get("where_text"):
            sentence += " " + _("(only where it contains “%(text)s”)") % {"text": one["where_text"]}
        said.append(sentence)
    return said
