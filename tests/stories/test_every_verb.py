"""Every verb in every state, against the real service: it leads where the table says, or it is refused with
the table's sentence and changes nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from newsroom.accounts import service as accounts
from newsroom.accounts.models import AuditEntry, Staff
from newsroom.accounts.rules import Role
from newsroom.platform import clock as time
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail.models import OutboxLetter
from newsroom.stories import queries, rules, service
from newsroom.stories.models import ApprovalRequest, FollowUp, Story
from newsroom.stories.readiness import signed_words
from newsroom.stories.redaction import checklist
from newsroom.stories.rules import DESK_WORDS, State, StoryRefusal
from newsroom.stories.service import ColumnDraft
from newsroom.stories.service.signoff import close_open_request
from tests.databases import each_on_sqlite
from tests.stories.conftest import NOTE, PLAIN, STORY, sign_redaction
from tests.stories.test_rules import EXPECTED

TEXT = STORY.replace("the lamp", "a lamp")
NEXT = "They rang again."
NEXT_WORDS = signed_words("", NEXT, "")


@dataclass
class Desk:
    """Somebody who works here, and a second story to merge with."""

    staff_id: int
    colleague_id: int
    other: str


def saved(story: str, text: str, desk: Desk) -> None:
    row = queries.story(story)
    assert row is not None
    service.save_revision(
        story,
        version=row.version,
        title="The cable",
        text=text,
        attribution="",
        note=NOTE,
        actor_id=desk.staff_id,
    )


def version_of(story: str) -> int:
    row = queries.story(story)
    assert row is not None
    return row.version


def _consent(level: int) -> Callable[[str, Desk], Any]:
    return lambda story, _desk: service.change_consent(story, level, wants_preview=False)


# How each verb is called, given a story's id.
CALLS: dict[str, Callable[[str, Desk], Any]] = {
    "claim": lambda s, d: service.claim(s, actor_id=d.staff_id),
    "release": lambda s, d: service.release(s),
    "assess": lambda s, d: service.assess(s, 1),
    "hold": lambda s, d: service.hold(s, "Until the holidays are over."),
    "resume": lambda s, d: service.resume(s),
    "ask": lambda s, d: service.ask(s, "Which month was it?", actor_id=d.staff_id),
    "stop_asking": lambda s, d: service.stop_asking(s),
    "answer": lambda s, d: service.answer(s, "In May."),
    "start_editing": lambda s, d: service.start_editing(s, actor_id=d.staff_id),
    "save_revision": lambda s, d: saved(s, TEXT.replace("“", '"').replace("”", '"'), d),
    "sign_redaction": lambda s, d: service.sign_redaction(
        s, version=version_of(s), ticked=checklist.TICKED, actor_id=d.staff_id
    ),
    "ask_approval": lambda s, d: service.ask_approval(s, version=version_of(s), actor_id=d.staff_id),
    "ask_again": lambda s, d: saved(s, TEXT.replace("third", "fourth"), d),
    "approve": lambda s, d: service.approve(s, version=version_of(s)),
    "request_change": lambda s, d: service.request_change(s, "Please leave the month out."),
    "refuse": lambda s, d: service.refuse(s),
    "remind": lambda s, d: _when_due(s, timedelta(days=6)),
    "expire": lambda s, d: _when_due(s, timedelta(0)),
    "wake": lambda s, d: service.wake(s),
    "mark_ready": lambda s, d: service.mark_ready(s, version=version_of(s), actor_id=d.colleague_id),
    "back_to_editing": lambda s, d: service.back_to_editing(s),
    "decline": lambda s, d: service.decline(s, "We have had one like it."),
    "merge": lambda s, d: service.merge(s, d.other),
    "shelve_as_spam": lambda s, d: service.shelve_as_spam(s),
    "restore_from_spam": lambda s, d: service.restore_from_spam(s),
    "reopen": lambda s, d: service.reopen(s),
    "import_column": lambda s, d: _imported(s, d),  # noqa: PLW0108 - it is defined below.
    "schedule": lambda s, d: service.schedule(s),
    "take_newer": lambda s, d: service.take_newer(s, actor_id=d.colleague_id),
    "release_from_issue": lambda s, d: service.release_from_issue(s, version_of(s)),
    "release_to_editing": lambda s, d: service.release_from_issue(s, version_of(s) - 1),
    "publish": lambda s, d: service.publish(s, version_of(s), time.now()),
    "unpublish": lambda s, d: service.unpublish(s, "Its facts are in doubt."),
    "follow_up": lambda s, d: service.follow_up(s, "They rang me a year later."),
    "agree_follow_up": lambda s, d: service.agree_follow_up(s, asked_next(s), words=NEXT_WORDS),
    "refuse_follow_up": lambda s, d: service.refuse_follow_up(s, asked_next(s)),
    "write": lambda s, d: service.write(s, "Thank you."),
    "write_to_author": lambda s, d: service.write_to_author(s, "Thank you.", actor_id=d.staff_id),
    "introduce": lambda s, d: service.introduce(s, town="Port Ellery"),
    "note": lambda s, d: service.note(s, "A careful one.", actor_id=d.staff_id),
    "change_consent": _consent(3),
    "consent_narrowed": _consent(0),
    "consent_taken_down": _consent(0),
    "withdraw": lambda s, d: service.withdraw(s),
    "purge": lambda s, d: _when_old(s),
}
# These are asked about many stories or by a floor that need not know: what does not concern them, they leave.
LEAVE_ALONE = {"remind", "expire", "purge", "release_from_issue", "release_to_editing"}
# Whoever presses the button twice has pressed it once.
TWICE_IS_ONCE = {("withdraw", "withdrawn"), ("approve", "approved")}
# What happens beside them in other states is another verb's.
ANOTHERS = {
    "ask_again": "save_revision",
    "consent_narrowed": "change_consent",
    "consent_taken_down": "change_consent",
}


def asked_next(story: str) -> int:
    row = queries.story(story)
    assert row is not None
    return row.follow_ups[-1].id


def _when_due(story: str, left: timedelta) -> None:
    row = queries.story(story)
    assert row is not None
    for request in row.approvals:
        request.due_at = time.now() + left
    service.remind_and_expire()


def _when_old(story: str) -> None:
    row = queries.story(story)
    assert row is not None
    row.state_changed_at = time.now() - timedelta(days=400)
    if row.published_at:
        row.published_at = row.state_changed_at
    service.destroy_due()


def _imported(story: str, desk: Desk) -> None:
    row = queries.story(story)
    assert row is not None
    row.source = "manuscript"
    draft = ColumnDraft("up", "Another title", TEXT, NOTE)
    service.import_column(draft, actor_id=desk.staff_id, public_id=story)


@pytest.fixture
def desk(db_app: Flask, tell: Callable[..., str], staff: Callable[..., int]) -> Desk:
    return Desk(staff(), staff("colleague@service-bell.example"), tell())


@pytest.fixture
def told(db_app: Flask, clock: Traveller, furnish: Callable[..., None]) -> tuple[Desk, dict[str, str]]:
    """Who works here, and a story in every state: told, edited and signed half an hour ago."""
    furnish(db_app, _tell_in_every_state)
    staff = list(db.session.scalars(select(Staff.id).order_by(Staff.id)))
    other, *stories = db.session.scalars(select(Story.public_id).order_by(Story.id))
    db.session.rollback()
    return Desk(*staff, other), dict(zip(State, stories, strict=True))


def _tell_in_every_state() -> None:
    with unit_of_work():
        names = ("nuala@service-bell.example", "colleague@service-bell.example")
        staff = [accounts.add(name, "Nuala Fenwick", [Role.EDITOR]).id for name in names]
        desk = Desk(*staff, service.submit(PLAIN).public_id)
        for state in State:
            put(service.submit(replace(PLAIN, name="Rhona Vale")).public_id, state, desk)


def put(story: str, state: str, desk: Desk) -> None:
    """Bring a story into a state by force."""
    row = queries.story(story)
    assert row is not None
    row.state = "editing"
    saved(story, TEXT, desk)
    sign_redaction(story, desk.staff_id)
    row.state, row.criticality, row.claimed_by_id = state, 2, None
    if state in ("awaiting_approval", "approved"):
        _asked(row)
    if state == "approved":
        close_open_request(row, "approved")
    if state == "published":
        row.published_version, row.published_at = row.version, time.now()


def fit(story: str, desk: Desk, verb: str) -> None:
    """Give a story what the verb needs to have an effect there."""
    row = queries.story(story)
    assert row is not None
    if verb == "release":
        row.claimed_by_id = desk.staff_id
    if verb == "resume":
        row.on_hold_reason = "It waits."
    if verb == "sign_redaction":
        # What is signed already is signed once; other words have to be signed anew.
        state, row.state = row.state, "editing"
        saved(story, TEXT.replace("third", "fourth"), desk)
        row.state = state
    if verb.endswith("_follow_up"):
        row.follow_ups.append(FollowUp(body="They rang.", printed=NEXT, state="asked", told_at=time.now()))


def _asked(row: Story) -> None:
    newest = queries.newest_revision(row)
    assert newest is not None
    row.approvals.append(
        ApprovalRequest(
            version=newest.version,
            words_sha256=queries.words_of(row, newest),
            asked_at=time.now(),
            due_at=time.now() + rules.APPROVAL_LIFE,
            verdict="",
        )
    )
    db.session.flush()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    db.session.rollback()
    found = {
        name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for name, table in db.metadata.tables.items()
    }
    db.session.rollback()
    return found


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_every_verb_of_the_table_is_called_here() -> None:
    assert set(CALLS) == set(EXPECTED)


# A verb reads a story, changes its row and adds others: statements of one shape. These stand for all because
# they touch most rows and tables.
ON_POSTGRES = ("save_revision", "ask_approval", "expire", "merge", "import_column", "withdraw", "purge")


@each_on_sqlite("verb", CALLS, on_postgres=ON_POSTGRES)
def test_a_verb_leads_where_the_table_says_or_is_refused_and_changes_nothing(
    told: tuple[Desk, dict[str, str]], verb: str
) -> None:
    desk, stories = told
    with unit_of_work():
        for story in stories.values():
            fit(story, desk, verb)
    expected = EXPECTED[verb]
    before = everything()
    for state, story in stories.items():
        if state not in expected and not rules.may(ANOTHERS.get(verb, verb), state):
            _is_refused(verb, story, desk, state)
    assert everything() == before, f"{verb} changed something although the table does not allow it"
    for state, target in expected.items():
        _leads(verb, stories[state], desk, target)


def _leads(verb: str, story: str, desk: Desk, target: str) -> None:
    subject = queries.subject_of(story)
    before = _audited(subject)
    with unit_of_work():
        CALLS[verb](story, desk)
    assert state_of(story) == target
    assert _audited(subject) > before, f"{verb} left no trace in the audit log"


def _is_refused(verb: str, story: str, desk: Desk, state: str) -> None:
    # All is taken back at the end: some of these calls first move a date, so that it would be time for them.
    with pytest.raises(ZeroDivisionError), unit_of_work():
        if verb in LEAVE_ALONE or (verb, state) in TWICE_IS_ONCE:
            _leaves_alone(verb, story, desk)
        else:
            with pytest.raises(StoryRefusal) as refusal:
                CALLS[verb](story, desk)
            assert DESK_WORDS[State(state)] in str(refusal.value), verb
            # A door would end here and keep nothing; whatever the verb wrote before would be there to see.
            db.session.flush()
            assert state_of(story) == state
        raise ZeroDivisionError


def _leaves_alone(verb: str, story: str, desk: Desk) -> None:
    was, audited = state_of(story), _audited(queries.subject_of(story))
    CALLS[verb](story, desk)
    db.session.flush()
    assert (state_of(story), _audited(queries.subject_of(story))) == (was, audited)


def state_of(story: str) -> str | None:
    return db.session.scalar(select(Story.state).where(Story.public_id == story))


@pytest.mark.parametrize("verb", CALLS)
def test_when_the_unit_fails_after_a_step_neither_step_nor_audit_nor_letter_is_kept(
    app: Flask, tell: Callable[..., str], staff: Callable[..., int], verb: str
) -> None:
    desk = Desk(staff(), staff("colleague@service-bell.example"), tell())
    story = tell(name="Rhona Vale")
    with unit_of_work():
        put(story, next(iter(EXPECTED[verb])), desk)
        fit(story, desk, verb)
    before = everything()
    with pytest.raises(ZeroDivisionError), unit_of_work():
        CALLS[verb](story, desk)
        raise ZeroDivisionError
    assert everything() == before


def _audited(subject: str) -> int:
    return db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.subject == subject)) or 0


def test_a_verb_about_no_story_says_so(db_app: Flask, desk: Desk) -> None:
    before = everything()
    for verb, call in CALLS.items():
        if verb in ("remind", "expire", "purge", "import_column") or verb in LEAVE_ALONE:
            continue
        with pytest.raises((StoryRefusal, AssertionError)), unit_of_work():
            call("zzzzzzzzzzzz", desk)
    assert everything() == before
    assert (count(FollowUp), count(OutboxLetter)) == (0, 0)
