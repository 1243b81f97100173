"""What the publication announces to the floors above; the factory connects who listens."""

from blinker import Namespace

_events = Namespace()

publication_changed = _events.signal("publication-changed")
"""A setting or a standing block says something else now. Sent in the unit of work, with `what` in words."""
