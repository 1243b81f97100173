"""Asking an address: what it answers, and whom it never knocks at."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from PIL import Image

from newsroom.platform import reach
from newsroom.platform.reach import Answer, ask, is_public

AGENT = "Newsroom (tests)"


def _picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (1300, 10)).save(file, "PNG")
    return file.getvalue()


PICTURE = _picture()


class _Site(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["User-Agent"]))
        status, headers, body = {
            "/": (200, {"Content-Type": "text/html"}, b"Hello"),
            "/gone": (404, {}, b""),
            "/moved": (302, {"Location": "/"}, b""),
            "/round": (301, {"Location": "/round"}, b""),
            "/inside": (302, {"Location": "http://10.1.2.3/secret"}, b""),
            "/nowhere": (302, {"Location": "http://[nowhere/"}, b""),
            "/file": (302, {"Location": "file:///etc/passwd"}, b""),
            "/wide.png": (200, {"Content-Type": "image/png"}, PICTURE),
            "/heavy.png": (200, {"Content-Type": "image/png"}, b"x" * 1_500_000),
        }[self.path]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        # Who has read enough of a heavy picture hangs up.
        with suppress(OSError):
            self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    _Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def at_home(network_address: str) -> bool:
    return network_address == "127.0.0.1"


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/", Answer(200)),
        ("/moved", Answer(200)),
        ("/gone", Answer(404)),
        ("/round", Answer(0, "It leads from one address to the next more than 5 times.")),
        ("/inside", Answer(0, "It leads into a private network, which readers cannot reach.")),
        ("/nowhere", Answer(0, "It leads on to what is no web address.")),
        ("/file", Answer(0, "It is no web address.")),
        ("/wide.png", Answer(200, byte_count=len(PICTURE), width=1300)),
        ("/heavy.png", Answer(200, byte_count=reach.LARGEST_PICTURE + 1)),
    ],
)
def test_what_an_address_answers(site: str, path: str, wanted: Answer) -> None:
    assert ask(f"{site}{path}", AGENT, may_ask=at_home, measure=True) == wanted


def test_it_says_who_asks(site: str) -> None:
    ask(f"{site}/", AGENT, may_ask=at_home)
    assert _Site.asked[-1] == ("/", AGENT)


def test_nobody_is_asked_in_a_private_network(site: str) -> None:
    before = len(_Site.asked)
    for address in (site, site.replace("127.0.0.1", "localhost"), site.replace("127.0.0.1", "2130706433")):
        assert ask(address, AGENT).status == 0
    assert len(_Site.asked) == before


@pytest.mark.parametrize(
    "network_address",
    "127.0.0.1 10.0.0.1 192.168.1.1 172.16.0.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 "
    "::1 fe80::1%eth0 fd00::1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1:: somewhere "
    "::127.0.0.1 64:ff9b:1::7f00:1 fec0::1 ::ffff:0:7f00:1 192.0.0.9 5f00::1".split(),
)
def test_these_are_not_public(network_address: str) -> None:
    assert not is_public(network_address)


def test_these_are_public() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://",
        "https://[::1",
        "mailto:a@b.example",
        "https://a@b.example/",
        "http://x:99999/",
        "//x.test",
    ],
)
def test_what_is_no_web_address_is_said_to_be_none(address: str) -> None:
    assert ask(address, AGENT) == Answer(0, "It is no web address.")


def test_a_host_that_nobody_has_is_named_as_such() -> None:
    assert ask("https://nobody.invalid/", AGENT) == Answer(0, "There is no such host.")


def test_who_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "READ_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = ask(f"http://127.0.0.1:{silent.getsockname()[1]}/", AGENT, may_ask=at_home)
    assert answer == Answer(0, "It did not answer in time.")


def test_who_answers_letter_by_letter_is_not_waited_for_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "WHOLE_SECONDS", 0.3)
    done = threading.Event()

    def drip(listening: socket.socket) -> None:
        connected, _ = listening.accept()
        with connected, suppress(OSError):
            connected.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not done.wait(0.02):
                connected.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as slow:
        dripping = threading.Thread(target=drip, args=(slow,))
        dripping.start()
        answer = ask(f"http://127.0.0.1:{slow.getsockname()[1]}/", AGENT, may_ask=at_home)
        done.set()
        dripping.join()
    assert answer == Answer(0, "It did not answer in time.")
