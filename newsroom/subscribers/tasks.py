"""What the worker does for subscribers, each in units of work of its own."""

from newsroom.platform.db import unit_of_work
from newsroom.subscribers import service


def tidy() -> None:
    """A tick: forget who asked for the letter long ago and never confirmed."""
    with unit_of_work():
        service.forget_unconfirmed()
