"""The issues that are judged: each would be let through, and is what its name says."""

from dataclasses import replace

import pytest

from judges import specimens
from newsroom.issues import preflight, render
from newsroom.issues.checks.letter import MOST_DECODED_BYTES, sizes
from newsroom.issues.document import IssueDocument
from newsroom.platform import contrast
from newsroom.platform.languages import direction

SEVEN = ("arabic", "cyrillic", "every-kind", "hostile", "japanese", "longest", "sample")


def consented(name: str) -> tuple[IssueDocument, str]:
    found = specimens.specimen(name)
    sections = tuple(replace(section, consent_level=3) for section in found.document.sections)
    return replace(found.document, sections=sections), found.base_url


def test_all_seven_are_there() -> None:
    assert tuple(specimens.names()) == SEVEN


@pytest.mark.parametrize("name", SEVEN)
def test_pre_flight_lets_it_through(name: str) -> None:
    document, base_url = consented(name)
    made = render.rendering(document, base_url, render.SAMPLE_LINKS)
    found = preflight.check(document, made, preflight.Facts())
    assert [one.sentence for one in preflight.blockers(found)] == []
    if name == "longest":
        assert MOST_DECODED_BYTES - 3_000 < sizes(made.html)[0] <= MOST_DECODED_BYTES


def test_one_runs_from_the_right_and_one_accent_is_too_pale() -> None:
    documents = {name: consented(name)[0] for name in SEVEN}
    assert [name for name in SEVEN if direction(documents[name].masthead.language) == "rtl"] == ["arabic"]
    assert contrast.contrast(documents["cyrillic"].masthead.accent_colour, contrast.WHITE) < contrast.READABLE
    assert len({document.masthead.accent_colour for document in documents.values()}) >= 6
    assert documents["every-kind"].masthead.logo_url
