"""Balances: equality, surplus, and what the price of a bus means."""

from __future__ import annotations

import numpy as np
import pytest

from support.program_text import check_golden
from support.small_park import cost, demand, flow, frame_of, park, prepare_park, price, solve_park, source


def two(surplus: bool) -> dict[str, object]:
    return park(
        {"load": demand(4, bus="heat"), "spring": source(10, out="heat", must_run=True, variable_cost="1 CNY/MWh")},
        buses={"heat": {"carrier": "heat", "surplus": surplus}},
    )


def test_a_surplus_may_be_thrown_away_only_where_the_bus_says_so() -> None:
    """A spring of 10 MW for 4 MW: 6 MW go away at a price of 0, or there is no plan."""
    answer = solve_park(two(surplus=True))
    assert flow(answer, "spring", "heat") == pytest.approx(np.full(4, 10.0))
    assert price(answer, "heat") == pytest.approx(np.zeros(4))
    assert cost(answer) == pytest.approx(10 * 8760)
    residuals = frame_of(answer, "balance_residuals")
    assert residuals["max_absolute"].max() == pytest.approx(0, abs=1e-9), "a surplus is no error of the balance"
    with pytest.raises(AssertionError, match="no plan"):
        solve_park(two(surplus=False))


def test_the_price_is_the_cost_of_the_last_unit_in_each_step() -> None:
    """Merit order 10, 20, 50 CNY/MWh of 5 MW each under loads 3, 8, 12, 5.5."""
    declared = park(
        {
            "load": demand("load"),
            "a": source(5, price=10),
            "b": source(5, price=20),
            "c": source(5, price=50),
        },
        series={"load": {"values": [3, 8, 12, 5.5], "unit": "MW"}},
    )
    assert price(solve_park(declared)) == pytest.approx([10, 20, 50, 20])


def test_golden() -> None:
    declared = two(surplus=True)
    declared["buses"]["power"] = "electricity"
    declared["components"] |= {"lamp": demand(1), "lamps": demand(2), "plant": source(5)}
    declared["horizon"]["steps"] = 2
    check_golden(prepare_park(declared).formulation.program, "balance")
