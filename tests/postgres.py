"""A PostgreSQL cluster for one run of the suite: made when the first test asks, gone when the run ends.

It lives in a temporary folder on a random loopback port, so nothing that is installed or running on the
machine is touched. PostgreSQL refuses to run as root; started by root, it runs as an unprivileged user.
`TEST_DATABASE_URL` (a server where we may create databases) takes the place of all this. A test that lets
the server crash makes a cluster of its own (`own_cluster`).
"""

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.waiting import wait_until

# Set by the process that owns the run, inherited by the processes of pytest-xdist.
FOLDER_VARIABLE = "TEST_DATABASE_FOLDER"
PREFIX = "newsroom-postgres-"
# Somebody else may take a free port before the server does; so often in a row, nobody does.
MOST_PORTS = 5


def find_program(name: str) -> Path | None:
    """Give the newest server program of that name, on PATH or where Debian keeps its versions."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    if versions:
        return versions[0]
    on_path = shutil.which(name)
    return Path(on_path) if on_path else None


def is_available() -> bool:
    return bool(os.environ.get("TEST_DATABASE_URL")) or find_program("initdb") is not None


def prepare_folder() -> None:
    """Make the folder that the processes of this run share. Call once, before any test process starts."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / "owner").write_text(str(os.getpid()))
    os.environ[FOLDER_VARIABLE] = str(folder)


def server_url() -> str:
    """Give the address of a server where we may create databases, starting one if this run has none yet."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    folder = Path(os.environ[FOLDER_VARIABLE])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        address = folder / "url"
        if not address.exists():
            address.write_text(_start(folder))
        return address.read_text()


def stop_and_remove() -> None:
    """Stop the cluster, if one was started, and leave nothing behind."""
    name = os.environ.pop(FOLDER_VARIABLE, None)
    if name is not None:
        _remove(Path(name))


@dataclass
class Cluster:
    """A server that a test may crash, which costs it whatever its clients were content to lose."""

    folder: Path
    port: int
    # What its program begins with, and where it listens, on a machine of its own (`tests/cable.py`).
    launcher: tuple[str, ...] = ()
    address: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return _url(self.port)

    @property
    def socket_address(self) -> str:
        """As the driver knows it, without any network."""
        return f"host={self.folder / 'data'} port={self.port} user=newsroom dbname=postgres"

    def start(self) -> None:
        here = {"listen_addresses": self.address, "unix_socket_directories": str(self.folder / "data")}
        self.process = _launch(self.folder, self.port, here, self.launcher)
        assert _has_started(self.process, self.folder), (self.folder / "log").read_text()

    def crash(self) -> None:
        """End it at once, with all that it had not committed."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
            self.process = None


@contextmanager
def own_cluster(launcher: tuple[str, ...] = (), address: str = "127.0.0.1") -> Iterator[Cluster]:
    """A cluster of one's own within the block; a `launcher` takes root."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / "owner").write_text(str(os.getpid()))
    _make_data(folder)
    with (folder / "data" / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {address}/8 trust\n")
    cluster = Cluster(folder, _free_port(), launcher, address)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.crash()
        shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path) -> None:
    pid_file = folder / "data" / "postmaster.pid"
    if pid_file.exists():
        pid = int(pid_file.read_text().splitlines()[0])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
            wait_until(lambda: not pid_file.exists(), "PostgreSQL did not stop")
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what runs that were killed have left: their owner is no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, ValueError):
            owner = int((folder / "owner").read_text())
            try:
                os.kill(owner, 0)
            except ProcessLookupError:
                _remove(folder)


def _start(folder: Path) -> str:
    _make_data(folder)
    for _ in range(MOST_PORTS):
        port = _free_port()
        process = _launch(folder, port, {"full_page_writes": "off"})
        if _has_started(process, folder):
            # The process must outlive this one, which may finish its share of the tests first.
            process.returncode = 0
            return _url(port)
    raise AssertionError(f"PostgreSQL ended by itself:\n{(folder / 'log').read_text()}")


def _url(port: int) -> str:
    return f"postgresql+psycopg://newsroom@127.0.0.1:{port}/postgres"


def _make_data(folder: Path) -> None:
    initdb = find_program("initdb")
    assert initdb, "is_available() is asked first"
    data, owner = folder / "data", _unprivileged_user()
    data.mkdir()
    if owner:
        folder.chmod(0o755)
        os.chown(data, owner.pw_uid, owner.pw_gid)
    subprocess.run(
        [
            initdb,
            "-D",
            data,
            "-U",
            "newsroom",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **_identity(),
    )


def _launch(
    folder: Path, port: int, more: dict[str, str], launcher: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    server = find_program("postgres")
    assert server, "is_available() is asked first"
    # Nothing here has to survive a loss of power, so nothing waits for the disk.
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        # The product insists on more, so that it loses nothing when a test lets the server crash.
        "synchronous_commit": "off",
        # No database lives long enough to be tidied.
        "autovacuum": "off",
        "max_connections": "100",
        "timezone": "UTC",
        **more,
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*_leaving_root(launcher), server, "-D", folder / "data", "-p", str(port), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **({} if launcher else _identity()),
        )


def _leaving_root(launcher: tuple[str, ...]) -> tuple[str, ...]:
    """A launcher needs root itself, and the server refuses it."""
    owner = _unprivileged_user()
    if not launcher or owner is None:
        return launcher
    return (*launcher, "setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups")


def _has_started(process: subprocess.Popen[bytes], folder: Path) -> bool:
    """Wait until a server is ready; False when it ended instead."""
    wait_until(
        lambda: process.poll() is not None or _is_ready(folder / "data"),
        f"PostgreSQL did not start: see {folder / 'log'}",
    )
    return process.poll() is None


def _is_ready(data: Path) -> bool:
    pid_file = data / "postmaster.pid"
    return pid_file.exists() and "ready" in pid_file.read_text()


def _identity() -> dict[str, Any]:
    """As whom the server's programs run."""
    owner = _unprivileged_user()
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


def _unprivileged_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise AssertionError("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
