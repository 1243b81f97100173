"""`flask delivery schedule` and `unschedule`: the hour at which an issue goes out by itself."""

from __future__ import annotations

import sys

import click

from newsroom.delivery import rules, service, timing
from newsroom.delivery.commands.group import NUMBER, cli, refusals_told
from newsroom.delivery.desk.stopping import stop_the_presses
from newsroom.delivery.timing import Moment, NotATime
from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.publication.queries import publication
from newsroom.publication.rules import time_zone
from newsroom.subscribers import queries as subscribers

_FIRST = "That hour comes twice that day; this is the first of the two. --second means the other one."
_SECOND = "That hour comes twice that day; this is the second of the two."


@cli.command("schedule")
@click.argument("number", type=NUMBER)
@click.option("--at", "at", required=True, metavar="'YYYY-MM-DD HH:MM'", help="Day and hour.")
@click.option("--zone", default="", help="The IANA zone of that hour; else the publication's.")
@click.option("--second", is_flag=True, help="The second one, where clocks go back and the hour comes twice.")
@click.option("--yes", is_flag=True, help="Do not ask, not even about a day more than a year ahead.")
def schedule_command(number: int, at: str, zone: str, second: bool, yes: bool) -> None:
    """Let an approved issue go out at an hour. A running worker does it: flask work.

    Example: flask delivery schedule 81 --at "2026-11-24 09:00" --zone Europe/Lisbon
    """
    moment = _moment(at, zone, second)
    if moment.is_far and not yes:
        _ask_about(moment)
    with refusals_told(), unit_of_work():
        service.schedule(number, moment, actor_id=None)
    people = rules.counted(subscribers.reachable_count(), "confirmed subscriber")
    click.echo(f"Issue {number} goes out on {timing.words(moment.at, moment.zone)} to {people}.")
    click.echo(f"That is {timing.words_in_utc(moment.at, moment.zone)}.")
    if moment.twin is not None:
        click.echo(_SECOND if moment.is_second else _FIRST)


def _moment(at: str, typed_zone: str, second: bool) -> Moment:
    zone = time_zone(typed_zone) if typed_zone else publication().time_zone
    if zone is None:
        raise click.ClickException(f"{typed_zone} is no time zone: write one such as Europe/Lisbon.")
    day, _, hour = " ".join(at.replace("T", " ").split()).partition(" ")
    try:
        return timing.chosen(timing.read_day(day), timing.read_hour(hour), zone, clock.now(), second=second)
    except NotATime as refusal:
        raise click.ClickException(str(refusal)) from None


def _ask_about(moment: Moment) -> None:
    question = f"{timing.words(moment.at, moment.zone)} is more than a year ahead. Is the year right?"
    if not sys.stdin.isatty():
        raise click.ClickException(f"{question} Nothing was scheduled: say --yes if it is.")
    if not click.confirm(question, err=True):
        raise click.ClickException("Nothing was scheduled.")


@cli.command("unschedule")
@click.argument("number", type=NUMBER)
def unschedule_command(number: int) -> None:
    """Stop an issue before its first letter: its schedule, or a dispatch whose audience is being counted.

    Example: flask delivery unschedule 81
    """
    with refusals_told():
        click.echo(stop_the_presses(number))
