"""`flask stories import`: stories from a spreadsheet or another system, all of a file or nothing."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from newsroom.accounts import service as accounts
from newsroom.accounts.queries import audit_log, history
from newsroom.accounts.rules import Role
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail import outbox
from newsroom.stories import exchange, queries
from newsroom.stories.exchange import Complaint, ForeignStory
from newsroom.stories.models import Story
from tests.stories.conftest import STORY

EDITOR = "nuala@service-bell.example"
TODAY = date(2026, 11, 24)
CELL = '"' + STORY.replace('"', '""') + '"'


@pytest.fixture
def nuala(staff) -> str:
    staff(EDITOR)
    return EDITOR


def run(app: Flask, *arguments: object):
    result = app.test_cli_runner().invoke(args=["stories", "import", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    db.session.rollback()
    return result


def all_stories() -> list[Story]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Story).order_by(Story.id)))


def write(folder: Path, text: str | bytes, name: str = "told.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def complaints(text: str | bytes, kind: str = "csv") -> list[tuple[int, str]]:
    raw = text if isinstance(text, bytes) else text.encode()
    read = exchange.read_csv if kind == "csv" else exchange.read_jsonl
    found = read(raw.splitlines(keepends=True), TODAY)
    return [(one.line, one.sentence) for one in found if isinstance(one, Complaint)]


def test_a_table_of_stories_comes_in_as_received_under_the_importers_name(
    db_app: Flask, tmp_path: Path, nuala: str
) -> None:
    head = (
        "verdict,story,consent,company,channel,when,outcome,name,town,email,preview,told_on,consent_words,id"
    )
    row = f"down,{CELL},3,Kettlewick,phone,in May,leave,Rhona Vale,Port Ellery,r@reader.example,no,2026-03-31"
    file = write(tmp_path, f"{head}\n{row},Paper form of 2019,CRM-4711\n")

    result = run(db_app, file, "--by", nuala)

    assert (result.exit_code, result.stdout, result.stderr) == (0, "1 story imported.\n", "")
    (story,) = all_stories()
    assert (story.state, story.source, story.verdict, story.original.body) == (
        "received",
        "import",
        "down",
        STORY,
    )
    assert (story.company, story.channel, story.when_words, story.outcome) == (
        "Kettlewick", "phone", "in May", "leave"
    )  # fmt: skip
    assert (story.wants_preview, story.submitted_at.date()) == (False, date(2026, 3, 31))
    assert (story.contributor.name, story.contributor.town) == ("Rhona Vale", "Port Ellery")
    (consent,) = story.consents
    assert (consent.level, consent.wording, consent.recorded_by) == (3, "Paper form of 2019", EDITOR)
    assert "CRM" not in story.public_id
    assert [entry.verb for entry in history(queries.subject_of(story.public_id))] == ["imported"]
    assert outbox.letters().items == []


def test_what_is_left_open_is_as_the_form_has_it(app: Flask, tmp_path: Path, nuala: str) -> None:
    file = write(tmp_path, f'verdict,story,consent\nup,{CELL},2\ndown,{CELL[:-1]} Twice.",2\n')
    run(app, file, "--by", nuala)
    up, down = all_stories()
    assert (up.wants_preview, down.wants_preview) == (False, True)
    assert up.contributor is None
    assert "Imported from told.csv" in up.consents[0].wording


def test_importing_again_makes_no_doubles(db_app: Flask, tmp_path: Path, nuala: str) -> None:
    text = f'verdict,story,consent,id\nup,{CELL},2,\nup,{CELL[:-1]} Twice.",2,77\n'
    file = write(tmp_path, text)
    run(db_app, file, "--by", nuala)
    result = run(db_app, file, "--by", nuala)
    assert result.stdout == "0 stories imported, 2 already here.\n"
    assert [line.partition(str(file))[2] for line in result.stderr.splitlines()] == [
        ":2: already here",
        ":5: already here",
    ]
    assert len(all_stories()) == 2
    changed = write(tmp_path, f'verdict,story,consent,id\nup,{CELL[:-1]} Quite another text.",2,77\n')
    assert "1 already here" in run(db_app, changed, "--by", nuala).stdout


def test_a_story_told_by_form_is_not_imported_once_more(app: Flask, tmp_path: Path, nuala: str, tell) -> None:
    tell(story=STORY)
    file = write(tmp_path, f"verdict,story,consent\nup,{CELL},2\n")
    assert "1 already here" in run(app, file, "--by", nuala).stdout


def test_one_bad_line_and_nothing_is_imported_and_all_complaints_come_at_once(
    app: Flask, tmp_path: Path, nuala: str
) -> None:
    file = write(
        tmp_path,
        f"verdict,story,consent,email,told_on\r\nup,{CELL},2,,\r\n".replace("\n\n", "\r\n\r\n")
        + "sideways,Too short.,9,nobody,31.3.2026\r\n"
        + f"down,{CELL},4,,2999-01-01\r\n",
    )
    result = run(app, file, "--by", nuala)
    assert result.exit_code == 1
    assert all_stories() == []
    said = [line.removeprefix(f"{file}:") for line in result.stderr.splitlines()]
    assert [line.partition(":")[0] for line in said[:-1]] == ["5"] * 5 + ["6"] * 3
    assert "verdict must be one of up, down, and reads “sideways”." in said[0]
    assert said[-1] == "Error: Nothing was imported: mend the lines named above and import it again."


def test_a_dry_run_counts_and_takes_nothing_in(app: Flask, tmp_path: Path, nuala: str) -> None:
    file = write(tmp_path, f"verdict,story,consent\nup,{CELL},2\n")
    result = run(app, file, "--by", nuala, "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "1 story could be imported. Nothing was.\n")
    assert all_stories() == []


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "The file is empty"),
        ("\n\n", 1, "The file is empty"),
        ("verdict,story,consent\n", 1, "no story in this file"),
        ("verdict,story,consent,verdict\nx", 1, "verdict stands there more than once"),
        ("verdict,stroy,consent\nx", 1, "no column “stroy”: did you mean story?"),
        ("verdict,stroy,consent\nx", 1, "The column story is missing."),
        ("verdict,story,consent,zzz\nx", 1, "known are id, verdict"),
        (f"verdict,story,consent\nup,{CELL},2,more\n", 2, "4 values under 3 columns"),
        (f"verdict,story,consent\nup,{CELL},2\nup,{CELL},2\n", 5, "stands in line 2 already"),
        (f"verdict,story,consent,id\nup,{CELL},2,7\ndown,{CELL[:-1]} x\",2,7\n", 5, "This id stands"),
        ("verdict,story,consent\nup,short,2\n", 2, "We need at least 40"),
        ("verdict,story,consent\nup," + "word " * 1001 + ",2\n", 2, "1,001 words"),
        ("verdict,story,consent\nup," + "x" * 100_000 + ",2\n", 2, "100,000 characters"),
        ("verdict,story,consent\nup," + "x" * 1_000_000 + ",2\n", 2, "too long for any table"),
        (f"verdict,story,consent\nup,\"{STORY} \0\",2\n", 4, "no text file"),
        (f"verdict,story,consent\nup,\"{STORY} \ufffd\",2\n", 2, "Some letters are broken"),
        (f"verdict,story,consent\nup,{CELL},\n", 2, "consent must be a number from 0 to 4, and is empty"),
        (f"verdict,story,consent\nup,{CELL},3\n", 2, "name must not be empty"),
        (f"verdict,story,consent,company\nup,{CELL},2,{'x' * 121}\n", 2, "company has 121 characters"),
        (f"verdict,story,consent,email\nup,{CELL},2,a@b@c\n", 2, "one @ only"),
        (f"verdict,story,consent,channel\nup,{CELL},2,fax\n", 2, "channel must be one of phone, shop"),
        (f"verdict,story,consent,told_on\nup,{CELL},2,2026-02-30\n", 2, "told_on must be a past day"),
        (f"verdict,story,consent\nup,\"{STORY}\n", 2, "never closed"),
        ("verdict,story,consent\nup,é,2\n".encode("latin-1"), 2, "0xe9 is not UTF-8"),
        ("verdict,story,consent\n".encode("utf-16"), 1, "UTF-16"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line(text: str | bytes, line: int, sentence: str) -> None:
    found = complaints(text)
    assert any(number == line and sentence in said for number, said in found), found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[1]", "no object"),
        ('{"verdict": "up", "verdict": "down", "story": "x", "consent": 2}', "verdict stands there twice"),
        ('{"verdict": "up", "stori": "x", "consent": 2}', "no key “stori”: did you mean story?"),
        ('{"verdict": "up", "story": ["x"], "consent": 2}', "must be a text or a number"),
        ('{"verdict": "up", "story": "\\ud800", "consent": 2}', "We need at least 40"),
        ('{"verdict": "up", "story": "x", "consent": ' + "9" * 5000 + "}", "no JSON"),
    ],
)
def test_what_is_wrong_with_json_is_said_at_its_line(text: str, sentence: str) -> None:
    found = complaints(f"\n{text}\n", "jsonl")
    assert [number for number, _ in found][:1] == [2]
    assert any(sentence in said for _, said in found), found


def test_a_table_of_very_many_columns_is_refused_in_one_sentence() -> None:
    wide = complaints(",".join(f"c{number}" for number in range(200_000)) + "\n")
    assert len(wide) == 1
    assert wide[0][1].startswith("There are 200,000 columns; stories have")


def test_semicolons_a_byte_order_mark_dos_lines_and_cells_of_many_lines_are_read() -> None:
    cell = CELL.replace("\n", "\r\n")
    raw = ("\ufeff" + f'Verdict;Story;Consent\r\nup;{cell};2\r\ndown;{cell[:-1]} Twice.";1\r\n').encode()
    found = list(exchange.read_csv(raw.splitlines(keepends=True), TODAY))
    assert [type(one) for one in found] == [ForeignStory, ForeignStory]
    first, second = (one for one in found if isinstance(one, ForeignStory))
    assert (first.line, second.line) == (2, 5)
    assert first.told.story == STORY


def test_a_tower_of_accents_is_cut_as_the_form_cuts_it() -> None:
    line = json.dumps({"verdict": "up", "story": STORY + "a" + "\u0316" * 1000, "consent": 2}) + "\n"
    (found,) = exchange.read_jsonl([line.encode()], TODAY)
    assert isinstance(found, ForeignStory)
    assert len(found.told.story) < len(STORY) + 10


@pytest.mark.parametrize("email", ["nobody@service-bell.example", "admin@service-bell.example", "x"])
def test_only_an_editor_answers_for_consents(app: Flask, tmp_path: Path, nuala: str, email: str) -> None:
    with unit_of_work():
        accounts.add("admin@service-bell.example", "Ada", [Role.ADMIN])
    file = write(tmp_path, f"verdict,story,consent\nup,{CELL},2\n")
    result = run(app, file, "--by", email)
    assert result.exit_code == 1
    assert "may not take in stories" in result.stderr
    assert all_stories() == []


def test_a_file_of_another_kind_and_a_missing_name_are_wrong_usage(app: Flask, tmp_path: Path) -> None:
    assert run(app, write(tmp_path, "x", "told.xls"), "--by", EDITOR).exit_code == 2
    assert run(app, write(tmp_path, "x")).exit_code == 2
    assert run(app, tmp_path / "missing.csv", "--by", EDITOR).exit_code == 2


def test_a_failure_in_the_middle_leaves_nothing(app: Flask, tmp_path: Path, nuala: str, monkeypatch) -> None:
    from newsroom.stories import commands
    from newsroom.stories.service import importing

    lines = [json.dumps({"verdict": "up", "story": f"{STORY} {n}", "consent": 2}) for n in range(5)]
    file = write(tmp_path, "\n".join(lines), "told.jsonl")
    monkeypatch.setattr(commands, "_CHUNK", 2)
    added = []

    def dies_at_the_fourth(*arguments: object) -> None:
        added.append(arguments)
        if len(added) == 4:
            raise SystemExit(137)
        add(*arguments)

    add = importing._add
    monkeypatch.setattr(importing, "_add", dies_at_the_fourth)
    assert run(app, file, "--by", nuala).exit_code == 137
    assert all_stories() == []
    assert not [entry for entry in audit_log().items if entry.verb == "imported"]
    monkeypatch.setattr(importing, "_add", add)
    assert run(app, file, "--by", nuala).stdout == "5 stories imported.\n"
