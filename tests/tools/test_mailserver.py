"""The suite's own mail server: a fault in it would make every delivery test a lie."""

import smtplib
import time

import pytest

from tests.mailserver import DROP, DROP_MIDWAY, MailServer
from tests.waiting import LONG_SECONDS

LETTER = b"Subject: Hello\r\n\r\nA line\r\n..with a dot\r\n"
pytestmark = pytest.mark.smtp


def send(smtp: MailServer, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", smtp.port, timeout=LONG_SECONDS) as client:
        return client.sendmail("desk@newsroom.example", list(recipients), LETTER)


def test_an_accepted_message_is_kept_with_its_envelope_and_exact_bytes(smtp: MailServer) -> None:
    before = time.monotonic()
    send(smtp, "ana@reader.example", "bo@reader.example")
    (accepted,) = smtp.wait_for(1)
    assert accepted.mail_from == "desk@newsroom.example"
    assert accepted.rcpt_to == ("ana@reader.example", "bo@reader.example")
    assert accepted.data == LETTER
    assert before <= accepted.arrived_at <= time.monotonic()
    assert smtp.letters_to("bo@reader.example")[0]["Subject"] == "Hello"


def test_one_recipient_can_be_refused_while_the_other_is_served(smtp: MailServer) -> None:
    smtp.answer("RCPT", "550 5.1.1 Nobody here", to="ana@reader.example")
    refused = send(smtp, "ana@reader.example", "bo@reader.example")
    assert refused == {"ana@reader.example": (550, b"5.1.1 Nobody here")}
    assert smtp.recipients() == ["bo@reader.example"]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("MAIL", smtplib.SMTPSenderRefused),
        ("RCPT", smtplib.SMTPRecipientsRefused),
        ("DATA", smtplib.SMTPDataError),
    ],
)
def test_a_scripted_reply_is_given_as_often_as_the_script_says(
    smtp: MailServer, command: str, error: type[Exception]
) -> None:
    smtp.answer(command, "451 4.3.0 Later", times=1)
    with pytest.raises(error):
        send(smtp, "ana@reader.example")
    assert not smtp.accepted
    send(smtp, "ana@reader.example")
    assert smtp.recipients() == ["ana@reader.example"]


def test_a_connection_dropped_midway_leaves_no_message(smtp: MailServer) -> None:
    smtp.answer("DATA", DROP_MIDWAY, times=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(smtp, "ana@reader.example")
    assert not smtp.accepted


def test_a_connection_dropped_after_the_final_dot_leaves_the_message_with_the_server(
    smtp: MailServer,
) -> None:
    smtp.answer("DATA", DROP, times=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(smtp, "ana@reader.example")
    assert smtp.recipients() == ["ana@reader.example"]


def test_a_server_may_close_after_some_messages_and_offer_pipelining() -> None:
    server = MailServer(pipelining=True, close_after=1).start()
    try:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=LONG_SECONDS) as client:
            client.ehlo()
            assert client.has_extn("pipelining")
            client.sendmail("desk@newsroom.example", ["ana@reader.example"], LETTER)
            with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPServerDisconnected)) as refusal:
                client.sendmail("desk@newsroom.example", ["bo@reader.example"], LETTER)
            assert getattr(refusal.value, "smtp_code", 421) == 421
        assert server.recipients() == ["ana@reader.example"]
    finally:
        server.stop()
