"""Emissions: what is counted, the cap and its price, the price and its switch, scopes."""

from __future__ import annotations

import pytest

from support.program_text import check_golden
from support.small_park import (
    cost,
    demand,
    flow,
    frame_of,
    grid,
    limit,
    market,
    park,
    prepare_park,
    solve_park,
    source,
    tariff,
    terms,
)


def choice(**carbon: object) -> dict[str, object]:
    """Three ways to 10 MW: coal 30 CNY and 0.9 t, gas 50 and 0.4 t, wind 90 and none; 87_600 MWh a year."""
    return park(
        {
            "load": demand(10),
            "coal": source(10, price=30, emission_factor="0.9 tCO2/MWh", clean=False),
            "gas": source(10, price=50, emission_factor="0.4 tCO2/MWh", clean=False),
            "wind": source(10, price=90),
        },
        policy={"carbon": carbon},
    )


def test_the_cap_is_worth_the_next_step_of_abatement() -> None:
    """From coal to gas a tonne costs 20 / 0.5 = 40; from gas to wind 40 / 0.4 = 100.

    All coal is 78_840 t, all gas 35_040 t. A cap of 50_000 t lies in the first step, 20_000 t in the second.
    """
    first = solve_park(choice(cap="50000 t/yr"))
    assert limit(first, "carbon_cap")["shadow_price"] == pytest.approx(40)
    assert cost(first) == pytest.approx(87_600 * 30 + (78_840 - 50_000) * 40)
    second = solve_park(choice(cap="20000 t/yr"))
    assert limit(second, "carbon_cap")["shadow_price"] == pytest.approx(100)
    assert cost(second) == pytest.approx(87_600 * 50 + (35_040 - 20_000) * 100)
    assert frame_of(second, "emissions")["amount"].sum() == pytest.approx(20_000)


@pytest.mark.parametrize(("price", "chosen"), [(39, "coal"), (41, "gas"), (99, "gas"), (101, "wind")])
def test_a_price_switches_at_the_cost_of_abatement(price: float, chosen: str) -> None:
    answer = solve_park(choice(price=f"{price} CNY/t"))
    assert flow(answer, chosen) == pytest.approx([10] * 4)
    factor = {"coal": 0.9, "gas": 0.4, "wind": 0.0}[chosen]
    assert terms(answer).get("carbon_price", 0.0) == pytest.approx(87_600 * factor * price)


def test_a_cap_that_does_not_bind_is_worth_nothing() -> None:
    row = limit(solve_park(choice(cap="90000 t/yr")), "carbon_cap")
    assert row["shadow_price"] == pytest.approx(0)
    assert not row["binding"]
    assert row["slack"] == pytest.approx(90_000 - 78_840)


def scoped(scopes: list[int]) -> dict[str, object]:
    """Gas (1), grid power (2) and bought steel-like tonnes (3), one unit of each an hour, 1 t each."""
    return park(
        {
            "a": demand(1, bus="gas"),
            "b": demand(1),
            "c": demand(1, bus="stuff"),
            "gas": market(bus="gas", buy={"price": 0, "emission_factor": "1 tCO2/MWh", "scope": 1}),
            "grid": grid(5, emission=1),
            "stuff": market(bus="stuff", buy={"price": 0, "emission_factor": "1 tCO2/MWh", "scope": 3}),
        },
        buses={"power": "electricity", "gas": "gas", "stuff": "stuff"},
        contracts={"retail": tariff(0)},
        policy={"carbon": {"price": "10 CNY/t", "scopes": scopes}},
    )


@pytest.mark.parametrize("scopes", [[1], [2], [3], [1, 2], [1, 2, 3]])
def test_price_and_cap_cover_the_declared_scopes_alone(scopes: list[int]) -> None:
    """Each scope emits 8760 t at 10 CNY."""
    declared = scoped(scopes)
    declared["policy"]["carbon"]["cap"] = "30000 t/yr"
    answer = solve_park(declared)
    assert cost(answer) == pytest.approx(len(scopes) * 87_600)
    assert limit(answer, "carbon_cap")["value"] == pytest.approx(len(scopes) * 8760)
    assert frame_of(answer, "emissions").groupby("scope")["amount"].sum().to_dict() == pytest.approx(
        {1: 8760, 2: 8760, 3: 8760}
    )


def test_an_hourly_factor_moves_the_purchase() -> None:
    """A grid of 0.9, 0.1, 0.9, 0.1 t/MWh at 10 CNY, clean gas at 30: at 100 CNY/t gas runs in the dirty hours."""
    declared = park(
        {"load": demand(10), "grid": grid(20, emission_factor={"series": "mix"}), "gas": source(20, price=30)},
        series={"mix": {"values": [0.9, 0.1, 0.9, 0.1], "unit": "tCO2/MWh"}},
        contracts={"retail": tariff(10)},
        policy={"carbon": {"price": "100 CNY/t"}},
    )
    assert flow(solve_park(declared), "gas") == pytest.approx([10, 0, 10, 0])


def test_a_cited_factor_is_written_beside_its_tonnes() -> None:
    declared = park(
        {"load": demand(10), "grid": grid(20, emission_factor={"factor": "electricity/cn-shandong-2023"})},
        contracts={"retail": tariff(10)},
    )
    rows = frame_of(solve_park(declared), "emissions")
    assert set(rows["factor_id"]) == {"electricity/cn-shandong-2023"}
    from support.small_park import register

    value = register().value("electricity/cn-shandong-2023", "tCO2e/MWh")
    assert rows["amount"].sum() == pytest.approx(87_600 * value)


def test_golden() -> None:
    declared = choice(cap="50000 t/yr", price="10 CNY/t")
    declared["horizon"]["steps"] = 2
    check_golden(prepare_park(declared).formulation.program, "emissions")
