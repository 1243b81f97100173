"""Bounce messages, written by hand after RFC 3464: which of them suppress an address, and which never may."""

import mailbox
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.delivery import service
from newsroom.delivery.addressing import Addressing
from newsroom.delivery.reports import parse
from newsroom.platform.db import unit_of_work
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers.queries import Recipient
from tests.databases import SECRET
from tests.delivery import stage

pytestmark = pytest.mark.smtp
DOMAIN = "bounces.service-bell.example"


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "NEWSROOM_BOUNCE_DOMAIN": DOMAIN}


def return_path(dispatch_id: int = 1, subscriber_id: int = 1, epoch: int = 0, secret: str = SECRET) -> str:
    at = Addressing(dispatch_id, "letter@service-bell.example", DOMAIN, secret)
    return at.return_path(Recipient(subscriber_id, "x@reader.example", "", "html", epoch))


def group(
    action: str = "failed", status: str = "5.1.1", diagnostic: str = "smtp; 550 5.1.1 No such user"
) -> str:
    return (
        "Final-Recipient: rfc822; reader0001@reader.example\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nRemote-MTA: dns; mx.reader.example\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n"
    )


def dsn(
    to: str, *groups: str, charset: str = "us-ascii", returned: str = "Subject: The second call\r\n"
) -> bytes:
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.reader.example\r\n"
        f"To: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"\r\n\r\n'
        f"--cut\r\nContent-Type: text/plain; charset={charset}\r\n\r\nI am sorry.\r\n\r\n"
        "--cut\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.reader.example\r\nArrival-Date: Tue, 1 Dec 2026 06:00:00 +0000\r\n\r\n"
        + "\r\n".join(groups or (group(),))
        + f"\r\n--cut\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--cut--\r\n"
    ).encode()


def read(data: bytes) -> object:
    return parse(data, SECRET, DOMAIN)


def test_a_report_names_its_delivery_and_its_status() -> None:
    report = parse(dsn(f"<{return_path(7, 42, 3)}>"), SECRET, DOMAIN)
    assert report is not None
    assert report.delivery is not None
    assert (report.delivery.dispatch_id, report.delivery.subscriber_id, report.delivery.token_epoch) == (
        7,
        42,
        3,
    )
    assert (report.status, report.is_hard) == ("5.1.1", True)
    assert report.diagnostic == "smtp; 550 5.1.1 No such user"


@pytest.mark.parametrize(
    ("groups", "status", "is_hard"),
    [
        ([group(status="5.1.1")], "5.1.1", True),
        ([group(status="5.1.10")], "5.1.10", True),
        ([group(status="5.2.1")], "5.2.1", True),
        ([group(status="5.1.1 (bad mailbox)")], "5.1.1", True),
        ([group(action="FAILED")], "5.1.1", True),
        ([group(status="5.2.2")], "5.2.2", False),
        ([group(status="5.7.1")], "5.7.1", False),
        ([group(status="5.1.8")], "5.1.8", False),
        ([group(status="5.0.0")], "5.0.0", False),
        ([group("delayed", "4.2.2")], "4.2.2", False),
        ([group("delayed", "5.1.1")], "5.1.1", False),
        ([group("relayed", "2.1.5")], "2.1.5", False),
        ([group(status="nonsense")], "5.0.0", False),
        ([group(), group("delivered", "2.0.0")], "5.1.1", False),
        ([group(), group()], "5.1.1", True),
    ],
)
def test_only_a_failure_of_the_address_itself_is_hard(groups: list[str], status: str, is_hard: bool) -> None:
    report = parse(dsn(return_path(), *groups), SECRET, DOMAIN)
    assert report is not None
    assert (report.status, report.is_hard) == (status, is_hard)


@pytest.mark.parametrize(
    "to",
    [
        return_path(secret="somebody else's secret, just as long"),
        return_path().replace("d1-", "d2-"),
        return_path().replace(DOMAIN, "elsewhere.example"),
        "letter@service-bell.example",
        "",
        "undisclosed-recipients:;",
        "\x00\x80@@@,,,",
    ],
)
def test_a_report_to_no_return_path_of_ours_names_nothing(to: str) -> None:
    report = parse(dsn(to), SECRET, DOMAIN)
    assert report is not None
    assert report.delivery is None


def test_the_envelope_counts_before_what_the_message_claims() -> None:
    data = f"Delivered-To: {return_path(5, 5)}\r\n".encode() + dsn(return_path(6, 6))
    report = parse(data, SECRET, DOMAIN)
    assert report is not None
    assert report.delivery is not None
    assert report.delivery.subscriber_id == 5


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff" * 1000,
        b"Subject: Out of office\r\n\r\nI am away.\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nnothing",
        b"Content-Type: multipart/report\r\n\r\nno boundary",
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x\r\n" * 5000,
        b'Content-Type: text/plain; charset="\xff\xfe"\r\n\r\nx',
        b"Content-Type: message/rfc822\r\n\r\n" * 300,
        b"To: " + b"(" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_report_is_left_alone(data: bytes) -> None:
    assert read(data) is None


def test_a_report_in_a_charset_that_does_not_exist_is_read() -> None:
    assert read(dsn(return_path(), charset="x-klingon")) is not None


def test_a_report_of_five_megabytes_is_read_by_its_beginning() -> None:
    assert read(dsn(return_path(), returned="X: " + "y" * 70 + "\r\n") + b"z" * 5_000_000) is not None


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    read(data)
    read(dsn(return_path()).replace(b"I am sorry.", data))
    read(dsn(return_path())[: len(data)] + data)
    read(dsn(return_path()).replace(b"Status: 5.1.1", b"Status: " + data))
    read(b"To: " + data + b"\r\n" + dsn(return_path()))


# At the terminal


def bounces(house: Flask, *paths: Path) -> Result:
    return house.test_cli_runner().invoke(args=["delivery", "bounces", *map(str, paths)])


@pytest.fixture
def sent(house: Flask) -> list[int]:
    ids = stage.dispatched(3)
    stage.work()
    return ids


def paths_of(ids: list[int]) -> list[str]:
    return [return_path(stage.dispatch().id, number) for number in ids]


def test_a_hard_bounce_suppresses_and_the_ledger_says_so(
    house: Flask, sent: list[int], tmp_path: Path
) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(dsn(paths_of(sent)[0]))
    result = bounces(house, file)
    assert result.exit_code == 0
    assert "is a hard bounce (5.1.1); the address is suppressed" in result.output
    assert subscribers.suppression_of(stage.email_of(1)) is not None
    assert subscribers.suppression_of(stage.email_of(2)) is None
    row = stage.rows()[sent[0]]
    assert (row.state, row.last_reply) == ("handed_over", "Bounced: 5.1.1 smtp; 550 5.1.1 No such user")
    stage.must_balance()
    # Read once more, nothing changes.
    assert bounces(house, file).exit_code == 0


def test_what_proves_nothing_changes_nothing(house: Flask, sent: list[int], tmp_path: Path) -> None:
    first, second, third = paths_of(sent)
    samples = {
        "soft": dsn(first, group(status="4.2.2")),
        "policy": dsn(second, group(status="5.7.1")),
        "forged": dsn(third.replace("-e0.", "-e1.")),
        "none": dsn("letter@service-bell.example"),
        "garbage": b"\xff\x00",
    }
    for name, data in samples.items():
        (tmp_path / f"{name}.eml").write_bytes(data)
    result = bounces(house, *(tmp_path / f"{name}.eml" for name in samples))
    assert result.exit_code == 0
    assert "is no bounce message; left alone" in result.output
    assert "names no letter of ours" in result.output
    assert subscribers.counts().suppressed == 0
    assert subscribers.reachable_count() == 3


def test_a_bounce_of_an_address_that_was_given_up_does_not_hit_the_new_one(
    house: Flask, sent: list[int], tmp_path: Path
) -> None:
    (tmp_path / "old.eml").write_bytes(dsn(paths_of(sent)[0]))
    with unit_of_work():
        subscriber = subscribers.subscriber(sent[0])
        assert subscriber is not None
        subscriber.email, subscriber.email_key = "moved@reader.example", "moved@reader.example"
        subscriber.token_epoch += 1
    assert "no longer theirs" in bounces(house, tmp_path / "old.eml").output
    assert subscribers.counts().suppressed == 0


def test_a_bounce_about_somebody_who_was_erased_is_told_apart(
    house: Flask, sent: list[int], tmp_path: Path
) -> None:
    from newsroom.subscribers import service as subscribers_service

    with unit_of_work():
        subscribers_service.erase(sent[0])
    (tmp_path / "late.eml").write_bytes(dsn(paths_of(sent)[0]))
    assert "somebody who was erased" in bounces(house, tmp_path / "late.eml").output


def test_a_maildir_and_an_mbox_are_read_and_left_as_they_are(
    house: Flask, sent: list[int], tmp_path: Path
) -> None:
    first, second, third = paths_of(sent)
    maildir = mailbox.Maildir(tmp_path / "Maildir")
    maildir.add(dsn(first))
    read_one = mailbox.MaildirMessage(dsn(second))
    read_one.set_subdir("cur")
    maildir.add(read_one)
    box = mailbox.mbox(tmp_path / "bounces")
    box.add(dsn(third))
    box.close()
    before = (tmp_path / "bounces").read_bytes()
    result = bounces(house, tmp_path / "Maildir", tmp_path / "bounces")
    assert result.exit_code == 0, result.output
    assert subscribers.counts().suppressed == 3
    assert "3 bounces read." in result.output
    assert len(list((tmp_path / "Maildir").glob("*/*"))) == 2
    assert (tmp_path / "bounces").read_bytes() == before


def test_a_path_that_is_not_there_or_is_nothing_is_refused_in_a_sentence(
    house: Flask, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_bytes(dsn(return_path()))
    for name, words in [
        ("nowhere.eml", "is not there"),
        ("nowhere", "is not there"),
        ("letter.txt", "is no mbox"),
        ("letter.txt/inside.eml", "cannot be read"),
        ("", "is no Maildir"),
    ]:
        result = bounces(house, tmp_path / name)
        assert result.exit_code == 1
        assert words in result.output
        assert "Traceback" not in result.output


def test_a_report_about_a_dispatch_that_is_gone_breaks_nothing(house: Flask, sent: list[int]) -> None:
    report = parse(dsn(return_path(999, sent[0])), SECRET, DOMAIN)
    assert report is not None
    with unit_of_work():
        assert "hard bounce" in service.record_report(report)
