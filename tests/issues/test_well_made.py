"""Warnings are worth reading: on ten issues that are in order pre-flight finds next to nothing."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from newsroom.issues import kinds, manuscript, preflight, render
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.preflight import Facts, Finding
from tests.issues.documents import BASE_URL, IMPRINT, MASTHEAD, STANDING

FOLDER = Path(__file__).parent / "well_made"


@pytest.fixture(scope="module")
def issues() -> list[IssueDocument]:
    """The ten issues in their order, their stories with consent."""
    paths = sorted(FOLDER.glob("*.md"))
    return [_whole(manuscript.parse(path.read_text(encoding="utf-8"), path.name)) for path in paths]


def _whole(read: manuscript.Manuscript) -> IssueDocument:
    masthead = replace(MASTHEAD, number=read.number, issue_on=read.issue_on)
    sections = tuple(map(_stored, read.sections, range(len(read.sections))))
    return IssueDocument(masthead, read.subject, read.preheader, sections, STANDING, IMPRINT)


def _stored(section: Section, place: int) -> Section:
    is_story = kinds.kind_of(section.kind).source == "story"
    return replace(section, id=f"piece{place:07d}", consent_level=2 if is_story else None)


def judged(document: IssueDocument, earlier: list[IssueDocument]) -> tuple[Finding, ...]:
    """What pre-flight finds on the day of the issue, when the earlier ones have gone out."""
    numbers = frozenset(one.number for one in earlier)
    facts = Facts(
        sent_numbers=numbers,
        known_numbers=numbers,
        today=document.masthead.issue_on,
        previous=earlier[-1] if earlier else None,
    )
    return preflight.check(document, render.rendering(document, BASE_URL, render.SAMPLE_LINKS), facts)


def test_ten_well_made_issues_have_fewer_than_one_false_finding_each(issues: list[IssueDocument]) -> None:
    found = [judged(document, issues[:place]) for place, document in enumerate(issues)]
    codes = Counter(finding.code for each in found for finding in each)
    assert len(issues) == 10
    # The one is a question in quotation marks, put into words that its story only reports.
    assert codes == {"short-misquotation": 1}
    assert not [finding for each in found for finding in preflight.blockers(each)]


def test_they_use_every_kind_of_section(issues: list[IssueDocument]) -> None:
    used = {section.kind for document in issues for section in document.sections}
    assert used == set(kinds.names())


def test_the_same_issues_with_slips_in_them_are_stopped(issues: list[IssueDocument]) -> None:
    """That they pass is no sign that nothing is looked for."""
    slips = " The the bell rang,and stopped. It is on sale at! See [here](http://bit.ly/bell). “Come in."
    expected = {
        "doubled-word",
        "generic-link",
        "missing-space",
        "plain-http",
        "shortened-link",
        "unclosed-mark",
        "word-fell-out",
    }
    for place, document in enumerate(issues):
        first, *rest = document.sections
        if kinds.kind_of(first.kind).source == "story":
            first, *rest = reversed(document.sections)
        spoilt = replace(document, sections=(replace(first, body=first.body + slips), *rest))
        assert expected <= {finding.code for finding in judged(spoilt, issues[:place])}
