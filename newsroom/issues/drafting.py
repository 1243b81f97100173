"""What somebody has typed in the composer and not saved: of the form on the page, and of the issue's other
forms.

Reads only. A section that points at a story is drafted nowhere: its words are destroyed with the story, and
a copy kept here would outlive them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import request, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from newsroom.accounts import queries as accounts
from newsroom.accounts.guards import current_staff
from newsroom.issues import kinds, rules
from newsroom.issues.kinds import Kind
from newsroom.issues.models import Issue, Section
from newsroom.issues.resolving import MINE, says_the_same
from newsroom.platform.web.unsaved import SUBJECT_FIELD, TAKE_UP, Draft, Unsaved, unsaved

Form = TypeVar("Form", bound=FlaskForm)


@dataclass(frozen=True)
class LeftOver:
    """A draft of another form of this issue. `address` takes it up; empty while nobody may edit the issue."""

    subject: str
    title: str
    typed_at: datetime
    address: str
    is_homeless: bool
    words: str


def subject_of(issue: Issue, chosen: Section | None, adding: Kind | None) -> str:
    """What the composer's form is called while it is typed in; empty where nothing of it may be kept."""
    if chosen is not None:
        tells_a_story = chosen.piece_id is not None and kinds.kind_of(chosen.kind).source == "story"
        return "" if tells_a_story else f"issue:{issue.number}:section:{chosen.public_id}"
    if adding is None:
        return f"issue:{issue.number}:head"
    # What was typed for a section that is gone goes on under its own name, as a new section.
    wanted = request.form.get(SUBJECT_FIELD) or request.args.get(TAKE_UP, "")
    is_ours = wanted.startswith((f"issue:{issue.number}:section:", f"issue:{issue.number}:new:"))
    return wanted if is_ours else f"issue:{issue.number}:new:{adding.slug}"


def draft_of(subject: str, stored: Form, read: Callable[[MultiDict[str, str]], Form]) -> Unsaved | None:
    """What the page says about the draft of its form; `read` fills the form with what was typed."""
    staff = current_staff()
    if staff is None or not subject:
        return None
    found = accounts.draft(staff.id, subject)
    draft = unsaved(subject, found)
    if found is None or draft.is_taken_up:
        return draft
    typed = MultiDict([(name, value) for name, values in found.typed.items() for value in values])
    return unsaved(subject, found, is_stored=says_the_same(read(typed), stored))


def left_over(issue: Issue, shown: str, titles: Mapping[str, str]) -> tuple[LeftOver, ...]:
    """What the person at the desk has not saved elsewhere in the issue than in the form that is shown.

    `titles` names the issue's sections by their public ids.
    """
    staff = current_staff()
    if staff is None:
        return ()
    drafts = accounts.drafts(staff.id, f"issue:{issue.number}:")
    return tuple(_left_over(issue, draft, titles) for draft in drafts if draft.subject != shown)


def _left_over(issue: Issue, draft: Draft, titles: Mapping[str, str]) -> LeftOver:
    _issue, _number, what, *rest = draft.subject.split(":")
    name = rest[0] if rest else ""
    kind = kinds.by_slug.get(name if what == "new" else _first(draft, "of_kind"))
    is_homeless = what == "section" and name not in titles
    place: dict[str, Any] = {TAKE_UP: "1"}
    if is_homeless:
        place = {TAKE_UP: draft.subject, "add": kind.slug if kind else "note"}
    elif what == "section":
        place["section"] = name
    elif what == "new":
        place["add"] = kind.slug if kind else "note"
    named = titles.get(name) or _first(draft, "title") or (kind.name if kind else "Date, subject, preheader")
    can_go_on = rules.may("edit", issue.state)
    return LeftOver(
        draft.subject,
        named,
        draft.typed_at,
        url_for("issues_desk.compose", number=issue.number, **place) if can_go_on else "",
        is_homeless,
        "\n\n".join(filter(None, (_first(draft, name) for name in draft.typed if not _is_machinery(name)))),
    )


def _first(draft: Draft, name: str) -> str:
    return next(iter(draft.typed.get(name, [])), "")


def _is_machinery(name: str) -> bool:
    return name in ("version", "token", "of_kind") or name.startswith(MINE)
