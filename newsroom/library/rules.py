"""Pure decisions about what pieces name: words about authors and series, stages, the numbers of parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

LONGEST_NAME = 120
LONGEST_SERIES_NAME = 200
LONGEST_WORDS = 2000
LONGEST_STAGE = 80
MOST_STAGES = 30

T = TypeVar("T")


@dataclass(frozen=True)
class AuthorWords:
    """What is said about an author; `picture` is the address of an uploaded picture, or empty."""

    name: str
    bio: str = ""
    picture: str = ""


@dataclass(frozen=True)
class SeriesWords:
    """What is said about a series; `stages` are the names of its stages in their order."""

    name: str
    description: str = ""
    stages: tuple[str, ...] = ()


def stages_in(typed: str) -> tuple[str, ...]:
    """The stages of a series as they were typed, one a line; empty lines say nothing."""
    lines = (" ".join(line.split()) for line in typed.splitlines())
    return tuple(line for line in lines if line)


def problem_with_stages(stages: Sequence[str]) -> str:
    """What is wrong with the stages of a series, as a sentence; empty when nothing is."""
    if len(stages) > MOST_STAGES:
        return f"Keep it to {MOST_STAGES} stages: a series with more is two series."
    if too_long := next((stage for stage in stages if len(stage) > LONGEST_STAGE), ""):
        return f"Keep the name of a stage to {LONGEST_STAGE} characters: “{too_long[:40]}…” is longer."
    counted = Counter(stage.casefold() for stage in stages)
    if twice := next((stage for stage in stages if counted[stage.casefold()] > 1), ""):
        return f"The stage “{twice}” stands there twice; keep one of the two."
    return ""


# Parts


@dataclass(frozen=True)
class Numbering:
    """What the numbers of a series' parts say: which are missing, which are there twice, what comes next."""

    missing: tuple[int, ...]
    doubled: tuple[tuple[int, int], ...]
    next_part: int


MOST_MISSING = 20
"""So many gaps are named; a series with a part 4000 and no part 2 has a slip, not 3998 gaps."""


def numbering(parts: Iterable[str]) -> Numbering:
    """What is to be said about the parts of a series, by what stands in their `part`; none is none."""
    counted = Counter(int(part) for part in parts if part.isdecimal())
    last = max(counted, default=0)
    missing: list[int] = []
    for number in range(1, last):
        if number not in counted:
            missing.append(number)
        if len(missing) == MOST_MISSING:
            break
    doubled = tuple((number, count) for number, count in sorted(counted.items()) if count > 1)
    return Numbering(tuple(missing), doubled, last + 1)


def by_stage(
    parts: Iterable[T],
    stages: Sequence[str],
    stage_of: Callable[[T], str],
    part_of: Callable[[T], int | None],
) -> tuple[tuple[str, tuple[T, ...]], ...]:
    """The parts under their stages, in the order of the stages and then of the parts.

    What names another stage, or none, comes last and under no name. A stage without a part is left out.
    """
    ordered = sorted(parts, key=lambda one: (part_of(one) is None, part_of(one) or 0))
    known = {stage.casefold(): stage for stage in stages}
    held: dict[str, list[T]] = {stage: [] for stage in stages}
    others: list[T] = []
    for one in ordered:
        stage = known.get(" ".join(stage_of(one).split()).casefold())
        (held[stage] if stage is not None else others).append(one)
    groups = [(stage, tuple(found)) for stage, found in held.items() if found]
    return (*groups, ("", tuple(others))) if others else tuple(groups)
