"""What pictures make public beside the texts that show them: the words that were decided about each.

A text may leave the description out; then the decided one is printed, so it is read wherever the picture
stands. What is in the picture itself nobody can read here. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from newsroom.pictures import queries, rules
from newsroom.platform.surfaces import Passage, Surface


class _Section(Protocol):
    """The part of a section that matters here; the floor of issues knows the rest."""

    body: str
    note: str
    fields: Mapping[str, str]


class _Block(Protocol):
    body: str


class _Document(Protocol):
    sections: Iterable[_Section]
    standing: Iterable[_Block]


def _told(document: _Document, _rendering: Any) -> Iterator[Passage]:
    texts = [block.body for block in document.standing]
    for section in document.sections:
        texts += [section.body, section.note, *section.fields.values()]
    cards = queries.at(address for text in texts for address in rules.addresses_in(text))
    for card in cards.values():
        where, path = f"Picture “{card.called}”", f"/desk/pictures/{card.key}"
        for field, what, words in (
            ("alt", "the description of the picture", card.alt),
            ("caption", "the caption of the picture", card.caption),
            ("credit", "the credit of the picture", card.credit),
        ):
            yield Passage(where, what, words, field=field, path=path)


SURFACES: tuple[Surface, ...] = (Surface("uploaded pictures", frozenset({"pictures.media"}), _told),)

FREE: dict[str, str] = {}
