"""`flask subscribers`: bringing a list in, taking one out, counting, erasing."""

from __future__ import annotations

import csv
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

import click
from flask.cli import AppGroup

from newsroom.platform.addresses import NoAddress
from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_line
from newsroom.subscribers import queries, roster, rules, service
from newsroom.subscribers.roster import Newcomer, Refusal, RosterRefused, Survey
from newsroom.subscribers.service import Imported, RefusedRow

cli = AppGroup("subscribers", help="The list of subscribers: import, export, count, erase, suppressions.")

# Large enough that commits cost little, small enough that other writers need not wait long: both take about
# a tenth of a second to half a second. Without consent a letter is written for everybody in the chunk.
_CHUNK = 5_000
_CHUNK_WITH_LETTERS = 100
_SHORTEST_FINGERPRINT = 8
_REASONS = click.Choice([reason.value for reason in rules.Reason])


@cli.command(
    "import",
    epilog='Example: flask subscribers import readers.csv --confirmed --consent "Paper form, spring 2026"',
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--confirmed", is_flag=True, help="They have agreed already: no confirmation letters.")
@click.option(
    "--consent", metavar="TEXT", default="", help="What they agreed to, where and when; kept for each."
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the refused lines to a file instead of the terminal.",
)
def import_list(file: Path, confirmed: bool, consent: str, report: Path | None) -> None:
    """Bring in a CSV list with the columns email,name.

    Without --confirmed everybody new gets a letter that asks them to confirm. Who has left, bounced or
    complained stays away. Refused lines are named one by one; the good ones are imported all the same.
    """
    wording = clean_line(consent)
    if confirmed and not wording:
        raise click.UsageError("--confirmed needs --consent with the words these people agreed to.")
    if wording and not confirmed:
        raise click.UsageError("--consent goes with --confirmed; without it everybody is asked by letter.")
    plan = _surveyed(file)
    if plan.ignored_columns:
        click.echo(f"Not taken in: {', '.join(plan.ignored_columns)}.", err=True)
    with _report_on(report) as refused_lines:
        total = _import(file, plan, wording, refused_lines)
    _sum_up(total, plan, report)
    if total.refused_count:
        sys.exit(1)


@cli.command(
    "export",
    epilog="Example: flask subscribers export -o readers.csv",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Into a file."
)
@click.option(
    "--state",
    type=click.Choice([*(state.value for state in rules.State), "all"]),
    default=rules.State.CONFIRMED.value,
    show_default=True,
    help="Whom to take out.",
)
def export(output: Path | None, state: str) -> None:
    """Write the list as CSV, which `import` reads again."""
    if output is None:
        row_count = _write(sys.stdout, state)
    else:
        row_count = _write_file(output, state)
        click.echo(f"{row_count:,} subscribers written to {output}.", err=True)
    with unit_of_work():
        service.record_export(row_count)


@cli.command(
    "count",
    epilog="Example: flask subscribers count --json",
)
@click.option("--json", "as_json", is_flag=True, help="For a script.")
def count(as_json: bool) -> None:
    """Say how many subscribers stand where."""
    found = queries.counts()
    if as_json:
        numbers = {**found.by_state, "reachable": found.reachable, "paused": found.paused}
        click.echo(json.dumps({**numbers, "suppressed": found.suppressed, "total": found.total}))
        return
    rows = [(rules.STATE_LABELS[state], number) for state, number in found.by_state.items()]
    rows += [
        ("An issue now goes to", found.reachable),
        ("Paused", found.paused),
        ("Suppressed", found.suppressed),
    ]
    for label, number in rows:
        click.echo(f"{label:<26}{number:>10,}")


@cli.command(
    "erase",
    epilog="Example: flask subscribers erase rhona@reader.example --yes",
)
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--never-again", is_flag=True, help="Refuse the address for ever, as a fingerprint.")
def erase(email: str, yes: bool, never_again: bool) -> None:
    """Delete a subscriber and everything that belongs to them."""
    subscriber = queries.by_email(email)
    if subscriber is None:
        raise click.ClickException(f"{clean_line(email)} is not on the list: nothing was erased.")
    if not yes:
        click.confirm(f"Erase {subscriber.email} with the record of their consent, for ever?", abort=True)
    with unit_of_work():
        service.erase(subscriber.id, never_again=never_again)
    click.echo("Erased.")


class _Total:
    """What has become of a whole list so far; refused lines are written out, not kept."""

    def __init__(self) -> None:
        self.added_count = 0
        self.confirmed_count = 0
        self.known_count = 0
        self.refused_count = 0

    def add(self, chunk: Imported) -> None:
        self.added_count += chunk.added
        self.confirmed_count += chunk.confirmed
        self.known_count += chunk.known


def _surveyed(file: Path) -> Survey:
    try:
        with file.open("rb") as lines:
            return roster.survey(lines)
    except RosterRefused as problem:
        raise click.ClickException(f"{file}:{problem.line}: {problem} Nothing was imported.") from None


def _import(file: Path, plan: Survey, consent: str, refused_lines: TextIO) -> _Total:
    total, met = _Total(), roster.MetLines()
    size = _CHUNK if consent else _CHUNK_WITH_LETTERS
    with file.open("rb") as lines, _bar(plan.record_count) as bar, _uncollected() as collect:
        records = roster.read(lines, plan)
        while chunk := list(islice(records, size)):
            collect()
            entries = [each for each in chunk if isinstance(each, Newcomer)]
            with unit_of_work():
                imported = service.import_rows(
                    entries, consent=consent, source=file.name[: rules.LONGEST_SOURCE], met=met
                )
            total.add(imported)
            turned_away = [each for each in chunk if isinstance(each, Refusal)] + list(imported.refused)
            total.refused_count += len(turned_away)
            _name_lines(turned_away, file, refused_lines)
            bar.update(len(chunk))
    with unit_of_work():
        service.record_import(
            file.name, total.added_count, total.confirmed_count, total.refused_count, consent
        )
    return total


def _name_lines(turned_away: list[Refusal | RefusedRow], file: Path, refused_lines: TextIO) -> None:
    for each in sorted(turned_away, key=lambda refused: refused.line):
        click.echo(f"{file}:{each.line}: {each.sentence}", file=refused_lines)


def _sum_up(total: _Total, plan: Survey, report: Path | None) -> None:
    parts = [f"{total.added_count:,} added"]
    if total.confirmed_count:
        parts.append(f"{total.confirmed_count:,} confirmed who had been waiting")
    if total.known_count:
        parts.append(f"{total.known_count:,} here already")
    lines = "1 line" if plan.record_count == 1 else f"{plan.record_count:,} lines"
    click.echo(f"{lines}: {', '.join(parts)}, {total.refused_count:,} refused.")
    if total.refused_count:
        where = f"They are named in {report}." if report else "They are named above."
        click.echo(f"Refused lines were left out, the others are imported. {where}", err=True)


@contextmanager
def _report_on(report: Path | None) -> Iterator[TextIO]:
    if report is None:
        yield sys.stderr
        return
    with report.open("w", encoding="utf-8") as file:
        yield file


@contextmanager
def _uncollected() -> Iterator[Callable[[], object]]:
    """Within the block garbage is collected when the function that is given is called, and only there.

    Hundreds of thousands of rows make Python look through them again and again for circles that are not
    there, which takes a third of an import.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield lambda: gc.collect(0)
    finally:
        gc.enable()
        gc.unfreeze()


@contextmanager
def _bar(length: int) -> Iterator[click.progressbar]:  # type: ignore[valid-type]
    """A progress bar on a terminal; in a pipe nothing."""
    with click.progressbar(
        length=length, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar


def _write(file: TextIO, state: str) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(roster.COLUMNS)
    row_count = 0
    for row in roster.written(queries.roster("" if state == "all" else state)):
        writer.writerow(row)
        row_count += 1
    return row_count


def _write_file(output: Path, state: str) -> int:
    """Whole or not at all, and for its owner's eyes only."""
    part = output.with_name(f".{output.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            row_count = _write(file, state)
        part.replace(output)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise click.ClickException(f"{output} cannot be written: {problem.strerror}.") from None
    return row_count


@cli.group(
    "suppressions",
    help="Addresses that are never written to again: list, add, lift.",
)
def suppressions() -> None:
    """Hold the commands about the suppression list."""


@suppressions.command("list", epilog="Example: flask subscribers suppressions list --reason complaint")
@click.option("--reason", type=_REASONS, help="Only those of one reason.")
@click.option("--words", default="", help="Only those with these words in their detail.")
@click.option("--json", "as_json", is_flag=True, help="For a script: one JSON object a line.")
def list_suppressions(reason: str | None, words: str, as_json: bool) -> None:
    """Write the suppression list as CSV. It holds fingerprints; nobody can read an address from it."""
    rows = queries.suppression_rows(reason or "", words)
    if as_json:
        for row in rows:
            click.echo(json.dumps(dict(zip(queries.SUPPRESSION_COLUMNS, row, strict=True))))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(queries.SUPPRESSION_COLUMNS)
    writer.writerows(roster.written(rows))


@suppressions.command(
    "add",
    epilog="Example: flask subscribers suppressions add rhona@reader.example --reason request",
)
@click.argument("email")
@click.option("--reason", type=_REASONS, default=rules.Reason.REQUEST.value, show_default=True)
@click.option("--detail", default="", help="What a colleague should know; no names, no addresses.")
def add_suppression(email: str, reason: str, detail: str) -> None:
    """Never write to an address again, whoever has it and whatever list it comes in."""
    with _address_refused(), unit_of_work():
        outcome = service.suppress(email, rules.Reason(reason), detail)
    done = outcome is service.Outcome.DONE
    click.echo("Never written to again." if done else "This address was on the list already.")


@suppressions.command(
    "lift",
    epilog='Example: flask subscribers suppressions lift rhona@reader.example --reason "A mistake"',
)
@click.argument("which", metavar="EMAIL_OR_FINGERPRINT")
@click.option("--reason", required=True, help="Why; it stands in the audit log.")
def lift_suppression(which: str, reason: str) -> None:
    """Take an address off the list, by itself or by the fingerprint that the list shows."""
    if not clean_line(reason):
        raise click.UsageError("--reason needs words: they stand in the audit log.")
    with _address_refused(), unit_of_work():
        if "@" in which:
            outcome = service.lift_suppression(which, reason)
        else:
            outcome = service.lift_entry(_entry_called(which), reason)
    if outcome is service.Outcome.ALREADY:
        raise click.ClickException(f"{clean_line(which)} is not on the list: nothing was lifted.")
    click.echo("Lifted. Nothing is sent there before its owner signs up and confirms again.")


def _entry_called(fingerprint: str) -> int:
    """The number of the one entry whose fingerprint begins so; 0, which none has, where there is none."""
    if len(fingerprint) < _SHORTEST_FINGERPRINT:
        raise click.ClickException(
            f"Give the whole address, or at least {_SHORTEST_FINGERPRINT} letters of the fingerprint."
        )
    found = queries.suppressed_as(fingerprint)
    if len(found) > 1:
        raise click.ClickException(f"More than one fingerprint begins with {clean_line(fingerprint)}.")
    return found[0].id if found else 0


@contextmanager
def _address_refused() -> Iterator[None]:
    try:
        yield
    except NoAddress as problem:
        raise click.ClickException(str(problem)) from None
