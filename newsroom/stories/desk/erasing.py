"""The door to destroying everything about a story at once, for an author who asked outside our pages."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, may, needs
from newsroom.platform.db import unit_of_work
from newsroom.stories import service
from newsroom.stories.desk.blueprint import bp, story_or_404
from newsroom.stories.forms import EraseForm
from newsroom.stories.rules import State

ASKED_BY = "the desk, as its author wished"


@bp.get("/<public_id>/erase")
@needs(Permission.ERASE)
def ask_erase(public_id: str) -> str:
    """What is destroyed and what stays, and a form that wants the story's number typed."""
    return _page(public_id, EraseForm(public_id, formdata=None))


@bp.post("/<public_id>/erase")
@needs(Permission.ERASE)
def erase(public_id: str) -> ResponseReturnValue:
    """Withdraw the story and destroy everything about it."""
    story_or_404(public_id)
    form = EraseForm(public_id)
    if not form.validate():
        return _page(public_id, form), 422
    with unit_of_work():
        service.erase(public_id, asked_by=ASKED_BY)
    flash(f"Story {public_id} is withdrawn, and everything about it is destroyed.", "success")
    # An administrator may not open the story's page.
    page = ".show" if may(Permission.COMPOSE) else ".ask_erase"
    return redirect(url_for(page, public_id=public_id), 303)


def _page(public_id: str, form: EraseForm) -> str:
    story = story_or_404(public_id)
    return render_template(
        "stories/desk/erase.html",
        story=story,
        form=form,
        was_published=story.state == State.PUBLISHED,
        is_destroyed=story.state == State.WITHDRAWN and story.purged_at is not None,
        may_work=may(Permission.COMPOSE),
    )
