"""What a mail says, and which mails are none of a reader's. The messages are files in tests/stories/mail."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.text import words_in
from newsroom.stories.incoming import LeftAlone, MailedDraft, read
from newsroom.stories.incoming.plain import text_of
from newsroom.stories.incoming.trimming import own_words
from tests.stories.conftest import STORY

MAIL = Path(__file__).parent / "mail"
OURS = ("letters@service-bell.example",)
SAID_EXACTLY = [
    "alternative",
    *(f"answer-{language}" for language in ("de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "sv")),
    "answer-below",
    "answer-unmarked",
    "base64",
    "flowed",
    "forged-name",
    "gmail-html",
    "html-only-phone",
    "name-that-leads",
    "name-with-header",
    "no-message-id",
    "outlook",
    "outlook-html",
    "phone-signature-de",
    "pictures",
    "plain",
    "quoted-printable",
    "rtl-and-zero-width",
    "signature",
    "smime-signed",
    "unknown-charset",
]
LEFT_ALONE = {
    "bounce": "reports on a letter",
    "calendar": "no text",
    "empty": "no text",
    "exchange-away": "no automatic answer",
    "from-daemon": "machine",
    "from-ourselves": "our own address",
    "mailing-list": "mailing list",
    "no-sender": "no address",
    "null-return-path": "no return path",
    "smime-encrypted": "no text",
    "two-senders": "from whom",
    "vacation": "automatic answer",
    "vacation-old": "sent to many",
}
SAID_OTHERWISE = {
    "answer-only-quotation",
    "broken-mime",
    "forwarded",
    "latin-1",
    "said-he-wrote",
    "too-short",
}


def eml(name: str) -> bytes:
    return (MAIL / f"{name}.eml").read_bytes()


def draft(name: str) -> MailedDraft:
    found = read(eml(name), OURS)
    assert isinstance(found, MailedDraft), found
    return found


def test_every_message_of_the_collection_is_judged_here() -> None:
    judged = {*SAID_EXACTLY, *LEFT_ALONE, *SAID_OTHERWISE, "wrong-charset"}
    assert {path.stem for path in MAIL.glob("*.eml")} == judged


@pytest.mark.parametrize("name", SAID_EXACTLY)
def test_what_its_author_wrote_is_left_and_nothing_else(name: str) -> None:
    assert draft(name).body == STORY


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_no_reader_told_us_is_left_alone_with_a_reason(name: str) -> None:
    found = read(eml(name), OURS)
    assert isinstance(found, LeftAlone)
    assert LEFT_ALONE[name] in found.why


@pytest.mark.parametrize("name", ["latin-1", "wrong-charset"])
def test_accents_survive_whatever_encoding_they_say_they_have(name: str) -> None:
    body = draft(name).body
    assert "Très bien, für alle." in body
    assert "\ufffd" not in body


def test_a_story_that_quotes_somebody_keeps_the_quotation() -> None:
    body = draft("said-he-wrote").body
    assert body == f"{STORY}\n\nOn Monday, 3 November, at 9:12 he wrote:\n\n> We are sorry.\n\nThat was all."


def test_a_forwarded_letter_stays_whole_because_it_is_the_story() -> None:
    body = draft("forwarded").body
    assert body.startswith("See what they answered me.")
    assert body.endswith(STORY)


def test_everything_is_kept_where_nothing_would_be_left() -> None:
    assert "tell us what happened to you" in draft("answer-only-quotation").body


def test_a_mail_too_short_for_a_story_is_a_draft_all_the_same() -> None:
    assert draft("too-short").body == "They were rude."


def test_files_are_counted_and_signatures_are_none() -> None:
    assert draft("pictures").attachment_count == 3
    assert draft("smime-signed").attachment_count == 0
    assert draft("plain").attachment_count == 0


def test_the_address_counts_and_not_the_name_that_is_shown() -> None:
    forged = draft("forged-name")
    assert (forged.sender, forged.name) == ("rhona@reader.example", "")
    assert draft("name-that-leads").name == ""
    assert draft("name-with-header").name == "Rhona Bcc: everybody"


def test_nothing_invisible_comes_in() -> None:
    found = draft("rtl-and-zero-width")
    assert (found.name, found.subject, found.body) == ("Rhona", "The lamp", STORY)


def test_a_message_has_one_key_however_it_came_and_two_messages_have_two() -> None:
    again = b"Received: from mx.example\n" + eml("plain")
    assert read(again) == draft("plain")
    assert draft("no-message-id").key != draft("plain").key
    stolen = eml("plain").replace(b"Rhona Vale <rhona@reader.example>", b"ida@reader.example")
    other = read(stolen)
    assert isinstance(other, MailedDraft)
    assert other.key != draft("plain").key


def test_what_only_somebody_can_judge_is_for_a_person_and_what_a_machine_wrote_is_not() -> None:
    for name, expected in (("smime-encrypted", True), ("two-senders", True), ("vacation", False)):
        found = read(eml(name))
        assert isinstance(found, LeftAlone)
        assert found.for_a_person is expected, name


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\n",
        b"From: rhona@reader.example\n\n" + b"word " * 250_000,
        b"From: rhona@reader.example\nContent-Type: multipart/mixed" + b";a" * 200_000 + b"\n\nx",
        b"From: rhona@reader.example\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(3000)),
        b"From: =?utf-8?b?////?= <rhona@@reader\nContent-Type: ///\n\n\xff\xfe",
        b"From: rhona@reader.example\nContent-Type: text/html\n\n" + b"<div>" * 200_000,
        b"From: rhona@reader.example\nContent-Type: text/html\n\n" + b"<a " * 300_000,
        b"From: rhona@reader.example\nContent-Type: text/html\n\n" + b"<!--" * 300_000,
        b"From: rhona@reader.example\nIn-Reply-To: <x@y>\n\n" + b"On 3 a@b.example 9:10\n" * 60_000,
        b"From: rhona@reader.example\nContent-Type: text/plain; format=flowed\n\n" + b"x \n" * 100_000,
        b"\xff" * 10_000,
    ],
)
def test_hostile_messages_end_in_a_sentence(wrong: bytes) -> None:
    assert isinstance(read(wrong), LeftAlone)


@pytest.mark.parametrize("charset", ["punycode", "Puny_Code", "idna"])
def test_an_encoding_of_names_is_none_of_words(charset: str) -> None:
    """Python reads these in the square of the length: one mail would keep the collector for hours."""
    said = (
        f"From: rhona@reader.example\nContent-Type: text/plain; charset={charset}\n\nBcher-kva xn--bcher-kva"
    )
    found = read(said.encode(), OURS)
    assert isinstance(found, MailedDraft)
    assert found.body == "Bcher-kva xn--bcher-kva"


@pytest.mark.parametrize(
    "unit", ["X-Y: z\n", "X-Y: z\r\n", "X-Y: z\r", "--b\n\n", "--b\r\n\r\n", "--b\nX-Y: z\n\n"]
)
def test_tens_of_thousands_of_headers_or_parts_are_for_a_person(unit: str) -> None:
    head = "From: rhona@reader.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    found = read((head + unit * 20_000 + "\nHello\n").encode(), OURS)
    assert found == LeftAlone("It cannot be read.", for_a_person=True)


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange_to_be_read(data: bytes) -> None:
    assert isinstance(read(b"From: rhona@reader.example\n" + data), MailedDraft | LeftAlone)


@given(st.text(alphabet="On aé:>-\n wrotesch<@.9", max_size=200), st.booleans())
def test_trimming_invents_nothing_and_never_leaves_nothing(text: str, is_answer: bool) -> None:
    kept = own_words(text, is_answer=is_answer)
    left = iter(words_in(text))
    assert all(word in left for word in words_in(kept)), "words in their order, none of them new"
    assert bool(words_in(kept)) == bool(words_in(text))


@given(
    st.lists(
        st.sampled_from(["<div>", "</div>", "<p>", "<br>", "<blockquote>", "<b>", "</b>", "one", "two "])
    )
)
def test_every_word_of_html_is_in_its_text(parts: list[str]) -> None:
    wanted = "".join(part for part in parts if not part.startswith("<")).replace(" ", "")
    assert "".join(words_in(text_of("".join(parts)))) == wanted


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a&nbsp;b &amp; c</p><p>d</p>", "a\xa0b & c\n\nd"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<style>x</style><script>y</script>z<!-- w -->", "z"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n> > b\n> >\nc"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    ],
)
def test_html_becomes_the_lines_that_a_reader_sees(html: str, text: str) -> None:
    assert text_of(html) == text
