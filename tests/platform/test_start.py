"""What a person at the terminal sees when the settings cannot be right."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LONG_SECONDS

ROOT = Path(__file__).resolve().parents[2]


def flask(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSROOM_")}
    return subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env={**clean, **environ},
        capture_output=True,
        text=True,
        timeout=LONG_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("arguments", [["work"], ["--help"], []])
def test_a_wrong_setting_stops_every_command_with_one_sentence(arguments: list[str]) -> None:
    done = flask(*arguments, NEWSROOM_TYPO="1")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: NEWSROOM_TYPO is not a setting")
    assert done.stderr.count("\n") == 1


def test_a_database_without_tables_is_a_sentence(tmp_path: Path) -> None:
    done = flask("work", "--drain", NEWSROOM_ENV="development", NEWSROOM_INSTANCE=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == "Error: The database is not up to date: run `flask db upgrade` first.\n"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = flask("work", NEWSROOM_ENV="development", NEWSROOM_INSTANCE=str(tmp_path / "file" / "below"))
    assert done.returncode == 1
    assert "where no file can be written" in done.stderr
    assert done.stderr.count("\n") == 1
