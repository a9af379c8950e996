"""Who reacts to what: every reaction of the whole system is on this page."""

from collections.abc import Mapping, Sequence

from pustaka.foundation.events import Event, Handler

SWITCHBOARD: Mapping[type[Event], Sequence[Handler]] = {}
