"""The one blueprint of the desk's doors to deliveries, and what they share: issue, person, refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, abort, flash

from newsroom.accounts.guards import current_staff
from newsroom.delivery import queries, rules
from newsroom.delivery.models import Dispatch
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.issues import service as issues_service

bp = Blueprint("delivery_desk", "newsroom.delivery.desk", url_prefix="/desk/deliveries")

# Beyond what the databases can count to there is no page.
NUMBER = "<int(max=2147483647):number>"
SUBSCRIBER = "<int(max=2147483647):subscriber_id>"


def issue_or_404(number: int) -> Any:
    """The issue with that number; its class is named on its own floor only."""
    return issues.issue(number) or abort(404, f"There is no issue {number}.")


def dispatch_or_404(number: int) -> Dispatch:
    """The dispatch of that issue."""
    return queries.dispatch_of(number) or abort(404, f"Issue {number} has no dispatch.")


def staff_id() -> int | None:
    """Who is at the desk, as the rows name them."""
    staff = current_staff()
    return staff.id if staff else None


@contextmanager
def refusals_flashed() -> Iterator[None]:
    """Buttons without a form to come back to: a refusal is said on the page that follows."""
    try:
        yield
    except (rules.Refused, issue_rules.Refused, issues_service.Blocked) as error:
        flash(str(error), "error")
