"""`flask publication`: the first settings of a new publication, and its standing blocks, from files."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from newsroom.platform import addresses
from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_line, clean_text
from newsroom.publication import rules, service
from newsroom.publication.rules import BlockFileRefused, WrittenBlock
from newsroom.publication.service import PublicationSettings

cli = AppGroup("publication", help="The publication's first settings, and its standing blocks.")


@cli.command(
    "set-up",
    epilog="Example: flask publication set-up --name 'The Service Bell' --sender bell@service-bell.example",
)
@click.option("--name", required=True, help="As it stands in the masthead.")
@click.option("--sender", required=True, help="The address its letters come from.")
@click.option("--time-zone", default="Europe/London", show_default=True, help="An IANA name.")
@click.option("--language", default="en-GB", show_default=True, help="A BCP 47 tag.")
def set_up(name: str, sender: str, time_zone: str, language: str) -> None:
    """Give a new publication its first settings; the rest is edited at /desk/settings.

    Settings that are there already stay as they are, with exit code 1.
    """
    settings = _checked(clean_line(name), sender, time_zone, language)
    with unit_of_work():
        is_new = service.set_up(settings)
    if not is_new:
        raise click.ClickException(
            "The publication is set up already: change its settings at /desk/settings."
        )
    click.echo(f"{settings.name} is set up. Add its postal address at /desk/settings before the first issue.")


@cli.command("load-blocks", epilog="Example: flask publication load-blocks content/standing")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def load_blocks(folder: Path) -> None:
    """Read standing blocks from Markdown files named after them, such as about.md. All or none.

    A block that says the same already gets no new version.
    """
    paths = sorted(folder.glob("*.md"))
    if not paths:
        raise click.ClickException(f"{folder} holds no file that ends in .md.")
    read = [(path.stem, _read(path)) for path in paths]
    with unit_of_work():
        for key, block in read:
            service.save_block(key, block.title, block.body)
    click.echo(f"{len(read)} standing blocks read.")


def _checked(name: str, sender: str, time_zone: str, language: str) -> PublicationSettings:
    zone, tag = rules.time_zone(time_zone), rules.language_tag(language)
    if not name or len(name) > 120:
        raise click.ClickException("A publication needs a name of 120 characters at most.")
    if zone is None:
        raise click.ClickException(f"{time_zone} is no time zone: write one such as Europe/London.")
    if tag is None:
        raise click.ClickException(f"{language} is no language tag: write one such as en-GB.")
    try:
        address = addresses.parse(sender)
    except addresses.NoAddress as problem:
        raise click.ClickException(f"--sender: {problem}") from None
    return PublicationSettings(name=name, sender_address=address.email, time_zone=zone, language=tag)


def _read(path: Path) -> WrittenBlock:
    if not rules.is_block_key(path.stem):
        raise click.ClickException(f"{path}: name the file in lower case with hyphens, such as about.md.")
    try:
        return rules.read_block_file(clean_text(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError:
        raise click.ClickException(f"{path}:1: This is not UTF-8: save the file again in UTF-8.") from None
    except OSError as problem:
        raise click.ClickException(f"{path} cannot be read: {problem.strerror}.") from None
    except BlockFileRefused as problem:
        raise click.ClickException(f"{path}:{problem.line}: {problem}") from None
