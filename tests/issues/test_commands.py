"""`flask issues …` as somebody types it: exit codes, places, all or nothing a file."""

import os
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from newsroom.accounts.rules import Role
from newsroom.issues import queries, rules, service
from newsroom.platform.db import db, unit_of_work
from tests.issues.conftest import CONTENT, WHOLE, the_issue
from tests.webpage import WebPage

Flasks = Callable[..., Result]
SPECIMEN = CONTENT / "every-kind.md"


@pytest.fixture
def flask(app: Flask) -> Flasks:
    """Give a function that types `flask issues` and more words."""

    def run(*words: object, expect: int = 0) -> Result:
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=["issues", *map(str, words)])
        db.session.rollback()
        assert result.exit_code == expect, (result.exit_code, result.output, result.stderr, result.exception)
        assert "Traceback" not in result.stderr
        return result

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Give a function that writes a manuscript."""

    def write(text: str, name: str = "81.md") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_manuscript_is_imported_and_a_second_time_nothing_changes(
    flask: Flasks, file: Callable[..., Path]
) -> None:
    path = file(WHOLE)
    assert flask("import", path).output == "Issue 81: new, 3 sections.\n"
    assert flask("import", path).output == "Issue 81: unchanged, 3 sections.\n"
    assert "  81  2026-12-01  In preparation" in flask("list").output


def test_an_export_goes_to_a_file_or_to_the_terminal_and_is_the_same(
    flask: Flasks, file: Callable[..., Path], tmp_path: Path
) -> None:
    flask("import", file(WHOLE))
    target = tmp_path / "out.md"
    flask("export", 81, "-o", target)
    assert flask("export", 81).output == target.read_text(encoding="utf-8")
    assert flask("import", target).output == "Issue 81: unchanged, 3 sections.\n"


def test_every_fault_of_every_file_is_named_and_the_good_files_are_taken(
    flask: Flasks, file: Callable[..., Path], tmp_path: Path
) -> None:
    file(WHOLE.replace("author: Ana Duarte\n", "autor: Ana\n"), "1.md")
    file(WHOLE, "2.md")
    (tmp_path / "3.md").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    file("", "4.md")
    (tmp_path / "5.md").mkdir()
    result = flask("import", tmp_path, expect=1)
    assert result.stdout == "Issue 81: new, 3 sections.\n"
    lines = result.stderr.splitlines()
    assert [re.sub(r"^.*/(\d\.md:\d+:).*$", r"\1", line) for line in lines] == [
        "1.md:12:",
        "1.md:13:",
        "3.md:1:",
        "4.md:1:",
        "5.md:1:",
    ]


def test_two_files_with_one_number_do_not_replace_each_other(
    flask: Flasks, file: Callable[..., Path]
) -> None:
    first, second = file(WHOLE, "a.md"), file(WHOLE.replace("second", "third"), "b.md")
    result = flask("import", first, second, expect=1)
    assert result.stderr == f"{second}:1: is issue 81 once more; {first} has that number as well.\n"
    assert the_issue().subject == "The second call in the morning"


def test_a_number_that_was_sent_is_refused_with_its_place(
    flask: Flasks, file: Callable[..., Path], issue_81: int
) -> None:
    with unit_of_work():
        the_issue().state = rules.SENT
    path = file(WHOLE.replace("second", "third"))
    result = flask("import", path, expect=1)
    assert result.stderr.startswith(f"{path}:1: Issue 81 is already sent")


def test_a_refused_section_is_named_with_the_line_of_its_heading(
    flask: Flasks, file: Callable[..., Path], issue_81: int
) -> None:
    text = flask("export", 81).output.replace("# Thumbs down", "# Thumbs up")
    path = file(text)
    line = text.split("\n").index("# Thumbs up: Nobody looked up") + 1
    result = flask("import", path, expect=1)
    assert result.stderr.startswith(f"{path}:{line}: The id ")


def test_a_path_that_is_not_there_or_may_not_be_read_is_named(flask: Flasks, tmp_path: Path) -> None:
    assert "cannot be read (No such file" in flask("import", tmp_path / "none.md", expect=1).stderr
    assert "has no .md file in it" in flask("import", tmp_path, expect=1).stderr
    if os.geteuid():
        locked = tmp_path / "locked.md"
        locked.write_text(WHOLE)
        locked.chmod(0)
        assert "cannot be read (Permission denied)" in flask("import", locked, expect=1).stderr


def test_a_file_without_end_is_refused_at_two_megabytes(flask: Flasks) -> None:
    assert flask("import", "/dev/zero", expect=1).stderr.startswith("/dev/zero:1: is larger than 2 MB")


def test_usage_is_exit_two(flask: Flasks) -> None:
    flask("import", expect=2)
    flask("export", expect=2)
    flask("export", "eighty", expect=2)
    flask("render", 81, "--as", "pdf", expect=2)
    flask("approve", 81, expect=2)


def test_an_issue_that_is_not_there_is_said_in_one_sentence(flask: Flasks) -> None:
    for words in (["export", 7], ["check", 7], ["render", 7, "--as", "text"]):
        result = flask(*words, expect=1)
        assert "There is no issue" in result.stderr
        assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", ["x", "0", 10**30])
def test_what_is_no_number_of_an_issue_is_refused_before_anything_is_read(
    flask: Flasks, number: object
) -> None:
    assert "is no issue number; give one such as 81" in flask("export", number, expect=2).stderr


def test_what_is_neither_a_number_nor_a_file_is_said_in_one_sentence(flask: Flasks) -> None:
    for words in (["check", "nine"], ["render", "nine", "--as", "text"]):
        result = flask(*words, expect=1)
        assert "nine is neither an issue number nor a file; flask issues list shows" in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_a_check_prints_a_line_a_finding_and_fails_on_a_blocker(
    flask: Flasks, file: Callable[..., Path], house: None, clock: object
) -> None:
    good = file(WHOLE)
    assert flask("check", good).output == "Issue 81: nothing stands in the way.\n"
    early = flask("check", file(WHOLE.replace("2026-12-01", "2027-01-12"), "early.md"))
    assert early.output == (
        "warning date-far-away Head: The issue is dated Tuesday, 12 January 2027, which is 49 days ahead; "
        "check the date before it goes out.\n"
        "Issue 81: nothing blocks.\n"
    )
    bad = file(WHOLE.replace("We open", "TK open"), "bad.md")
    result = flask("check", bad, expect=1)
    assert result.stdout == (
        "blocker placeholder Announcement “Meet us in the autumn”: “TK” was left in the text; replace it.\n"
    )
    broken = file("# Note\n", "broken.md")
    assert flask("check", broken, expect=1).stderr.startswith(f"{broken}:1: does not begin with a head")


def test_only_a_publisher_approves_and_blockers_are_listed(
    flask: Flasks, issue_81: int, hired: Callable[..., int]
) -> None:
    hired("ines@service-bell.example", Role.EDITOR)
    assert "may not approve" in flask("approve", 81, "--by", "ines@service-bell.example", expect=1).stderr
    assert "may not approve" in flask("approve", 81, "--by", "nobody@x.example", expect=1).stderr
    assert "is approved" in flask("approve", 81, "--by", "piet@service-bell.example").output
    assert "approved already" in flask("approve", 81, "--by", "piet@service-bell.example", expect=1).stderr
    assert the_issue().state == rules.APPROVED


def test_consent_may_be_taken_over_in_somebodys_name(
    flask: Flasks, file: Callable[..., Path], issue_81: int
) -> None:
    path = file(WHOLE.replace("number: 81", "number: 82"))
    assert "Nobody here has the address" in flask("import", path, "--by", "x@y.example", expect=1).stderr
    flask("import", path, "--by", "piet@service-bell.example")
    assert the_issue(82).updated_by_id == issue_81


def words_of(source: str) -> list[str]:
    """Words as a person would count them: what is between spaces and signs, without the signs."""
    return re.findall(r"[^\W_]+", source.replace("’", "'"))


def specimen_bodies() -> list[list[str]]:
    """The words of each paragraph of the specimen, read without our own parser."""
    text = SPECIMEN.read_text(encoding="utf-8")
    body = text.split("\n---\n", 1)[1]
    paragraphs: list[list[str]] = []
    for section in re.split(r"(?m)^# ", body)[1:]:
        heading, _, rest = section.partition("\n")
        _kind, _, title = heading.partition(": ")
        paragraphs.append(words_of(title))
        _keys, _, prose = rest.partition("\n\n")
        prose = re.sub(r"(?mi)^## editor['’]s note$", "", prose)
        # An address stands behind its words in HTML and as a note in text; the rule of a table nowhere.
        prose = re.sub(r"\]\([^)]*\)", "]", prose)
        prose = re.sub(r"(?m)^\|[-| ]+\|$", "", prose)
        blocks = re.split(r"\n\s*\n|\n(?=- |\d+\. |\||> )", prose)
        paragraphs += [words_of(re.sub(r"^\d+\. ", "", block)) for block in blocks]
    return [paragraph for paragraph in paragraphs if paragraph]


def specimen_values() -> dict[str, str]:
    """What the keys say, but for addresses, orders and dates, which are printed in other words."""
    text = SPECIMEN.read_text(encoding="utf-8")
    hidden = {
        "number",
        "date",
        "subject",
        "id",
        "link",
        "download",
        "contents",
        "when",
        "until",
        "offer",
        "materials",
    }
    pairs = re.findall(r"(?m)^([a-z-]+): (.+)$", text)
    return {f"{key}={value}": value for key, value in pairs if key not in hidden}


def place_of(words: list[str], page: list[str], start: int) -> int:
    """Where these words stand together on the page, from a place on; -1 where they do not."""
    for place in range(start, len(page) - len(words) + 1):
        if page[place : place + len(words)] == words:
            return place
    return -1


def without_marks(text: str) -> str:
    """A text edition without the numbers of its link notes."""
    return re.sub(r"\[\d+\]", "", text)


def test_an_issue_of_which_no_message_can_be_made_is_refused_with_a_sentence(
    flask: Flasks, file: Callable[..., Path], house: None
) -> None:
    marked = file("---\nnumber: 81\ndate: 2026-12-01\n---\n\n# Note: A note\n\nWords zqSLOTfooQZ.\n")
    said = flask("render", marked, "--as", "eml", expect=1)
    assert "looks like our own mark" in said.stderr


@pytest.mark.parametrize("edition", ["html", "text", "eml", "web"])
@pytest.mark.parametrize("stored", [False, True], ids=["from the file", "from the database"])
def test_the_specimen_has_every_word_of_it_in_order_in_every_edition(
    flask: Flasks, house: None, edition: str, stored: bool, tmp_path: Path
) -> None:
    target: object = SPECIMEN
    if stored:
        flask("import", SPECIMEN)
        target = 900
    out = tmp_path / "out"
    flask("render", target, "--as", edition, "-o", out)
    data = out.read_bytes()
    assert data == flask("render", target, "--as", edition).stdout_bytes or edition == "eml"
    pages = [data.decode("utf-8")]
    if edition == "eml":
        message = message_from_bytes(data, policy=policy.default)
        assert message["Subject"] == "Every kind of section, once round the house"
        pages = [part.get_content() for part in message.walk() if not part.is_multipart()]
        assert len(pages) == 2
    for page in pages:
        is_html = page.lstrip().startswith("<")
        shown = words_of(WebPage("http://x.example", 200, page).words if is_html else without_marks(page))
        _stands_in_order(shown)
        for value in specimen_values().values():
            assert place_of(words_of(value), shown, 0) >= 0, value
        if edition != "web":
            _has_what_stands_around(page)


def _stands_in_order(shown: list[str]) -> None:
    place = 0
    for paragraph in specimen_bodies():
        found = place_of(paragraph, shown, place)
        assert found >= 0, f"“{' '.join(paragraph)}” is not there after word {place}"
        place = found


def _has_what_stands_around(page: str) -> None:
    for words in (
        "The Service Bell",
        "Halden Quay Press",
        "900",
        "12 January 2027",
        "12 Ropewalk Lane",
        "+44 1632 960143",
        "2027",
        "nsubscribe",
    ):
        assert words in page, words


def test_issues_of_every_state_are_listed(flask: Flasks, issue_81: int) -> None:
    assert queries.every_issue()
    assert flask("list").output.count("\n") == 1


def test_an_issue_is_opened_by_the_cadence_a_template_or_with_what_recurs(
    flask: Flasks, file: Callable[[str], Path], house: None
) -> None:
    flask("new", "--carry-over", expect=1)
    flask("import", file(WHOLE))
    with unit_of_work():
        service.save_template(the_issue(), "Summer special", by_id=None)
    assert "Summer special: Announcement, Article, Thumbs down" in flask("templates").output
    said = flask("new", "--template", "summer SPECIAL", "--date", "2027-07-06").output
    assert said == "Issue 82 of 2027-07-06: 3 sections.\n"
    said = flask("new", "--carry-over", "--number", 90).output
    assert said.startswith("Issue 90 of ")
    assert [section.kind for section in the_issue(90).sections] == ["Announcement"]
    assert "There is an issue 90 already" in flask("new", "--number", 90, expect=1).stderr
    assert "lists them" in flask("new", "--template", "Winter", expect=1).stderr
    assert "Choose one" in flask("new", "--template", "Winter", "--carry-over", expect=2).stderr


def test_an_issue_is_filled_and_a_dry_run_changes_nothing(
    flask: Flasks, file: Callable[[str], Path], house: None
) -> None:
    flask("import", file(WHOLE))
    flask("new")
    with unit_of_work():
        service.remove_section(the_issue(), the_issue().sections[-1].public_id, by_id=None)
    said = flask("fill", 82, "--dry-run").output
    assert said.startswith("Thumbs down: ")
    assert the_issue(82).sections == []
    assert flask("fill", 82).output.endswith("Issue 82: 1 section added.\n")
    assert [section.kind for section in the_issue(82).sections] == ["Thumbs down"]
    assert "nothing to propose" in flask("fill", 82).stderr


def test_a_manuscript_over_an_approved_issue_says_that_the_approval_is_void(
    flask: Flasks, file: Callable[[str], Path], house: None
) -> None:
    flask("import", file(WHOLE))
    with unit_of_work():
        the_issue().state = rules.SCHEDULED
    assert "unchanged, 3 sections.\n" in flask("import", file(WHOLE)).output
    said = flask("import", file(WHOLE.replace("November", "December"))).output
    assert said.endswith(
        "3 sections. It was scheduled; that is void now, because nobody approved these words.\n"
    )
