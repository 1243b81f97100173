"""Addresses, numbers, dates and sums of money that the desk suggests, and the ones that it leaves alone."""

import pytest

from newsroom.stories.redaction.suggestions import suggest


def seen(text):
    return [(found.kind_of_thing, found.words) for found in suggest(text)]


@pytest.mark.parametrize(
    ("text", "thing", "words"),
    [
        ("write to ana.b+x@quay-mail.example.", "email", "ana.b+x@quay-mail.example"),
        ("write to ana(at)quay(dot)example or", "email", "ana(at)quay(dot)example"),
        ("write to ana [at] quay [dot] example or", "email", "ana [at] quay [dot] example"),
        ("write to ana at quay dot example or", "email", "ana at quay dot example"),
        ("write to ana @ quay . example and", "email", "ana @ quay . example"),
        ("look at https://loomis.example/a?b=1.", "url", "https://loomis.example/a?b=1"),
        ("look at www.loomis.example/a, please", "url", "www.loomis.example/a"),
        ("look at loomis.example for it", "url", "loomis.example"),
        ("and @loomis_help said so", "handle", "@loomis_help"),
        ("under #loomisfail you will see", "handle", "#loomisfail"),
        ("my number is 01632 960417 if", "phone", "01632 960417"),
        ("ring +44 (0)1632 960 143 now", "phone", "+44 (0)1632 960 143"),
        ("ring (020) 7946 0958 now", "phone", "(020) 7946 0958"),
        ("it was 555-555-0142 then", "phone", "555-555-0142"),
        ("it was 0491 570 156 then", "phone", "0491 570 156"),
        ("it was 01 99 00 45 12 then", "phone", "01 99 00 45 12"),
        ("unter 030 23125 441 nicht", "phone", "030 23125 441"),
        ("I rang 946 0958 twice", "phone", "946 0958"),
        ("paid with 4111 1111 1111 1111 then", "card", "4111 1111 1111 1111"),
        ("paid with 378282246310005 then", "card", "378282246310005"),
        ("my card 4111-1111-1111-1112 was", "card", "4111-1111-1111-1112"),
        ("the card ending in 4417 was", "card", "4417"),
        ("to GB82 WEST 1234 5698 7654 32 please", "iban", "GB82 WEST 1234 5698 7654 32"),
        ("to DE89370400440532013000 please", "iban", "DE89370400440532013000"),
        ("our customer number, AF 229-614, and", "account", "AF 229-614"),
        ("collect (order 7730-5519-02) because", "account", "7730-5519-02"),
        ("ticket LT-40817 is", "account", "LT-40817"),
        ("booking reference QX7T2P was", "account", "QX7T2P"),
        ("order no. is #88213.", "account", "#88213"),
        ("their letter CMP/55219/KL says", "account", "CMP/55219/KL"),
        ("sort code 04-00-31 and", "account", "04-00-31"),
        ("a van, AB12 CDE, came", "account", "AB12 CDE"),
        ("on 14 March 2024 it", "date", "14 March 2024"),
        ("on March 14th, 2024 it", "date", "March 14th, 2024"),
        ("on 2024-03-14 it", "date", "2024-03-14"),
        ("on 14.03.2024 it", "date", "14.03.2024"),
        ("in November 2019 it", "date", "November 2019"),
        ("paid £1,249.99 for", "amount", "£1,249.99"),
        ("paid 29,90 € for", "amount", "29,90 €"),
        ("paid Rs. 38,490/- for", "amount", "Rs. 38,490/-"),
        ("paid 40 euros for", "amount", "40 euros"),
        ("at 14 Pargeter Lane again", "street", "14 Pargeter Lane"),
        ("in der Hauptstraße 14 wohnt", "street", "Hauptstraße 14"),
        ("to SW1A 9ZZ by", "place", "SW1A 9ZZ"),
        ("their slogan is “We are always listening”, ha", "slogan", "We are always listening"),
    ],
)
def test_what_could_give_somebody_away_is_suggested(text, thing, words):
    assert (thing, words) in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "I waited from 6.15 to 7.45, and 38 minutes more.",
        "The scores were 3-2, 4-4 and 0-0; my blood pressure was 145/92.",
        "It holds 2,311 photographs and 100,000 songs, in version 14.2.1.",
        "The manual is ISBN 978-0-306-40615-7, the part number 481010438414.",
        "We came in May. Will it ever end? By God's grace it may, in 2024.",
        "The order was fine, and the account is closed. I read my policy.",
        "A note on the box was 00-14-22-01-23-45 long.",
        "Flight at 6.05, booking for 12 people, ticket in 3 weeks.",
        "My order of 12 000 screws came, and a case of 24 bottles.",
        "",
    ],
)
def test_ordinary_numbers_and_words_are_left_alone(text):
    assert seen(text) == []


def test_every_reference_of_a_list_is_suggested():
    found = seen("Reference numbers: VG100482, VG100511 and VG100790. Collect the set.")
    assert found == [("account", "VG100482"), ("account", "VG100511"), ("account", "VG100790")]


def test_a_number_is_one_thing_only_and_the_surest_one():
    assert seen("my account IBAN is GB82 WEST 1234 5698 7654 32.") == [
        ("iban", "GB82 WEST 1234 5698 7654 32")
    ]
    assert seen("rang 01632 960417 about order 7730-5519-02.") == [
        ("phone", "01632 960417"),
        ("account", "7730-5519-02"),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "replacement"),
    [
        ("to ana@quay.example", "anonymise", "[an e-mail address]"),
        ("on 01632 960417", "anonymise", "[a telephone number]"),
        ("order 7730-5519-02", "anonymise", "[a reference number]"),
        ("on 14 March 2024", "generalise", "a day in March 2024"),
        ("for £1,249.99 it", "generalise", "about £1,200"),
        ("for £38 it", "generalise", "about £38"),
        ("for 29,90 € it", "generalise", "about 29 €"),
    ],
)
def test_a_suggestion_says_what_to_print_instead(text, kind, replacement):
    (found,) = suggest(text)
    assert (found.proposed.kind, found.proposed.replacement) == (kind, replacement)


@pytest.mark.parametrize("date", ["02.05.2024", "2024-05-02", "02/05/2024"])
def test_a_date_on_which_somebody_rang_is_no_telephone_number(date):
    assert seen(f"I rang on {date} and nobody came.") == [("date", date)]


def test_a_suggestion_gives_its_reason_in_plain_words():
    (found,) = suggest("about order 7730-5519-02.")
    assert found.reason == "“order” stands before it"
