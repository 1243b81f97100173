"""What all providers share: the request as it came, what it tells, and the three ways to refuse it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsroom.delivery.reports import Report

LONGEST_DIAGNOSTIC = 300


class Forged(Exception):
    """The request is not from whom it claims to be, or not of now. Nothing in it is believed."""


class Unreadable(Exception):
    """The request is genuine, or claims nothing, and cannot be understood. The text says what is wrong."""


class NotNow(Exception):
    """Whether it is genuine cannot be found out at the moment: the sender should try again."""


@dataclass(frozen=True)
class Posted:
    """A request: its headers by their names in title case, its body, and when it came (aware)."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True)
class Told:
    """What a genuine request says: reports, and an address to be opened by a person who confirms it."""

    reports: tuple[Report, ...] = ()
    confirm_at: str = ""


def mapping(data: bytes | str) -> dict[str, Any]:
    """A JSON object. Raises Unreadable."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Unreadable("The body is no JSON.") from None
    return checked(found)


def checked(value: object) -> dict[str, Any]:
    """The value, if it is an object. Raises Unreadable."""
    if not isinstance(value, dict):
        raise Unreadable("An object was expected, and there is something else.")
    return value


def objects(value: object, most: int) -> list[dict[str, Any]]:
    """The value, if it is a list of so many objects at most. Raises Unreadable."""
    if not isinstance(value, list) or len(value) > most:
        raise Unreadable(f"A list of at most {most} objects was expected.")
    return [checked(one) for one in value]


def text(holder: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text in an object; without a default it has to be there. Raises Unreadable."""
    value = holder.get(name, default)
    if not isinstance(value, str):
        raise Unreadable(f"“{name}” has to be there, as a text.")
    return value
