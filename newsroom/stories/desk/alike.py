"""Doors to stories that tell the same: two texts side by side, then one story or two."""

from __future__ import annotations

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.stories import likeness, queue, redaction, rules, service
from newsroom.stories.desk.blueprint import act, bp, go_on, local, record_view, story_or_404
from newsroom.stories.forms import ActForm
from newsroom.stories.models import Story
from newsroom.stories.rules import State


@bp.post("/<public_id>/compare")
@needs(Permission.COMPOSE)
def compare(public_id: str) -> str | Response:
    """Two sealed originals side by side, word by word; both views are recorded before anything is shown."""
    if not ActForm().validate():
        abort(400)
    other_id = request.form.get("other", "")
    pair = sorted((story_or_404(public_id), story_or_404(other_id)), key=lambda story: story.id)
    if any(_is_gone(story) for story in pair) or pair[0].id == pair[1].id:
        flash("There is nothing left to compare: the words of one of the two are gone.", "error")
        return go_on(public_id)
    for story in pair:
        record_view(story.public_id)
    earlier, later = story_or_404(pair[0].public_id), story_or_404(pair[1].public_id)
    texts = earlier.original.body, later.original.body
    return render_template(
        "stories/desk/alike.html",
        earlier=earlier,
        later=later,
        percent=likeness.percent(*map(likeness.shingles, texts)),
        changes=redaction.in_paragraphs(redaction.difference(*texts)),
        names={story.public_id: _name(story) for story in (earlier, later)},
        here=request.form.get("queue"),
        from_id=public_id,
        may_merge=rules.may("merge", later.state),
        local=local,
        rules=rules,
    )


@bp.post("/<public_id>/merge")
@needs(Permission.COMPOSE)
def merge(public_id: str) -> Response:
    """Put a story together with an earlier one."""
    if not ActForm().validate():
        abort(400)
    into = request.form.get("other", "")
    return act(public_id, lambda: service.merge(public_id, into), "Merged; both authors are told.")


@bp.post("/<public_id>/dismiss")
@needs(Permission.COMPOSE)
def dismiss(public_id: str) -> Response:
    """Say that two stories are not the same."""
    if not ActForm().validate():
        abort(400)
    other = request.form.get("other", "")
    return act(
        public_id,
        lambda: service.dismiss(public_id, other),
        "They are two stories, and will not be held to be one again.",
    )


def _is_gone(story: Story) -> bool:
    return story.state == State.WITHDRAWN or story.purged_at is not None


def _name(story: Story) -> str:
    row = queue.row_of(story.public_id)
    return row.name if row else story.public_id
