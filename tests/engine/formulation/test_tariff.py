"""Tariffs: energy, adders, time of use, the three bases of a demand charge; feed-in."""

from __future__ import annotations

import numpy as np
import pytest

from kenli.core.errors import InputError
from support.program_text import check_golden
from support.small_park import (
    capacity,
    cost,
    demand,
    feed_in,
    flow,
    frame_of,
    grid,
    limit,
    park,
    prepare_park,
    price,
    solve_park,
    source,
    storage,
    tariff,
    terms,
)

LOAD = {"load": {"values": [2, 2, 10, 2], "unit": "MW"}}
CHARGE = {"price": "10 CNY/MW/month"}


def bought(contract: dict[str, object], node: dict[str, object] | None = None, **more: object) -> dict[str, object]:
    return park(
        {"load": demand("load"), "grid": node or grid(20)},
        series=LOAD,
        contracts={"retail": contract},
        **more,
    )


def test_adders_come_on_top_and_are_named() -> None:
    """Energy 100 + network 30 + funds 5: 16 MW-quarters."""
    answer = solve_park(bought(tariff(100, adders={"network": "30 CNY/MWh", "funds": "5 CNY/MWh"})))
    rows = frame_of(answer, "objective").set_index("contract")["amount"].to_dict()
    energy = 16 * 2190
    assert rows == pytest.approx({"retail": energy * 100, "retail/network": energy * 30, "retail/funds": energy * 5})
    assert price(answer) == pytest.approx(np.full(4, 135.0))


def test_time_of_use_follows_the_local_clock() -> None:
    """Night until 2 o'clock local time at 50, the rest at 200: the park lies eight hours east of UTC."""
    periods = {
        "prices": {"low": "50 CNY/MWh", "high": "200 CNY/MWh"},
        "schedule": [{"months": ["1-12"], "hours": {"low": ["0-2"]}, "rest": "high"}],
    }
    answer = solve_park(bought(tariff({"periods": periods})))
    assert price(answer) == pytest.approx([50, 50, 200, 200])


@pytest.mark.parametrize("basis", ["monthly_peak", "annual_peak"])
def test_a_peak_is_charged_for_twelve_months(basis: str) -> None:
    """A peak of 10 MW at 10 CNY/MW and month: 1200; energy costs nothing here. All of it falls on hour 2."""
    answer = solve_park(bought(tariff(0, demand_charge={**CHARGE, "basis": basis})))
    assert terms(answer) == pytest.approx({"demand_charge": 1200})
    assert price(answer) == pytest.approx([0, 0, 120 / 2190, 0])


def test_monthly_peaks_are_charged_one_by_one() -> None:
    """Two days around a new month, 6 h steps: peaks of 10 and 4 MW, six months each (the span is a year)."""
    declared = park(
        {"load": demand("load"), "grid": grid(20)},
        series={"load": {"values": np.repeat([2, 10, 2, 2, 2, 4, 1, 1], 6), "unit": "MW"}},
        contracts={"retail": tariff(0, demand_charge={**CHARGE, "basis": "monthly_peak"})},
        start="2027-01-31",
        steps=8,
        step="6 h",
    )
    assert cost(solve_park(declared)) == pytest.approx(6 * 10 * (10 + 4))
    declared["contracts"]["retail"]["demand_charge"]["basis"] = "annual_peak"
    assert cost(solve_park(declared)) == pytest.approx(12 * 10 * 10)


def test_no_month_escapes_its_peak_on_representative_weeks() -> None:
    """Four weeks of February with a peak of 10 MW and four of March with 6, on three weeks: as on all eight."""
    declared = park(
        {"load": demand("load"), "grid": grid(20)},
        series={"load": {"values": np.repeat([2, 10] * 28 + [3, 6] * 28, 12), "unit": "MW"}},
        contracts={"retail": tariff(1, demand_charge={**CHARGE, "basis": "monthly_peak"})},
        start="2027-02-01",
        steps=112,
        step="12 h",
    )
    expected = 6 * 10 * (10 + 6) + 8760 * (2 + 10 + 3 + 6) / 4
    assert cost(solve_park(declared)) == pytest.approx(expected)
    assert cost(solve_park(declared, horizon="weeks:3")) == pytest.approx(expected)


def test_the_contracted_capacity_is_charged_used_or_not() -> None:
    """20 MW stand: 12 * 10 * 20. Where the connection is chosen (2 CNY/MW), the peak alone is contracted."""
    contract = tariff(0, demand_charge={**CHARGE, "basis": "contracted"})
    assert cost(solve_park(bought(contract))) == pytest.approx(2400)
    node = grid({"max": 20}, costs={"capex": "2 CNY/MW", "lifetime": "1 yr"})
    answer = solve_park(bought(contract, node))
    assert capacity(answer, "grid", "import")["total"] == pytest.approx(10)
    assert cost(answer) == pytest.approx(10 * (120 + 2))


def test_a_contracted_capacity_without_size_is_refused() -> None:
    contract = tariff(0, demand_charge={**CHARGE, "basis": "contracted"})
    with pytest.raises(InputError, match="unlimited"):
        prepare_park(bought(contract, grid("unlimited")))


def test_a_battery_shaves_the_peak_as_far_as_it_pays() -> None:
    """Load 2, 2, 10, 2: mean 4. A MWh of battery costs 30 and takes a MW (120) off the peak, down to 4."""
    declared = bought(tariff(0, demand_charge={**CHARGE, "basis": "monthly_peak"}))
    declared["components"]["box"] = storage({"max": 50}, capex=30)
    answer = solve_park(declared)
    assert cost(answer) == pytest.approx(4 * 120 + 6 * 30)


def sold(**contract: object) -> dict[str, object]:
    """10 MW of sun all day, 4 MW of load, the grid takes 20."""
    return park(
        {"load": demand(4), "sun": source(10), "grid": grid(20, 20)},
        contracts={"retail": tariff(100), "sale": feed_in(40, **contract)},
    )


def test_feed_in_is_paid_and_capped_by_the_year() -> None:
    """6 MW left at 40; 20_000 of 52_560 MWh are allowed, and one more would earn 40."""
    assert terms(solve_park(sold())) == pytest.approx({"sales": -6 * 8760 * 40})
    answer = solve_park(sold(annual_max="20 GWh/yr"))
    assert cost(answer) == pytest.approx(-20_000 * 40)
    assert limit(answer, "annual_max/sale")["shadow_price"] == pytest.approx(40)


def test_feed_in_is_capped_by_its_share_of_the_available_generation() -> None:
    """20 % of 10 MW * 8760 h = 17_520 MWh; a point of the share is worth 876 MWh at 40."""
    answer = solve_park(sold(max_share="20 %"))
    assert cost(answer) == pytest.approx(-17_520 * 40)
    row = limit(answer, "export_share/sale")
    assert row["value"] == pytest.approx(0.2)
    assert row["shadow_price"] == pytest.approx(87_600 * 40)
    # One MW of sun more: 8760 * 20 % more may go out.
    assert capacity(answer, "sun")["price"] == pytest.approx(8760 * 0.2 * 40)


def test_a_negative_spot_price_curtails_instead_of_exporting() -> None:
    """At -10 nothing is exported, at 40 all that is left."""
    declared = sold()
    declared["contracts"]["sale"]["price"] = {"series": "spot"}
    declared["series"] = {"spot": {"values": [40, -10, -10, 40], "unit": "CNY/MWh"}}
    assert flow(solve_park(declared), "grid", direction="in") == pytest.approx([6, 0, 0, 6])


def test_golden() -> None:
    contract = tariff(100, adders={"network": "30 CNY/MWh"}, demand_charge={**CHARGE, "basis": "monthly_peak"})
    declared = park(
        {"load": demand(3), "sun": source({"existing": 1, "max": 5}, capex=2), "grid": grid(20, 9)},
        contracts={"retail": contract, "sale": feed_in(40, annual_max="20 GWh/yr", max_share="20 %")},
        start="2027-01-31T22:00",
    )
    check_golden(prepare_park(declared).formulation.program, "tariff")


@pytest.mark.parametrize("basis", ["annual_peak", "contracted"])
def test_golden_bases(basis: str) -> None:
    declared = park(
        {"load": demand(3), "grid": grid({"existing": 2, "max": 20}, costs={"capex": "2 CNY/MW", "lifetime": "1 yr"})},
        contracts={"retail": tariff(100, demand_charge={**CHARGE, "basis": basis})},
        steps=2,
    )
    check_golden(prepare_park(declared).formulation.program, f"tariff_{basis}")
