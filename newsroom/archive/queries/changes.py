"""When what a page shows last changed, and which day it is for the publication."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from newsroom.accounts import queries as accounts
from newsroom.issues import queries as issues
from newsroom.library import queries as library
from newsroom.platform import clock
from newsroom.publication import queries as publication_queries
from newsroom.publication.queries import publication


def changed_at(*others: datetime | None) -> datetime:
    """When a page of the archive last changed: anything published, withdrawn or set anew, and `others`."""
    times = (issues.archive_changed_at(), publication().updated_at, *others)
    return max(at for at in times if at is not None)


def described_at(*subjects: str) -> datetime | None:
    """When somebody last changed the words about an author (`author:slug`) or a series."""
    return accounts.last_done_at(subjects)


def block_changed_at(key: str) -> datetime | None:
    """When a standing block was last written."""
    versions = publication_queries.versions(key)
    return versions[0].created_at if versions else None


def testimonials_changed_at() -> datetime | None:
    """When the page of testimonials was last written: its standing words or what stands below them."""
    times = (block_changed_at("testimonials"), library.things_changed_at("Testimonial"))
    return max((at for at in times if at is not None), default=None)


def midnight() -> datetime:
    """When the publication's day began: what is to come changes with it."""
    return datetime.combine(today(), time.min, ZoneInfo(publication().time_zone))


def today() -> date:
    """The publication's calendar day."""
    return clock.today(publication().time_zone)


def local_day(at: datetime) -> date:
    """The publication's calendar day of an instant."""
    return at.astimezone(ZoneInfo(publication().time_zone)).date()
