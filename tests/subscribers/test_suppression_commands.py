"""The suppression list at the terminal."""

import json

import pytest
from flask import Flask

from newsroom.accounts.queries import audit_log
from newsroom.platform.db import unit_of_work
from newsroom.subscribers import queries, service
from newsroom.subscribers.rules import Reason
from tests.subscribers.conftest import EMAIL, join
from tests.subscribers.test_commands import subscribers


def test_an_address_is_put_on_the_list_shown_and_lifted(app: Flask) -> None:
    rhona = join()
    added = subscribers(app, "suppressions", "add", EMAIL, "--reason", "complaint", "--detail", "=Rang us")
    assert (added.exit_code, added.stdout) == (0, "Never written to again.\n")
    assert "on the list already" in subscribers(app, "suppressions", "add", EMAIL).stdout

    table = subscribers(app, "suppressions", "list", "--reason", "complaint").stdout.splitlines()
    fingerprint = queries.suppressions()[1][0].fingerprint
    assert table[0] == "fingerprint,reason,detail,since,subscriber"
    assert table[1].startswith(f"{fingerprint},complaint,'=Rang us,")
    assert table[1].endswith(rhona.public_id)
    assert EMAIL not in table[1]
    row = json.loads(subscribers(app, "suppressions", "list", "--json", "--words", "rang").stdout)
    assert (row["fingerprint"], row["detail"]) == (fingerprint, "=Rang us")
    assert len(subscribers(app, "suppressions", "list", "--reason", "request").stdout.splitlines()) == 1

    lifted = subscribers(app, "suppressions", "lift", fingerprint, "--reason", "They rang once more")
    assert lifted.exit_code == 0
    assert queries.suppression_of(EMAIL) is None
    entry = audit_log().items[0]
    assert (entry.verb, entry.detail) == ("lifted", "They rang once more")


def test_an_address_is_lifted_by_itself(app: Flask) -> None:
    with unit_of_work():
        service.suppress(EMAIL, Reason.HARD_BOUNCE)
    assert subscribers(app, "suppressions", "lift", EMAIL.upper(), "--reason", "x").exit_code == 0
    assert queries.counts().suppressed == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("lift", EMAIL, "--reason", "x"), 1, "is not on the list"),
        (("lift", "0123456789ab", "--reason", "x"), 1, "is not on the list"),
        (("lift", "%%%%%%%%", "--reason", "x"), 1, "is not on the list"),
        (("lift", "0123", "--reason", "x"), 1, "at least 8 letters"),
        (("lift", "@", "--reason", "x"), 1, "address"),
        (("lift", EMAIL), 2, "--reason"),
        (("lift", EMAIL, "--reason", " "), 2, "audit log"),
        (("add", "nobody"), 1, "needs an @"),
        (("add", EMAIL, "--reason", "whim"), 2, "whim"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    app: Flask, arguments: tuple[str, ...], code: int, words: str
) -> None:
    with unit_of_work():
        service.suppress("other@reader.example", Reason.REQUEST)
    result = subscribers(app, "suppressions", *arguments)
    assert result.exit_code == code
    assert words in result.stderr
    assert queries.counts().suppressed == 1
