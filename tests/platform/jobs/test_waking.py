"""Who is told of work: after the commit that makes it, once, and never of work that was rolled back."""

import pytest
from flask import Flask

from newsroom.platform import jobs
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import waking


@pytest.fixture
def heard(app: Flask) -> list[str]:
    found: list[str] = []
    waking.listen(app, found.append)
    return found


def test_it_is_told_after_the_commit_and_once(heard: list[str]) -> None:
    with unit_of_work():
        jobs.wake("letters")
        jobs.wake("letters")
        jobs.wake("jobs")
        assert heard == []
    assert heard == ["jobs", "letters"]
    with unit_of_work():
        pass
    assert heard == ["jobs", "letters"]


def test_what_is_rolled_back_wakes_nobody(heard: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        jobs.wake("letters")
        _ = 1 / 0
    with unit_of_work():
        db.session.execute(db.text("SELECT 1"))
    assert heard == []
