"""Both ways for letters pass the contract; the mail server is a real one on this machine."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from pustaka.adapters.mail.files import FileChannel
from pustaka.adapters.mail.smtp import SmtpChannel
from pustaka.notices.ports import Channel, Postponed, Refused, Unreachable
from tests.adapters.channel_contract import LETTER, Arrived, ChannelContract


class Handler:
    """Keeps what arrives; some people's mailboxes are full, gone, or the server has enough."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answers = {"penuh": "452 mailbox full", "tiada": "550 no such user", "tutup": "421 closing"}
        if (answer := answers.get(address.partition("@")[0])) is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(envelope.content)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


class TestSmtp(ChannelContract):
    @pytest.fixture
    def server(self) -> Iterator[Controller]:
        controller = Controller(Handler(), hostname="127.0.0.1", port=free_port())
        controller.start()
        yield controller
        controller.stop()

    @pytest.fixture
    def channel(self, server: Controller) -> Channel:
        return SmtpChannel(host="127.0.0.1", port=server.port, use_tls=False, username="", password="", timeout=5)

    @pytest.fixture
    def closed(self) -> Channel:
        return SmtpChannel(host="127.0.0.1", port=free_port(), use_tls=False, username="", password="", timeout=5)

    @pytest.fixture
    def arrived(self, server: Controller) -> Arrived:
        return lambda: [parsed(raw) for raw in server.handler.got]

    @pytest.mark.parametrize(("who", "kind"), [("penuh", Postponed), ("tiada", Refused), ("tutup", Unreachable)])
    def test_what_the_server_answers_decides(self, channel: Channel, who: str, kind: type[Exception]) -> None:
        with channel.opened() as sender, pytest.raises(kind):
            sender.send(replace(LETTER, to=f"{who}@kampus.example"))

    def test_refused_person_does_not_end_the_connection_for_others(self, channel: Channel, arrived: Arrived) -> None:
        with channel.opened() as sender:
            with pytest.raises(Refused):
                sender.send(replace(LETTER, to="tiada@kampus.example"))
            sender.send(LETTER)
            sender.send(replace(LETTER, identity="notice-8.10"))

        assert len(arrived()) == 2


class TestFiles(ChannelContract):
    @pytest.fixture
    def channel(self, tmp_path: Path) -> Channel:
        return FileChannel(tmp_path / "mail")

    @pytest.fixture
    def closed(self, tmp_path: Path) -> Channel:
        (tmp_path / "file").write_text("")
        return FileChannel(tmp_path / "file" / "mail")

    @pytest.fixture
    def arrived(self, tmp_path: Path) -> Arrived:
        return lambda: [parsed(path.read_bytes()) for path in sorted((tmp_path / "mail").glob("*.eml"))]

    def test_same_letter_twice_is_one_file(self, channel: Channel, arrived: Arrived) -> None:
        self.send(channel, LETTER, LETTER)

        assert len(arrived()) == 1
