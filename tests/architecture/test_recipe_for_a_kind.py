"""CONTRIBUTING's recipe for a kind of section, followed to the letter in a copy of the product."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.databases import environment_for

COPIED = ("newsroom", "templates", "static", "content", "app.py")
MANUSCRIPT = """---
number: 7
date: 2027-03-02
subject: A rhyme for the counter
preheader: Four lines, rated
---
# Poem: The bell on the desk
author: Ottilie Brand
rating: four bells
link: https://poems.example/bell

It rings, and *somebody* looks up.
"""
# Each command, and the status that it has to end with.
COMMANDS = {
    "issues check faulty.md": 1,
    "issues check poem.md": 1,
    "issues render poem.md --as html": 0,
    "issues render poem.md --as text": 0,
    "issues render poem.md --as web": 0,
    "issues import poem.md": 0,
    "issues export 7 -o again.md": 0,
}
SCRIPT = """
import json, re, sys
import flask_migrate
from newsroom.accounts import service as accounts
from newsroom.accounts.rules import Role
from newsroom.factory import create_app
from newsroom.platform.db import unit_of_work
app = create_app()
with app.app_context():
    flask_migrate.upgrade()
said = {}
for command, status in json.loads(sys.argv[1]).items():
    done = app.test_cli_runner().invoke(args=command.split())
    assert done.exit_code == status, (command, done.exit_code, done.output, done.exception)
    said[command] = done.output
with app.app_context(), unit_of_work():
    accounts.add("editor@poems.example", "Ottilie Brand", [Role.EDITOR], "four lines and a bell")
desk = app.test_client()

def send(page, address, **typed):
    # Fill in the form of that page which goes to that address, as a browser would send it.
    shown = desk.get(page).get_data(as_text=True)
    form = next(form for form in re.findall("(?s)<form.*?</form>", shown) if f'action="{address}"' in form)
    fields = dict(re.findall('<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form)) | typed
    assert all(f'name="{name}"' in form for name in typed), form
    return desk.post(re.search('action="([^"]+)"', form)[1], data=fields, follow_redirects=True)

send("/sign-in", "/sign-in", email="editor@poems.example", password="four lines and a bell")
said["form"] = desk.get("/desk/issues/7?add=poem").get_data(as_text=True)
said["refused"] = send(
    "/desk/issues/7?add=poem", "/desk/issues/7/sections/new/poem", title="A second bell", body="Ding.",
    key_until="some day",
).get_data(as_text=True)
said["added"] = send(
    "/desk/issues/7?add=poem", "/desk/issues/7/sections/new/poem", title="A second bell", body="Ding.",
    key_rating="one bell",
).get_data(as_text=True)
section = re.search('action="(/desk/issues/7/sections/[a-z0-9]+)"', said["added"])[1]
said["saved"] = send(
    "/desk/issues/7?section=" + section.rpartition("/")[2], section, body="Ding, dong."
).get_data(as_text=True)
said["letter"] = desk.get("/desk/issues/7/letter.html").get_data(as_text=True)
said["checked"] = desk.get("/desk/issues/7/check").get_data(as_text=True)
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product with one kind more: a module and its templates, and nothing else changed."""
    folder = tmp_path_factory.mktemp("product")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    kinds = folder / "newsroom" / "issues" / "kinds"
    source = (kinds / "book_recommendation.py").read_text(encoding="utf-8")
    for old, new in (
        ("Book recommendation", "Poem"),
        ("book-recommendation", "poem"),
        ('source="library"', 'source="own"'),
        ('contents_label="Book"', 'contents_label="Poem"'),
    ):
        assert old in source
        source = source.replace(old, new)
    (kinds / "poem.py").write_text(source, encoding="utf-8")
    partials = folder / "templates" / "issues" / "kinds"
    shutil.copytree(partials / "book_recommendation", partials / "poem")
    for partial in (partials / "poem").iterdir():
        words = partial.read_text(encoding="utf-8").replace("kinds/book_recommendation/", "kinds/poem/")
        partial.write_text(words, encoding="utf-8")
    (folder / "poem.md").write_text(MANUSCRIPT, encoding="utf-8")
    faulty = MANUSCRIPT.replace("rating: four bells", "until: some day")
    (folder / "faulty.md").write_text(faulty, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def said(copy: Path) -> dict[str, str]:
    """What the copy says to each command, and to who asks for the form: all in one process."""
    environment = {**os.environ, **environment_for(copy / "instance")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(COMMANDS)],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answers: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return answers


def test_its_keys_are_checked(said: dict[str, str]) -> None:
    assert "faulty.md:9: " in said["issues check faulty.md"]


def test_pre_flight_knows_it(said: dict[str, str]) -> None:
    """A publication that has only just begun has no postal address yet; nothing else stops the issue."""
    lines = said["issues check poem.md"].splitlines()
    blockers = [line for line in lines if line.startswith("blocker")]
    assert [line.split()[1] for line in blockers] == ["no-postal-address"]


@pytest.mark.parametrize("edition", ["html", "text", "web"])
def test_it_is_in_every_edition(said: dict[str, str], edition: str) -> None:
    made = said[f"issues render poem.md --as {edition}"]
    for words in ("The bell on the desk", "Ottilie Brand", "four bells", "poems.example/bell"):
        assert words in made


def test_it_goes_in_and_out_of_the_database(copy: Path, said: dict[str, str]) -> None:
    assert "issues export 7 -o again.md" in said
    again = (copy / "again.md").read_text(encoding="utf-8")
    for line in ("# Poem: The bell on the desk\n", "author: Ottilie Brand\n", "rating: four bells\n"):
        assert line in again


def test_the_composer_has_its_form(said: dict[str, str]) -> None:
    assert "Recommended by" in said["form"]


def test_the_form_refuses_what_its_keys_cannot_take(said: dict[str, str]) -> None:
    """The sentence is the manuscript's, and what was typed is still there."""
    assert "where a date is needed" in said["refused"]
    assert "A second bell" in said["refused"]


def test_an_editor_adds_and_changes_one_and_sees_it_in_the_letter(said: dict[str, str]) -> None:
    assert "Poem added." in said["added"]
    assert "Saved." in said["saved"]
    for words in ("A second bell", "Ding, dong.", "one bell"):
        assert words in said["letter"]


def test_the_check_page_knows_it(said: dict[str, str]) -> None:
    assert "postal address" in said["checked"]
