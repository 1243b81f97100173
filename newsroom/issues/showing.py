"""What a preview shows of an issue: what sending froze, or what is written and typed. Reads only.

Preview, test and dispatch read the same editions: an issue in preparation is rendered; one that is going out
or sent shows its record, byte for byte but for each reader's own addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from newsroom.issues import document as documents
from newsroom.issues import letter, queries, render, rules
from newsroom.issues.document import IssueDocument
from newsroom.issues.models import FrozenIssue, Issue
from newsroom.issues.render import SAMPLE_LINKS
from newsroom.issues.typed import Typed


@dataclass(frozen=True)
class Shown:
    """One issue in its editions, each made when asked for. `record` is what was frozen, if that counts."""

    document: IssueDocument
    record: FrozenIssue | None = None

    @cached_property
    def edition(self) -> letter.Edition:
        """The letter with slots where each reader's own words stand: a whole message is made of it."""
        if self.record is not None:
            return letter.Edition(self.document, self.record.email_html, self.record.email_text)
        return letter.rendered(self.document, queries.base_url())

    @cached_property
    def html(self) -> str:
        """The letter's HTML part."""
        if self.record is not None:
            return _as_sample(self.record.email_html)
        return render.letter_html(self.document, queries.base_url(), SAMPLE_LINKS)

    @property
    def text(self) -> str:
        """The letter's text part."""
        if self.record is not None:
            return _as_sample(self.record.email_text)
        return render.letter_text(self.document, queries.base_url(), SAMPLE_LINKS)

    @property
    def web(self) -> Markup:
        """What the archive's page of it shows."""
        if self.record is not None:
            return Markup(self.record.web_fragment)  # noqa: S704 - it was rendered and sanitised when it was frozen.
        return render.web_fragment(self.document, queries.base_url())


def shown(row: Issue, typed: Typed | None = None) -> Shown:
    """What a preview of an issue shows; `typed` counts only where it could be saved."""
    if typed is not None and rules.may("edit", row.state):
        return Shown(queries.document(row, typed))
    whole = queries.document_as_known(row)
    record = queries.frozen(row.number) if row.state in (rules.GOING_OUT, rules.SENT) else None
    # A record that holds something which was taken back since stays sealed: its words are shown to nobody.
    return Shown(whole, record if record and documents.from_json(record.document) == whole else None)


def _as_sample(frozen: str) -> str:
    """A frozen part with addresses of nobody in the places of each reader's own."""
    for name in ("unsubscribe", "preferences"):
        frozen = frozen.replace(getattr(letter.SLOT_LINKS, name), getattr(SAMPLE_LINKS, name))
    return frozen
