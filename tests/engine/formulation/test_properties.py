"""Properties of every plan: what must hold whatever the park; parks of 6 to 12 hours are drawn at random."""

from __future__ import annotations

import copy
import os
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.small_park import (
    Data,
    connection,
    converter,
    cost,
    demand,
    feed_in,
    frame_of,
    grid,
    market,
    park,
    size,
    solve_park,
    source,
    storage,
    tariff,
)

FEW = settings(
    max_examples=int(os.environ.get("KENLI_EXAMPLES", "4")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
"""A park takes about 60 ms; `KENLI_EXAMPLES=200` looks harder."""

SIZES = ("sun", "wind", "battery", "pump", "tank", "line")


def tenths(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw numbers with one decimal: exact enough to be written, coarse enough to collide."""
    return st.integers(round(low * 10), round(high * 10)).map(lambda n: n / 10)


@st.composite
def parks(draw: st.DrawFn) -> Data:
    """Draw a park of two electricity buses and heat: sun, wind, battery, heat pump, tank, grid, boiler."""
    steps = draw(st.sampled_from([6, 8, 12]))

    def values(low: float, high: float) -> list[float]:
        return draw(st.lists(tenths(low, high), min_size=steps, max_size=steps))

    lossy = {"efficiency": draw(tenths(0.5, 0.9)), "standing_loss": f"{draw(tenths(0.1, 3))} %/h"}
    components = {
        "load": demand("load"),
        "town": demand("town", bus="heat", shortage={"cost": "3000 CNY/MWh"}),
        "sun": source({"max": 60}, availability={"series": "sun"}, capex=draw(tenths(1000, 400_000))),
        "wind": source(
            {"existing": 2, "max": 30}, out="far", availability={"series": "wind"}, capex=draw(tenths(1000, 600_000)),
            variable_cost=f"{draw(tenths(0.1, 9))} CNY/MWh",
        ),
        "line": connection(
            "far", "power", {"max": 40}, capex=draw(tenths(100, 9000)), loss=draw(tenths(0, 0.2)), direction="both"
        ),
        "battery": storage({"max": 200}, {"max": 60}, capex=draw(tenths(100, 40_000)), **lossy),
        "pump": converter(
            "power", "heat", {"max": 30}, efficiency=draw(tenths(1.5, 4)), capex=draw(tenths(100, 90_000))
        ),
        "tank": storage({"existing": 5, "max": 300}, bus="heat", capex=draw(tenths(10, 2000)), **lossy),
        "boiler": converter("gas", "heat", 50, efficiency=0.9),
        "gas": market(bus="gas", buy={"price": draw(tenths(100, 400)), "emission_factor": "0.2 tCO2/MWh"}),
        "grid": grid(60, 5, emission=0.6),
    }  # fmt: skip
    price = draw(tenths(300, 900))
    charge = {"price": f"{draw(tenths(100, 4000))} CNY/MW/month"}
    return park(
        components,
        buses={"power": "electricity", "far": {"carrier": "electricity"}, "heat": "heat", "gas": "gas"},
        series={
            "load": {"values": values(1, 20), "unit": "MW"},
            "town": {"values": values(0, 20), "unit": "MW"},
            "sun": values(0, 1),
            "wind": values(0, 1),
            "spot": {"values": [price + x for x in values(-200, 200)], "unit": "CNY/MWh"},
        },
        contracts={
            "retail": tariff({"series": "spot"}, adders={"network": "50 CNY/MWh"}, demand_charge=charge),
            "sale": feed_in(draw(tenths(0, 90))),
        },
        policy={"carbon": {"price": f"{draw(tenths(0, 300))} CNY/t"}},
        steps=steps,
    )  # fmt: skip


def sizes(answer: Any) -> dict[str, float]:
    return {"/".join(key): size(answer, *key) for key in answer.build.sizes if not answer.build.sizes[key].unlimited}


def scaled(data: Any, factor: float, unit: str) -> Any:
    """Multiply every written quantity whose unit matches a pattern."""
    if isinstance(data, dict):
        return {key: scaled(value, factor, unit) for key, value in data.items()}
    if isinstance(data, str) and (found := re.fullmatch(rf"([-\d.e+]+) ({unit})", data)):
        return f"{float(found[1]) * factor!r} {found[2]}"
    return data


def series_scaled(declared: Data, factor: float, *names: str) -> Data:
    for name in names:
        entry = declared["series"][name]
        entry["values"] = [value * factor for value in entry["values"]]
    return declared


MONEY = "CNY.*"
POWER = "MW|MWh"


@FEW
@given(parks())
def test_books_and_balances_add_up(declared: Data) -> None:
    """Terms sum to the objective, every bus balances in every hour, tonnes are those of the program."""
    answer = solve_park(declared)
    assert frame_of(answer, "objective")["amount"].sum() == pytest.approx(cost(answer), rel=1e-9, abs=1e-6)
    flows = frame_of(answer, "flows")
    signed = flows["value"].where(flows["direction"] == "out", -flows["value"])
    through = flows.groupby(["bus", "timestep"])["value"].sum()
    balance = signed.groupby([flows["bus"], flows["timestep"]]).sum()
    assert (balance.abs() <= 1e-6 * np.maximum(through, 1.0)).all()
    gas = flows.query("component == 'gas'")["value"].sum() * 0.2
    bought = flows.query("component == 'grid' and direction == 'out'")["value"].sum() * 0.6
    tonnes = (gas + bought) * 8760 / answer.build.steps
    assert frame_of(answer, "emissions")["amount"].sum() == pytest.approx(tonnes, rel=1e-9, abs=1e-6)
    assert answer.certificate.relative_gap < 1e-7


@FEW
@given(parks())
def test_money_has_no_scale(declared: Data) -> None:
    """Half of every price, half the cost, the same plan (drawn prices make it unique as a rule: the sizes agree)."""
    half = series_scaled(scaled(copy.deepcopy(declared), 0.5, MONEY), 0.5, "spot")
    whole, cheap = solve_park(declared), solve_park(half)
    assert cost(cheap) == pytest.approx(cost(whole) / 2, rel=1e-8)
    assert sizes(cheap) == pytest.approx(sizes(whole), rel=1e-5, abs=1e-5)


@FEW
@given(parks())
def test_kilowatts_are_megawatts(declared: Data) -> None:
    """The same park written in kW, kWh and CNY/kW gives the same plan."""
    text = copy.deepcopy(declared)

    def smaller(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: smaller(value) for key, value in data.items()}
        if isinstance(data, str):
            if found := re.fullmatch(r"([-\d.e+]+) MW(h?)", data):
                return f"{float(found[1]) * 1000!r} kW{found[2]}"
            if found := re.fullmatch(r"([-\d.e+]+) CNY/MW(h|/month)?", data):
                return f"{float(found[1]) / 1000!r} CNY/kW{found[2] or ''}"
        return data

    text["components"], text["contracts"] = smaller(text["components"]), smaller(text["contracts"])
    for name, unit, factor in (("load", "kW", 1000), ("town", "kW", 1000), ("spot", "CNY/kWh", 0.001)):
        series_scaled(text, factor, name)["series"][name]["unit"] = unit
    first, second = solve_park(declared), solve_park(text)
    assert cost(second) == pytest.approx(cost(first), rel=1e-9)
    assert sizes(second) == pytest.approx(sizes(first), rel=1e-6, abs=1e-6)


@FEW
@given(parks(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(declared: Data, random: Any) -> None:
    other = copy.deepcopy(declared)
    for section in ("components", "buses", "contracts", "series"):
        entries = list(other[section].items())
        random.shuffle(entries)
        other[section] = dict(entries)
    first, second = solve_park(declared), solve_park(other)
    assert cost(second) == pytest.approx(cost(first), rel=1e-9)
    assert sizes(second) == pytest.approx(sizes(first), rel=1e-5, abs=1e-5)


@FEW
@given(parks(), st.sampled_from(SIZES), tenths(1.1, 3))
def test_more_room_never_costs_more(declared: Data, name: str, factor: float) -> None:
    """A higher maximum leaves every plan that was possible possible."""
    small = copy.deepcopy(declared)
    key = "energy" if name in ("battery", "tank") else "capacity"
    limits = small["components"][name][key]
    limits["max"] = f"{float(limits['max'].split()[0]) / 10!r} {limits['max'].split()[1]}"
    large = copy.deepcopy(small)
    large["components"][name][key]["max"] = scaled(limits["max"], factor, POWER)
    if float(limits["max"].split()[0]) < float(limits.get("existing", "0 MW").split()[0]):
        return
    tight, free = cost(solve_park(small)), cost(solve_park(large))
    assert free <= tight + 1e-7 * abs(tight)


@FEW
@given(parks(), st.sampled_from(["battery", "tank", "pump", "boiler", "line"]))
def test_a_worse_machine_never_costs_less(declared: Data, name: str) -> None:
    worse = copy.deepcopy(declared)
    item = worse["components"][name]
    if name == "line":
        item["loss"] = item["loss"] + 0.1
    else:
        item["efficiency"] = item["efficiency"] * 0.8
    better = cost(solve_park(declared))
    assert cost(solve_park(worse)) >= better - 1e-7 * abs(better)


@FEW
@given(parks())
def test_a_park_twice_as_large_is_two_parks(declared: Data) -> None:
    """All demands, sizes and limits doubled: twice the cost, twice the plan, the same prices of energy."""
    double = series_scaled(copy.deepcopy(declared), 2.0, "load", "town")
    double["components"] = scaled(double["components"], 2.0, POWER)
    one, two = solve_park(declared), solve_park(double)
    assert cost(two) == pytest.approx(2 * cost(one), rel=1e-8)
    expected = {key: 2 * value for key, value in sizes(one).items()}
    assert sizes(two) == pytest.approx(expected, rel=1e-5, abs=1e-5)
