"""The product, set up in a folder that is thrown away, for making letters as it makes them.

It sends nothing. Each publication in turn is the one whose letters are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from judges.keys import SELECTOR, private_key
from newsroom.factory import create_app
from newsroom.platform.db import db
from newsroom.platform.mail import signing
from newsroom.platform.mail.message import wire_domain
from newsroom.platform.settings import current, load
from newsroom.publication.service import PublicationSettings

SECRET = "a secret for letters that are only judged"  # noqa: S105 - guards nothing.


@contextmanager
def workshop() -> Iterator[Flask]:
    """The application with an empty database and a context open."""
    with TemporaryDirectory(prefix="judged-letters-") as folder:
        app = create_app(
            load(
                {
                    "NEWSROOM_ENV": "development",
                    "NEWSROOM_INSTANCE": str(Path(folder) / "instance"),
                    "NEWSROOM_SECRET_KEY": SECRET,
                    "NEWSROOM_BASE_URL": "https://letters.example",
                }
            )
        )
        with app.app_context():
            db.create_all()
            yield app
            db.session.remove()
            db.engine.dispose()


@contextmanager
def published_by(app: Flask, publication: PublicationSettings, base_url: str) -> Iterator[signing.Sign]:
    """Let the site stand at `base_url` meanwhile; gives what signs for the publication's domain."""
    before = current()
    domain = wire_domain(publication.sender_address.rpartition("@")[2])
    now = before.model_copy(
        update={
            "base_url": base_url,
            "dkim_key": private_key(),
            "dkim_selector": SELECTOR,
            "dkim_domain": domain,
        }
    )
    app.extensions["newsroom.settings"] = now
    try:
        yield signing.signer(now)
    finally:
        app.extensions["newsroom.settings"] = before
