"""What is called instead of named: the article by its sound, and an, another, a third."""

import pytest

from newsroom.stories.redaction.descriptors import article, counted, with_article

AN = """
apple electronics_superstore airline insurance_company optician umbrella uncle uninvited unimportant
unidentified unironed undertaker hour hourly honest honour honourable heir heirloom 8 8th 80 800 8,000 11
11th 11,000 18 18-year-old 18,500 MP NHS_trust HR_team X-ray F-type e-mail SMS LED_shop RAC_man iPhone
ice-cream utter ulterior urgent usher ugly Easter egg oil ombudsman island
""".split()
A = """
bank hotel university union unit uniform unique unicorn universal usual user useful utility utensil European
euro ewe one-off one once-only UK US UFO U-turn T-shirt B-road historic house 1 7 10 100 110 180 1,100 1,800
NASA SIM_shop PIN DVD year yacht ukulele uranium urinal Ugandan eulogy ubiquitous
""".split()


@pytest.mark.parametrize("word", AN)
def test_an_stands_before_what_begins_with_the_sound_of_a_vowel(word):
    assert article(word.replace("_", " ")) == "an"


@pytest.mark.parametrize("word", A)
def test_a_stands_before_everything_else(word):
    assert article(word.replace("_", " ")) == "a"


def test_the_article_looks_past_a_quotation_mark():
    assert with_article("“open” shop") == "an “open” shop"
    assert with_article("") == "a "


def test_descriptors_count():
    phrases = [counted("electronics superstore", place) for place in range(1, 5)]
    assert phrases == [
        "an electronics superstore",
        "another electronics superstore",
        "a third electronics superstore",
        "a fourth electronics superstore",
    ]
    assert counted("bank", 8) == "an eighth bank"
    assert counted("bank", 11) == "an eleventh bank"
    assert counted("bank", 40) == "yet another bank"
