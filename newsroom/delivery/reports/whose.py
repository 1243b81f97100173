"""Which delivery a report is about: the return path in it, if its signature is ours. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message

from newsroom.delivery.naming import Named, delivery_of
from newsroom.platform.mail import verp

_ADDRESS = re.compile(r"[a-z0-9+.-]{8,64}@[a-z0-9.-]{1,255}", re.IGNORECASE)
# Where the address may stand to which the report was sent: the envelope first, as servers write it down.
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_LONGEST_FIELD = 10_000
# Each costs a signature; the fields above hold one or two.
_MOST_ADDRESSES = 100


@dataclass(frozen=True)
class Whose:
    """Knows return paths that were signed with this secret for this domain."""

    secret: str = field(repr=False)
    domain: str

    def sent_to(self, message: Message) -> Named | None:
        """The delivery that a report was sent back to."""
        return self.in_headers(message, *_RECIPIENTS)

    def in_headers(self, message: Message, *names: str) -> Named | None:
        """The first delivery that these headers name."""
        for name in names:
            for value in message.get_all(name, []):
                found = self.in_words(str(value))
                if found:
                    return found
        return None

    def in_words(self, words: str) -> Named | None:
        """The first delivery that a line of text names, in its first ten thousand characters."""
        for address in _ADDRESS.findall(words[:_LONGEST_FIELD])[:_MOST_ADDRESSES]:
            token = verp.parse(address, self.secret, self.domain)
            if token:
                return delivery_of(token)
        return None
