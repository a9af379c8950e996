from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from pustaka.foundation import adapters
from pustaka.foundation.errors import NotFound
from pustaka.notices import rules
from pustaka.notices.kinds import Kind, all_kinds
from pustaka.notices.models import Delivery, Preference, Template
from pustaka.notices.ports import AddressOf, Channel
from pustaka.patrons.models import Patron

_SALT = "notices.unsubscribe"
LANGUAGES: Mapping[str, Any] = dict(settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one kind in one language; `own` is the row of the library's own, None while the product's hold."""

    kind: Kind
    language: str
    subject: str
    text: str
    own: Template | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom an unsubscribe link belongs to, and of what it would free them."""

    patron_id: int | None
    address: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Wish:
    """One kind of notice and whether a person wants it."""

    kind: Kind
    is_on: bool


def channel() -> Channel:
    """The way on which letters travel, as the settings name it."""
    made: Channel = adapters.named("NOTICE_CHANNEL")()
    return made


def address_of(page: str, **parts: object) -> str:
    """The whole address of a page, for a letter."""
    known: AddressOf = adapters.named("ADDRESS_OF")
    return known(page, **parts)


def words(kind: Kind, language: str) -> Words:
    """What a notice of this kind says in this language."""
    own = Template.objects.filter(kind=kind.code, language=language).first()
    if own is not None:
        return Words(kind, language, own.subject, own.text, own)
    return default_words(kind, language)


def default_words(kind: Kind, language: str) -> Words:
    """What the product itself says."""
    with translation.override(language):
        return Words(kind, language, str(kind.subject), str(kind.text))


def all_words() -> list[Words]:
    """Every kind in every language, in the order of the house; one statement."""
    own = {(row.kind, row.language): row for row in Template.objects.all()}
    found = []
    for kind in all_kinds().values():
        for language in LANGUAGES:
            row = own.get((kind.code, language))
            found.append(
                default_words(kind, language) if row is None else Words(kind, language, row.subject, row.text, row)
            )
    return found


def example_values(kind: Kind) -> dict[str, rules.Value]:
    """What the placeholders stand for in a preview."""
    examples: dict[str, rules.Value] = {
        place.name: place.example if isinstance(place.example, tuple) else str(place.example)
        for place in kind.all_placeholders
    }
    return examples | {"library": str(settings.LIBRARY_NAME)}


def wishes(patron: Patron) -> list[Wish]:
    """Each kind, and whether the person wants it; in the order of the house."""
    known = {row.kind: row.is_on for row in Preference.objects.filter(patron=patron)}
    is_on = known.get("", True)
    return [Wish(kind, is_on and known.get(kind.code, True)) for kind in all_kinds().values()]


def unwanted(*, patrons: Collection[int], addresses: Collection[str], kind: str) -> frozenset[int | str]:
    """Those of these people and addresses who don't want notices of this kind; one statement."""
    who = Q(patron__in=patrons) | Q(patron=None, address__in=[address.lower() for address in addresses])
    rows = Preference.objects.filter(who, kind__in=["", kind], is_on=False).values_list("patron_id", "address")
    return frozenset([patron_id or address for patron_id, address in rows])


def unsubscribe_token(*, patron_id: int | None, address: str, kind: str) -> str:
    """What an unsubscribe link carries; signed, so that nobody makes one for somebody else."""
    return signing.dumps([patron_id or 0, "" if patron_id else address, kind], salt=_SALT, compress=False)


def addressee(token: str) -> Addressee:
    """Whom the link belongs to. Links never grow old: an old letter must be able to end letters, too.

    Raises:
        NotFound: the link was cut off or made up.
    """
    try:
        patron_id, address, code = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound(
            _("This link isn't whole. Copy it out of the letter again, or sign in and choose your letters there.")
        ) from error
    kind = all_kinds().get(code)
    if kind is None:
        raise NotFound(_("Letters of this kind aren't sent any more."))
    return Addressee(patron_id or None, address, kind)


def deliveries(state: str = "") -> QuerySet[Delivery]:
    """Newest first, joined with notice and person; of one state or of all."""
    found = Delivery.objects.select_related("notice__patron").order_by("-pk")
    return found.filter(state=state) if state else found


def count_by_state() -> dict[str, int]:
    """How many letters are in each state, zero included."""
    counted = dict(Delivery.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: counted.get(state, 0) for state in Delivery.State.values}


def due(at: datetime) -> QuerySet[Delivery]:
    """Letters to send now, the longest waiting first; those of a sender that died among them."""
    return Delivery.objects.filter(state__in=["waiting", "sending"], try_at__lte=at).order_by("try_at", "pk")
