"""Takes pictures of our letters as Thunderbird shows them: light, dark, and as plain text.

For `make letter-pictures`; the pictures go to test-results/letters, for a person to look at. Thunderbird runs
on a screen that nobody sees, with a profile that is thrown away, and reaches no network: the pictures in a
letter are blocked, as they are for most readers when they open it. It judges nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from PIL import Image, ImageChops, ImageGrab

from judges import ordinary, specimens
from judges.workshop import workshop

KEPT = Path("test-results") / "letters"
USUAL = ("sample", "every-kind", "arabic", "subscriber_confirm")
# So high that a whole letter fits without scrolling.
WIDTH, HEIGHT = 820, 16_000
PATIENCE_SECONDS = 120.0

Preferences = Mapping[str, bool | int | str]

# A profile that asks nothing, reports nothing, and finds nobody at the other end of its proxy.
QUIET: Preferences = {
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "extensions.update.enabled": False,
    "mail.accounthub.enabled": False,
    "mail.firstrun.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.type": 1,
}
LIGHT: Preferences = {"layout.css.prefers-color-scheme.content-override": 1}
VIEWS: Mapping[str, Preferences] = {
    "light": LIGHT,
    # Thunderbird takes pale grounds and dark colours out of a letter, and never asks for our own dark ones.
    "dark": {
        "extensions.activeThemeID": "thunderbird-compact-dark@mozilla.org",
        "layout.css.prefers-color-scheme.content-override": 0,
        "ui.systemUsesDarkTheme": 1,
    },
    "text": {**LIGHT, "mailnews.display.html_as": 1, "mailnews.display.prefer_plaintext": True},
}


def main() -> None:
    """Take the pictures of the letters that are named, or of the usual ones."""
    missing = [name for name in ("thunderbird", "Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        sys.exit(f"There is no {missing[0]} on this machine: scripts/install-judges pictures installs it.")
    wanted = sys.argv[1:] or list(USUAL)
    with workshop() as app:
        made = [
            *specimens.letters(app, [name for name in specimens.names() if name in wanted]),
            *ordinary.letters(app, [name for name in ordinary.names() if name in wanted]),
        ]
        letters = {letter.name: letter.messages[0].raw for letter in made}
    if not letters:
        sys.exit(f"There is no such letter. There is {', '.join([*specimens.names(), *ordinary.names()])}.")
    KEPT.mkdir(parents=True, exist_ok=True)
    with screen() as display:
        for name, raw in letters.items():
            for view, preferences in VIEWS.items():
                path = KEPT / f"{name}-{view}.png"
                picture(display, raw, preferences).save(path)
                print(path)


@contextmanager
def screen() -> Iterator[str]:
    """A screen in memory; gives its name for DISPLAY."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def picture(display: str, raw: bytes, preferences: Preferences) -> Image.Image:
    """What Thunderbird shows of a letter, down to its last line."""
    subject = str(message_from_bytes(raw, policy=default)["Subject"])
    with TemporaryDirectory(prefix="letter-picture-") as folder:
        with thunderbird(display, Path(folder), raw, preferences):
            show(display, subject)
            return without_empty_end(when_still(display))


@contextmanager
def thunderbird(display: str, folder: Path, raw: bytes, preferences: Preferences) -> Iterator[None]:
    """Thunderbird with this letter open, and gone with its whole family afterwards."""
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text("".join(written({**QUIET, **preferences})), encoding="utf-8")
    letter = folder / "letter.eml"
    letter.write_bytes(raw)
    process = subprocess.Popen(
        ["thunderbird", "--no-remote", "--profile", str(profile), "-file", str(letter)],
        env={**os.environ, "HOME": str(folder), "DISPLAY": display},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def written(preferences: Preferences) -> Iterator[str]:
    """The lines of user.js."""
    for name, value in preferences.items():
        said = f'"{value}"' if isinstance(value, str) else str(value).lower()
        yield f'user_pref("{name}", {said});\n'


def show(display: str, subject: str) -> None:
    """Wait for the letter's window, and let it fill the screen."""
    window = ""
    deadline = monotonic() + PATIENCE_SECONDS
    while not window:
        if monotonic() > deadline:
            sys.exit(f"Thunderbird did not open “{subject}” in {PATIENCE_SECONDS:.0f} seconds.")
        sleep(0.5)
        window = next((each for each in windows(display) if subject[:20] in title(display, each)), "")
    asked = [
        "windowmove", window, "0", "0",
        "windowsize", window, str(WIDTH), str(HEIGHT),
        "windowraise", window,
    ]  # fmt: skip
    xdotool(display, *asked)


def windows(display: str) -> list[str]:
    """Every window of Thunderbird's that is shown."""
    return xdotool(display, "search", "--onlyvisible", "--name", "Thunderbird").split()


def title(display: str, window: str) -> str:
    """What stands in the window's title."""
    return xdotool(display, "getwindowname", window)


def xdotool(display: str, *asked: str) -> str:
    """Ask for something to be done with windows; gives what was answered."""
    # It also fails when there is no such window yet, or no longer.
    done = subprocess.run(
        ["xdotool", *asked],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "DISPLAY": display},
    )
    return done.stdout


def when_still(display: str) -> Image.Image:
    """The screen as soon as it has stayed the same for a while."""
    deadline = monotonic() + PATIENCE_SECONDS
    seen, same = ImageGrab.grab(xdisplay=display), 0
    while same < 4 and monotonic() < deadline:
        sleep(0.7)
        now = ImageGrab.grab(xdisplay=display)
        same = same + 1 if ImageChops.difference(seen, now).getbbox() is None else 0
        seen = now
    return seen


def without_empty_end(shot: Image.Image) -> Image.Image:
    """The picture without the empty page and the window's own last line below the letter."""
    page = shot.crop((0, 0, shot.width, shot.height - 60))
    paper = Image.new("RGB", page.size, page.getpixel((4, page.height - 4)))
    box = ImageChops.difference(page.convert("RGB"), paper).getbbox()
    return page if box is None else page.crop((0, 0, page.width, min(page.height, box[3] + 20)))


if __name__ == "__main__":
    main()
