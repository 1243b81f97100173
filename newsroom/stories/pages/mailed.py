"""Consenting to a story that came by mail, or having it forgotten: the page behind the letter's link.

It is the ordinary form, filled with what the mail said. Mail scanners follow every link, so looking at it
changes nothing.
"""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.platform import tokens
from newsroom.platform.db import unit_of_work
from newsroom.platform.web import limiter, open_form
from newsroom.stories import links, queries, rules, service
from newsroom.stories.consent import Wording
from newsroom.stories.forms import ShareForm
from newsroom.stories.models import MailedStory
from newsroom.stories.pages.blueprint import bp, day, for_one_reader
from newsroom.stories.pages.share import check_page, share_page, suspicion_of, to_receipt
from newsroom.stories.rules import StoryRefusal

_CAME_TO = {
    "consented": ("Your story is with us", "You have read this message, given your consent and sent it."),
    "refused": ("We have forgotten your message", "Its words, your name and your address are destroyed."),
    "expired": (
        "This link is too old",
        f"Nobody used it within {rules.MAILED_LIFE.days} days, so we destroyed the words of that message.",
    ),
    "": (
        "This link does not work",
        "Perhaps a part of it was lost on the way: open it from the letter again.",
    ),
}


@bp.route("/share/mail/<token>", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"])
@open_form
def mailed(token: str) -> ResponseReturnValue:
    """The form with the mail's words, the check page, and with `confirm` it is ours; or it is forgotten."""
    draft, state = _draft_of(token)
    if draft is None or state != "waiting":
        return _gone(state)
    wording = queries.consent_wording()
    if request.method != "POST":
        return for_one_reader(_page(_filled(draft, wording), wording, draft, token))
    if "forget" in request.form:
        return _forget(draft.id, token)
    form = ShareForm(wording, formdata=request.form)
    if "edit" in request.form or not form.validate():
        return for_one_reader(_page(form, wording, draft, token), 422 if form.errors else 200)
    if "confirm" not in request.form:
        return for_one_reader(check_page(form, wording, url_for(".mailed", token=token)))
    try:
        with unit_of_work():
            received = service.consent_to_mailed(draft.id, form.value(), suspicion=suspicion_of(form))
    except StoryRefusal:
        return redirect(url_for(".mailed", token=token), 303)
    return to_receipt(received.receipt_seed)


def _forget(number: int, token: str) -> ResponseReturnValue:
    try:
        with unit_of_work():
            service.forget_mailed(number)
    except StoryRefusal:
        pass
    return redirect(url_for(".mailed", token=token), 303)


def _draft_of(token: str) -> tuple[MailedStory | None, str]:
    """The draft that a link is for, and what has become of it; an empty state for a link that is not ours."""
    try:
        number, message_hash = links.read_mailed_token(token)
    except tokens.TokenExpired:
        return None, "expired"
    except tokens.TokenError:
        return None, ""
    draft = queries.mailed_story(number)
    if draft is None or not draft.message_hash.startswith(message_hash):
        return None, ""
    return draft, draft.state


def _filled(draft: MailedStory, wording: Wording) -> ShareForm:
    told = {"story": draft.body, "name": draft.name, "email": draft.email, "consent": "2"}
    form = ShareForm(wording, formdata=None, data=told)
    problem = rules.length_problem(draft.body)
    if problem:
        form.story.errors = [problem]
    return form


def _page(form: ShareForm, wording: Wording, draft: MailedStory, token: str) -> str:
    return share_page(
        form,
        wording,
        "stories/mailed.html",
        draft=draft,
        came_on=day(draft.received_at),
        action=url_for(".mailed", token=token),
    )


def _gone(state: str) -> Response:
    title, sentence = _CAME_TO[state]
    page = render_template("stories/mailed_gone.html", state=state, title=title, sentence=sentence)
    return for_one_reader(page, 200 if state in ("consented", "refused") else 410)
