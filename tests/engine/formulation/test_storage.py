"""Storages on a chronological horizon: losses, ends, cycles, duration, an own charging side."""

from __future__ import annotations

import numpy as np
import pytest

from support.program_text import check_golden
from support.small_park import (
    capacity,
    cost,
    demand,
    flow,
    frame_of,
    park,
    prepare_park,
    price,
    size,
    solve_park,
    source,
    storage,
    yearly,
)

SUN = {"sun": [0, 1, 1, 0]}
QUARTER = 2190.0


def levels(answer: object, name: str = "box") -> np.ndarray:
    frame = frame_of(answer, "levels")  # type: ignore[arg-type]
    return frame[frame["component"] == name].sort_values("timestep")["level"].to_numpy()


def day(box: dict[str, object], load: float = 10, sun: float = 40, **sections: object) -> dict[str, object]:
    """Sun at hours 1 and 2, a load all day, a dear source at 100 CNY/MWh."""
    return park(
        {
            "load": demand(load),
            "sun": source(sun, availability={"series": "sun"}),
            "box": box,
            "dear": source(50, price=100),
        },
        series=SUN,
        **sections,
    )


def test_a_storage_carries_the_day_into_the_night_and_over_the_end() -> None:
    """10 MW in hours 3 and 0 come from 20 MWh that hours 1 and 2 put in: the year closes. No dear hour."""
    answer = solve_park(day(storage({"max": 100}, capex=10)))
    assert size(answer, "box", "energy") == pytest.approx(20)
    assert cost(answer) == pytest.approx(200)
    found = levels(answer)
    assert len(found) == 5
    assert found[0] == pytest.approx(found[-1]), "the content at the end is that at the beginning"
    assert found[0] == pytest.approx(10)


def test_losses_in_and_out_and_in_between() -> None:
    """Efficiency 0.8 in, 0.5 out, 10 % lost an hour; 10 MW of load in the last hour only, sun in hour 2 only.

    E3 = 0: E2 * 0.9 = 10 / 0.5 = 20 -> E2 = 22.22 = 0.8 * charge -> 27.78 MW of sun.
    """
    declared = park(
        {
            "load": demand("load"),
            "sun": source({"max": 100}, availability={"series": "sun"}, capex=1000),
            "box": storage({"max": 100}, capex=0, efficiency={"charge": 0.8, "discharge": 0.5}, standing_loss="10 %/h"),
        },
        series={"load": {"values": [0, 0, 0, 10], "unit": "MW"}, "sun": [0, 0, 1, 0]},
    )
    answer = solve_park(declared)
    assert size(answer, "sun") == pytest.approx(20 / 0.9 / 0.8)
    assert levels(answer) == pytest.approx([0, 0, 0, 20 / 0.9, 0])


def test_the_standing_loss_follows_the_length_of_the_step() -> None:
    """In a step of 15 minutes the content keeps 0.9^(1/4); after an hour of them 0.9."""
    declared = park(
        {
            "load": demand("load"),
            "sun": source({"max": 100}, availability={"series": "sun"}, capex=1000),
            "box": storage({"max": 100}, capex=0, standing_loss="10 %/h"),
        },
        series={
            "load": {"values": [0, 0, 0, 0, 0, 8], "unit": "MW", "order": "quarter_hourly"},
            "sun": {"values": [0, 1, 0, 0, 0, 0], "order": "quarter_hourly"},
        },
        steps=6,
        step="15 min",
    )
    answer = solve_park(declared)
    assert size(answer, "sun") == pytest.approx(8 / 0.9), "charged at the end of step 1, four steps before"


def test_a_declared_beginning_is_a_gift_and_the_end_must_hold() -> None:
    """50 MWh, 80 % at the start, 20 % at the end: 30 MWh are used for 10 MW through the four dear hours.

    No sun: 10 of 40 MWh remain to be bought at 100.
    """
    box = storage(50, level={"initial": 0.8, "final": 0.2})
    answer = solve_park(day(box, sun=0))
    assert cost(answer) == pytest.approx(10 * QUARTER * 100)
    found = levels(answer)
    assert (found[0], found[-1]) == pytest.approx((40, 10))


def test_without_final_the_end_is_at_least_the_beginning() -> None:
    """Free sun fills it further, so the end is above the start without cost."""
    answer = solve_park(day(storage(50, level={"initial": 0.5})))
    found = levels(answer)
    assert found[0] == pytest.approx(25)
    assert found[-1] >= 25 - 1e-9
    assert cost(answer) == pytest.approx(0, abs=1e-6)


def test_a_first_content_grows_with_the_size() -> None:
    """Half full at the start and empty at the end: each MWh built (10 CNY) brings 0.5 MWh of free energy.

    40 MWh of load and no sun: 80 MWh at 10 are far cheaper than 40 * 2190 * 100.
    """
    answer = solve_park(day(storage({"max": 200}, capex=10, level={"initial": 0.5, "final": 0}), sun=0))
    assert size(answer, "box", "energy") == pytest.approx(80)
    assert cost(answer) == pytest.approx(800)


def test_least_and_largest_content_leave_a_part_of_the_size() -> None:
    """20 MWh of use between 10 % and 90 %: 25 MWh are built."""
    answer = solve_park(day(storage({"max": 100}, capex=10, level={"min": 0.1, "max": 0.9})))
    assert size(answer, "box", "energy") == pytest.approx(25)
    found = levels(answer)
    assert (found.min(), found.max()) == pytest.approx((2.5, 22.5))


def test_power_limits_both_ways_at_the_bus() -> None:
    """6 MW of power: 6 MW charged twice, 6 given twice; the other 4 MW of both nights are bought."""
    answer = solve_park(day(storage(100, 6)))
    assert flow(answer, "box", direction="out") == pytest.approx([6, 0, 0, 6])
    assert cost(answer) == pytest.approx(2 * 4 * QUARTER * 100)
    # One MW more, charged and discharged, saves 100 CNY/MWh in two quarters.
    assert capacity(answer, "box", "power")["price"] == pytest.approx(2 * QUARTER * 100)


def test_an_own_charging_side_limits_what_goes_in() -> None:
    """4 MW in, 50 out: 8 MWh a day go in and half comes out; 16 of 20 MWh are bought."""
    answer = solve_park(day(storage(100, 50, charge_power="4 MW", efficiency={"charge": 1, "discharge": 0.5})))
    assert flow(answer, "box", direction="in") == pytest.approx([0, 4, 4, 0])
    assert cost(answer) == pytest.approx((20 - 4) * QUARTER * 100)
    assert capacity(answer, "box", "charge")["price"] == pytest.approx(QUARTER * 100)
    assert capacity(answer, "box", "charge")["utilisation"] == pytest.approx(0.5)


def test_a_duration_ties_content_to_power() -> None:
    """10 MW are needed; at exactly 4 h the content is 40 MWh although 20 would do."""
    box = storage({"max": 100}, {"max": 100}, capex=10, duration="4 h")
    answer = solve_park(day(box))
    assert size(answer, "box", "power") == pytest.approx(10)
    assert size(answer, "box", "energy") == pytest.approx(40)


def test_a_largest_duration_builds_power_instead() -> None:
    """At most half an hour: 20 MWh need 40 MW at 3 CNY."""
    box = storage({"max": 100}, {"max": 100}, duration={"max": "0.5 h"})
    box["costs"] = {"energy": yearly(10, "MWh"), "power": yearly(3)}
    answer = solve_park(day(box))
    assert size(answer, "box", "power") == pytest.approx(40)
    assert cost(answer) == pytest.approx(200 + 120)


def test_cycles_cap_the_discharge_of_the_year() -> None:
    """20 MWh with 1095 full discharges a year (half of 2190): 10 MWh a day instead of 20."""
    answer = solve_park(day(storage(20, cycles=1095)))
    assert cost(answer) == pytest.approx(10 * QUARTER * 100)
    # One MWh more allows 1095 MWh more a year, at 100 each.
    assert capacity(answer, "box", "energy")["price"] == pytest.approx(1095 * 100)


def test_wear_is_paid_by_what_comes_out_and_sets_the_price_of_the_night() -> None:
    """5 CNY/MWh of wear per unit given: 20 MWh a day; the price of the night is the wear over a free sun."""
    answer = solve_park(day(storage(100, efficiency={"charge": 1, "discharge": 0.5}, variable_cost="5 CNY/MWh")))
    assert cost(answer) == pytest.approx(20 * QUARTER * 5)
    assert price(answer)[[0, 3]] == pytest.approx([5, 5])


def test_golden() -> None:
    box = storage(
        {"existing": 2, "max": 50},
        {"existing": 1, "max": 20},
        charge_power={"existing": "1 MW", "max": "4 MW"},
        capex=10,
        efficiency={"charge": 0.9, "discharge": 0.8},
        standing_loss="1 %/h",
        level={"min": 0.1, "max": 0.9, "initial": 0.5, "final": 0.25},
        duration={"min": "1 h", "max": "6 h"},
        cycles=300,
        variable_cost="2 CNY/MWh",
    )
    check_golden(prepare_park(day(box, steps=3) | {"series": {"sun": [0, 1, 1]}}).formulation.program, "storage")


def test_golden_cyclic() -> None:
    declared = day(storage(20, 6), steps=3) | {"series": {"sun": [0, 1, 1]}}
    check_golden(prepare_park(declared).formulation.program, "storage_cyclic")
