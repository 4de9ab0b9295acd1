"""Heat pumps, boiler, storages and a carbon cap: Kenli and PyPSA find the same plan and the same carbon price."""

import numpy as np
import pytest

from crosscheck.plans import annuity, lay_out, plan_park, waves
from kenli.core.errors import InfeasibleError
from kenli.study.plan import PlanOptions, plan

pytest.importorskip("pypsa")
from crosscheck.pypsa_side import battery, network, optimise

STEPS = 336
RATE = 0.07
CAP = 55_000.0


def series():
    hour = np.arange(STEPS)
    air = 1.5 - 6.0 * np.cos(2 * np.pi * (hour - 4) / 24) - 4.0 * np.sin(2 * np.pi * hour / 200.0)  # degC
    ground = 9.0 - 2.0 * hour / STEPS
    sun = np.maximum(0.0, np.sin(np.pi * (hour % 24 - 7) / 10)) * ((hour % 24 > 7) & (hour % 24 < 17))
    return {
        "sun": sun * np.clip(waves(STEPS, 5, day=0.0, season=0.3, noise=0.1) * 0.7, 0.0, 1.0),
        "price": 380.0 * waves(STEPS, 1, day=0.35, season=0.2, noise=0.05),
        "cop_air": 0.45 * (55.0 + 273.15) / (55.0 - air),
        "cop_ground": 0.50 * (55.0 + 273.15) / (55.0 - ground),
        "power": 14.0 * waves(STEPS, 2, day=0.25, season=0.1, noise=0.03),
        "heat": np.maximum(2.0, (18.0 - air) * 1.6 + waves(STEPS, 3, day=0.0, noise=0.4)),
    }


def independent(given):
    n = network(STEPS)
    for bus in ("power", "heat", "gas"):
        n.add("Bus", bus)
    n.add("Carrier", "grid", co2_emissions=0.6361)
    n.add("Carrier", "natural_gas", co2_emissions=0.202)
    n.add("Load", "works", bus="power", p_set=given["power"])
    n.add("Load", "town", bus="heat", p_set=given["heat"])
    n.add("Generator", "grid", bus="power", carrier="grid", p_nom=60.0, marginal_cost=given["price"] + 120.0)
    n.add("Generator", "gas", bus="gas", carrier="natural_gas", p_nom=1e4, marginal_cost=230.0)
    solar = annuity(2.9e6, RATE, 25) + 0.015 * 2.9e6
    n.add(
        "Generator", "solar", bus="power", p_nom_extendable=True, p_nom_min=5.0, p_nom_max=80.0,
        p_max_pu=given["sun"], capital_cost=solar,
    )  # fmt: skip
    n.add(
        "Link", "air_pump", bus0="power", bus1="heat", efficiency=given["cop_air"], p_nom_extendable=True,
        p_nom_max=40.0, capital_cost=annuity(9.5e6, RATE, 20) + 0.02 * 9.5e6, marginal_cost=4.0,
    )  # fmt: skip
    # A link that begins at the heat and runs backwards, so that its size is the heat that it gives.
    n.add(
        "Link", "ground_pump", bus0="heat", bus1="power", efficiency=1.0 / given["cop_ground"],
        p_min_pu=-1.0, p_max_pu=0.0, p_nom_extendable=True, p_nom_max=20.0,
        capital_cost=annuity(12e6, RATE, 25) + 60e3,
    )  # fmt: skip
    n.add(
        "Link", "boiler", bus0="gas", bus1="heat", efficiency=0.93, p_nom_extendable=True, p_nom_max=60.0 / 0.93,
        capital_cost=0.93 * (annuity(0.42e6, RATE, 20) + 0.03 * 0.42e6), marginal_cost=0.93 * 7.0,
    )  # fmt: skip
    n.add(
        "Store", "hot_water", bus="heat", e_nom_extendable=True, e_nom_max=2000.0, e_cyclic=True,
        standing_loss=0.005, capital_cost=annuity(28e3, RATE, 30) + 0.01 * 28e3,
    )  # fmt: skip
    tie = battery(
        n, "battery", "power", energy=annuity(0.56e6, RATE, 15), power=annuity(0.24e6, RATE, 15) + 0.02 * 0.24e6,
        charge=0.96, discharge=0.94, loss=0.0001, wear=20.0, energy_max=500.0, power_max=100.0,
    )  # fmt: skip
    n.add("GlobalConstraint", "carbon", carrier_attribute="co2_emissions", sense="<=", constant=CAP)
    # What stands already is paid for: PyPSA charges the whole size.
    cost = optimise(n, tie) - 5.0 * annuity(2.9e6, RATE, 25)
    return n, cost


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    given = series()
    found = plan_park(lay_out(tmp_path_factory.mktemp("park"), "heat_pump", given))
    return found, *independent(given)


def test_cost(both):
    found, _, cost = both
    assert found.cost == pytest.approx(cost, rel=1e-6)
    assert found.gap < 1e-7


def test_sizes(both):
    found, n, _ = both
    ours = {
        "solar": found.size("solar"),
        "air_pump": found.size("air_pump"),
        "ground_pump": found.size("ground_pump"),
        "boiler": found.size("boiler") / 0.93,
        "battery": found.size("battery", "energy"),
        "battery charge": found.size("battery"),
        "hot_water": found.size("hot_water", "energy"),
    }
    theirs = {**n.generators.p_nom_opt, **n.links.p_nom_opt, **n.stores.e_nom_opt}
    assert ours == pytest.approx({name: theirs[name] for name in ours}, rel=1e-5, abs=1e-5)
    # A check of nothing would pass too: every technology must be used.
    assert all(size > 0.5 for size in ours.values()), ours


def test_carbon_price(both):
    found, n, _ = both
    cap = found.limit("carbon_cap")
    assert cap["binding"]
    assert cap["value"] == pytest.approx(CAP, rel=1e-7)
    assert cap["shadow_price"] > 100.0
    assert cap["shadow_price"] == pytest.approx(-n.global_constraints.mu["carbon"], rel=1e-5)


def test_prices_of_power_and_heat(both):
    found, n, _ = both
    for bus in ("power", "heat"):
        theirs = n.buses_t.marginal_price[bus].to_numpy()
        weight = found.answer.values(next(f for f in found.answer.build.flows if f.bus == bus and f.columns is None))
        # Single hours may have several prices; the demand's bill at the prices is nearly unique.
        assert found.price(bus) @ weight == pytest.approx(theirs @ weight, rel=1e-4)


@pytest.mark.parametrize("cap", [47_000, 45_000])
def test_a_cap_just_out_of_reach_is_called_infeasible(tmp_path, cap):
    """HiGHS with its own options says infeasible; this park can reach 47,200 t but not 47,000 t."""
    path = lay_out(tmp_path, "heat_pump", series())
    path.write_text(path.read_text(encoding="utf-8").replace("55000 t/yr", f"{cap} t/yr"), encoding="utf-8")
    with pytest.raises(InfeasibleError):
        plan(path, PlanOptions(out=tmp_path))
