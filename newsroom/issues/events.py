"""What issues announce to the floors above, and what they ask them; the factory connects who listens.

News is sent inside the unit of work that causes it, so that what listeners write holds or falls with it. A
question is answered by reading alone.
"""

from dataclasses import dataclass

from blinker import Namespace

_events = Namespace()

# Sent inside the unit of work that publishes; `number` is the issue's number.
issue_published = _events.signal("issue_published")

piece_taken_back = _events.signal("piece_taken_back")
"""A publisher took the piece `public_id` off the web."""

approval_voided = _events.signal("approval_voided")
"""No approval of issue `number` stands any more, because of `reason`; `state` is the issue's state now."""

notices_sought = _events.signal("notices_sought")
"""What is known above about issue `number`, which is in `state`? Whoever knows answers with `Notice`s."""


@dataclass(frozen=True)
class Notice:
    """What somebody who opens the issue has to know, and where something can be done about it.

    `kind` is how a page sets it: `info` or `warning`. One that `tells_of_approval` says already that an
    approval is void; one that `asks` waits for somebody's decision.
    """

    words: str
    kind: str
    path: str = ""
    action: str = ""
    tells_of_approval: bool = False
    asks: bool = False
