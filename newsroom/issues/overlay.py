"""Corrections, laid over what was frozen on its way out: the web page, the text edition, a piece's own page.

Pure. What was frozen stays as it is; here words are put before it and at the beginning of a section, and
nothing of it is taken away. A section is found by the id of its element, because the frozen page is never
rendered again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from newsroom.issues import typesetting
from newsroom.platform.clock import long_date
from newsroom.platform.markup import Dialect, to_html, to_text


@dataclass(frozen=True)
class Correction:
    """What was wrong in a sent issue, said on `day`.

    `section_id` is the id of the section that it is about and `title` what that is called; both are empty
    where it is about the issue as a whole.
    """

    number: int
    day: date
    words: str
    section_id: str = ""
    title: str = ""

    @property
    def anchor(self) -> str:
        """The id of its element on a page."""
        return f"correction-{self.number}"

    @property
    def html(self) -> Markup:
        """As it stands at the place that it is about."""
        said = to_html(self.words, Dialect.STORY)
        return Markup(
            '<aside class="correction beside" id="{}" aria-label="Correction"><p>{}</p>{}</aside>'
        ).format(self.anchor, self._dated, said)

    @property
    def _dated(self) -> Markup:
        return Markup('<b>Corrected on <time datetime="{}">{}</time>.</b>').format(
            self.day.isoformat(), long_date(self.day)
        )

    @property
    def pointer(self) -> Markup:
        """One line that says where on the page it stands."""
        return Markup('<p class="correction beside">{} <a href="#{}">{}</a></p>').format(
            self._dated, self.anchor, self.title or "See below"
        )

    @property
    def text(self) -> str:
        """As it stands in the text edition, 72 columns wide."""
        place = f", in “{self.title}”" if self.title else ""
        said = typesetting.words(f"Corrected on {long_date(self.day)}{place}:")
        return f"{said}\n\n{to_text(self.words, Dialect.STORY, width=typesetting.WIDTH)}"


def corrected_web(fragment: str, corrections: Iterable[Correction]) -> Markup:
    """The frozen page with what was wrong at its head, and at each section that was."""
    page, head = fragment, Markup("")
    for correction in sorted(corrections, key=lambda one: one.number):
        at_its_place = _put(page, correction) if correction.section_id else None
        head += correction.html if at_its_place is None else correction.pointer
        page = page if at_its_place is None else at_its_place
    return head + Markup(page)  # noqa: S704 - our own rendering, sanitised before it was frozen.


def _put(page: str, correction: Correction) -> str | None:
    """The page with the correction below the headline of its section; None where that is not on the page.

    A section without a headline of its own has it at its beginning.
    """
    opening = re.compile(rf'<section\b[^>]*\sid="{re.escape(correction.section_id)}"[^>]*>')
    found = opening.search(page)
    if found is None:
        return None
    end = _HEAD.match(page, found.end())
    place = end.end() if end else found.end()
    return f"{page[:place]}\n{correction.html}{page[place:]}"


# A headline stands at the very beginning of its section, and no section begins within it.
_HEAD = re.compile(r"\s*<header\b(?:(?!<section\b|</header>).)*</header>", re.DOTALL)


def corrected_text(edition: str, corrections: Iterable[Correction]) -> str:
    """The frozen text edition below what was wrong in it."""
    said = [correction.text for correction in sorted(corrections, key=lambda one: one.number)]
    if not said:
        return edition
    return "\n\n".join(["\n".join(typesetting.headline("Corrections")), *said]) + f"\n\n\n{edition}"
