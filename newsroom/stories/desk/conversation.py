"""Doors to the words around a story: to its author, among colleagues, and what its author told later."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.stories import service
from newsroom.stories.desk.blueprint import act, bp, my_id, story_or_404
from newsroom.stories.desk.page import Said, say
from newsroom.stories.forms import AskForm, NoteForm, PrintFollowUpForm, WriteForm
from newsroom.stories.readiness import are_same_words


@bp.post("/<public_id>/ask")
@needs(Permission.COMPOSE)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask its author something."""
    form = AskForm()
    return say(
        public_id,
        "ask",
        Said("ask_form", form, form.question),
        lambda: service.ask(public_id, form.value(), actor_id=my_id()),
        "Asked; the story waits for the answer.",
    )


@bp.post("/<public_id>/stop-asking")
@needs(Permission.COMPOSE)
def stop_asking(public_id: str) -> Response:
    """Go on without an answer."""
    return act(public_id, lambda: service.stop_asking(public_id), "It is being read again.")


@bp.post("/<public_id>/write")
@needs(Permission.COMPOSE)
def write_to_author(public_id: str) -> ResponseReturnValue:
    """Write to its author without asking anything."""
    form = WriteForm()
    return say(
        public_id,
        "write_to_author",
        Said("write_form", form, form.message),
        lambda: service.write_to_author(public_id, form.message.data or "", actor_id=my_id()),
        "Its author can read it.",
    )


@bp.post("/<public_id>/note")
@needs(Permission.COMPOSE)
def note(public_id: str) -> ResponseReturnValue:
    """Leave a note for colleagues."""
    form = NoteForm()
    return say(
        public_id,
        "note",
        Said("note_form", form, form.internal_note),
        lambda: service.note(public_id, form.internal_note.data or "", actor_id=my_id()),
        "Noted, for colleagues only.",
    )


# What happened next


@bp.post("/<public_id>/follow-ups/<int:told>/publish")
@needs(Permission.COMPOSE)
def publish_follow_up(public_id: str, told: int) -> ResponseReturnValue:
    """Print what its author told next; where the editor changed a word of it, its author is asked first."""
    form = PrintFollowUpForm(prefix=f"told{told}-")
    theirs = next((one.body for one in story_or_404(public_id).follow_ups if one.id == told), "")
    is_theirs = are_same_words(theirs, form.text.data or "")
    return say(
        public_id,
        "follow_up",
        Said("follow_up_forms", form, form.text, {told: form}),
        lambda: service.publish_follow_up(public_id, told, form.text.data or "", actor_id=my_id()),
        "It stands below the story on the web, and its author is told."
        if is_theirs
        else "Its author is shown it as it will be printed. Nothing is printed before they say yes.",
    )


@bp.post("/<public_id>/follow-ups/<int:told>/keep")
@needs(Permission.COMPOSE)
def decline_follow_up(public_id: str, told: int) -> Response:
    """Keep it for the desk alone."""
    return act(
        public_id,
        lambda: service.decline_follow_up(public_id, told, actor_id=my_id()),
        "It stays with us; nothing of it is printed.",
    )
