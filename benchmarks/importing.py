"""How fast a list of subscribers comes in from CSV, and how much memory that takes. See README.md.

Run as a command of its own, as an operator runs it. The same rows, put into the same table by one prepared
statement of the database's own driver with nothing checked, are the measure: what is beyond that is ours.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.record import record  # noqa: E402

GOAL_A_SECOND = 30_000
GOAL_MEGABYTES = 150
DOMAINS = ("reader.example", "post.reader.example", "mail.example", "letters.example")
FIRST = ("ana", "bo", "cleo", "dara", "emeka", "fay", "gus", "hana", "ines", "jun")
_INSERT = "INSERT INTO plain (email, name, state, created_at) VALUES (?, ?, 'confirmed', '2026-01-01')"


@dataclass(frozen=True)
class Run:
    """One import: seconds on the wall and of the processor, and the most memory the process ever held."""

    wall: float
    processor: float
    megabytes: float


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--pairs", type=int, default=3)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), told.lines, told.pairs)


def _measure(folder: Path, lines: int, pairs: int) -> None:
    listed = folder / "readers.csv"
    _write_list(listed, lines)
    plain, ours = [], []
    for number in range(pairs):
        plain.append(_insert_plainly(folder / f"plain{number}.db", listed))
        ours.append(_import(folder / f"instance{number}", listed))
    wall = statistics.median(run.wall for run in ours)
    processor = statistics.median(run.processor for run in ours)
    ratio = statistics.median(one.processor / other.processor for one, other in zip(ours, plain, strict=True))
    memory = max(run.megabytes for run in ours)
    print(f"{lines:,} lines, {pairs} pairs")
    print(f"  lines a second         {lines / wall:>10,.0f}   goal {GOAL_A_SECOND:,}")
    print(f"  a processor's second   {lines / processor:>10,.0f}")
    print(f"  most memory, megabytes {memory:>10,.0f}   goal {GOAL_MEGABYTES}")
    print(f"  times the processor of a plain INSERT {ratio:.1f}")
    record(
        "importing",
        {
            "lines": lines,
            "pairs": pairs,
            "lines_a_second": round(lines / wall),
            "lines_a_processor_second": round(lines / processor),
            "megabytes": round(memory),
            "ratio_to_plain_insert": round(ratio, 1),
            "load": round(os.getloadavg()[0], 1),
        },
    )


def _write_list(listed: Path, lines: int) -> None:
    """One address in ten has capitals, and one in a hundred an apostrophe, which needs the full check."""
    chance = random.Random(82)
    with listed.open("w", encoding="utf-8") as file:
        file.write("email,name\n")
        for number in range(lines):
            first, domain = chance.choice(FIRST), chance.choice(DOMAINS)
            local = f"{first}.{number}" if number % 10 else f"{first.title()}.{number}"
            local = local if number % 100 != 1 else f"o'{local}"
            file.write(f"{local}@{domain},{first.title()} Reader\n")


def _insert_plainly(database: Path, listed: Path) -> Run:
    began, began_work = time.perf_counter(), time.process_time()
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, email UNIQUE, name, state, created_at)")
    with connection, listed.open(encoding="utf-8") as file:
        next(file)
        connection.executemany(_INSERT, (line.rstrip("\n").split(",") for line in file))
    connection.close()
    return Run(time.perf_counter() - began, time.process_time() - began_work, 0)


def _import(instance: Path, listed: Path) -> Run:
    environment = {
        **os.environ,
        # As an operator has it: Python keeps what it compiled, here since the command that makes the tables.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(instance.parent / "compiled"),
        "NEWSROOM_ENV": "development",
        "NEWSROOM_INSTANCE": str(instance),
        "NEWSROOM_SECRET_KEY": "a secret for the benchmark alone, long enough",
    }
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=environment, check=True, capture_output=True)
    command = [*flask, "subscribers", "import", str(listed), "--confirmed", "--consent", "On paper"]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status):
        sys.exit("The import failed; run it by hand to see why.")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _megabytes_in_a_unit())


def _megabytes_in_a_unit() -> float:
    """Megabytes in one unit of `ru_maxrss`: kilobytes on Linux, bytes on macOS."""
    return 1 / (1024 * 1024) if sys.platform == "darwin" else 1 / 1024


if __name__ == "__main__":
    main()
