"""Opening a story's status: by its four words, or by a letter's link and, the first time, the words as well.

Both lead to an address that is good for an hour. Wrong words all get the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.platform import tokens
from newsroom.platform.db import unit_of_work
from newsroom.platform.settings import current
from newsroom.platform.web import cacheable, limiter, open_form
from newsroom.stories import links, queries, receipts, service
from newsroom.stories.forms import ReceiptForm
from newsroom.stories.links import LetterLink
from newsroom.stories.models import Story
from newsroom.stories.pages.blueprint import bp, for_one_reader
from newsroom.stories.pages.guessing import WRONG, guessed
from newsroom.stories.pages.page import Typed, status_page
from newsroom.stories.rules import State

_UNKNOWN = "These four words open no story. Look at each once more: all are plain English words."
_OTHER = "These four words do not open this story. Look at each once more: all are plain English words."
_CLOSED = "The page of a story closes an hour after it was opened, and that hour is over. "
_AGAIN = "Write your four words again, or open the link in our letter again."
_AGAIN_KEPT = "Nothing was sent. Write your four words again, here: what you typed is kept."


def _refused(problem: str) -> Response:
    """Nobody may try from there now; what was typed on a page that had closed is carried along."""
    return for_one_reader(_words_page(kept=Typed.sent().fields, problem=problem), 429)


@bp.route("/status", methods=["GET", "POST"])
@limiter.limit("300/hour", methods=["POST"])
@guessed(_refused, by_everybody=True)
@open_form
def status() -> ResponseReturnValue:
    """Where a story stands, for whoever knows its four words."""
    if request.method != "POST":
        return cacheable(_words_page())
    form = ReceiptForm(formdata=request.form)
    typed = Typed.sent()
    if form.validate():
        story = _story_of(form.receipt.data or "")
        if story is not None and typed:
            # What was typed is longer than an address may be, and private: it is shown again at once.
            return for_one_reader(status_page(story, links.status_token(story.public_id), typed=typed))
        if story is not None:
            return redirect(url_for(".status_page", token=links.status_token(story.public_id)), 303)
        form.receipt.errors = [_UNKNOWN]
    return for_one_reader(_words_page(form, typed.fields), WRONG)


@bp.route("/status/letter/<token>", methods=["GET", "POST"])
@limiter.limit("300/hour", methods=["POST"])
@guessed(_refused)
@open_form
def status_by_letter(token: str) -> ResponseReturnValue:
    """The link of a letter. It asks for the four words once, because anybody may have typed that address.

    Opening it changes nothing: mail scanners follow every link.
    """
    try:
        link = links.read_letter_link(token)
    except tokens.TokenError:
        return for_one_reader(_dead_link("old"), 410)
    story = queries.story(link.public_id)
    why = _dead(story, link)
    if story is None or why:
        return for_one_reader(_dead_link(why), 410)
    form = ReceiptForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        address = story.contributor.email if story.contributor else ""
        opened = _story_of(form.receipt.data or "")
        if opened is not None and opened.public_id == story.public_id:
            with unit_of_work():
                service.confirm_address(story.public_id, address)
            return redirect(url_for(".status_page", token=links.status_token(story.public_id)), 303)
        form.receipt.errors = [_OTHER]
    elif request.method != "POST" and story.contributor and story.contributor.email_confirmed_at:
        return redirect(url_for(".status_page", token=links.status_token(story.public_id)))
    page = render_template("stories/status_letter.html", form=form, token=token)
    return for_one_reader(page, WRONG if form.errors else 200)


def _dead(story: Story | None, link: LetterLink) -> str:
    """Why the link of a letter opens nothing any more; empty when it does."""
    if story is None or story.purged_at is not None:
        return "destroyed"
    if story.state == State.WITHDRAWN:
        return "withdrawn"
    return "" if link.is_for(story.contributor) else "address"


def _dead_link(why: str) -> str:
    return render_template("stories/status_dead_link.html", why=why)


def _story_of(code: str) -> Story | None:
    receipt_hash = receipts.fingerprint(code, current().secret_key)
    return queries.story_by_receipt(receipt_hash) if receipt_hash else None


def asked_again() -> Response:
    """An address of a status page that is too old, or was never ours: the words are asked for once more.

    What was typed there is carried along, and stands in its box again after the words are given.
    """
    typed = Typed.sent()
    problem = _CLOSED + (_AGAIN_KEPT if typed else _AGAIN)
    return for_one_reader(
        _words_page(problem=problem, kept=typed.fields), WRONG if request.method == "POST" else 410
    )


def _words_page(
    form: ReceiptForm | None = None, kept: Iterable[tuple[str, str]] = (), *, problem: str = ""
) -> str:
    form = form or ReceiptForm(formdata=None)
    if problem:
        form.receipt.errors = [problem]
    return render_template("stories/status_ask.html", form=form, kept=tuple(kept))
