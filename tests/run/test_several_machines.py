"""The way from one machine to several, as docs/operations.md gives it: its blocks are run word for word.

Against a real PostgreSQL and a real RabbitMQ. The sample publication moves, two workers are woken, and what
stood in the one database stands in the other.
"""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select, text

from newsroom.platform.db import db
from newsroom.platform.mail.models import OutboxLetter
from tests import rabbitmq
from tests.databases import environment_for, new_postgres_database
from tests.rabbitmq import Broker
from tests.site import ROOT, filled_instance
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.rabbitmq, pytest.mark.processes]
BLOCK = re.compile(r"^```sh( service)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with rabbitmq.running(tmp_path_factory.mktemp("rabbitmq")) as broker:
        yield broker


@pytest.fixture
def machine(tmp_path: Path, sqlite_template: Any) -> Path:
    """A folder as an installation has it, with the sample publication in it."""
    for name in ("app.py", "newsroom", "templates", "static", "requirements-scale.txt", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    filled_instance(tmp_path / "instance", sqlite_template)
    return tmp_path


def _blocks() -> list[tuple[bool, str]]:
    """Each block of the section, and whether it is a service that goes on."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.split("## Several machines\n")[1].split("\n## ")[0]
    return [(bool(service), words) for service, words in BLOCK.findall(section)]


def _rows(connection: Connection) -> dict[str, list[Any]]:
    return {
        table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for table in db.metadata.sorted_tables
    }


def test_the_page_leads_from_one_machine_to_several(machine: Path, broker: Broker) -> None:
    with new_postgres_database() as url:
        _lead(machine, broker, url)


def _lead(machine: Path, broker: Broker, url: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSROOM_", "FLASK_"))}
    own = environment_for(machine / "instance")
    own.pop("NEWSROOM_INSTANCE")
    environment = {**kept, **own, "DATABASE": url, "BROKER": broker.url}
    services: list[subprocess.Popen[bytes]] = []
    ours = create_engine(url)
    try:
        # The suite makes its tables at once and not step by step; an installation knows how far it has come.
        assert _begun(".venv/bin/flask db stamp head", machine, environment).wait(timeout=LONG_SECONDS) == 0
        blocks = _blocks()
        assert [service for service, _ in blocks] == [False, True, False]
        for is_service, words in blocks:
            if is_service:
                services += [_begun(words, machine, environment) for _ in range(2)]
                continue
            code = _begun(words, machine, environment).wait(timeout=LONG_SECONDS)
            said = (machine / "said.log").read_text(encoding="utf-8")
            assert code == 0, said
            if "move-in" in words:
                assert "rows taken from instance/newsroom.db" in said
                _must_be_alike(machine, ours)
                _leave_a_letter(ours)
        wait_until(lambda: _letter_is_sent(ours), "a worker sends what is due")
        for service in services:
            os.killpg(service.pid, signal.SIGTERM)
            assert service.wait(timeout=LONG_SECONDS) in (0, -signal.SIGTERM)
    finally:
        for service in services:
            if service.poll() is None:
                os.killpg(service.pid, signal.SIGKILL)
                service.wait()
        ours.dispose()


def _begun(words: str, machine: Path, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    with (machine / "said.log").open("ab") as said:
        return subprocess.Popen(
            ["bash", "-e", "-c", words],
            cwd=machine,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def _must_be_alike(machine: Path, ours: Any) -> None:
    theirs = create_engine(f"sqlite:///{machine / 'instance' / 'newsroom.db'}")
    with theirs.connect() as there, ours.connect() as here:
        before, after = _rows(there), _rows(here)
        assert sum(map(len, before.values())) > 300
        for name, rows in before.items():
            assert after[name] == rows, name
        words = here.scalar(text("SELECT count(*) FROM search_entry_fts WHERE document @@ 'ticket'::tsquery"))
        assert words == there.scalar(
            text("SELECT count(*) FROM search_entry_fts WHERE search_entry_fts MATCH 'ticket'")
        )
    theirs.dispose()


def _leave_a_letter(ours: Any) -> None:
    """A letter that waits to be sent once more."""
    letters = OutboxLetter.__table__
    with ours.begin() as here:
        first = here.scalar(select(letters.c.id).limit(1))
        here.execute(letters.update().where(letters.c.id == first).values(state="queued"))


def _letter_is_sent(ours: Any) -> bool:
    with ours.connect() as here:
        return not here.execute(select(OutboxLetter.id).where(OutboxLetter.state == "queued")).all()
