"""The report: every letter is counted once, reasons have names, nobody is named, and it is a file too."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask

from newsroom.delivery import figures, timeline
from newsroom.delivery.figures import Figure, Report
from newsroom.delivery.models import Bounce, Departure
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail.reply import Reply, Stage
from tests.cast import Cast
from tests.delivery import stage
from tests.delivery.stage import FakeTransport

ANSWERS = {
    2: Reply(550, "5.1.1 <reader0002@reader.example> is unknown here", Stage.RCPT),
    3: Reply(550, "5.1.1 no reader0003@reader.example with us", Stage.RCPT),
    4: Reply(451, "4.7.1 Come back later", Stage.RCPT),
    5: Reply(552, "The mailbox is full", Stage.DATA),
}


@pytest.fixture
def sent(db_house: Flask, fake: Callable[..., FakeTransport]) -> list[int]:
    """Twelve letters, four of which met a refusal; one came back, and one reader left."""
    by_address = {stage.email_of(position): reply for position, reply in ANSWERS.items()}
    fake(lambda rcpt: by_address.get(rcpt, Reply(250, "2.0.0 Accepted", Stage.DATA)))
    ids = stage.dispatched(12)
    stage.work()
    dispatch_id = stage.dispatch().id
    with unit_of_work():
        at = clock.now()
        kind = {"kind": "hard", "status": "5.1.1", "diagnostic": "gone", "source": "report", "at": at}
        db.session.add(Bounce(dispatch_id=dispatch_id, subscriber_id=ids[5], **kind))
        db.session.add(Departure(dispatch_id=dispatch_id, subscriber_id=ids[6], how="unsubscribed", at=at))
    return ids


def _report() -> Report:
    return figures.report(stage.dispatch())


def _counts(report: Report, key: str) -> dict[str, int]:
    (chapter,) = [chapter for chapter in report.chapters if chapter.key == key]
    return {figure.label: figure.count for figure in chapter.figures}


def test_every_letter_is_counted_once_and_every_refusal_has_its_reason(sent: list[int]) -> None:
    report = _report()
    assert report.audience == 12
    assert _counts(report, "states") == {"Handed over": 8, "To be tried again": 1, "Refused": 3}
    assert _counts(report, "refused") == {"550 5.1.1, the address": 2, "552": 1}
    assert _counts(report, "deferred") == {"451 4.7.1, their policy": 1}
    assert sum(_counts(report, "came-back").values()) == 1
    assert _counts(report, "left") == {"Unsubscribed": 1}
    assert report.timeline is not None
    assert sum(column.count for column in report.timeline.columns) == 8


@pytest.mark.parametrize(
    ("step", "count", "said"),
    [
        (1, 1, ["23:59:30"]),
        (60, 8, ["23:59", "00:06"]),
        (300, 25, ["23:59", "00:59", "01:59"]),
        (86_400, 20, ["2026-12-01", "2026-12-10", "2026-12-20"]),
    ],
)
def test_the_columns_say_when(step: int, count: int, said: list[str]) -> None:
    begins = "2026-12-01T23:59:30+00:00"
    line = timeline.from_json({"begins": begins, "step": step, "counts": [1] * count})
    assert line is not None
    # Where they pass midnight the day is named as well.
    assert [tick.label.removeprefix("12-01 ").removeprefix("12-02 ") for tick in line.ticks] == said
    assert [tick.place for tick in line.ticks][-1] == pytest.approx((count - 1) / max(count, 12))


def test_nobody_is_named(sent: list[int]) -> None:
    for _, label, _, _, said in figures.as_rows(_report()):
        assert "reader.example" not in label + said


def test_the_page_and_the_file_say_the_same(sent: list[int], db_house: Flask) -> None:
    desk = Cast(db_house).publisher()
    desk.visit(f"/desk/deliveries/{stage.NUMBER}/report")
    for words in ("550 5.1.1", "Unsubscribed", "How the letters left", "67 %"):
        desk.sees(words)
    line = _report().timeline
    assert line is not None
    desk.sees(f"{line.ticks[0].label} UTC")
    file = desk.client.get(f"/desk/deliveries/{stage.NUMBER}/report.csv", base_url=desk.base_url)
    assert file.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(file.get_data(as_text=True))))
    assert rows[0] == list(figures.COLUMNS)
    assert ["Why letters were refused", "550 5.1.1, the address", "2", "66.67"] in [row[:4] for row in rows]


def test_the_terminal_says_the_same(sent: list[int], db_house: Flask) -> None:
    said = db_house.test_cli_runner().invoke(args=["delivery", "report", str(stage.NUMBER)])
    assert said.exit_code == 0
    assert "550 5.1.1, the address" in said.stdout
    table = db_house.test_cli_runner().invoke(args=["delivery", "report", str(stage.NUMBER), "--csv"])
    assert table.stdout.splitlines()[0] == ",".join(figures.COLUMNS)


def test_somebody_uncertain_is_named_and_written_to_again(
    house: Flask, fake: Callable[..., FakeTransport]
) -> None:
    unsure = Reply(0, "No answer came.", Stage.DATA, uncertain=True)
    transport = fake(lambda _rcpt: unsure)
    stage.dispatched(1)
    stage.work()
    asked = ["delivery", "send-again", str(stage.NUMBER)]
    runner = house.test_cli_runner()
    assert runner.invoke(args=asked).stdout == f"{stage.email_of(1)}\n"
    assert runner.invoke(args=[*asked, "nobody@reader.example"]).exit_code == 1
    transport.answer = lambda _rcpt: Reply(250, "2.0.0 Accepted", Stage.DATA)
    assert runner.invoke(args=[*asked, stage.email_of(1)]).exit_code == 0
    stage.work()
    assert stage.tally() == {"handed_over": 1}
    assert runner.invoke(args=[*asked, stage.email_of(1)]).exit_code == 1


def test_of_several_who_are_uncertain_all_are_written_to_again_or_none(
    house: Flask, fake: Callable[..., FakeTransport]
) -> None:
    fake(lambda _rcpt: Reply(0, "No answer came.", Stage.DATA, uncertain=True))
    stage.dispatched(2)
    stage.work()
    runner = house.test_cli_runner()
    asked = ["delivery", "send-again", str(stage.NUMBER)]
    named = runner.invoke(args=asked).stdout.split()
    refused = runner.invoke(args=[*asked, *named, "nobody@reader.example"])
    assert refused.exit_code == 1
    assert refused.stderr == "Error: nobody@reader.example is not on the list of subscribers.\n"
    assert stage.tally() == {"uncertain": 2}
    # Somebody who is named twice is one person.
    said = runner.invoke(args=[*asked, *named, named[0]])
    assert said.stdout == "".join(f"{email} is written to once more.\n" for email in named)
    assert stage.tally() == {"pending": 2}
    late = runner.invoke(args=[*asked, named[1]])
    assert late.stderr.startswith(f"Error: {named[1]}: That letter is not uncertain any more")


def test_an_issue_that_was_not_sent_has_no_report(house: Flask) -> None:
    stage.approved()
    desk = Cast(house).publisher()

    for page in ("report", "report.csv"):
        desk.visit(f"/desk/deliveries/{stage.NUMBER}/{page}", expect=404)


@pytest.mark.parametrize(
    ("seconds", "step"), [(0, 1), (47, 1), (48, 2), (2_879, 60), (2_880, 300), (10**8, 2_083_334)]
)
def test_a_timeline_has_a_round_step_and_fits(seconds: int, step: int) -> None:
    assert timeline.step_for(seconds) == step
    assert seconds // step < timeline.MOST_COLUMNS


@pytest.mark.parametrize(
    ("count", "of", "words"),
    [(1, 3, "33 %"), (1, 20, "5.0 %"), (1, 10_000, "under 0.1 %"), (0, 5, "0.0 %"), (0, 0, "0.0 %")],
)
def test_what_is_there_is_never_rounded_to_nothing(count: int, of: int, words: str) -> None:
    assert Figure("x", count, of).per_cent == words
