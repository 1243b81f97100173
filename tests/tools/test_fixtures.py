"""The fixtures themselves: a fresh database each, no network but the loopback, a real browser."""

import socket
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import inspect, select, text
from time_machine import Traveller

from newsroom.accounts import queries
from newsroom.accounts import service as staff
from newsroom.accounts.models import AuditEntry
from newsroom.accounts.rules import Role
from newsroom.platform.clock import now
from newsroom.platform.db import db, unit_of_work
from tests.site import LiveSite


def test_the_database_has_the_tables_and_no_rows(db_app: Flask) -> None:
    tables = inspect(db.engine).get_table_names()
    assert set(db.metadata.tables) <= set(tables)
    for table in db.metadata.tables:
        assert db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def _hire_one() -> None:
    with unit_of_work():
        staff.add("ines@service-bell.example", "Ines Carvell", [Role.EDITOR])


@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_prepared_is_there_each_time_and_nothing_that_another_test_did(
    db_app: Flask, clock: Traveller, furnish: Callable[..., None], turn: int
) -> None:
    furnish(db_app, _hire_one)
    assert queries.staff_count() == 1
    assert db.session.scalars(select(AuditEntry.at)).one() < now()
    with unit_of_work():
        staff.add(f"piet{turn}@service-bell.example", "Piet Halden", [Role.PUBLISHER])
    assert queries.staff_count() == 2


def test_nothing_that_a_test_did_is_lost_to_what_is_prepared(
    app: Flask, furnish: Callable[..., None]
) -> None:
    _hire_one()
    with pytest.raises(AssertionError, match="before anybody does anything"):
        furnish(app, _hire_one)


def test_the_network_is_off_but_for_the_loopback() -> None:
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 25))


def test_a_request_does_not_share_the_tests_own_context(app: Flask, client: FlaskClient) -> None:
    from flask import g

    g.left_by_the_test = True

    @app.get("/shared")
    def shared() -> dict[str, bool]:
        return {"shared": "left_by_the_test" in g}

    assert client.get("/shared").json == {"shared": False}


@pytest.mark.browser
@pytest.mark.smtp
def test_a_browser_reaches_the_live_site_and_a_terminal_beside_it_works(
    live_site: LiveSite, page: Page
) -> None:
    answer = page.goto(f"{live_site.address}/sign-in")
    assert answer
    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert live_site.flask("work", "--drain").returncode == 0


@pytest.mark.browser
def test_the_browser_is_the_machines_own(page: Page) -> None:
    page.set_content("<title>Here</title>")
    assert page.title() == "Here"
