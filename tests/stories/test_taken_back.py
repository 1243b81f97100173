"""A story that was taken back is found nowhere: not by a page, a feed, a search, an export or a cache."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from time_machine import Traveller

from newsroom.delivery import service as deliveries
from newsroom.delivery.models import Dispatch
from newsroom.delivery.rules import Refused
from newsroom.issues import queries as issues
from newsroom.issues import rules as issues_rules
from newsroom.issues import service as issues_service
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.text import clean_line
from newsroom.platform.web.open_form import without_guard
from newsroom.stories import queries, service, tasks
from tests.archive import press
from tests.cast import Cast
from tests.stories.conftest import PLAIN, STORY, sign_redaction, stored

# Words that stand nowhere else, one for each place that can give a story away.
TITLE, TEXT, NOTE, CARD, WHO, NEXT = (
    "marzipan",
    "quagmire",
    "obelisk",
    "gallimaufry",
    "Ostrava",
    "bumbershoot",
)
PRINTED = (TITLE, TEXT, NOTE, CARD, WHO)
WORDS = (*PRINTED, NEXT)
DAY = "Tuesday, 24 November 2026"
PLACES = (
    "/",
    "/issues/82",
    "/issues/82.txt",
    "/thumbs",
    "/lessons",
    "/feed.xml",
    "/feed.json",
    "/sitemap.xml",
)


@dataclass
class Printed:
    """A story of a reader that stands in issue 82, and its address."""

    story: str
    path: str
    editor_id: int


@pytest.fixture
def ready(app: Flask, clock: Traveller, staff: Callable[..., int]) -> Printed:
    """A story that is ready for print, and issue 82 in preparation, which holds it."""
    press.set_up()
    editor_id = staff()
    with unit_of_work():
        # At level 3, because its attribution gives the town.
        told = replace(PLAIN, level=3, name="Wilhelmina Vale", town=WHO, email="w@reader.example")
        story = service.submit(told).public_id
        service.start_editing(story, actor_id=editor_id)
        service.save_revision(
            story,
            version=0,
            title=f"The {TITLE}",
            text=f"{STORY} It was a {TEXT}.",
            attribution=f"Wilhelmina, {WHO}",
            note=f"He knew the {NOTE}.\n\n- **Mind the {CARD}.** It helps. [know the history]",
            actor_id=editor_id,
        )
        sign_redaction(story)
        service.mark_ready(story, version=1, actor_id=editor_id)
    press.draft(press.small_issue(82, issues.next_number_and_date()[1]))
    with unit_of_work():
        row = issues.issue(82)
        assert row is not None
        issues_service.place_story(row, story, by_id=editor_id)
    return Printed(story, f"/stories/{story}-the-{TITLE}", editor_id)


@pytest.fixture
def sent(ready: Printed) -> Printed:
    """The same in print, with what happened next."""
    send()
    with unit_of_work():
        service.follow_up(ready.story, f"They sent a {NEXT}.")
        told = queries.story(ready.story)
        assert told is not None
        service.publish_follow_up(
            ready.story, told.follow_ups[0].id, f"They sent a {NEXT}.", actor_id=ready.editor_id
        )
    return ready


def approve() -> None:
    with unit_of_work():
        row = issues.issue(82)
        assert row is not None
        issues_service.approve(row, by_id=press._printer(), by_label=press.PRINTER, four_eyes=False)


def freeze() -> Dispatch:
    with unit_of_work():
        return deliveries.dispatch(82, actor_id=None)


def send() -> None:
    approve()
    begun = freeze()
    with unit_of_work():
        deliveries.begin_sending(deliveries.locked(begun.id))


def withdraw(printed: Printed) -> None:
    with unit_of_work():
        service.withdraw(printed.story)


def unpublish(printed: Printed) -> None:
    with unit_of_work():
        service.unpublish(printed.story, "Its facts are in doubt.")


def narrow(printed: Printed) -> None:
    with unit_of_work():
        service.change_consent(printed.story, 2, wants_preview=False)


def erase(printed: Printed) -> None:
    with unit_of_work():
        service.erase(printed.story)


WAYS = {
    "withdraw": (withdraw, f"Its author withdrew it on {DAY}."),
    "unpublish": (unpublish, f"We took it out on {DAY}."),
    "narrow": (
        narrow,
        f"We took it out on {DAY}, because its author no longer allows it to be printed as it was.",
    ),
    "erase": (erase, f"Its author withdrew it on {DAY}."),
}


def everything_public(app: Flask, *more: str) -> dict[str, str]:
    """Every public page that can be reached by links, feeds and the sitemap, and those named besides."""
    client = app.test_client()
    waiting, seen = ["/", "/feed.xml", "/feed.json", "/sitemap.xml", "/robots.txt", *more], {}
    while waiting:
        path = waiting.pop().split("#")[0]
        if path in seen or path.startswith(("/static", "/desk", "/sign-in")):
            continue
        answer = client.get(path)
        seen[path] = answer.get_data(as_text=True)
        found = re.findall(r"""(?:href|src|action)="([^"]+)"|<loc>([^<]+)""", seen[path])
        for one in (first or second for first, second in found):
            own = one.removeprefix(app.extensions["newsroom.settings"].base_url).replace("&amp;", "&")
            if own.startswith("/"):
                waiting.append(own)
    return seen


def holding(pages: dict[str, str], words: tuple[str, ...]) -> list[str]:
    return [
        f"{word} on {path}"
        for path, page in pages.items()
        for word in words
        if word.casefold() in page.casefold()
    ]


def exported(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=list(arguments))
    return result.output


def test_these_words_are_public_before(app: Flask, sent: Printed) -> None:
    pages = everything_public(app)
    for word in WORDS:
        assert any(place.startswith(word) for place in holding(pages, WORDS)), word
    assert len(pages) > 15


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_back_is_on_no_public_page_and_a_tombstone_says_who_did_it(
    app: Flask, sent: Printed, way: str
) -> None:
    client = app.test_client()
    tags = {path: client.get(path).headers.get("ETag") for path in PLACES}
    take_back, words = WAYS[way]
    take_back(sent)
    sought = [f"/thumbs?q={word}" for word in WORDS] + [f"/search?q={quote(word)}" for word in WORDS]
    pages = everything_public(app, sent.path, sent.path.partition("-")[0], *PLACES)
    assert holding(pages, WORDS) == []
    for path in sought:
        answer = client.get(path)
        assert TEXT not in answer.get_data(as_text=True)
        assert sent.story not in answer.get_data(as_text=True)
    assert client.get(sent.path).status_code == 410
    for path in (sent.path, "/issues/82", "/issues/82.txt", "/feed.json"):
        assert clean_line(words) in clean_line(pages[path]), path
    for path, tag in tags.items():
        if path not in ("/",) or tag:
            answer = client.get(path, headers={"If-None-Match": tag or ""})
            assert answer.status_code == 200, f"{path} is still answered from a cache"


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_back_is_in_no_preview_and_in_no_export(
    app: Flask, cast: Cast, sent: Printed, way: str
) -> None:
    WAYS[way][0](sent)
    texts = {
        f"issues {' '.join(command)}": exported(app, "issues", *command)
        for command in (
            ("export", "82"),
            ("render", "82", "--as", "html"),
            ("render", "82", "--as", "text"),
            ("render", "82", "--as", "web"),
            ("render", "82", "--as", "eml"),
            ("check", "82"),
        )
    }
    texts["stories export"] = exported(app, "stories", "export")
    publisher = cast.publisher()
    for path in ("", "/letter.html", "/letter.txt", "/web", "/manuscript.md", "/check"):
        texts[path] = publisher.client.get(f"/desk/issues/82{path}").get_data(as_text=True)
    texts["admin"] = cast.admin().client.get("/desk").get_data(as_text=True)
    assert holding(texts, WORDS) == []


@pytest.mark.parametrize("way", ["withdraw", "erase"])
def test_an_issue_in_preparation_shows_no_word_of_what_was_taken_back(
    app: Flask, cast: Cast, ready: Printed, way: str
) -> None:
    WAYS[way][0](ready)
    _shows_nothing_and_blocks(app, cast)


def test_an_issue_in_preparation_shows_no_word_beyond_a_narrower_consent(
    app: Flask, cast: Cast, ready: Printed
) -> None:
    narrow(ready)
    _shows_nothing_and_blocks(app, cast)


def _shows_nothing_and_blocks(app: Flask, cast: Cast) -> None:
    row = issues.issue(82)
    assert row is not None
    assert [(f.severity, f.code) for f in issues_service.check(row)] == [("blocker", "no-consent")]
    editor = cast.editor()
    texts = {
        path: editor.client.get(f"/desk/issues/82{path}").get_data(as_text=True)
        for path in ("/letter.html", "/letter.txt", "/web", "/manuscript.md")
    }
    texts["export"] = exported(app, "issues", "export", "82")
    assert holding(texts, PRINTED) == []


def test_when_time_destroys_what_lies_behind_a_printed_story_no_public_byte_changes(
    app: Flask, sent: Printed, clock: Traveller
) -> None:
    clock.shift(timedelta(days=366))
    commands = (
        ("issues", "export", "82"),
        ("issues", "render", "82", "--as", "html"),
        ("issues", "render", "82", "--as", "text"),
        ("stories", "export"),
    )
    before = [_bytes_of(app), [exported(app, *command) for command in commands], sealed()]
    tasks.keep_no_longer()
    assert stored(sent.story).original.body == ""
    assert [_bytes_of(app), [exported(app, *command) for command in commands], sealed()] == before
    assert holding(before[0], WORDS)  # type: ignore[arg-type]


def _bytes_of(app: Flask) -> dict[str, str]:
    # The guard of an open form differs each time.
    return {path: without_guard(page.encode()).decode() for path, page in everything_public(app).items()}


# A consent that is lowered while the issue is on its way


def test_a_consent_lowered_while_the_issue_is_approved_makes_the_approval_void(ready: Printed) -> None:
    approve()
    narrow(ready)
    db.session.rollback()
    row = issues.issue(82)
    assert row is not None
    assert row.state == issues_rules.DRAFTING
    assert [approval.void_reason for approval in row.approvals] == ["the consent to a story of it changed"]
    with pytest.raises(issues_rules.Refused), unit_of_work():
        deliveries.dispatch(82, actor_id=None)


def test_a_consent_that_only_widens_asks_for_a_new_approval_and_blocks_nothing(ready: Printed) -> None:
    approve()
    with unit_of_work():
        service.change_consent(ready.story, 4, wants_preview=False)
    row = issues.issue(82)
    assert row is not None
    assert row.state == issues_rules.DRAFTING
    assert issues_service.check(row) == ()


@pytest.mark.parametrize("way", ["withdraw", "narrow", "erase"])
def test_what_is_taken_back_while_the_audience_is_counted_is_never_sent(
    app: Flask, cast: Cast, ready: Printed, way: str
) -> None:
    approve()
    begun = freeze()
    WAYS[way][0](ready)
    preview = cast.editor().client.get("/desk/issues/82/letter.html").get_data(as_text=True)
    assert holding({"preview": preview}, PRINTED) == []
    with unit_of_work():
        deliveries.begin_sending(deliveries.locked(begun.id))
    db.session.rollback()
    row = deliveries.locked(begun.id)
    assert row.state == "cancelled"
    assert "Taken back before the issue went out" in row.pause_reason
    assert app.test_client().get("/issues/82").status_code == 404


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_back_while_letters_leave_stops_them(ready: Printed, way: str) -> None:
    approve()
    begun = freeze()
    with unit_of_work():
        deliveries.begin_sending(deliveries.locked(begun.id))
    WAYS[way][0](ready)
    db.session.rollback()
    row = deliveries.locked(begun.id)
    assert row.state == "paused"
    assert "Taken back while the issue went out" in row.pause_reason
    with pytest.raises(Refused, match="was taken back"), unit_of_work():
        deliveries.resume(deliveries.locked(begun.id))


def test_a_narrower_consent_after_sending_takes_the_story_off_the_web(sent: Printed) -> None:
    narrow(sent)
    assert stored(sent.story).state == "unpublished"


def test_the_sealed_record_of_what_was_sent_stays(sent: Printed) -> None:
    before = sealed()
    withdraw(sent)
    assert sealed() == before


def sealed() -> tuple[object, ...]:
    db.session.rollback()
    record = issues.frozen(82)
    assert record is not None
    return record.email_html, record.email_text, record.document, record.content_hash
