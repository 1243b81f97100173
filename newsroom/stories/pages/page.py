"""The page behind the four words, as it is set: one story, its forms, and what was typed in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Request, render_template, request
from flask_wtf import FlaskForm

from newsroom.platform.markup import Dialect, parse_note, to_html
from newsroom.publication.queries import publication
from newsroom.stories import forms, queries, rules
from newsroom.stories.consent import Wording
from newsroom.stories.models import Story
from newsroom.stories.pages.blueprint import day
from newsroom.stories.rules import State
from newsroom.stories.status import Status, status_of

VIEWS = {"both": "Beside yours", "changes": "Changes marked", "printed": "By itself"}
"""The ways to look at an edited version."""

DONE = {
    "answered": "Thank you. Your answer is with us, and an editor reads on.",
    "sent": "Your message is with us.",
    "approved": "Thank you. You agreed to exactly this version, and to no other.",
    "change": "Your wish is with us. You will see the text again before any of it is printed.",
    "refused": "Understood. Nothing of your story will be printed.",
    "introduce": "It is written down. A new address gets one letter, unless it has had several today.",
    "consent": "It is written down: this is what we may do from now on.",
    "awake": "Your story is awake again. Take your time; nothing is printed before you say yes.",
    "follow-up": "Thank you for telling us. An editor reads it before anybody else does.",
    "follow-up-yes": "Thank you. It stands below your story from now on.",
    "follow-up-no": "Understood. It is not printed.",
    "erased": "Everything about your story is destroyed. Thank you for having told us.",
    "withdrawn": "Your story is withdrawn. Thank you for having told us.",
}
"""What has just been done, by the code that an address may carry; never words from the address itself."""

SINCE = "That has arrived, but something has happened to your story since. This is how it stands now."
"""Instead of what was done, when it is no longer true: a form was sent again, or a page was gone back to."""

_TRUE_IN = {
    "answered": frozenset({State.TRIAGE, State.EDITING}),
    "approved": frozenset({State.APPROVED, State.READY, State.SCHEDULED, State.PUBLISHED}),
    "change": frozenset({State.EDITING}),
    "refused": frozenset({State.DECLINED}),
    "awake": frozenset({State.AWAITING_APPROVAL}),
    "follow-up": frozenset({State.PUBLISHED}),
    "follow-up-yes": frozenset({State.PUBLISHED}),
    "erased": frozenset({State.WITHDRAWN}),
    "withdrawn": frozenset({State.WITHDRAWN}),
}
"""The states in which the sentence is true; what is not named here was written down and stays so."""

_TYPED = {
    "answer": "answer",
    "message": "message",
    "change": "change",
    "why": "refuse",
    "follow_up": "follow-up",
    "name": "introduce",
    "town": "introduce",
    "email": "introduce",
}
"""The boxes of the page, by the name of the field, and the form that each belongs to."""

_CHOSEN = ("level", "preview")
_MOST_TYPED = 100_000


@dataclass(frozen=True)
class Typed:
    """What somebody typed or chose on a page that had been open for too long."""

    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def sent(cls, sent: Request = request) -> Typed:
        """What this request carries, cut where nobody types that much."""
        found = ((name, sent.form.get(name, "")[:_MOST_TYPED]) for name in (*_TYPED, *_CHOSEN))
        return cls(tuple((name, value) for name, value in found if value.strip()))

    def __bool__(self) -> bool:
        return bool(self.fields)

    def of(self, action: str) -> dict[str, str]:
        """What belongs into the form of that action."""
        named = {name for name, of in _TYPED.items() if of == action}
        named.update(_CHOSEN if action == "consent" else ())
        return {name: value for name, value in self.fields if name in named}

    def without_a_box(self, actions: frozenset[str]) -> list[str]:
        """What was typed for something that can no longer be done here: shown, so that it is not lost."""
        return [value for name, value in self.fields if name in _TYPED and _TYPED[name] not in actions]


def status_page(
    story: Story,
    token: str,
    *,
    wrong: tuple[str, FlaskForm] | None = None,
    problem: str = "",
    done: str = "",
    view: str = "",
    typed: Typed | None = None,
) -> str:
    """The page of a story.

    `token` opened it, and stands in its addresses as it is, so that using the page makes it last no longer.
    `wrong` is an action and its form with what is wrong in it, `problem` why nothing was done.
    """
    status = status_of(story)
    wording = queries.consent_wording()
    typed = typed or Typed()
    edited = status.edited
    is_true = status.state in _TRUE_IN.get(done, State)
    return render_template(
        "stories/status.html",
        status=status,
        token=token,
        forms={**_forms(status, wording, typed), **(dict([wrong]) if wrong else {})},
        wrong=wrong[1] if wrong else None,
        problem=problem,
        done=DONE.get(done, "") if is_true else "",
        since=SINCE if done in DONE and not is_true else "",
        unplaced=typed.without_a_box(status.actions),
        typed=typed,
        level=wording.levels[status.level] if status.level is not None else None,
        sentences={str(level.number): level.sentence for level in wording.levels},
        views=VIEWS,
        view=view if view in VIEWS else "both",
        body=to_html(edited.body, Dialect.STORY) if edited else "",
        note=_note(edited.note) if edited and edited.note else None,
        told_html={told.id: to_html(told.printed, Dialect.STORY) for told in status.asked_next},
        destroyed_on=_destroyed_on(status),
        kept_days=publication().unprinted_retention_days,
        day=day,
    )


def _destroyed_on(status: Status) -> str:
    """The day from which the words of a closed story are destroyed by themselves; empty while nothing is."""
    if status.is_destroyed or status.state not in rules.KEPT_UNPRINTED:
        return ""
    return day(status.since + timedelta(days=publication().unprinted_retention_days))


def _note(source: str) -> dict[str, Any]:
    """The Editor's note in its parts, as it is set in print."""
    note = parse_note(source)
    return {
        "opening": to_html(note.opening, Dialect.ARTICLE),
        "takeaways": [
            {"behaviour": one.label, "reason": to_html(one.text, Dialect.ARTICLE)} for one in note.takeaways
        ],
        "closing": to_html(note.closing, Dialect.ARTICLE),
        "call": to_html(note.call.text, Dialect.ARTICLE),
        "button": (note.call.button, note.call.link),
    }


def _forms(status: Status, wording: Wording, typed: Typed) -> dict[str, FlaskForm]:
    """The forms that the page offers, by the last part of their address."""
    made: dict[str, FlaskForm] = {}
    for action in status.actions:
        given = typed.of(action)
        if action == "consent":
            made[action] = _allow_form(status, wording, given)
        elif action == "approve":
            made[action] = forms.ApproveForm(
                formdata=None, version=status.edited.version if status.edited else 0
            )
        else:
            made[action] = _BOXES.get(action, forms.StatusForm)(formdata=None, data=given)
    return made


_BOXES: dict[str, type[forms.StatusForm]] = {
    "answer": forms.AnswerForm,
    "message": forms.MessageForm,
    "change": forms.ChangeForm,
    "refuse": forms.RefuseForm,
    "follow-up": forms.FollowUpForm,
    "introduce": forms.IntroduceForm,
    "follow-up-yes": forms.FollowUpYesForm,
    "follow-up-no": forms.FollowUpNoForm,
}


def _allow_form(status: Status, wording: Wording, chosen: dict[str, str]) -> forms.AllowForm:
    """With the present answer in it, or with what was chosen before."""
    present: dict[str, Any] = {
        "level": str(status.level) if status.level is not None else None,
        "preview": "yes" if status.wants_preview else "no",
    }
    return forms.AllowForm(wording, highest=status.highest_level, formdata=None, data={**present, **chosen})
