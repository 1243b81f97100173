"""How fast an issue leaves, beside Postfix's load generator and beside Flask-Mail in a loop. See README.md.

python benchmarks/dispatch.py                         # all figures, which are also kept in results.jsonl
python benchmarks/dispatch.py --letters 500 --pairs 3 # fewer, to try something out; kept nowhere
python benchmarks/dispatch.py --profile               # where the time of one dispatch goes

One worker with its ledger in SQLite (synchronous=FULL) hands personalised letters of some 40 kB to smtp-sink
over the loopback, with as many connections as smtp-source has. Two ways are measured in turn; told is the
median of the ratios. Needs the Debian package postfix.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# This folder must not stand in the path itself: its `queue.py` would hide the standard library's.
sys.path[0] = str(ROOT)

import flask_mail  # noqa: E402
from flask import Flask  # noqa: E402
from sqlalchemy import func, select, update  # noqa: E402

from benchmarks.record import record  # noqa: E402
from newsroom.delivery import worker  # noqa: E402
from newsroom.delivery.models import Delivery, Dispatch  # noqa: E402
from newsroom.factory import create_app  # noqa: E402
from newsroom.issues import queries as issues  # noqa: E402
from newsroom.platform import addresses  # noqa: E402
from newsroom.platform.db import db, unit_of_work  # noqa: E402
from newsroom.platform.settings import Settings, load  # noqa: E402
from newsroom.subscribers import queries as subscribers  # noqa: E402
from newsroom.subscribers import service as subscribers_service  # noqa: E402
from newsroom.subscribers.service import Newcomer  # noqa: E402
from tests.delivery import stage  # noqa: E402

FLOOR, SIGNED_GOAL, FLASK_MAIL_GOAL, FAR_GOAL = 0.7, 500, 10, 100
BYTES = 40_000
ROUND_TRIP_MS = 200
POSTFIX = "/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Run:
    """So many messages: by the clock on the wall and by the processor, without the server's part."""

    count: int
    seconds: float
    processor_seconds: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.count / self.seconds

    @property
    def processor_ms(self) -> float:
        """Milliseconds of the processor a message."""
        return self.processor_seconds / self.count * 1000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--letters", type=int, default=3_000)
    asked.add_argument("--pairs", type=int, default=7)
    asked.add_argument("--profile", action="store_true", help="one dispatch, and where its time goes")
    told = asked.parse_args()
    if shutil.which("smtp-sink", path=POSTFIX) is None:
        sys.exit("There is no smtp-sink here: install the Debian package postfix (it need not run).")
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        bench = Bench(Path(folder), port, told.letters)
        if told.profile:
            bench.profile()
            return
        figures = measured(bench, told.pairs)
    report(figures)
    if told.pairs >= 7:
        record("dispatch", figures)


def measured(bench: Bench, pairs: int) -> dict[str, Any]:
    """Every figure of the table in docs/performance.md that is about handing over."""
    plain, signed = bench.app(), bench.app(signing=True)
    size = bench.message_size(plain)
    connections = bench.settings(plain).mail_connections
    few = max(bench.letters // 10, 20)

    def source() -> Run:
        return smtp_source(bench.port, connections, size, bench.letters)

    figures: dict[str, Any] = {
        "letters": bench.letters,
        "bytes": size,
        "connections": connections,
        "load": round(os.getloadavg()[0], 1),
        "unsigned": paired(lambda: bench.dispatched(plain), source, pairs),
        "signed with RSA-2048": paired(lambda: bench.dispatched(signed), source, pairs),
        "beside Flask-Mail": paired(
            lambda: bench.dispatched(plain), lambda: flask_mail_loop(bench, plain, few), pairs
        ),
    }
    with proxy(bench.port, ROUND_TRIP_MS) as far_port:
        far = bench.app(port=far_port)
        runs = [bench.dispatched(far, min(bench.letters, 2_000)) for _ in range(min(pairs, 3))]
    figures[f"at {ROUND_TRIP_MS} ms"] = {"a_second": round(statistics.median(run.rate for run in runs))}
    return figures


def paired(ours: Callable[[], Run], theirs: Callable[[], Run], pairs: int) -> dict[str, Any]:
    """Both in turn; the medians."""
    found = [(ours(), theirs()) for _ in range(pairs)]
    return {
        "ratio": round(statistics.median(one.rate / other.rate for one, other in found), 2),
        "ratios": [round(one.rate / other.rate, 2) for one, other in found],
        "a_second": round(statistics.median(one.rate for one, _ in found)),
        "cpu_ms": round(statistics.median(one.processor_ms for one, _ in found), 3),
        "a_second_of_a_core": round(1000 / statistics.median(one.processor_ms for one, _ in found)),
        "theirs_a_second": round(statistics.median(other.rate for _, other in found)),
        "theirs_cpu_ms": round(statistics.median(other.processor_ms for _, other in found), 3),
    }


def report(figures: dict[str, Any]) -> None:
    """Each figure beside its goal."""
    for name, value in figures.items():
        print(f"{name}: {value}")
    signed = figures["signed with RSA-2048"]
    print(
        f"goals: unsigned ratio {figures['unsigned']['ratio']} (floor {FLOOR}); "
        f"signed {signed['a_second_of_a_core']} a second of a core (goal {SIGNED_GOAL}); "
        f"{figures['beside Flask-Mail']['ratio']} × Flask-Mail (goal {FLASK_MAIL_GOAL}); "
        f"{figures[f'at {ROUND_TRIP_MS} ms']['a_second']} a second at {ROUND_TRIP_MS} ms (goal {FAR_GOAL})"
    )


class Bench:
    """A publication with an issue of the right size and an audience that is frozen."""

    def __init__(self, folder: Path, port: int, letters: int) -> None:
        self.folder = folder
        self.port = port
        self.letters = letters
        app = self.app()
        with app.app_context():
            db.create_all()
            self._fill()

    def app(self, signing: bool = False, port: int = 0) -> Flask:
        """The application that sends to a port of this machine."""
        environment = {
            "NEWSROOM_ENV": "development",
            "NEWSROOM_INSTANCE": str(self.folder),
            "NEWSROOM_SECRET_KEY": "a secret for the benchmark alone, long enough",
            "NEWSROOM_BASE_URL": "http://newsroom.example",
            "NEWSROOM_BOUNCE_DOMAIN": "bounces.newsroom.example",
            "NEWSROOM_MAIL_TRANSPORT": "smtp",
            "NEWSROOM_MAIL_SERVER": "127.0.0.1",
            "NEWSROOM_MAIL_PORT": str(port or self.port),
        }
        if signing:
            environment |= {
                "NEWSROOM_DKIM_KEY": _openssl("genrsa", "2048"),
                "NEWSROOM_DKIM_SELECTOR": "bench",
                "NEWSROOM_DKIM_DOMAIN": "newsroom.example",
            }
        return create_app(load(environment))

    def settings(self, app: Flask) -> Settings:
        found: Settings = app.extensions["newsroom.settings"]
        return found

    def message_size(self, app: Flask) -> int:
        """Bytes of one letter."""
        with app.app_context():
            maker = worker._maker(1)
            found = maker.letters(app, subscribers.recipients([1]))[0]
            return len(found.parcel.message)  # type: ignore[union-attr]

    def dispatched(self, app: Flask, count: int = 0) -> Run:
        """Hand over letters of the whole audience, or of its first so many."""
        wanted = count or self.letters
        with app.app_context():
            self._rearm(wanted)
            # What one worker does once stays out of it: the connections of the last run are gone.
            began, began_work = time.perf_counter(), time.process_time()
            while worker.work(100):
                pass
            run = Run(wanted, time.perf_counter() - began, time.process_time() - began_work)
            worker.rest()
            handed_over = select(func.count()).select_from(Delivery).where(Delivery.state == "handed_over")
            if db.session.scalar(handed_over) != self.letters:
                sys.exit("Not every letter was handed over.")
            db.session.rollback()
        return run

    def profile(self) -> None:
        """Where the time of the writing thread goes; the connections have theirs beside it."""
        app = self.app()
        self.dispatched(app)
        profile = cProfile.Profile()
        profile.enable()
        run = self.dispatched(app)
        profile.disable()
        print(f"{run.rate:.0f} a second, {run.processor_ms:.3f} ms of the processor a letter")
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)

    def _rearm(self, count: int) -> None:
        with unit_of_work():
            done = update(Delivery).values(state="handed_over", lease_owner=None)
            db.session.execute(done.execution_options(synchronize_session=False))
            again = update(Delivery).where(Delivery.subscriber_id <= count)
            values = {"state": "pending", "finished_at": None, "attempt_count": 0, "last_reply": None}
            db.session.execute(again.values(values).execution_options(synchronize_session=False))
            db.session.execute(update(Dispatch).values(state="sending", finished_at=None))

    def _fill(self) -> None:
        stage.set_up()
        with unit_of_work():
            subscribers_service.import_rows(
                (
                    Newcomer(
                        number,
                        addresses.parse(f"reader{number}@reader{number % 50}.example"),
                        f"Reader {number}",
                    )
                    for number in range(1, self.letters + 1)
                ),
                consent="By hand, for a benchmark",
                source="benchmark",
            )
        sentence = "She had called before, and nobody had written down what she said. "
        # A letter holds its words twice, as HTML and as text.
        stage.approved(body="\n\n".join([sentence * 5] * (BYTES // 3 // (len(sentence) * 5 + 40))))
        stage.begun()
        stage.freeze()


def smtp_source(port: int, connections: int, size: int, count: int) -> Run:
    """Postfix's load generator, which makes no letter and keeps no ledger."""
    command = [
        str(shutil.which("smtp-source", path=POSTFIX)),
        "-d", "-s", str(connections), "-l", str(size), "-m", str(count),
        "-f", "letters@newsroom.example", "-t", "reader@reader.example", f"127.0.0.1:{port}",
    ]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(count, seconds, processor)


def flask_mail_loop(bench: Bench, app: Flask, count: int) -> Run:
    """Flask-Mail as its documentation shows it: one connection, a message for each recipient."""
    with app.app_context():
        record_ = issues.frozen(stage.NUMBER)
        assert record_ is not None
        html, text = record_.email_html, record_.email_text
        db.session.rollback()
    plain = Flask("plain")
    plain.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=bench.port)
    mail = flask_mail.Mail(plain)
    with plain.app_context():
        began, began_work = time.perf_counter(), time.process_time()
        with mail.connect() as connection:
            for number in range(count):
                connection.send(
                    flask_mail.Message(
                        "The second call",
                        [f"reader{number}@reader.example"],
                        text,
                        html,
                        sender="letters@newsroom.example",
                    )
                )
        return Run(count, time.perf_counter() - began, time.process_time() - began_work)


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink: takes every message and throws it away."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(shutil.which("smtp-sink", path=POSTFIX)), f"127.0.0.1:{port}", "1000"]
    if os.geteuid() == 0:
        command[1:1] = ["-u", "nobody"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


@contextmanager
def proxy(port: int, milliseconds: int) -> Iterator[int]:
    """The same server, farther away."""
    command = [sys.executable, str(ROOT / "benchmarks" / "proxy.py"), str(port), str(milliseconds)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("smtp-sink did not start.")


def _openssl(*words: str) -> str:
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
