"""What happens to two stories, from being told to being followed up and to being taken back.

One plot for every pair of hands: `tests/journeys/hands.py` says how a page is used, here stands what is done.
Each page on the way is looked at as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import expect

from newsroom.platform.addresses import parse as address
from newsroom.platform.db import unit_of_work
from newsroom.subscribers import service as subscribers
from newsroom.subscribers.service import Newcomer
from tests.journeys.behind import behind, five_minutes_pass, found
from tests.journeys.crawling import Crawl
from tests.journeys.desk import EDITOR, PASSWORD
from tests.journeys.hands import Hands, Keys
from tests.journeys.keyboard import tab_to
from tests.journeys.mailbox import Mailbox, web_link
from tests.mailserver import MailServer
from tests.site import LiveSite
from tests.waiting import wait_until

AUTHOR, SUBSCRIBER = "hedda@reader.example", "una@reader.example"
NUMBER = 1
FOUR_WORDS = "Your four words"


@dataclass
class Told:
    """A story as it is told, and what becomes of it."""

    thumb: str
    words: str
    title: str
    printed: str
    opening: str
    takeaway: str
    reason: str
    closing: str
    email: str = ""
    code: str = field(default="", init=False)
    address: str = field(default="", init=False)

    @property
    def first_words(self) -> str:
        return " ".join(self.words.split()[:6])


def followed() -> Told:
    """The story whose author stays in touch."""
    words = (
        "The heating went out in the first night of frost, and the housing office promised me a fitter by "
        "noon. Nobody came. I rang four times, and each voice was a new one. On the third day Gregor came by "
        "himself after his shift, bled the valves, and told me that nobody had ever written the order down. "
        "He took no money."
    )
    return Told(
        thumb="Thumbs down",
        words=words,
        title="The order nobody wrote down",
        printed=words.replace("Gregor", "[one of them]"),
        opening="Four calls, and not one of them left a trace.",
        takeaway="Write while they speak",
        reason="The next voice then knows what the last one promised.",
        closing="Look where your own orders go.",
        email=AUTHOR,
    )


QUESTION = "Did anybody from the office say sorry afterwards?"
ANSWER = "A letter came two weeks later. It said that the line had been busy."
WISH = "Please leave out that he took no money. He could get into trouble for it."
TOO_MUCH = " He took no money."
NEXT = "They have put up a board beside the telephone, and every call stands on it now."
# Unchanged: other words would wait for their author's yes.
NEXT_PRINTED = NEXT

PLANTED = {"text": "quillowmere", "title": "Thistlewick", "note": "brambleforth"}


def taken_back() -> Told:
    """The story whose author, who left no address, takes it back when it is in print."""
    words = (
        f"I had missed the last bus from {PLANTED['text'].title()}, and the woman who was locking the "
        "library saw me reading the timetable in the rain. She opened again, put the kettle on, and rang the "
        "night warden until he found a neighbour of mine who was driving that way. She waited with me for an "
        "hour and spoke of nothing but her dahlias."
    )
    return Told(
        thumb="Thumbs up",
        words=words,
        title=f"The kettle at {PLANTED['title']}",
        printed=words,
        opening=f"A door was opened again at {PLANTED['note'].title()}.",
        takeaway="Open once more",
        reason="An hour of yours can be a night of theirs.",
        closing="Who would have had the key in your house?",
    )


# The two who tell, and what comes to them


def tell(reader: Hands, site: LiveSite, story: Told) -> None:
    """From the front page to the four words."""
    reader.page.goto(site.address)
    reader.follow("Share your story")
    on(reader, "What happened to you?")
    reader.choose(story.thumb)
    reader.write("What happened?", story.words)
    if story.email:
        reader.choose("Yes, show me first")
        reader.write("Your e-mail address", story.email)
    reader.press("Check what I wrote")
    on(reader, "Is this right?")
    expect(reader.page.locator(".testimony")).to_contain_text(story.words)
    reader.press("Send my story")
    on(reader, "Thank you. We have your story.")
    story.code = reader.page.locator(".receipt__code").inner_text()
    assert len(story.code.split()) == 4, story.code


def open_the_first_letter(reader: Hands, mail: Mailbox, story: Told) -> None:
    """Anybody may have typed that address: this once, the link asks for the words."""
    reader.page.goto(web_link(mail.open_next("Your story has reached us"), "/status/letter/"))
    on(reader, "Your four words, this once")
    reader.write(FOUR_WORDS, story.code)
    reader.press("Open my story")
    on(reader, "Received")


def open_letter(reader: Hands, mail: Mailbox, subject: str, heading: str) -> None:
    """From now on a letter's link opens the page of the story by itself."""
    reader.page.goto(web_link(mail.open_next(subject), "/status/letter/"))
    on(reader, heading)


def open_by_words(reader: Hands, site: LiveSite, story: Told, heading: str) -> None:
    """As somebody does who left no address."""
    reader.page.goto(site.address)
    reader.follow("Your story’s status")
    on(reader, "Where is my story?")
    reader.write(FOUR_WORDS, story.code)
    reader.press("Show me")
    on(reader, heading)


def answer(reader: Hands, mail: Mailbox) -> None:
    open_letter(reader, mail, "A question about the story you told us", "Question for you")
    expect(reader.page.get_by_role("region", name="We would like to know")).to_contain_text(QUESTION)
    reader.write("Your answer", ANSWER)
    reader.press("Send my answer")
    on(reader, "Reading")
    said_to(reader, "Your answer is with us")


def ask_for_a_change(reader: Hands, mail: Mailbox) -> None:
    open_letter(reader, mail, "May we print it like this?", "Your approval needed")
    version = reader.page.get_by_role("region", name="May we print it like this?")
    expect(version.locator("del").filter(has_text="Gregor")).not_to_have_count(0)
    expect(version.locator("ins").filter(has_text="[one of them]")).not_to_have_count(0)
    reader.unfold("Ask for a change")
    reader.write("What should be different?", WISH)
    reader.look()
    reader.press("Ask for this change")
    on(reader, "Reading")
    said_to(reader, "Your wish is with us")


def approve(reader: Hands, mail: Mailbox) -> None:
    open_letter(reader, mail, "May we print it like this?", "Your approval needed")
    reader.follow("By itself")
    expect(reader.page.locator(".version")).to_contain_text("[one of them]")
    expect(reader.page.locator(".version")).not_to_contain_text(TOO_MUCH.strip())
    reader.look()
    reader.press("Yes, print it like this")
    on(reader, "Waiting for an issue")
    said_to(reader, "You agreed to exactly this version")
    mail.open_next("Thank you: we print it as you read it")


def read_it_in_print(reader: Hands, mail: Mailbox, story: Told) -> None:
    """The letter leads to the story in the archive, and to the page of the story."""
    letter = mail.open_next("Your story is in print")
    story.address = web_link(letter, "/stories/")
    reader.page.goto(story.address)
    on(reader, story.title)
    expect(reader.page.get_by_role("main")).to_contain_text(story.printed)
    reader.page.goto(web_link(letter, "/status/letter/"))
    on(reader, "Published")


def tell_what_happened_next(reader: Hands) -> None:
    reader.write("What happened next?", NEXT)
    reader.press("Tell what happened next")
    on(reader, "Published")
    said_to(reader, "Thank you for telling us.")


def read_what_happened_next(reader: Hands, mail: Mailbox, story: Told) -> None:
    open_letter(reader, mail, "What happened next is in print", "Published")
    reader.page.goto(story.address)
    # A browser that has seen the page lately may show it again as it was.
    reader.page.reload()
    on(reader, story.title)
    expect(reader.page.get_by_role("main")).to_contain_text(NEXT_PRINTED)


def withdraw(reader: Hands) -> None:
    """A page says first what will be lost."""
    reader.press("Withdraw my story …")
    on(reader, "Withdraw your story?")
    reader.press("Withdraw my story")
    on(reader, "Closed")
    said_to(reader, "Your story is withdrawn.")


# The editor


def sign_in(editor: Hands, site: LiveSite) -> None:
    editor.page.goto(site.address)
    editor.follow("Sign in")
    on(editor, "Sign in")
    editor.write("E-mail address", EDITOR)
    editor.write("Password", PASSWORD)
    editor.press("Sign in")
    editor.page.wait_for_url(f"{site.address}/desk")


def open_new_story(editor: Hands, story: Told) -> None:
    editor.follow("Stories")
    on(editor, "Stories")
    editor.follow(f"{story.first_words}…")
    editor.page.wait_for_url("**story=*")
    editor.follow("Read the whole story")
    on(editor, "A story without a title")
    state_is(editor, "Received")


def ask(editor: Hands) -> None:
    editor.unfold("Ask its author …")
    editor.write("In your own words", QUESTION)
    editor.look()
    editor.press("Ask its author")
    state_is(editor, "Question asked")
    editor.look()


def read_the_answer(editor: Hands) -> None:
    editor.page.reload()
    state_is(editor, "Being read")
    expect(editor.page.get_by_role("region", name="Conversation").first).to_contain_text(ANSWER)
    editor.look()


def edit(editor: Hands, story: Told) -> None:
    editor.press("Start editing")
    state_is(editor, "In editing")
    editor.press("Write")
    editor.write("Printable text", story.printed)
    editor.write_above("Title", story.title)
    editor.write("Opening", story.opening)
    editor.write("Behaviour", story.takeaway)
    editor.write("Why it works", story.reason)
    editor.write("Closing", story.closing)
    editor.press("Save")
    on(editor, story.title)
    said_to(editor, "Saved.")
    sign(editor, story.printed)


def sign(editor: Hands, *printed: str) -> None:
    """Read it as a stranger, tick what only a person can answer, and sign for these words."""
    editor.press("Read as a stranger")
    editor.page.get_by_role("heading", name="Could readers guess by elimination?").wait_for()
    page = editor.page.get_by_role("article", name="As a stranger reads it")
    for words in printed:
        expect(page).to_contain_text(words)
    editor.look()
    for label in TICKED:
        tick(editor, label)
    editor.press("Sign the redaction")
    said_to(editor, "The redaction is signed.")


TICKED = (
    "Readers cannot guess by elimination who it is.",
    "I read it as a stranger, and know nobody in it.",
)


def ask_for_approval(editor: Hands) -> None:
    editor.press("Ask for approval")
    state_is(editor, "Awaiting approval")
    said_to(editor, "Its author is asked.")
    editor.look()


def edit_as_wished(editor: Hands, story: Told) -> None:
    editor.page.reload()
    state_is(editor, "In editing")
    expect(editor.page.get_by_role("region", name="Its author asked for a change")).to_contain_text(WISH)
    editor.look()
    story.printed = story.printed.replace(TOO_MUCH, "")
    editor.press("Write")
    editor.write("Printable text", story.printed)
    editor.press("Save")
    said_to(editor, "Saved.")
    sign(editor, story.printed)


def see_the_agreement(editor: Hands) -> None:
    editor.page.reload()
    state_is(editor, "Approved")
    expect(editor.page.get_by_role("region", name="Sign-off")).to_contain_text("agreed to these words")
    editor.look()


def mark_ready(editor: Hands) -> None:
    editor.press("Mark ready")
    state_is(editor, "Ready")
    said_to(editor, "It is ready for an issue.")
    editor.look()


def open_the_issue(editor: Hands) -> None:
    editor.follow("Issues")
    on(editor, "Issues")
    editor.press("Open this issue")
    on(editor, f"Issue {NUMBER}")
    editor.write("Subject", "A cold flat and a warm kettle")
    editor.write("Preheader", "Two nights, and who was there")
    editor.press("Save")
    said_to(editor, "Saved.")


def place(editor: Hands, story: Told) -> None:
    editor.press(f"Place “{story.title}”")
    editor.page.get_by_role("link", name="on the story’s page").wait_for()
    editor.look()


def send_the_issue(editor: Hands, site: LiveSite) -> None:
    editor.follow("Check and approve")
    on(editor, f"Check issue {NUMBER}")
    editor.write("Type the issue’s number to approve it", str(NUMBER))
    editor.press(f"Approve issue {NUMBER}")
    on(editor, f"Send issue {NUMBER}")
    editor.press(f"Send issue {NUMBER} to 1 subscriber")
    on(editor, f"Delivery of issue {NUMBER}")
    five_minutes_pass(site)

    def is_finished() -> bool:
        editor.page.reload()
        return bool(editor.page.locator("#dispatch").get_by_text("Finished").count())

    wait_until(is_finished, lambda: editor.page.locator("#dispatch").inner_text())


def print_what_happened_next(editor: Hands, story: Told) -> None:
    editor.follow("Stories")
    on(editor, "Stories")
    editor.follow("Published…")
    editor.page.wait_for_url("**state=published*")
    editor.follow(story.title)
    editor.page.wait_for_url("**story=*")
    editor.follow("Everything about this story")
    on(editor, story.title)
    state_is(editor, "Published")
    editor.write("As it will be printed", NEXT_PRINTED)
    editor.press("Print it below the story")
    expect(editor.page.get_by_role("region", name="What happened next")).to_contain_text("In print:")
    editor.look()


# What is left of a story


def read_what_has_no_page(site: LiveSite) -> dict[str, str]:
    """What machines and owners read, by its address or command, in small letters."""
    addresses = ("/feed.xml", "/feed.json", "/sitemap.xml", f"/issues/{NUMBER}.txt")
    machines = {address: site.get(address).casefold() for address in addresses}
    with behind(site) as app:
        for command in (("issues", "export", str(NUMBER)), ("stories", "export")):
            done = app.test_cli_runner().invoke(args=command)
            assert done.exit_code == 0, done.output
            machines[" ".join(command)] = done.stdout.casefold()
    return machines


def read_all_pages(site: LiveSite, requests: Any) -> dict[str, str]:
    """What anybody comes to who follows every link, by its address, in small letters."""
    pages = {}
    for path, answer in Crawl(site, requests).walk("/").answers.items():
        is_other_text = not answer.source and answer.status < 400 and _is_text(answer.media_type)
        words = site.get(path) if is_other_text else answer.source
        pages[path] = f"{path} {words}".casefold()
    return pages


def read_again(site: LiveSite, requests: Any, paths: list[str]) -> dict[str, str]:
    """What stands at addresses that somebody has kept, whatever they answer."""
    return {path: requests.get(f"{site.address}{path}").text().casefold() for path in paths}


def is_not_found_at_the_desk(editor: Hands, site: LiveSite, word: str) -> None:
    """Not by its words either, among the stories that were withdrawn."""
    editor.page.goto(f"{site.address}/desk/stories?state=withdrawn")
    editor.write("Search", word)
    editor.press("Filter")
    editor.page.get_by_text("No story answers to this filter.").wait_for()


def _is_text(media_type: str) -> bool:
    return media_type == "text/plain" or media_type.endswith(("xml", "json"))


def places_with(word: str, everything: dict[str, str]) -> list[str]:
    """Where a word still stands."""
    return [place for place, words in everything.items() if word.casefold() in words]


# What everybody does


def on(hands: Hands, heading: str) -> None:
    """Wait for the page of that heading, and look at it."""
    hands.page.get_by_role("heading", level=1, name=re.compile(f"^{re.escape(heading)}$")).wait_for()
    hands.look()


def tick(editor: Hands, label: str) -> None:
    """Say yes to something that only a person can answer."""
    if isinstance(editor, Keys):
        tab_to(editor.page, label)
        editor.page.keyboard.press("Space")
    else:
        editor.page.get_by_label(label).check()


def state_is(editor: Hands, words: str) -> None:
    """What the story's page says about where it is."""
    expect(editor.page.locator(".workhead .chip").first).to_have_text(words)


def said_to(hands: Hands, words: str) -> None:
    """What the page answers to a button."""
    expect(hands.page.locator(".notice").first).to_contain_text(words)


# The whole of it


@dataclass
class Cast:
    """The three who take part, each in a browser of their own, and their pair of hands."""

    author: Hands
    second_author: Hands
    editor: Hands


def play(site: LiveSite, smtp: MailServer, cast: Cast, requests: Any) -> None:
    """One story from the form to its follow-up, and another that is taken back when it is in print.

    `requests` asks for pages as a stranger would, without a browser's window.
    """
    found(site)
    _somebody_subscribes(site)
    story, other = followed(), taken_back()
    mail = Mailbox(smtp, AUTHOR)
    _until_it_is_ready(site, mail, cast, story)
    _until_both_are_in_print(site, cast, story, other)
    _followed_up(mail, cast, story)
    _taken_back(site, cast, requests, other)
    assert mail.subjects == LETTERS
    told = {letter["To"].addresses[0].addr_spec for letter in (item.message for item in smtp.accepted)}
    assert told == {AUTHOR, SUBSCRIBER}


LETTERS = [
    "Your story has reached us",
    "A question about the story you told us",
    "May we print it like this?",
    "May we print it like this?",
    "Thank you: we print it as you read it",
    "Your story is in print",
    "What happened next is in print",
]
"""What comes to somebody who left an address, each letter once."""


def _somebody_subscribes(site: LiveSite) -> None:
    with behind(site), unit_of_work():
        row = Newcomer(1, address(SUBSCRIBER), "Una")
        subscribers.import_rows([row], consent="On paper, in spring", source="paper")


def _until_it_is_ready(site: LiveSite, mail: Mailbox, cast: Cast, story: Told) -> None:
    tell(cast.author, site, story)
    open_the_first_letter(cast.author, mail, story)
    sign_in(cast.editor, site)
    open_new_story(cast.editor, story)
    ask(cast.editor)
    answer(cast.author, mail)
    read_the_answer(cast.editor)
    edit(cast.editor, story)
    ask_for_approval(cast.editor)
    ask_for_a_change(cast.author, mail)
    edit_as_wished(cast.editor, story)
    ask_for_approval(cast.editor)
    approve(cast.author, mail)
    see_the_agreement(cast.editor)
    mark_ready(cast.editor)


def _until_both_are_in_print(site: LiveSite, cast: Cast, story: Told, other: Told) -> None:
    tell(cast.second_author, site, other)
    open_new_story(cast.editor, other)
    edit(cast.editor, other)
    mark_ready(cast.editor)
    open_the_issue(cast.editor)
    place(cast.editor, story)
    place(cast.editor, other)
    send_the_issue(cast.editor, site)


def _followed_up(mail: Mailbox, cast: Cast, story: Told) -> None:
    read_it_in_print(cast.author, mail, story)
    tell_what_happened_next(cast.author)
    print_what_happened_next(cast.editor, story)
    read_what_happened_next(cast.author, mail, story)


def _taken_back(site: LiveSite, cast: Cast, requests: Any, story: Told) -> None:
    before = {**read_what_has_no_page(site), **read_all_pages(site, requests)}
    for word in PLANTED.values():
        assert len(places_with(word, before)) > 3, f"“{word}” was hardly anywhere to begin with"
    open_by_words(cast.second_author, site, story, "Published")
    withdraw(cast.second_author)
    pages = read_all_pages(site, requests)
    assert len(pages) > 20
    gone = read_again(site, requests, [path for path in before if path.startswith("/")])
    for after in (read_what_has_no_page(site), pages, gone):
        assert {word: places_with(word, after) for word in PLANTED.values()} == {
            word: [] for word in PLANTED.values()
        }
    for word in PLANTED.values():
        is_not_found_at_the_desk(cast.editor, site, word)
