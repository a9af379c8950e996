from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.security import queries, services
from pustaka.security.models import Visit
from tests.factories import BranchFactory, PatronFactory

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BY = {"at": AT, "by": SYSTEM}
pytestmark = pytest.mark.django_db


def test_person_counts_once_within_a_quarter_of_an_hour():
    branch, patron = BranchFactory(), PatronFactory()

    _first, is_new = services.enter(code=patron.number, branch=branch, purpose="read", **BY)
    _again, is_new_again = services.enter(
        code=patron.number, branch=branch, at=AT + timedelta(minutes=14, seconds=59), by=SYSTEM
    )
    _later, is_new_later = services.enter(code=patron.number, branch=branch, at=AT + timedelta(minutes=15), by=SYSTEM)

    assert (is_new, is_new_again, is_new_later) == (True, False, True)
    assert queries.visits_since(branch, AT) == 2


def test_guest_leaves_where_they_come_from_and_no_name():
    branch = BranchFactory()
    with pytest.raises(Invalid):
        services.enter_guest(branch=branch, origin="  ", **BY)

    services.enter_guest(branch=branch, origin="SMA 3  Kupang", purpose="nonsense", **BY)

    visit = Visit.objects.get()
    assert (visit.origin, visit.patron, visit.purpose) == ("SMA 3 Kupang", None, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.update(patron=PatronFactory())


def test_who_came_in_is_forgotten_after_a_day_and_the_visit_stays():
    services.enter(code=PatronFactory().number, branch=BranchFactory(), **BY)

    assert services.cut_links(at=AT + timedelta(days=1)) == 0
    assert services.cut_links(at=AT + timedelta(days=1, seconds=1)) == 1
    assert Visit.objects.get().patron is None


def test_unknown_card_and_a_stranger_at_the_screen_are_refused():
    with pytest.raises(NotFound):
        services.enter(code="NOPE", branch=BranchFactory(), **BY)
    with pytest.raises(NotPermitted):
        services.enter(code=PatronFactory().number, branch=BranchFactory(), at=AT, by=VISITOR)
