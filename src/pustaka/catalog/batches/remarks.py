"""What is said of a line of a batch, or of a change that can't be made, by its code."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REMARKS: dict[str, Any] = {
    "gone": _("It is no longer in the catalogue."),
    "withdrawn-already": _("It is withdrawn already."),
    "is-lent": _("A reader has it, or it is kept or on its way for one. Take it back at the desk first."),
    "note-too-long": _("The note would have more than 300 characters."),
    "call-number-too-long": _("The call number would have more than 80 characters."),
    "no-title": _("It would have no title (245, subfield a)."),
    "not-a-title": _("It would no longer be a record of a title."),
    "changed-since": _("Somebody has changed it since."),
    "place-gone": _("Its library, shelf or collection of then isn't there any more."),
    "in-report": _("Its withdrawal stands in a report. Take the report back first."),
    "twice": _("It was listed before."),
}
WRONG: dict[str, Any] = {
    "tag": _("A tag has three characters, such as 650."),
    "indicators": _("There are two indicators; write _ for an empty one."),
    "code": _("A subfield has one letter or digit, such as a."),
    "find": _("Say what is to be looked for."),
    "no-text": _("Say what is to be written."),
    "subfields": _("Write the subfields with their signs, such as $aEkonomi$zIndonesia."),
    "place": _("Say the first place as a number; of the leader only 5 to 8 and 17 to 19 can be changed."),
    "same-length": _("Places of a control field are counted: the new text must be as long as the old one."),
    "add-control": _("Control fields (001 to 009) can't be added to many records at once."),
}
