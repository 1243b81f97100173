"""A mail server's answer to one message, as a value.

Pure.  What an answer means for a letter is said in `rules`, what it means for a delivery on that floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CLOSING = 421
"""RFC 5321 4.2.2: service not available, closing transmission channel."""


class Stage(StrEnum):
    """How far a message had come when the answer was given."""

    CONNECT = "connect"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


@dataclass(frozen=True)
class Reply:
    """What the server said to one message.

    `code` is the SMTP code, or 0 where no server answered; `text` is its sentence, on one line, with the
    enhanced status code when there is one.  `uncertain` says that the whole message had left and no answer
    came: nobody can know whether it was accepted.  A connection lost earlier is not uncertain, because a
    server may only take a message whose final dot it has read.
    """

    code: int
    text: str
    stage: Stage
    uncertain: bool = False

    @property
    def accepted(self) -> bool:
        """The server took responsibility for the message."""
        return 200 <= self.code < 300

    @property
    def permanent(self) -> bool:
        """The server refused for good (5xx)."""
        return 500 <= self.code < 600

    @property
    def transient(self) -> bool:
        """Trying again later may help: 4xx, or no answer at all, and nothing uncertain."""
        return not self.accepted and not self.permanent and not self.uncertain

    def __str__(self) -> str:
        return f"{self.code} {self.text}" if self.code else self.text
