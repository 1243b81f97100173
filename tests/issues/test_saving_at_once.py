"""Two units of work on one issue at the same moment: the second waits and sees what the first decided."""

import threading
from collections.abc import Callable

from flask import Flask

from newsroom.issues import queries, rules, service
from newsroom.issues.document import Section
from newsroom.issues.models import Issue
from newsroom.platform.db import db, unit_of_work
from tests.issues.conftest import WHOLE, take_in, the_issue
from tests.waiting import LONG_SECONDS


def at_once(app: Flask, *verbs: Callable[[Issue], object]) -> list[str]:
    """Run each verb in a thread and a unit of work of its own; what became of each."""
    outcomes: list[str] = []
    ready = threading.Barrier(len(verbs))

    def run(verb: Callable[[Issue], object]) -> None:
        with app.app_context():
            ready.wait(LONG_SECONDS)
            try:
                with unit_of_work():
                    verb(the_issue())
                outcomes.append("done")
            except (service.Conflict, rules.Refused) as error:
                outcomes.append(type(error).__name__)
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_SECONDS)
    return sorted(outcomes)


def saving(body: str) -> Callable[[Issue], object]:
    def save(row: Issue) -> None:
        section = row.sections[0].public_id
        service.save_section(row, section, Section("Announcement", "T", body), base_version=1, by_id=None)

    return save


def test_of_two_saves_at_once_one_is_a_conflict(db_app: Flask) -> None:
    take_in(WHOLE)
    assert at_once(db_app, saving("One."), saving("Two.")) == ["Conflict", "done"]


def test_a_form_that_arrives_twice_at_once_adds_one_section(db_app: Flask) -> None:
    take_in(WHOLE)

    def add(row: Issue) -> None:
        service.add_section(row, Section("Note", "Once", "Words."), by_id=None, section_id="bcdfghjkmnpq")

    assert at_once(db_app, add, add) == ["done", "done"]
    assert [section.title for section in queries.document(the_issue()).sections].count("Once") == 1


def test_one_number_is_given_once(db_app: Flask) -> None:
    take_in(WHOLE)

    def create(row: Issue) -> None:
        service.create_issue(82, row.issue_on, by_id=None)

    assert at_once(db_app, create, create) == ["Refused", "done"]
