"""The doors for machines that read: both feeds, the sitemap, and what robots may look at."""

from __future__ import annotations

from flask import Blueprint, Response

from newsroom.archive import queries, syndication
from newsroom.platform import links
from newsroom.platform.settings import current
from newsroom.platform.web import cacheable

bp = Blueprint("feeds", __name__)

_A_QUARTER_OF_AN_HOUR = 900
# Nothing behind these is for everybody. That they are named here keeps robots from their forms, and nobody
# from their doors: those are guarded.
_PRIVATE = (
    "/desk",
    "/sign-in",
    "/set-password",
    "/forgotten-password",
    "/preferences",
    "/unsubscribe",
    "/subscribe/confirm",
    "/share/receipt",
    "/status",
)


@bp.get("/feed.xml")
def atom() -> Response:
    """The newest issues as Atom."""
    feed = _feed()
    return _document(syndication.atom(feed), "application/atom+xml; charset=utf-8", feed)


@bp.get("/feed.json")
def json() -> Response:
    """The newest issues as JSON Feed."""
    feed = _feed()
    return _document(syndication.json_feed(feed).encode(), "application/feed+json; charset=utf-8", feed)


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page."""
    base = current().base_url
    body = syndication.sitemap((base + path, at) for path, at in queries.every_address())
    response = Response(body, content_type="application/xml; charset=utf-8")
    return cacheable(response, modified_at=queries.changed_at(), max_age=_A_QUARTER_OF_AN_HOUR)


@bp.get("/robots.txt")
def robots() -> Response:
    """What robots may look at: everything that is published."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _PRIVATE)]
    lines += ["", f"Sitemap: {links.absolute('feeds.sitemap')}"]
    response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    return cacheable(response, max_age=_A_QUARTER_OF_AN_HOUR)


def _feed() -> syndication.Feed:
    return queries.feed(
        home_url=links.absolute("archive.home"),
        atom_url=links.absolute("feeds.atom"),
        json_url=links.absolute("feeds.json"),
    )


def _document(body: bytes, content_type: str, feed: syndication.Feed) -> Response:
    modified_at = queries.changed_at(feed.updated_at)
    response = Response(body, content_type=content_type)
    return cacheable(response, modified_at=modified_at, max_age=_A_QUARTER_OF_AN_HOUR)
