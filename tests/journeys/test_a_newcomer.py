"""The first five minutes on a fresh machine, as `make run` and `make demo` spend them."""

import re
import subprocess
import sys
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.databases import environment_for
from tests.journeys.hands import go
from tests.site import ROOT, LiveSite
from tests.waiting import LONG_SECONDS

pytestmark = pytest.mark.processes


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing has ever run."""
    return environment_for(tmp_path / "instance")


def flask(machine: dict[str, str], *arguments: str) -> str:
    """What a `flask` command says, before anything else has been started."""
    environment = {name: value for name, value in machine.items() if name != "NEWSROOM_BASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=LONG_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], str]:
    """A machine that was started once, with the sample publication in it, and what that said.

    For both tests that begin here: neither minds what the other has looked at.
    """
    machine = environment_for(tmp_path_factory.mktemp("started") / "instance")
    flask(machine, "db", "upgrade")
    return machine, flask({**machine, "PORT": "5000"}, "demo", "fill")


@pytest.mark.browser
def test_a_fresh_start_says_where_to_sign_in_and_as_whom(
    started: tuple[dict[str, str], str], tmp_path: Path, newcomer: Callable[..., Any]
) -> None:
    machine, said = started
    told = re.search(r"Sign in at http://127\.0\.0\.1:5000(\S+) as (\S+), password: (.+)", said)
    assert told, said
    path, email, password = told.groups()

    site = LiveSite(machine, tmp_path / "site.log")
    try:
        page = newcomer()
        page.goto(f"{site.address}{path}")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(password)
        go(page, page.get_by_role("button", name="Sign in"))
        page.get_by_role("heading", name="What is due").wait_for()
        expect(page.get_by_text("Ines Carvell")).to_be_visible()
    finally:
        assert site.stop() == 0
    assert f"Newsroom runs at {site.address}" in site.output


def test_a_second_start_finds_everything_as_it_was(started: tuple[dict[str, str], str]) -> None:
    machine, first = started
    listed = flask(machine, "issues", "list")
    flask(machine, "db", "upgrade")
    second = flask(machine, "demo", "fill")
    assert "The sample publication is in place" in first
    assert "The sample publication is in place" not in second
    assert "Sign in at" in second
    assert flask(machine, "issues", "list") == listed
    assert [re.search(rf"\b{number}\b", listed) is not None for number in (79, 80, 81)] == [True] * 3


def test_the_demonstration_leaves_the_editions_and_three_letters(
    machine: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "demo"
    said = flask(machine, "demo", "show", str(target))
    assert str(target) in said
    html, text = target / "issue-82.html", target / "issue-82.txt"
    letters = sorted(target.glob("*.eml"))
    assert len(letters) == 3
    title = "A tree in the post"
    assert title in html.read_text(encoding="utf-8")
    assert title.casefold() in text.read_text(encoding="utf-8").casefold()
    readers = set()
    for path in letters:
        letter = message_from_bytes(path.read_bytes(), policy=default)
        readers.add(letter["To"].addresses[0].addr_spec)
        assert {part.get_content_type() for part in letter.iter_parts()} == {"text/plain", "text/html"}
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(readers) == 3
    assert not (tmp_path / "instance" / "newsroom.db").exists(), (
        "the demonstration plays in a scratch database"
    )
