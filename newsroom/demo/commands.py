"""Doors for the terminal: `flask demo fill` and `flask demo show`. They refuse outside development."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade

from newsroom.accounts import queries as accounts
from newsroom.demo import sample
from newsroom.demo.show import show
from newsroom.issues.queries import base_url
from newsroom.platform.jobs import run_worker
from newsroom.platform.settings import Settings, current

cli = AppGroup("demo", help="Sample content and the demonstration; development only.")


@cli.command("fill")
def fill_command() -> None:
    """Put the sample publication into an empty database; a database with somebody on its staff is left alone.

    Example: flask demo fill
    """
    _refuse_outside_development()
    if sample.fill():
        click.echo("The sample publication is in place: two sent issues, one in preparation, six stories.")
    if accounts.authenticated(sample.EDITOR, sample.PASSWORD):
        click.echo(f"Sign in at {base_url()}/sign-in as {sample.EDITOR}, password: {sample.PASSWORD}")


@cli.command("show")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
def show_command(target: Path) -> None:
    """Play the main job through in a scratch database and write the editions and letters into a folder.

    Example: flask demo show demo
    """
    _refuse_outside_development()
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(
            f"{target} cannot be made ({error.strerror}); name another folder."
        ) from None
    with tempfile.TemporaryDirectory(prefix="newsroom-demo-") as scratch:
        app = _scratch_app(Path(scratch))
        with app.app_context():
            upgrade()
            written = show(target, _worker_of(app), click.echo)
    click.echo(f"Written to {target.resolve()}:")
    for path in written:
        click.echo(f"  {path.relative_to(target)}")


def _scratch_app(scratch: Path) -> Flask:
    """The same application on a database, an outbox and a secret of its own, which go when it ends."""
    settings = Settings(
        env="development",
        instance=scratch,
        database_url=f"sqlite:///{scratch / 'demo.db'}",
        secret_key="only for the minute that the demonstration takes",  # noqa: S106
        base_url="https://service-bell.example",
        mail_transport="folder",
    )
    factory: Callable[[Settings], Flask] = current_app.extensions["newsroom.factory"]
    return factory(settings)


def _worker_of(app: Flask) -> Callable[[], None]:
    def work() -> None:
        run_worker(app, drain=True)

    return work


def _refuse_outside_development() -> None:
    if current().production:
        raise click.ClickException(
            "Sample content is for development only; set NEWSROOM_ENV=development if this is a place to play."
        )


def register(app: Flask, factory: Any) -> None:
    """Give the application these commands; `factory` makes another application for the demonstration."""
    app.extensions["newsroom.factory"] = factory
    app.cli.add_command(cli)
