"""Who acts, and what they may do. Rooms declare permissions; `config.roles` gathers them into roles."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from pustaka.foundation.errors import NotPermitted


class PermissionEnum(Enum):
    """Base of every room's `Permission`: the value is `room.verb`, the sentence is for a director to read."""

    sentence: Any

    def __new__(cls, code: str, sentence: Any) -> Self:
        member = object.__new__(cls)
        member._value_ = code
        member.sentence = sentence
        return member


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a part of the system that acts; made at the door from the signed-in patron.

    `patron_id` is None for visitors and for the system itself.
    """

    name: str
    patron_id: int | None = None
    permissions: frozenset[PermissionEnum] = field(default_factory=frozenset)
    is_system: bool = False

    def may(self, permission: PermissionEnum) -> bool:
        """Whether this actor holds `permission`; the system itself holds all."""
        return self.is_system or permission in self.permissions

    def require(self, permission: PermissionEnum) -> None:
        """Pass silently, or refuse.

        Raises:
            NotPermitted: the actor doesn't hold `permission`; the text names what is missing.
        """
        if not self.may(permission):
            raise NotPermitted(
                _("This needs a permission that you don't have: %(permission)s Ask the head of the library for it.")
                % {"permission": permission.sentence}
            )

    def require_for(self, patron_id: int, permission: PermissionEnum) -> None:
        """Pass for what is one's own; for somebody else's ask for `permission`.

        Raises:
            NotPermitted: it is somebody else's, and the actor doesn't hold `permission`.
        """
        if self.patron_id != patron_id:
            self.require(permission)


SYSTEM = Actor(name="system", is_system=True)
VISITOR = Actor(name="visitor")
