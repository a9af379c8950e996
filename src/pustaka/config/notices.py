"""Every kind of letter that the library sends, in the order in which people choose among them."""

from collections.abc import Mapping

from pustaka.circulation import kinds as circulation
from pustaka.discovery.kinds import DIGEST
from pustaka.notices.kinds import Kind
from pustaka.readers.kinds import PROBLEM_ANSWERED, REVIEW_DECIDED

KINDS: Mapping[str, Kind] = {kind.code: kind for kind in (*circulation.ALL, DIGEST, REVIEW_DECIDED, PROBLEM_ANSWERED)}
