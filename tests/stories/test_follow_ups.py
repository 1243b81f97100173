"""What happened next: told by its author, made printable at the desk, read below the story, gone with it."""

import pytest

from newsroom.platform.db import unit_of_work
from newsroom.stories import links, queries, service
from newsroom.stories.readiness import signed_words
from newsroom.stories.rules import StoryRefusal
from tests.archive import press
from tests.cast import Reader
from tests.databases import each_on_sqlite
from tests.stories.conftest import letters, stored

TOLD = "He came back in spring to see whether it had held."
PRIVATE = "He came back in spring. Ring 01632 960417."


@pytest.fixture
def app(db_app):
    return db_app


# What these say is said by pages and rules: no other SQL is sent than the other tests send on both.
ON_SQLITE = pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)


@pytest.fixture
def printed(tell, in_state):
    """Give a function that prints a story and tells what happened next; gives the ids of both."""

    def begin(text=TOLD, **different):
        public_id = tell(**different)
        in_state(public_id, "published")
        with unit_of_work():
            queries.story(public_id).published_version = 1
            service.follow_up(public_id, text)
        return public_id, stored(public_id).follow_ups[0].id

    return begin


def below(public_id):
    return [one.text for one in queries.follow_ups(public_id)]


def test_nothing_is_read_before_an_editor_printed_it(app, printed, staff):
    public_id, told = printed(email="rhona@reader.example")
    assert below(public_id) == []
    with unit_of_work():
        service.publish_follow_up(public_id, told, TOLD.replace(" to see", "\n\nto see"), actor_id=staff())
    assert below(public_id) == [TOLD.replace(" to see", "\n\nto see")]
    assert stored(public_id).follow_ups[0].body == TOLD
    assert "story-follow-up" in [kind for kind, _to in letters(app)]


def test_words_that_an_editor_changed_are_read_by_nobody_before_their_author_says_yes(app, printed, staff):
    public_id, told = printed(email="rhona@reader.example")
    editor = staff()

    def offer(text):
        with unit_of_work():
            service.publish_follow_up(public_id, told, text, actor_id=editor)
        return signed_words("", text, "")

    first = offer("He came back.")
    assert offer("He came back.") == first
    second = offer("He came back in May.")
    assert below(public_id) == []
    assert [kind for kind, _to in letters(app)].count("story-follow-up-asked") == 2
    for words in ("", first):
        with pytest.raises(StoryRefusal, match="read it again"), unit_of_work():
            service.agree_follow_up(public_id, told, words=words)
    for _ in range(2):
        with unit_of_work():
            service.agree_follow_up(public_id, told, words=second)
    assert below(public_id) == ["He came back in May."]
    with pytest.raises(StoryRefusal, match="not asked"), unit_of_work():
        service.refuse_follow_up(public_id, told)


def test_a_yes_does_not_print_what_the_consent_no_longer_covers(app, printed, staff):
    public_id, told = printed()
    text = f"{TOLD} He brought a cable."
    with unit_of_work():
        service.publish_follow_up(public_id, told, text, actor_id=staff())
        queries.story(public_id).consents[-1].level = 1
    with pytest.raises(StoryRefusal, match="summary"), unit_of_work():
        service.agree_follow_up(public_id, told, words=signed_words("", text, ""))
    assert below(public_id) == []


def test_its_author_reads_it_as_it_will_be_printed_and_says_no_or_yes(app, printed, staff):
    public_id, told = printed()
    editor = staff()
    author = Reader(app, "Rhona Vale", "rhona@reader.example")
    for answer in ("Do not print it", "Yes, print what happened next"):
        with unit_of_work():
            service.publish_follow_up(public_id, told, "He came *back*.", actor_id=editor)
        author.visit(f"/status/page/{links.status_token(public_id)}")
        author.sees("May we print what happened next like this?", "He came back.", "nothing of it is printed")
        author.submit(answer)
        if answer == "Do not print it":
            with unit_of_work():
                service.follow_up(public_id, "They wrote to me.")
            told = stored(public_id).follow_ups[1].id
    author.sees("It stands below your story from now on", "not printed, as you wished", "He came *back*.")
    assert below(public_id) == ["He came *back*."]
    assert [one.state for one in stored(public_id).follow_ups] == ["declined", "published"]


@each_on_sqlite("leave", ["withdraw", "unpublish", "consent"], on_postgres=["withdraw"])
def test_it_leaves_with_its_story(app, printed, staff, leave):
    public_id, told = printed()
    with unit_of_work():
        service.publish_follow_up(public_id, told, TOLD, actor_id=staff())
    with unit_of_work():
        if leave == "withdraw":
            service.withdraw(public_id)
        elif leave == "unpublish":
            service.unpublish(public_id, "It was another company.")
        else:
            service.change_consent(public_id, 0, wants_preview=False)
    assert below(public_id) == []
    with pytest.raises(StoryRefusal), unit_of_work():
        service.publish_follow_up(public_id, told, TOLD, actor_id=None)


@ON_SQLITE
@pytest.mark.parametrize(
    ("text", "different", "why"),
    [
        (PRIVATE, {}, "telephone number"),
        (" \n", {}, "nothing to print"),
        ("It was I, Rhona Vale, who rang.", {"name": "Rhona Vale"}, "full name"),
        (TOLD, {"level": 1}, "summary in our own words"),
    ],
)
def test_what_says_too_much_is_not_printed(app, printed, staff, text, different, why):
    public_id, told = printed(**different)
    staff_id = staff()
    with pytest.raises(StoryRefusal, match=why), unit_of_work():
        service.publish_follow_up(public_id, told, text, actor_id=staff_id)
    assert below(public_id) == []


def test_it_is_decided_once(app, printed, staff):
    public_id, told = printed()
    staff_id = staff()
    with unit_of_work():
        service.decline_follow_up(public_id, told, actor_id=staff_id)
    with pytest.raises(StoryRefusal, match="decided"), unit_of_work():
        service.publish_follow_up(public_id, told, TOLD, actor_id=staff_id)
    assert below(public_id) == []


def test_one_of_another_story_is_none_of_this(app, printed, staff):
    one, _told = printed()
    _other, told = printed()
    staff_id = staff()
    with pytest.raises(StoryRefusal, match="no such"), unit_of_work():
        service.publish_follow_up(one, told, TOLD, actor_id=staff_id)


@ON_SQLITE
def test_an_editor_prints_one_and_keeps_another_on_the_page(editor, printed):
    public_id, _told = printed(PRIVATE)
    with unit_of_work():
        service.follow_up(public_id, "And then nothing.")
    editor.visit(f"/desk/stories/{public_id}")
    editor.sees("What happened next", "Take “01632 960417” out first: it looks like a telephone number.")
    first = stored(public_id).follow_ups[0].id
    name = f"told{first}-text"
    assert dict(editor.page.form("Print it below the story").values)[name].strip() == PRIVATE
    editor.submit("Print it below the story", expect=422)
    editor.sees("Take “01632 960417” out first")
    editor.submit("Print it below the story", **{name: "He came back in spring."})
    editor.sees("Nothing is printed before they say yes.", "shown to its author on")
    editor.submit("Keep it for ourselves")
    editor.sees("kept for ourselves by Ines Carvell")
    editor.submit("Print it below the story")
    editor.sees("It stands below the story on the web", "printed on")
    assert below(public_id) == ["And then nothing."]


def test_readers_find_it_below_the_story_and_in_no_feed(app, clock, cast):
    press.set_up()
    press.send(press.sample_issue(79))
    title = "Nobody at home"
    public_id, path = press.story_of(79, title), press.path_of(title)
    client = app.test_client()
    before = client.get(path)
    clock.shift(60)
    with unit_of_work():
        service.follow_up(public_id, "The van came in March, with *flowers*.")
        told = queries.story(public_id).follow_ups[0].id if queries.story(public_id).follow_ups else None
    told = told or stored(public_id).follow_ups[0].id
    with unit_of_work():
        service.publish_follow_up(public_id, told, "The van came in March, with *flowers*.", actor_id=None)
    page = client.get(path, headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert page.status_code == 200
    assert "What happened next" in page.text
    assert "The van came in March, with <em>flowers</em>." in page.text
    assert "Tuesday, 24 November 2026" in page.text
    for other in ("/feed.xml", "/feed.json", "/issues/79", "/issues/79.txt", "/thumbs"):
        assert "The van came in March" not in client.get(other).text
    press.withdraw(public_id)
    assert "The van came in March" not in client.get(path).text
