"""Every write to the publication's settings and standing blocks, as verbs that join the door's unit of work.

Settings carry a version, so that two people who save at once hear of each other. A standing block is never
changed: each saving is a new version, because consents and sent issues refer to the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, select

from newsroom.accounts.service import audit
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.text import clean_line, clean_text
from newsroom.publication import queries, rules
from newsroom.publication.events import publication_changed
from newsroom.publication.models import Publication, StandingBlock
from newsroom.publication.queries import Block


@dataclass(frozen=True)
class PublicationSettings:
    """What a publication decides for itself, checked already; see `models.Publication`."""

    name: str
    sender_address: str
    tagline: str = ""
    publisher: str = ""
    editor_name: str = ""
    sender_name: str = ""
    reply_address: str = ""
    postal_address: str = ""
    telephone: str = ""
    language: str = "en-GB"
    time_zone: str = "Europe/London"
    cadence_days: int = 14
    accent_colour: str = rules.DEFAULT_ACCENT
    logo_url: str = ""
    logo_alt: str = ""
    testers: str = ""
    four_eyes: bool = False
    unprinted_retention_days: int = 90
    printed_retention_days: int = 365


class SettingsConflict(Exception):
    """Somebody else saved the settings meanwhile; `theirs` are those, of version `version`."""

    def __init__(self, theirs: PublicationSettings, version: int) -> None:
        self.theirs = theirs
        self.version = version
        super().__init__("The settings were saved meanwhile.")


class BlockConflict(Exception):
    """Somebody else saved this standing block meanwhile; `theirs` is the newest version."""

    def __init__(self, theirs: Block) -> None:
        self.theirs = theirs
        super().__init__("The standing block was saved meanwhile.")


def set_up(settings: PublicationSettings) -> bool:
    """Give a publication its first settings; says whether it had none. Settings that are there stay."""
    if _row() is not None:
        return False
    db.session.add(Publication(id=1, version=1, updated_at=clock.now(), **_values(settings)))
    db.session.flush()
    audit("set up", "publication", settings.name)
    return True


def save_settings(settings: PublicationSettings, based_on: int, actor: Any = None) -> int:
    """Change the settings, and give their new version. `based_on` is the version that was shown.

    Raises `SettingsConflict` when that is no longer the newest one. Saving what is there already changes
    nothing.
    """
    row = _row()
    if row is None:
        set_up(settings)
        return 1
    theirs = settings_of(row)
    if theirs == settings:
        return row.version
    if row.version != based_on:
        raise SettingsConflict(theirs, row.version)
    changed = [name for name, value in _values(settings).items() if getattr(row, name) != value]
    for name, value in _values(settings).items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = clock.now()
    audit("changed settings of", "publication", ", ".join(name.replace("_", " ") for name in changed), actor)
    db.session.flush()
    publication_changed.send(what="a setting of the publication changed")
    return row.version


def settings_of(row: Publication) -> PublicationSettings:
    """The settings in a row, as the value that forms and verbs pass around."""
    return PublicationSettings(**{each.name: getattr(row, each.name) for each in fields(PublicationSettings)})


def save_block(
    key: str,
    title: str,
    body: str,
    *,
    based_on: int | None = None,
    actor: Any = None,
    by_id: int | None = None,
) -> Block:
    """Write a new version of a standing block, and give it; the one that is there when nothing differs.

    `based_on` is the version that was shown (0 for none): raises `BlockConflict` when there is a newer one.
    Raises ValueError for a key that can name no block.
    """
    if not rules.is_block_key(key):
        raise ValueError(f"{key!r} cannot name a standing block.")
    newest = queries.standing_block(key)
    words = (clean_line(title), clean_text(body))
    if newest is not None and (newest.title, newest.body) == words:
        return newest
    if newest is not None and based_on is not None and newest.version != based_on:
        raise BlockConflict(newest)
    query = select(func.max(StandingBlock.version)).where(StandingBlock.key == key)
    version = (db.session.execute(query).scalar() or 0) + 1
    db.session.add(
        StandingBlock(
            key=key,
            version=version,
            title=words[0],
            body=words[1],
            created_at=clock.now(),
            created_by_id=by_id,
        )
    )
    db.session.flush()
    audit("wrote", f"standing block {key}", f"version {version}", actor)
    publication_changed.send(what=f"the standing block “{words[0] or key}” changed")
    return Block(key, words[0], words[1], version)


def _row() -> Publication | None:
    """The one row, ours until the unit of work ends."""
    query = select(Publication).where(Publication.id == 1).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _values(settings: PublicationSettings) -> dict[str, Any]:
    return {each.name: getattr(settings, each.name) for each in fields(settings)}
