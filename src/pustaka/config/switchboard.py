"""Who reacts to what: every reaction of the whole system is on this page."""

from collections.abc import Mapping, Sequence

from pustaka.catalog import tasks as catalog_tasks
from pustaka.catalog.events import (
    AuthoritiesChanged,
    BatchStaged,
    BatchStepDue,
    BatchWithdrawn,
    BibsChanged,
    BibsMerged,
    ImportStepDue,
)
from pustaka.catalog.services import imports
from pustaka.circulation.events import (
    CopyMoved,
    HoldEnded,
    HoldReady,
    LoanEnded,
    LoanRecalled,
    LoanRenewed,
    LoanStarted,
    PatronForgotten,
)
from pustaka.circulation.services import letters
from pustaka.discovery import saved_searches
from pustaka.discovery import services as discovery
from pustaka.discovery import tasks as discovery_tasks
from pustaka.discovery.events import BatchIndexed, RebuildDue
from pustaka.foundation.events import Event, Handler
from pustaka.notices import services as notices
from pustaka.readers.services import forgetting, merges


def refresh_search(event: BibsChanged) -> None:
    discovery.refresh(bib_ids=event.bib_ids, at=event.at)


def go_on_with_import(event: ImportStepDue) -> None:
    catalog_tasks.STEPS[event.step].enqueue(event.job_id)


def refresh_references(event: AuthoritiesChanged) -> None:
    discovery.refresh_references(authority_ids=event.authority_ids)


def go_on_with_batch(event: BatchStepDue) -> None:
    catalog_tasks.BATCH_STEPS[event.step].enqueue(event.job_id)


def index_batch(event: BatchStaged) -> None:
    discovery_tasks.index_batch.enqueue(event.job_id)


def reveal_batch(event: BatchIndexed) -> None:
    imports.reveal(job_id=event.job_id, at=event.at)


def drop_batch(event: BatchWithdrawn) -> None:
    discovery.drop_batch(job_id=event.job_id)


def build_index(event: RebuildDue) -> None:
    discovery_tasks.rebuild.enqueue(event.generation_id)


def move_voices(event: BibsMerged) -> None:
    merges.follow(gone_ids=event.from_ids, kept_id=event.into_id)


def refresh_availability(event: LoanStarted | LoanEnded | CopyMoved) -> None:
    discovery.refresh(bib_ids=[event.bib_id], at=event.at)


def tell_ready(event: HoldReady) -> None:
    letters.tell_ready(hold_id=event.hold_id, at=event.at)


def let_go_of(event: PatronForgotten) -> None:
    forgetting.forget(patron_id=event.patron_id)
    saved_searches.forget(patron_id=event.patron_id)
    notices.forget_person(patron_id=event.patron_id)


def tell_ended(event: HoldEnded) -> None:
    letters.tell_ended(hold_id=event.hold_id, at=event.at)


def tell_recalled(event: LoanRecalled) -> None:
    letters.tell_recalled(loan_id=event.loan_id, at=event.at)


SWITCHBOARD: Mapping[type[Event], Sequence[Handler]] = {
    BibsMerged: [move_voices],
    BibsChanged: [refresh_search],
    ImportStepDue: [go_on_with_import],
    AuthoritiesChanged: [refresh_references],
    BatchStepDue: [go_on_with_batch],
    BatchStaged: [index_batch],
    BatchIndexed: [reveal_batch],
    BatchWithdrawn: [drop_batch],
    RebuildDue: [build_index],
    LoanStarted: [refresh_availability],
    LoanRenewed: [],
    LoanEnded: [refresh_availability],
    LoanRecalled: [tell_recalled],
    CopyMoved: [refresh_availability],
    HoldReady: [tell_ready],
    HoldEnded: [tell_ended],
    PatronForgotten: [let_go_of],
}
