"""What every way for letters has to do: inherit from `ChannelContract`, give the fixtures `channel` and `arrived`."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

import pytest

from pustaka.notices.ports import Channel, Letter, Refused, Unreachable

LETTER = Letter(
    identity="notice-7.9",
    to="maria@kampus.example",
    to_name="Maria Goreti, S.Hum.",
    subject="3 judul baru: “Sejarah – Ügm”",
    text="Yth. Maria,\n\nada judul baru.\n",
    html='<!doctype html><html lang="id"><body><p>Yth. Maria</p></body></html>',
    language="id",
    unsubscribe="https://pustaka.example/letters/end/abc:def",
)
Arrived = Callable[[], list[EmailMessage]]


class ChannelContract:
    """The tests; `arrived` gives the messages that came out at the other end, in order."""

    def send(self, channel: Channel, *letters: Letter) -> None:
        with channel.opened() as sender:
            for letter in letters:
                sender.send(letter)

    def test_letter_arrives_whole(self, channel: Channel, arrived: Arrived) -> None:
        self.send(channel, LETTER)

        [message] = arrived()
        assert message["Subject"] == LETTER.subject
        [to] = message["To"].addresses
        assert (to.addr_spec, to.display_name) == (LETTER.to, LETTER.to_name)
        text, html = message.iter_parts()
        assert text.get_content_type() == "text/plain"
        assert text.get_content().replace("\r\n", "\n").strip() == LETTER.text.strip()
        assert html.get_content_type() == "text/html"
        assert html.get_content().strip() == LETTER.html

    def test_letter_ends_with_one_click(self, channel: Channel, arrived: Arrived) -> None:
        self.send(channel, LETTER)

        [message] = arrived()
        assert message["List-Unsubscribe"] == f"<{LETTER.unsubscribe}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_identity_is_that_of_the_letter(self, channel: Channel, arrived: Arrived) -> None:
        self.send(channel, LETTER, replace(LETTER, identity="notice-8.10"))

        assert [message["Message-ID"].split("@")[0] for message in arrived()] == ["<notice-7.9", "<notice-8.10"]

    def test_what_is_no_address_is_refused_and_the_next_letter_goes_out(
        self, channel: Channel, arrived: Arrived
    ) -> None:
        with channel.opened() as sender:
            with pytest.raises(Refused):
                sender.send(replace(LETTER, to="bukan alamat"))
            sender.send(LETTER)

        assert len(arrived()) == 1

    def test_subject_cannot_bring_a_header(self, channel: Channel, arrived: Arrived) -> None:
        with pytest.raises((Refused, ValueError)):
            self.send(channel, replace(LETTER, subject="Halo\nBcc: semua@kampus.example"))

        assert arrived() == []

    def test_closed_way_is_said(self, closed: Channel) -> None:
        with pytest.raises(Unreachable), closed.opened() as sender:
            sender.send(LETTER)
