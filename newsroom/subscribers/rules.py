"""Who may be written to, which state follows which, how often a stranger may make us write.

Pure: no Flask, database, clock or network; times come in as arguments.
"""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from types import MappingProxyType
from typing import Final

from newsroom.platform.text import clean_line


class State(StrEnum):
    """Where a subscription stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


STATE_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        State.PENDING: "Waiting for confirmation",
        State.CONFIRMED: "Confirmed",
        State.UNSUBSCRIBED: "Left",
        State.BOUNCED: "Bounced",
        State.COMPLAINED: "Complained",
    }
)
"""What a person reads for each state, in the order a list shows them."""

TRANSITIONS: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.PENDING: frozenset({State.CONFIRMED, State.UNSUBSCRIBED, State.BOUNCED, State.COMPLAINED}),
        State.CONFIRMED: frozenset({State.UNSUBSCRIBED, State.BOUNCED, State.COMPLAINED}),
        # Whoever left comes back by asking again and confirming again; nothing else brings them back.
        State.UNSUBSCRIBED: frozenset({State.PENDING, State.BOUNCED, State.COMPLAINED}),
        # Only after a publisher has taken the address off the suppression list.
        State.BOUNCED: frozenset({State.PENDING, State.COMPLAINED}),
        State.COMPLAINED: frozenset({State.PENDING}),
    }
)


class Format(StrEnum):
    """Which edition of the letter somebody gets."""

    HTML = "html"
    TEXT = "text"


class Reason(StrEnum):
    """Why an address is on the suppression list."""

    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCES = "soft_bounces"
    COMPLAINT = "complaint"
    REQUEST = "request"


REASON_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Reason.HARD_BOUNCE: "The address does not exist (hard bounce)",
        Reason.SOFT_BOUNCES: "Its letters kept coming back (soft bounces)",
        Reason.COMPLAINT: "Reported our letter as junk",
        Reason.REQUEST: "Asked never to be written to again",
    }
)

REASON_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Reason.HARD_BOUNCE: "Hard bounces",
        Reason.SOFT_BOUNCES: "Soft bounces",
        Reason.COMPLAINT: "Complaints",
        Reason.REQUEST: "On request",
    }
)
"""The same in two words, where a list is divided by them."""

STATE_AFTER: Final[Mapping[Reason, State]] = MappingProxyType(
    {
        Reason.HARD_BOUNCE: State.BOUNCED,
        Reason.SOFT_BOUNCES: State.BOUNCED,
        Reason.COMPLAINT: State.COMPLAINED,
        Reason.REQUEST: State.UNSUBSCRIBED,
    }
)
"""What a suppression makes of a subscription that is still open."""


class Action(StrEnum):
    """What the history of a subscription tells."""

    ASKED = "asked"
    ASKED_FOR_LINK = "asked_for_link"
    ASKED_NEW_ADDRESS = "asked_new_address"
    CONFIRMED = "confirmed"
    IMPORTED = "imported"
    PREFERENCES = "preferences"
    ADDRESS_CHANGED = "address_changed"
    LEFT = "left"
    SUPPRESSED = "suppressed"


ACTION_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Action.ASKED: "Asked for the letter",
        Action.ASKED_FOR_LINK: "Asked for their own link",
        Action.ASKED_NEW_ADDRESS: "Asked for another address",
        Action.CONFIRMED: "Confirmed",
        Action.IMPORTED: "Brought by a list",
        Action.PREFERENCES: "Changed their preferences",
        Action.ADDRESS_CHANGED: "Moved to another address",
        Action.LEFT: "Left",
        Action.SUPPRESSED: "Put on the suppression list",
    }
)

ASKING: Final = (Action.ASKED.value, Action.ASKED_FOR_LINK.value, Action.ASKED_NEW_ADDRESS.value)
"""Each of these made us write one letter; whoever asks too often is not written to again that day."""

LETTERS_A_DAY_TO_ONE_ADDRESS: Final = 3
LETTERS_A_DAY_FROM_ONE_VISITOR: Final = 20
CONFIRM_WITHIN: Final = timedelta(days=7)
CHANGE_ADDRESS_WITHIN: Final = timedelta(days=3)
MANAGE_WITHIN: Final = timedelta(days=1)
FORGET_UNCONFIRMED_AFTER: Final = timedelta(days=30)
LONGEST_PAUSE: Final = timedelta(days=366)
LONGEST_NAME: Final = 120
LONGEST_SOURCE: Final = 60

_EPOCHS: Final = 1 << 12
_KEY_BYTES: Final = 6
_KEY_LENGTH: Final = 10


def may_become(before: State, after: State) -> bool:
    """Whether a subscription in one state may go to another."""
    return after in TRANSITIONS[before]


def pause_problem(until: date, today: date) -> str | None:
    """What is wrong with a day on which letters are to begin again, as a sentence; None when it will do."""
    if until <= today:
        return "Choose a day that is still to come, or leave this empty to get every issue."
    if until - today > LONGEST_PAUSE:
        return "A pause lasts a year at most. You may also leave, and come back whenever you like."
    return None


def tidy_name(typed: str) -> str:
    """A name as it is stored: one clean line, cut where a form or a list would have refused it."""
    return clean_line(typed)[:LONGEST_NAME].strip()


def consent_wording(publication_name: str) -> str:
    """What somebody agrees to by signing up: shown beside the button, and kept with their consent."""
    return (
        f"By asking for {publication_name} you allow us to keep your address and to send you the letter. "
        "We use it for nothing else and lend it to nobody. "
        "You can leave with one press of a button in any letter."
    )


def source(typed: str) -> str:
    """Where a sign-up came from, as the page's address says: letters, digits, hyphens; else nothing."""
    is_plain = typed.isascii() and all(sign.isalnum() or sign in "-_" for sign in typed)
    return typed.lower() if is_plain and len(typed) <= LONGEST_SOURCE else ""


def subscriber_key(subscriber_id: int, epoch: int) -> str:
    """A subscriber and their token epoch in ten characters, whatever the numbers.

    The length never changes, because a compiled letter leaves exactly as much room. Room for 2^36
    subscribers; the epoch counts on from 0 after 4,095.
    """
    packed = (subscriber_id * _EPOCHS + epoch % _EPOCHS).to_bytes(_KEY_BYTES, "big")
    return b32encode(packed).decode("ascii").rstrip("=")


def read_subscriber_key(key: str) -> tuple[int, int]:
    """The number and the epoch. Raises ValueError for what `subscriber_key` has not made."""
    if len(key) != _KEY_LENGTH:
        raise ValueError("A key of another length.")
    packed = int.from_bytes(b32decode(key + "=" * (-len(key) % 8)), "big")
    return divmod(packed, _EPOCHS)


def is_current(epoch_in_token: int, epoch: int) -> bool:
    """Whether a token still belongs to a subscriber with this epoch."""
    return epoch_in_token == epoch % _EPOCHS


def suppression_hash(secret_key: str, address_key: str) -> str:
    """An address on the suppression list: known again when it is met, readable by nobody.

    Keyed with the installation's secret, because a bare hash of an address is soon guessed.
    """
    return next(suppression_hashes(secret_key, (address_key,)))


def suppression_hashes(secret_key: str, address_keys: Iterable[str]) -> Iterator[str]:
    """The same for many addresses, in their order; the secret is read in once for all of them."""
    keyed = hmac.new(f"newsroom.suppression:{secret_key}".encode(), digestmod="sha256")
    for address_key in address_keys:
        mark = keyed.copy()
        mark.update(address_key.encode())
        yield mark.hexdigest()


def visitor_hash(secret_key: str, day: date, network_address: str) -> str:
    """Tells one visitor's sign-ups of one day (UTC) from another's, and nothing across days.

    An IPv6 address counts by its /64, which is one household. Gives nothing for no address.
    """
    if not network_address:
        return ""
    salt = hmac.digest(f"newsroom.visitors:{secret_key}".encode(), day.isoformat().encode(), "sha256")
    return hmac.new(salt, _household(network_address).encode(), sha256).hexdigest()


def _household(network_address: str) -> str:
    try:
        found = ip_address(network_address)
    except ValueError:
        return network_address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return found.exploded[:19]
    return str(found)
