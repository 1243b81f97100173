"""An audience of a million: how long freezing it takes, how much memory, and whether letters leave as fast.

python benchmarks/million.py                                  # all of it, kept in results.jsonl
python benchmarks/million.py --large 50000 --small 2000       # to try something out; kept nowhere

Two publications with the same issue, a large audience and a small one, each with a worker in a process of its
own. Their workers send in turn, for some seconds each; told is the median of the ratios. SQLite with
synchronous=FULL, letters go to smtp-sink over the loopback. Needs the Debian package postfix. See README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# This folder must not stand in the path itself: its `queue.py` would hide the standard library's.
sys.path[0] = str(ROOT)

from sqlalchemy import func, select, update  # noqa: E402

from benchmarks.dispatch import sink  # noqa: E402
from benchmarks.record import record  # noqa: E402
from newsroom.delivery import worker  # noqa: E402
from newsroom.delivery.models import Delivery  # noqa: E402
from newsroom.factory import create_app  # noqa: E402
from newsroom.platform.db import db, unit_of_work  # noqa: E402
from newsroom.platform.settings import load  # noqa: E402
from tests.delivery import stage  # noqa: E402

FREEZE_GOAL_SECONDS, MEMORY_GOAL_MEGABYTES, RATE_GOAL = 15, 150, 0.95
TURN_SECONDS = 3.0
_SUBSCRIBER = (
    "INSERT INTO subscriber"
    " (id, public_id, email, email_key, name, state, format, token_epoch, created_at, confirmed_at)"
    " VALUES (?, ?, ?, ?, '', 'confirmed', 'html', 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--large", type=int, default=1_000_000)
    asked.add_argument("--small", type=int, default=10_000)
    asked.add_argument("--pairs", type=int, default=7)
    asked.add_argument("--work", help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.work:
        _work(json.loads(told.work))
        return
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        figures = measured(Path(folder), port, told.large, told.small, told.pairs)
    print(json.dumps(figures, indent=1))
    print(f"goals: frozen in {FREEZE_GOAL_SECONDS} s, {MEMORY_GOAL_MEGABYTES} MB, ratio of rates {RATE_GOAL}")
    if told.large >= 1_000_000 and told.pairs >= 7:
        record("million", figures)


def measured(folder: Path, port: int, large: int, small: int, pairs: int) -> dict[str, Any]:
    """Freeze both, then let both send in turn."""
    workers = {count: Worker(folder / str(count), port, count) for count in (large, small)}
    try:
        frozen = {count: each.asked("freeze") for count, each in workers.items()}
        turns = [{count: each.asked("send") for count, each in workers.items()} for _ in range(pairs)]
    finally:
        for each in workers.values():
            each.end()
    return {
        "audience": large,
        "beside": small,
        "freeze_seconds": round(frozen[large]["seconds"], 2),
        "freeze_cpu_seconds": round(frozen[large]["cpu"], 2),
        "megabytes": round(max(turn[large]["megabytes"] for turn in turns)),
        "megabytes_beside": round(max(turn[small]["megabytes"] for turn in turns)),
        "a_second": round(statistics.median(turn[large]["count"] / turn[large]["seconds"] for turn in turns)),
        "ratio_of_rates": round(statistics.median(_ratio(turn[large], turn[small]) for turn in turns), 2),
        "load": round(os.getloadavg()[0], 1),
    }


def _ratio(one: dict[str, float], other: dict[str, float]) -> float:
    return (one["count"] / one["seconds"]) / (other["count"] / other["seconds"])


class Worker:
    """A publication, and a process that does what it is asked, a line each."""

    def __init__(self, folder: Path, port: int, audience: int) -> None:
        given = json.dumps({"folder": str(folder), "port": port, "audience": audience})
        command = [sys.executable, __file__, "--work", given]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.asked("fill")

    def asked(self, what: str) -> dict[str, float]:
        """Let it do something; what it took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            sys.exit(f"The worker failed at “{what}”.")
        found: dict[str, float] = json.loads(answer)
        return found

    def end(self) -> None:
        """Stop the process."""
        self._process.kill()
        self._process.communicate()


def _work(given: dict[str, Any]) -> None:
    worker.TURN_SECONDS = TURN_SECONDS
    folder = Path(given["folder"])
    app = create_app(load(_environment(folder, given["port"])))
    with app.app_context():
        for line in sys.stdin:
            taken = {"fill": _fill, "freeze": _freeze, "send": _send}[line.strip()](folder, given["audience"])
            megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(json.dumps({**taken, "megabytes": megabytes}), flush=True)


def _timed(step: Callable[[], object]) -> dict[str, float]:
    began, began_work = time.perf_counter(), time.process_time()
    step()
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - began_work}


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "NEWSROOM_ENV": "development",
        "NEWSROOM_INSTANCE": str(folder),
        "NEWSROOM_SECRET_KEY": "a secret for the benchmark alone, long enough",
        "NEWSROOM_BASE_URL": "http://newsroom.example",
        "NEWSROOM_BOUNCE_DOMAIN": "bounces.newsroom.example",
        "NEWSROOM_MAIL_TRANSPORT": "smtp",
        "NEWSROOM_MAIL_SERVER": "127.0.0.1",
        "NEWSROOM_MAIL_PORT": str(port),
    }


def _fill(folder: Path, audience: int) -> dict[str, float]:
    db.create_all()
    stage.set_up()
    people = (
        (number, f"r{number:011}", *2 * [f"r{number}@m{number % 50}.example"])
        for number in range(1, audience + 1)
    )
    with sqlite3.connect(folder / "newsroom.db") as connection:
        connection.executemany(_SUBSCRIBER, people)
    connection.close()
    stage.approved()
    stage.begun()
    return {}


def _freeze(_folder: Path, _audience: int) -> dict[str, float]:
    return _timed(stage.freeze)


def _send(_folder: Path, audience: int) -> dict[str, float]:
    """One turn of the worker, which never comes to the end of its audience."""
    if _handed_over() > audience // 4:
        again = update(Delivery).values(state="pending", finished_at=None, attempt_count=0, last_reply=None)
        with unit_of_work():
            db.session.execute(again.execution_options(synchronize_session=False))
    before = _handed_over()
    taken = _timed(lambda: worker.work(100))
    return {**taken, "count": _handed_over() - before}


def _handed_over() -> int:
    found = db.session.scalar(select(func.count()).where(Delivery.state == "handed_over"))
    db.session.rollback()
    return found or 0


if __name__ == "__main__":
    main()
