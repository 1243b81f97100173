"""Without a mouse: everything with Tab, Enter and Space, and always to be seen where one is."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import EDITOR, PASSWORD
from tests.journeys.hands import go_by_key
from tests.journeys.keyboard import tab_to, use_the_skip_link
from tests.site import LiveSite

pytestmark = pytest.mark.browser

STORY = (
    "I had left my umbrella on the bus, and the driver of the next one told me to wait a minute. He rang the "
    "depot from his cab, found it, and had it put on the bus after his. It took four minutes. He never asked "
    "whether it was worth the trouble."
)


@pytest.fixture
def page(page: Any) -> Any:
    # A page that glides to the next field is not there yet when it is looked at.
    page.emulate_media(reduced_motion="reduce")
    return page


def test_a_reader_tells_a_story(busy_sample: LiveSite, page: Any) -> None:
    page.goto(busy_sample.address)
    use_the_skip_link(page)
    tab_to(page, "Share your story")
    go_by_key(page, "Enter")
    page.wait_for_url("**/share*")
    tab_to(page, "Thumbs up")
    page.keyboard.press("Space")
    tab_to(page, "What happened?")
    page.keyboard.type(STORY)
    tab_to(page, "Check what I wrote")
    go_by_key(page, "Enter")
    page.get_by_role("heading", name="Is this right?").wait_for()
    tab_to(page, "Send my story")
    go_by_key(page, "Space")
    page.get_by_role("heading", name="Thank you. We have your story.").wait_for()
    expect(page.locator(".receipt__code")).to_be_visible()


def test_an_editor_signs_in_and_saves_a_subject(busy_sample: LiveSite, page: Any) -> None:
    page.goto(f"{busy_sample.address}/sign-in")
    tab_to(page, "E-mail address")
    page.keyboard.type(EDITOR)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    go_by_key(page, "Enter")
    page.wait_for_url("**/desk")
    use_the_skip_link(page)
    # The skip link has led past the line of rooms, so the way there is from the top of the next page.
    page.reload()
    tab_to(page, "Issues")
    go_by_key(page, "Enter")
    page.wait_for_url("**/desk/issues")
    tab_to(page, "Sixteen notices, and eleven of them said no")
    go_by_key(page, "Enter")
    page.wait_for_url("**/desk/issues/81")
    tab_to(page, "Subject")
    page.keyboard.type("Sixteen notices, and one of them said welcome")
    tab_to(page, lambda name: name.startswith("Save"))
    go_by_key(page, "Enter")
    page.get_by_role("status").filter(has_text="Saved.").wait_for()
    expect(page.get_by_label("Subject")).to_have_value("Sixteen notices, and one of them said welcome")
