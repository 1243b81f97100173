"""`flask stories collect`: a Maildir becomes drafts, with one letter each."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from newsroom.accounts.queries import audit_log
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail import outbox
from newsroom.publication import service as publication
from newsroom.stories import incoming, queries, service
from newsroom.stories.incoming import MailedDraft
from newsroom.stories.models import MailedStory, Story
from newsroom.stories.service import Collected
from newsroom.subscribers import service as subscribers
from newsroom.subscribers.rules import Reason
from tests.stories.conftest import STORY, letters
from tests.stories.test_mailed_reading import MAIL, eml


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    return folder


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / "new" / f"{name}.host").write_bytes(eml(name))


def run(app: Flask, *arguments: object):
    result = app.test_cli_runner().invoke(args=["stories", "collect", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    db.session.rollback()
    return result


def drafts() -> list[MailedStory]:
    db.session.rollback()
    return list(db.session.scalars(db.select(MailedStory).order_by(MailedStory.id)))


def stories() -> int:
    return db.session.query(Story).count()


def test_a_mail_becomes_a_draft_and_its_author_gets_one_letter(db_app: Flask, maildir: Path) -> None:
    put(maildir, "plain")

    result = run(db_app, maildir)

    assert (result.exit_code, result.stderr) == (0, "1 message: 1 draft, 0 left alone.\n")
    assert result.stdout == "plain.host: a draft; rh…@reader.example is asked for consent\n"
    (draft,) = drafts()
    assert (draft.state, draft.email, draft.name, draft.body) == (
        "waiting", "rhona@reader.example", "Rhona Vale", STORY
    )  # fmt: skip
    assert letters(db_app) == [("story-mailed", "rhona@reader.example")]
    assert stories() == 0
    assert audit_log().items[0].subject == f"mailed story {draft.id}"


def test_nothing_of_a_draft_can_be_found_or_printed(db_app: Flask, maildir: Path) -> None:
    put(maildir, "plain")
    run(db_app, maildir)
    assert queries.ready_stories() == []
    assert sum(queries.state_counts().values()) == 0


def test_a_message_that_was_dealt_with_lies_in_cur_as_seen(app: Flask, maildir: Path) -> None:
    put(maildir, "plain", "vacation", "two-senders")
    run(app, maildir)
    assert not list((maildir / "new").iterdir())
    assert {path.name for path in (maildir / "cur").iterdir()} == {
        "plain.host:2,S",
        "vacation.host:2,S",
        "two-senders.host:2,FS",
    }


def test_collecting_twice_makes_one_draft_and_one_letter(db_app: Flask, maildir: Path) -> None:
    put(maildir, "plain")
    run(db_app, maildir)
    put(maildir, "plain")
    result = run(db_app, maildir)
    assert result.stdout == "plain.host: collected already\n"
    assert len(drafts()) == 1
    assert len(letters(db_app)) == 1


def test_a_collector_that_dies_before_filing_loses_and_doubles_nothing(
    app: Flask, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(maildir, "plain")

    def dies(*_: object, **__: object) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr(incoming, "file_away", dies)
        assert run(app, maildir).exit_code == 137
    assert len(drafts()) == 1
    assert (maildir / "new" / "plain.host").exists()
    run(app, maildir)
    assert len(drafts()) == len(letters(app)) == 1
    assert (maildir / "cur" / "plain.host:2,S").exists()


def test_a_draft_that_was_not_kept_leaves_its_message_where_it_was(
    app: Flask, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(maildir, "plain")

    def dies(*_: object) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr(service.mailed.messages, "mailed", dies)
        run(app, maildir)
    assert drafts() == []
    assert (maildir / "new" / "plain.host").exists()


def test_two_collectors_with_one_message_make_one_draft(db_app: Flask) -> None:
    draft = incoming.read(eml("plain"))
    assert isinstance(draft, MailedDraft)
    for expected in (Collected.DRAFT, Collected.KNOWN):
        with unit_of_work():
            assert service.collect(draft) is expected
    # As if the other one had come between our looking and our writing.
    with unit_of_work():
        assert service.mailed._added(draft) is None
    assert len(letters(db_app)) == 1


def test_a_message_that_vanishes_or_is_moved_meanwhile_is_passed_over(app: Flask, maildir: Path) -> None:
    put(maildir, "plain", "latin-1")
    waiting = incoming.arrivals(maildir)
    first = next(waiting)
    (maildir / "new" / "plain.host").unlink()
    assert list(waiting) == []
    first.path.unlink()
    incoming.file_away(first, flagged=False)
    assert not list((maildir / "cur").iterdir())


def test_a_link_is_no_message_and_a_name_is_shown_without_its_commands(app: Flask, maildir: Path) -> None:
    elsewhere = maildir.parent / "elsewhere"
    elsewhere.write_bytes(eml("plain"))
    (maildir / "new" / "linked.host").symlink_to(elsewhere)
    (maildir / "new" / "red\x1b[31m\nname.host").write_bytes(eml("plain"))
    (arrival,) = incoming.arrivals(maildir)
    assert arrival.name == "red[31m name.host"
    arrival.path.unlink()
    arrival.path.symlink_to(elsewhere)
    assert run(app, maildir).stdout == ""


def test_what_a_mail_server_has_put_into_cur_is_collected_unless_somebody_opened_it(
    app: Flask, maildir: Path
) -> None:
    (maildir / "cur" / "one:2,").write_bytes(eml("plain"))
    (maildir / "cur" / "two:2,S").write_bytes(eml("latin-1"))
    assert run(app, maildir).stdout.startswith("one:2,: a draft")
    assert len(drafts()) == 1
    assert (maildir / "cur" / "one:2,S").exists()


def test_machines_are_never_answered(app: Flask, maildir: Path) -> None:
    put(maildir, "bounce", "vacation", "vacation-old", "exchange-away", "mailing-list", "null-return-path")
    put(maildir, "from-daemon", "from-ourselves")
    with unit_of_work():
        publication.set_up(
            publication.PublicationSettings(name="Bell", sender_address="letters@service-bell.example")
        )
    result = run(app, maildir)
    assert result.stderr == "8 messages: 0 drafts, 8 left alone.\n"
    assert drafts() == []
    assert letters(app) == []


def test_our_own_letter_of_consent_makes_no_draft_when_it_comes_back(app: Flask, maildir: Path) -> None:
    put(maildir, "plain")
    run(app, maildir)
    ours = outbox.eml(outbox.letters().items[0].id)
    assert ours is not None
    (maildir / "new" / "loop").write_bytes(ours)
    run(app, maildir)
    assert len(drafts()) == len(letters(app)) == 1


def test_an_answer_to_our_letter_is_for_a_person(app: Flask, maildir: Path) -> None:
    put(maildir, "plain")
    run(app, maildir)
    identity = outbox.letters().items[0].message_id.encode()
    answer = eml("too-short").replace(b"MIME-Version", b"In-Reply-To: " + identity + b"\nMIME-Version")
    (maildir / "new" / "answer").write_bytes(answer)
    assert "It answers a letter of ours" in run(app, maildir).stdout
    assert len(drafts()) == 1
    assert (maildir / "cur" / "answer:2,FS").exists()


def test_one_address_causes_three_letters_a_day_and_the_rest_waits(
    db_app: Flask, maildir: Path, clock
) -> None:
    for number in range(5):
        mail = eml("plain").replace(b"<plain@", b"<plain%d@" % number)
        (maildir / "new" / f"{number}.host").write_bytes(mail)
    result = run(db_app, maildir)
    assert result.stderr == "5 messages: 3 drafts, 0 left alone, 2 kept for tomorrow.\n"
    assert len(letters(db_app)) == 3
    assert len(list((maildir / "new").iterdir())) == 2
    clock.shift(timedelta(days=1, minutes=1))
    assert run(db_app, maildir).stderr == "2 messages: 2 drafts, 0 left alone.\n"


def test_a_suppressed_address_is_never_written_to(app: Flask, maildir: Path) -> None:
    with unit_of_work():
        subscribers.suppress("rhona@reader.example", Reason.COMPLAINT)
    put(maildir, "plain")
    assert "wants no letters" in run(app, maildir).stdout
    assert drafts() == []
    assert letters(app) == []


def test_the_whole_collection_of_odd_messages_is_dealt_with(db_app: Flask, maildir: Path) -> None:
    put(maildir, *(path.stem for path in MAIL.glob("*.eml")))
    result = run(db_app, maildir, "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert sum(said["counts"].values()) == len(said["messages"]) == len(list(MAIL.glob("*.eml")))
    theirs = [draft for draft in drafts() if draft.email == "rhona@reader.example"]
    assert len(theirs) == 3, "all from one address, whose three letters are out"


def test_fifty_megabytes_are_read_to_their_words_and_no_further(app: Flask, maildir: Path) -> None:
    head, _, body = eml("pictures").partition(b"iVBORw0KGgo=")
    with (maildir / "new" / "large").open("wb") as file:
        file.write(head)
        file.seek(50_000_000)
        file.write(body)
    assert run(app, maildir).exit_code == 0
    assert drafts()[0].body == STORY


@pytest.mark.parametrize("kind", ["missing", "a file", "no Maildir"])
def test_what_is_no_maildir_is_refused_in_one_sentence(app: Flask, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "a file":
        place.write_text("From x")
    elif kind == "no Maildir":
        place.mkdir()
    result = run(app, place)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert str(place) in result.stderr
