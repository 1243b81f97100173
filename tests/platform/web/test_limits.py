from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from newsroom.platform.web import limiter
from newsroom.platform.web.limits import Tally, network, networks


def test_what_is_done_too_often_is_refused_with_a_sentence(app: Flask) -> None:
    app.add_url_rule("/door", view_func=limiter.limit("2 per hour")(lambda: "in"))
    client = app.test_client()
    assert [client.get("/door").status_code for _ in range(3)] == [200, 200, 429]
    words = client.get("/door").text
    assert "a little too often" in words
    assert "2 per" not in words


def test_limits_can_be_switched_off(app: Flask) -> None:
    from newsroom.factory import create_app

    off = create_app(app.extensions["newsroom.settings"].model_copy(update={"limits": False}))
    off.add_url_rule("/door", view_func=limiter.limit("1 per hour")(lambda: "in"))
    client = off.test_client()
    assert [client.get("/door").status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("a socket", "a socket"),
    ],
)
def test_a_whole_network_of_ipv6_is_one_visitor(app: Flask, address: str, counted_as: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == counted_as


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", ("192.0.2.7", "192.0.2.0/24", "192.0.0.0/16")),
        ("2001:db8:1:2::7", ("2001:db8:1:2::/64", "2001:db8:1::/48", "2001:db8::/32")),
        ("a socket", ("a socket",) * 3),
    ],
)
def test_a_network_has_neighbours_and_a_provider(
    app: Flask, address: str, counted_as: tuple[str, str, str]
) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert networks() == counted_as


def test_of_many_who_come_at_once_no_more_pass_than_may(app: Flask) -> None:
    tally = Tally("at once", "10 per hour;12 per day")
    with ThreadPoolExecutor(20) as crowd:
        passed = sum(crowd.map(tally.take, ["here"] * 200))
    assert passed <= 10
    for _ in range(passed, 10):
        assert tally.take("here")
    assert not tally.take("here")
    assert tally.take("elsewhere")
    # What was refused was not counted, and what is given back can be taken again, in each window.
    assert tally.taken("here") == 10
    tally.give_back("here")
    assert tally.take("here")
    assert not tally.take("here")
