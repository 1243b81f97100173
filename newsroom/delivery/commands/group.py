"""The one group of `flask delivery …`, and what its commands share: the number, and refusals as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from newsroom.delivery import rules
from newsroom.issues import rules as issue_rules
from newsroom.issues import service as issues_service
from newsroom.platform.commands import Number

cli = AppGroup(
    "delivery",
    help="Sending issues: send, schedule, status, pause, resume, cancel, retry, send-again, report, bounces.",
)

NUMBER = Number("issue number", 81)


@contextmanager
def refusals_told() -> Iterator[None]:
    """A refusal is a sentence on stderr and exit 1; what blocks an issue comes before it, a line each."""
    try:
        yield
    except issues_service.Blocked as error:
        for finding in error.findings:
            click.echo(f"{finding.severity} {finding.code} {finding.where}: {finding.sentence}", err=True)
        raise click.ClickException(str(error)) from None
    except (rules.Refused, issue_rules.Refused) as error:
        raise click.ClickException(str(error)) from None
