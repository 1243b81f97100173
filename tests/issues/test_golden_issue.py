"""The specimen's editions, to the letter. `make golden` writes the files anew."""

from collections.abc import Callable

import pytest

from newsroom.issues import render
from tests.issues.documents import BASE_URL, specimen

pytestmark = pytest.mark.golden
Golden = Callable[[str, bytes | str], None]


def test_the_letter(golden: Golden) -> None:
    golden("issues/letter.html", render.letter_html(specimen(), BASE_URL, render.SAMPLE_LINKS))


def test_the_letters_text(golden: Golden) -> None:
    golden("issues/letter.txt", render.letter_text(specimen(), BASE_URL, render.SAMPLE_LINKS))


def test_the_text_edition(golden: Golden) -> None:
    golden("issues/edition.txt", render.text_edition(specimen(), BASE_URL))


def test_the_web_fragment(golden: Golden) -> None:
    golden("issues/web.html", str(render.web_fragment(specimen(), "")))
