"""Where bounces wait: a Maildir, an mbox or an .eml file. It reads, takes over, removes and puts aside.

It knows no report and no database. Others may move, remove or add messages at any time, and the whole mailbox
may vanish. A message is a file that lies there: a link is none, because whoever can write into the folder
could otherwise have any file read that the collector may read.
"""

from __future__ import annotations

import errno
import mailbox
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from newsroom.delivery.reports import LONGEST
from newsroom.platform.text import clean_line

ASIDE = "unknown"
"""The folder below a Maildir that keeps what a person should look at; mail programs show it as one."""
REASONS = "reasons.txt"
# Bytes; no line of an honest message is a hundredth of it (RFC 5322 2.1.1).
_PIECE = 100_000


class MailboxTrouble(Exception):
    """The mailbox is not there, is none, or cannot be changed. The text says what to do about it."""


@dataclass(frozen=True)
class Waiting:
    """A message: its name, fit to be shown, and its bytes, `reports.LONGEST` at most.

    `problem` says why it could not be read, and is empty otherwise.
    """

    name: str
    data: bytes
    problem: str = ""


@dataclass(frozen=True)
class WaitingFile(Waiting):
    """A message in a Maildir, which can be removed or put aside."""

    path: Path = Path()


def shown(path: Path | str) -> str:
    """The name of a file as one harmless line: whoever writes to a mailbox may have chosen it."""
    return clean_line(str(path).encode(errors="replace").decode())


def messages(path: Path) -> Iterator[Waiting]:
    """What lies in a Maildir, an mbox or an .eml file; nothing is removed. Raises MailboxTrouble."""
    with _trouble_told(path):
        if path.is_dir():
            yield from Maildir(path).waiting()
        elif path.suffix == ".eml":
            yield Waiting(shown(path), _beginning_of(path))
        else:
            yield from _in_mbox(path)


class Maildir:
    """A Maildir whose messages are taken out one by one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> Iterator[WaitingFile]:
        """The messages in `new` and `cur`; one that vanishes meanwhile is passed over.

        Raises MailboxTrouble where there is no Maildir, and where it is gone at the end.
        """
        for path in self._files():
            if not _is_message(path):
                continue
            try:
                data, problem = _beginning_of(path), ""
            except FileNotFoundError:
                continue
            except OSError as error:
                if error.errno == errno.ELOOP:
                    continue
                data, problem = b"", f"cannot be read: {error.strerror}"
            yield WaitingFile(shown(path), data, problem, path)
        if not self._folder.is_dir():
            raise MailboxTrouble(
                f"{shown(self._folder)} went away while it was read; what was read before counts."
            )

    def remove(self, message: WaitingFile) -> None:
        """Let go of a message that was dealt with. Raises MailboxTrouble where that is not allowed."""
        with _trouble_told(self._folder):
            # Another collector, or a person, was quicker.
            message.path.unlink(missing_ok=True)

    def put_aside(self, message: WaitingFile, why: str) -> None:
        """Keep a message for a person in the folder `unknown`, and write down why. Raises MailboxTrouble."""
        with _trouble_told(self._folder):
            mailbox.Maildir(self._folder, create=False).add_folder(ASIDE)
            aside = self._folder / f".{ASIDE}"
            with suppress(FileNotFoundError):
                message.path.rename(_free(aside / "new" / message.path.name.partition(":")[0]))
                with (aside / REASONS).open("a", encoding="utf-8") as file:
                    file.write(f"{shown(message.path.name)}: {why}\n")

    def _files(self) -> Iterator[Path]:
        """All that lies there now, in the order of the names; none is looked at before its turn."""
        with _trouble_told(self._folder):
            folders = [self._folder / name for name in ("new", "cur")]
            if self._folder.is_dir() and not any(folder.is_dir() for folder in folders):
                raise MailboxTrouble(
                    f"{shown(self._folder)} is no Maildir; it has neither new nor cur in it."
                )
            names = [
                (folder, sorted(path.name for path in folder.iterdir()))
                for folder in folders
                if folder.is_dir()
            ]
            if not names:
                # Of a folder that is not there, it is said that it is not.
                self._folder.stat()
        return (folder / name for folder, found in names for name in found)


def take_over(box: Path, folder: Path) -> int:
    """Move what lies in an mbox into a Maildir, which is made when it is needed; gives how many messages.

    Whoever delivers is kept out meanwhile by both customary locks (dot file, fcntl). The mbox is emptied in
    place, because a new file would lose the letter of who had it open, and only after all of it is on the
    disk elsewhere: killed in between, some messages exist twice, and the second has no effect.
    Raises MailboxTrouble.
    """
    with _trouble_told(box), closing(_mbox(box)) as source:
        try:
            source.lock()
        except mailbox.ExternalClashError:
            raise MailboxTrouble(
                f"{shown(box)} is in use by another program just now; nothing was taken, try again."
            ) from None
        size = box.stat().st_size
        target = mailbox.Maildir(folder, create=True)
        count = 0
        for key in source.iterkeys():
            with source.get_file(key) as message:
                target.add(message)
            count += 1
        if box.stat().st_size != size:
            raise MailboxTrouble(
                f"Somebody wrote to {shown(box)} in spite of its locks; it was left as it is, try again."
            )
        # By its name: to open and close it once more would let go of the lock.
        os.truncate(box, 0)
        return count


def _in_mbox(path: Path) -> Iterator[Waiting]:
    with closing(_mbox(path)) as box:
        for key in box.iterkeys():
            with box.get_file(key) as message:
                yield Waiting(f"{shown(path)}#{key}", message.read(LONGEST))


def _mbox(path: Path) -> mailbox.mbox:
    with path.open("rb") as file:
        if file.read(5) not in (b"From ", b""):
            raise MailboxTrouble(
                f"{shown(path)} is no mbox, which begins with “From ”; a single message needs a name ending "
                "in .eml."
            )
    box = mailbox.mbox(path, create=False)
    box._file = _ShortLines(box._file)  # type: ignore[attr-defined]
    return box


class _ShortLines:
    """A file that gives a long line in pieces: the standard library reads by lines, and a body may be one."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readline(self, size: int | None = -1) -> bytes:
        """A line, or the next piece of one."""
        return self._file.readline(_PIECE if size is None or size < 0 else min(size, _PIECE))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _beginning_of(path: Path) -> bytes:
    with open(path, "rb", opener=_no_link) as file:
        return file.read(LONGEST)


def _no_link(path: str, flags: int) -> int:
    """Open a file, unless it has become a link or a pipe since we looked."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _free(path: Path) -> Path:
    """The path, or one beside it, where nothing lies yet: names should differ, and nobody forces them to."""
    while path.exists():
        path = path.with_name(f"{path.name}_")
    return path


def _is_message(path: Path) -> bool:
    return not path.name.startswith(".") and path.is_file() and not path.is_symlink()


@contextmanager
def _trouble_told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise MailboxTrouble(
            f"{shown(path)} is not there; name a Maildir, an mbox or an .eml file."
        ) from None
    except OSError as problem:
        raise MailboxTrouble(f"{shown(path)} cannot be used: {problem.strerror}.") from None
