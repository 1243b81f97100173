"""Doors for editors: `/desk/issues`. Each reads, calls one verb, answers.

`listing` opens issues, `composing` makes them, `previews` shows them, `approving` checks
them and lets them go, `correcting` is for those that were sent. `pieces` are the doors to the library's pieces,
at `/desk/library`.
"""

from newsroom.issues.desk import approving, composing, correcting, listing, pieces, previews
from newsroom.issues.desk.blueprint import bp

blueprints = (bp, pieces.bp)

__all__ = ["approving", "blueprints", "bp", "composing", "correcting", "listing", "pieces", "previews"]
