"""A dispatch under fire: real workers, killed where it hurts, and what the mail server's log says of it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from newsroom.accounts.service import SEND_RESET
from newsroom.delivery.models import WorkerLease
from newsroom.platform import jobs
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs.models import Job
from tests.delivery import stage
from tests.mailserver import MailServer
from tests.site import ROOT
from tests.waiting import LONG_SECONDS, wait_until


@dataclass
class Campaign:
    """Starts and kills workers, and keeps count."""

    app: Flask
    environment: dict[str, str]
    smtp: MailServer
    log: Path
    kill_count: int = 0
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("NEWSROOM_", "FLASK_"))
        }
        with self.log.open("ab") as output:
            worker = subprocess.Popen(
                [sys.executable, "-m", "flask", "work", *options],
                cwd=ROOT,
                env={**kept, **self.environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def wait_for_accepted(self, count: int) -> None:
        """Until the server has so many more messages than now, or all of them are through."""
        goal = len(self.smtp.accepted) + count
        wait_until(
            lambda: len(self.smtp.accepted) >= goal or stage.dispatch().state == "finished",
            lambda: f"no worker got on:\n{self.output}",
        )

    def wait_until_sending(self, worker: subprocess.Popen[bytes]) -> None:
        """Until a worker has rows of the ledger in hand, or all of them are through."""
        mine = select(WorkerLease.owner).where(WorkerLease.owner.like(f"%-{worker.pid}-%"))
        wait_until(
            lambda: stage.dispatch().state == "finished" or db.session.execute(mine).first() is not None,
            lambda: f"worker {worker.pid} never began to send:\n{self.output}",
        )

    def wait_until_nothing_is_in_hand(self) -> None:
        """Until every worker has given back what it held of the ledger, and has looked for more in vain."""
        wait_until(
            lambda: stage.dispatch() and db.session.execute(select(WorkerLease.owner)).first() is None,
            lambda: f"a worker never let go:\n{self.output}",
        )
        # A worker asks for jobs and dispatches in turn: between two jobs it has looked for letters of ours.
        for _ in range(2):
            self._wait_for_a_job()

    def _wait_for_a_job(self) -> None:
        """Ask for a job about nobody and see it done."""
        with unit_of_work():
            jobs.enqueue(SEND_RESET, 0)
        undone = select(Job.id).where(Job.done_at.is_(None))
        wait_until(
            lambda: stage.dispatch() and db.session.execute(undone).first() is None,
            lambda: f"the worker does nothing any more:\n{self.output}",
        )

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """As the kernel does it when memory runs out: nothing is finished, nothing is said."""
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(timeout=LONG_SECONDS)
        self.kill_count += 1

    def drain(self) -> None:
        """Let a last worker do all that is left."""
        self.smtp.behave()
        worker = self.start_worker("--drain")
        assert worker.wait(timeout=LONG_SECONDS) == 0, self.output

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait(timeout=LONG_SECONDS)

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def judge(self, ids: list[int]) -> dict[str, int]:
        """From the outside: each reader exactly one message, or named uncertain; at most one a kill."""
        db.session.rollback()
        letters = Counter(self.smtp.recipients())
        states = stage.states()
        assert sorted(states) == ids
        for position, number in enumerate(ids, start=1):
            count = letters.pop(stage.email_of(position), 0)
            if states[number] == "uncertain":
                assert count <= 1, f"{stage.email_of(position)} is uncertain and got {count}"
            else:
                assert (states[number], count) == ("handed_over", 1), (
                    f"{stage.email_of(position)} got {count}"
                )
        assert not letters, f"somebody outside the audience got a letter: {letters}"
        tally = stage.tally()
        assert tally.get("uncertain", 0) <= self.kill_count
        assert stage.dispatch().state == "finished"
        stage.must_balance()
        return tally


def kill_at_random(campaign: Campaign, kills: int, chance: random.Random, workers: int = 1) -> None:
    """Kill so many workers, each at a random instant while letters go out."""
    running: list[Any] = [campaign.start_worker() for _ in range(workers)]
    for _ in range(kills):
        campaign.wait_for_accepted(chance.randint(5, 30))
        if stage.dispatch().state == "finished":
            break
        victim = running.pop(chance.randrange(len(running)))
        # One that is still starting has nothing in hand, and killing it would prove nothing.
        campaign.wait_until_sending(victim)
        time.sleep(chance.random() * 0.05)
        campaign.kill(victim)
        running.append(campaign.start_worker())
    for worker in running:
        campaign.kill(worker)
