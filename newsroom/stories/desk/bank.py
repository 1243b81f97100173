"""The door to the story bank."""

from __future__ import annotations

from flask import render_template

from newsroom.accounts.guards import Permission, needs
from newsroom.platform.clock import long_date, now
from newsroom.publication.rules import cadence_words
from newsroom.stories import bank as shelf
from newsroom.stories import rules
from newsroom.stories.desk.blueprint import bp, local


@bp.get("/bank")
@needs(Permission.COMPOSE)
def bank() -> str:
    """What is ready and what is coming, and for how many issues that is enough."""
    runway = shelf.runway()
    ready = shelf.ready()
    return render_template(
        "stories/desk/bank.html",
        runway=runway,
        cadence=cadence_words(runway.cadence_days),
        lasts_until=long_date(runway.lasts_until),
        shelves=[(verdict, [one for one in ready if one.verdict == verdict]) for verdict in rules.VERDICTS],
        coming=shelf.coming(),
        is_due_soon=shelf.is_due_soon,
        rules=rules,
        local=local,
        now=now(),
    )
