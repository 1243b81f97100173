"""Stories that come in from another system, and the record of those that were taken out. No letters are sent.

Who imports answers for the consent: it is recorded under their name, in the words that the file gives.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from hashlib import sha256

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.platform import clock
from newsroom.platform.db import db, is_new_public_id, new_public_id, public_id_from
from newsroom.platform.jobs import enqueue
from newsroom.platform.settings import current
from newsroom.stories import rules
from newsroom.stories.consent import LEVELS
from newsroom.stories.exchange import ForeignStory
from newsroom.stories.models import Contributor, Story, StoryOriginal
from newsroom.stories.service.catalogue import COMPARE, catalogue
from newsroom.stories.service.intake import fresh_receipt, sealed
from newsroom.stories.service.record import add_consent, record


@dataclass(frozen=True)
class Taken:
    """What became of some stories of a file: how many are new, and the lines of those that are not."""

    new_count: int
    known_lines: tuple[int, ...]


def import_stories(found: Iterable[ForeignStory], *, by: str, file_name: str) -> Taken:
    """Take in a few hundred stories, each as received; those that are here already stay as they are.

    A story is known by its id, or by its very words where it has none. `by` is the address of whoever on the
    staff answers for the consents.
    """
    stories = list(found)
    ids = {story.line: _public_id(story) for story in stories}
    known_ids = _known_ids([name for name in ids.values() if name])
    known_words = _known_words([story.fingerprint for story in stories if not story.id])
    known_lines = []
    for story in stories:
        public_id = ids[story.line]
        if public_id in known_ids or (not story.id and story.fingerprint in known_words):
            known_lines.append(story.line)
        else:
            _add(story, public_id or new_public_id(), by, file_name)
    # Their rows are written; kept as objects, a large file would fill the memory.
    db.session.flush()
    db.session.expunge_all()
    return Taken(len(stories) - len(known_lines), tuple(known_lines))


def record_export(row_count: int, *, by: str | None, why: str) -> None:
    """Say in the audit log that stories are taken out; `by` and `why` go with private details."""
    detail = f"{row_count:,} stories" + (f", with private details: {why}" if by else "")
    audit("exported", "stories", detail, actor=by)


def _public_id(story: ForeignStory) -> str:
    """Our own id where the file gives one, else one made from the foreign one that betrays nothing of it."""
    if not story.id or is_new_public_id(story.id):
        return story.id
    return public_id_from(
        hmac.new(current().secret_key.encode(), f"stories.import\0{story.id}".encode(), sha256).digest()
    )


def _known_ids(ids: Sequence[str]) -> set[str]:
    return set(db.session.scalars(select(Story.public_id).where(Story.public_id.in_(ids))))


def _known_words(fingerprints: Sequence[str]) -> set[str]:
    if not fingerprints:
        return set()
    return set(db.session.scalars(select(StoryOriginal.sha256).where(StoryOriginal.sha256.in_(fingerprints))))


def _add(story: ForeignStory, public_id: str, by: str, file_name: str) -> None:
    told, now = story.told, clock.now()
    beginning, _who = rules.BEGINNINGS["import"]
    row = Story(
        public_id=public_id,
        # Only who has an address can be given a way to answer: its letters open the status by themselves.
        receipt_hash=fresh_receipt()[1] if told.email else None,
        verdict=told.verdict,
        state=beginning,
        state_changed_at=now,
        company=told.company,
        channel=told.channel,
        when_words=told.when_words,
        outcome=told.outcome,
        wants_preview=told.wants_preview,
        criticality=rules.starting_criticality(told.verdict),
        source="import",
        submitted_at=_told_at(story) or now,
        contributor=_contributor(story, now),
        original=sealed(told.story),
    )
    db.session.add(row)
    db.session.flush()
    add_consent(row, "given", told.level, _wording(story, file_name), 0, by)
    record(row, "imported", f"consent level {told.level}, on the word of {by}; line {story.line}")
    catalogue(row)
    enqueue(COMPARE, row.id)


def _told_at(story: ForeignStory) -> datetime | None:
    return datetime.combine(story.told_on, time(), UTC) if story.told_on else None


def _contributor(story: ForeignStory, now: datetime) -> Contributor | None:
    told = story.told
    if not told.is_signed:
        return None
    return Contributor(
        name=told.name,
        town=told.town,
        email=told.email,
        email_confirmed_at=now if told.email else None,
        created_at=now,
    )


def _wording(story: ForeignStory, file_name: str) -> str:
    level = LEVELS[story.told.level]
    return story.consent_words or f"Imported from {file_name}. Chosen: {level.number}. {level.label}"
