"""Mail servers with what `tests.mailserver` does not offer: TLS, sign-in, and answers read from a script."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.waiting import LONG_SECONDS

CERTIFICATES = Path(__file__).parent / "certificates"


class Keeper:
    """aiosmtpd's handler that keeps what it accepts."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.was_encrypted: list[bool] = []
        self.own_names: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - a hook
        self.messages.append(envelope.original_content)
        self.was_encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        self.own_names.append(session.host_name)
        return "250 2.0.0 Kept"


def _check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data == LoginPassword(b"bell", b"ding")
    return AuthResult(success=right, handled=False)


@contextmanager
def tls_server(
    certificate: str, at_once: bool = False, sign_in: bool = False
) -> Iterator[tuple[int, Keeper]]:
    """Give a port and its keeper; `at_once` speaks TLS from the first byte, otherwise by STARTTLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    keeper = Keeper()
    loop = asyncio.new_event_loop()

    def conversation() -> SMTP:
        return SMTP(
            keeper,
            loop=loop,
            hostname="mail.newsroom.example",
            tls_context=None if at_once else context,
            require_starttls=not at_once,
            authenticator=_check if sign_in else None,
            auth_required=sign_in,
        )

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opening = loop.create_server(conversation, "127.0.0.1", 0, ssl=context if at_once else None)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result(LONG_SECONDS)
    try:
        yield server.sockets[0].getsockname()[1], keeper
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(LONG_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(LONG_SECONDS)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def scripted(*steps: bytes | str | None) -> Iterator[int]:
    """A server for one connection: bytes are sent, a string is waited for in any case, None hangs up.

    For the misbehaviours that no mail server library can be asked to show.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    # Everything that the thread may be waiting at, so that the end of the block ends its waiting.
    waiting_at = [listener]
    thread = threading.Thread(target=_play, args=(listener, steps, waiting_at), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        for each in waiting_at:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(LONG_SECONDS)


def _play(
    listener: socket.socket, steps: tuple[bytes | str | None, ...], waiting_at: list[socket.socket]
) -> None:
    try:
        connection, _ = listener.accept()
    except OSError:
        return
    waiting_at.append(connection)
    heard = b""
    with connection:
        connection.settimeout(LONG_SECONDS)
        try:
            for step in steps:
                if step is None:
                    return
                if isinstance(step, bytes):
                    connection.sendall(step)
                    continue
                wanted = step.lower().encode()
                while wanted not in heard:
                    more = connection.recv(65536)
                    if not more:
                        return
                    heard += more.lower()
                heard = heard.partition(wanted)[2]
            connection.recv(1)
        except OSError:
            return


@contextmanager
def closing_listener(*answers: bytes) -> Iterator[tuple[int, Callable[[], list[bytes]]]]:
    """A port, and what was heard there until the other side hung up: the first answer greets, the others
    answer whatever comes."""
    heard: list[bytes] = []

    def listen() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(LONG_SECONDS)
            for answer in answers:
                connection.sendall(answer)
                heard.append(connection.recv(65536))
            while heard[-1]:
                heard.append(connection.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen, daemon=True)
        thread.start()

        def all_of_it() -> list[bytes]:
            thread.join(LONG_SECONDS)
            return [words for words in heard if words]

        yield listener.getsockname()[1], all_of_it
