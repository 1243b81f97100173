"""Doors for editors: `/desk/issues`. Each reads, calls one verb, answers.

`listing` opens issues, `composing` and `arranging` make them, `stocking` fills them from the shelf,
`previews` shows them, `approving` checks them and lets them go, `links` asks the addresses in them,
`testing` sends tests, `correcting` is for those that were sent. `templating` keeps what issues begin with.
`pieces` are the doors to the library's pieces, at `/desk/library`.
"""

from newsroom.issues.desk import (
    approving,
    arranging,
    composing,
    correcting,
    links,
    listing,
    pieces,
    previews,
    stocking,
    templating,
    testing,
)
from newsroom.issues.desk.blueprint import bp

blueprints = (bp, pieces.bp)

__all__ = [
    "approving",
    "arranging",
    "blueprints",
    "bp",
    "composing",
    "correcting",
    "links",
    "listing",
    "pieces",
    "previews",
    "stocking",
    "templating",
    "testing",
]
