"""SQLite's one write lock: who wants it waits, often looks, and gives up in the end."""

from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from newsroom.accounts.service import audit
from newsroom.platform import db as database
from newsroom.platform.db import db, unit_of_work
from tests.waiting import LONG_SECONDS


def test_a_writer_waits_until_another_one_has_finished(app: Flask) -> None:
    begun, told_to_end = Event(), Event()

    def first() -> None:
        with app.app_context(), unit_of_work():
            audit("first", "a lock")
            begun.set()
            told_to_end.wait(LONG_SECONDS)

    holder = Thread(target=first)
    holder.start()
    assert begun.wait(LONG_SECONDS)
    looked: list[float] = []

    def look(seconds: float) -> None:
        looked.append(seconds)
        if len(looked) == 3:
            told_to_end.set()
            holder.join(LONG_SECONDS)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database.time, "sleep", look)
        with unit_of_work():
            audit("second", "a lock")
    verbs = db.session.execute(text("SELECT verb FROM audit_entry WHERE subject = 'a lock' ORDER BY id"))
    assert [row.verb for row in verbs] == ["first", "second"]
    # Far below the tenth of a second that SQLite itself would wait.
    assert max(looked) < 0.01


def test_a_writer_gives_up_when_nobody_lets_go(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, told_to_end = Event(), Event()

    def first() -> None:
        with app.app_context(), unit_of_work():
            begun.set()
            told_to_end.wait(LONG_SECONDS)

    holder = Thread(target=first)
    holder.start()
    assert begun.wait(LONG_SECONDS)
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0)
    try:
        with pytest.raises(OperationalError, match="locked"), unit_of_work():
            audit("second", "a lock")
    finally:
        told_to_end.set()
        holder.join(LONG_SECONDS)
    # And the connection can be used as before.
    with unit_of_work():
        audit("third", "a lock")


def test_how_long_sqlite_itself_waits_is_put_back(app: Flask) -> None:
    with unit_of_work():
        assert db.session.execute(text("PRAGMA busy_timeout")).scalar() == database._LOCK_SECONDS * 1000
