"""`python -m tests.faults.odd_worker work`: the product's own worker, with a jumping clock or no patience.

FAULTS_AHEAD_SECONDS says how far its clock is ahead from the start. SIGUSR1 puts it an hour forward and
SIGUSR2 an hour back, as when somebody sets a machine's clock. FAULTS_PATIENCE_SECONDS is how long it waits
for a mail server that says nothing, where the product waits for minutes.
"""

import os
import signal
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType

import time_machine
from flask.cli import main

from newsroom.platform.mail.smtp import transport, wire

FORWARD, BACK = signal.SIGUSR1, signal.SIGUSR2
JUMP = timedelta(hours=1)


def _let_the_clock_jump(ahead: timedelta) -> None:
    # Only what tells the time of day; what measures time goes on evenly, as on a real machine.
    traveller = time_machine.travel(datetime.now(UTC) + ahead, tick=True).start()

    def jump(number: int, _frame: FrameType | None) -> None:
        traveller.shift(JUMP if number == FORWARD else -JUMP)

    for number in (FORWARD, BACK):
        signal.signal(number, jump)


def _be_impatient(seconds: float) -> None:
    hasty = partial(wire.Timeouts, command=seconds, data=seconds)
    for module in (transport, wire):
        module.Timeouts = hasty  # type: ignore[misc, assignment]


if __name__ == "__main__":
    _let_the_clock_jump(timedelta(seconds=float(os.environ.get("FAULTS_AHEAD_SECONDS", "0"))))
    if "FAULTS_PATIENCE_SECONDS" in os.environ:
        _be_impatient(float(os.environ["FAULTS_PATIENCE_SECONDS"]))
    main()
