"""What is wrong with a manuscript is said all at once, each with its line."""

import pytest

from newsroom.issues import manuscript
from newsroom.issues.manuscript import ManuscriptError
from tests.effort import grows_in_proportion

HEAD = "---\nnumber: 81\ndate: 2026-10-13\nsubject: The second call\n---\n"


def findings(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ManuscriptError) as raised:
        manuscript.parse(text, "81.md")
    return [(finding.line, finding.sentence) for finding in raised.value.findings]


def only(text: str) -> tuple[int, str]:
    found = findings(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("section", "line", "words"),
    [
        ("# Artikel: Hello\n\nText", 1, "unknown kind “Artikel”"),
        ("# Note\n\nText", 1, "has no title"),
        ("# Note: \n\nText", 1, "has no title"),
        ("# Note: T\nautor: A\n\nText", 2, "has the key “autor”, which a section of kind Note"),
        ("# Article: T\nauthor: A\nauthor: B\n\nText", 3, "gives “author” a second time"),
        ("# Article: T\n\nText", 1, "has no author"),
        ("# Article: T\nauthor:\n\nText", 1, "has no author"),
        ("# Speaking engagement: T\nwhen: soon\n\nText", 2, "“soon” where a date is needed"),
        ("# Speaking engagement: T\nwhen: 2026-02-30\n\nText", 2, "not in the calendar"),
        ("# Speaking engagement: T\nwhen: 2026-11-06 to 2026-11-04\n\nText", 2, "ends before it begins"),
        ("# Announcement: T\noffer: A until then\n\nText", 2, "“then” where a date is needed"),
        ("# Note: T\n\nText\n\n# a heading\n", 5, "Inside a text begin a heading with ##"),
        ("# Note: T\n\nText\n\n#\ta heading\n", 5, "Inside a text begin a heading with ##"),
        ("# Note: T\n\nText\x07\n", 3, "U+0007"),
        ("# Note: T\n\nText\n\nMore \u202etxet\n", 5, "U+202E"),
        ("# Note: T\nlink: javascript:alert(1)\n\nText", 2, "is not a web address"),
        ("# Note: T\nlink: http://[\n\nText", 2, "is not a web address"),
        ("# Note: T\nlink: /\\elsewhere.example\n\nText", 2, "is not a web address"),
        ("# Article: T\nauthor: A\npart: 0\n\nText", 3, "a whole number from 1"),
        ("# Article: T\nauthor: A\npart: ٣\n\nText", 3, "a whole number from 1"),
        ("# Article: T\nauthor: " + "A" * 121 + "\n\nText", 2, "keep it to 120"),
        ("# Note: T\nid: ../etc\n\nText", 2, "id is not one that an export wrote"),
        ("# Note: " + "T" * 201 + "\n\nText", 1, "keep it to 200"),
        ("# Note: T\nThis is text.\nSo: is this.\n\nText", 2, "is no key: value line"),
        ("# Note: T\n\n" + "word " * 41_000, 1, "more than 200,000 characters"),
    ],
)
def test_a_fault_in_a_section_is_named_with_its_line(section: str, line: int, words: str) -> None:
    found_line, sentence = only(HEAD + section)
    assert words in sentence
    assert found_line == 5 + line


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "does not begin with a head"),
        ("Dear all,\n\n# Note: T\n", 1, "does not begin with a head"),
        ("---\nnumber: 81\n", 1, "never ends"),
        ("---\ndate: 2026-10-13\n---\n", 1, "has no number"),
        ("---\nnumber: 81\n---\n", 1, "has no date"),
        ("---\nnumber: 0\ndate: 2026-10-13\n---\n", 2, "a whole number from 1"),
        ("---\nnumber: -3\ndate: 2026-10-13\n---\n", 2, "a whole number from 1"),
        ("---\nnumber: 1000000\ndate: 2026-10-13\n---\n", 2, "to 999,999"),
        ("---\nnumber: 81\ndate: 13.10.2026\n---\n", 3, "write it as 2026-10-31"),
        ("---\nnumber: 81\ndate: 2026-10-13\ntitle: x\n---\n", 4, "has the key “title”, which the head"),
        ("---\nnumber: 81\nnumber: 82\ndate: 2026-10-13\n---\n", 3, "a second time"),
        (HEAD + "\nLost words\n\n# Note: T\n", 7, "stands before the first section"),
    ],
)
def test_a_fault_in_the_head_is_named_with_its_line(text: str, line: int, words: str) -> None:
    found_line, sentence = only(text)
    assert words in sentence
    assert found_line == line


def test_all_faults_are_named_at_once_in_their_order() -> None:
    text = "---\nnumber: x\ndate: y\n---\n# Nothing: T\n\n# Article: T\npart: z\n\nText\x00\n# Note\n"
    assert [line for line, _ in findings(text)] == [2, 3, 5, 7, 8, 10, 11]


def test_a_doubled_id_is_named_at_its_second_line() -> None:
    text = HEAD + "# Note: A\nid: abcd1234\n\nText\n\n# Note: B\nid: abcd1234\n\nText\n"
    assert only(text) == (12, "gives the id abcd1234, which line 7 gave already; leave one of them out.")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_bytes_that_are_no_utf8_are_named_with_their_line(end: bytes) -> None:
    data = end.join([b"\xef\xbb\xbf---", b"number: 81", b"subject: caf\xe9"])
    with pytest.raises(ManuscriptError) as raised:
        manuscript.decode(data, "81.md")
    assert str(raised.value) == "81.md:3: is not UTF-8 here; save the file as UTF-8 and try again."


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", bytes(range(256)), "x".encode("utf-16")])
def test_a_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(ManuscriptError):
        manuscript.parse(manuscript.decode(data, "a.png"), "a.png")


def test_a_huge_file_is_refused_at_once() -> None:
    with pytest.raises(ManuscriptError, match=r"81\.md:1: is larger than 2 MB"):
        manuscript.decode(b"x" * 5_000_000, "81.md")


def test_ten_thousand_sections_are_refused_in_linear_time_at_the_first_one_too_many() -> None:
    def refused(count: int) -> None:
        line, sentence = only(HEAD + "# Note: T\n\nText\n" * count)
        assert (line, sentence) == (306, "begins section 101; an issue has fewer.")

    assert grows_in_proportion(refused, 10_000)


def test_a_head_alone_is_an_issue_that_has_only_begun() -> None:
    assert manuscript.parse(HEAD).sections == ()
