"""Doors to all stories: the queue in three panes, several at once, and the step before taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.platform import search
from newsroom.platform.clock import now
from newsroom.platform.db import unit_of_work
from newsroom.platform.markup import Dialect, to_html
from newsroom.platform.words import passages
from newsroom.stories import queries, queue, rules, service
from newsroom.stories.desk.blueprint import (
    bp,
    go_on,
    local,
    my_id,
    sent_queue,
    staff_names,
    undo_notice,
)
from newsroom.stories.forms import ActForm, DeclineForm
from newsroom.stories.queue import Row, Wanted
from newsroom.stories.rules import State, StoryRefusal


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """The queue: the list, the chosen story, and what can be done with it."""
    return _queue_page(Wanted.from_args(request.args), request.args.get("story", ""))


@bp.post("/<public_id>/undo")
@needs(Permission.COMPOSE)
def undo(public_id: str) -> Response:
    """Take back the last step at the desk."""
    try:
        with unit_of_work():
            service.undo(public_id)
    except StoryRefusal as refusal:
        flash(str(refusal), "error")
    else:
        flash("It is as it was before.", "success")
    return go_on(public_id)


@bp.post("/bulk")
@needs(Permission.COMPOSE)
def bulk() -> ResponseReturnValue:
    """The same for several stories, each in a unit of work, with an audit row and a letter of its own."""
    chosen = list(dict.fromkeys(request.form.getlist("ids")))[: queue.PER_PAGE]
    doing = _BULK.get(request.form.get("do", ""))
    if doing is None or not ActForm().validate():
        abort(400)
    wanted = sent_queue() or Wanted()
    form = DeclineForm()
    if doing.needs_reason and not form.validate():
        return _queue_page(wanted, "", bulk_form=form, ticked=chosen), 422
    if not chosen:
        flash("Tick a story first.", "error")
    _do_to_all(chosen, doing, form.value() if doing.needs_reason else "")
    return redirect(url_for(".index", **wanted.args()), 303)


@dataclass(frozen=True)
class _Bulk:
    """One thing that can be done to several stories; `verb` takes a public id and a reason."""

    verb: Callable[[str, str], object]
    done: str
    needs_reason: bool = False


_BULK = {
    "claim": _Bulk(lambda public_id, _reason: service.claim(public_id, actor_id=my_id()), "Claimed"),
    "release": _Bulk(lambda public_id, _reason: service.release(public_id), "Released"),
    "spam": _Bulk(lambda public_id, _reason: service.shelve_as_spam(public_id), "Put on the spam shelf"),
    "restore": _Bulk(lambda public_id, _reason: service.restore_from_spam(public_id), "Restored"),
    "decline": _Bulk(service.decline, "Declined", needs_reason=True),
    "undo": _Bulk(lambda public_id, _reason: service.undo(public_id), "As before"),
}


def _do_to_all(public_ids: list[str], doing: _Bulk, reason: str) -> None:
    done: list[str] = []
    for public_id in public_ids:
        try:
            with unit_of_work():
                doing.verb(public_id, reason)
        except StoryRefusal as refusal:
            row = queue.row_of(public_id)
            flash(f"“{row.name[:80] if row else public_id}”: {refusal}", "error")
        else:
            done.append(public_id)
    if not done:
        return
    words = f"{doing.done}: {len(done)} {'story' if len(done) == 1 else 'stories'}."
    undoable = [public_id for public_id in done if queries.can_be_undone(public_id)]
    if undoable:
        fields = {"ids": undoable, "do": "undo", "queue": request.form.get("queue", "")}
        flash(undo_notice(words, url_for(".bulk"), fields), "success")
    else:
        flash(words, "success")


# What is shown


def _queue_page(
    wanted: Wanted, chosen: str, *, bulk_form: DeclineForm | None = None, ticked: list[str] | None = None
) -> str:
    page = queue.page_of(wanted, my_id())
    asked = queue.row_of(chosen)
    shown = asked or (page.items[0] if page.items else None)
    sought = search.terms(wanted.words)
    return render_template(
        "stories/desk/queue.html",
        page=page,
        wanted=wanted,
        tabs=_tabs(wanted),
        elsewhere_count=queue.found_elsewhere(wanted, page.total or 0),
        names=staff_names(),
        me=my_id(),
        now=now(),
        chosen=shown,
        is_asked=asked is not None,
        details=_details(shown) if shown else None,
        here=urlencode(wanted.args()),
        marked=lambda words: passages(words, sought),
        bulk_form=_apart(bulk_form or DeclineForm(formdata=None), "bulk"),
        decline_form=DeclineForm(formdata=None),
        bulk_problem=bulk_form is not None,
        ticked=ticked or [],
        choices=queue,
        rules=rules,
        local=local,
        may=lambda verb: shown is not None and rules.may(verb, shown.state),
    )


def _apart(form: DeclineForm, name: str) -> DeclineForm:
    """The same form with ids of its own, because there are two of them on the page."""
    for one in (form.preset, form.reason):
        one.id = one.label.field_id = f"{name}-{one.short_name}"
    return form


@dataclass(frozen=True)
class _Tab:
    label: str
    state: str
    count: int


def _tabs(wanted: Wanted) -> list[_Tab]:
    """Everything on the desk first, then each state that holds a story; all together for who looks there."""
    counts = queries.state_counts()
    open_count = sum(counts[state] for state in rules.ON_THE_DESK)
    filled = [_Tab(rules.DESK_WORDS[state], state.value, count) for state, count in counts.items() if count]
    if wanted.state == queue.ANYWHERE:
        filled.append(_Tab("Everywhere", queue.ANYWHERE, sum(counts.values())))
    return [_Tab("On the desk", "", open_count), *filled]


def _details(row: Row) -> dict[str, Any]:
    """What stands beside the list. Before anybody has edited a story its whole text is the sealed original,
    whose views are on record: so here stands its beginning, and its own page shows all of it."""
    story = queue.story_of(row)
    if story is None:
        return {}
    shown = queries.shown_revision(story)
    is_gone = story.state == State.WITHDRAWN or story.purged_at is not None
    text = queries.text_of(story, shown) if shown and not is_gone else ""
    consent = queries.live_consent(story)
    return {
        "text_html": to_html(text, Dialect.STORY) if text else "",
        "version": shown.version if shown else 0,
        "facts": [
            ("Company", story.company),
            ("Channel", rules.CHANNELS.get(story.channel, "")),
            ("When", story.when_words),
            ("It led to", rules.OUTCOMES.get(story.outcome, "")),
            ("Came by", queue.SOURCES.get(story.source, story.source)),
            ("The filter says", story.suspicion),
            ("Closed because", story.closed_reason),
        ]
        if not is_gone
        else [],
        "consent": _consent_words(consent.level if consent else None, story.source),
        "message_count": queue.letter_count(story),
        "alike": queue.alike(row.public_id),
        "destroyed_at": story.state_changed_at + rules.SPAM_LIFE if story.state == State.SPAM else None,
    }


def _consent_words(level: int | None, source: str) -> str:
    if level is None:
        return "None that is live"
    if source == "manuscript":
        return "As the manuscript says"
    return f"{level} · {queries.consent_wording().levels[level].label}"
