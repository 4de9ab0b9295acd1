"""Shandong's series of 2020: wind, sun, battery and a five-period tariff with monthly peaks, against PyPSA."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from crosscheck.five_periods import hourly_prices
from crosscheck.plans import YEAR, annuity, lay_out, plan_park

pytest.importorskip("pypsa")
from crosscheck.pypsa_side import network, optimise

RATE = 0.06


def read(shared_data, steps):
    shares = pd.read_csv(shared_data("shandong_2020_cf_hourly.csv"))
    demand = pd.read_csv(shared_data("shandong_hourly_demand_shape.csv"))
    names = {"onshore": "onshore_wind_cf", "offshore": "offshore_wind_cf", "sun": "solar_pv_cf"}
    series = {name: shares[column].to_numpy()[:steps] for name, column in names.items()}
    return series | {"demand": demand["demand_MW"].to_numpy()[:steps]}


def independent(given, steps):
    n = network(steps)
    n.add("Bus", ["power", "sea"])
    n.add("Load", "works", bus="power", p_set=given["demand"] * 1.8e6 / (given["demand"].sum() * YEAR / steps))
    for name, bus, most, capex, upkeep, wear in (
        ("onshore", "power", 250.0, 4.3e6, 0.02, 10.0),
        ("offshore", "sea", 400.0, 7.05e6, 0.025, 0.0),
        ("solar", "power", 1500.0, 2.7e6, 0.015, 0.0),
    ):
        n.add(
            "Generator", name, bus=bus, p_nom_extendable=True, p_nom_max=most, marginal_cost=wear,
            p_max_pu=given["sun" if name == "solar" else name],
            capital_cost=annuity(capex, RATE, 25) + upkeep * capex,
        )  # fmt: skip
    n.add(
        "Link", "cable", bus0="sea", bus1="power", efficiency=0.97, p_nom_extendable=True, p_nom_max=400.0,
        capital_cost=annuity(0.8e6, RATE, 30),
    )  # fmt: skip
    per_mw = annuity(0.3e6, RATE, 15) + 4.0 * (annuity(0.5e6, RATE, 15) + 0.01 * 0.5e6)
    n.add(
        "StorageUnit", "battery", bus="power", p_nom_extendable=True, p_nom_max=1000.0, max_hours=4.0,
        efficiency_store=0.95, efficiency_dispatch=0.95, cyclic_state_of_charge=True, capital_cost=per_mw,
    )  # fmt: skip
    # A monthly peak is a generator of its own in each month, whose size costs what the peak does.
    price = np.array(hourly_prices(datetime(2020, 1, 1), steps, 450.0)) + 150.0 + 30.0
    month = pd.date_range("2020-01-01", periods=steps, freq="h").month.to_numpy()
    months = np.unique(month)
    for number in months:
        n.add(
            "Generator", f"grid {number}", bus="power", p_nom_extendable=True, p_nom_max=300.0,
            p_max_pu=(month == number).astype(float), marginal_cost=price, capital_cost=12 * 38e3 / len(months),
        )  # fmt: skip
    return n, optimise(n)


@pytest.fixture(scope="module", params=[168, pytest.param(2184, marks=pytest.mark.slow)])
def both(request, shared_data, tmp_path_factory):
    given = read(shared_data, request.param)
    path = lay_out(tmp_path_factory.mktemp("park"), "shandong", given, steps=request.param)
    return plan_park(path), *independent(given, request.param)


def test_cost(both):
    plan, _, cost = both
    assert plan.cost == pytest.approx(cost, rel=1e-6)
    assert plan.gap < 1e-7


def test_sizes(both):
    plan, n, _ = both
    ours = {name: plan.size(name) for name in ("onshore", "offshore", "solar", "cable", "battery")}
    theirs = {**n.generators.p_nom_opt, **n.links.p_nom_opt, **n.storage_units.p_nom_opt}
    assert ours == pytest.approx({name: theirs[name] for name in ours}, rel=1e-5, abs=1e-4)
    assert plan.size("battery", "energy") == pytest.approx(4.0 * ours["battery"])
    assert sum(size > 1.0 for size in ours.values()) >= 3, ours


def test_bill_of_the_grid(both):
    plan, n, _ = both
    weight = n.snapshot_weightings.objective
    names = [name for name in n.generators.index if name.startswith("grid")]
    taken = n.generators_t.p[names].sum(axis=1)
    assert plan.term("demand_charge") == pytest.approx(
        sum(n.generators.p_nom_opt[name] * n.generators.capital_cost[name] for name in names), rel=1e-5
    )
    energy = (taken * n.generators_t.marginal_cost[names[0]] * weight).sum()
    assert plan.term("energy_purchase") + plan.term("adders") == pytest.approx(energy, rel=1e-5)
