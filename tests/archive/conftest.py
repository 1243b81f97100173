"""The press: a publication with issues 79 and 80 sent and 81 in preparation, as its readers see it."""

from collections.abc import Callable

import pytest
from flask import Flask
from time_machine import Traveller

from tests.archive import press

Furnish = Callable[[Flask, Callable[[], None]], None]


@pytest.fixture
def printed(app: Flask, clock: Traveller, furnish: Furnish) -> Flask:
    """On SQLite."""
    furnish(app, press.print_issues)
    return app


@pytest.fixture
def db_printed(db_app: Flask, clock: Traveller, furnish: Furnish) -> Flask:
    """Once on SQLite and once on PostgreSQL."""
    furnish(db_app, press.print_issues)
    return db_app
