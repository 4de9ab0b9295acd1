"""Switched engines (least load, start cost, least time on and off) against PyPSA's committable links."""

import numpy as np
import pytest

from crosscheck.plans import YEAR, lay_out, plan_park, waves

pytest.importorskip("pypsa")
from crosscheck.pypsa_side import network, optimise

STEPS = 48
EXACT = 1e-7


def series():
    hour = np.arange(STEPS) % 24
    day = np.where((hour >= 6) & (hour < 22), 1.0, 0.0)
    power = np.where(day > 0, 20.0 + 9.0 * np.sin(np.pi * (hour - 6) / 8) * waves(STEPS, 11, day=0, noise=0.3), 3.0)
    price = 640.0 + 260.0 * np.sin(np.pi * (hour - 5) / 5) + 40.0 * waves(STEPS, 12, day=0, noise=0.8)
    return {"power": np.clip(power, 3.0, 45.0), "price": price}


def independent(given, hours_up, hours_down):
    n = network(STEPS)
    n.add("Bus", ["power", "gas"])
    n.add("Load", "works", bus="power", p_set=given["power"])
    n.add("Generator", "grid", bus="power", p_nom=35.0, marginal_cost=given["price"])
    n.add("Generator", "gas", bus="gas", p_nom=1e3, marginal_cost=260.0)
    # PyPSA counts a start once, however many hours of the year a step stands for.
    scale = YEAR / STEPS
    for name, size, efficiency, least, start, wear, up, down in (
        ("large", 20.0, 0.44, 0.5, 150.0, 20.0, hours_up, hours_down),
        ("small 1", 6.0, 0.40, 0.6, 300.0, 25.0, 3, 2),
        ("small 2", 6.0, 0.40, 0.6, 300.0, 25.0, 3, 2),
    ):
        n.add(
            "Link", name, bus0="gas", bus1="power", efficiency=efficiency, p_nom=size / efficiency,
            committable=True, p_min_pu=least, start_up_cost=start * size * scale, min_up_time=up,
            min_down_time=down, marginal_cost=wear * efficiency, up_time_before=0, down_time_before=24,
        )  # fmt: skip
    return n, optimise(n, solver_options={"mip_rel_gap": EXACT})


@pytest.fixture(scope="module", params=[(6, 4), (4, 7)], ids=["long-on", "long-off"])
def both(request, tmp_path_factory):
    """Two sets of rules: in the first the least time on binds, in the second the least time off."""
    given, (up, down) = series(), request.param
    path = lay_out(tmp_path_factory.mktemp("park"), "commitment", given, up=up, down=down)
    return plan_park(path, mip_gap=EXACT), *independent(given, up, down), request.param


def test_cost(both):
    plan, _, cost, _ = both
    assert plan.cost == pytest.approx(cost + 20.0 * 100e3, rel=1e-6)  # PyPSA knows no upkeep of what stands


def test_starts(both):
    plan, n, _, _ = both
    program = plan.answer.build.program
    starts = {
        c.name: float(plan.answer.solution.of(c).sum()) for c in program.column_families if c.name.startswith("starts/")
    }
    theirs = n.links_t.start_up.sum() if "start_up" in n.links_t else n.links_t.status.diff().clip(lower=0).sum()
    assert starts["starts/large"] == pytest.approx(theirs["large"])
    assert starts["starts/small"] == pytest.approx(theirs["small 1"] + theirs["small 2"])
    assert starts["starts/large"] >= 1
    assert starts["starts/small"] >= 1


def test_the_least_time_binds(both, tmp_path):
    """Without the long one of the two rules the park is cheaper, so the checks above have something to find."""
    plan, _, _, (up, down) = both
    rules = {"up": 0, "down": down} if up > down else {"up": up, "down": 0}
    path = lay_out(tmp_path, "commitment", series(), **rules)
    assert plan_park(path, mip_gap=EXACT).cost < plan.cost * 0.9999


def test_an_engine_runs_at_its_least_load_or_stands(both):
    plan, _, _, (up, _) = both
    power = plan.flow("large", "power")
    running = power > 1e-6
    assert running.any()
    assert power[running].min() >= 10.0 - 1e-6
    lengths = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], running, [0]]))))[::2]
    assert lengths.min() >= up
