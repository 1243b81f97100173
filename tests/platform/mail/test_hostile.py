"""Servers that mean us harm, a system that has nothing left for us: an answer always comes, and is true."""

import errno
import gc
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from operator import le
from pathlib import Path
from queue import SimpleQueue

import pytest

from newsroom.platform.mail.message import build
from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.loop import Loop
from newsroom.platform.mail.smtp.server import Server, Timeouts
from newsroom.platform.mail.smtp.transport import SmtpTransport
from newsroom.platform.mail.smtp.wire import Wire
from tests.mailserver import MailServer
from tests.platform.mail.samples import parts
from tests.platform.mail.servers import CERTIFICATES, scripted, tls_server
from tests.platform.mail.ways import OverWire
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = pytest.mark.smtp
FROM, TO = "bounce+a.b@service-bell.example", "ana@reader.example"
MESSAGE = build(parts(text=".\n..\n.dots\n"))
PATIENCE = Timeouts(connect=LONG_SECONDS, command=LONG_SECONDS, data=LONG_SECONDS)
HASTE = Timeouts(connect=1, command=1, data=LONG_SECONDS)
Ways = SmtpTransport | OverWire


@pytest.fixture(params=[SmtpTransport, OverWire], ids=["one connection", "wire"])
def way(request: pytest.FixtureRequest) -> type[Ways]:
    found: type[Ways] = request.param
    return found


@contextmanager
def server_that(serves: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server whose connections are each served in a thread, and closed at the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    served: list[tuple[socket.socket, threading.Thread]] = []

    def serve(one: socket.socket) -> None:
        with suppress(OSError):
            serves(one)

    def listen() -> None:
        with suppress(OSError):
            while True:
                one, _ = listener.accept()
                thread = threading.Thread(target=serve, args=(one,), daemon=True)
                served.append((one, thread))
                thread.start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(LONG_SECONDS)
        for one, serving in served:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            serving.join(LONG_SECONDS)
            one.close()


# At the door


def _drips(one: socket.socket) -> None:
    """Each byte is in time, and the greeting never ends."""
    while True:
        one.sendall(b"2")
        time.sleep(0.1)


def _greets_for_ever(one: socket.socket) -> None:
    one.sendall(b"220 hello\r\n")
    one.recv(100)
    while True:
        one.sendall(b"250-hello\r\n" * 1000)


@pytest.mark.parametrize("serves", [_drips, _greets_for_ever])
def test_a_server_whose_words_at_the_door_have_no_end_is_given_up(
    way: type[Ways], serves: Callable[[socket.socket], None]
) -> None:
    with server_that(serves) as port, way(Server("127.0.0.1", port), HASTE) as transport:
        reply = transport.send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage, reply.uncertain) == (0, Stage.CONNECT, False)


def test_a_server_that_asks_nonsense_at_signing_in_is_an_answer(way: type[Ways]) -> None:
    with scripted(b"220 hello\r\n", "EHLO", b"250-hello\r\n250 AUTH LOGIN\r\n", "AUTH", b"334 a\r\n") as port:
        server = Server("127.0.0.1", port, username="bell", password="ding")
        with way(server, PATIENCE) as transport:
            reply = transport.send(FROM, TO, MESSAGE)
    assert (reply.code, reply.stage) == (0, Stage.AUTH)


# A system that has nothing left


def _no_more(*_any: object, **_more: object) -> None:
    raise OSError(errno.EMFILE, "Too many open files")


def _no_thread(*_any: object) -> None:
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize("what", ["files", "threads", "threads for a connection"])
def test_a_letter_for_which_the_system_has_nothing_left_has_not_left(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = MailServer().start()
    try:
        with OverWire(Server("127.0.0.1", server.port), PATIENCE) as transport:
            with monkeypatch.context() as patch:
                if what == "files":
                    patch.setattr(selectors, "DefaultSelector", _no_more)
                elif what == "threads":
                    patch.setattr(threading.Thread, "start", _no_thread)
                else:
                    begins = threading.Thread.start
                    patch.setattr(
                        threading.Thread,
                        "start",
                        lambda thread: _no_thread() if thread.name == "opening" else begins(thread),
                    )
                reply = transport.send(FROM, TO, MESSAGE)
            assert (reply.code, reply.stage) == (0, Stage.CONNECT)
            # When there is some again, letters leave.
            assert transport.send(FROM, TO, MESSAGE).accepted
    finally:
        server.stop()


def test_an_ordinary_letter_for_which_the_system_has_no_thread_left_has_not_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = MailServer().start()
    try:
        with SmtpTransport(Server("127.0.0.1", server.port), PATIENCE) as transport:
            with monkeypatch.context() as patch:
                patch.setattr(threading.Thread, "start", _no_thread)
                reply = transport.send(FROM, TO, MESSAGE)
            assert (reply.code, reply.stage) == (0, Stage.CONNECT)
            assert transport.send(FROM, TO, MESSAGE).accepted
    finally:
        server.stop()


def test_when_the_thread_of_the_connections_fails_each_letter_is_answered_and_the_next_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = MailServer().start()
    turn = Loop._turn

    def fails(loop: Loop) -> None:
        turn(loop)
        if server.commands["EHLO"]:
            raise RuntimeError("a defect of ours")

    try:
        with OverWire(Server("127.0.0.1", server.port), PATIENCE) as transport:
            with monkeypatch.context() as patch:
                patch.setattr(Loop, "_turn", fails)
                server.answer("EHLO", None, times=1)
                with pytest.raises(RuntimeError):
                    transport.send(FROM, TO, MESSAGE)
            assert transport.send(FROM, "bo@reader.example", MESSAGE).accepted
        assert server.recipients()[-1] == "bo@reader.example"
    finally:
        server.stop()


def test_what_goes_wrong_where_an_answer_is_heard_costs_no_other_letter() -> None:
    server = MailServer().start()

    def goes_wrong(*_said: object) -> None:
        heard.set()
        raise RuntimeError("a defect of ours")

    heard = threading.Event()
    try:
        with OverWire(Server("127.0.0.1", server.port), PATIENCE) as transport:
            transport.wire.carry(1, Parcel(FROM, TO, MESSAGE), None, goes_wrong)
            transport.wire.go()
            assert heard.wait(LONG_SECONDS)
            assert transport.send(FROM, TO, MESSAGE).accepted
            heard.clear()
            server.answer("MAIL", None, after_seconds=LONG_SECONDS, times=1)
            transport.wire.carry(1, Parcel(FROM, TO, MESSAGE), None, goes_wrong)
            transport.wire.abort()
            assert heard.wait(LONG_SECONDS)
            server.behave()
            assert transport.send(FROM, TO, MESSAGE).accepted
    finally:
        server.stop()


# What stays behind


def test_a_connection_that_is_opened_when_nobody_waits_any_more_is_closed() -> None:
    may_greet, is_closed = threading.Event(), threading.Event()

    def serves(one: socket.socket) -> None:
        may_greet.wait(LONG_SECONDS)
        one.sendall(b"220 hello\r\n")
        one.recv(100)
        one.sendall(b"250 hello\r\n")
        if not one.recv(100):
            is_closed.set()

    with server_that(serves) as port:
        answers: SimpleQueue[Reply | None] = SimpleQueue()
        over = Wire(Server("127.0.0.1", port), PATIENCE)
        over.carry(0, Parcel(FROM, TO, MESSAGE), None, lambda reply, _: answers.put(reply))
        over.go()
        over.abort()
        reply = answers.get(timeout=LONG_SECONDS)
        assert reply is not None and reply.stage is Stage.CONNECT
        over.close(LONG_SECONDS)
        # What is only collected some time later would keep one of the server's places until then.
        gc.disable()
        try:
            may_greet.set()
            assert is_closed.wait(10)
        finally:
            gc.enable()


def _held() -> tuple[int, int]:
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


@pytest.mark.skipif(sys.platform != "linux", reason="counts the open files as Linux shows them")
def test_nothing_stays_behind_of_connections_that_end_however_they_end(closed_port: int) -> None:
    server = MailServer(pipelining=True, close_after=1).start()
    server.answer("RCPT", "421 4.3.2 Closing", to="no@reader.example")
    try:
        before = _held()
        # The server's own connections are among the open files, and end a moment later.
        with OverWire(Server("127.0.0.1", server.port), PATIENCE) as transport:
            for number in range(120):
                rcpt = "no@reader.example" if number % 3 else TO
                assert transport.send(FROM, rcpt, MESSAGE).accepted == (rcpt == TO)
        with OverWire(Server("127.0.0.1", closed_port), PATIENCE) as transport:
            for _ in range(60):
                assert transport.send(FROM, TO, MESSAGE).stage is Stage.CONNECT
        wait_until(lambda: all(map(le, _held(), before)), lambda: f"{_held()} after {before}")
    finally:
        server.stop()


# TLS over several connections


def test_several_connections_at_once_speak_in_private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))
    places, letters = 6, 5
    # Several records of TLS each.
    message = MESSAGE + (b"z" * 70 + b"\r\n") * 1_000
    answers: SimpleQueue[tuple[int, Reply | None]] = SimpleQueue()
    with tls_server("localhost", at_once=True) as (port, keeper):
        over = Wire(replace(Server("localhost", port), use_ssl=True), PATIENCE)

        def carry(place: int) -> None:
            parcel = Parcel(FROM, f"reader{place}@reader.example", message)
            over.carry(place, parcel, parcel, lambda reply, _: answers.put((place, reply)))

        for place in range(places):
            carry(place)
        over.go()
        left = dict.fromkeys(range(places), letters - 1)
        for _ in range(places * letters):
            place, reply = answers.get(timeout=LONG_SECONDS)
            assert reply is not None and reply.accepted
            if left[place]:
                left[place] -= 1
                carry(place)
                over.go()
        over.let_go(0)
        over.close(LONG_SECONDS)
    assert len(keeper.messages) == places * letters
    assert set(keeper.messages) == {message}
    assert all(keeper.was_encrypted)
