"""What stands behind a running site: its database, reached from the test's own process.

For arranging what a test is not about; what it is about is done on pages.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import update

from newsroom.accounts import service as accounts
from newsroom.delivery.models import Schedule
from newsroom.demo import files, sample
from newsroom.factory import create_app
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.settings import load
from newsroom.publication import service as publication
from tests.site import LiveSite


@contextmanager
def behind(site: LiveSite) -> Iterator[Flask]:
    """The application in this process, on the same database as the running site."""
    own = {name: value for name, value in site.environment.items() if name.startswith("NEWSROOM_")}
    app = create_app(load(own))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def five_minutes_pass(site: LiveSite) -> None:
    """Nobody waits until what was sent can no longer be taken back: its moment is brought forward."""
    with behind(site), unit_of_work():
        waiting = update(Schedule).where(Schedule.state == "waiting", Schedule.is_undo_time)
        assert db.session.execute(waiting.values(send_at=clock.now())).rowcount  # type: ignore[attr-defined]


def found(site: LiveSite) -> None:
    """The sample publication with the people who work there, and nothing printed yet."""
    with behind(site), unit_of_work():
        publication.set_up(sample.SETTINGS)
        for block in files.blocks():
            publication.save_block(block.key, block.title, block.body)
        for email, name, roles in sample.STAFF:
            accounts.add(email, name, roles, sample.PASSWORD)
