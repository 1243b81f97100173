"""Writes down what the judges said, as Markdown that also reads well on a terminal. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from judges.bench import Heard
from judges.contract import LINES, Verdict

# Letters that are named beside a problem; the tables name them all.
_SHOWN = 6


def report(heard: Sequence[Heard]) -> str:
    """The whole report."""
    return (
        "\n\n".join(
            filter(
                None,
                (
                    "# What the judges say",
                    _summary(heard),
                    _verdicts(heard),
                    _problems(heard),
                    _controls(heard),
                ),
            )
        )
        + "\n"
    )


def is_content(heard: Iterable[Heard]) -> bool:
    """Whether nothing has to be mended and no judge is missing or asleep."""
    return all(each.is_content for each in heard)


def _summary(heard: Sequence[Heard]) -> str:
    letters = {verdict.letter for each in heard for verdict in each.verdicts}
    verdicts = [verdict for each in heard for verdict in each.verdicts]
    failed = sum(not verdict.holds for verdict in verdicts)
    missing = sum(bool(each.missing) for each in heard)
    asleep = sum(not tried.refused for each in heard for tried in each.controls)
    return (
        f"{len(heard)} judges, {len(letters)} letters, {len(verdicts)} verdicts: {failed} failed. "
        f"{missing} judges missing. {asleep} controls let through."
    )


def _verdicts(heard: Sequence[Heard]) -> str:
    """Line by line: each judge with its version, and the letters by what it said of them."""
    pieces = []
    for line, what in LINES.items():
        judging = [each for each in heard if line in each.judge.lines]
        if not judging:
            continue
        rows = [["judge", "version", "verdict", "letters"]]
        for each in judging:
            rows += _rows(each, line)
        pieces.append(f"## {line}. {what}\n\n{_table(rows)}")
    return "\n\n".join(pieces)


def _rows(each: Heard, line: int) -> list[list[str]]:
    if each.missing:
        return [[each.judge.name, "missing", "FAILS", each.missing]]
    own = [verdict for verdict in each.verdicts if verdict.line == line]
    rows = []
    for word, holds in (("FAILS", False), ("holds", True)):
        letters = [_named(verdict) for verdict in own if verdict.holds is holds]
        if letters:
            rows.append([each.judge.name, each.version, f"{word} {len(letters)}", ", ".join(letters)])
    return rows or [[each.judge.name, each.version, "not asked", ""]]


def _named(verdict: Verdict) -> str:
    return f"{verdict.letter} ({verdict.says})" if verdict.says else verdict.letter


def _problems(heard: Sequence[Heard]) -> str:
    """What is wrong, each once, with the letters that it is wrong with."""
    letters: dict[tuple[int, str, str], list[str]] = {}
    for each in heard:
        for verdict in each.verdicts:
            for problem in verdict.problems:
                letters.setdefault((verdict.line, each.judge.name, problem), []).append(verdict.letter)
    found = [
        f"- Line {line}, {judge}: {problem} ({_some(list(dict.fromkeys(where)))})"
        for (line, judge, problem), where in sorted(letters.items())
    ]
    return "\n".join(["## What to mend\n", *found]) if found else ""


def _some(letters: Sequence[str]) -> str:
    shown = ", ".join(letters[:_SHOWN])
    return f"{shown} and {len(letters) - _SHOWN} more" if len(letters) > _SHOWN else shown


def _controls(heard: Sequence[Heard]) -> str:
    rows = [["control", "judge", "line", ""]]
    for each in heard:
        rows += [
            [tried.control, tried.judge, str(tried.line), "refused" if tried.refused else "LET THROUGH"]
            for tried in each.controls
        ]
        if not each.controls and not each.missing:
            rows.append(["none", each.judge.name, "", "FAILS: nobody knows whether it ever refuses"])
    return "## Letters broken on purpose\n\n" + _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, padded so that it can be read without being rendered."""
    safe = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in safe) for place in range(len(safe[0]) - 1)]
    lines = [
        "| "
        + " | ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        + " |"
        for row in safe
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|---|")
    return "\n".join(lines)
