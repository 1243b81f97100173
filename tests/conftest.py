"""What every test can ask for. Features add their own fixtures in tests/<feature>/conftest.py."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect

from newsroom.accounts import passwords
from newsroom.platform import shared_clock
from tests import chance, compiled, parts, postgres
from tests.mailserver import MailServer
from tests.waiting import LONG_SECONDS

pytest.register_assert_rewrite(
    "tests.cast",
    "tests.webpage",
    # Tests of other folders use these as well, and may be collected first.
    *(
        f"tests.journeys.{name}"
        for name in ("accessible", "hands", "keyboard", "mailbox", "redaction", "story")
    ),
)
compiled.share_addresses()

chance.register()

# Chromium started by root has no sandbox; the rest keeps it from looking for a network.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Milliseconds that only a hang takes; Playwright's own five seconds pass on a machine that is busy.
BROWSER_PATIENCE = LONG_SECONDS * 1000
# What these tests rest on is more than our own code in one process, so they have one second try.
SHAKY_MARKERS = ("browser", "smtp", "postfix", "processes", "faults")
# In the order in which they run, before all others.
LONG_MARKERS = ("faults", "processes", "browser", "postfix", "smtp", "hypothesis")
GOLDEN_FOLDER = Path(__file__).parent / "golden"


# What this machine lacks


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write tests/golden anew instead of comparing"
    )
    parser.addoption("--faults", action="store_true", help="run the long fault campaign too")
    parser.addoption("--submissions", type=int, default=300, help="how many submissions to make from chance")


def pytest_configure(config: pytest.Config) -> None:
    # Nothing that is read while tests are collected is thrown away before the end: a quarter of the time.
    gc.disable()
    # The process that owns the run makes and removes the shared folder; those of pytest-xdist inherit it.
    if not hasattr(config, "workerinput"):
        postgres.prepare_folder()
        config.add_cleanup(postgres.stop_and_remove)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Deselected and not skipped: the long campaign is a choice, not something that this machine lacks.
    long = (
        [] if config.getoption("--faults") else [item for item in items if item.get_closest_marker("faults")]
    )
    config.hook.pytest_deselected(items=long)
    left_out = set(long)
    items[:] = sorted((item for item in items if item not in left_out), key=_turn)
    for item in items:
        if any(item.get_closest_marker(name) for name in SHAKY_MARKERS):
            # A broken promise of the ledger is no accident of a busy machine, however rarely it comes.
            item.add_marker(pytest.mark.flaky(reruns=1, rerun_except=["PromiseBroken"]))


def _turn(item: pytest.Item) -> int:
    """Say when a test runs: what takes long comes first, so that no process is still at it at the end.

    It also keeps the running sites and the browser to as few processes as possible.
    """
    for turn, name in enumerate(LONG_MARKERS):
        if item.get_closest_marker(name):
            return turn
    return len(LONG_MARKERS)


def pytest_collection_finish() -> None:
    # Thousands of tests stay until the end: looking through them again and again for what could be thrown
    # away takes a sixth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if getattr(item, "execution_count", 1) > 1:
        _forget_failed_fixtures(item)
    parts.settle_missing(mark.name for mark in item.iter_markers())


def _forget_failed_fixtures(item: pytest.Item) -> None:
    """pytest-rerunfailures forgets that a fixture failed, but not what should end it; pytest minds that."""
    for definitions in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined]
        for definition in definitions:
            if definition.cached_result is None:
                definition._finalizers.clear()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_sep("_", f"Why {report.nodeid} needed a second try")
        terminalreporter.write_line(report.longreprtext)
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    line = parts.closing_line(reasons)
    if line:
        terminalreporter.write_line(line, yellow=True)


# Time


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real argon2, but without the memory and time that make it strong: thousands of sign-ins happen here."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._decoy.cache_clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """The time of the sample publication: a Tuesday morning between issue 80 and issue 81. Goes on ticking.

    `clock.shift(timedelta(days=1))` and `clock.move_to(...)` travel. A database's own clock cannot, and
    is not asked.
    """
    monkeypatch.setattr(shared_clock, "_is_of_one_machine", lambda: True)
    with time_machine.travel(datetime(2026, 11, 24, 9, 0, tzinfo=UTC), tick=True) as traveller:
        yield traveller


# The application


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from tests.databases import SqliteTemplate

    return SqliteTemplate(tmp_path_factory.mktemp("schema"))


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from tests.databases import PostgresTemplate

    template = PostgresTemplate(tmp_path_factory.mktemp("schema"))
    yield template
    template.drop()


@pytest.fixture(scope="session")
def furnish(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any
) -> Callable[..., None]:
    """Give a function that does in an application what a set-up does: `furnish(app, set_up)`.

    The set-up itself runs once per test process and database, half an hour before `clock` opens; after that
    its result is copied.  Whatever depends on the time of the test or on its settings does not belong in it.
    """
    from tests.databases import Prepared

    ready: dict[Callable[[], object], Prepared] = {}

    def put(app: Flask, set_up: Callable[[], object]) -> None:
        if set_up not in ready:
            ready[set_up] = Prepared(
                set_up,
                tmp_path_factory.mktemp("prepared"),
                sqlite_template,
                lambda: request.getfixturevalue("postgres_template"),
            )
        ready[set_up].put_into(app)

    return put


@pytest.fixture
def environment(tmp_path: Path, sqlite_template: Any) -> dict[str, str]:
    """The settings of this test as an environment, with an empty database behind them."""
    from tests.databases import environment_for

    instance = tmp_path / "instance"
    return environment_for(instance, NEWSROOM_DATABASE_URL=sqlite_template.copy_to(instance))


@pytest.fixture
def settings(environment: dict[str, str]) -> Any:
    """The parsed settings of this test. Override `environment` in a test module to change one."""
    from newsroom.platform.settings import load

    return load(environment)


@pytest.fixture
def app(settings: Any) -> Iterator[Flask]:
    """The application on an empty SQLite database of its own, with a context open for verbs and queries."""
    yield from _running(settings)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def db_app(request: pytest.FixtureRequest, environment: dict[str, str]) -> Iterator[Flask]:
    """The application once on SQLite and once on PostgreSQL: for whatever touches SQL."""
    from newsroom.platform.settings import load

    if request.param == "sqlite":
        yield from _running(load(environment))
        return
    with request.getfixturevalue("postgres_template").borrow() as url:
        yield from _running(load({**environment, "NEWSROOM_DATABASE_URL": url}))


def _running(settings: Any) -> Iterator[Flask]:
    from newsroom.factory import create_app
    from newsroom.platform.db import db
    from tests.isolation import IsolatedClient

    app = create_app(settings)
    compiled.share_templates(app)
    app.testing = True
    app.test_client_class = IsolatedClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A bare client, for what a browser would not send. To click as a person, ask for the cast."""
    return app.test_client()


# The cast: see tests/cast.py


@pytest.fixture
def cast(app: Flask) -> Any:
    from tests.cast import Cast

    return Cast(app)


@pytest.fixture
def reader(cast: Any) -> Any:
    return cast.reader()


@pytest.fixture
def editor(cast: Any) -> Any:
    return cast.editor()


@pytest.fixture
def publisher(cast: Any) -> Any:
    return cast.publisher()


@pytest.fixture
def admin(cast: Any) -> Any:
    return cast.admin()


@pytest.fixture
def subscriber(cast: Any) -> Any:
    return cast.subscriber()


# Real counterparts


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody listens, held so that nobody else can take it meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server that remembers what it accepted; `smtp.settings()` points the product at it."""
    server = MailServer().start()
    yield server
    server.stop()


@pytest.fixture
def live_site(environment: dict[str, str], smtp: MailServer, tmp_path: Path) -> Iterator[Any]:
    """The site and its worker in processes of their own, handing letters to `smtp`."""
    from tests.site import LiveSite

    site = LiveSite({**environment, **smtp.settings()}, tmp_path / "site.log")
    yield site
    site.stop()


@pytest.fixture(scope="session")
def sample_instance(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Path:
    """The instance folder of the sample publication, filled and with its letters sent: for copying."""
    from tests.site import filled_instance

    return filled_instance(tmp_path_factory.mktemp("sample") / "instance", sqlite_template)


@pytest.fixture(scope="session")
def sample(sample_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A site with the sample publication, once for all tests that only look at it."""
    from tests.site import copied_site

    with copied_site(sample_instance, tmp_path_factory.mktemp("looked-at")) as site:
        yield site


@pytest.fixture(scope="session")
def busy_sample(sample_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The same for all tests that work on it: each with a story of its own, or taking back what it did."""
    from tests.site import copied_site

    with copied_site(sample_instance, tmp_path_factory.mktemp("worked-on")) as site:
        yield site


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium instead of one that would have to be downloaded."""
    return {
        **browser_type_launch_args,
        "executable_path": parts.find_browser(),
        "args": BROWSER_ARGUMENTS,
        "timeout": BROWSER_PATIENCE,
    }


@pytest.fixture(scope="session")
def browser(browser: Any) -> Any:
    """The browser, and every context and expectation of it patient."""
    new_context = browser.new_context

    def patient_context(**habits: Any) -> Any:
        context = new_context(**habits)
        context.set_default_timeout(BROWSER_PATIENCE)
        return context

    browser.new_context = patient_context
    expect.set_options(timeout=BROWSER_PATIENCE)
    return browser


# Golden files


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes | str], None]:
    """Compare with the exact file tests/golden/NAME; `make golden` writes the files anew.

    The test that uses it carries the marker `golden`, which is how `make golden` finds it.
    """
    assert request.node.get_closest_marker("golden"), "mark this test with pytest.mark.golden"

    def compare(name: str, content: bytes | str) -> None:
        path = GOLDEN_FOLDER / name
        data = content.encode("utf-8") if isinstance(content, str) else content
        if request.config.getoption("--rewrite-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return
        assert path.exists(), (
            f"tests/golden/{name} does not exist yet: run make golden and read what it wrote"
        )
        expected = path.read_bytes()
        if isinstance(content, str):
            assert content == expected.decode("utf-8"), f"{name} changed: if rightly, run make golden"
        assert data == expected, f"{name} changed: if rightly, run make golden"

    return compare


# The suite must not pick up the settings of the person who runs it.


@pytest.fixture(autouse=True, scope="session")
def _own_environment() -> None:
    for name in [name for name in os.environ if name.startswith("NEWSROOM_")]:
        del os.environ[name]
    os.environ["NEWSROOM_ENV"] = "development"
    # The processes that tests start would otherwise compile the whole product anew, each of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
