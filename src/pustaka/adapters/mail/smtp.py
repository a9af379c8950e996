"""Letters through a mail server. What the server answers decides: 4xx later, 5xx never (RFC 5321, section 4.2.1)."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.mail import get_connection

from pustaka.adapters.mail.message import message_of
from pustaka.notices.ports import Letter, NotSent, Postponed, Refused, Unreachable

BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class SmtpChannel:
    """The mail server of the settings, or the one that `where` names (host, port, use_tls, …)."""

    def __init__(self, **where: Any) -> None:
        self._where = where

    @contextmanager
    def opened(self) -> "Iterator[SmtpSender]":
        """One connection for all letters, made for the first of them."""
        sender = SmtpSender(get_connection(BACKEND, **self._where))
        try:
            yield sender
        finally:
            sender.close()


class SmtpSender:
    """Hands letters to the server over one connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def send(self, letter: Letter) -> None:
        """See `ports.Sender`."""
        message = message_of(letter)
        message.connection = self._connection
        try:
            self._connection.open()
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _of(code, text) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(f"{error.smtp_code} {_text(error.smtp_error)}") from error
        except smtplib.SMTPConnectError as error:
            raise Unreachable(f"{error.smtp_code} {_text(error.smtp_error)}") from error
        except smtplib.SMTPResponseException as error:
            raise _of(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """End the connection; the server may have ended it before."""
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            self._connection.connection = None


def _of(code: int, text: bytes | str) -> NotSent:
    kind = Unreachable if code == 421 else Refused if 500 <= code < 600 else Postponed
    return kind(f"{code} {_text(text)}")


def _text(told: bytes | str) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else told
