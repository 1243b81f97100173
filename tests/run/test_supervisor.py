"""`make run` keeps a site and a worker, and leaves nothing behind however it ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsroom import run
from tests.site import ROOT, LiveSite
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc"),
]


@pytest.fixture
def site(environment: dict[str, str], tmp_path: Path) -> Iterator[LiveSite]:
    running = LiveSite(environment, tmp_path / "site.log")
    yield running
    running.stop()


def parents() -> dict[int, int]:
    """Give every process with its parent."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            found[int(entry.parent.name)] = int(parent)
    return found


def descendants(ancestor: int) -> dict[int, str]:
    """Give all processes below one, each with its command line."""
    family, known = {ancestor}, parents()
    while True:
        more = {pid for pid, parent in known.items() if parent in family} - family
        if not more:
            break
        family |= more
    return {pid: command_line(pid) for pid in family - {ancestor}}


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def the_one(site: LiveSite, words: str) -> int:
    """Give the direct child whose command line has these words."""
    known = parents()
    (pid,) = [
        p
        for p, line in descendants(site.process.pid).items()
        if words in line and known[p] == site.process.pid
    ]
    return pid


def assert_gone(pids: dict[int, str]) -> None:
    wait_until(lambda: not set(pids) & set(parents()), f"still there: {pids}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_that_was_asked_for_ends_both_processes_in_peace_and_frees_the_port(
    site: LiveSite, number: signal.Signals
) -> None:
    # The supervisor has asked it, and now somebody else has: a connection was open and was closed.
    site.get("/healthz")
    family = descendants(site.process.pid)
    assert any("gunicorn" in line for line in family.values())
    assert any("flask work" in line for line in family.values())
    site.process.send_signal(number)
    assert site.process.wait(timeout=LONG_SECONDS) == 0
    assert_gone(family)
    assert "Traceback" not in site.output
    assert_free(site.address)


def assert_free(address: str) -> None:
    """The port can be taken at once, as the next start does it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", int(address.rpartition(":")[2])))


@pytest.mark.parametrize(("words", "name"), [("gunicorn", "site"), ("flask work", "worker")])
def test_when_one_dies_the_other_is_stopped_and_the_exit_code_tells(
    site: LiveSite, words: str, name: str
) -> None:
    family = descendants(site.process.pid)
    os.kill(the_one(site, words), signal.SIGKILL)
    assert site.process.wait(timeout=LONG_SECONDS) == 1
    assert_gone(family)
    assert f"The {name} ended by itself" in site.output


def test_killed_outright_it_leaves_no_orphans(site: LiveSite) -> None:
    family = descendants(site.process.pid)
    site.process.kill()
    site.process.wait(timeout=LONG_SECONDS)
    assert_gone(family)


def run_with(port: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "newsroom.run"],
        cwd=ROOT,
        env={**os.environ, "PORT": port},
        capture_output=True,
        text=True,
        timeout=LONG_SECONDS,
        check=False,
    )


def test_a_port_in_use_is_one_clear_sentence_and_nothing_is_started() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        outcome = run_with(port)
    assert outcome.returncode == 1
    assert outcome.stdout == ""
    assert outcome.stderr.count("\n") == 1
    assert f"Port {port} on 127.0.0.1 cannot be used (Address already in use)" in outcome.stderr


@pytest.mark.parametrize("port", ["web", "70000", "-1", "５０００", ""])
def test_what_is_no_port_is_refused_in_a_sentence(port: str) -> None:
    outcome = run_with(port)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(f"PORT is “{port}”, which is no port")


def test_links_lead_to_the_port_that_was_taken_unless_somebody_said_where_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)
    taken = "http://127.0.0.1:8080"
    assert run.with_address({}, taken) == {"NEWSROOM_BASE_URL": taken}
    said = {"NEWSROOM_BASE_URL": "https://letters.example"}
    assert run.with_address(said, taken) == said
    (tmp_path / ".env").write_text("NEWSROOM_BASE_URL=https://letters.example\n")
    assert run.with_address({}, taken) == {}


def test_the_port_is_checked_before_anything_slow_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "0")
    assert run.check_port() == 0
    monkeypatch.setenv("PORT", "abc")
    assert run.check_port() == 1
    assert "PORT is “abc”" in capsys.readouterr().err


def test_it_leaves_its_address_for_commands_in_another_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)
    run.leave_address({}, "http://127.0.0.1:8080")
    assert (tmp_path / "instance" / "site-address").read_text() == "http://127.0.0.1:8080\n"
