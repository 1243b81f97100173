"""A dispatch under fire: real workers, killed where it hurts, and what the mail server's log says of it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from newsroom.accounts.service import SEND_RESET
from newsroom.delivery import rules
from newsroom.delivery.models import WorkerLease
from newsroom.platform import jobs
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs.models import Job
from tests.delivery import stage
from tests.faults import reckoning
from tests.faults.reckoning import Report
from tests.mailserver import MailServer
from tests.site import ROOT
from tests.waiting import LONG_SECONDS, wait_until

# What is left to chance follows from it: the same number makes the same plan of kills and misbehaviour again.
SEED = int(os.environ.get("FAULTS_SEED", "0")) or random.randrange(1, 10**6)
Worker = subprocess.Popen[bytes]


def chance(*what_for: object) -> random.Random:
    """The chance of one test: of its own, so that it says the same whatever ran before it."""
    return random.Random(f"{SEED} {what_for}")


@dataclass
class Campaign:
    """Starts and kills workers, and keeps count."""

    app: Flask
    environment: dict[str, str]
    smtp: MailServer
    log: Path
    report: Report
    kill_count: int = 0
    # How many readers may be uncertain: one a connection that was killed, and those of whom the mail server
    # itself left us in the dark.
    doubts: int = 0
    workers: list[Worker] = field(default_factory=list)
    connections: dict[int, int] = field(default_factory=dict)

    # Workers.

    def start_worker(
        self,
        *options: str,
        connections: int = 1,
        ahead: timedelta = timedelta(0),
        patience: float | None = None,
        odd: bool = False,
    ) -> Worker:
        """Start a worker; one whose clock is `ahead` or may jump (`odd`) or with little patience is odd."""
        more = {"NEWSROOM_MAIL_CONNECTIONS": str(connections)}
        if patience is not None:
            more["FAULTS_PATIENCE_SECONDS"] = str(patience)
        if ahead:
            more["FAULTS_AHEAD_SECONDS"] = str(ahead.total_seconds())
        is_odd = odd or len(more) > 1
        worker = self.run("tests.faults.odd_worker" if is_odd else "flask", "work", *options, **more)
        self.workers.append(worker)
        self.connections[worker.pid] = connections
        return worker

    def run(self, module: str, *arguments: str, **more: str) -> Worker:
        """Start a command of the product in a process of its own."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("NEWSROOM_", "FLASK_"))
        }
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env={**kept, **self.environment, **more},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self, worker: Worker) -> None:
        """As the kernel does it when memory runs out: nothing is finished, nothing is said."""
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(timeout=LONG_SECONDS)
        self.kill_count += 1
        self.doubts += self.connections[worker.pid]

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait(timeout=LONG_SECONDS)

    def drain(self, numbers: Iterable[int] = (stage.NUMBER,)) -> None:
        """Let a last worker do all that is left; and others on later days what was put off."""
        self.smtp.behave()
        for day in range(rules.MOST_ATTEMPTS):
            worker = self.start_worker("--drain", connections=4, ahead=timedelta(days=day))
            assert worker.wait(timeout=LONG_SECONDS) == 0, self.output
            if all(stage.dispatch(number).state != "sending" for number in numbers):
                return

    # Waiting.

    def wait_for_accepted(self, count: int) -> None:
        """Until the server has so many more messages than now, or the dispatch is at rest."""
        goal = len(self.smtp.accepted) + count
        wait_until(
            lambda: len(self.smtp.accepted) >= goal or not self.is_sending,
            lambda: f"no worker got on:\n{self.output}",
        )

    def wait_until_sending(self, worker: Worker) -> None:
        """Until a worker has rows of the ledger in hand, or the dispatch is at rest."""
        mine = select(WorkerLease.owner).where(WorkerLease.owner.like(f"%-{worker.pid}-%"))
        wait_until(
            lambda: not self.is_sending or db.session.execute(mine).first() is not None,
            lambda: f"worker {worker.pid} never began to send:\n{self.output}",
        )

    def wait_until_finished(self) -> None:
        wait_until(lambda: stage.dispatch().state == "finished", lambda: f"it never finished:\n{self.output}")

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

    @property
    def is_sending(self) -> bool:
        return stage.dispatch().state in ("freezing", "sending")

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def judge(
        self,
        ids: list[int],
        *,
        refused: Collection[str] = (),
        gone: Collection[str] = (),
        numbers: Iterable[int] = (stage.NUMBER,),
        state: str = "finished",
    ) -> dict[str, int]:
        """From the outside: each reader has exactly one message of each issue, or is named as uncertain.

        `refused` may be failed instead and `gone` skipped, and have no message then; `state` is the
        dispatch's. Gives how many rows are in which state. Raises `PromiseBroken`.
        """
        db.session.rollback()
        excuses = dict.fromkeys(refused, "failed") | dict.fromkeys(gone, "skipped")
        ledger = [row for number in numbers for row in reckoning.read(number, ids, state)]
        letters = reckoning.letters(self.smtp)
        found = reckoning.reckon(ledger, letters, self.kill_count)
        self.report(found)
        try:
            reckoning.judge(ledger, letters, excuses, self.doubts)
        except reckoning.PromiseBroken as broken:
            raise reckoning.PromiseBroken(f"{broken} (FAULTS_SEED={SEED})\n{self.output}") from None
        return found.states


def kill_at_random(
    campaign: Campaign,
    kills: int,
    chance: random.Random,
    workers: int = 1,
    most_connections: int = 1,
    letters: tuple[int, int] = (5, 30),
) -> None:
    """Kill so many workers, each at a random instant while letters go out.

    The mail server takes so many letters before each kill and then waits for the next victim, so that the
    dispatch is not over before, however fast or slow the machine is.
    """
    gate = Gate(campaign.smtp)

    def start() -> Worker:
        return campaign.start_worker(connections=chance.randint(1, most_connections))

    running = [start() for _ in range(workers)]
    for _ in range(kills):
        victim = running.pop(chance.randrange(len(running)))
        # One that is still starting has nothing in hand, and killing it would prove nothing.
        campaign.wait_until_sending(victim)
        count = chance.randint(*letters)
        gate.let_through(count)
        campaign.wait_for_accepted(chance.randint(0, count))
        time.sleep(chance.random() * 0.05)
        campaign.kill(victim)
        assert campaign.is_sending, "too few letters for so many kills"
        running.append(start())
    for worker in running:
        campaign.kill(worker)


class Gate:
    """What keeps letters at the mail server until they are let through: all of them at last, by `behave`."""

    def __init__(self, smtp: MailServer) -> None:
        self._smtp = smtp
        self._goal = 0
        smtp.answer("DATA", None, when=lambda: len(smtp.accepted) < self._goal)

    def let_through(self, count: int) -> None:
        """So many letters more than have come; those that wait already may come on top."""
        self._goal = len(self._smtp.accepted) + count
