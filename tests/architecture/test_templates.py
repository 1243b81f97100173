"""Templates fit the strict Content-Security-Policy, and their links lead to doors that exist."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import TemplateError

from tests.architecture.source import ROOT

TEMPLATES = ROOT / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))
# Mail programs know no stylesheets of ours: letters carry their styles in themselves.
FOR_PAGES = [
    path for path in ALL if path.relative_to(TEMPLATES).parts[0] != "email" and "email" not in path.stem
]
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|<script\b(?![^>]*\bsrc\s*=)|javascript:", re.IGNORECASE
)
ENDPOINT = re.compile(r"""\burl_for\(\s*(["'])([^"']+)\1""")


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", FOR_PAGES, ids=name_of)
def test_a_page_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = [
        f"{text[: hit.start()].count(chr(10)) + 1}: {hit.group().strip()}" for hit in INLINE.finditer(text)
    ]
    assert not found


def test_every_template_compiles(app: Flask) -> None:
    wrong = []
    for path in ALL:
        try:
            app.jinja_env.get_template(name_of(path))
        except TemplateError as error:
            wrong.append(f"{name_of(path)}: {error!r}")
    assert not wrong, "\n".join(wrong)


def test_every_link_in_a_template_names_a_door_that_exists(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    wrong = [
        f"{name_of(path)}: {endpoint}"
        for path in sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
        for _, endpoint in ENDPOINT.findall(path.read_text(encoding="utf-8"))
        if not endpoint.startswith(".") and not endpoint.endswith(".") and endpoint not in known
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_marked_safe_in_a_page_but_what_was_sanitised() -> None:
    """`Markup` comes from platform.markup and render, which sanitise; no template overrules them."""
    wrong = [
        name_of(path)
        for path in ALL
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8"))
    ]
    assert not wrong
