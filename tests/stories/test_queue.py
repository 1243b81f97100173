"""The queue: which stories it holds, in which order, and what the address keeps of it."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from newsroom.accounts.queries import by_email, history
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.stories import queries, queue, rules, service
from newsroom.stories.queue import Wanted
from newsroom.stories.rules import ON_THE_DESK, State
from tests.stories.conftest import NOTE, STORY, letters, stored


def ids(page):
    return [row.public_id for row in page.items]


def asked(my_id=None, **wanted):
    return ids(queue.page_of(Wanted(**wanted), my_id))


def test_the_oldest_stories_come_first_and_closed_ones_not_at_all(db_app, tell, in_state, clock):
    first = tell()
    clock.shift(timedelta(minutes=1))
    second = tell(verdict="down")
    closed = [tell() for _ in range(8)]
    for public_id, state in zip(closed, set(State) - {*ON_THE_DESK}, strict=True):
        in_state(public_id, state)
    assert asked() == [first, second]
    assert asked(sort="newest") == [second, first]
    assert asked(verdict="down") == [second]
    assert asked(state="spam") != []
    assert asked(state="no-such-state") == []
    assert queries.state_counts()[State.RECEIVED] == 2
    assert set(queries.state_counts()) == set(State)


def test_a_row_shows_the_first_words_of_the_newest_text(db_app, tell, staff):
    public_id, editor = tell(), staff()
    (row,) = queue.page_of(Wanted()).items
    assert (row.title, row.opening[:11]) == ("", "I rang them")
    with unit_of_work():
        service.start_editing(public_id, actor_id=editor)
        service.save_revision(
            public_id,
            version=0,
            title="The cable",
            text="Edited words.",
            attribution="",
            note=NOTE,
            actor_id=editor,
        )
    (row,) = queue.page_of(Wanted()).items
    assert (row.title, row.opening, row.claimed_by_id) == ("The cable", "Edited words.", editor)


def test_the_queue_is_paged(db_app, tell):
    for _ in range(queue.PER_PAGE + 2):
        tell()
    first, second = queue.page_of(Wanted()), queue.page_of(Wanted(page=2))
    assert (len(first.items), len(second.items), first.total, first.pages) == (queue.PER_PAGE, 2, 27, 2)
    assert not set(ids(first)) & set(ids(second))


def test_a_very_long_list_says_that_there_is_more_and_counts_no_further(
    app, editor, tell, in_state, monkeypatch
):
    monkeypatch.setattr(queue, "MOST_LISTED", 2)
    told = [tell() for _ in range(3)]
    page = queue.page_of(Wanted())
    assert ([row.public_id for row in page.items], page.total, page.is_cut) == (told[:2], 2, True)
    editor.visit("/desk/stories")
    editor.sees("more than 2 stories, the oldest first")
    in_state(told[0], "published")
    assert queries.state_counts()[State.PUBLISHED] == 1
    assert not queue.page_of(Wanted()).is_cut


@pytest.fixture
def mixed(db_app, tell, staff, clock):
    """Stories that differ in everything that can be filtered by, the oldest first, and who claimed one."""
    told = {}
    told["late"] = tell()
    clock.shift(timedelta(days=20))
    told["private"] = tell(story=f"{STORY} Write to rhona@reader.example about it.", wants_preview=True)
    told["link"] = tell(story=f"{STORY} It is at https://kettle.example/lamp for all to see.", verdict="down")
    told["grave"] = tell(story=f"Another one altogether: {STORY[::-1]}")
    told["claimed"] = tell(story=" ".join(reversed(STORY.split())))
    run_worker(db_app, drain=True)
    me = staff()
    with unit_of_work():
        service.assess(told["grave"], 4)
        service.hold(told["grave"], "Waiting for a photograph.")
        service.claim(told["claimed"], actor_id=me)
    return told, me


FILTERS = [
    ({"flag": "private"}, ["private"]),
    ({"flag": "link"}, ["link"]),
    ({"flag": "alike"}, ["private", "link"]),
    ({"flag": "hold"}, ["grave"]),
    ({"flag": "preview"}, ["private"]),
    ({"flag": "suspicious"}, []),
    ({"flag": "second"}, ["grave"]),
    ({"claimed": "me"}, ["claimed"]),
    ({"claimed": "nobody"}, ["late", "private", "link", "grave"]),
    ({"claimed": "others"}, []),
    ({"criticality": "3"}, ["grave"]),
    ({"waited": "14"}, ["late"]),
    ({"source": "manuscript"}, []),
    ({"words": "rhona"}, ["private"]),
    ({"words": "LAMP", "verdict": "down"}, ["link"]),
    ({"words": "..."}, []),
    ({"state": "triage"}, ["claimed"]),
    ({"sort": "gravest"}, ["grave", "link", "late", "private", "claimed"]),
]


def test_each_filter_finds_what_it_says(mixed):
    told, me = mixed
    for wanted, names in FILTERS:
        assert asked(me, **wanted) == [told[name] for name in names], wanted


def test_the_next_story_follows_in_each_order_and_after_the_last_comes_the_one_before(mixed):
    _told, me = mixed
    for sort in queue.SORTS:
        wanted = Wanted(sort=sort)
        row = asked(me, sort=sort)
        assert [queue.following(wanted, me, one) for one in row] == [*row[1:], row[-2]]
        assert queue.page_number(wanted, me, row[-1]) == 1
    alone = Wanted(words="rhona")
    assert queue.following(alone, me, asked(me, words="rhona")[0]) is None
    assert queue.following(alone, me, "nosuchstory1") is None


def test_a_story_on_a_later_page_knows_its_page(db_app, tell):
    for _ in range(queue.PER_PAGE + 1):
        tell()
    last = asked(page=2)[0]
    assert queue.page_number(Wanted(), None, last) == 2


def test_a_wish_survives_its_way_through_an_address():
    wish = Wanted(
        state="triage", verdict="up", flag="alike", claimed="me", criticality="3", waited="14", source="form",
        words="the lamp", sort="newest", page=3,
    )  # fmt: skip
    assert Wanted.from_args({name: str(value) for name, value in wish.args().items()}) == wish
    assert Wanted().args() == {}


@pytest.mark.parametrize(
    "args",
    [
        {"page": "²"},
        {"page": "9" * 400},
        {"page": "-1"},
        {"criticality": "9"},
        {"sort": "sideways"},
        {"flag": "\x00"},
        {"words": "\x00\ud800" + "x" * 9_000},
        {"state": "x" * 9_000},
    ],
)
def test_nonsense_in_an_address_is_as_if_it_were_not_there(app, args):
    wish = Wanted.from_args(args)
    assert wish.page >= 1
    assert len(wish.words) <= 200
    assert queue.page_of(wish).items == []


def test_an_empty_desk_says_what_will_be_here(editor):
    editor.visit("/desk/stories")
    editor.sees("The desk is clear")


def test_filters_stand_in_the_address_and_survive_a_reload(editor, tell, in_state):
    tell(verdict="down")
    tell(verdict="up")
    in_state(tell(verdict="down", story=f"It was shelved. {STORY}"), "spam")
    editor.visit("/desk/stories")
    editor.submit("Filter", verdict="down")
    assert "verdict=down" in editor.page.address
    editor.sees("1 story, the oldest first")
    editor.follow("On the spam shelf")
    assert "state=spam" in editor.page.address
    assert "verdict=down" in editor.page.address
    editor.sees("It was shelved.")
    editor.visit(editor.page.address)
    editor.sees("It was shelved.")


@pytest.mark.parametrize(
    "query", ["page=0", "page=-3", "page=99", "page=x", "state=%00", "state=%F0%9F%99%82", "verdict=left"]
)
def test_a_broken_address_gives_a_page_and_no_error(editor, tell, query):
    tell()
    editor.visit(f"/desk/stories?{query}")


def test_a_story_that_waits_too_long_is_marked(editor, tell, clock):
    tell()
    # Longer than a session lasts: the editor signs in again.
    clock.shift(timedelta(days=16))
    editor.sign_in()
    editor.visit("/desk/stories")
    editor.sees("for 16 days")
    assert editor.page.all("time", class_="flag flag--warn")


def test_a_row_names_who_claimed_it_and_what_is_special(editor, tell):
    public_id = tell(wants_preview=True)
    staff = by_email(editor.email)
    assert staff is not None
    with unit_of_work():
        service.claim(public_id, actor_id=staff.id)
        service.assess(public_id, 4)
        service.hold(public_id, "Waiting for a photograph.")
    editor.visit("/desk/stories")
    editor.sees("claimed by you", "criticality 4", "on hold: Waiting", "wants to see it first")


def test_a_list_reads_no_texts_and_asks_as_much_for_many_stories_as_for_few(app, tell):
    def statements():
        asked = []
        db.session.rollback()
        note = lambda *args: asked.append(args[2])
        event.listen(db.engine, "before_cursor_execute", note)
        queue.page_of(Wanted())
        event.remove(db.engine, "before_cursor_execute", note)
        return asked

    tell()
    few = statements()
    for _ in range(20):
        tell()
    many = statements()
    assert len(many) == len(few)
    assert not any("story_original" in statement or "story_revision" in statement for statement in many)


# Three panes


def test_the_chosen_story_stands_beside_the_list_and_no_view_of_an_original_is_recorded(editor, tell):
    first, second = tell(), tell(story=f"Before that, {STORY}", company="Halden Lamps")
    editor.visit(f"/desk/stories?story={second}")
    editor.sees("Halden Lamps", "Before that", "Decline kindly", "Read the whole story")
    editor.does_not_see("everyone at work")
    for public_id in (first, second):
        assert not any("saw" in entry.verb for entry in history(queries.subject_of(public_id)))


@pytest.mark.parametrize("story", ["nosuchstory1", "..", "%00", "x" * 300])
def test_a_chosen_story_that_does_not_exist_leaves_the_list_as_it_is(editor, tell, story):
    tell()
    editor.visit(f"/desk/stories?story={story}")
    editor.sees("1 story, the oldest first")


def test_a_withdrawn_story_shows_none_of_its_words(editor, tell):
    public_id = tell(company="Halden Lamps")
    with unit_of_work():
        service.withdraw(public_id)
    editor.visit(f"/desk/stories?state=withdrawn&story={public_id}")
    editor.sees("Its words are gone").does_not_see("lamp").does_not_see("Halden")


def test_after_an_action_the_next_story_of_the_same_filter_opens(clock, editor, tell):
    first = tell(verdict="down", story=f"First: {STORY}")
    tell(verdict="up")
    clock.shift(timedelta(minutes=1))
    third = tell(verdict="down", story=f"Third: {STORY}")
    editor.visit(f"/desk/stories?verdict=down&story={first}")
    editor.submit("It is spam")
    assert f"story={third}" in editor.page.address
    assert "verdict=down" in editor.page.address
    assert stored(first).state == "spam"
    editor.submit("Claim it")
    assert f"story={third}" in editor.page.address
    editor.sees("claimed by you")


def test_what_was_done_in_the_queue_is_undone_by_one_button(app, editor, tell):
    public_id = tell(email="rhona@reader.example")
    editor.visit(f"/desk/stories?story={public_id}")
    editor.submit("Decline it", preset="behaviour")
    assert stored(public_id).state == "declined"
    assert [kind for kind, _to in letters(app)] == ["story-received", "story-declined"]
    editor.submit("Undo")
    editor.sees("It is as it was before.")
    assert f"story={public_id}" in editor.page.address
    assert stored(public_id).state == "received"
    assert [kind for kind, _to in letters(app)] == ["story-received"]
    verbs = [entry.verb for entry in history(queries.subject_of(public_id))]
    assert verbs[:2] == ["undone", "declined"]


def test_after_ten_minutes_undo_is_refused_with_a_sentence(clock, app, editor, tell):
    public_id = tell()
    editor.visit(f"/desk/stories?story={public_id}")
    editor.submit("It is spam")
    clock.shift(timedelta(minutes=11))
    editor.submit("Undo")
    editor.sees("cannot be undone any more")
    assert stored(public_id).state == "spam"


def test_a_claim_of_somebody_else_shows_its_age_and_can_be_released(clock, editor, tell, staff):
    public_id, other = tell(), staff()
    with unit_of_work():
        service.claim(public_id, actor_id=other)
    clock.shift(timedelta(days=3))
    editor.sign_in()
    editor.visit(f"/desk/stories?claimed=others&story={public_id}")
    editor.sees("claimed by Nuala Fenwick for 3 days")
    editor.submit("Release it from Nuala Fenwick")
    assert stored(public_id).claimed_by_id is None


def test_a_question_without_an_answer_is_marked(clock, editor, tell, staff):
    public_id = tell()
    me = staff()
    with unit_of_work():
        service.ask(public_id, "When was that?", actor_id=me)
    clock.shift(timedelta(days=16))
    editor.sign_in()
    editor.visit("/desk/stories")
    editor.sees("no answer for 16 days")


# Several at once


def bulk(editor, app, do, ids, **more):
    token = next(form.values for form in editor.page.forms if "csrf_token" in dict(form.values))
    data = {"csrf_token": dict(token)["csrf_token"], "do": do, "ids": ids, "queue": "verdict=up", **more}
    return editor.client.post("/desk/stories/bulk", data=data, base_url=editor.base_url)


def test_several_are_declined_each_with_a_letter_and_a_record_and_undone_together(app, editor, tell):
    chosen = [tell(email=f"reader{number}@reader.example") for number in range(3)]
    editor.visit("/desk/stories")
    answer = bulk(editor, app, "decline", chosen, preset="like")
    assert (answer.status_code, "verdict=up" in answer.location) == (303, True)
    for public_id in chosen:
        assert stored(public_id).state == "declined"
        assert history(queries.subject_of(public_id))[0].verb == "declined"
    assert [kind for kind, _to in letters(app)].count("story-declined") == 3
    editor.visit("/desk/stories")
    editor.submit("Undo")
    assert {stored(public_id).state for public_id in chosen} == {"received"}
    assert [kind for kind, _to in letters(app)].count("story-declined") == 0


def test_what_is_refused_of_several_is_listed_by_title_and_the_rest_is_done(app, editor, tell, staff):
    free, taken = tell(), tell(story=f"Taken: {STORY}")
    other = staff()
    with unit_of_work():
        service.claim(taken, actor_id=other)
    editor.visit("/desk/stories")
    bulk(editor, app, "claim", [free, taken, "nosuchstory1"])
    editor.visit("/desk/stories")
    editor.sees("Claimed: 1 story.", "“Taken: I rang", "A colleague has claimed", "nosuchstory1")
    assert stored(taken).claimed_by_id == other


def test_several_are_not_declined_without_a_reason_and_stay_ticked(app, editor, tell):
    public_id = tell()
    editor.visit("/desk/stories")
    answer = bulk(editor, app, "decline", [public_id])
    assert answer.status_code == 422
    assert b"Nothing was declined yet" in answer.data
    assert b"checked" in answer.data
    assert stored(public_id).state == "received"


@pytest.mark.parametrize("do", ["", "publish", "__class__"])
def test_several_cannot_be_done_anything_else_to(app, editor, tell, do):
    public_id = tell()
    editor.visit("/desk/stories")
    assert bulk(editor, app, do, [public_id]).status_code == 400


def test_ticking_nothing_says_so(app, editor, tell):
    tell()
    editor.visit("/desk/stories")
    bulk(editor, app, "spam", [])
    editor.visit("/desk/stories")
    editor.sees("Tick a story first.")


# The spam shelf


def test_the_shelf_says_why_and_until_when_and_restoring_sends_the_letter_once(clock, app, editor, tell):
    public_id = tell(suspicion="it holds 5 links", email="rhona@reader.example")
    assert letters(app) == []
    editor.visit(f"/desk/stories?state=spam&story={public_id}")
    editor.sees("it holds 5 links", "destroyed on 24 December 2026")
    editor.submit("Restore to the queue")
    assert letters(app) == [("story-received", "rhona@reader.example")]
    assert stored(public_id).state == "received"
    for verb in (service.shelve_as_spam, service.restore_from_spam):
        with unit_of_work():
            verb(public_id)
    assert letters(app) == [("story-received", "rhona@reader.example")]


# Near-duplicates


def test_two_alike_stories_are_compared_on_record_and_merged_from_the_queue(clock, app, editor, tell):
    first = tell()
    clock.shift(timedelta(minutes=1))
    second = tell(story=f"{STORY} And my sister too.")
    run_worker(app, drain=True)
    editor.visit(f"/desk/stories?story={second}")
    editor.sees("near-duplicate 9", "% like “I rang")
    editor.submit("Compare the two")
    editor.sees("Told first", "Told later", "word by word", "And my sister too")
    for public_id in (first, second):
        assert history(queries.subject_of(public_id))[0].verb == "saw private details"
    editor.submit("Merge into the earlier one")
    assert stored(second).state == "duplicate"
    assert f"story={first}" in editor.page.address
    editor.submit("Undo")
    assert stored(second).state == "received"


def test_stories_that_are_different_are_not_flagged_again(app, editor, tell):
    tell()
    second = tell(story=f"{STORY} And my sister too.")
    run_worker(app, drain=True)
    editor.visit(f"/desk/stories?story={second}")
    editor.submit("Compare the two")
    editor.submit("They are different")
    editor.does_not_see("near-duplicate")
    run_worker(app, drain=True)
    editor.visit(f"/desk/stories?story={second}")
    editor.does_not_see("near-duplicate")


@pytest.mark.parametrize("other", ["", "nosuchstory1", "\x00"])
def test_comparing_with_nothing_is_not_found(app, editor, tell, other):
    public_id = tell()
    editor.visit("/desk/stories")
    token = next(
        dict(form.values)["csrf_token"] for form in editor.page.forms if "csrf_token" in dict(form.values)
    )
    answer = editor.client.post(
        f"/desk/stories/{public_id}/compare",
        data={"csrf_token": token, "other": other},
        base_url=editor.base_url,
    )
    assert answer.status_code == 404


# Search


def test_what_was_found_is_marked_and_nothing_typed_becomes_markup(editor, tell):
    tell(story=f"<b>Bold</b> words. {STORY}")
    editor.visit("/desk/stories?words=bold+<script>")
    editor.sees("No story answers to this filter")
    editor.visit("/desk/stories?words=<b>BOLD")
    assert editor.page.all("mark")
    editor.sees("<b>Bold</b>")


@pytest.mark.parametrize(
    "words", ['"', "*", "NEAR(", "AND", "lamp%00", "%F0%9F%99%82", "%E6%95%85%E9%9A%9C", "x" * 5000]
)
def test_no_search_fails(editor, tell, words):
    tell()
    editor.visit(f"/desk/stories?words={words}")


def test_a_search_that_finds_little_here_leads_to_all_states_and_says_how_many(editor, tell, in_state):
    here, declined = tell(), tell()
    in_state(declined, "declined")
    for _ in range(2):
        in_state(tell(story="Nobody rang back, and I sat there all day with my coat on."), "declined")
    editor.visit("/desk/stories?words=lamp&verdict=up")
    editor.sees("1 more story with these words lies outside this list.")
    editor.follow("Search everywhere")
    assert "words=lamp" in editor.page.address
    editor.sees("2 stories, the oldest first")
    editor.sees("Everywhere 4")
    for public_id in (here, declined):
        assert f"story={public_id}" in editor.page.source
    editor.does_not_see("Search everywhere")
    editor.visit("/desk/stories?words=coat")
    editor.sees("2 stories with these words lie outside this list.")


def test_no_search_everywhere_is_offered_where_enough_was_found_or_nothing_is_left(editor, tell):
    tell()
    editor.visit("/desk/stories?words=lamp")
    editor.does_not_see("Search everywhere")
    editor.visit("/desk/stories?state=declined")
    editor.does_not_see("Search everywhere")


def test_a_withdrawn_story_is_found_by_its_words_nowhere(editor, tell):
    public_id = tell()
    with unit_of_work():
        service.withdraw(public_id)
    editor.visit("/desk/stories?words=lamp&state=anywhere")
    editor.sees("No story answers to this filter.")


@pytest.mark.parametrize("word", ["bank", "bulk", "mail"])
def test_a_word_that_is_an_address_of_the_desk_is_no_public_id(app, word):
    assert not rules.is_public_id(word)
    assert rules.is_public_id(f"{word}1")


def test_no_address_of_the_desk_has_the_shape_of_a_public_id(app):
    """A story of that name could not be opened."""
    taken = {
        rule.rule.split("/")[3] for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk/stories/")
    } - {"<public_id>"}
    assert taken >= rules.NO_PUBLIC_IDS
    assert not [word for word in taken if rules.is_public_id(word)]
