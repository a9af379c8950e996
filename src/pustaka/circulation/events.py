from dataclasses import dataclass

from pustaka.foundation.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanStarted(Event):
    """A copy was lent."""

    loan_id: int
    bib_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRenewed(Event):
    """A loan was made longer, by the reader, the desk or by itself."""

    loan_id: int
    is_automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanEnded(Event):
    """A lent copy came back."""

    loan_id: int
    bib_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRecalled(Event):
    """A reader is asked to bring a copy back earlier, because somebody waits."""

    loan_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReady(Event):
    """A copy waits on the hold shelf for a reader."""

    hold_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Event):
    """A hold came to nothing: it was given up, or nobody came for it."""

    hold_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronForgotten(Event):
    """A person is forgotten here; whoever keeps something of theirs lets it go."""

    patron_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMoved(Event):
    """A copy came to the shelf, to the hold shelf, or on its way, without a loan."""

    bib_id: int
