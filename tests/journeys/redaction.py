"""An angry complaint, full of names, made printable on the redaction desk, and what is printed of it.

One plot for every pair of hands, as in `tests/journeys/story.py`. What it is not about (telling, placing,
sending) is done behind the site.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from playwright.sync_api import expect

from newsroom.accounts import queries as accounts
from newsroom.issues import letter, render, surfaces
from newsroom.issues import queries as issues
from newsroom.issues import service as issues_service
from newsroom.issues.document import Section
from newsroom.platform.db import unit_of_work
from newsroom.platform.surfaces import register
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.submission import Submission
from tests.journeys.behind import behind
from tests.journeys.desk import EDITOR
from tests.journeys.hands import Hands, Mouse, go
from tests.journeys.story import on, said_to, sign, state_is
from tests.site import LiveSite

COMPANY, OTHER = "Quillhurst Electric", "Bramwick Repairs"
SLOGAN = "Quillhurst never leaves you standing"
COMPLAINT = (
    f"On a Monday my new washing machine from {COMPANY} died in the middle of a wash. I rang 020 7946 0912 "
    f"about order no. QE-4471908 and heard “{SLOGAN}” for forty minutes. Then the manager, Rosalind Thaxby, "
    "told me that the fault was mine.\n\n"
    f"She wrote from rosalind.thaxby@quillhurst.example that I should ask {OTHER} at 14 Tanners Row. "
    "Somebody from Bramwick looked at the machine for one minute and sent me back to Quillhurst. Rosalind "
    "never rang again, and I paid for nothing."
)
PRINTED = (
    "On a Monday my new washing machine from [an electronics superstore] died in the middle of a wash.",
    "order no. [a reference number] and heard “[…]” for forty minutes",
    "[the manager] told me that the fault was mine",
    "from [a company] looked at the machine",
)
GONE = "quillhurst thaxby rosalind bramwick tanners standing 7946 4471908".split()
"""A word of each name and number, in small letters: none of them is printed anywhere."""

ALT = f"The counter of {COMPANY}"


def told(site: LiveSite, how: str) -> str:
    """The complaint in editing; gives its public id. `how` tells the two apart."""
    with behind(site), unit_of_work():
        words = f"{COMPLAINT} I write this by {how}."
        sent = Submission(verdict="down", story=words, level=2, wants_preview=False, company=COMPANY)
        public_id = stories_service.submit(sent).public_id
        stories_service.start_editing(public_id, actor_id=_editor())
    return public_id


def make_printable(editor: Hands, site: LiveSite, public_id: str, title: str) -> None:
    """Through suggestions and by hand, until it is ready."""
    editor.page.goto(f"{site.address}/desk/stories/{public_id}")
    on(editor, "A story without a title")
    editor.write("Title", title)
    choose_words(editor, SLOGAN)
    editor.press("Cut")
    on(editor, title)
    for words in ("rosalind.thaxby@quillhurst.example", "020 7946 0912", "QE-4471908"):
        editor.press(f"Accept “{words}”")
        expect(editor.page.locator(".finds")).not_to_contain_text(f"Accept “{words}”")
    editor.press("Accept all 2 People")
    editor.press("Accept “14 Tanners Row”")
    editor.unfold(f"Decide about {COMPANY} …")
    editor.write("Call it", "electronics superstore")
    editor.press(f"Decide about {COMPANY}")
    editor.press(f"Replace all 2 of {COMPANY}")
    editor.press(f"Replace all 2 of {OTHER}")
    expect(editor.page.locator(".finds__head")).to_contain_text("0 open")
    editor.write("Opening", "Nobody looked at the machine before they said whose fault it was.")
    editor.write("Behaviour", "Look first")
    editor.write("Why it works", "What you have seen you need not argue about.")
    editor.press("Save")
    said_to(editor, "Saved.")
    editor.look()
    sign(editor, *PRINTED)
    editor.press("Mark ready")
    state_is(editor, "Ready")


def choose_words(editor: Hands, words: str) -> None:
    """Select them in the marked text with a mouse; without one, name them in the field."""
    if not isinstance(editor, Mouse):
        editor.write("Which words?", words)
        return
    ends = editor.page.locator("#marked").evaluate(_ENDS, words)
    editor.page.mouse.move(*ends[0])
    editor.page.mouse.down()
    editor.page.mouse.move(*ends[1], steps=4)
    editor.page.mouse.up()
    expect(editor.page.get_by_label("Which words?")).to_have_value(words)


# Where on the screen some words begin and end that may be cut into several runs.
_ENDS = """(marked, words) => {
  const runs = [...marked.querySelectorAll('[data-at]')].map(run => run.firstChild);
  const whole = runs.map(run => run.data).join('');
  const edge = (place) => {
    for (const run of runs) {
      if (place <= run.length) return [run, place];
      place -= run.length;
    }
  };
  const range = document.createRange();
  const at = whole.indexOf(words);
  range.setStart(...edge(at));
  range.setEnd(...edge(at + words.length));
  range.startContainer.parentElement.scrollIntoView({ block: 'center', behavior: 'instant' });
  const boxes = [...range.getClientRects()].filter(box => box.width > 0);
  const [first, last] = [boxes[0], boxes[boxes.length - 1]];
  return [[first.left + 1, first.top + first.height / 2], [last.right - 1, last.top + last.height / 2]];
}"""


def block_and_mend(editor: Hands, site: LiveSite, public_id: str) -> int:
    """A name comes back in a picture's description: the issue stops, and a link leads to that very field.

    Gives the number of the issue.
    """
    planted = Section("Article", "Listening twice", f"![{ALT}](https://pictures.example/counter.jpg)")
    with behind(site), unit_of_work():
        number = next(free for free in range(1, 99) if issues.issue(free) is None)
        row = issues_service.create_issue(
            number,
            date(2026, 12, 1),
            subject="Look first",
            preheader="Before you say whose fault it is",
            by_id=_editor(),
        )
        issues_service.place_story(row, public_id, by_id=_editor())
        article = issues_service.add_section(
            row, replace(planted, fields={"author": "Ana Duarte"}), by_id=_editor()
        )
        section = article.public_id
    editor.page.goto(f"{site.address}/desk/issues/{number}/check")
    on(editor, f"Check issue {number}")
    expect(editor.page.get_by_role("button", name=f"Approve issue {number}")).to_have_count(0)
    finding = editor.page.get_by_role("listitem").filter(has_text=COMPANY)
    expect(finding).to_contain_text("A company’s name")
    way = finding.get_by_role("link", name="Go there")
    expect(way).to_have_count(1)
    if isinstance(editor, Mouse):
        go(editor.page, way)
    else:
        editor.follow(" ".join((way.text_content() or "").split()))
    assert section in editor.page.url
    # The link leads into the very field: who has only keys types at once.
    expect(editor.page.get_by_label("Text", exact=True)).to_be_focused()
    editor.page.keyboard.press("ControlOrMeta+A")
    editor.page.keyboard.type("![A counter](https://pictures.example/counter.jpg) Nobody was there.")
    editor.press("Save")
    said_to(editor, "Saved.")
    return number


def print_it(site: LiveSite, number: int) -> None:
    """Approve the issue and let it out, so that it is public."""
    with behind(site), unit_of_work():
        row = issues.issue(number)
        assert row is not None
        issues_service.approve(row, by_id=_editor(), by_label=EDITOR, four_eyes=False)
        issues_service.freeze(row, letter.SLOT_LINKS)
        issues_service.publish(row, recipient_count=1)


def everything_printed(site: LiveSite, requests: Any, public_id: str, number: int) -> dict[str, str]:
    """What the public reads of the story, by address or surface, in small letters."""
    with behind(site) as app:
        story, row = stories.printable(public_id), issues.issue(number)
        assert story is not None
        assert row is not None
        page = f"/stories/{public_id}-{story.slug}"
        document = issues.document(row)
        rendering = render.rendering(document, site.address, render.SAMPLE_LINKS)
        passages = surfaces.passages(register(app.extensions).surfaces, document, rendering)
        seen = {f"{one.where}: {one.what}": one.text.casefold() for one in passages}
    addresses = [
        page,
        f"/issues/{number}",
        f"/issues/{number}.txt",
        "/feed.xml",
        "/feed.json",
        "/sitemap.xml",
        "/thumbs",
        "/lessons",
    ]
    printed = {path: requests.get(f"{site.address}{path}") for path in addresses}
    assert [path for path, answer in printed.items() if not answer.ok] == []
    return seen | {path: f"{path} {answer.text()}".casefold() for path, answer in printed.items()}


def _editor() -> int:
    editor = accounts.by_email(EDITOR)
    assert editor is not None
    return editor.id
