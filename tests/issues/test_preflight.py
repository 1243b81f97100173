"""Each check of pre-flight finds what it looks for, and nothing where all is well."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import kinds, preflight, render
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.preflight import Facts, Finding
from tests.effort import grows_in_proportion
from tests.issues.documents import BASE_URL, IMPRINT, STANDING, bare

NOTE = Section("Note", "A note", "Some words.")
COLUMN = Section(
    "Thumbs down",
    "Nobody looked up",
    "We stood there. “We open at nine,” [the clerk] said, and the door stayed shut.",
    "“We open at nine” was true. “Nobody looked up” was worse.\n\n- **Look up.** It costs nothing.",
    consent_level=2,
)


def whole(*sections: Section, **different: Any) -> IssueDocument:
    document = replace(bare(*sections), preheader="One sentence for the inbox.", imprint=IMPRINT)
    return replace(document, standing=STANDING, **different)


def found(document: IssueDocument, facts: Facts | None = None) -> list[Finding]:
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    return list(preflight.check(document, rendering, facts or Facts()))


def codes(document: IssueDocument, facts: Facts | None = None) -> list[str]:
    return [finding.code for finding in found(document, facts)]


def column(**different: Any) -> IssueDocument:
    return whole(replace(COLUMN, **different))


def note(words: str) -> IssueDocument:
    return column(note=f"{words}\n\n- **Look up.** It costs nothing.")


def test_an_issue_that_is_in_order_has_no_findings() -> None:
    assert codes(whole(NOTE, COLUMN)) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (whole(NOTE, subject=""), "no-subject"),
        (whole(NOTE, subject="Short"), "short-subject"),
        (whole(NOTE, subject="A subject " * 9), "long-subject"),
        (whole(NOTE, preheader=" "), "no-preheader"),
        (whole(), "empty-issue"),
        (replace(whole(NOTE), imprint=replace(IMPRINT, postal_address=" ")), "no-postal-address"),
        (whole(replace(NOTE, title=" ")), "no-title"),
        (whole(replace(NOTE, body="\n")), "empty-section"),
        (whole(Section("Article", "T", "Text")), "missing-field"),
        (whole(Section("Speaking engagement", "T", "Text")), "missing-field"),
        (whole(replace(NOTE, body="We meet at TK sharp.")), "placeholder"),
        (whole(replace(NOTE, title="XXX")), "placeholder"),
        (whole(replace(NOTE, body="TODO: ask when the tide turns.")), "placeholder"),
        (whole(replace(NOTE, body="Lorem ipsum dolor.")), "placeholder"),
        (whole(replace(NOTE, fields={"contents": "TK"})), "placeholder"),
        (whole(replace(NOTE, body="See [](https://quay.example).")), "link-without-text"),
        (whole(replace(NOTE, body="See [this]().")), "link-without-target"),
        (whole(replace(NOTE, body="See [this](tides.html).")), "link-not-web"),
        (whole(replace(NOTE, body="See [this](javascript:alert(1)).")), "link-not-web"),
        (whole(replace(NOTE, body="See [this](//elsewhere.example).")), "link-not-web"),
        (whole(replace(NOTE, body="See [this](http://[).")), "link-not-web"),
        (whole(replace(NOTE, body="![](https://quay.example/a.png)")), "picture-without-alt"),
        (whole(replace(NOTE, body="![A quay](ftp://quay.example/a.png)")), "picture-not-shown"),
        (whole(replace(NOTE, fields={"button": "Come"})), "button-without-link"),
        (column(consent_level=None), "no-consent"),
        (column(consent_level=0), "no-consent"),
        (column(note=" "), "no-note"),
        (column(note="“We never open before nine” was a lie."), "misquotation"),
        (column(note='"We never open before nine" was a lie.'), "misquotation"),
        (column(note="‘We don’t open before nine’ was a lie."), "misquotation"),
        (column(note="“We open … before the door” was a lie."), "misquotation"),
        (whole(replace(NOTE, body="Dear {{ name }}, hello.")), "unfilled-token"),
        (whole(replace(NOTE, body="Dear *|FNAME|*, hello.")), "placeholder"),
        (whole(replace(NOTE, body="A long letter is clipped. " * 4000)), "too-large"),
        (whole(Section("Correction", "C", "Text", fields={"issue": "79"})), "unknown-issue"),
    ],
)
def test_what_is_wrong_is_found(document: IssueDocument, code: str) -> None:
    assert code in codes(document)


@pytest.mark.parametrize(
    "document",
    [
        whole(replace(NOTE, body="See [the tides](https://quay.example/tides) and [the thumbs](/thumbs).")),
        whole(replace(NOTE, body="![A quay at low tide](https://quay.example/a.png)")),
        whole(replace(NOTE, fields={"button": "Come", "link": "/share"})),
        whole(replace(NOTE, body="Sizes go up to XXXL; 100 %% wool; the TKO was on Monday.")),
        whole(Section("Article", "T", "Text", fields={"author": "Ana Duarte"})),
        column(consent_level=1),
        note("“We OPEN at nine” was true."),
        note("“We open at nine, [the person] said” was true."),
        note("“We stood there … the door stayed shut” is a whole story."),
        note("‘We open at nine’ was true."),
        note("Say “come in now” instead."),
    ],
)
def test_what_is_in_order_is_left_alone(document: IssueDocument) -> None:
    assert codes(document) == []


@pytest.mark.parametrize("kind", ["Article", "Thumbs up", "Recommended reading", "Speaking engagement"])
def test_an_empty_place_is_said_to_be_empty_and_nothing_else(kind: str) -> None:
    (finding,) = found(whole(NOTE, Section(kind, "", "")))
    assert (finding.severity, finding.code) == ("blocker", "empty-section")
    assert "still empty" in finding.sentence


def test_a_number_that_was_sent_is_taken() -> None:
    facts = Facts(sent_numbers=frozenset({7}))
    assert codes(whole(NOTE), facts) == ["duplicate-number"]
    assert codes(whole(NOTE), Facts(sent_numbers=frozenset({6}))) == []


def test_a_correction_of_a_sent_issue_is_in_order() -> None:
    correction = Section("Correction", "C", "Text", fields={"issue": "6"})
    assert codes(whole(correction), Facts(sent_numbers=frozenset({6}))) == []


def test_a_correction_of_an_issue_that_was_not_sent_is_for_a_person_to_judge() -> None:
    correction = Section("Correction", "C", "Text", fields={"issue": "6"})
    known = Facts(known_numbers=frozenset({6}))
    assert [(each.severity, each.code) for each in found(whole(correction), known)] == [
        ("warning", "unsent-issue")
    ]
    assert [(each.severity, each.code) for each in found(whole(correction))] == [("warning", "unknown-issue")]


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (-8, "which is 8 days ago"),
        (-7, ""),
        (0, ""),
        (30, ""),
        (31, "Tuesday, 17 November 2026, which is 31 days ahead"),
    ],
)
def test_a_date_far_from_today_is_pointed_out(ahead: int, words: str) -> None:
    document = whole(NOTE)
    today = document.masthead.issue_on - timedelta(days=ahead)
    findings = found(document, Facts(today=today))
    assert [(each.severity, each.field) for each in findings] == ([("warning", "issue_on")] if words else [])
    assert all(words in each.sentence for each in findings)


def test_a_letter_without_a_text_part_or_a_way_out_is_stopped() -> None:
    rendering = render.rendering(whole(NOTE), BASE_URL, render.SAMPLE_LINKS)
    bad = replace(rendering, text=" ", html="<p>Hello</p>")
    found_codes = [finding.code for finding in preflight.check(whole(NOTE), bad, Facts())]
    assert found_codes == ["no-text-part", "no-unsubscribe", "no-unsubscribe"]


def test_blockers_come_first_and_each_finding_leads_to_its_place() -> None:
    document = whole(replace(NOTE, body="TK", id="abcdabcdabcd"), preheader="")
    first, second = found(document)
    assert (first.severity, first.section_id, first.field) == ("blocker", "abcdabcdabcd", "body")
    assert (second.severity, second.section_id, second.field) == ("warning", "", "preheader")
    assert preflight.blockers([first, second]) == (first,)


SHARDS = [
    *'[a](http://[) ![](x) [b]() []( “ ” ‘ ’ " {{ [ ]( TK - # | \\ [b]: //c 🙂 word ² ٣'.split(" "),
    *("<a href=x>", "\u202e", "\x00", "\n\n"),
]
TEXTS = st.text(max_size=120) | st.lists(st.sampled_from(SHARDS), max_size=20).map(" ".join)


@st.composite
def any_section(draw: st.DrawFn) -> Section:
    kind = kinds.kind_of(draw(st.sampled_from(kinds.names())))
    fields = {key.name: draw(TEXTS) for key in kind.all_keys if draw(st.booleans())}
    fields = {key: value for key, value in fields.items() if key not in DATED}
    level = draw(st.none() | st.integers(-1, 5))
    return Section(kind.name, draw(TEXTS), draw(TEXTS), draw(TEXTS), fields, consent_level=level)


# These are dates and numbers wherever they come from: manuscript and form refuse anything else.
DATED = ("when", "until", "offer", "part")


@given(st.lists(any_section(), max_size=3), TEXTS, TEXTS)
def test_pre_flight_judges_any_document(drawn: list[Section], subject: str, preheader: str) -> None:
    for finding in found(whole(*drawn, subject=subject, preheader=preheader)):
        assert finding.severity in ("blocker", "warning")
        assert finding.sentence.strip()
        assert finding.where


@pytest.mark.parametrize("mark", ["“", "‘", '"', "“a", "[", "…", "“a b c d” "])
def test_a_note_of_nothing_but_quotation_marks_is_read_in_linear_time(mark: str) -> None:
    def judged(count: int) -> None:
        document = column(note=mark * count, body="a b c " * (count // 2))
        for finding in preflight.checks.columns.quotes_the_story(document.sections[0]):
            assert finding.code == "misquotation"

    assert grows_in_proportion(judged, 20_000)
