"""`flask stories export`: what anybody may see, or with originals for whoever may see those."""

import csv
import io
import json
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.accounts import service as accounts
from newsroom.accounts.queries import audit_log
from newsroom.accounts.rules import Role
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import exchange, queries, rules, service, takeout
from newsroom.stories.exchange import ForeignStory, LeftOut
from tests.stories.conftest import STORY

EDITOR = "nuala@service-bell.example"
SECRET = (
    "Kettlewick",
    "Rhona Vale",
    "Port Ellery",
    "rhona@reader.example",
    "in May",
    "third time that month",
)


def run(app: Flask, *arguments: object):
    result = app.test_cli_runner().invoke(args=["stories", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    db.session.rollback()
    return result


@pytest.fixture
def told(tell: Callable[..., str]) -> str:
    return tell(
        verdict="down",
        level=2,
        company="Kettlewick Heating",
        when_words="in May",
        name="Rhona Vale",
        town="Port Ellery",
        email="rhona@reader.example",
    )


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_without_asking_for_more_nothing_private_leaves(db_app: Flask, told: str, kind: str) -> None:
    result = run(db_app, "export", "--as", kind)
    assert result.exit_code == 0
    assert told in result.stdout
    for words in SECRET:
        assert words not in result.stdout, words


def test_a_story_that_is_ready_shows_its_printable_text_and_not_its_original(
    db_app: Flask, tell: Callable[..., str], in_state: Callable[[str, str], None], staff
) -> None:
    public_id = tell()
    in_state(public_id, "editing")
    with unit_of_work():
        service.save_revision(
            public_id,
            version=0,
            title="The cable",
            text=STORY.replace("the lamp", "[a lamp]"),
            attribution="",
            note="He knew.",
            actor_id=staff(),
        )
    (row,) = map(json.loads, run(db_app, "export").stdout.splitlines())
    assert (row["title"], row["text"], row["note"], row["version"]) == ("", "", "", None)
    in_state(public_id, "ready")
    (row,) = map(json.loads, run(db_app, "export").stdout.splitlines())
    assert (row["title"], row["note"], row["version"]) == ("The cable", "He knew.", 1)
    assert "[a lamp]" in row["text"]


def test_a_withdrawn_story_leaves_a_row_without_words_even_in_a_private_file(
    db_app: Flask, told: str, staff
) -> None:
    staff(EDITOR)
    with unit_of_work():
        service.withdraw(told)
    (row,) = map(json.loads, run(db_app, "export", "--private", "--by", EDITOR).stdout.splitlines())
    assert row["state"] == "withdrawn"
    assert {row[name] for name in ("story", "name", "email", "text", "company", "when", "town")} == {""}


def test_state_and_verdict_choose(app: Flask, told: str, tell: Callable[..., str], in_state) -> None:
    praised = tell()
    in_state(praised, "ready")
    assert praised in run(app, "export", "--verdict", "up").stdout
    assert told not in run(app, "export", "--verdict", "up").stdout
    assert run(app, "export", "--state", "spam").stdout == ""
    ready = run(app, "export", "--state", "ready").stdout.splitlines()
    assert [json.loads(line)["id"] for line in ready] == [praised]


def test_who_takes_private_details_out_is_on_record_before_the_first_line(
    db_app: Flask, told: str, staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff(EDITOR)

    def dies(*_: object, **__: object) -> None:
        raise SystemExit(137)

    monkeypatch.setattr(takeout, "rows", dies)
    run(db_app, "export", "--private", "--by", EDITOR, "--reason", "moving house")
    (entry,) = [entry for entry in audit_log().items if entry.verb == "exported"]
    assert (entry.actor_label, entry.detail) == (EDITOR, "1 stories, with private details: moving house")


def test_an_administrator_needs_a_reason_and_a_stranger_gets_nothing(app: Flask, told: str, staff) -> None:
    staff(EDITOR)
    with unit_of_work():
        accounts.add("ada@service-bell.example", "Ada", [Role.ADMIN])
    refused = run(app, "export", "--private", "--by", "ada@service-bell.example")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--reason" in refused.stderr
    assert run(app, "export", "--private", "--by", "x@service-bell.example").exit_code == 1
    assert run(app, "export", "--private").exit_code == 2
    assert run(app, "export", "--by", EDITOR).exit_code == 2
    reasoned = run(
        app, "export", "--private", "--by", "ada@service-bell.example", "--reason", "a court order"
    )
    assert "Rhona Vale" in reasoned.stdout


def test_a_file_is_written_whole_and_for_its_owner_alone(app: Flask, told: str, tmp_path: Path) -> None:
    path = tmp_path / "stories.csv"
    result = run(app, "export", "--as", "csv", "-o", path)
    assert (result.stdout, result.stderr) == ("", f"1 story written to {path}.\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.glob("*stories*")] == ["stories.csv"]
    assert run(app, "export", "-o", tmp_path / "no" / "where").exit_code == 1


def test_no_cell_is_a_formula_to_a_spreadsheet(app: Flask, tell: Callable[..., str], staff) -> None:
    staff(EDITOR)
    tell(story=f"=HYPERLINK(1) {STORY}", company="@SUM(A1)", name="+1", when_words="-2+3")
    text = run(app, "export", "--as", "csv", "--private", "--by", EDITOR).stdout
    for cells in csv.reader(io.StringIO(text)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)
    found = list(exchange.read_csv(text.encode().splitlines(keepends=True), date(2026, 11, 24)))
    assert isinstance(found[0], ForeignStory)
    assert (found[0].told.company, found[0].told.name, found[0].told.when_words) == ("@SUM(A1)", "+1", "-2+3")


def test_a_long_list_is_never_in_memory_as_a_whole(app: Flask, tell: Callable[..., str], monkeypatch) -> None:
    ids = [tell(story=f"{STORY} {number}") for number in range(7)]
    monkeypatch.setattr(queries, "_AT_A_TIME", 2)
    db.session.expunge_all()
    seen, most = [], 0
    for story in queries.exported():
        seen.append(story.public_id)
        most = max(most, sum(type(one).__name__ == "Story" for one in db.session))
    assert seen == ids
    assert most <= 2


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_a_private_export_writes_an_import_reads(
    app: Flask, told: str, tell: Callable[..., str], in_state, staff, tmp_path: Path, kind: str
) -> None:
    staff(EDITOR)
    in_state(tell(story=f"{STORY} Twice."), "ready")
    gone = tell(story=f"{STORY} Thrice.")
    with unit_of_work():
        service.withdraw(gone)
    file = tmp_path / f"stories.{kind}"
    run(app, "export", "--private", "--by", EDITOR, "--as", kind, "-o", file)
    here = run(app, "import", file, "--by", EDITOR)
    assert here.stdout == "0 stories imported, 2 already here, 1 left out.\n"


line = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12).map(lambda text: f"a{text}")
cell = st.one_of(st.just(""), line, line.map(lambda text: f"={text}"), line.map(lambda text: f"'{text}"))
rows = st.fixed_dictionaries(
    {
        "verdict": st.sampled_from(list(rules.VERDICTS)),
        "state": st.sampled_from([str(state) for state in rules.State]),
        "channel": st.sampled_from(["", *rules.CHANNELS]),
        "outcome": st.sampled_from(["", *rules.OUTCOMES]),
        "consent": st.sampled_from([0, 1, 2]),
        "preview": st.sampled_from(["yes", "no"]),
        "told_on": st.dates(date(2000, 1, 1), date(2026, 1, 1)).map(date.isoformat),
        "story": st.lists(cell, max_size=3).map(lambda more: "\n\n".join([*more, STORY, *more])),
        "company": cell,
        "when": cell,
        "name": cell,
        "town": cell,
        "consent_words": cell,
    }
)


@given(st.lists(rows, min_size=1, max_size=4), st.sampled_from(["csv", "jsonl"]))
def test_a_round_trip_by_either_form_loses_nothing(several: list[dict[str, object]], kind: str) -> None:
    whole = [
        dict.fromkeys(exchange.PRIVATE, "") | row | {"id": f"story-{number}", "source": "form"}
        for number, row in enumerate(several)
    ]
    file = io.StringIO(newline="")
    if kind == "csv":
        takeout.write_csv(whole, exchange.PRIVATE, file)
    else:
        takeout.write_jsonl(whole, file)
    read = exchange.read_csv if kind == "csv" else exchange.read_jsonl
    found = list(read(io.BytesIO(file.getvalue().encode()), date(2026, 11, 24)))
    from newsroom.platform.text import clean_line, clean_text

    for row, one in zip(whole, found, strict=True):
        assert isinstance(one, ForeignStory), one
        told = one.told
        assert told.story == clean_text(str(row["story"]))
        assert (one.id, told.verdict, told.level) == (row["id"], row["verdict"], row["consent"])
        assert (told.channel, told.outcome) == (row["channel"], row["outcome"])
        assert [told.company, told.when_words, told.name, told.town] == [
            clean_line(str(row[name])) for name in ("company", "when", "name", "town")
        ]
        assert (told.wants_preview, str(one.told_on)) == (row["preview"] == "yes", row["told_on"])


def test_what_is_not_in_an_export_is_left_out_of_an_import() -> None:
    row = dict.fromkeys(exchange.PRIVATE, "") | {"id": "x", "state": "withdrawn", "verdict": "up"}
    (found,) = exchange.read_jsonl([json.dumps(row).encode()], date(2026, 11, 24))
    assert isinstance(found, LeftOut)
