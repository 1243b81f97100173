"""Doors for editors: `/desk/issues`. Each reads, calls one verb, answers.

`listing` opens issues, `composing` makes them, `previews` shows them, `approving` checks
them and lets them go.
"""

from newsroom.issues.desk import approving, composing, listing, previews
from newsroom.issues.desk.blueprint import bp

__all__ = ["approving", "bp", "composing", "listing", "previews"]
