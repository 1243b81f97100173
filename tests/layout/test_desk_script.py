"""The desk's small comforts, in a real browser: unsaved changes, progress that renews itself, keys."""

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.architecture.source import ROOT

pytestmark = pytest.mark.browser

DESK = "http://desk.example"
BODY = """
<ol class="queue"><li><h2 class="queue__title"><a href="/one">One</a></h2></li>
<li><h2 class="queue__title"><a href="/two">Two</a></h2></li></ol>
<form method="post" action="/saved" data-guard><input id="title" name="title">
<button id="save">Save</button></form>
<button id="edit" type="button" data-key="e">Edit <kbd>E</kbd></button>
<p id="dispatch" data-refresh="/progress">none</p>
<script>document.getElementById("edit").onclick = () => { document.title = "pressed" }</script>
<script src="/desk.js"></script>
"""


@pytest.fixture
def desk(page: Page) -> Page:
    answers = iter(
        ["<p id='dispatch' data-refresh='/progress'>half</p>", "<main><p id='dispatch'>all</p></main>"]
    )

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(DESK)
        if path == "/desk.js":
            route.fulfill(path=ROOT / "static" / "desk.js", content_type="text/javascript")
        elif path == "/progress":
            route.fulfill(body=next(answers), content_type="text/html")
        elif path == "/desk":
            route.fulfill(body=BODY, content_type="text/html")
        else:
            route.fulfill(body=f"<title>{path}</title>", content_type="text/html")

    page.route("**/*", answer)
    page.clock.install()
    page.goto(DESK + "/desk")
    return page


def test_leaving_with_unsaved_words_asks_first(desk: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    desk.on("dialog", stay)
    desk.fill("#title", "Nobody looked up")
    desk.goto(DESK + "/one")
    assert asked == ["beforeunload"]


def test_saving_and_leaving_untouched_ask_nothing(desk: Page) -> None:
    asked: list[str] = []
    desk.on("dialog", lambda dialog: asked.append(dialog.type))
    desk.goto(DESK + "/one")
    desk.goto(DESK + "/desk")
    desk.fill("#title", "Nobody looked up")
    desk.click("#save")
    desk.wait_for_url(DESK + "/saved")
    assert asked == []


def test_progress_renews_itself_until_the_server_says_it_is_done(desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    element = desk.locator("#dispatch")
    for words in ("half", "all"):
        desk.clock.run_for(2000)
        expect(element).to_have_text(words)
    # The last answer carried no mark.
    desk.clock.run_for(60000)
    assert asked == [DESK + "/progress"] * 2


def test_a_key_presses_its_button_but_not_while_somebody_types(desk: Page) -> None:
    desk.focus("#title")
    desk.keyboard.press("e")
    expect(desk.locator("#title")).to_have_value("e")
    expect(desk).to_have_title("")
    desk.focus("#save")
    desk.keyboard.press("e")
    expect(desk).to_have_title("pressed")


def test_j_and_k_move_through_the_queue_and_stop_at_its_ends(desk: Page) -> None:
    walked = []
    for key in "jjjkk":
        desk.keyboard.press(key)
        walked.append(desk.evaluate("document.activeElement.innerText"))
    assert walked == ["One", "Two", "Two", "One", "One"]
