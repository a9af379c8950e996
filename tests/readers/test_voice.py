"""Ratings, reviews and tags: what counts at once, what waits, and what librarians decide."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.foundation.actors import VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.notices.models import Notice
from pustaka.readers import queries
from pustaka.readers.models import BookList, Complaint, Decision, Opinion, Tag, Tagging
from pustaka.readers.permissions import Permission
from pustaka.readers.services import lists, moderation, opinions
from tests.factories import BibFactory, PatronFactory
from tests.factories.readers import BookListFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
MODERATOR = Actor(name="Yohana Siregar", permissions=frozenset({Permission.MODERATE}))
GOOD = "Cocok untuk mahasiswa baru: contohnya banyak dan dekat dengan kita."


@pytest.fixture
def bib():
    return BibFactory(title="Bumi manusia")


def give(bib, patron=None, stars=None, text="", **more):
    return opinions.give(patron=patron or PatronFactory(), bib_id=bib.pk, stars=stars, text=text, at=AT, **more)


def show(opinion, is_shown=True, reason=""):
    return moderation.decide_review(opinion_id=opinion.pk, is_shown=is_shown, reason=reason, at=AT, by=MODERATOR)


def test_stars_count_at_once_and_once_per_person(bib):
    patron = PatronFactory()
    for stars in (1, 5):
        give(bib, patron, stars=stars)
    give(bib, stars=4)
    give(bib, stars=3)
    give(BibFactory(), stars=1)

    ratings = queries.voice(bib.pk, None).ratings

    assert (ratings.count, ratings.average) == (3, 4.0)


def test_review_is_shown_after_a_librarian_has_looked_at_it(bib):
    opinion = give(bib, stars=5, text=GOOD)
    assert queries.voice(bib.pk, None).reviews == []
    assert list(queries.waiting_reviews()) == [opinion]

    show(opinion)

    assert queries.voice(bib.pk, None).reviews == [opinion]
    assert not queries.waiting_reviews().exists()


def test_changed_words_wait_again_and_changed_stars_do_not(bib):
    patron = PatronFactory()
    show(give(bib, patron, stars=5, text=GOOD))

    assert give(bib, patron, stars=4, text=GOOD).state == "shown"
    assert give(bib, patron, stars=4, text=GOOD, signed_as="pen", pen_name="Pencinta Pram").state == "waiting"
    assert give(bib, patron, stars=4, text=f"{GOOD} Sungguh.").state == "waiting"
    assert give(bib, patron, stars=4, text="").state == "shown"


def test_refused_review_tells_its_writer_why(bib):
    patron = PatronFactory(language="en")
    opinion = give(bib, patron, text="Penulisnya bodoh, jangan dibaca sama sekali!")

    with pytest.raises(Invalid, match="Say why"):
        show(opinion, is_shown=False)
    show(opinion, is_shown=False, reason="It is about the author, not the book")

    assert queries.voice(bib.pk, None).reviews == []
    notice = Notice.objects.get()
    assert notice.address == patron.email
    assert "isn't shown: It is about the author, not the book. You can" in notice.text
    decision = Decision.objects.get()
    assert (decision.verdict, decision.reason, decision.made_by) == (
        "refused", "It is about the author, not the book", "Yohana Siregar",
    )  # fmt: skip


def test_deciding_twice_tells_once(bib):
    opinion = give(bib, text=GOOD)
    show(opinion)
    show(opinion)

    assert Notice.objects.count() == 1
    assert [decision.verdict for decision in queries.decisions()] == ["kept", "shown"]


@pytest.mark.parametrize(
    ("stars", "text", "said"),
    [
        (None, "", "Choose"),
        (6, "", "between one and five"),
        (None, "a" * 19, "a little more"),
        (3, "a" * 5_001, "5001"),
    ],
)
def test_opinion_that_says_nothing_or_too_much_is_refused(bib, stars, text, said):
    with pytest.raises(Invalid, match=said):
        give(bib, stars=stars, text=text)
    assert give(bib, stars=1, text="a" * 20).text == "a" * 20


def test_review_of_a_title_that_is_not_there_is_refused():
    with pytest.raises(NotFound):
        opinions.give(patron=PatronFactory(), bib_id=999, stars=3, at=AT)


def test_person_rates_so_many_titles_a_day_and_no_more(bib, monkeypatch):
    monkeypatch.setattr(opinions, "MOST_OPINIONS_A_DAY", 2)
    patron = PatronFactory()
    give(bib, patron, stars=1)
    give(BibFactory(), patron, stars=1)
    third = BibFactory()

    with pytest.raises(opinions.TooMany):
        give(third, patron, stars=1)
    give(third, stars=1)
    opinions.give(patron=patron, bib_id=third.pk, stars=1, at=AT + timedelta(days=1))


def test_names_are_those_that_the_writer_chose(bib):
    real = give(bib, PatronFactory(name="Maria Goreti"), text=GOOD, signed_as="real")
    pen = give(bib, text=GOOD, signed_as="pen", pen_name="Pencinta Pram")
    none = give(bib, text=GOOD, signed_as="nonsense")

    assert [one.signature for one in (real, pen, none)] == ["Maria Goreti", "Pencinta Pram", ""]


def test_new_tag_is_seen_by_its_giver_only_until_it_is_shown(bib):
    giver, other = PatronFactory(), PatronFactory()
    [tag] = opinions.tag(patron=giver, bib_id=bib.pk, names=["Sastra pasca-kolonial"], at=AT)

    assert [one.tag.name for one in queries.tags_on(bib.pk, giver)] == ["Sastra pasca-kolonial"]
    assert queries.tags_on(bib.pk, other) == []
    moderation.decide_tag(tag_id=tag.pk, is_shown=True, at=AT, by=MODERATOR)

    opinions.tag(patron=other, bib_id=bib.pk, names=["sastra pascakolonial"], at=AT)
    assert [(one.tag.name, one.count, one.is_mine) for one in queries.tags_on(bib.pk, other)] == [
        ("Sastra pasca-kolonial", 2, True)
    ]
    assert list(queries.titles_with(tag)) == [bib.pk]


def test_merged_tag_means_the_other_one_from_then_on(bib):
    patron, second = PatronFactory(), BibFactory()
    [good] = opinions.tag(patron=patron, bib_id=bib.pk, names=["metode penelitian"], at=AT)
    moderation.decide_tag(tag_id=good.pk, is_shown=True, at=AT, by=MODERATOR)
    [slip] = opinions.tag(patron=patron, bib_id=bib.pk, names=["metode penelitan"], at=AT)
    opinions.tag(patron=patron, bib_id=second.pk, names=["metode penelitan"], at=AT)

    moderation.merge_tags(tag_id=slip.pk, into_id=good.pk, at=AT, by=MODERATOR)

    assert sorted(queries.titles_with(good)) == sorted([bib.pk, second.pk])
    assert opinions.tag(patron=PatronFactory(), bib_id=bib.pk, names=["Metode penelitan"], at=AT) == [good]
    assert not Tagging.objects.filter(tag=slip).exists()
    assert not queries.waiting_tags().exists()
    with pytest.raises(Invalid):
        moderation.merge_tags(tag_id=good.pk, into_id=good.pk, at=AT, by=MODERATOR)


def test_renamed_tag_keeps_its_old_spelling_in_mind_and_a_known_name_merges(bib):
    patron = PatronFactory()
    [tag] = opinions.tag(patron=patron, bib_id=bib.pk, names=["novell"], at=AT)

    renamed = moderation.decide_tag(tag_id=tag.pk, is_shown=True, name="Novel", at=AT, by=MODERATOR)
    assert (renamed.name, renamed.key) == ("Novel", "novel")
    assert opinions.tag(patron=patron, bib_id=bib.pk, names=["NOVELL"], at=AT) == [renamed]

    [roman] = opinions.tag(patron=patron, bib_id=bib.pk, names=["roman"], at=AT)
    assert moderation.decide_tag(tag_id=roman.pk, is_shown=True, name="novel", at=AT, by=MODERATOR) == renamed
    assert [one.tag for one in queries.tags_on(bib.pk, None)] == [renamed]


def test_tag_that_nobody_uses_any_more_goes(bib):
    patron = PatronFactory()
    [tag] = opinions.tag(patron=patron, bib_id=bib.pk, names=["salah ketik"], at=AT)

    opinions.untag(patron=PatronFactory(), bib_id=bib.pk, tag_id=tag.pk)
    assert Tag.objects.exists()
    opinions.untag(patron=patron, bib_id=bib.pk, tag_id=tag.pk)
    assert not Tag.objects.exists()


def test_title_gets_eight_tags_of_a_person_and_no_more(bib):
    patron = PatronFactory()
    opinions.tag(patron=patron, bib_id=bib.pk, names=[f"tag {n}" for n in range(8)], at=AT)

    opinions.tag(patron=patron, bib_id=bib.pk, names=["Tag 3"], at=AT)
    with pytest.raises(Invalid, match="at most 8"):
        opinions.tag(patron=patron, bib_id=bib.pk, names=["tag 9"], at=AT)
    with pytest.raises(Invalid, match="without signs"):
        opinions.tag(patron=patron, bib_id=bib.pk, names=["…", " "], at=AT)


def test_complaint_is_settled_by_a_decision(bib):
    opinion = show(give(bib, text=GOOD))
    opinions.complain(patron=PatronFactory(), opinion_id=opinion.pk, reason="Membocorkan akhir cerita", at=AT)
    assert queries.open_complaints().count() == 1

    show(opinion)

    assert not queries.open_complaints().exists()
    assert queries.voice(bib.pk, None).reviews == [opinion]


def test_only_what_is_shown_can_be_complained_of(bib):
    waiting = give(bib, text=GOOD)
    private = BookListFactory()

    for about in ({"opinion_id": waiting.pk}, {"list_id": private.pk}):
        with pytest.raises(NotFound):
            opinions.complain(patron=PatronFactory(), reason="Tidak pantas", at=AT, **about)
    with pytest.raises(Invalid):
        opinions.complain(patron=PatronFactory(), list_id=private.pk, reason=" ", at=AT)


def test_list_that_was_taken_down_cannot_be_public_until_it_is_allowed_again():
    found = BookListFactory(titles=1)
    share = {"owner": found.patron, "list_id": found.pk, "at": AT}
    lists.share(visibility="public", **share)

    moderation.decide_list(list_id=found.pk, is_shown=False, reason="Iklan", at=AT, by=MODERATOR)
    assert not queries.public_lists().exists()
    with pytest.raises(Invalid, match="Iklan"):
        lists.share(visibility="public", **share)
    lists.share(visibility="link", **share)
    moderation.decide_list(list_id=found.pk, is_shown=True, at=AT, by=MODERATOR)
    lists.share(visibility="public", **share)

    assert queries.public_lists().exists()
    assert [decision.verdict for decision in queries.decisions()] == ["allowed", "refused"]


def test_decisions_are_for_moderators(bib):
    opinion = give(bib, text=GOOD)
    [tag] = opinions.tag(patron=PatronFactory(), bib_id=bib.pk, names=["novel"], at=AT)
    for attempt in (
        lambda: moderation.decide_review(opinion_id=opinion.pk, is_shown=True, at=AT, by=VISITOR),
        lambda: moderation.decide_tag(tag_id=tag.pk, is_shown=True, at=AT, by=VISITOR),
        lambda: moderation.merge_tags(tag_id=tag.pk, into_id=1, at=AT, by=VISITOR),
        lambda: moderation.decide_list(list_id=1, is_shown=True, at=AT, by=VISITOR),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_everything_of_a_person_can_be_forgotten(bib):
    patron, other = PatronFactory(), PatronFactory()
    for who in (patron, other):
        give(bib, who, stars=4, text=GOOD)
        opinions.tag(patron=who, bib_id=bib.pk, names=["novel"], at=AT)
        BookListFactory(patron=who, titles=1)

    opinions.forget(patron=patron)

    for model in (BookList, Opinion, Tagging):
        assert [row.patron for row in model.objects.all()] == [other]
    assert not Complaint.objects.exists()


def test_opinions_and_tags_follow_a_title_that_was_merged(bib):
    kept, both, one = BibFactory(), PatronFactory(), PatronFactory()
    give(bib, both, stars=1)
    give(kept, both, stars=5)
    give(bib, one, stars=3)
    opinions.tag(patron=both, bib_id=bib.pk, names=["novel"], at=AT)

    opinions.follow_merge(gone_id=bib.pk, kept_id=kept.pk)

    assert queries.voice(kept.pk, None).ratings.bars == ((5, 1), (4, 0), (3, 1), (2, 0), (1, 0))
    assert list(Tagging.objects.values_list("bib_id", flat=True)) == [kept.pk]


def test_constraints_of_the_tables_hold(bib):
    opinion = give(bib, stars=3)
    [tag] = opinions.tag(patron=opinion.patron, bib_id=bib.pk, names=["novel"], at=AT)
    for broken in (
        lambda: Opinion.objects.update(stars=6),
        lambda: Opinion.objects.update(stars=None),
        lambda: Opinion.objects.update(state="lost"),
        lambda: Opinion.objects.create(patron=opinion.patron, bib_id=bib.pk, stars=1, created_at=AT, changed_at=AT),
        lambda: Tag.objects.create(name="Novel", key="novel", created_at=AT),
        lambda: Tag.objects.update(key=""),
        lambda: Tag.objects.update(state="lost"),
        lambda: Tagging.objects.create(tag=tag, patron=opinion.patron, bib_id=bib.pk, added_at=AT),
        lambda: Complaint.objects.create(patron=opinion.patron, reason="x", made_at=AT),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
