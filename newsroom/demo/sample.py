"""Fills an empty database with the sample publication. What happened in the past is dated in the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.rules import Role
from newsroom.delivery import queries as deliveries
from newsroom.delivery import rules, worker
from newsroom.delivery import service as delivery
from newsroom.demo import files
from newsroom.demo.files import SampleStory
from newsroom.issues import manuscript, queries
from newsroom.issues import service as issues
from newsroom.library import service as library
from newsroom.platform import clock
from newsroom.platform.addresses import parse as address
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.settings import current
from newsroom.publication import service as publication
from newsroom.publication.service import PublicationSettings
from newsroom.stories import companies
from newsroom.stories import queries as stories_queries
from newsroom.stories import service as stories
from newsroom.stories.redaction.checklist import TICKED
from newsroom.stories.service.companies import import_companies
from newsroom.stories.submission import Submission
from newsroom.subscribers import service as subscribers
from newsroom.subscribers.service import Newcomer, SignUp

EDITOR, PASSWORD = "ines@service-bell.example", "ring the bell twice"
SENT = (79, 80)
OPEN = (81,)
# Early in the morning, as an editor would have it lie in the inbox before work.
HOUR = 6
_ZONE = ZoneInfo("Europe/London")

SETTINGS = PublicationSettings(
    name="The Service Bell",
    tagline="What customers remember, and what the rest of us can learn from it",
    publisher="Halden Quay Press",
    editor_name="Ines Carvell",
    sender_name="The Service Bell",
    sender_address="letter@service-bell.example",
    reply_address="ines@service-bell.example",
    postal_address="12 Ropewalk Lane, Port Ellery PE4 2QX, United Kingdom",
    telephone="+44 1632 960143",
)

STAFF = (
    (EDITOR, "Ines Carvell", frozenset(Role)),
    ("nuala@service-bell.example", "Nuala Fenwick", frozenset({Role.EDITOR})),
)

READERS = (
    ("rosa.lindgren@reader.example", "Rosa Lindgren"),
    ("theo.ashby@reader.example", "Théo Ashby"),
    ("kunle.adair@reader.example", "Kunle Adair"),
)
SIGN_UP_WORDING = "I would like The Service Bell by e-mail, every second Tuesday."

BIOS = {
    "ines-carvell": "Ines Carvell edits The Service Bell. She ran the enquiry counter of a ferry company for "
    "eleven years and still cannot pass a queue without counting it.",
    "nuala-fenwick": "Nuala Fenwick writes about the words that buildings say to their visitors.",
}


def fill() -> bool:
    """Make the sample publication; says whether it was made. A database with staff is left alone."""
    if accounts.staff_count():
        return False
    first = _morning(_day_of(SENT[0])) - timedelta(days=60)
    with clock.set_to(first), unit_of_work():
        publication.set_up(SETTINGS)
        for block in files.blocks():
            publication.save_block(block.key, block.title, block.body)
        for email, name, roles in STAFF:
            accounts_service.add(email, name, roles, PASSWORD)
        if current().mail_transport == "folder":
            _subscribe()
        _list_companies()
    for number in SENT:
        _publish(number)
    for number in OPEN:
        _import(number)
    _tell_stories()
    return True


def _day_of(number: int) -> datetime:
    """The date in the masthead of a sample issue, at midnight in the publication's zone."""
    said = _read(number)
    return datetime(said.issue_on.year, said.issue_on.month, said.issue_on.day, tzinfo=_ZONE)


def _morning(day: datetime) -> datetime:
    return day + timedelta(hours=HOUR)


def _read(number: int) -> manuscript.Manuscript:
    path = files.CONTENT / "issues" / f"{number}.md"
    return manuscript.parse(manuscript.decode(path.read_bytes(), path.name), path.name)


def _import(number: int) -> None:
    with unit_of_work():
        issues.import_manuscript(_read(number), by_id=_editor_id())


def _editor_id() -> int:
    editor = accounts.by_email(EDITOR)
    assert editor is not None
    return editor.id


def _publish(number: int) -> None:
    """Import, approve and send an issue as it would have gone on its day."""
    moment = _morning(_day_of(number))
    with clock.set_to(moment - timedelta(days=1)):
        _import(number)
        with unit_of_work():
            row = queries.issue(number)
            assert row is not None
            issues.approve(row, by_id=_editor_id(), by_label=EDITOR, four_eyes=False)
            for slug, bio in BIOS.items():
                if any(section.author_slug == slug for section in queries.document(row).sections):
                    library.describe_author(slug, bio)
    with clock.set_to(moment):
        with unit_of_work():
            delivery.dispatch(number, actor_id=_editor_id())
        while _is_freezing(number):
            worker.work(1)
    # The letters leave by the real clock: a lease never runs out while time stands still.
    while worker.work(100):
        pass


def _is_freezing(number: int) -> bool:
    db.session.rollback()
    row = deliveries.dispatch_of(number)
    return row is not None and row.state == rules.FREEZING


def _subscribe() -> None:
    newcomers = [Newcomer(line, address(email), name) for line, (email, name) in enumerate(READERS, start=1)]
    subscribers.import_rows(newcomers, consent=SIGN_UP_WORDING, source="sample")


def _list_companies() -> None:
    with (files.CONTENT / "companies.csv").open("rb") as lines:
        plan = companies.plan(lines, ())
    assert not plan.complaints, plan.complaints
    import_companies(plan.rows, by_id=_editor_id(), file_name="companies.csv")


def _tell_stories() -> None:
    """The shelf: six stories of both verdicts, each as far as it has come."""
    now = clock.now()
    for days, sample in enumerate(files.stories(), start=1):
        with clock.set_to(now - timedelta(days=days, hours=days)), unit_of_work():
            public_id = tell(sample)
            _lead_on(public_id, sample)
    if current().mail_transport == "folder":
        with unit_of_work():
            subscribers.sign_up(
                SignUp("ottilie.brand@reader.example", "Ottilie Brand", "sample", SIGN_UP_WORDING)
            )


def tell(sample: SampleStory) -> str:
    """Submit a sample story as its author would; its public id."""
    head = sample.head
    received = stories.submit(
        Submission(
            verdict=head["verdict"],
            story=sample.raw,
            level=int(head["consent"]),
            wants_preview=head["preview"] == "yes",
            company=head.get("company", ""),
            channel=head.get("channel", ""),
            when_words=head.get("when_words", ""),
            outcome=head.get("outcome", "").replace(" ", "_"),
            name=head.get("name", ""),
            town=head.get("town", ""),
            email=head.get("email", "") if current().mail_transport == "folder" else "",
        )
    )
    return received.public_id


def edit(public_id: str, sample: SampleStory) -> None:
    """Make a story printable as its file says and put it on the shelf of ready ones if it has a note."""
    editor = _editor_id()
    stories.start_editing(public_id, actor_id=editor)
    _say_who_works_there(public_id, sample)
    version = stories.save_revision(
        public_id,
        version=0,
        title=sample.head["title"],
        text=sample.edited,
        attribution=_attribution(sample),
        note=sample.note,
        actor_id=editor,
    )
    if sample.note:
        stories.sign_redaction(public_id, version=version, ticked=TICKED, actor_id=editor)
        stories.mark_ready(public_id, version=version, actor_id=editor)


def _say_who_works_there(public_id: str, sample: SampleStory) -> None:
    """What only an editor can know: which of the people in a story are at work in it."""
    names = [name.strip() for name in sample.head.get("staff", "").split(",")]
    untouched = stories.Typed(0, "", sample.raw, "", "")
    found = stories_queries.story(public_id)
    assert found is not None
    for member in stories_queries.cast(found).members:
        if member.entity.canonical in names:
            stories.decide_naming(public_id, member.key, kind="staff", typed=untouched, actor_id=_editor_id())


def _attribution(sample: SampleStory) -> str:
    """The name as far as the author allowed it to be printed."""
    head = sample.head
    level = int(head["consent"])
    if level >= 4:
        return ", ".join(filter(None, (head.get("name"), head.get("town"))))
    if level == 3:
        return ", ".join(filter(None, (head.get("name", "").split(" ")[0], head.get("town"))))
    return ""


def _lead_on(public_id: str, sample: SampleStory) -> None:
    state = sample.head["state"]
    if state in ("editing", "ready"):
        edit(public_id, sample)
    elif state == "triage":
        stories.claim(public_id, actor_id=_editor_id())
    elif state == "needs_info":
        stories.claim(public_id, actor_id=_editor_id())
        stories.ask(public_id, _QUESTION, actor_id=_editor_id())
    elif state == "declined":
        stories.decline(public_id, _KIND_NO)


_QUESTION = (
    "Thank you for telling us about the three visits. When the third engineer said that he had no ladder, "
    "what did he do next: did he ring somebody, promise a day, or simply leave? We would like to print it."
)
_KIND_NO = "We believe you, but we cannot print what we have no means to check. Thank you for telling us."
