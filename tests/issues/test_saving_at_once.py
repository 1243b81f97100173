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


def test_two_moves_at_once_are_both_made(db_app: Flask) -> None:
    take_in(WHOLE)
    first, _, last = (section.public_id for section in the_issue().sections)

    def move(section_id: str, place: int) -> Callable[[Issue], object]:
        return lambda row: service.move_section_to(row, section_id, place, by_id=None)

    assert at_once(db_app, move(last, 1), move(first, 3)) == ["done", "done"]
    order = [section.public_id for section in the_issue().sections]
    assert (order[0], order[-1]) == (last, first)


def test_one_name_is_given_to_one_template(db_app: Flask) -> None:
    take_in(WHOLE)

    def keep_with(title: str) -> Callable[[Issue], object]:
        def keep(row: Issue) -> None:
            service.add_section(row, Section("Note", title, "Words."), by_id=None)
            service.save_template(row, "Summer", by_id=None)

        return keep

    # Whoever comes second has another shape to keep, in either order.
    assert at_once(db_app, keep_with("One"), keep_with("Two")) == ["NameTaken", "done"]
    assert [row.name for row in queries.templates()] == ["Summer"]


def test_of_two_who_put_a_section_back_each_finds_it_there_once(db_app: Flask) -> None:
    take_in(WHOLE)
    column = the_issue().sections[-1].public_id
    with unit_of_work():
        service.remove_section(the_issue(), column, by_id=None)

    def put_back(row: Issue) -> None:
        service.restore_section(row, column, by_id=None)

    assert at_once(db_app, put_back, put_back) == ["done", "done"]
    assert [section.public_id for section in the_issue().sections].count(column) == 1
