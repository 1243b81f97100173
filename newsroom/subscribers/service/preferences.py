"""What a reader changes by a link: edition, pause, name and address; and the letter with that link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsroom.accounts.service import audit
from newsroom.platform import addresses
from newsroom.subscribers import messages, queries, rules
from newsroom.subscribers.links import AddressChange, Holder
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.rules import Action, State
from newsroom.subscribers.service.joining import refuse_busy_visitor
from newsroom.subscribers.service.record import (
    A_VISITOR,
    THE_SUBSCRIBER,
    LinkVoid,
    forget,
    held,
    locked_by_key,
    remember,
    subject,
    visitor,
)


class AddressTaken(Exception):
    """The new address has got a subscription of its own meanwhile."""


@dataclass(frozen=True)
class Preferences:
    """What somebody wants; `name` is None where the link did not allow to change it."""

    format: str
    paused_until: datetime | None
    name: str | None = None


def change_preferences(holder: Holder, wanted: Preferences) -> None:
    """Set edition, pause and, where the link allowed it, the name. Raises `LinkVoid` unless confirmed."""
    subscriber = held(holder)
    if subscriber.state != State.CONFIRMED:
        raise LinkVoid
    subscriber.format = rules.Format(wanted.format).value
    subscriber.paused_until = wanted.paused_until
    if wanted.name is not None:
        subscriber.name = rules.tidy_name(wanted.name)
    remember(subscriber, Action.PREFERENCES)
    audit("changed preferences of", subject(subscriber), actor=THE_SUBSCRIBER)


def request_address_change(holder: Holder, email: str) -> None:
    """Write to a new address and ask whether it is theirs; nothing changes before they say so.

    Says nothing about the new address: one that gets the letter already is told so by letter, a suppressed
    one is not written to. Raises `NoAddress`, and `LinkVoid` unless they are confirmed.
    """
    subscriber = held(holder)
    if subscriber.state != State.CONFIRMED:
        raise LinkVoid
    address = addresses.parse(email)
    if queries.letters_today_to(subscriber.id) >= rules.LETTERS_A_DAY_TO_ONE_ADDRESS:
        return
    is_bombed = queries.letters_today_to_new_address(address.key) >= rules.LETTERS_A_DAY_TO_ONE_ADDRESS
    remember(subscriber, Action.ASKED_NEW_ADDRESS, source=queries.target_of(address.key))
    audit("asked for another address of", subject(subscriber), actor=THE_SUBSCRIBER)
    if is_bombed or queries.suppressed_among([address.key]):
        return
    other = locked_by_key(address.key)
    if other is None or other.id == subscriber.id or other.state != State.CONFIRMED:
        messages.post_address_confirmation(subscriber, address.email)
    elif queries.letters_today_to(other.id) < rules.LETTERS_A_DAY_TO_ONE_ADDRESS:
        remember(other, Action.ASKED_FOR_LINK)
        messages.post_address_in_use(other)


def confirm_address_change(change: AddressChange) -> Subscriber:
    """Move a subscription to the address whose owner has just said that it is theirs; the old one is told.

    All earlier links become void, because they lie in the old mailbox. A subscription at the new address that
    is not confirmed gives way. Raises `LinkVoid`, and `AddressTaken` when the address got its own.
    """
    subscriber = held(change.holder)
    address = addresses.parse(change.email)
    if subscriber.state != State.CONFIRMED or queries.suppressed_among([address.key]):
        raise LinkVoid
    other = locked_by_key(address.key)
    if other is not None and other.id != subscriber.id:
        if other.state == State.CONFIRMED:
            raise AddressTaken
        forget(other)
    old_email = subscriber.email
    subscriber.email, subscriber.email_key = address.email, address.key
    subscriber.token_epoch += 1
    remember(subscriber, Action.ADDRESS_CHANGED)
    messages.post_address_changed(old_email, subscriber.name)
    audit("changed the address of", subject(subscriber), actor=THE_SUBSCRIBER)
    return subscriber


def send_links(email: str, network_address: str = "") -> None:
    """Write to somebody the way to their own subscription, if the address has one.

    Gives nothing back, like `sign_up`, and keeps the same limits. Raises the same.
    """
    address = addresses.parse(email)
    who = visitor(network_address)
    refuse_busy_visitor(who)
    subscriber = locked_by_key(address.key)
    if subscriber is not None:
        _send_links(subscriber, who)


def send_links_to(holder: Holder) -> None:
    """The same for somebody who holds a lesser link. Raises `LinkVoid`."""
    _send_links(held(holder), "")


def _send_links(subscriber: Subscriber, who: str) -> None:
    if queries.suppressed_among([subscriber.email_key]):
        return
    if queries.letters_today_to(subscriber.id) >= rules.LETTERS_A_DAY_TO_ONE_ADDRESS:
        return
    remember(subscriber, Action.ASKED_FOR_LINK, visitor=who)
    messages.post_links(subscriber)
    audit("asked for the link of", subject(subscriber), actor=A_VISITOR)
