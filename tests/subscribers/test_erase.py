from typing import Any

from flask import Flask
from sqlalchemy import inspect, text

from newsroom.accounts.queries import audit_log
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import links, queries, rules, service
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.service import SignUp
from tests.subscribers.conftest import EMAIL, join, letters, sign_up


def everything_stored() -> str:
    """All values of all rows of all tables, as one text."""
    texts = []
    for table in inspect(db.engine).get_table_names():
        # As it lies there: the full text of a search has tables that no model knows.
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')).all():
            texts.append(" ".join(str(value) for value in row))
    return "\n".join(texts)


def test_nothing_of_an_erased_subscriber_is_left(db_app: Flask) -> None:
    rhona = join(name="Rhona Vale")
    assert EMAIL in everything_stored()

    with unit_of_work():
        assert service.erase(rhona.id)

    left = everything_stored().casefold()
    assert EMAIL not in left
    assert "rhona vale" not in left
    assert queries.counts().total == 0


def test_a_subscriber_erases_themselves_from_their_own_page(reader: Any, rhona: Subscriber) -> None:
    number = rhona.id
    reader.visit(f"/preferences/{links.manage_token(number, 0)}")
    reader.follow("Erase me")
    assert queries.subscriber(number) is not None

    reader.submit("Erase everything")
    reader.sees("It is gone")

    assert queries.subscriber(number) is None
    assert audit_log().items[0].verb == "erased"


def test_whoever_asks_for_it_is_never_written_to_again(reader: Any, rhona: Subscriber) -> None:
    reader.visit(f"/preferences/{links.manage_token(rhona.id, 0)}/erase")
    reader.submit("Erase everything", never_again=True)

    with unit_of_work():
        service.sign_up(SignUp(EMAIL))
    assert letters() == []
    assert EMAIL not in everything_stored()


def test_without_that_they_may_come_back_as_somebody_new(db_app: Flask) -> None:
    old_number = join().id
    with unit_of_work():
        service.erase(old_number)

    assert sign_up().id > old_number


def test_a_suppression_survives_the_erasure(db_app: Flask) -> None:
    rhona = join()
    with unit_of_work():
        service.suppress(EMAIL, rules.Reason.HARD_BOUNCE)
        service.erase(rhona.id)

    assert queries.suppression_of(EMAIL) is not None


def test_erasing_nobody_says_so(db_app: Flask) -> None:
    with unit_of_work():
        assert not service.erase(4711)
