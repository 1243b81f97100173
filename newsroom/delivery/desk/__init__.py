"""Doors for editors: `/desk/deliveries`. Each reads, calls one verb, answers.

`sending` lets an issue go, now or at an hour, and stops it again; `following` shows what becomes of its
letters, and `reporting` what became of them all.
"""

from newsroom.delivery.desk import following, reporting, sending
from newsroom.delivery.desk.blueprint import bp

__all__ = ["bp", "following", "reporting", "sending"]
