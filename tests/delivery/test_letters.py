"""What a subscriber actually gets: byte for byte what was frozen, but for their own words."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsroom.delivery import editions, rules, service
from newsroom.delivery.addressing import SLOTS, Addressing
from newsroom.delivery.naming import delivery_of
from newsroom.issues import letter
from newsroom.issues import queries as issues
from newsroom.issues.checks import letter as letter_checks
from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import verp
from newsroom.publication import queries as publications
from newsroom.subscribers import links
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers.queries import Recipient
from tests.chance import SHARED_FIXTURE, examples
from tests.databases import BASE_URL, SECRET
from tests.delivery import stage
from tests.mailserver import MailServer

pytestmark = pytest.mark.smtp
SENDER = "letter@service-bell.example"


def addressing(bounce_domain: str = "") -> Addressing:
    return Addressing(1, SENDER, bounce_domain, SECRET)


def _without_own_words(message: bytes) -> list[str]:
    """All of a message, decoded, with what differs by recipient taken out."""
    parsed = message_from_bytes(message, policy=default)
    texts = [f"{name}: {value}" for name, value in parsed.items() if name not in ("To", "Message-ID")]
    texts += [part.get_content() for part in parsed.walk() if not part.is_multipart()]
    return [re.sub(r"/(unsubscribe|preferences)/[^\s\"<>)\]]+", r"/\1/TOKEN", text) for text in texts]


def _sets_links_alike(text: str) -> str:
    return " ".join(text.split())


def test_subscribers_get_what_was_frozen_but_for_their_own_slots(
    house: Flask, smtp: MailServer, clock: time_machine.Traveller
) -> None:
    # The words of a link say in which second they were made.
    clock.move_to(datetime(2026, 11, 24, 9, 0, tzinfo=UTC), tick=False)
    ids = stage.dispatched(3)
    stage.work()
    record = issues.frozen(stage.NUMBER)
    assert record is not None
    compiled = editions.compiled(stage.NUMBER, editions.sender_now())["html"]
    at = Addressing(stage.dispatch().id, SENDER, "", SECRET)
    for recipient in subscribers.recipients(ids):
        (accepted,) = [item for item in smtp.accepted if recipient.email in item.rcpt_to]
        assert accepted.data == compiled.join(at.slots(recipient))
        html = accepted.message.get_body(("html",))
        assert html is not None
        slots = at.slots(recipient)
        expected = record.email_html
        for name in ("unsubscribe", "preferences"):
            expected = re.sub(rf"zqSLOT{name}0*QZ", slots[name], expected)
        assert html.get_content().replace("\r\n", "\n").strip() == expected.strip()


def test_the_preview_shows_what_subscribers_get(house: Flask, smtp: MailServer) -> None:
    stage.approved()
    row = issues.issue(stage.NUMBER)
    assert row is not None
    at = row.updated_at
    preview = letter.sample(
        letter.rendered(issues.document(row), BASE_URL), BASE_URL, publications.publication(), at
    )
    stage.confirmed(1)
    stage.begun()
    stage.work()
    shown, sent = _without_own_words(preview), _without_own_words(smtp.accepted[0].data)
    # The date is that of the freezing, and the boundary is made of it.
    own = ("Date:", "Content-Type: multipart/")
    shown, sent = ([text for text in each if not text.startswith(own)] for each in (shown, sent))
    assert [_sets_links_alike(text) for text in shown] == [_sets_links_alike(text) for text in sent]


def test_a_change_of_the_settings_meanwhile_changes_no_letter(house: Flask, smtp: MailServer) -> None:
    from dataclasses import replace

    from newsroom.demo import sample
    from newsroom.publication import service as publication

    smtp.answer("MAIL", "550 5.7.1 Not yet", times=1)
    stage.dispatched(2)
    stage.work()
    assert stage.dispatch().state == "paused"
    with unit_of_work():
        publication.save_settings(
            replace(sample.SETTINGS, sender_name="Renamed", sender_address="new@elsewhere.example"),
            based_on=1,
        )
    stage.change(service.resume)
    stage.work()
    assert {item.message["From"] for item in smtp.accepted} == {f"The Service Bell <{SENDER}>"}
    assert all(item.message["Message-ID"].endswith("@service-bell.example>") for item in smtp.accepted)


def test_who_reads_text_gets_text_alone(house: Flask, smtp: MailServer) -> None:
    stage.approved()
    (number,) = stage.confirmed(1)
    with unit_of_work():
        subscriber = subscribers.subscriber(number)
        assert subscriber is not None
        subscriber.format = "text"
    stage.begun()
    stage.work()
    message = smtp.accepted[0].message
    assert message.get_content_type() == "text/plain"
    assert "She had called before" in message.get_content()
    assert message["List-Unsubscribe"] is not None
    assert "zqSLOT" not in message.get_content()


def test_the_way_out_works_with_one_click(house: Flask, smtp: MailServer) -> None:
    ids = stage.dispatched(2)
    stage.work()
    message = smtp.letters_to(stage.email_of(1))[0]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip("<>")
    assert url.startswith(f"{BASE_URL}/unsubscribe/")
    answer = house.test_client().post(
        url.removeprefix(BASE_URL), data={"List-Unsubscribe": "One-Click"}, base_url=BASE_URL
    )
    assert answer.status_code == 200
    found = [subscribers.subscriber(number) for number in ids]
    assert [each.state for each in found if each] == ["unsubscribed", "confirmed"]


def test_each_letter_has_its_own_links_and_message_id(house: Flask, smtp: MailServer) -> None:
    stage.dispatched(5)
    stage.work()
    for header in ("Message-ID", "List-Unsubscribe", "To"):
        assert len({item.message[header] for item in smtp.accepted}) == 5
    for item in smtp.accepted:
        tokens = {
            subtype: re.search(r"/preferences/([^\s\"]+)", item.message.get_body((subtype,)).get_content())[1]
            for subtype in ("plain", "html")
        }
        assert tokens["plain"] == tokens["html"]
        holder, is_full = links.read_preferences(tokens["html"])
        found = subscribers.subscriber(holder.subscriber_id)
        assert found and [found.email] == [each.addr_spec for each in item.message["To"].addresses]
        assert not is_full


def test_a_message_id_is_the_same_at_every_attempt(house: Flask, smtp: MailServer, clock: object) -> None:
    from tests.mailserver import DROP

    smtp.answer("DATA", DROP, times=1)
    (number,) = stage.dispatched(1)
    stage.work()
    stage.change(lambda row: service.send_again(row, number))
    clock.shift(3600)  # type: ignore[attr-defined]
    stage.work()
    first, second = smtp.letters_to(stage.email_of(1))
    assert first["Message-ID"] == second["Message-ID"]


@pytest.fixture
def with_verp(environment: dict[str, str]) -> None:
    environment["NEWSROOM_BOUNCE_DOMAIN"] = "bounces.service-bell.example"


def test_the_return_path_names_the_delivery(with_verp: None, house: Flask, smtp: MailServer) -> None:
    (number,) = stage.dispatched(1)
    stage.work()
    token = verp.parse(smtp.accepted[0].mail_from, SECRET, "bounces.service-bell.example")
    assert token is not None
    named = delivery_of(token)
    assert named is not None
    assert (named.dispatch_id, named.subscriber_id, named.token_epoch) == (stage.dispatch().id, number, 0)


def test_without_a_bounce_domain_the_sender_gets_the_bounces(house: Flask, smtp: MailServer) -> None:
    stage.dispatched(1)
    stage.work()
    assert smtp.accepted[0].mail_from == SENDER


@given(st.integers(1, 10**9), st.integers(1, 10**11), st.integers(0, 10**9))
def test_every_return_path_can_be_written_and_read(dispatch_id: int, subscriber_id: int, epoch: int) -> None:
    at = Addressing(dispatch_id, SENDER, "b.example", SECRET)
    path = at.return_path(Recipient(subscriber_id, "a@b.example", "", "html", epoch))
    token = verp.parse(path.upper(), SECRET, "b.example")
    assert token is not None
    named = delivery_of(token)
    assert named is not None
    assert (named.dispatch_id, named.subscriber_id, named.token_epoch) == (dispatch_id, subscriber_id, epoch)


@pytest.mark.parametrize("token", ["", "d1", "d1-s2", "d1-s2-e", "dx-s1-e1", "d1-s2-e3-f4", "d١-s2-e3"])
def test_another_token_names_no_delivery(token: str) -> None:
    assert delivery_of(token) is None


# Names as people and imports have them

HOSTILE = [
    "Vale, Rhona",
    'Rhona "the bell" Vale',
    "Rhona\r\nBcc: everybody@reader.example",
    "Rhona 🛎️ Vále",
    "x" * 1000,
    "<script>alert(1)</script>",
    "=?utf-8?q?not_a_word?=",
    "zqSLOTaddressQZ",
    "a@b.example, c@d.example;",
    "\u202eelaV anohR",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_break_a_letter_or_add_to_it(house: Flask, smtp: MailServer, name: str) -> None:
    stage.approved()
    (number,) = stage.confirmed(1)
    with unit_of_work():
        subscriber = subscribers.subscriber(number)
        assert subscriber is not None
        # As a restored or migrated database might have it.
        subscriber.name = name
    stage.begun()
    stage.work()
    (accepted,) = smtp.accepted
    assert accepted.rcpt_to == (stage.email_of(1),)
    message = accepted.message
    assert [address.addr_spec for address in message["To"].addresses] == [stage.email_of(1)]
    assert message["Bcc"] is None
    assert all(len(line) <= 998 for line in accepted.data.split(b"\r\n"))


@given(st.text(max_size=200))
@hypothesis_settings(suppress_health_check=SHARED_FIXTURE, max_examples=examples(100, thorough=1000))
def test_any_name_at_all_gives_a_message(house: Flask, name: str) -> None:
    if issues.issue(stage.NUMBER) is None:
        stage.dispatched(0)
    compiled = editions.compiled(stage.NUMBER, editions.sender_now())
    slots = addressing().slots(Recipient(1, "rhona@reader.example", name, "html", 0))
    for edition in compiled.values():
        message = message_from_bytes(edition.join(slots), policy=default)
        assert [address.addr_spec for address in message["To"].addresses] == ["rhona@reader.example"]


def test_an_address_that_cannot_be_written_fails_alone_and_is_not_suppressed(
    house: Flask, smtp: MailServer
) -> None:
    stage.approved()
    ids = stage.confirmed(3)
    with unit_of_work():
        subscriber = subscribers.subscriber(ids[1])
        assert subscriber is not None
        subscriber.email = "not an address\r\nRCPT TO:<x@y.example>"
    stage.begun()
    stage.work()
    assert stage.states() == {ids[0]: "handed_over", ids[1]: "failed", ids[2]: "handed_over"}
    row = stage.rows()[ids[1]]
    assert row.last_reply is not None
    assert row.last_reply.startswith("No letter can be made for this subscriber")
    assert row.attempt_count == 0
    assert subscribers.counts().suppressed == 0
    assert stage.dispatch().state == "finished"
    assert sorted(smtp.recipients()) == [stage.email_of(1), stage.email_of(3)]


# When letters are dated


def test_a_letter_that_leaves_hours_later_is_not_dated_hours_ago(house: Flask, smtp: MailServer) -> None:
    stage.dispatched(1)
    stage.freeze()
    later = clock.now() + timedelta(hours=5)
    with clock.set_to(later):
        stage.work()
    (letter_,) = smtp.accepted
    date = parsedate_to_datetime(str(letter_.message["Date"]))
    assert later - timedelta(hours=1) <= date <= later


# Texts that look like our own marks


def test_a_text_that_looks_like_a_slot_is_refused_before_anything_is_frozen(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pre-flight finds it; this one was approved before pre-flight looked for it."""
    monkeypatch.setattr(letter_checks, "_TOKEN", re.compile("(?!)"))
    stage.approved(body="The label read zqSLOTwarrantyQZ and nobody knew why.")
    stage.confirmed(1)
    with pytest.raises(rules.Refused, match="warranty"):
        stage.begun()
    row = issues.issue(stage.NUMBER)
    assert row is not None
    assert row.state == "approved"
    assert issues.frozen(stage.NUMBER) is None


def test_a_compiled_issue_leaves_open_what_we_give_and_nothing_else(house: Flask) -> None:
    stage.dispatched(0)
    compiled = editions.compiled(stage.NUMBER, editions.sender_now())
    given_slots = set(addressing().slots(Recipient(1, "a@b.example", "", "html", 0)))
    assert given_slots == SLOTS
    assert all({"address", "messageid", "unsubscribe"} <= each.slots <= SLOTS for each in compiled.values())
