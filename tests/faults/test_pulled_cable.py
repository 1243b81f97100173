"""Packets to PostgreSQL are lost, and nobody says so: both ends notice in the time that was asked for.

A program that waits for an answer, and one whose question never arrives; and a server that holds what a
machine had locked which is gone.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import quote

import psycopg
import pytest

from tests import cable, postgres
from tests.cable import Cable
from tests.postgres import Cluster
from tests.site import ROOT
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.cable,
    pytest.mark.processes,
    # As they are for everybody, and in haste.
    pytest.mark.parametrize("hurry", [True, pytest.param(False, marks=pytest.mark.faults)]),
]

OUR_HASTE = "tcp_user_timeout=3000&keepalives_idle=1&keepalives_interval=1&keepalives_count=2"
THEIR_HASTE = "-c tcp_user_timeout=3000 -c tcp_keepalives_idle=1 -c tcp_keepalives_interval=1"
KEPT, ASKED = 1, 2

Program = subprocess.Popen[str]


@pytest.fixture
def wire() -> Iterator[Cable]:
    with cable.joined() as found:
        yield found


@pytest.fixture
def server(wire: Cable) -> Iterator[Cluster]:
    with postgres.own_cluster(wire.far, cable.FAR) as found:
        yield found


@pytest.fixture
def start(
    wire: Cable, server: Cluster, environment: dict[str, str], hurry: bool
) -> Iterator[Callable[[int, str], Program]]:
    """Start a program at the near end, which holds a lock when this comes back."""
    haste = f"?{OUR_HASTE}&options={quote(THEIR_HASTE)}" if hurry else ""
    url = f"postgresql://newsroom@{cable.FAR}:{server.port}/postgres{haste}"
    with ExitStack() as running:

        def begin(number: int, statement: str) -> Program:
            program = subprocess.Popen(
                [*wire.near, sys.executable, "-m", "tests.faults.cut_off", str(number), statement],
                cwd=ROOT,
                env={**os.environ, **environment, "NEWSROOM_DATABASE_URL": url},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            running.enter_context(program)
            running.callback(program.kill)
            assert program.stdout is not None
            assert program.stdout.readline() == "held\n"
            return program

        yield begin


def tell(program: Program) -> None:
    assert program.stdin is not None
    program.stdin.write("\n")
    program.stdin.flush()


def test_both_ends_notice(wire: Cable, server: Cluster, start: Callable[[int, str], Program]) -> None:
    asks, keeps = start(ASKED, "SELECT pg_sleep(3600)"), start(KEPT, "SELECT 1")
    tell(asks)
    with psycopg.connect(server.socket_address, autocommit=True) as at_server:

        def count(question: str) -> int:
            row = at_server.execute(question).fetchone()
            assert row is not None
            return int(row[0])

        is_asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        is_locked = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {KEPT}"
        wait_until(lambda: count(is_asleep), "nobody asked")
        assert count(is_locked)
        wire.pull()
        tell(keeps)
        for program in (asks, keeps):
            # Within their time: without what was asked of the kernel this takes it a quarter of an hour.
            said, _ = program.communicate(timeout=LONG_SECONDS)
            assert said.startswith("lost: "), said
        wait_until(lambda: not count(is_locked), "the server keeps what a machine had locked that is gone")
    wire.plug()
    again = start(KEPT, "SELECT 1")
    said, _ = again.communicate("\n", timeout=LONG_SECONDS)
    assert said == "answered\n"
