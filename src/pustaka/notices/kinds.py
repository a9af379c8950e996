"""What can be told. The rooms above say which kinds they have; `config.notices` gathers them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from pustaka.foundation import adapters
from pustaka.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that a template may use, what it stands for, and an example for the preview: a text or lines.

    is_needed: the text makes no sense without it.
    """

    name: str
    meaning: Any
    example: Any
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: when it is sent, and the words that it has until a librarian writes others.

    subject, text: lazy translations; `{name}` stands for a placeholder.
    """

    code: str
    name: Any
    sentence: Any
    subject: Any
    text: Any
    placeholders: tuple[Placeholder, ...]

    @property
    def known(self) -> frozenset[str]:
        return frozenset([place.name for place in (*ALWAYS, *self.placeholders)])

    @property
    def needed(self) -> frozenset[str]:
        return frozenset([place.name for place in self.placeholders if place.is_needed])

    @property
    def all_placeholders(self) -> tuple[Placeholder, ...]:
        return (*ALWAYS, *self.placeholders)


ALWAYS = (
    Placeholder("name", _("the name of the person who gets the letter"), "Maria Goreti Lamawuran"),
    Placeholder("library", _("the name of the library"), "Pustaka Mandiri"),
)


def all_kinds() -> Mapping[str, Kind]:
    """Every kind of the house by its code."""
    kinds: Mapping[str, Kind] = adapters.named("NOTICE_KINDS")
    return kinds


def kind(code: str) -> Kind:
    """The kind of that code.

    Raises:
        NotFound: there is none.
    """
    found = all_kinds().get(code)
    if found is None:
        raise NotFound(_("There is no kind of notice called “%(code)s”.") % {"code": code})
    return found
