"""`flask staff`: who works here, from the terminal. The only way to make the first administrator."""

import json
import sys

import click
from flask.cli import AppGroup

from newsroom.accounts import queries, service
from newsroom.accounts.models import Staff
from newsroom.accounts.rules import Role
from newsroom.accounts.service import Refused
from newsroom.platform.db import unit_of_work

cli = AppGroup("staff", help="Who works here and what they may do.")

_ROLE = click.Choice([role.value for role in Role])


@cli.command(
    "add", epilog="Example: flask staff add ines@service-bell.example --role editor --name 'Ines Carvell'"
)
@click.argument("email")
@click.option("--role", "roles", type=_ROLE, multiple=True, required=True, help="May be given several times.")
@click.option("--name", default="", help="As it is shown; made from the address unless given.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
def add(email: str, roles: tuple[str, ...], name: str, password_stdin: bool) -> None:
    """Add somebody to the staff. The first one ever holds all roles.

    Without --password-stdin it writes an invitation letter and prints the link in it, which sets the password
    once within seven days.
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    link = ""
    try:
        with unit_of_work():
            staff = service.add(email, name, [Role(role) for role in roles], password)
            if password is None:
                link = service.invite(staff)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{staff.label} was added as {', '.join(sorted(staff.roles))}.")
    if link:
        click.echo(f"They set their password here, once, within seven days: {link}")


@cli.command(
    "role", epilog="Example: flask staff role ines@service-bell.example --add publisher --remove editor"
)
@click.argument("email")
@click.option("--add", "added", type=_ROLE, multiple=True, help="A role to give.")
@click.option("--remove", "removed", type=_ROLE, multiple=True, help="A role to take away.")
def role(email: str, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Give somebody roles, or take some away."""
    if not added and not removed:
        raise click.UsageError("Say what changes: --add ROLE, --remove ROLE, or both.")
    staff = _member(email)
    try:
        with unit_of_work():
            service.change_roles(staff, (staff.roles | set(map(Role, added))) - set(map(Role, removed)))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{staff.label} is {', '.join(sorted(staff.roles))}.")


@cli.command("deactivate", epilog="Example: flask staff deactivate piet@service-bell.example")
@click.argument("email")
def deactivate(email: str) -> None:
    """End somebody's access at once, in every browser. Their name stays in the audit log."""
    staff = _member(email)
    try:
        with unit_of_work():
            service.deactivate(staff)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{staff.label} can no longer sign in.")


@cli.command("reactivate", epilog="Example: flask staff reactivate piet@service-bell.example")
@click.argument("email")
def reactivate(email: str) -> None:
    """Let somebody in again, with the password they had."""
    staff = _member(email)
    with unit_of_work():
        service.reactivate(staff)
    click.echo(f"{staff.label} can sign in again.")


@cli.command("invite", epilog="Example: flask staff invite piet@service-bell.example")
@click.argument("email")
def invite(email: str) -> None:
    """Write somebody a letter with a link that sets their password, and print the link."""
    staff = _member(email)
    try:
        with unit_of_work():
            link = service.invite(staff)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{staff.label} sets a password here, once, within seven days: {link}")


@cli.command("list", epilog="Example: flask staff list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for scripts.")
def list_staff(as_json: bool) -> None:
    """Show everybody who works here, or did."""
    staff = queries.all_staff()
    if as_json:
        click.echo(json.dumps([_as_json(person) for person in staff], ensure_ascii=False, indent=2))
        return
    for person in staff:
        state = "" if person.active else "  (deactivated)"
        click.echo(f"{person.email}  {person.name}  {', '.join(sorted(person.roles))}{state}")


def _as_json(person: Staff) -> dict[str, object]:
    return {
        "email": person.email,
        "name": person.name,
        "roles": sorted(person.roles),
        "active": person.active,
        "signed_in_at": person.signed_in_at.isoformat() if person.signed_in_at else None,
    }


def _member(email: str) -> Staff:
    staff = queries.by_email(email)
    if staff is None:
        raise click.ClickException(f"Nobody on the staff has the address {email}: see `flask staff list`.")
    return staff
