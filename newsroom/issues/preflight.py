"""Pre-flight: everything that must be right before an issue may go out.

Pure: it judges a document and its renderings and reads nothing else. A blocker stops approval and sending;
a warning can be waived by a publisher with a reason, and a leak's must be. Each check is one small function
in `checks/`; the leak check reads whatever the registered surfaces give.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from newsroom.issues import checks
from newsroom.issues.checks import leaks, reading
from newsroom.issues.checks.around import RUNNING
from newsroom.issues.checks.finding import HEAD, ISSUE, Facts, Finding, Renderings, place
from newsroom.issues.checks.leaks import KeptOut
from newsroom.issues.document import IssueDocument
from newsroom.platform.surfaces import Passage

__all__ = ["RUNNING", "Facts", "Finding", "KeptOut", "Renderings", "blockers", "check", "obstacles"]


def check(
    document: IssueDocument,
    renderings: Renderings,
    facts: Facts,
    passages: Sequence[Passage] = (),
    kept_out: Sequence[KeptOut] = (),
) -> tuple[Finding, ...]:
    """All findings, blockers first, each group in the order of the issue: head, sections, what is around.

    `passages` are the words of every surface and `kept_out` the names that the stories of the issue keep out
    of print; with either of them empty there is nothing to leak.
    """
    findings: list[Finding] = list(leaks.leaks(passages, kept_out))
    for check_issue in checks.OF_THE_ISSUE:
        findings.extend(check_issue(document, facts))
    for section in document.sections:
        for check_section in checks.OF_A_SECTION:
            findings.extend(check_section(section))
    for words in reading.written(document):
        for check_words in checks.OF_WORDS:
            findings.extend(check_words(words))
        for check_in_time in checks.OF_WORDS_IN_THEIR_TIME:
            findings.extend(check_in_time(words, document, facts))
    findings.extend(leaks.pictures_are_unread(document, bool(kept_out)))
    for check_letter in checks.OF_THE_LETTER:
        findings.extend(check_letter(document, renderings))
    places = {where: order for order, where in enumerate(_places(document))}
    # What stands there twice in the same words is mended, or let pass, as one.
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda one: (one.severity != "blocker", places.get(one.where, len(places))),
        )
    )


def _places(document: IssueDocument) -> Iterator[str]:
    """The places of an issue as it is read from the top."""
    yield from (HEAD, ISSUE)
    # Of two sections that are called alike, the first one's findings come with those of the second.
    yield from dict.fromkeys(place(section) for section in document.sections)


def blockers(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that nobody can waive."""
    return tuple(finding for finding in findings if finding.severity == "blocker")


def obstacles(findings: Iterable[Finding], waived: Collection[str]) -> tuple[Finding, ...]:
    """Those that stop approval and sending: blockers, and leaks that nobody has answered for.

    `waived` are the marks of the findings that a publisher let pass with a reason.
    """
    return tuple(
        finding
        for finding in findings
        if finding.severity == "blocker" or (finding.code == leaks.CODE and finding.mark not in waived)
    )
