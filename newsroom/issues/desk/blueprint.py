"""The one blueprint of the desk's doors to issues, and what they share: issue, person, refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, abort, flash, request, session

from newsroom.accounts.guards import current_staff
from newsroom.issues import queries, rules, seen
from newsroom.issues.models import Issue
from newsroom.library.service import UnknownPiece
from newsroom.stories.rules import StoryRefusal

bp = Blueprint("issues_desk", "newsroom.issues.desk", url_prefix="/desk/issues")


def issue_or_404(number: int) -> Issue:
    """The issue with that number."""
    return queries.issue(number) or abort(404, f"There is no issue {number}.")


def staff_id() -> int | None:
    """Who is at the desk, as the rows name them."""
    staff = current_staff()
    return staff.id if staff else None


_MODE = "preview"


def preview_mode() -> str:
    """The mode of the preview: the one that is asked for, else the one that was last looked at.

    It is remembered with the session, so that it stays from section to section, and after saving.
    """
    asked = request.values.get(_MODE)
    if asked is None or asked not in seen.MODES:
        return seen.mode_of(session.get(_MODE))
    if session.get(_MODE, seen.DESKTOP) != asked:
        session[_MODE] = asked
    return asked


@contextmanager
def refusals_flashed() -> Iterator[None]:
    """Buttons without a form to come back to: a refusal is said on the page that follows."""
    try:
        yield
    except (rules.Refused, StoryRefusal, UnknownPiece) as error:
        flash(str(error), "error")
