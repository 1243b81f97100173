"""Issues for tests: the specimen with every kind and every key, set in all that can stand around an issue."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from newsroom.issues import manuscript
from newsroom.issues.document import (
    Imprint,
    IssueDocument,
    Masthead,
    Navigation,
    NavigationLink,
    Section,
    Standing,
)
from newsroom.platform.text import slugify

SPECIMEN = Path(__file__).resolve().parents[2] / "content" / "every-kind.md"
BASE_URL = "https://service-bell.example"

MASTHEAD = Masthead(
    publication="The Service Bell",
    number=900,
    issue_on=date(2027, 1, 12),
    tagline="What customers remember, and what the rest of us can learn from it",
    publisher="Halden Quay Press",
    editor="Ines Carvell",
)
IMPRINT = Imprint(
    postal_address="12 Ropewalk Lane, Port Ellery PE4 2QX, United Kingdom",
    telephone="+44 1632 960143",
    reply_address="letters@service-bell.example",
)
STANDING = (
    Standing(
        "about", "About The Service Bell", "A letter for people who look after customers. [More](/about)."
    ),
    Standing(
        "forward", "Pass it on", "Do you know a reader? Forward it whole, or [ask for a copy](/subscribe)."
    ),
    Standing("quick-links", "Quick links", "- [All issues](/issues)\n- [The thumbs](/thumbs)"),
    Standing("call-for-stories", "What happened to you?", "Good or bad, we read every one."),
    Standing("column-intro", "Thumbs up, thumbs down", "The behaviour, *not* the company."),
    Standing("testimonials", "What readers say", "> I stay for the thumbs up."),
    Standing("privacy-note", "Why you get this", "You get this letter because you asked for it."),
)


def specimen() -> IssueDocument:
    """Every kind with every key, as a stored issue: pieces have pages, and something was printed before."""
    read = manuscript.parse(SPECIMEN.read_text(encoding="utf-8"), SPECIMEN.name)
    sections = tuple(_stored(section, place) for place, section in enumerate(read.sections))
    return IssueDocument(
        masthead=MASTHEAD,
        subject=read.subject,
        preheader=read.preheader,
        sections=sections,
        standing=STANDING,
        imprint=IMPRINT,
        navigation=Navigation(
            previous_issue=NavigationLink("Issue 899", "/issues/899"),
            earlier_parts={1: (NavigationLink("The letter that says thanks", "/articles/thanks"),)},
            earlier_stories={
                2: (NavigationLink("A hem by Friday", "/stories/abcdefghijkl-a-hem-by-friday"),),
                3: (NavigationLink("Nobody at home", "/stories/bcdefghijklm-nobody-at-home"),),
            },
        ),
    )


def bare(*sections: Section, **masthead: object) -> IssueDocument:
    """An issue with nothing but a name, a number, a date and these sections."""
    own = replace(Masthead("The Slip", 7, date(2026, 11, 17)), **masthead)
    return IssueDocument(masthead=own, subject="A subject for the seventh slip", sections=sections)


def _stored(section: Section, place: int) -> Section:
    author, series = section.value("author"), section.value("series")
    return replace(
        section,
        id=section.id or f"piece{place:07d}",
        slug=slugify(section.title),
        author_slug=slugify(author) if section.kind == "Article" else "",
        series_slug=slugify(series) if series else "",
    )
