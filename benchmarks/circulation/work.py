"""What the desks do, in processes of their own on one database. Django is set up by whoever imports this."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from pustaka.branches.models import Branch
from pustaka.branches.services import places
from pustaka.catalog.models import Bib, Item
from pustaka.circulation import queries
from pustaka.circulation.models import Hold, Loan
from pustaka.circulation.services import loans, nightly, returns, rules
from pustaka.circulation.words import CheckOutRefused
from pustaka.foundation.actors import SYSTEM
from pustaka.foundation.errors import DomainError
from pustaka.patrons.models import Patron
from pustaka.reporting import services as reporting

FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Library:
    """Ids of what the desks work with."""

    branch_id: int
    patrons: list[int]
    items: list[int]


def furnish(*, people: int, copies: int) -> Library:
    """A branch, so many people, and so many titles with one copy each; rules as a campus has them."""
    now = timezone.now()
    branch = places.ensure_branch(code="PUSAT", name="Perpustakaan Pusat")
    for name, value in (("loan_length", "14"), ("renewals", "100"), ("fine_idr", "1.000"), ("debt_limit", "50.000")):
        rules.set_rule(name=name, value=value, at=now, by=SYSTEM)
    start = Patron.objects.count()
    Patron.objects.bulk_create(
        [Patron(number=f"P{start + n}", name=f"Anggota {n}", password="!") for n in range(people)], batch_size=2000
    )
    bibs = [Bib(title=f"Judul {start + n}", created_at=now, changed_at=now) for n in range(copies)]
    Bib.objects.bulk_create(bibs, batch_size=2000)
    made = [
        Item(bib=bib, barcode=f"C{start}-{n}", branch=branch, created_at=now, price_idr=80_000)
        for n, bib in enumerate(bibs)
    ]
    Item.objects.bulk_create(made, batch_size=2000)
    ids = list(Patron.objects.order_by("-pk").values_list("pk", flat=True)[:people])
    return Library(branch.pk, ids, [item.pk for item in made])


def desks(count: int, work: Callable[[int], list[float]]) -> tuple[float, list[float]]:
    """Let so many desks work at once; seconds until the last is done, and how long each single deed took."""
    connection.close()
    with FORK.Pool(count) as pool:
        pool.map(abs, range(count))  # every process is there before the clock starts
        begun = time.perf_counter()
        told = pool.map(work, range(count), chunksize=1)
        wall = time.perf_counter() - begun
    return wall, sorted(took for some in told for took in some)


def lend(library: Library, count: int, desk: int) -> list[float]:
    """This desk's share of the copies, one after the other to changing people."""
    branch, at = Branch.objects.get(pk=library.branch_id), timezone.now()
    mine = library.items[desk::count]
    return [
        _timed(
            partial(
                loans.check_out, item_id=item, patron_id=library.patrons[(desk + count * n) % len(library.patrons)],
                branch=branch, at=at, by=SYSTEM,
            )
        )
        for n, item in enumerate(mine)
    ]  # fmt: skip


def take_back(library: Library, count: int, desk: int) -> list[float]:
    """The same copies come back."""
    branch, at = Branch.objects.get(pk=library.branch_id), timezone.now()
    return [
        _timed(partial(returns.check_in, item_id=item, branch=branch, at=at, by=SYSTEM))
        for item in library.items[desk::count]
    ]


def renew(library: Library, count: int, desk: int) -> list[float]:
    """Each loan once."""
    at = timezone.now() + timedelta(days=1)
    mine = Loan.objects.filter(item__in=library.items[desk::count], returned_at=None).values_list("pk", flat=True)
    return [_timed(partial(loans.renew, loan_id=loan, at=at, by=SYSTEM)) for loan in list(mine)]


def bare(library: Library, count: int, desk: int) -> list[float]:
    """The reference: one transaction with one UPDATE and one INSERT, which is the least that any lending must do."""
    now = timezone.now()
    return [_timed(partial(_bare, library, item, now)) for item in library.items[desk::count]]


def _bare(library: Library, item: int, now: datetime) -> None:
    with transaction.atomic():
        Item.objects.filter(pk=item).update(note="x")
        Hold.objects.create(
            bib_id=Item.objects.values_list("bib", flat=True).get(pk=item), patron_id=library.patrons[0],
            pickup_id=library.branch_id, rank=0, placed_at=now, state="canceled", ended_at=now,
        )  # fmt: skip


def _timed(deed: Callable[[], object]) -> float:
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def large_cases(library: Library, times: int = 200) -> dict[str, tuple[list[float], list[float]]]:
    """Lending and taking back in the small and the large case of each kind: times of both, in seconds."""
    now, branch = timezone.now(), Branch.objects.get(pk=library.branch_id)
    few, many = library.patrons[0], library.patrons[1]
    spare = iter(library.items)
    for patron, count in ((few, 10), (many, 1000)):
        for _ in range(count):
            _lend_past(next(spare), patron, branch, now)
    small, large, waited, plain = (Item.objects.get(pk=next(spare)) for _ in range(4))
    for item, count in ((small, 4), (large, 499)):
        Item.objects.bulk_create(
            Item(bib_id=item.bib_id, barcode=f"{item.barcode}/{n}", branch=branch, created_at=now) for n in range(count)
        )
    Hold.objects.bulk_create(
        Hold(bib_id=waited.bib_id, patron_id=patron, pickup=branch, rank=n, placed_at=now)
        for n, patron in enumerate(library.patrons[300:500])
    )
    reader = library.patrons[2]
    first = library.patrons[300]  # the first in line may borrow what two hundred wait for
    return {
        "a patron of 10 and of 1,000 loans": (_both(plain, few, branch, times), _both(plain, many, branch, times)),
        "a record of 5 and of 500 items": (_both(small, reader, branch, times), _both(large, reader, branch, times)),
        "0 and 200 holds": (_both(plain, reader, branch, times), _both(waited, first, branch, times, again=True)),
    }


def _lend_past(item: int, patron: int, branch: Branch, now: datetime) -> None:
    bib = Item.objects.values_list("bib", flat=True).get(pk=item)
    Loan.objects.create(
        item_id=item, bib_id=bib, patron_id=patron, branch=branch, started_at=now, due_at=now + timedelta(days=14)
    )
    Item.objects.filter(pk=item).update(status="on_loan")


def _both(item: Item, patron: int, branch: Branch, times: int, *, again: bool = False) -> list[float]:
    took = []
    for _ in range(times):
        at = timezone.now()
        if again:  # the queue is as long as before each time
            Hold.objects.filter(bib=item.bib_id, item_kept=item.pk).update(
                state="waiting", item_kept=None, ended_at=None, ready_at=None, kept_until=None
            )
            Item.objects.filter(pk=item.pk).update(status="available")
        lent = _timed(partial(loans.check_out, item_id=item.pk, patron_id=patron, branch=branch, at=at, by=SYSTEM))
        took.append(lent + _timed(partial(returns.check_in, item_id=item.pk, branch=branch, at=at, by=SYSTEM)))
    return sorted(took)


def night(library: Library) -> tuple[int, float]:
    """A nightly run over open loans of all these copies, a tenth of them due soon and a tenth overdue by a week."""
    now = timezone.now()
    bibs = dict(Item.objects.filter(pk__in=library.items[:1]).values_list("pk", "bib"))
    first_item, first_bib = library.items[0], bibs[library.items[0]]
    rows = []
    for n, item in enumerate(library.items):
        days = (2, -8)[n % 10] if n % 10 < 2 else 9
        rows.append(
            Loan(
                item_id=item, bib_id=first_bib + (item - first_item),
                patron_id=library.patrons[n % len(library.patrons)],
                branch_id=library.branch_id, started_at=now - timedelta(days=20), due_at=now + timedelta(days=days),
            )
        )  # fmt: skip
    Loan.objects.bulk_create(rows, batch_size=5000)
    Patron.objects.update(email=Concat(Value("p"), Cast("pk", CharField()), Value("@kampus.example")))
    begun = time.perf_counter()
    nightly.run(at=now)
    reporting.catch_up(today=timezone.localdate(now))
    return len(rows), time.perf_counter() - begun


def rush(rounds: int, library: Library) -> list[int]:
    """Two desks lend one copy to two people at the same moment, so often; how many succeeded in each round."""
    connection.close()
    barrier = FORK.Barrier(2)
    successes = []
    with FORK.Pool(2, initializer=_meet, initargs=(barrier,)) as pool:
        for _ in range(rounds):
            told = pool.starmap(_try, [(library, 0), (library, 1)], chunksize=1)
            successes.append(sum(told))
            branch = Branch.objects.get(pk=library.branch_id)
            returns.check_in(item_id=library.items[0], branch=branch, at=timezone.now(), by=SYSTEM)
            assert Loan.objects.filter(returned_at=None).count() == 0
    return successes


_barrier = None


def _meet(barrier: object) -> None:
    global _barrier
    _barrier = barrier
    queries.rule_book()


def _try(library: Library, desk: int) -> bool:
    branch = Branch.objects.get(pk=library.branch_id)
    _barrier.wait(30)  # type: ignore[attr-defined]
    try:
        loans.check_out(
            item_id=library.items[0], patron_id=library.patrons[desk], branch=branch, at=timezone.now(), by=SYSTEM
        )
    except CheckOutRefused:
        return False
    except DomainError:
        return False
    return True
