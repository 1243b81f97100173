"""`flask delivery report` and `send-again`: what became of the letters, and whom nobody can know about."""

from __future__ import annotations

import csv
import sys

import click

from newsroom.delivery import figures, queries, rules, service
from newsroom.delivery.commands.group import NUMBER, cli, refusals_told
from newsroom.delivery.commands.sending import dispatch_called
from newsroom.delivery.models import Dispatch
from newsroom.platform import tables
from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_line
from newsroom.subscribers import queries as subscribers

_UNCERTAIN = "uncertain"


@cli.command("report")
@click.argument("number", type=NUMBER)
@click.option("--csv", "as_csv", is_flag=True, help="As a table for a spreadsheet.")
def report_command(number: int, as_csv: bool) -> None:
    """What became of an issue's letters: refused and why, what came back, who left because of it.

    Example: flask delivery report 81 --csv > report-81.csv
    """
    row = dispatch_called(number)
    found = figures.report(row)
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(figures.COLUMNS)
        writer.writerows([tables.harmless(str(cell)) for cell in row] for row in figures.as_rows(found))
        return
    click.echo(f"Issue {number}: {found.audience:,} in the audience")
    if found.shrunk_at is not None:
        click.echo(queries.shrunk(row))
    for chapter in found.chapters:
        click.echo(f"\n{chapter.title}")
        for figure in chapter.figures:
            click.echo(f"  {figure.count:>9,}  {figure.per_cent:>12}  {figure.label}")


@cli.command("send-again")
@click.argument("number", type=NUMBER)
@click.argument("emails", metavar="[EMAIL]...", nargs=-1)
def send_again_command(number: int, emails: tuple[str, ...]) -> None:
    """Send once more to people whose letter is uncertain; without an address, say who they are.

    The worker died, or the connection broke, when a whole letter had left and no answer had come: they have
    it already or they do not, and a person decides.

    Example: flask delivery send-again 81 rhona@reader.example
    """
    row = dispatch_called(number)
    if not emails:
        if row.shrunk_at is not None:
            raise click.ClickException(queries.shrunk(row))
        _name_the_uncertain(row.id)
        return
    with refusals_told(), unit_of_work():
        written_to = [_send_again(service.locked(row.id), email) for email in dict.fromkeys(emails)]
    for email in written_to:
        click.echo(f"{email} is written to once more.")


def _send_again(row: Dispatch, email: str) -> str:
    """To one of several, all of whom are written to or none; gives their address as it is on the list."""
    subscriber = subscribers.by_email(email)
    if subscriber is None:
        raise click.ClickException(f"{clean_line(email)} is not on the list of subscribers.")
    try:
        service.send_again(row, subscriber.id)
    except rules.Refused as error:
        raise click.ClickException(f"{subscriber.email}: {error}") from None
    return subscriber.email


def _name_the_uncertain(dispatch_id: int) -> None:
    ids = queries.subscribers_in_state(dispatch_id, _UNCERTAIN)
    addresses = subscribers.addresses_of(ids)
    for number in ids:
        click.echo(addresses.get(number, "(erased since)"))
    if not ids:
        click.echo("No letter of this issue is uncertain.", err=True)
