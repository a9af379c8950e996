import re
import shutil

import pytest
from babel.messages.pofile import read_po

from tests.architecture.translations import PACKAGE, missing_translations

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def test_every_text_is_there_in_indonesian():
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext isn't installed (package gettext)")

    assert missing_translations() == []


def test_every_placeholder_of_a_text_is_in_its_translation():
    with (PACKAGE / "locale/id/LC_MESSAGES/django.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="id") if message.id]

    assert len(messages) > 100
    for message in messages:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set().union(*(PLACEHOLDER.findall(text) for text in ids))
        for text in strings:
            assert set(PLACEHOLDER.findall(text)) <= wanted, message.id
