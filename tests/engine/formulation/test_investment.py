"""Sizes: what exists, what may be built, whole units, a least size, the annuity."""

from __future__ import annotations

import pytest

from support.program_text import check_golden
from support.small_park import capacity, cost, demand, park, prepare_park, size, solve_park, source, terms


def test_the_annuity_of_a_loan() -> None:
    """1000 CNY/MW over 20 years at 6 %: factor 0.06 / (1 - 1.06^-20) = 0.0871845570."""
    sun = source({"max": 50})
    sun["costs"] = {"capex": "1000 CNY/MW", "lifetime": "20 yr", "discount_rate": "6 %", "fixed_om": "2 %/yr"}
    answer = solve_park(park({"load": demand(10), "sun": sun}))
    assert terms(answer) == pytest.approx({"annuity": 10_000 * 0.0871845570, "fixed_om": 200.0})
    assert capacity(answer, "sun")["investment"] == pytest.approx(10_000)


def test_what_exists_is_kept_for_its_upkeep_alone() -> None:
    """6 MW stand and cost 30 CNY/MW of upkeep; 4 MW are built at 1000 + 30."""
    sun = source({"existing": 6, "max": 50})
    sun["costs"] = {"capex": "1000 CNY/MW", "lifetime": "1 yr", "fixed_om": "30 CNY/MW/yr"}
    answer = solve_park(park({"load": demand(10), "sun": sun}))
    row = capacity(answer, "sun")
    assert (row["existing"], row["built"], row["total"]) == pytest.approx((6, 4, 10))
    assert cost(answer) == pytest.approx(4 * 1000 + 10 * 30)


def test_a_least_size_is_built_though_nothing_needs_it() -> None:
    """A least total of 20 MW where 3 exist and 10 would do: 17 are built."""
    answer = solve_park(park({"load": demand(10), "sun": source({"existing": 3, "min": 20, "max": 50}, capex=5)}))
    assert capacity(answer, "sun")["built"] == pytest.approx(17)
    assert cost(answer) == pytest.approx(85)


def test_whole_units_round_up() -> None:
    """10 MW of load from 4 MW units: three of them, 12 MW."""
    unit = {"max": 50, "unit_size": 4, "whole_units": True}
    answer = solve_park(park({"load": demand(10), "mill": source(unit, capex=100)}))
    assert size(answer, "mill") == pytest.approx(12)
    assert cost(answer) == pytest.approx(1200)
    assert capacity(answer, "mill")["price"] is None, "a unit more is no small change: it has no price"


def test_whole_units_stop_below_the_maximum() -> None:
    """At most 10 MW in 4 MW units are 8 MW; the dear source gives the other 2 MW."""
    unit = {"max": 10, "unit_size": 4, "whole_units": True}
    answer = solve_park(park({"load": demand(10), "mill": source(unit, capex=1), "dear": source(10, price=1)}))
    assert size(answer, "mill") == pytest.approx(8)
    assert cost(answer) == pytest.approx(8 + 2 * 8760)


def test_golden() -> None:
    mill = source({"existing": 2, "min": 3, "max": 11, "unit_size": 4, "whole_units": True})
    mill["costs"] = {"capex": "1000 CNY/MW", "lifetime": "1 yr", "fixed_om": "30 CNY/MW/yr"}
    declared = park({"load": demand(10), "mill": mill, "rest": source("unlimited", price=1)}, steps=2)
    check_golden(prepare_park(declared).formulation.program, "investment")
