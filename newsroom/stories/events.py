"""News of stories for higher floors, and what is asked of them; the factory connects who listens and answers.

News is sent inside the unit of work that causes it, so that what listeners write holds or falls with it. A
question is answered by reading alone.
"""

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()

story_withdrawn = _signals.signal("story-withdrawn")
"""A story's author withdrew it. Sent with `public_id` and `was`, the state it was in until now."""

story_unpublished = _signals.signal("story-unpublished")
"""A published story left the archive. Sent with `public_id` and `because`: `publisher` where a publisher took
it out, `consent` where its author no longer allows what is printed."""

story_destroyed = _signals.signal("story-destroyed")
"""The words of a story that is not in print were destroyed. Sent with `public_id`."""

consent_changed = _signals.signal("consent-changed")
"""A story's author allows something else now. Sent with `public_id` and `state`."""

story_sought = _signals.signal("story-sought")
"""Where does the story `public_id` stand? Whoever holds it answers with a `Place`, others with None."""


@dataclass(frozen=True)
class Place:
    """A story's place in an issue: its number, the desk's address of that place, and the version held there.

    `is_open` says whether the issue can still take another version.
    """

    number: int
    path: str
    version: int | None
    is_open: bool


def place_of(public_id: str) -> Place | None:
    """Where a story stands, as the floor of issues tells it; None where nothing holds it."""
    answers = story_sought.send(None, public_id=public_id)
    return next((place for _who, place in answers if place is not None), None)
