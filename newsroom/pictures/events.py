"""What is asked of higher floors about pictures; the factory connects who answers, by reading alone."""

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()

picture_sought = _signals.signal("picture-sought")
"""Where does the address of a picture, `address`, stand? Each floor answers with its `Use`s."""


@dataclass(frozen=True)
class Use:
    """A place that shows a picture: its name to a person, and the desk's address of it."""

    where: str
    path: str


def uses_of(address: str) -> list[Use]:
    """Every place where a picture stands, as the floors above tell it."""
    answers = picture_sought.send(None, address=address)
    return [use for _who, uses in answers for use in uses]
