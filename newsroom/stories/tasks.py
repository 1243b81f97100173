"""What the worker does for stories: what time does to them, each step in a unit of work of its own.

A step may be killed at any instant and be done by several workers at once. Nothing is decided here: `rules`
knows the times, `service` the verbs.
"""

from newsroom.platform.db import unit_of_work
from newsroom.platform.jobs import task
from newsroom.stories import service

_STEP = 50
_FEW = 20


@task(service.WELCOME)
def welcome(story_id: int) -> None:
    """Write the receipt letter of a new story, and look for stories that tell the same."""
    with unit_of_work():
        service.write_receipt(story_id)
    compare(story_id)


@task(service.COMPARE)
def compare(story_id: int) -> None:
    """Look for stories that tell the same.

    In two steps: of two that are compared at once by two workers, one sees the signature of the other.
    """
    with unit_of_work():
        service.sign(story_id)
    with unit_of_work():
        service.compare(story_id)


def catalogue() -> None:
    """A tick: take up stories that no list and no search knows yet, such as those of an older version."""
    while True:
        with unit_of_work():
            if service.catalogue_missing(_STEP) < _STEP:
                return


def keep_deadlines() -> None:
    """A tick: remind whoever has not answered yet, and close what nobody answered in time."""
    while True:
        with unit_of_work():
            if service.remind_and_expire(_STEP) < _STEP:
                return


def keep_no_longer() -> None:
    """A tick: destroy the words whose time is over, a few stories a step."""
    while True:
        with unit_of_work():
            if service.destroy_due(_FEW) < _FEW:
                return


def forget_mail() -> None:
    """A tick: destroy what came by mail and nobody consented to in time."""
    while True:
        with unit_of_work():
            if service.expire_mailed(_STEP) < _STEP:
                return
