"""The desk's pages about sending: who may look, who may act, and what they show."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from newsroom.delivery import service
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import service as subscribers_service
from tests.cast import Cast
from tests.delivery import stage
from tests.mailserver import DROP, MailServer

pytestmark = pytest.mark.smtp
PAGE = "/desk/deliveries/81"


def test_a_publisher_sends_an_approved_issue(house: Flask, publisher: Any, smtp: MailServer) -> None:
    stage.approved()
    stage.confirmed(3)
    publisher.visit(PAGE).form("/send")
    publisher.sees("3 confirmed subscribers", "The second call")
    publisher.submit("/send")
    publisher.sees("until issue 81 goes out to 3 confirmed subscribers")
    assert not stage.keep_schedules()
    stage.let_undo_time_pass()
    publisher.visit(PAGE)
    publisher.sees("Counting the audience")
    stage.work()
    publisher.visit(PAGE)
    publisher.sees("Finished", "Handed over")
    assert len(smtp.accepted) == 3


def test_an_editor_looks_and_cannot_act(house: Flask, editor: Any) -> None:
    stage.approved()
    stage.confirmed(1)
    editor.visit(PAGE)
    editor.sees("A publisher sends it")
    assert not _offers(editor)
    stage.begun()
    stage.freeze()
    editor.visit(PAGE)
    editor.sees("Waiting")
    assert not _offers(editor)


def _offers(person: Any) -> list[str]:
    """The addresses of the forms about deliveries on the page."""
    return [form.action for form in person.page.forms if "/deliveries/" in form.action]


@pytest.mark.parametrize(
    "verb", ["send", "stop", "schedule", "pause", "resume", "cancel", "retry", "again/1"]
)
def test_acting_takes_the_right_to_publish(house: Flask, cast: Cast, verb: str) -> None:
    stage.dispatched(1)
    stage.freeze()
    before = stage.dispatch().state
    editor = cast.editor()
    values = dict(editor.visit("/desk/deliveries").form("/sign-out").values)
    answer = editor.client.post(
        f"{PAGE}/{verb}",
        base_url=editor.base_url,
        data={"csrf_token": values["csrf_token"]},
        headers={"Origin": editor.base_url, "Referer": editor.base_url},
    )
    assert answer.status_code == 403
    assert stage.dispatch().state == before


def test_an_issue_that_is_not_approved_offers_no_sending(house: Flask, publisher: Any) -> None:
    stage.drafted()
    publisher.visit(PAGE)
    publisher.sees("Only an approved issue can be sent")


def test_a_second_click_changes_nothing_and_says_so(house: Flask, cast: Cast) -> None:
    stage.approved()
    stage.confirmed(1)
    first, second = cast.publisher(), cast.publisher("Pia Quay", "pia@service-bell.example")
    first.visit(PAGE)
    second.visit(PAGE)
    first.submit("/send")
    second.submit("/send")
    second.sees("until issue 81 goes out")
    stage.let_undo_time_pass()
    assert not stage.keep_schedules()
    first.submit("/stop")
    first.sees("Stopped: nothing of issue 81 has left", "Send it now")
    first.submit("/send")
    stage.let_undo_time_pass()
    second.visit(PAGE)
    stage.work()
    stage.must_balance()


def test_the_progress_renews_itself_until_nothing_is_left_to_do(house: Flask, publisher: Any) -> None:
    stage.dispatched(2)
    for finished in (False, True):
        html = publisher.client.get(f"{PAGE}/progress", base_url=publisher.base_url).get_data(as_text=True)
        assert ("data-refresh" in html) is not finished
        assert "<html" not in html
        # The buttons, the announcement and the ledger are renewed with the numbers.
        assert all(f'id="{name}"' in html for name in ("actions", "dispatch", "dispatch-news", "letters"))
        assert ("Stop the presses" in html) is not finished
        page = publisher.client.get(PAGE, base_url=publisher.base_url).get_data(as_text=True)
        assert (f'data-refresh="{PAGE}/progress"' in page) is not finished
        stage.work()


def test_what_renews_itself_keeps_the_tab_and_the_page(house: Flask, publisher: Any) -> None:
    stage.dispatched(60)
    stage.freeze()
    page = publisher.client.get(f"{PAGE}?state=pending&page=2", base_url=publisher.base_url)
    assert f'data-refresh="{PAGE}/progress?state=pending&amp;page=2"' in page.get_data(as_text=True)
    part = publisher.client.get(f"{PAGE}/progress?state=pending&page=2", base_url=publisher.base_url)
    assert part.get_data(as_text=True).count("re…@reader.example") == 10


def test_trying_again_says_how_many(house: Flask, publisher: Any, smtp: MailServer) -> None:
    smtp.answer("RCPT", "550 5.7.1 No", to=stage.email_of(1))
    stage.dispatched(2)
    stage.work()
    publisher.visit(PAGE)
    publisher.submit("/retry")
    publisher.sees("1 letter of issue 81 is tried again.")


def test_a_pause_shows_the_servers_sentence_and_offers_to_go_on(
    house: Flask, publisher: Any, smtp: MailServer
) -> None:
    smtp.answer("MAIL", "550 5.7.1 <script>alert(1)</script>")
    stage.dispatched(2)
    stage.work()
    publisher.visit(PAGE)
    publisher.sees("Paused:", "550 5.7.1 <script>alert(1)</script>")
    smtp.behave()
    publisher.submit("/resume")
    stage.work()
    publisher.visit(PAGE)
    publisher.sees("Finished")


def test_cancelling_before_the_first_letter_brings_back_the_page_for_sending(
    house: Flask, publisher: Any
) -> None:
    stage.dispatched(2)
    publisher.visit(PAGE)
    publisher.submit("Stop the presses")
    publisher.sees("Send it now")


def test_an_uncertain_letter_can_be_sent_again_from_its_row(
    house: Flask, publisher: Any, smtp: MailServer
) -> None:
    smtp.answer("DATA", DROP, times=1)
    stage.dispatched(2)
    stage.work()
    publisher.visit(f"{PAGE}?state=uncertain")
    publisher.sees("re…@reader.example")
    publisher.submit("Send again")
    # On the tab that they came from, where the next one may wait.
    publisher.sees("One more letter goes to re…@reader.example.", "Uncertain 0")
    stage.work()
    assert stage.tally() == {"handed_over": 2}


def test_cancelling_is_asked_about_because_nothing_undoes_it(house: Flask, publisher: Any) -> None:
    stage.dispatched(3)
    stage.freeze()
    publisher.visit(PAGE)
    publisher.follow("Cancel what is left…")
    publisher.sees("3 of 3 letters have not been handed over", "nothing undoes this")
    assert stage.dispatch().state == "sending"
    publisher.submit("/pause")
    publisher.visit(f"{PAGE}/cancel")
    publisher.sees("Paused", "Back to its delivery")
    publisher.submit("/cancel")
    publisher.sees("Cancelled")
    # Where nothing is left to cancel, nobody is asked.
    publisher.visit(f"{PAGE}/cancel")
    publisher.sees("Cancelled", "Letter by letter")


@pytest.mark.parametrize("verb", ["/pause", "/resume"])
def test_what_a_colleague_did_a_moment_ago_is_no_error(house: Flask, cast: Cast, verb: str) -> None:
    stage.dispatched(2)
    stage.freeze()
    first, second = cast.publisher(), cast.publisher("Pia Quay", "pia@service-bell.example")
    if verb == "/resume":
        stage.change(service.pause)
    first.visit(PAGE)
    second.visit(PAGE)
    first.submit(verb)
    second.submit(verb)
    second.sees(f"{first.name} stopped it for now." if verb == "/pause" else "Sending")
    assert "Only a" not in second.page.words


def test_a_page_of_what_is_paused_goes_on_renewing_itself(house: Flask, publisher: Any) -> None:
    """A colleague may let it go on, and answers of letters that were under way still come."""
    stage.dispatched(2)
    stage.freeze()
    stage.change(service.pause)
    html = publisher.client.get(PAGE, base_url=publisher.base_url).get_data(as_text=True)
    assert f'data-refresh="{PAGE}/progress"' in html
    assert "Look again" not in html


def test_no_page_shows_a_whole_address(house: Flask, publisher: Any, smtp: MailServer) -> None:
    smtp.answer("RCPT", f"550 5.7.1 <{stage.email_of(1)}>: refused", to=stage.email_of(1))
    stage.dispatched(2)
    stage.work()
    publisher.visit(PAGE)
    publisher.sees("re…@reader.example", "(address): refused")
    assert "reader0001" not in publisher.page.words


def test_who_was_erased_is_a_row_without_a_name(house: Flask, publisher: Any, smtp: MailServer) -> None:
    smtp.answer("DATA", DROP, times=1)
    ids = stage.dispatched(1)
    stage.work()
    with unit_of_work():
        subscribers_service.erase(ids[0])
    publisher.visit(PAGE)
    publisher.sees("erased since")
    assert not _offers(publisher)


def test_a_long_ledger_comes_in_pages(house: Flask, publisher: Any) -> None:
    stage.dispatched(60)
    stage.freeze()
    assert publisher.visit(PAGE).words.count("re…@reader.example") == 50
    assert publisher.visit(f"{PAGE}?page=2").words.count("re…@reader.example") == 10
    for page in ("0", "-3", "x", "99999999999999999999999"):
        publisher.visit(f"{PAGE}?page={page}")
    publisher.visit(f"{PAGE}?state=nonsense")


@pytest.mark.parametrize("number", ["7", "99999999999999999999999"])
@pytest.mark.parametrize("rest", ["", "/progress"])
def test_a_number_that_nothing_has_is_not_found(house: Flask, publisher: Any, number: str, rest: str) -> None:
    publisher.visit(f"/desk/deliveries/{number}{rest}", expect=404)


def test_the_list_names_every_dispatch(house: Flask, publisher: Any) -> None:
    publisher.visit("/desk/deliveries")
    publisher.sees("Nothing was sent yet")
    stage.dispatched(2)
    stage.work()
    publisher.visit("/desk/deliveries")
    publisher.sees("Issue 81", "Finished")


def test_a_refused_verb_is_a_sentence_on_the_page(house: Flask, publisher: Any) -> None:
    stage.dispatched(1)
    stage.freeze()
    publisher.visit(PAGE)
    stage.change(service.cancel)
    publisher.submit("/pause")
    publisher.sees("Only a dispatch that is sending can be paused; this one is cancelled.")


def test_a_ledger_is_counted_once_for_all_that_renews_itself(house: Flask, publisher: Any) -> None:
    stage.dispatched(3)
    stage.freeze()
    asked: list[str] = []

    def note(*given: Any) -> None:
        if "count(*)" in given[2] and "FROM delivery" in given[2] and "finished_at >" not in given[2]:
            asked.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert publisher.client.get(f"{PAGE}/progress", base_url=publisher.base_url).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) == 1


def test_the_list_says_how_far_each_issue_is_and_since_when(
    house: Flask, publisher: Any, smtp: MailServer
) -> None:
    smtp.answer("RCPT", "550 5.7.1 No", to=stage.email_of(1))
    stage.dispatched(3)
    stage.work()
    publisher.visit("/desk/deliveries")
    began = stage.dispatch().started_at
    assert began is not None
    publisher.sees("Issue 81", "Finished", "2 of 3", f"{began:%Y-%m-%d}")
