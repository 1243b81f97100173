"""Doors to what only the desk may see: the sealed original and who wrote it. Each view is recorded."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, may, needs, own_private_access
from newsroom.accounts.rules import PrivateAccess
from newsroom.accounts.service import ReasonNeeded
from newsroom.stories.desk.blueprint import bp, record_view, story_or_404
from newsroom.stories.forms import PrivateForm


@bp.get("/<public_id>/private")
@needs(Permission.SEE_PRIVATE)
def ask_private(public_id: str) -> str:
    """The door to what only the desk may see: it opens by a button, and for administrators with a reason."""
    story_or_404(public_id)
    return _private_door(public_id, PrivateForm(formdata=None))


@bp.post("/<public_id>/private")
@needs(Permission.SEE_PRIVATE)
def private(public_id: str) -> ResponseReturnValue:
    """The sealed original and who wrote it; the view is recorded before anything is shown."""
    form = PrivateForm()
    if not form.validate():
        return _private_door(public_id, form), 422
    try:
        record_view(public_id, form.reason.data or "")
    except ReasonNeeded as refusal:
        form.reason.errors = [str(refusal)]
        return _private_door(public_id, form), 422
    return render_template(
        "stories/desk/private.html", story=story_or_404(public_id), may_work=may(Permission.COMPOSE)
    )


def _private_door(public_id: str, form: PrivateForm) -> str:
    with_reason = own_private_access() is PrivateAccess.WITH_REASON
    return render_template(
        "stories/desk/private_ask.html", public_id=public_id, form=form, with_reason=with_reason
    )
