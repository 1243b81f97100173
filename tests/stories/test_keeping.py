"""What time and request destroy: the words of a story, everywhere, and nothing that was rightly printed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, text
from time_machine import Traveller

from newsroom.accounts.queries import history
from newsroom.platform import clock as time
from newsroom.platform import search
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail import outbox
from newsroom.stories import queries, rules, service, tasks
from newsroom.stories.incoming import MailedDraft
from newsroom.stories.models import MailedStory, StoryBand, StoryDraft, StoryMark, StoryNaming
from newsroom.stories.readiness import signed_words
from newsroom.stories.rules import State, StoryRefusal
from tests.databases import ON_SQLITE, each_on_sqlite
from tests.stories.conftest import PLAIN, STORY, sign_redaction, stored
from tests.waiting import LONG_SECONDS

# Words that stand nowhere else: after destruction none of them may be found in any table.
ORIGINAL = "quagmire"
COMPANY = "Zephyrine"
TITLE = "Marzipan"
NOTE_WORD = "obelisk"
MESSAGE = "thimblerig"
OUR_MESSAGE = "whippletree"
INNER = "gallimaufry"
REASON = "snollygoster"
DRAFT = "cattywampus"
FOLLOW_UP = "bumbershoot"
PRINTED_FOLLOW_UP = "collywobbles"
NAME = "Wilhelmina"
ADDRESS = "wilhelmina@reader.example"
PRIVATE = [ORIGINAL, COMPANY, MESSAGE, OUR_MESSAGE, INNER, DRAFT, NAME, ADDRESS, "Ostrava", "Whitsun"]
OF_THE_COLUMN = [TITLE, NOTE_WORD, "pergola"]

TOLD = replace(
    PLAIN,
    story=f"{STORY}\n\nIt was a {ORIGINAL} to begin with, and a pergola in the end.",
    company=COMPANY,
    when_words="At Whitsun",
    name=f"{NAME} Vale",
    town="Ostrava",
    email=ADDRESS,
)
PRINTED = f"{STORY}\n\nIt was trouble to begin with, and a pergola in the end."


@pytest.fixture
def desk_id(db_app: Flask, staff: Callable[..., int]) -> int:
    return staff()


@pytest.fixture
def told(db_app: Flask, clock: Traveller, desk_id: int) -> str:
    """A story with everything that can hang on it, in editing."""
    with unit_of_work():
        story = service.submit(TOLD).public_id
        service.ask(story, f"What about the {OUR_MESSAGE}?", actor_id=desk_id)
        service.answer(story, f"It was a {MESSAGE}.")
        service.note(story, f"A {INNER}, I think.", actor_id=desk_id)
        service.start_editing(story, actor_id=desk_id)
        _save(story, f"{PRINTED} A {MESSAGE}.", desk_id)
        _save(story, PRINTED, desk_id)
        row = queries.story(story)
        assert row is not None
        db.session.add(
            StoryDraft(
                story_id=row.id, staff_id=desk_id, version=1, fields={"text": DRAFT}, typed_at=time.now()
            )
        )
        db.session.add(
            StoryNaming(story_id=row.id, entity=f"company:{COMPANY}", descriptor=ORIGINAL, at=time.now())
        )
        db.session.add(
            StoryMark(
                story_id=row.id, start=0, end=1, says="harmless", entity=f"company:{COMPANY}", at=time.now()
            )
        )
        db.session.add(
            MailedStory(
                message_hash=f"hash of {story}",
                state="consented",
                email=ADDRESS,
                name=f"{NAME} Vale",
                subject=f"A {ORIGINAL}",
                body="",
                received_at=time.now(),
                story_id=row.id,
            )
        )
    tasks.compare(row.id)
    return story


def _save(story: str, words: str, desk_id: int) -> None:
    row = queries.story(story)
    assert row is not None
    service.save_revision(
        story,
        version=row.version,
        title=f"The {TITLE}",
        text=words,
        attribution="",
        note=f"He knew the {NOTE_WORD}.",
        actor_id=desk_id,
    )


def publish(story: str, desk_id: int) -> None:
    with unit_of_work():
        version = stored_version(story)
        sign_redaction(story)
        service.mark_ready(story, version=version, actor_id=desk_id)
        service.schedule(story)
        service.publish(story, version, time.now())
        service.follow_up(story, f"They sent a {FOLLOW_UP}.")
        row = queries.story(story)
        assert row is not None
        told, printed = row.follow_ups[-1].id, f"They sent {PRINTED_FOLLOW_UP}."
        service.publish_follow_up(story, told, printed, actor_id=desk_id)
        service.agree_follow_up(story, told, words=signed_words("", printed, ""))


def stored_version(story: str) -> int:
    row = queries.story(story)
    assert row is not None
    return row.version


def close(story: str, state: str, desk_id: int) -> None:
    """Bring a story to one of its ends, by the verbs that lead there."""
    with unit_of_work():
        if state == "declined":
            service.decline(story, f"It is a {REASON}.")
        elif state == "duplicate":
            other = service.submit(PLAIN).public_id
            service.merge(story, other)
        elif state == "expired":
            service.ask_approval(story, version=stored_version(story), actor_id=desk_id)
        elif state == "withdrawn":
            service.withdraw(story)
    if state == "unpublished":
        publish(story, desk_id)
        with unit_of_work():
            service.unpublish(story, f"It is a {REASON}.")
    if state == "expired":
        with unit_of_work():
            row = queries.story(story)
            assert row is not None
            row.approvals[-1].due_at = time.now()
            service.remind_and_expire()
    assert stored(story).state == state


def found_anywhere(*words: str) -> list[str]:
    """Which of these words any column of any table holds, with the table."""
    db.session.rollback()
    found = []
    names = [*db.metadata.tables, "search_entry_fts"]
    for name in names:
        rows = db.session.execute(text(f'SELECT * FROM "{name}"')).all()
        held = json.dumps([tuple(row) for row in rows], default=str, ensure_ascii=False).casefold()
        found += [f"{word} in {name}" for word in words if word.casefold() in held]
    db.session.rollback()
    return found


def test_these_words_are_there_before(told: str) -> None:
    places = found_anywhere(*PRIVATE, *OF_THE_COLUMN)
    for word in [*PRIVATE, *OF_THE_COLUMN]:
        assert any(place.startswith(f"{word} in ") for place in places), word


@each_on_sqlite(
    "state", ["declined", "duplicate", "expired", "withdrawn", "unpublished"], on_postgres=["unpublished"]
)
def test_of_a_closed_story_no_word_is_left_after_ninety_days(
    told: str, clock: Traveller, desk_id: int, state: str
) -> None:
    close(told, state, desk_id)
    clock.shift(timedelta(days=89, hours=23))
    tasks.keep_no_longer()
    assert stored(told).purged_at is None
    assert found_anywhere(ORIGINAL)
    clock.shift(timedelta(hours=2))
    tasks.keep_no_longer()
    assert found_anywhere(*PRIVATE, *OF_THE_COLUMN, REASON, FOLLOW_UP, PRINTED_FOLLOW_UP) == []
    story = stored(told)
    assert story.purged_at is not None
    assert story.original.sha256
    assert story.consents[0].action == "given"
    assert history(queries.subject_of(told))[0].verb == "destroyed"


def test_the_spam_shelf_is_emptied_after_thirty_days(db_app: Flask, clock: Traveller) -> None:
    with unit_of_work():
        spam = service.submit(TOLD, suspicion="it holds 3 links").public_id
    clock.shift(rules.SPAM_LIFE - timedelta(hours=1))
    tasks.keep_no_longer()
    assert found_anywhere(ORIGINAL)
    clock.shift(timedelta(hours=2))
    tasks.keep_no_longer()
    assert found_anywhere(ORIGINAL, COMPANY, NAME, ADDRESS, "Ostrava", "Whitsun") == []
    with pytest.raises(StoryRefusal, match="destroyed"), unit_of_work():
        service.restore_from_spam(spam)


def test_of_a_printed_story_only_what_is_printed_is_left_after_a_year(
    told: str, clock: Traveller, desk_id: int
) -> None:
    publish(told, desk_id)
    before = queries.printable(told, stored(told).published_version)
    followed = [each.text for each in queries.follow_ups(told)]
    clock.shift(timedelta(days=366))
    tasks.keep_no_longer()
    assert found_anywhere(*PRIVATE, FOLLOW_UP) == []
    assert {place.split(" in ")[0] for place in found_anywhere(*OF_THE_COLUMN)} == set(OF_THE_COLUMN)
    story = stored(told)
    assert queries.printable(told, story.published_version) == before
    assert [each.text for each in queries.follow_ups(told)] == followed
    assert story.original.body == ""
    assert [row.kept_text for row in story.revisions] == ["", PRINTED]
    assert db.session.scalars(select(StoryBand)).all() == []
    # At the desk it is found by the words that are still printed, and by no others.
    assert search.found(queries.FOUND_AS, "pergola") == [story.id]
    assert search.found(queries.FOUND_AS, ORIGINAL) == []


def test_a_printed_name_stays_where_its_author_wanted_it(
    db_app: Flask, clock: Traveller, desk_id: int
) -> None:
    with unit_of_work():
        story = service.submit(replace(TOLD, level=3)).public_id
        service.start_editing(story, actor_id=desk_id)
        service.save_revision(
            story,
            version=0,
            title="The cable",
            text=PRINTED,
            attribution=f"{NAME}, Ostrava",
            note="He knew.",
            actor_id=desk_id,
        )
        sign_redaction(story)
        service.mark_ready(story, version=1, actor_id=desk_id)
        service.schedule(story)
        service.publish(story, 1, time.now())
    clock.shift(timedelta(days=366))
    tasks.keep_no_longer()
    printed = queries.printable(story, 1)
    assert printed is not None
    assert (printed.attribution, printed.is_allowed) == (f"{NAME}, Ostrava", True)
    assert found_anywhere("Vale", ADDRESS, ORIGINAL) == []


def test_what_is_withdrawn_after_a_year_goes_as_well(told: str, clock: Traveller, desk_id: int) -> None:
    publish(told, desk_id)
    clock.shift(timedelta(days=366))
    tasks.keep_no_longer()
    with unit_of_work():
        service.withdraw(told)
    tasks.keep_no_longer()
    assert found_anywhere(*OF_THE_COLUMN)
    clock.shift(timedelta(days=91))
    tasks.keep_no_longer()
    assert found_anywhere(*OF_THE_COLUMN, PRINTED_FOLLOW_UP) == []


@ON_SQLITE
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_who_allows_less_after_the_destruction_is_believed_without_comparing(
    db_app: Flask, clock: Traveller, desk_id: int, level: int
) -> None:
    """The name and the original that would show what is too much are gone."""
    with unit_of_work():
        story = service.submit(replace(TOLD, level=4)).public_id
        service.start_editing(story, actor_id=desk_id)
        _save(story, PRINTED, desk_id)
        sign_redaction(story)
        service.mark_ready(story, version=1, actor_id=desk_id)
        service.schedule(story)
        service.publish(story, 1, time.now())
    clock.shift(timedelta(days=366))
    tasks.keep_no_longer()
    with unit_of_work():
        service.change_consent(story, level, wants_preview=False)
    assert stored(story).state == "unpublished"


def test_what_is_written_after_the_destruction_is_destroyed_in_its_time(
    told: str, clock: Traveller, desk_id: int
) -> None:
    publish(told, desk_id)
    clock.shift(timedelta(days=366))
    with unit_of_work():
        service.follow_up(told, f"And then a {MESSAGE}.")
    tasks.keep_no_longer()
    assert [one.state for one in stored(told).follow_ups] == ["published", "received"]
    with unit_of_work():
        service.write(told, f"Another {OUR_MESSAGE}.")
    clock.shift(timedelta(days=91))
    tasks.keep_no_longer()
    assert found_anywhere(MESSAGE, OUR_MESSAGE) == []
    assert [one.state for one in stored(told).follow_ups] == ["published", "declined"]
    assert [each.text for each in queries.follow_ups(told)] == [f"They sent {PRINTED_FOLLOW_UP}."]
    assert stored(told).state == "published"


def test_a_manuscript_in_print_keeps_its_words(db_app: Flask, clock: Traveller, desk_id: int) -> None:
    """They were the publication's own before they were a story here."""
    with unit_of_work():
        column = service.import_column(
            service.ColumnDraft("up", "The cable", STORY, "He knew.", "", "With its author’s consent"),
            actor_id=desk_id,
        )
        service.schedule(column.public_id)
        service.publish(column.public_id, column.version, time.now())
    clock.shift(timedelta(days=4000))
    tasks.keep_no_longer()
    assert stored(column.public_id).original.body == STORY
    with unit_of_work():
        service.erase(column.public_id)
    assert found_anywhere("the lamp, for the third time") == []


def test_nothing_that_is_being_worked_on_is_ever_destroyed(
    told: str, clock: Traveller, in_state: Callable[[str, str], None]
) -> None:
    for state in (*rules.ON_THE_DESK, State.SCHEDULED):
        in_state(told, state)
        clock.shift(timedelta(days=4000))
        tasks.keep_no_longer()
        assert stored(told).purged_at is None


def test_destroying_twice_is_destroying_once(told: str, clock: Traveller, desk_id: int) -> None:
    close(told, "declined", desk_id)
    clock.shift(timedelta(days=91))
    tasks.keep_no_longer()
    first, entries = stored(told).purged_at, len(history(queries.subject_of(told)))
    clock.shift(timedelta(days=91))
    tasks.keep_no_longer()
    assert stored(told).purged_at == first
    assert len(history(queries.subject_of(told))) == entries


def test_another_story_of_the_same_address_keeps_its_letters(
    told: str, clock: Traveller, desk_id: int
) -> None:
    with unit_of_work():
        other = service.submit(TOLD).public_id
    for story_id in (stored(told).id, stored(other).id):
        with unit_of_work():
            service.write_receipt(story_id)
    with unit_of_work():
        service.erase(told)
    assert {row.about for row in outbox.letters().items} == {queries.subject_of(other)}
    assert stored(other).contributor.email == ADDRESS  # type: ignore[union-attr]


# On request


@each_on_sqlite(
    "state",
    ["received", "editing", "approved", "scheduled", "published", "spam", "declined", "unpublished"],
    on_postgres=["published"],
)
def test_erasing_destroys_everything_at_once_from_every_state(
    told: str, desk_id: int, in_state: Callable[[str, str], None], state: str
) -> None:
    if state == "published":
        publish(told, desk_id)
    in_state(told, state)
    with unit_of_work():
        service.erase(told)
    story = stored(told)
    assert (story.state, queries.live_consent(story)) == ("withdrawn", None)
    assert found_anywhere(*PRIVATE, *OF_THE_COLUMN, FOLLOW_UP, PRINTED_FOLLOW_UP) == []


def test_of_a_story_that_came_by_mail_the_letter_that_asked_for_consent_goes_too(db_app: Flask) -> None:
    with unit_of_work():
        service.collect(MailedDraft("key", ADDRESS, NAME, "A story", STORY, 0))
    number = db.session.scalars(select(MailedStory.id)).one()
    with unit_of_work():
        story = service.consent_to_mailed(number, TOLD).public_id
    assert f"{ADDRESS} in outbox_letter" in found_anywhere(ADDRESS)
    with unit_of_work():
        service.erase(story)
    assert found_anywhere(ADDRESS, NAME) == []


@ON_SQLITE
def test_erasing_twice_changes_nothing(told: str) -> None:
    with unit_of_work():
        service.erase(told)
    before = len(history(queries.subject_of(told)))
    with unit_of_work():
        service.erase(told)
    assert len(history(queries.subject_of(told))) == before


@ON_SQLITE
def test_erasing_writes_no_letter_because_the_address_goes_too(told: str) -> None:
    with unit_of_work():
        service.erase(told)
    assert outbox.letters().items == []


@ON_SQLITE
def test_the_record_says_who_asked_for_it(told: str) -> None:
    with unit_of_work():
        service.erase(told, asked_by="the desk, as its author wished")
    assert stored(told).consents[-1].recorded_by == "the desk, as its author wished"


def test_a_job_that_was_still_to_compare_it_brings_nothing_back(told: str) -> None:
    with unit_of_work():
        service.erase(told)
    tasks.compare(stored(told).id)
    tasks.catalogue()
    assert db.session.scalars(select(StoryBand)).all() == []
    assert search.found(queries.FOUND_AS, TITLE) == []


# Killed at any instant, and by two workers


KILLED = """
import os, signal, sys
from newsroom.factory import create_app
from newsroom.stories import tasks
from newsroom.stories.service import keeping
app, left = create_app(), int(sys.argv[1])
def counting(name):
    real = getattr(keeping, name)
    def counted(*args, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)
    setattr(keeping, name, counted)
for name in ("_destroy", "_destroy_person", "_destroy_letters_and_drafts", "_destroy_thread", "forget"):
    counting(name)
with app.app_context():
    tasks.keep_no_longer()
"""


@pytest.mark.processes
def test_a_worker_that_is_killed_at_any_instant_leaves_each_story_whole_or_destroyed(
    app: Flask, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = time.now() - timedelta(days=91)
    with unit_of_work():
        stories = [service.submit(replace(TOLD, email="")).public_id for _ in range(3)]
        for story in stories:
            service.decline(story, "No.")
            row = queries.story(story)
            assert row is not None
            row.state_changed_at = long_ago
    for step in (0, 3, 7, 11):
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(step)],
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
        )
        assert killed.returncode in (-signal.SIGKILL, 0), killed.stderr.decode()
        for story in stories:
            row = stored(story)
            is_whole = bool(row.original.body and row.company and row.contributor and row.contributor.name)
            is_gone = not (row.original.body or row.company or (row.contributor and row.contributor.name))
            assert is_whole if row.purged_at is None else is_gone
    tasks.keep_no_longer()
    assert found_anywhere(ORIGINAL, COMPANY, NAME) == []


def test_two_workers_destroy_each_story_once(db_app: Flask, clock: Traveller) -> None:
    with unit_of_work():
        stories = [service.submit(PLAIN).public_id for _ in range(6)]
        for story in stories:
            service.decline(story, "No.")
    clock.shift(timedelta(days=91))
    ready = Barrier(2)

    def work() -> None:
        with db_app.app_context():
            ready.wait(timeout=LONG_SECONDS)
            tasks.keep_no_longer()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=LONG_SECONDS)
    for story in stories:
        verbs = [entry.verb for entry in history(queries.subject_of(story))]
        assert verbs.count("destroyed") == 1
