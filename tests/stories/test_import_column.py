import pytest

from newsroom.accounts.queries import history
from newsroom.platform.db import unit_of_work
from newsroom.stories import queries, service
from newsroom.stories.rules import StoryRefusal
from tests.stories.conftest import NOTE, STORY, stored

CONSENT = "first name and town - sent through the story form, printed text agreed on 2 November 2026"
COLUMN = {
    "verdict": "up",
    "title": "Warm water, not hot",
    "body": "Our boiler stopped on Boxing Day.\n\nIt lit.",
    "note": NOTE,
    "attribution": "Judith, Saltmarsh End",
    "consent": CONSENT,
}


def bring_in(**different):
    with unit_of_work():
        who = {
            name: different.pop(name)
            for name in ("actor_id", "public_id", "new_public_id")
            if name in different
        }
        return service.import_column(service.ColumnDraft(**{**COLUMN, **different}), **who)


def test_a_column_is_born_ready_with_its_body_as_the_original(db_app, staff):
    made = bring_in(actor_id=staff("ines@service-bell.example"))
    story = stored(made.public_id)
    assert (story.state, story.source, story.version) == ("ready", "manuscript", 1)
    assert (story.original.body, story.revisions[0].spans) == (COLUMN["body"], [])
    (record,) = story.consents
    assert (record.level, record.wording, record.recorded_by) == (2, CONSENT, "ines@service-bell.example")
    assert (made.body, made.note, made.attribution) == (COLUMN["body"], NOTE, "Judith, Saltmarsh End")
    assert (made.consent, made.consent_level, made.slug) == (CONSENT, 2, "warm-water-not-hot")
    assert not service.was_told_by_a_reader(made.public_id)


def test_without_a_consent_line_none_is_recorded_and_it_is_not_published(app):
    made = bring_in(consent="")
    assert (made.consent, made.consent_level) == ("", None)
    from newsroom.platform.clock import now

    with unit_of_work():
        service.schedule(made.public_id)
    with pytest.raises(StoryRefusal, match="no live consent"), unit_of_work():
        service.publish(made.public_id, 1, now())


def test_importing_the_same_again_makes_nothing(db_app):
    made = bring_in()
    again = bring_in(public_id=made.public_id)
    assert again == made
    story = stored(made.public_id)
    assert (len(story.revisions), len(story.consents)) == (1, 1)
    assert [entry.verb for entry in history(queries.subject_of(made.public_id))] == [
        "consent recorded",
        "imported",
    ]


def test_changed_words_become_a_revision_over_the_same_original(db_app):
    made = bring_in()
    again = bring_in(
        public_id=made.public_id, body=f"{COLUMN['body']} Everybody cheered.", title="Warm water"
    )
    assert (again.version, again.title) == (2, "Warm water")
    assert again.body.endswith("Everybody cheered.")
    story = stored(made.public_id)
    assert story.original.body == COLUMN["body"]
    assert [span["replacement"] for span in story.revisions[1].spans] == [" Everybody cheered."]
    older = queries.printable(made.public_id, 1)
    assert older is not None
    assert older.body == COLUMN["body"]


def test_another_consent_line_is_a_change_on_record_and_none_takes_nothing_back(app):
    made = bring_in()
    changed = bring_in(public_id=made.public_id, consent="edited and anonymous - release on file")
    kept = bring_in(public_id=made.public_id, consent="")
    assert changed.consent == kept.consent == "edited and anonymous - release on file"
    assert [record.action for record in stored(made.public_id).consents] == ["given", "changed"]


def test_an_id_from_another_newsroom_is_kept(app):
    assert bring_in(new_public_id="qw7r2t9xk3mz").public_id == "qw7r2t9xk3mz"
    assert bring_in(new_public_id="qw7r2t9xk3mz").version == 1


@pytest.mark.parametrize("foreign", ["a b", "x" * 17, "../../etc", "Ünten", "abc"])
def test_an_id_that_is_none_of_ours_is_refused(app, foreign):
    with pytest.raises(StoryRefusal, match="not an id of ours"):
        bring_in(new_public_id=foreign)


def test_the_verdict_of_a_known_story_stands(app):
    made = bring_in()
    with pytest.raises(StoryRefusal, match="thumbs up"):
        bring_in(public_id=made.public_id, verdict="down")


@pytest.mark.parametrize("state", ["published", "withdrawn", "declined"])
def test_words_that_stand_still_are_not_changed_by_a_manuscript(app, in_state, state):
    made = bring_in()
    in_state(made.public_id, state)
    with pytest.raises(StoryRefusal):
        bring_in(public_id=made.public_id, title="Another")
    assert stored(made.public_id).version == 1


def test_a_readers_consent_is_not_changed_by_a_manuscript(app, tell, in_state):
    public_id = tell()
    in_state(public_id, "ready")
    assert service.was_told_by_a_reader(public_id)
    own = {"title": "The cable", "body": STORY, "attribution": "", "note": NOTE, "public_id": public_id}
    with pytest.raises(StoryRefusal, match="told by a reader"):
        bring_in(**own, consent="full name - said so on the telephone")
    unchanged = bring_in(**own, consent="Printed with its author’s consent, edited and without names")
    assert (unchanged.version, unchanged.consent_level) == (1, 2)
    assert bring_in(**own, consent="").version == 1


def test_an_unedited_story_of_a_reader_cannot_stand_in_an_issue(app, tell):
    with pytest.raises(StoryRefusal):
        bring_in(public_id=tell(), consent="")


def test_a_title_of_a_page_is_refused_and_leaves_nothing(app):
    with pytest.raises(StoryRefusal, match="201 characters"):
        bring_in(title="x" * 201)
    assert queries.state_counts()["ready"] == 0


def test_an_unknown_verdict_is_refused(app):
    with pytest.raises(StoryRefusal, match="up or down"):
        bring_in(verdict="sideways")


@pytest.mark.parametrize("state", ["published", "withdrawn", "declined"])
def test_an_old_export_revives_no_consent(app, in_state, state):
    made = bring_in()
    in_state(made.public_id, state)
    before = len(stored(made.public_id).consents)
    with pytest.raises(StoryRefusal):
        bring_in(public_id=made.public_id, consent="said so again on the telephone")
    assert len(stored(made.public_id).consents) == before
