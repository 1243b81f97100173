"""Two machines that the kernel makes up (network namespaces), and a cable between them that can be pulled.

What is sent while it is pulled is lost, and nobody says so: what a relay cannot show. Nothing of this
machine's own network is touched, and all of it goes with the two processes that hold it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import wait_until

# Addresses of private networks; they exist in the two namespaces only.
NEAR, FAR = "10.0.0.1", "10.1.2.3"
_PROGRAMS = ("ip", "nsenter", "setpriv", "unshare")


def is_available() -> bool:
    """Say whether we may make such machines here."""
    if os.geteuid() != 0 or not all(shutil.which(name) for name in _PROGRAMS):
        return False
    trial = ["unshare", "--net", "ip", "link", "add", "near", "type", "veth", "peer", "name", "far"]
    return subprocess.run(trial, check=False, capture_output=True).returncode == 0


@dataclass(frozen=True)
class Cable:
    """`near` and `far` are what a command begins with that is to run on one of the two machines."""

    near: tuple[str, ...]
    far: tuple[str, ...]

    def pull(self) -> None:
        """From now on whatever is sent is lost."""
        _run(*self.far, "ip", "link", "set", "far", "down")

    def plug(self) -> None:
        """It carries again."""
        _run(*self.far, "ip", "link", "set", "far", "up")


@contextmanager
def joined() -> Iterator[Cable]:
    """Two machines and a cable within the block."""
    with _machine() as near, _machine() as far:
        cable = Cable(_on(near), _on(far))
        _run(
            *cable.near, "ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", str(far)
        )
        for machine, end, address in ((cable.near, "near", NEAR), (cable.far, "far", FAR)):
            _run(*machine, "ip", "address", "add", f"{address}/8", "dev", end)
            for name in (end, "lo"):
                _run(*machine, "ip", "link", "set", name, "up")
        yield cable


@contextmanager
def _machine() -> Iterator[int]:
    """A namespace, by the number of the process that holds it."""
    holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
    try:
        ours, its = (Path(f"/proc/{who}/ns/net") for who in ("self", holder.pid))
        wait_until(lambda: its.readlink() != ours.readlink(), "no namespace was made")
        yield holder.pid
    finally:
        holder.kill()
        holder.wait()


def _on(machine: int) -> tuple[str, ...]:
    return ("nsenter", f"--net=/proc/{machine}/ns/net")


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
