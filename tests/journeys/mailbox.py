"""What somebody finds in their mailbox: the letters that came to an address over SMTP."""

from __future__ import annotations

import re
from email.message import EmailMessage

from tests.mailserver import MailServer
from tests.waiting import wait_until


class Mailbox:
    """The letters to one address, opened one after the other."""

    def __init__(self, smtp: MailServer, address: str) -> None:
        self._smtp = smtp
        self.address = address
        self._opened_count = 0

    @property
    def subjects(self) -> list[str]:
        """The subjects of all letters so far, in the order in which they came."""
        return [str(letter["Subject"]) for letter in self._smtp.letters_to(self.address)]

    def open_next(self, subject: str) -> EmailMessage:
        """The next letter, as soon as the worker has sent it: this one and no other."""
        wait_until(
            lambda: len(self.subjects) > self._opened_count,
            lambda: f"no letter “{subject}” came to {self.address}, only {self.subjects}",
        )
        letter = self._smtp.letters_to(self.address)[self._opened_count]
        self._opened_count += 1
        assert letter["Subject"] == subject, self.subjects
        return letter


def web_link(letter: EmailMessage, path: str) -> str:
    """The address in a letter's text that leads to a path of the site."""
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(rf"https?://\S+{path}[^\s>)]+", body.get_content())
    assert found, f"no link to {path} in:\n{body.get_content()}"
    return found[0]
