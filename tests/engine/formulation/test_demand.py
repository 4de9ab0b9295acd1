"""Demands: fixed, shifted within windows (early and late, or late only), and short."""

from __future__ import annotations

import numpy as np
import pytest

from support.program_text import check_golden
from support.small_park import (
    cost,
    demand,
    flow,
    indicator,
    park,
    prepare_park,
    solve_park,
    source,
    terms,
)

SIX = 8760 / 6


def shifted(prices: list[float], load: list[float], shift: dict[str, object], **more: object) -> dict[str, object]:
    """A load that may move, against a market whose price changes."""
    from support.small_park import market

    return park(
        {
            "load": demand("load", shift=shift, **more),
            "spot": market(buy={"price": {"series": "price"}}),
        },
        series={
            "price": {"values": prices, "unit": "CNY/MWh"},
            "load": {"values": load, "unit": "MW"},
        },
        steps=len(prices),
    )


def test_half_of_a_load_moves_to_the_cheap_hours_of_its_window() -> None:
    """Windows of 3 h (local midnight, six hours): prices 1 9 9 | 9 1 9, load 10, half may move, peak 3.

    In each window 15 MWh may move to the cheap hour, whose peak is 3 * 5 = 15: all of it does.
    """
    answer = solve_park(shifted([1, 9, 9, 9, 1, 9], [10] * 6, {"share": 0.5, "within": "3 h", "peak": 3}))
    assert flow(answer, "load") == pytest.approx([20, 5, 5, 5, 20, 5])
    assert cost(answer) == pytest.approx(SIX * 2 * (20 + 10 * 9))


def test_the_peak_holds_the_movable_part() -> None:
    """With a peak of twice the mean 10 of 15 MWh reach the cheap hour, 5 stay in a dear one."""
    answer = solve_park(shifted([1, 9, 9, 9, 1, 9], [10] * 6, {"share": 0.5, "within": "3 h", "peak": 2}))
    assert cost(answer) == pytest.approx(SIX * 2 * (15 + 15 * 9))


def test_late_only_never_serves_early() -> None:
    """Prices 1 9 9 | 9 1 9, all movable, late only: the first window gains nothing but its own first hour.

    Window 1: hour 0 serves its 10; hours 1, 2 come later and stay dear. Window 2: hour 3 waits for hour 4,
    hour 5 stays: 20 at 1 and 10 at 9.
    """
    late = {"share": 1, "within": "3 h", "peak": 3, "advance": False}
    answer = solve_park(shifted([1, 9, 9, 9, 1, 9], [10] * 6, late))
    assert cost(answer) == pytest.approx(SIX * ((10 + 20 * 9) + (20 + 10 * 9)))
    early = solve_park(shifted([1, 9, 9, 9, 1, 9], [10] * 6, {**late, "advance": True}))
    assert cost(early) == pytest.approx(SIX * 2 * 30)


def test_a_window_keeps_its_sum() -> None:
    """A load of 12, 0, 0 | 0, 0, 6 that may all move keeps 12 and 6 in its windows whatever the prices."""
    answer = solve_park(shifted([9, 9, 9, 1, 1, 1], [12, 0, 0, 0, 0, 6], {"share": 1, "within": "3 h", "peak": 9}))
    served = flow(answer, "load")
    assert (served[:3].sum(), served[3:].sum()) == pytest.approx((12, 6))


def test_a_sharp_load_can_always_be_served_as_asked() -> None:
    """The whole of a window's load in one hour is above `peak` times the mean, and still feasible."""
    answer = solve_park(shifted([5, 5, 5], [12, 0, 0], {"share": 1, "within": "3 h", "peak": 1}))
    assert flow(answer, "load").sum() == pytest.approx(12)


def test_a_shortage_costs_what_it_says_and_no_more_fails_than_allowed() -> None:
    """8 MW of supply for 10 MW: 2 MW fail at 500 CNY/MWh; the price is that of failing."""
    declared = park({"load": demand(10, shortage={"cost": "500 CNY/MWh", "max_share": 0.2}), "plant": source(8)})
    answer = solve_park(declared)
    assert terms(answer) == pytest.approx({"shortage": 2 * 8760 * 500})
    assert flow(answer, "load") == pytest.approx(np.full(4, 8.0)), "the table shows what is delivered"
    assert indicator(answer, "cost_per_mwh") == pytest.approx(2 * 500 / 8), "cost per unit delivered, not asked"


def test_what_fails_of_one_demand_feeds_no_other() -> None:
    """A movable load without supply in hour 0 may wait; its shortage must not serve the fixed load beside it.

    Hour 0 gives 4 MW for a fixed 6 MW: 2 MW must come from the dear source at 50, although a shortage
    of the movable load would cost 1 only. Hour 1 has plenty.
    """
    declared = park(
        {
            "fixed": demand(6),
            "movable": demand(
                10, shift={"share": 1, "within": "2 h", "peak": 2}, shortage={"cost": "1 CNY/MWh", "max_share": 1}
            ),
            "plant": source(100, availability={"series": "late"}),
            "dear": source(100, price=50),
        },
        series={"late": [0.04, 1]},
        steps=2,
    )
    answer = solve_park(declared)
    assert cost(answer) == pytest.approx(4380 * 2 * 50)
    assert flow(answer, "fixed") == pytest.approx([6, 6])


def test_golden() -> None:
    declared = shifted(
        [1, 9, 9, 5],
        [10, 0, 4, 2],
        {"share": 0.5, "within": "2 h", "advance": False},
        shortage={"cost": "500 CNY/MWh", "max_share": 0.2},
    )
    check_golden(prepare_park(declared).formulation.program, "demand")


def test_golden_advance() -> None:
    declared = shifted([1, 9, 9, 5], [10, 0, 4, 2], {"share": 0.5, "within": "2 h"})
    check_golden(prepare_park(declared).formulation.program, "demand_advance")
