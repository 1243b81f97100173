"""Stopping the presses from a door: once more in a unit of work of its own when it began that very moment."""

from __future__ import annotations

from newsroom.delivery import service
from newsroom.platform.db import unit_of_work


def stop_the_presses(number: int) -> str:
    """Stop an issue before its first letter; says what was done. Raises `rules.Refused` when it is too late.

    The worker that counts a dispatch's audience holds it before its issue; whoever waited for the issue must
    let go of it before they ask for the dispatch.
    """
    try:
        with unit_of_work():
            return service.stop(number)
    except service.JustBegun:
        with unit_of_work():
            return service.stop(number)
