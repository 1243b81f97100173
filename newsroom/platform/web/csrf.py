"""Protection of every form that carries somebody's session, and a gentle end for a session that is over.

All doors that change something are protected unless they say otherwise (`csrf.exempt`). Who was typing when
the session expired gets everything back on one page; who may answer first, such as the sign-in page for who
is no longer signed in, says so by `answer_expired_sessions_by`.
"""

from collections.abc import Callable

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from newsroom.platform.web import errors, kept
from newsroom.platform.web.limits import is_too_often

csrf = CSRFProtect()

Answer = Callable[[], ResponseReturnValue | None]
_ANSWERS = "newsroom.expired"
_MOST_REFUSED = "60 per 15 minutes"
_NOT_KEPT = (
    "This form did not come from a page of ours, or your session had expired and the form was too long to be "
    "kept. Nothing was changed. Go back, load the page again and send it once more."
)


def init_app(app: Flask) -> None:
    """Protect this application's forms."""
    csrf.init_app(app)
    app.extensions[_ANSWERS] = []
    app.register_error_handler(CSRFError, _expired)


def answer_expired_sessions_by(app: Flask, answer: Answer) -> None:
    """Ask `answer` first when a form's token is not accepted; `None` means that it has nothing to say."""
    app.extensions[_ANSWERS].append(answer)


def begin_anew() -> None:
    """Forget the token this request began with: its session was replaced, and pages need one of the new."""
    g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)


def _expired(_problem: CSRFError) -> ResponseReturnValue:
    # Each costs a page with all that was sent; a person has a few in a day, a script has thousands.
    if is_too_often("refused-token", _MOST_REFUSED):
        return errors.page(429)
    for answer in current_app.extensions[_ANSWERS]:
        response: ResponseReturnValue | None = answer()
        if response is not None:
            return response
    fields = kept.posted()
    if fields is None:
        return errors.page(400, _NOT_KEPT)
    page = kept.page_to_send_again(
        request.full_path.rstrip("?"), fields, "Your session had expired: check and send again"
    )
    return page, 400
