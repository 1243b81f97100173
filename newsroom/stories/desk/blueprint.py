"""The one blueprint of the desk's doors to stories, and what they share: story, person, clock, refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from newsroom.accounts.guards import current_staff
from newsroom.accounts.queries import all_staff
from newsroom.accounts.service import record_private_view
from newsroom.platform.db import unit_of_work
from newsroom.publication.queries import publication
from newsroom.stories import queries, queue, service
from newsroom.stories.models import Story
from newsroom.stories.rules import StoryRefusal

bp = Blueprint("stories_desk", "newsroom.stories.desk", url_prefix="/desk/stories")
NO_STORY = "There is no such story on the desk."


def act(public_id: str, verb: Callable[[], object], done: str) -> Response:
    """Do one thing to a story and go on: in the queue to what is next there, else back to its page.

    A refusal is said there; what can be taken back comes with the button that does so.
    """
    next_id = _following(public_id)
    try:
        with unit_of_work():
            verb()
    except StoryRefusal as refusal:
        flash(str(refusal), "error")
    else:
        flash_done(public_id, done)
    return go_on(public_id, next_id)


def flash_done(public_id: str, done: str) -> None:
    """Say what was done, with a button to undo it while that is possible."""
    if queries.can_be_undone(public_id):
        fields = {"queue": request.form["queue"]} if "queue" in request.form else {}
        flash(undo_notice(done, url_for(".undo", public_id=public_id), fields), "success")
    else:
        flash(done, "success")


def undo_notice(done: str, address: str, fields: dict[str, Any]) -> Any:
    """A message with a button, as `layout/parts.html` shows it."""
    return {"words": done, "action": "Undo", "key": "u", "href": address, "fields": fields}


def go_on(public_id: str, next_id: str | None = None) -> Response:
    """To the queue with this story, or with the next one when it no longer lies there; else to its page."""
    wanted = sent_queue()
    if wanted is None:
        return redirect(url_for(".show", public_id=public_id), 303)
    chosen = public_id if queue.holds(wanted, my_id(), public_id) else next_id
    page = queue.page_number(wanted, my_id(), chosen) if chosen else 1
    return redirect(url_for(".index", **wanted.args(page=page if page > 1 else None, story=chosen)), 303)


def sent_queue() -> queue.Wanted | None:
    """The queue that a button was pressed in; None where it was pressed on a story's own page."""
    if "queue" not in request.form:
        return None
    return queue.Wanted.from_args(dict(parse_qsl(request.form["queue"][:1000])))


def _following(public_id: str) -> str | None:
    wanted = sent_queue()
    return queue.following(wanted, my_id(), public_id) if wanted else None


def act_on_version(public_id: str, verb: Callable[[], object], done: str) -> Response:
    """The same for what is decided about one version: not about another one that somebody saved meanwhile."""
    try:
        return act(public_id, verb, done)
    except service.SaveConflict:
        flash("Somebody saved another version meanwhile: read it first, then decide.", "error")
        return redirect(url_for(".show", public_id=public_id), 303)


def record_view(public_id: str, reason: str = "") -> None:
    """Write down who looks at what only the desk may see, before it is shown."""
    if not queries.is_story(public_id):
        abort(404, NO_STORY)
    with unit_of_work():
        record_private_view(queries.subject_of(public_id), reason)


Clock = Callable[[datetime], datetime]


def clock_on_the_wall() -> Clock:
    """The publication's clock, for a page with many times on it: it shows any instant by that clock."""
    zone = ZoneInfo(publication().time_zone)
    return lambda at: at.astimezone(zone)


def local(at: datetime) -> datetime:
    """The same instant by the publication's clock, which is the one on the wall of the desk."""
    return clock_on_the_wall()(at)


def staff_names() -> dict[int, str]:
    """Everybody who works or worked here, by id."""
    return {staff.id: staff.name for staff in all_staff()}


def my_id() -> int:
    """Who is at the desk, as the rows name them."""
    staff = current_staff()
    return staff.id if staff else abort(403)


def story_or_404(public_id: str) -> Story:
    """The story with that id."""
    return queries.story(public_id) or abort(404, NO_STORY)
