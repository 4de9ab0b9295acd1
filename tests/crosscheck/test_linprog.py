"""A second opinion by hand: the inequalities of the docstrings as matrices, solved by scipy's linprog."""

import numpy as np
import pytest
from scipy.optimize import linprog

from crosscheck.plans import YEAR, annuity, lay_out, plan_park, waves


class Matrices:
    """A linear program written row by row; a row is a dict from (block, position) to a coefficient."""

    def __init__(self, **blocks: int) -> None:
        ends = np.cumsum(list(blocks.values()))
        self.start = dict(zip(blocks, ends - list(blocks.values()), strict=True))
        self.size = int(ends[-1])
        self.cost, self.low, self.high = np.zeros(self.size), np.zeros(self.size), np.full(self.size, np.inf)
        self.least: list[tuple[np.ndarray, float]] = []
        self.equal: list[tuple[np.ndarray, float]] = []

    def at(self, block: str, position: int = 0) -> int:
        return self.start[block] + position

    def row(self, terms: dict[tuple[str, int], float]) -> np.ndarray:
        values = np.zeros(self.size)
        for (block, position), factor in terms.items():
            values[self.at(block, position)] += factor
        return values

    def most(self, terms: dict, bound: float) -> None:
        self.least.append((self.row(terms), bound))

    def equals(self, terms: dict, value: float) -> None:
        self.equal.append((self.row(terms), value))

    def solve(self):
        a, b = (np.array(part) for part in zip(*self.least, strict=True))
        e, d = (np.array(part) for part in zip(*self.equal, strict=True))
        bounds = np.column_stack([self.low, self.high])
        result = linprog(self.cost, A_ub=a, b_ub=b, A_eq=e, b_eq=d, bounds=bounds, method="highs-ipm")
        assert result.status == 0, result.message
        return result

    def of(self, result, block: str, position: int = 0) -> float:
        return float(result.x[self.at(block, position)])


def island_series():
    hour = np.arange(24)
    sun = np.clip(np.sin(np.pi * (hour - 5.5) / 13.0), 0.0, 1.0) * 0.85
    load = 6.0 * waves(24, 21, day=0.3, noise=0.08)
    load[19] = 14.0  # a peak for which nobody builds
    return {"sun": sun, "load": load}


def island(given):
    """The island's day: everything per hour, a day counts 365 times."""
    hours, w = range(24), YEAR / 24
    m = Matrices(
        sun=24, diesel=24, charge=24, discharge=24, level=24, short=24, served=24, backlog=24, built_sun=1,
        built_diesel=1, built_energy=1, built_power=1,
    )  # fmt: skip
    rate = 0.04
    m.cost[m.at("built_sun")] = annuity(3e6, rate, 20) + 0.02 * 3e6
    m.cost[m.at("built_diesel")] = annuity(1.8e6, rate, 15)
    m.cost[m.at("built_energy")] = annuity(0.6e6, rate, 12) + 0.01 * 0.6e6
    m.cost[m.at("built_power")] = annuity(0.35e6, rate, 12) + 5e3
    constant = 2.0 * 0.02 * 3e6 + 4.0 * 0.01 * 0.6e6
    m.high[m.at("built_sun")], m.high[m.at("built_diesel")] = 58.0, 12.0
    m.high[m.at("built_energy")], m.high[m.at("built_power")] = 56.0, 15.0
    movable = 0.6 * 3.0
    for t in hours:
        m.cost[m.at("diesel", t)], m.cost[m.at("discharge", t)] = w * 1660.0, w * 30.0
        m.cost[m.at("short", t)] = w * 1700.0
        m.high[m.at("short", t)], m.high[m.at("charge", t)] = 0.3 * given["load"][t], 9.0
        m.high[m.at("served", t)] = 2.5 * movable
        if t in (11, 23):
            m.high[m.at("backlog", t)] = 0.0
        balance = {("sun", t): 1, ("diesel", t): 1, ("discharge", t): 1, ("short", t): 1}
        balance |= {("charge", t): -1, ("served", t): -1}
        m.equals(balance, given["load"][t] + 0.4 * 3.0)
        m.most({("sun", t): 1, ("built_sun", 0): -given["sun"][t]}, 2.0 * given["sun"][t])
        m.most({("diesel", t): 1, ("built_diesel", 0): -1}, 0.0)
        m.most({("discharge", t): 1, ("built_power", 0): -1}, 0.0)
        m.most({("level", t): 1, ("built_energy", 0): -0.9}, 0.9 * 4.0)
        m.most({("level", t): -1, ("built_energy", 0): 0.1}, -0.1 * 4.0)
        content = {("level", t): 1, ("charge", t): -0.92, ("discharge", t): 1 / 0.9}
        if t == 0:  # half full before the first hour, less what an hour loses
            m.equals(content | {("built_energy", 0): -0.998 * 0.5}, 0.998 * 0.5 * 4.0)
        else:
            m.equals(content | {("level", t - 1): -0.998}, 0.0)
        waiting = {("backlog", t): 1, ("served", t): 1}
        m.equals(waiting if t in (0, 12) else waiting | {("backlog", t - 1): -1}, movable)
    m.most({("level", 23): -1, ("built_energy", 0): 0.3}, -0.3 * 4.0)
    m.most({("built_energy", 0): -1, ("built_power", 0): 1}, 4.0)  # one hour at least
    m.most({("built_energy", 0): 1, ("built_power", 0): -6}, -4.0)  # six at most
    m.most({**{("discharge", t): w / 0.9 for t in hours}, ("built_energy", 0): -260}, 260 * 4.0)
    m.most({**{("diesel", t): w for t in hours}, ("built_diesel", 0): -3000}, 0.0)
    return m, constant


def test_island_day(tmp_path):
    given = island_series()
    found = plan_park(lay_out(tmp_path, "island_day", given))
    m, constant = island(given)
    result = m.solve()
    assert found.cost == pytest.approx(result.fun + constant, rel=1e-6)
    ours = [found.size("solar"), found.size("diesel"), found.size("battery", "energy"), found.size("battery")]
    theirs = [2 + m.of(result, "built_sun"), m.of(result, "built_diesel"), 4 + m.of(result, "built_energy")]
    assert ours == pytest.approx([*theirs, m.of(result, "built_power")], rel=1e-5)
    shortage = found.term("shortage") / 1700.0
    assert shortage == pytest.approx(365 * sum(m.of(result, "short", t) for t in range(24)), rel=1e-5)
    assert shortage > 1.0
    level = found.level("battery")
    assert level[-1] >= 0.3 * ours[2] - 1e-6
    # Cycles, and the two rows around them, are not idle: the battery is used as often as it may be.
    assert result.ineqlin.marginals[-2] < -1.0
    assert result.ineqlin.marginals[-1] < -1.0


def half_hour_series():
    step = np.arange(96)
    wind = np.clip(0.4 + 0.3 * np.sin(step / 13.0) + 0.12 * (waves(96, 22, day=0.0, noise=0.6) - 1.0), 0.0, 1.0)
    wave = np.sin(2 * np.pi * (step / 2 - 9) / 24)
    return {
        "wind": wind,
        "power": 20.0 + 4.0 * wave + 0.5 * waves(96, 23, day=0.0, noise=0.5),
        "heat": 9.0 - 4.0 * wave + 0.3 * waves(96, 24, day=0.0, noise=0.5),
        "price": 420.0 + 160.0 * np.sin(2 * np.pi * (step / 2 - 13) / 24),
    }


def half_hours(given):
    """Half-hours: a step counts 8760 / 48 times for half an hour; what is stored moves by h = 0.5."""
    steps, h, w = range(96), 0.5, 0.5 * YEAR / 48
    m = Matrices(
        wind=96, heat=96, charge=96, discharge=96, level=96, bought=96, sold=96, peak=1, green=1, built_wind=1,
        built_boiler=1, built_energy=1, built_power=1,
    )  # fmt: skip
    rate, one_way, decay = 0.05, 0.9**0.5, 0.98**h
    m.cost[m.at("built_wind")] = annuity(20e6, rate, 20) + 0.02 * 20e6
    m.cost[m.at("built_boiler")] = annuity(0.9e6, rate, 20) + 0.01 * 0.9e6
    m.cost[m.at("built_energy")], m.cost[m.at("built_power")] = annuity(90e3, rate, 20), annuity(10e3, rate, 20)
    m.cost[m.at("peak")], m.cost[m.at("green")] = 12 * 30e3, 40.0
    for block, most in (("wind", 90.0), ("boiler", 30.0), ("energy", 300.0), ("power", 40.0)):
        m.high[m.at(f"built_{block}")] = most
    m.high[m.at("green")] = 60_000.0
    for t in steps:
        m.cost[m.at("wind", t)], m.cost[m.at("heat", t)] = w * 12.0, w * 2.0
        m.cost[m.at("bought", t)] = w * (given["price"][t] + 80.0 * 0.58)
        m.cost[m.at("sold", t)] = -w * 250.0
        m.high[m.at("bought", t)], m.high[m.at("sold", t)] = 60.0, 25.0
        power = {("wind", t): 1, ("bought", t): 1, ("sold", t): -1, ("heat", t): -1 / 0.98}
        m.equals(power, given["power"][t])
        m.equals({("heat", t): 1, ("discharge", t): 1, ("charge", t): -1}, given["heat"][t])
        m.most({("wind", t): 1, ("built_wind", 0): -given["wind"][t]}, 0.0)
        m.most({("heat", t): 1, ("built_boiler", 0): -1}, 0.0)
        for block in ("charge", "discharge"):
            m.most({(block, t): 1, ("built_power", 0): -1}, 0.0)
        m.most({("level", t): 1, ("built_energy", 0): -1}, 0.0)
        m.most({("bought", t): 1, ("peak", 0): -1}, 0.0)
        content = {("level", t): 1, ("level", (t - 1) % 96): -decay}
        m.equals(content | {("charge", t): -h * one_way, ("discharge", t): h / one_way}, 0.0)
        if t > 0:
            m.most({("heat", t): 1, ("heat", t - 1): -1, ("built_boiler", 0): -0.3 * h}, 0.0)
            m.most({("heat", t): -1, ("heat", t - 1): 1, ("built_boiler", 0): -0.4 * h}, 0.0)
    # consumption = wind + bought - sold; of what is bought a tenth is clean
    matched, volume, exported = {}, {("green", 0): -1.0}, {("built_wind", 0): -0.15 * w * given["wind"].sum()}
    for t in steps:
        matched |= {("wind", t): -w * 0.28, ("bought", t): w * (0.9 - 0.28), ("sold", t): w * 0.28}
        volume |= {("wind", t): -w * 0.12, ("bought", t): w * (0.88 - 0.1), ("sold", t): -w * 0.88}
        exported |= {("sold", t): w}
    for terms in (matched, volume, exported):
        m.most(terms, 0.0)
    return m


def test_half_hours(tmp_path):
    given = half_hour_series()
    found = plan_park(lay_out(tmp_path, "half_hours", given))
    m = half_hours(given)
    result = m.solve()
    assert found.cost == pytest.approx(result.fun, rel=1e-6)
    ours = [found.size("wind"), found.size("boiler"), found.size("store", "energy"), found.size("store")]
    theirs = [m.of(result, f"built_{block}") for block in ("wind", "boiler", "energy", "power")]
    assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-3)
    assert found.term("certificates") == pytest.approx(40.0 * m.of(result, "green"), rel=1e-5)
    # The last three rows are the two shares and the export limit: both shares bind, at the same price.
    used = 0.5 * YEAR / 48 * sum(
        m.of(result, "wind", k) + m.of(result, "bought", k) - m.of(result, "sold", k) for k in range(96)
    )  # fmt: skip
    for name, dual in zip(("clean_share_hourly", "clean_share_annual"), result.ineqlin.marginals[-3:-1], strict=True):
        limit = found.limit(name)
        assert limit["binding"]
        assert limit["shadow_price"] == pytest.approx(-dual * used, rel=1e-5), name
    assert result.ineqlin.marginals[-2] < -1.0
