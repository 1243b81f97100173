"""The redaction desk on the story's page: every act carries what was typed, and nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from newsroom.platform.db import unit_of_work
from newsroom.stories import casting, queries, service
from newsroom.stories.desk import redaction_page
from newsroom.stories.redaction import checklist
from tests.stories.conftest import NOTE, stored

COMPLAINT = (
    "The shop of Quillhurst Electric kept me waiting for an hour, and then the manager, Rosalind Thaxby, "
    "sent me home. I rang 020 7946 0912 twice and wrote to help@quillhurst.example. Nobody at Quillhurst "
    "Electric has answered."
)


@pytest.fixture
def at_work(editor: Any, tell: Callable[..., str]) -> tuple[Any, str]:
    """An editor before a complaint that is in editing."""
    public_id = tell(verdict="down", story=COMPLAINT, company="Quillhurst Electric")
    editor.visit(f"/desk/stories/{public_id}")
    editor.submit("Start editing")
    return editor, public_id


def act(person: Any, button: str, expect: int | None = 200, **fields: Any) -> None:
    person.submit("revision", button=button, expect=expect, **fields)


def text_of(public_id: str) -> str:
    row = stored(public_id)
    return queries.text_of(row, queries.newest_revision(row))


def test_what_was_typed_is_saved_with_what_was_accepted_as_one_version(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    typed = COMPLAINT.replace("for an hour", "for two hours")
    act(editor, "Accept “020 7946 0912”", title="Waiting", text=typed)
    row = stored(public_id)
    assert (row.version, row.revisions[0].title) == (1, "Waiting")
    assert text_of(public_id) == typed.replace("020 7946 0912", "[a telephone number]")
    assert editor.page.address.endswith("?view=marked#s-154")


def test_all_of_a_kind_none_and_back_again(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    act(editor, "Accept all 2 Companies")
    assert text_of(public_id).count("[a company]") == 2
    assert "Quillhurst Electric" not in text_of(public_id)
    act(editor, "It is harmless “020 7946 0912”")
    editor.sees("Said to be harmless")
    act(editor, "It is not harmless")
    editor.sees("Telephone numbers")
    act(editor, "Take back")
    assert "Quillhurst Electric" in text_of(public_id)


def test_words_chosen_by_hand_and_unclear_ones_are_asked_for_at_their_field(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    act(editor, "Cut", 422, picked="e", title="Typed")
    editor.sees("which of them, 1 to")
    act(editor, "Generalise", 422, picked="twice", which="")
    editor.sees("Write what to print instead.")
    form = dict(editor.page.form("revision").values)
    assert (form["title"], form["picked"]) == ("Typed", "twice")
    assert stored(public_id).version == 0
    act(editor, "Generalise", instead="more than once")
    assert "more than once and wrote" in text_of(public_id)


def test_another_view_shows_what_is_typed_and_saves_nothing(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    act(editor, "Read as a stranger", title="Not saved", text="Only this.")
    editor.sees("Not saved", "Only this.", "Could readers guess by elimination?", "not saved yet")
    assert stored(public_id).version == 0
    act(editor, "Marked")
    editor.sees("Only this.", "Shown as typed, not saved yet.")
    act(editor, "Save")
    assert text_of(public_id) == "Only this."


def test_a_quicker_colleague_costs_nobody_a_word(at_work: tuple[Any, str], cast: Any) -> None:
    editor, public_id = at_work
    colleague = cast.editor("Bryn Ashe", "bryn@service-bell.example")
    colleague.visit(f"/desk/stories/{public_id}")
    act(colleague, "Accept “020 7946 0912”")
    act(editor, "Accept “help@quillhurst.example”")
    assert "[a telephone number] twice and wrote to [an e-mail address]" in text_of(public_id)
    act(colleague, "Accept all", 409, title="Mine")
    assert dict(colleague.page.form("resolve").values)["title_mine"] == "Mine"


def test_a_story_that_moved_on_gives_the_typed_words_back(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    with unit_of_work():
        service.decline(public_id, "Thank you, not this time.")
    act(editor, "Accept “020 7946 0912”", 409, text="My words.")
    editor.sees("My words.")


def test_an_editor_decides_and_a_publisher_overrides_with_a_reason(
    at_work: tuple[Any, str], publisher: Any
) -> None:
    editor, public_id = at_work
    act(editor, "Decide about Quillhurst Electric", **{"who-0-descriptor": "electronics superstore"})
    editor.sees("[an electronics superstore]", "A publisher can decide otherwise, with a written reason.")
    act(editor, "Decide about Quillhurst Electric", 422, **{"who-0-descriptor": "the Thaxby place"})
    editor.sees("which is a name in this story")
    act(editor, "Replace all 2 of Quillhurst Electric")
    assert text_of(public_id).count("[an electronics superstore]") == 2

    publisher.visit(f"/desk/stories/{public_id}")
    wanted = {"who-0-treatment": "named"}
    act(publisher, "Override the matrix for Quillhurst Electric", 422, **wanted)
    publisher.sees("Write down the reason")
    act(publisher, "Override the matrix", **wanted, **{"who-0-reason": "It was in the papers."})
    publisher.sees("Named in print.", "It was in the papers. (a publisher’s decision)")
    assert "Quillhurst Electric" in text_of(public_id)
    form = editor.visit(f"/desk/stories/{public_id}").form("revision")
    token = dict(form.values)["csrf_token"]
    answer = editor.client.post(
        f"/desk/stories/{public_id}",
        base_url=editor.base_url,
        data={**dict(form.values), "act": "override 0", "csrf_token": token},
        headers={"Origin": editor.base_url, "Referer": editor.page.address},
    )
    assert answer.status_code == 403


def test_the_checklist_is_signed_for_exactly_these_words(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    ticks = {"ticked": ["elimination", "stranger"]}
    act(editor, "Sign the redaction", 422, title="Waiting", **ticks)
    editor.sees("2 open")
    assert stored(public_id).version == 0
    act(editor, "Accept all")
    version, text = stored(public_id).version, text_of(public_id)
    with unit_of_work():
        service.save_revision(
            public_id,
            version=version,
            title="Waiting",
            text=text,
            attribution="",
            note=NOTE,
            actor_id=None,
        )
    editor.visit(f"/desk/stories/{public_id}?view=read")
    act(editor, "Sign the redaction", 422)
    editor.sees("Tick this only when it is true")
    act(editor, "Sign the redaction", **ticks)
    editor.sees("The redaction is signed.", "Signed by Ines Carvell")
    act(editor, "Save", title="Waiting for hours")
    editor.does_not_see("Signed by Ines Carvell")


def test_a_button_that_there_is_not_is_refused(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    form = dict(editor.page.form("revision").values)
    for wrong in ("", "accept", "accept 9-x", "all nonsense", "entity 99", "shout 1-2", "accept 0-9999999"):
        answer = editor.client.post(
            f"/desk/stories/{public_id}",
            base_url=editor.base_url,
            data={**form, "act": wrong},
            headers={"Origin": editor.base_url, "Referer": editor.page.address},
        )
        assert answer.status_code in (303, 400, 422), wrong
    assert stored(public_id).version == 0


def test_one_page_looks_a_story_through_once(
    at_work: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, public_id = at_work
    act(editor, "Accept all", title="Quillhurst Electric")
    counts = {"cast_of": 0, "own_leaks": 0}

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any, **named: Any) -> Any:
            counts[name] += 1
            return function(*args, **named)

        return count

    monkeypatch.setattr(casting, "cast_of", counted("cast_of", casting.cast_of))
    for module in (checklist, redaction_page):
        monkeypatch.setattr(module, "own_leaks", counted("own_leaks", checklist.own_leaks))
    editor.visit(f"/desk/stories/{public_id}")
    editor.sees("In the title stands “Quillhurst Electric”")
    assert counts == {"cast_of": 1, "own_leaks": 1}
