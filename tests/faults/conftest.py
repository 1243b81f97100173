"""A house with a mail server, and workers that may die."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.delivery import stage
from tests.faults.campaign import Campaign
from tests.mailserver import MailServer


@pytest.fixture
def environment(environment: dict[str, str], smtp: MailServer) -> dict[str, str]:
    return {**environment, **smtp.settings(), "NEWSROOM_MAIL_CONNECTIONS": "1"}


@pytest.fixture
def campaign(
    db_app: Flask, environment: dict[str, str], smtp: MailServer, tmp_path: Path
) -> Iterator[Campaign]:
    url = db_app.extensions["newsroom.settings"].database_url
    under_way = Campaign(
        db_app, {**environment, "NEWSROOM_DATABASE_URL": url}, smtp, tmp_path / "workers.log"
    )
    stage.set_up()
    yield under_way
    under_way.stop()
