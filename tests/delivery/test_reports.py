"""Reading what came back: which messages are reports, of what kind, about which delivery. Pure."""

from email import message_from_bytes
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.delivery import reports
from newsroom.delivery.judging import Kind
from newsroom.delivery.naming import Named
from newsroom.delivery.reports import NoReport, Report, What
from tests.databases import SECRET
from tests.delivery.returned import (
    DOMAIN,
    complaint,
    dsn,
    exchange,
    exim,
    group,
    old_exim,
    plain,
    qmail,
    return_path,
)
from tests.effort import grows_in_proportion

OURS = return_path(7, 42, 3)


def read(data: bytes) -> Report | NoReport:
    return reports.read(data, SECRET, DOMAIN)


def report(data: bytes) -> Report:
    found = read(data)
    assert isinstance(found, Report), found
    return found


def no_report(data: bytes) -> NoReport:
    found = read(data)
    assert isinstance(found, NoReport), found
    return found


def test_a_report_names_its_delivery_and_its_status() -> None:
    assert report(dsn(f"<{OURS}>")) == Report(
        Named(7, 42, 3), Kind.HARD, "5.1.1", "smtp; 550 5.1.1 No such user", "report"
    )


@pytest.mark.parametrize(
    ("groups", "status", "kind"),
    [
        ([group(status="5.1.1")], "5.1.1", Kind.HARD),
        ([group(status="5.1.10")], "5.1.10", Kind.HARD),
        ([group(status="5.2.1")], "5.2.1", Kind.HARD),
        ([group(status="5.1.1 (bad mailbox)")], "5.1.1", Kind.HARD),
        ([group(action="FAILED")], "5.1.1", Kind.HARD),
        ([group(action="failed (for good)")], "5.1.1", Kind.HARD),
        ([group(status="5.2.2")], "5.2.2", Kind.SOFT),
        ([group(status="4.4.7")], "4.4.7", Kind.SOFT),
        ([group(status="5.7.1")], "5.7.1", Kind.POLICY),
        ([group(status="4.7.0")], "4.7.0", Kind.POLICY),
        ([group(status="5.6.0")], "5.6.0", Kind.POLICY),
        ([group(status="5.3.4")], "5.3.4", Kind.POLICY),
        ([group(status="5.1.8")], "5.1.8", Kind.POLICY),
        ([group(status="5.0.0", diagnostic="smtp; 550 go away")], "5.0.0", Kind.SOFT),
        ([group(status="5.0.0")], "5.1.1", Kind.HARD),
        ([group(status="5.0.0", diagnostic="smtp; 550 5.7.1 blocked")], "5.7.1", Kind.POLICY),
        ([group(status="5.2.2", diagnostic="smtp; 550 5.1.1 unknown")], "5.2.2", Kind.SOFT),
        ([group(status="nonsense", diagnostic="")], "5.0.0", Kind.SOFT),
        ([group(status="5.1.1.9", diagnostic="x-ip; 15.1.1.1")], "5.0.0", Kind.SOFT),
        ([group(), group("delivered", "2.0.0")], "5.1.1", Kind.SOFT),
        ([group(), group("delayed", "4.0.0")], "5.1.1", Kind.SOFT),
        ([group(), group()], "5.1.1", Kind.HARD),
    ],
)
def test_only_a_failure_of_the_address_itself_is_hard(groups: list[str], status: str, kind: Kind) -> None:
    found = report(dsn(OURS, *groups))
    assert (found.status, found.kind) == (status, kind)


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_a_letter_that_is_on_its_way_did_not_bounce(action: str) -> None:
    found = no_report(dsn(OURS, group(action, "4.2.2")))
    assert (found.what, found.is_ours, found.is_for_a_person) == (What.NEWS, True, False)


@pytest.mark.parametrize(
    ("data", "status", "kind", "source"),
    [
        (exim(OURS), "5.1.1", Kind.HARD, "report"),
        (exchange(OURS), "5.1.10", Kind.HARD, "report"),
        (qmail(OURS), "5.1.1", Kind.HARD, "words"),
        (qmail(OURS, "552 5.2.2 Mailbox is full. (#5.2.2)"), "5.2.2", Kind.SOFT, "words"),
        (qmail(OURS, "User and password not set, continuing without."), "5.0.0", Kind.SOFT, "words"),
        (qmail(OURS, "554 5.7.1 Your network is blocked."), "5.7.1", Kind.POLICY, "words"),
        (old_exim(OURS), "5.0.0", Kind.SOFT, "words"),
    ],
)
def test_the_manners_of_other_servers_are_read(data: bytes, status: str, kind: Kind, source: str) -> None:
    found = report(data)
    assert (found.delivery, found.status, found.kind, found.source) == (
        Named(7, 42, 3),
        status,
        kind,
        source,
    )


def test_a_complaint_is_found_by_the_letter_that_it_returns() -> None:
    found = report(complaint(OURS))
    assert (found.delivery, found.kind, found.status) == (Named(7, 42, 3), Kind.COMPLAINT, "")
    assert "ProviderFBL" in found.diagnostic


def test_a_complaint_is_found_by_its_envelope_and_by_the_headers_alone() -> None:
    said = complaint("nobody@elsewhere.example").replace(
        b"Original-Rcpt-To: (hidden)", b"Original-Mail-From: <" + OURS.encode() + b">"
    )
    assert report(said).delivery == Named(7, 42, 3)
    headers = complaint(OURS).replace(b"message/rfc822", b"text/rfc822-headers")
    assert report(headers).delivery == Named(7, 42, 3)


def test_a_complaint_about_a_letter_of_somebody_elses_names_nothing() -> None:
    assert report(complaint(return_path(secret="somebody else's secret, as long"))).delivery is None


def test_a_complaint_that_is_none_is_no_wish_to_leave() -> None:
    assert no_report(complaint(OURS, kind="not-spam")).what is What.NEWS
    assert no_report(complaint(OURS, kind="auth-failure")).what is What.UNKNOWN


@pytest.mark.parametrize(
    "data",
    [
        plain(OURS, "Out of office until Monday"),
        plain(OURS, "Automatic reply: The second call"),
        plain(OURS, "=?utf-8?q?Abwesenheitsnotiz=3A?= The second call"),
        plain(OURS, "Re: The second call", "Away.", "Auto-Submitted: auto-replied (vacation)"),
        plain(OURS, "Re: The second call", "Away.", "Auto-Submitted: auto-generated"),
        plain(OURS, "Re: The second call", "Away.", "X-Autoreply: yes"),
        plain(OURS, "Re: The second call", "Away.", "Precedence: auto_reply"),
        plain(OURS, "Automatic reply", "The address x@y.example failed: 550 5.1.1 unknown"),
    ],
)
def test_an_automatic_answer_is_no_bounce(data: bytes) -> None:
    found = no_report(data)
    assert (found.what, found.is_ours, found.is_for_a_person) == (What.AUTOMATIC, True, False)


@pytest.mark.parametrize(
    "data",
    [
        plain(OURS, "Please confirm your message"),
        plain(OURS, "Your message is waiting", "Prove it.", "X-Boxtrapper: 1"),
    ],
)
def test_a_challenge_is_left_to_a_person(data: bytes) -> None:
    found = no_report(data)
    assert (found.what, found.is_for_a_person) == (What.CHALLENGE, True)


def test_a_person_s_answer_and_a_receipt_are_told_apart() -> None:
    assert no_report(plain(OURS, "Re: The second call", "I loved it.")).what is What.UNKNOWN
    receipt = b"Content-Type: message/disposition-notification\n\nDisposition: x; displayed\n"
    assert no_report(receipt).what is What.NEWS


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
    assert report(dsn(to)).delivery is None


def test_the_envelope_counts_before_what_the_message_claims() -> None:
    data = f"Delivered-To: {return_path(5, 5)}\r\n".encode() + dsn(return_path(6, 6))
    assert report(data).delivery == Named(5, 5, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff" * 1000,
        b"Subject: Hello\r\n\r\nI wonder.\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nnothing",
        b"Content-Type: multipart/report\r\n\r\nno boundary",
        b'Content-Type: text/plain; charset="\xff\xfe"\r\n\r\nx',
        b"To: " + b"(" * 100_000 + b"\r\n\r\n",
        b"From: \xff\xfe\r\n\r\nx",
    ],
)
def test_what_is_no_report_is_kept_for_a_person(data: bytes) -> None:
    assert no_report(data).what is What.UNKNOWN


@pytest.mark.parametrize(
    "data",
    [
        b"a:\n" * 330_000,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" * 300,
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x\r\n" * 6000,
        b"Content-Type: message/rfc822\r\n\r\n" * 9000,
    ],
)
def test_what_would_be_read_for_minutes_is_not_read(data: bytes) -> None:
    assert no_report(data).what is What.UNREADABLE


def test_a_report_in_a_charset_that_does_not_exist_is_read() -> None:
    assert report(dsn(OURS, charset="x-klingon")).delivery == Named(7, 42, 3)


SAYS_MUCH = b"This message was created automatically by mail delivery software\nIntended recipient: \n"


@pytest.mark.parametrize(
    ("head", "repeated"),
    [
        (b"From: x@y.example\n\n" + SAYS_MUCH, b"a@" * 160 + b"\n"),
        (b"From: x@y.example\n\n" + SAYS_MUCH, b"a"),
        (b"From: x@y.example\n\n", b"\n"),
        (b"Subject: x\n", b" a\n"),
        (b"Subject: ", b"please confirm "),
        (b"To: ", f"{return_path(secret='somebody else, as long as that')},".encode()),
        (b"Content-Type: multipart/report; boundary=x\n\n", b"--x\n\n"),
    ],
)
def test_the_longer_a_message_the_longer_it_takes_and_no_more_than_that(head: bytes, repeated: bytes) -> None:
    def work(size: int) -> None:
        read(head + repeated * (size // len(repeated)))

    assert grows_in_proportion(work, reports.LONGEST)


def test_of_fifty_megabytes_the_beginning_is_read() -> None:
    assert read(dsn(OURS) + b"z" * 50_000_000) == read(dsn(OURS))
    assert no_report(b"From: x@y.example\n\n" + b"A" * 50_000_000 + dsn(OURS)).what is What.UNKNOWN


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    read(data)
    read(dsn(OURS).replace(b"I am sorry.", data))
    read(dsn(OURS)[: len(data)] + data)
    read(dsn(OURS).replace(b"Status: 5.1.1", b"Status: " + data))
    read(b"To: " + data + b"\r\n" + dsn(OURS))
    read(complaint(OURS).replace(b"Feedback-Type: abuse", data))
    read(qmail(OURS).replace(b"Hi. This", data))


# The beginning is enough for most

LETTER = "A line of the letter that comes back\r\n" * 2_000


def test_of_an_ordinary_notification_the_letter_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []

    def counted(data: bytes) -> Message:
        parsed.append(len(data))
        return message_from_bytes(data)

    monkeypatch.setattr(reports, "message_from_bytes", counted)
    found = reports.read(dsn(return_path(), returned=LETTER), SECRET, DOMAIN)
    assert isinstance(found, Report)
    assert parsed == [reports.BEGINNING]


@given(st.integers(8_000, 11_000), st.booleans())
def test_where_the_beginning_ends_changes_no_judgement(length: int, to_another: bool) -> None:
    """A report that is cut off might name one more, to whom the letter did get: then it is no hard bounce."""
    others = [group("relayed", "2.0.0")] if to_another else []
    data = dsn(return_path(), group(), *others, returned=LETTER)
    data = data.replace(b"I am sorry.", b"I am sorry.\r\n" + b"s" * length)
    found = reports.read(data, SECRET, DOMAIN)
    assert isinstance(found, Report)
    assert found.kind is (Kind.SOFT if to_another else Kind.HARD)


def test_a_complaint_about_a_long_letter_is_read_as_one() -> None:
    data = complaint(return_path()).replace(b"Good morning.", LETTER.encode())
    found = reports.read(data, SECRET, DOMAIN)
    assert isinstance(found, Report)
    assert found.kind is Kind.COMPLAINT


def test_a_long_notification_that_was_sent_elsewhere_names_nobody() -> None:
    """It is believed by the address that it was sent to, and by nothing else."""
    data = dsn("letter@service-bell.example", returned=LETTER)
    found = reports.read(data, SECRET, DOMAIN)
    assert isinstance(found, Report)
    assert found.delivery is None
