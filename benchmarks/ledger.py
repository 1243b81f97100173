"""What the ledger of a million letters costs those who look at it, and what it costs to let it shrink.

python benchmarks/ledger.py                      # SQLite, in a temporary folder; kept in results.jsonl
TEST_DATABASE_URL=postgresql+psycopg://… python benchmarks/ledger.py      # PostgreSQL: an EMPTY database
python benchmarks/ledger.py --letters 50000      # to try something out; kept nowhere

Milliseconds of this process, in which SQLite works too; on PostgreSQL those of the clock. See README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from sqlalchemy import insert, select, text, update  # noqa: E402

from benchmarks.record import record  # noqa: E402
from newsroom.delivery import figures, queries, retention  # noqa: E402
from newsroom.delivery.models import Delivery, Dispatch  # noqa: E402
from newsroom.factory import create_app  # noqa: E402
from newsroom.issues import queries as issues  # noqa: E402
from newsroom.platform import clock  # noqa: E402
from newsroom.platform.db import db, unit_of_work  # noqa: E402
from newsroom.platform.settings import load  # noqa: E402
from tests.delivery import stage  # noqa: E402

REPORT_GOAL_MS, KEPT_GOAL_MS = 400, 30
A_SECOND = 600
TIMES = 7
_CHUNK = 10_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--letters", type=int, default=1_000_000)
    told = asked.parse_args()
    url = os.environ.get("TEST_DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as folder:
        found = _measure(folder, url, told.letters)
    print(json.dumps(found, indent=1))
    print(f"goals: the report {REPORT_GOAL_MS} ms while letters leave, {KEPT_GOAL_MS} ms afterwards")
    if told.letters >= 1_000_000:
        record("ledger", found)


def _measure(folder: str, url: str, letters: int) -> dict[str, Any]:
    settings = {
        "NEWSROOM_ENV": "development",
        "NEWSROOM_INSTANCE": folder,
        "NEWSROOM_SECRET_KEY": "a secret for the benchmark alone, long enough",
    }
    app = create_app(load(settings | ({"NEWSROOM_DATABASE_URL": url} if url else {})))
    with app.app_context():
        if url and db.inspect(db.engine).get_table_names():
            sys.exit("The database of TEST_DATABASE_URL is not empty; give one that is.")
        db.create_all()
        try:
            return _looked_at(letters)
        finally:
            db.session.remove()
            if url:
                db.drop_all()
            db.engine.dispose()


def _looked_at(letters: int) -> dict[str, Any]:
    _build(letters)
    found: dict[str, Any] = {
        "database": db.engine.dialect.name,
        "letters": letters,
        "load": round(os.getloadavg()[0], 1),
        "report_while_letters_leave_ms": _median(lambda: figures.report(stage.dispatch())),
        "list_while_letters_leave_ms": _median(lambda: queries.statuses([stage.dispatch()])),
    }
    with unit_of_work():
        db.session.execute(update(Dispatch).values(state="finished", finished_at=clock.now()))
    found["counted_once_ms"] = _milliseconds(retention.look_around)
    found["report_afterwards_ms"] = _median(lambda: figures.report(stage.dispatch()))
    found["list_afterwards_ms"] = _median(lambda: queries.statuses([stage.dispatch()]))
    found["minute_without_work_ms"] = _median(retention.look_around)
    found["shrunk_in_ms"] = _milliseconds(_shrink)
    stage.must_balance()
    return found


def _build(letters: int) -> None:
    stage.set_up()
    stage.drafted()
    now = clock.now()
    with unit_of_work():
        issue = issues.issue(stage.NUMBER)
        assert issue is not None
        row = Dispatch(issue_id=issue.id, issue_number=stage.NUMBER, state="sending", audience_count=letters)
        row.created_at = row.started_at = now
        db.session.add(row)
        db.session.flush()
        rows = _rows(row.id, letters)
        while chunk := list(islice(rows, _CHUNK)):
            db.session.execute(insert(Delivery), chunk)
        if db.engine.dialect.name == "postgresql":
            # As the server does by itself after so many rows; its plans would be for an empty table.
            db.session.execute(text("ANALYZE"))


def _rows(dispatch_id: int, letters: int) -> Iterator[dict[str, Any]]:
    """One in a hundred is refused, one in a thousand skipped."""
    begins = clock.now() - timedelta(seconds=letters / A_SECOND)
    for number in range(1, letters + 1):
        state, said = "handed_over", f"250 2.0.0 Ok: queued as {number:X}"
        if number % 100 == 7:
            state, said = "failed", f"550 5.1.{number % 3 + 1} (address) is unknown here"
        elif number % 1000 == 11:
            state, said = "skipped", "No longer subscribed when the turn came."
        yield {
            "dispatch_id": dispatch_id,
            "subscriber_id": number,
            "state": state,
            "attempt_count": 1,
            "last_reply": said,
            "finished_at": begins + timedelta(seconds=number / A_SECOND),
        }


def _shrink() -> None:
    with clock.set_to(clock.now() + timedelta(days=366)):
        while db.session.scalar(select(Delivery.subscriber_id).limit(1)) is not None:
            retention.look_around()
            db.session.rollback()


def _median(work: Callable[[], object]) -> float:
    return round(statistics.median(_milliseconds(work) for _ in range(TIMES)), 1)


def _milliseconds(work: Callable[[], object]) -> float:
    watch = time.process_time if db.engine.dialect.name == "sqlite" else time.perf_counter
    db.session.rollback()
    began = watch()
    work()
    return round((watch() - began) * 1000, 1)


if __name__ == "__main__":
    main()
