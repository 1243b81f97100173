"""The database is locked, full or gone while an issue goes out: it goes on by itself, to each reader once.

No worker dies here, so that nobody is uncertain: what the mail server has answered is kept until it can be
written down.
"""

import os
import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from newsroom.factory import create_app
from newsroom.platform.db import db
from newsroom.platform.settings import load
from tests import databases, postgres
from tests.delivery import stage
from tests.faults.campaign import Campaign
from tests.postgres import Cluster
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = [pytest.mark.smtp, pytest.mark.processes]

CONNECTIONS = 4
# Longer than the pauses grow (`delivery.writing`).
LONG = 8


@pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seconds", [3, pytest.param(50, marks=pytest.mark.faults)])
def test_another_writer_keeps_the_database_for_seconds(campaign: Campaign, seconds: int) -> None:
    ids = _under_way(campaign, 200)
    with _locked(_file(campaign)):
        before = len(campaign.smtp.accepted)
        time.sleep(seconds)
        # Only what had begun arrives meanwhile: nothing begins that cannot be written down.
        assert len(campaign.smtp.accepted) <= before + 2 * CONNECTIONS
    _finish(campaign)
    assert campaign.judge(ids) == {"handed_over": 200}


@pytest.mark.faults
@pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)
def test_no_byte_more_can_be_written_for_a_while(campaign: Campaign) -> None:
    """What a quota does, and a disk that fails: SQLite calls it an I/O error."""
    ids = _under_way(campaign, 300)
    size = _log_of_writes(campaign).stat().st_size
    for worker in campaign.workers:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    _wait_for_words(campaign, "disk I/O error")
    time.sleep(LONG)
    for worker in campaign.workers:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    _finish(campaign)
    assert campaign.judge(ids) == {"handed_over": 300}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes where the instance folder will be."""
    folder = tmp_path / "instance"
    folder.mkdir()
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size=16m,uid={os.geteuid()},gid={os.getegid()}"
    mounted = subprocess.run(
        [*root, "mount", "-t", "tmpfs", "-o", options, "newsroom-test", folder], check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    # Whoever has a file open on it is gone soon; its name goes at once.
    subprocess.run([*root, "umount", "--lazy", folder], check=True)


@pytest.mark.faults
def test_the_disk_is_full_for_a_while(
    small_disk: Path,
    sqlite_template: databases.SqliteTemplate,
    environment: dict[str, str],
    start_campaign: Callable[[Flask], Campaign],
) -> None:
    url = sqlite_template.copy_to(small_disk)
    with _application({**environment, "NEWSROOM_DATABASE_URL": url}) as app:
        campaign = start_campaign(app)
        ids = _under_way(campaign, 300)
        filler = small_disk / "filler"
        _fill(filler)
        _wait_for_words(campaign, "disk is full")
        time.sleep(LONG)
        filler.unlink()
        _finish(campaign)
        assert campaign.judge(ids) == {"handed_over": 300}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if postgres.find_program("initdb") is None:
        pytest.skip("a cluster of one's own needs PostgreSQL's programs")
    with postgres.own_cluster() as cluster:
        yield cluster


@pytest.mark.postgres
@pytest.mark.parametrize(("crashes", "seconds"), [(1, 0), pytest.param(5, 8, marks=pytest.mark.faults)])
def test_postgresql_crashes_and_comes_back(
    cluster: Cluster,
    tmp_path: Path,
    environment: dict[str, str],
    start_campaign: Callable[[Flask], Campaign],
    crashes: int,
    seconds: int,
) -> None:
    databases.build_schema(tmp_path / "schema", cluster.url)
    with _application({**environment, "NEWSROOM_DATABASE_URL": cluster.url}) as app:
        campaign = start_campaign(app)
        ids = _under_way(campaign, 300)
        for _ in range(crashes):
            # Nobody of ours has a connection open when the server goes.
            db.session.remove()
            cluster.crash()
            time.sleep(seconds)
            cluster.start()
            campaign.wait_for_accepted(20)
        _finish(campaign)
        assert campaign.judge(ids) == {"handed_over": 300}


def _under_way(campaign: Campaign, count: int) -> list[int]:
    """A dispatch that is going out, with one worker: the numbers of its subscribers."""
    ids = stage.dispatched(count)
    db.session.remove()
    if "sqlite" in campaign.app.config["SQLALCHEMY_DATABASE_URI"]:
        _shorten_log(campaign)
    # Slow enough for trouble to come in the middle.
    campaign.smtp.answer("DATA", None, after_seconds=0.05)
    campaign.start_worker(connections=CONNECTIONS)
    campaign.wait_for_accepted(20)
    db.session.remove()
    return ids


def _finish(campaign: Campaign) -> None:
    campaign.smtp.behave()
    campaign.wait_until_finished()


def _wait_for_words(campaign: Campaign, words: str) -> None:
    """Until the worker's log says so."""
    wait_until(
        lambda: words in campaign.log.read_text(errors="replace"),
        lambda: f"nobody said “{words}”:\n{campaign.output}",
    )


def _file(campaign: Campaign) -> Path:
    name = make_url(campaign.app.config["SQLALCHEMY_DATABASE_URI"]).database
    assert name is not None
    return Path(name)


def _log_of_writes(campaign: Campaign) -> Path:
    file = _file(campaign)
    return file.with_name(f"{file.name}-wal")


def _shorten_log(campaign: Campaign) -> None:
    """Begin SQLite's log of writes anew: it grows with the next write, instead of being written over."""
    with closing(sqlite3.connect(_file(campaign), isolation_level=None)) as connection:
        is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not is_busy


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Within the block another writer has the database."""
    with closing(sqlite3.connect(file, timeout=LONG_SECONDS, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def _fill(filler: Path) -> None:
    """Write until nothing more goes in."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))


@contextmanager
def _application(environment: dict[str, str]) -> Iterator[Flask]:
    app = create_app(load(environment))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
