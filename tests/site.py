"""The product as it really runs: the web server and the worker in processes of their own, on a free port.

Started through the same supervisor as `make run`, so that a journey through it tests that as well.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newsroom.demo import sample
from newsroom.factory import create_app
from newsroom.platform.db import db
from newsroom.platform.jobs import run_worker
from newsroom.platform.settings import load
from tests.databases import SqliteTemplate, environment_for
from tests.waiting import LONG_SECONDS

ROOT = Path(__file__).resolve().parent.parent


class LiveSite:
    """A running site and worker. `address` has no slash at its end."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NEWSROOM_", "MAKE", "FLASK_"))
        }
        wanted = {name: value for name, value in environment.items() if name != "NEWSROOM_BASE_URL"}
        self.environment = {**kept, **wanted, "PORT": "0"}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "newsroom.run"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        self.address = self._wait_for_address()
        self.environment["NEWSROOM_BASE_URL"] = self.address

    @property
    def output(self) -> str:
        """What both processes have said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def flask(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `flask` command against the same instance, as its owner would at a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=check,
            timeout=LONG_SECONDS,
        )

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.address}{path}", timeout=LONG_SECONDS) as reply:
            return str(reply.read().decode("utf-8"))

    def stop(self) -> int:
        """Stop as Ctrl-C does, and give the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=LONG_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def _wait_for_address(self) -> str:
        deadline = time.monotonic() + LONG_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"http://127\.0\.0\.1:\d+", self.output)
            if found:
                return found.group()
            time.sleep(0.05)
        with suppress(ProcessLookupError):
            self.stop()
        raise AssertionError(f"the site did not start:\n{self.output}")


def filled_instance(instance: Path, template: SqliteTemplate) -> Path:
    """Fill an instance folder with the sample publication, as `flask demo fill` does, and send its letters.

    Whoever looks at a copy finds nothing that is still moving.
    """
    app = create_app(load(environment_for(instance, NEWSROOM_DATABASE_URL=template.copy_to(instance))))
    with app.app_context():
        assert sample.fill()
        assert run_worker(app, drain=True)
        db.session.remove()
        db.engine.dispose()
    assert not (instance / "newsroom.db-wal").exists()
    return instance


@contextmanager
def copied_site(instance: Path, folder: Path) -> Iterator[LiveSite]:
    """A site on a copy of an instance folder, which is stopped afterwards."""
    own = folder / "instance"
    shutil.copytree(instance, own)
    address = f"sqlite:///{own / 'newsroom.db'}"
    site = LiveSite(environment_for(own, NEWSROOM_DATABASE_URL=address), folder / "site.log")
    try:
        yield site
    finally:
        site.stop()
