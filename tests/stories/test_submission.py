import pytest

from newsroom.stories.submission import Submission, preview_by_default, suspicion

CLEAN = Submission(verdict="up", story="They rang me back.", level=2, wants_preview=False)


def test_an_ordinary_story_is_not_suspicious():
    assert suspicion(CLEAN, trapped=False, too_fast=False) == ""


def test_each_reason_is_told_to_the_desk():
    spam = Submission("up", "http://a.example www.b.example [url=c] <a href>", 2, False)
    words = suspicion(spam, trapped=True, too_fast=True)
    assert "only robots see" in words
    assert "faster than anybody types" in words
    assert "4 links" in words


@pytest.mark.parametrize(("count", "is_suspicious"), [(0, False), (2, False), (3, True)])
def test_two_links_are_a_story_and_three_are_suspicious(count, is_suspicious):
    told = Submission("up", "see https://a.example now " * count, 2, False)
    assert bool(suspicion(told, trapped=False, too_fast=False)) is is_suspicious


def test_only_who_complains_is_shown_the_edited_version_unasked():
    assert preview_by_default("down")
    assert not preview_by_default("up")
