"""Flask-Mail's faults: each one shown on the original, then absent from ours."""

import re
import smtplib
from email import message_from_bytes
from email.policy import default

import flask_mail
import pytest
from flask import Flask

from newsroom.platform.mail.flask_mail import BadHeaderError, Mail, Message, Refused, mail
from newsroom.platform.mail.smtp.server import Timeouts
from newsroom.platform.mail.smtp.transport import SmtpTransport
from tests.mailserver import MailServer
from tests.platform.mail.samples import URL, content, parsed
from tests.platform.mail.servers import CERTIFICATES, scripted, tls_server

pytestmark = pytest.mark.smtp
SENDER = ("Bell, The Service", "letters@service-bell.example")
LONG = "https://service-bell.example/unsubscribe/" + "t" * 120


def the_same(**more: object) -> dict[str, object]:
    return {
        "subject": "The second call",
        "recipients": [("Duarte, Ana", "ana@reader.example")],
        "body": "Hello.\n",
        "html": "<p>Hello.</p>\n",
        "sender": SENDER,
        **more,
    }


@pytest.fixture
def original(smtp_app: Flask) -> flask_mail.Mail:
    """Flask-Mail as it comes, in the same application with the same configuration."""
    return flask_mail.Mail(smtp_app)


@pytest.fixture
def ours(smtp_app: Flask) -> Mail:
    return mail


def test_alternatives_are_not_wrapped_in_a_mixture(smtp_app: Flask) -> None:
    assert parsed(flask_mail.Message(**the_same()).as_bytes()).get_content_type() == "multipart/mixed"
    message = parsed(Message(**the_same()).as_bytes())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_long_line_is_accepted_by_a_server(smtp_app: Flask, smtp: MailServer) -> None:
    long = the_same(body="x" * 3000)
    original = flask_mail.Mail(smtp_app)
    with pytest.raises(smtplib.SMTPDataError, match="Line too long"), original.connect() as connection:
        connection.send(flask_mail.Message(**long))
    mail.init_app(smtp_app)
    mail.send(Message(**long))
    assert content(smtp.accepted[0].message, "plain") == "x" * 3000 + "\n"


def test_no_wait_is_without_end(smtp_app: Flask) -> None:
    with scripted(b"220 hello\r\n", "ehlo", b"250 hello\r\n", "never") as port:
        smtp_app.config["MAIL_PORT"] = port
        connection = flask_mail.Mail(smtp_app).connect()
        host = connection.configure_host()
        assert host.sock.gettimeout() is None
        host.close()
    mail.init_app(smtp_app)
    with mail.connect() as connection:
        assert isinstance(connection.host, SmtpTransport)
        assert all(0 < wait < 1000 for wait in vars(connection.host._timeouts).values())
        with scripted(b"220 hello\r\n", "EHLO", b"250 hello\r\n", "never") as port:
            hasty = SmtpTransport(connection.host._server, Timeouts(connect=60, command=2, data=2))
            hasty._server = type(hasty._server)("127.0.0.1", port)
            connection.host = hasty
            with pytest.raises(Refused, match="in time"):
                connection.send(Message(**the_same()))


def test_a_certificate_for_another_name_is_refused(smtp_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))
    with tls_server("elsewhere") as (port, keeper):
        smtp_app.config.update(MAIL_PORT=port, MAIL_USE_TLS=True)
        flask_mail.Mail(smtp_app).send(flask_mail.Message(**the_same(html=None)))
        assert len(keeper.messages) == 1
        mail.init_app(smtp_app)
        with pytest.raises(Refused, match="certificate"):
            mail.send(Message(**the_same()))
        assert len(keeper.messages) == 1


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_an_extra_header_brings_no_other_header_along(smtp_app: Flask, smtp: MailServer, end: str) -> None:
    trick = the_same(extra_headers={"X-Any": f"x{end}Bcc: everyone@reader.example"})
    assert b"\nBcc: everyone@reader.example" in flask_mail.Message(**trick).as_bytes().replace(b"\r", b"\n")
    message = Message(**trick)
    assert message.has_bad_headers()
    with pytest.raises(BadHeaderError):
        mail.send(message)
    assert smtp.accepted == []


def test_a_comma_in_a_name_is_part_of_the_name(smtp_app: Flask) -> None:
    broken = parsed(flask_mail.Message(**the_same()).as_bytes())
    assert [each.addr_spec for each in broken["From"].addresses] != ["letters@service-bell.example"]
    message = parsed(Message(**the_same()).as_bytes())
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == SENDER
    assert message["To"].addresses[0].display_name == "Duarte, Ana"


def test_the_message_id_is_made_at_the_senders_domain(smtp_app: Flask) -> None:
    given = re.compile(r"<[^<>@\s]+@service-bell\.example>")
    assert not given.fullmatch(flask_mail.Message(**the_same()).msgId)
    assert given.fullmatch(parsed(Message(**the_same()).as_bytes())["Message-ID"])


def test_a_long_list_header_is_not_encoded(smtp_app: Flask) -> None:
    headers = the_same(extra_headers={"List-Unsubscribe": f"<{LONG}>"})
    assert b"=?utf-8?" in flask_mail.Message(**headers).as_bytes()
    raw = Message(**headers).as_bytes()
    assert b"=?utf-8?" not in raw
    assert f"List-Unsubscribe: <{LONG}>\r\n".encode() in raw


def test_a_letter_leaves_and_is_recorded(smtp_app: Flask, smtp: MailServer) -> None:
    with mail.record_messages() as recorded, mail.connect() as connection:
        connection.send(Message(**the_same()))
        connection.send_message(**the_same(subject="Another"))
    assert [message.subject for message in recorded] == ["The second call", "Another"]
    assert [item.message["Subject"] for item in smtp.accepted] == ["The second call", "Another"]
    assert smtp.commands["EHLO"] == 1
    assert smtp.accepted[0].mail_from == "letters@service-bell.example"


def test_what_is_suppressed_is_recorded_and_does_not_leave(smtp_app: Flask, smtp: MailServer) -> None:
    smtp_app.config["MAIL_SUPPRESS_SEND"] = True
    suppressed = Mail(smtp_app)
    with suppressed.record_messages() as recorded:
        suppressed.send(Message(**the_same()))
    assert len(recorded) == 1
    assert smtp.accepted == []


def test_a_refused_letter_is_not_recorded_and_carries_the_answer(smtp_app: Flask, smtp: MailServer) -> None:
    smtp.answer("RCPT", "550 5.1.1 Nobody here")
    with mail.record_messages() as recorded, pytest.raises(Refused) as refusal:
        mail.send(Message(**the_same()))
    assert recorded == []
    assert refusal.value.reply.code == 550
    assert refusal.value.recipient == "ana@reader.example"


def test_copies_and_blind_copies_reach_everybody_and_show_only_who_is_named(
    smtp_app: Flask, smtp: MailServer
) -> None:
    mail.send(
        Message(
            **the_same(
                cc=["bo@reader.example"],
                bcc=["cy@reader.example"],
                reply_to="Ines Carvell <ines@service-bell.example>",
            )
        )
    )
    assert smtp.recipients() == ["ana@reader.example", "bo@reader.example", "cy@reader.example"]
    message = smtp.accepted[2].message
    assert message["Cc"] == "bo@reader.example"
    assert message["Bcc"] is None
    assert message["Reply-To"].addresses[0].display_name == "Ines Carvell"


def test_a_connection_is_renewed_after_so_many_messages(smtp_app: Flask, smtp: MailServer) -> None:
    smtp_app.config["MAIL_MAX_EMAILS"] = 2
    frugal = Mail(smtp_app)
    with frugal.connect() as connection:
        for _ in range(3):
            connection.send(Message(**the_same()))
    assert smtp.commands["EHLO"] == 2
    assert len(smtp.accepted) == 3


def test_attachments_stand_beside_the_alternatives(smtp_app: Flask) -> None:
    message = Message(**the_same())
    message.attach("report.csv", "text/csv", "a,b\n")
    message.attach("Übersicht.bin", None, b"\x00\x01")
    whole = message_from_bytes(message.as_bytes(), policy=default)
    assert whole.get_content_type() == "multipart/mixed"
    attached = list(whole.iter_attachments())
    assert [part.get_filename() for part in attached] == ["report.csv", "Übersicht.bin"]
    assert [part.get_payload(decode=True) for part in attached] == [b"a,b\n", b"\x00\x01"]
    assert content(whole, "html") == "<p>Hello.</p>\n"


@pytest.mark.parametrize("name", ["Subject", "bcc", "Date", "Content-Type", "Message-ID"])
def test_an_extra_header_cannot_double_an_argument(smtp_app: Flask, name: str) -> None:
    message = Message(**the_same(extra_headers={name: "x"}))
    assert message.has_bad_headers()
    with pytest.raises(BadHeaderError):
        message.as_bytes()


def test_the_default_sender_of_the_configuration_counts(smtp_app: Flask) -> None:
    smtp_app.config["MAIL_DEFAULT_SENDER"] = SENDER
    mail.init_app(smtp_app)
    given = {name: value for name, value in the_same().items() if name != "sender"}
    assert parsed(Message(**given).as_bytes())["From"].addresses[0].display_name == "Bell, The Service"


def test_text_alone_is_one_part_and_as_string_says_the_same(smtp_app: Flask) -> None:
    message = Message(**the_same(html=None, body=f"See {URL}"), date=1_794_906_000)
    assert parsed(message.as_bytes()).get_content_type() == "text/plain"
    assert str(message).encode() == bytes(message)
    assert message._message()["Date"] == "Tue, 17 Nov 2026 09:00:00 +0000"


def test_a_message_to_nobody_is_a_mistake(smtp_app: Flask) -> None:
    with pytest.raises(ValueError, match="recipient"):
        mail.send(Message(**the_same(recipients=[])))
