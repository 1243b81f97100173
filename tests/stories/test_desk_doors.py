"""Who may open which door: anonymous people none, administrators only the one to private things."""

import pytest
from flask import url_for

from newsroom.accounts.queries import history
from newsroom.accounts.rules import Permission
from newsroom.stories import queries
from tests.stories.conftest import STORY, stored

POSTS = [
    "save",
    "claim",
    "release",
    "start_editing",
    "assess",
    "mark_ready",
    "back_to_editing",
    "hold",
    "resume",
    "decline",
    "shelve_as_spam",
    "restore_from_spam",
    "ask",
    "stop_asking",
    "ask_approval",
    "reopen",
    "unpublish",
    "write_to_author",
    "note",
    "undo",
    "resolve",
    "restore_version",
    "keep_draft",
    "forget_draft",
    "publish_follow_up",
    "decline_follow_up",
    "compare",
    "merge",
    "dismiss",
    "bulk",
]
GETS = ["index", "show", "ask_private", "bank", "mail"]
PRIVATE = ["ask_private", "private"]
PUBLISHING = ["unpublish"]
# Of these doors another file of tests tells who may pass.
ELSEWHERE = ["erase", "ask_erase"]
OF_NO_STORY = ["index", "bank", "mail", "bulk"]


def doors(app):
    return {
        rule.endpoint.partition(".")[2]: rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("stories_desk.")
    }


def address(app, endpoint, public_id):
    with app.test_request_context():
        values = {} if endpoint in OF_NO_STORY else {"public_id": public_id}
        values |= {"told": 1} if endpoint.endswith("follow_up") else {}
        return url_for(f"stories_desk.{endpoint}", **values)


def test_these_are_all_doors_of_the_desk(app):
    assert set(doors(app)) == {*POSTS, *GETS, *PRIVATE, *ELSEWHERE}


def test_every_door_names_its_permission(app):
    special = dict.fromkeys(PRIVATE, Permission.SEE_PRIVATE) | dict.fromkeys(PUBLISHING, Permission.PUBLISH)
    for endpoint in set(doors(app)) - set(ELSEWHERE):
        needed = app.view_functions[f"stories_desk.{endpoint}"].needed_permission
        assert needed is special.get(endpoint, Permission.COMPOSE), endpoint


def test_nothing_is_done_by_opening_an_address(app, editor, tell):
    public_id = tell()
    for endpoint in (*POSTS, "private"):
        answer = editor.client.get(address(app, endpoint, public_id), base_url=editor.base_url)
        # The address of many stories at once reads like that of a story, which there is not.
        expected = {"save": 200, "private": 200, "bulk": 404}.get(endpoint, 405)
        assert answer.status_code == expected, endpoint
        assert stored(public_id).state == "received", endpoint
        assert stored(public_id).version == 0, endpoint


def test_a_visitor_is_asked_to_sign_in_and_sees_and_changes_nothing(app, client, tell):
    plain, spam = tell(), tell(story=f"Another one. {STORY[::-1]}", suspicion="a robot")
    for endpoint in (*GETS, *POSTS, "private"):
        public_id = spam if endpoint == "restore_from_spam" else plain
        before = stored(public_id).state
        method = "GET" if endpoint in GETS else "POST"
        answer = client.open(address(app, endpoint, public_id), method=method)
        assert answer.status_code in ((302, 303) if method == "GET" else (400, 403)), endpoint
        assert b"lamp" not in answer.data, endpoint
        assert stored(public_id).state == before, endpoint


def test_an_administrator_alone_sees_only_what_a_reason_opens(app, admin, tell):
    public_id = tell()
    admin.visit("/desk/account")
    data = {"csrf_token": dict(admin.page.forms[-1].values)["csrf_token"]}
    for endpoint in (*GETS, *POSTS, "private"):
        method = "GET" if endpoint in GETS else "POST"
        answer = admin.client.open(
            address(app, endpoint, public_id), method=method, base_url=admin.base_url, data=data
        )
        assert answer.status_code == {"ask_private": 200, "private": 422}.get(endpoint, 403), endpoint
        assert b"lamp" not in answer.data, endpoint
        assert stored(public_id).state == "received", endpoint


@pytest.mark.parametrize("who", ["editor", "publisher"])
def test_editors_and_publishers_work_on_stories(request, who, tell):
    person = request.getfixturevalue(who)
    public_id = tell()
    person.visit(f"/desk/stories/{public_id}")
    person.submit("Start editing")
    assert stored(public_id).state == "editing"


@pytest.mark.parametrize("address", ["nosuchstory1", "..", "a%00b", "%F0%9F%99%82", "x" * 300])
def test_a_story_that_does_not_exist_is_not_found(editor, address):
    editor.visit(f"/desk/stories/{address}", expect=404)


def test_a_post_without_its_token_changes_nothing(app, editor, tell):
    public_id = tell()
    answer = editor.client.post(
        address(app, "decline", public_id), base_url=editor.base_url, data={"reason": "Go away."}
    )
    assert answer.status_code == 400
    assert stored(public_id).state == "received"


def test_an_administrator_gives_a_reason_and_it_stays_on_record(admin, tell):
    public_id = tell(name="Rhona Vale", town="Port Ellery", email="rhona@reader.example")
    admin.visit(f"/desk/stories/{public_id}/private")
    admin.does_not_see("lamp")
    admin.submit("Show them to me", reason=" ", expect=422)
    admin.sees("written reason").does_not_see("lamp")
    admin.submit("Show them to me", reason="She asked for her data.")
    admin.sees("lamp", "Rhona Vale", "Port Ellery", "rhona@reader.example")
    (entry, _submitted) = history(queries.subject_of(public_id))
    assert (entry.verb, entry.detail) == ("saw private details", "She asked for her data.")
    assert entry.actor_label.startswith("Ada Quay")


def test_each_view_of_the_original_and_of_the_contact_details_is_on_record(editor, tell):
    public_id = tell(name="Rhona Vale")

    def views():
        return sum(entry.verb == "saw private details" for entry in history(queries.subject_of(public_id)))

    editor.visit(f"/desk/stories/{public_id}")
    editor.sees("lamp").does_not_see("Rhona Vale")
    assert views() == 1
    editor.submit("Original and contact details")
    editor.sees("Rhona Vale", "The sealed original")
    assert views() == 2
    editor.follow("Back to the story")
    assert views() == 3
