"""What the script of the desk posts."""

import json
from typing import Any

from django.utils.translation import gettext as _

from pustaka.foundation.errors import Invalid


def read_json(body: bytes) -> Any:
    """The body as JSON.

    Raises:
        Invalid: it isn't.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise Invalid(_("A scan of the desk can't be read. Load the page again; nothing is lost.")) from error
