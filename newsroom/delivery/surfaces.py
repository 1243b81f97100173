"""What delivery shows outside the desk: letters to colleagues, and of an issue only what was frozen."""

from __future__ import annotations

from newsroom.platform.surfaces import Surface

SURFACES: tuple[Surface, ...] = ()

FREE = {
    "delivery_hooks.take": "answers providers that report bounces, with numbers",
    "email/schedule_ended": "to a member of staff, about an issue’s number and hour",
}
