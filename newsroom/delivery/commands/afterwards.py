"""`flask delivery report` and `send-again`: what became of the letters, and whom nobody can know about."""

from __future__ import annotations

import csv
import sys

import click

from newsroom.delivery import figures, queries, service
from newsroom.delivery.commands.group import NUMBER, cli, refusals_told
from newsroom.delivery.commands.sending import dispatch_called
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
    found = figures.report(dispatch_called(number))
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(figures.COLUMNS)
        writer.writerows([tables.harmless(str(cell)) for cell in row] for row in figures.as_rows(found))
        return
    click.echo(f"Issue {number}: {found.audience:,} in the audience")
    for chapter in found.chapters:
        click.echo(f"\n{chapter.title}")
        for figure in chapter.figures:
            click.echo(f"  {figure.count:>9,}  {figure.per_cent:>12}  {figure.label}")


@cli.command("send-again")
@click.argument("number", type=NUMBER)
@click.argument("email", required=False)
def send_again_command(number: int, email: str | None) -> None:
    """Send once more to somebody whose letter is uncertain; without an address, say who they are.

    The worker died, or the connection broke, when a whole letter had left and no answer had come: they have
    it already or they do not, and a person decides.

    Example: flask delivery send-again 81 rhona@reader.example
    """
    row = dispatch_called(number)
    if email is None:
        _name_the_uncertain(row.id)
        return
    subscriber = subscribers.by_email(email)
    if subscriber is None:
        raise click.ClickException(f"{clean_line(email)} is not on the list of subscribers.")
    with refusals_told(), unit_of_work():
        service.send_again(service.locked(row.id), subscriber.id)
    click.echo(f"{subscriber.email} is written to once more.")


def _name_the_uncertain(dispatch_id: int) -> None:
    ids = queries.subscribers_in_state(dispatch_id, _UNCERTAIN)
    addresses = subscribers.addresses_of(ids)
    for number in ids:
        click.echo(addresses.get(number, "(erased since)"))
    if not ids:
        click.echo("No letter of this issue is uncertain.", err=True)
