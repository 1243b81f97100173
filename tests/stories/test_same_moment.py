"""An author and an editor in the same moment, an author in two tabs: the author's word holds.

On both databases, with threads that begin together.
"""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries, service
from newsroom.stories.rules import State, StoryRefusal
from tests.cast import Reader
from tests.stories.authors import ask_approval, do, lead, look, tell
from tests.stories.conftest import stored


def together(app: Flask, *verbs: Callable[[], Any]) -> list[str]:
    """Run each in a thread and a unit of work of its own; gives the refusals."""
    start, refused = Barrier(len(verbs)), []

    def run(verb: Callable[[], Any]) -> None:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work():
                    verb()
            except StoryRefusal as refusal:
                refused.append(str(refusal))
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.parametrize("state", [State.APPROVED, State.READY, State.SCHEDULED])
def test_what_is_withdrawn_while_an_editor_acts_is_withdrawn(db_app, staff, clock, state):
    told = tell(staff())
    lead(told, state, clock)
    story, version = told.public_id, stored(told.public_id).version
    acts = {
        State.APPROVED: lambda: service.back_to_editing(story),
        State.READY: lambda: service.schedule(story),
        State.SCHEDULED: lambda: service.release_from_issue(story, version),
    }
    refused = together(db_app, lambda: service.withdraw(story), acts[state])
    found = stored(story)
    assert (found.state, queries.live_consent(found)) == ("withdrawn", None)
    assert queries.ready_stories() == []
    # Either the editor was first, or is told in a sentence that it is over.
    assert [sentence for sentence in refused if "Withdrawn" not in sentence] == []


def test_two_yeses_in_the_same_moment_are_one(db_app, staff):
    told = tell(staff(), email="rhona@reader.example")
    ask_approval(told)

    def agree() -> None:
        service.approve(told.public_id, version=1)

    assert together(db_app, agree, agree) == []
    assert [one.verdict for one in stored(told.public_id).approvals] == ["approved"]


def test_what_one_tab_withdrew_another_one_cannot_agree_to(db_app, staff):
    told = tell(staff())
    ask_approval(told)
    one, other = (Reader(db_app, "Rhona Vale", "rhona@reader.example") for _ in range(2))
    for tab in (one, other):
        look(tab, told)
    one.submit("Withdraw my story …")
    sure = one.page
    one.submit("Withdraw my story")
    other.submit("Yes, print it like this", expect=409)
    other.sees("Something has happened to your story since", "Closed")
    other.submit("Destroy everything now …")
    # Back in the first tab, and once more: it says what is so.
    one._page = sure
    one.submit("Withdraw my story")
    one.sees("Your story is withdrawn.")
    do(service.erase, told.public_id)
    other.submit("Destroy everything now", sure=True)
    other.sees("Everything about your story is destroyed")
