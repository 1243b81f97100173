"""An issue from an empty page to its subscribers, without a line of HTML, told once for every pair of hands.

What it is not about (a reader's story, the people who get the letter) is arranged behind the site.
"""

from __future__ import annotations

import email
import re
from dataclasses import asdict, dataclass
from datetime import time, timedelta
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from newsroom.accounts import queries as accounts
from newsroom.issues import queries as issues
from newsroom.issues.letter import SLOT_LINKS
from newsroom.platform import clock
from newsroom.platform.addresses import parse as address
from newsroom.platform.db import unit_of_work
from newsroom.stories import service as stories_service
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.service import Newcomer
from tests.journeys.behind import behind, five_minutes_pass
from tests.journeys.desk import EDITOR
from tests.journeys.hands import Hands
from tests.journeys.story import on, said_to
from tests.site import LiveSite
from tests.waiting import wait_until

MOST_SECONDS = 600
"""Ten minutes for an issue."""

SUBJECT = "The lamp in the window, and who left it on"
PREHEADER = "A ferry office that stayed open for one late passenger"

# What is typed, by the words on the labels of each kind's form. Two slips are in it on purpose.
SECTIONS: dict[str, dict[str, str]] = {
    "Announcement": {
        "Title": "A reading in the old customs house",
        "Text": "On 9 March we read your stories aloud, with tea. Doors open at six. TK",
    },
    "Article": {
        "Title": "The second question",
        "Text": (
            "Most desks ask what is wrong. Few ask what the day was going to be, had it not gone wrong.\n\n"
            "## What the second question finds\n\n"
            "- Which part of the trouble hurts\n- What can wait until Monday\n\n"
            "Ask it before you open the form."
        ),
        "Author": "Nuala Fenwick",
        "Series": "Two questions",
        "Part number": "2",
    },
    "Book recommendation": {
        "Title": "The patient counter",
        "Text": "A short book about long queues, kind to both sides of the the glass.",
        "Author": "Odile Marsh",
    },
    "Message": {
        "Title": "Until the thaw",
        "Text": "Write to us while the roads are closed. We have the time, and so have you.",
        "Signed by": "Ines Carvell",
    },
    "Topics": {
        "Title": "What shall we ask next?",
        "Text": "Lost property, night porters, the first five minutes: tell us what you know of them.",
    },
    "Speaking engagement": {
        "Title": "Behind the counter",
        "Text": "An evening of stories, and of questions from the floor.",
        "When": "2027-03-16",
    },
}


@dataclass(frozen=True)
class Shelf:
    """What lies ready: a story by its title, and the addresses of two people who get the letter."""

    title: str
    readers: tuple[str, ...]


def stocked(site: LiveSite, how: str) -> Shelf:
    """A story with its note on the shelf, and people who get the letter. `how` tells the journeys apart."""
    title = f"The lamp was still on, by {how}"
    readers = tuple(f"{name}-{how}@reader.example" for name in ("una", "bram"))
    with behind(site), unit_of_work():
        draft = stories_service.ColumnDraft(
            verdict="up",
            title=title,
            body=f"The last ferry was late, and [the clerk] had left the lamp on. I write this by {how}.",
            note="“Had left the lamp on” is policy.\n\n- **Stay lit.** It helps. [acknowledge presence]",
            attribution="A reader on the coast",
            consent="Given by letter, kept on file",
        )
        stories_service.import_column(draft, actor_id=_editor())
        rows = [Newcomer(line, address(reader), "") for line, reader in enumerate(readers, start=1)]
        subscribers_service.import_rows(rows, consent="Yes, please.", source="a card at the counter")
    return Shelf(title, readers)


def _editor() -> int:
    staff = accounts.by_email(EDITOR)
    assert staff is not None
    return staff.id


def compose(editor: Hands, site: LiveSite, shelf: Shelf) -> int:
    """From the list of issues to an issue with everything in it; gives its number."""
    editor.page.goto(f"{site.address}/desk/issues")
    number = int(editor.page.get_by_label("Number", exact=True).first.input_value())
    editor.press("Open this issue")
    on(editor, f"Issue {number}")
    editor.write("Subject", SUBJECT)
    editor.write("Preheader", PREHEADER)
    _save(editor)
    for kind, words in SECTIONS.items():
        editor.pick("Kind of section", kind)
        editor.press("Add")
        for label, text in words.items():
            editor.write(label, text)
        editor.press("Add this section…")
        said_to(editor, f"{kind} added.")
        editor.look()
    editor.press(f"Place “{shelf.title}”")
    editor.write("Lead-in", "A reader, a late boat and a lamp.")
    _save(editor)
    return number


def _save(editor: Hands) -> None:
    editor.press("Save…")
    said_to(editor, "Saved.")


def mend(editor: Hands) -> None:
    """Go from each finding to its field, and mend it there."""
    _to_the_check(editor)
    editor.look()
    announcement, book = SECTIONS["Announcement"], SECTIONS["Book recommendation"]
    _go_there(editor, announcement["Title"], "was left in the text")
    _type_instead(editor, announcement["Text"].removesuffix(" TK"))
    _save(editor)
    _to_the_check(editor)
    _go_there(editor, book["Title"], "says a word twice")
    _type_instead(editor, book["Text"].replace("the the", "the"))
    _save(editor)
    _to_the_check(editor)
    expect(editor.page.get_by_text("Nothing was found.")).to_be_visible()


def _to_the_check(editor: Hands) -> None:
    editor.follow("Check and approve…")
    expect(editor.page.get_by_role("heading", name="Pre-flight")).to_be_visible()


def _go_there(editor: Hands, title: str, sentence: str) -> None:
    """By the link beside the first finding, into the field that it is about."""
    expect(editor.page.locator(".findings li").first).to_contain_text(sentence)
    editor.follow("Go there…")
    expect(editor.page.get_by_label("Title", exact=True).first).to_have_value(title)


def _type_instead(editor: Hands, words: str) -> None:
    """The link has led into the very field: whoever is there types at once."""
    expect(editor.page.get_by_label("Text", exact=True)).to_be_focused()
    editor.effort.acts += 1
    editor.effort.strokes += len(words)
    editor.page.keyboard.press("ControlOrMeta+A")
    editor.page.keyboard.insert_text(words)


def approve(editor: Hands, number: int) -> None:
    """By typing its number."""
    editor.write("Type the issue’s number to approve it", str(number))
    editor.press(f"Approve issue {number}")
    said_to(editor, f"Issue {number} is approved.")


def schedule_and_stop(editor: Hands, number: int) -> None:
    """It is to go out in ten days, at nine; then somebody has a second thought."""
    editor.follow("Choose day and hour")
    day = clock.today("Europe/London") + timedelta(days=10)
    editor.set_time("Day", day)
    editor.set_time("Hour", time(9))
    editor.press("Look at this time")
    expect(editor.page.get_by_role("heading", name="Is this right?")).to_be_visible()
    editor.look()
    editor.press(f"Schedule issue {number}")
    expect(editor.page.locator("#dispatch")).to_contain_text(f"Issue {number} goes out on")
    editor.look()
    editor.press("Stop the presses…")
    expect(editor.page.get_by_role("button", name=re.compile("^Send issue"))).to_be_visible()


def change_a_word(editor: Hands, number: int) -> None:
    """What was approved is not what it says now, and the page says so."""
    editor.follow("Back to the issue")
    editor.write("Preheader", f"{PREHEADER}, and a kettle")
    editor.press("Save…")
    expect(editor.page.get_by_role("main")).to_contain_text("void")
    _to_the_check(editor)
    approve(editor, number)


def send(editor: Hands, site: LiveSite, number: int, readers: int) -> None:
    """It waits five minutes, in which it could be taken back; then it goes out."""
    editor.press(f"Send issue {number} to {readers} subscribers")
    expect(editor.page.locator(".countdown")).to_contain_text("until issue")
    editor.look()
    five_minutes_pass(site)


_OWN = re.compile(r"https?://[^\s\"<>]*?/(unsubscribe|preferences)/[^\s\"<>]+")


def the_same_for_all(words: str) -> str:
    """A letter without what is each reader's own: the two addresses that lead out of it."""
    for kind, slot in asdict(SLOT_LINKS).items():
        words = words.replace(slot, f"({kind})")
    return _OWN.sub(r"(\1)", words)


def shown(site: LiveSite, requests: Any, number: int) -> tuple[str, str]:
    """What the preview shows: both parts of the letter."""
    parts = [
        requests.get(f"{site.address}/desk/issues/{number}/letter.{part}").text() for part in ("html", "txt")
    ]
    return the_same_for_all(parts[0]), the_same_for_all(parts[1])


def frozen(site: LiveSite, number: int) -> tuple[str, str]:
    """What sending kept."""
    with behind(site):
        record = issues.frozen(number)
        assert record is not None
        return the_same_for_all(record.email_html), the_same_for_all(record.email_text)


def received(site: LiveSite, reader: str, subject: str) -> tuple[str, str]:
    """What lies in somebody's mailbox, as soon as the worker has sent it."""
    outbox = Path(site.environment["NEWSROOM_INSTANCE"]) / "outbox"

    def letters() -> list[EmailMessage]:
        found = (email.message_from_bytes(path.read_bytes(), policy=modern) for path in outbox.glob("*.eml"))
        return [each for each in found if reader in str(each["To"]) and each["Subject"] == subject]

    wait_until(lambda: bool(letters()), lambda: f"no letter “{subject}” came to {reader}")
    (letter,) = letters()
    return the_same_for_all(_part(letter, "html")), the_same_for_all(_part(letter, "plain"))


def _part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
