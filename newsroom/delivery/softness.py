"""The soft bounces of one subscriber: what `judging` makes a score of, read from the rows that are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from newsroom.delivery.judging import Kind
from newsroom.delivery.models import Bounce
from newsroom.platform.db import db


def soft_bounces(subscriber_id: int, since: datetime | None) -> list[datetime]:
    """When letters to somebody came back softly, since they last confirmed that they read them."""
    query = select(Bounce.at).where(Bounce.subscriber_id == subscriber_id, Bounce.kind == Kind.SOFT.value)
    return list(db.session.scalars(query.where(Bounce.at >= since) if since else query))
