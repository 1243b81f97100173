import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.platform.addresses import LONGEST, Address, NoAddress, _checked, _plain, masked, parse
from newsroom.platform.mail.message import wire_address

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
LOCAL = st.from_regex(r"[A-Za-z0-9_.+-]{1,12}", fullmatch=True)
TYPED = st.builds(
    lambda local, labels: f"{local}@{'.'.join(labels)}", LOCAL, st.lists(LABEL, min_size=1, max_size=4)
)


@pytest.mark.parametrize(
    ("typed", "email", "key"),
    [
        ("rhona@reader.example", "rhona@reader.example", "rhona@reader.example"),
        ("  rhona@reader.example\n", "rhona@reader.example", "rhona@reader.example"),
        ("Rhona.Vale@Reader.Example", "Rhona.Vale@reader.example", "rhona.vale@reader.example"),
        ("o'hara+news@reader.example", "o'hara+news@reader.example", "o'hara+news@reader.example"),
        ("jo@bücher.example", "jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("jo@XN--BCHER-KVA.example", "jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("ΑΝΝΑ@reader.example", "ΑΝΝΑ@reader.example", "αννα@reader.example"),
    ],
)
def test_an_address_is_written_as_typed_and_compared_without_case(typed: str, email: str, key: str) -> None:
    address = parse(typed)

    assert (address.email, address.key) == (email, key)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "rhona",
        "rhona@",
        "@reader.example",
        "rhona@reader",
        "rhona@@reader.example",
        "rhona@reader..example",
        ".rhona@reader.example",
        "rho na@reader.example",
        "rhona@reader.example, ida@reader.example",
        "Rhona <rhona@reader.example>",
        "rhona@-reader.example",
        "rhona@localhost",
        "rhona@something.test",
        "rhona@[127.0.0.1]",
        "rhona\r\nBcc: x@reader.example",
        "rhona@reader.example\0",
        "rho\u202ena@reader.example",
        "a" * 65 + "@reader.example",
        "ü" * 40 + "@reader.example",
        "a@" + "b" * 64 + ".example",
        "a@" + "b." * 130 + "example",
        "x" * 100_000,
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(NoAddress) as refusal:
        parse(typed)

    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("rhona", "it needs an @"),
        ("rhona@", "The domain after the @ is missing"),
        ("@reader.example", "The name before the @ is missing"),
        ("rhona@reader", "with its ending"),
        ("rhona@@reader.example", "one @ only"),
        ("rhona@reader..example", "Look at the dots"),
        (".rhona@reader.example", "Look at the dots"),
        ("rhona.@reader.example", "Look at the dots"),
        ("rhona@reader.example.", "Look at the dots"),
        ("rhona@-reader.example", "Look at the hyphens"),
        ("rhona@reader-.example", "Look at the hyphens"),
        ("rhona@[127.0.0.1]", "not a number in brackets"),
        ('"rhona"@reader.example', "without quotation marks"),
        ("rhona(at work)@reader.example", "without spaces"),
        ("rhona@rea_der.example", "letters, digits, dots and hyphens only"),
        ("rhona@something.test", "no mail is delivered"),
        ("rho\u202ena@reader.example", "cannot be seen"),
        ("rho\u00adna@reader.example", "cannot be seen"),
        ("rhona\r\nBcc: x@reader.example", "one address only"),
    ],
)
def test_the_sentence_says_what_to_mend(typed: str, advice: str) -> None:
    with pytest.raises(NoAddress, match=advice):
        parse(typed)


@given(st.text(max_size=40) | st.builds("{}@{}".format, st.text(max_size=12), st.text(max_size=12)))
def test_no_sentence_is_the_library_s_own(typed: str) -> None:
    try:
        parse(typed)
    except NoAddress as refusal:
        said = str(refusal)
    else:
        return
    with pytest.raises(EmailNotValidError) as reason:
        validate_email(typed.strip(), check_deliverability=False)
        raise EmailNotValidError("The address is too long for its key.")

    assert str(reason.value) not in said
    assert "period" not in said


@given(TYPED)
@example("a.b@reader.example")
@example("-a@reader.example")
@example("a--b@reader.example")
@example("a@re--ader.example")
@example("a@b.arpa")
@example("a@b.c1")
def test_the_quick_check_and_the_full_check_agree(typed: str) -> None:
    try:
        expected = validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        expected = None
    try:
        found = parse(typed).email
    except NoAddress:
        found = None

    assert found == expected


# One half is ordinary, the other nearly so: else it would seldom be looked at for the fault of the first.
NEARLY_A_LOCAL = st.text("abzABZ019_.+-", max_size=9)
NEARLY_A_DOMAIN = st.text("abAB01.-", max_size=9).map("{}.Example".format)
SPECIAL_DOMAIN = st.sampled_from(["b.ARPA", "1.in-addr.arpa", "a.local", "xn--bcher-kva.example", "a.b.test"])


def full_check(typed: str) -> Address | None:
    try:
        return _checked(typed)
    except NoAddress:
        return None


@given(
    TYPED
    | NEARLY_A_LOCAL.map("{}@Reader.example".format)
    | (NEARLY_A_DOMAIN | SPECIAL_DOMAIN).map("Rhona.Vale@{}".format)
    | st.builds("{}@{}".format, st.text(max_size=8), st.text(max_size=8).map("{}.example".format))
)
@example("Rhona.Vale+news@Reader.Example")
@example(".a@reader.example")
@example("a..b@reader.example")
@example("a.@reader.example")
@example("a@-b.example")
@example("a@b-.example")
@example("a@b..example")
@example("a@xn--bcher-kva.example")
@example("a@b.arpa")
@example("a" * 64 + "@reader.example")
@example("a" * 65 + "@reader.example")
@example("a@" + "b" * 63 + ".example")
@example("a" * 64 + "@" + "b." * 91 + "example")
@example("a" * 64 + "@" + "b." * 92 + "example")
@example("\u212a@reader.example")
@example("a@\u212a.example")
@example("a@reader.example\n")
def test_what_the_quick_check_takes_the_full_check_takes_in_the_same_form(typed: str) -> None:
    found = _plain(typed)

    assert found is None or found == full_check(typed)


@pytest.mark.parametrize("typed", ["ana.lund@reader.example", "Ana.Lund+news@Reader.Example", "a_b-1@b.co"])
def test_ordinary_addresses_need_no_full_check(typed: str) -> None:
    assert _plain(typed) == full_check(typed)


@given(TYPED | st.builds("{}@{}".format, st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12)))
@example("jo@bücher.example")
@example("ΑΝΝΑ@reader.example")
@example("straße@reader.example")
def test_reading_an_address_again_changes_nothing_and_it_can_be_written_to(typed: str) -> None:
    try:
        address = parse(typed)
    except NoAddress:
        return

    assert parse(address.email) == address
    assert parse(address.key).key == address.key
    assert len(address.key) <= LONGEST
    wire_address(address.email)


@pytest.mark.parametrize(
    ("email", "shown"),
    [("rhona@reader.example", "rh…@reader.example"), ("jo@reader.example", "j…@reader.example")],
)
def test_a_masked_address_can_be_recognised_and_not_used(email: str, shown: str) -> None:
    assert masked(email) == shown
