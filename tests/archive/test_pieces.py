from dataclasses import replace
from datetime import date

from flask import Flask

from newsroom.issues import queries
from newsroom.issues.document import Section
from newsroom.library import queries as library_queries
from newsroom.library import service as library
from newsroom.library.rules import AuthorWords
from newsroom.pictures import service as pictures
from newsroom.pictures.encoding import encoded
from newsroom.platform.db import unit_of_work
from tests.archive import press
from tests.cast import Cast
from tests.pictures.samples import jpeg


def test_a_part_knows_its_place_in_the_series(printed: Flask, cast: Cast) -> None:
    reader = cast.reader()
    reader.visit("/articles/four-times-from-the-beginning")
    reader.sees("The handover, part 1 of 2")
    reader.follow("Part 2: The first twenty seconds")
    reader.sees("part 2 of 2", "Printed in issue 80")
    assert not any(text.startswith("Part 3") for text, _ in reader.page.links)
    reader.follow("Part 1: Four times")


def test_an_article_shows_who_wrote_it(printed: Flask, cast: Cast) -> None:
    with unit_of_work():
        library.describe_author("ines-carvell", "Ines has **answered** telephones.")
    reader = cast.reader()
    reader.visit("/articles/the-first-twenty-seconds")
    reader.sees("Ines has answered telephones.")
    reader.follow("Ines Carvell")
    reader.sees("Four times, from the beginning", "The first twenty seconds")


def test_new_words_about_an_author_reach_a_cache(printed: Flask, clock: object) -> None:
    client = printed.test_client()
    address = "/articles/the-first-twenty-seconds"
    before = client.get(address)
    clock.shift(60)  # type: ignore[attr-defined]
    with unit_of_work():
        library.describe_author("ines-carvell", "Other words.")
    after = client.get(address, headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert after.status_code == 200


def test_an_author_of_unsent_articles_has_no_page(printed: Flask, cast: Cast) -> None:
    press.draft(
        press.small_issue(
            90, date(2027, 3, 2), Section("Article", "Soon", "Words.", fields={"author": "Una Yett"})
        )
    )
    cast.reader().visit("/authors/una-yett", expect=404)
    cast.reader().visit("/authors").address.endswith("/authors")
    assert "Una Yett" not in cast.reader().visit("/authors").words


def test_an_article_is_what_was_printed_and_nothing_newer(printed: Flask, cast: Cast) -> None:
    piece = queries.published_article("the-first-twenty-seconds")
    assert piece is not None
    with unit_of_work():
        library.save_piece(
            kind="Article",
            title="The first forty seconds",
            body="Rewritten.",
            fields=dict(piece.section.fields),
            actor_id=None,
            public_id=piece.piece_id,
        )
    reader = cast.reader()
    reader.visit("/articles/the-first-twenty-seconds")
    reader.sees("The first twenty seconds")
    reader.does_not_see("Rewritten.", "forty")


def test_a_wrong_name_of_a_story_leads_to_the_right_one_for_good(printed: Flask) -> None:
    path = press.path_of("Warm water, not hot")
    client = printed.test_client()
    for wrong in (path + "-x", path.partition("-")[0], path.partition("-")[0] + "-"):
        answer = client.get(wrong)
        assert answer.status_code == 301
        assert answer.headers["Location"] == path


def test_an_article_has_no_address_among_the_stories(printed: Flask) -> None:
    piece = queries.published_article("the-first-twenty-seconds")
    assert piece is not None
    assert printed.test_client().get(f"/stories/{piece.piece_id}-{piece.slug}").status_code == 404


def test_a_story_stands_with_its_note_its_takeaways_and_who_told_it(printed: Flask, cast: Cast) -> None:
    reader = cast.reader()
    reader.visit(press.path_of("Warm water, not hot"))
    reader.sees("Thumbs up", "Judith, Saltmarsh End", "Editor’s note, Ines Carvell", "Stay until it works.")
    reader.follow("issue 80")


def test_an_old_note_keeps_the_editor_of_its_time(printed: Flask, cast: Cast) -> None:
    from dataclasses import replace

    from newsroom.publication import queries as publication_queries
    from newsroom.publication import service as publication

    row = publication_queries.publication()
    with unit_of_work():
        publication.save_settings(
            replace(publication.settings_of(row), editor_name="Nia Newcomer"), row.version
        )
    cast.reader().visit(press.path_of("Warm water, not hot"))
    reader = cast.reader()
    reader.visit(press.path_of("Warm water, not hot"))
    reader.sees("Editor’s note, Ines Carvell")


def test_thumbs_can_be_narrowed_to_one_verdict(db_printed: Flask) -> None:
    client = db_printed.test_client()
    both = client.get("/thumbs").get_data(as_text=True)
    up = client.get("/thumbs?verdict=up").get_data(as_text=True)
    down = client.get("/thumbs?verdict=down").get_data(as_text=True)
    assert "Warm water" in both
    assert "Nobody at home" in both
    assert "Warm water" in up
    assert "Nobody at home" not in up
    assert "Warm water" not in down
    assert "Nobody at home" in down


def test_stories_come_in_pages(printed: Flask, cast: Cast) -> None:
    for number in range(100, 111):
        stories = [
            Section(
                kind,
                f"{kind} of {number}",
                "I rang them about the lamp, and the man who answered knew about it and came at lunch.",
                note="Well.\n\n- **Know them.** It helps.",
                fields={"consent": "edited and anonymous - by post"},
            )
            for kind in ("Thumbs up", "Thumbs down")
        ]
        press.send(press.small_issue(number, date(2027, 5, number - 90), *stories))
    reader = cast.reader()
    first = {text for text, _ in reader.visit("/thumbs").links if " of 1" in text}
    second = {text for text, _ in reader.follow("Next page").links if " of 1" in text}
    assert len(first) == 20
    assert len(first | second) == 22
    (canonical,) = reader.page.all("link", rel="canonical")
    assert canonical.get("href", "").endswith("/thumbs?page=2")


def test_a_piece_printed_twice_is_listed_once(db_printed: Flask) -> None:
    book = next(piece for piece in queries.published() if piece.title == "The Long Counter")
    again = Section(
        "Book recommendation",
        book.title,
        book.section.body,
        fields=dict(book.section.fields),
        id=book.piece_id,
    )
    press.send(press.small_issue(90, date(2027, 3, 2), again))
    page = db_printed.test_client().get("/reading").get_data(as_text=True)
    assert page.count("granddaughter of three generations") == 1
    assert "/issues/90" in page


def test_lessons_stand_by_behaviour_with_the_story_behind_each(printed: Flask, cast: Cast) -> None:
    reader = cast.reader()
    page = reader.visit("/lessons")
    headings = ["".join(item.itertext()) for item in page.all("h2")]
    assert headings[:3] == ["By behaviour", "Acknowledge presence", "Own the apology"]
    reader.sees("See who is in front of you.", "A chair costs nothing, and no paragraph forbids it.")
    reader.follow("The form for ankles")
    reader.sees("Thumbs down")


def test_a_sponsored_listing_says_so(printed: Flask, cast: Cast) -> None:
    cast.reader().visit("/marketplace")
    reader = cast.reader()
    reader.visit("/marketplace")
    reader.sees("Sponsored by Quayside Rooms", "A desk for six, by the water")


def test_an_event_moves_to_the_past_when_its_day_is_over(printed: Flask, cast: Cast, clock: object) -> None:
    reader = cast.reader()
    reader.visit("/events")
    reader.does_not_see("Past events")
    from datetime import UTC, datetime

    clock.move_to(datetime(2027, 2, 10, 1, tzinfo=UTC))  # type: ignore[attr-defined]
    reader.visit("/events")
    reader.sees("Nothing is planned just now", "Past events", "Throwing and catching a call")


def test_the_front_page_leads_with_the_newest_issue(printed: Flask, cast: Cast) -> None:
    reader = cast.reader()
    page = reader.visit("/")
    reader.sees(
        "Catching the call: the other half of a handover", "The handover, part 2", "Warm water, not hot"
    )
    assert (
        "The form for ankles",
        "http://newsroom.example/issues/80#" + press.story_of(80, "The form for ankles"),
    ) in [(text.removeprefix("▼ Thumbs down").strip(), address) for text, address in page.links]
    reader.follow("Say it once")


def test_a_reader_signs_up_from_the_front_page(printed: Flask, cast: Cast) -> None:
    from newsroom.subscribers import queries as subscribers

    reader = cast.reader()
    reader.visit("/")
    reader.submit("Subscribe", email="rhona@reader.example")
    found = subscribers.by_email("rhona@reader.example")
    assert found is not None
    assert found.state == "pending"


def test_parts_stand_under_their_stages_and_the_rest_below(printed: Flask, cast: Cast) -> None:
    card = library_queries.series("the-handover")
    assert card is not None
    with unit_of_work():
        library.save_series("the-handover", replace(card.words, stages=("Catching", "Silence")))
    page = cast.reader().visit("/series/the-handover")
    headings = ["".join(heading.itertext()) for tag in ("h2", "h3") for heading in page.all(tag)]
    assert headings == [
        "Catching",
        "Further parts",
        "The first twenty seconds",
        "Four times, from the beginning",
    ]
    assert "Part 1: Passing on" in page.words
    assert "Part 2: Catching" not in page.words


def test_an_author_is_shown_with_the_picture_as_it_was_described(printed: Flask, cast: Cast) -> None:
    with unit_of_work():
        kept, _ = pictures.keep(
            encoded(jpeg()), "ines.jpg", pictures.Words("Ines at the bell"), actor_id=None
        )
        library.save_author("ines-carvell", AuthorWords("Ines Carvell", "She rings.", kept.address))
    for address in ("/authors/ines-carvell", "/articles/the-first-twenty-seconds"):
        (shown,) = cast.reader().visit(address).all("img", class_="portrait")
        assert (shown.get("src"), shown.get("alt")) == (kept.address, "Ines at the bell")


def test_a_listing_says_who_paid_and_leaves_when_it_is_over(printed: Flask, cast: Cast) -> None:
    fields = {"sponsored": "Tansy Hill", "when": "2026-12-01", "contents": "A room by the water"}
    over = {"sponsored": "Tansy Hill", "when": "2026-10-01"}
    said = press.small_issue(
        90,
        date(2026, 11, 24),
        Section("Listing", "A room", "Sleeps two.", fields=fields),
        Section("Listing", "A barn", "Sleeps ten.", fields=over),
    )
    press.send(said)
    reader = cast.reader()
    reader.visit("/marketplace")
    reader.sees("Listing · Sponsored by Tansy Hill", "A room")
    reader.does_not_see("A barn", "Past listings")
    reader.visit("/issues/90")
    reader.sees("Listing, sponsored", "Listing · Sponsored by Tansy Hill")
    text = printed.test_client().get("/issues/90.txt").text
    assert "Listing · Sponsored by Tansy Hill" in text
    assert "Listing, sponsored" in text
    record = queries.frozen(90)
    assert record is not None
    assert "Listing, sponsored" in record.email_html


def test_a_recommendation_is_never_without_what_ties_us_to_it(printed: Flask, cast: Cast) -> None:
    fields = {"rating": "★★★★☆", "disclosure": "Its author is a friend."}
    press.send(
        press.small_issue(
            90, date(2026, 11, 24), Section("Book recommendation", "The Long Quay", "Read it.", fields=fields)
        )
    )
    reader = cast.reader()
    for address in ("/reading", "/issues/90"):
        reader.visit(address)
        reader.sees("Our rating: 4 out of 5 stars", "Disclosure: Its author is a friend.")
    record = queries.frozen(90)
    assert record is not None
    for edition in (record.email_html, record.email_text, record.text_edition):
        assert "4 out of 5 stars" in edition
        assert "Its author is a friend." in edition
