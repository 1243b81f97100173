"""What machines read: the newest issues whole, for the feeds, and every public address, for the sitemap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsroom.archive import addresses, syndication
from newsroom.archive.queries.editions import Sent, as_it_reads_now
from newsroom.archive.queries.printed import ARTICLE, VERDICTS, once
from newsroom.archive.queries.shelves import Shelf, all_series, authors
from newsroom.issues import queries as issues
from newsroom.issues import render
from newsroom.issues.queries import Corrected, Withdrawal
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
    since = _Since.read()
    found = issues.newest_published_issues(FEED_LENGTH)
    corrected = issues.corrections_in(row.number for row, _record in found)
    entries = tuple(
        _entry(row, record, since, [one for one in corrected if one.issue_number == row.number], editor)
        for row, record in found
    )
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


@dataclass(frozen=True)
class _Since:
    """What left the web, and what came back to it, since the issues were sent."""

    withdrawn: Mapping[str, Withdrawal]
    returned: Mapping[str, datetime]

    @classmethod
    def read(cls) -> _Since:
        return cls(issues.withdrawals(), issues.returned())

    def times(self, fragment: str) -> list[datetime]:
        """When something changed that this page holds."""
        gone = [one.at for one in self.withdrawn.values() if one.is_in(fragment)]
        return gone + [at for public_id, at in self.returned.items() if public_id in fragment]


def _entry(
    row: Sent, record: Any, since: _Since, corrected: list[Corrected], editor: str
) -> syndication.Entry:
    sent_at = row.sent_at or record.frozen_at
    fragment, _text = as_it_reads_now(record, since.withdrawn.values())
    fragment = render.corrected_web(fragment, [one.correction for one in corrected])
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
        updated_at=max([sent_at, *since.times(record.web_fragment), *(one.at for one in corrected)]),
    )


def every_address() -> list[tuple[str, datetime | None]]:
    """The path of every public page with the time of its last change, for the sitemap."""
    whole = issues.archive_changed_at()
    found: list[tuple[str, datetime | None]] = [(path, whole) for path in _LISTS]
    found += [(path, None) for path in _STANDING]
    corrected = {one.issue_number: one.at for one in reversed(issues.corrections())}
    found += [
        (f"/issues/{row.number}", corrected.get(row.number, row.sent_at)) for row in issues.sent_issues()
    ]
    articles = once(issues.published(kind_names=(*ARTICLE, *VERDICTS)))
    found += [(piece.path, piece.published_at) for piece in articles]
    found += [(f"/authors/{shelf.slug}", _newest(shelf)) for shelf in authors()]
    found += [(f"/series/{shelf.slug}", _newest(shelf)) for shelf in all_series()]
    return found


def _newest(shelf: Shelf) -> datetime:
    return max(piece.published_at for piece in shelf.pieces)
