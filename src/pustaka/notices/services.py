"""Telling people things, and getting the letters out.

A notice is told once for its key, however often it is asked for. A letter is taken (`SENDING`, with a lease), handed
over, and marked as sent. When a process is killed between the last two, the letter is handed over once more after the
lease: rather twice than never. Its identity stays the same, so that a mail program that looks for it shows it once.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.notices import queries, rules
from pustaka.notices.kinds import Kind, kind
from pustaka.notices.models import Delivery, Notice, Preference, Template
from pustaka.notices.permissions import Permission
from pustaka.notices.ports import Letter, NotSent, Refused, Unreachable
from pustaka.notices.rules import Value
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron

log = logging.getLogger(__name__)
State = Delivery.State

LEASE = timedelta(minutes=15)
KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something to tell somebody: a person, or an address of somebody without an account.

    key: what it is about; the same key is never told twice. values: for the placeholders of the kind. series: what
    this is the newest of; an older letter of it that still waits isn't sent any more.
    """

    key: str
    patron: Patron | None = None
    address: str = ""
    name: str = ""
    language: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    series: str = ""

    @property
    def to(self) -> str:
        return (self.patron.email or "") if self.patron else self.address


def language_of(*, patron: Patron | None) -> str:
    """In which language a person is written to: the one they chose, else that of the library."""
    chosen = patron.language if patron else ""
    return chosen if chosen in queries.LANGUAGES else str(settings.LANGUAGE_CODE)


@transaction.atomic
def tell(*, kind_code: str, news: Sequence[News], at: datetime) -> int:
    """Write letters to all who want them and have an address; what was told already isn't told again.

    Returns:
        How many letters will go out.
    """
    told = kind(kind_code)
    people = [one.patron.pk for one in news if one.patron is not None]
    unwanted = queries.unwanted(
        patrons=people, addresses=[one.to for one in news if one.patron is None], kind=told.code
    )
    known = set(Notice.objects.filter(key__in=[one.key for one in news]).values_list("key", flat=True))
    notices: dict[str, Notice] = {}
    for one in news:
        who = one.patron.pk if one.patron is not None else one.to.lower()
        if one.to and who not in unwanted and one.key not in known:
            notices[one.key] = _written(told, one, at)
    _supersede([notice.series for notice in notices.values() if notice.series])
    # Whoever was quicker with the same key has told it already; only what is written now gets a delivery.
    Notice.objects.bulk_create(notices.values(), ignore_conflicts=True)
    written = Notice.objects.filter(key__in=notices, deliveries=None).order_by("pk")
    made = Delivery.objects.bulk_create([Delivery(notice=notice, try_at=at) for notice in written])
    return len(made)


def _supersede(series: Sequence[str]) -> None:
    """Letters of these series that wait still say what isn't so any more."""
    if series:
        waiting = Notice.objects.filter(series__in=series, deliveries__state=State.WAITING)
        Notice.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).delete()


def _written(told: Kind, one: News, at: datetime) -> Notice:
    language = one.language or language_of(patron=one.patron)
    found = queries.words(told, language)
    name = one.patron.name if one.patron else one.name
    values = {"name": name, "library": str(settings.LIBRARY_NAME), **one.values}
    with translation.override(language):
        return Notice(
            key=one.key, series=one.series,
            kind=told.code, patron=one.patron, address=one.to, name=name, language=language, created_at=at,
            subject=rules.one_line(found.subject, values), text=rules.plain(found.text, values),
            html=rules.html(found.text, values),
        )  # fmt: skip


# Getting them out ----------------------------------------------------------------------------------------------------
def deliver(*, at: datetime, most: int = 100) -> int:
    """Hand over what is due, the longest waiting first; say how many letters were taken, sent or not.

    A letter that isn't taken is tried again with growing pauses, and fails for good after the last; one that is refused
    fails at once. When the way itself is closed, all that were due wait.
    """
    waiting = list(queries.due(at).values_list("pk", flat=True)[:most])
    if not waiting:
        return 0
    taken = 0
    with queries.channel().opened() as sender:
        for place, pk in enumerate(waiting):
            if not _take(pk, at):
                continue
            taken += 1
            delivery = Delivery.objects.select_related("notice").get(pk=pk)
            try:
                sender.send(_letter(delivery))
            except Unreachable as error:
                _not_sent(delivery, error, at)
                for other in Delivery.objects.filter(pk__in=[pk for pk in waiting[place + 1 :] if _take(pk, at)]):
                    _not_sent(other, error, at)
                return len(waiting)
            except NotSent as error:
                _not_sent(delivery, error, at)
            else:
                Delivery.objects.filter(pk=pk).update(state=State.SENT, sent_at=at, error="")
    return taken


def _take(pk: int, at: datetime) -> bool:
    """Whether this letter is ours to send now, and nobody else's."""
    mine = queries.due(at).filter(pk=pk).update(state=State.SENDING, try_at=at + LEASE, tries=F("tries") + 1)
    return mine == 1


def _not_sent(delivery: Delivery, error: NotSent, at: datetime) -> None:
    again = None if isinstance(error, Refused) else rules.next_try(tries=delivery.tries, at=at)
    if again is None:
        log.warning("notice %s could not be delivered: %s", delivery.notice_id, error)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.FAILED if again is None else State.WAITING, try_at=again or at, error=str(error)[:1000]
    )


def _letter(delivery: Delivery) -> Letter:
    notice = delivery.notice
    token = queries.unsubscribe_token(patron_id=notice.patron_id, address=notice.address, kind=notice.kind)
    way_out = queries.address_of("unsubscribe", token=token)
    with translation.override(notice.language):
        why = _("You get this letter because you asked the library for it. To get no more of this kind:")
    body = f"{notice.html}\n{rules.html('{why} {way_out}', {'why': why, 'way_out': way_out})}"
    return Letter(
        identity=f"notice-{notice.pk}.{delivery.pk}",
        to=notice.address,
        to_name=notice.name,
        subject=notice.subject,
        text=f"{notice.text.rstrip()}\n\n-- \n{why}\n{way_out}\n",
        html=rules.whole_page(body=body, subject=notice.subject, language=notice.language),
        language=notice.language,
        unsubscribe=way_out,
    )


def try_again(*, delivery_id: int, at: datetime, by: Actor) -> None:
    """Let a letter that failed or waits go out at once, with all its tries before it.

    Raises:
        NotPermitted: `by` may not see letters.
        NotFound: no such letter has failed or waits.
    """
    by.require(Permission.SEE_DELIVERIES)
    changed = Delivery.objects.filter(pk=delivery_id, state__in=[State.FAILED, State.WAITING]).update(
        state=State.WAITING, try_at=at, tries=0
    )
    if not changed:
        raise NotFound(_("That letter is under way or has been sent already. Look at the list again."))


def forget(*, before: datetime) -> int:
    """Delete letters that were sent or given up before that moment, and say how many."""
    old = Notice.objects.filter(created_at__lt=before)
    with transaction.atomic():
        _all, by_model = old.exclude(deliveries__state__in=[State.WAITING, State.SENDING]).delete()
    return by_model.get("notices.Notice", 0)


@transaction.atomic
def forget_person(*, patron_id: int) -> None:
    """Delete a person's letters, sent or not, and what they wanted."""
    Notice.objects.filter(patron=patron_id).delete()
    Preference.objects.filter(patron=patron_id).delete()


# Words and wishes ----------------------------------------------------------------------------------------------------
@transaction.atomic
def write(*, kind_code: str, language: str, subject: str, text: str, at: datetime, by: Actor) -> Template:
    """Give a kind of notice the library's own words in one language.

    Raises:
        NotPermitted: `by` may not change the words.
        NotFound: there is no such kind or language.
        Invalid: words are missing, or a placeholder is unknown, cut off or forgotten.
    """
    by.require(Permission.WRITE)
    written = kind(kind_code)
    _check_language(language)
    subject, text = " ".join(subject.split()), text.replace("\r\n", "\n").strip()
    check(kind=written, subject=subject, text=text)
    template, _created = Template.objects.update_or_create(
        kind=written.code,
        language=language,
        defaults={"subject": subject, "text": text, "changed_at": at, "changed_by": by.name[:200]},
    )
    return template


def check(*, kind: Kind, subject: str, text: str) -> None:
    """Whether these words can be used.

    Raises:
        Invalid: they can't; the text says what to mend.
    """
    if not subject.strip() or not text.strip():
        raise Invalid(_("A letter needs a subject and a text."))
    found = rules.faults(f"{subject}\n{text}", known=kind.known, needed=kind.needed)
    if found.unknown:
        names = ", ".join([f"{{{name}}}" for name in found.unknown])
        raise Invalid(_("Nothing stands behind %(names)s. Use the placeholders of the list.") % {"names": names})
    if found.stray:
        raise Invalid(_("There is a curly bracket without its partner, or with something else than a name inside."))
    if found.missing:
        names = ", ".join([f"{{{name}}}" for name in found.missing])
        raise Invalid(_("The letter makes no sense without %(names)s. Put it back in.") % {"names": names})
    if rules.PLACEHOLDER.findall(subject) and any(
        isinstance(place.example, tuple) and f"{{{place.name}}}" in subject for place in kind.placeholders
    ):
        raise Invalid(_("A list doesn't fit into the subject."))


def restore_default(*, kind_code: str, language: str, by: Actor) -> None:
    """Go back to the product's own words; there needn't be others.

    Raises:
        NotPermitted: `by` may not change the words.
    """
    by.require(Permission.WRITE)
    Template.objects.filter(kind=kind_code, language=language).delete()


@transaction.atomic
def wish(*, patron: Patron, on: Sequence[str], at: datetime) -> None:
    """From now on the person gets the kinds in `on` and no others."""
    Preference.objects.filter(patron=patron, kind="").delete()
    for one in queries.wishes(patron):
        _note(patron.pk, "", one.kind.code, is_on=one.kind.code in on, at=at)


@transaction.atomic
def unsubscribe(*, token: str, at: datetime) -> queries.Addressee:
    """No more letters of this kind for whoever the link belongs to; twice is as good as once.

    Raises:
        NotFound: the link was cut off or made up.
    """
    found = queries.addressee(token)
    if found.patron_id is None or patrons.is_known(found.patron_id):
        _note(found.patron_id, found.address, found.kind.code, is_on=False, at=at)
    return found


def _note(patron_id: int | None, address: str, kind_code: str, *, is_on: bool, at: datetime) -> None:
    who = Q(patron=patron_id, address="") if patron_id else Q(patron=None, address=address.lower())
    changed = Preference.objects.filter(who, kind=kind_code).update(is_on=is_on, changed_at=at)
    if not changed:
        Preference.objects.create(
            patron_id=patron_id, address="" if patron_id else address.lower(), kind=kind_code, is_on=is_on,
            changed_at=at,
        )  # fmt: skip


def _check_language(language: str) -> None:
    if language not in queries.LANGUAGES:
        raise NotFound(_("The library doesn't write letters in the language “%(code)s”.") % {"code": language})
