"""What must never happen to a story, whatever anybody does: each promise of the design, held by a test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError
from time_machine import Traveller, travel

from newsroom.factory import create_app
from newsroom.issues import queries as issues
from newsroom.issues import render
from newsroom.issues import service as issues_service
from newsroom.platform import clock as time
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.settings import load
from newsroom.stories import queries, service, tasks
from newsroom.stories.models import StoryOriginal
from newsroom.stories.readiness import Readiness, private_problems, readiness_problems, signed_words
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.seal import REFUSAL
from newsroom.stories.service import NotReady, SaveConflict
from tests.archive import press
from tests.chance import examples
from tests.databases import SqliteTemplate, environment_for
from tests.stories.conftest import NOTE, PLAIN, STORY, sign_redaction, stored

# The sealed original


@pytest.mark.parametrize(
    "change",
    [
        "body = body || ' and more'",
        "body = ''",
        "sha256 = 'another'",
        "sealed_at = '2020-01-01 00:00:00'",
    ],
)
def test_the_database_itself_refuses_to_change_an_original(
    db_app: Flask, tell: Callable[..., str], change: str
) -> None:
    told = tell()
    with pytest.raises(DatabaseError, match=REFUSAL), unit_of_work():
        db.session.execute(text(f"UPDATE story_original SET {change}"))
    assert stored(told).original.body == STORY


def test_the_database_deletes_an_original_only_when_its_story_is_destroyed(
    db_app: Flask, tell: Callable[..., str]
) -> None:
    told, destroyed = tell(), tell()
    with unit_of_work():
        service.erase(destroyed)
    row = stored(destroyed)
    with unit_of_work():
        db.session.execute(delete(StoryOriginal).where(StoryOriginal.story_id == row.id))
    with pytest.raises(DatabaseError, match=REFUSAL), unit_of_work():
        db.session.execute(delete(StoryOriginal))
    assert stored(told).original.body == STORY


def test_no_way_through_our_own_code_changes_an_original_either(
    db_app: Flask, tell: Callable[..., str]
) -> None:
    told = tell()
    with pytest.raises(DatabaseError, match=REFUSAL), unit_of_work():
        stored_now = queries.story(told)
        assert stored_now is not None
        stored_now.original.body = "Other words."
    with pytest.raises(DatabaseError, match=REFUSAL), unit_of_work():
        db.session.execute(update(StoryOriginal).values(body="Other words."))
    assert stored(told).original.body == STORY


def test_a_destroyed_original_is_empty_and_can_be_nothing_else(
    db_app: Flask, tell: Callable[..., str]
) -> None:
    told = tell()
    with unit_of_work():
        service.erase(told)
    assert stored(told).original.body == ""
    with pytest.raises(DatabaseError, match=REFUSAL), unit_of_work():
        db.session.execute(update(StoryOriginal).values(body=STORY))


def test_the_migrations_make_the_same_seal_as_the_tables(tmp_path: Path) -> None:
    from flask_migrate import upgrade

    def triggers(make: Callable[[], None], name: str) -> list[tuple[str, str]]:
        url = f"sqlite:///{tmp_path / name}"
        app = create_app(load(environment_for(tmp_path, NEWSROOM_DATABASE_URL=url)))
        with app.app_context():
            make()
            found = db.session.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            db.session.remove()
            db.engine.dispose()
        return [(row[0], row[1]) for row in found]

    assert triggers(upgrade, "migrated.db") == triggers(db.create_all, "made.db")


# Nothing without consent

LEVELS = st.sampled_from([None, 0, 1, 2, 3, 4])
WORDS = "obelisk"


@given(
    level=LEVELS,
    text_says=st.sampled_from(["plain", "full name", "own words"]),
    attribution=st.sampled_from(["", "Rhona", "Rhona Vale", "Rhona, Port Ellery", "A reader"]),
)
def test_ready_means_that_the_consent_covers_what_would_be_printed(
    level: int | None, text_says: str, attribution: str
) -> None:
    printed = {
        "plain": "They came at lunch.",
        "full name": "They asked for Rhona Vale at lunch.",
        "own words": STORY,
    }[text_says]
    facts = Readiness(
        title="The cable",
        original=STORY,
        text=printed,
        note="He knew.",
        attribution=attribution,
        consent_level=level,
        wants_preview=False,
        on_hold=False,
        criticality=0,
        name="Rhona Vale",
        town="Port Ellery",
    )
    if readiness_problems(facts):
        return
    assert level is not None and level >= 1
    assert level >= 4 or "Rhona Vale" not in f"{printed} {attribution}"
    assert level >= 3 or "Rhona" not in attribution
    assert level >= 3 or "Port Ellery" not in attribution
    assert level > 1 or text_says != "own words"


@pytest.fixture
def in_an_issue(app: Flask, clock: Traveller, staff: Callable[..., int]) -> str:
    """A story with a word of its own, in issue 82 in preparation."""
    press.set_up()
    editor_id = staff()
    with unit_of_work():
        told = service.submit(replace(PLAIN, name="Rhona Vale", email="r@reader.example")).public_id
        service.start_editing(told, actor_id=editor_id)
        _save(told, f"{STORY} {WORDS}", editor_id)
        sign_redaction(told)
        service.mark_ready(told, version=1, actor_id=editor_id)
    press.draft(press.small_issue(82, issues.next_number_and_date()[1]))
    with unit_of_work():
        row = issues.issue(82)
        assert row is not None
        issues_service.place_story(row, told, by_id=editor_id)
    return told


def _save(told: str, words: str, editor_id: int | None, title: str = "The cable") -> int:
    row = queries.story(told)
    assert row is not None
    return service.save_revision(
        told, version=row.version, title=title, text=words, attribution="", note=NOTE, actor_id=editor_id
    )


def every_rendering() -> dict[str, str]:
    """What each renderer makes of issue 82 as it is known now."""
    row = issues.issue(82)
    assert row is not None
    whole = issues.document_as_known(row)
    found = render.rendering(whole, issues.base_url(), render.SAMPLE_LINKS)
    alone = [str(render.section_web(section, whole, "")) for section in whole.sections]
    return {
        "html": found.html,
        "text": found.text,
        "web": str(found.web),
        "text edition": found.text_edition,
        "sections": " ".join(alone),
        "manuscript": str(issues.manuscript(row)),
    }


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("state", ["scheduled", "withdrawn", "unpublished", "declined", "expired", "spam"])
def test_no_renderer_shows_a_story_beyond_its_live_consent(in_an_issue: str, level: int, state: str) -> None:
    with unit_of_work():
        row = queries.story(in_an_issue)
        assert row is not None
        if level != 2:
            service.change_consent(in_an_issue, level, wants_preview=False)
        row.state = state
    shown = [name for name, page in every_rendering().items() if WORDS in page]
    # Level 1 allows a summary only, and these are still its author's words.
    assert bool(shown) is (state == "scheduled" and level == 2), shown


def test_nothing_is_published_without_the_consent_it_needs(in_an_issue: str) -> None:
    with unit_of_work():
        service.change_consent(in_an_issue, 1, wants_preview=False)
    with pytest.raises(StoryRefusal, match="no live consent"), unit_of_work():
        service.publish(in_an_issue, 1, time.now())


def test_public_text_is_the_printed_version_and_nothing_else(app: Flask, in_an_issue: str) -> None:
    with unit_of_work():
        # Saved while it stands in the issue, and never taken there.
        _save(in_an_issue, f"{STORY} gallimaufry", None, title="A later title")
    with unit_of_work():
        row = issues.issue(82)
        assert row is not None
        issues_service.approve(row, by_id=press._printer(), by_label=press.PRINTER, four_eyes=False)
        issues_service.freeze(row, render.SAMPLE_LINKS)
        issues_service.publish(row, recipient_count=1)
    client = app.test_client()
    story = issues.published_story(in_an_issue)
    assert story is not None
    pages = [
        client.get(path).get_data(as_text=True)
        for path in (
            "/",
            "/issues/82",
            "/issues/82.txt",
            "/thumbs",
            "/lessons",
            "/feed.xml",
            "/feed.json",
            story.path,
        )
    ]
    assert any(WORDS in page for page in pages)
    assert not any("gallimaufry" in page or "A later title" in page for page in pages)


# No address, number or account of anybody

NUMBERS = st.one_of(
    st.emails(),
    st.sampled_from(["020 7946 0018", "+44 20 7946 0018", "(0113) 496 0753", "07700 900 461"]),
    st.sampled_from(["4539 1488 0343 6467", "GB82 WEST 1234 5698 7654 32", "AT61 1904 3002 3457 3201"]),
    st.integers(10_000, 99_999_999).map(lambda number: f"account number {number}"),
    st.integers(10_000, 99_999_999).map(lambda number: f"order {number}"),
)


@example(number="*@A0.COM", place="title")
@example(number="ana!@quay.example", place="note")
@given(number=NUMBERS, place=st.sampled_from(["title", "text", "note", "attribution"]))
def test_nothing_is_ready_that_gives_an_address_or_a_number_away(number: str, place: str) -> None:
    assume(len(number) < 100)
    facts = Readiness(
        title="The cable",
        original=f"{STORY} Write to {number} then.",
        text=STORY,
        note="He knew.",
        attribution="",
        consent_level=2,
        wants_preview=False,
        on_hold=False,
        criticality=0,
    )
    assert private_problems(facts) == []
    said = replace(facts, **{place: f"They wrote to {number} then."})
    problems = [problem for problem in readiness_problems(said) if "nothing like that is printed" in problem]
    assert problems
    assert all(problem.startswith("In the ") for problem in problems)


@pytest.mark.parametrize(
    "words",
    ["In 2019 they came.", "It cost £1,250.50.", "The A380 left from gate 12.", "Page 404, of 1,000."],
)
def test_years_prices_and_models_do_not_stand_in_the_way(words: str) -> None:
    facts = Readiness(words, "", words, words, "", 2, wants_preview=False, on_hold=False, criticality=0)
    assert private_problems(facts) == []


def test_the_desk_cannot_mark_such_a_story_ready(
    db_app: Flask, tell: Callable[..., str], staff: Callable[..., int]
) -> None:
    editor_id = staff()
    told = tell(story=f"{STORY} Ring 020 7946 0018.")
    with unit_of_work():
        service.start_editing(told, actor_id=editor_id)
        _save(told, f"{STORY} Ring 020 7946 0018.", editor_id)
    with (
        pytest.raises(NotReady, match="In the text, “020 7946 0018” looks like a telephone number"),
        unit_of_work(),
    ):
        sign_redaction(told)
        service.mark_ready(told, version=1, actor_id=editor_id)


# Silence never means yes


class WantsToSeeItFirst(RuleBasedStateMachine):
    """A story whose author asked for the preview, and people and time doing anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self._life: Any = _application()
        self.travel = self._life.__enter__()
        self.agreed: set[str] = set()

    def teardown(self) -> None:
        self._life.__exit__(None, None, None)

    @initialize(words=st.sampled_from(["one", "two"]))
    def told(self, words: str) -> None:
        with unit_of_work():
            self.story = service.submit(replace(PLAIN, wants_preview=True)).public_id
            service.start_editing(self.story, actor_id=1)
            _save(self.story, f"{STORY} {words}", None)

    def _try(self, verb: Callable[[], object]) -> bool:
        try:
            with unit_of_work():
                verb()
        except (StoryRefusal, SaveConflict):
            return False
        return True

    @property
    def row(self) -> Any:
        db.session.rollback()
        return queries.story(self.story)

    def words(self, version: int | None = None) -> str:
        revision = queries.revision(self.row, version or self.row.version)
        assert revision is not None
        return signed_words(revision.title, queries.text_of(self.row, revision), revision.attribution)

    @rule(words=st.sampled_from(["one", "two", "three"]), typography=st.booleans())
    def save(self, words: str, typography: bool) -> None:
        said = f"{STORY} {words}"
        if typography:
            said = said.replace("“", '"').replace("”", '"')
        self._try(lambda: _save(self.story, said, None))

    @rule(
        verb=st.sampled_from(
            "claim release back_to_editing decline reopen shelve_as_spam restore_from_spam undo hold "
            "resume".split()
        )
    )
    def desk(self, verb: str) -> None:
        given: dict[str, Any] = {
            "claim": {"actor_id": 1},
            "decline": {"reason": "No."},
            "hold": {"reason": "Wait."},
        }.get(verb, {})
        self._try(lambda: getattr(service, verb)(self.story, **given))

    @rule()
    def start_editing(self) -> None:
        self._try(lambda: service.start_editing(self.story, actor_id=1))

    @rule()
    def ask_approval(self) -> None:
        version = self.row.version
        self._try(lambda: service.ask_approval(self.story, version=version, actor_id=1))

    @rule()
    def mark_ready(self) -> None:
        version = self.row.version
        self._try(lambda: sign_redaction(self.story))
        self._try(lambda: service.mark_ready(self.story, version=version, actor_id=1))

    @rule(verb=st.sampled_from(["schedule", "take_newer", "release"]))
    def issue(self, verb: str) -> None:
        version = self.row.version
        calls: dict[str, Callable[[], object]] = {
            "schedule": lambda: service.schedule(self.story),
            "take_newer": lambda: service.take_newer(self.story, actor_id=1),
            "release": lambda: service.release_from_issue(self.story, version),
        }
        self._try(calls[verb])

    @rule()
    def publish(self) -> None:
        version = self.row.version
        self._try(lambda: service.publish(self.story, version, time.now()))

    @precondition(lambda self: self.row.state == State.AWAITING_APPROVAL)
    @rule()
    def author_agrees(self) -> None:
        version = self.row.version
        if self._try(lambda: service.approve(self.story, version=version)):
            self.agreed.add(self.words(version))

    @rule(verb=st.sampled_from(["request_change", "refuse", "wake", "write", "answer"]))
    def author(self, verb: str) -> None:
        given = {"request_change": ("Leave the month out.",), "write": ("Thanks.",), "answer": ("May.",)}.get(
            verb, ()
        )
        self._try(lambda: getattr(service, verb)(self.story, *given))

    @rule(days=st.sampled_from([1, 8, 15, 40]))
    def time_passes(self, days: int) -> None:
        was = self.row.state
        self.travel.shift(timedelta(days=days))
        tasks.keep_deadlines()
        tasks.keep_no_longer()
        assert self.row.state in (was, State.EXPIRED)

    @invariant()
    def never_ready_without_a_yes_to_these_words(self) -> None:
        if not hasattr(self, "story"):
            return
        row = self.row
        if row.state in (State.READY, State.PUBLISHED):
            version = row.published_version if row.state == State.PUBLISHED else row.version
            assert self.words(version) in self.agreed


_templates: list[SqliteTemplate] = []


@contextmanager
def _application() -> Iterator[Traveller]:
    with tempfile.TemporaryDirectory() as folder, travel("2026-11-24 09:00", tick=True) as traveller:
        if not _templates:
            _templates.append(SqliteTemplate(Path(tempfile.mkdtemp())))
        url = _templates[0].copy_to(Path(folder) / "instance")
        app = create_app(load(environment_for(Path(folder) / "instance", NEWSROOM_DATABASE_URL=url)))
        with app.app_context():
            press.set_up()
            yield traveller
            db.session.remove()
            db.engine.dispose()


TestWantsToSeeItFirst = WantsToSeeItFirst.TestCase
TestWantsToSeeItFirst.settings = settings(
    max_examples=examples(8, thorough=60), stateful_step_count=20, suppress_health_check=list(HealthCheck)
)
