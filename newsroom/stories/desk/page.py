"""What the page of one story shows. The doors of the desk come back to it, also with a form they refused.

It shows the sealed original, so the view is put on record before anything is read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field

from newsroom.accounts.guards import Permission, may
from newsroom.accounts.queries import history
from newsroom.platform import clock
from newsroom.platform.markup import Dialect, to_html
from newsroom.stories import casting, hints, queries, redaction, rules
from newsroom.stories.desk import offers
from newsroom.stories.desk.blueprint import (
    Clock,
    act,
    clock_on_the_wall,
    my_id,
    record_view,
    staff_names,
    story_or_404,
)
from newsroom.stories.desk.noting import doubts, note_help
from newsroom.stories.desk.redaction_page import Redaction, Shown, missing, redaction_of
from newsroom.stories.events import place_of
from newsroom.stories.forms import (
    AskForm,
    AssessForm,
    DeclineForm,
    Edited,
    HoldForm,
    NoteForm,
    PrintFollowUpForm,
    ReadyForm,
    RevisionForm,
    UnpublishForm,
    WriteForm,
)
from newsroom.stories.models import ApprovalRequest, Story, StoryDraft, StoryMessage, StoryRevision
from newsroom.stories.queries import Review
from newsroom.stories.redaction import Change
from newsroom.stories.rules import State, StoryRefusal

_SOURCES = {
    "form": "The page for stories",
    "manuscript": "A manuscript",
    "email": "A letter to the stories address",
    "import": "An import",
}


@dataclass(frozen=True)
class _Sheet:
    """What several parts of the page need of a story, read and judged once."""

    story: Story
    draft: StoryDraft | None
    form: RevisionForm
    saved: Edited
    review: Review
    names: dict[int, str]
    local: Clock

    @property
    def typed(self) -> Edited:
        """The words to be looked through: those in the form, unless nobody could ever save so many."""
        return self.form.value() if self.form.can_be_looked_through else self.saved

    def day(self, at: datetime | None) -> str:
        """A day by the publication's clock; empty where there is none."""
        return f"{self.local(at):%-d %B %Y}" if at else ""


def story_page(
    public_id: str,
    form: RevisionForm | None = None,
    *,
    shown: Shown | None = None,
    **forms: Any,
) -> str:
    """The page with forms that were refused in place of empty ones, and the redaction desk as asked for."""
    record_view(public_id)
    sheet = _sheet(story_or_404(public_id), form)
    given = _empty_forms(sheet.story)
    given["follow_up_forms"] |= forms.pop("follow_up_forms", {})
    return render_template(
        "stories/desk/story.html",
        **_text(sheet, shown or Shown()),
        **_what_may_be_done(sheet),
        **_what_was_said(sheet),
        **_what_is_known(sheet),
        **{**given, **forms},
    )


def _sheet(story: Story, form: RevisionForm | None) -> _Sheet:
    draft = queries.draft_of(story, my_id())
    if form is None:
        form = _revision_form(story, draft)
    form.draft.data = form.draft.data or secrets.token_hex(8)
    return _Sheet(
        story,
        draft,
        form,
        saved_words(story),
        queries.review(story, my_id()),
        staff_names(),
        clock_on_the_wall(),
    )


def _empty_forms(story: Story) -> dict[str, Any]:
    return {
        "ask_form": AskForm(formdata=None),
        "assess_form": AssessForm(formdata=None, criticality=story.criticality),
        "decline_form": DeclineForm(formdata=None),
        "hold_form": HoldForm(formdata=None),
        "note_form": NoteForm(formdata=None),
        "ready_form": ReadyForm(formdata=None, version=story.version),
        "unpublish_form": UnpublishForm(formdata=None),
        "write_form": WriteForm(formdata=None),
        "follow_up_forms": _follow_up_forms(story),
        "too_late": None,
    }


def _text(sheet: _Sheet, shown: Shown) -> dict[str, Any]:
    """The words: as they are saved, as they are typed, and what is found in them."""
    story, form, saved, typed = sheet.story, sheet.form, sheet.saved, sheet.typed
    return {
        "story": story,
        "form": form,
        "saved": saved,
        "redaction": _redaction(sheet, shown),
        "unsaved": _unsaved(story, sheet.draft, form),
        "printable_html": to_html(saved.text, Dialect.STORY),
        "note_html": to_html(saved.note, Dialect.ARTICLE),
        "typed_html": to_html(typed.text, Dialect.STORY),
        "typed_note_html": to_html(typed.note, Dialect.ARTICLE),
        "hints": list({hint.words: hint for hint in hints.hints_in(saved.text)}.values()),
        "noting": note_help(story, form, typed) if rules.may("save_revision", story.state) else None,
        "doubts": doubts(story, saved),
        "versions": _versions(story, sheet.names),
        "compared": _compared(story),
    }


def _what_may_be_done(sheet: _Sheet) -> dict[str, Any]:
    """Where the story stands, and what comes next."""
    story, seen = sheet.story, _circumstances(sheet.story, sheet.review)
    return {
        "problems": missing(sheet.review.problems),
        "offers": offers.offers(seen),
        "next_step": offers.next_step(seen),
        "seen": seen,
        "now_words": offers.NOW[seen.state],
        "undo": _undo(story),
        "unprintable": lambda words: queries.unprintable(story, words),
        "place": place_of(story.public_id) if seen.state in (State.SCHEDULED, State.PUBLISHED) else None,
        "merged_into": queries.merged_into(story),
        "rules": rules,
        "may": lambda verb: rules.may(verb, story.state),
        "may_erase": may(Permission.ERASE),
    }


def _what_was_said(sheet: _Sheet) -> dict[str, Any]:
    """What its author was asked and answered, and what was said about it."""
    story = sheet.story
    return {"signed": _sign_off(story), "thread": _thread(story, sheet.names), "wish": _open_wish(story)}


def _what_is_known(sheet: _Sheet) -> dict[str, Any]:
    """Facts, consent and record, and who and when anything was."""
    return {
        "facts": _facts(sheet),
        "consent": queries.live_consent(sheet.story),
        "levels": queries.consent_wording().levels,
        "history": history(queries.subject_of(sheet.story.public_id)),
        "names": sheet.names,
        "me": my_id(),
        "local": sheet.local,
        "day": sheet.day,
    }


def _redaction(sheet: _Sheet, shown: Shown) -> Redaction | None:
    """The redaction desk, while the story may be edited. What came as a manuscript nobody has to redact."""
    if not rules.may("save_revision", sheet.story.state) or not casting.is_redacted_here(sheet.story):
        return None
    view = shown.view or request.form.get("shown", "") or request.args.get("view", "")
    if not sheet.form.can_be_looked_through:
        view = "write"
    return redaction_of(sheet.story, sheet.typed, replace(shown, view=view), sheet.review)


@dataclass(frozen=True)
class Said:
    """A form in which somebody wrote something: its name on the page, and the field of the words."""

    name: str
    form: FlaskForm
    field: Field
    shown_as: Any = None


class _Refused(Exception):
    """What was refused has words of somebody in it, which must not be lost."""


def say(public_id: str, verb: str, said: Said, do: Callable[[], None], done: str) -> ResponseReturnValue:
    """Do what somebody wrote words for. When it is refused, the words come back: at their field, or above
    everything when the story has moved on and shows that field no more."""
    shown = {said.name: said.form if said.shown_as is None else said.shown_as}
    if not said.form.validate():
        return story_page(public_id, **shown), 422
    story_or_404(public_id)

    def without_loss() -> None:
        try:
            do()
        except StoryRefusal as refusal:
            raise _Refused(str(refusal)) from refusal

    try:
        return act(public_id, without_loss, done)
    except _Refused as refusal:
        if rules.may(verb, story_or_404(public_id).state):
            said.field.errors = [str(refusal)]
            return story_page(public_id, **shown), 422
        return story_page(public_id, too_late=(str(refusal), said.field.data or "")), 409


def saved_words(story: Story, version: int | None = None) -> Edited:
    """The words of a version; by default of the one that the desk shows."""
    shown = queries.shown_revision(story) if version is None else queries.revision(story, version)
    text = queries.text_of(story, shown)
    if shown is None:
        return Edited(story.version, "", text, "", "")
    return Edited(shown.version, shown.title, text, shown.attribution, shown.note)


# What is typed and not saved


def _revision_form(story: Story, draft: StoryDraft | None) -> RevisionForm:
    form = RevisionForm(formdata=None)
    if draft is not None and "draft" in request.args and request.method != "POST":
        typed = {name: values for name, values in draft.fields.get("typed", {}).items() if values}
        form.take_up(draft.version, MultiDict(typed))
        form.draft.data = draft.fields.get("key", "")
    else:
        form.start_from(saved_words(story))
    return form


def _unsaved(story: Story, draft: StoryDraft | None, form: RevisionForm) -> datetime | None:
    """When the person at the desk typed what they never saved; None where that is what the page shows."""
    if draft is None or draft.fields.get("key") == form.draft.data:
        return None
    return draft.typed_at if rules.may("save_revision", story.state) else None


# What may be done


def _circumstances(story: Story, review: Review) -> offers.Circumstances:
    facts, problems = review.facts, review.problems
    return offers.Circumstances(
        state=State(story.state),
        claimed=story.claimed_by_id is not None,
        on_hold=bool(story.on_hold_reason),
        has_author=story.receipt_hash is not None,
        has_address=bool(story.contributor and story.contributor.email),
        may_publish=may(Permission.PUBLISH),
        must_ask=facts.wants_preview and not facts.signed_off,
        is_askable=story.version > 0 and bool(facts.title.strip() and facts.text.strip()),
        is_complete=not problems.found,
        must_sign=problems.wait_for_a_signature,
    )


_UNDO = {
    "claim": "You claimed it.",
    "release": "It was released.",
    "start_editing": "Editing was started.",
    "mark_ready": "It was marked ready.",
    "back_to_editing": "It was taken back to editing.",
    "decline": "It was declined. A letter to its author has not left yet.",
    "merge": "It was merged into another story. A letter to its author has not left yet.",
    "shelve_as_spam": "It was put on the spam shelf.",
}


@dataclass(frozen=True)
class _Undo:
    words: str
    until: datetime


def _undo(story: Story) -> _Undo | None:
    """The last step, while it can still be taken back."""
    kept = story.undo
    until = datetime.fromisoformat(kept["until"]) if kept else datetime.min.replace(tzinfo=UTC)
    if kept is None or clock.now() > until:
        return None
    return _Undo(_UNDO.get(kept["verb"], "Something was done."), until)


# Sign-off and conversation


@dataclass(frozen=True)
class _SignOff:
    """What the author was asked and said, and how far that is from the newest words."""

    requests: tuple[ApprovalRequest, ...]
    open: ApprovalRequest | None
    agreed: ApprovalRequest | None
    covers_newest: bool
    since: tuple[tuple[Change, ...], ...]


def _sign_off(story: Story) -> _SignOff | None:
    if not story.approvals:
        return None
    given = [one for one in story.approvals if one.verdict not in ("", "superseded")]
    agreed = given[-1] if given and given[-1].verdict == "approved" else None
    covers = queries.is_signed_off(story)
    since: tuple[tuple[Change, ...], ...] = ()
    if agreed is not None and not covers:
        since = _difference(_as_agreed(saved_words(story, agreed.version)), _as_agreed(_newest_words(story)))
    return _SignOff(tuple(story.approvals), queries.open_approval(story), agreed, covers, since)


def _newest_words(story: Story) -> Edited:
    return saved_words(story, story.version)


def _as_agreed(words: Edited) -> str:
    """What an author agrees to, as one text: the note is the desk's own."""
    return "\n\n".join(part for part in (words.title, words.text, words.attribution) if part)


@dataclass(frozen=True)
class _Message:
    kind: str
    whose: str
    who: str
    words: str
    at: datetime


_SAID = {
    "question": "asked its author",
    "message": "wrote to its author",
    "note": "noted",
    "answer": "Its author wrote",
    "change": "Its author asked for a change",
}
_WHOSE = {"question": "us", "message": "us", "note": "note", "answer": "author", "change": "author"}


def _thread(story: Story, names: dict[int, str]) -> list[_Message]:
    return [_message(one, names) for one in story.messages]


def _message(one: StoryMessage, names: dict[int, str]) -> _Message:
    said = _SAID[one.kind]
    who = said if _WHOSE[one.kind] == "author" else f"{names.get(one.staff_id or 0, 'A colleague')} {said}"
    return _Message(one.kind, _WHOSE[one.kind], who, one.body, one.at)


def _open_wish(story: Story) -> StoryMessage | None:
    """The change that the author wished for, while the story is in editing because of it."""
    wishes = [one for one in story.messages if one.kind == "change"]
    answered = [one for one in story.approvals if one.verdict != "superseded"]
    is_open = story.state == State.EDITING and answered and answered[-1].verdict == "change"
    return wishes[-1] if wishes and is_open else None


def _follow_up_forms(story: Story) -> dict[int, PrintFollowUpForm]:
    return {
        one.id: PrintFollowUpForm(formdata=None, prefix=f"told{one.id}-", text=one.printed or one.body)
        for one in story.follow_ups
        if one.state in ("received", "asked")
    }


# Versions


@dataclass(frozen=True)
class _Version:
    """A line of the list of versions, and what it is called in a comparison."""

    name: str
    label: str
    who: str
    at: datetime
    marks: tuple[str, ...]
    number: int = 0


def _versions(story: Story, names: dict[int, str]) -> list[_Version]:
    """The original first, the newest last."""
    first = _Version("original", "The original", "its author", story.submitted_at, ())
    if story.source == "manuscript":
        first = _Version("original", "The original", "a manuscript", story.submitted_at, ())
    return [first, *(_version(story, row, names) for row in story.revisions)]


def _version(story: Story, row: StoryRevision, names: dict[int, str]) -> _Version:
    agreed = {one.version for one in story.approvals if one.verdict == "approved"}
    facts = {
        "its author agreed": row.version in agreed,
        "printed": row.version == story.published_version,
        "newest": row.version == story.version,
    }
    who = names.get(row.created_by_id or 0, "nobody at the desk")
    marks = tuple(word for word, holds in facts.items() if holds)
    return _Version(str(row.version), f"Version {row.version}", who, row.created_at, marks, row.version)


@dataclass(frozen=True)
class _Comparison:
    """Two versions against each other: the parts that differ, or none."""

    earlier: str
    later: str
    parts: tuple[tuple[str, tuple[tuple[Change, ...], ...]], ...]


_PARTS = (("title", "Title"), ("text", "Text"), ("attribution", "Attribution"), ("note", "Editor’s note"))


def _compared(story: Story) -> _Comparison:
    """The two that the address names; else the original and what the page shows."""
    shown = queries.shown_revision(story)
    earlier = _named(story, request.args.get("from", ""), "original")
    later = _named(story, request.args.get("to", ""), str(shown.version) if shown else "original")
    old, new = (_words_of(story, name) for name in (earlier, later))
    # The original has a text and nothing else, so nothing else can have been changed in it.
    parts = _PARTS[1:2] if "original" in (earlier, later) else _PARTS
    found = ((words, getattr(old, part), getattr(new, part)) for part, words in parts)
    return _Comparison(
        earlier, later, tuple((words, _difference(was, now)) for words, was, now in found if was != now)
    )


def _named(story: Story, asked: str, otherwise: str) -> str:
    agreed = [one.version for one in story.approvals if one.verdict == "approved"]
    aliases = {
        "approved": str(agreed[-1]) if agreed else "",
        "published": str(story.published_version or ""),
        "newest": str(story.version or ""),
    }
    name = aliases.get(asked, asked)
    known = {"original", *(str(row.version) for row in story.revisions)}
    return name if name in known else otherwise


def _words_of(story: Story, name: str) -> Edited:
    if name == "original":
        return Edited(0, "", story.original.body, "", "")
    return saved_words(story, int(name))


def _difference(was: str, now: str) -> tuple[tuple[Change, ...], ...]:
    return redaction.in_paragraphs(redaction.difference(was, now))


# Facts


def _facts(sheet: _Sheet) -> list[tuple[str, str]]:
    story = sheet.story
    return [
        ("Told", sheet.day(story.submitted_at)),
        ("Came by", _SOURCES.get(story.source, story.source)),
        ("Company", story.company),
        ("Channel", rules.CHANNELS.get(story.channel, "")),
        ("When", story.when_words),
        ("It led to", rules.OUTCOMES.get(story.outcome, "")),
        ("The filter says", story.suspicion),
        ("Closed because", story.closed_reason),
        ("Printed", sheet.day(story.published_at)),
        ("Words destroyed", sheet.day(story.purged_at)),
    ]
