"""Submissions from chance: never a 500, and what is stored is what its author saw and confirmed.

`make test` sends a few hundred; `make submissions` sends ten thousand.
"""

import pytest

from newsroom.platform.db import db
from newsroom.platform.text import clean_text
from newsroom.stories.models import Story, StoryOriginal
from tests.stories.hostile import submission
from tests.webpage import WebPage

SITE = "http://newsroom.example"


def post(client, number, data, **more):
    # Each from a network of its own: what one visitor may send in an hour is another promise.
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in {**data, **more}.items()}
    answer = client.post("/share", data=encoded, environ_base={"REMOTE_ADDR": address})
    return answer, WebPage(f"{SITE}/share", answer.status_code, answer.get_data(as_text=True), answer.headers)


@pytest.fixture
def numbers(request):
    return range(request.config.getoption("--submissions"))


def test_what_is_stored_is_what_was_confirmed_and_nothing_fails(client, numbers):
    taken = 0
    for number in numbers:
        typed = submission(number)
        answer, page = post(client, number, typed)
        assert answer.status_code in (200, 422), (number, typed)
        assert len(page.all("h1")) == 1, number
        kept = dict(page.form("share").values)
        if answer.status_code == 422:
            # What cannot be a letter arrives as U+FFFD; everything else is still there as it would be kept.
            if "\ud800" not in typed["story"]:
                assert clean_text(kept["story"]) == clean_text(typed["story"]), number
            continue
        shown = kept["story"]
        done, _page = post(client, number, kept, confirm="yes")
        assert done.status_code == 303, (number, typed)
        taken += 1
        assert newest() == (shown, typed["verdict"]), number
    # A test that only ever sees refusals would promise nothing.
    assert len(numbers) // 5 < taken < len(numbers)


def newest():
    db.session.rollback()
    query = db.select(StoryOriginal.body, Story.verdict).join(Story).order_by(Story.id.desc()).limit(1)
    body, verdict = db.session.execute(query).one()
    return body, verdict


def test_the_generator_is_the_same_each_time():
    assert [submission(number) for number in range(50)] == [submission(number) for number in range(50)]
    assert len({str(submission(number)) for number in range(200)}) > 190
