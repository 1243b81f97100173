"""What subscribers announce to the floors above; the factory connects who listens."""

from typing import Any

from blinker import Namespace

_events = Namespace()

# Sent inside the unit of work in which somebody stops being written to: they left, bounced, complained or
# were erased. `subscriber_id` is their number; after an erasure nobody has it any more.
subscriber_left = _events.signal("subscriber_left")

# What else is stored about `subscriber_id`? Whoever keeps something answers by reading alone, with a `dict`
# ready for JSON whose names say what it is to the subscriber, who reads it.
subscriber_described = _events.signal("subscriber_described")


def kept_elsewhere(subscriber_id: int) -> dict[str, Any]:
    """All that the floors above keep about a subscriber."""
    found: dict[str, Any] = {}
    for _who, told in subscriber_described.send(None, subscriber_id=subscriber_id):
        found |= told
    return found
