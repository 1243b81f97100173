"""A Maildir: which messages wait in it, and filing one away when it has been dealt with.

A message is a file that lies there. A link is none: whoever can write into the folder could otherwise have
any file read that the collector may read.

A message waits in `new`, or in `cur` when a mail server has put it there and nobody has opened it. Others may
move or remove messages at any time. Filing is a renaming: it is done in an instant, or not at all.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newsroom.platform.text import clean_line
from newsroom.stories.incoming.message import LONGEST

_FLAGS = ":2,"


class MaildirUnreadable(Exception):
    """The folder is not there, is no Maildir, or may not be read. The text says what to do about it."""


@dataclass(frozen=True)
class Arrival:
    """A message that waits: where it lies, and its bytes, `LONGEST` at most."""

    path: Path
    data: bytes

    @property
    def name(self) -> str:
        """The file's name, fit to be shown."""
        return shown(Path(self.path.name))


def arrivals(folder: Path) -> Iterator[Arrival]:
    """The messages that wait; one that vanishes meanwhile is passed over. Raises MaildirUnreadable."""
    for path in _waiting(folder):
        try:
            with open(path, "rb", opener=_no_link) as file:
                data = file.read(LONGEST)
        except FileNotFoundError:
            continue
        except OSError as problem:
            if problem.errno == errno.ELOOP:
                continue
            raise MaildirUnreadable(f"{shown(path)} cannot be read: {problem.strerror}.") from None
        yield Arrival(path, data)


def shown(path: Path) -> str:
    """The name of a file as one harmless line: whoever writes to a mailbox may have chosen it."""
    return clean_line(str(path).encode(errors="replace").decode())


def _no_link(path: str, flags: int) -> int:
    """Open a file, unless it has become a link since we looked."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def file_away(arrival: Arrival, *, flagged: bool) -> None:
    """Move it to `cur` as seen; `flagged` marks it for a person, as mail programs show it."""
    base, _mark, flags = arrival.path.name.partition(_FLAGS)
    wanted = "".join(sorted({*flags, "S", *("F" if flagged else "")}))
    # Another collector, or a mail program, was quicker.
    with suppress(FileNotFoundError):
        arrival.path.rename(arrival.path.parent.parent / "cur" / f"{base}{_FLAGS}{wanted}")


def _waiting(folder: Path) -> list[Path]:
    try:
        if not folder.is_dir():
            raise MaildirUnreadable(
                f"{shown(folder)} is not there; name the folder that holds new, cur and tmp."
            )
        if not all((folder / name).is_dir() for name in ("new", "cur")):
            raise MaildirUnreadable(f"{shown(folder)} is no Maildir: it needs both new and cur in it.")
        new = sorted((folder / "new").iterdir())
        unseen = sorted(path for path in (folder / "cur").iterdir() if "S" not in _flags(path))
        return [path for path in new + unseen if _is_message(path)]
    except OSError as problem:
        raise MaildirUnreadable(f"{shown(folder)} cannot be read: {problem.strerror}.") from None


def _is_message(path: Path) -> bool:
    return not path.name.startswith(".") and path.is_file() and not path.is_symlink()


def _flags(path: Path) -> str:
    return path.name.partition(_FLAGS)[2]
