"""Which way a language runs, by its tag."""

import pytest

from newsroom.platform.languages import direction, script
from newsroom.platform.mail.faces import faces


@pytest.mark.parametrize(
    "tag",
    "ar ar-EG he iw-IL fa fa-AF ur yi dv ckb ps sd ug syr nqo AR_eg az-Arab ku-Arab-IQ ks-Aran ff-Adlm pa-PK"
    " uz-AF en-Hebr ar-x-house".split(),
)
def test_these_run_from_the_right(tag: str) -> None:
    assert direction(tag) == "rtl"


@pytest.mark.parametrize(
    "tag",
    "en en-GB ru ja zh-Hant-TW ko hi th az ku pa pa-IN uz sr-Cyrl ar-Latn ug-KZ sd-IN he-Latn-IL en-AR arabic"
    " mn-Mong de-1901".split(),
)
def test_these_run_from_the_left(tag: str) -> None:
    assert direction(tag) == "ltr"


@pytest.mark.parametrize("typed", ["", "a", "العربية", 'ar"><script>', "ar\nhe"])
def test_what_is_no_tag_runs_from_the_left(typed: str) -> None:
    assert direction(typed) == "ltr"


@pytest.mark.parametrize(
    ("tag", "code"),
    [("ja", "Jpan"), ("zh", "Hans"), ("zh-TW", "Hant"), ("zh-Hant", "Hant"), ("ko-KR", "Kore"), ("en", "")],
)
def test_a_language_tells_its_script(tag: str, code: str) -> None:
    assert script(tag) == code


def test_every_script_keeps_the_latin_faces_first_and_a_kind_last() -> None:
    for tag in ("en", "ru", "ar", "ur-Aran", "he", "ja", "ko", "zh", "zh-TW"):
        chosen = faces(tag)
        assert chosen.serif.startswith("Georgia, ")
        assert chosen.serif.endswith(", serif")
        assert chosen.sans.startswith("Arial, ")
        assert chosen.sans.endswith(", sans-serif")


def test_scripts_without_a_slanted_form_are_not_slanted() -> None:
    assert faces("en").has_italics
    assert faces("uk").has_italics
    assert not any(faces(tag).has_italics for tag in ("ar", "he", "ja", "zh", "ko"))
