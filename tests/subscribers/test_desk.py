from typing import Any

import pytest
from flask import Flask

from newsroom.accounts.queries import audit_log
from newsroom.platform.addresses import parse
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import queries, rules, service
from newsroom.subscribers.models import Subscriber
from tests.subscribers.conftest import EMAIL, join, sign_up


def latest(verb: str) -> Any:
    return next((entry for entry in audit_log().items if entry.verb == verb), None)


def test_the_list_shows_counts_and_masked_addresses(editor: Any, rhona: Subscriber) -> None:
    sign_up("waiting@reader.example")
    editor.visit("/desk/subscribers")
    editor.sees("goes to 1 reader", "rh…@reader.example", "wa…@reader.example").does_not_see(
        EMAIL, "Rhona Vale"
    )

    editor.follow("Waiting for confirmation")
    editor.sees("wa…@reader.example").does_not_see("rh…@reader.example")


def test_an_empty_list_says_where_to_begin(editor: Any) -> None:
    editor.visit("/desk/subscribers")
    editor.sees("Nobody has subscribed yet")


def test_a_long_list_is_turned_page_by_page(editor: Any, app: Flask) -> None:
    for number in range(queries.PER_PAGE + 1):
        with unit_of_work():
            service.import_rows([service.Newcomer(2, parse(f"r{number}@reader.example"), "")], consent="x")
    editor.visit("/desk/subscribers?state=confirmed")
    editor.follow("Next page")
    editor.sees("Page 2 of 2")
    editor.visit("/desk/subscribers?state=nonsense&page=-5")


def test_a_search_finds_one_address_and_is_recorded(editor: Any, rhona: Subscriber) -> None:
    editor.visit("/desk/subscribers")
    editor.submit("Find", email="RHONA@reader.example")
    editor.sees("rh…@reader.example", "Confirmed", "Asked for the letter")

    assert latest("saw private details").subject == f"subscriber {rhona.public_id}"
    assert EMAIL not in latest("saw private details").detail


def test_a_search_for_nobody_says_so(editor: Any, app: Flask) -> None:
    with unit_of_work():
        service.suppress("never@reader.example", rules.Reason.COMPLAINT)
    editor.visit("/desk/subscribers")
    editor.submit("Find", email="stranger@reader.example", expect=404)
    editor.sees("Nobody has subscribed with this address.")
    editor.submit("Find", email="never@reader.example", expect=404)
    editor.sees("on the suppression list: reported our letter as junk")
    editor.submit("Find", email="nobody", expect=422)
    editor.sees("needs an @")


def test_name_and_address_are_shown_when_asked_for_and_it_is_recorded(editor: Any, rhona: Subscriber) -> None:
    editor.visit(f"/desk/subscribers/{rhona.public_id}")
    editor.does_not_see(EMAIL, "Rhona Vale")
    assert latest("saw private details") is None

    editor.submit("Show them")
    editor.sees(EMAIL, "Rhona Vale")
    assert latest("saw private details") is not None


def test_an_administrator_says_why(admin: Any, rhona: Subscriber) -> None:
    admin.visit(f"/desk/subscribers/{rhona.public_id}")
    admin.submit("Show them", expect=422)
    admin.sees("with a written reason").does_not_see(EMAIL)

    admin.submit("Show them", reason="Asked by telephone")
    admin.sees(EMAIL)
    assert latest("saw private details").detail == "Asked by telephone"


def test_a_subscription_is_ended_on_request_with_a_reason(editor: Any, rhona: Subscriber) -> None:
    editor.visit(f"/desk/subscribers/{rhona.public_id}")
    editor.submit("Unsubscribe", reason=" \t ", expect=422)
    editor.sees("they stand in the audit log")
    editor.submit("Unsubscribe", reason="Wrote us a postcard")
    editor.sees("Unsubscribed. No issue goes to this address any more.", "Left")

    db.session.refresh(rhona)
    assert rhona.state == "unsubscribed"
    assert latest("unsubscribed").detail == "Wrote us a postcard"


def test_only_an_administrator_erases(editor: Any, admin: Any, rhona: Subscriber) -> None:
    path, number = f"/desk/subscribers/{rhona.public_id}/erase", rhona.id
    editor.visit(path, expect=403)

    admin.visit(path)
    assert queries.subscriber(number) is not None
    admin.submit("Erase for ever", reason="Asked by letter", never_again=True)
    admin.sees("Erased, with the history")

    assert queries.subscriber(number) is None
    assert queries.suppression_of(EMAIL) is not None
    assert latest("erased").detail == "Asked by letter"


def test_an_administrator_keeps_the_suppression_list(admin: Any, rhona: Subscriber) -> None:
    admin.visit("/desk/subscribers/suppressions")
    admin.sees("The list is empty")
    admin.submit("Never write there again", email=EMAIL, reason="complaint", detail="Rang us")
    admin.sees("never written to again", "Reported our letter as junk", "Rang us").does_not_see(EMAIL)
    db.session.refresh(rhona)
    assert rhona.state == "complained"

    admin.submit("Take it off the list", email=EMAIL, expect=422)
    admin.sees("Write why")
    admin.submit("Take it off the list", email=EMAIL, reason="A mistake")
    admin.sees("Taken off the list", "The list is empty")


def test_an_editor_reads_the_suppression_list_and_changes_nothing(editor: Any, app: Flask) -> None:
    editor.visit("/desk/subscribers/suppressions")
    editor.submit("Never write there again", email=EMAIL, expect=403)

    assert queries.counts().suppressed == 0


@pytest.mark.parametrize("path", ["", "/xyz", "/suppressions", "/xyz/erase"])
def test_strangers_are_asked_to_sign_in(reader: Any, path: str) -> None:
    reader.visit(f"/desk/subscribers{path}")
    reader.sees("Sign in")


def test_somebody_erased_meanwhile_is_not_found(editor: Any) -> None:
    editor.visit("/desk/subscribers/bcdfghjkmnpq", expect=404)
    editor.sees("perhaps they were erased")


def test_what_a_subscriber_typed_is_shown_as_text(editor: Any, app: Flask) -> None:
    rhona = join(name="<script>alert(1)</script>")
    editor.visit(f"/desk/subscribers/{rhona.public_id}")
    page = editor.submit("Show them")

    editor.sees("<script>alert(1)</script>")
    assert page.status == 200
