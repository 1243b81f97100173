"""What the templates of a kind ask of the edition that they are set in: addresses, bodies, notes.

An edition belongs to one document and one address of the site. `HtmlEdition` serves the letter and the web
page, `TextEdition` sets plain text in columns; both read the same blocks, so that they say the same words.
Neither reads a clock, a database or a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from newsroom.issues import typesetting
from newsroom.issues.bodies import (
    Asked,
    Lesson,
    adjusted,
    adjusted_runs,
    apart,
    described,
    forwarded,
    lessons,
    narrowed,
    stretches,
)
from newsroom.issues.document import IssueDocument, Standing
from newsroom.issues.openings import opening_of
from newsroom.issues.parts import Introduction, Part
from newsroom.issues.references import linked
from newsroom.issues.tongue import Tongue
from newsroom.issues.wording import Fact
from newsroom.platform.markup import (
    Blocks,
    Dialect,
    LinkNotes,
    Runs,
    blocks_to_html,
    blocks_to_text,
    parse,
    plain_text,
    runs_to_html,
    to_html,
)
from newsroom.platform.markup.blocks import List, Paragraph
from newsroom.platform.markup.targets import absolute, encoded

# What an image may take of the letter's 600 px: the sheet less its sides.
LETTER_COLUMN = 536
# What a logo may take of the masthead, in pixels, and what most of those take whose size nobody knows.
WIDEST_LOGO, TALLEST_LOGO, USUAL_LOGO, SMALLEST_LOGO = 256, 48, 160, 8
# What fits beside each other on a telephone; the rows of a wider table become lists.
MOST_COLUMNS = 6

_ARROW = "→ "

_IMAGE = re.compile(r'<img src="(?P<source>[^"]*)"')
_SIZE_IN_NAME = re.compile(r"-(?P<width>[1-9]\d{0,3})x(?P<height>[1-9]\d{0,3})\.[A-Za-z]{3,4}(?:$|[?#])")


@dataclass(frozen=True)
class NotePiece:
    """A stretch of an Editor's note: running words as HTML, takeaways, or the call to action at its end."""

    html: Markup = Markup("")
    takeaways: tuple[SetTakeaway, ...] = ()
    call: SetCall | None = None


@dataclass(frozen=True)
class SetCall:
    """A call to action ready to be printed: what readers are asked, and a button where it has one."""

    html: Markup
    words: Markup = Markup("")
    href: str = ""


@dataclass(frozen=True)
class SetTakeaway:
    """A takeaway ready to be printed: number, behaviour, reason, and the tag it is filed under."""

    number: int
    behaviour: Markup
    reason: Markup
    tag: str


@dataclass(frozen=True)
class Logo:
    """A logo: its address, its room in pixels, and whether its file's name told the proportions."""

    address: str
    width: int
    height: int
    is_measured: bool


class HtmlEdition:
    """The letter (with the site's address) or the web page (without it, links stay within the site).

    `tongue` is what its templates ask about the publication's language.
    """

    def __init__(self, document: IssueDocument, base_url: str) -> None:
        self.document = document
        self.base_url = base_url.rstrip("/")
        self.tongue = Tongue(document.masthead.language)

    def address(self, target: str) -> str:
        """The full address of a path of the site; other addresses as they are."""
        return _absolute(target, self.base_url, self.document.number)

    def line(self, words: str) -> Markup:
        """A title: words and editorial brackets."""
        return to_html(words, Dialect.LINE)

    def body(self, part: Part, level: int = 3) -> Markup:
        """The section's words; their highest headings become `level`."""
        return self._set(_body(part, self.document), level)

    def block(self, block: Standing, level: int = 4) -> Markup:
        """A standing block's words."""
        return self._set(_words_of(block, self.document), level)

    def forward(self, block: Standing) -> Markup:
        """The forward line: its link to the sign-up says which issue was passed on."""
        return self._set(forwarded(_words_of(block, self.document), self.document.number, self.base_url), 4)

    def introduction(self, introduction: Introduction) -> Markup:
        """What stands above the column."""
        if introduction.is_plain:
            return Markup("<p>{}</p>").format(introduction.body)
        return self._set(_words_of(introduction, self.document), 4)

    def note(self, part: Part, level: int = 4) -> Iterator[NotePiece]:
        """The Editor's note in its own order: running words, lists as takeaways, the call to action last."""
        number = 0
        told, asked = apart(_note(part, self.document))
        for blocks in stretches(told):
            if not isinstance(blocks[0], List):
                yield NotePiece(html=self._set(blocks, level))
                continue
            takeaways = []
            for lesson in lessons(blocks[0]):
                number += 1
                takeaways.append(self._takeaway(lesson, number, level))
            yield NotePiece(takeaways=tuple(takeaways))
        if asked:
            yield NotePiece(call=self._call(asked, level))

    def _call(self, asked: Asked, level: int) -> SetCall:
        html = self._set(asked.blocks, level)
        if asked.button is None:
            return SetCall(html)
        return SetCall(
            html, runs_to_html(self._relinked(asked.button.runs)), self.address(asked.button.target)
        )

    def _takeaway(self, lesson: Lesson, number: int, level: int) -> SetTakeaway:
        return SetTakeaway(
            number=number,
            behaviour=runs_to_html(self._relinked(lesson.behaviour)),
            reason=Markup(" ").join(
                filter(None, (runs_to_html(self._relinked(lesson.reason)), self._set(lesson.more, level)))
            ),
            tag=lesson.tag,
        )

    def _set(self, blocks: Blocks, level: int) -> Markup:
        html = blocks_to_html(adjusted(blocks, self.address, level - 2))
        # Pictures are told their room, so that the page keeps still while they come.
        return Markup(_IMAGE.sub(self._sized, str(html)))  # noqa: S704 - sanitised; only sizes are added.

    def _sized(self, found: re.Match[str]) -> str:
        """The image with the width and height that the file's name tells (`quay-1200x800.jpg`)."""
        named = _SIZE_IN_NAME.search(found["source"])
        return f'{found[0]} width="{named["width"]}" height="{named["height"]}"' if named else found[0]

    def _relinked(self, runs: Runs) -> Runs:
        return adjusted_runs(runs, self.address)


class LetterEdition(HtmlEdition):
    """The letter: every picture has a width, because Word shows it at any size otherwise.

    No table is wider than a telephone, because nothing in a letter may scroll sideways.
    """

    def _set(self, blocks: Blocks, level: int) -> Markup:
        html = super()._set(narrowed(blocks, MOST_COLUMNS), level)
        # A name tells tables of data from those that only lay out, for the sheets.
        return Markup(str(html).replace("<table>", '<table class="data">'))  # noqa: S704 - sanitised above.

    def logo(self) -> Logo:
        """The logo as it stands in the masthead."""
        address = self.address(self.document.masthead.logo_url)
        if named := _SIZE_IN_NAME.search(address):
            width, height = int(named["width"]), int(named["height"])
            part = min(1, WIDEST_LOGO / width, TALLEST_LOGO / height)
            width, height = round(width * part), round(height * part)
            # A name that tells of a thread says nothing about a logo.
            if min(width, height) >= SMALLEST_LOGO:
                return Logo(address, width, height, is_measured=True)
        return Logo(address, USUAL_LOGO, TALLEST_LOGO, is_measured=False)

    def _sized(self, found: re.Match[str]) -> str:
        """The image with its width in the column and, where the file's name tells it, its height."""
        named = _SIZE_IN_NAME.search(found["source"])
        if named is None:
            return f'{found[0]} width="{LETTER_COLUMN}"'
        width, height = int(named["width"]), int(named["height"])
        shown = min(width, LETTER_COLUMN)
        return f'{found[0]} width="{shown}" height="{max(1, round(height * shown / width))}"'


class TextEdition:
    """Plain text in 72 columns. Each section has one of its own, because it numbers its own links."""

    def __init__(self, document: IssueDocument, base_url: str) -> None:
        self.document = document
        self.base_url = base_url.rstrip("/")
        self.notes = LinkNotes()

    def address(self, target: str) -> str:
        """The full address of a path of the site; other addresses as they are."""
        return _absolute(target, self.base_url, self.document.number)

    def opener(self, part: Part, facts: Iterable[Fact] = (), label: str = "") -> str:
        """The rule that opens a part, its label, the headline underlined, the by-line."""
        return "\n".join(
            [typesetting.rule(), *typesetting.wrapped(label or part.kind.label), "", self._head(part, facts)]
        )

    def thumb(self, part: Part) -> str:
        """The tab as text: down hangs below its rule, up stands on it."""
        shape = "▲" if part.verdict == "up" else "▼"
        tab = f"  {shape} {part.kind.label}"
        lines = [tab, typesetting.rule()] if part.verdict == "up" else [typesetting.rule(), tab]
        return "\n".join([*lines, "", self._head(part)])

    def _head(self, part: Part, facts: Iterable[Fact] = ()) -> str:
        lines = typesetting.headline(part.title)
        lines += typesetting.wrapped(" · ".join(self._linked(fact) for fact in facts))
        if part.path:
            lines.append(self.address(part.path))
        return "\n".join(lines)

    def body(self, part: Part) -> str:
        """The section's words."""
        return self._set(_body(part, self.document))

    def block(self, block: Standing) -> str:
        """A standing block's words."""
        return self._set(_words_of(block, self.document))

    def forward(self, block: Standing) -> str:
        """The forward line: its link to the sign-up says which issue was passed on."""
        return self._set(forwarded(_words_of(block, self.document), self.document.number, self.base_url))

    def paragraph(self, words: str) -> str:
        """Plain words, wrapped."""
        return typesetting.words(words)

    def signed(self, name: str, office: str = "") -> str:
        """Who wrote it, at the end."""
        lines = typesetting.wrapped(name, "— ", "  ")
        return "\n".join([*lines, *typesetting.wrapped(office, "  ", "  ")])

    def small(self, facts: Iterable[Fact]) -> str:
        """What is said below the body, one line each."""
        return "\n\n".join(typesetting.words(self._linked(fact)) for fact in facts)

    def facts_table(self, facts: Iterable[Fact]) -> str:
        """When, where and who, in two columns."""
        return typesetting.table([(fact.label, self._value(fact)) for fact in facts])

    def action(self, part: Part, verb: str = "Continue") -> str:
        """Where the section leads: words, and the address below them."""
        act = part.action(verb)
        if act is None or not act.href:
            return typesetting.words(act.words) if act else ""
        return self.lead(act.words, act.href)

    def download(self, part: Part) -> str:
        """The file that goes with it: name, type and size, and the address below."""
        return self.lead(part.download.words, part.download.href) if part.download else ""

    def lead(self, words: str, target: str) -> str:
        """Words that lead somewhere, the bare address below them."""
        return "\n".join([*typesetting.wrapped(f"{words}:"), f"  {self.address(target)}"])

    def question(self, label: str, question: str, answer: str, path: str) -> str:
        """A question to the reader, and where to answer it."""
        if not question:
            return ""
        asked = typesetting.words(f"{label}: {question}")
        return f"{asked}\n\n{self.lead(answer, path)}" if path else asked

    def earlier(self, part: Part) -> str:
        """What was printed before."""
        if not part.earlier:
            return ""
        lines = [f"{part.earlier_title}:"]
        for link in part.earlier:
            lines += typesetting.wrapped(link.title, "* ", "  ")
            lines.append(f"  {self.address(link.path)}")
        return "\n".join(lines)

    def introduction(self, part: Part) -> str:
        """What stands above the column."""
        if part.introduction is None:
            return ""
        said = part.introduction
        words = typesetting.words(said.body) if said.is_plain else self._set(_words_of(said, self.document))
        return "\n\n".join(filter(None, (typesetting.underlined(said.title), words)))

    def call(self, part: Part) -> str:
        """The call for stories after a column."""
        if part.call is None:
            return ""
        asked = (
            typesetting.underlined(part.call.title),
            self.block(part.call),
            self.lead("Share your story", "/share"),
        )
        return "\n\n".join(filter(None, asked))

    def note(self, part: Part, label: str) -> str:
        """The Editor's note, set in from the margin between two short rules, its takeaways numbered.

        An arrow stands before the call to action.
        """
        width = typesetting.WIDTH - typesetting.INDENT
        pieces = [typesetting.words(label, width)]
        number = 0
        told, asked = apart(_note(part, self.document))
        for blocks in stretches(told):
            if not isinstance(blocks[0], List):
                pieces.append(self._set(blocks, width))
                continue
            for lesson in lessons(blocks[0]):
                number += 1
                pieces.append(self._takeaway(lesson, number, width))
        if asked:
            pieces.append(self._call(asked, width))
        if len(pieces) == 1:
            return ""
        return typesetting.indented(
            "\n".join([typesetting.rule(width), "\n\n".join(pieces), typesetting.rule(width)])
        )

    def _call(self, asked: Asked, width: int) -> str:
        room = width - len(_ARROW)
        lines = [self._set(asked.blocks, room)] if asked.blocks else []
        if asked.button is not None:
            words = plain_text(asked.button.runs)
            target = self.address(asked.button.target)
            lines.append("\n".join([*typesetting.wrapped(f"{words}:", width=room), f"  {target}"]))
        return typesetting.hung("\n\n".join(lines), _ARROW)

    def _takeaway(self, lesson: Lesson, number: int, width: int) -> str:
        label = f"{number}. "
        room = width - len(label)
        lines = [self._runs(lesson.behaviour, room), self._runs(lesson.reason, room)]
        if lesson.more:
            lines.append(self._set(lesson.more, room))
        if lesson.tag:
            lines.append(f"[{lesson.tag}]")
        return typesetting.hung("\n".join(filter(None, lines)), label)

    def links(self) -> str:
        """The addresses of this section's links by their numbers; empty when there are none."""
        return "\n".join(self.notes.lines(typesetting.WIDTH))

    def _runs(self, runs: Runs, width: int) -> str:
        return self._set((Paragraph(runs),), width) if runs else ""

    def _set(self, blocks: Blocks, width: int = typesetting.WIDTH) -> str:
        return blocks_to_text(adjusted(blocks, self.address, 0), width, self.notes)

    def _linked(self, fact: Fact) -> str:
        return f"{fact.label} {self._value(fact)}".strip()

    def _value(self, fact: Fact) -> str:
        if not fact.href:
            return fact.value
        return f"{fact.value} [{self.notes.number(self.address(fact.href))}]"


def _body(part: Part, document: IssueDocument) -> Blocks:
    """A section's words, its pictures described and, but for what a reader told, its issues linked.

    Of a part that is continued elsewhere they are its opening.
    """
    blocks = parse(part.section.body, part.kind.dialect)
    blocks = described(opening_of(blocks) if part.continuation else blocks, part.section.pictures)
    return blocks if part.is_column else linked(blocks, document.navigation.issues)


def _note(part: Part, document: IssueDocument) -> Blocks:
    """A section's Editor's note, its pictures described and its issues linked."""
    blocks = described(parse(part.section.note, Dialect.ARTICLE), part.section.pictures)
    return linked(blocks, document.navigation.issues)


def _words_of(block: Standing | Introduction, document: IssueDocument) -> Blocks:
    """A standing block's words, its pictures described and its issues linked."""
    blocks = described(parse(block.body, Dialect.ARTICLE), block.pictures)
    return linked(blocks, document.navigation.issues)


def _absolute(target: str, base_url: str, number: int) -> str:
    """A path of the site as a full address; a place in the issue (`#part`) as that place of its page."""
    if target.startswith("#") and base_url:
        return encoded(f"{base_url}/issues/{number}{target}")
    return absolute(target, base_url)
