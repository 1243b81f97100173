"""Every check of pre-flight has an example of what it finds and one of what it leaves alone."""

import re
from dataclasses import replace
from datetime import date

import pytest

from newsroom.issues import preflight, render
from newsroom.issues.checks import (
    around,
    columns,
    dates,
    head,
    links,
    naming,
    pictures,
    proofreading,
    typography,
)
from newsroom.issues.checks.catalogue import CATALOGUE
from newsroom.issues.checks.finding import Facts, Finding
from newsroom.issues.checks.reading import in_section, written
from newsroom.issues.document import IssueDocument, Section
from tests.architecture.source import ROOT
from tests.effort import grows_in_proportion
from tests.issues.documents import BASE_URL, IMPRINT, STANDING, bare

COLUMN = Section(
    "Thumbs up",
    "The ramp came down again",
    "She lifted one arm. “Take your time,” she said.",
    "It was a rule.\n\n- **Look up.** It costs nothing.",
    id="abcdabcdabcd",
    consent_level=2,
)


def of_words(text: str) -> list[Finding]:
    """What the checks of words find in a text."""
    checks = (
        links.links_say_where_they_lead,
        links.links_show_their_host,
        links.links_are_encrypted,
        pictures.descriptions_are_words,
        proofreading.no_word_stands_twice,
        proofreading.spaces_follow_punctuation,
        proofreading.no_word_fell_out,
        proofreading.no_clauses_run_together,
        typography.characters_are_whole,
        typography.quotation_marks_are_of_one_kind,
        typography.marks_are_closed,
    )
    fields = list(in_section(Section("Note", "A note", text)))
    return [finding for check in checks for words in fields for finding in check(words)]


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("doubled-word", "We went to the the quay."),
        ("doubled-word", "It rang and\nand rang."),
        ("doubled-word", "Then **then** came."),
        ("missing-space", "She went home,but came back."),
        ("missing-space", "It was late.Nobody came."),
        ("missing-space", "“Come in,”she said."),
        ("word-fell-out", "The cards are now on sale at!"),
        ("word-fell-out", "He put it on the."),
        ("word-fell-out", "We had a, and it rang."),
        ("lost-dash", "He rang the bell  nobody came."),
        ("lost-dash", "He rang ? nobody came."),
        ("lost-dash", "He waitedNobody came."),
        ("broken-character", "I donâ€™t know."),
        ("broken-character", "The cafÃ© is open."),
        ("broken-character", "What \ufffd is this?"),
        ("mixed-marks", '“Yes,” she said. "No," he said.'),
        ("mixed-marks", "I don’t, and you can't."),
        ("unclosed-mark", "It rang (twice, and stopped."),
        ("unclosed-mark", "“Come in, she said."),
        ("unclosed-mark", "Come in,” she said."),
        ("unclosed-mark", '"Come in, she said.'),
        ("generic-link", "The tides are [here](https://quay.example)."),
        ("generic-link", "[Click here!](https://quay.example)"),
        ("shortened-link", "See [the tides](https://www.bit.ly/tides)."),
        ("plain-http", "See [the tides](http://quay.example)."),
        ("alt-is-file-name", "![IMG_2041.JPG](https://quay.example/a.jpg)"),
        ("alt-is-file-name", "![DSC00312](https://quay.example/a.jpg)"),
    ],
)
def test_a_slip_is_found_with_its_place(code: str, bad: str) -> None:
    (finding,) = of_words(bad)
    assert (finding.severity, finding.code, finding.field) == ("warning", code, "body")
    assert finding.where == "Note “A note”"


@pytest.mark.parametrize(
    "good",
    [
        "He had had enough, and I know that that is so. They live in Wagga Wagga. It was very very late.",
        "She gave her her coat. So-so. No, no. Again and again and again.",
        "Write to desk@quay.example, see https://quay.example/a,b or quay.example/tides; open at 9:30.",
        "At 9 a.m. we opened apology.pdf, version 2.Then it was late...and dark.",
        "What is it for? That is the desk I came from. There was nobody to talk to, and nothing to look at.",
        "It had to be paid for. Which one are you afraid of? The people we work with. Come in! Read on.",
        "The ones that we wrote about are the ones that we thought of.",
        "Vitamin A, plan B, and a… pause. She said “the”, and stopped.",
        "One.  Two spaces after a full stop are an old habit.  Like this.",
        "YouTube, McDonald and iPhone are names; so is eBay.",
        "“One paragraph of it.\n\n“And the next.” Then nothing.",
        'a) the first\n\nb) the second :) and a 6" nail (or [two]), in (carriage 7) and (see b).',
        "Rock ’n’ roll in the ’nineties, the dogs’ bowls, ‘quite’ so.",
        "Château, âge, coração, GRÜN.",
        "See [the tides](https://quay.example) and [how to read more](https://quay.example/read).",
        "![A quay at low tide](https://quay.example/IMG_2041.jpg)",
        "*Sorry* beats **regret**.\n\n| It said | It says |\n|---|---|\n| No shoes. | Shoes off, please. |",
    ],
)
def test_what_good_writers_do_is_left_alone(good: str) -> None:
    assert of_words(good) == []


def test_one_finding_stands_for_all_slips_of_a_sort_in_a_field() -> None:
    (finding,) = of_words("The the bell.\n\nThe the door.\n\nThe the mat.")
    assert finding.sentence == "“The the” says a word twice; take one out. There are 2 more below."
    assert finding.quote == "The the bell."


def test_a_slip_is_quoted_by_whole_words() -> None:
    (finding,) = of_words("Everybody  rang the bell.")
    assert finding.sentence.startswith("“Everybody rang” runs together")


def test_the_head_and_standing_blocks_are_read_as_well() -> None:
    document = replace(bare(), preheader="It is is late.", standing=STANDING)
    fields = list(written(document))
    assert {(words.where, words.field) for words in fields} >= {
        ("Head", "preheader"),
        ("Standing block “Pass it on”", "body"),
    }
    found = [finding for words in fields for finding in proofreading.no_word_stands_twice(words)]
    assert [(finding.where, finding.field) for finding in found] == [("Head", "preheader")]


def of_column(**different: object) -> list[str]:
    section = replace(COLUMN, **different)
    checks = (
        columns.short_quotations_are_the_storys,
        columns.note_has_takeaways,
        columns.lead_in_fits_the_verdict,
    )
    return [finding.code for check in checks for finding in check(section)]


LIST = "\n\n- **Look up.** It costs nothing."


@pytest.mark.parametrize(
    ("different", "codes"),
    [
        ({"note": f"“Take your boat” lifted a debt.{LIST}"}, ["short-misquotation"]),
        ({"note": f"“Take your time” lifted a debt.{LIST}"}, []),
        ({"note": f"Say “come in” and a “thank you”, rather than “no problem”.{LIST}"}, []),
        ({"note": f"He calls it “service”.{LIST}"}, []),
        ({"note": "It was a rule."}, ["no-takeaways"]),
        ({"note": ""}, []),
        ({"fields": {"lead-in": "A reader complains about an awful crossing."}}, ["contrary-lead-in"]),
        ({"fields": {"lead-in": "A dreadful crossing turned out well."}}, []),
        ({"fields": {"lead-in": "A reader on a late boat."}}, []),
        (
            {"kind": "Thumbs down", "fields": {"lead-in": "Excellent service on a boat."}},
            ["contrary-lead-in"],
        ),
        ({"kind": "Thumbs down", "fields": {"lead-in": "What could have been a lovely day."}}, []),
        ({"kind": "Note", "note": "“Take your boat” is no column’s note."}, []),
    ],
)
def test_a_column(different: dict[str, object], codes: list[str]) -> None:
    assert of_column(**different) == codes


@pytest.mark.parametrize(
    ("subject", "preheader", "codes"),
    [
        ("READ THIS NOW, PLEASE", "Something new.", ["shouting-subject"]),
        ("What a day this was!!", "Something new.", ["shouting-subject"]),
        ("A day with the NHS, at last!", "Something new.", []),
        ("A subject of its own", "A subject of its own.", ["preheader-repeats"]),
        ("A subject of its own", "the bell on the counter", ["preheader-repeats"]),
        ("A subject of its own", "It rang twice this morning.", ["preheader-repeats"]),
        ("A subject of its own", "What the bell knows.", []),
        ("A subject of its own", "", []),
    ],
)
def test_the_head(subject: str, preheader: str, codes: list[str]) -> None:
    section = Section("Note", "The bell on the counter", "It rang twice this morning, and nobody came.")
    document = replace(bare(section), subject=subject, preheader=preheader)
    checks = (head.subject_does_not_shout, head.preheader_says_something_new)
    assert [found.code for check in checks for found in check(document, Facts())] == codes


@pytest.mark.parametrize(
    ("kind", "fields", "codes"),
    [
        ("Speaking engagement", {"when": "2026-11-14 to 2026-11-16"}, ["event-over"]),
        ("Speaking engagement", {"when": "2026-11-16 to 2026-11-17"}, []),
        ("Speaking engagement", {"when": "2026-11-10", "materials": "later"}, ["event-over"]),
        ("Speaking engagement", {"when": "2026-11-10", "materials": "https://quay.example/talk"}, []),
        ("Listing", {"when": "2026-11-10"}, ["event-over"]),
        ("Announcement", {"offer": "BELL20 until 2026-11-16"}, ["offer-expired"]),
        ("Announcement", {"offer": "BELL20 until 2026-11-17"}, []),
        ("Announcement", {"offer": "BELL20"}, []),
        ("Book recommendation", {"until": "2026-10-01"}, ["offer-expired"]),
        ("Book recommendation", {"until": "2027-10-01"}, []),
    ],
)
def test_what_is_over_on_the_day_of_the_issue(kind: str, fields: dict[str, str], codes: list[str]) -> None:
    document = bare(Section(kind, "The bell", "It rings.", fields=fields))
    checks = (dates.nothing_is_over, dates.nothing_has_expired)
    assert [found.code for check in checks for found in check(document, Facts())] == codes


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Come on Monday, 17 November 2026.",
            "“Monday, 17 November 2026” is a Tuesday; mend the day or the date.",
        ),
        ("Come on Monday 4 January.", "“Monday 4 January” is a Monday"),
        ("Come on Tuesday 5th of January.", ""),
        ("Come on Fri, November 27, 2026.", ""),
        ("Come on Thursday, November 27.", "“Thursday, November 27” is a Friday; mend the day or the date."),
        ("Tuesday, 20 to Thursday, 22 April 2027.", ""),
        ("Sunday, 31 February 2026 never comes.", ""),
    ],
)
def test_weekdays(text: str, sentence: str) -> None:
    document = bare(Section("Note", "Dates", text))
    found = [
        finding.sentence
        for words in written(document)
        for finding in dates.weekdays_match_their_dates(words, document, Facts())
    ]
    assert found == ([sentence] if sentence and "is a Monday" not in sentence else [])


def test_a_readers_story_may_mean_any_year() -> None:
    document = bare(replace(COLUMN, body="On Monday, 17 November it rained."))
    found = [dates.weekdays_match_their_dates(words, document, Facts()) for words in written(document)]
    assert not [finding for each in found for finding in each]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("As we said in issue 9, it rings.", 9),
        ("See editions 3 to 5.", 5),
        ("See edition no. 5.", 5),
        ("As we said in issue 6, and in issue 4; this is issue 7.", 0),
        ("In issue 1 we said so.", 0),
        ("It stood in issue 12 of The Lobby Review, and in the issue of 2019.", 0),
        ("The edition 2025 was blue, and there were 9 issues.", 0),
    ],
)
def test_named_issues(text: str, number: int) -> None:
    document, facts = bare(Section("Note", "Issues", text)), Facts(known_numbers=frozenset({3, 4, 6}))
    found = [
        finding.sentence
        for words in written(document)
        for finding in around.named_issues_exist(words, document, facts)
    ]
    assert found == ([f"There is no issue {number} here; check the number."] if number else [])


@pytest.mark.parametrize(
    ("promise", "codes"),
    [
        ("In two weeks: Desmond Okell on apologies by post.", ["promise-not-kept"]),
        ("In our next issue we shall print the recipe for soup.", ["promise-not-kept"]),
        ("In two weeks: Ana Duarte on whatever she likes.", []),
        ("Next time: listening, and listening again.", []),
        ("In our next issue somebody rings the brass bell.", []),
        ("In the new year: a series on apologies by post.", []),
    ],
)
def test_promises(promise: str, codes: list[str]) -> None:
    here = bare(
        Section("Article", "Listening twice", "The brass bell rang.", fields={"author": "Ana Duarte"})
    )
    previous = bare(Section("Message", "Soon", f"It was a good year. {promise}"), number=6)
    found = list(around.promises_are_kept(here, Facts(previous=previous)))
    assert [finding.code for finding in found] == codes
    assert all(finding.quote == promise for finding in found)
    assert not list(around.promises_are_kept(here, Facts()))


ARTICLE = Section(
    "Article",
    "Listening twice",
    "Words.",
    fields={"author": "Ana Duarte", "series": "Listening", "part": "2"},
    id="dcbadcbadcba",
    author_slug="ana-duarte",
    series_slug="listening",
)


def test_an_author_who_was_removed_is_told_of() -> None:
    facts = Facts(removed_authors=frozenset({"Ana Duarte"}))
    (finding,) = naming.authors_are_here(bare(replace(ARTICLE, author_slug="")), facts)
    assert (finding.code, finding.severity, finding.field) == ("author-removed", "warning", "author")
    assert not list(naming.authors_are_here(bare(replace(ARTICLE, author_slug="")), Facts()))
    assert not list(naming.authors_are_here(bare(ARTICLE), facts))
    # Who wrote a book is nobody of ours.
    book = Section("Book recommendation", "A book", "Words.", fields={"author": "Ana Duarte"})
    assert not list(naming.authors_are_here(bare(book), facts))


def test_a_part_that_readers_have_already_is_told_of() -> None:
    def codes(*sections: Section, printed: dict[tuple[str, int], str]) -> list[str]:
        return [
            found.code
            for found in naming.parts_are_printed_once(bare(*sections), Facts(printed_parts=printed))
        ]

    other = replace(ARTICLE, id="abcdabcdabcd", title="Listening once more")
    assert codes(ARTICLE, printed={("listening", 2): other.id}) == ["part-again"]
    assert codes(ARTICLE, other, printed={}) == ["part-again"]
    assert codes(ARTICLE, printed={("listening", 1): other.id, ("speaking", 2): other.id}) == []
    # The same article printed again is no slip.
    assert codes(ARTICLE, printed={("listening", 2): ARTICLE.id}) == []


def test_a_company_is_told_of_in_its_third_issue_running() -> None:
    document, own = bare(COLUMN), {COLUMN.id: "quagwort"}
    quagwort, other = frozenset({"quagwort"}), frozenset({"tansy hill"})

    def codes(*recent: frozenset[str]) -> list[str]:
        facts = Facts(companies=own, recent_companies=recent)
        return [finding.code for finding in around.companies_take_turns(document, facts)]

    assert codes(quagwort, quagwort | other) == ["company-again"]
    assert codes(quagwort, other) == codes(quagwort) == codes() == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"button": "Read more", "link": "https://quay.example"}, [("generic-link", "button")]),
        ({"button": "See the tides", "link": "http://quay.example"}, [("plain-http", "link")]),
        ({"button": "See the tides", "link": "https://tinyurl.com/x"}, [("shortened-link", "link")]),
        ({"button": "See the tides", "link": "/tides"}, []),
    ],
)
def test_buttons(fields: dict[str, str], found: list[tuple[str, str]]) -> None:
    section = Section("Note", "A note", "Words.", fields=fields)
    checks = (links.button_says_where_it_leads, links.addresses_of_a_section_are_good)
    assert [(one.code, one.field) for check in checks for one in check(section)] == found


def test_a_placeholder_in_the_head_or_a_standing_block_blocks() -> None:
    blocks = (replace(STANDING[0], body="We are TK people."), *STANDING[1:])
    document = replace(bare(Section("Note", "N", "Words.")), preheader="TK", imprint=IMPRINT, standing=blocks)
    found = judged(document)
    assert [(one.code, one.severity, one.where, one.field, one.path) for one in found] == [
        ("placeholder", "blocker", "Head", "preheader", ""),
        (
            "placeholder",
            "blocker",
            "Standing block “About The Service Bell”",
            "body",
            "/desk/settings/blocks/about",
        ),
    ]


def judged(document: IssueDocument) -> tuple[Finding, ...]:
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    return preflight.check(document, rendering, Facts(today=date(2026, 11, 17)))


def test_findings_come_in_the_order_of_the_issue() -> None:
    document = replace(
        bare(Section("Note", "First", "It is is."), Section("Note", "Second", "TK, is is.")), imprint=IMPRINT
    )
    assert [(finding.code, finding.where) for finding in judged(document)] == [
        ("placeholder", "Note “Second”"),
        ("no-preheader", "Head"),
        ("doubled-word", "Note “First”"),
        ("doubled-word", "Note “Second”"),
    ]


def test_the_document_says_what_is_looked_for() -> None:
    text = (ROOT / "docs" / "issues.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `[a-z-]+` \| (?:blocker|warning|either) \| .* \|$", text, re.MULTILINE)
    assert rows == [known.row for known in CATALOGUE]


def test_each_finding_in_the_source_has_its_line_in_the_catalogue() -> None:
    folder = ROOT / "newsroom" / "issues" / "checks"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    source = source.replace((folder / "catalogue.py").read_text(encoding="utf-8"), "")
    used = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source))
    codes = {known.code for known in CATALOGUE}
    assert used - codes == {"lead-in"}
    assert codes - used == {"leak", "misquotation", "placeholder"}


MARKS = ["at ", "the. ", "(", "“", "a,b", "a  b ", "issue 9 ", "Mon, ", "aa aa ", "://", "A"]


@pytest.mark.parametrize("mark", MARKS)
def test_words_are_read_in_linear_time(mark: str) -> None:
    facts = Facts(known_numbers=frozenset({1}))

    def read(count: int) -> None:
        document = bare(Section("Note", mark * count, ""))
        for words in written(document):
            for check in preflight.checks.OF_WORDS:
                list(check(words))
            for in_time in preflight.checks.OF_WORDS_IN_THEIR_TIME:
                list(in_time(words, document, facts))

    assert grows_in_proportion(read, 12_000)
