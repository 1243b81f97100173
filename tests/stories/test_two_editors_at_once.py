"""Two editors do something to one story in the same moment: one of them is first, and nothing is lost.

On both databases, with a connection each.
"""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from newsroom.accounts.queries import history
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries, service
from newsroom.stories.rules import StoryRefusal
from newsroom.stories.service import SaveConflict
from tests.stories.conftest import NOTE, STORY, stored


def both(app: Flask, *verbs: Callable[[], object]) -> list[type[Exception]]:
    """Begin all of them together, each in a unit of work of its own; gives the refusals."""
    start, refused = Barrier(len(verbs)), []

    def do(verb: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work():
                    verb()
            except (StoryRefusal, SaveConflict) as refusal:
                refused.append(type(refusal))
            finally:
                db.session.remove()

    threads = [Thread(target=do, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def done_to(public_id: str) -> list[str]:
    stored(public_id)
    return [entry.verb for entry in history(queries.subject_of(public_id))]


def test_one_of_two_claims_holds_and_the_other_is_told(db_app, tell, staff):
    told, ines, bryn = tell(), staff(), staff("bryn@service-bell.example")
    claims = [lambda who=who: service.claim(told, actor_id=who) for who in (ines, bryn)]
    assert both(db_app, *claims) == [StoryRefusal]
    assert stored(told).claimed_by_id in (ines, bryn)
    assert done_to(told).count("claimed") == 1


def test_of_two_saves_one_is_kept_and_the_other_one_shown_beside_it(db_app, tell, staff):
    told, ines, bryn = tell(), staff(), staff("bryn@service-bell.example")
    with unit_of_work():
        service.start_editing(told, actor_id=ines)

    def save(who: int) -> None:
        service.save_revision(
            told, version=0, title=f"By {who}", text=STORY, attribution="", note=NOTE, actor_id=who
        )

    assert both(db_app, lambda: save(ines), lambda: save(bryn)) == [SaveConflict]
    (kept,) = stored(told).revisions
    assert (kept.version, kept.title) == (1, f"By {kept.created_by_id}")


def test_what_two_editors_decide_about_is_decided_once(db_app, tell):
    # As the door to several does it: each story in a unit of work of its own.
    for public_id in (tell(), tell(), tell()):
        refused = both(
            db_app,
            lambda told=public_id: service.decline(told, "We print no prices."),
            lambda told=public_id: service.shelve_as_spam(told),
        )
        assert refused == [StoryRefusal]
        (step,) = [verb for verb in done_to(public_id) if verb in ("declined", "shelved")]
        assert stored(public_id).state == {"declined": "declined", "shelved": "spam"}[step]
