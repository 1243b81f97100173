"""The judges of format, each asked about a few letters and about letters that were broken on purpose.

`make judge` asks all judges about all letters.
"""

from collections.abc import Iterator

import pytest

from judges import (
    bench,
    caniemail,
    html5,
    mailauth,
    mailparser,
    ordinary,
    reading,
    report,
    signatures,
    specimens,
    standard,
    vnu,
)
from judges.contract import Judge
from judges.letters import JudgedLetter
from judges.workshop import workshop

pytestmark = pytest.mark.judges
ISSUES = ("sample", "hostile", "arabic")
OTHERS = ("subscriber_welcome", "story_question")
QUICK = (
    mailparser.JUDGE,
    mailauth.JUDGE,
    signatures.DKIMPY,
    signatures.AUTHHEADERS,
    standard.JUDGE,
    vnu.JUDGE,
    html5.JUDGE,
    caniemail.JUDGE,
    reading.JUDGE,
)


@pytest.fixture(scope="module")
def letters() -> Iterator[list[JudgedLetter]]:
    with workshop() as app:
        yield [*specimens.letters(app, ISSUES), *ordinary.letters(app, OTHERS)]


@pytest.mark.parametrize("judge", QUICK, ids=lambda judge: judge.name)
def test_the_judge_passes_our_letters_and_refuses_broken_ones(
    letters: list[JudgedLetter], judge: Judge
) -> None:
    heard = bench.hear(judge, letters, letters[0])
    assert heard.is_content, report.report([heard])
    assert {verdict.letter for verdict in heard.verdicts} == {*ISSUES, *OTHERS}
    assert {tried.line for tried in heard.controls} == set(judge.lines)


def test_nothing_is_on_the_list_of_gaps_that_no_letter_needs(letters: list[JudgedLetter]) -> None:
    assert caniemail.unused(letters) == []
