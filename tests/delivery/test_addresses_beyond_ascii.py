"""Domains and names in any script, from the settings to the mail server and back."""

from dataclasses import replace

import dkim
import pytest
from flask import Flask

from newsroom.delivery import service
from newsroom.delivery.naming import delivery_of
from newsroom.demo import sample
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import verp
from newsroom.platform.settings import current
from newsroom.publication import service as publication
from newsroom.subscribers import queries as subscribers
from tests.databases import SECRET
from tests.delivery import stage
from tests.dkim_keys import PUBLIC_RECORD, SETTINGS
from tests.mailserver import MailServer

pytestmark = pytest.mark.smtp
PEOPLE = [
    ("rhona@reader.example", "Rhona Vale"),
    ("zoë@bücher.example", "Zoë"),
    ("ana@bücher.example", "Ana"),
]


def sent_to(people: list[tuple[str, str]], **settings: str) -> list[int]:
    """An issue to these people, by a publication with these settings; gives their numbers."""
    with unit_of_work():
        publication.save_settings(replace(sample.SETTINGS, **settings), based_on=1)
    stage.approved()
    ids = stage.confirmed_as(people)
    stage.begun()
    stage.work()
    return ids


def test_a_server_that_carries_names_beyond_ascii_gets_them_as_they_are(
    house: Flask, smtp: MailServer
) -> None:
    sent_to(PEOPLE)
    assert stage.tally() == {"handed_over": 3}
    assert sorted(smtp.recipients()) == [
        "ana@xn--bcher-kva.example", "rhona@reader.example", "zoë@xn--bcher-kva.example",
    ]  # fmt: skip
    for item in smtp.accepted:
        head = item.data.partition(b"\r\n\r\n")[0]
        assert head.isascii() == item.rcpt_to[0].isascii()
        assert f"<{item.rcpt_to[0]}>".encode() in head


def test_by_a_server_that_does_not_only_that_one_gets_nothing_and_the_ledger_says_why(
    house: Flask, smtp: MailServer
) -> None:
    smtp.offers_smtputf8 = False
    ids = sent_to(PEOPLE)
    assert stage.states() == {ids[0]: "handed_over", ids[1]: "failed", ids[2]: "handed_over"}
    assert "SMTPUTF8" in (stage.rows()[ids[1]].last_reply or "")
    assert subscribers.counts().suppressed == 0
    assert stage.dispatch().state == "finished"


def test_a_sender_that_no_server_can_carry_pauses_the_dispatch_and_fails_nobody(
    house: Flask, smtp: MailServer
) -> None:
    smtp.offers_smtputf8 = False
    sent_to(PEOPLE, sender_address="zoë@service-bell.example")
    assert stage.dispatch().state == "paused"
    assert "failed" not in stage.tally()
    smtp.offers_smtputf8 = True
    stage.change(service.resume)
    stage.work()
    assert stage.tally() == {"handed_over": 3}


@pytest.fixture
def at_a_domain_beyond_ascii(environment: dict[str, str]) -> None:
    environment.update(SETTINGS)
    environment["NEWSROOM_DKIM_DOMAIN"] = "bücher.example"
    environment["NEWSROOM_BOUNCE_DOMAIN"] = "Rück.bücher.example"


def test_a_publication_at_a_domain_beyond_ascii_is_one_domain_to_every_judge(
    at_a_domain_beyond_ascii: None, house: Flask, smtp: MailServer
) -> None:
    ids = sent_to(PEOPLE, sender_address="letters@bücher.example", reply_address="")
    assert stage.tally() == {"handed_over": 3}
    own = "xn--bcher-kva.example"
    for item in smtp.accepted:
        assert item.message["From"].addresses[0].domain == own
        assert item.message["Message-ID"].endswith(f"@{own}>")
        assert item.message["List-Id"].endswith(f"<newsletter.{own}>")
        assert f"d={own};" in item.message["DKIM-Signature"]
        found = {b"autumn._domainkey." + own.encode() + b".": PUBLIC_RECORD}
        assert dkim.verify(item.data, dnsfunc=lambda name, found=found, **_: found.get(name))
        assert item.mail_from.isascii()
        token = verp.parse(item.mail_from, SECRET, current().bounce_domain)
        named = delivery_of(token or "")
        assert named is not None
        assert named.subscriber_id in ids
