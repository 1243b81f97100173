"""No door, letter or edition shows words of an issue that the leak check does not read.

Whatever is added has to be entered in its feature's `surfaces`: covered by one, or free with a reason.
"""

from collections.abc import Callable
from dataclasses import fields

import pytest
from flask import Flask

from newsroom.issues import queries as issues
from newsroom.issues.render import Rendering
from newsroom.platform.surfaces import Register, register
from tests.architecture.source import ROOT
from tests.archive import press
from tests.cast import Reader

LETTERS = ROOT / "templates" / "email"
# They answer without words: files of ours, and whether the product is alive.
WORDLESS = {"static", "health.healthz"}


@pytest.fixture
def entered(app: Flask) -> Register:
    return register(app.extensions)


def public_doors(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/desk") and rule.endpoint not in WORDLESS
    }


def letters() -> set[str]:
    return {
        "email/" + path.relative_to(LETTERS).with_suffix("").as_posix()
        for path in LETTERS.rglob("*")
        if path.suffix in (".html", ".txt")
    }


def test_every_public_door_letter_and_edition_is_a_surface_or_free_with_a_reason(
    app: Flask, entered: Register
) -> None:
    free = entered.free or {}
    public = public_doors(app) | letters() | {field.name for field in fields(Rendering)}
    forgotten = sorted(public - entered.covered - set(free))
    assert not forgotten, "enter these in `surfaces` of their feature: " + ", ".join(forgotten)
    assert not entered.covered & set(free)
    assert all(len(reason.split()) > 2 for reason in free.values())
    known = public | {
        "pictures",
        "links",
        "sections",
        "frame",
        "navigation",
        "slugs",
        "pieces",
        "descriptions",
        "corrections",
    }
    assert (entered.covered | set(free)) <= known, "these exist no more"


def test_what_is_free_shows_nothing_that_was_printed(
    app: Flask, entered: Register, furnish: Callable[..., None], reader: Reader
) -> None:
    furnish(app, press.print_issues)
    printed = [piece.title for piece in issues.published()]
    assert printed
    wrong = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in (entered.free or {}) and "GET" in (rule.methods or ()) and not rule.arguments:
            page = reader.client.get(rule.rule).get_data(as_text=True)
            wrong += [f"{rule.endpoint} shows “{title}”" for title in printed if title in page]
    assert not wrong, "\n".join(wrong)
