"""What somebody may do who has opened a story's status: answer, agree or not, write, allow, take back.

Every act is a form of its own, sent below the page's address, and leads back to the page with a sentence.
An address that is too old asks for the four words again and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from newsroom.platform import tokens
from newsroom.platform.db import unit_of_work
from newsroom.platform.web import limiter, open_form
from newsroom.publication.queries import publication
from newsroom.stories import forms, links, queries, service
from newsroom.stories.models import Story
from newsroom.stories.pages.blueprint import bp, for_one_reader
from newsroom.stories.pages.page import Typed, status_page
from newsroom.stories.pages.words import asked_again
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service.consenting import still_covers
from newsroom.stories.status import ERASE, actions, highest_level

_MOVED_ON = (
    "Something has happened to your story since you opened this page, so nothing was done. "
    "This is how it stands now."
)
_INVALID, _CONFLICT = 422, 409

acts = limiter.shared_limit(
    "120 per hour", scope="what authors do", exempt_when=lambda: request.method != "POST"
)

Door = Callable[[Story], ResponseReturnValue]


def _opened(door: Door) -> Callable[[str], ResponseReturnValue]:
    """Give a door the story that its address opens, for an hour after the words were given."""

    @wraps(door)
    def opened(token: str) -> ResponseReturnValue:
        try:
            story = queries.story(links.read_status_token(token))
        except tokens.TokenError:
            return asked_again()
        return asked_again() if story is None else door(story)

    return opened


def _token() -> str:
    """What opened this page. It is handed on as it is: an hour after the words were given it is over, however
    much the page was used meanwhile."""
    return str((request.view_args or {})["token"])


@bp.get("/status/page/<token>", endpoint="status_page")
@_opened
def status_page_of(story: Story) -> ResponseReturnValue:
    """The page itself. It can be loaded again, and gone back to."""
    asked = request.args
    return for_one_reader(
        status_page(story, _token(), done=asked.get("done", ""), view=asked.get("view", ""))
    )


@bp.post("/status/page/<token>/answer")
@acts
@open_form
@_opened
def answer(story: Story) -> ResponseReturnValue:
    """Answer the desk's question."""
    form = forms.AnswerForm(formdata=request.form)
    return _act(story, "answer", form, lambda: service.answer(story.public_id, form.answer.data), "answered")


@bp.post("/status/page/<token>/message")
@acts
@open_form
@_opened
def message(story: Story) -> ResponseReturnValue:
    """Write to the desk."""
    form = forms.MessageForm(formdata=request.form)
    return _act(story, "message", form, lambda: service.write(story.public_id, form.message.data), "sent")


@bp.post("/status/page/<token>/approve")
@acts
@open_form
@_opened
def approve(story: Story) -> ResponseReturnValue:
    """Agree to exactly the version that was shown."""
    form = forms.ApproveForm(formdata=request.form)
    version = form.version.data or 0
    return _act(story, "approve", form, lambda: service.approve(story.public_id, version=version), "approved")


@bp.post("/status/page/<token>/change")
@acts
@open_form
@_opened
def change(story: Story) -> ResponseReturnValue:
    """Ask for a change of the edited version."""
    form = forms.ChangeForm(formdata=request.form)
    return _act(
        story, "change", form, lambda: service.request_change(story.public_id, form.change.data), "change"
    )


@bp.post("/status/page/<token>/refuse")
@acts
@open_form
@_opened
def refuse(story: Story) -> ResponseReturnValue:
    """Do not agree to be printed."""
    form = forms.RefuseForm(formdata=request.form)
    return _act(
        story, "refuse", form, lambda: service.refuse(story.public_id, form.why.data or ""), "refused"
    )


@bp.post("/status/page/<token>/wake")
@acts
@open_form
@_opened
def wake(story: Story) -> ResponseReturnValue:
    """Take up again what was closed for want of an answer."""
    form = forms.StatusForm(formdata=request.form)
    return _act(story, "wake", form, lambda: service.wake(story.public_id), "awake")


@bp.post("/status/page/<token>/follow-up")
@acts
@open_form
@_opened
def follow_up(story: Story) -> ResponseReturnValue:
    """Tell what happened next."""
    form = forms.FollowUpForm(formdata=request.form)
    return _act(
        story,
        "follow-up",
        form,
        lambda: service.follow_up(story.public_id, form.follow_up.data),
        "follow-up",
    )


@bp.post("/status/page/<token>/follow-up-yes")
@acts
@open_form
@_opened
def agree_follow_up(story: Story) -> ResponseReturnValue:
    """Agree to what happened next in exactly the words that were shown."""
    form = forms.FollowUpYesForm(formdata=request.form)
    told, words = form.told.data or 0, form.words.data or ""
    return _act(
        story,
        "follow-up-yes",
        form,
        lambda: service.agree_follow_up(story.public_id, told, words=words),
        "follow-up-yes",
    )


@bp.post("/status/page/<token>/follow-up-no")
@acts
@open_form
@_opened
def refuse_follow_up(story: Story) -> ResponseReturnValue:
    """Do not have it printed as it is shown."""
    form = forms.FollowUpNoForm(formdata=request.form)
    told = form.told.data or 0
    return _act(
        story,
        "follow-up-no",
        form,
        lambda: service.refuse_follow_up(story.public_id, told),
        "follow-up-no",
    )


@bp.post("/status/page/<token>/introduce")
@acts
@open_form
@_opened
def introduce(story: Story) -> ResponseReturnValue:
    """Add a name, a town or an address that were not given before."""
    form = forms.IntroduceForm(formdata=request.form)
    return _act(
        story,
        "introduce",
        form,
        lambda: service.introduce(
            story.public_id,
            name=form.name.data or "",
            town=form.town.data or "",
            email=form.email.data or "",
        ),
        "introduce",
    )


@bp.post("/status/page/<token>/consent")
@acts
@open_form
@_opened
def consent(story: Story) -> ResponseReturnValue:
    """Allow more or less; what takes a story in print off the web asks once more."""
    form = forms.AllowForm(queries.consent_wording(), highest=highest_level(story), formdata=request.form)
    if form.validate() and "confirm" not in request.form and _takes_down(story, int(form.level.data)):
        return for_one_reader(_sure(story, form))
    return _act(
        story,
        "consent",
        form,
        lambda: service.change_consent(
            story.public_id, int(form.level.data), wants_preview=form.preview.data == "yes"
        ),
        "consent",
    )


def _takes_down(story: Story, level: int) -> bool:
    live = queries.live_consent(story)
    return story.state == State.PUBLISHED and not still_covers(story, level, live.level if live else None)


def _sure(story: Story, form: forms.AllowForm) -> str:
    return render_template(
        "stories/narrow.html",
        form=form,
        token=_token(),
        level=queries.consent_wording().levels[int(form.level.data)],
    )


@bp.post("/status/page/<token>/withdraw")
@acts
@open_form
@_opened
def withdraw(story: Story) -> ResponseReturnValue:
    """Take a story back: first a page that says what will be lost, then, with `confirm`, it is done."""
    form = forms.StatusForm(formdata=request.form)
    if "confirm" not in request.form and "withdraw" in actions(story):
        page = render_template(
            "stories/withdraw.html",
            form=form,
            token=_token(),
            was_published=story.state == State.PUBLISHED,
            kept_days=publication().unprinted_retention_days,
        )
        return for_one_reader(page)
    return _act(story, "withdraw", form, lambda: service.withdraw(story.public_id), "withdrawn")


@bp.post("/status/page/<token>/erase")
@acts
@open_form
@_opened
def erase(story: Story) -> ResponseReturnValue:
    """Destroy everything about it now: a page that says what goes and what stays, and, ticked, it is done."""
    form = forms.EraseNowForm(formdata=request.form if "confirm" in request.form else None)
    if ERASE in actions(story) and ("confirm" not in request.form or not form.validate()):
        page = render_template(
            "stories/erase.html",
            form=form,
            token=_token(),
            is_withdrawn=story.state == State.WITHDRAWN,
            was_published=story.state == State.PUBLISHED,
        )
        return for_one_reader(page, _INVALID if form.errors else 200)
    return _act(story, ERASE, form, lambda: service.erase(story.public_id), "erased")


def _act(
    story: Story, action: str, form: FlaskForm, verb: Callable[[], None], done: str
) -> ResponseReturnValue:
    """Do it and go back to the page, or show the page with what is wrong."""
    if not form.validate():
        return for_one_reader(status_page(story, _token(), wrong=(action, form)), _INVALID)
    try:
        with unit_of_work():
            verb()
    except StoryRefusal as refusal:
        now = queries.story(story.public_id) or story
        problem = str(refusal) if action in actions(now) else _MOVED_ON
        return for_one_reader(status_page(now, _token(), problem=problem, typed=Typed.sent()), _CONFLICT)
    return redirect(url_for(".status_page", token=_token(), done=done, _anchor="done"), 303)
