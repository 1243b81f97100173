"""A house with a mail server, workers that may die, and what became of it all in a table."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.delivery import stage
from tests.faults.campaign import SEED, Campaign
from tests.faults.reckoning import Reckoning
from tests.mailserver import MailServer

_PROPERTY = "reckoning"
_LINE = "{:<66} {:>6} {:>8} {:>10} {:>11}"


@pytest.fixture
def environment(environment: dict[str, str], smtp: MailServer) -> dict[str, str]:
    return {**environment, **smtp.settings()}


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[Reckoning], None]:
    """Keep what a campaign came to for the table at the end."""
    return lambda found: record_property(_PROPERTY, asdict(found))


@pytest.fixture
def start_campaign(
    environment: dict[str, str], smtp: MailServer, tmp_path: Path, report: Callable[[Reckoning], None]
) -> Iterator[Callable[[Flask], Campaign]]:
    """Give a function that lets a campaign begin in an application of the test's own."""
    begun: list[Campaign] = []

    def start(app: Flask) -> Campaign:
        settings = app.extensions["newsroom.settings"]
        own = {"NEWSROOM_DATABASE_URL": settings.database_url, "NEWSROOM_INSTANCE": str(settings.instance)}
        begun.append(Campaign(app, {**environment, **own}, smtp, tmp_path / "workers.log", report))
        stage.set_up()
        return begun[-1]

    yield start
    for campaign in begun:
        campaign.stop()


@pytest.fixture
def campaign(db_app: Flask, start_campaign: Callable[[Flask], Campaign]) -> Campaign:
    return start_campaign(db_app)


def pytest_report_header(config: pytest.Config) -> str:
    return f"FAULTS_SEED={SEED}" if config.getoption("--faults") else ""


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.getoption("--faults"):
        return
    found = [
        (report.nodeid.rpartition("::")[2], value)
        for outcome in ("passed", "failed", "rerun")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if name == _PROPERTY and report.when == "call"
    ]
    terminalreporter.write_sep("=", f"fault campaign, FAULTS_SEED={SEED}")
    terminalreporter.write_line(_LINE.format("", "kills", "letters", "uncertain", "duplicates"))
    for name, value in found:
        terminalreporter.write_line(_line(name, [value]))
    terminalreporter.write_line(_line("all", [value for _, value in found]))


def _line(name: str, values: list[dict[str, Any]]) -> str:
    uncertain = sum(value["states"].get("uncertain", 0) for value in values)
    kills, letters, duplicates = (
        sum(value[column] for value in values) for column in ("kills", "letters", "duplicates")
    )
    return _LINE.format(name[:66], kills, letters, uncertain, duplicates)
