"""Testimonials: written at the desk, version by version, and shown only with permission."""

import pytest
from flask import Flask

from newsroom.library import queries, service
from newsroom.library.things import Said
from newsroom.platform.db import unit_of_work
from newsroom.publication import service as publication
from newsroom.stories.redaction.cast import Withheld
from tests.archive import press
from tests.cast import Cast, StaffMember

WORDS = "I read it on the ferry, *every* time."


@pytest.fixture
def desk(cast: Cast) -> StaffMember:
    return cast.editor()


def write(desk: StaffMember, expect: int = 200, **other: object) -> None:
    desk.visit("/desk/library/testimonials/new")
    said = {"words": WORDS, "who": "Una Lister", "role": "runs a bakery in Larkmoor"}
    typed = {**said, "permission": "by letter, 3 November 2026", "shown": "y", "place": "10", **other}
    desk.submit("/testimonials/new", button="Save", expect=expect, **typed)


def page(app: Flask) -> str:
    return app.test_client().get("/testimonials").get_data(as_text=True)


def test_it_is_written_and_stands_below_the_standing_words(app: Flask, desk: StaffMember) -> None:
    with unit_of_work():
        publication.save_block("testimonials", "What readers say", "We asked, and they told us.")
    write(desk)
    desk.sees("Kept. Readers see it.")
    shown = page(app)
    words = "I read it on the ferry, <em>every</em> time."
    assert shown.index("We asked, and they told us.") < shown.index(words)
    assert "Una Lister, runs a bakery in Larkmoor" in shown
    assert "3 November" not in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"permission": ""}, "Say how and when they allowed us"),
        ({"words": " "}, "Write what they said."),
        ({"who": ""}, "Say who said it"),
        ({"place": "soon"}, "integer"),
        ({"place": "-1"}, "A whole number from 0"),
        ({"words": "a" * 2001}, "Keep this to 2,000"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    desk: StaffMember, typed: dict[str, str], sentence: str
) -> None:
    write(desk, expect=422, **typed)
    assert sentence in desk.page.words
    assert "bakery in Larkmoor" in desk.page.source
    assert queries.testimonials() == []


def test_without_permission_or_a_tick_no_reader_sees_it(app: Flask) -> None:
    rows = [Said("First.", "A", "", "", True), Said("Second.", "B", "", "by mail", False)]
    for number, said in enumerate(rows):
        with unit_of_work():
            service.add_testimonial(f"testimonial{number}", said, actor_id=None)
    shown = page(app)
    assert "First." not in shown
    assert "Second." not in shown


def test_the_lowest_number_comes_first(app: Flask, desk: StaffMember) -> None:
    write(desk, words="Said later.", place="20")
    write(desk, words="Said first.", place="5")
    shown = page(app)
    assert shown.index("Said first.") < shown.index("Said later.")


def test_versions_are_kept_compared_and_restored(app: Flask, desk: StaffMember) -> None:
    write(desk)
    (kept,) = queries.testimonials()
    address = f"/desk/library/testimonials/{kept.public_id}"
    desk.visit(address)
    desk.submit(address, button="Save", words="I read it on the train.")
    desk.sees("Saved.", "What was changed")
    assert queries.testimonials()[0].version == 2
    desk.submit("/restore/1")
    assert queries.testimonials()[0].said.words == WORDS
    assert [version.version for version in queries.testimonial_versions(kept.public_id)] == [3, 2, 1]


def test_two_who_save_at_once_see_both_texts(app: Flask, cast: Cast, desk: StaffMember) -> None:
    write(desk)
    (kept,) = queries.testimonials()
    address = f"/desk/library/testimonials/{kept.public_id}"
    other = cast.publisher()
    desk.visit(address)
    other.visit(address)
    other.submit(address, button="Save", words="Theirs.")
    desk.submit(address, button="Save", words="Mine.", expect=409)
    desk.sees("Somebody saved this while you were typing", "Theirs.", "Mine.")
    desk.submit(address, button="Save")
    assert queries.testimonials()[0].said.words == "Mine."


def test_the_preview_saves_nothing(desk: StaffMember) -> None:
    desk.visit("/desk/library/testimonials/new")
    desk.submit("/testimonials/new", button="Preview", words=WORDS, who="Una", permission="x", place="1")
    desk.sees("I read it on the ferry, every time.")
    assert queries.testimonials() == []


def test_a_form_sent_twice_makes_one(desk: StaffMember) -> None:
    desk.visit("/desk/library/testimonials/new")
    form = desk.page.form("/testimonials/new")
    for name, value in {"words": WORDS, "who": "Una", "permission": "by mail", "place": "1"}.items():
        form.fill(name, value)
    form.press("Save")
    for _ in range(2):
        answer = desk.client.post(
            "/desk/library/testimonials/new", base_url=desk.base_url, data=dict(form.values)
        )
        assert answer.status_code in (302, 303)
    assert len(queries.testimonials()) == 1


def test_whoever_takes_their_permission_back_is_forgotten(app: Flask, desk: StaffMember) -> None:
    write(desk)
    desk.submit("Destroy what they said")
    desk.sees("is destroyed, with all its versions")
    assert queries.testimonials() == []
    assert WORDS not in str(queries.revisions("nothing"))
    assert "ferry" not in page(app)


def test_a_name_that_a_story_keeps_out_is_found_there_before_the_issue_goes_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsroom.issues import queries as issues
    from newsroom.issues import service as issues_service
    from newsroom.stories import queries as stories

    press.set_up()
    press.draft(press.sample_issue(79))
    names = (Withheld("Marrable Ferries", "company"),)
    monkeypatch.setattr(stories, "withheld", lambda _public_id, _version=None: names)
    with unit_of_work():
        said = Said("Since I read it I never take Marrable Ferries.", "Una", "", "by mail", True)
        service.add_testimonial("testimonial1", said, actor_id=None)
    row = issues.issue(79)
    assert row is not None
    found = [finding for finding in issues_service.check(row) if finding.code == "leak"]
    assert [finding.where for finding in found] == ["Testimonial of Una"]
    assert found[0].path == "/desk/library/testimonials/testimonial1"


def test_no_issue_is_offered_one(app: Flask, desk: StaffMember) -> None:
    press.set_up()
    press.draft(press.sample_issue(81))
    write(desk)
    desk.visit("/desk/library")
    desk.does_not_see("Una Lister")
    desk.visit("/desk/issues/81")
    desk.does_not_see("Una Lister")
