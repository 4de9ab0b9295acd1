"""Sources: availability, must-run, curtailment, full-load hours."""

from __future__ import annotations

import numpy as np
import pytest

from kenli.core.errors import InputError
from support.program_text import check_golden
from support.small_park import (
    YEAR,
    capacity,
    cost,
    demand,
    flow,
    frame_of,
    park,
    prepare_park,
    price,
    size,
    solve_park,
    source,
    terms,
)

SUN = {"sun": [0, 1, 0.5, 0]}


def sun(**more: object) -> dict[str, object]:
    return source({"max": 100}, availability={"series": "sun"}, capex=1000, **more)


def test_a_source_is_built_to_the_hour_that_pays_for_it() -> None:
    """10 MW all day; solar (0, 1, 0.5, 0) costs 1000 CNY/MW a year, a generator 100 CNY/MWh.

    A MW of sun saves 100 * 2190 * 1 h in the second quarter until it covers the load (10 MW) and
    100 * 2190 * 0.5 in the third until 20 MW: both are far above 1000, so 20 MW are built. In the
    second quarter 10 MW are curtailed. Cost = 20 * 1000 + 2 quarters * 10 MW * 2190 h * 100.
    The price is 100 at night, 0 where the sun is curtailed, and the whole 1000 a MW in the third
    quarter: 1000 / (0.5 * 2190).
    """
    answer = solve_park(park({"load": demand(10), "sun": sun(), "gas": source(20, price=100)}, series=SUN))
    assert size(answer, "sun") == pytest.approx(20.0)
    assert cost(answer) == pytest.approx(20_000 + 2 * 10 * 2190 * 100)
    assert price(answer) == pytest.approx([100.0, 0.0, 1000 / (0.5 * 2190), 100.0])
    potential = frame_of(answer, "potentials").query("component == 'sun'")
    assert potential["value"].to_numpy() == pytest.approx([0, 20, 10, 0])
    assert potential["curtailed"].to_numpy() == pytest.approx([0, 10, 0, 0])
    assert terms(answer) == pytest.approx({"annuity": 20_000, "variable_cost": 2 * 10 * 2190 * 100})


def test_what_must_run_pushes_out_the_cheaper() -> None:
    """A must-run source of 6 MW at 50 CNY/MWh leaves 4 MW to the free one: 6 * 8760 * 50."""
    answer = solve_park(park({"load": demand(10), "waste": source(6, price=50, must_run=True), "free": source(20)}))
    assert flow(answer, "waste") == pytest.approx(np.full(4, 6.0))
    assert flow(answer, "free") == pytest.approx(np.full(4, 4.0))
    assert cost(answer) == pytest.approx(6 * YEAR * 50)


def test_a_must_run_size_that_may_grow_is_built_only_as_far_as_it_pays() -> None:
    """Must-run sun for a load of 10 MW in the third quarter stops at 10 MW: more has nowhere to go at noon."""
    answer = solve_park(park({"load": demand(10), "sun": sun(must_run=True), "gas": source(20, price=100)}, series=SUN))
    assert size(answer, "sun") == pytest.approx(10.0)
    assert flow(answer, "sun") == pytest.approx([0, 10, 5, 0])


def test_full_load_hours_are_capped_over_the_year() -> None:
    """10 MW capped to 2190 full-load hours deliver 21900 MWh; the dear one gives the other 65700 MWh."""
    answer = solve_park(
        park({"load": demand(10), "cheap": source(10, price=10, annual_max=2190), "dear": source(10, price=50)})
    )
    assert cost(answer) == pytest.approx(21_900 * 10 + 65_700 * 50)
    # One more MW of the cheap one: 2190 h of saving 40 CNY/MWh.
    assert capacity(answer, "cheap")["price"] == pytest.approx(2190 * 40)


def test_full_load_hours_follow_a_size_that_is_built() -> None:
    """A built MW may give 2190 MWh worth 50; at 10_000 CNY/MW it pays, up to 40 MW with 4 * 2190 h of load."""
    answer = solve_park(
        park(
            {
                "load": demand(10),
                "cheap": source({"max": 100}, capex=10_000, annual_max=2190),
                "dear": source(10, price=50),
            }
        )
    )
    assert size(answer, "cheap") == pytest.approx(40.0)
    assert cost(answer) == pytest.approx(400_000)


@pytest.mark.parametrize("extra", [{"must_run": True}, {"annual_max": 2000}])
def test_an_unlimited_size_cannot_hold_what_is_measured_against_it(extra: dict[str, object]) -> None:
    with pytest.raises(InputError, match="unlimited"):
        prepare_park(park({"load": demand(10), "all": source("unlimited", price=1, **extra)}))


def test_golden() -> None:
    declared = park(
        {
            "load": demand(10),
            "sun": sun(annual_max=3000),
            "waste": source({"existing": 1, "max": 6}, price=50, must_run=True, capex=7, availability=0.5),
            "gas": source(20, price=100, emission_factor="0.2 tCO2/MWh"),
        },
        series={"sun": [0, 1, 0.5]},
        steps=3,
    )
    check_golden(prepare_park(declared).formulation.program, "source")
