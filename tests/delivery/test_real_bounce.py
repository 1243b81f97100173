"""A letter to nobody, handed to a real Postfix, comes back and suppresses the address that it names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from newsroom.delivery import collecting, queries
from newsroom.subscribers import queries as subscribers
from tests.delivery import stage
from tests.delivery.returned import DOMAIN
from tests.postfix import HOST, Postfix

pytestmark = pytest.mark.postfix


@pytest.fixture(scope="module")
def post() -> Iterator[Postfix]:
    """A mail server with a mailbox for our return paths, and one for the second of three readers."""
    with Postfix(mailboxes=[stage.email_of(2), f"bounce@{DOMAIN}"]) as server:
        yield server


@pytest.fixture
def environment(environment: dict[str, str], post: Postfix, tmp_path: Path) -> dict[str, str]:
    return {
        **environment,
        "NEWSROOM_MAIL_TRANSPORT": "smtp",
        "NEWSROOM_MAIL_SERVER": HOST,
        "NEWSROOM_MAIL_PORT": str(post.port),
        "NEWSROOM_MAIL_USE_TLS": "",
        "NEWSROOM_BOUNCE_DOMAIN": DOMAIN,
        "NEWSROOM_BOUNCE_MAILDIR": str(tmp_path / "Maildir"),
    }


def test_a_real_bounce_suppresses_the_right_address(house: Flask, post: Postfix, tmp_path: Path) -> None:
    ids = stage.dispatched(3)
    stage.work()
    assert {row.state for row in stage.rows().values()} == {"handed_over"}
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / folder).mkdir(parents=True)
    for number, data in enumerate(post.wait_for(3)):
        if b"multipart/report" in data:
            (tmp_path / "Maildir" / "new" / f"{number}").write_bytes(data)
    collecting.look_around()
    suppressed = [bool(subscribers.suppression_of(stage.email_of(place))) for place in (1, 2, 3)]
    assert suppressed == [True, False, True]
    _, rows = queries.bounces(stage.dispatch().id)
    assert {(row.subscriber_id, row.kind, row.status, row.source) for row in rows} == {
        (ids[0], "hard", "5.1.1", "report"),
        (ids[2], "hard", "5.1.1", "report"),
    }
    assert not list((tmp_path / "Maildir" / "new").iterdir())
