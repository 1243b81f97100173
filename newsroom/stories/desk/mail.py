"""The door to what came by mail: when, from whom, and what became of it. Never a word of it."""

from __future__ import annotations

from flask import render_template, request

from newsroom.accounts.guards import Permission, needs
from newsroom.platform import addresses
from newsroom.stories import queries
from newsroom.stories.desk.blueprint import bp, local

_STATES = {
    "waiting": "waits for its author’s consent",
    "consented": "became a story",
    "refused": "forgotten, as its author wished",
    "expired": "forgotten, because nobody answered",
}


@bp.get("/mail")
@needs(Permission.COMPOSE)
def mail() -> str:
    """A plain list, the newest first. A draft's words are for nobody here until its author consents."""
    page = queries.mailed_stories(max(1, request.args.get("page", 1, type=int)))
    return render_template(
        "stories/desk/mail.html",
        page=page,
        states=_STATES,
        masked=lambda email: addresses.masked(email) if email else "forgotten",
        local=local,
    )
