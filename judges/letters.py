"""The letters that are judged, as immutable values: bytes as they leave, and what they were made from.

It makes none: `specimens` makes those of an issue, `ordinary` the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from typing import Protocol

from newsroom.issues.document import IssueDocument
from newsroom.publication.service import PublicationSettings


@dataclass(frozen=True)
class JudgedMessage:
    """One message to one recipient, signed, as the bytes that a mail server is given.

    `recipient` and `recipient_name` are what the product was told; `return_path` is the envelope's sender.
    `format` is `html` (both parts) or `text`. `unsubscribe` is the one-click address that it should offer,
    empty for a letter that offers none. `retried` is the same message made anew, as for a second attempt.
    """

    raw: bytes
    recipient: str
    recipient_name: str
    return_path: str
    subject: str
    format: str = "html"
    unsubscribe: str = ""
    retried: bytes = b""

    @cached_property
    def parsed(self) -> EmailMessage:
        """Read by the standard library."""
        return message_from_bytes(self.raw, _class=EmailMessage, policy=default)

    @cached_property
    def html(self) -> str:
        """The HTML part, decoded, its lines ended by LF; empty when there is none."""
        return self._part("html")

    @cached_property
    def text(self) -> str:
        """The text part, decoded, its lines ended by LF."""
        return self._part("plain")

    def _part(self, subtype: str) -> str:
        part = self.parsed.get_body((subtype,))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


class Remade(Protocol):
    """Makes a message as for the dispatch, with another way out, subject or name of its recipient."""

    def __call__(self, *, unsubscribe: str = "", subject: str = "", name: str = "") -> JudgedMessage:
        """What is left empty is as it was."""
        ...


@dataclass(frozen=True)
class JudgedLetter:
    """A letter under a name: an issue, an ordinary letter, or a control that was broken on purpose.

    `document` is None for an ordinary letter. Of an issue, `messages` are the letter to two recipients and
    the text-only edition to the same two; of an ordinary letter, one message. `remade` makes an issue's
    message to the first recipient once more; it is None for an ordinary letter.
    """

    name: str
    document: IssueDocument | None
    publication: PublicationSettings
    messages: tuple[JudgedMessage, ...]
    base_url: str
    remade: Remade | None = field(default=None, compare=False)

    @property
    def is_issue(self) -> bool:
        """Whether it carries an issue (and not something for one person)."""
        return self.document is not None

    @property
    def domain(self) -> str:
        """The sender's domain."""
        return self.publication.sender_address.rpartition("@")[2]

    @property
    def in_html(self) -> tuple[JudgedMessage, ...]:
        """The messages that have an HTML part."""
        return tuple(each for each in self.messages if each.format == "html")

    @property
    def html(self) -> str:
        """The HTML of the first message."""
        return self.in_html[0].html

    @property
    def text(self) -> str:
        """The text part of the first message."""
        return self.messages[0].text
