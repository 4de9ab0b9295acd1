"""On and off: least load, start cost, least times up and down, cyclic; whole-number programs."""

from __future__ import annotations

import numpy as np
import pytest

from kenli.core.errors import InputError
from support.program_text import check_golden
from support.small_park import (
    capacity,
    converter,
    cost,
    demand,
    flow,
    market,
    park,
    prepare_park,
    size,
    solve_park,
    source,
    terms,
)

BUSES = {"gas": "gas", "heat": "heat"}


def boiler(load: list[float], on_off: dict[str, object], capacity: object = 10, **more: object) -> dict[str, object]:
    """A boiler on gas at 1 CNY/MWh against dear heat at 10."""
    return park(
        {
            "need": demand("load", bus="heat"),
            "gas": market(bus="gas", buy={"price": 1}),
            "boiler": converter("gas", "heat", capacity, on_off=on_off, **more),
            "dear": source(50, out="heat", price=10),
        },
        buses=BUSES,
        series={"load": {"values": load, "unit": "MW"}},
        steps=len(load),
    )


def running(answer: object) -> np.ndarray:
    return next(
        answer.solution.of(c)  # type: ignore[attr-defined]
        for c in answer.build.program.column_families  # type: ignore[attr-defined]
        if c.name == "running/boiler"
    )


def test_below_its_least_load_a_boiler_is_off() -> None:
    """10 MW with a least load of 40 %: loads 10, 3, 10, 3 leave the 3 MW to the dear heat."""
    answer = solve_park(boiler([10, 3, 10, 3], {"min_load": 0.4}))
    assert flow(answer, "boiler", "heat") == pytest.approx([10, 0, 10, 0])
    assert running(answer) == pytest.approx([1, 0, 1, 0])
    assert cost(answer) == pytest.approx(2190 * (20 * 1 + 6 * 10))


def test_a_start_is_paid_per_unit_of_size_and_counted_over_the_year() -> None:
    """Loads 10, 0, 0, 0: one start a cycle at 20 CNY/MW * 10 MW, 2190 times a year; worth 9 * 10 < 200.

    A start costs 200 a cycle and the gas saves 90: it stays off. At 5 CNY/MW it runs: 50 < 90. The least
    load keeps it from idling through for nothing, as one without it would.
    """
    off = solve_park(boiler([10, 0, 0, 0], {"start_cost": "20 CNY/MW", "min_load": 0.1}))
    assert flow(off, "boiler", "heat") == pytest.approx(np.zeros(4))
    on = solve_park(boiler([10, 0, 0, 0], {"start_cost": "5 CNY/MW", "min_load": 0.1}))
    assert terms(on) == pytest.approx({"start_cost": 2190 * 50, "purchase": 2190 * 10})
    idle = solve_park(boiler([10, 0, 0, 0], {"start_cost": "20 CNY/MW"}))
    assert terms(idle) == pytest.approx({"purchase": 2190 * 10})


def test_what_runs_at_the_end_has_not_to_start_again() -> None:
    """Loads 10, 0, 0, 10 with a least load: on in the last and the first hour is one start, not two."""
    answer = solve_park(boiler([10, 0, 0, 10], {"start_cost": "1 CNY/MW", "min_load": 0.1}))
    assert running(answer) == pytest.approx([1, 0, 0, 1])
    assert terms(answer)["start_cost"] == pytest.approx(2190 * 10)


def test_least_time_up_keeps_a_unit_on() -> None:
    """Six hours, load 10, 0, 0, 0, 0, 0 with surplus heat, a least load of 1 MW, three hours up.

    Running one hour saves 90; two more at 1 MW of gas cost 2. It runs three hours: 10, 1, 1.
    """
    declared = boiler([10, 0, 0, 0, 0, 0], {"min_load": 0.1, "min_up": "3 h"})
    declared["buses"]["heat"] = {"carrier": "heat", "surplus": True}
    answer = solve_park(declared)
    assert running(answer).sum() == pytest.approx(3)
    assert running(answer)[0] == pytest.approx(1)
    assert cost(answer) == pytest.approx(8760 / 6 * 12)


def test_least_time_up_goes_round_the_end() -> None:
    """The load in the last hour alone: the three hours up are hours 3-5, or go over the end to the first."""
    declared = boiler([0, 0, 0, 0, 0, 10], {"min_load": 0.1, "min_up": "3 h"})
    declared["buses"]["heat"] = {"carrier": "heat", "surplus": True}
    on = running(solve_park(declared))
    doubled = np.concatenate([on, on])
    assert on.sum() == pytest.approx(3)
    assert max(doubled[k : k + 3].sum() for k in range(6)) == pytest.approx(3), "one block of three, cyclic"


def test_least_time_down_keeps_a_unit_off() -> None:
    """Loads 10, 0, 10, 0, 0, 0 with no surplus and a least load: off at hour 1 for three hours loses hour 2.

    Two blocks of one hour have one hour between them, less than three: one of both is left to the dear.
    """
    answer = solve_park(boiler([10, 0, 10, 0, 0, 0], {"min_load": 0.1, "min_down": "3 h"}))
    assert running(answer).sum() == pytest.approx(1)
    assert cost(answer) == pytest.approx(8760 / 6 * (10 + 100))


def test_least_time_down_goes_round_the_end() -> None:
    """Loads 10, 0, 0, 10, 0 in five hours: two hours between, then one. Down of two hours allows one block only."""
    free = solve_park(boiler([10, 0, 0, 10, 0], {"min_load": 0.1, "min_down": "1 h"}))
    assert running(free).sum() == pytest.approx(2)
    answer = solve_park(boiler([10, 0, 0, 10, 0], {"min_load": 0.1, "min_down": "2 h"}))
    assert running(answer).sum() == pytest.approx(1)


def test_several_units_switch_one_by_one() -> None:
    """Three units of 4 MW with a least load of half: 12, 8, 4, 2 run 3, 2, 1, 1 of them."""
    answer = solve_park(boiler([12, 8, 4, 2], {"min_load": 0.5}, {"existing": 12, "unit_size": 4}))
    assert flow(answer, "boiler", "heat") == pytest.approx([12, 8, 4, 2])
    # A unit needs 2 MW to run and gives 4: with 2 MW asked for, it cannot be more than one.
    assert running(answer)[3] == pytest.approx(1)
    assert running(answer)[0] == pytest.approx(3)


def test_units_are_built_whole_and_switched() -> None:
    """Peak 10 once a day and 2 MW else, units of 5 MW at 100, least load 80 %: two units at the peak, none else."""
    answer = solve_park(
        boiler(
            [10, 2, 2, 2],
            {"min_load": 0.8},
            {"max": 20, "unit_size": 5, "whole_units": True},
            capex=100,
        )
    )
    assert size(answer, "boiler") == pytest.approx(10)
    assert running(answer) == pytest.approx([2, 0, 0, 0])
    assert capacity(answer, "boiler")["price"] is None


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        ({"max": 20}, "unit_size"),
        ({"max": 20, "unit_size": 5}, "whole_units"),
        ({"existing": 12, "unit_size": 5}, "multiple"),
    ],
)
def test_what_cannot_be_switched_is_refused(capacity: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        prepare_park(boiler([1, 1, 1, 1], {"min_load": 0.5}, capacity, capex=1))


def test_golden() -> None:
    on_off = {"min_load": 0.4, "start_cost": "3 CNY/MW", "min_up": "2 h", "min_down": "2 h"}
    size = {"existing": 5, "max": 20, "unit_size": 5, "whole_units": True}
    check_golden(prepare_park(boiler([10, 2, 3], on_off, size, capex=7)).formulation.program, "on_off")
