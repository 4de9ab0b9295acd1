"""Grid connections: imports, exports, availability, a size that is built, scope 2."""

from __future__ import annotations

import numpy as np
import pytest

from support.program_text import check_golden
from support.small_park import (
    capacity,
    cost,
    demand,
    feed_in,
    flow,
    frame_of,
    grid,
    park,
    prepare_park,
    solve_park,
    source,
    tariff,
    terms,
    yearly,
)


def test_imports_fill_what_is_missing_and_exports_take_what_is_left() -> None:
    """Sun 0, 30, 30, 0 for 10 MW: 10 MW come in twice at 100, 15 MW (the limit) go out twice at 40."""
    declared = park(
        {
            "load": demand(10),
            "sun": source(30, availability={"series": "sun"}),
            "grid": grid(20, 15, emission=0.6),
        },
        series={"sun": [0, 1, 1, 0]},
        contracts={"retail": tariff(100), "sale": feed_in(40)},
    )
    answer = solve_park(declared)
    assert flow(answer, "grid", direction="out") == pytest.approx([10, 0, 0, 10])
    assert flow(answer, "grid", direction="in") == pytest.approx([0, 15, 15, 0])
    assert terms(answer) == pytest.approx({"energy_purchase": 20 * 2190 * 100, "sales": -30 * 2190 * 40})
    carbon = frame_of(answer, "emissions")
    assert set(carbon["scope"]) == {2}
    assert carbon["amount"].sum() == pytest.approx(20 * 2190 * 0.6)
    assert capacity(answer, "grid", "export")["price"] == pytest.approx(2 * 2190 * 40)


def test_a_connection_that_is_built_pays_its_investment() -> None:
    """8 MW stand, 10 are needed, 2 are built at 500."""
    node = grid({"existing": 8, "max": 20}, costs=yearly(500))
    answer = solve_park(park({"load": demand(10), "grid": node}, contracts={"retail": tariff(1)}))
    assert cost(answer) == pytest.approx(1000 + 87_600)


def test_an_outage_closes_the_intake() -> None:
    """No intake in hour 2: the generator at 300 fills in."""
    declared = park(
        {
            "load": demand(10),
            "grid": grid(20, availability={"series": "up"}),
            "gas": source(20, price=300),
        },
        series={"up": [1, 1, 0, 1]},
        contracts={"retail": tariff(1)},
    )
    assert flow(solve_park(declared), "gas") == pytest.approx([0, 0, 10, 0])


def test_no_export_is_allowed_where_none_is_declared() -> None:
    """A must-run surplus of 5 MW has nowhere to go: the park has no plan."""
    declared = park(
        {"load": demand(10), "waste": source(15, must_run=True), "grid": grid(20)}, contracts={"retail": tariff(1)}
    )
    with pytest.raises(AssertionError, match="no plan"):
        solve_park(declared)


def test_golden() -> None:
    declared = park(
        {
            "load": demand(10),
            "grid": grid({"existing": 8, "max": 20}, 15, emission=0.6, costs=yearly(5), availability=0.9),
        },
        contracts={"retail": tariff(100), "sale": feed_in(40, annual_max="500 MWh/yr")},
        steps=2,
    )
    check_golden(prepare_park(declared).formulation.program, "grid")


def test_a_share_of_the_intake_counts_as_clean() -> None:
    """A clean share of 30 % of all imports is the hourly clean share of a park without own sources."""
    from support.small_park import indicator

    declared = park({"load": demand(10), "grid": grid(20, clean_share=0.3)}, contracts={"retail": tariff(1)})
    answer = solve_park(declared)
    assert indicator(answer, "clean_share_hourly") == pytest.approx(0.3)
    assert indicator(answer, "self_use_of_load") == pytest.approx(0.0), "nothing of it is the park's own generation"
    assert flow(answer, "grid") == pytest.approx(np.full(4, 10.0))
