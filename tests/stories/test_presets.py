"""What the desk often writes: enough of it, short enough to be sent, and never an empty word."""

import pytest

from newsroom.stories import rules
from newsroom.stories.presets import DECLINES, QUESTIONS, Preset

ALL = [*DECLINES, *QUESTIONS]


@pytest.mark.parametrize("presets", [DECLINES, QUESTIONS], ids=["declines", "questions"])
def test_there_are_at_least_eight_and_each_has_a_key_and_a_label_of_its_own(
    presets: tuple[Preset, ...],
) -> None:
    assert len(presets) >= 8
    assert len({preset.key for preset in presets}) == len(presets)
    assert len({preset.label for preset in presets}) == len(presets)
    assert len({preset.text for preset in presets}) == len(presets)


@pytest.mark.parametrize("preset", ALL, ids=lambda preset: preset.key)
def test_each_is_whole_sentences_in_typographic_english(preset: Preset) -> None:
    assert preset.text[0].isupper()
    assert preset.text[-1] in ".?"
    assert "'" not in preset.text
    assert '"' not in preset.text
    assert "  " not in preset.text


@pytest.mark.parametrize("preset", DECLINES, ids=lambda preset: preset.key)
def test_a_kind_decline_fits_where_a_reason_is_kept(preset: Preset) -> None:
    assert len(preset.text) <= rules.LONGEST_REASON


@pytest.mark.parametrize("preset", QUESTIONS, ids=lambda preset: preset.key)
def test_a_question_asks_something_and_fits_into_the_thread(preset: Preset) -> None:
    assert "?" in preset.text or "tell us" in preset.text
    assert len(preset.text) <= rules.LONGEST_MESSAGE


@pytest.mark.parametrize("preset", DECLINES, ids=lambda preset: preset.key)
def test_no_decline_blames_its_reader(preset: Preset) -> None:
    for phrase in ("unfortunately", "your fault", "you failed", "you should have", "policy"):
        assert phrase not in preset.text.casefold()
