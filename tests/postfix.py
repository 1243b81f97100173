"""A real Postfix in a temporary folder: takes letters over SMTP, keeps them in a Maildir, and bounces.

`with Postfix(mailboxes=[…]) as mail:` starts one on a random loopback port, with configuration, queue and log
of its own, and ends it with everything it started; nothing that is installed or running on the machine is
touched, and no name server is asked. Postfix starts as root only: whoever is not root needs `sudo` without a
password, and `is_available()` says whether all this is here.

Every domain is local. An address without a mailbox is accepted at the door and bounced afterwards, as a relay
does it: Postfix writes a real delivery status notification (RFC 3464) to the return path. So give the return
path a mailbox, too, to read the notification from; `+extension` is set aside when it is looked up:

    with Postfix(mailboxes=["bounce@bounces.example"]) as mail:
        transport = SmtpTransport(Server("127.0.0.1", mail.port))
        transport.send(verp.make("d1-s2-e0", "bounces.example", secret), "gone@reader.example", letter)
        (notification,) = mail.wait_for(1)

It will not misbehave in the conversation itself: for that there is `tests/mailserver.py`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.waiting import LONG_SECONDS, wait_until

HOST = "127.0.0.1"
PREFIX = "newsroom-postfix-"
# Somebody else may take a free port before the server does; so often in a row, nobody does.
MOST_PORTS = 5
# What Postfix puts before a letter when it delivers it: ends of the journey, not of the letter.
TRACE_FIELDS = ("return-path", "x-original-to", "delivered-to", "received")

# The programs that this Postfix may start; none is chrooted, because nothing is copied into its queue.
SERVICES = """\
{host}:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def is_available() -> bool:
    """Say whether a Postfix is installed that we may start."""
    return _program() is not None and _may_be_root()


class Postfix:
    """One Postfix: `port` is where it listens, `letters()` what came into its Maildir."""

    def __init__(
        self, mailboxes: Iterable[str] = (), routes: Mapping[str, str] | None = None, **settings: str
    ) -> None:
        """`mailboxes` are addresses that exist; `@domain` stands for every address at it.

        `routes` says what happens to the rest, by address or domain, in the words of transport(5):
        `{"full@reader.example": "error:5.2.2 Mailbox full", "far.example": "smtp:[127.0.0.1]:2525"}`.
        `settings` are further lines of main.cf: `maximal_queue_lifetime="0"` gives up at the first failure.
        """
        self.port = 0
        self._mailboxes = tuple(mailboxes)
        self._routes = dict(routes or {})
        self._settings = settings
        self._folder = Path()

    def __enter__(self) -> Self:
        _sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            self._furnish()
            self._start()
        except BaseException:
            _remove(self._folder)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        _remove(self._folder)

    def letters(self) -> list[bytes]:
        """Give what was delivered so far, in the order in which it came, as it lies in the Maildir."""
        new = self._folder / "mail" / "box" / "new"
        return [path.read_bytes() for path in sorted(new.glob("*"), key=_arrival)]

    def wait_for(self, count: int, seconds: float = LONG_SECONDS) -> list[bytes]:
        """Wait until `count` letters lie in the Maildir; fail the test with the log when they never do."""
        wait_until(
            lambda: len(self.letters()) >= count,
            lambda: f"{count} letters expected, {len(self.letters())} came:\n{self.log()}",
            seconds,
        )
        return self.letters()

    def find(self, is_it: Callable[[bytes], bool], seconds: float = LONG_SECONDS) -> bytes:
        """Wait for the first letter of which that is true; fail the test with the log when it never comes."""
        found: list[bytes] = []

        def look() -> bool:
            found[:] = [letter for letter in self.letters() if is_it(letter)]
            return bool(found)

        wait_until(look, lambda: f"The letter did not come:\n{self.log()}", seconds)
        return found[0]

    def log(self) -> str:
        """Give what Postfix wrote down."""
        path = self._folder / "log"
        done = subprocess.run([*_as_root(), "cat", path], check=False, capture_output=True, text=True)
        return done.stdout or done.stderr

    def _furnish(self) -> None:
        folder = self._folder
        folder.chmod(0o755)
        (folder / "owner").write_text(str(os.getpid()))
        (folder / "queue").mkdir()
        (folder / "mailboxes").write_text("".join(f"{name} box/\n" for name in self._mailboxes))
        (folder / "routes").write_text("".join(f"{name} {way}\n" for name, way in self._routes.items()))
        (folder / "mail").mkdir()
        # Letters belong to whoever runs the tests, so that they can be read; Postfix writes none as root.
        reader = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(folder / "mail", reader.pw_uid, reader.pw_gid)
        lines = {**self._main(reader), **self._settings}
        (folder / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
        data = folder / "data"
        data.mkdir()
        subprocess.run([*_as_root(), "chown", "postfix", data], check=True)

    def _main(self, reader: pwd.struct_passwd) -> dict[str, str]:
        folder = self._folder
        return {
            "compatibility_level": "3.6",
            "queue_directory": f"{folder}/queue",
            "data_directory": f"{folder}/data",
            "maillog_file": f"{folder}/log",
            "maillog_file_prefixes": str(folder),
            "inet_interfaces": HOST,
            "inet_protocols": "ipv4",
            "mynetworks": "127.0.0.0/8",
            "myhostname": "mx.reader.example",
            "mydestination": "",
            "alias_maps": "",
            "local_recipient_maps": "",
            "recipient_delimiter": "+",
            "smtputf8_enable": "yes",
            # Whoever does not exist is found out after the letter was taken, so that it bounces.
            "smtpd_reject_unlisted_recipient": "no",
            "virtual_mailbox_domains": "static:all",
            "virtual_mailbox_maps": f"texthash:{folder}/mailboxes",
            "virtual_mailbox_base": f"{folder}/mail",
            "virtual_uid_maps": f"static:{reader.pw_uid}",
            "virtual_gid_maps": f"static:{reader.pw_gid}",
            "transport_maps": f"texthash:{folder}/routes",
            # Nothing asks a name server.
            "disable_dns_lookups": "yes",
            "smtpd_peername_lookup": "no",
        }

    def _start(self) -> None:
        for _ in range(MOST_PORTS):
            self.port = _free_port()
            (self._folder / "master.cf").write_text(SERVICES.format(host=HOST, port=self.port))
            if _ask(self._folder, "start").returncode == 0:
                return
        raise AssertionError(f"Postfix did not start:\n{self.log()}")


def without_trace(letter: bytes) -> bytes:
    """Give a delivered letter as it was handed over: CRLF, and without what Postfix put before it."""
    lines = letter.replace(b"\n", b"\r\n").splitlines(keepends=True)
    place = 0
    while place < len(lines):
        name = lines[place].partition(b":")[0].decode("ascii", "replace").lower()
        if name not in TRACE_FIELDS:
            break
        place += 1
        while lines[place][:1] in (b" ", b"\t"):
            place += 1
    return b"".join(lines[place:])


def _ask(folder: Path, wanted: str) -> subprocess.CompletedProcess[bytes]:
    program = _program()
    assert program is not None, "is_available() is asked first"
    return subprocess.run(
        [*_as_root(), program, "-c", folder, wanted],
        check=False,
        capture_output=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
    )


def _remove(folder: Path) -> None:
    if (folder / "main.cf").exists() and _ask(folder, "status").returncode == 0:
        _ask(folder, "abort")
        wait_until(lambda: _ask(folder, "status").returncode != 0, "Postfix did not stop")
    subprocess.run([*_as_root(), "rm", "-rf", "--", folder], check=True)


def _sweep() -> None:
    """End and remove what runs that were killed have left: their owner is no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, ValueError):
            owner = int((folder / "owner").read_text())
            try:
                os.kill(owner, 0)
            except ProcessLookupError:
                _remove(folder)


def _program() -> str | None:
    # The folders of the system's own programs are not on everybody's PATH.
    return shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _as_root() -> list[str]:
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


@cache
def _may_be_root() -> bool:
    if os.geteuid() == 0:
        return True
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0


def _arrival(path: Path) -> tuple[float, str]:
    return path.stat().st_mtime, path.name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
