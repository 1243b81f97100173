"""Who is signed in: what the session cookie says, checked against the database at each request.

Only the desk, the sign-in pages and the audit ask; a public page must not, because whoever reads a session
makes the page differ by cookie, and no cache could keep it.
"""

import hmac
from datetime import timedelta
from hashlib import sha256

from flask import has_request_context, request, session

from newsroom.accounts import queries
from newsroom.accounts.models import Staff
from newsroom.platform.clock import now
from newsroom.platform.settings import current
from newsroom.platform.web import csrf

_ID = "staff"
_EPOCH = "epoch"
_SEEN = "seen"
_KNOWN = "newsroom.staff"
_RENEW_AFTER = timedelta(minutes=30)


def current_staff() -> Staff | None:
    """The person signed in, or None; also None outside a request.

    Asked once a request. Signing out everywhere and deactivation take effect with the next one.
    """
    if not has_request_context():
        return None
    if _KNOWN not in request.environ:
        request.environ[_KNOWN] = _recognised()
    staff: Staff | None = request.environ[_KNOWN]
    return staff


def begin(staff: Staff) -> None:
    """Sign somebody in, in a session that holds nothing of what was before."""
    session.clear()
    csrf.begin_anew()
    session.permanent = True
    session[_ID] = staff.id
    session[_EPOCH] = staff.session_epoch
    session[_SEEN] = int(now().timestamp())
    request.environ[_KNOWN] = staff


def end() -> None:
    """Sign out of this browser."""
    session.clear()
    csrf.begin_anew()
    request.environ[_KNOWN] = None


def mark_of(staff: Staff) -> str:
    """A mark that says whose page this is, the same on each of theirs; nobody else can make it."""
    said = f"typed-by {staff.id}".encode()
    return f"{staff.id}-{hmac.new(current().secret_key.encode(), said, sha256).hexdigest()[:20]}"


def bearer_of(mark: str) -> Staff | None:
    """Who a mark belongs to, as long as they work here."""
    number = mark.partition("-")[0]
    known = number.isascii() and number.isdigit() and len(number) < 10
    staff = queries.staff_member(int(number)) if known else None
    if (
        staff is None
        or not staff.active
        or not hmac.compare_digest(mark_of(staff).encode(), mark.encode("utf-8", "replace"))
    ):
        return None
    return staff


def keep_alive() -> None:
    """Let the session live on from now: who works is not signed out in the middle of it."""
    at = int(now().timestamp())
    if at - session.get(_SEEN, 0) > _RENEW_AFTER.total_seconds():
        session[_SEEN] = at


def _recognised() -> Staff | None:
    staff_id = session.get(_ID)
    staff = queries.staff_member(staff_id) if isinstance(staff_id, int) else None
    if staff is None or not staff.active or staff.session_epoch != session.get(_EPOCH):
        return None
    return staff
