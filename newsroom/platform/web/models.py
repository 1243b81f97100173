"""The one table of the open forms: which submissions have been answered, and with which page."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from newsroom.platform.db import db


class Submission(db.Model):
    """A form that somebody sent once; sending it again leads to the same result instead of a second one."""

    __tablename__ = "submission"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime] = mapped_column(index=True)
