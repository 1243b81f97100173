"""Writes down what the judges said, as Markdown that also reads well on a terminal. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from judges.bench import Heard
from judges.contract import LINES, Verdict


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
    rows = [["line", "what holds", "judge", "version", "letter", "verdict"]]
    for line, what in LINES.items():
        for each in heard:
            if line not in each.judge.lines:
                continue
            if each.missing:
                rows.append([str(line), what, each.judge.name, "missing", "", "FAILS: " + each.missing])
            own = [verdict for verdict in each.verdicts if verdict.line == line]
            rows += [
                [str(line), what, each.judge.name, each.version, letter, _word(verdicts)]
                for letter, verdicts in _by_letter(own)
            ]
    return _table(rows)


def _by_letter(verdicts: Iterable[Verdict]) -> Iterator[tuple[str, list[Verdict]]]:
    for letter, group in groupby(verdicts, key=lambda verdict: verdict.letter):
        yield letter, list(group)


def _word(verdicts: Sequence[Verdict]) -> str:
    word = "holds" if all(verdict.holds for verdict in verdicts) else "FAILS"
    said = ", ".join(dict.fromkeys(verdict.says for verdict in verdicts if verdict.says))
    return f"{word}: {said}" if said else word


def _problems(heard: Sequence[Heard]) -> str:
    found = [
        f"- Line {verdict.line}, {each.judge.name}, {verdict.letter}: {problem}"
        for each in heard
        for verdict in each.verdicts
        for problem in verdict.problems
    ]
    return "\n".join(["## What to mend\n", *found]) if found else ""


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
