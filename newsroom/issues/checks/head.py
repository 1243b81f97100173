"""Checks of the issue's head and of what the publication's settings put around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.issues.checks.finding import HEAD, ISSUE, SETTINGS, Facts, Finding, place
from newsroom.issues.document import IssueDocument
from newsroom.platform.days import long_date
from newsroom.platform.words import folded_words

SHORTEST_SUBJECT, LONGEST_SUBJECT = 10, 78
# One word in capitals is an abbreviation or a joke.
FEWEST_SHOUTED = 2
LONGEST_PREHEADER = 300
# Two cadences ahead is how issues are prepared; a week late still happens.
MOST_DAYS_AHEAD, MOST_DAYS_PAST = 30, 7


def number_is_free(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """A number is used once: an issue that was sent keeps it."""
    if document.number in facts.sent_numbers:
        yield Finding(
            "blocker",
            "duplicate-number",
            HEAD,
            f"Issue {document.number} is already sent; take another number.",
        )


def subject_is_there(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """The subject line is what most people will ever read of an issue."""
    length = len(document.subject.strip())
    if not length:
        yield Finding("blocker", "no-subject", HEAD, "There is no subject line; write one.", field="subject")
    elif length < SHORTEST_SUBJECT:
        yield Finding(
            "warning",
            "short-subject",
            HEAD,
            f"The subject has {length} characters; say a little more.",
            "",
            "subject",
        )
    elif length > LONGEST_SUBJECT:
        yield Finding(
            "warning",
            "long-subject",
            HEAD,
            f"The subject has {length} characters; most inboxes show no more than {LONGEST_SUBJECT}.",
            field="subject",
        )


def subject_does_not_shout(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """Capitals and rows of exclamation marks are what filters and readers take for advertising."""
    subject = document.subject
    shouted = [word for word in re.findall(r"[^\W\d_]{4,60}", subject) if word.isupper()]
    if len(shouted) >= FEWEST_SHOUTED or re.search(r"[!?]{2}", subject):
        sentence = "The subject shouts; write it as you would say it."
        yield Finding("warning", "shouting-subject", HEAD, sentence, field="subject")


def preheader_says_something_new(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """An inbox shows it beside the subject and before the first line: said twice, it is wasted."""
    said = folded_words(document.preheader)
    if not said:
        return
    repeated = _first_lines(document)
    what = next((name for name, text in repeated if folded_words(text)[: len(said)] == said), "")
    if what:
        sentence = f"The preheader repeats {what}; say something that makes people curious."
        yield Finding("warning", "preheader-repeats", HEAD, sentence, field="preheader")


def _first_lines(document: IssueDocument) -> Iterator[tuple[str, str]]:
    yield "the subject", document.subject
    for section in document.sections[:1]:
        yield "the first headline", section.title
        yield "the first line", section.body[:LONGEST_PREHEADER]


def has_sections(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """An issue without a section has nothing to say."""
    if not document.sections:
        yield Finding("blocker", "empty-issue", ISSUE, "There is no section yet; add one.")


def postal_address_is_there(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """Mail law asks for the publisher's postal address in every issue."""
    if not document.imprint.postal_address.strip():
        yield Finding(
            "blocker",
            "no-postal-address",
            SETTINGS,
            "The publication has no postal address, which each letter must carry; give it at /desk/settings.",
            field="postal_address",
        )


def preheader_is_there(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """Without a preheader an inbox shows whatever comes first."""
    if not document.preheader.strip():
        yield Finding(
            "warning",
            "no-preheader",
            HEAD,
            "There is no preheader; inboxes show it beside the subject. Write one sentence.",
            field="preheader",
        )


def corrects_what_was_sent(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """A correction that names an issue which never went out sends readers looking in vain.

    A warning, because a publication that moved here corrects issues that only its readers still have.
    """
    for section in document.sections:
        number = section.value("issue")
        if section.kind != "Correction" or not number.isdecimal() or int(number) in facts.sent_numbers:
            continue
        if int(number) in facts.known_numbers:
            code = "unsent-issue"
            sentence = f"Issue {number} was not sent yet; check the number of what is corrected."
        else:
            code = "unknown-issue"
            sentence = f"There is no issue {number} here; give the number of the issue that is corrected."
        yield Finding("warning", code, place(section), sentence, section.id, "issue")


def is_dated_about_now(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """A letter that arrives with another day on it looks like a mistake; preparing ahead is none."""
    if facts.today is None:
        return
    dated = document.masthead.issue_on
    ahead = (dated - facts.today).days
    if -MOST_DAYS_PAST <= ahead <= MOST_DAYS_AHEAD:
        return
    apart = f"{ahead:,} days ahead" if ahead > 0 else f"{-ahead:,} days ago"
    sentence = f"The issue is dated {long_date(dated)}, which is {apart}; check the date before it goes out."
    yield Finding("warning", "date-far-away", HEAD, sentence, field="issue_on")
