"""The letters in the outbox folder, for who may see them."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.accounts import queries as accounts
from newsroom.accounts import service
from newsroom.office import linking
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import folder, outbox
from newsroom.platform.settings import current
from tests.cast import Cast
from tests.webpage import WebPage

LETTER = b"""From: The Service Bell <letter@service-bell.example>\r
To: rhona@reader.example\r
Subject: Please confirm <script>alert(1)</script>\r
MIME-Version: 1.0\r
List-Unsubscribe: <http://newsroom.example/unsubscribe/t1>\r
Content-Type: multipart/alternative; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
Press here: http://newsroom.example/subscribe/confirm/tok-1.\r
<b>not bold</b>\r
--b\r
Content-Type: text/html; charset=utf-8\r
\r
<!doctype html><html><head><title>x</title></head><body><a href="http://newsroom.example/subscribe/confirm/tok-1">Go</a></body></html>\r
--b--\r
"""


@pytest.fixture
def name(app: Flask) -> str:
    return folder.write(
        current().instance / "outbox", "bounces@service-bell.example", "rhona@reader.example", LETTER
    )


def test_a_letter_is_found_and_its_links_can_be_followed(app: Flask, name: str, cast: Cast) -> None:
    editor = cast.editor()
    editor.visit("/desk/outbox")
    page = editor.follow("Please confirm")
    editor.sees("rhona@reader.example", "<b>not bold</b>")
    link = next(
        item
        for item in page.all("a")
        if item.get("href") == "http://newsroom.example/subscribe/confirm/tok-1"
    )
    assert link.get("target") == "_blank"
    assert link.get("rel") == "noopener"
    assert any(item.get("href") == "http://newsroom.example/unsubscribe/t1" for item in page.all("a"))


def test_the_html_part_is_framed_without_scripts_and_forms(app: Flask, name: str, cast: Cast) -> None:
    editor = cast.editor()
    page = editor.visit(f"/desk/outbox/{name}")
    (frame,) = page.all("iframe")
    assert frame.get("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    inside = editor.visit(frame.get("src", ""))
    policy = inside.headers["Content-Security-Policy"]
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    (base,) = inside.all("base")
    assert base.attrib == {"target": "_blank"}


def test_the_file_itself_can_be_taken_away(app: Flask, name: str, cast: Cast) -> None:
    editor = cast.editor()
    answer = editor.client.get(f"/desk/outbox/{name}/source", base_url=editor.base_url)
    assert answer.data.endswith(LETTER)
    assert answer.mimetype == "message/rfc822"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("wrong", ["nothing.eml", "..%2f..%2fnewsroom.db", "%00.eml", "x" * 400])
def test_no_other_file_can_be_reached(app: Flask, cast: Cast, wrong: str) -> None:
    editor = cast.editor()
    for place in ("", "/letter.html", "/source"):
        answer = editor.client.get(f"/desk/outbox/{wrong}{place}", base_url=editor.base_url)
        assert answer.status_code == 404


def test_a_letter_of_text_alone_has_no_frame(app: Flask, cast: Cast) -> None:
    plain = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Plain\r\n\r\nWords\r\n"
    name = folder.write(current().instance / "outbox", "a@b.example", "c@d.example", plain)
    page = cast.editor().visit(f"/desk/outbox/{name}")
    assert not page.all("iframe")
    assert "Words" in page.words


def test_an_empty_outbox_says_what_will_lie_there(app: Flask, cast: Cast) -> None:
    for path in Path(current().instance / "outbox").glob("*.eml"):
        path.unlink()
    editor = cast.editor()
    for path in Path(current().instance / "outbox").glob("*.eml"):
        path.unlink()
    editor.visit("/desk/outbox")
    editor.sees("The outbox is empty")


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x"])
def test_any_page_number_shows_the_nearest_page(app: Flask, name: str, cast: Cast, page: str) -> None:
    editor = cast.editor()
    editor.visit(f"/desk/outbox?page={page}")
    editor.sees("Please confirm")


class TestInProduction:
    @pytest.fixture
    def environment(self, environment: dict[str, str]) -> dict[str, str]:
        return {**environment, "NEWSROOM_ENV": "production", "NEWSROOM_BASE_URL": "https://newsroom.example"}

    def test_only_administrators_see_the_outbox(self, app: Flask, name: str, cast: Cast) -> None:
        for person in (cast.editor(), cast.publisher()):
            assert "/desk/outbox" not in [address for _, address in person.visit("/desk").links]
            for address in ("/desk/outbox", f"/desk/outbox/{name}", f"/desk/outbox/{name}/source"):
                person.visit(address, expect=403)
        admin = cast.admin()
        admin.visit("/desk/outbox")
        admin.sees("rhona@reader.example")

    def test_a_letter_is_opened_with_a_reason_that_is_recorded(
        self, app: Flask, name: str, cast: Cast
    ) -> None:
        admin = cast.admin()
        admin.visit(f"/desk/outbox/{name}")
        admin.does_not_see("Press here")
        admin.submit("Read this letter", expect=422).words.index("say why")
        admin.submit("Read this letter", reason="Rhona says nothing came")
        admin.sees("Press here")
        assert not admin.page.all("iframe")
        (entry,) = accounts.history(f"letter {name}")
        assert (entry.verb, entry.detail) == ("saw private details", "Rhona says nothing came")

    def test_what_would_leave_no_record_stays_shut(self, app: Flask, name: str, cast: Cast) -> None:
        admin = cast.admin()
        for part in ("letter.html", "source"):
            admin.visit(f"/desk/outbox/{name}/{part}", expect=403)

    @pytest.mark.parametrize("occasion", ["reset", "invitation"])
    def test_a_letter_that_sets_a_password_is_never_shown(
        self, app: Flask, cast: Cast, occasion: str
    ) -> None:
        admin = cast.admin()
        founder = accounts.by_email("founder@service-bell.example")
        assert founder is not None
        with unit_of_work():
            if occasion == "reset":
                service.send_password_reset(founder.id)
            else:
                service.invite(founder)
        raw = outbox.eml(outbox.letters().items[0].id) or b""
        key = folder.write(current().instance / "outbox", "a@b.example", founder.email, raw)
        admin.visit(f"/desk/outbox/{key}")
        admin.sees("nobody but its reader sees it").does_not_see("set-password", "Read this letter")
        token = dict(admin.visit("/desk/account").form("/sign-out").values)["csrf_token"]
        answer = admin.client.post(
            f"/desk/outbox/{key}",
            data={"csrf_token": token, "reason": "I want to be Fay"},
            base_url=admin.base_url,
            headers={"Referer": admin.page.address},
        )
        assert answer.status_code == 403
        assert "set-password/" not in answer.text


class TestWithAMailServer:
    @pytest.fixture
    def environment(self, environment: dict[str, str]) -> dict[str, str]:
        return {**environment, "NEWSROOM_MAIL_TRANSPORT": "smtp"}

    def test_there_is_no_outbox(self, app: Flask, cast: Cast) -> None:
        admin = cast.admin()
        assert not [address for _, address in admin.visit("/desk").links if address.endswith("/desk/outbox")]
        admin.visit("/desk/outbox", expect=404)


@given(st.text())
def test_linked_text_reads_as_it_was_written(text: str) -> None:
    clean = "".join(sign for sign in text if sign.isprintable())
    shown = str(linking.with_links(clean))
    page = WebPage("http://x.example/", 200, f"<body><pre>{shown}</pre>")
    (block,) = page.all("pre")
    assert "".join(block.itertext()) == clean


def test_a_full_stop_is_no_part_of_an_address() -> None:
    shown = linking.with_links("See (https://x.example/a?b=1&c=2).")
    assert 'href="https://x.example/a?b=1&amp;c=2"' in shown
