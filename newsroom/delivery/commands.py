"""Doors for the terminal: `flask delivery …`."""

from __future__ import annotations

import json
import mailbox
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from newsroom.delivery import queries, rules, service
from newsroom.delivery.models import Dispatch
from newsroom.delivery.queries import Status
from newsroom.delivery.reports import LONGEST, parse
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.issues import service as issues_service
from newsroom.platform.commands import Number
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.settings import current
from newsroom.subscribers import queries as subscribers

cli = AppGroup("delivery", help="Sending issues: send, status, pause, resume, cancel, retry, bounces.")

_LOOK_EVERY_SECONDS = 0.5
_HINT_AFTER_SECONDS = 10.0
_NUMBER = Number("issue number", 81)


@cli.command("send")
@click.argument("number", type=_NUMBER)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--wait", is_flag=True, help="Show the progress until a worker is done.")
def send_command(number: int, yes: bool, wait: bool) -> None:
    """Send an approved issue to everybody who is confirmed. A running worker does it: flask work.

    Example: flask delivery send 81 --yes --wait
    """
    _refuse_unless_approved(number)
    count = subscribers.reachable_count()
    people = rules.counted(count, "confirmed subscriber")
    if not yes:
        _ask(f"Send issue {number} to {people}?")
    try:
        with unit_of_work():
            service.dispatch(number, actor_id=None)
    except issues_service.Blocked as error:
        for finding in error.findings:
            click.echo(f"{finding.severity} {finding.code} {finding.where}: {finding.sentence}", err=True)
        raise click.ClickException(str(error)) from None
    except (rules.Refused, issue_rules.Refused) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Issue {number} is on its way to {people}.")
    if wait:
        _wait(number)


def _refuse_unless_approved(number: int) -> None:
    """Nobody is asked whether to send what cannot be sent; the verb looks again."""
    issue = issues.issue(number)
    if issue is None:
        raise click.ClickException(f"There is no issue {number}.")
    try:
        issue_rules.after("freeze", issue.state, number)
    except issue_rules.Refused as error:
        raise click.ClickException(str(error)) from None


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise click.ClickException("Nothing was sent: without a terminal to ask at, say --yes.")
    if not click.confirm(question, err=True):
        raise click.ClickException("Nothing was sent.")


def _wait(number: int) -> None:
    """Follow a dispatch until it stops; a bar on a terminal, silence in a pipe, and the counts at the end."""
    shown = 0
    status = _status(number)
    began = time.monotonic()
    may_hint = True
    with click.progressbar(
        length=max(status.audience, 1),
        label=f"Issue {number}",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        while status.state in (rules.FREEZING, rules.SENDING):
            time.sleep(_LOOK_EVERY_SECONDS)
            # What the worker commits is only seen by a transaction that begins after it.
            db.session.rollback()
            status = _status(number)
            bar.length = max(status.audience, 1)
            bar.update(status.done - shown)
            shown = status.done
            if may_hint and not shown and time.monotonic() - began > _HINT_AFTER_SECONDS:
                click.echo("Nothing has left yet: is a worker running? flask work starts one.", err=True)
                may_hint = False
    _say(status)
    if status.state != rules.FINISHED:
        sys.exit(1)


@cli.command("status")
@click.argument("number", type=_NUMBER)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def status_command(number: int, as_json: bool) -> None:
    """Counts by state, rate and time remaining.

    Example: flask delivery status 81 --json
    """
    status = _status(number)
    if not as_json:
        _say(status)
        return
    data: dict[str, Any] = asdict(status)
    data["remaining"] = status.remaining.total_seconds() if status.remaining else None
    for name in ("created_at", "started_at", "finished_at"):
        data[name] = data[name].isoformat() if data[name] else None
    click.echo(json.dumps(data))


def _say(status: Status) -> None:
    click.echo(f"Issue {status.number}: {rules.DISPATCH_LABELS[status.state].lower()}")
    if status.reason:
        click.echo(f"  because: {status.reason}")
    for state, count in status.counts.items():
        if count:
            click.echo(f"  {count:>8}  {rules.DELIVERY_LABELS[state].lower()}")
    click.echo(f"  {status.audience:>8}  in all")
    if status.remaining is not None:
        click.echo(f"  {status.rate} a second, {status.remaining} to go")


def _changing(
    name: str, verb: Callable[[Dispatch], Any], done: Callable[[int, Any], str], help_text: str
) -> None:
    """Register one of the commands that change a dispatch by its issue's number."""

    @cli.command(name, help=f"{help_text}\n\nExample: flask delivery {name} 81")
    @click.argument("number", type=_NUMBER)
    def command(number: int) -> None:
        try:
            with unit_of_work():
                outcome = verb(service.locked(_dispatch(number).id))
        except (rules.Refused, issue_rules.Refused) as error:
            raise click.ClickException(str(error)) from None
        click.echo(done(number, outcome))


_changing(
    "pause",
    lambda row: service.pause(row, "Paused by hand."),
    lambda number, _: f"Issue {number} is paused.",
    "Let no further letter begin.",
)
_changing(
    "resume",
    service.resume,
    lambda number, _: f"Issue {number} goes on.",
    "Go on where it was paused.",
)
_changing(
    "cancel",
    service.cancel,
    lambda number, _: f"Issue {number} is cancelled; nothing more is sent.",
    "Send nothing more of an issue.",
)
_changing(
    "retry",
    service.retry,
    rules.tried_again,
    "Try refused and deferred letters again now.",
)


@cli.command("bounces")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def bounces_command(paths: tuple[Path, ...]) -> None:
    """Read bounce messages from a Maildir, an mbox or .eml files; hard ones suppress the address.

    Example: flask delivery bounces /var/mail/bounces
    """
    read = 0
    for name, data in _messages(paths):
        report = parse(data, current().secret_key, current().bounce_domain)
        if report is None:
            click.echo(f"{name}: is no bounce message; left alone")
            continue
        with unit_of_work():
            said = service.record_report(report)
        click.echo(f"{name}: {said}")
        read += 1
    click.echo(f"{rules.counted(read, 'bounce')} read.", err=True)


def _messages(paths: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes (the first `reports.LONGEST` of them) of each message. Nothing is removed."""
    for path in paths:
        try:
            if path.is_dir():
                yield from _in_maildir(path)
            elif path.suffix == ".eml":
                yield str(path), _beginning_of(path)
            else:
                yield from _in_mbox(path)
        except FileNotFoundError:
            raise click.ClickException(
                f"{path} is not there; name a Maildir, an mbox or an .eml file."
            ) from None
        except OSError as problem:
            raise click.ClickException(f"{path} cannot be read: {problem.strerror}.") from None


def _in_maildir(path: Path) -> Iterator[tuple[str, bytes]]:
    folders = [path / name for name in ("new", "cur") if (path / name).is_dir()]
    if not folders:
        raise click.ClickException(f"{path} is no Maildir; it has neither new nor cur in it.")
    for file in sorted(file for folder in folders for file in folder.iterdir() if file.is_file()):
        # A mail program may move or remove it while we look.
        with suppress(FileNotFoundError):
            yield str(file), _beginning_of(file)


def _in_mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        if file.read(5) not in (b"From ", b""):
            raise click.ClickException(
                f"{path} is no mbox, which begins with “From ”; a single message needs a name ending in .eml."
            )
    box = mailbox.mbox(path, create=False)
    with closing(box):
        for key in box.iterkeys():
            with box.get_file(key) as message:
                yield f"{path}#{key}", message.read(LONGEST)


def _beginning_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST)


def _dispatch(number: int) -> Dispatch:
    row = queries.dispatch_of(number)
    if row is None:
        raise click.ClickException(
            f"Issue {number} has no dispatch; flask delivery send {number} begins one."
        )
    return row


def _status(number: int) -> Status:
    return queries.status(_dispatch(number))
