"""Runs the site and one background worker side by side, until Ctrl-C: `python -m newsroom.run`.

Its job: take the port, start both processes, say where the site is, pass a stop on to both, and stop
the one when the other dies. It will not prepare the database, supervise production (a service manager
does that better, see docs/operations.md), or import the application: it stays small enough to outlive
whatever goes wrong in there.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from dotenv import dotenv_values

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
# A worker may wait thirty seconds for a mail server's answer that is due (docs/operations.md).
PATIENCE_SECONDS = 35.0
PAUSE_SECONDS = 0.1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# From <linux/prctl.h>: the signal a process gets when its parent dies.
PR_SET_PDEATHSIG = 1


class Refused(Exception):
    """Nothing was started; the text is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Child:
    """One of the two processes, by the name a person knows it by."""

    name: str
    process: subprocess.Popen[bytes]


def take_port(environ: Mapping[str, str]) -> socket.socket:
    """Give a socket that listens on 127.0.0.1 at PORT (5000 unless said, 0 for any free one).

    Holding the socket before anything starts is what makes "port in use" one sentence instead of
    two half-started processes. Raises `Refused`.
    """
    asked = environ.get("PORT", "5000")
    if not (asked.isascii() and asked.isdigit() and int(asked) <= 65535):
        raise Refused(f"PORT is “{asked}”, which is no port: give a number from 1 to 65535.")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, int(asked)))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise Refused(
            f"Port {asked} on {HOST} cannot be used ({error.strerror}): stop what uses it,"
            f" or choose another with PORT={5001 if asked == '5000' else 5000}."
        ) from error
    return listener


def die_with_parent() -> None:
    """Ask the kernel to stop this process when its parent is gone, however the parent went (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _start(
    name: str, arguments: list[str], environ: Mapping[str, str], keep_open: tuple[int, ...] = ()
) -> Child:
    # A session of its own keeps the terminal's Ctrl-C from reaching the child past us: we pass it on,
    # once, and both have the time to finish what they are doing.
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        pass_fds=keep_open,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has one thread, so forking is safe
    )
    return Child(name, process)


def start_site(listener: socket.socket, environ: Mapping[str, str]) -> Child:
    """Start the web server on a socket that listens already."""
    arguments = [
        "gunicorn",
        "--bind",
        f"fd://{listener.fileno()}",
        "--workers",
        "1",
        "--worker-class",
        "gthread",
    ]
    arguments += ["--threads", "16", "--log-level", "warning", "--no-control-socket", "app:app"]
    return _start("site", arguments, environ, keep_open=(listener.fileno(),))


def start_worker(environ: Mapping[str, str]) -> Child:
    """Start the process that sends letters and does the other background work."""
    return _start("worker", ["flask", "work"], environ)


def answers(address: str) -> bool:
    """Say whether the site at `address` answers its health check."""
    with (
        suppress(urllib.error.URLError, OSError),
        urllib.request.urlopen(f"{address}/healthz", timeout=5) as reply,
    ):
        return bool(reply.status == 200)
    return False


def stop(children: list[Child], hurry: Callable[[], bool] = lambda: False) -> None:
    """Stop what still runs: politely first, by force when patience or `hurry` says so."""
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(child.process.poll() is None for child in children):
        if hurry() or time.monotonic() > deadline:
            for child in children:
                with suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
            return
        time.sleep(PAUSE_SECONDS)


def watch(children: list[Child], address: str, welcome: str, asked_to_stop: list[int]) -> int:
    """Wait for a stop signal or a death, and give the exit code: 0 for a stop that was asked for."""
    welcomed = False
    while not asked_to_stop:
        for child in children:
            code = child.process.poll()
            if code is not None:
                print(
                    f"The {child.name} ended by itself (exit {code}), so everything is stopped.",
                    file=sys.stderr,
                )
                return code if code > 0 else 1
        if not welcomed and answers(address):
            print(welcome, flush=True)
            welcomed = True
        time.sleep(PAUSE_SECONDS)
    return 0


def with_address(environ: Mapping[str, str], address: str) -> dict[str, str]:
    """Give the environment for both processes: links lead to `address`, unless somebody has said where to."""
    said = {**dotenv_values(ROOT / ".env"), **environ}
    return {**environ} if said.get("NEWSROOM_BASE_URL") else {**environ, "NEWSROOM_BASE_URL": address}


def leave_address(environ: Mapping[str, str], address: str) -> None:
    """Note in the instance folder where the site is, for commands in another terminal."""
    said = {**dotenv_values(ROOT / ".env"), **environ}
    instance = ROOT / (said.get("NEWSROOM_INSTANCE") or "instance")
    with suppress(OSError):
        instance.mkdir(parents=True, exist_ok=True)
        (instance / "site-address").write_text(address + "\n", encoding="utf-8")


def check_port() -> int:
    """Say whether the port is free, before anything slow begins; give the exit code."""
    try:
        take_port(os.environ).close()
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Run until a signal or a death; give the exit code."""
    if "MAKELEVEL" in os.environ:  # Started by make: a killed make must not leave a site behind.
        die_with_parent()
    asked_to_stop: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        asked_to_stop.append(number)

    for number in STOP_SIGNALS:
        signal.signal(number, remember)
    try:
        listener = take_port(os.environ)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    environ = with_address(os.environ, address)
    if environ.get("NEWSROOM_ENV") == "development":
        leave_address(environ, address)
    children: list[Child] = []
    try:
        children.append(start_site(listener, environ))
        listener.close()
        children.append(start_worker(environ))
        return watch(children, address, f"Newsroom runs at {address} - Ctrl-C stops it.", asked_to_stop)
    finally:
        stop(children, hurry=lambda: len(asked_to_stop) > 1)


if __name__ == "__main__":
    sys.exit(check_port() if sys.argv[1:] == ["check"] else main())
