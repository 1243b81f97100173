"""The main job as people do it, by clicking: a reader tells a story, an editor prints it, subscribers get it.

One long test, because it is one journey: each chapter works with what the one before has left behind.
"""

import re
import urllib.parse
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from newsroom.demo import sample
from newsroom.issues import kinds
from tests.journeys import accessible
from tests.journeys.behind import behind, five_minutes_pass
from tests.journeys.desk import sign_in
from tests.journeys.hands import go
from tests.journeys.mailbox import web_link
from tests.journeys.story import TICKED
from tests.mailserver import MailServer
from tests.site import LiveSite
from tests.waiting import LONG_SECONDS

pytestmark = [pytest.mark.browser, pytest.mark.smtp]

STAYS, LEAVES_BY_PAGE, LEAVES_BY_MAIL_PROGRAM = (
    "una@reader.example",
    "bram@reader.example",
    "cora@reader.example",
)
NEVER_CONFIRMS = "dov@reader.example"
CONFIRMED = (STAYS, LEAVES_BY_PAGE, LEAVES_BY_MAIL_PROGRAM)

TOLD = (
    "My mother has ordered her bread from the same bakery for thirty years, and last winter she forgot to "
    "pay twice. Nobody rang her about it. On the third Friday the woman at the counter walked round it, "
    "took her arm and said: “Shall we write it on a list together?” They did. The list hangs by our kettle "
    "now, and the bakery sends a boy with the loaf when it snows. I pay the bill, and nobody has ever "
    "mentioned the two loafs."
)
PRINTED = TOLD.replace("loafs", "loaves").replace("a boy", "[somebody]")
TITLE = "The list by the kettle"
QUOTED = "Shall we write it on a list together?"

# For each kind of section what is typed into its form, by the words on the label.
SECTIONS: dict[str, dict[str, str]] = {
    "Announcement": {
        "Title": "Doors open in March",
        "Text": "We meet at the Old Customs House.",
        "Offer": "BELL10",
    },
    "Article": {
        "Title": "Counting the steps",
        "Text": "It is eleven steps from the door.\n\n## What they counted\n\n- Eleven steps\n- No greeting",
        "Author": "Nuala Fenwick",
        "Series": "Thresholds",
        "Part number": "1",
    },
    "Book recommendation": {
        "Title": "The patient counter",
        "Text": "It is short and kind.",
        "Author": "Odile Marsh",
    },
    "Correction": {"Title": "Two chairs, not three", "Text": "There were two.", "Number of the issue": "80"},
    "Links": {"Title": "For the tea break", "Text": "- [A museum of queues](https://queues.example/museum)"},
    "Listing": {
        "Title": "A bell, hardly rung",
        "Text": "Brass, polished weekly.",
        "Sponsored by": "Quay Brassworks",
    },
    "Message": {
        "Title": "Until the snow",
        "Text": "Write to us before it melts.",
        "Signed by": "Ines Carvell",
    },
    "Note": {"Title": "About the frost", "Text": "The office closes on TK."},
    "Recommended reading": {
        "Title": "On waiting",
        "Text": "Six pages on queues.",
        "Source": "Thresholds quarterly",
    },
    "Speaking engagement": {
        "Title": "Behind the counter",
        "Text": "An evening of stories.",
        "When": "2027-03-16",
    },
    "Thumbs down": {
        "Title": "The bell that nobody heard",
        "Story": "I rang three times. A man looked up, and down again.",
        "Editor’s note": "He had heard it.\n\n- **Look up once.** It costs nothing. [acknowledge presence]",
        "Consent": "Given by letter, kept on file",
    },
    "Thumbs up": {
        "Title": "An umbrella on loan",
        "Story": "It rained, and they lent me theirs without a deposit.",
        "Editor’s note": "It was cheaper than a form.\n\n- **Lend first.** It comes back. [empower staff]",
        "Consent": "Given by letter, kept on file",
    },
    "Topics": {"Title": "What next?", "Text": "Tell us what you would like to read about."},
}


def test_a_story_travels_from_a_reader_to_every_inbox(
    live_site: LiveSite, smtp: MailServer, newcomer: Callable[..., Any]
) -> None:
    with behind(live_site):
        sample.fill()
    tell_the_story(newcomer(java_script_enabled=False), live_site)
    for address in (*CONFIRMED, NEVER_CONFIRMS):
        subscribe(newcomer(), live_site, address)
    for address in CONFIRMED:
        confirm(newcomer(), smtp, address)

    desk = newcomer()
    sign_in(desk, live_site)
    make_it_printable(desk)
    number = open_the_next_issue(desk)
    for kind, words in SECTIONS.items():
        add_section(desk, kind, words)
    put_it_first(desk, "Article", "Counting the steps")
    place_the_story(desk)
    read_the_preview(desk)
    mend_what_the_check_finds(desk)
    letters_before = len(smtp.accepted)
    approve_and_send(desk, live_site, number)

    letters = [item.message for item in smtp.accepted[letters_before:]]
    assert sorted(letter["To"].addresses[0].addr_spec for letter in letters) == sorted(CONFIRMED)
    for letter in letters:
        says_everything(letter, number)
    by_reader = {letter["To"].addresses[0].addr_spec: letter for letter in letters}

    leave_by_one_click(by_reader[LEAVES_BY_MAIL_PROGRAM])
    leave_by_the_page(newcomer(), by_reader[LEAVES_BY_PAGE])
    only_one_is_left(desk)
    read_it_in_the_archive(newcomer(), live_site, number)
    the_feed_has_it(live_site, number)


# The reader


def tell_the_story(page: Any, site: LiveSite) -> None:
    """From the front page to the receipt and back to the story's status, without JavaScript."""
    page.goto(site.address)
    click_link(page, "Share your story")
    page.get_by_role("radio", name="Thumbs up").check()
    write(page, "What happened?", TOLD)
    press(page, "Check what I wrote")
    heading(page, "Is this right?")
    expect(page.get_by_text("They did. The list hangs by our kettle now")).to_be_visible()
    press(page, "Send my story")
    heading(page, "Thank you. We have your story.")
    code = page.locator(".receipt__code").inner_text()
    assert len(code.split()) == 4, code

    go(page, page.get_by_role("main").get_by_role("link", name="status"))
    write(page, "Your four words", code)
    press(page, "Show me")
    heading(page, "Received")
    assert page.context.cookies() == []


# The subscribers


def subscribe(page: Any, site: LiveSite, address: str) -> None:
    page.goto(site.address)
    go(page, page.get_by_role("contentinfo").get_by_role("link", name="Subscribe"))
    write(page, "E-mail address", address)
    press(page, "Subscribe")
    heading(page, "Look into your mailbox")


def confirm(page: Any, smtp: MailServer, address: str) -> None:
    """By the link in the letter that came over SMTP; following it changes nothing yet."""
    page.goto(web_link(letter_to(smtp, address, "confirm"), "/subscribe/confirm/"))
    heading(page, "One press, and it is yours")
    accessible.check(page)
    press(page, "Yes, send me the letter")
    heading(page, "Welcome")
    letter_to(smtp, address, "Welcome")
    assert page.context.cookies() == []


def leave_by_one_click(letter: EmailMessage) -> None:
    """As a mail program does it (RFC 8058): a POST, no page, no question."""
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [address] = re.findall(r"<(https?://[^>]+)>", letter["List-Unsubscribe"])
    body = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
    for _ in range(2):
        with urllib.request.urlopen(
            urllib.request.Request(address, data=body), timeout=LONG_SECONDS
        ) as answer:
            assert (answer.status, answer.url) == (200, address)


def leave_by_the_page(page: Any, letter: EmailMessage) -> None:
    page.goto(web_link(letter, "/unsubscribe/"))
    heading(page, "Stop the letter?")
    accessible.check(page)
    press(page, "Unsubscribe")
    heading(page, "You have left")


# The editor


def make_it_printable(page: Any) -> None:
    click_link(page, "Stories")
    told = re.compile("^My mother has ordered her bread")
    go(page, page.get_by_role("main").get_by_role("link", name=told))
    press(page, re.compile("^Start editing"))
    write(page, "Title", TITLE)
    write(page, "Printable text", PRINTED)
    write(page, "Attribution", "A reader in the north")
    write(page, "Opening", f"“{QUOTED}” is a question that leaves nobody smaller.")
    takeaway = page.get_by_role("group", name="Takeaway 1")
    takeaway.get_by_label("Behaviour").fill("Come round the counter")
    takeaway.get_by_label("Why it works").fill("She said it beside her, and not across from her.")
    takeaway.get_by_label("Tag").select_option("acknowledge presence")
    write(page, "Closing", "Ask yourself who in your shop would have dared.")
    press(page, re.compile("^Save"))
    said(page, "Saved.")
    accessible.check(page)
    changes = page.get_by_role("region", name="What was changed")
    expect(changes.locator("del")).not_to_have_count(0)
    expect(changes.locator("ins").filter(has_text="loaves")).not_to_have_count(0)

    press(page, "Read as a stranger")
    for label in TICKED:
        page.get_by_role("checkbox", name=label).check()
    press(page, "Sign the redaction")
    said(page, "The redaction is signed.")
    press(page, "Mark ready")
    said(page, "It is ready for an issue.")
    press(page, "Original and contact details")
    sealed = page.locator(".manuscript--sealed").inner_text()
    assert sealed.strip() == TOLD, "the original is what was told"


def open_the_next_issue(page: Any) -> int:
    click_link(page, "Issues")
    number = int(page.get_by_label("Number").input_value())
    assert number == 82
    press(page, "Open this issue")
    heading(page, f"Issue {number}")
    write(page, "Subject", "A list by the kettle, and other kindnesses")
    write(page, "Preheader", "A bakery that came round its counter")
    save(page)
    return number


def add_section(page: Any, kind: str, words: dict[str, str]) -> None:
    page.get_by_label("Kind of section").select_option(kind)
    go(page, page.get_by_role("button", name="Add", exact=True))
    for label, text in words.items():
        write(page, label, text)
    press(page, re.compile("^Add this section"))
    said(page, f"{kind} added.")


def put_it_first(page: Any, kind: str, title: str) -> None:
    """By the arrows of the list, one place a click, until it stands at the top."""
    titles = page.locator("#section-list li > a b")
    # The head stands above them all and does not move.
    while (here := titles.all_inner_texts().index(title)) > 1:
        _move(page, title, "up")
        expect(titles.nth(here - 1)).to_have_text(title)
    _move(page, title, "down")
    expect(titles.nth(2)).to_have_text(title)
    _move(page, title, "up")
    expect(titles.nth(1)).to_have_text(title)
    expect(_mover(page, title, "up")).to_be_disabled()


def _move(page: Any, title: str, direction: str) -> None:
    """The list moves without a new page."""
    _mover(page, title, direction).click()


def _mover(page: Any, title: str, direction: str) -> Any:
    name = re.compile(rf"^Move section \d+, “{re.escape(title)}”, {direction}$")
    return page.get_by_role("button", name=name)


def place_the_story(page: Any) -> None:
    press(page, re.compile(f"Place ?“{TITLE}”"))
    page.get_by_role("link", name="on the story’s page").wait_for()
    write(page, "Lead-in", "A bakery, a forgetful customer and a sheet of paper.")
    save(page)
    listed = page.locator("#sections ol.sections > li > a small").all_inner_texts()
    # Each says its place, and a column its thumb, before its kind.
    assert {re.sub(r"^\d+ · [▲▼ ]*", "", words) for words in listed[1:]} == set(kinds.names())
    assert len(listed) == 1 + len(SECTIONS) + 1


def read_the_preview(page: Any) -> None:
    """The letter itself stands beside the form."""
    letter = page.frame_locator("iframe[title='The letter as subscribers get it']")
    for words in (TITLE, "The list hangs by our kettle now", "Come round the counter", "Counting the steps"):
        letter.get_by_text(words).first.wait_for()
    headings = letter.get_by_role("heading", level=2).all_inner_texts()
    assert headings.index("Counting the steps") < headings.index(TITLE)
    page.get_by_role("button", name="On the web").click()
    page.frame_locator("iframe[title='The issue on the web']").get_by_text(
        "Come round the counter"
    ).wait_for()
    page.get_by_role("button", name="Plain text").click()
    text = page.frame_locator("#letter").locator("pre")
    expect(text).to_contain_text("The list hangs by our kettle now")


def mend_what_the_check_finds(page: Any) -> None:
    click_link(page, "Check and approve")
    accessible.check(page)
    finding = page.get_by_role("listitem").filter(has_text="“TK” was left in the text")
    expect(page.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
    go(page, finding.get_by_role("link", name="Go there"))
    write(page, "Text", "The office closes on Friday.")
    save(page)
    click_link(page, "Check and approve")
    expect(page.get_by_text("Blocker")).to_have_count(0)


def approve_and_send(page: Any, site: LiveSite, number: int) -> None:
    write(page, "Type the issue’s number to approve it", str(number))
    press(page, f"Approve issue {number}")
    said(page, f"Issue {number} is approved.")
    press(page, f"Send issue {number} to 3 subscribers")
    heading(page, f"Delivery of issue {number}")
    expect(page.locator("#dispatch")).to_contain_text("until issue")
    accessible.check(page)
    five_minutes_pass(site)
    # Nobody reloads: the page renews its own part until the work is done.
    page.locator("#dispatch").get_by_text("Finished").wait_for()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "3")
    accessible.check(page)


def only_one_is_left(page: Any) -> None:
    click_link(page, "Subscribers")
    for words in ("Confirmed 1", "Left 2", "Waiting for confirmation 1"):
        expect(page.get_by_role("link", name=words)).to_be_visible()


# The letter


def says_everything(letter: EmailMessage, number: int) -> None:
    html = letter.get_body(("html",))
    text = letter.get_body(("plain",))
    assert html is not None and text is not None
    words = {
        "html": " ".join(re.sub(r"<[^>]+>", " ", html.get_content()).split()),
        "text": " ".join(text.get_content().split()),
    }
    said_in_both = [
        TITLE,
        "The list hangs by our kettle now",
        "[somebody]",
        "Come round the counter",
        f"Issue {number}",
    ]
    said_in_both += [section["Title"] for section in SECTIONS.values()]
    said_in_both += ["12 Ropewalk Lane", "Unsubscribe"]
    for part, said_there in words.items():
        for expected in said_in_both:
            assert expected.casefold() in said_there.casefold(), f"“{expected}” is not in the {part}"
    assert letter["Subject"] == "A list by the kettle, and other kindnesses"


def letter_to(smtp: MailServer, address: str, subject: str) -> EmailMessage:
    """The letter of that subject to somebody, once the worker has sent it."""
    for count in range(1, 60):
        for letter in smtp.letters_to(address):
            if subject in letter["Subject"]:
                return letter
        smtp.wait_for(max(count, len(smtp.accepted) + 1))
    raise AssertionError(f"no letter “{subject}” came for {address}")


# The archive


def read_it_in_the_archive(page: Any, site: LiveSite, number: int) -> None:
    page.goto(site.address)
    click_link(page, "A list by the kettle, and other kindnesses")
    assert urllib.parse.urlsplit(page.url).path == f"/issues/{number}"
    main = page.get_by_role("main")
    for words in ("Come round the counter", "[somebody]", "Quay Brassworks"):
        main.get_by_text(words).first.wait_for()
    page.goto(site.address)
    go(page, main.get_by_role("heading", name=TITLE).get_by_role("link"))
    heading(page, TITLE)
    main.get_by_text("The list hangs by our kettle now").wait_for()
    main.get_by_text("A reader in the north").wait_for()

    page.goto(f"{site.address}/issues/{number}")
    go(page, main.get_by_role("link", name=re.compile("^Thresholds")).first)
    heading(page, "Thresholds")
    go(page, main.get_by_role("link", name="Counting the steps"))
    heading(page, "Counting the steps")
    assert page.context.cookies() == []


def the_feed_has_it(site: LiveSite, number: int) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(site.get("/feed.xml"))
    entries = {entry.findtext(f"{atom}title"): entry for entry in feed.findall(f"{atom}entry")}
    assert any(title and "A list by the kettle" in title for title in entries), list(entries)
    links = [link.get("href", "") for entry in entries.values() for link in entry.findall(f"{atom}link")]
    assert f"{site.address}/issues/{number}" in links


# What everybody does


def click_link(page: Any, words: str) -> None:
    go(page, page.get_by_role("link", name=words).first)


def press(page: Any, name: str | re.Pattern[str]) -> None:
    """A button that sends a form."""
    go(page, page.get_by_role("button", name=name).first)


def write(page: Any, label: str, text: str) -> None:
    page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).fill(text)


def save(page: Any) -> None:
    press(page, re.compile("^Save"))
    said(page, "Saved.")


def said(page: Any, words: str) -> None:
    """What the page answers to a button."""
    expect(page.locator(".notice").filter(has_text=words).first).to_be_visible()


def heading(page: Any, words: str) -> None:
    page.get_by_role("heading", level=1, name=re.compile(f"^{re.escape(words)}$")).wait_for()
