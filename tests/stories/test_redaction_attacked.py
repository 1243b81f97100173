"""The redaction desk before people who are hostile, clumsy or late: nothing breaks, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from newsroom.accounts.queries import history
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries, service
from newsroom.stories.models import RedactionSignOff
from newsroom.stories.redaction import acting
from newsroom.stories.rules import StoryRefusal
from newsroom.stories.service.record import NotReady
from tests.stories.conftest import NOTE, stored

COMPLAINT = (
    "The shop of Quillhurst Electric kept me waiting for an hour, and then the manager, Rosalind Thaxby, "
    "sent me home. I rang 020 7946 0912 twice. At Kettlewick Heating nobody has answered."
)
TICKS = {"ticked": ["elimination", "stranger"]}


@pytest.fixture
def at_work(editor: Any, tell: Callable[..., str]) -> tuple[Any, str]:
    """An editor before a complaint that is in editing."""
    return editor, opened_by(editor, tell, COMPLAINT)


def opened_by(person: Any, tell: Callable[..., str], story: str) -> str:
    public_id = tell(verdict="down", story=story, company="")
    person.visit(f"/desk/stories/{public_id}")
    person.submit("Start editing")
    return public_id


def act(person: Any, button: str, expect: int | None = 200, **fields: Any) -> None:
    person.submit("revision", button=button, expect=expect, **fields)


def forged(person: Any, public_id: str, **fields: Any) -> Any:
    """The page's form with fields that no page of ours sends."""
    return person.client.post(
        f"/desk/stories/{public_id}",
        base_url=person.base_url,
        data={**dict(person.page.form("revision").values), **fields},
        headers={"Origin": person.base_url, "Referer": person.page.address},
    )


def text_of(public_id: str) -> str:
    row = stored(public_id)
    return queries.text_of(row, queries.newest_revision(row))


def key_of(public_id: str, name: str) -> str:
    return next(one.key for one in queries.cast(stored(public_id)).members if name in one.entity.names)


def done_to(public_id: str) -> list[str]:
    return [f"{one.verb}: {one.detail}" for one in history(queries.subject_of(public_id))]


# The signature


def signatures() -> int:
    return db.session.scalar(select(func.count()).select_from(RedactionSignOff)) or 0


def test_signing_twice_is_signing_once_also_from_the_page_before(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    act(editor, "Accept all")
    before = dict(editor.page.form("revision").values)
    act(editor, "Sign the redaction", title="Waiting", **TICKS)
    editor.sees("The redaction is signed.")
    answer = forged(editor, public_id, **{**before, "title": "Waiting", "act": "sign", **TICKS})
    assert answer.status_code == 303
    assert signatures() == 1


def test_what_came_with_a_manuscript_nobody_signs_for(app: Any, staff: Callable[..., int]) -> None:
    from newsroom.stories.service import ColumnDraft

    with unit_of_work():
        public_id = service.import_column(ColumnDraft("up", "A title", "Words.", NOTE)).public_id
        service.back_to_editing(public_id)
    with pytest.raises(StoryRefusal, match="came with a manuscript"), unit_of_work():
        service.sign_redaction(public_id, version=1, ticked=("elimination", "stranger"), actor_id=staff())
    assert signatures() == 0


def test_a_signature_is_for_the_words_that_were_sent_and_for_no_colleague_s(
    at_work: tuple[Any, str], cast: Any
) -> None:
    editor, public_id = at_work
    act(editor, "Accept all")
    colleague = cast.editor("Bryn Ashe", "bryn@service-bell.example")
    colleague.visit(f"/desk/stories/{public_id}")
    act(colleague, "Save", title="Another title")
    act(editor, "Sign the redaction", 409, **TICKS)
    assert signatures() == 0
    answer = forged(colleague, public_id, act="sign", version="9" * 30, **TICKS)
    assert answer.status_code == 303
    row = stored(public_id)
    assert (row.version, row.redaction_sign_offs[-1].version) == (2, 2)


# Who may decide what


def test_no_editor_lends_a_publisher_s_decision_to_another_company(
    at_work: tuple[Any, str], publisher: Any
) -> None:
    editor, public_id = at_work
    key = key_of(public_id, "Kettlewick Heating")
    publisher.visit(f"/desk/stories/{public_id}")
    card = next(
        name.removesuffix("key") for name, value in publisher.page.form("revision").values if value == key
    )
    wanted = {f"{card}treatment": "named", f"{card}reason": "It was in the papers."}
    act(publisher, "Override the matrix for Kettlewick Heating", **wanted)
    editor.visit(f"/desk/stories/{public_id}")
    act(editor, "Decide about Quillhurst Electric", 422, **{"who-0-same_as": key})
    editor.sees("A publisher decided how “Kettlewick Heating” is printed")
    assert "Quillhurst Electric" in {one.form for one in queries.cast(stored(public_id)).withheld}
    publisher.visit(f"/desk/stories/{public_id}")
    act(publisher, "Decide about Quillhurst Electric", **{"who-0-same_as": key})
    assert "Quillhurst Electric" not in {one.form for one in queries.cast(stored(public_id)).withheld}


def test_who_may_not_override_gets_their_words_back(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    answer = forged(editor, public_id, act="override 0", title="My title")
    assert answer.status_code == 403
    assert "My title" in answer.get_data(as_text=True)
    assert "takes a publisher" in answer.get_data(as_text=True)
    assert stored(public_id).version == 0


# Words that stand in brackets


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("an electronics superstore", "Leave out “a”, “an” or “the”"),
        ("[electronics superstore]", "Leave out brackets"),
        ("\u200f", "letters"),
        ("\u3164\u3164", "letters"),
        ("!!!", "letters"),
    ],
)
def test_a_descriptor_is_plain_words(at_work: tuple[Any, str], words: str, why: str) -> None:
    editor, public_id = at_work
    act(editor, "Decide about Quillhurst Electric", 422, **{"who-0-descriptor": words})
    editor.sees(why)
    act(editor, "Descriptor", 422, **{"who-0-descriptor": "", "picked": "an hour", "instead": words})
    editor.sees(why)
    assert stored(public_id).version == 0


def test_brackets_that_somebody_types_around_a_clarification_are_not_doubled(
    at_work: tuple[Any, str],
) -> None:
    editor, public_id = at_work
    act(editor, "Clarify", picked="an hour", instead="[sixty minutes]")
    assert "waiting for [sixty minutes], and" in text_of(public_id)


def test_markup_in_every_field_of_a_card_is_shown_as_typed(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    bad, called = "shop <b onclick=x>&amp; **co**", "shop &lt;b&gt; “onclick='x'” **co**"
    act(editor, "Decide about Quillhurst Electric", **{"who-0-descriptor": called})
    act(editor, "Accept all", title=bad, attribution=bad)
    for address in ("", "?view=read", "?view=write", "?from=original&to=1"):
        page = editor.visit(f"/desk/stories/{public_id}{address}")
        assert not [one for one in page.all("b") if one.get("onclick")]
        assert bad in page.words
        assert f"[a {called}]" in page.words or address == "?view=read"


# Acts on what is not there


@pytest.mark.parametrize(
    "wrong", ["take_back 3-9", "take_back 999999-9999999", "all nonsense", "entity nobody"]
)
def test_an_act_on_nothing_is_refused_and_leaves_no_record(at_work: tuple[Any, str], wrong: str) -> None:
    editor, public_id = at_work
    before = done_to(public_id)
    assert forged(editor, public_id, act=wrong).status_code == 422
    assert stored(public_id).version == 0
    assert [one for one in done_to(public_id) if "private" not in one] == [
        one for one in before if "private" not in one
    ]


def test_everybody_of_very_many_can_be_replaced(editor: Any, tell: Callable[..., str]) -> None:
    names = [
        f"{first} {last}"
        for first in ("Rosalind", "Harold", "Imogen")
        for last in ("Thaxby", "Wexcombe", "Oldacre", "Pennifold", "Marchbank", "Quarless", "Sillitoe")
    ]
    public_id = opened_by(editor, tell, " ".join(f"Then {name} rang me about it." for name in names))
    act(editor, "Replace it of Imogen Sillitoe")
    assert "Imogen Sillitoe" not in text_of(public_id)


def test_a_story_that_is_not_in_editing_takes_no_act(
    at_work: tuple[Any, str], in_state: Callable[[str, str], None]
) -> None:
    editor, public_id = at_work
    acts = ("accept 12-30", "by_hand cut", "naming 0", "sign", "take_back 1-2", "apart x")
    for state in ("ready", "published", "duplicate", "declined", "withdrawn"):
        in_state(public_id, state)
        version = stored(public_id).version
        for wanted in acts:
            answer = forged(editor, public_id, act=wanted, text="My words.", picked="an hour", **TICKS)
            assert answer.status_code == 409, (state, wanted)
            assert "My words." in answer.get_data(as_text=True)
        assert stored(public_id).version == version


# Too much of everything


def test_a_text_beyond_all_bounds_comes_back_without_being_looked_through(
    at_work: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsroom.stories import redaction
    from newsroom.stories.redaction import spans

    editor, public_id = at_work

    def refuse(original: str, now: str) -> Any:
        raise AssertionError("nobody compares a text like that")

    monkeypatch.setattr(spans, "differences", refuse)
    monkeypatch.setattr(redaction.spans, "differences", refuse)
    typed = "Mr Brown rang. " * 12_000
    for wanted in ({"act": "all"}, {"view": "marked"}, {}):
        answer = forged(editor, public_id, text=typed, **wanted)
        assert answer.status_code == 422, wanted
        page = answer.get_data(as_text=True)
        assert "Keep this to 40,000 characters." in page
        assert typed.strip() in page
    assert stored(public_id).version == 0


def test_very_long_words_to_be_picked_are_no_words_of_the_original(at_work: tuple[Any, str]) -> None:
    editor, public_id = at_work
    assert forged(editor, public_id, act="by_hand cut", picked="e " * 200_000).status_code == 422


def test_a_refusal_is_never_too_long_for_the_cookie_that_carries_it() -> None:
    refused = NotReady(
        tuple(f"In the title stands “{'Quillhurst ' * 9}{n}”, which is to stay out." for n in range(90))
    )
    assert len(str(refused).encode()) < 1500
    assert "85 more" in str(refused)
    assert len(refused.problems) == 90


# Odd ids, and what the log says


def test_an_id_that_no_story_can_have_is_no_story(db_app: Any) -> None:
    for wrong in ("a\x00b", "x" * 5000, ""):
        with pytest.raises(StoryRefusal, match="no such story"), unit_of_work():
            service.redact(
                wrong,
                acting.AcceptAll(),
                typed=service.Typed(0, "", "", "", ""),
                actor_id=1,
            )
        assert not queries.is_story(wrong)
