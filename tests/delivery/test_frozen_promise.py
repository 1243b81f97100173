"""What was frozen is what readers were sent and what the preview showed, byte for byte, whatever comes later.

The letters are read from the folder into which `flask work --drain` writes them; a reader's own addresses are
the only thing that is made alike before they are compared.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from newsroom.issues import queries as issues
from newsroom.issues import render
from newsroom.issues import service as issues_service
from newsroom.library import queries as library
from newsroom.library import service as library_service
from newsroom.platform.db import db, unit_of_work
from newsroom.publication import queries as publications
from newsroom.publication import service as publication
from newsroom.subscribers import queries as subscribers
from tests.delivery import stage

OWN = re.compile(
    r"zqSLOT(unsubscribe|preferences)0*QZ|https?://[^\s\"<>)]+?/(unsubscribe|preferences)/[\w.~-]+"
)


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "NEWSROOM_MAIL_TRANSPORT": "folder"}


def alike(text: str) -> str:
    """The text with each reader's own two addresses made the same for all."""
    return OWN.sub(lambda found: f"{{{found[1] or found[2]}}}", text)


def kept() -> dict[str, Any]:
    """The whole frozen record, as the database has it now."""
    db.session.rollback()
    record = issues.frozen(stage.NUMBER)
    assert record is not None
    return {
        column.name: getattr(record, column.name)
        for column in record.__table__.columns
        if column.name != "recipient_count"
    }


def letters(app: Flask) -> list[EmailMessage]:
    files = sorted(Path(app.instance_path).rglob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [cast(EmailMessage, each) for each in found if "The second call" in str(each["Subject"])]


def part(message: EmailMessage, kind: str) -> str:
    """A part of a letter as it was before it was wrapped for the wire, whose lines end in CRLF."""
    found = message.get_body((kind,))
    assert found is not None
    data = cast(bytes, found.get_payload(decode=True))
    return data.decode("utf-8").replace("\r\n", "\n")


# Everything that stands around an issue and can be changed


def _other_settings() -> None:
    row = publications.publication()
    other = replace(
        publication.settings_of(row),
        name="Another Name",
        accent_colour="#7A1F5C",
        postal_address="2 Elsewhere Lane",
        editor_name="Somebody Else",
        tagline="Quite another line",
    )
    publication.save_settings(other, row.version)


def _other_blocks() -> None:
    for block in publications.standing_blocks():
        publication.save_block(block.key, "Another title", "Words that nobody approved.")


def _newer_piece() -> None:
    held = library.newest_pieces().items[0]
    library_service.save_piece(
        kind=held.kind,
        title="Another headline",
        body="Words that nobody approved.",
        fields=held.fields,
        actor_id=None,
        public_id=held.public_id,
    )


def _corrected() -> None:
    row = issues.issue(stage.NUMBER)
    assert row is not None
    issues_service.correct(row, None, "It was on a Tuesday.", by_id=None, by_label="Fay")


CHANGES = (_other_settings, _other_blocks, _newer_piece)


def change(*changes: Callable[[], None]) -> None:
    for each in changes:
        with unit_of_work():
            each()


def test_the_record_the_letters_and_the_preview_are_the_same_bytes(house: Flask) -> None:
    stage.approved_with_a_story()
    ids = stage.confirmed(3)
    with unit_of_work():
        reader = subscribers.subscriber(ids[2])
        assert reader is not None
        reader.format = "text"
    row = issues.issue(stage.NUMBER)
    assert row is not None
    preview = render.rendering(issues.document(row), issues.base_url(), render.SAMPLE_LINKS)
    stage.begun()
    frozen = kept()
    # Between the click and the last letter a colleague changes all that can be changed.
    change(*CHANGES)
    result = house.test_cli_runner().invoke(args=["work", "--drain"])
    assert result.exit_code == 0, result.output
    assert stage.tally() == {"handed_over": 3}

    now = issues.issue(stage.NUMBER)
    assert now is not None
    differs = render.rendering(issues.document(now), issues.base_url(), render.SAMPLE_LINKS)
    assert alike(differs.html) != alike(preview.html), "what was changed would show, if it were read"
    assert kept() == frozen
    assert alike(preview.html) == alike(frozen["email_html"])
    assert alike(preview.text) == alike(frozen["email_text"])
    assert preview.text_edition == frozen["text_edition"]
    assert str(preview.web) == frozen["web_fragment"]

    sent = letters(house)
    assert len(sent) == 3
    for message in sent:
        assert alike(part(message, "plain")) == alike(frozen["email_text"])
    with_html = [message for message in sent if message.get_body(("html",)) is not None]
    assert len(with_html) == 2
    for message in with_html:
        assert alike(part(message, "html")) == alike(frozen["email_html"])
        assert "zqSLOT" not in part(message, "html")


def test_the_web_shows_what_was_frozen_whatever_is_changed_afterwards(house: Flask) -> None:
    stage.approved_with_a_story()
    stage.begun()
    stage.work()
    frozen = kept()
    change(*CHANGES)
    client = house.test_client()
    assert client.get(f"/issues/{stage.NUMBER}.txt").get_data(as_text=True) == frozen["text_edition"]
    assert frozen["web_fragment"] in client.get(f"/issues/{stage.NUMBER}").get_data(as_text=True)
    article = next(piece for piece in issues.printed_in(stage.NUMBER) if piece.kind == "Article")
    page = client.get(article.path).get_data(as_text=True)
    assert "nobody had written down what she said" in page
    assert "nobody approved" not in page
    change(_corrected)
    assert kept() == frozen
    assert frozen["text_edition"] in client.get(f"/issues/{stage.NUMBER}.txt").get_data(as_text=True)
    assert frozen["web_fragment"] in client.get(f"/issues/{stage.NUMBER}").get_data(as_text=True)
