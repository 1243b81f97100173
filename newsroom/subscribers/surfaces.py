"""What the floor of subscribers shows the public: forms and letters about a subscription, never a story."""

from __future__ import annotations

from newsroom.platform.surfaces import Surface

SURFACES: tuple[Surface, ...] = ()

FREE = dict.fromkeys(
    (
        "subscribers.ask_for_link",
        "subscribers.asked",
        "subscribers.change_address",
        "subscribers.confirm",
        "subscribers.confirm_address",
        "subscribers.confirmed",
        "subscribers.data",
        "subscribers.erase",
        "subscribers.erased",
        "subscribers.link_sent",
        "subscribers.own_link",
        "subscribers.preferences",
        "subscribers.subscribe",
        "subscribers.unsubscribe",
        "email/subscriber_address_changed",
        "email/subscriber_address_confirm",
        "email/subscriber_address_in_use",
        "email/subscriber_confirm",
        "email/subscriber_known",
        "email/subscriber_links",
        "email/subscriber_welcome",
    ),
    "about one subscription, with the words of a form or of the settings",
)
