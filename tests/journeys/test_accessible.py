"""Every page of the sample publication, public and at the desk: for everybody, on every screen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chance import is_thorough
from tests.journeys import accessible
from tests.journeys.crawling import Crawl, rows
from tests.journeys.desk import sign_in
from tests.site import LiveSite

pytestmark = pytest.mark.browser

WIDE, NARROW = (1280, "light", accessible.RULES), (375, "dark", accessible.RULES)
# Each page is looked at once at each width and once in each light; of those of the desk with one template,
# the second look is for the first and the longest. `make thorough` looks at all of them in every combination:
# where a page of the same width has been looked at in one light, another one can change colours only.
ALL_VIEWS = [WIDE, (1280, "dark", accessible.COLOURS), NARROW, (375, "light", accessible.COLOURS)]
# Pages that nothing links to, because one comes there from a form or by mistake.
UNLINKED = (
    "/subscribe/sent",
    "/subscribe/confirmed",
    "/preferences/sent",
    "/preferences/erased",
    "/nothing-here",
    "/stories/abcdefghjkmn-gone",
    "/unsubscribe/forged",
    "/share/receipt/forged",
)
ASIDE = ("/sign-in", "/forgotten-password", "/set-password")


@pytest.fixture(scope="module")
def crawls(sample: LiveSite, browser: Any) -> Iterator[dict[str, Crawl]]:
    """All that a visitor and an editor can reach, walked once. Also says what the walk changed."""
    visitor, editor = browser.new_context(), browser.new_context()
    page = editor.new_page()
    sign_in(page, sample)
    before = rows(_database(sample))
    yield {
        "site": Crawl(sample, visitor.request).walk("/"),
        "desk": Crawl(sample, editor.request).walk("/desk"),
        "changes": _changes(before, rows(_database(sample))),
    }
    visitor.close()
    editor.close()


def test_every_link_leads_somewhere(crawls: dict[str, Crawl]) -> None:
    assert len(crawls["site"].answers) > 30
    assert len(crawls["desk"].answers) > 100
    assert crawls["site"].broken + crawls["desk"].broken == []


def test_looking_changes_nothing(crawls: dict[str, Any]) -> None:
    assert crawls["changes"] == []


def test_public_pages_set_no_cookie(crawls: dict[str, Crawl]) -> None:
    answers = crawls["site"].answers.values()
    assert [
        answer.path for answer in answers if answer.sets_cookie and not answer.path.startswith(ASIDE)
    ] == []


def test_the_desk_is_closed_to_visitors(crawls: dict[str, Crawl]) -> None:
    assert [path for path in crawls["site"].answers if path.startswith("/desk")] == []


@pytest.mark.variants
@pytest.mark.parametrize("area", ["site", "desk"])
def test_nobody_is_shut_out(
    area: str, crawls: dict[str, Crawl], sample: LiveSite, context: Any, page: Any
) -> None:
    """No rule of WCAG 2.2 AA is broken in any light, nothing scrolls sideways, the console is silent."""
    said: list[str] = []
    context.on(
        "console",
        lambda message: said.append(f"{message.page.url}: {message.text}") if _is_bad(message) else None,
    )
    context.on("weberror", lambda error: said.append(f"{error.page.url}: {error.error}"))
    if area == "desk":
        sign_in(page, sample)
    paths = crawls[area].shapes("/desk") if area == "desk" else [*crawls[area].shapes(), *UNLINKED]
    looked_at_twice = crawls[area].examples(paths) if area == "desk" else set(paths)
    problems = []
    for path in paths:
        page.goto(f"{sample.address}{path}")
        for width, scheme, rules in _views(path in looked_at_twice):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = accessible.violations(page, rules)
            problems += [f"{path} ({scheme}, {width}): {one}" for one in found]
        too_wide = accessible.sideways(page)
        if too_wide > 0:
            problems.append(f"{path} is {too_wide} pixels wider than {accessible.NARROWEST}")
    assert problems == []
    assert [line for line in said if "Failed to load resource" not in line] == []


def _views(twice: bool) -> list[tuple[int, str, list[str]]]:
    if is_thorough():
        return ALL_VIEWS
    return [WIDE, NARROW] if twice else [WIDE]


def _is_bad(message: Any) -> bool:
    return message.type in ("error", "warning")


def _database(site: LiveSite) -> Path:
    return Path(site.environment["NEWSROOM_INSTANCE"]) / "newsroom.db"


def _changes(before: dict[str, set[Any]], after: dict[str, set[Any]]) -> list[str]:
    changed = {table: {str(row) for row in after[table] ^ before[table]} for table in after}
    # That an editor saw a sealed original is put on record whenever it is shown; nothing else is.
    changed["audit_entry"] = {row for row in changed["audit_entry"] if "'saw private details'" not in row}
    return [f"{table}: {sorted(entries)[:5]}" for table, entries in changed.items() if entries]
