"""The doorkeepers of the desk. Each desk door names the permission it needs:

    @bp.get("/desk/issues")
    @needs(Permission.COMPOSE)
    def index(): ...

The permission is left on the view (`needed_permission`), where a test that walks the route map looks for it.
What a permission holds stands in `rules`; this module decides nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts import carried, sessions
from newsroom.accounts.forms import SignIn
from newsroom.accounts.rules import Permission, PrivateAccess, allows, private_access
from newsroom.accounts.sessions import current_staff
from newsroom.platform.web import kept

__all__ = ["Permission", "current_staff", "may", "needs", "offer_sign_in", "own_private_access", "typed_by"]


def needs(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Let only staff with a permission pass. Everybody else is asked to sign in, or told that they may not.

    The answer is never kept by a cache.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Response:
            if current_staff() is None:
                return make_response(offer_sign_in())
            if not may(permission):
                abort(403)
            sessions.keep_alive()
            response = make_response(view(*args, **kwargs))
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        cast("Any", guarded).needed_permission = permission
        return guarded

    return decorate


def may(permission: Permission) -> bool:
    """Whether the person signed in holds a permission: for what a page offers."""
    staff = current_staff()
    return staff is not None and allows(staff.roles, permission)


def own_private_access() -> PrivateAccess:
    """On what terms the person signed in may see originals and contact details."""
    staff = current_staff()
    return private_access(staff.roles if staff else ())


def offer_sign_in() -> ResponseReturnValue:
    """The sign-in page: a detour for who wanted a page; with all that was typed for who sent our form."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
    fields = kept.posted()
    page = render_template(
        "accounts/sign_in.html",
        form=SignIn(formdata=None),
        kept_for="" if fields is None else request.full_path.rstrip("?"),
        kept=fields or [],
        next="",
    )
    return page, 403, {"Cache-Control": "no-store"}


def typed_by() -> str:
    """The mark that each form of the desk carries, so that nobody else gets what is typed in it."""
    staff = current_staff() if _is_desk() else None
    return sessions.mark_of(staff) if staff is not None else ""


def answer_expired_session() -> ResponseReturnValue | None:
    """What a form whose token is too old leads to when nobody is signed in, or somebody else than who typed
    in it; None leaves it to the web."""
    if not _is_desk():
        return None
    staff = current_staff()
    if staff is None:
        return offer_sign_in()
    fields = kept.posted()
    if fields is None or not carried.is_somebody_elses(fields, staff):
        return None
    owner = carried.set_aside(fields)
    if owner is None:
        return _told(_NOT_SET_ASIDE.format(name=staff.name))
    return _told(_SET_ASIDE.format(owner=owner.name, name=staff.name))


def _told(sentence: str) -> ResponseReturnValue:
    title = "Somebody else typed this"
    return render_template("errors/page.html", title=title, sentence=sentence, code=409), 409


_SET_ASIDE = (
    "{owner} typed this, and {name} is signed in here now. Nothing was saved. What was typed is kept for "
    "{owner}, who finds it where it was typed after signing in."
)
_NOT_SET_ASIDE = (
    "Somebody else typed this, and {name} is signed in here now. Nothing was saved. Go back: the words still "
    "stand in the form. Whoever typed them signs in in another tab and then sends them."
)


def _is_desk() -> bool:
    return request.path == "/desk" or request.path.startswith("/desk/")
