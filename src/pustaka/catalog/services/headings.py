"""Headings as authority records have them, for a person who types a name or a subject."""

from collections.abc import Collection, Mapping

from pustaka.catalog import rules
from pustaka.catalog.filling import Heading, Resolve
from pustaka.catalog.models import Authority
from pustaka.standards import marc

NAMES = (Authority.Kind.PERSON, Authority.Kind.CORPORATE, Authority.Kind.MEETING)
SUBJECTS = (*NAMES, Authority.Kind.TOPIC, Authority.Kind.PLACE, Authority.Kind.TITLE)


def resolve(*, text: str, kinds: Collection[str]) -> Heading | None:
    """What the authority record of exactly this heading has, with its number; `None` where none is controlled."""
    found = (
        (Authority.objects.filter(heading_key=rules.fold(text)[:200], kind__in=kinds).exclude(heading_key=""))
        .order_by("pk")
        .first()
    )
    if found is None:
        return None
    field = marc.load(bytes(found.marc)).get("1XX")
    if field is None:
        return None
    subfields = [(code, value) for code, value in field.subfields if code not in "0123456789w"]
    if found.control_number:
        source = f"({found.control_source})" if found.control_source else ""
        subfields.append(("0", f"{source}{found.control_number}"))
    return Heading(field.tag[1:], tuple(subfields), field.indicators[:1])


RESOLVERS: Mapping[str, Resolve] = {
    "name": lambda text: resolve(text=text, kinds=NAMES),
    "subject": lambda text: resolve(text=text, kinds=SUBJECTS),
}
