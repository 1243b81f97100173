"""The issue as its readers meet it: parts in their order, each with what stands around it, and the contents.

Pure. A part knows what is said before and after a section (the column's introduction, the call for stories,
what was printed earlier) and where it leads; it does not know how any of it looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from newsroom.issues import kinds
from newsroom.issues.document import IssueDocument, NavigationLink, Section, Standing
from newsroom.issues.kinds.spec import Kind
from newsroom.issues.wording import host
from newsroom.platform.text import clean_line, slugify

# Names that the pages around an issue use for places of their own.
TAKEN_ANCHORS = frozenset({"contents", "main", "note"})


@dataclass(frozen=True)
class ContentsRow:
    """A row of the contents list; `verdict` is `up` or `down` for a column and empty for everything else."""

    label: str
    title: str
    anchor: str
    verdict: str = ""


@dataclass(frozen=True)
class Action:
    """Where a section leads, as a button or a text link; no address when only words were given."""

    words: str
    href: str
    is_button: bool


@dataclass(frozen=True)
class Introduction:
    """What stands above the column: a title, and words in Markdown (a standing block) or plain (a key)."""

    title: str
    body: str
    is_plain: bool
    pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A section with everything that is printed with it.

    `path` is the site-relative address of the piece's own page, empty where it has none. `earlier` are links
    to what was printed before. `call` asks for stories after a column. `continuation` leads to the whole of
    it, where only its opening is printed.
    """

    section: Section
    kind: Kind
    anchor: str
    path: str = ""
    introduction: Introduction | None = None
    earlier: tuple[NavigationLink, ...] = ()
    call: Standing | None = None
    editor: str = ""
    continuation: Action | None = None

    def value(self, key: str) -> str:
        """The text of a key as one line, empty when it was not given."""
        return clean_line(self.section.value(key))

    @property
    def download(self) -> Action | None:
        """The file that goes with it, as a button that says name, type and size; for one of ours alone."""
        address = self.value("download")
        said = self.section.downloads.get(address, "")
        return Action(said, address, is_button=True) if said else None

    @property
    def title(self) -> str:
        return clean_line(self.section.title)

    @property
    def verdict(self) -> str:
        return self.kind.verdict

    @property
    def remarks(self) -> tuple[str, ...]:
        """What has to be said wherever it is named, such as that somebody paid for it."""
        return tuple(key.remark for key in self.kind.all_keys if key.remark and self.value(key.name))

    @property
    def is_column(self) -> bool:
        return self.kind.source == "story"

    @property
    def earlier_title(self) -> str:
        """What stands above the links to what was printed before."""
        return "View previous stories" if self.is_column else "View previous articles in this series"

    def action(self, verb: str = "Continue") -> Action | None:
        """Where `link` leads, or to the rest of it. Without words for a button it is a text link:
        `Read it at host`.
        """
        if self.continuation is not None:
            return self.continuation
        href, words = self.value("link"), self.value("button")
        if not href:
            return Action(words, "", is_button=False) if words else None
        if words:
            return Action(words, href, is_button=True)
        place = host(href)
        return Action(f"{verb} at {place}" if place else f"{verb} on our site", href, is_button=False)


def parts_of(document: IssueDocument) -> tuple[Part, ...]:
    """All parts of the issue in their printed order."""
    anchors = _anchors(document.sections)
    columns = [place for place, section in enumerate(document.sections) if _is_column(section)]
    first_column = columns[0] if columns else None
    return tuple(
        replace(
            _part(section, document),
            anchor=anchors[place],
            introduction=_introduction(section, document, is_first=place == first_column),
            earlier=_earlier(document, place),
            call=document.block("call-for-stories") if _is_column(section) else None,
        )
        for place, section in enumerate(document.sections)
    )


def part_alone(section: Section, document: IssueDocument) -> Part:
    """A section as it stands on its own page: without what belongs to one issue only."""
    kind = kinds.kind_of(section.kind)
    of_piece = {key.name for key in kind.all_keys if key.of_piece}
    fields = {key: value for key, value in section.fields.items() if key in of_piece}
    return _part(replace(section, fields=fields), document)


def _part(section: Section, document: IssueDocument) -> Part:
    kind = kinds.kind_of(section.kind)
    return Part(
        section=section,
        kind=kind,
        anchor=_anchors((section,))[0],
        path=_path(section, kind),
        editor=clean_line(document.masthead.editor),
    )


def contents(document: IssueDocument) -> tuple[ContentsRow, ...]:
    """The contents list: the kinds that are listed by themselves, and what a `contents` key names."""
    rows = []
    for part in parts_of(document):
        name = part.value("contents")
        if name.lower() == "no" or not (name or (part.kind.listed and part.title)):
            continue
        label = ", ".join((part.kind.contents_label or part.kind.label, *part.remarks))
        rows.append(ContentsRow(label, name or part.title, part.anchor, part.verdict))
    return tuple(rows)


def grouped(rows: Iterable[ContentsRow]) -> tuple[tuple[str, tuple[ContentsRow, ...]], ...]:
    """Neighbouring rows of one label together, so that the label is printed once."""
    return tuple((label, tuple(group)) for label, group in groupby(rows, key=lambda row: row.label))


def _is_column(section: Section) -> bool:
    return kinds.kind_of(section.kind).source == "story"


def _path(section: Section, kind: Kind) -> str:
    if not section.slug:
        return ""
    if kind.source == "story":
        return f"/stories/{section.id}-{section.slug}" if section.id else ""
    return f"/articles/{section.slug}" if kind.name == "Article" else ""


def _anchors(sections: Iterable[Section]) -> tuple[str, ...]:
    """One anchor a section: its id, or its title where it was never stored; a number keeps doubles apart."""
    taken = set(TAKEN_ANCHORS)
    anchors = []
    for section in sections:
        name = section.id or slugify(section.title)
        anchor, count = name, 1
        while anchor in taken:
            count += 1
            anchor = f"{name}-{count}"
        taken.add(anchor)
        anchors.append(anchor)
    return tuple(anchors)


def _introduction(section: Section, document: IssueDocument, *, is_first: bool) -> Introduction | None:
    if not _is_column(section):
        return None
    block = document.block("column-intro") if is_first else None
    title = clean_line(block.title) if block else ""
    if own := clean_line(section.value("intro")):
        return Introduction(title, own, is_plain=True)
    if block is None or not block.body.strip():
        return None
    return Introduction(title, block.body, is_plain=False, pictures=block.pictures)


def _earlier(document: IssueDocument, place: int) -> tuple[NavigationLink, ...]:
    navigation = document.navigation
    links: Mapping[int, tuple[NavigationLink, ...]] = (
        navigation.earlier_stories if _is_column(document.sections[place]) else navigation.earlier_parts
    )
    return links.get(place, ())
