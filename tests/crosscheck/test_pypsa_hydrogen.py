"""CHP, electrolyser, hydrogen in tonnes, fuel cell, two busbars with a lossy line, and exports, against PyPSA."""

import numpy as np
import pytest

from crosscheck.plans import annuity, lay_out, plan_park, waves

pytest.importorskip("pypsa")
from crosscheck.pypsa_side import network, optimise

STEPS = 336
RATE = 0.05
CARBON = 96.0


def series():
    hour = np.arange(STEPS)
    wind = 0.38 * waves(STEPS, 4, day=0.15, season=0.7, noise=0.25) + 0.2 * np.sin(hour / 17.0)
    return {
        "wind": np.clip(wind, 0.0, 1.0),
        "spot": 420.0 * waves(STEPS, 6, day=0.5, season=0.25, noise=0.1),
        "power": 60.0 * waves(STEPS, 7, day=0.2, noise=0.04),
        "heat": 35.0 * waves(STEPS, 8, day=-0.3, season=0.2, noise=0.05),
        "hydrogen": np.where(hour % 24 < 16, 0.9, 0.3) * waves(STEPS, 9, day=0.0, noise=0.02),
    }


def independent(given):
    n = network(STEPS)
    n.add("Bus", ["works", "hub", "heat", "gas", "hydrogen", "tank content"])
    for name, bus in (("power", "works"), ("heat", "heat"), ("hydrogen", "hydrogen")):
        n.add("Load", name, bus=bus, p_set=given[name])
    n.add(
        "Generator", "shortage", bus="hydrogen", p_nom=1.0, p_max_pu=0.1 * given["hydrogen"], marginal_cost=9_000.0
    )  # fmt: skip
    n.add("Generator", "surplus", bus="heat", p_nom=1e4, p_min_pu=-1.0, p_max_pu=0.0)
    n.add("Generator", "gas", bus="gas", p_nom=1e4, marginal_cost=250.0 + CARBON * 0.202)
    wind = annuity(4.5e6, RATE, 25) + 100e3
    n.add(
        "Generator", "wind", bus="hub", p_nom_extendable=True, p_nom_min=40.0, p_nom_max=400.0,
        p_max_pu=given["wind"], capital_cost=wind, marginal_cost=8.0,
    )  # fmt: skip
    # One line of two directions: two links of one size, which is paid for once.
    line = {"efficiency": 0.96, "p_nom_extendable": True, "p_nom_max": 300.0, "marginal_cost": 3.0}
    n.add("Link", "line", bus0="hub", bus1="works", capital_cost=annuity(0.9e6, RATE, 40), **line)
    n.add("Link", "line back", bus0="works", bus1="hub", **line)
    # Links measure their size where they begin: costs per MW of electricity are turned to MW of gas.
    n.add(
        "Link", "chp", bus0="gas", bus1="works", bus2="heat", efficiency=0.38, efficiency2=0.45,
        p_nom_extendable=True, p_nom_max=80.0 / 0.38, ramp_limit_up=0.20, ramp_limit_down=0.25,
        capital_cost=0.38 * (annuity(5.6e6, RATE, 25) + 0.03 * 5.6e6), marginal_cost=0.38 * 25.0,
    )  # fmt: skip
    n.add(
        "Link", "electrolyser", bus0="hub", bus1="hydrogen", bus2="heat", efficiency=1.0 / 52.0,
        efficiency2=6.0 / 52.0, p_nom_extendable=True, p_nom_max=300.0,
        capital_cost=annuity(2.6e6, RATE, 20) + 0.02 * 2.6e6,
    )  # fmt: skip
    n.add(
        "Link", "fuel_cell", bus0="hydrogen", bus1="works", bus2="heat", efficiency=17.5, efficiency2=11.0,
        p_nom_extendable=True, p_nom_max=60.0 / 17.5, capital_cost=17.5 * annuity(0.7e6, RATE, 12),
        marginal_cost=17.5 * 15.0,
    )  # fmt: skip
    n.add(
        "Store", "tank", bus="tank content", e_nom_extendable=True, e_nom_max=200.0, e_cyclic=True, e_min_pu=0.10,
        e_max_pu=0.95, capital_cost=annuity(1.5e6, RATE, 30) + 0.01 * 1.5e6,
    )  # fmt: skip
    filling = {"p_nom_extendable": True, "p_nom_max": 20.0}
    n.add(
        "Link", "fill", bus0="hydrogen", bus1="tank content", efficiency=0.97,
        capital_cost=annuity(0.4e6, RATE, 20), **filling,
    )  # fmt: skip
    n.add("Link", "draw", bus0="tank content", bus1="hydrogen", **filling)
    n.add(
        "Store", "buffer", bus="heat", e_nom_extendable=True, e_nom_max=800.0, e_cyclic=True, standing_loss=0.01,
        capital_cost=annuity(40e3, RATE, 25),
    )  # fmt: skip
    n.add(
        "Generator", "purchase", bus="works", p_nom=12.0, marginal_cost=given["spot"] + CARBON * 0.6361
    )  # fmt: skip
    n.add(
        "Generator", "sale", bus="works", p_nom=30.0, p_min_pu=-1.0, p_max_pu=0.0, marginal_cost=given["spot"],
        e_sum_min=-90_000.0,
    )  # fmt: skip

    def tie(n, _):
        size = n.model["Link-p_nom"]
        for first, second in (("line", "line back"), ("fill", "draw")):
            n.model.add_constraints(
                size.sel(name=first, drop=True) - size.sel(name=second, drop=True) == 0, name=f"{first}-one-size"
            )

    return n, optimise(n, tie) - 40.0 * annuity(4.5e6, RATE, 25)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    given = series()
    plan = plan_park(lay_out(tmp_path_factory.mktemp("park"), "hydrogen", given))
    return plan, *independent(given)


def test_cost(both):
    plan, _, cost = both
    assert plan.cost == pytest.approx(cost, rel=1e-6)
    assert plan.gap < 1e-7


def test_sizes(both):
    plan, n, _ = both
    ours = {
        "wind": plan.size("wind"),
        "line": plan.size("line"),
        "chp": plan.size("chp") / 0.38,
        "electrolyser": plan.size("electrolyser"),
        "fuel_cell": plan.size("fuel_cell") / 17.5,
        "tank": plan.size("tank", "energy"),
        "fill": plan.size("tank"),
        "buffer": plan.size("buffer", "energy"),
    }
    theirs = {**n.generators.p_nom_opt, **n.links.p_nom_opt, **n.stores.e_nom_opt}
    assert ours == pytest.approx({name: theirs[name] for name in ours}, rel=1e-5, abs=1e-5)
    assert all(size > 1e-2 for size in ours.values()), ours


def test_yearly_flows_and_prices(both):
    plan, n, _ = both
    weight = n.snapshot_weightings.objective
    year = plan.answer.build.yearly
    for name, bus, theirs in (
        ("chp", "gas", n.links_t.p0["chp"]),
        ("chp", "heat", -n.links_t.p2["chp"]),
        ("fuel_cell", "works", -n.links_t.p1["fuel_cell"]),
        ("electrolyser", "hydrogen", -n.links_t.p1["electrolyser"]),
    ):
        assert year @ plan.flow(name, bus) == pytest.approx((theirs * weight).sum(), rel=1e-4), (name, bus)
    sold = year @ plan.flow("exchange", "works", "in")
    assert sold == pytest.approx(-(n.generators_t.p["sale"] * weight).sum(), rel=1e-5)
    emitted = plan.term("carbon_price") / CARBON
    bought = (n.generators_t.p["gas"] * weight).sum() * 0.202 + (n.generators_t.p["purchase"] * weight).sum() * 0.6361
    assert emitted == pytest.approx(bought, rel=1e-4)
    demand = n.loads_t.p["hydrogen"]
    assert plan.price("hydrogen") @ demand == pytest.approx(n.buses_t.marginal_price["hydrogen"] @ demand, rel=1e-4)
