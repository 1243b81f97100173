"""The one blueprint of the desk's doors to subscribers, and what they share."""

from __future__ import annotations

from flask import Blueprint, request

bp = Blueprint("subscribers_desk", "newsroom.subscribers.desk", url_prefix="/desk/subscribers")

INVALID = 422
# Beyond what a database can count to there is no page.
_MOST_PAGES = 1_000_000


def page_number() -> int:
    """The page that was asked for; the first one for what is no number."""
    return min(max(1, request.args.get("page", 1, type=int)), _MOST_PAGES)
