import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.event import listen

from newsroom.accounts.queries import audit_log
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import commands, queries, rules, service
from newsroom.subscribers.commands import _CHUNK
from tests.subscribers.conftest import EMAIL, holder_of, join, letters, sign_up

CONSENT = ("--confirmed", "--consent", "Ticked on paper in May")


def subscribers(app: Flask, *arguments: str | Path, stdin: str | None = None) -> Result:
    result = app.test_cli_runner().invoke(args=["subscribers", *map(str, arguments)], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    db.session.rollback()
    return result


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    return tmp_path / "readers.csv"


def test_a_list_with_consent_is_confirmed_at_once_and_gets_no_letter(db_app: Flask, csv_file: Path) -> None:
    csv_file.write_text("email,name\nrhona@reader.example,Rhona Vale\nIda@Reader.example,Ida\n")

    result = subscribers(db_app, "import", csv_file, *CONSENT)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "2 lines: 2 added, 0 refused.\n"
    rhona = queries.by_email(EMAIL)
    assert rhona is not None
    assert (rhona.name, rhona.state) == ("Rhona Vale", "confirmed")
    (event,) = queries.history(rhona.id)
    assert (event.action, event.wording, event.source) == (
        "imported",
        "Ticked on paper in May",
        "readers.csv",
    )
    assert letters() == []
    assert audit_log().items[0].detail.startswith("readers.csv: 2 added")


def test_a_list_without_consent_is_asked_by_letter(db_app: Flask, csv_file: Path) -> None:
    csv_file.write_text("email,name\nrhona@reader.example,Rhona\n")

    result = subscribers(db_app, "import", csv_file)

    assert result.exit_code == 0
    assert queries.counts().by_state["pending"] == 1
    assert [letter.kind for letter in letters(EMAIL)] == ["confirm-subscription"]


def test_importing_again_changes_nothing(db_app: Flask, csv_file: Path) -> None:
    csv_file.write_text("email,name\nrhona@reader.example,Rhona\n")
    subscribers(db_app, "import", csv_file, *CONSENT)

    result = subscribers(db_app, "import", csv_file, *CONSENT)

    assert (result.exit_code, result.stdout) == (0, "1 line: 0 added, 1 here already, 0 refused.\n")
    rhona = queries.by_email(EMAIL)
    assert rhona is not None
    assert len(queries.history(rhona.id)) == 1


def test_who_was_waiting_is_confirmed_by_a_list_with_consent(db_app: Flask, csv_file: Path) -> None:
    sign_up()
    csv_file.write_text(f"email,name\n{EMAIL},\n")

    assert "1 confirmed who had been waiting" in subscribers(db_app, "import", csv_file, *CONSENT).stdout
    assert queries.counts().by_state["confirmed"] == 1


def test_who_left_or_is_suppressed_stays_away(db_app: Flask, csv_file: Path) -> None:
    left, bounced = join("left@reader.example"), join("bounced@reader.example")
    with unit_of_work():
        service.unsubscribe(holder_of(left))
        service.suppress("bounced@reader.example", rules.Reason.HARD_BOUNCE)
        service.suppress("never@reader.example", rules.Reason.REQUEST)
        service.erase(bounced.id)
    csv_file.write_text(
        "email,name\nleft@reader.example,\nbounced@reader.example,\nNEVER@reader.example,\nnew@reader.example,\n"
    )

    result = subscribers(db_app, "import", csv_file, *CONSENT)

    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{csv_file}:2: left@reader.example has left")
    assert lines[1].startswith(f"{csv_file}:3: bounced@reader.example is on the suppression list")
    assert lines[2].startswith(f"{csv_file}:4: NEVER@reader.example is on the suppression list")
    assert lines[3].startswith("Refused lines were left out, the others are imported.")
    assert result.stdout == "4 lines: 1 added, 3 refused.\n"
    assert queries.reachable_count() == 1


def test_bad_and_doubled_lines_are_named_and_the_good_ones_imported(db_app: Flask, csv_file: Path) -> None:
    csv_file.write_text("email,name\na@reader.example,A\nnobody,B\nA@reader.example,C\nd@reader.example,D\n")

    result = subscribers(db_app, "import", csv_file, *CONSENT)

    assert result.exit_code == 1
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()[:2]] == [
        f"{csv_file}:3",
        f"{csv_file}:4",
    ]
    assert queries.counts().total == 2


def test_the_report_takes_the_refused_lines(app: Flask, csv_file: Path, tmp_path: Path) -> None:
    csv_file.write_text("email,name\nnobody,B\n")
    report = tmp_path / "refused.txt"

    result = subscribers(app, "import", csv_file, *CONSENT, "--report", report)

    assert result.exit_code == 1
    assert report.read_text().startswith(f"{csv_file}:2: ")
    assert str(report) in result.stderr
    assert "nobody" not in result.stderr


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"name\nRhona\n", 1),
        ("email,name\na@reader.example,A\nb@reader.example,Bö\n".encode("latin-1"), 3),
        ("email,name\na@reader.example,A\n".encode("utf-16"), 1),
        (b'email,name\na@reader.example,A\nb@reader.example,"B\n', 3),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    app: Flask, csv_file: Path, content: bytes, line: int
) -> None:
    csv_file.write_bytes(content)

    result = subscribers(app, "import", csv_file, *CONSENT)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {csv_file}:{line}: ")
    assert "Nothing was imported." in result.stderr
    assert queries.counts().total == 0


@pytest.mark.parametrize(
    "arguments", [("--confirmed",), ("--consent", "x"), ("--confirmed", "--consent", "  "), ("--nonsense",)]
)
def test_consent_and_confirmation_go_together(app: Flask, csv_file: Path, arguments: tuple[str, ...]) -> None:
    csv_file.write_text(f"email,name\n{EMAIL},\n")

    assert subscribers(app, "import", csv_file, *arguments).exit_code == 2
    assert queries.counts().total == 0


def test_a_file_that_is_not_there_is_a_usage_error(app: Flask, tmp_path: Path) -> None:
    result = subscribers(app, "import", tmp_path / "none.csv")

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_a_list_of_several_chunks_is_imported_whole(db_app: Flask, csv_file: Path) -> None:
    count = _CHUNK + 7
    lines = [f"reader{number}@reader.example,Reader {number}" for number in range(count)]
    csv_file.write_text("\n".join(["email,name", *lines, "reader3@reader.example,Again"]))

    result = subscribers(db_app, "import", csv_file, *CONSENT)

    assert result.exit_code == 1
    assert f"{csv_file}:{count + 2}: reader3@reader.example stands in line 5 already." in result.stderr
    assert queries.reachable_count() == count


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_CHUNK", 3)


@pytest.mark.usefixtures("small_chunks")
def test_a_doubled_line_names_the_first_one_in_whichever_chunk_that_was(
    db_app: Flask, csv_file: Path
) -> None:
    join("here@reader.example")
    left = join("left@reader.example")
    with unit_of_work():
        service.unsubscribe(holder_of(left))
        service.suppress("never@reader.example", rules.Reason.REQUEST)
    first = ["new@reader.example", "here@reader.example", "left@reader.example", "never@reader.example"]
    csv_file.write_text("\n".join(["email", *first, "NEW@reader.example", *first, *first]))

    result = subscribers(db_app, "import", csv_file, *CONSENT)

    doubled = [line.removeprefix(f"{csv_file}:") for line in result.stderr.splitlines() if "already" in line]
    assert doubled == [
        "6: NEW@reader.example stands in line 2 already.",
        *(f"{line}: {email} stands in line {line - 5} already." for line, email in enumerate(first, start=7)),
        *(
            f"{line}: {email} stands in line {line - 9} already."
            for line, email in enumerate(first, start=11)
        ),
    ]
    assert result.stdout == "13 lines: 1 added, 1 here already, 11 refused.\n"


@pytest.mark.usefixtures("small_chunks")
def test_a_list_that_was_stopped_half_way_is_imported_again_from_its_beginning(
    db_app: Flask, csv_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    csv_file.write_text("\n".join(["email", *(f"reader{number}@reader.example" for number in range(8))]))
    chunks: list[service.Imported] = []
    import_rows = service.import_rows

    def killed_in_the_second_chunk(*given: Any, **more: Any) -> service.Imported:
        imported = import_rows(*given, **more)
        chunks.append(imported)
        if len(chunks) == 2:
            raise KeyboardInterrupt
        return imported

    with monkeypatch.context() as patched:
        patched.setattr(commands.service, "import_rows", killed_in_the_second_chunk)
        subscribers(db_app, "import", csv_file, *CONSENT)
    kept = queries.counts().total

    assert kept == 3
    result = subscribers(db_app, "import", csv_file, *CONSENT)
    assert (result.exit_code, result.stdout) == (0, "8 lines: 5 added, 3 here already, 0 refused.\n")


def test_other_writers_need_not_wait_until_thousands_of_letters_are_written(
    db_app: Flask, csv_file: Path
) -> None:
    csv_file.write_text("\n".join(["email", *(f"reader{number}@reader.example" for number in range(120))]))
    units = []
    listen(db.engine, "commit", units.append)

    subscribers(db_app, "import", csv_file)

    # Two chunks with letters, and the line in the audit log.
    assert len(units) == 3
    assert len(letters()) == 120


def test_an_export_is_a_list_that_import_reads(db_app: Flask, csv_file: Path) -> None:
    join(EMAIL, name="Vale, Rhona")
    join("formula@reader.example", name="=1+1")
    sign_up("waiting@reader.example")

    result = subscribers(db_app, "export", "-o", csv_file)

    assert (result.exit_code, result.stdout) == (0, "")
    assert csv_file.read_text().splitlines()[0] == "email,name,state,format,confirmed_at"
    assert csv_file.stat().st_mode & 0o077 == 0
    with unit_of_work():
        for email in (EMAIL, "formula@reader.example"):
            found = queries.by_email(email)
            assert found is not None
            service.erase(found.id)
    assert subscribers(db_app, "import", csv_file, *CONSENT).exit_code == 0
    names = {one.name for one in queries.recipients(db.session.scalars(queries.confirmed()).all())}
    assert names == {"Vale, Rhona", "=1+1"}


def test_an_export_goes_to_the_pipe_and_into_the_audit_log(app: Flask) -> None:
    join()
    sign_up("waiting@reader.example")

    confirmed, everybody = subscribers(app, "export"), subscribers(app, "export", "--state", "all")

    assert confirmed.stdout.count("@reader.example") == 1
    assert everybody.stdout.count("@reader.example") == 2
    assert [entry.detail for entry in audit_log().items[:2]] == ["2 rows", "1 rows"]


def test_an_export_that_cannot_be_written_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    result = subscribers(app, "export", "-o", tmp_path / "no" / "folder.csv")

    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_counts_for_people_and_for_scripts(db_app: Flask) -> None:
    join()
    sign_up("waiting@reader.example")

    told = json.loads(subscribers(db_app, "count", "--json").stdout)

    assert told == {
        "pending": 1,
        "confirmed": 1,
        "unsubscribed": 0,
        "bounced": 0,
        "complained": 0,
        "reachable": 1,
        "paused": 0,
        "suppressed": 0,
        "total": 2,
    }
    assert "An issue now goes to" in subscribers(db_app, "count").stdout


def test_somebody_is_erased_after_a_question(db_app: Flask) -> None:
    join()

    assert subscribers(db_app, "erase", EMAIL, stdin="n\n").exit_code == 1
    assert queries.counts().total == 1
    assert subscribers(db_app, "erase", EMAIL.upper(), "--yes", "--never-again").exit_code == 0
    assert queries.counts().total == 0
    assert queries.suppression_of(EMAIL) is not None


@pytest.mark.parametrize("email", ["stranger@reader.example", "nobody", ""])
def test_erasing_a_stranger_is_refused(app: Flask, email: str) -> None:
    result = subscribers(app, "erase", email, "--yes")

    assert result.exit_code == 1
    assert "nothing was erased" in result.stderr


@pytest.mark.parametrize("command", ["import", "export", "count", "erase"])
def test_every_command_shows_an_example(app: Flask, command: str) -> None:
    assert f"Example: flask subscribers {command}" in subscribers(app, command, "--help").stdout
