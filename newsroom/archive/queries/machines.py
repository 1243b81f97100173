"""What machines read: the newest issues whole, for the feeds, and every public address, for the sitemap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from newsroom.archive import addresses, syndication
from newsroom.archive.queries.editions import Sent
from newsroom.archive.queries.printed import ARTICLE, VERDICTS, once
from newsroom.archive.queries.shelves import Shelf, all_series, authors
from newsroom.issues import queries as issues
from newsroom.issues import render
from newsroom.platform.settings import current
from newsroom.publication.queries import publication

FEED_LENGTH = 20
_LISTS = (
    "/",
    "/issues",
    "/thumbs",
    "/lessons",
    "/series",
    "/authors",
    "/reading",
    "/events",
    "/topics",
    "/corrections",
    "/marketplace",
)
_STANDING = ("/about", "/contact", "/policy", "/testimonials", "/share", "/subscribe")


def feed(home_url: str, atom_url: str, json_url: str) -> syndication.Feed:
    """The newest issues, whole."""
    settings = publication()
    editor = settings.editor_name or settings.publisher or settings.name
    gone = issues.withdrawals()
    found = issues.newest_published_issues(FEED_LENGTH)
    entries = tuple(_entry(row, record, gone, editor) for row, record in found)
    # The first sending is the one time that no later one changes.
    begun_at = issues.first_sent_at() or settings.updated_at
    return syndication.Feed(
        id=syndication.tag_address(current().base_url, begun_at.year, "feed"),
        title=settings.name,
        subtitle=settings.tagline,
        language=settings.language,
        author=editor,
        home_url=home_url,
        atom_url=atom_url,
        json_url=json_url,
        updated_at=max((entry.updated_at for entry in entries), default=settings.updated_at),
        entries=entries,
    )


def _entry(row: Sent, record: Any, gone: Mapping[str, datetime], editor: str) -> syndication.Entry:
    sent_at = row.sent_at or record.frozen_at
    mentioned = [at for public_id, at in gone.items() if public_id in record.web_fragment]
    fragment = record.web_fragment
    if mentioned:
        fragment = render.web_fragment(issues.frozen_document(record), "")
    base, page = current().base_url, f"/issues/{row.number}"
    return syndication.Entry(
        id=syndication.tag_address(base, sent_at.year, f"issue/{row.number}"),
        url=f"{base}{page}",
        text_url=f"{base}{page}.txt",
        title=f"Issue {row.number}: {row.subject}",
        summary=row.preheader,
        content_html=addresses.absolute_links(fragment, base, page),
        author=editor,
        published_at=sent_at,
        updated_at=max(sent_at, *mentioned) if mentioned else sent_at,
    )


def every_address() -> list[tuple[str, datetime | None]]:
    """The path of every public page with the time of its last change, for the sitemap."""
    whole = issues.archive_changed_at()
    found: list[tuple[str, datetime | None]] = [(path, whole) for path in _LISTS]
    found += [(path, None) for path in _STANDING]
    found += [(f"/issues/{row.number}", row.sent_at) for row in issues.sent_issues()]
    articles = once(issues.published(kind_names=(*ARTICLE, *VERDICTS)))
    found += [(piece.path, piece.published_at) for piece in articles]
    found += [(f"/authors/{shelf.slug}", _newest(shelf)) for shelf in authors()]
    found += [(f"/series/{shelf.slug}", _newest(shelf)) for shelf in all_series()]
    return found


def _newest(shelf: Shelf) -> datetime:
    return max(piece.published_at for piece in shelf.pieces)
