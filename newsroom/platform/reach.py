"""Asks an address on the web whether anybody answers, and how large a picture there is.

It asks public addresses only: a link that somebody typed must not make this machine knock at its neighbours'
doors. It keeps nothing, follows few redirections, reads no more than it needs, and never raises.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urljoin, urlsplit

import urllib3
from PIL import Image, UnidentifiedImageError
from urllib3.connection import HTTPConnection, HTTPSConnection

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
WHOLE_SECONDS = 30.0
"""With all redirections; who sends one letter now and then would be waited for until the end of days."""
MOST_REDIRECTIONS = 5
LARGEST_PICTURE = 1_000_000
"""Bytes: of a larger picture it is enough to know that it is larger."""

# All that is given to the public internet of IPv6 (RFC 4291); whatever else there is stands for something
# nearer, which an older Python does not always know.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
# Addresses that stand for another one, whichever that may be (RFC 3056), or for this network (RFC 6890).
_STAND_FOR_OTHERS = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("192.0.0.0/24"))
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
_TOO_LARGE = LARGEST_PICTURE + 1

Judge = Callable[[str], bool]


@dataclass
class _Patience:
    """How long one address is asked: when it is over, the connection in hand is cut."""

    is_over: bool = False
    _socket: socket.socket | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def running(self) -> Iterator[None]:
        timer = threading.Timer(WHOLE_SECONDS, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def hold(self, connected: socket.socket) -> None:
        """Take the connection in hand; cut it at once where it came too late."""
        with self._lock:
            self._socket = connected
            if self.is_over:
                _cut(connected)

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            if self._socket is not None:
                _cut(self._socket)


def _cut(connected: socket.socket) -> None:
    # Not an encrypted connection's own method, which takes the encryption away from who is reading it.
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


# One address is asked in one thread.
_open = threading.local()


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _open.patience.hold(self.sock)


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _open.patience.hold(self.sock)


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


@dataclass(frozen=True)
class Answer:
    """What came of asking.

    `status` is the HTTP status at the end of all redirections, 0 where nobody answered; `said` tells why, as
    a sentence. Of a picture `byte_count` is its size as far as it was read, and `width` its pixels across,
    0 where it cannot be told; of anything else both are 0.
    """

    status: int
    said: str = ""
    byte_count: int = 0
    width: int = 0

    @property
    def is_good(self) -> bool:
        """Whether a reader who follows the link arrives somewhere."""
        return 200 <= self.status < 400


class _Unreachable(Exception):
    """Nobody can be asked; the text is the sentence."""


def is_public(network_address: str) -> bool:
    """Whether this IP address belongs to the public internet and to no private, local or special network."""
    try:
        found = ipaddress.ip_address(network_address.partition("%")[0])
    except ValueError:
        return False
    if not found.is_global or found.is_multicast or any(found in each for each in _STAND_FOR_OTHERS):
        return False
    return found.version == 4 or found in _GIVEN_OUT


def ask(address: str, agent: str, *, may_ask: Judge = is_public, measure: bool = False) -> Answer:
    """What a web address answers. `agent` says in the request who asks.

    `may_ask` judges each network address before anything is sent to it; the connection then goes to exactly
    that one, so a name cannot mean another machine a moment later. With `measure` a picture is read, up to
    `LARGEST_PICTURE` bytes.
    """
    patience = _Patience()
    _open.patience = patience
    try:
        with patience.running():
            answer = _follow(address, agent, may_ask, measure)
    except _Unreachable as error:
        answer = Answer(0, str(error))
    # An answer that was cut in the middle may look like one that had come to its end.
    return Answer(0, "It did not answer in time.") if patience.is_over else answer


def _follow(address: str, agent: str, may_ask: Judge, measure: bool) -> Answer:
    for _ in range(MOST_REDIRECTIONS + 1):
        reply = _request(address, agent, may_ask)
        try:
            target = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTIONS or not target:
                return _measured(reply) if measure else Answer(reply.status)
        except (urllib3.exceptions.HTTPError, OSError):
            raise _Unreachable("It stopped answering in the middle.") from None
        finally:
            reply.close()
        address = _joined(address, target)
    raise _Unreachable(f"It leads from one address to the next more than {MOST_REDIRECTIONS} times.")


def _joined(address: str, target: str) -> str:
    try:
        return urljoin(address, target)
    except ValueError:
        raise _Unreachable("It leads on to what is no web address.") from None


def _request(address: str, agent: str, may_ask: Judge) -> urllib3.BaseHTTPResponse:
    scheme, host, port, target = _parts(address)
    network_address = _resolved(host, port, may_ask)
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    pool = (
        _SecurePool(network_address, port, timeout=timeout, server_hostname=host, assert_hostname=host)
        if scheme == "https"
        else _PlainPool(network_address, port, timeout=timeout)
    )
    usual = {"https": 443, "http": 80}[scheme]
    named = f"[{host}]" if ":" in host else host
    headers = {
        "Host": named if port == usual else f"{named}:{port}",
        "User-Agent": agent,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }
    try:
        return pool.urlopen(
            "GET", target, headers=headers, redirect=False, retries=False, preload_content=False
        )
    except urllib3.exceptions.SSLError:
        raise _Unreachable("Its certificate is not valid, so browsers warn of it.") from None
    except urllib3.exceptions.TimeoutError:
        raise _Unreachable("It did not answer in time.") from None
    except (urllib3.exceptions.HTTPError, OSError, ValueError):
        raise _Unreachable("Nobody answers there.") from None


def _parts(address: str) -> tuple[str, str, int, str]:
    """Scheme, host in ASCII, port and request target of an address."""
    try:
        parsed = urllib3.util.parse_url(address)
        port = parsed.port
    except (urllib3.exceptions.LocationParseError, ValueError):
        raise _Unreachable("It is no web address.") from None
    scheme = (parsed.scheme or "").lower()
    host = (parsed.host or "").strip("[]").rstrip(".")
    if scheme not in ("http", "https") or not host or urlsplit(address).username is not None:
        raise _Unreachable("It is no web address.")
    return scheme, host, port or {"https": 443, "http": 80}[scheme], parsed.request_uri


def _resolved(host: str, port: int, may_ask: Judge) -> str:
    """One network address of the host, all of which may be asked."""
    try:
        found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise _Unreachable("There is no such host.") from None
    addresses = [str(each) for each in found]
    if not addresses or not all(map(may_ask, addresses)):
        raise _Unreachable("It leads into a private network, which readers cannot reach.")
    return addresses[0]


def _measured(reply: urllib3.BaseHTTPResponse) -> Answer:
    if not 200 <= reply.status < 300 or not reply.headers.get("Content-Type", "").startswith("image/"):
        return Answer(reply.status)
    data = reply.read(_TOO_LARGE, decode_content=False)
    return Answer(reply.status, byte_count=len(data), width=_width(data))


def _width(data: bytes) -> int:
    """Pixels across, from the head of the file alone; 0 where it is no picture that can be read."""
    try:
        with Image.open(BytesIO(data)) as picture:
            return picture.width
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return 0
