"""Getting the letter: signing up and confirming.

A sign-up tells its caller nothing, so that no page can tell a known address from a new one.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsroom.accounts.service import audit
from newsroom.platform import addresses, clock
from newsroom.platform.addresses import Address
from newsroom.platform.db import db, insert_into
from newsroom.subscribers import messages, queries, rules
from newsroom.subscribers.links import Holder
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.rules import Action, State
from newsroom.subscribers.service.record import (
    A_VISITOR,
    THE_SUBSCRIBER,
    LinkVoid,
    Outcome,
    held,
    locked_by_key,
    move,
    new_row,
    remember,
    subject,
    visitor,
)


class TooManyLetters(Exception):
    """One visitor asked for more letters in a day than anybody needs. The text is a sentence for them."""


@dataclass(frozen=True)
class SignUp:
    """What somebody typed to get the letter, and from where; `wording` is what they agreed to."""

    email: str
    name: str = ""
    source: str = ""
    wording: str = ""
    network_address: str = ""


def sign_up(asked: SignUp) -> None:
    """Take a sign-up: a letter with a link to confirm, or one that says that nothing needs doing.

    Gives nothing back, because a page must not tell a known address from a new one. A confirmed reader stays
    as they are; a suppressed address gets no letter and no row; too many letters to one address in a day are
    silently not written. Raises `NoAddress`, and `TooManyLetters` for a visitor who asks for many addresses.
    """
    address = addresses.parse(asked.email)
    who = visitor(asked.network_address)
    refuse_busy_visitor(who)
    if queries.suppressed_among([address.key]):
        return
    subscriber = _taken_in(address, rules.tidy_name(asked.name))
    if queries.letters_today_to(subscriber.id) >= rules.LETTERS_A_DAY_TO_ONE_ADDRESS:
        return
    remember(subscriber, Action.ASKED, rules.source(asked.source), asked.wording, who)
    if subscriber.state == State.CONFIRMED:
        messages.post_already_subscribed(subscriber)
        return
    move(subscriber, State.PENDING)
    messages.post_confirmation(subscriber)
    audit("signed up", subject(subscriber), actor=A_VISITOR)


def confirm(holder: Holder, network_address: str = "") -> Outcome:
    """Somebody says from their own mailbox that they want the letter.

    Raises `LinkVoid` when there is nothing left to confirm: they have left, were erased, or may not be
    written to.
    """
    subscriber = held(holder)
    if subscriber.state == State.CONFIRMED:
        return Outcome.ALREADY
    if subscriber.state != State.PENDING or queries.suppressed_among([subscriber.email_key]):
        raise LinkVoid
    _confirm(subscriber)
    remember(subscriber, Action.CONFIRMED, visitor=visitor(network_address))
    messages.post_welcome(subscriber)
    audit("confirmed", subject(subscriber), actor=THE_SUBSCRIBER)
    return Outcome.DONE


def refuse_busy_visitor(who: str) -> None:
    """Raises `TooManyLetters` when letters to many addresses were asked for from one place today."""
    if queries.letters_today_for(who) >= rules.LETTERS_A_DAY_FROM_ONE_VISITOR:
        raise TooManyLetters("That were many addresses from one place today. Please try again tomorrow.")


def _taken_in(address: Address, name: str) -> Subscriber:
    """The subscriber with this address, a new one if need be; of two sign-ups at once one waits."""
    row = new_row(address, name, State.PENDING, clock.now())
    db.session.execute(
        insert_into(Subscriber).values(**row).on_conflict_do_nothing(index_elements=["email_key"])
    )
    subscriber = locked_by_key(address.key)
    if subscriber is None:
        raise LookupError("The subscriber was erased while they signed up.")
    return subscriber


def _confirm(subscriber: Subscriber) -> None:
    move(subscriber, State.CONFIRMED)
    subscriber.confirmed_at = clock.now()
    subscriber.left_at = None
    subscriber.paused_until = None
