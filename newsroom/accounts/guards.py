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

from newsroom.accounts import sessions
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
        is_too_much=kept.is_too_much(),
        next="",
    )
    return page, 403, {"Cache-Control": "no-store"}


def typed_by() -> str:
    """The mark that each form of the desk carries, so that nobody else gets what is typed in it."""
    staff = current_staff() if is_desk() else None
    return sessions.mark_of(staff) if staff is not None else ""


def is_desk() -> bool:
    """Whether what is asked for lies behind the desk's doors."""
    return request.path == "/desk" or request.path.startswith("/desk/")
