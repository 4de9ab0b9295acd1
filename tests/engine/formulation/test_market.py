"""Markets: purchases and sales at a price, within a flow and a yearly amount."""

from __future__ import annotations

import pytest

from support.program_text import check_golden
from support.small_park import (
    converter,
    cost,
    demand,
    flow,
    frame_of,
    limit,
    market,
    park,
    prepare_park,
    solve_park,
    source,
    terms,
)


def hydrogen(**sell: object) -> dict[str, object]:
    """Ten MW of free power and an electrolyser of 50 %; hydrogen sells at 60."""
    return park(
        {
            "power": source(10),
            "cell": converter("power", "h2", "unlimited", efficiency=0.5),
            "sale": market(bus="h2", sell={"price": 60, **sell}),
            "load": demand(2),
        },
        buses={"power": "electricity", "h2": "hydrogen"},
    )


def test_all_that_is_left_is_sold() -> None:
    """8 MW of power left make 4 MW of hydrogen: 4 * 8760 * 60 a year."""
    assert terms(solve_park(hydrogen())) == pytest.approx({"sales": -4 * 8760 * 60})


def test_a_largest_sale_and_a_yearly_one() -> None:
    """At most 3 MW, and at most 20_000 MWh a year: the year binds (3 * 8760 = 26_280); 60 CNY/MWh a MWh more."""
    assert cost(solve_park(hydrogen(max="3 MW"))) == pytest.approx(-3 * 8760 * 60)
    answer = solve_park(hydrogen(max="3 MW", annual_max="20 GWh/yr"))
    assert cost(answer) == pytest.approx(-20_000 * 60)
    row = limit(answer, "annual_max/sale/sold")
    assert (row["value"], row["shadow_price"], row["binding"]) == (pytest.approx(20_000), pytest.approx(60), True)


def test_a_purchase_by_hour_with_its_emission_in_its_scope() -> None:
    """Gas at 10, 20, 30, 20 with at most 6 MW; 10 MW of load, the rest at 25: gas where it is cheaper than 25."""
    declared = park(
        {
            "load": demand(10, bus="gas"),
            "pipe": market(
                bus="gas",
                buy={"price": {"series": "price"}, "max": "6 MW", "emission_factor": "0.2 tCO2/MWh", "scope": 1},
            ),
            "other": source(10, out="gas", price=25),
        },
        buses={"gas": "gas"},
        series={"price": {"values": [10, 20, 30, 20], "unit": "CNY/MWh"}},
    )
    answer = solve_park(declared)
    assert flow(answer, "pipe", "gas") == pytest.approx([6, 6, 0, 6])
    carbon = frame_of(answer, "emissions")
    assert carbon["amount"].sum() == pytest.approx(18 * 2190 * 0.2)
    assert set(carbon["scope"]) == {1}


def test_a_market_for_tonnes() -> None:
    """2 t/h of a material at 300 CNY/t."""
    declared = park(
        {
            "need": {"kind": "demand", "bus": "salt", "power": "2 t/h"},
            "trade": {
                "kind": "market",
                "bus": "salt",
                "buy": {"price": "300 CNY/t", "emission_factor": "1 tCO2/t", "scope": 3},
            },
        },
        buses={"salt": "salt"},
        carriers={"salt": "t"},
    )
    answer = solve_park(declared)
    assert cost(answer) == pytest.approx(2 * 8760 * 300)
    assert frame_of(answer, "emissions")["amount"].sum() == pytest.approx(2 * 8760)


def test_golden() -> None:
    declared = park(
        {
            "load": demand(1, bus="gas"),
            "trade": market(
                bus="gas",
                buy={"price": 10, "max": "6 MW", "annual_max": "40 GWh/yr", "emission_factor": "0.2 tCO2/MWh"},
                sell={"price": 7, "annual_max": "1 GWh/yr"},
            ),
        },
        buses={"gas": "gas"},
        steps=2,
    )
    check_golden(prepare_park(declared).formulation.program, "market")
