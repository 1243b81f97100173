"""`flask work`: the worker at the terminal."""

import logging

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from newsroom.platform.db import be_a_worker, db
from newsroom.platform.jobs import distributed
from newsroom.platform.jobs.models import Job
from newsroom.platform.jobs.worker import run_worker
from newsroom.platform.settings import current


@click.command("work", epilog="Example: flask work --drain")
@click.option("--drain", is_flag=True, help="Stop when nothing is left that can be done now.")
@with_appcontext
def work(drain: bool) -> None:
    """Send letters and issues, keep schedules and do jobs, until Ctrl-C.

    Any number of workers may run side by side, on as many machines as reach the database; where
    NEWSROOM_BROKER_URL is set they are woken by RabbitMQ. With --drain a worker looks for its work by
    itself, and its exit code is 1 when something failed, which is kept for the next worker to try again.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    be_a_worker(app)
    # Without its tables the worker would only fill the log; this fails with a sentence instead.
    db.session.execute(select(Job.id).limit(1))
    db.session.remove()
    broker_url = current().broker_url
    if broker_url and not drain:
        distributed.run_worker(app, broker_url)
        return
    if not run_worker(app, drain) and drain:
        raise click.ClickException("Some work failed and is kept for another try; the log above says why.")
