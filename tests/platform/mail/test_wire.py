"""Many letters over one wire: what is announced behind a final dot, and what one place costs the others."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from newsroom.platform.mail.message import build
from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.server import Server, Timeouts
from tests.mailserver import DROP, DROP_MIDWAY, MailServer
from tests.platform.mail.samples import parts
from tests.platform.mail.servers import scripted
from tests.platform.mail.ways import OverWire
from tests.waiting import LONG_SECONDS

pytestmark = pytest.mark.smtp
FROM, TO = "bounce+a.b@service-bell.example", "ana@reader.example"
MESSAGE = build(parts(text=".\n..\n.dots\n"))
PATIENCE = Timeouts(connect=LONG_SECONDS, command=LONG_SECONDS, data=LONG_SECONDS)
HASTE_SECONDS = 3


def over_wire_to(port: int, timeouts: Timeouts = PATIENCE) -> OverWire:
    return OverWire(Server("127.0.0.1", port), timeouts)


@pytest.fixture(params=[False, True], ids=["one by one", "pipelined"])
def server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    server = MailServer(pipelining=request.param).start()
    yield server
    server.stop()


# What follows


NEXT = Parcel(FROM, "bo@reader.example", MESSAGE)
PIPELINING = (b"220 hello\r\n", "EHLO", b"250-hello\r\n250 PIPELINING\r\n")
FIRST = ("DATA\r\n", b"250 ok\r\n250 ok\r\n354 go on\r\n")
# The end of one message with the whole envelope of the next behind it.
BOTH = ("\r\n.\r\nMAIL FROM:<bounce+a.b@service-bell.example>\r\nRCPT TO:<bo@reader.example>\r\nDATA\r\n",)


def test_the_envelope_of_what_follows_leaves_with_the_final_dot() -> None:
    with scripted(
        *PIPELINING, *FIRST, *BOTH, b"250 done\r\n250 ok\r\n250 ok\r\n354 go on\r\n",
        "\r\n.\r\n", b"250 done too\r\n",
    ) as port:  # fmt: skip
        with over_wire_to(port) as transport:
            assert transport.send(FROM, TO, MESSAGE, NEXT) == Reply(250, "done", Stage.DATA)
            assert transport.send(NEXT.envelope_from, NEXT.rcpt, NEXT.message).text == "done too"


def test_many_that_follow_each_other_arrive_once_each_over_one_connection(server: MailServer) -> None:
    parcels = [Parcel(FROM, f"reader{n}@reader.example", MESSAGE) for n in range(6)]
    with over_wire_to(server.port) as transport:
        for parcel, following in zip(parcels, [*parcels[1:], None], strict=True):
            assert transport.send(parcel.envelope_from, parcel.rcpt, parcel.message, following).accepted
    assert server.recipients() == [parcel.rcpt for parcel in parcels]
    assert {item.data for item in server.accepted} == {MESSAGE}
    assert server.commands["EHLO"] == 1


def test_what_was_announced_and_does_not_follow_is_no_message(server: MailServer) -> None:
    with over_wire_to(server.port) as transport:
        assert transport.send(FROM, TO, MESSAGE, NEXT).accepted
        assert transport.send(FROM, "cy@reader.example", MESSAGE, NEXT).accepted
    assert server.recipients() == [TO, "cy@reader.example"]


def test_a_refusal_of_what_follows_is_said_when_its_turn_has_come(server: MailServer) -> None:
    server.answer("RCPT", "550 5.1.1 Nobody here", to=NEXT.rcpt)
    with over_wire_to(server.port) as transport:
        assert transport.send(FROM, TO, MESSAGE, NEXT).accepted
        reply = transport.send(NEXT.envelope_from, NEXT.rcpt, NEXT.message)
        assert (str(reply), reply.stage) == ("550 5.1.1 Nobody here", Stage.RCPT)
        assert transport.send(FROM, TO, MESSAGE).accepted
    assert server.recipients() == [TO, TO]
    assert server.commands["EHLO"] == 1


def test_a_refused_message_leaves_what_follows_alone(server: MailServer) -> None:
    server.answer("DATA", "452 4.3.1 Full", to=TO)
    with over_wire_to(server.port) as transport:
        assert transport.send(FROM, TO, MESSAGE, NEXT).code == 452
        assert transport.send(NEXT.envelope_from, NEXT.rcpt, NEXT.message).accepted
    assert server.recipients() == [NEXT.rcpt]


@pytest.mark.parametrize("when", [DROP, DROP_MIDWAY])
def test_only_the_message_that_had_left_is_uncertain(server: MailServer, when: str) -> None:
    server.answer("DATA", when, to=TO, times=1)
    with over_wire_to(server.port) as transport:
        assert transport.send(FROM, TO, MESSAGE, NEXT).uncertain
        assert transport.send(NEXT.envelope_from, NEXT.rcpt, NEXT.message).accepted
    assert server.recipients().count(NEXT.rcpt) == 1


def test_a_server_that_closes_when_it_hears_what_follows_gets_it_by_another_connection() -> None:
    server = MailServer(pipelining=True, close_after=1).start()
    try:
        with over_wire_to(server.port) as transport:
            assert transport.send(FROM, TO, MESSAGE, NEXT).accepted
            assert transport.send(NEXT.envelope_from, NEXT.rcpt, NEXT.message).accepted
        assert server.recipients() == [TO, NEXT.rcpt]
    finally:
        server.stop()


def test_a_server_that_throws_away_what_was_announced_hears_no_more_of_it() -> None:
    server = MailServer(pipelining=True).start()
    server.answer("RCPT", None, to=NEXT.rcpt, after_seconds=3600, times=1)
    last = Parcel(FROM, "cy@reader.example", MESSAGE)
    try:
        with over_wire_to(server.port, replace(PATIENCE, command=HASTE_SECONDS)) as transport:
            assert transport.send(FROM, TO, MESSAGE, NEXT).accepted
            assert transport.send(NEXT.envelope_from, NEXT.rcpt, NEXT.message, last).accepted
            assert server.commands["RCPT"] == 3
            assert transport.send(last.envelope_from, last.rcpt, last.message).accepted
        assert server.recipients() == [TO, NEXT.rcpt, last.rcpt]
    finally:
        server.stop()
