"""The letters to subscribers about their subscription; each takes what it says and posts one letter.

A letter to an address that nobody has confirmed greets nobody by name and quotes nothing that was typed into
the form, so that it cannot be made to carry somebody else's words.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from newsroom.platform import clock, links
from newsroom.platform.mail.letters import Letter
from newsroom.platform.mail.outbox import post
from newsroom.platform.settings import current
from newsroom.publication.queries import publication
from newsroom.publication.render import letter_block
from newsroom.subscribers import rules
from newsroom.subscribers.links import (
    change_address_url,
    confirm_url,
    manage_url,
    preferences_url,
    unsubscribe_url,
)
from newsroom.subscribers.models import Subscriber


def post_confirmation(subscriber: Subscriber) -> None:
    """To an address that somebody typed into the form: is it yours, and do you want the letter?"""
    _post(
        subscriber.email,
        "Please confirm your address",
        "subscriber_confirm",
        "confirm-subscription",
        link=confirm_url(subscriber.id, subscriber.token_epoch),
        days=rules.CONFIRM_WITHIN.days,
    )


def post_already_subscribed(subscriber: Subscriber) -> None:
    """To somebody whose address was typed in again, perhaps by themselves: nothing changes."""
    _post(
        subscriber.email,
        "You are subscribed already",
        "subscriber_known",
        "already-subscribed",
        link=manage_url(subscriber.id, subscriber.token_epoch),
        paused_until=_day(subscriber.paused_until),
    )


def post_welcome(subscriber: Subscriber) -> None:
    """To somebody who has just confirmed, in the publication's own words where it has written some."""
    number, epoch = subscriber.id, subscriber.token_epoch
    # Made once: the header and the letter offer the same way out, whatever the second is.
    way_out = unsubscribe_url(number, epoch)
    _post(
        subscriber.email,
        f"Welcome to {publication().name}",
        "subscriber_welcome",
        "welcome",
        to_name=subscriber.name,
        list_unsubscribe=way_out,
        welcome=letter_block("welcome"),
        archive=f"{current().base_url}/issues",
        unsubscribe=way_out,
        preferences=preferences_url(number, epoch),
    )


def post_links(subscriber: Subscriber) -> None:
    """To somebody who asked for the way to their own subscription."""
    _post(
        subscriber.email,
        "Your subscription",
        "subscriber_links",
        "subscription-links",
        to_name=subscriber.name,
        state=subscriber.state,
        manage=manage_url(subscriber.id, subscriber.token_epoch),
        unsubscribe=unsubscribe_url(subscriber.id, subscriber.token_epoch),
        subscribe=links.absolute("subscribers.subscribe"),
    )


def post_address_confirmation(subscriber: Subscriber, email: str) -> None:
    """To the new address: is it yours?"""
    _post(
        email,
        "Please confirm your new address",
        "subscriber_address_confirm",
        "confirm-address",
        link=change_address_url(subscriber.id, subscriber.token_epoch, email),
        days=rules.CHANGE_ADDRESS_WITHIN.days,
    )


def post_address_in_use(subscriber: Subscriber) -> None:
    """To a new address that gets the letter already, so that two subscriptions stay two."""
    _post(
        subscriber.email,
        "This address gets the letter already",
        "subscriber_address_in_use",
        "address-in-use",
        link=manage_url(subscriber.id, subscriber.token_epoch),
    )


def post_address_changed(old_email: str, name: str) -> None:
    """To the old address: the letter goes elsewhere from now on. It does not say where."""
    _post(old_email, "Your letter has moved", "subscriber_address_changed", "address-changed", to_name=name)


def _post(
    to: str,
    subject: str,
    template: str,
    kind: str,
    *,
    to_name: str = "",
    list_unsubscribe: str | None = None,
    **context: object,
) -> None:
    post(
        Letter(
            to=to,
            to_name=to_name,
            subject=subject,
            template=template,
            context={"name": to_name, **context},
            kind=kind,
            list_unsubscribe=list_unsubscribe,
        )
    )


def _day(at: datetime | None) -> str:
    """The day a pause ends, if it has not ended yet, in the publication's zone."""
    if at is None or at <= clock.now():
        return ""
    return clock.long_date(at.astimezone(ZoneInfo(publication().time_zone)).date())
