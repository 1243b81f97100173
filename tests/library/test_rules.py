"""Stages and parts of a series, as pure decisions."""

import pytest

from newsroom.library.rules import by_stage, numbering, problem_with_stages, stages_in


@pytest.mark.parametrize(
    ("parts", "missing", "doubled", "following"),
    [
        ([], (), (), 1),
        (["1", "2"], (), (), 3),
        (["1", "3", "3"], (2,), ((3, 2),), 4),
        (["2", "", "x"], (1,), (), 3),
        (["40"], tuple(range(1, 21)), (), 41),
    ],
)
def test_the_numbers_of_parts_say_what_is_missing_twice_and_next(
    parts: list[str], missing: tuple[int, ...], doubled: tuple[tuple[int, int], ...], following: int
) -> None:
    found = numbering(parts)
    assert (found.missing, found.doubled, found.next_part) == (missing, doubled, following)


def test_stages_are_typed_one_a_line() -> None:
    assert stages_in(" Hearing \n\n Being   asked\n") == ("Hearing", "Being asked")
    assert stages_in("") == ()


@pytest.mark.parametrize(
    ("stages", "sentence"),
    [
        (("Hearing", "Asking"), ""),
        (("Hearing", "HEARING"), "The stage “Hearing” stands there twice; keep one of the two."),
        (tuple(map(str, range(31))), "Keep it to 30 stages"),
        (("x" * 81,), "Keep the name of a stage to 80 characters"),
    ],
)
def test_stages_that_make_no_order_are_refused(stages: tuple[str, ...], sentence: str) -> None:
    problem = problem_with_stages(stages)
    assert problem.startswith(sentence) if sentence else not problem


def test_parts_stand_under_their_stages_in_both_orders_and_no_part_is_lost() -> None:
    parts = [("Asking", 4), ("hearing", 2), ("Elsewhere", 3), ("Hearing", 1), ("", None), ("Hearing", None)]
    groups = by_stage(parts, ("Hearing", "Silence", "Asking"), lambda one: one[0], lambda one: one[1])
    assert groups == (
        ("Hearing", (("Hearing", 1), ("hearing", 2), ("Hearing", None))),
        ("Asking", (("Asking", 4),)),
        ("", (("Elsewhere", 3), ("", None))),
    )
    assert by_stage(parts[:1], (), lambda one: one[0], lambda one: one[1]) == (("", (("Asking", 4),)),)
