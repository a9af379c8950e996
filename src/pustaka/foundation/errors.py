"""One exception tree. A `DomainError` tells a person what to do next; anything else is a defect and reaches the log."""

from typing import Any


class DomainError(Exception):
    """A refusal: its text says what happened and what can be done now, in the reader's language.

    Doors answer it in one place each; `status` is the HTTP status that the web and the API answer with.
    """

    status = 409

    def __init__(self, message: Any) -> None:
        """`message` may be a lazy translation, so that it is put into words in the reader's language."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """What was asked for isn't there, or isn't there for this person."""

    status = 404


class NotPermitted(DomainError):
    """The person may not do this; the text says who may."""

    status = 403


class Invalid(DomainError):
    """What was handed in can't be used as it is; the text says what to change."""

    status = 422
