"""How somebody comes to the desk of the sample publication."""

from typing import Any

from tests.journeys.hands import go
from tests.site import LiveSite

EDITOR, PASSWORD = "ines@service-bell.example", "ring the bell twice"


def sign_in(page: Any, site: LiveSite) -> None:
    """From the front page, through the sign-in page, to what is due."""
    page.goto(site.address)
    go(page, page.get_by_role("contentinfo").get_by_role("link", name="Sign in"))
    page.get_by_label("E-mail address").fill(EDITOR)
    page.get_by_label("Password").fill(PASSWORD)
    go(page, page.get_by_role("button", name="Sign in"))
    page.wait_for_url(f"{site.address}/desk")
