"""Notices are told once, reach whoever wants them, and fail where one can see it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.notices import queries, rules, services
from pustaka.notices.kinds import all_kinds, kind
from pustaka.notices.models import Delivery, Notice, Preference, Template
from pustaka.notices.permissions import Permission
from pustaka.notices.ports import Postponed, Refused, Unreachable
from tests.factories import PatronFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
HEAD = Actor(name="Ratna Wulansari", permissions=frozenset(Permission))
KIND = "problem_answered"


def news(key="problem:1", **who):
    values = {
        "title": "Bumi manusia",
        "report": "Tahun salah.",
        "answer": "Sudah diperbaiki.",
        "address": "https://p.example/",
    }
    return services.News(key=key, values=values, **who)


def tell(*told, at=AT):
    return services.tell(kind_code=KIND, news=told, at=at)


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_notice_goes_out_in_the_language_of_the_person(postbox):
    tell(news(patron=PatronFactory(name="Maria Goreti", email="maria@kampus.example", language="id")))

    assert services.deliver(at=AT) == 1

    [letter] = postbox.letters
    assert (letter.to, letter.to_name, letter.language) == ("maria@kampus.example", "Maria Goreti", "id")
    assert "Bumi manusia" in letter.subject
    assert "Sudah diperbaiki." in letter.text
    assert "Yth. Maria Goreti" in letter.text
    assert '<html lang="id">' in letter.html
    assert letter.unsubscribe in letter.text
    assert states() == ["sent"]


def test_notice_is_told_once_for_its_key(postbox):
    patron = PatronFactory()

    assert tell(news(patron=patron)) == 1
    assert tell(news(patron=patron)) == 0
    assert tell(news(patron=patron), news("problem:2", patron=patron)) == 1

    services.deliver(at=AT)
    services.deliver(at=AT + timedelta(days=2))
    assert len(postbox.letters) == 2


@pytest.mark.parametrize("address", [None, ""])
def test_person_without_an_address_gets_nothing(address):
    assert tell(news(patron=PatronFactory(email=None) if address is None else None, address="")) == 0
    assert not Notice.objects.exists()


def test_person_who_wants_no_such_letters_gets_none_and_others_do():
    silent, other = PatronFactory(), PatronFactory()
    services.wish(patron=silent, on=["saved_search_digest"], at=AT)

    assert tell(news("a", patron=silent), news("b", patron=other)) == 1
    assert services.tell(kind_code="saved_search_digest", news=[digest(silent)], at=AT) == 1


def digest(patron):
    return services.News(
        key="digest", patron=patron, values={"titles": (), "count": "1", "settings": "https://p.example/"}
    )


def test_wishes_replace_those_before():
    patron = PatronFactory()
    Preference.objects.create(patron=patron, kind="", is_on=False, changed_at=AT)
    assert {wish.is_on for wish in queries.wishes(patron)} == {False}

    services.wish(patron=patron, on=[KIND], at=AT)

    assert {wish.kind.code: wish.is_on for wish in queries.wishes(patron)}[KIND] is True
    assert [wish.is_on for wish in queries.wishes(patron)].count(True) == 1


def test_unsubscribe_link_ends_letters_of_its_kind_only():
    patron = PatronFactory()
    token = queries.unsubscribe_token(patron_id=patron.pk, address=patron.email, kind=KIND)

    services.unsubscribe(token=token, at=AT)
    services.unsubscribe(token=token, at=AT)

    assert tell(news(patron=patron)) == 0
    assert services.tell(kind_code="saved_search_digest", news=[digest(patron)], at=AT) == 1


def test_unsubscribe_link_works_for_an_address_without_an_account():
    token = queries.unsubscribe_token(patron_id=None, address="Tamu@kampus.example", kind=KIND)

    services.unsubscribe(token=token, at=AT)

    assert tell(news("a", address="tamu@kampus.example")) == 0
    assert tell(news("b", address="lain@kampus.example")) == 1


def test_unsubscribe_link_that_was_changed_is_refused():
    token = queries.unsubscribe_token(patron_id=7, address="", kind=KIND)

    with pytest.raises(NotFound):
        services.unsubscribe(token=token.replace(token[3], "x" if token[3] != "x" else "y", 1), at=AT)
    assert not Preference.objects.exists()


def test_letter_that_is_not_taken_is_tried_again_with_growing_pauses_until_it_fails(postbox):
    postbox.refusing["*"] = Postponed("451 try later")
    tell(news(patron=PatronFactory()))
    at, tries = AT, 0

    while Delivery.objects.filter(state="waiting").exists():
        assert services.deliver(at=at) == 1
        tries += 1
        delivery = Delivery.objects.get()
        if delivery.state == "waiting":
            assert services.deliver(at=delivery.try_at - timedelta(seconds=1)) == 0
            at = delivery.try_at

    assert tries == rules.MOST_TRIES == 8
    assert states() == ["failed"]
    assert Delivery.objects.get().error == "451 try later"
    assert postbox.letters == []


def test_refused_letter_fails_at_once_and_others_go_out(postbox):
    postbox.refusing["tiada@kampus.example"] = Refused("550 no such user")
    tell(news("a", patron=PatronFactory(email="tiada@kampus.example")), news("b", patron=PatronFactory()))

    services.deliver(at=AT)

    assert states() == ["failed", "sent"]


def test_all_letters_wait_when_the_way_is_closed(postbox):
    postbox.refusing["*"] = Unreachable("connection refused")
    for key in "abc":
        tell(news(key, patron=PatronFactory()))

    assert services.deliver(at=AT) == 3

    assert states() == ["waiting"] * 3
    assert set(Delivery.objects.values_list("tries", "try_at")) == {(1, AT + timedelta(minutes=1))}
    postbox.refusing.clear()
    assert services.deliver(at=AT + timedelta(minutes=1)) == 3
    assert states() == ["sent"] * 3


def test_killed_sender_sends_nothing_twice_but_the_letter_in_its_hands(postbox):
    for key in "abc":
        tell(news(key, patron=PatronFactory()))
    postbox.killed = True
    with pytest.raises(KeyboardInterrupt):
        services.deliver(at=AT)
    assert states() == ["sending", "waiting", "waiting"]
    postbox.killed = False

    services.deliver(at=AT + timedelta(minutes=1))
    assert states() == ["sending", "sent", "sent"]
    services.deliver(at=AT + services.LEASE)

    assert states() == ["sent"] * 3
    identities = [letter.identity for letter in postbox.letters]
    assert len(identities) == 4
    assert identities[0] == identities[3]
    assert len(set(identities)) == 3


def test_failed_letter_goes_out_when_somebody_tries_again(postbox):
    postbox.refusing["*"] = Refused("550 mailbox full")
    tell(news(patron=PatronFactory()))
    services.deliver(at=AT)
    delivery = Delivery.objects.get()
    postbox.refusing.clear()

    services.try_again(delivery_id=delivery.pk, at=AT, by=HEAD)
    services.deliver(at=AT)

    assert states() == ["sent"]
    with pytest.raises(NotFound):
        services.try_again(delivery_id=delivery.pk, at=AT, by=HEAD)
    with pytest.raises(NotPermitted):
        services.try_again(delivery_id=delivery.pk, at=AT, by=VISITOR)


def test_old_letters_are_forgotten_but_not_those_on_their_way(postbox):
    tell(news("a", patron=PatronFactory()))
    services.deliver(at=AT)
    tell(news("b", patron=PatronFactory()))
    tell(news("c", patron=PatronFactory()), at=AT + timedelta(days=1))

    assert services.forget(before=AT + timedelta(seconds=1)) == 1

    assert sorted(Notice.objects.values_list("key", flat=True)) == ["b", "c"]


def test_library_writes_its_own_words_and_goes_back(postbox):
    services.write(
        kind_code=KIND, language="id", subject="Jawaban:  {title}", text="Halo {name},\r\n{answer}", at=AT, by=HEAD
    )
    tell(news("a", patron=PatronFactory(name="Maria", language="id")))
    services.restore_default(kind_code=KIND, language="id", by=HEAD)
    tell(news("b", patron=PatronFactory(name="Maria", language="id")))
    services.deliver(at=AT)

    assert postbox.letters[0].subject == "Jawaban: Bumi manusia"
    assert postbox.letters[0].text.startswith("Halo Maria,\nSudah diperbaiki.\n")
    assert postbox.letters[1].subject != postbox.letters[0].subject
    assert not Template.objects.exists()


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        ("", "{answer}", "subject"),
        ("Jawaban", " ", "text"),
        ("Jawaban", "{answer} {tanggal}", "{tanggal}"),
        ("Jawaban", "{answer", "bracket"),
        ("Jawaban", "Halo {name}", "{answer}"),
    ],
)
def test_words_that_cannot_be_used_are_refused(subject, text, said):
    with pytest.raises(Invalid, match=said):
        services.write(kind_code=KIND, language="id", subject=subject, text=text, at=AT, by=HEAD)
    assert not Template.objects.exists()


def test_list_in_a_subject_is_refused():
    with pytest.raises(Invalid, match="list"):
        services.write(
            kind_code="saved_search_digest", language="id", subject="{titles}", text="{titles}", at=AT, by=HEAD
        )


def test_words_are_for_those_who_may_write_them():
    with pytest.raises(NotPermitted):
        services.write(kind_code=KIND, language="id", subject="a", text="{answer}", at=AT, by=VISITOR)
    with pytest.raises(NotPermitted):
        services.restore_default(kind_code=KIND, language="id", by=VISITOR)
    with pytest.raises(NotFound):
        services.write(kind_code=KIND, language="nl", subject="a", text="{answer}", at=AT, by=SYSTEM)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("code", list(all_kinds()))
def test_words_of_the_product_are_usable_in_both_languages(code, language):
    words = queries.default_words(kind(code), language)

    services.check(kind=words.kind, subject=words.subject, text=words.text)
    with translation.override(language):
        filled = rules.plain(words.text, queries.example_values(words.kind))
    assert "{" not in filled


def test_constraints_of_the_tables_hold():
    patron = PatronFactory()
    tell(news(patron=patron))
    notice = Notice.objects.get()
    for broken in (
        lambda: Notice.objects.create(key=notice.key, kind=KIND, address="a@b.example", language="id", created_at=AT),
        lambda: Delivery.objects.create(notice=notice, try_at=AT),
        lambda: Delivery.objects.update(state="lost"),
        lambda: Delivery.objects.update(state="sent", sent_at=None),
        lambda: Preference.objects.create(patron=patron, address="a@b.example", is_on=True, changed_at=AT),
        lambda: Preference.objects.create(patron=None, address="", is_on=True, changed_at=AT),
        lambda: [Preference.objects.create(patron=patron, kind="x", is_on=True, changed_at=AT) for _ in range(2)],
        lambda: [Preference.objects.create(address="a@b.example", is_on=True, changed_at=AT) for _ in range(2)],
        lambda: Template.objects.create(kind=KIND, language="id", subject="", text="x", changed_at=AT),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
