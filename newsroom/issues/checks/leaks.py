"""The leak check of an issue: whether a name that a story keeps out stands anywhere that the public can see.

Pure. It is told which names each story keeps out, and the words of every registered surface. In a story's own
words, its note and whatever belongs to its page a leak is a blocker; elsewhere in the issue, and for names
that are short or ordinary words, it is a warning that a publisher may waive. It cannot read pictures and
says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsroom.issues import kinds
from newsroom.issues.checks.finding import SETTINGS, Finding, Severity, place
from newsroom.issues.document import IssueDocument, Section
from newsroom.platform import markup
from newsroom.platform.markup import Dialect
from newsroom.platform.surfaces import Depth, Passage
from newsroom.stories.redaction import Leak, LeakSearch, Weight, is_everyday

CODE, UNREAD = "leak", "pictures-unread"


@dataclass(frozen=True)
class KeptOut:
    """A form of a name that the story `story`, called `title`, keeps out of print."""

    story: str
    title: str
    form: str
    thing: str


_THINGS = {
    "company": "A company’s name",
    "staff": "The name of somebody at work",
    "private": "A private person’s name",
    "person": "A person’s name",
    "place": "A place’s name",
    "street": "A street",
    "email": "An e-mail address",
    "phone": "A telephone number",
    "url": "A web address",
    "handle": "A name on a social network",
    "card": "A card number",
    "iban": "A bank account",
    "account": "A reference number",
    "slogan": "A slogan",
}
_ADVICE = {
    "blocker": "take it out",
    "warning": "take it out, or let a publisher say why it may stand there",
}


def leaks(passages: Sequence[Passage], kept_out: Iterable[KeptOut]) -> tuple[Finding, ...]:
    """One finding for each name in each place, the nearest place where somebody can mend it.

    `passages` come with the nearest places first, as `surfaces.passages` gives them.
    """
    by_story: dict[str, list[KeptOut]] = {}
    for one in kept_out:
        by_story.setdefault(one.story, []).append(one)
    # Each story's page is searched for its own names first, so that no other story's name covers one of them.
    own = {story: _Search(forms) for story, forms in by_story.items()}
    others = _Search([one for forms in by_story.values() for one in forms])
    report = _Report()
    for passage in passages:
        first = own[passage.page].sightings(passage.text) if passage.page in own else []
        said = {leak.words for _kept, leak in first}
        rest = [found for found in others.sightings(passage.text) if found[1].words not in said]
        report.take(passage, [*first, *rest])
    return tuple(report.findings())


class _Search:
    """The names of one story, or of all; a text that stands on several surfaces is read once."""

    def __init__(self, forms: Iterable[KeptOut]) -> None:
        self._owners: dict[str, KeptOut] = {}
        for one in forms:
            self._owners.setdefault(one.form.strip(), one)
        self._search = LeakSearch(self._owners)
        self._known: dict[str, list[tuple[KeptOut, Leak]]] = {}

    def sightings(self, text: str) -> list[tuple[KeptOut, Leak]]:
        if text not in self._known:
            found = self._search.leaks(text)
            self._known[text] = [(self._owners[leak.name], leak) for leak in found if not is_everyday(leak)]
        return self._known[text]


@dataclass(frozen=True)
class _Place:
    story: str
    name: str
    section_id: str
    field: str


@dataclass(frozen=True)
class _Seen:
    passage: Passage
    kept: KeptOut
    leak: Leak
    count: int
    severity: Severity


class _Report:
    """What was seen so far, so that an edition does not say again what a field has said already."""

    def __init__(self) -> None:
        self._counts: Counter[_Place] = Counter()
        self._stands: set[tuple[str, str]] = set()
        self._seen: list[_Seen] = []

    def take(self, passage: Passage, sightings: Iterable[tuple[KeptOut, Leak]]) -> None:
        grouped: dict[str, list[tuple[KeptOut, Leak]]] = {}
        for kept, leak in sightings:
            grouped.setdefault(leak.name, []).append((kept, leak))
        for group in grouped.values():
            self._take(passage, group)

    def _take(self, passage: Passage, group: list[tuple[KeptOut, Leak]]) -> None:
        kept, leak = group[0]
        spot = _Place(kept.story, leak.name, passage.section_id, passage.field)
        if passage.depth is Depth.SET:
            if self._is_explained(passage, leak.name):
                return
        elif len(group) <= self._counts[spot]:
            return
        else:
            self._counts[spot] += len(group)
        self._stands.add((leak.name, passage.section_id or passage.where))
        self._seen.append(_Seen(passage, kept, leak, len(group), _severity(passage, kept, leak)))

    def _is_explained(self, passage: Passage, name: str) -> bool:
        """Whether what is set there only repeats a place that is reported already.

        A section's page repeats its fields and what the settings say; a whole edition repeats everything.
        """
        if not passage.section_id:
            return any(name == known for known, _where in self._stands)
        return not self._stands.isdisjoint({(name, passage.section_id), (name, SETTINGS)})

    def findings(self) -> Iterator[Finding]:
        return map(_finding, self._seen)


def _severity(passage: Passage, kept: KeptOut, leak: Leak) -> Severity:
    is_own = bool(passage.page) and passage.page == kept.story
    return "blocker" if is_own and leak.weight is Weight.BLOCKER else "warning"


def _finding(seen: _Seen) -> Finding:
    passage, kept = seen.passage, seen.kept
    thing = _THINGS.get(kept.thing, "A name")
    times = f" {seen.count} times" if seen.count > 1 else ""
    sentence = (
        f"{thing} that was taken out of “{kept.title[:80]}” stands in {passage.what}{times}; "
        f"{_ADVICE[seen.severity]}."
    )
    return Finding(
        seen.severity,
        CODE,
        passage.where,
        sentence,
        passage.section_id,
        passage.field,
        path=passage.path,
        quote=seen.leak.excerpt,
    )


def pictures_are_unread(document: IssueDocument, has_kept_out: bool) -> Iterator[Finding]:
    """Words inside pictures are nobody's surface that a program could read; somebody has to look."""
    if not has_kept_out:
        return
    for section in document.sections:
        for field, text in (("body", section.body), ("note", section.note)):
            if _may_hold_pictures(section, field) and markup.pictures(text, Dialect.ARTICLE):
                sentence = (
                    "Words inside pictures cannot be read by the leak check; look at each picture of this "
                    "issue for the names that its stories keep out."
                )
                yield Finding("warning", UNREAD, place(section), sentence, section.id, field)
                return


def _may_hold_pictures(section: Section, field: str) -> bool:
    return field == "note" or kinds.kind_of(section.kind).dialect is Dialect.ARTICLE
