"""Telling a story: the form, the check page, the receipt."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from newsroom.platform import links, tokens
from newsroom.platform.db import unit_of_work
from newsroom.platform.markup import Dialect, to_html
from newsroom.platform.settings import current
from newsroom.platform.text import problems_in, word_count
from newsroom.platform.web import cacheable, limiter, open_form
from newsroom.stories import hints, queries, receipts, rules, service
from newsroom.stories import submission as submissions
from newsroom.stories.consent import DECLARATION, Wording
from newsroom.stories.forms import ShareForm
from newsroom.stories.pages.blueprint import bp, for_one_reader

_RECEIPT = "story-receipt"
# Long enough to write four words down, short enough for a browser's history on a shared machine.
_RECEIPT_LIFE = timedelta(hours=1)


@bp.route("/share", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"])
@open_form
def share() -> ResponseReturnValue:
    """Tell a story: the form, the check page, and with `confirm` it is ours and the receipt follows."""
    wording = queries.consent_wording()
    if request.method != "POST":
        form = ShareForm(wording, data={"verdict": request.args.get("verdict"), "consent": "2"})
        return cacheable(share_page(form, wording))
    # These forms carry no files: what is uploaded in place of a field is not looked at.
    form = ShareForm(wording, formdata=request.form)
    if "edit" in request.form or not form.validate():
        return for_one_reader(share_page(form, wording), 422 if form.errors else 200)
    if "confirm" not in request.form:
        return for_one_reader(check_page(form, wording))
    sent = form.value()
    with unit_of_work():
        received = service.submit(sent, suspicion=suspicion_of(form))
    return to_receipt(received.receipt_seed)


def suspicion_of(form: ShareForm) -> str:
    """Why a valid form looks like a robot's; empty when it does not."""
    return submissions.suspicion(form.value(), trapped=form.trapped, too_fast=form.too_fast)


def to_receipt(seed: str) -> AnyResponse:
    """On to the four words."""
    return redirect(url_for(".receipt", token=tokens.make(_RECEIPT, seed)), 303)


def share_page(
    form: ShareForm, wording: Wording, template: str = "stories/share.html", **more: object
) -> str:
    """The form, in `template`, which is told `more`."""
    return render_template(
        template,
        form=form,
        wording=wording,
        sentences={str(level.number): level.sentence for level in wording.levels},
        terms=to_html(wording.terms, Dialect.ARTICLE),
        declaration=DECLARATION,
        **more,
    )


def check_page(form: ShareForm, wording: Wording, action: str = "") -> str:
    """Everything once more as it will be kept; its buttons lead to `action`, or to the ordinary form."""
    sent = form.value()
    typed = request.form.get("story", "")
    level = wording.levels[sent.level]
    preview = "We show it to you before we print it." if sent.wants_preview else "No need to see it."
    return render_template(
        "stories/check.html",
        action=action,
        form=form,
        sent=sent,
        paragraphs=[paragraph.split("\n") for paragraph in re.split(r"\n{2,}", sent.story)],
        facts=[
            ("Company", sent.company),
            ("How you met", rules.CHANNELS.get(sent.channel, "")),
            ("When", sent.when_words),
            ("It led to", rules.OUTCOMES.get(sent.outcome, "")),
            ("You allow", f"{level.label}. {level.sentence}"),
            ("Edited version", preview),
            ("Your name", sent.name),
            ("Your town", sent.town),
            ("Your e-mail address", sent.email),
        ],
        kept=[(field.name, field.data) for field in form if field.data],
        declaration=DECLARATION,
        word_count=word_count(sent.story),
        cleaned=problems_in(typed),
        hints=list({hint.words: hint for hint in hints.hints_in(sent.story)}.values()),
    )


@bp.get("/share/receipt/<token>")
def receipt(token: str) -> Response:
    """The four words, for an hour; the same ones for a form that was sent twice."""
    try:
        seed = tokens.read(_RECEIPT, token, max_age=_RECEIPT_LIFE)
    except tokens.TokenError:
        return for_one_reader(render_template("stories/receipt_gone.html"), 410)
    code = receipts.words(seed, current().secret_key)
    address = links.absolute("stories.status").partition("://")[2]
    return for_one_reader(render_template("stories/receipt.html", code=code, status_address=address))
