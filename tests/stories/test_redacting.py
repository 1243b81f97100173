"""The redaction desk's verbs against the database: acts, decisions, and the signature for it all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from newsroom.accounts.models import AuditEntry
from newsroom.accounts.queries import history
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries, redaction, service
from newsroom.stories.models import ListedCompany, Story
from newsroom.stories.readiness import readiness_problems
from newsroom.stories.redaction import acting
from newsroom.stories.rules import StoryRefusal
from tests.stories.conftest import NOTE

RAW = (
    "I took a kettle back to Brightwell Electronics in Ropewalk Lane. The manager, Karen, said no, and my "
    "friend Kofi laughed. I rang Brightwell on 01632 960143 about order 4471-2283 and wrote to "
    "help@brightwell.example. At Kettlewick Heating they took it back at once. Next, the next day, did not "
    "want it either, and nobody at all said that they were sorry about any of this."
)
TITLE = "A kettle goes back"


@pytest.fixture
def desk(app: Any, tell: Callable[..., str], staff: Callable[..., int]) -> Desk:
    """A thumbs down in editing, and two companies on the list."""
    with unit_of_work():
        for name, aliases, descriptor in (
            ("Brightwell Electronics", ["Brightwell"], "electronics superstore"),
            ("Next", [], "clothes shop"),
        ):
            db.session.add(
                ListedCompany(
                    key=name.casefold(),
                    canonical=name,
                    aliases=aliases,
                    domains=[],
                    slogans=[],
                    descriptor=descriptor,
                    changed_at=clock.now(),
                )
            )
    found = Desk(tell(verdict="down", story=RAW, company=""), staff())
    with unit_of_work():
        service.start_editing(found.public_id, actor_id=found.staff_id)
    return found


class Desk:
    """Somebody at work on one story, who types nothing unless a test says so."""

    def __init__(self, public_id: str, staff_id: int) -> None:
        self.public_id, self.staff_id = public_id, staff_id

    @property
    def story(self) -> Story:
        db.session.expire_all()
        found = queries.story(self.public_id)
        assert found is not None
        return found

    @property
    def text(self) -> str:
        return queries.text_of(self.story, queries.newest_revision(self.story))

    @property
    def cast(self) -> Any:
        return queries.cast(self.story)

    def key(self, name: str) -> str:
        return next(one.key for one in self.cast.members if name in one.entity.names)

    def typed(self, **different: Any) -> service.Typed:
        plain = {"version": self.story.version, "title": TITLE, "text": self.text}
        return service.Typed(**{**plain, "attribution": "", "note": NOTE, **different})

    def do(self, verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
        typed = named.pop("typed", None) or self.typed()
        with unit_of_work():
            return verb(self.public_id, *args, typed=typed, actor_id=self.staff_id, **named)

    def accept_all(self) -> None:
        self.do(service.redact, acting.AcceptAll())

    def sign(self) -> None:
        with unit_of_work():
            service.sign_redaction(
                self.public_id,
                version=self.story.version,
                ticked=("elimination", "stranger"),
                actor_id=self.staff_id,
            )


def test_accepting_all_leaves_no_open_passage_and_no_name_anywhere(desk: Desk) -> None:
    desk.accept_all()

    assert desk.cast.open_count == 0
    for name in ("Brightwell", "Ropewalk", "Karen", "Kofi", "960143", "4471", "Next", "Kettlewick"):
        assert name not in desk.text
    assert "the next day" in desk.text
    assert "back to [an electronics superstore] in" in desk.text
    assert "I rang [an electronics superstore] on" in desk.text
    desk.sign()
    assert queries.redaction_signed(desk.story)


def test_an_act_keeps_what_was_typed_in_the_same_version(desk: Desk) -> None:
    typed = desk.typed(text=desk.text.replace("I took a kettle", "We took a kettle"))
    assert desk.do(service.redact, acting.AcceptAll("phone"), typed=typed) == 1
    assert desk.text.startswith("We took a kettle")
    assert "on [a telephone number] about" in desk.text
    assert stored_verbs(desk)[:1] == ["redacted"]


def test_copy_editing_and_a_second_editor_leave_kinds_and_entities_alone(desk: Desk) -> None:
    desk.accept_all()
    mine = desk.typed(text=desk.text.replace("any of this", "it"))
    theirs = desk.typed(text=desk.text.replace("took a kettle back", "brought a kettle back"))
    save(desk, theirs)
    before = decided(desk)
    with pytest.raises(service.SaveConflict):
        desk.do(service.redact, acting.AcceptAll(), typed=mine)
    save(desk, desk.typed(text=desk.text.replace("any of this", "it")))
    assert decided(desk) == before
    assert "brought a kettle" in desk.text


def test_an_act_on_an_older_page_where_nothing_was_typed_joins_the_newer_text(desk: Desk) -> None:
    opened = desk.typed(title="", note="")
    desk.do(service.redact, acting.AcceptAll("email"))
    desk.do(service.redact, acting.AcceptAll("phone"), typed=opened)
    assert "[an e-mail address]" in desk.text
    assert "[a telephone number]" in desk.text


def test_a_descriptor_is_decided_once_and_for_every_mention_and_says_no_name(desk: Desk) -> None:
    desk.accept_all()
    key = desk.key("Kettlewick Heating")
    desk.do(service.decide_naming, key, descriptor="electronics superstore")
    assert "At [another electronics superstore] they took it back" in desk.text
    for words, name in (
        ("Karen’s place", "Karen"),
        ("Next door", "Next"),
        ("a KETTLEWICK heating", "ettlewick"),
    ):
        with pytest.raises(StoryRefusal, match=f"{name}.*is a name in this story"):
            desk.do(service.decide_naming, key, descriptor=words)
    desk.do(service.decide_naming, key, descriptor="next-day plumber")
    assert "At [a next-day plumber] they took" in desk.text


def test_a_publisher_names_a_company_against_the_matrix_and_says_why(desk: Desk) -> None:
    desk.accept_all()
    key = desk.key("Kettlewick Heating")
    with pytest.raises(StoryRefusal, match="Write down the reason"):
        desk.do(service.override_naming, key, "named", " ")
    desk.do(service.override_naming, key, "named", "They asked to be named.")
    assert "At Kettlewick Heating they took" in desk.text
    with pytest.raises(StoryRefusal, match="never named"):
        desk.do(service.override_naming, desk.key("Kofi"), "named", "He would not mind.")
    desk.do(service.override_naming, key, "", "")
    assert next(one for one in desk.cast.members if one.key == key).open_count == 1


def test_harmless_words_stand_again_and_a_mark_can_be_taken_back(desk: Desk) -> None:
    desk.accept_all()
    place = RAW.index("Kofi")
    desk.do(service.say_harmless, [(place, place + 4)])
    assert "my friend Kofi laughed" in desk.text
    assert desk.cast.open_count == 0
    desk.do(service.forget_mark, place, place + 4)
    assert [one.words for one in desk.cast.open] == ["Kofi"]


@pytest.mark.parametrize(
    ("how", "words", "printed", "kind"),
    [
        ("descriptor", "garden centre", "[a garden centre]", "company"),
        ("role", "cashier", "[the cashier]", "staff"),
    ],
)
def test_what_nobody_found_is_taken_out_by_hand(
    desk: Desk, how: str, words: str, printed: str, kind: str
) -> None:
    place = RAW.index("nobody at all")
    act = acting.ByHand(place, place + len("nobody at all"), how, words)
    desk.do(service.redact, act)
    assert f"and {printed} said that they were sorry" in desk.text
    assert {one.entity.kind for one in desk.cast.members if "nobody at all" in one.entity.names} == {kind}


def test_a_name_in_the_title_or_the_note_stops_the_signature_and_the_shelf(desk: Desk) -> None:
    desk.accept_all()
    save(desk, desk.typed(title="Brightwell says no"))
    with pytest.raises(service.NotReady, match="1 place is still open"):
        desk.sign()
    missing = readiness_problems(queries.readiness(desk.story, None))
    assert "In the title stands “Brightwell”, which is to stay out of print." in missing


def test_a_signature_is_for_these_words_typography_aside(desk: Desk) -> None:
    desk.accept_all()
    with pytest.raises(service.NotReady, match="Tick this only when it is true"), unit_of_work():
        service.sign_redaction(desk.public_id, version=1, ticked=(), actor_id=desk.staff_id)
    desk.sign()
    save(desk, desk.typed(text=desk.text.replace(" - ", " – ").replace("'", "’")))
    assert queries.redaction_signed(desk.story)
    save(desk, desk.typed(note=f"{NOTE} And so on."))
    assert not queries.redaction_signed(desk.story)


def test_what_is_decided_after_the_signature_opens_the_story_again(desk: Desk) -> None:
    desk.accept_all()
    desk.sign()
    assert readiness_problems(queries.readiness(desk.story, None)) == ()
    place = RAW.index("a kettle")
    desk.do(service.say_named, place, place + 8, "company")
    assert any("1 passage" in one for one in readiness_problems(queries.readiness(desk.story, None)))


def test_the_audit_counts_and_never_quotes(desk: Desk) -> None:
    desk.accept_all()
    desk.do(service.decide_naming, desk.key("Karen"), role="team leader")
    desk.do(service.say_harmless, [(RAW.index("Kofi"), RAW.index("Kofi") + 4)])
    desk.sign()
    said = " ".join(
        f"{row.verb} {row.detail}" for row in db.session.scalars(select(AuditEntry)) if "story" in row.subject
    )
    assert "all passages accepted: every class" in said
    assert "redaction signed" in said
    for word in ("Karen", "karen", "Kofi", "Brightwell", "team leader", "960143"):
        assert word not in said


def test_print_keeps_out_what_the_author_does_not_allow_of_themselves(
    app: Any, tell: Callable[..., str], staff: Callable[..., int]
) -> None:
    signed = f"{RAW}\n\nYours, Rhona Calder"
    for level, kept_out in (
        (2, {"Rhona", "Calder", "Rhona Calder"}),
        (3, {"Calder", "Rhona Calder"}),
        (4, set()),
    ):
        public_id = tell(
            verdict="down", story=signed, level=level, name="Rhona Calder", email="rhona@reader.example"
        )
        desk = Desk(public_id, 1)
        with unit_of_work():
            service.start_editing(public_id, actor_id=staff(f"e{level}@service-bell.example"))
        save(desk, desk.typed())
        forms = {one.form for one in queries.withheld(public_id, 1)}
        assert forms & {"Rhona", "Calder", "Rhona Calder"} == kept_out
        assert {"Karen", "rhona@reader.example"} <= forms
    assert queries.withheld(public_id, 7) == ()


def save(desk: Desk, typed: service.Typed) -> None:
    with unit_of_work():
        service.save_revision(
            desk.public_id,
            version=typed.version,
            title=typed.title,
            text=typed.text,
            attribution=typed.attribution,
            note=typed.note,
            actor_id=desk.staff_id,
        )


def decided(desk: Desk) -> list[tuple[int, int, str, str, str]]:
    newest = queries.newest_revision(desk.story)
    assert newest is not None
    return [
        (one.start, one.end, one.kind, one.entity, one.replacement)
        for one in redaction.from_json(newest.spans)
        if one.kind != "edit"
    ]


def stored_verbs(desk: Desk) -> list[str]:
    return [entry.verb for entry in history(queries.subject_of(desk.public_id))]
