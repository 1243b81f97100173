"""What a letter printed the opening of is whole on the web, is corrected there and leaves it as any other."""

from datetime import date

from flask import Flask

from newsroom.issues import queries, service
from newsroom.issues.document import Section
from newsroom.platform.db import unit_of_work
from tests.archive import press

LAST = "The last words stand on the web."
WORDS = "\n\n".join([*(f"Paragraph {number} goes on about the tides." for number in range(99)), LAST])
NOTE = "“Paragraph 1 goes on about the tides” says it all.\n\n- **Look up.** It costs nothing."


def test_what_was_sent_is_whole_on_the_web_and_a_story_leaves_it_as_any_other(printed: Flask) -> None:
    fields = {"author": "Ana Duarte", "letter": "opening"}
    told = {"consent": "release on file", "letter": "opening"}
    press.send(
        press.small_issue(
            82,
            date(2026, 12, 8),
            Section("Article", "The tides", WORDS, fields=fields),
            Section("Thumbs up", "He looked up", WORDS, NOTE, told),
        )
    )
    frozen = queries.frozen(82)
    assert frozen is not None
    sealed = (frozen.email_html, frozen.email_text)
    assert all(LAST not in part and "Continue on the web" in part for part in sealed)
    client = printed.test_client()
    article, story = press.path_of("The tides"), press.path_of("He looked up")
    for address in ("/issues/82", "/issues/82.txt", article, story):
        page = client.get(address).get_data(as_text=True)
        assert LAST in page, address
        assert "Continue on the web" not in page, address
    with unit_of_work():
        row = queries.issue(82)
        assert row is not None
        service.correct(row, 0, "It was the *ebb*.", by_id=None, by_label=press.PRINTER)
    for address in ("/issues/82", "/issues/82.txt", article):
        assert "It was the" in client.get(address).get_data(as_text=True), address
    press.withdraw(press.story_of(82, "He looked up"))
    assert client.get(story).status_code == 410
    assert "It costs nothing" not in client.get("/issues/82").get_data(as_text=True)
    kept = queries.frozen(82)
    assert kept is not None
    assert (kept.email_html, kept.email_text) == sealed
