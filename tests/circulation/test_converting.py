"""Stanford's circulation rules of FOLIO, through the converter, against its 200 worked cases."""

import json

import pytest

from pustaka.circulation import converting
from pustaka.circulation.converting import Location
from pustaka.circulation.policy import Place, RuleBook, read
from pustaka.standards import folio_rules

SMALL = """priority: number-of-criteria, criterium (t, s, c, b, a, g, m), last-line
fallback-policy: l none o free
m book
    g student: l long o free
    g all + s depot: l none o free
t short: l brief o free
s hall: l hall o free
"""


def winner(**case):
    line = folio_rules.parse(SMALL).winner({**dict.fromkeys("scbagtm", "x"), **case})
    return line.number if line else None


@pytest.mark.parametrize(
    ("case", "number"),
    [
        ({}, None),
        ({"m": "book", "g": "student"}, 4),
        ({"m": "book", "g": "student", "s": "depot"}, 5),  # three criteria beat two
        ({"s": "hall", "t": "short"}, 6),  # loan type comes before location
        ({"s": "hall"}, 7),
    ],
)
def test_line_with_most_criteria_wins_then_the_priority(case, number):
    assert winner(**case) == number


@pytest.mark.parametrize("text", ["", "g student: l x o y", "fallback-policy: l x\nz a: l x", "fallback-policy: l"])
def test_text_that_is_no_rules_is_refused(text):
    with pytest.raises(folio_rules.NotRules):
        folio_rules.parse(text)


@pytest.fixture(scope="module")
def stanford(shared_data):
    folder = shared_data / "circ_rules"

    def table(name, key):
        return {row[key]: row for row in json.loads((folder / "stanford" / f"{name}.json").read_text())}

    cases = [json.loads(line) for line in (folder / "stanford_example_cases.jsonl").read_text().splitlines()]
    return {
        "rules": folio_rules.parse((folder / "stanford" / "circulation_rules.txt").read_text()),
        "cases": cases,
        "locations": table("locations", "code"),
        "groups": table("patron_groups", "group"),
        "materials": table("material_types", "name"),
        "types": table("loan_types", "name"),
        "loans": table("loan_policies", "id"),
        "fines": table("overdue_fines_policies", "id"),
    }


def ids(stanford, case):
    place = stanford["locations"][case["location"]]
    return {
        "s": place["id"], "c": place["libraryId"], "b": place["campusId"], "a": place["institutionId"],
        "g": stanford["groups"][case["patron_group"]]["id"], "t": stanford["types"][case["loan_type"]]["id"],
        "m": stanford["materials"][case["material_type"]]["id"],
    }  # fmt: skip


def test_all_200_cases_have_the_same_winner(stanford):
    rules = stanford["rules"]
    assert len(rules.lines) == 652

    for case in stanford["cases"]:
        line = rules.winner(ids(stanford, case))
        policies = line.policies if line else rules.fallback
        assert (line.number if line else None) == case["rule_line"]
        assert stanford["loans"][policies["l"]]["name"] == case["loan_policy"]
        assert stanford["fines"][policies["o"]]["name"] == case["overdue_fine_policy"]


def test_rows_of_ours_answer_the_cases_as_far_as_the_models_agree(stanford):
    rules, cases = stanford["rules"], stanford["cases"]
    told = [ids(stanford, case) for case in cases]
    places = list(dict.fromkeys(Location(one["s"], one["c"], one["b"], one["a"]) for one in told))
    groups = list(dict.fromkeys(one["g"] for one in told))
    pairs = list(dict.fromkeys((one["t"], one["m"]) for one in told))
    every = {(line.policies["l"], line.policies["o"]) for line in rules.lines} | {
        (rules.fallback["l"], rules.fallback["o"])
    }
    of = {
        (loan, fine): converting.values({"l": loan, "o": fine}, loans=stanford["loans"], fines=stanford["fines"])
        for loan, fine in every
    }
    book = RuleBook(converting.rows(rules, places=places, groups=groups, pairs=pairs, of=of))

    loans = {policy["name"]: policy for policy in stanford["loans"].values()}
    for case, one in zip(cases, told, strict=True):
        place = Place(
            places.index(Location(one["s"], one["c"], one["b"], one["a"])) + 1, groups.index(one["g"]) + 1,
            pairs.index((one["t"], one["m"])) + 1,
        )  # fmt: skip
        held, said = book.policy(place), loans[case["loan_policy"]]
        assert held.lends is said["loanable"]
        if not held.lends:
            continue
        renewals = int(said.get("renewalsPolicy", {}).get("numberAllowed", 0)) if said.get("renewable") else 0
        assert held.renewals == renewals
        assert held.fine_idr == (
            0 if case["overdue_fine_policy"] in {"No fines", "3.00/21.00 recall overdue fine"} else 1
        )
        period = said["loansPolicy"].get("period")
        if period and period["intervalId"] != "Months":
            length = period["duration"] * {"Days": 1, "Weeks": 7, "Hours": 1}[period["intervalId"]]
            assert (held.loan_length, held.loan_unit) == (
                length,
                "hours" if period["intervalId"] == "Hours" else "days",
            )


def test_what_the_models_do_not_share_is_named(stanford):
    """The list stands in docs/standards/folio-rules.md."""
    left = set()
    for case in stanford["cases"]:
        line = stanford["rules"].winner(ids(stanford, case))
        policies = line.policies if line else stanford["rules"].fallback
        left |= set(converting.values(policies, loans=stanford["loans"], fines=stanford["fines"]).left_out)

    from tests.conftest import ROOT

    page = (ROOT / "docs" / "standards" / "folio-rules.md").read_text()
    assert left
    assert all(what in page for what in left)


def test_every_value_of_the_converter_is_one_that_a_rule_can_have():
    for name, value in converting.DEFAULTS.items():
        read(name, value)
