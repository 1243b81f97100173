"""How long a reader's story takes to be stored beside a dispatch that writes its ledger. See README.md."""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.record import record  # noqa: E402
from newsroom.delivery import service as deliveries  # noqa: E402
from newsroom.delivery.models import Delivery  # noqa: E402
from newsroom.factory import create_app  # noqa: E402
from newsroom.platform import addresses  # noqa: E402
from newsroom.platform.db import db, unit_of_work  # noqa: E402
from newsroom.platform.settings import load  # noqa: E402
from newsroom.stories import service  # noqa: E402
from newsroom.stories.submission import Submission  # noqa: E402
from newsroom.subscribers.service.importing import Newcomer, import_rows  # noqa: E402
from tests.archive import press  # noqa: E402

GOAL_MS = 20
WORDS = [one + two for one in ("lamp", "card", "desk", "rain", "shop") for two in "abcdefghijklmnopqrst"]
SERVER = """
import sys, time
from tests.mailserver import MailServer
server = MailServer().start()
print(server.port, flush=True)
while True:
    time.sleep(1)
    server.accepted.clear()
"""


@dataclass(frozen=True)
class Taken:
    """How long something took, by the clock on the wall and of this process's work, in milliseconds."""

    wall: list[float]
    processor: list[float]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--letters", type=int, default=5_000)
    asked.add_argument("--times", type=int, default=200)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), told.letters, told.times)


def _measure(folder: Path, letters: int, times: int) -> None:
    python = [sys.executable, "-c", SERVER]
    server = subprocess.Popen(python, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    environment = {
        "NEWSROOM_ENV": "development",
        "NEWSROOM_INSTANCE": str(folder),
        "NEWSROOM_SECRET_KEY": "a secret for the benchmark alone, long enough",
        "NEWSROOM_BASE_URL": "http://newsroom.example",
        "NEWSROOM_MAIL_TRANSPORT": "smtp",
        "NEWSROOM_MAIL_SERVER": "127.0.0.1",
        "NEWSROOM_MAIL_PORT": server.stdout.readline().strip(),
    }
    app = create_app(load(environment))
    worker: subprocess.Popen[bytes] | None = None
    try:
        with app.app_context():
            db.create_all()
            _fill(letters)
        trivial = _timed(app, times, _trivial)
        alone = {"stored": _timed(app, times, _store), "posted": _timed(app, times, _post)}
        with app.app_context(), unit_of_work():
            deliveries.dispatch(82, actor_id=None)
        with (folder / "worker.log").open("wb") as log:
            command = [sys.executable, "-m", "flask", "--app", "app", "work"]
            worker = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log
            )
        _wait_until_letters_leave(app)
        before, began = _handed_over(app), time.perf_counter()
        beside = {"stored": _timed(app, times, _store), "posted": _timed(app, times, _post)}
        left, took = _handed_over(app), time.perf_counter() - began
        if left >= letters:
            sys.exit("The dispatch was over before everything was measured: ask for more --letters.")
        _report(trivial, alone, beside, letters, (left - before) / took)
    finally:
        for process in (worker, server):
            if process is not None:
                process.terminate()
                process.wait()


def _fill(letters: int) -> None:
    press.set_up()
    with unit_of_work():
        import_rows(
            (
                Newcomer(number, addresses.parse(f"reader{number}@reader.example"), "")
                for number in range(letters)
            ),
            consent="By hand, for a benchmark",
        )
    press.draft(press.small_issue(82, date(2027, 1, 5)))
    with unit_of_work():
        from newsroom.issues import queries as issues
        from newsroom.issues import service as issues_service

        row = issues.issue(82)
        assert row is not None
        issues_service.approve(row, by_id=press._printer(), by_label=press.PRINTER, four_eyes=False)


def _handed_over(app: Flask) -> int:
    with app.app_context():
        query = select(func.count()).select_from(Delivery).where(Delivery.state == "handed_over")
        return db.session.scalar(query) or 0


def _wait_until_letters_leave(app: Flask) -> None:
    ends_at = time.monotonic() + 600
    while _handed_over(app) < 20:
        if time.monotonic() > ends_at:
            sys.exit("No letter has left after ten minutes.")
        time.sleep(0.1)


def _timed(app: Flask, times: int, what: Callable[[Flask, int], None]) -> Taken:
    """Milliseconds, sorted."""
    what(app, -1)
    taken = Taken([], [])
    for number in range(times):
        began, began_work = time.perf_counter(), time.process_time()
        what(app, number)
        taken.wall.append((time.perf_counter() - began) * 1000)
        taken.processor.append((time.process_time() - began_work) * 1000)
        # A reader every now and then, not a queue of them.
        time.sleep(0.005)
    return Taken(sorted(taken.wall), sorted(taken.processor))


def _story(number: int) -> str:
    """Seventy words that no other story has in this order: comparing copies is not measured here."""
    chance = random.Random(number)
    return " ".join(chance.choices(WORDS, k=70)).capitalize() + "."


def _trivial(app: Flask, _number: int) -> None:
    with app.app_context():
        db.session.execute(text("SELECT id FROM story WHERE public_id = 'x'")).all()


def _store(app: Flask, number: int) -> None:
    sent = Submission("up", _story(number), 2, False, email=f"teller{number}@reader.example")
    with app.app_context(), unit_of_work():
        service.submit(sent)


def _post(app: Flask, number: int) -> None:
    answer = app.test_client().post(
        "/share",
        base_url="http://newsroom.example",
        headers={"Origin": "http://newsroom.example"},
        # Each from an address of its own, so that the limits let all of them in.
        environ_overrides={"REMOTE_ADDR": f"198.51.{(number + 1) // 250}.{(number + 1) % 250}"},
        data={
            "verdict": "up",
            "story": _story(number),
            "consent": "2",
            "preview": "no",
            "confirm": "yes",
        },
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)


def _report(
    trivial: Taken,
    alone: dict[str, Taken],
    beside: dict[str, Taken],
    letters: int,
    rate: float,
) -> None:
    unit = statistics.median(trivial.wall)
    figures: dict[str, Any] = {}
    print(
        f"A dispatch of {letters:,} letters beside it, {rate:.0f} letters a second; goal {GOAL_MS} ms stored"
    )
    for name, by_itself in alone.items():
        for where, taken in (("alone", by_itself), ("beside a dispatch", beside[name])):
            median, p95 = statistics.median(taken.wall), taken.wall[int(len(taken.wall) * 0.95)]
            work = statistics.median(taken.processor)
            figures[f"{name} {where}"] = {
                "median_ms": round(median, 1),
                "p95_ms": round(p95, 1),
                "max_ms": round(taken.wall[-1], 1),
                "cpu_ms": round(work, 1),
                "ratio": round(median / unit),
            }
            print(
                f"  {name:7} {where:18} median {median:7.1f} ms, 95 % {p95:7.1f} ms, "
                f"most {taken.wall[-1]:7.1f} ms, processor {work:6.1f} ms"
            )
        slower = statistics.median(beside[name].wall) / statistics.median(by_itself.wall)
        figures[f"{name}: times as long beside a dispatch"] = round(slower, 2)
        print(f"  {name:7} {slower:.2f} times as long beside a dispatch")
    record(
        "submission",
        {
            "database": "sqlite",
            "letters": letters,
            # How busy the machine was besides: above the number of its cores the milliseconds say little.
            "load": round(os.getloadavg()[0], 1),
            "letters_a_second": round(rate),
            "trivial_ms": round(unit, 3),
            **figures,
        },
    )


if __name__ == "__main__":
    main()
