"""Connections: one way, both ways, loss, availability, wheeling charge."""

from __future__ import annotations

import numpy as np
import pytest

from support.program_text import check_golden
from support.small_park import (
    capacity,
    connection,
    cost,
    demand,
    flow,
    park,
    prepare_park,
    price,
    size,
    solve_park,
    source,
)

TWO = {"east": "electricity", "west": "electricity"}


def test_the_loss_is_paid_at_the_far_end() -> None:
    """9.5 MW in the west through a line that loses 5 %: 10 MW enter; the price is 40 / 0.95 plus wheeling / 0.95."""
    answer = solve_park(
        park(
            {
                "load": demand(9.5, bus="west"),
                "plant": source(50, out="east", price=40),
                "line": connection("east", "west", {"max": 50}, capex=100, loss=0.05, variable_cost="2 CNY/MWh"),
            },
            buses=TWO,
        )
    )
    assert size(answer, "line") == pytest.approx(10), "the size is measured where the flow enters"
    assert cost(answer) == pytest.approx(10 * 8760 * 42 + 1000)
    assert flow(answer, "line", "west") == pytest.approx(np.full(4, 9.5))
    # The 100 CNY/MW fall on the four hours together, however they are shared out.
    assert price(answer, "west").sum() == pytest.approx(4 * 42 / 0.95 + 100 / 2190 / 0.95)


def test_both_ways_share_one_size() -> None:
    """East has power in hours 0 and 1, west in 2 and 3; 5 MW of load on each side: 5 MW go east-west, then back."""
    answer = solve_park(
        park(
            {
                "load_east": demand(5, bus="east"),
                "load_west": demand(5, bus="west"),
                "plant_east": source(50, out="east", availability={"series": "early"}),
                "plant_west": source(50, out="west", availability={"series": "late"}),
                "line": connection("east", "west", {"max": 50}, capex=100, direction="both"),
            },
            buses=TWO,
            series={"early": [1, 1, 0, 0], "late": [0, 0, 1, 1]},
        )
    )
    assert cost(answer) == pytest.approx(500)
    assert flow(answer, "line", "west", "out") == pytest.approx([5, 5, 0, 0])
    assert flow(answer, "line", "east", "out") == pytest.approx([0, 0, 5, 5])


def test_one_way_does_not_go_back() -> None:
    """Power in the west cannot serve the east."""
    answer = solve_park(
        park(
            {
                "load": demand(5, bus="east"),
                "load_west": demand(1, bus="west"),
                "cheap": source(50, out="west", price=1),
                "dear": source(50, out="east", price=9),
                "line": connection("east", "west", 50),
            },
            buses=TWO,
        )
    )
    assert cost(answer) == pytest.approx(8760 * (5 * 9 + 1))


def test_an_availability_narrows_a_line() -> None:
    """A line of 10 MW is half closed in the last hour: 5 MW of the dear source there."""
    answer = solve_park(
        park(
            {
                "load": demand(10, bus="west"),
                "cheap": source(50, out="east", price=1),
                "dear": source(50, out="west", price=9),
                "line": connection("east", "west", 10, availability={"series": "open"}),
            },
            buses=TWO,
            series={"open": [1, 1, 1, 0.5]},
        )
    )
    assert flow(answer, "dear", "west") == pytest.approx([0, 0, 0, 5])
    # One more MW of line carries half a MW more in the last quarter; elsewhere nothing is left to carry.
    assert capacity(answer, "line")["price"] == pytest.approx(0.5 * 2190 * 8)


def test_golden() -> None:
    declared = park(
        {
            "load": demand(5, bus="west"),
            "plant": source(50, out="east", price=4),
            "line": connection(
                "east",
                "west",
                {"existing": 1, "max": 9},
                capex=3,
                loss=0.1,
                direction="both",
                variable_cost="2 CNY/MWh",
            ),
        },
        buses=TWO,
        steps=2,
    )
    check_golden(prepare_park(declared).formulation.program, "connection")
