"""The main job without a screen: from a reader's story to three inboxes, in a scratch database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.rules import Role
from newsroom.delivery import queries as deliveries
from newsroom.delivery import service as delivery
from newsroom.demo import files, sample
from newsroom.issues import manuscript, queries, render
from newsroom.issues import service as issues
from newsroom.issues.models import Issue
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail import folder
from newsroom.publication import service as publication
from newsroom.subscribers import queries as subscriber_queries
from newsroom.subscribers import service as subscribers
from newsroom.subscribers.links import Holder
from newsroom.subscribers.service import SignUp

NUMBER = 82


def show(target: Path, work: Callable[[], None], say: Callable[[str], None]) -> list[Path]:
    """Play the main job through and write the editions and the delivered letters into `target`.

    `work` lets a worker do everything that waits; `say` tells the person what happens. Gives the files.
    """
    _set_up()
    story_id = _story(say)
    _issue(story_id, say)
    _subscribe(work, say)
    say(f"Issue {NUMBER} is sent to everybody who confirmed.")
    with unit_of_work():
        delivery.dispatch(NUMBER, actor_id=_editor_id())
    work()
    _report(say)
    return _write(target)


def _editor_id() -> int:
    editor = accounts.by_email(sample.EDITOR)
    assert editor is not None
    return editor.id


def _set_up() -> None:
    with unit_of_work():
        publication.set_up(sample.SETTINGS)
        for block in files.blocks():
            publication.save_block(block.key, block.title, block.body)
        accounts_service.add(sample.EDITOR, "Ines Carvell", frozenset(Role), sample.PASSWORD)


def _story(say: Callable[[str], None]) -> str:
    told = files.story(files.CONTENT / "demo" / "story.md")
    with unit_of_work():
        public_id = sample.tell(told)
    say(f"A reader tells a story: {len(told.raw.split())} words, thumbs {told.head['verdict']}.")
    with unit_of_work():
        sample.edit(public_id, told)
    say(f"The editor makes it printable, calls it “{told.head['title']}”, and writes the Editor’s note.")
    return public_id


def _issue(story_id: str, say: Callable[[str], None]) -> None:
    path = files.CONTENT / "demo" / f"{NUMBER}.md"
    said = manuscript.parse(manuscript.decode(path.read_bytes(), path.name), path.name)
    with unit_of_work():
        row, _ = issues.import_manuscript(said, by_id=_editor_id())
        placed = issues.place_story(row, story_id, by_id=_editor_id())
        issues.move_section(row, placed.public_id, 1 - placed.position, by_id=_editor_id())
        titles = ", ".join(f"{section.kind} “{section.title}”" for section in queries.document(row).sections)
    say(f"Issue {NUMBER} is composed: {titles}.")
    with unit_of_work():
        row = _row()
        findings = issues.check(row)
        for finding in findings:
            say(f"Pre-flight: {finding.severity} {finding.code} {finding.where}: {finding.sentence}")
        issues.approve(row, by_id=_editor_id(), by_label=sample.EDITOR, four_eyes=False)
    say(f"Pre-flight finds {len(findings) or 'nothing'}; the issue is approved.")


def _row() -> Issue:
    row = queries.issue(NUMBER)
    assert row is not None
    return row


def _subscribe(work: Callable[[], None], say: Callable[[str], None]) -> None:
    """Three readers sign up; each gets the letter that asks, and says yes."""
    for email, name in sample.READERS:
        with unit_of_work():
            subscribers.sign_up(SignUp(email, name, "demo", sample.SIGN_UP_WORDING))
    work()
    for email, _ in sample.READERS:
        found = subscriber_queries.by_email(email)
        assert found is not None
        with unit_of_work():
            subscribers.confirm(Holder(found.id, found.token_epoch))
    say(f"{len(sample.READERS)} readers sign up, get a letter that asks whether they meant it, and confirm.")


def _report(say: Callable[[str], None]) -> None:
    db.session.rollback()
    row = deliveries.dispatch_of(NUMBER)
    assert row is not None
    status = deliveries.status(row)
    said = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in status.counts.items() if count)
    say(f"The ledger says: {said}, of {status.audience}.")


def _write(target: Path) -> list[Path]:
    """The editions, the delivered letters of the issue, and apart from them the ordinary letters."""
    ordinary = target / "other-letters"
    ordinary.mkdir(parents=True, exist_ok=True)
    for old in (*target.glob("*.eml"), *ordinary.glob("*.eml")):
        old.unlink()
    document = queries.document_as_known(_row())
    edition = render.rendering(document, queries.base_url(), render.SAMPLE_LINKS)
    stem = f"issue-{NUMBER}"
    written = [_put(target / f"{stem}.html", edition.html), _put(target / f"{stem}.txt", edition.text)]
    for position, filed in enumerate(reversed(folder.listing(per_page=100).items), start=1):
        message = folder.parse(filed.name)
        assert message is not None
        reader = (message.header("Delivered-To") or "somebody").partition("@")[0]
        is_issue = message.header("List-Id") is not None
        path = target / f"{stem}-{reader}.eml" if is_issue else ordinary / f"{position:02}-{reader}.eml"
        path.write_bytes(message.raw)
        written.append(path)
    return written


def _put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
