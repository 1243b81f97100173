"""What differs by recipient: links, Message-ID and return path. It reads no database and renders nothing."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import cached_property

from newsroom.delivery.naming import Named, token_of
from newsroom.platform.mail import verp
from newsroom.platform.mail.message import wire_domain
from newsroom.platform.text import clean_line
from newsroom.subscribers.links import (
    preferences_token,
    preferences_url,
    unsubscribe_token,
    unsubscribe_url,
)
from newsroom.subscribers.queries import Recipient

# What a compiled issue may leave open.
SLOTS = frozenset({"address", "name", "messageid", "unsubscribe", "preferences"})
_LONGEST_NAME = 120


@dataclass(frozen=True)
class Addressing:
    """How the letters of one dispatch are addressed. `bounce_domain` is empty where VERP is not set up."""

    dispatch_id: int
    sender_address: str
    bounce_domain: str
    secret: str

    def slots(self, recipient: Recipient) -> dict[str, str]:
        """The values for `CompiledMessage.join`."""
        return {
            "address": recipient.email,
            # A line end in a name that came by other ways than our forms must cost nobody their letter.
            "name": clean_line(recipient.name)[:_LONGEST_NAME].strip(),
            "messageid": self.message_id(recipient.id),
            "unsubscribe": self._unsubscribe + unsubscribe_token(recipient.id, recipient.token_epoch),
            "preferences": self._preferences + preferences_token(recipient.id, recipient.token_epoch),
        }

    # Finding the way to a page takes longest of all, and it is the same for everybody.

    @cached_property
    def _unsubscribe(self) -> str:
        return _before_token(unsubscribe_url(0, 0))

    @cached_property
    def _preferences(self) -> str:
        return _before_token(preferences_url(0, 0))

    def message_id(self, subscriber_id: int) -> str:
        """The same at every attempt (RFC 5322 3.6.4), so that a receiver can see a repetition."""
        key = b"newsroom.message-id:" + self.secret.encode()
        digest = hmac.new(key, f"{self.dispatch_id}:{subscriber_id}".encode(), hashlib.sha256).hexdigest()
        return f"<{digest[:32]}@{wire_domain(self.sender_address.rpartition('@')[2])}>"

    def return_path(self, recipient: Recipient) -> str:
        """The envelope's sender: it names the delivery, so that a bounce finds its row (VERP).

        The epoch tells a bounce of an address that was given up since from one of the address that followed.
        """
        if not self.bounce_domain:
            return self.sender_address
        named = Named(self.dispatch_id, recipient.id, recipient.token_epoch)
        return verp.make(token_of(named), self.bounce_domain, self.secret)


def _before_token(address: str) -> str:
    """An address as far as the token at its end."""
    return address.rpartition("/")[0] + "/"
