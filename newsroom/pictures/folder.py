"""The folder of the pictures that are served: a file appears in it whole or not at all, and never changes.

It is `media` in the instance folder; where several machines serve one site it is a folder that they share
(docs/operations.md). It knows names and bytes, and no table.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from newsroom.pictures import rules
from newsroom.platform.settings import current

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NotKept(Exception):
    """A picture could not be written. Its text is a sentence for the uploader; nothing is left of it."""


def path_of(name: str) -> Path | None:
    """Where the picture of that name lies; None for what is no picture's name or is not there."""
    if not rules.is_name(name):
        return None
    path = _folder() / name
    return path if path.is_file() else None


def keep(name: str, data: bytes) -> None:
    """Write a picture so that no reader, crash or full disk ever meets half of it. Raises NotKept."""
    folder = _folder()
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        folder.mkdir(exist_ok=True)
        _write(part, data)
        part.replace(folder / name)
        _settle(folder)
    except OSError as problem:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise NotKept(_sentence(problem)) from problem


def remove(name: str) -> None:
    """Let go of a picture; one that is gone already is no mistake."""
    with suppress(OSError):
        (_folder() / name).unlink(missing_ok=True)


def _folder() -> Path:
    return current().instance / "media"


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


def _sentence(problem: OSError) -> str:
    if problem.errno in _NO_ROOM:
        return (
            "The disk is full, so the picture was not kept; nothing else was changed. Ask whoever runs "
            "Newsroom to make room, then choose the file again."
        )
    return (
        "The picture could not be written, so it was not kept; nothing else was changed. Ask whoever runs "
        "Newsroom to look at the media folder, then choose the file again."
    )
