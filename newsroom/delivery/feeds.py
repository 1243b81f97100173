"""The doors for machines that report: `/hooks/<provider>`. Each request carries its proof with it.

No session, no cookie, no form: a door that is not set up does not exist, and a request whose signature is not
right changes nothing. The parsers stand in `webhooks`.
"""

from __future__ import annotations

import logging
from collections import Counter

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from newsroom.delivery import service, webhooks
from newsroom.delivery.webhooks import Forged, NotNow, Posted, Told, Unreadable
from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.platform.settings import current
from newsroom.platform.web.csrf import csrf
from newsroom.platform.web.limits import limiter

MOST = "1200 per minute"
"""Requests of one network; a provider whose request is one too many tries again."""

log = logging.getLogger(__name__)

bp = Blueprint("delivery_hooks", __name__, url_prefix="/hooks")


@bp.post("/<name>")
@limiter.limit(lambda: MOST)
@csrf.exempt
def take(name: str) -> ResponseReturnValue:
    """Take in what a provider posts: 200 with what was done, 403 for a forgery, 400 for what is no report."""
    provider = webhooks.PROVIDERS.get(name)
    if provider is None or not provider.is_open(current()):
        abort(404)
    request.max_content_length = webhooks.MOST_BYTES
    posted = Posted(dict(request.headers), request.get_data(cache=False), clock.now())
    try:
        told = provider.read(posted, current())
    except Forged as problem:
        return _refused(name, 403, problem)
    except Unreadable as problem:
        return _refused(name, 400, problem)
    except NotNow as problem:
        return _refused(name, 503, problem)
    with unit_of_work():
        effects = Counter(taken.effect.value for taken in service.record_reports(told.reports))
        if told.confirm_at:
            service.note_confirmation(name, told.confirm_at)
    return _answer(told, effects)


def _answer(told: Told, effects: Counter[str]) -> ResponseReturnValue:
    return {"reports": len(told.reports), **effects}, {"Cache-Control": "no-store"}


def _refused(name: str, status: int, problem: Exception) -> Response:
    # Machines read no pages; whoever sets one up reads this sentence in its log, or in ours.
    log.warning("A request to /hooks/%s was refused (%s): %s", name, status, problem)
    return Response(f"{problem}\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
