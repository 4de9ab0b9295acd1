"""Indicators of a park that is worked out on paper."""

from __future__ import annotations

import pytest

from support.small_park import (
    Data,
    cost,
    demand,
    feed_in,
    frame_of,
    grid,
    indicator,
    park,
    solve_park,
    source,
    storage,
    tariff,
)


def paper() -> Data:
    """10 MW all day; sun 0 30 30 0 that costs 30_000 a year; a battery that gives back half; grid at 100, sale at 5.

    A quarter of the day is 2190 h. Night: 5 MW from the battery (two hours) and 5 MW from the grid.
    The battery takes 20 MWh by day (power 10 MW each hour) and gives 10 at night, 5 + 5 (power 5 out).
    Sun: 10 to the load, 10 to the battery, 5 exported (the limit), 5 curtailed, in both bright hours.
    """
    return park(
        {
            "load": demand(10),
            "sun": source({"min": 30, "max": 30}, availability={"series": "sun"}, capex=1000),
            "box": storage(20, 5, charge_power="10 MW", efficiency={"charge": 0.5, "discharge": 1}),
            "grid": grid(20, 5, emission=0.6),
        },
        series={"sun": [0, 1, 1, 0]},
        contracts={
            "retail": tariff(100),
            "sale": feed_in(5),
            "line": {"kind": "direct_line", "sources": ["sun"], "grid": "grid"},
        },
    )


def test_indicators_by_hand() -> None:
    """In MW-quarters: sun available 60, taken 50, exported 10, bought 10; consumption 50 + 10 - 10 = 50."""
    answer = solve_park(paper())
    assert indicator(answer, "clean_share_hourly") == pytest.approx(1 - 10 / 50)
    assert indicator(answer, "clean_share_annual") == pytest.approx(50 / 50)
    assert indicator(answer, "direct_supply_share") == pytest.approx((50 - 10) / 50)
    assert indicator(answer, "self_use_of_generation") == pytest.approx((50 - 10) / 60)
    assert indicator(answer, "self_use_of_load") == pytest.approx((50 - 10) / 50)
    assert indicator(answer, "export_share") == pytest.approx(10 / 60)
    assert indicator(answer, "curtailment_share") == pytest.approx(10 / 60)
    assert indicator(answer, "electricity_emission_factor") == pytest.approx(10 * 0.6 / 50)
    assert indicator(answer, "lcoe") == pytest.approx(30_000 / (50 * 2190))
    total = 30_000 + 10 * 2190 * 100 - 10 * 2190 * 5
    assert cost(answer) == pytest.approx(total)
    assert indicator(answer, "cost_per_mwh") == pytest.approx(total / 87_600)
    # The night is priced by the grid, the day by the sun that is curtailed.
    assert indicator(answer, "electricity_price") == pytest.approx((100 + 0 + 0 + 100) / 4)


def test_flows_levels_and_yearly_sums_by_hand() -> None:
    answer = solve_park(paper())
    sums = frame_of(answer, "balance").set_index(["component", "direction"])["energy"].to_dict()
    assert sums == pytest.approx(
        {
            ("load", "in"): 40 * 2190,
            ("sun", "out"): 50 * 2190,
            ("box", "in"): 20 * 2190,
            ("box", "out"): 10 * 2190,
            ("grid", "out"): 10 * 2190,
            ("grid", "in"): 10 * 2190,
        }
    )
    level = frame_of(answer, "levels").sort_values("timestep")["level"].to_numpy()
    assert level == pytest.approx([5, 0, 5, 10, 5])
    hours = frame_of(answer, "chronological_levels")
    assert hours["level"].to_numpy() == pytest.approx(level)
    steps = frame_of(answer, "timesteps")
    assert (steps["duration"] * steps["weight"]).sum() == pytest.approx(8760)
    assert steps["hour"].tolist() == [0, 1, 2, 3], "local hours"
    sizes = frame_of(answer, "capacities").set_index(["component", "quantity"])
    assert sizes.loc[("sun", "power"), "utilisation"] == pytest.approx(50 / 120)
    assert sizes.loc[("grid", "import"), "utilisation"] == pytest.approx(10 / 80)
