"""A letter as its reader would get it, filled with examples."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from pustaka.foundation.errors import Invalid
from pustaka.notices import queries, rules, services
from pustaka.notices.kinds import Kind


@dataclass(frozen=True, slots=True)
class Preview:
    """Subject, and the letter as HTML; `rules.html` has escaped all that was given."""

    subject: str
    html: SafeString


def of(kind: Kind, subject: str, text: str) -> Preview:
    """The words filled in; they must be usable (see `problem_with`)."""
    values = queries.example_values(kind)
    return Preview(rules.one_line(subject, values), mark_safe(rules.html(text, values)))


def problem_with(kind: Kind, subject: str, text: str) -> str:
    """Why these words can't be used; empty where they can."""
    try:
        services.check(kind=kind, subject=subject, text=text)
    except Invalid as refusal:
        return str(refusal)
    return ""
