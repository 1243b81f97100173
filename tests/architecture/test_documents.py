"""The documents say what the product has: each setting, each command, each state."""

import enum
import importlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy import CheckConstraint

from newsroom.factory import create_app
from newsroom.platform.db import db
from newsroom.platform.settings import PREFIX, SECRETS, Settings, load
from tests.architecture.source import ROOT, modules
from tests.databases import environment_for

DOCS = ROOT / "docs"
# Commands that Flask and its migration extension bring along; they have their own documentation.
BORROWED = {"routes", "run", "shell", "db"}


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_each_setting_is_explained(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in _read("configuration.md")


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_each_secret_may_come_from_a_file_and_the_document_says_so(name: str) -> None:
    assert f"{PREFIX}{name.upper()}_FILE" in _read("configuration.md")


def test_no_setting_is_explained_that_does_not_exist() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    explained = set(re.findall(rf"`({PREFIX}[A-Z_]+)`", _read("configuration.md")))
    assert explained <= known


def test_each_command_is_in_the_operations_manual(app: Flask) -> None:
    text = _read("operations.md")
    missing = [f"flask {words}" for words in _commands(app.cli) if f"flask {words}" not in text]
    assert not missing, "docs/operations.md does not mention: " + ", ".join(missing)


def test_each_command_says_what_it_does_and_gives_an_example(app: Flask) -> None:
    poor = []
    for words, command in _commands(app.cli).items():
        described = f"{command.help or ''} {command.epilog or ''}"
        if f"flask {words}" not in described:
            poor.append(f"flask {words}")
    assert not poor, "no example in the help of: " + ", ".join(poor)


def test_the_list_of_commands_says_whose_they_are_and_shows_none_that_lead_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_for(tmp_path).items():
        monkeypatch.setenv(name, value)
    group = FlaskGroup(create_app=lambda: create_app(load(os.environ)))
    said = CliRunner().invoke(group, ["--help"]).output
    shown = set(re.findall(r"^  ([a-z]+) ", said, re.MULTILINE))
    assert "commands of Newsroom" in " ".join(said.split())
    assert {"issues", "work", "routes", "shell"} <= shown
    assert not {"limiter", "run"} & shown


def test_each_state_is_in_the_glossary() -> None:
    text = _read("glossary.md")
    states = set(_states())
    assert len(states) > 10
    missing = sorted(f"{place}: {state}" for place, state in states if f"`{state}`" not in text)
    assert not missing, "docs/glossary.md does not mention: " + ", ".join(missing)


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "content").rglob("README.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if (
                "://" not in target
                and not target.startswith(("mailto:", "/"))
                and not (path.parent / target).exists()
            ):
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "docs/architecture.md",
        "docs/configuration.md",
        "docs/dependencies.md",
        "docs/glossary.md",
        "docs/operations.md",
    ],
)
def test_what_a_newcomer_looks_for_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 500


def _read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _commands(group: click.Group, prefix: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if not prefix and name in BORROWED:
            continue
        if isinstance(command, click.Group):
            found |= _commands(command, f"{prefix}{name} ")
        else:
            found[f"{prefix}{name}"] = command
    return found


def _states() -> Iterator[tuple[str, str]]:
    """Give (where, state): enumerations called State, tuples called STATES, and what the database checks."""
    for module in modules().values():
        if module.feature is None:
            continue
        things = vars(importlib.import_module(module.name))
        for name, thing in things.items():
            if isinstance(thing, type) and issubclass(thing, enum.Enum) and name.endswith("State"):
                yield from ((thing.__module__, str(member.value)) for member in thing)
            elif name == "STATES":
                yield from ((module.name, str(state)) for state in thing)
    for table in db.metadata.sorted_tables:
        for check in table.constraints:
            if isinstance(check, CheckConstraint) and str(check.sqltext).startswith("state IN"):
                yield from ((table.name, state) for state in re.findall(r"'(\w+)'", str(check.sqltext)))
