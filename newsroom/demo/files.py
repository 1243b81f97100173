"""Reads the sample stories and standing blocks of `content/`. It stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newsroom.platform.markup import split_note

CONTENT = Path(__file__).resolve().parent.parent.parent / "content"
_EDITED = "\n## Edited\n"


@dataclass(frozen=True)
class SampleStory:
    """A story as its author typed it, and what an editor made of it, as far as somebody has."""

    head: Mapping[str, str]
    raw: str
    edited: str
    note: str


@dataclass(frozen=True)
class SampleBlock:
    """A standing block of the sample publication."""

    key: str
    title: str
    body: str


def stories() -> list[SampleStory]:
    """The sample stories, in the order of their file names."""
    return [story(path) for path in sorted((CONTENT / "stories").glob("*.md"))]


def story(path: Path) -> SampleStory:
    """One sample story: a head, the raw text and, below `## Edited`, text and note for print."""
    head, body = _split(path)
    raw, _, printable = body.partition(_EDITED)
    edited, note = split_note(printable)
    return SampleStory(head, raw.strip(), edited.strip(), (note or "").strip())


def blocks() -> list[SampleBlock]:
    """The sample publication's standing blocks, by key."""
    found = []
    for path in sorted((CONTENT / "standing").glob("*.md")):
        head, body = _split(path)
        found.append(SampleBlock(path.stem, head.get("title", ""), body.strip()))
    return found


def _split(path: Path) -> tuple[dict[str, str], str]:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.partition(":") for line in head.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}, body
