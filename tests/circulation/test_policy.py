import pytest

from pustaka.circulation.policy import NAMES, BadValue, Place, RuleBook, choices_of, kind_of, read

B, C, I = 1, 2, 3  # noqa: E741 - branch, category, item type, as the reference writes them
ORDER = [
    Place(B, C, I), Place(B, C, None), Place(B, None, I), Place(B, None, None),
    Place(None, C, I), Place(None, C, None), Place(None, None, I), Place(None, None, None),
]  # fmt: skip


def test_branch_outranks_category_and_category_outranks_item_type():
    assert list(Place(B, C, I).in_order()) == ORDER


@pytest.mark.parametrize("first", range(8))
def test_most_specific_row_wins_whatever_order_they_come_in(first):
    rows = [("loan_length", place, str(number + 1)) for number, place in enumerate(ORDER) if number >= first]

    for some in (rows, rows[::-1]):
        found = RuleBook(some).policy(Place(B, C, I))
        assert (found.loan_length, found.why["loan_length"]) == (first + 1, ORDER[first])


def test_specific_row_supplies_only_what_it_defines_and_the_rest_falls_through():
    book = RuleBook([("loan_length", Place(B, C, I), "30"), ("renewals", Place(), "4"), ("fine_idr", Place(B), "500")])

    found = book.policy(Place(B, C, I))

    assert (found.loan_length, found.renewals, found.fine_idr, found.fine_period) == (30, 4, 500, 1)
    assert found.why["fine_period"] is None


def test_blank_value_is_a_value_and_hides_the_less_specific_row():
    book = RuleBook([("fine_cap", Place(), "10000"), ("fine_cap", Place(B), ""), ("renewal_length", Place(B), "0")])

    assert book.policy(Place(9)).fine_cap == 10_000
    assert book.policy(Place(B)).fine_cap is None
    assert book.policy(Place(B)).why["fine_cap"] == Place(B)
    assert book.policy(Place(B)).renewal_length == 0


def test_person_without_category_gets_what_holds_for_any():
    book = RuleBook([("loan_length", Place(None, C), "30"), ("loan_length", Place(), "3")])

    assert book.policy(Place(B)).loan_length == 3


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("fine_idr", "1.000", 1_000),
        ("fine_cap", "", None),
        ("lends", "no", False),
        ("loan_unit", "hours", "hours"),
        ("renewal_length", "0", 0),
        ("loan_length", "1", 1),
    ],
)
def test_values_are_read(name, text, value):
    assert read(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fine_idr", "10,00"),
        ("fine_idr", ""),
        ("loan_length", "0"),
        ("loan_length", "-1"),
        ("loan_length", "²"),
        ("renewals", "two"),
        ("lends", "maybe"),
        ("calendar_mode", "weeks"),
        ("fixed_due", "2026-02-30"),
    ],
)
def test_value_that_a_rule_cannot_have_is_refused_by_its_name(name, text):
    with pytest.raises(BadValue) as refused:
        read(name, text)

    assert (refused.value.name, refused.value.value) == (name, text)


def test_unknown_name_is_an_error():
    with pytest.raises(KeyError):
        read("loan_lenght", "7")


def test_every_rule_can_be_asked_for_on_a_form():
    from pustaka.circulation.words import CHOICES, GROUPS

    assert [name for _group, rules in GROUPS for name, _label in rules] == [*dict.fromkeys(
        name for _group, rules in GROUPS for name, _label in rules
    )]  # fmt: skip
    assert {name for _group, rules in GROUPS for name, _label in rules} == set(NAMES)
    assert all(value in CHOICES for name in NAMES if kind_of(name) == "choice" for value in choices_of(name))
