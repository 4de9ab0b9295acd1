"""Plans that are optimal and odd, and the warnings they get."""

from __future__ import annotations

from kenli.engine.results import find_oddities
from support.small_park import demand, feed_in, grid, market, park, solve_park, source, storage, tariff


def codes(declared: object) -> dict[str, str]:
    return {problem.code: f"{problem.where}: {problem.what}" for problem in find_oddities(solve_park(declared))}  # type: ignore[arg-type]


def test_a_plain_plan_is_not_odd() -> None:
    assert codes(park({"load": demand(10), "plant": source(20, price=5), "box": storage(5, 5, efficiency=0.8)})) == {}


def test_a_battery_that_burns_energy_at_negative_prices() -> None:
    """Taking power earns 50 CNY/MWh; a lossy battery that charges and discharges at once takes more of it."""
    declared = park(
        {"load": demand(1), "spot": market(buy={"price": -50, "max": "9 MW"}), "box": storage(5, 5, efficiency=0.5)}
    )
    found = codes(declared)
    assert "box" in found["two-ways"]
    assert "charges and discharges" in found["two-ways"]


def test_import_and_export_at_once() -> None:
    """A feed-in above the tariff pays for sending power round in circles."""
    declared = park({"load": demand(1), "grid": grid(9, 5)}, contracts={"retail": tariff(10), "sale": feed_in(40)})
    assert "imports and exports" in codes(declared)["two-ways"]


def test_a_shortage_is_told_with_its_amount_and_unit() -> None:
    declared = park({"load": demand(10, shortage={"cost": "500 CNY/MWh"}), "plant": source(8)})
    assert "1.752e+04 MWh a year" in codes(declared)["shortage"]


def test_a_missed_share_is_told_in_megawatt_hours_of_the_year() -> None:
    """40 % in every hour, none to be had at night without storage: 4 MW missed in two quarters, 8 * 2190 MWh."""
    declared = park(
        {"load": demand(10), "sun": source(10, availability={"series": "sun"}), "grid": grid(20)},
        series={"sun": [0, 1, 1, 0]},
        contracts={"retail": tariff(10)},
        policy={"clean_share": {"every_hour": {"min": 0.4, "penalty": "1 CNY/MWh"}}},
    )
    assert "missed by 1.752e+04 MWh a year" in codes(declared)["soft-limit"]
