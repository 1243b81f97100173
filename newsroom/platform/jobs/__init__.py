"""Work done after the answer: rows written with the change that causes them, and the worker that does it.

Features use seven names. `task` marks a function that does one job and may be run twice; `enqueue` asks for
it inside a unit of work. `add_source` gives the worker something else to ask for work (schedules),
`add_steady_source` something that may go on for hours or wait for minutes (dispatches, letters), and `wake`
says in a unit of work that there is some; `add_tick` is called each minute; `stop_requested` is asked by long
work between its steps. `patience.bounded` ends the waits within a step.

Two runners ask the same sources: the embedded one of `worker`, and that of `distributed` over a broker.

The rows are the truth: whatever wakes the worker, a job is done at least once, and a killed worker's jobs
are taken up by the next one when their lease has run out.
"""

from newsroom.platform.jobs.queue import enqueue
from newsroom.platform.jobs.registry import add_source, add_steady_source, add_tick, task
from newsroom.platform.jobs.stopping import stop_requested
from newsroom.platform.jobs.waking import wake
from newsroom.platform.jobs.worker import run_worker, tidy

__all__ = [
    "add_source",
    "add_steady_source",
    "add_tick",
    "enqueue",
    "run_worker",
    "stop_requested",
    "task",
    "tidy",
    "wake",
]
