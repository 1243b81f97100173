"""Manners at the terminal: what goes wrong is one sentence on stderr and exit 1, never a traceback.

It wraps the commands that features bring, and reads the numbers they are given; it has no command itself.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

_MARK = "speaks_plainly"
# What the databases can count to; anything beyond is a slip of the finger.
_LARGEST = 2**31 - 1
_WELCOME = (
    "These are the commands of Newsroom: from a reader's story to a numbered issue that reaches every "
    "subscriber once. docs/operations.md says when to use which; each has --help with an example."
)
# `limiter` comes with a library, for other ways of using it; `run` would serve the site without its worker.
_HIDDEN = ("limiter", "run")
_NO_TABLE = ("no such table", "no such column", "does not exist")


class Number(click.ParamType[int]):
    """A number that names something, from 1: `type=Number("issue number", 81)`, with an example of one."""

    name = "number"

    def __init__(self, what: str, example: int) -> None:
        self._what = what
        self._example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Raises a usage error (exit 2) whose sentence says what would be one."""
        text = str(value)
        # Other scripts' digits and numbers as long as a page are no number to a person at a terminal.
        if (
            text.isascii()
            and text.isdigit()
            and len(text) <= len(str(_LARGEST))
            and 0 < int(text) <= _LARGEST
        ):
            return int(text)
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise click.UsageError(f"{shown} is no {self._what}; give one such as {self._example}.", ctx)


def speak_plainly(app: Flask) -> None:
    """Turn the failures any command can meet into sentences. Called when all commands are registered."""
    for command in app.cli.commands.values():
        _wrap(command)


def introduce() -> None:
    """Say in `flask --help` whose commands these are, and leave out those that lead nowhere here.

    Flask writes its own headline before it looks for an application: the end of the page is left to us.
    """
    context = click.get_current_context(silent=True)
    group = context.find_root().command if context else None
    if not isinstance(group, FlaskGroup):
        return
    group.epilog = _WELCOME
    for name in _HIDDEN:
        if name in group.commands:
            group.commands[name].hidden = True


def _wrap(command: click.Command) -> None:
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _wrap(inner)
    # Commands belong to their module, so a second application of the same process meets them wrapped already.
    if command.callback is not None and not hasattr(command.callback, _MARK):
        command.callback = _plain(command.callback)


def _plain(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except DBAPIError as problem:
            raise click.ClickException(_sentence(problem)) from problem
        except BrokenPipeError:
            # Somebody read the first lines and had enough, as `| head` does.
            raise SystemExit(0) from None

    setattr(run, _MARK, True)
    return run


def _sentence(problem: DBAPIError) -> str:
    said = str(problem.orig).splitlines()[0]
    if isinstance(problem, OperationalError | ProgrammingError) and any(words in said for words in _NO_TABLE):
        return "The database is not up to date: run `flask db upgrade` first."
    if isinstance(problem, OperationalError):
        return f"The database does not answer ({said}): check NEWSROOM_DATABASE_URL and that it is running."
    return f"The database refused this ({said}); nothing was changed."
