from typing import Any

import pytest
from flask import Flask

from newsroom.accounts.queries import audit_log
from newsroom.platform.addresses import parse
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import queries, rules, service
from newsroom.subscribers.models import Subscriber, Suppression
from newsroom.subscribers.rules import Reason
from newsroom.subscribers.service import Outcome
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


LIST = "/desk/subscribers/suppressions"


def entry() -> int:
    return db.session.scalars(db.select(Suppression)).one().id


def suppressed(email: str, reason: Reason = Reason.REQUEST, detail: str = "") -> None:
    with unit_of_work():
        service.suppress(email, reason, detail)


def test_a_publisher_keeps_the_suppression_list(publisher: Any, rhona: Subscriber) -> None:
    publisher.visit(LIST)
    publisher.sees("The list is empty")
    publisher.submit("Never write there again", email=EMAIL, reason="complaint", detail="Rang us")
    publisher.sees("never written to again", "Reported our letter as junk", "Rang us", "rh…@reader.example")
    publisher.does_not_see(EMAIL)
    db.session.refresh(rhona)
    assert rhona.state == "complained"

    publisher.submit("Find", email=EMAIL)
    publisher.sees("rh…@reader.example", "Rang us")
    publisher.submit("Take it off the list", expect=422)
    publisher.sees("Write why")
    publisher.submit("Take it off the list", reason="A mistake")
    publisher.sees("Taken off the list", "The list is empty")
    assert latest("lifted").detail == "A mistake"
    assert latest("saw private details").subject == "suppressions"


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_others_read_the_suppression_list_and_change_nothing(
    role: str, request: pytest.FixtureRequest, app: Flask
) -> None:
    person = request.getfixturevalue(role)
    suppressed(EMAIL)
    for path in (LIST, f"{LIST}/{entry()}"):
        person.visit(path)
        person.sees("Asked never to be written to again", "An erased subscriber")
        person.does_not_see("Never write there again", "Write why")
    person.visit(f"{LIST}.csv", expect=403)
    for path in (LIST, f"{LIST}/{entry()}/lift"):
        assert person.client.post(path, base_url=person.base_url).status_code in (400, 403)
    assert queries.counts().suppressed == 1


def test_an_administrator_says_why_they_look_an_address_up(admin: Any, app: Flask) -> None:
    suppressed(EMAIL)
    admin.visit(LIST)
    admin.submit("Find", email=EMAIL, expect=422)
    admin.submit("Find", email=EMAIL, reason="Asked by telephone")
    admin.sees("An erased subscriber")
    admin.visit(LIST)
    admin.submit("Find", email="stranger@reader.example", reason="Asked too", expect=404)
    admin.sees("This address is not on the list: it may be written to.")


def test_an_erased_subscriber_s_entry_stays_and_can_be_lifted(
    publisher: Any, rhona: Subscriber, app: Flask
) -> None:
    suppressed(EMAIL, Reason.HARD_BOUNCE, "5.1.1")
    with unit_of_work():
        service.erase(rhona.id)
    publisher.visit(LIST)
    publisher.sees("An erased subscriber").does_not_see("rh…")
    publisher.visit(f"{LIST}/{entry()}")
    publisher.submit("Take it off the list", reason="The server was mistaken")
    assert queries.suppression_of(EMAIL) is None


def test_a_subscriber_s_page_leads_to_their_entry(publisher: Any, rhona: Subscriber) -> None:
    suppressed(EMAIL, Reason.COMPLAINT)
    publisher.visit(f"/desk/subscribers/{rhona.public_id}")
    publisher.follow("On the suppression list")
    publisher.sees("Reported our letter as junk", "rh…@reader.example")


def test_who_moved_to_another_address_is_not_shown_with_the_old_one(rhona: Subscriber) -> None:
    suppressed(EMAIL)
    with unit_of_work():
        rhona.email = rhona.email_key = "new@reader.example"
    assert queries.suppressions()[1][0].holder is None


def test_the_list_is_searched_by_reason_words_and_fingerprint(publisher: Any, app: Flask) -> None:
    suppressed("one@reader.example", Reason.HARD_BOUNCE, "5.1.1 moved away 100%")
    suppressed("two@reader.example", Reason.COMPLAINT, "abuse")
    mark = queries.suppression_hash("two@reader.example")[:8]
    for query, is_seen, is_not in [
        ("reason=complaint", "abuse", "moved away"),
        ("words=MOVED", "moved away", "abuse"),
        ("words=0%25", "moved away", "abuse"),
        (f"words={mark}", "abuse", "moved away"),
        ("reason=nonsense", "abuse", "No entry"),
        ("words=%25_x", "No entry is like that", "abuse"),
        ("words=a%00b&page=99999999999999999999", "No entry is like that", "abuse"),
    ]:
        publisher.visit(f"{LIST}?{query}")
        publisher.sees(is_seen).does_not_see(is_not)
    table = publisher.client.get(f"{LIST}.csv?reason=complaint", base_url=publisher.base_url)
    assert (table.status_code, table.mimetype) == (200, "text/csv")
    assert table.text.splitlines()[0] == "fingerprint,reason,detail,since,subscriber"
    assert table.text.count("\n") == 2
    assert "abuse" in table.text


def test_a_detail_that_a_spreadsheet_would_run_is_made_harmless(publisher: Any, app: Flask) -> None:
    suppressed(EMAIL, detail="=1+1")
    assert "'=1+1" in publisher.client.get(f"{LIST}.csv", base_url=publisher.base_url).text


def test_a_long_suppression_list_is_turned_page_by_page(publisher: Any, app: Flask) -> None:
    for number in range(queries.PER_PAGE + 1):
        suppressed(f"r{number}@reader.example")
    publisher.visit(f"{LIST}?reason=request")
    publisher.follow("Next page")
    publisher.sees("Page 2 of 2")
    assert len(list(queries.suppression_rows())) == queries.PER_PAGE + 1


def test_an_entry_that_was_lifted_is_not_found(publisher: Any, app: Flask) -> None:
    publisher.visit(f"{LIST}/1", expect=404)
    publisher.sees("perhaps it was lifted")


def test_the_list_is_the_same_on_either_database(db_app: Flask) -> None:
    suppressed("one@reader.example", Reason.HARD_BOUNCE, "Nobody there")
    suppressed("two@reader.example", Reason.COMPLAINT, "abuse")
    assert [one.detail for one in queries.suppressions("", "nobody")[1]] == ["Nobody there"]
    assert [row[1] for row in queries.suppression_rows("complaint")] == ["complaint"]
    assert queries.suppression_counts()["hard_bounce"] == 1
    with unit_of_work():
        assert service.lift_entry(queries.suppressions("complaint")[1][0].id, "x") is Outcome.DONE
        assert service.lift_entry(99, "x") is Outcome.ALREADY


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
