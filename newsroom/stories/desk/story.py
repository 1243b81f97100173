"""Doors to one story's page and its text: saved, put together after a conflict, restored, kept unsaved."""

from __future__ import annotations

import re
from contextlib import suppress

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.platform.db import unit_of_work
from newsroom.platform.web.kept import MOST_FIELDS, MOST_SIGNS
from newsroom.stories import merging, queries, redaction, rules, service
from newsroom.stories.desk import redacting
from newsroom.stories.desk.blueprint import (
    act,
    act_on_version,
    bp,
    my_id,
    record_view,
    staff_names,
    story_or_404,
)
from newsroom.stories.desk.noting import parts_beside, shape_note
from newsroom.stories.desk.page import saved_words, story_page
from newsroom.stories.desk.redaction_page import Shown
from newsroom.stories.forms import ActForm, Edited, ResolveForm, RestoreForm, RevisionForm
from newsroom.stories.models import Story
from newsroom.stories.rules import StoryRefusal

_DRAFT_FIELDS = re.compile(
    r"title|text|attribution|note_as|opening|closing|call|call_button|call_link|note|"
    r"takeaways-\d{1,3}-(label|reason|behaviour)"
)


@bp.get("/<public_id>")
@needs(Permission.COMPOSE)
def show(public_id: str) -> str:
    """One story. `?draft` takes up what was never saved, `?from=original&to=3` compares two versions."""
    return story_page(public_id)


@bp.post("/<public_id>")
@needs(Permission.COMPOSE)
def save(public_id: str) -> ResponseReturnValue:
    """Keep text, title, attribution and note as a new revision; or do what a button of the note asks."""
    form = RevisionForm()
    shaped = shape_note(form, request.form)
    if shaped is not None:
        return _shaped(public_id, form, well=shaped)
    if "view" in request.form:
        return _in_another_view(public_id, form)
    if not form.validate():
        return story_page(public_id, form), 422
    edited, draft = form.value(), form.draft.data or ""
    if "act" in request.form:
        return _redact(public_id, form, redacting.Request(public_id, edited, draft))
    try:
        _save(public_id, edited, draft)
    except service.SaveConflict:
        return _conflict_page(public_id, edited, draft), 409
    except StoryRefusal as refusal:
        return _refused(public_id, form, edited, str(refusal))
    flash("Saved.", "success")
    return redirect(url_for(".show", public_id=public_id, view=request.form.get("shown")), 303)


def _redact(public_id: str, form: RevisionForm, asked: redacting.Request) -> ResponseReturnValue:
    """Do what a button of the redaction desk asks, with all that was typed, or nothing of both."""
    try:
        with unit_of_work():
            asked.perform()
    except service.SaveConflict:
        return _conflict_page(public_id, asked.edited, asked.draft), 409
    except StoryRefusal as refusal:
        shown = redacting.refused(refusal)
        status = 403 if isinstance(refusal, redacting.OnlyForPublishers) else 422
        return _refused(public_id, form, asked.edited, str(refusal), shown, status)
    return redirect(asked.address_afterwards(), 303)


def _in_another_view(public_id: str, form: RevisionForm) -> ResponseReturnValue:
    """The text in another view. What was typed goes along; where nothing was, the page has an address."""
    if not form.can_be_looked_through:
        form.validate()
        return story_page(public_id, form), 422
    view, _, place = request.form["view"].partition(" ")
    if form.value() == saved_words(story_or_404(public_id)):
        return redirect(url_for(".show", public_id=public_id, view=view, _anchor=place or None), 303)
    with suppress(StoryRefusal), unit_of_work():
        service.keep_draft(
            public_id,
            actor_id=my_id(),
            key=form.draft.data or "",
            version=form.version.data or 0,
            fields=_typed(),
        )
    return _shaped(public_id, form, well=True, shown=Shown(view, request.form))


def _shaped(
    public_id: str, form: RevisionForm, *, well: bool, shown: Shown | None = None
) -> ResponseReturnValue:
    """The page with what is typed, while the story may be edited."""
    try:
        rules.state_after("save_revision", story_or_404(public_id).state)
    except StoryRefusal as refusal:
        return _refused(public_id, form, form.value(), str(refusal))
    return story_page(public_id, form, shown=shown), 200 if well else 422


def _save(public_id: str, edited: Edited, draft: str) -> None:
    with unit_of_work():
        service.save_revision(
            public_id,
            version=edited.version,
            title=edited.title,
            text=edited.text,
            attribution=edited.attribution,
            note=edited.note,
            actor_id=my_id(),
            draft=draft,
        )


def _refused(
    public_id: str,
    form: RevisionForm,
    edited: Edited,
    problem: str,
    shown: Shown | None = None,
    status: int = 422,
) -> ResponseReturnValue:
    """At the form while the story can still be edited; else on a page that keeps what was typed."""
    if rules.may("save_revision", story_or_404(public_id).state):
        if shown is None or not shown.problems:
            form.form_errors.append(problem)
        return story_page(public_id, form, shown=shown), status
    _keep_for_later(public_id, edited, form.draft.data or "")
    record_view(public_id)
    story = story_or_404(public_id)
    page = render_template(
        "stories/desk/too_late.html",
        story=story,
        problem=problem,
        mine=edited,
        saved=saved_words(story),
        rules=rules,
    )
    return page, 409


def _keep_for_later(public_id: str, edited: Edited, key: str) -> None:
    """Offer it again, should the story come back to editing."""
    words = {name: [getattr(edited, name)] for name in ResolveForm.PARTS}
    with suppress(StoryRefusal), unit_of_work():
        service.keep_draft(
            public_id,
            actor_id=my_id(),
            key=key,
            version=edited.version,
            fields={**words, "note_as": ["source"]},
        )


# Two editors at once


@bp.post("/<public_id>/resolve")
@needs(Permission.COMPOSE)
def resolve(public_id: str) -> ResponseReturnValue:
    """Save what somebody made of two edits of one story."""
    form = ResolveForm()
    story = story_or_404(public_id)
    theirs = _at(story, form.version.data)
    if not form.validate():
        return _shown_again(public_id, form), 422
    chosen = form.chosen(theirs) if theirs else form.mine()
    try:
        _save(public_id, chosen, form.draft.data or "")
    except service.SaveConflict:
        return _conflict_page(public_id, chosen, form.draft.data or ""), 409
    except StoryRefusal as refusal:
        revision = RevisionForm(formdata=None)
        revision.start_from(chosen)
        return _refused(public_id, revision, chosen, str(refusal))
    flash("Saved. Both versions before it stay in the list of versions.", "success")
    return redirect(url_for(".show", public_id=public_id), 303)


def _at(story: Story, version: int | None) -> Edited | None:
    """The words of a version, of which 0 is the original as it was sent; None for one there never was."""
    if version == 0:
        return Edited(0, "", story.original.body, "", "")
    return saved_words(story, version) if queries.revision(story, version) else None


def _conflict_page(public_id: str, mine: Edited, draft: str) -> str:
    """What both began with, theirs and mine, part by part, and how the two go together."""
    record_view(public_id)
    story = story_or_404(public_id)
    theirs, base = saved_words(story, story.version), _at(story, mine.version)
    form = ResolveForm(formdata=None)
    form.version.data, form.base.data, form.draft.data = theirs.version, mine.version, draft
    for name in ResolveForm.PARTS:
        merge = _merge(name, base, theirs, mine)
        both, choice, of_mine = form.part(name)
        both.data, of_mine.data = merge.text(), getattr(mine, name)
        choice.data = "" if merge.clashes else "together"
    return _conflict(story, form, base, theirs, mine)


def _shown_again(public_id: str, form: ResolveForm) -> str:
    """The same page with what was decided so far."""
    record_view(public_id)
    story = story_or_404(public_id)
    theirs = _at(story, form.version.data) or saved_words(story, story.version)
    return _conflict(story, form, _at(story, form.base.data), theirs, form.mine())


def _conflict(story: Story, form: ResolveForm, base: Edited | None, theirs: Edited, mine: Edited) -> str:
    newest = queries.revision(story, theirs.version)
    return render_template(
        "stories/desk/conflict.html",
        story=story,
        form=form,
        base=base,
        theirs=theirs,
        mine=mine,
        who=staff_names().get(newest.created_by_id or 0, "Somebody") if newest else "Somebody",
        is_mine=newest is not None and newest.created_by_id == my_id(),
        merges={name: _merge(name, base, theirs, mine) for name in ResolveForm.PARTS},
        shown=_edit_shown,
        note_of_theirs=parts_beside(base.note, theirs.note) if base else None,
        note_of_mine=parts_beside(base.note, mine.note) if base else None,
    )


def _edit_shown(was: str, now: str) -> tuple[tuple[redaction.Change, ...], ...]:
    """What somebody changed, marked; where hardly anything stayed, the text alone, to be read."""
    changes = redaction.difference(was, now)
    kept = sum(len(change.text) for change in changes if change.part == "same")
    if kept * 2 < min(len(was), len(now)):
        changes = (redaction.Change("same", now),)
    return redaction.in_paragraphs(changes)


def _merge(name: str, base: Edited | None, theirs: Edited, mine: Edited) -> merging.Merge:
    return merging.merge(getattr(base, name) if base else None, getattr(theirs, name), getattr(mine, name))


# Versions and drafts


@bp.post("/<public_id>/restore-version")
@needs(Permission.COMPOSE)
def restore_version(public_id: str) -> Response:
    """Make an earlier version the newest one again."""
    form = RestoreForm()
    if not form.validate():
        abort(400)
    wanted, version = form.wanted.data or 0, form.version.data or 0
    return act_on_version(
        public_id,
        lambda: service.restore_revision(public_id, wanted, version=version, actor_id=my_id()),
        f"Version {wanted} is the newest again; what stood here before it is a version, too.",
    )


@bp.post("/<public_id>/draft")
@needs(Permission.COMPOSE)
def keep_draft(public_id: str) -> ResponseReturnValue:
    """Keep what is being typed, valid or not; a script sends it, and reads nothing but the status."""
    typed = _typed()
    try:
        with unit_of_work():
            service.keep_draft(
                public_id,
                actor_id=my_id(),
                key=request.form.get("draft", "")[:40],
                version=request.form.get("version", 0, type=int),
                fields=typed,
            )
    except StoryRefusal as refusal:
        return str(refusal), 409, {"Content-Type": "text/plain; charset=utf-8"}
    return "", 204


@bp.post("/<public_id>/draft/forget")
@needs(Permission.COMPOSE)
def forget_draft(public_id: str) -> Response:
    """Forget what was typed and never saved."""
    if not ActForm().validate():
        abort(400)
    return act(public_id, lambda: service.forget_draft(public_id, actor_id=my_id()), "It is forgotten.")


def _typed() -> dict[str, list[str]]:
    """The fields of the form that is being typed in, as they are; nobody types more than this."""
    given: MultiDict[str, str] = request.form
    typed = {name: given.getlist(name)[:1] for name in given if _DRAFT_FIELDS.fullmatch(name)}
    if (
        len(typed) > MOST_FIELDS
        or sum(len(value) for values in typed.values() for value in values) > MOST_SIGNS
    ):
        abort(413)
    # PostgreSQL keeps no NUL, and nobody means one.
    return {name: [value.replace("\x00", "") for value in values] for name, values in typed.items()}
