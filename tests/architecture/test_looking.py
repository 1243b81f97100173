"""Looking changes nothing: every address that can be opened is opened, on the sample publication.

What all tables hold is read before and after each look. One address has leave to write: a story's page at the
desk shows the sealed original, and whose eyes see that is recorded before it is answered.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule

import newsroom
from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.models import Staff
from newsroom.demo import sample
from newsroom.issues import queries as issues
from newsroom.library import queries as library
from newsroom.library import service as library_service
from newsroom.library.filetypes import PDF
from newsroom.library.things import Offered, Said
from newsroom.pictures import service as pictures
from newsroom.pictures.encoding import encoded
from newsroom.platform import tokens
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.platform.settings import current
from newsroom.stories import incoming, listed
from newsroom.stories import links as story_links
from newsroom.stories import queries as stories
from newsroom.stories import service as story_service
from newsroom.stories.models import MailedStory, Story
from newsroom.stories.submission import Submission
from newsroom.subscribers import links
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscriber_service
from newsroom.subscribers.rules import Reason
from tests.cast import StaffMember
from tests.pictures.samples import jpeg

RECORDED = {"stories_desk.show": ("audit_entry", "saw private details")}
"""The doors whose look is recorded: the table of the one row each adds, and what it says."""
LOOKS = ("GET", "HEAD")

Row = tuple[str, str]


@pytest.fixture
def filled(app: Flask) -> Flask:
    """The sample publication with its letters sent."""
    sample.fill()
    run_worker(app, drain=True)
    return app


def test_every_address_can_be_looked_at_and_no_row_changes(filled: Flask) -> None:
    places = _places()
    founder = StaffMember(filled, "Ines Carvell", sample.EDITOR)
    founder.visit("/sign-in")
    founder.submit("/sign-in", email=sample.EDITOR, password=sample.PASSWORD)
    wrong = []
    before = _rows()
    for rule in _rules_to_look_at(filled):
        address = _address(rule, places)
        for method in LOOKS:
            answer = founder.client.open(address, method=method, base_url=founder.base_url)
            if method == "GET" and answer.status_code >= 400:
                wrong.append(f"{method} {address}: {answer.status}, so nothing was looked at")
        after = _rows()
        if not _is_as_allowed(rule, after - before, before - after):
            wrong.append(f"GET or HEAD {address} changed {after - before} {before - after}")
        before = after
    assert not wrong, "\n".join(wrong)


# What the addresses of the desk are asked with: every name that a door reads.
ASKED = (
    "add asked asking behaviour day draft from hour kind name page preview reason section sender series "
    "shelf show state story subject template to v verdict version view which words zone"
).split()
# What leads somewhere else; doors of issues alone read it.
LEADING = ("add", "section")
ODD = (
    "99999999999999999999999999",
    "\u00b2",
    "x\x00y",
    "%ED%A0%80",
    "9999-12-31",
    "'\"><script>alert(1)</script>",
)


def test_no_page_of_the_desk_falls_over_what_is_asked_of_it(filled: Flask) -> None:
    places = _places()
    founder = StaffMember(filled, "Ines Carvell", sample.EDITOR)
    founder.be_signed_in(_account(sample.EDITOR))
    wrong = []
    for rule in _rules_to_look_at(filled):
        if not rule.rule.startswith("/desk"):
            continue
        # A door reads the first name that it knows, so the one that leads somewhere else is asked alone.
        alone = LEADING if rule.endpoint.startswith(("issues_desk.", "pieces_desk.")) else ()
        for odd in ODD:
            for names in ([name for name in ASKED if name not in LEADING], *([name] for name in alone)):
                query = urlencode(dict.fromkeys(names, odd))
                address = f"{_address(rule, places)}?{query}"
                answer = founder.client.get(address, base_url=founder.base_url)
                if answer.status_code >= 500 or "<script>alert" in answer.text:
                    wrong.append(f"{address}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def test_every_name_that_a_door_of_the_desk_reads_is_asked_with_something_odd() -> None:
    reads = re.compile(r"""(?:request|self)?\.?args(?:\.get\(|\[)"([a-z-]+)\"|"([a-z-]+)" in request\.args""")
    found = {
        (one or other, path)
        for path in Path(newsroom.__file__).parent.glob("*/desk/**/*.py")
        for one, other in reads.findall(path.read_text(encoding="utf-8"))
    }
    names = {name for name, _path in found}
    assert names <= set(ASKED), names - set(ASKED)
    assert set(LEADING) <= names
    assert [path for name, path in found if name in LEADING and "issues" not in path.parts] == []


def _account(email: str) -> Staff:
    found = accounts.by_email(email)
    assert found is not None
    return found


def test_the_looks_that_are_recorded_are_those_of_doors_that_exist(app: Flask) -> None:
    assert set(RECORDED) <= set(app.view_functions)


def _rules_to_look_at(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield rule


def _rows() -> Counter[Row]:
    """Every row of every table, as it is in the database now."""
    with db.engine.connect() as connection:
        return Counter(
            (table.name, str(tuple(row)))
            for table in db.metadata.sorted_tables
            for row in connection.execute(table.select())
        )


def _is_as_allowed(rule: Rule, added: Counter[Row], gone: Counter[Row]) -> bool:
    if rule.endpoint not in RECORDED:
        return not added and not gone
    where, words = RECORDED[rule.endpoint]
    recorded = [(table, words in row) for table, row in added.elements()]
    return not gone and recorded == [(where, True)] * len(LOOKS)


def _address(rule: Rule, places: dict[str, dict[str, Any]]) -> str:
    built = rule.build(places[rule.endpoint] if rule.arguments else {}, append_unknown=False)
    assert built is not None, f"{rule.rule} needs {rule.arguments}"
    return str(built[1])


def _told_with_an_address() -> Story:
    words = "They rang me back within the hour, as they had said they would. " * 5
    sent = Submission(verdict="up", story=words, level=2, wants_preview=False, email="una@reader.example")
    found = stories.story(story_service.submit(sent).public_id)
    assert found is not None
    return found


def _section_of(number: int) -> str:
    row = issues.issue(number)
    assert row is not None
    return row.sections[0].public_id


def _places() -> dict[str, dict[str, Any]]:
    """Something that is there, for each endpoint whose address names something."""
    sent, open_issue = {"number": sample.SENT[-1]}, {"number": sample.OPEN[0]}
    article = next(piece for piece in issues.published(kind_names=("Article",)) if piece.series_slug)
    printed = issues.published(kind_names=("Thumbs up",))[0]
    held = library.newest_pieces().items[0]
    told = next(
        row for row in db.session.scalars(db.select(Story)) if stories.was_told_by_a_reader(row.public_id)
    )
    reader = subscribers.by_email(sample.READERS[0][0])
    never = "never@reader.example"
    staff = accounts.by_email("nuala@service-bell.example")
    letter = next(current().instance.rglob("*.eml"))
    company = listed.page("", 1).items[0]
    assert reader is not None
    assert staff is not None
    with unit_of_work():
        invitation = accounts_service.invite(staff)
        lettered = _told_with_an_address()
        shown, _ = pictures.keep(encoded(jpeg()), "quay.jpg", pictures.Words("A quay"), actor_id=None)
        words = Said("Kind.", "Una", "", "by letter")
        said = library_service.add_testimonial("tesaid234567", words, actor_id=None)
        subscriber_service.suppress(never, Reason.REQUEST)
        kept = library_service.keep_file(b"%PDF-1.7 x", PDF, "list.pdf", actor_id=None)
        offered = library_service.add_download(
            "dowoff234567", Offered("A checklist", "", kept, "list.pdf"), actor_id=None
        )
    suppressed = subscribers.suppression_of(never)
    assert suppressed is not None
    whose = (reader.id, reader.token_epoch)
    manage = {"token": links.manage_token(*whose)}
    story, row, file = {"public_id": told.public_id}, {"public_id": reader.public_id}, {"name": letter.name}
    author, series = {"slug": article.author_slug}, {"slug": article.series_slug}
    return {
        "accounts.set_password": {"token": invitation.rpartition("/")[2]},
        "accounts_desk.member": {"staff_id": staff.id},
        "archive.article": {"slug": article.slug},
        "archive.author": author,
        "archive.issue": sent,
        "archive.issue_text": sent,
        "archive.series": series,
        "archive.story": {"name": printed.path.rpartition("/")[2]},
        "companies_desk.show": {"company_id": company.id},
        "delivery_desk.ask_to_cancel": sent,
        "delivery_desk.choose_time": open_issue,
        "delivery_desk.download_report": sent,
        "delivery_desk.progress": sent,
        "delivery_desk.report": sent,
        "delivery_desk.show": sent,
        "issues_desk.check": open_issue,
        "issues_desk.choose_testers": open_issue,
        "issues_desk.compose": open_issue,
        "issues_desk.corrections": sent,
        "issues_desk.export": open_issue,
        "issues_desk.fill": open_issue,
        "issues_desk.letter_html": open_issue,
        "issues_desk.letter_text": open_issue,
        "issues_desk.links": open_issue,
        "issues_desk.newer": {**open_issue, "section_id": _section_of(sample.OPEN[0])},
        "issues_desk.preview": open_issue,
        "issues_desk.template_of": open_issue,
        "issues_desk.web": open_issue,
        "library.download": {"slug": "a-checklist"},
        "library_desk.author": author,
        "library_desk.download": {"public_id": offered.public_id},
        "library_desk.testimonial": {"public_id": said.public_id},
        "library_desk.series": series,
        "office.letter": file,
        "office.letter_html": file,
        "office.letter_source": file,
        "pieces_desk.edit": {"public_id": held.public_id},
        "pieces_desk.new": {"slug": "article"},
        "pieces_desk.preview": {"slug": "article"},
        "pieces_desk.seen": {"public_id": held.public_id},
        "pieces_desk.show": {"public_id": held.public_id},
        "pictures.media": {"name": shown.name},
        "pictures_desk.show": {"key": shown.key},
        "publication_desk.block": {"key": "about"},
        "publication_desk.version": {"key": "about", "version": 1},
        "stories.mailed": {"token": _mailed_token()},
        "stories.receipt": {"token": tokens.make("story-receipt", "a seed")},
        "stories.status_by_letter": {"token": story_links.status_link(lettered).rpartition("/")[2]},
        "stories.status_page": {"token": story_links.status_token(told.public_id)},
        "stories_desk.ask_erase": story,
        "stories_desk.ask_private": story,
        "stories_desk.show": story,
        "subscribers.confirm": {"token": links.confirm_url(*whose).rpartition("/")[2]},
        "subscribers.confirm_address": {
            "token": links.change_address_url(*whose, "new@reader.example").rpartition("/")[2]
        },
        "subscribers.data": manage,
        "subscribers.erase": manage,
        "subscribers.preferences": manage,
        "subscribers.unsubscribe": {"token": links.unsubscribe_token(*whose)},
        "subscribers_desk.erase": row,
        "subscribers_desk.show": row,
        "subscribers_desk.suppression": {"entry_id": suppressed.id},
    }


def _mailed_token() -> str:
    """The link of a story that came by mail and waits for its author's consent."""
    mail = b"From: rhona@reader.example\nSubject: The lamp\n\nThey knew about the lamp before I said it.\n"
    draft = incoming.read(mail)
    assert isinstance(draft, incoming.MailedDraft)
    with unit_of_work():
        story_service.collect(draft)
    row = db.session.scalars(db.select(MailedStory)).one()
    return story_links.mailed_link(row).rpartition("/")[2]
