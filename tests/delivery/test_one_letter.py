"""One issue, one letter: whatever way it is looked at, tried or sent."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import dkim
import pytest
from flask import Flask

from newsroom.issues import proof, render, showing
from newsroom.issues import queries as issues
from newsroom.issues.models import Issue
from newsroom.platform.db import db
from tests.delivery import stage
from tests.dkim_keys import SETTINGS, lookup
from tests.mailserver import MailServer

pytestmark = pytest.mark.smtp
# Whose link it is, is all that may differ.
_OWN_LINK = re.compile(r"https?://[^\s\"<>]+/(unsubscribe|preferences)/[^\s\"<>]+")
Words = tuple[str, str, str]


@pytest.fixture
def with_key(environment: dict[str, str]) -> None:
    environment.update(SETTINGS)


def row() -> Issue:
    db.session.rollback()
    found = issues.issue(stage.NUMBER)
    assert found is not None
    return found


def words(subject: str, html: str, text: str) -> Words:
    return subject, *(_OWN_LINK.sub(r"OWN-\1", part.replace("\r\n", "\n")).strip() for part in (html, text))


def words_of(data: bytes) -> Words:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    text, html = message.iter_parts()
    return words(message["Subject"], html.get_content(), text.get_content())


def headers_of(data: bytes) -> dict[str, Any]:
    """What does not depend on the recipient, the moment and the mark of a test."""
    own = {"To", "Date", "Message-ID", "Subject", "List-Unsubscribe", "Content-Type", "DKIM-Signature"}
    message = message_from_bytes(data, policy=default)
    return {name: value for name, value in message.items() if name not in own}


def at_the_desk() -> Words:
    shown = showing.shown(row())
    return words(shown.document.subject, shown.html, shown.text)


def at_the_terminal(app: Flask) -> tuple[Words, bytes]:
    run = app.test_cli_runner().invoke

    def rendered(edition: str) -> bytes:
        done = run(args=["issues", "render", str(stage.NUMBER), "--as", edition])
        assert done.exit_code == 0, done.output
        return done.stdout_bytes

    html, text, message = (rendered(edition) for edition in ("html", "text", "eml"))
    return words(row().subject, html.decode(), text.decode()), message


def as_a_test(smtp: MailServer) -> bytes:
    outcome = proof.send(row(), proof.people("nuala@reader.example", "Nuala Byrne")[:1])
    assert len(outcome.taken) == 1
    return smtp.accepted[-1].data


def unmarked(test: Words) -> Words:
    subject, html, text = test
    assert subject.startswith(f"[TEST #{stage.NUMBER}] ")
    return subject.removeprefix(f"[TEST #{stage.NUMBER}] "), html, text


def test_preview_terminal_test_and_dispatch_give_the_same_letter(
    with_key: None, house: Flask, smtp: MailServer
) -> None:
    stage.approved_with_a_story()
    stage.confirmed(1)
    desk, (terminal, file), test = at_the_desk(), at_the_terminal(house), as_a_test(smtp)
    stage.begun()
    stage.work()
    sent = smtp.accepted[-1].data
    assert desk == terminal == words_of(file) == unmarked(words_of(test)) == words_of(sent)
    assert headers_of(file) == headers_of(test) == headers_of(sent)
    assert dkim.verify(test, dnsfunc=lookup)
    assert dkim.verify(sent, dnsfunc=lookup)


def test_afterwards_each_of_them_gives_what_was_frozen_and_renders_nothing_anew(
    house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.dispatched(1)
    stage.work()
    sent = words_of(smtp.accepted[-1].data)

    def another_release(*_: object) -> str:
        raise AssertionError("What was sent is rendered again")

    monkeypatch.setattr(render, "letter_html", another_release)
    monkeypatch.setattr(render, "letter_text", another_release)
    monkeypatch.setattr("newsroom.issues.letter.letter_html", another_release)
    monkeypatch.setattr("newsroom.issues.letter.letter_text", another_release)
    terminal, file = at_the_terminal(house)
    assert at_the_desk() == terminal == words_of(file) == unmarked(words_of(as_a_test(smtp))) == sent
