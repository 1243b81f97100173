"""Reading a manuscript and writing it are inverse, whatever an editor has typed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import kinds, manuscript
from newsroom.issues.document import Section
from newsroom.issues.manuscript import Manuscript
from newsroom.platform.text import clean_line, clean_text
from tests.issues.conftest import CONTENT, WHOLE, read

NASTY = [
    "# x",
    "\\# x",
    "\\\\# x",
    "#",
    "\\#",
    "#\tx",
    "## Editor's note",
    "## Editor’s note",
    "\\## Editor’s note",
    "## EDITORS NOTE",
    "---",
    "key: value",
    "author: somebody",
    "id: k3y0fkinds01",
    "",
    "   ",
    "    indented",
    "two spaces  ",
    "- [a](https://b.example)",
    "# Article: A title",
]
LINES = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
    st.text("# \\-:é\u00a0’'ab", max_size=12),
)
BODIES = st.lists(LINES, max_size=7).map("\n".join).map(clean_text)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).map(clean_line)
TITLES = (WORDS | st.sampled_from([": x", "# y", "---", "a: b"])).filter(bool)
VALUES = {
    "day": st.dates().map(str),
    "days": st.tuples(st.dates(), st.dates()).map(lambda pair: f"{min(pair)} to {max(pair)}"),
    "whole_number": st.integers(1, 999_999).map(str),
    "address": st.sampled_from(["https://quay.example/a?b=c#d", "/share"]),
    "address_or_later": st.sampled_from(["https://quay.example/a", "later"]),
    "offer": st.sampled_from(["LETTER30", "A B until 2026-10-31", "until 9"]),
    "how_much": st.just("opening"),
}
IDS = st.text("bcdfghjkmnpqrstvwxyz23456789", min_size=12, max_size=12)


@st.composite
def sections(draw: st.DrawFn) -> Section:
    kind = kinds.kind_of(draw(st.sampled_from(kinds.names())))
    fields = {}
    for key in kind.all_keys:
        if key.required or draw(st.booleans()):
            value = draw(VALUES.get(key.check.__name__, TITLES))
            fields[key.name] = value
    note = draw(BODIES) if kind.source == "story" else ""
    return Section(kind.name, draw(TITLES), draw(BODIES), note, fields, id=draw(st.just("") | IDS))


def _ids_differ(found: list[Section]) -> bool:
    ids = [section.id for section in found if section.id]
    return len(ids) == len(set(ids))


manuscripts = st.builds(
    Manuscript,
    number=st.integers(1, 999_999),
    issue_on=st.dates(),
    subject=WORDS,
    preheader=WORDS,
    sections=st.lists(sections(), max_size=4).filter(_ids_differ).map(tuple),
)


@given(manuscripts)
def test_what_was_written_reads_the_same(said: Manuscript) -> None:
    assert manuscript.parse(manuscript.write(said)) == said


@given(manuscripts, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_line_ends_and_a_byte_order_mark_change_nothing(said: Manuscript, end: str, mark: bool) -> None:
    data = (b"\xef\xbb\xbf" if mark else b"") + manuscript.write(said).replace("\n", end).encode()
    assert manuscript.parse(manuscript.decode(data, "x.md")) == said


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
    | st.lists(LINES, max_size=12).map("\n".join).map(lambda t: WHOLE + t)
)
def test_any_text_is_read_or_refused_with_places(text: str) -> None:
    said, findings = outcome(text.encode())
    last = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert all(1 <= finding.line <= last for finding in findings)
    assert all(finding.sentence.endswith(".") for finding in findings)
    assert said is None or manuscript.parse(manuscript.write(said)) == said


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    said, findings = outcome(data)
    assert (said is None) is bool(findings)


def outcome(data: bytes) -> tuple[Manuscript | None, tuple[manuscript.Finding, ...]]:
    try:
        return manuscript.parse(manuscript.decode(data, "any.md"), "any.md"), ()
    except manuscript.ManuscriptError as error:
        return None, error.findings


@pytest.mark.parametrize("line", ["# x", "\\# x", "#", "## Editor's note", "---", "key: value"])
@pytest.mark.parametrize("kind", ["Note", "Thumbs up"])
def test_a_body_keeps_a_line_that_means_something_to_a_manuscript(kind: str, line: str) -> None:
    for body in (line, f"{line}\n\nwords", f"words\n{line}"):
        said = Manuscript(1, read(WHOLE).issue_on, sections=(Section(kind, "T", body),))
        assert manuscript.parse(manuscript.write(said)).sections[0].body == body


def test_the_sample_of_the_format_is_a_manuscript() -> None:
    text = (CONTENT / "README.md").read_text(encoding="utf-8")
    sample = text.partition("```markdown\n")[2].partition("```")[0]
    said = read(sample)
    assert [section.kind for section in said.sections] == ["Article", "Thumbs up", "Recommended reading"]
    assert said.sections[1].note.startswith("A counter protects")


def test_the_specimen_has_every_kind_and_every_key() -> None:
    said = read((CONTENT / "every-kind.md").read_text(encoding="utf-8"))
    used = {(section.kind, key) for section in said.sections for key in section.fields}
    used |= {("any", "id") for section in said.sections if section.id}
    own = {(kind.name, key.name) for kind in kinds.by_name.values() for key in kind.keys}
    assert {section.kind for section in said.sections} == set(kinds.names())
    assert own <= used
    assert {"contents", "letter", "button", "link"} <= {key for _, key in used}
    assert ("any", "id") in used


def test_words_come_out_as_they_are_stored() -> None:
    said = read("---\nnumber: 1\ndate: 2026-01-02\n---\n# note:  Two   words \n\n\n\ta tab\t \n\nend  \n\n")
    assert said.sections[0] == Section("Note", "Two words", "    a tab\n\nend")


def test_two_spaces_inside_a_pair_of_dates_are_one() -> None:
    said = read(WHOLE + "\n# Listing: A fair\nwhen: 2026-11-04   to   2026-11-06\n\nCome.\n")
    assert said.sections[-1].value("when") == "2026-11-04 to 2026-11-06"


def test_the_lines_of_the_headings_are_known() -> None:
    said = read(WHOLE)
    lines = WHOLE.split("\n")
    assert [lines[line - 1] for line in said.lines] == [
        f"# {section.kind}: {section.title}" for section in said.sections
    ]
    assert replace(said, lines=()) == said
