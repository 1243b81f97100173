import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from newsroom.accounts.queries import history
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.publication import service as publication
from newsroom.stories import messages, queries, receipts, service, tasks
from newsroom.stories.models import Contributor, Story
from newsroom.stories.redaction import Span
from newsroom.subscribers import service as subscribers
from newsroom.subscribers.rules import Reason
from tests.databases import SECRET
from tests.stories.conftest import PLAIN, STORY, letters, sign_redaction, stored


def test_a_story_is_sealed_as_it_was_confirmed(db_app, tell):
    story = stored(tell())
    assert story.state == "received"
    assert story.original.body == STORY
    assert story.original.sha256 == hashlib.sha256(STORY.encode()).hexdigest()
    assert (story.version, story.revisions) == (0, [])
    assert (story.verdict, story.company, story.criticality) == ("up", "Kettlewick Heating", 0)


def test_the_receipt_opens_it_and_only_its_keyed_hash_is_stored(db_app):
    with unit_of_work():
        received = service.submit(PLAIN)
    code = receipts.words(received.receipt_seed, SECRET)
    found = queries.story_by_receipt(receipts.fingerprint(code, SECRET) or "")
    assert found is not None
    assert found.public_id == received.public_id
    raw = db.engine.raw_connection().driver_connection
    if hasattr(raw, "iterdump"):
        dump = "\n".join(raw.iterdump())
        assert code not in dump
        assert received.receipt_seed not in dump


def test_the_consent_is_recorded_in_the_words_that_were_read(db_app, tell):
    body = "\n".join(f"- **{number}. Level {number}.** Words of {number}." for number in range(5))
    with unit_of_work():
        publication.save_block("consent", "What may we do?", f"{body}\n\nI may withdraw it.")
    (record,) = stored(tell(level=3, name="Rhona Vale")).consents
    assert (record.action, record.level, record.wording_version) == ("given", 3, 1)
    assert "3. Level 3: Words of 3." in record.wording
    assert "I may withdraw it." in record.wording


def test_without_a_block_our_own_wording_is_recorded_as_version_nought(app, tell):
    (record,) = stored(tell()).consents
    assert record.wording_version == 0
    assert "without my name" in record.wording


def test_who_says_nothing_about_themselves_leaves_nothing(app, tell):
    assert stored(tell()).contributor is None
    assert db.session.query(Contributor).count() == 0


def test_who_leaves_an_address_gets_one_letter_without_the_story_and_the_receipt(db_app, tell):
    tell(name="Rhona Vale", email="rhona@reader.example")
    assert letters(db_app) == [("story-received", "rhona@reader.example")]
    from newsroom.platform.mail import outbox

    letter = outbox.letters().items[0]
    assert "Rhona" not in f"{letter.to_name} {letter.text} {letter.html}"
    assert "http://newsroom.example/status" in letter.text
    assert "lamp" not in letter.text + letter.html


def test_the_worker_writes_the_receipt_once_however_often_it_is_asked(db_app, tell):
    with unit_of_work():
        public_id = service.submit(replace(PLAIN, email="rhona@reader.example")).public_id
    assert letters(db_app) == []
    run_worker(db_app, drain=True)
    assert stored(public_id).state == "received"
    assert letters(db_app) == [("story-received", "rhona@reader.example")]
    for _ in range(2):
        tasks.welcome(stored(public_id).id)
    assert len(letters(db_app)) == 1


def test_who_takes_a_story_back_at_once_is_not_told_that_it_has_come(app):
    with unit_of_work():
        public_id = service.submit(replace(PLAIN, email="rhona@reader.example")).public_id
        service.withdraw(public_id)
    tasks.welcome(stored(public_id).id)
    assert letters(app) == [("story-withdrawn", "rhona@reader.example")]


def test_one_address_gets_three_receipts_a_day_and_nobody_is_told(db_app, tell, clock):
    for number in range(5):
        tell(email="victim@elsewhere.example" if number % 2 else "Victim@elsewhere.example")
    tell(email="una@reader.example")
    assert [to.casefold() for _, to in letters(db_app)] == ["victim@elsewhere.example"] * 3 + [
        "una@reader.example"
    ]
    clock.shift(timedelta(hours=25))
    tell(email="victim@elsewhere.example")
    assert len(letters(db_app)) == 5


def test_who_is_never_to_be_written_to_gets_no_letter_about_a_story_either(db_app, tell):
    with unit_of_work():
        subscribers.suppress("never@victim.example", Reason.REQUEST, "by telephone")
    public_id = tell(name="Eve", email="Never@victim.example")
    story = stored(public_id)
    with unit_of_work():
        messages.withdrawn(story, was_published=False)
    assert letters(db_app) == []


def test_who_leaves_none_gets_none(app, tell):
    tell(name="Rhona Vale")
    assert letters(app) == []


def test_a_suspicious_one_waits_on_the_spam_shelf_and_writes_to_nobody(db_app, tell):
    story = stored(tell(suspicion="it holds 9 links", email="victim@elsewhere.example"))
    assert (story.state, story.suspicion) == ("spam", "it holds 9 links")
    assert letters(db_app) == []


def test_the_audit_says_that_it_came_and_quotes_nothing(db_app, tell):
    public_id = tell()
    (entry,) = history(queries.subject_of(public_id))
    assert (entry.verb, entry.actor_label) == ("submitted", "Newsroom")
    assert "lamp" not in entry.detail


def test_nothing_is_kept_when_the_unit_of_work_fails(app):
    with pytest.raises(RuntimeError), unit_of_work():
        service.submit(PLAIN)
        raise RuntimeError
    assert db.session.query(Story).count() == 0


def test_the_original_is_the_same_after_everything_that_was_done(db_app, tell, staff):
    public_id, editor = tell(), staff()
    before = stored(public_id).original
    sealed = (before.body, before.sha256, before.sealed_at)
    with unit_of_work():
        service.start_editing(public_id, actor_id=editor)
        service.save_revision(
            public_id,
            version=0,
            title="T",
            text="Quite other words.",
            attribution="",
            note="N",
            actor_id=editor,
        )
        sign_redaction(public_id)
        service.mark_ready(public_id, version=1, actor_id=editor)
        service.withdraw(public_id)
    after = stored(public_id).original
    assert (after.body, after.sha256, after.sealed_at) == sealed
    assert Span(**stored(public_id).revisions[0].spans[0]).start == 0
