"""The one blueprint of the reader's doors to stories, and what they share."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response

from newsroom.platform import clock
from newsroom.publication.queries import publication

bp = Blueprint("stories", "newsroom.stories.pages")


def day(at: datetime) -> str:
    """The day of an instant by the publication's clock, as people write it."""
    return clock.long_date(at.astimezone(ZoneInfo(publication().time_zone)).date())


def for_one_reader(page: str, code: int = 200) -> Response:
    """A page that holds somebody's words: no cache keeps it, no search engine lists it."""
    response = make_response(page, code)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
