"""The doors for readers: signing up, confirming, leaving, and everything about one's own subscription.

No page here reads a session or sets a cookie. A link from a letter shows a page and changes nothing until
its button is pressed, because mail scanners follow every link. Nothing tells a stranger whether an address is
known.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from newsroom.platform import addresses
from newsroom.platform.db import unit_of_work
from newsroom.platform.tokens import TokenExpired, TokenForged
from newsroom.platform.web import cacheable, limiter, open_form
from newsroom.platform.web.csrf import csrf
from newsroom.publication.queries import publication
from newsroom.publication.rules import cadence_words
from newsroom.subscribers import links, queries, rules, service
from newsroom.subscribers.forms import (
    FORMAT_HINTS,
    AskForLinkForm,
    EraseForm,
    NewAddressForm,
    OwnPreferencesForm,
    PreferencesForm,
    SignUpForm,
)
from newsroom.subscribers.links import Holder
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.service import AddressTaken, LinkVoid, TooManyLetters

bp = Blueprint("subscribers", __name__)

_INVALID = 422


# Counted whatever comes of it: a limit that only letters to known addresses use up would tell who is known.
asking = limiter.shared_limit(
    f"{rules.LETTERS_A_DAY_FROM_ONE_VISITOR} per day",
    scope="asking for a letter",
    exempt_when=lambda: request.method != "POST",
)


@bp.after_request
def _keep_links_private(response: Response) -> Response:
    """A page behind a link from a letter is its holder's alone."""
    if request.view_args and "token" in request.view_args:
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


# Signing up


@bp.route("/subscribe", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
@asking
@open_form
def subscribe() -> ResponseReturnValue:
    """The form, and the same answer whoever's address was typed."""
    form = SignUpForm()
    wording = rules.consent_wording(publication().name)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                service.sign_up(form.value(wording, request.remote_addr or ""))
        except TooManyLetters as problem:
            form.form_errors.append(str(problem))
            return _sign_up_page(form, wording), 429
        return redirect(url_for(".asked"), 303)
    if form.errors:
        return _sign_up_page(form, wording), _INVALID
    form.source.data = rules.source(request.args.get("from", ""))
    return cacheable(_sign_up_page(form, wording))


@bp.get("/subscribe/sent")
def asked() -> Response:
    """What happens next."""
    return cacheable(render_template("subscribers/asked.html", days=rules.CONFIRM_WITHIN.days))


@bp.get("/subscribe/confirmed")
def confirmed() -> Response:
    """Welcome."""
    return cacheable(render_template("subscribers/confirmed.html"))


@bp.route("/subscribe/confirm/<token>", methods=["GET", "POST"])
@csrf.exempt
def confirm(token: str) -> ResponseReturnValue:
    """A button for whoever reads the mailbox; pressing it confirms."""
    holder = links.read_confirm(token)
    if request.method == "POST":
        with unit_of_work():
            service.confirm(holder, request.remote_addr or "")
        return redirect(url_for(".confirmed"), 303)
    subscriber = _holder_of(holder)
    if subscriber.state not in (rules.State.PENDING, rules.State.CONFIRMED):
        raise LinkVoid
    if subscriber.state == rules.State.CONFIRMED:
        return redirect(url_for(".confirmed"), 303)
    return render_template("subscribers/confirm.html", email=subscriber.email)


# Leaving


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt
def unsubscribe(token: str) -> ResponseReturnValue:
    """A page with one button; pressing it leaves. A mail program's own POST (RFC 8058) comes here too.

    It is answered with 200 and no redirect, however often it comes.
    """
    holder = links.read_unsubscribe(token)
    if request.method == "POST":
        is_one_click = request.form.get("List-Unsubscribe") == "One-Click"
        with unit_of_work():
            service.unsubscribe(holder, "one-click" if is_one_click else "page")
        return render_template("subscribers/left.html")
    subscriber = _holder_of(holder)
    if subscriber.state not in (rules.State.PENDING, rules.State.CONFIRMED):
        return render_template("subscribers/left.html")
    preferences_link = url_for(
        ".preferences", token=links.preferences_token(holder.subscriber_id, holder.epoch)
    )
    return render_template(
        "subscribers/unsubscribe.html",
        email=addresses.masked(subscriber.email),
        preferences_link=preferences_link,
    )


# One's own subscription


@bp.route("/preferences", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
@asking
@open_form
def ask_for_link() -> ResponseReturnValue:
    """Who has lost their link gets a new one by letter, if the address has a subscription."""
    form = AskForLinkForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                service.send_links(form.email.data or "", request.remote_addr or "")
        except TooManyLetters as problem:
            form.form_errors.append(str(problem))
            return render_template("subscribers/ask_for_link.html", form=form), 429
        return redirect(url_for(".link_sent"), 303)
    page = render_template("subscribers/ask_for_link.html", form=form)
    return (page, _INVALID) if form.errors else cacheable(page)


@bp.get("/preferences/sent")
def link_sent() -> Response:
    """Where to look for it."""
    return cacheable(render_template("subscribers/link_sent.html"))


@bp.get("/preferences/erased")
def erased() -> Response:
    """Nothing is left."""
    return cacheable(render_template("subscribers/erased.html"))


@bp.route("/preferences/<token>", methods=["GET", "POST"])
@csrf.exempt
def preferences(token: str) -> ResponseReturnValue:
    """Edition and pause; with the link of an own letter also the name and everything below."""
    holder, is_own, subscriber = _opened(token)
    if subscriber.state != rules.State.CONFIRMED and not is_own:
        raise LinkVoid
    form_class = OwnPreferencesForm if is_own else PreferencesForm
    form = form_class(data=PreferencesForm.shown(subscriber))
    if subscriber.state == rules.State.CONFIRMED and form.validate_on_submit():
        with unit_of_work():
            service.change_preferences(holder, form.value())
        return redirect(url_for(".preferences", token=token, saved=1), 303)
    page = _preferences_page(token, is_own, subscriber, form, NewAddressForm(formdata=None))
    return page, _INVALID if form.errors else 200


@bp.post("/preferences/<token>/link")
@csrf.exempt
def own_link(token: str) -> AnyResponse:
    """The page of an issue's link offers the fuller one, by a letter to the subscriber alone."""
    holder, _, _ = _opened(token)
    with unit_of_work():
        service.send_links_to(holder)
    return redirect(url_for(".link_sent"), 303)


@bp.post("/preferences/<token>/address")
@csrf.exempt
def change_address(token: str) -> ResponseReturnValue:
    """Ask the new address whether it is theirs."""
    holder, subscriber = _opened_fully(token)
    form = NewAddressForm()
    if form.validate_on_submit():
        with unit_of_work():
            service.request_address_change(holder, form.email.data or "")
        return redirect(url_for(".preferences", token=token, asked=1), 303)
    preferences_form = OwnPreferencesForm(formdata=None, data=PreferencesForm.shown(subscriber))
    return _preferences_page(token, True, subscriber, preferences_form, form), _INVALID


@bp.route("/preferences/address/<token>", methods=["GET", "POST"])
@csrf.exempt
def confirm_address(token: str) -> ResponseReturnValue:
    """A button for whoever reads the new mailbox; pressing it moves the subscription there."""
    change = links.read_change_address(token)
    if request.method == "POST":
        try:
            with unit_of_work():
                moved = service.confirm_address_change(change)
                fresh = links.manage_token(moved.id, moved.token_epoch)
        except AddressTaken:
            return render_template("subscribers/address_taken.html"), 409
        return redirect(url_for(".preferences", token=fresh, moved=1), 303)
    _holder_of(change.holder)
    return render_template("subscribers/confirm_address.html", email=change.email)


@bp.get("/preferences/<token>/data")
def data(token: str) -> Response:
    """Everything we know about them, as JSON to keep."""
    holder, _ = _opened_fully(token)
    everything = queries.everything_about(holder.subscriber_id)
    body = json.dumps(everything, ensure_ascii=False, indent=2) + "\n"
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-subscription.json"'
    return response


@bp.route("/preferences/<token>/erase", methods=["GET", "POST"])
@csrf.exempt
def erase(token: str) -> ResponseReturnValue:
    """A page that says what is lost; its button erases."""
    holder, subscriber = _opened_fully(token)
    form = EraseForm()
    if form.validate_on_submit():
        with unit_of_work():
            service.erase(
                holder.subscriber_id, never_again=form.never_again.data, actor=service.THE_SUBSCRIBER
            )
        return redirect(url_for(".erased"), 303)
    return render_template("subscribers/erase.html", form=form, token=token, email=subscriber.email)


# Steps


def _sign_up_page(form: SignUpForm, wording: str) -> str:
    cadence = cadence_words(publication().cadence_days)
    return render_template("subscribers/subscribe.html", form=form, wording=wording, cadence=cadence)


def _preferences_page(
    token: str,
    is_own: bool,
    subscriber: Subscriber,
    form: PreferencesForm,
    address_form: NewAddressForm,
) -> str:
    leave_token = links.unsubscribe_token(subscriber.id, subscriber.token_epoch)
    return render_template(
        "subscribers/preferences.html",
        token=token,
        is_own=is_own,
        is_confirmed=subscriber.state == rules.State.CONFIRMED,
        email=subscriber.email if is_own else addresses.masked(subscriber.email),
        form=form,
        address_form=address_form,
        format_hints=FORMAT_HINTS,
        leave_link=url_for(".unsubscribe", token=leave_token),
        hours=int(rules.MANAGE_WITHIN.total_seconds()) // 3600,
        done=next((word for word in ("saved", "asked", "moved") if word in request.args), ""),
    )


def _holder_of(holder: Holder) -> Subscriber:
    """The subscriber a token names. Raises `LinkVoid` when they are gone or have moved since it was made."""
    subscriber = queries.subscriber(holder.subscriber_id)
    if subscriber is None or not rules.is_current(holder.epoch, subscriber.token_epoch):
        raise LinkVoid
    return subscriber


def _opened(token: str) -> tuple[Holder, bool, Subscriber]:
    """What a preferences link opens."""
    holder, is_own = links.read_preferences(token)
    return holder, is_own, _holder_of(holder)


def _opened_fully(token: str) -> tuple[Holder, Subscriber]:
    """The same for what an issue's link does not open, because issues are forwarded."""
    holder, is_own, subscriber = _opened(token)
    if not is_own:
        raise NotEnough
    return holder, subscriber


class NotEnough(Exception):
    """The link of an issue was used for what takes one's own."""


@bp.errorhandler(TokenExpired)
def _expired(_problem: TokenExpired) -> ResponseReturnValue:
    sentence = "For your safety it only worked for a limited time, and that time is over."
    return _link_page("This link has expired", sentence), 410


@bp.errorhandler(TokenForged)
def _forged(_problem: TokenForged) -> ResponseReturnValue:
    sentence = (
        "A part of it may have been lost on the way. Copy the whole address from the letter and try again."
    )
    return _link_page("This link does not work", sentence), 400


@bp.errorhandler(LinkVoid)
def _void(_problem: LinkVoid) -> ResponseReturnValue:
    sentence = "The subscription it belonged to has ended, or has moved to another address since."
    return _link_page("This link is no longer good", sentence), 410


@bp.errorhandler(NotEnough)
def _not_enough(_problem: NotEnough) -> ResponseReturnValue:
    sentence = "An issue may be forwarded, so its link does not open this. It takes a link of your own."
    return _link_page("This takes your own link", sentence), 403


def _link_page(title: str, sentence: str) -> str:
    return render_template("subscribers/dead_link.html", title=title, sentence=sentence)
