"""Representative periods: what repeats is planned once, and the year's storage is linked in between.

The parks repeat their weeks (or days) exactly, so the choice of periods loses nothing and the answer on
representatives can be held against that on the whole span.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kenli.core.errors import InputError
from support.program_text import check_golden
from support.small_park import (
    Data,
    capacity,
    cost,
    demand,
    frame_of,
    grid,
    park,
    prepare_park,
    size,
    solve_park,
    source,
    storage,
    tariff,
)

WEEK = 14  # steps of 12 h


def weeks(sun: Sequence[Sequence[float]], load: Sequence[Sequence[float]], box: Data, **more: object) -> Data:
    """A span of whole weeks of 12 h steps; each entry of `sun` and `load` is a week of 14 values."""
    components = {
        "load": demand("load"),
        "sun": source({"max": 500}, availability={"series": "sun"}, capex=20_000),
        "box": box,
        "grid": grid(100),
    }
    return park(
        {**components, **more},
        series={
            "sun": np.repeat(np.concatenate(sun), 12),
            "load": {"values": np.repeat(np.concatenate(load), 12), "unit": "MW"},
        },
        contracts={"retail": tariff(100)},
        steps=WEEK * len(sun),
        step="12 h",
        start="2027-01-04",
    )


DAYS = [0.0, 1.0] * 7
"""Dark half, bright half."""


def test_a_week_that_repeats_is_planned_once() -> None:
    """Six equal weeks on one representative cost what six weeks cost, with the same sizes and prices."""
    load = [[8, 10] * 5 + [4, 5] * 2] * 6
    declared = weeks([DAYS] * 6, load, storage({"max": 500}, capex=1000, efficiency=0.8))
    full, one = solve_park(declared), solve_park(declared, horizon="weeks:1")
    assert one.build.steps == WEEK
    assert cost(one) == pytest.approx(cost(full), rel=1e-9)
    assert size(one, "sun") == pytest.approx(size(full, "sun"))
    assert size(one, "box", "energy") == pytest.approx(size(full, "box", "energy"))
    assert one.build.yearly.sum() == pytest.approx(8760)


@pytest.mark.parametrize("loss", ["0 %/h", "0.1 %/h", "3 %/h"])
def test_a_year_of_equal_days_is_planned_on_one_day_or_week(loss: str) -> None:
    """A calendar year: its 52 weeks and a day are stretched, and equal days lose nothing by it, loss or not."""
    declared = park(
        {
            "load": demand("load"),
            "sun": source({"max": 500}, availability={"series": "sun"}, capex=20_000),
            "box": storage(
                {"max": 500}, capex=1000, efficiency=0.8, standing_loss=loss, level={"min": 0.1, "max": 0.9}
            ),
            "grid": grid(100),
        },
        series={
            "sun": np.tile(np.repeat([0.0, 0.6, 1.0, 0.0], 6), 365),
            "load": {"values": np.tile(np.repeat([5.0, 8.0, 9.0, 6.0], 6), 365), "unit": "MW"},
        },
        contracts={"retail": tariff(100)},
        horizon={"year": 2027, "step": "6 h"},
    )
    full = solve_park(declared)
    for horizon in ("days:1", "weeks:1"):
        short = solve_park(declared, horizon=horizon)
        assert cost(short) == pytest.approx(cost(full), rel=1e-7)
        assert size(short, "box", "energy") == pytest.approx(size(full, "box", "energy"), rel=1e-5)


def seasons(box: Data, *, even: bool) -> Data:
    """Three weeks of summer and three of winter. The summer's sun is steady, or comes by day alone.

    Three representatives: the hardest week always stands for itself alone, and is a winter's week here.
    """
    summer = [0.5] * WEEK if even else [0.0, 1.0] * 7
    return weeks([summer] * 3 + [[0.0] * WEEK] * 3, [[4.0] * WEEK] * 6, box)


def test_summer_is_carried_into_winter_over_the_links() -> None:
    """4 MW in three dark weeks are 4 * 504 h = 2016 MWh, all of it put away in the summer, none lost.

    The sun gives half of its size in the summer: 16 MW give 8, 4 for the load and 4 for the winter.
    A MWh of content at 1 CNY and a MW of sun at 20_000 CNY are far below the grid's 100 CNY/MWh.
    """
    declared = seasons(storage({"max": 5000}, capex=1), even=True)
    answer = solve_park(declared, horizon="weeks:3")
    assert size(answer, "sun") == pytest.approx(16)
    assert size(answer, "box", "energy") == pytest.approx(2016)
    assert cost(answer) == pytest.approx(16 * 20_000 + 2016)
    assert cost(answer) == pytest.approx(cost(solve_park(declared)), rel=1e-9)


def test_each_period_alone_would_not_do() -> None:
    """Without room for the season (a week's worth of content) the winter is bought from the grid in part."""
    answer = solve_park(seasons(storage(672), even=True), horizon="weeks:3")
    assert cost(answer) > 1344 / 3024 * 8760 * 100, "two of the three dark weeks at least are bought"


@pytest.mark.parametrize(("loss", "dearer"), [("0 %/h", 1e-9), ("0.05 %/h", 1e-9), ("0.5 %/h", 0.06)])
def test_links_are_on_the_safe_side_of_the_whole_span(loss: str, dearer: float) -> None:
    """Weeks with one representative must run alike, which the whole span need not: never cheaper, hardly dearer."""
    declared = seasons(storage({"max": 5000}, capex=20, efficiency=0.9, standing_loss=loss), even=False)
    full, linked = solve_park(declared), solve_park(declared, horizon="weeks:3")
    assert cost(linked) >= cost(full) * (1 - 1e-9)
    assert cost(linked) <= cost(full) * (1 + dearer)


@pytest.mark.parametrize("even", [True, False])
def test_the_content_over_the_year_stays_in_its_bounds_and_closes(even: bool) -> None:
    """Reconstructed for every hour: between 10 and 90 % of the size, ends equal, changes as the flows say."""
    box = storage({"max": 5000}, capex=20, efficiency=0.9, standing_loss="0.02 %/h", level={"min": 0.1, "max": 0.9})
    answer = solve_park(seasons(box, even=even), horizon="weeks:3")
    frame = frame_of(answer, "chronological_levels").sort_values("hour")
    found, energy = frame["level"].to_numpy(), size(answer, "box", "energy")
    assert frame["hour"].to_numpy() == pytest.approx(np.arange(0, 6 * 168 + 1, 12))
    assert found.min() >= 0.1 * energy - 1e-6
    assert found.max() <= 0.9 * energy + 1e-6
    assert found[0] == pytest.approx(found[-1])
    storage_columns = answer.build.levels["box"]
    at = answer.build.horizon.chronological_step
    charge = answer.solution.of(storage_columns.charge)[at]
    discharge = answer.solution.of(storage_columns.discharge)[at]
    efficiency = 0.9**0.5
    kept = (1 - 0.0002) ** 12
    assert found[1:] == pytest.approx(found[:-1] * kept + 12 * (charge * efficiency - discharge / efficiency), abs=1e-6)


def test_a_short_storage_on_equal_weeks_has_its_price_too() -> None:
    """A fixed content on representative weeks is worth what a MWh more saves: checked by planning again."""
    load = [[8, 10] * 7] * 4

    def plan(energy: float) -> object:
        return solve_park(
            weeks([DAYS] * 4, load, storage(energy, efficiency=0.8, level={"min": 0.1})), horizon="weeks:1"
        )

    answer = plan(30.0)
    expected = (cost(plan(29.99)) - cost(plan(30.01))) / 0.02  # type: ignore[arg-type]
    assert expected > 1.0
    assert capacity(answer, "box", "energy")["price"] == pytest.approx(expected, rel=1e-5)  # type: ignore[arg-type]


def test_a_first_content_is_refused_on_representative_periods() -> None:
    declared = weeks([DAYS] * 2, [[4.0] * WEEK] * 2, storage(100, level={"initial": 0.5}))
    with pytest.raises(InputError, match="initial"):
        prepare_park(declared, horizon="weeks:1")


def test_golden() -> None:
    """Four days of two steps on two representative days."""
    declared = park(
        {
            "load": demand("load"),
            "box": storage(
                {"existing": 1, "max": 50}, 5, capex=1, standing_loss="1 %/h", level={"min": 0.1, "max": 0.9}
            ),
            "grid": grid(9),
        },
        series={"load": {"values": np.repeat([1.0, 2.0, 1.0, 2.0, 5.0, 6.0, 1.0, 2.0], 12), "unit": "MW"}},
        contracts={"retail": tariff(100)},
        steps=8,
        step="12 h",
    )
    check_golden(prepare_park(declared, horizon="days:2").formulation.program, "storage_link")
