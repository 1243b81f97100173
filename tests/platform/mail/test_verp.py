"""Return paths that name a delivery."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.mail.verp import LONGEST_TOKEN, make, parse

SECRET = "a secret for the tests alone"
TOKENS = st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,12}){0,2}", fullmatch=True)


@given(TOKENS, st.text(min_size=1, max_size=30))
def test_what_was_put_in_comes_out_whatever_a_server_does_to_the_case(token: str, secret: str) -> None:
    address = make(token, "bounces.service-bell.example", secret)
    assert len(address.partition("@")[0]) <= 64
    assert parse(address, secret) == token
    assert parse(f" <{address.upper()}> ", secret, "Bounces.Service-Bell.example") == token


@given(TOKENS, TOKENS)
def test_nobody_can_change_whom_it_names(token: str, other: str) -> None:
    address = make(token, "b.example", SECRET)
    forged = address.replace(f"+{token}.", f"+{other}.")
    assert parse(forged, SECRET) == (token if token == other else None)
    assert parse(address, SECRET + "x") is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bounce+a@b.example",
        "bounce+a.@b.example",
        "ana@reader.example",
        "bounce+a.aaaaaaaaaaaaaaaa@b.example",
    ],
)
def test_what_is_not_ours_is_nothing(address: str) -> None:
    assert parse(address, SECRET) is None


def test_another_domain_is_not_ours() -> None:
    assert parse(make("a", "b.example", SECRET), SECRET, "c.example") is None


@pytest.mark.parametrize("token", ["", "A", "a_b", "-a", "a--b", "a.b", "x" * (LONGEST_TOKEN + 1)])
def test_a_token_that_cannot_survive_is_refused(token: str) -> None:
    with pytest.raises(ValueError):
        make(token, "b.example", SECRET)
