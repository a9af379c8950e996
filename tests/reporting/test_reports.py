from datetime import UTC, date, datetime, timedelta

import pytest

from pustaka.branches.services import units
from pustaka.circulation.services import loading
from pustaka.circulation.services.loading import PastLoan
from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import NotPermitted
from pustaka.patrons.services import categories
from pustaka.reporting import queries, services
from pustaka.reporting.models import Fact
from pustaka.reporting.queries import Asked
from pustaka.security.services import enter_guest
from tests.factories import BranchFactory, ItemFactory, LocationFactory, PatronFactory
from tests.factories.circulation import HoldFactory, LoanFactory

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
WEEK = Asked(date(2026, 11, 16), date(2026, 11, 24))


@pytest.fixture
def faculty(db):
    return units.put(code="FT", name="Fakultas Teknik", by=SYSTEM)


def built():
    services.build(first=date(2026, 11, 1), last=date(2026, 11, 30))


def lines(report):
    return [(line.name, line.count) for line in report.lines]


def test_facts_stand_in_the_hour_of_the_branch_and_are_the_same_when_made_again():
    LoanFactory(started_at=datetime(2026, 11, 16, 17, 30, tzinfo=UTC))  # half past midnight in Jakarta
    LoanFactory(returned_at=AT)
    HoldFactory()
    enter_guest(branch=BranchFactory(), origin="SMA 3", at=AT, by=SYSTEM)

    built()
    once = list(Fact.objects.order_by("kind", "on").values_list("kind", "on", "hour", "count"))
    built()

    assert once == list(Fact.objects.order_by("kind", "on").values_list("kind", "on", "hour", "count"))
    assert ("loan", date(2026, 11, 17), 0, 1) in once
    assert [fact[0] for fact in once].count("return") == 1
    assert {"loan", "return", "hold", "visit"} == {fact[0] for fact in once}


def test_cut_link_takes_nothing_from_the_figures(faculty):
    student = categories.put(code="S1", name="Mahasiswa", by=SYSTEM)
    people = PatronFactory.create_batch(5, unit=faculty, category=student)
    LoanFactory(patron=people[0], returned_at=AT)
    from pustaka.circulation.models import Loan

    Loan.objects.update(patron=None)
    built()

    assert lines(queries.faculties(WEEK)) == [("Fakultas Teknik", 1)]
    assert lines(queries.categories(WEEK)) == [("Mahasiswa", 1)]


@pytest.mark.parametrize(("members", "shown"), [(4, 0), (5, 1)])
def test_group_of_fewer_than_five_people_is_not_shown(faculty, members, shown):
    people = PatronFactory.create_batch(members, unit=faculty)
    LoanFactory.create_batch(3, patron=people[0])
    built()

    report = queries.faculties(WEEK)

    assert len(report.lines) == shown
    assert bool(report.note) is not bool(shown)


def test_programme_counts_for_its_faculty(faculty):
    programme = units.put(code="TI", name="Informatika", parent=faculty, by=SYSTEM)
    people = PatronFactory.create_batch(5, unit=programme)
    LoanFactory.create_batch(2, patron=people[0])
    built()

    assert lines(queries.faculties(WEEK)) == [("Fakultas Teknik", 2)]
    assert lines(queries.programmes(WEEK)) == [("Informatika", 2)]
    assert queries.faculties(WEEK).finding == "Fakultas Teknik borrows most: 2 loans"


def test_classes_show_turnover_and_what_nobody_borrowed():
    lent = ItemFactory(bib__ddc="899.2213", bib__title="Ronggeng")
    ItemFactory(bib=lent.bib)
    ItemFactory(bib__ddc="340", bib__title="Hukum")
    LoanFactory(item=lent, returned_at=AT)
    LoanFactory(item=lent, returned_at=AT)
    built()

    found = {line.name[:3]: (line.count, list(line.more)) for line in queries.classes(WEEK).lines}
    unused = {line.name[:3]: line.count for line in queries.never_borrowed(WEEK).lines}

    assert found == {"300": (0, ["1", "0.0"]), "800": (2, ["2", "1.0"])}
    assert unused == {"300": 1, "800": 1}
    assert queries.never_borrowed(WEEK).finding.startswith("67 %")


def test_days_hours_and_branches_are_told_apart():
    here, there = BranchFactory(code="PUSAT"), BranchFactory(code="FT")
    LoanFactory.create_batch(2, item__branch=here)
    LoanFactory(item__branch=there)
    built()

    assert lines(queries.hours(WEEK)) == [("10.00", 3)]
    assert lines(queries.weekdays(WEEK)) == [("Monday", 3)]
    assert queries.count(Asked(WEEK.first, WEEK.last, branch=here), "loan") == 2
    assert queries.count(Asked(date(2026, 11, 17), WEEK.last), "loan") == 0


def test_most_borrowed_and_overdue():
    loan = LoanFactory(item__bib__title="Bumi manusia")
    LoanFactory(item=ItemFactory(bib=loan.bib, status="on_loan"))
    LoanFactory(item__bib__title="Laskar pelangi")

    top = queries.top_titles(WEEK)

    assert lines(top)[0] == ("Bumi manusia", 2)
    assert "Bumi manusia" in top.finding
    assert queries.overdue(WEEK).finding == "3 loans are overdue"
    assert queries.overdue(Asked(WEEK.first, date(2026, 11, 22))).finding == "0 loans are overdue"


def test_indicators_have_a_meaning_and_divide_by_nobody_without_falling_over():
    report = queries.indicators(WEEK)

    assert all(line.more[0] for line in report.lines)
    assert {line.count for line in report.lines} == {0}


@pytest.mark.parametrize("kept", queries.REPORTS, ids=lambda kept: kept.code)
def test_every_report_stands_on_an_empty_library(kept):
    report = kept.make(WEEK)

    assert report.finding
    assert len(report.columns) >= 2
    assert all(len(line.more) == len(report.columns) - 2 for line in report.lines)


def test_nightly_run_makes_everything_at_first_and_a_week_later_on():
    LoanFactory(started_at=AT - timedelta(days=60), due_at=AT)
    services.catch_up(today=AT.date())
    assert Fact.objects.filter(kind="loan").count() == 1

    LoanFactory(started_at=AT - timedelta(days=59), due_at=AT)
    LoanFactory(started_at=AT - timedelta(days=7), due_at=AT)
    services.catch_up(today=AT.date())

    assert Fact.objects.filter(kind="loan").count() == 2


# --- Loans of another system -----------------------------------------------------------------------------------------


def past(item, **told):
    values = {
        "item_id": item.pk, "bib_id": item.bib_id, "branch_id": item.branch_id, "patron_id": None,
        "started_at": AT, "due_at": AT + timedelta(days=7), "returned_at": AT + timedelta(days=3),
    }  # fmt: skip
    return PastLoan(**{**values, **told})


def test_loans_of_before_come_in_and_what_cannot_have_been_is_told():
    item, out, patron = ItemFactory(), ItemFactory(), PatronFactory()

    done = loading.load(
        loans=[
            past(item), past(item, due_at=AT), past(item, returned_at=AT - timedelta(days=1)),
            past(out, returned_at=None), past(out, returned_at=None, patron_id=patron.pk),
            past(out, returned_at=None, patron_id=patron.pk),
        ],
        at=AT, by=SYSTEM,
    )  # fmt: skip

    assert done.count == 3
    assert [place for place, _why in done.refused] == [1, 3, 5]
    assert [place for place, _why in done.mended] == [2]
    out.refresh_from_db()
    assert out.status == "on_loan"
    with pytest.raises(NotPermitted):
        loading.load(loans=[], at=AT, by=VISITOR)


@pytest.mark.slow
def test_year_of_a_real_college_gives_its_own_figures_again(shared_data):
    """`reed_2018_19`: 55,787 loans of Reed College; its `.stats.json` says what they come to."""
    import csv
    import gzip
    import json

    from pustaka.catalog.models import Bib, Item

    told = json.loads((shared_data / "loans" / "reed_2018_19.stats.json").read_text())
    with gzip.open(shared_data / "loans" / "reed_2018_19.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    branch = BranchFactory(code="REED", time_zone="America/Los_Angeles")
    kinds = {name: categories.put(code=f"K{n}", name=name, by=SYSTEM) for n, name in enumerate(told["patron"])}
    for kind in kinds.values():
        PatronFactory.create_batch(5, category=kind)
    places: dict[str, object] = {}
    titles: dict[tuple[str, str, str], Bib] = {}
    copies: dict[tuple[tuple[str, str, str], str], Item] = {}
    reader = PatronFactory()
    loans, singles = [], []
    for number, row in enumerate(rows):
        key = (row["Title"], row["Author"], row["Call_No"])
        if key not in titles:
            call = "" if row["Call_No"] == "NOCALLNR" else row["Call_No"][:80]
            titles[key] = Bib(
                call_number=call,
                title=row["Title"][:500] or "-",
                author=row["Author"][:200],
                created_at=AT,
                changed_at=AT,
            )
        if row["Location"] not in places:
            places[row["Location"]] = LocationFactory(
                branch=branch, code=f"L{len(places)}", name=row["Location"] or "-"
            )
        where = (key, row["Location"] if row["Returned"] else f"{row['Location']}/{number}")
        if where not in copies:
            copies[where] = Item(
                barcode=f"R{len(copies)}", branch=branch, location=places[row["Location"]], created_at=AT
            )
            singles.append((where, key))
    Bib.objects.bulk_create(titles.values(), batch_size=1000)
    for where, key in singles:
        copies[where].bib = titles[key]
    Item.objects.bulk_create(copies.values(), batch_size=1000)
    for number, row in enumerate(rows):
        key = (row["Title"], row["Author"], row["Call_No"])
        item = copies[key, row["Location"] if row["Returned"] else f"{row['Location']}/{number}"]
        start = datetime.fromisoformat(f"{row['Loaned']}T12:00:00-08:00")
        back = datetime.fromisoformat(f"{row['Returned']}T12:00:00-08:00") if row["Returned"] else None
        loans.append(
            past(
                item, category_id=kinds[row["Patron"]].pk if row["Patron"] in kinds else None, started_at=start,
                due_at=start + timedelta(days=28), returned_at=back, patron_id=None if back else reader.pk,
            )
        )  # fmt: skip

    done = loading.load(loans=loans, at=AT, by=SYSTEM)
    services.build(first=date(2018, 8, 1), last=date(2019, 7, 31))

    asked = Asked(date(2018, 8, 1), date(2019, 7, 31), branch=branch)
    assert (done.count, done.refused, len(done.mended)) == (told["rows"], [], told["returned_before_loaned"])
    assert [line.count for line in queries.months(asked).lines] == list(told["months"].values())
    assert dict(lines(queries.categories(asked))) == told["patron"]
    shelves = {name.removeprefix(f"{branch.name}, "): count for name, count in lines(queries.shelves(asked))}
    assert {name: shelves[name] for name in told["location"]} == told["location"]
    top = [count for _name, count in lines(queries.top_titles(asked))][: len(told["top_titles"])]
    assert top == [count for _title, count in told["top_titles"]]
    lengths = queries.durations(asked)
    assert dict(lines(lengths))["not back yet"] == told["not_returned"]
    assert lengths.finding == (
        f"Half of the loans last {told['median_days']} days or less; the longest lasted {told['max_days']}"
    )
