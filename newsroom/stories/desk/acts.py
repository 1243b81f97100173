"""Doors to what an editor does with a story, a verb each; a refused form comes back with what was typed."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.stories import service
from newsroom.stories.desk.blueprint import act, act_on_version, bp, my_id
from newsroom.stories.desk.page import Said, say
from newsroom.stories.forms import AssessForm, DeclineForm, HoldForm, ReadyForm, UnpublishForm


@bp.post("/<public_id>/claim")
@needs(Permission.COMPOSE)
def claim(public_id: str) -> Response:
    """Work on it."""
    return act(public_id, lambda: service.claim(public_id, actor_id=my_id()), "It is yours.")


@bp.post("/<public_id>/release")
@needs(Permission.COMPOSE)
def release(public_id: str) -> Response:
    """Give it back to everybody."""
    return act(public_id, lambda: service.release(public_id), "Anybody may claim it now.")


@bp.post("/<public_id>/start-editing")
@needs(Permission.COMPOSE)
def start_editing(public_id: str) -> Response:
    """Begin to make it printable."""
    return act(public_id, lambda: service.start_editing(public_id, actor_id=my_id()), "You can edit it now.")


@bp.post("/<public_id>/assess")
@needs(Permission.COMPOSE)
def assess(public_id: str) -> Response:
    """Say how grave its gravest statement is."""
    form = AssessForm()
    if not form.validate():
        abort(400)
    return act(public_id, lambda: service.assess(public_id, form.criticality.data), "Criticality set.")


@bp.post("/<public_id>/ask-approval")
@needs(Permission.COMPOSE)
def ask_approval(public_id: str) -> Response:
    """Show its author the newest version and ask whether it may be printed."""
    version = _version_read()
    return act_on_version(
        public_id,
        lambda: service.ask_approval(public_id, version=version, actor_id=my_id()),
        "Its author is asked.",
    )


@bp.post("/<public_id>/ready")
@needs(Permission.COMPOSE)
def mark_ready(public_id: str) -> Response:
    """Say that this version may be printed."""
    version = _version_read()
    return act_on_version(
        public_id,
        lambda: service.mark_ready(public_id, version=version, actor_id=my_id()),
        "It is ready for an issue.",
    )


def _version_read() -> int:
    form = ReadyForm()
    return form.version.data or 0 if form.validate() else abort(400)


@bp.post("/<public_id>/back-to-editing")
@needs(Permission.COMPOSE)
def back_to_editing(public_id: str) -> Response:
    """Take it back, with the request for approval where one is open."""
    return act(public_id, lambda: service.back_to_editing(public_id), "It is in editing again.")


@bp.post("/<public_id>/reopen")
@needs(Permission.COMPOSE)
def reopen(public_id: str) -> Response:
    """Take up what was closed."""
    return act(
        public_id, lambda: service.reopen(public_id), "It is being read again, and its author is told."
    )


@bp.post("/<public_id>/unpublish")
@needs(Permission.PUBLISH)
def unpublish(public_id: str) -> ResponseReturnValue:
    """Take it off the web, with a reason that its author reads."""
    form = UnpublishForm()
    return say(
        public_id,
        "unpublish",
        Said("unpublish_form", form, form.unpublish_reason),
        lambda: service.unpublish(public_id, form.unpublish_reason.data or ""),
        "It is off the web; its author is told why.",
    )


@bp.post("/<public_id>/hold")
@needs(Permission.COMPOSE)
def hold(public_id: str) -> ResponseReturnValue:
    """Let it wait, for a reason."""
    form = HoldForm()
    return say(
        public_id,
        "hold",
        Said("hold_form", form, form.hold_reason),
        lambda: service.hold(public_id, form.hold_reason.data or ""),
        "It is on hold.",
    )


@bp.post("/<public_id>/resume")
@needs(Permission.COMPOSE)
def resume(public_id: str) -> Response:
    """Take it off hold."""
    return act(public_id, lambda: service.resume(public_id), "It is no longer on hold.")


@bp.post("/<public_id>/decline")
@needs(Permission.COMPOSE)
def decline(public_id: str) -> ResponseReturnValue:
    """Decide not to print it, with a reason that its author reads."""
    form = DeclineForm()
    return say(
        public_id,
        "decline",
        Said("decline_form", form, form.reason),
        lambda: service.decline(public_id, form.value()),
        "Declined; its author is told why.",
    )


@bp.post("/<public_id>/spam")
@needs(Permission.COMPOSE)
def shelve_as_spam(public_id: str) -> Response:
    """Put it on the spam shelf."""
    return act(
        public_id, lambda: service.shelve_as_spam(public_id), "It is on the spam shelf, and can be restored."
    )


@bp.post("/<public_id>/restore")
@needs(Permission.COMPOSE)
def restore_from_spam(public_id: str) -> Response:
    """Take it off the spam shelf."""
    return act(public_id, lambda: service.restore_from_spam(public_id), "It is back in the queue.")
