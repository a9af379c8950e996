"""Allowances: exact numbers on both sides of each limit, and a table that processes share."""

import multiprocessing
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from pustaka.interfaces.allowance.rules import (
    Allowance,
    Asker,
    Taken,
    asker,
    client_address,
    is_crawler,
    is_within,
    take,
)
from pustaka.interfaces.allowance.table import SETS, WAYS, Refused, Table

NOON = 1_795_651_200.0
TWO_A_SECOND = Allowance(per_second=2, burst=10)
CAMPUS = [ip_network("10.20.0.0/16"), ip_network("2001:db8:5::/48")]
SHARED = Allowance(per_second=50, burst=250)


def granted(full_at: float = 0.0, *, cost: float = 1, at: float = NOON) -> tuple[int, Taken]:
    """How often in a row it is granted, and the first refusal."""
    for number in range(1000):
        taken = take(full_at, cost=cost, allowance=TWO_A_SECOND, at=at)
        if not taken.is_granted:
            return number, taken
        full_at = taken.full_at
    raise AssertionError("nothing was ever refused")


def test_take_grants_the_burst_and_not_one_more():
    number, refused = granted()

    assert (number, refused.wait) == (10, 0.5)


def test_take_grants_fractions_to_the_last():
    number, refused = granted(cost=0.2)

    assert number == 50
    assert refused.wait == pytest.approx(0.1, abs=1e-4)


def test_take_grants_again_when_the_wait_is_over_and_not_before():
    _, refused = granted()

    early = take(refused.full_at, cost=1, allowance=TWO_A_SECOND, at=NOON + 0.49)
    after = take(refused.full_at, cost=1, allowance=TWO_A_SECOND, at=NOON + 0.5)

    assert (early.is_granted, round(early.wait, 2)) == (False, 0.01)
    assert after.is_granted


def test_take_leaves_the_bucket_as_it_was_when_it_refuses():
    _, refused = granted()

    assert take(refused.full_at, cost=1, allowance=TWO_A_SECOND, at=NOON).full_at == refused.full_at == NOON + 5


def test_take_finds_the_bucket_full_after_its_seconds():
    _, refused = granted()

    assert TWO_A_SECOND.seconds == 5
    assert granted(refused.full_at, at=NOON + 4)[0] == 8
    assert granted(refused.full_at, at=NOON + 5)[0] == 10
    assert granted(refused.full_at, at=NOON + 500)[0] == 10


def test_take_grants_what_costs_more_than_a_bucket_holds_to_a_full_one():
    first = take(0, cost=20, allowance=TWO_A_SECOND, at=NOON)

    assert first == Taken(NOON + 5, 0)
    assert take(first.full_at, cost=20, allowance=TWO_A_SECOND, at=NOON + 4).wait == 1


def test_take_locks_nobody_out_when_the_clock_was_set_back():
    _, refused = granted(at=NOON + 86_400)

    assert take(refused.full_at, cost=1, allowance=TWO_A_SECOND, at=NOON).wait == 0.5


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "192.0.2.1"),
        ("203.0.113.9", 0, "192.0.2.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", 1, "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "192.0.2.1"),
        (" , ", 1, "192.0.2.1"),
    ],
)
def test_client_address_believes_our_own_proxies_only(forwarded, proxies, address):
    assert client_address("192.0.2.1", forwarded=forwarded, proxies=proxies) == address


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::4", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("10.20.255.255", "campus 10.20.0.0/16"),
        ("10.21.0.0", "10.21.0.0"),
        ("::ffff:10.20.0.1", "campus 10.20.0.0/16"),
        ("2001:db8:5:ffff::1", "campus 2001:db8:5::/48"),
        ("rubbish", "unknown"),
        ("", "unknown"),
    ],
)
def test_asker_is_an_address_a_household_or_a_campus_network(address, key):
    allowance = SHARED if key.startswith("campus") else TWO_A_SECOND

    assert asker(address, campus=CAMPUS, visitor=TWO_A_SECOND, shared=SHARED) == Asker(key, allowance)


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [("10.20.255.255", True), ("10.21.0.0", False), ("::ffff:10.20.0.1", True), ("2001:db8:5::1", True), ("", False)],
)
def test_address_is_within_a_network_or_not(address, is_inside):
    assert is_within(address, CAMPUS) is is_inside


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_asker_is_nobody_on_the_machine_itself(address):
    assert asker(address, campus=CAMPUS, visitor=TWO_A_SECOND, shared=SHARED) is None


@pytest.mark.parametrize(
    ("user_agent", "is_one"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("Mozilla/5.0 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", True),
        ("Mozilla/5.0 (Linux; Android 7.0;) (compatible; PetalBot;+https://webmaster.petalsearch.com)", True),
        ("Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)", True),
        ("meta-externalagent/1.1", True),
        ("Some-Unheard-Of-Crawler", True),
        ("Mozilla/5.0 (Linux; Android 14; SM-A057F) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36", False),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT NOVA) AppleWebKit/537.36 Chrome/99.0 Mobile Safari/537.36", False),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0 Zotero/7.0", False),
        ("", False),
    ],
)  # fmt: skip
def test_crawlers_are_told_by_what_they_call_themselves(user_agent, is_one):
    assert is_crawler(user_agent) is is_one


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], Table]]:
    """Opens the same table as often as asked, as each process does."""
    tables: list[Table] = []

    def opened() -> Table:
        tables.append(Table(tmp_path / "data" / "allowances", secret="rahasia"))
        return tables[-1]

    yield opened
    for table in tables:
        table.close()


def test_table_keeps_a_bucket_for_each_asker(opened):
    table = opened()

    for address in ("203.0.113.7", "203.0.113.8"):
        answers = [table.take(Asker(address, TWO_A_SECOND), cost=1, at=NOON).is_granted for _ in range(11)]
        assert answers == [True] * 10 + [False]


def test_table_is_there_again_after_a_restart(opened):
    for _ in range(10):
        opened().take(Asker("203.0.113.7", TWO_A_SECOND), cost=1, at=NOON)

    assert opened().take(Asker("203.0.113.7", TWO_A_SECOND), cost=1, at=NOON).wait == 0.5


def ask_often(path: Path, answers: "multiprocessing.Queue[int]") -> None:
    table = Table(path, secret="rahasia")
    who = Asker("203.0.113.7", Allowance(per_second=1, burst=1000))
    answers.put(sum(table.take(who, cost=1, at=NOON).is_granted for _ in range(700)))
    table.close()


def test_processes_that_ask_at_once_get_the_burst_together_and_not_one_more(tmp_path):
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    processes = [context.Process(target=ask_often, args=(tmp_path / "allowances", answers)) for _ in range(2)]
    for process in processes:
        process.start()

    assert sum(answers.get(timeout=60) for _ in processes) == 1000
    for process in processes:
        process.join()


def test_table_holds_no_address_and_forgets_who_asks_no_more(opened, tmp_path):
    table = opened()
    for number in range(200):
        table.take(Asker(f"203.0.113.{number}", TWO_A_SECOND), cost=10, at=NOON)
    assert table.known() == 200
    assert b"203.0.113" not in (tmp_path / "data" / "allowances").read_bytes()

    for _ in range(SETS):
        table.take(Asker("198.51.100.1", TWO_A_SECOND), cost=1, at=NOON + 5)

    assert table.known() == 1


def test_table_forgives_the_one_who_is_soonest_full_when_a_set_is_crowded(opened):
    table = opened()
    crowd = [Asker(f"10.0.{number // 256}.{number % 256}", TWO_A_SECOND) for number in range(SETS * WAYS)]

    answers = [table.take(who, cost=10, at=NOON).is_granted for who in crowd]

    assert all(answers)
    assert table.known() < SETS * WAYS


def test_table_counts_what_was_refused_within_24_hours(opened):
    table = opened()
    table.count(at=NOON, too_often=2)
    table.count(at=NOON + 3600, too_often=1, crawlers=4)

    assert opened().refused(at=NOON + 3600) == Refused(too_often=3, crawlers=4)
    assert table.refused(at=NOON + 24 * 3600 - 1) == Refused(too_often=3, crawlers=4)
    assert table.refused(at=NOON + 24 * 3600) == Refused(too_often=1, crawlers=4)
    table.count(at=NOON + 24 * 3600, crawlers=1)
    assert table.refused(at=NOON + 24 * 3600) == Refused(too_often=1, crawlers=5)
    assert table.refused(at=NOON + 72 * 3600) == Refused()
