from pathlib import Path

import pytest

from pustaka.config import environment


def test_flag_reads_the_usual_spellings(monkeypatch):
    for value, meaning in [("1", True), ("YES", True), ("off", False), ("0", False), ("", True)]:
        monkeypatch.setenv("PUSTAKA_X", value)
        assert environment.flag("PUSTAKA_X", default=True) is meaning


def test_flag_names_the_variable_that_is_wrong(monkeypatch):
    monkeypatch.setenv("PUSTAKA_X", "maybe")
    with pytest.raises(environment.BadSetting, match=r"PUSTAKA_X is 'maybe': write 1 or 0\."):
        environment.flag("PUSTAKA_X", default=True)


@pytest.mark.parametrize(("value", "result"), [("1", 1), ("9", 9), ("", 5)])
def test_number_inside_its_range(monkeypatch, value, result):
    monkeypatch.setenv("PUSTAKA_X", value)
    assert environment.number("PUSTAKA_X", default=5, least=1, most=9) == result


@pytest.mark.parametrize("value", ["0", "10", "nine", "1.5"])
def test_number_outside_its_range(monkeypatch, value):
    monkeypatch.setenv("PUSTAKA_X", value)
    with pytest.raises(environment.BadSetting, match="whole number from 1 to 9"):
        environment.number("PUSTAKA_X", default=5, least=1, most=9)


def test_database_is_sqlite_in_the_data_folder_when_nothing_is_said(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert environment.database("DATABASE_URL", data=Path("/srv/data"))["NAME"] == "/srv/data/pustaka.sqlite3"


def test_database_reads_a_postgresql_address(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk:p%40ss@db.example:5433/pustaka")
    settings = environment.database("DATABASE_URL", data=Path())
    assert [settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "pustaka",
        "desk",
        "p@ss",
        "db.example",
        "5433",
    ]


@pytest.mark.parametrize(
    ("address", "complaint"), [("mysql://x/y", "begins with 'mysql:'"), ("postgresql://host", "names no database")]
)
def test_database_refuses_what_it_does_not_know(monkeypatch, address, complaint):
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(environment.BadSetting, match=complaint):
        environment.database("DATABASE_URL", data=Path())


def test_logins_are_known_by_the_rest_of_their_names(monkeypatch):
    monkeypatch.setenv("PUSTAKA_LOGIN_PERPUSNAS", "kampus:ra:hasia")
    monkeypatch.setenv("PUSTAKA_LOGIN_TROVE", "")
    assert environment.logins("PUSTAKA_LOGIN_") == {"PERPUSNAS": ("kampus", "ra:hasia")}


@pytest.mark.parametrize("value", ["kampus", ":rahasia"])
def test_login_without_a_user_and_a_password_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("PUSTAKA_LOGIN_PERPUSNAS", value)
    with pytest.raises(environment.BadSetting, match="write user:password"):
        environment.logins("PUSTAKA_LOGIN_")
