"""Another site fills in a form of the desk and sends it with an editor's browser."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import EDITOR, PASSWORD
from tests.journeys.hands import go_by_key
from tests.site import LiveSite

pytestmark = pytest.mark.browser


@pytest.fixture
def evil_hosts(sample: LiveSite) -> Iterator[tuple[str, str]]:
    """A page elsewhere that sends a form to the desk as soon as it is opened."""
    page = f"""<form method="post" action="{sample.address}/desk/staff">
    <input name="email" value="evil@x.example"><input name="roles" value="admin"></form>
    <script>document.forms[0].submit()</script>"""

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_words: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"localhost:{server.server_address[1]}", f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_its_fields_are_never_offered_to_be_sent(
    sample: LiveSite, page: Any, evil_hosts: tuple[str, str]
) -> None:
    for host in evil_hosts:
        page.goto(f"{sample.address}/sign-in")
        if page.locator("[name=password]").count():
            page.fill("[name=email]", EDITOR)
            page.fill("[name=password]", PASSWORD)
            page.locator("[name=password]").focus()
            go_by_key(page, "Enter")
            page.wait_for_url("**/desk")
        page.goto(f"http://{host}/")
        page.wait_for_url("**/desk/staff")
        assert "evil@x.example" not in page.content()
        expect(page.get_by_text("Send again")).to_have_count(0)
