"""People, companies and towns that the desk suggests: by what is around them, and by the house list."""

import pytest

from newsroom.stories.redaction.suggestions import Company, suggest

BRIGHTWELL = Company(
    "Brightwell Mobile",
    aliases=("Brightwell", "BWM"),
    domains=("brightwell.example",),
    slogans=("We're always listening",),
    descriptor="mobile phone company",
)
AFTER = Company("After", descriptor="fashion shop")


def seen(text, house_list=()):
    return [(found.kind_of_thing, found.words) for found in suggest(text, house_list)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I asked the manager Karen about it.", "Karen"),
        ("It was Mr Finch himself.", "Mr Finch"),
        ("A man called Stephen Quillfeather rang.", "Stephen Quillfeather"),
        ("I spoke to Ondřej on Monday.", "Ondřej"),
        ("Her name was Temperance Adeyemi.", "Temperance Adeyemi"),
        ("It went on like that.\n\nYours sincerely,\nH. W. Pettibone", "H. W. Pettibone"),
        ("Dear Mrs Oyelaran, we regret it.", "Mrs Oyelaran"),
        ("“No,” said Grace, and rang off.", "Grace"),
        ("So then Will said that he could not.", "Will"),
        ("Frau Dr. Sommerfeldt wrote back.", "Frau Dr. Sommerfeldt"),
        ("some priya picked up and said sorry", "priya"),
        ("they sent mr venkatesh to us", "mr venkatesh"),
        ("It was THE LATE MR FOTHERGILL once.", "MR FOTHERGILL"),
    ],
)
def test_a_person_is_known_by_what_is_around_the_name(text, words):
    assert ("person", words) in seen(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I am with Tarnbrook Energy and sorry for it.", "Tarnbrook Energy"),
        ("Then Quince & Son came along.", "Quince & Son"),
        ("I wrote to help@vantaglo.example, but Vantaglo was silent.", "Vantaglo"),
        ("We banked with Copperfold for years.", "Copperfold"),
        ("I went into the Kestrelway shop again.", "Kestrelway"),
        ("It was a firm called Zephandra, of all things.", "Zephandra"),
        ("i bought it from voltworks last week. never again", "voltworks"),
        ("I took it back to Rapidauto S.L. in a rage.", "Rapidauto S.L"),
    ],
)
def test_a_company_is_known_without_any_list(text, words):
    assert ("company", words) in seen(text)


def test_once_known_a_name_is_suggested_wherever_it_stands():
    text = "I spoke to Karen. Nothing came. Karen had promised, and Karen's word is law."
    assert seen(text) == [("person", "Karen")] * 3
    text = "It was Mr Clement Harbottle. He laughed. Nothing moved Harbottle."
    assert seen(text) == [("person", "Mr Clement Harbottle"), ("person", "Harbottle")]


def test_the_reason_says_what_gave_a_name_away():
    (found,) = suggest("I asked the manager, Xilonen, about it.")
    assert found.reason == "“manager” comes before it"
    assert found.proposed.replacement == "[the manager]"


@pytest.mark.parametrize(
    "text",
    [
        "Will it ever end? May I ask? Grace and patience are rare. Mark my words.",
        "On Monday in April I rang, in English and in German, at Easter and at Christmas.",
        "I paid the bill. Frank as I am, I said so. Hope is cheap.",
        "The Director of Service and the Head of Department were out. God knows why.",
        "YES I DID. IT WAS NOT FINE. NEVER AGAIN.",
    ],
)
def test_words_that_only_look_like_names_are_left_alone(text):
    assert seen(text) == []


@pytest.mark.parametrize(
    "words",
    [
        "Brightwell",
        "brightwell",
        "BRIGHTWELL MOBILE",
        "Brightwell-Mobile",
        "Bríghtwell",
        "Bright\u00adwell",
        "Bright\u200bwell",
        "Bright-well",
        "Brightwells",
        "BWM",
        "Ｂｒｉｇｈｔｗｅｌｌ",
    ],
)
def test_a_company_of_the_list_is_found_in_any_spelling(words):
    text = f"and so {words} did it"
    (found,) = [found for found in suggest(text, [BRIGHTWELL]) if found.kind_of_thing == "company"]
    assert found.words == words
    assert found.reason == "“Brightwell Mobile” is on the list of companies"
    assert found.proposed.replacement == "[a mobile phone company]"


def test_a_domain_of_the_list_is_found_as_the_address_that_it_is():
    assert seen("see shop.brightwell.example/x now", [BRIGHTWELL]) == [("url", "shop.brightwell.example/x")]
    assert seen("see brightwell dot example", [BRIGHTWELL])[0] == ("company", "brightwell")


def test_a_possessive_ending_is_left_in_the_sentence():
    assert ("company", "Brightwell") in seen("and Brightwell’s shop", [BRIGHTWELL])


def test_a_slogan_of_the_list_is_found_without_quotation_marks():
    assert ("slogan", "we’re always listening") in seen(
        "because we’re always listening, they say", [BRIGHTWELL]
    )


def test_a_name_that_is_an_ordinary_word_needs_its_capital():
    assert ("company", "After") in seen("I bought it at After in June", [AFTER])
    assert seen("It came after two weeks", [AFTER]) == []


def test_other_words_are_not_taken_for_a_company_of_the_list():
    assert seen("a brightwellness cure, a bright well, brightwellian", [BRIGHTWELL]) == []
