"""Shares of clean, own and direct electricity; every case is a park of four hours at 2190 h each."""

from __future__ import annotations

import pytest

from support.program_text import check_golden
from support.small_park import (
    capacity,
    cost,
    demand,
    feed_in,
    flow,
    grid,
    indicator,
    limit,
    park,
    prepare_park,
    size,
    solve_park,
    source,
    storage,
    tariff,
    terms,
)

SUN = {"sun": [0, 1, 1, 0]}


def shared(policy: dict[str, object], *, exports: float | None = None, box: float | None = None) -> dict[str, object]:
    """10 MW all day; sun 0 1 1 0 at 1000 h-money (dearer than the grid); a grid at 10 CNY/MWh."""
    components = {
        "load": demand(10),
        "sun": source({"max": 100}, availability={"series": "sun"}, capex=100_000),
        "grid": grid(50, exports),
    }
    contracts: dict[str, object] = {"retail": tariff(10)}
    if exports is not None:
        contracts["sale"] = feed_in(0)
    if box is not None:
        components["box"] = storage({"max": 100}, capex=box)
    return park(components, series=SUN, contracts=contracts, policy=policy)


def test_hourly_share_counts_only_what_was_there_in_the_hour() -> None:
    """30 % of 40 MW-quarters are 12: 6 MW of sun in two quarters. A MW gives 4380 MWh and spares 43_800 CNY.

    A point more of the share costs 87_600 MWh * (100_000 - 43_800) / 4380.
    """
    answer = solve_park(shared({"clean_share": {"hourly": {"min": 0.3}}}))
    assert size(answer, "sun") == pytest.approx(6)
    row = limit(answer, "clean_share_hourly")
    assert row["value"] == pytest.approx(0.3)
    assert row["shadow_price"] == pytest.approx(87_600 * 56_200 / 4380)


def test_hourly_share_beyond_the_sun_needs_a_storage() -> None:
    """75 % are 30 MW-quarters: 10 in both sunny hours and 10 carried into the night by 15 MW of sun.

    The content: 5 MW twice, so 10 MWh if all of it goes to one of the two dark hours, or to both: the
    night goes over the end of the day, 5 each: 10 MWh.
    """
    answer = solve_park(shared({"clean_share": {"hourly": {"min": 0.75}}}, box=1))
    assert size(answer, "sun") == pytest.approx(15)
    assert size(answer, "box", "energy") == pytest.approx(10)
    assert indicator(answer, "clean_share_hourly") == pytest.approx(0.75)


def test_grid_power_through_a_storage_stays_unclean() -> None:
    """A 75 % share with a storage and no more sun than 10 MW is out of reach, however much is stored."""
    declared = shared({"clean_share": {"hourly": {"min": 0.75}}}, box=1)
    declared["components"]["sun"]["capacity"] = {"max": "10 MW"}
    with pytest.raises(AssertionError, match="no plan"):
        solve_park(declared)


def test_annual_share_counts_what_is_exported() -> None:
    """75 % by volume: 30 MW-quarters of sun from 15 MW, 5 MW go out in the sun for nothing."""
    answer = solve_park(shared({"clean_share": {"annual": {"min": 0.75}}}, exports=50))
    assert size(answer, "sun") == pytest.approx(15)
    assert indicator(answer, "clean_share_annual") == pytest.approx(0.75)
    assert indicator(answer, "clean_share_hourly") == pytest.approx(0.5)


def test_every_hour_holds_in_each_single_one() -> None:
    """At least 40 % of what enters in every hour: 16 of 40 MW-quarters, 8 MW of sun.

    What a storage gives in the dark was counted in the hour in which it entered.
    """
    answer = solve_park(shared({"clean_share": {"every_hour": {"min": 0.4}}}, box=1))
    assert size(answer, "sun") == pytest.approx(8)
    bought, sun = flow(answer, "grid"), flow(answer, "sun")
    assert (bought <= 0.6 * (bought + sun) + 1e-9).all()
    row = limit(answer, "clean_share_every_hour")
    assert row["value"] == pytest.approx(0.4)
    assert row["binding"]
    more = solve_park(shared({"clean_share": {"every_hour": {"min": 0.401}}}, box=1))
    assert row["shadow_price"] == pytest.approx((cost(more) - cost(answer)) / 0.001, rel=1e-3)


def test_a_soft_limit_is_missed_at_its_penalty() -> None:
    """A MWh of sun costs 56_200 / 4380 = 12.83 more than the grid's: at 12 it is missed, at 13 it is kept."""
    missed = solve_park(shared({"clean_share": {"hourly": {"min": 0.3, "penalty": "12 CNY/MWh"}}}))
    assert terms(missed)["penalty"] == pytest.approx(0.3 * 87_600 * 12)
    kept = solve_park(shared({"clean_share": {"hourly": {"min": 0.3, "penalty": "13 CNY/MWh"}}}))
    assert "penalty" not in terms(kept)
    assert size(kept, "sun") == pytest.approx(6)


def test_a_soft_limit_on_every_hour_is_missed_hour_by_hour() -> None:
    """Without storage the dark hours miss 4 MW each at 1 CNY/MWh; in the sun 12.83 a MWh is too dear as well."""
    answer = solve_park(shared({"clean_share": {"every_hour": {"min": 0.4, "penalty": "1 CNY/MWh"}}}))
    assert terms(answer)["penalty"] == pytest.approx(4 * 4 * 2190)


def test_exports_are_capped_by_the_available_generation() -> None:
    """20 MW of sun for a load of 10: 10 MW could go out at 5; a fifth of 40 MW-quarters is 8."""
    declared = shared({"export_share": {"max": 0.2}}, exports=50)
    declared["components"]["sun"] = source(20, availability={"series": "sun"})
    declared["contracts"]["sale"] = feed_in(5)
    answer = solve_park(declared)
    assert indicator(answer, "export_share") == pytest.approx(0.2)
    assert terms(answer)["sales"] == pytest.approx(-8 * 2190 * 5)
    # A MW of sun more allows 20 % of 2 quarters more exports.
    assert capacity(answer, "sun")["price"] == pytest.approx(0.2 * 4380 * 5)


def test_self_use_of_generation_counts_the_curtailed_as_unused() -> None:
    """60 % of what is available must stay: 20 MW give 40, 24 must be used, 20 can: 20 MW are too much.

    With the size free and a sale at 100 that pays, 10 * 2 / (2 C) >= 0.6 gives C = 16.67 MW.
    """
    declared = shared({"self_use": {"of_generation": {"min": 0.6}}}, exports=50)
    declared["contracts"]["sale"] = feed_in(100)
    declared["contracts"]["retail"] = tariff(200)
    answer = solve_park(declared)
    assert size(answer, "sun") == pytest.approx(10 / 0.6)
    assert indicator(answer, "self_use_of_generation") == pytest.approx(0.6)


def test_self_use_of_consumption_is_the_share_of_the_own_sun() -> None:
    """30 % of 40 MW-quarters: 6 MW of sun. Clean power from the grid is not the park's own."""
    declared = shared({"self_use": {"of_consumption": {"min": 0.3}}})
    declared["components"]["grid"]["clean_share"] = 0.5
    answer = solve_park(declared)
    assert size(answer, "sun") == pytest.approx(6)
    assert indicator(answer, "self_use_of_load") == pytest.approx(0.3)
    assert indicator(answer, "clean_share_hourly") == pytest.approx(0.3 + 0.7 * 0.5)


def test_direct_supply_takes_the_sources_of_the_line_alone() -> None:
    """30 % direct: a cheaper wind (not on the line) does not help; 6 MW of sun are built beside it."""
    declared = shared({"direct_supply_share": {"min": 0.3}})
    declared["components"]["wind"] = source(3)
    declared["contracts"]["line"] = {"kind": "direct_line", "sources": ["sun"], "grid": "grid"}
    answer = solve_park(declared)
    assert size(answer, "sun") == pytest.approx(6)
    assert indicator(answer, "direct_supply_share") == pytest.approx(0.3)
    assert indicator(answer, "clean_share_hourly") == pytest.approx(0.3 + 0.3)


def test_golden() -> None:
    declared = shared(
        {
            "clean_share": {
                "hourly": {"min": 0.3, "penalty": "12 CNY/MWh"},
                "every_hour": {"min": 0.1, "penalty": "9 CNY/MWh"},
                "annual": {"min": 0.5},
            },
            "direct_supply_share": {"min": 0.2},
            "self_use": {"of_generation": {"min": 0.6}, "of_consumption": {"min": 0.25}},
            "export_share": {"max": 0.2},
        },
        exports=50,
    )
    declared["components"]["grid"]["clean_share"] = 0.05
    declared["contracts"]["line"] = {"kind": "direct_line", "sources": ["sun"], "grid": "grid"}
    declared["contracts"]["green"] = {"kind": "certificates", "price": "7 CNY/MWh"}
    declared |= {"series": {"sun": [0, 1]}, "horizon": {"start": "2027-01-01", "steps": 2}}
    check_golden(prepare_park(declared).formulation.program, "clean_share")
