"""Targets are data: what is refused, their order, and those that a new library finds set up."""

import importlib
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import queries
from pustaka.catalog.models import Target
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import targets
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from tests.factories.targets import TargetFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HEAD = Actor(name="Ni Luh", permissions=frozenset({Permission.CONFIGURE_TARGETS}))
Z3950 = {"name": "Kampus", "protocol": "z3950", "host": "z.kampus.ac.id", "database": "buku", "isbn_index": "1=7"}
SRU = {"name": "Kampus", "protocol": "sru", "url": "https://kampus.ac.id/sru", "isbn_index": "bath.isbn"}


@pytest.fixture(autouse=True)
def _none_set_up() -> None:
    Target.objects.all().delete()


@pytest.mark.parametrize("fields", [Z3950, SRU])
def test_target_is_added_behind_the_others(fields: dict[str, Any]) -> None:
    other = TargetFactory(position=4)

    added = targets.add(fields=fields, at=AT, by=HEAD)

    assert list(queries.targets()) == [other, added]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        (Z3950 | {"name": "  "}, "needs a name"),
        (Z3950 | {"name": "Tetangga"}, "Tetangga already"),
        (Z3950 | {"host": "http://z.kampus.ac.id"}, "without http://"),
        (Z3950 | {"host": ""}, "without http://"),
        (Z3950 | {"host": "a b"}, "without http://"),
        (Z3950 | {"port": 0}, "1 to 65535"),
        (Z3950 | {"port": 65_536}, "1 to 65535"),
        (Z3950 | {"database": ""}, "name of the database"),
        (Z3950 | {"title_index": "dc.title"}, "no attributes of Z39.50"),
        (Z3950 | {"timeout_s": 0}, "between 1 and 60"),
        (Z3950 | {"timeout_s": 61}, "between 1 and 60"),
        (Z3950 | {"most_records": 0}, "between 1 and 100"),
        (Z3950 | {"most_records": 101}, "between 1 and 100"),
        (Z3950 | {"syntax": "us marc"}, "usmarc or marcxml"),
        (Z3950 | {"login": "SECRET_KEY"}, "PUSTAKA_LOGIN_SECRET_KEY"),
        (SRU | {"url": "ftp://kampus.ac.id"}, "http:// or https://"),
        (SRU | {"url": "https://"}, "http:// or https://"),
        (SRU | {"url": "https://[kampus"}, "http:// or https://"),
        (SRU | {"url": "https://kampus.ac.id/ sru"}, "http:// or https://"),
        (SRU | {"url": "https://orang:rahasia@kampus.ac.id/sru"}, "name of a login"),
        (SRU | {"version": "3.0"}, "1.1, 1.2, 2.0"),
        (SRU | {"author_index": "1=1003"}, "no index of SRU"),
    ],
)
def test_target_that_cannot_be_asked_is_refused_with_what_to_write(fields: dict[str, Any], word: str) -> None:
    TargetFactory(name="Tetangga")

    with pytest.raises(Invalid, match=word):
        targets.add(fields=fields, at=AT, by=HEAD)

    assert Target.objects.count() == 1


@pytest.mark.parametrize(("timeout_s", "most_records", "port"), [(1, 1, 1), (60, 100, 65_535)])
def test_limits_themselves_are_allowed(timeout_s: int, most_records: int, port: int) -> None:
    added = targets.add(
        fields=Z3950 | {"timeout_s": timeout_s, "most_records": most_records, "port": port}, at=AT, by=HEAD
    )

    assert (added.timeout_s, added.most_records, added.port) == (timeout_s, most_records, port)


def test_login_comes_from_the_environment_and_is_nowhere_in_the_database(settings: Any) -> None:
    settings.SOURCE_LOGINS = {"KAMPUS": ("pustaka", "rahasia")}

    added = targets.add(fields=SRU | {"login": "KAMPUS"}, at=AT, by=HEAD)

    place = targets.place_of(target=added)
    assert (place.user, place.password) == ("pustaka", "rahasia")
    assert "rahasia" not in str(Target.objects.values().get())
    assert "rahasia" not in repr(place)


@pytest.mark.parametrize(("places", "order"), [(-1, "bac"), (1, "acb"), (-9, "bac"), (9, "acb"), (0, "abc")])
def test_target_moves_and_stops_at_the_ends(places: int, order: str) -> None:
    made = {name: TargetFactory(name=name, position=7) for name in "abc"}

    targets.move(target_id=made["b"].pk, places=places, at=AT, by=HEAD)

    assert "".join(target.name for target in queries.targets()) == order


def test_target_is_switched_and_removed() -> None:
    target = TargetFactory()

    assert not targets.switch(target_id=target.pk, is_active=False, at=AT, by=HEAD).is_active
    targets.remove(target_id=target.pk, at=AT, by=HEAD)

    with pytest.raises(NotFound):
        targets.remove(target_id=target.pk, at=AT, by=HEAD)


def test_whoever_may_not_set_targets_up_changes_nothing() -> None:
    target = TargetFactory(name="Tetap", position=1)
    calls = (
        lambda: targets.add(fields=SRU, at=AT, by=VISITOR),
        lambda: targets.change(target_id=target.pk, fields={"name": "Lain"}, at=AT, by=VISITOR),
        lambda: targets.switch(target_id=target.pk, is_active=False, at=AT, by=VISITOR),
        lambda: targets.move(target_id=target.pk, places=1, at=AT, by=VISITOR),
        lambda: targets.remove(target_id=target.pk, at=AT, by=VISITOR),
    )

    for call in calls:
        with pytest.raises(NotPermitted):
            call()
    assert list(Target.objects.values_list("name", "is_active", "position")) == [("Tetap", True, 1)]


@pytest.mark.parametrize(
    ("constraint", "broken"),
    [
        ("target_protocol_known", {"protocol": "ftp"}),
        ("target_z3950_has_host", {"protocol": "z3950", "host": "", "database": "x"}),
        ("target_z3950_has_host", {"protocol": "z3950", "host": "x", "database": ""}),
        ("target_sru_has_url", {"url": "file:///etc/passwd"}),
        ("target_port", {"port": 0}),
        ("target_timeout", {"timeout_s": 61}),
        ("target_most_records", {"most_records": 101}),
    ],
)
def test_database_keeps_no_target_that_cannot_be_asked(constraint: str, broken: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TargetFactory(**broken)


def test_targets_that_a_new_library_finds_could_be_entered_by_hand() -> None:
    known = importlib.import_module("pustaka.catalog.migrations.0009_known_targets").KNOWN

    for fields in known:
        targets.add(fields=fields, at=AT, by=SYSTEM)

    names = [target.name for target in queries.targets()]
    assert names[:2] == ["Perpustakaan Nasional RI", "Library of Congress"]
    assert [target.name for target in queries.targets() if target.is_active] == ["Library of Congress", "K10plus"]
    assert all(target.organization for target in queries.targets())
