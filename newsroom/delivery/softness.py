"""The soft bounces of subscribers: what `judging` makes a score of, read from the rows that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from newsroom.delivery.judging import Kind
from newsroom.delivery.models import Bounce
from newsroom.platform.db import db


def soft_bounces(since: Mapping[int, datetime | None]) -> dict[int, list[datetime]]:
    """When letters to some subscribers came back softly since a moment each, or ever: each number is named.

    The moment is that at which they last confirmed that they read them.
    """
    found: dict[int, list[datetime]] = {number: [] for number in since}
    query = select(Bounce.subscriber_id, Bounce.at).where(
        Bounce.subscriber_id.in_(since), Bounce.kind == Kind.SOFT.value
    )
    for row in db.session.execute(query) if since else ():
        begun_at = since[row.subscriber_id]
        if begun_at is None or row.at >= begun_at:
            found[row.subscriber_id].append(row.at)
    return found
