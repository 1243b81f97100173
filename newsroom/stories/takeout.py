"""Stories as rows of a file: what anybody may see of each, or with originals and who wrote them.

Reads what it is given and decides what goes into a row. A story that was withdrawn or destroyed is a row
without words, in either kind of file.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO

from newsroom.platform.tables import harmless
from newsroom.stories import exchange, queries
from newsroom.stories.models import Story
from newsroom.stories.rules import State

Row = dict[str, str | int | None]


def rows(stories: Iterable[Story], *, private: bool) -> Iterator[Row]:
    """A row a story, with the columns of `exchange.PUBLIC` or `exchange.PRIVATE`."""
    for story in stories:
        row = _public(story)
        if private:
            row |= _private(story)
        yield row


def write_csv(found: Iterable[Row], columns: Iterable[str], file: TextIO) -> int:
    """Write rows as CSV with a header; gives how many. No cell is a formula to a spreadsheet."""
    names = list(columns)
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    count = 0
    for row in found:
        writer.writerow([harmless(_as_cell(row[name])) for name in names])
        count += 1
    return count


def write_jsonl(found: Iterable[Row], file: TextIO) -> int:
    """Write rows as one JSON object a line; gives how many."""
    count = 0
    for row in found:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def _public(story: Story) -> Row:
    shown = queries.in_print_or_ready(story)
    consent = queries.live_consent(story)
    row: Row = {
        "id": story.public_id,
        "verdict": story.verdict,
        "state": story.state,
        "source": story.source,
        "told_on": _day(story.submitted_at),
        "published_on": _day(story.published_at),
        "channel": story.channel,
        "outcome": story.outcome,
        "consent": consent.level if consent else None,
        "preview": "yes" if story.wants_preview else "no",
        "criticality": story.criticality,
        "version": shown.version if shown else None,
        "title": shown.title if shown else "",
        "text": shown.body if shown else "",
        "note": shown.note if shown else "",
        "attribution": shown.attribution if shown else "",
    }
    assert tuple(row) == exchange.PUBLIC
    return row


def _private(story: Story) -> Row:
    is_gone = story.state == State.WITHDRAWN or story.purged_at is not None
    who = None if is_gone else story.contributor
    consent = queries.live_consent(story)
    return {
        "story": "" if is_gone else story.original.body,
        "company": "" if is_gone else story.company,
        "when": "" if is_gone else story.when_words,
        "name": who.name if who else "",
        "town": who.town if who else "",
        "email": who.email if who else "",
        "consent_words": consent.wording if consent else "",
    }


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def _as_cell(value: str | int | None) -> str:
    return "" if value is None else str(value)
