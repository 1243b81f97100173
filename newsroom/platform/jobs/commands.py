"""`flask work`: the worker at the terminal."""

import logging

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from newsroom.platform.db import db
from newsroom.platform.jobs.models import Job
from newsroom.platform.jobs.worker import run_worker
from newsroom.platform.settings import Settings, current

log = logging.getLogger(__name__)


@click.command("work", epilog="Example: flask work --drain")
@click.option("--drain", is_flag=True, help="Stop when nothing is left that can be done now.")
@with_appcontext
def work(drain: bool) -> None:
    """Send letters and issues, keep schedules and do jobs, until Ctrl-C.

    Any number of workers may run side by side. With --drain the exit code is 1 when something failed; it
    stays in its place and is tried again by the next worker.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    promised = _not_kept(current())
    if promised:
        log.warning(promised)
    # Without its tables the worker would only fill the log; this fails with a sentence instead.
    db.session.execute(select(Job.id).limit(1))
    db.session.remove()
    went_well = run_worker(current_app._get_current_object(), drain)  # type: ignore[attr-defined]
    if drain and not went_well:
        raise click.ClickException("Some work failed and is kept for another try; the log above says why.")


def _not_kept(settings: Settings) -> str:
    """What the settings ask for and this version does not do, in one line; empty when there is nothing."""
    found = []
    if settings.mail_connections > 1:
        found.append(
            f"NEWSROOM_MAIL_CONNECTIONS is {settings.mail_connections}, but a worker sends over one "
            "connection: start more workers to send over more."
        )
    if settings.broker_url:
        found.append(
            "NEWSROOM_BROKER_URL is set, but this version speaks to no broker: "
            "the worker finds its work in the database."
        )
    return " ".join(found)
