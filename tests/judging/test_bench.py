"""The bench itself: who is missing or asleep is noticed, and the report says so."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from judges import bench, report
from judges.__main__ import main
from judges.contract import LINES, Judge, JudgeMissing, Verdict
from judges.controls import CONTROLS

NODE = Path(__file__).resolve().parents[2] / "judges" / "node"


def content(name: str = "easy") -> Judge:
    return Judge(name, (9,), lambda: "1.0", lambda letters: [Verdict(9, each.name) for each in letters])


def heard(judge: Judge, *verdicts: Verdict, refused: bool = True) -> bench.Heard:
    return bench.Heard(judge, "1.0", list(verdicts), [bench.Tried("a control", judge.name, 9, refused)])


def test_a_letter_that_fails_is_reported_with_its_problem() -> None:
    said = heard(content(), Verdict(9, "sample", ("It has no title.",)), Verdict(9, "arabic"))
    assert not report.is_content([said])
    written = report.report([said])
    assert "1 failed" in written
    assert "- Line 9, easy: It has no title. (sample)" in written


def test_a_judge_that_is_missing_says_how_to_install_it() -> None:
    said = bench.Heard(content(), missing="vnu is not here: install it with scripts/install-judges.")
    assert not report.is_content([said])
    assert "install it with scripts/install-judges" in report.report([said])


def test_a_judge_that_lets_a_broken_letter_through_is_no_judge() -> None:
    said = heard(content(), Verdict(9, "sample"), refused=False)
    assert not report.is_content([said])
    assert "LET THROUGH" in report.report([said])


def test_a_judge_without_controls_is_no_judge() -> None:
    said = replace(heard(content(), Verdict(9, "sample")), controls=[])
    assert not report.is_content([said])


def test_a_judge_that_passes_all_and_notices_its_controls_is_content() -> None:
    assert report.is_content([heard(content(), Verdict(9, "sample"))])


def test_every_line_of_every_judge_has_a_control() -> None:
    tried = {pair for control in CONTROLS for pair in control.refused_by}
    lines = {(judge.name, line) for judge in bench.JUDGES for line in judge.lines}
    assert tried <= lines
    assert lines <= tried
    assert {line for _, line in lines} <= set(LINES)


def test_a_judge_that_does_not_exist_is_named_beside_those_that_do() -> None:
    result = CliRunner().invoke(main, ["--only", "nobody"])
    assert result.exit_code == 2
    assert "There is no judge “nobody”; there is mailparser, mailauth" in result.output


def test_a_judge_that_fails_keeps_nobody_else_from_being_heard() -> None:
    def missing() -> str:
        raise JudgeMissing("It is not here: install it with scripts/install-judges.")

    def broken(letters: object) -> list[Verdict]:
        raise RuntimeError("out of memory")

    gone = replace(content("gone"), version=missing)
    down = replace(content("down"), judge=broken)
    found = bench.sitting([gone, down, content()], [], controls=())
    assert [each.missing.partition(":")[0] for each in found] == [
        "It is not here",
        "It could not judge. RuntimeError",
        "",
    ]


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_what_npm_brings_is_pinned_and_names_no_place_to_get_it_from(name: str) -> None:
    said = json.loads((NODE / name).read_text(encoding="utf-8"))
    pins = said.get("dependencies") or said["packages"][""]["dependencies"]
    assert all(version[0].isdigit() for version in pins.values())
    assert "resolved" not in (NODE / name).read_text(encoding="utf-8")
