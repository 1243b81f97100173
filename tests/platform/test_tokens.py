from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.platform import tokens
from tests.chance import SHARED_FIXTURE

pytestmark = pytest.mark.usefixtures("app")


@given(value=st.text(max_size=80), purpose=st.text(max_size=20))
@settings(suppress_health_check=SHARED_FIXTURE)
def test_a_token_says_what_it_was_made_with(value: str, purpose: str) -> None:
    assert tokens.read(purpose, tokens.make(purpose, value)) == value


def test_a_token_for_another_purpose_is_forged() -> None:
    with pytest.raises(tokens.TokenForged):
        tokens.read("unsubscribe", tokens.make("confirm", "12"))


def test_any_changed_character_makes_it_forged() -> None:
    token = tokens.make("confirm", "12")
    for place, character in enumerate(token[:-1]):
        other = "A" if character != "A" else "B"
        with pytest.raises(tokens.TokenForged):
            tokens.read("confirm", token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é", "x" * 5000])
def test_rubbish_is_forged(token: str) -> None:
    with pytest.raises(tokens.TokenForged):
        tokens.read("confirm", token)


def test_an_old_token_has_expired(clock: time_machine.Traveller) -> None:
    token = tokens.make("confirm", "12")
    clock.shift(timedelta(hours=2))
    assert tokens.read("confirm", token, timedelta(hours=3)) == "12"
    with pytest.raises(tokens.TokenExpired):
        tokens.read("confirm", token, timedelta(hours=1))


def test_tokens_for_values_of_one_length_have_one_length() -> None:
    assert len({len(tokens.make("u", f"{number:012}")) for number in range(0, 10**12, 10**10)}) == 1


def test_another_secret_makes_every_token_forged(app: Flask) -> None:
    token = tokens.make("confirm", "12")
    changed = app.extensions["newsroom.settings"].model_copy(update={"secret_key": "another secret"})
    app.extensions["newsroom.settings"] = changed
    with pytest.raises(tokens.TokenForged):
        tokens.read("confirm", token)
