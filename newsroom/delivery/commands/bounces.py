"""`flask delivery bounces`: reads bounce messages from where a mail server left them; removes nothing."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import click

from newsroom.delivery import rules, service
from newsroom.delivery.commands.group import cli
from newsroom.delivery.reports import LONGEST, parse
from newsroom.platform.db import unit_of_work
from newsroom.platform.settings import current


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
