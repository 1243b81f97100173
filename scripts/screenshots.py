"""Takes the README's pictures: `make screenshots`.

Fills a scratch instance with the sample publication, starts the product as `make run` does, and photographs
its pages with the machine's own Chromium, wide and narrow, light and dark, into docs/pictures/.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from newsroom.demo import sample

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PYTHON = sys.executable
START_SECONDS = 60


@dataclass(frozen=True)
class Picture:
    """One picture: its file's name, the page, how wide the window is, and light or dark."""

    name: str
    path: str
    width: int = 1280
    height: int = 900
    dark: bool = False
    at_desk: bool = False


PICTURED = (
    Picture("home", "/"),
    Picture("home-dark", "/", dark=True),
    Picture("home-phone", "/", width=390, height=844),
    Picture("story", "/thumbs"),
    Picture("share-phone", "/share", width=390, height=844),
    Picture("stories", "/desk/stories", at_desk=True),
    Picture("composer", "/desk/issues/81", width=1440, at_desk=True),
    Picture("delivery", "/desk/deliveries/80", at_desk=True),
)


def main() -> int:
    """Take all pictures; give the exit code."""
    names = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        print(
            "There is no Chromium on this machine: scripts/install-test-servers installs it.", file=sys.stderr
        )
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "NEWSROOM_ENV": "development", "NEWSROOM_INSTANCE": scratch, "PORT": "0"}
        for command in (["db", "upgrade"], ["demo", "fill"]):
            subprocess.run(
                [PYTHON, "-m", "flask", *command], cwd=ROOT, env=environment, check=True, capture_output=True
            )
        log = Path(scratch) / "site.log"
        with log.open("wb") as output:
            site = subprocess.Popen([PYTHON, "-m", "newsroom.run"], cwd=ROOT, env=environment, stdout=output)
        try:
            address = wait_for_address(site, log)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
                )
                for picture in PICTURED:
                    take(browser, address, picture)
                take_letter(browser, environment)
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait()
    return 0


def wait_for_address(site: "subprocess.Popen[bytes]", log: Path) -> str:
    """Give the address that the supervisor prints when the site answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and site.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))
        if found:
            return found.group()
        time.sleep(0.1)
    raise SystemExit("The site did not start.")


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Photograph one page."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
    )
    if picture.at_desk:
        sign_in(page, address)
    page.goto(f"{address}{picture.path}")
    save(page, picture.name)


def sign_in(page: Page, address: str) -> None:
    """Sign in as the sample publication's editor."""
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", sample.EDITOR)
    page.fill("[name=password]", sample.PASSWORD)
    page.click("main button[type=submit]")


def take_letter(browser: Browser, environment: dict[str, str]) -> None:
    """Photograph the letter of issue 80 as a mail program shows it, wide and on a telephone."""
    command = [PYTHON, "-m", "flask", "issues", "render", "80", "--as", "html"]
    html = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout
    for name, width, dark in (
        ("letter", 760, False),
        ("letter-phone", 390, False),
        ("letter-dark", 760, True),
    ):
        page = browser.new_page(
            viewport={"width": width, "height": 1000}, color_scheme="dark" if dark else "light"
        )
        page.set_content(html)
        save(page, name)


def save(page: Page, name: str) -> None:
    """Write the picture and close the page."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    sys.exit(main())
