"""Who does what: names of tasks, sources of work and what happens each minute. Calls none of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask

Task = Callable[[int], None]
Work = Callable[[int], int]
Tick = Callable[[], None]
Rest = Callable[[], None]

JOBS = "jobs"
"""The name by which jobs are a source of work themselves."""

_EXTENSION = "newsroom.jobs"
_tasks: dict[str, Task] = {}


@dataclass
class Registry:
    """What one application's worker has to do besides jobs."""

    sources: dict[str, Work] = field(default_factory=dict)
    rests: dict[str, Rest] = field(default_factory=dict)
    ticks: dict[str, Tick] = field(default_factory=dict)


def task(name: str) -> Callable[[Task], Task]:
    """Mark a function as the one that does jobs called `name`, such as `subscribers.import_roster`.

    It takes one id, opens its own units of work, and may be run twice or again after it failed half-way.
    """

    def register(function: Task) -> Task:
        if _tasks.setdefault(name, function) is not function:
            raise ValueError(f"There are two tasks called {name}.")
        return function

    return register


def task_called(name: str) -> Task | None:
    """The function for a name, or None when no feature of this version has it."""
    return _tasks.get(name)


def is_task(name: str) -> bool:
    """Whether jobs of this name can be done."""
    return name in _tasks


def add_source(app: Flask, name: str, work: Work) -> None:
    """Let the worker ask `work(limit)` for work.

    It does at most about `limit` pieces, in its own units of work, and says how many it did; 0 means that
    there is nothing to do now. It comes back within seconds, so that other sources are not kept waiting,
    or asks `stop_requested()` between its steps.
    """
    _registry(app).sources[name] = work


def add_steady_source(app: Flask, name: str, work: Work, rest: Rest) -> None:
    """As `add_source`, for work that may go on for hours: it has a thread of its own in a worker.

    So neither it nor any other source waits for the other. `rest()` is called when the worker stops, to let
    go of what is kept from one round to the next.
    """
    add_source(app, name, work)
    _registry(app).rests[name] = rest


def add_tick(app: Flask, name: str, tick: Tick) -> None:
    """Let the worker call `tick()` about once a minute. With several workers each one calls it."""
    _registry(app).ticks[name] = tick


def sources_of(app: Flask) -> dict[str, Work]:
    """All sources of an application, by name, in the order they were added."""
    return _registry(app).sources


def rests_of(app: Flask) -> dict[str, Rest]:
    """Of all steady sources by name: what lets them rest."""
    return _registry(app).rests


def ticks_of(app: Flask) -> dict[str, Tick]:
    """All ticks of an application, by name, in the order they were added."""
    return _registry(app).ticks


def _registry(app: Flask) -> Registry:
    registry: Registry = app.extensions.setdefault(_EXTENSION, Registry())
    return registry
