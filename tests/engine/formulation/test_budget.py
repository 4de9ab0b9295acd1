"""The budget: a cap on the overnight investment."""

from __future__ import annotations

import pytest

from support.program_text import check_golden
from support.small_park import cost, demand, limit, park, prepare_park, size, solve_park, source, storage, yearly


def capped(**policy: object) -> dict[str, object]:
    """Sun all day at 200 CNY/MW over two years (100 a year) against fuel at 1 CNY/MWh; 10 MW."""
    sun = source({"existing": 1, "max": 100})
    sun["costs"] = {"capex": "200 CNY/MW", "lifetime": "2 yr"}
    return park({"load": demand(10), "sun": sun, "fuel": source(20, price=1)}, policy=policy)


def test_the_budget_buys_what_it_can() -> None:
    """1000 CNY buy 5 MW beside the one that stands; a CNY more buys 1/200 MW and saves (8760 - 100) / 200 a year."""
    answer = solve_park(capped(investment_max="1000 CNY"))
    assert size(answer, "sun") == pytest.approx(6)
    assert cost(answer) == pytest.approx(500 + 4 * 8760)
    row = limit(answer, "investment_max")
    assert row["shadow_price"] == pytest.approx((8760 - 100) / 200)
    assert row["value"] == pytest.approx(1000)


def test_no_budget_no_limit() -> None:
    answer = solve_park(capped())
    assert size(answer, "sun") == pytest.approx(10)
    assert not answer.build.limits


def test_golden() -> None:
    declared = capped(investment_max="1000 CNY")
    declared["components"]["box"] = storage({"max": 5}, {"max": 5})
    declared["components"]["box"]["costs"] = {"energy": yearly(3, "MWh"), "power": yearly(4)}
    declared["horizon"]["steps"] = 1
    check_golden(prepare_park(declared).formulation.program, "budget")
