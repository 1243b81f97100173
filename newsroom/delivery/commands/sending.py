"""`flask delivery send` and what is done about a dispatch: status, pause, resume, cancel, retry."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from newsroom.delivery import outlook, queries, rules, service
from newsroom.delivery.commands.group import NUMBER, cli, refusals_told
from newsroom.delivery.models import Dispatch
from newsroom.delivery.queries import Plan, Status
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.platform.commands import Number
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import queries as subscribers

_LOOK_EVERY_SECONDS = 0.5
_HINT_AFTER_SECONDS = 10.0
_AT_MOST = click.option(
    "--at-most",
    type=Number("number of minutes", 60),
    metavar="MINUTES",
    help="With --wait: follow it no longer; exit 1 when it is not finished then.",
)
_NO_DISPATCH = "Issue {number} has no dispatch; flask delivery send {number} begins one."


@cli.command("send")
@click.argument("number", type=NUMBER)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--wait", is_flag=True, help="Show the progress until a worker is done.")
@_AT_MOST
def send_command(number: int, yes: bool, wait: bool, at_most: int | None) -> None:
    """Send an approved issue to everybody who is confirmed. A running worker does it: flask work.

    Example: flask delivery send 81 --yes --wait
    """
    _refuse_minutes_of_nothing(wait, at_most)
    _refuse_unless_approved(number)
    count = subscribers.reachable_count()
    people = rules.counted(count, "confirmed subscriber")
    if not yes:
        _ask(f"Send issue {number} to {people}?", "Nothing was sent")
    with refusals_told(), unit_of_work():
        service.dispatch(number, actor_id=None)
    click.echo(f"Issue {number} is on its way to {people}.")
    if wait:
        _wait(number, at_most)


def _refuse_minutes_of_nothing(wait: bool, at_most: int | None) -> None:
    if at_most is not None and not wait:
        raise click.UsageError("--at-most belongs to --wait: flask delivery status 81 --wait --at-most 60")


def _refuse_unless_approved(number: int) -> None:
    """Nobody is asked whether to send what cannot be sent; the verb looks again."""
    issue = issues.issue(number)
    if issue is None:
        raise click.ClickException(f"There is no issue {number}.")
    try:
        issue_rules.after("freeze", issue.state, number)
    except issue_rules.Refused as error:
        raise click.ClickException(str(error)) from None


def _ask(question: str, otherwise: str) -> None:
    if not sys.stdin.isatty():
        raise click.ClickException(f"{otherwise}: without a terminal to ask at, say --yes.")
    if not click.confirm(question, err=True):
        raise click.ClickException(f"{otherwise}.")


def _wait(number: int, minutes: int | None) -> None:
    """Follow a dispatch until it stops, or for so many minutes; exit 1 when it is not finished then.

    A bar on a terminal, and in a pipe nothing but what somebody has to know; the counts at the end.
    """
    shown = 0
    status = _status(number)
    ends_at = math.inf if minutes is None else time.monotonic() + 60 * minutes
    hints = _Hints()
    with click.progressbar(
        length=max(status.audience, 1),
        label=f"Issue {number}",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        while status.state in (rules.FREEZING, rules.SENDING) and time.monotonic() < ends_at:
            time.sleep(_LOOK_EVERY_SECONDS)
            # What the worker commits is only seen by a transaction that begins after it.
            db.session.rollback()
            status = _status(number)
            bar.length = max(status.audience, 1)
            bar.update(status.done - shown)
            shown = status.done
            hints.say(status)
    _say(status)
    if status.state != rules.FINISHED:
        sys.exit(1)


class _Hints:
    """What whoever waits has to know, each said once."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._asked_for_worker = False
        self._told_of_put_off = False

    def say(self, status: Status) -> None:
        """Say what there is to say now, on stderr."""
        is_late = not status.done and time.monotonic() - self._began > _HINT_AFTER_SECONDS
        if is_late and not self._asked_for_worker:
            click.echo("Nothing has left yet: is a worker running? flask work starts one.", err=True)
            self._asked_for_worker = True
        # Then it may take hours, in which nothing moves.
        if status.open and status.open == status.counts["deferred"] and not self._told_of_put_off:
            said = outlook.words(dispatch_called(status.number), status)
            if said:
                click.echo(said, err=True)
                self._told_of_put_off = True


@cli.command("status")
@click.argument("number", type=NUMBER, required=False)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.option("--wait", is_flag=True, help="Follow an issue that goes out, until a worker is done.")
@_AT_MOST
def status_command(number: int | None, as_json: bool, wait: bool, at_most: int | None) -> None:
    """When an issue goes out, and how far it is: counts by state, rate and time remaining.

    Without a number: every issue that waits for its hour or is going out.

    Example: flask delivery status 81 --json
    """
    _refuse_minutes_of_nothing(wait, at_most)
    if wait:
        if number is None or as_json:
            raise click.UsageError("--wait follows one issue: flask delivery status 81 --wait")
        dispatch_called(number)
        _wait(number, at_most)
        return
    numbers = _numbers_under_way() if number is None else [number]
    facts = [_standing(each) for each in numbers]
    if as_json:
        found = [_as_data(*each) for each in facts]
        click.echo(json.dumps(found if number is None else found[0]))
        return
    for plan, status in facts:
        if plan is not None and (plan.is_open or status is None):
            _say_plan(plan)
        if status is not None:
            _say(status)
    if not facts:
        click.echo("Nothing is scheduled and nothing is going out.")


def _numbers_under_way() -> list[int]:
    running = [row.issue_number for row in queries.dispatches() if row.state in rules.RUNNING]
    return sorted({*running, *(plan.number for plan in queries.open_plans())})


def _standing(number: int) -> tuple[Plan | None, Status | None]:
    """The newest schedule of an issue and its dispatch; refused where it has neither."""
    plan, row = queries.plan(number), queries.dispatch_of(number)
    if plan is None and row is None:
        raise _nothing_begun(number)
    return plan, queries.status(row) if row is not None else None


def _as_data(plan: Plan | None, status: Status | None) -> dict[str, Any]:
    """What a script is told; `state` is the dispatch's, and null before there is one."""
    data: dict[str, Any] = {"number": plan.number if plan else None, "state": None}
    if status is not None:
        data = asdict(status)
        data["remaining"] = status.remaining.total_seconds() if status.remaining else None
        for name in ("created_at", "started_at", "finished_at", "shrunk_at"):
            data[name] = data[name].isoformat() if data[name] else None
    data["schedule"] = None
    if plan is not None:
        data["schedule"] = asdict(plan)
        for name in ("send_at", "requested_at"):
            data["schedule"][name] = data["schedule"][name].isoformat()
    return data


def _say_plan(plan: Plan) -> None:
    click.echo(f"Issue {plan.number}: {plan.label.lower()}")
    people = rules.counted(plan.recipient_count, "confirmed subscriber")
    click.echo(f"  {plan.when}, that is {plan.when_in_utc}, to {people}")
    if plan.reason:
        click.echo(f"  because: {plan.reason}")


def _say(status: Status) -> None:
    click.echo(f"Issue {status.number}: {rules.DISPATCH_LABELS[status.state].lower()}")
    if status.reason:
        click.echo(f"  because: {status.reason}")
    for state, count in status.counts.items():
        if count:
            click.echo(f"  {count:>9,}  {rules.DELIVERY_LABELS[state].lower()}")
    click.echo(f"  {status.audience:>9,}  in all")
    if status.shrunk_at is not None:
        click.echo(f"  these figures are all that is kept, since {status.shrunk_at:%Y-%m-%d}")
    said = outlook.words(dispatch_called(status.number), status)
    if said:
        click.echo(f"  {said}")


def _changing(
    name: str, verb: Callable[[Dispatch], Any], done: Callable[[int, Any], str], help_text: str
) -> None:
    """Register one of the commands that change a dispatch by its issue's number."""

    @cli.command(name, help=f"{help_text}\n\nExample: flask delivery {name} 81")
    @click.argument("number", type=NUMBER)
    def command(number: int) -> None:
        with refusals_told(), unit_of_work():
            outcome = verb(service.locked(dispatch_called(number).id))
        click.echo(done(number, outcome))


_changing(
    "pause",
    lambda row: service.pause(row, "Somebody at the terminal stopped it for now."),
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
    "retry",
    service.retry,
    rules.tried_again,
    "Try refused and deferred letters again now.",
)


@cli.command("cancel")
@click.argument("number", type=NUMBER)
@click.option("--yes", is_flag=True, help="Do not ask.")
def cancel_command(number: int, yes: bool) -> None:
    """Send nothing more of an issue: whoever it has not gone to does not get it, and nothing undoes that.

    Example: flask delivery cancel 81
    """
    row = dispatch_called(number)
    if row.state in rules.RUNNING and not yes:
        letters = rules.counted(queries.status(row).open, "letter")
        _ask(f"Cancel issue {number} for good, with {letters} not handed over?", "Nothing was cancelled")
    with refusals_told(), unit_of_work():
        service.cancel(service.locked(row.id))
    click.echo(f"Issue {number} is cancelled; nothing more is sent.")


def dispatch_called(number: int) -> Dispatch:
    """The dispatch of an issue; a sentence on stderr and exit 1 where it has none."""
    row = queries.dispatch_of(number)
    if row is None:
        raise _nothing_begun(number)
    return row


def _nothing_begun(number: int) -> click.ClickException:
    """Why there is nothing to follow or to change yet, and what can be done instead."""
    if issues.issue(number) is None:
        return click.ClickException(f"There is no issue {number}.")
    plan = queries.plan(number)
    if plan is not None and plan.is_open:
        return click.ClickException(
            f"Issue {number} has not begun to go out; it does on {plan.when}, unless you say "
            f"flask delivery unschedule {number}."
        )
    return click.ClickException(_NO_DISPATCH.format(number=number))


def _status(number: int) -> Status:
    return queries.status(dispatch_called(number))
