"""What every protocol by which records are asked for has to do.

Inherit from `RecordSourceContract` and say how to reach Zebra, and any port of this machine.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from pustaka.catalog.ports import Answer, Ask, Failure, Place, Query, RecordSource, SourceFailed
from tests.peers import library, rogue
from tests.peers.servers import free_port
from tests.peers.zebra import Zebra

SOON_S = 0.6  # a deadline for those that never answer
MERCY_S = 5.0  # how much later than its deadline a question may end on a busy machine


def titles(answer: Answer) -> list[str]:
    return [read.record.all("245")[0].get("a") for read in answer.records if read.record]


class RecordSourceContract:
    """`source` speaks the protocol; `place` is where Zebra is asked; `at_port` is some place on this machine."""

    UNKNOWN_DATABASE = Failure.DIAGNOSTIC

    @pytest.fixture
    def source(self) -> RecordSource:
        raise NotImplementedError

    @pytest.fixture
    def place(self, elsewhere: Zebra) -> Place:
        raise NotImplementedError

    @pytest.fixture
    def at_port(self) -> Callable[[int], Place]:
        raise NotImplementedError

    @pytest.fixture
    def ask(self, source: RecordSource, place: Place) -> Callable[..., Answer]:
        def ask(by: Ask, *terms: str, most: int = 10) -> Answer:
            return source.ask(place, Query(by, terms), most=most, timeout_s=20)

        return ask

    @pytest.fixture
    def refusal(self, source: RecordSource, at_port: Callable[[int], Place]) -> Callable[..., Failure]:
        def refusal(port: int, *, timeout_s: float = 20, by: Ask = Ask.ISBN) -> Failure:
            with pytest.raises(SourceFailed) as failed:
                source.ask(at_port(port), Query(by, ("9789799731234",)), most=10, timeout_s=timeout_s)
            return failed.value.kind

        return refusal

    def test_record_comes_whole(self, ask: Callable[..., Answer]) -> None:
        answer = ask(Ask.ISBN, library.BUMI_MANUSIA)

        assert (answer.total, [read.record for read in answer.records]) == (1, [library.books()[0]])

    @pytest.mark.parametrize(
        ("by", "term", "title"),
        [
            (Ask.ISSN, "0024-9319", "Jurnal ilmu hukum /"),
            (Ask.TITLE, "manusia bumi", "Bumi manusia /"),
            (Ask.AUTHOR, "poerwadarminta", 'Kamus "besar" \\ sekali /'),
            (Ask.TITLE, "qurʼān", "Qurʼān al-karīm /"),
        ],
    )
    def test_record_is_found_by_each_kind_of_question(
        self, ask: Callable[..., Answer], by: Ask, term: str, title: str
    ) -> None:
        assert titles(ask(by, term)) == [title]

    def test_any_of_several_terms_is_enough(self, ask: Callable[..., Answer]) -> None:
        assert titles(ask(Ask.ISBN, "9799731232", library.BUMI_MANUSIA)) == ["Bumi manusia /"]

    def test_quotes_in_a_question_are_words_like_others(self, ask: Callable[..., Answer]) -> None:
        assert titles(ask(Ask.TITLE, 'kamus "besar"')) == ['Kamus "besar" \\ sekali /']

    def test_nothing_is_found_when_nobody_has_it(self, ask: Callable[..., Answer]) -> None:
        assert ask(Ask.TITLE, "xqzvtrw") == Answer(total=0)

    def test_only_as_many_records_come_as_were_asked_for(self, ask: Callable[..., Answer]) -> None:
        answer = ask(Ask.AUTHOR, "banyak", most=3)

        assert (answer.total, len(answer.records)) == (60, 3)

    def test_more_records_come_than_fit_into_one_message(self, ask: Callable[..., Answer]) -> None:
        answer = ask(Ask.AUTHOR, "banyak", most=100)

        assert answer.total == 60
        assert sorted(titles(answer)) == sorted(f"Seri pengantar nomor {n} /" for n in range(60))

    def test_huge_record_comes_whole(self, ask: Callable[..., Answer]) -> None:
        answer = ask(Ask.AUTHOR, "shadily")

        assert [read.record for read in answer.records] == [library.books()[4]]

    def test_place_without_an_index_for_the_question_says_so(self, source: RecordSource, place: Place) -> None:
        with pytest.raises(SourceFailed) as failed:
            source.ask(replace(place, indexes={}), Query(Ask.ISBN, ("1",)), most=1, timeout_s=20)

        assert failed.value.kind == Failure.NOT_INDEXED

    def test_unknown_database_is_named(self, source: RecordSource, place: Place) -> None:
        elsewhere = replace(place, database="tiada", url=place.url.replace("buku", "tiada"))

        with pytest.raises(SourceFailed) as failed:
            source.ask(elsewhere, Query(Ask.ISBN, ("1",)), most=1, timeout_s=20)

        assert failed.value.kind == self.UNKNOWN_DATABASE

    def test_machine_that_is_not_there_is_named(self, source: RecordSource, place: Place) -> None:
        nowhere = replace(place, host="tiada.invalid", url="http://tiada.invalid/buku")

        with pytest.raises(SourceFailed) as failed:
            source.ask(nowhere, Query(Ask.ISBN, ("1",)), most=1, timeout_s=20)

        assert failed.value.kind == Failure.UNKNOWN_HOST

    def test_port_at_which_nobody_answers_is_refused(self, refusal: Callable[..., Failure]) -> None:
        assert refusal(free_port()) == Failure.REFUSED

    @pytest.mark.parametrize("manner", [rogue.silent, rogue.slow])
    def test_question_ends_at_its_deadline_when_no_answer_comes(
        self, refusal: Callable[..., Failure], manner: rogue.Manner
    ) -> None:
        with rogue.rogue(manner) as port:
            begun = time.monotonic()
            assert refusal(port, timeout_s=SOON_S) == Failure.TIMEOUT
            assert SOON_S <= time.monotonic() - begun < SOON_S + MERCY_S

    def test_hanging_up_is_named(self, refusal: Callable[..., Failure]) -> None:
        with rogue.rogue(rogue.hangs_up) as port:
            assert refusal(port) == Failure.CLOSED

    def test_babble_is_not_taken_for_an_answer(self, refusal: Callable[..., Failure]) -> None:
        with rogue.rogue(rogue.babbling) as port:
            assert refusal(port) == Failure.GARBAGE

    def test_endless_answer_is_cut_off_long_before_the_deadline(self, refusal: Callable[..., Failure]) -> None:
        with rogue.rogue(rogue.endless) as port:
            begun = time.monotonic()
            assert refusal(port, timeout_s=60) == Failure.TOO_MUCH
            assert time.monotonic() - begun < 30
