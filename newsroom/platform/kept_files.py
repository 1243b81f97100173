"""Files that are kept in the instance folder under names made of their content: whole or not at all.

A file appears in its folder by being renamed into it, after its bytes are on the disk, and never changes.
Where several machines serve one site the folder is one that they share (docs/operations.md). It knows names
and bytes; what may be kept, and which row speaks of it, is its users' business.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newsroom.platform.settings import current

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NotKept(Exception):
    """A file could not be written. Its text is a sentence for the uploader; nothing is left of it."""


@dataclass(frozen=True)
class KeptFiles:
    """One folder of the instance folder: its name, what it holds, and which names there can be."""

    folder_name: str
    noun: str
    is_name: Callable[[str], bool]

    def path_of(self, name: str) -> Path | None:
        """Where the file of that name lies; None for what could be no name of ours or is not there."""
        if not self.is_name(name):
            return None
        path = self._folder() / name
        return path if path.is_file() else None

    def keep(self, name: str, data: bytes) -> None:
        """Write a file so that no reader, crash or full disk ever meets half of it. Raises NotKept."""
        folder = self._folder()
        part = folder / f".{secrets.token_hex(8)}.part"
        try:
            folder.mkdir(exist_ok=True)
            _write(part, data)
            part.replace(folder / name)
            _settle(folder)
        except OSError as problem:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise NotKept(self._sentence(problem)) from problem

    def remove(self, name: str) -> None:
        """Let go of a file; one that is gone already is no mistake."""
        with suppress(OSError):
            (self._folder() / name).unlink(missing_ok=True)

    def _folder(self) -> Path:
        return current().instance / self.folder_name

    def _sentence(self, problem: OSError) -> str:
        if problem.errno in _NO_ROOM:
            return (
                f"The disk is full, so the {self.noun} was not kept; nothing else was changed. Ask whoever "
                "runs Newsroom to make room, then choose the file again."
            )
        return (
            f"The {self.noun} could not be written, so it was not kept; nothing else was changed. Ask "
            f"whoever runs Newsroom to look at the {self.folder_name} folder, then choose the file again."
        )


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """The new name is on the disk too, not only the bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
