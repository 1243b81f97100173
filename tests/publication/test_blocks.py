from typing import Any

import pytest
from flask import Flask

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.queries import audit_log
from newsroom.platform.db import unit_of_work
from newsroom.publication import queries, render, rules, service
from newsroom.publication.queries import Block
from newsroom.publication.service import BlockConflict
from tests.cast import Cast


def write(key: str, title: str, body: str, based_on: int | None = None) -> Block:
    with unit_of_work():
        return service.save_block(key, title, body, based_on=based_on)


def test_each_saving_is_a_new_version_and_the_earlier_ones_stay(db_app: Flask) -> None:
    write("about", "About", "First.")
    write("about", "About", "Second.", based_on=1)

    assert queries.standing_block("about") == Block("about", "About", "Second.", 2)
    assert queries.standing_block("about", 1) == Block("about", "About", "First.", 1)
    assert [one.block.version for one in queries.versions("about")] == [2, 1]
    assert [block.key for block in queries.standing_blocks()] == ["about"]
    assert [entry.detail for entry in audit_log().items] == ["version 2", "version 1"]


def test_saving_the_same_words_makes_no_version(db_app: Flask) -> None:
    write("about", "About", "First.")
    assert write("about", " About ", "First.\r\n").version == 1


def test_two_who_write_at_once_hear_of_each_other(db_app: Flask) -> None:
    write("about", "About", "First.")
    write("about", "About", "Theirs.", based_on=1)

    with pytest.raises(BlockConflict) as conflict:
        write("about", "About", "Mine.", based_on=1)
    assert conflict.value.theirs.body == "Theirs."


@pytest.mark.parametrize("key", ["", "About", "../about", "x" * 41])
def test_a_key_that_names_no_block_is_refused(app: Flask, key: str) -> None:
    with pytest.raises(ValueError):
        write(key, "Title", "Body")


def test_what_was_never_written_is_nothing(db_app: Flask) -> None:
    assert queries.standing_block("about") is None
    assert queries.standing_block("about", 7) is None
    assert render.letter_block("about") is None


def test_a_letter_gets_a_block_with_full_addresses(app: Flask) -> None:
    write("welcome", "Welcome", "Read [the issues](/issues). <script>alert(1)</script>")
    block = render.letter_block("welcome")

    assert block is not None
    assert 'href="http://newsroom.example/issues"' in block.html
    assert "<script>" not in block.html
    assert "http://newsroom.example/issues" in block.text


def test_an_administrator_looks_at_a_block_before_saving_it(admin: Any) -> None:
    admin.visit("/desk/settings/blocks")
    for purpose in rules.BLOCKS.values():
        admin.sees(purpose.label)
    admin.follow("About")
    admin.submit(button="Look at it first", title="About us", body="We are **three**.")
    assert "<strong>three</strong>" in admin.page.source
    assert queries.standing_block("about") is None

    admin.submit("Save as a new version")
    admin.sees("Saved as version 1", "Ada Quay")
    assert queries.standing_block("about") == Block("about", "About us", "We are **three**.", 1)


def test_an_earlier_version_can_be_read_and_used_again(admin: Any) -> None:
    write("about", "About", "First words.")
    write("about", "About", "Second words.")
    admin.visit("/desk/settings/blocks/about")
    admin.follow("1")
    admin.sees("First words.")

    admin.submit("Use these words again")
    admin.sees("in use again, as version 3")

    found = queries.standing_block("about")
    assert found is not None
    assert (found.body, found.version) == ("First words.", 3)


def test_a_conflict_shows_both_texts_and_loses_neither(admin: Any) -> None:
    write("about", "About", "First.")
    admin.visit("/desk/settings/blocks/about")
    write("about", "About", "Theirs.")

    admin.submit("Save as a new version", body="Mine.", expect=409)
    admin.sees("Somebody else saved version 2 meanwhile", "Theirs.", "Mine.")
    admin.submit("Save as a new version")

    assert [one.block.body for one in queries.versions("about")] == ["Mine.", "Theirs.", "First."]


def test_a_text_that_is_too_long_is_kept_on_the_page(admin: Any) -> None:
    admin.visit("/desk/settings/blocks/about")
    admin.submit("Save as a new version", body="x" * 20_001, expect=422)

    admin.sees("At most 20000 characters.")
    assert queries.standing_block("about") is None


@pytest.mark.parametrize("path", ["/nonsense", "/about/9", "/..%2Fabout"])
def test_a_block_that_is_not_there_is_not_found(admin: Any, path: str) -> None:
    admin.visit(f"/desk/settings/blocks{path}", expect=404)


def test_restoring_what_is_not_there_is_not_found(admin: Any) -> None:
    write("about", "About", "First.")
    admin.visit("/desk/settings/blocks/about")
    token = admin.page.form().values[0][1]

    answer = admin.client.post(
        "/desk/settings/blocks/about/9/restore", data={"csrf_token": token}, base_url=admin.base_url
    )
    assert answer.status_code == 404


# The editor


def test_two_versions_are_compared_word_by_word(app: Flask, cast: Cast) -> None:
    write("about", "About", "We answer every letter.")
    write("about", "About", "We answer each letter.")
    desk = cast.admin()
    desk.visit("/desk/settings/blocks/about")
    desk.sees("We answer", "[gone: every]", "[new: each]")
    desk.visit("/desk/settings/blocks/about?from=nonsense&to=99")
    desk.sees("[gone: every]")


def test_what_is_typed_is_shown_and_not_saved(app: Flask, cast: Cast) -> None:
    desk = cast.admin()
    desk.visit("/desk/settings/blocks/about")
    form = desk.page.form("/blocks/about")
    form.fill("body", "We *answer* each letter. <script>x()</script>")
    answer = desk.client.post("/desk/settings/blocks/preview", base_url=desk.base_url, data=dict(form.values))
    shown = answer.get_data(as_text=True)
    assert "We <em>answer</em> each letter." in shown
    assert "<script>" not in shown
    assert queries.standing_block("about") is None


def test_a_draft_is_offered_taken_up_and_forgotten_once_it_is_saved(app: Flask, cast: Cast) -> None:
    write("about", "About", "As it is stored.")
    desk = cast.admin()
    staff = accounts.by_email(desk.email)
    assert staff is not None
    typed = {"title": ["About"], "body": ["As it was typed."]}
    with unit_of_work():
        accounts_service.keep_draft(staff.id, "block:about", "1", typed)
    desk.visit("/desk/settings/blocks/about")
    desk.sees("As it is stored.")
    page = desk.visit("/desk/settings/blocks/about?draft=1")
    assert dict(page.form("/blocks/about").values)["body"].strip() == "As it was typed."
    desk.submit("/blocks/about", button="Save as a new version")
    assert queries.standing_block("about") == Block("about", "About", "As it was typed.", 2)
    assert accounts.draft(staff.id, "block:about") is None
