"""`flask delivery bounces`: reads what came back, from where a mail server left it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import click

from newsroom.delivery import collecting
from newsroom.delivery.collecting import Judged
from newsroom.delivery.commands.group import cli
from newsroom.delivery.mailboxes import ASIDE, MailboxTrouble, messages, shown, take_over
from newsroom.platform.settings import current

TAKEN_OVER = "bounces"
"""The Maildir in the instance folder into which an mbox is emptied."""


@cli.command("bounces")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--collect", "removes", is_flag=True, help="Remove what was dealt with; put aside what nobody can read."
)
@click.option("--json", "as_json", is_flag=True, help="For a script: how many of what, and nothing else.")
def bounces_command(paths: tuple[Path, ...], removes: bool, as_json: bool) -> None:
    """Read bounces and complaints from a Maildir, an mbox or .eml files; without --collect they stay there.

    Without a path it reads NEWSROOM_BOUNCE_MAILDIR.

    Example: flask delivery bounces --collect /var/mail/bounces
    """
    if not collecting.is_set_up():
        raise click.ClickException(collecting.NOT_SET_UP)
    tally = _Tally(silent=as_json)
    try:
        for path in paths or _settled():
            if removes:
                collecting.collect(_emptied(path), tally.add)
            else:
                for message in messages(path):
                    tally.add(message.name, collecting.take_in(message))
    except MailboxTrouble as trouble:
        raise click.ClickException(str(trouble)) from None
    finally:
        tally.sum_up(as_json, removes)
    if tally.has_failed:
        sys.exit(1)


class _Tally:
    """What was read, said line by line and summed up."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._count: Counter[str] = Counter()
        self._kept_count = 0

    def add(self, name: str, judged: Judged) -> None:
        self._count[judged.what] += 1
        self._kept_count += judged.is_kept
        if not self._silent:
            click.echo(f"{name}: {judged.sentence}")

    @property
    def has_failed(self) -> bool:
        """Whether a message could not be taken in and waits for the next time."""
        return self._count["failed"] > 0

    def sum_up(self, as_json: bool, removes: bool) -> None:
        if as_json:
            click.echo(json.dumps({**self._count, "messages": self._count.total(), "kept": self._kept_count}))
            return
        parts = ", ".join(f"{number} {what}" for what, number in sorted(self._count.items()))
        count = self._count.total()
        read = "1 message read" if count == 1 else f"{count} messages read"
        click.echo(f"{read}{': ' if parts else ''}{parts}.", err=True)
        if self._kept_count and removes:
            click.echo(f"{self._kept_count} put aside in the folder {ASIDE}: look at them there.", err=True)


def _settled() -> tuple[Path]:
    folder = current().bounce_maildir
    if folder is None:
        raise click.UsageError("Name a Maildir, an mbox or .eml files, or set NEWSROOM_BOUNCE_MAILDIR.")
    return (folder,)


def _emptied(path: Path) -> Path:
    """The Maildir to collect from: the path itself, or the one into which an mbox was emptied."""
    if path.suffix == ".eml" and path.is_file():
        raise click.ClickException(
            f"{shown(path)} is a single message, which --collect does not remove: read it without --collect."
        )
    if path.is_dir():
        return path
    folder = current().instance / TAKEN_OVER
    take_over(path, folder)
    return folder
