"""Errors say where, what and how to fix it."""

import pytest

from kenli.core.errors import (
    InfeasibleError,
    InputError,
    KenliError,
    MissingExtraError,
    Problem,
    RunError,
    SolverError,
    UnboundedError,
    suggest,
    unknown_word,
)


def test_a_problem_reads_as_place_fact_and_remedy():
    problem = Problem("park.yaml:14 > components > pv", "there is no field 'capcity' here", "did you mean 'capacity'?")
    assert str(problem).splitlines() == [
        "park.yaml:14 > components > pv",
        "  there is no field 'capcity' here",
        "  fix: did you mean 'capacity'?",
    ]
    assert str(Problem("here", "it is empty")) == "here\n  it is empty"


def test_an_error_carries_all_problems_and_prints_them():
    first, second = Problem("a", "one"), Problem("b", "two", "mend it")
    error = InputError(problem for problem in (first, second))
    assert error.problems == (first, second)
    assert str(error) == "a\n  one\nb\n  two\n  fix: mend it"
    assert KenliError(first).problems == (first,)
    assert KenliError.at("a", "one", "so", code="x").problems == (Problem("a", "one", "so", code="x"),)
    assert type(InputError.at("a", "one")) is InputError


@pytest.mark.parametrize(
    "kind", [InputError, InfeasibleError, UnboundedError, SolverError, RunError, MissingExtraError]
)
def test_every_error_is_one_family(kind):
    with pytest.raises(KenliError, match="what happened"):
        raise kind.at("where", "what happened")


def test_a_near_word_is_suggested_and_a_far_one_is_not():
    assert suggest("capcity", ["capacity", "costs"]) == "did you mean 'capacity'?"
    assert suggest("colour", ["capacity", "costs"]) == ""
    assert suggest("x", []) == ""


def test_an_unknown_word_lists_what_is_known():
    near = unknown_word("here", "bus", "pwer", {"power": 1, "heat": 2}, code="dangling-bus")
    assert (near.where, near.what, near.fix, near.code) == (
        "here", "there is no bus 'pwer'", "did you mean 'power'?", "dangling-bus",
    )  # fmt: skip
    assert unknown_word("here", "bus", "zzz", ["b", "a"], code="c").fix == "known: a, b"
    assert unknown_word("here", "bus", "zzz", [], code="c").fix == "no bus is declared"
    many = unknown_word("here", "bus", "zzz", [f"n{k:02d}" for k in range(20)], code="c").fix
    assert many.endswith("n11, ...")
