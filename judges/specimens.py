"""Makes the letters of the issues in `issues/` by the code that a dispatch uses.

A folder there holds `publication.toml` (settings, the site's address, standing blocks) and `issue.md`, or
the settings name a manuscript elsewhere. Nothing is sent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from flask import Flask

from judges.letters import JudgedLetter, JudgedMessage
from judges.workshop import SECRET, published_by
from newsroom.delivery.addressing import Addressing
from newsroom.delivery.editions import Sender
from newsroom.demo import files
from newsroom.issues import letter, manuscript
from newsroom.issues.document import (
    Imprint,
    IssueDocument,
    Masthead,
    Navigation,
    NavigationLink,
    Section,
    Standing,
)
from newsroom.issues.render import rendering
from newsroom.platform.mail.compiled import CompiledMessage, compile_message
from newsroom.platform.mail.signing import Sign
from newsroom.platform.text import clean_line, slugify
from newsroom.publication.service import PublicationSettings
from newsroom.subscribers.queries import Recipient

FOLDER = Path(__file__).resolve().parent / "issues"
_ROOT = FOLDER.parents[1]
_DISPATCH = 31
RECIPIENTS = (
    Recipient(7, "rosa.lindgren@reader.example", "Rosa Lindgren", "html", 1),
    Recipient(20417, "theo@bücher-ecke.example", "Théo “Tea” Ashby, 茶 🍵", "html", 3),
)
"""Two with different names, numbers and domains, one of them international."""


@dataclass(frozen=True)
class Specimen:
    """An issue and whoever publishes it."""

    name: str
    document: IssueDocument
    publication: PublicationSettings
    base_url: str


def names() -> list[str]:
    """The folders there are, in their order."""
    return sorted(path.parent.name for path in FOLDER.glob("*/publication.toml"))


def letters(app: Flask, wanted: Iterable[str]) -> Iterator[JudgedLetter]:
    """The letters of these issues. Raises `manuscript.ManuscriptError` for one that cannot be read."""
    for name in wanted:
        found = specimen(name)
        with published_by(app, found.publication, found.base_url) as sign:
            yield _letter(found, sign)


def specimen(name: str) -> Specimen:
    """Read one folder."""
    said = tomllib.loads((FOLDER / name / "publication.toml").read_text(encoding="utf-8"))
    known = {each.name for each in fields(PublicationSettings)}
    publication = PublicationSettings(**{key: value for key, value in said.items() if key in known})
    path = _ROOT / said["manuscript"] if "manuscript" in said else FOLDER / name / "issue.md"
    read = manuscript.parse(manuscript.decode(path.read_bytes(), path.name), path.name)
    document = _document(read, publication, said.get("standing"))
    return Specimen(name, document, publication, said["base_url"])


def _document(
    read: manuscript.Manuscript, publication: PublicationSettings, standing: Mapping[str, Any] | None
) -> IssueDocument:
    return IssueDocument(
        masthead=Masthead(
            publication=publication.name,
            number=read.number,
            issue_on=read.issue_on,
            tagline=publication.tagline,
            publisher=publication.publisher,
            editor=publication.editor_name,
            language=publication.language,
            accent_colour=publication.accent_colour,
            logo_url=publication.logo_url,
            logo_alt=publication.logo_alt,
        ),
        subject=read.subject,
        preheader=read.preheader,
        sections=tuple(_stored(section, place) for place, section in enumerate(read.sections)),
        standing=tuple(_standing(standing)),
        imprint=Imprint(publication.postal_address, publication.telephone, publication.reply_address),
        navigation=_navigation(read),
    )


def _stored(section: Section, place: int) -> Section:
    """The section as it would come from the tables: a piece has a page of its own."""
    author, series = section.value("author"), section.value("series")
    return replace(
        section,
        id=section.id or f"piece{place:07d}",
        slug=slugify(section.title),
        author_slug=slugify(author) if section.kind == "Article" else "",
        series_slug=slugify(series) if series else "",
    )


def _standing(said: Mapping[str, Any] | None) -> Iterator[Standing]:
    """The blocks of the settings; without any, the sample publication's own."""
    if said is not None:
        yield from (Standing(key, block.get("title", ""), block["body"]) for key, block in said.items())
        return
    yield from (Standing(block.key, block.title, block.body) for block in files.blocks())


def _navigation(read: manuscript.Manuscript) -> Navigation:
    """One issue before, and something earlier for each article in a series and each column."""
    before = read.number - 1
    return Navigation(
        previous_issue=NavigationLink(f"Issue {before}", f"/issues/{before}") if before else None,
        earlier_parts={
            place: (NavigationLink("The part before", "/articles/the-part-before"),)
            for place, section in enumerate(read.sections)
            if section.value("part") not in ("", "1")
        },
    )


def _letter(found: Specimen, sign: Sign) -> JudgedLetter:
    workbench = _Workbench(found, sign)
    return JudgedLetter(
        name=found.name,
        document=found.document,
        publication=found.publication,
        messages=tuple(
            workbench.message(recipient, edition) for edition in ("html", "text") for recipient in RECIPIENTS
        ),
        base_url=found.base_url,
        remade=workbench.remade,
    )


class _Workbench:
    """Compiles an issue once, as a dispatch does, and joins it for each recipient."""

    def __init__(self, found: Specimen, sign: Sign) -> None:
        publication = found.publication
        self._found, self._sign = found, sign
        self._addressing = Addressing(
            _DISPATCH,
            publication.sender_address,
            "bounces." + publication.sender_address.rpartition("@")[2],
            SECRET,
        )
        self._compiled = _compiled(found)
        # Links are made once: their tokens carry the time, and a second attempt has the same.
        self._slots = {each.id: self._addressing.slots(each) for each in RECIPIENTS}

    def message(self, recipient: Recipient, edition: str) -> JudgedMessage:
        """The message of this edition to this recipient, signed."""
        return self._joined(self._compiled[edition], recipient, self._slots[recipient.id], edition)

    def remade(self, *, unsubscribe: str = "", subject: str = "", name: str = "") -> JudgedMessage:
        """The letter to the first recipient once more; what is given is different."""
        recipient = replace(RECIPIENTS[0], name=name or RECIPIENTS[0].name)
        found = self._found
        compiled = self._compiled["html"]
        if subject:
            # As the desk's forms clean what was typed before it becomes an issue.
            found = replace(found, document=replace(found.document, subject=clean_line(subject)))
            compiled = _compiled(found)["html"]
        slots = {**self._slots[recipient.id], "name": self._addressing.slots(recipient)["name"]}
        if unsubscribe:
            slots["unsubscribe"] = unsubscribe
        made = self._joined(compiled, recipient, slots, "html")
        return replace(made, subject=found.document.subject)

    def _joined(
        self, compiled: CompiledMessage, recipient: Recipient, slots: Mapping[str, str], edition: str
    ) -> JudgedMessage:
        return JudgedMessage(
            raw=self._sign(compiled.join(slots)),
            recipient=recipient.email,
            recipient_name=slots["name"],
            return_path=self._addressing.return_path(recipient),
            subject=self._found.document.subject,
            format=edition,
            unsubscribe=slots["unsubscribe"],
            retried=self._sign(compiled.join(slots)),
        )


def _compiled(found: Specimen) -> dict[str, CompiledMessage]:
    """Both editions, as `delivery.editions.compiled` makes them of a frozen record."""
    edition = rendering(found.document, found.base_url, letter.SLOT_LINKS)
    own = found.publication
    sender = Sender(own.name, own.sender_name, own.sender_address, own.reply_address)

    def compiled(html: str | None) -> CompiledMessage:
        return compile_message(
            letter.parts(
                subject=found.document.subject,
                html=html,
                text=edition.text,
                number=found.document.number,
                language=found.document.masthead.language,
                sender=sender,
                base_url=found.base_url,
                at=datetime.combine(found.document.masthead.issue_on, time(6), UTC),
            )
        )

    return {"html": compiled(edition.html), "text": compiled(None)}
