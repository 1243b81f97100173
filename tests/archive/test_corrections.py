"""A sent issue is corrected by words with a date that are laid over it; what was frozen is never touched."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from time_machine import Traveller

from newsroom.accounts import queries as accounts
from newsroom.issues import document as documents
from newsroom.issues import overlay, queries, rules, service
from newsroom.issues.models import IssueCorrection
from newsroom.platform.db import db, unit_of_work
from tests.archive import press
from tests.cast import Cast

WORDS = "We wrote that it took twelve minutes. It took *twenty*."
DAY = "Tuesday, 24 November 2026"


def correct(number: int, position: int | None, words: str = WORDS, reason: str = "") -> IssueCorrection:
    with unit_of_work():
        row = queries.issue(number)
        assert row is not None
        return service.correct(row, position, words, by_id=None, by_label=press.PRINTER, reason=reason)


def place_of(number: int, kind: str) -> queries.Published:
    return next(piece for piece in queries.printed_in(number) if piece.kind == kind)


def frozen_bytes(number: int) -> dict[str, Any]:
    db.session.rollback()
    record = queries.frozen(number)
    assert record is not None
    return {column.name: getattr(record, column.name) for column in record.__table__.columns}


@pytest.mark.parametrize("kind", ["Article", "Thumbs down", "Message", None])
def test_it_stands_in_the_issue_its_text_and_the_feeds(printed: Flask, kind: str | None) -> None:
    piece = place_of(79, kind) if kind else None
    before = frozen_bytes(79)
    correct(79, piece.position if piece else None)
    client = printed.test_client()
    for address in ("/issues/79", "/issues/79.txt", "/feed.xml", "/feed.json", "/corrections"):
        page = client.get(address).get_data(as_text=True)
        assert "It took" in page, address
        assert DAY in page, address
    assert frozen_bytes(79) == before


def test_it_stands_at_its_section_and_is_announced_at_the_head(printed: Flask) -> None:
    piece = place_of(79, "Article")
    given = correct(79, piece.position)
    page = printed.test_client().get("/issues/79").get_data(as_text=True)
    section = page.index(f'id="{piece.piece_id}"')
    assert page.index(f'href="#correction-{given.id}"') < section < page.index(f'id="correction-{given.id}"')
    headline = page.index(f'id="{piece.piece_id}-title"')
    assert headline < page.index(f'id="correction-{given.id}"') < page.index("A woman rings a mail-order")
    record = queries.frozen(79)
    assert record is not None
    own = re.sub(r'<(aside|p) class="correction beside".*?</\1>\n?', "", page, flags=re.DOTALL)
    assert "".join(record.web_fragment.split()) in "".join(own.split())


@pytest.mark.parametrize("kind", ["Article", "Thumbs down"])
def test_it_stands_on_the_page_of_its_piece_and_of_no_other(printed: Flask, kind: str) -> None:
    piece = place_of(79, kind)
    correct(79, piece.position)
    client = printed.test_client()
    for other in (one for one in queries.printed_in(79) if one.path.startswith(("/stories/", "/articles/"))):
        page = client.get(other.path).get_data(as_text=True)
        assert ("It took <em>twenty</em>." in page) == (other.piece_id == piece.piece_id)


def test_a_piece_in_a_list_has_its_correction_with_it(printed: Flask) -> None:
    piece = place_of(80, "Book recommendation")
    correct(80, piece.position)
    assert "It took" in printed.test_client().get("/reading").get_data(as_text=True)


def test_lists_caches_and_feeds_hear_of_it(app: Flask, clock: Traveller) -> None:
    press.set_up()
    press.send(press.sample_issue(79))
    client = app.test_client()
    page, entry = client.get("/issues/79"), client.get("/feed.json").get_json(force=True)["items"][0]
    clock.shift(3600)
    correct(79, None)
    since = {"If-Modified-Since": page.headers["Last-Modified"]}
    assert client.get("/issues/79", headers=since).status_code == 200
    after = client.get("/feed.json").get_json(force=True)["items"][0]
    assert (after["id"], after["date_published"]) == (entry["id"], entry["date_published"])
    assert after["date_modified"] > entry["date_modified"]
    assert "Corrected since" in client.get("/issues").get_data(as_text=True)


def test_both_sorts_of_corrections_stand_in_one_list(printed: Flask, clock: Traveller) -> None:
    clock.shift(3600)
    correct(80, None, "The first of two.")
    clock.shift(3600)
    correct(80, None, "The second of two.")
    page = printed.test_client().get("/corrections").get_data(as_text=True)
    printed_one = page.index("How long they counted")
    assert page.index("The second of two.") < page.index("The first of two.") < printed_one


@pytest.mark.parametrize("state", [state for state in rules.STATES if state != rules.SENT])
def test_only_what_was_sent_is_corrected(printed: Flask, state: str) -> None:
    with unit_of_work():
        row = queries.issue(81)
        assert row is not None
        row.state = state
    with pytest.raises(rules.Refused, match="was not sent yet"):
        correct(81, None)


@pytest.mark.parametrize(
    ("position", "words", "sentence"),
    [(None, " \n ", "Write what was wrong"), (99, WORDS, "no section 100"), (None, "a " * 1001, "2,000")],
)
def test_what_is_no_correction_is_refused_in_a_sentence(
    printed: Flask, position: int | None, words: str, sentence: str
) -> None:
    with pytest.raises(rules.Refused, match=sentence):
        correct(79, position, words)


def test_the_same_words_twice_are_one_correction(printed: Flask) -> None:
    assert correct(79, None).id == correct(79, None).id


def test_a_correction_of_a_withdrawn_story_leaves_with_it_and_is_destroyed_with_it(printed: Flask) -> None:
    piece = place_of(79, "Thumbs down")
    given = correct(79, piece.position)
    press.withdraw(piece.piece_id)
    client = printed.test_client()
    for address in ("/issues/79", "/issues/79.txt", "/feed.json", "/corrections", piece.path):
        assert "It took" not in client.get(address).get_data(as_text=True), address
    with pytest.raises(rules.Refused, match="off the web"):
        correct(79, piece.position, "Something else was wrong.")
    with unit_of_work():
        service.forget_story(piece.piece_id)
    db.session.refresh(given)
    assert given.words == ""


# Names that a story keeps out


@pytest.fixture
def kept_out(printed: Flask, monkeypatch: pytest.MonkeyPatch) -> queries.Published:
    """A story of issue 79 that keeps the name of its company out of print."""
    from newsroom.stories import queries as stories
    from newsroom.stories.redaction.cast import Withheld

    story = place_of(79, "Thumbs down")
    names = {story.piece_id: (Withheld("Marrable Ferries", "company"),)}
    monkeypatch.setattr(stories, "withheld", lambda public_id, _version=None: names.get(public_id, ()))
    return story


def test_a_name_that_the_story_keeps_out_never_gets_into_its_correction(kept_out: queries.Published) -> None:
    for reason in ("", "It is a matter of public record."):
        with pytest.raises(service.CorrectionLeaks, match="was taken out of"):
            correct(79, kept_out.position, "It was Marrable-Ferries, not the harbour.", reason)
    assert queries.corrections() == []


@pytest.mark.parametrize(
    "name", ["> Marrable\n> Ferries", "> 1. Marrable\n>    Ferries", "Marr\u200bable\n*Ferries*"]
)
def test_no_sign_of_markdown_disguises_it(kept_out: queries.Published, name: str) -> None:
    with pytest.raises(service.CorrectionLeaks):
        correct(79, kept_out.position, f"It was not the harbour.\n\n{name}")


def test_elsewhere_in_the_issue_it_takes_a_reason(kept_out: queries.Published) -> None:
    words = "The timetable was that of Marrable Ferries."
    with pytest.raises(service.CorrectionLeaks):
        correct(79, None, words)
    correct(79, None, words, "They printed the timetable themselves.")
    assert [one.correction.words for one in queries.corrections()] == [words]
    (entry,) = [one for one in accounts.history("issue 79") if one.verb == "corrected"]
    assert "They printed the timetable themselves." in entry.detail
    assert "Marrable" not in entry.detail


# The desk


def test_a_publisher_corrects_at_the_desk_after_a_look(printed: Flask, cast: Cast) -> None:
    desk = cast.publisher()
    desk.visit("/desk/issues/79")
    desk.follow("Correct it or take something back")
    position = str(place_of(79, "Article").position)
    desk.submit("/corrections", button="Preview", place=position, words=WORDS)
    desk.sees("Corrected on Tuesday, 24 November 2026.", "It took twenty.")
    assert queries.corrections() == []
    desk.submit("/corrections", button="Put the correction on the web", place=position, words=WORDS)
    desk.sees("The correction stands on the web")
    assert [one.correction.words for one in queries.corrections()] == [WORDS]
    desk.submit("Print it in issue 81 as well")
    desk.sees("It is a section of issue 81 now")
    row = queries.issue(81)
    assert row is not None
    section = row.sections[-1]
    assert (section.kind, section.body) == ("Correction", WORDS)
    assert section.fields == {"issue": "79", "piece": place_of(79, "Article").title}
    desk.visit("/desk/issues/79/corrections")
    desk.submit("Print it in issue 81 as well")
    row = queries.issue(81)
    assert row is not None
    assert [section.kind for section in row.sections].count("Correction") == 1


def test_refused_words_come_back_with_what_to_do(kept_out: queries.Published, cast: Cast) -> None:
    desk = cast.publisher()
    desk.visit("/desk/issues/79/corrections")
    words = "The timetable was that of Marrable Ferries."
    desk.submit("/corrections", button="Put the correction on the web", words=words, expect=422)
    desk.sees("stands in the correction")
    form = desk.page.form("/corrections")
    assert dict(form.values)["words"].strip() == words
    desk.submit("/corrections", button="Put the correction on the web", reason="They printed it themselves.")
    assert [one.correction.words for one in queries.corrections()] == [words]


def test_an_editor_looks_and_corrects_nothing(printed: Flask, cast: Cast) -> None:
    desk = cast.editor()
    desk.visit("/desk/issues/79/corrections")
    desk.sees("What it printed")
    desk.does_not_see("Put the correction on the web", "Take it off the web")
    desk.visit("/desk/issues/81/corrections", expect=404)
    answer = desk.client.post(
        "/desk/issues/79/corrections", base_url=desk.base_url, data={"words": WORDS, "place": ""}
    )
    assert answer.status_code in (400, 403)
    assert queries.corrections() == []


def test_the_terminal_corrects_takes_back_and_puts_back(printed: Flask) -> None:
    piece = place_of(79, "Article")
    run = printed.test_cli_runner().invoke
    section = ["--section", str(piece.position + 1), "--by", press.PRINTER]
    corrected = run(args=["issues", "correct", "79", "--words", WORDS, *section])
    assert corrected.output.startswith("Issue 79 is corrected")
    assert [one.piece.title for one in queries.corrections() if one.piece] == [piece.title]
    assert run(args=["issues", "take-back", "79", "--because", "rights", *section]).exit_code == 0
    assert printed.test_client().get(piece.path).status_code == 410
    assert run(args=["issues", "put-back", "79", *section]).exit_code == 0
    assert printed.test_client().get(piece.path).status_code == 200
    refused = run(args=["issues", "correct", "81", "--words", WORDS, "--by", press.PRINTER])
    assert (refused.exit_code, "was not sent yet" in refused.output) == (1, True)
    stranger = run(args=["issues", "correct", "79", "--words", WORDS, "--by", "nobody@else.example"])
    assert "name somebody who is a publisher here" in stranger.output


def test_corrections_are_read_on_every_database(db_printed: Flask) -> None:
    correct(79, place_of(79, "Article").position)
    correct(79, None, "The whole of it.")
    assert [bool(one.piece) for one in queries.corrections()] == [False, True]
    assert "It took" in db_printed.test_client().get("/corrections").get_data(as_text=True)


# The overlay itself


def test_what_has_no_correction_passes_through_untouched() -> None:
    page = '<section class="part" id="a"><p>Words & signs</p></section>'
    assert overlay.corrected_web(page, []) == page
    assert overlay.corrected_text("As sent\n", []) == "As sent\n"


def test_a_correction_whose_section_is_not_on_the_page_stands_at_the_head_in_full() -> None:
    lost = overlay.Correction(3, date(2026, 11, 24), "It was <b>twelve</b>.", "nowhere", "A title")
    page = str(overlay.corrected_web('<section id="a"></section>', [lost]))
    assert page.startswith('<aside class="correction beside" id="correction-3"')
    assert "It was &lt;b&gt;twelve&lt;/b&gt;." in page


def test_nothing_frozen_is_lost_below_corrections() -> None:
    given = [overlay.Correction(n, date(2026, 11, 24), f"Word {n}.", "a", "T") for n in (1, 2)]
    page = str(overlay.corrected_web('<section class="part" id="a" x="1">As sent</section>', given))
    assert page.endswith("As sent</section>")
    assert page.index("Word 2.") < page.index("Word 1.")
    assert overlay.corrected_text("As sent\n", given).endswith("\n\n\nAs sent\n")


def test_the_document_of_a_corrected_issue_is_the_frozen_one(printed: Flask) -> None:
    correct(79, None)
    record = queries.frozen(79)
    row = queries.issue(79)
    assert record is not None
    assert row is not None
    assert row.corrected
    assert documents.content_hash(documents.from_json(record.document)) == record.content_hash


@pytest.mark.parametrize("place", ["x", "\u00b2", "99999999999999999999"])
def test_a_preview_of_a_correction_at_no_place_of_the_issue_is_one_of_the_whole(
    printed: Flask, cast: Cast, place: str
) -> None:
    publisher = cast.publisher()
    printed.config["WTF_CSRF_ENABLED"] = False
    answer = publisher.client.post(
        "/desk/issues/79/corrections/preview",
        base_url=publisher.base_url,
        data={"place": place, "words": "<script>alert(1)</script> was wrong."},
    )
    assert answer.status_code == 200
    assert "&lt;script&gt;" in answer.text
