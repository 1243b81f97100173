"""What issues announce to the floors above; the factory connects who listens."""

from blinker import Namespace

_events = Namespace()

# Sent inside the unit of work that publishes; `number` is the issue's number.
issue_published = _events.signal("issue_published")
