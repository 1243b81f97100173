"""The tokens of this feature and the addresses they stand in: one for each purpose, which opens nothing else.

A token names a subscriber and their epoch, so that raising the epoch makes every earlier link void. Tokens
for leaving and for the preferences never run out, because a letter may be read years later. What could hurt
when a letter is forwarded (the address, the name, erasure) takes a `manage` token, which goes out alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from newsroom.platform import links, tokens
from newsroom.platform.tokens import TokenForged
from newsroom.subscribers import rules

_CONFIRM: Final = "subscribers.confirm"
_UNSUBSCRIBE: Final = "subscribers.unsubscribe"
_PREFERENCES: Final = "subscribers.preferences"
_MANAGE: Final = "subscribers.manage"
_CHANGE_ADDRESS: Final = "subscribers.change-address"


@dataclass(frozen=True)
class Holder:
    """Whom a token names. `epoch` must be the subscriber's own for the token to count."""

    subscriber_id: int
    epoch: int


@dataclass(frozen=True)
class AddressChange:
    """Somebody who wants their letter at a new address, and that address as they typed it."""

    holder: Holder
    email: str


def unsubscribe_token(subscriber_id: int, epoch: int) -> str:
    """For leaving, by page and by RFC 8058's POST; always of the same length."""
    return tokens.make(_UNSUBSCRIBE, rules.subscriber_key(subscriber_id, epoch))


def preferences_token(subscriber_id: int, epoch: int) -> str:
    """For the preferences that may stand in an issue; always of the same length."""
    return tokens.make(_PREFERENCES, rules.subscriber_key(subscriber_id, epoch))


def unsubscribe_url(subscriber_id: int, epoch: int) -> str:
    """The page for leaving, which is also the one-click address of List-Unsubscribe."""
    return links.absolute("subscribers.unsubscribe", token=unsubscribe_token(subscriber_id, epoch))


def preferences_url(subscriber_id: int, epoch: int) -> str:
    """The preferences, as linked from an issue."""
    return links.absolute("subscribers.preferences", token=preferences_token(subscriber_id, epoch))


def manage_token(subscriber_id: int, epoch: int) -> str:
    """For everything about a subscription, for a day."""
    return tokens.make(_MANAGE, rules.subscriber_key(subscriber_id, epoch))


def manage_url(subscriber_id: int, epoch: int) -> str:
    """The preferences with everything about the subscription; for a letter of its own only."""
    return links.absolute("subscribers.preferences", token=manage_token(subscriber_id, epoch))


def confirm_url(subscriber_id: int, epoch: int) -> str:
    """Where somebody says that they really want the letter."""
    token = tokens.make(_CONFIRM, rules.subscriber_key(subscriber_id, epoch))
    return links.absolute("subscribers.confirm", token=token)


def change_address_url(subscriber_id: int, epoch: int, email: str) -> str:
    """Where somebody says that the new address is theirs."""
    token = tokens.make(_CHANGE_ADDRESS, f"{rules.subscriber_key(subscriber_id, epoch)} {email}")
    return links.absolute("subscribers.confirm_address", token=token)


def read_unsubscribe(token: str) -> Holder:
    """Raises `TokenForged`; these never expire."""
    return _holder(tokens.read(_UNSUBSCRIBE, token))


def read_confirm(token: str) -> Holder:
    """Raises `TokenForged` or `TokenExpired`."""
    return _holder(tokens.read(_CONFIRM, token, rules.CONFIRM_WITHIN))


def read_preferences(token: str) -> tuple[Holder, bool]:
    """Whom the link names, and whether it may do everything. Raises `TokenForged` or `TokenExpired`."""
    try:
        return _holder(tokens.read(_PREFERENCES, token)), False
    except TokenForged:
        return _holder(tokens.read(_MANAGE, token, rules.MANAGE_WITHIN)), True


def read_change_address(token: str) -> AddressChange:
    """Raises `TokenForged` or `TokenExpired`."""
    key, _, email = tokens.read(_CHANGE_ADDRESS, token, rules.CHANGE_ADDRESS_WITHIN).partition(" ")
    return AddressChange(_holder(key), email)


def _holder(key: str) -> Holder:
    try:
        return Holder(*rules.read_subscriber_key(key))
    except ValueError:
        raise TokenForged("subscriber key") from None
