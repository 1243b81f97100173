"""What the floor of accounts shows without a sign-in: the doors to the desk and how to get a key."""

from __future__ import annotations

from newsroom.platform.surfaces import Surface

SURFACES: tuple[Surface, ...] = ()

FREE = dict.fromkeys(
    (
        "accounts.forgotten_password",
        "accounts.set_password",
        "accounts.sign_in",
        "accounts.sign_out",
        "email/accounts/invitation",
        "email/accounts/password_reset",
    ),
    "about a member of staff’s account",
)
