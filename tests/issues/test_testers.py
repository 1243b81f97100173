"""Tests of an issue go to whoever asks and to the testers of the settings, and to nobody else."""

from typing import Any

import pytest
from sqlalchemy import select

from newsroom.accounts.models import AuditEntry
from newsroom.issues import proof
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.publication.models import Publication
from tests.cast import Editor

COMPOSER = "/desk/issues/81"
TESTERS = "Nuala Byrne <nuala@reader.example>\n\notto@reader.example"


@pytest.fixture
def desk(editor: Editor, issue_81: int) -> Editor:
    with unit_of_work():
        row = db.session.get(Publication, 1)
        assert row is not None
        row.testers = TESTERS
    return editor


class Server:
    """A mail server that answers some recipients otherwise."""

    def __init__(self, **answers: Reply) -> None:
        self.answers = answers
        self.given: list[str] = []

    def __call__(self, *_: object) -> "Server":
        return self

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, _sender: str, rcpt: str, _message: bytes) -> Reply:
        self.given.append(rcpt)
        return self.answers.get(rcpt.partition("@")[0], Reply(250, "2.0.0 Accepted", Stage.DATA))


def ask_for(desk: Editor, *to: str, expect: int = 200) -> None:
    """Tick exactly these, as a form would send them, offered or not."""
    desk.visit(f"{COMPOSER}/test")
    token = dict(desk.page.form("/test").values)["csrf_token"]
    desk._go("POST", f"{COMPOSER}/test", expect=expect, data={"csrf_token": token, "to": list(to)})


def test_a_test_goes_to_those_who_are_ticked_in_the_same_words_and_into_no_count(
    desk: Editor, settings: Any
) -> None:
    desk.visit(COMPOSER)
    desk.follow("Send a test")
    desk.sees(f"Me, {desk.email}", "Nuala Byrne, nuala@reader.example", "otto@reader.example")
    assert dict(desk.page.form("/test").values)["to"] == desk.email
    ask_for(desk, desk.email, "nuala@reader.example")
    desk.sees(f"A test is on its way to {desk.email}, nuala@reader.example.")
    letters = sorted(path.read_text("utf-8") for path in settings.instance.rglob("*.eml"))
    assert len(letters) == 2
    assert all("Subject: [TEST #81] The second call in the morning" in letter for letter in letters)
    assert any("To: Nuala Byrne <nuala@reader.example>" in letter for letter in letters)
    bodies = {letter.partition("\n\n")[2].partition("boundary")[2] for letter in letters}
    assert len(bodies) == 1
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "test sent")).one()
    assert entry.detail == f"to {desk.email}, nuala@reader.example"
    assert not db.session.execute(db.metadata.tables["delivery"].select()).all()


@pytest.mark.parametrize("to", [(), ("stranger@elsewhere.example",), ("NUALA@reader.example",)])
def test_nobody_else_can_be_sent_a_test(desk: Editor, settings: Any, to: tuple[str, ...]) -> None:
    ask_for(desk, *to, expect=422)
    desk.sees("Tick who gets the test; only yourself and the testers of the settings can.")
    assert not list(settings.instance.rglob("*.eml"))


def test_of_several_testers_the_one_who_is_refused_is_named(
    desk: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(nuala=Reply(550, "5.1.1 No such user", Stage.RCPT))
    monkeypatch.setattr(proof, "open_transport", server)
    ask_for(desk, desk.email, "nuala@reader.example", "otto@reader.example")
    desk.sees(
        f"A test is on its way to {desk.email}, otto@reader.example.",
        "The mail server did not take the test to nuala@reader.example. It said: 550 5.1.1 No such user",
    )


def test_a_server_that_lets_nobody_in_is_asked_once(desk: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(ines=Reply(0, "mail.example:25 cannot be reached", Stage.CONNECT))
    monkeypatch.setattr(proof, "open_transport", server)
    ask_for(desk, desk.email, "nuala@reader.example")
    assert server.given == [desk.email]
    desk.sees("cannot be reached", "nuala@reader.example. It said: It was not tried after that.")
    desk.does_not_see("on its way")


def test_so_many_tests_in_a_short_time_are_too_many(desk: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "open_transport", Server())
    for _ in range(12):
        ask_for(desk, desk.email)
    ask_for(desk, desk.email, expect=429)
    desk.sees("send the next one in ten minutes")


def test_the_check_page_offers_a_test_as_well(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}/check")
    desk.follow("Send a test")
    desk.sees("Send a test of issue 81")


def test_testers_that_cannot_be_read_leave_oneself(desk: Editor) -> None:
    with unit_of_work():
        row = db.session.get(Publication, 1)
        assert row is not None
        row.testers = "nobody"
    desk.visit(f"{COMPOSER}/test")
    desk.sees(f"Me, {desk.email}")
