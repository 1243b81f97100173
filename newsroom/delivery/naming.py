"""How a return path names a delivery: the token in it, written and read. Pure; the signature is VERP's."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"d([0-9]{1,10})-s([0-9]{1,12})-e([0-9]{1,10})")


@dataclass(frozen=True)
class Named:
    """The delivery that a return path names."""

    dispatch_id: int
    subscriber_id: int
    token_epoch: int


def token_of(named: Named) -> str:
    """The token for `verp.make`: at most 37 of its 40 characters."""
    return f"d{named.dispatch_id}-s{named.subscriber_id}-e{named.token_epoch}"


def delivery_of(token: str) -> Named | None:
    """What the token of a genuine return path names; None for any other token."""
    found = _TOKEN.fullmatch(token)
    return Named(*map(int, found.groups())) if found else None
