"""The desk's doors to stories, `/desk/stories`. Each reads, calls one verb, answers.

`queue` shows what waits, `alike` what was told twice, `bank` what may be printed, `mail` what came by
mail; `story` is one story, `acts`
what an editor decides about it and `conversation` what both write to each other; `private` opens the sealed
original with who wrote it, and `erasing` destroys all of it. `companies` has an address of its own.
"""

from newsroom.stories.desk import (
    acts,
    alike,
    bank,
    companies,
    conversation,
    erasing,
    mail,
    private,
    queue,
    story,
)
from newsroom.stories.desk.blueprint import bp

blueprints = (bp, companies.bp)

__all__ = [
    "acts",
    "alike",
    "bank",
    "blueprints",
    "bp",
    "companies",
    "conversation",
    "erasing",
    "mail",
    "private",
    "queue",
    "story",
]
