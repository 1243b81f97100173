"""Handing a message to a mail server, and what comes back as a value."""

import re
import smtplib
import socket
import ssl
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from newsroom.platform.mail.message import Mailbox, build
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.dialogue import Dialogue
from newsroom.platform.mail.smtp.server import Server, Timeouts, own_name
from newsroom.platform.mail.smtp.transport import SmtpTransport
from newsroom.platform.mail.transport import open_transport
from newsroom.platform.settings import load
from tests.mailserver import DROP, DROP_MIDWAY, MailServer
from tests.platform.mail.samples import parts
from tests.platform.mail.servers import CERTIFICATES, closing_listener, scripted, tls_server
from tests.platform.mail.ways import OverWire
from tests.waiting import LONG_SECONDS

pytestmark = pytest.mark.smtp
FROM, TO = "bounce+a.b@service-bell.example", "ana@reader.example"
MESSAGE = build(parts(text=".\n..\n.dots\n"))
# Nobody waits this long for a server that speaks, however busy the machine is.
PATIENCE = Timeouts(connect=LONG_SECONDS, command=LONG_SECONDS, data=LONG_SECONDS)
# As long as it takes to see that a server is silent.
HASTE_SECONDS = 3
OPENING = (b"220 hello\r\n", "EHLO", b"250 hello\r\n")


Ways = SmtpTransport | OverWire
_way: type[Ways] = SmtpTransport


@pytest.fixture(autouse=True, params=[SmtpTransport, OverWire], ids=["one connection", "wire"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is promised of one connection is promised of many."""
    monkeypatch.setattr(sys.modules[__name__], "_way", request.param)


def transport_to(port: int, timeouts: Timeouts = PATIENCE, **more: object) -> Ways:
    return _way(replace(Server("127.0.0.1", port), **more), timeouts)


@pytest.fixture(params=[False, True], ids=["one by one", "pipelined"])
def server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    server = MailServer(pipelining=request.param).start()
    yield server
    server.stop()


def test_a_message_arrives_exactly_as_it_was_written(server: MailServer) -> None:
    with transport_to(server.port) as transport:
        reply = transport.send(FROM, TO, MESSAGE)
    assert reply == Reply(250, "2.0.0 Accepted", Stage.DATA)
    assert reply.accepted
    (accepted,) = server.accepted
    assert (accepted.mail_from, accepted.rcpt_to, accepted.data) == (FROM, (TO,), MESSAGE)


def test_one_connection_carries_many_messages(server: MailServer) -> None:
    with transport_to(server.port) as transport:
        assert all(transport.send(FROM, TO, MESSAGE).accepted for _ in range(5))
    assert server.commands["EHLO"] == 1
    assert len(server.accepted) == 5


def test_the_null_sender_can_send(server: MailServer) -> None:
    with transport_to(server.port) as transport:
        assert transport.send("", TO, MESSAGE).accepted
    assert server.accepted[0].mail_from == "<>"


@pytest.mark.parametrize(
    ("command", "stage"), [("MAIL", Stage.MAIL), ("RCPT", Stage.RCPT), ("DATA", Stage.DATA)]
)
@pytest.mark.parametrize("answer", ["550 5.1.1 Nobody here", "451 4.7.1 Come back later"])
def test_a_refusal_is_a_value_and_the_next_message_leaves(
    server: MailServer, command: str, stage: Stage, answer: str
) -> None:
    server.answer(command, answer, times=1)
    with transport_to(server.port) as transport:
        reply = transport.send(FROM, TO, MESSAGE)
        assert (f"{reply}", reply.stage) == (answer, stage)
        assert (reply.accepted, reply.permanent, reply.transient) == (
            False,
            answer[0] == "5",
            answer[0] == "4",
        )
        assert transport.send(FROM, TO, MESSAGE).accepted
    assert len(server.accepted) == 1
    assert server.commands["EHLO"] == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_connection_that_is_closed_at_421_is_replaced(server: MailServer, command: str) -> None:
    with transport_to(server.port) as transport:
        assert transport.send(FROM, TO, MESSAGE).accepted
        server.answer(command, "421 4.3.2 Closing", times=1)
        assert transport.send(FROM, TO, MESSAGE).accepted
    assert server.commands["EHLO"] == 2
    assert len(server.accepted) == 2


def test_421_on_a_fresh_connection_is_an_answer(server: MailServer) -> None:
    server.answer("MAIL", "421 4.3.2 Not today")
    with transport_to(server.port) as transport:
        reply = transport.send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage, reply.transient) == (421, Stage.MAIL, True)


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_server_that_closes_after_two_messages_gets_them_all(pipelining: bool) -> None:
    server = MailServer(pipelining=pipelining, close_after=2).start()
    try:
        with transport_to(server.port) as transport:
            assert [transport.send(FROM, TO, MESSAGE).code for _ in range(5)] == [250] * 5
        assert len(server.accepted) == 5
    finally:
        server.stop()


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_connection_lost_before_the_message_is_certain(server: MailServer, command: str) -> None:
    server.answer(command, DROP)
    with transport_to(server.port) as transport:
        reply = transport.send(FROM, TO, MESSAGE)
    assert (reply.code, reply.uncertain, reply.transient) == (0, False, True)
    assert server.accepted == []


@pytest.mark.parametrize("when", [DROP, DROP_MIDWAY])
def test_a_connection_lost_after_the_whole_message_left_is_uncertain(server: MailServer, when: str) -> None:
    server.answer("DATA", when, times=1)
    with transport_to(server.port) as transport:
        reply = transport.send(FROM, TO, MESSAGE)
        assert (reply.code, reply.stage, reply.uncertain) == (0, Stage.DATA, True)
        assert not (reply.accepted or reply.permanent or reply.transient)
        assert transport.send(FROM, "bo@reader.example", MESSAGE).accepted
    assert server.recipients().count(TO) <= 1


def test_a_connection_lost_before_the_final_dot_could_leave_is_certain() -> None:
    # More than the buffers of both ends hold, so that the end of it cannot have left.
    huge = build(parts(text="x" * 70 + "\n")) + b"y" * 76 * 1_000_000 + b"\r\n"
    with scripted(
        *OPENING, "MAIL", b"250 ok\r\n", "RCPT", b"250 ok\r\n", "DATA", b"354 go\r\n", "From", None
    ) as port:
        reply = transport_to(port).send(FROM, TO, huge)
    assert (reply.code, reply.stage, reply.uncertain) == (0, Stage.DATA, False)


def test_a_silent_server_is_given_up(server: MailServer) -> None:
    server.answer("RCPT", None, after_seconds=3600, times=1)
    with transport_to(server.port, replace(PATIENCE, command=HASTE_SECONDS)) as transport:
        reply = transport.send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage, reply.uncertain) == (0, Stage.RCPT, False)
    assert reply.text == f"127.0.0.1:{server.port} did not answer in time."


def test_silence_after_the_message_is_uncertain(server: MailServer) -> None:
    server.answer("DATA", None, after_seconds=3600, times=1)
    with transport_to(server.port, replace(PATIENCE, data=HASTE_SECONDS)) as transport:
        assert transport.send(FROM, TO, MESSAGE).uncertain


def test_nobody_at_home_is_a_value(closed_port: int) -> None:
    reply = transport_to(closed_port).send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage, reply.transient) == (0, Stage.CONNECT, True)
    assert reply.text == f"127.0.0.1:{closed_port} cannot be reached: Connection refused."


def test_a_server_that_turns_us_away_says_why() -> None:
    with scripted(b"554 5.7.1 Not you\r\n") as port:
        reply = transport_to(port).send(FROM, TO, MESSAGE)
    assert reply == Reply(554, "5.7.1 Not you", Stage.CONNECT)


def test_a_pipelining_server_that_wants_no_message_after_all_gets_an_empty_one() -> None:
    with scripted(
        b"220 hello\r\n", "EHLO", b"250-hello\r\n250 PIPELINING\r\n",
        "DATA\r\n", b"250 ok\r\n550 5.1.1 Nobody here\r\n354 go on\r\n",
        ".\r\n", b"554 5.5.1 No recipients\r\n", "rset", b"250 ok\r\n",
        "DATA\r\n", b"250 ok\r\n250 ok\r\n354 go on\r\n", "\r\n.\r\n", b"250 done\r\n",
    ) as port:  # fmt: skip
        with transport_to(port) as transport:
            assert transport.send(FROM, TO, MESSAGE) == Reply(550, "5.1.1 Nobody here", Stage.RCPT)
            assert transport.send(FROM, TO, MESSAGE) == Reply(250, "done", Stage.DATA)


def test_an_answer_that_makes_no_sense_is_a_reason_to_try_later() -> None:
    with scripted(
        *OPENING,
        "MAIL",
        b"250 ok\r\n",
        "RCPT",
        b"250 ok\r\n",
        "DATA",
        b"250 what?\r\n",
        "rset",
        b"250 ok\r\n",
    ) as port:
        with transport_to(port) as transport:
            reply = transport.send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage, reply.accepted) == (451, Stage.DATA, False)


def test_smtputf8_is_asked_for_only_when_it_is_needed(server: MailServer) -> None:
    with transport_to(server.port) as transport:
        assert transport.send(
            FROM, "zoë@bücher.example", build(parts(to=Mailbox("zoë@bücher.example")))
        ).accepted
        assert transport.send(FROM, "ana@bücher.example", MESSAGE).accepted
    assert server.recipients() == ["zoë@xn--bcher-kva.example", "ana@xn--bcher-kva.example"]


def test_a_server_without_smtputf8_is_not_given_what_it_cannot_carry() -> None:
    with scripted(*OPENING) as port:
        with transport_to(port) as transport:
            reply = transport.send(FROM, "zoë@reader.example", MESSAGE)
    assert (reply.code, reply.stage) == (553, Stage.RCPT)
    assert reply.permanent
    assert "SMTPUTF8" in reply.text


def test_an_address_of_our_own_that_no_letter_can_carry_is_nobody_elses_fault() -> None:
    ours = Mailbox("zoë@service-bell.example")
    for sender, message in (("zoë@service-bell.example", MESSAGE), (FROM, build(parts(reply_to=ours)))):
        with scripted(*OPENING) as port:
            with transport_to(port) as transport:
                reply = transport.send(sender, TO, message)
        assert (reply.code, reply.stage) == (553, Stage.MAIL)
        assert "SMTPUTF8" in reply.text


@pytest.mark.parametrize("address", ["nobody", "a@b.example>\r\nRCPT TO:<c@d.example", "a b@c.example"])
def test_no_address_can_become_a_command(server: MailServer, address: str) -> None:
    with transport_to(server.port) as transport:
        assert transport.send(FROM, address, MESSAGE).permanent
        assert transport.send(address, TO, MESSAGE).permanent
    assert server.commands["MAIL"] == 0


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the tests' own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))


@pytest.mark.parametrize("at_once", [False, True], ids=["STARTTLS", "SSL"])
def test_a_server_with_the_right_certificate_is_spoken_to_in_private(trusting: None, at_once: bool) -> None:
    with tls_server("localhost", at_once) as (port, keeper):
        with transport_to(port, use_tls=not at_once, use_ssl=at_once) as transport:
            assert transport.send(FROM, TO, MESSAGE).accepted
            assert transport.send(FROM, TO, MESSAGE).accepted
    assert keeper.was_encrypted == [True, True]
    assert keeper.messages == [MESSAGE, MESSAGE]


@pytest.mark.parametrize("at_once", [False, True], ids=["STARTTLS", "SSL"])
def test_a_certificate_for_another_name_is_refused(trusting: None, at_once: bool) -> None:
    with tls_server("elsewhere", at_once) as (port, keeper):
        reply = transport_to(port, use_tls=not at_once, use_ssl=at_once).send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage) == (0, Stage.CONNECT)
    assert "certificate" in reply.text
    assert keeper.messages == []


@pytest.mark.parametrize("at_once", [False, True], ids=["STARTTLS", "SSL"])
def test_a_certificate_that_nobody_vouches_for_is_refused(at_once: bool) -> None:
    with tls_server("localhost", at_once) as (port, keeper):
        reply = transport_to(port, use_tls=not at_once, use_ssl=at_once).send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage) == (0, Stage.CONNECT)
    assert keeper.messages == []


def test_a_server_that_offers_no_tls_is_not_spoken_to_in_the_open(server: MailServer) -> None:
    reply = transport_to(server.port, use_tls=True).send(FROM, TO, MESSAGE)
    assert (reply.stage, reply.transient) == (Stage.CONNECT, True)
    assert server.accepted == []


@pytest.mark.parametrize(("password", "accepted"), [("ding", True), ("dong", False)])
def test_signing_in(trusting: None, password: str, accepted: bool) -> None:
    with tls_server("localhost", sign_in=True) as (port, _):
        with transport_to(port, use_tls=True, username="bell", password=password) as transport:
            reply = transport.send(FROM, TO, MESSAGE)
    assert reply.accepted is accepted
    assert accepted or (reply.code, reply.stage) == (535, Stage.AUTH)


def test_the_settings_choose_the_transport(tmp_path: Path, server: MailServer) -> None:
    environ = {
        "NEWSROOM_ENV": "development",
        "NEWSROOM_INSTANCE": str(tmp_path),
        "NEWSROOM_SECRET_KEY": "a secret for the tests alone",
    }
    with open_transport(load(environ)) as transport:
        reply = transport.send(FROM, TO, MESSAGE)
    assert re.fullmatch(r"2\.0\.0 Written to outbox/\S+\.eml", reply.text)
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.read_bytes().endswith(MESSAGE)
    with open_transport(load({**environ, **server.settings()})) as transport:
        assert transport.send(FROM, TO, MESSAGE).accepted
    assert server.accepted[0].data == MESSAGE


def test_a_folder_that_cannot_be_written_is_a_value(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    settings = load(
        {
            "NEWSROOM_ENV": "development",
            "NEWSROOM_INSTANCE": str(tmp_path),
            "NEWSROOM_SECRET_KEY": "a secret for the tests alone",
        }
    )
    reply = open_transport(settings).send(FROM, TO, MESSAGE)
    assert reply.transient
    assert "cannot be written" in reply.text


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://letters.example", "letters.example"),
        ("http://127.0.0.1:5000", "[127.0.0.1]"),
        ("http://[::1]:5000", "[IPv6:::1]"),
    ],
)
def test_we_present_ourselves_by_our_own_name(base_url: str, name: str) -> None:
    assert own_name(base_url) == name


def test_letting_go_twice_does_no_harm(server: MailServer) -> None:
    transport = transport_to(server.port)
    transport.send(FROM, TO, MESSAGE)
    transport.close()
    transport.close()
    assert transport.send(FROM, TO, MESSAGE).accepted
    transport.close()


def test_dots_are_doubled_as_the_standard_library_would(server: MailServer) -> None:
    with smtplib.SMTP("127.0.0.1", server.port) as plain:
        plain.sendmail(FROM, TO, MESSAGE)
    with transport_to(server.port) as transport:
        transport.send(FROM, TO, MESSAGE)
    assert server.accepted[0].data == server.accepted[1].data


def test_dots_at_line_beginnings_are_doubled_and_no_others(server: MailServer) -> None:
    message = b"Subject: x\r\n\r\n.one\r\na.b\r\n..two\r\n.\r\n"
    with transport_to(server.port) as transport:
        assert transport.send(FROM, TO, b"." + message).accepted
    assert server.accepted[0].data == b"." + message


@pytest.mark.parametrize("answer", [b"OK, queued\r\n", b"25", b"354 more?\r\n"], ids=["words", "cut", "354"])
def test_an_answer_to_the_message_that_makes_no_sense_leaves_it_uncertain(answer: bytes) -> None:
    """Nobody can say that such a server did not take it; what is sent again might come twice."""
    taken = (b"354 go\r\n", "\r\n.\r\n", answer, None)
    with scripted(*OPENING, "MAIL", b"250 ok\r\n", "RCPT", b"250 ok\r\n", "DATA", *taken) as port:
        reply = transport_to(port).send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage, reply.uncertain) == (0, Stage.DATA, True)


def test_nobody_gets_an_empty_message_from_a_server_that_answers_oddly() -> None:
    """It may have taken the recipient: no dot says then that this was the message."""
    with closing_listener(
        b"220 hello\r\n", b"250-hello\r\n250 PIPELINING\r\n", b"250 ok\r\n255 perhaps\r\n354 go on\r\n"
    ) as (port, heard):
        with transport_to(port) as transport:
            reply = transport.send(FROM, TO, MESSAGE)
    assert reply == Reply(451, "4.5.0 Unexpected answer: 255 perhaps", Stage.RCPT)
    assert heard()[-1].endswith(b"DATA\r\n")


def test_what_left_over_tls_before_it_broke_off_is_counted(trusting: None) -> None:
    """Were a dot that the server has read not counted, the message would be sent twice."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / "localhost.pem")
    # More than the buffers of both ends hold.
    message = b"y" * 76 * 1_000_000
    read_count = 0

    def read_some(listener: socket.socket) -> None:
        nonlocal read_count
        connection, _ = listener.accept()
        with connection, context.wrap_socket(connection, server_side=True) as private:
            private.settimeout(LONG_SECONDS)
            private.sendall(b"220 hello\r\n")
            private.recv(4096)
            private.sendall(b"250-hello\r\n250 PIPELINING\r\n")
            private.recv(4096)
            private.sendall(b"250 ok\r\n250 ok\r\n354 go\r\n")
            while read_count < 100_000:
                read_count += len(private.recv(65536))

    left: list[int] = []
    sent = Dialogue.sent

    def counted(dialogue: Dialogue, count: int) -> None:
        left.append(count if dialogue.waits_for_message else 0)
        sent(dialogue, count)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as beside:
        reading = beside.submit(read_some, listener)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Dialogue, "sent", counted)
            with transport_to(listener.getsockname()[1], host="localhost", use_ssl=True) as transport:
                reply = transport.send(FROM, TO, message)
        reading.result(LONG_SECONDS)
    assert (reply.code, reply.uncertain) == (0, False)
    assert 100_000 <= read_count <= sum(left) < len(message)
