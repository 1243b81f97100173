"""What the archive makes public of an issue besides its editions: pages, cards, feeds, lists, addresses.

It gives words as its pages would show them and judges nothing. It reads no database: what is checked before
print is not published yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsroom.archive import addresses, lessons, queries
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.render import Rendering
from newsroom.platform.markup import parse_note
from newsroom.platform.surfaces import Depth, Passage, Surface


def _of_section(section: Section, field: str, what: str, text: str) -> Passage:
    is_story = section.kind in queries.VERDICTS
    where = f"{section.kind} “{section.title}”" if section.title else section.kind
    page = section.id if is_story else ""
    return Passage(where, what, text, section.id, field, page=page, depth=Depth.SET)


def _cards(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    for section in document.sections:
        yield _of_section(section, "title", "the title of its page and card", section.title)
        yield _of_section(section, "body", "the description of its card", queries.first_words(section))
        page = f"{section.id}-{section.slug}"
        yield _of_section(section, "title", "the address in the map of the site", page)


def _lists(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    for section in document.sections:
        if section.kind not in queries.VERDICTS:
            continue
        for card in parse_note(section.note).takeaways:
            words = f"{card.label}\n\n{card.text}\n\n{card.behaviour or lessons.OTHER}"
            yield _of_section(section, "note", "a takeaway among the lessons", words)


def _issue_page(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    what = "the title and the card of the issue’s page"
    yield Passage("Head", what, f"{document.subject}\n\n{document.preheader}", depth=Depth.SET)


def _feeds(document: IssueDocument, rendering: Rendering) -> Iterator[Passage]:
    page = f"/issues/{document.number}"
    html = addresses.absolute_links(str(rendering.web), "https://feed.invalid", page)
    title = f"Issue {document.number}: {document.subject}"
    for what, text in (
        ("the title of the feed’s item", title),
        ("the summary of the feed’s item", document.preheader),
        ("the feed’s item", html),
    ):
        yield Passage("Feed", what, text, depth=Depth.SET)


SURFACES: tuple[Surface, ...] = (
    Surface(
        "pages and cards of pieces",
        frozenset({"archive.story", "archive.article", "feeds.sitemap"}),
        _cards,
    ),
    Surface(
        "lists of pieces",
        frozenset(
            {
                "archive.home",
                "archive.thumbs",
                "archive.lessons",
                "archive.all_series",
                "archive.series",
                "archive.authors",
                "archive.author",
                "archive.reading",
                "archive.topics",
                "archive.corrections",
                "archive.events",
                "archive.marketplace",
            }
        ),
        _lists,
    ),
    Surface(
        "pages of the issue",
        frozenset({"archive.issue", "archive.issue_text", "archive.all_issues"}),
        _issue_page,
    ),
    Surface("feeds", frozenset({"feeds.atom", "feeds.json"}), _feeds),
)

FREE = {
    "archive.about": "a standing block, which the issue’s own surfaces hold",
    "archive.contact": "a standing block about the publisher",
    "archive.policy": "a standing block about how stories are handled",
    "feeds.robots": "addresses of doors",
}
