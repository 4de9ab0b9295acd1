"""Every price in a run's tables is what planning again with one more (small) unit would save or cost."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from support.small_park import (
    Data,
    capacity,
    connection,
    converter,
    cost,
    demand,
    feed_in,
    grid,
    limit,
    market,
    park,
    price,
    solve_park,
    source,
    storage,
    tariff,
    yearly,
)

STEP = 1e-3


def whole(kind: str = "limits") -> Data:
    """A park in which most sizes are scarce: fixed and growing ones, tied by ramps, cycles, contents, shares.

    `limits` has a policy that binds; `short` has none, hardly a turbine, and loads that may fail at a price.
    """
    declared = _limits()
    if kind == "short":
        declared["policy"] = {}
        declared["components"]["gasturbine"]["capacity"] = "1 MW"
        for name in ("load", "town"):
            declared["components"][name]["shortage"] = {"cost": "3000 CNY/MWh"}
    return declared


def _limits() -> Data:
    battery = storage(
        {"existing": 6, "max": 9},
        5,
        efficiency={"charge": 0.9, "discharge": 0.8},
        standing_loss="2 %/h",
        level={"min": 0.1},
    )
    battery["costs"] = {
        "energy": yearly(900, "MWh") | {"fixed_om": "7 CNY/MWh/yr"},
        "power": {"fixed_om": "3 CNY/MW/yr"},
    }
    tank = storage(8, 3, bus="heat", level={"min": 0.2, "max": 0.9, "initial": 0.6, "final": 0.3}, cycles=900)
    line = connection("far", "power", 3, loss=0.05)
    line["costs"] = {"capex": "0 CNY/MW", "lifetime": "1 yr", "fixed_om": "11 CNY/MW/yr"}
    return park(
        {
            "load": demand("load"),
            "town": demand("town", bus="heat"),
            "sun": source({"max": 7}, availability={"series": "sun"}, capex=20_000),
            "wind": source(5, out="far", availability={"series": "wind"}),
            "waste": source(2, out="far", availability={"series": "wind"}, must_run=True),
            "dump": market(bus="far", sell={"price": -3}),
            "hydro": source(2, price=11, annual_max=3000),
            "line": line,
            "battery": battery,
            "pump": converter("power", "heat", 2, efficiency=2.7, ramp={"up": "30 %/h", "down": "40 %/h"}),
            "boiler": converter("gas", "heat", 20, efficiency=0.9),
            "tank": tank,
            "gas": market(bus="gas", buy={"price": 170, "emission_factor": "0.2 tCO2/MWh", "annual_max": "69 GWh/yr"}),
            "grid": grid({"existing": 4, "max": 5}, 2, emission=0.6, costs=yearly(1000)),
            "gasturbine": converter("gas", "power", 9, efficiency=0.4),
        },
        buses={"power": "electricity", "far": "electricity", "heat": "heat", "gas": "gas"},
        series={
            "load": {"values": [5, 6.1, 9.3, 12.2, 8, 5.5], "unit": "MW"},
            "town": {"values": [6, 8.2, 4.1, 3, 9.4, 7.7], "unit": "MW"},
            "sun": [0, 0.3, 0.9, 0.7, 0.1, 0],
            "wind": [0.9, 0.4, 0.2, 0.3, 0.8, 1],
            "spot": {"values": [210, 300, 420, 510, 480, 230], "unit": "CNY/MWh"},
        },
        contracts={
            "retail": tariff({"series": "spot"}, demand_charge={"price": "400 CNY/MW/month", "basis": "contracted"}),
            "sale": feed_in(30, max_share="3 %"),
        },
        policy={
            "carbon": {"cap": "23000 t/yr"},
            "clean_share": {"hourly": {"min": 0.65}},
            "investment_max": "140500 CNY",
        },
        steps=6,
    )  # fmt: skip


def slope(change: Callable[[Data, float], None], kind: str = "limits", step: float = STEP) -> tuple[float, float]:
    """Return what one more unit saves, from above and from below; a kink makes them differ."""
    costs = []
    for amount in (-step, step):
        declared = whole(kind)
        change(declared, amount)
        costs.append(cost(solve_park(declared)))
    middle = cost(planned(kind))
    return (middle - costs[1]) / step, (costs[0] - middle) / step


@cache
def planned(kind: str = "limits") -> Any:
    """Return the plan of the park as it is."""
    return solve_park(whole(kind))


def between(found: float, bounds: tuple[float, float], floor: float = 0.0) -> None:
    low, high = sorted(bounds)
    room = 1e-4 * max(abs(low), abs(high), 1.0)
    assert max(low - room, floor) <= found + room, f"{found} is below {low}..{high}"
    assert found <= max(high, floor) + room, f"{found} is above {low}..{high}"


def add(value: str, amount: float) -> str:
    number, _, unit = value.partition(" ")
    return f"{float(number) + amount!r} {unit}"


FIXED = [
    ("wind", "power", "capacity"),
    ("waste", "power", "capacity"),
    ("hydro", "power", "capacity"),
    ("line", "power", "capacity"),
    ("battery", "power", "power"),
    ("pump", "power", "capacity"),
    ("boiler", "power", "capacity"),
    ("tank", "energy", "energy"),
    ("tank", "power", "power"),
    ("gasturbine", "power", "capacity"),
    ("grid", "export", "export"),
]


@pytest.mark.parametrize("kind", ["limits", "short"])
@pytest.mark.parametrize(("name", "quantity", "key"), FIXED)
def test_a_fixed_size_is_worth_what_more_of_it_saves(kind: str, name: str, quantity: str, key: str) -> None:
    """Its upkeep is taken off; less than nothing is nothing."""

    def change(declared: Data, amount: float) -> None:
        item = declared["components"][name]
        item[key] = add(item[key], amount)

    between(capacity(planned(kind), name, quantity)["price"], slope(change, kind))


@pytest.mark.parametrize("kind", ["limits", "short"])
@pytest.mark.parametrize(
    ("name", "quantity", "key"),
    [("sun", "power", "capacity"), ("battery", "energy", "energy"), ("grid", "import", "import")],
)
def test_a_growing_size_is_worth_what_a_higher_maximum_saves(kind: str, name: str, quantity: str, key: str) -> None:
    def change(declared: Data, amount: float) -> None:
        item = declared["components"][name][key]
        item["max"] = add(item["max"], amount)

    between(capacity(planned(kind), name, quantity)["price"], slope(change, kind))


def test_some_of_these_prices_are_not_zero() -> None:
    """The tests above would be empty if nothing were scarce."""
    scarce = set()
    for kind in ("limits", "short"):
        answer = planned(kind)
        rows = [capacity(answer, *key) for key in answer.build.sizes if not answer.build.sizes[key].unlimited]
        scarce |= {(row["component"], row["quantity"]) for row in rows if row["price"] > 1.0}
    assert len(scarce) >= 9, scarce


def test_a_size_that_stands_at_its_maximum_is_worth_more_than_it_costs_or_nothing() -> None:
    """10 MW stand and may be no more; a MW more costs 1000 and saves 50 * 2190, or at 200_000 CNY nothing."""

    def plan(capex: float, high: float = 6) -> Any:
        declared = park(
            {"load": demand(10), "a": source({"existing": 6, "max": high}, capex=capex), "b": source(9, price=50)}
        )
        return solve_park(declared)

    assert capacity(plan(1000), "a")["price"] == pytest.approx(8760 * 50 - 1000)
    assert cost(plan(1000)) - cost(plan(1000, 7)) == pytest.approx(8760 * 50 - 1000)
    assert capacity(plan(500_000), "a")["price"] == 0.0


@pytest.mark.parametrize(
    ("name", "path", "step"),
    [
        ("carbon_cap", ("policy", "carbon", "cap"), 10.0),
        ("clean_share_hourly", ("policy", "clean_share", "hourly", "min"), 1e-5),
        ("investment_max", ("policy", "investment_max"), 10.0),
        ("annual_max/gas/bought", ("components", "gas", "buy", "annual_max"), 1e-3),
        ("export_share/sale", ("contracts", "sale", "max_share"), 1e-3),
    ],
)
def test_a_limit_is_worth_what_relaxing_it_saves(name: str, path: tuple[str, ...], step: float) -> None:
    """Per unit of the bound as written in the table (a share: per 1, not per percent)."""
    row = limit(planned(), name)
    factor = {"annual_max/gas/bought": 1000.0, "export_share/sale": 0.01}.get(name, 1.0)

    def change(declared: Data, amount: float) -> None:
        place: Any = declared
        for key in path[:-1]:
            place = place[key]
        value = place[path[-1]]
        place[path[-1]] = add(value, amount) if isinstance(value, str) else value + amount

    above, below = slope(change, step=step)
    sign = 1.0 if row["sense"] == "<=" else -1.0
    between(row["shadow_price"] * factor, (sign * above, sign * below))


def test_some_limits_bind() -> None:
    answer = planned()
    binding = [entry.name for entry in answer.build.limits if limit(answer, entry.name)["binding"]]
    assert len(binding) >= 2, binding


@pytest.mark.parametrize(("bus", "series"), [("power", "load"), ("heat", "town")])
@pytest.mark.parametrize("hour", [0, 2, 4])
def test_the_price_of_a_bus_is_what_one_more_megawatt_of_demand_costs(bus: str, series: str, hour: int) -> None:
    """Per MWh: an hour of six stands for 1460 h of the year."""

    def change(declared: Data, amount: float) -> None:
        declared["series"][series]["values"][hour] += amount

    above, below = slope(change)
    between(price(planned(), bus)[hour], (-above / 1460, -below / 1460), floor=-1e9)
