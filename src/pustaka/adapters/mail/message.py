"""A letter as an e-mail message: RFC 5322, with one-click unsubscribing by RFC 8058 and RFC 2369."""

from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from pustaka.notices.ports import Letter, Refused


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The message, with plain text and HTML.

    Raises:
        Refused: the address isn't one.
    """
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = sender.rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=_named(settings.LIBRARY_NAME, sender),
        to=[_named(letter.to_name, letter.to)],
        headers={
            "Message-ID": f"<{letter.identity}@{domain}>",
            "List-Unsubscribe": f"<{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def _named(name: str, address: str) -> str:
    try:
        return str(Address(display_name=" ".join(name.split()), addr_spec=address))
    except ValueError as error:  # HeaderParseError is one
        raise Refused(f"{address!r} is no address: {error}") from error
