"""What subscribers announce to the floors above; the factory connects who listens."""

from blinker import Namespace

_events = Namespace()

# Sent inside the unit of work in which somebody stops being written to: they left, bounced, complained or
# were erased. `subscriber_id` is their number; after an erasure nobody has it any more.
subscriber_left = _events.signal("subscriber_left")
