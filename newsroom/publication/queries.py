"""Every read of the publication's settings and standing blocks; nothing here writes.

Before anybody has saved the settings there are neutral ones, so that a fresh database can answer every page;
what must not leave without an owner (an issue without a postal address) is stopped by the checks of issues.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select

from newsroom.platform.db import db
from newsroom.platform.settings import current
from newsroom.publication.models import Publication, StandingBlock

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Block:
    """A standing block at one version."""

    key: str
    title: str
    body: str
    version: int


@dataclass(frozen=True)
class BlockVersion:
    """One version of a standing block, and when and by whom (a staff number) it was written."""

    block: Block
    created_at: datetime
    created_by_id: int | None

    @property
    def version(self) -> int:
        """Its number."""
        return self.block.version

    @property
    def title(self) -> str:
        """Its title."""
        return self.block.title


def publication() -> Publication:
    """The publication's settings; neutral ones, in no session and of version 0, until somebody saves them."""
    return db.session.get(Publication, 1) or _neutral()


def is_set_up() -> bool:
    """Whether somebody has decided how the publication is called and who sends its letters."""
    return db.session.get(Publication, 1) is not None


def standing_block(key: str, version: int | None = None) -> Block | None:
    """The newest version of a standing block, or that one; None where there is none."""
    query = select(StandingBlock).where(StandingBlock.key == key)
    query = (
        query.order_by(StandingBlock.version.desc()) if version is None else query.filter_by(version=version)
    )
    row = db.session.execute(query.limit(1)).scalar_one_or_none()
    return _block(row) if row else None


def standing_blocks() -> list[Block]:
    """The newest version of every standing block, by key."""
    newest = select(StandingBlock.key, func.max(StandingBlock.version).label("version")).group_by(
        StandingBlock.key
    )
    found = newest.subquery()
    query = (
        select(StandingBlock)
        .join(found, (StandingBlock.key == found.c.key) & (StandingBlock.version == found.c.version))
        .order_by(StandingBlock.key)
    )
    return [_block(row) for row in db.session.execute(query).scalars()]


def versions(key: str) -> list[BlockVersion]:
    """All versions of a standing block, the newest first."""
    query = select(StandingBlock).where(StandingBlock.key == key).order_by(StandingBlock.version.desc())
    rows = db.session.execute(query).scalars()
    return [BlockVersion(_block(row), row.created_at, row.created_by_id) for row in rows]


def _block(row: StandingBlock) -> Block:
    return Block(row.key, row.title, row.body, row.version)


def _neutral() -> Publication:
    host = urlsplit(current().base_url).hostname or "localhost"
    # A bare network address or machine name makes no sender that a mail server would take.
    domain = (
        host.removeprefix("www.")
        if "." in host and not host.replace(".", "").isdigit()
        else "newsroom.example"
    )
    return Publication(
        id=1,
        name="Our newsletter",
        tagline="",
        publisher="",
        editor_name="",
        sender_name="",
        sender_address=f"newsletter@{domain}",
        reply_address="",
        postal_address="",
        telephone="",
        language="en-GB",
        time_zone="Europe/London",
        cadence_days=14,
        accent_colour="#0B5563",
        testers="",
        logo_url="",
        logo_alt="",
        four_eyes=False,
        unprinted_retention_days=90,
        printed_retention_days=365,
        version=0,
        updated_at=_NEVER,
    )


def places_with(words: str) -> list[tuple[str, str]]:
    """The settings and standing blocks, at any version, that hold these words: name and desk address."""
    logo = select(Publication.id).where(Publication.logo_url.contains(words, autoescape=True))
    held = select(StandingBlock).where(StandingBlock.body.contains(words, autoescape=True))
    blocks = {
        row.key: row.title or row.key for row in db.session.scalars(held.order_by(StandingBlock.version))
    }
    places = [("Settings: the logo", "/desk/settings")] if db.session.scalar(logo) else []
    return places + [
        (f"Standing block “{title}”", f"/desk/settings/blocks/{key}") for key, title in blocks.items()
    ]
