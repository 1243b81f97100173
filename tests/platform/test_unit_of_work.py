import threading
from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from newsroom.platform.clock import now
from newsroom.platform.db import (
    UnitOfWorkCutShort,
    UnitOfWorkDoomed,
    WriteOutsideUnitOfWork,
    db,
    is_new_public_id,
    new_public_id,
    new_public_ids,
    unit_of_work,
)
from newsroom.platform.web.models import Submission


def row(name: str) -> Submission:
    return Submission(fingerprint=name, location="/", sent_at=now())


def stored(app: Flask) -> set[str]:
    """What another connection sees."""
    with app.app_context():
        return set(db.session.scalars(select(Submission.fingerprint)))


def test_a_unit_is_kept_at_its_end(db_app: Flask) -> None:
    with unit_of_work():
        db.session.add(row("a"))
        assert stored(db_app) == set()
    assert stored(db_app) == {"a"}


def test_an_exception_keeps_nothing(db_app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        db.session.add(row("a"))
        db.session.flush()
        raise ZeroDivisionError
    assert stored(db_app) == set()


def test_an_inner_unit_joins_the_outer_one(db_app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        with unit_of_work():
            db.session.add(row("a"))
        assert stored(db_app) == set()
        raise ZeroDivisionError
    assert stored(db_app) == set()


def test_a_swallowed_failure_inside_dooms_the_whole(db_app: Flask) -> None:
    def half_a_verb() -> None:
        with unit_of_work():
            db.session.add(row("half"))
            raise ZeroDivisionError

    with pytest.raises(UnitOfWorkDoomed), unit_of_work():
        with pytest.raises(ZeroDivisionError):
            half_a_verb()
        db.session.add(row("rest"))
    assert stored(db_app) == set()


def test_a_step_may_fail_alone_in_a_savepoint(db_app: Flask) -> None:
    with unit_of_work():
        db.session.add(row("a"))
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            db.session.add(row("b"))
            db.session.flush()
            raise ZeroDivisionError
    assert stored(db_app) == {"a"}


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_nobody_but_the_unit_ends_its_transaction(db_app: Flask, end: str) -> None:
    """Afterwards the lock would be gone, and a write after a read would fail when another came between."""
    with unit_of_work():
        db.session.add(row("kept"))
        with pytest.raises(UnitOfWorkCutShort, match=end):
            getattr(db.session, end)()
        assert stored(db_app) == set()
    assert stored(db_app) == {"kept"}
    getattr(db.session, end)()


def test_a_flush_that_fails_keeps_nothing_and_says_why(db_app: Flask) -> None:
    with unit_of_work():
        db.session.add(row("a"))
    db.session.expunge_all()
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.add(row("b"))
        db.session.add(row("a"))
    assert stored(db_app) == {"a"}


def test_the_session_is_usable_after_a_failure(db_app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        raise ZeroDivisionError
    with unit_of_work():
        db.session.add(row("a"))
    assert stored(db_app) == {"a"}


@pytest.mark.usefixtures("db_app")
def test_nothing_can_be_written_outside_a_unit() -> None:
    with pytest.raises(WriteOutsideUnitOfWork):
        db.session.execute(insert(Submission).values(fingerprint="a", location="/", sent_at=now()))
    db.session.add(row("a"))
    with pytest.raises(WriteOutsideUnitOfWork):
        db.session.commit()


@pytest.mark.usefixtures("db_app")
def test_what_was_added_before_a_unit_is_refused_rather_than_lost() -> None:
    db.session.add(row("a"))
    with pytest.raises(WriteOutsideUnitOfWork), unit_of_work():
        pass


def test_a_unit_reads_what_is_true_now(db_app: Flask) -> None:
    with unit_of_work():
        db.session.add(row("a"))
    mine = db.session.get_one(Submission, "a")
    assert mine.location == "/"
    with db_app.app_context(), unit_of_work():
        db.session.get_one(Submission, "a").location = "/elsewhere"
    with unit_of_work():
        assert mine.location == "/elsewhere"


def test_two_writers_wait_for_each_other_instead_of_failing(db_app: Flask) -> None:
    with unit_of_work():
        db.session.add(row("counter"))
    problems: list[Exception] = []

    def add_ten() -> None:
        try:
            with db_app.app_context():
                for _ in range(10):
                    # Reads first, then writes what it read: the pattern that loses on a late write lock.
                    with unit_of_work():
                        found = select(Submission).where(Submission.fingerprint == "counter")
                        counter = db.session.scalars(found.with_for_update()).one()
                        counter.location += "x"
                db.session.remove()
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    db.session.rollback()
    assert db.session.get_one(Submission, "counter").location == "/" + "x" * 40


def test_sqlite_is_set_up_to_lose_nothing(app: Flask) -> None:
    pragmas = {
        name: db.session.execute(text(f"PRAGMA {name}")).scalar()
        for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
    }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 30000}


@pytest.mark.parametrize("db_app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_postgresql_keeps_what_it_has_committed_even_where_it_is_told_not_to(db_app: Flask) -> None:
    def value(column: str) -> object:
        query = f"SELECT {column} FROM pg_settings WHERE name = 'synchronous_commit'"
        return db.session.execute(text(query)).scalar()

    assert (value("reset_val"), value("setting")) == ("off", "on")
    db.session.rollback()
    assert value("setting") == "on"


@pytest.mark.usefixtures("db_app")
def test_an_instant_comes_back_in_utc() -> None:
    at = datetime(2026, 11, 17, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with unit_of_work():
        db.session.add(Submission(fingerprint="a", location="/", sent_at=at))
    found = db.session.scalars(select(Submission.sent_at)).one()
    assert found == at
    assert found.utcoffset() == timedelta(0)
    assert db.session.scalars(select(Submission.fingerprint).where(Submission.sent_at <= at)).one() == "a"


@pytest.mark.usefixtures("db_app")
def test_a_time_without_a_zone_is_refused() -> None:
    naive = select(Submission).where(Submission.sent_at < datetime(2026, 11, 17))
    with pytest.raises(Exception, match="without a zone"):
        db.session.scalars(naive)


def test_public_ids_are_fit_for_an_address() -> None:
    ids = {new_public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(found) == 12 and found.isalnum() and found == found.lower() for found in ids)


@pytest.mark.parametrize("count", [0, 1, 2, 5000])
def test_public_ids_of_many_rows_differ_and_fall_on_one_place_of_their_index(count: int) -> None:
    ids = new_public_ids(count)

    assert len(set(ids)) == count
    assert all(map(is_new_public_id, ids))
    assert len({each[0] for each in ids}) == min(count, 1)
    # All of the rest is chance: no other letter is the same in all of them.
    assert count < 100 or all(len({each[place] for each in ids}) == 28 for place in range(1, 12))
