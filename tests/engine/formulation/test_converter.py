"""Converters: several inputs and outputs, the rest of a balance, COP, ramps, availability."""

from __future__ import annotations

import numpy as np
import pytest

from kenli.core.errors import InputError
from support.program_text import check_golden
from support.small_park import (
    YEAR,
    capacity,
    converter,
    cost,
    demand,
    flow,
    market,
    park,
    prepare_park,
    price,
    size,
    solve_park,
    source,
)

HEAT = {"power": "electricity", "heat": "heat"}


def test_a_boiler_hands_on_the_price_of_its_fuel() -> None:
    """Heat of 9 MW through 90 %: 10 MW of power at 40 CNY/MWh; the price of heat is 40 / 0.9."""
    answer = solve_park(
        park(
            {
                "need": demand(9, bus="heat"),
                "power": source(50, price=40),
                "boiler": converter("power", "heat", {"max": 20}, efficiency=0.9, capex=0),
            },
            buses=HEAT,
        )
    )
    assert flow(answer, "boiler", "power") == pytest.approx(np.full(4, 10.0))
    assert price(answer, "heat") == pytest.approx(np.full(4, 40 / 0.9))
    assert cost(answer) == pytest.approx(10 * YEAR * 40)


def test_a_cogeneration_plant_has_two_inputs_and_two_outputs() -> None:
    """Per MW of power a plant burns 2.5 MW gas and 0.02 of power-grade air, and gives 1.2 MW of heat.

    10 MW of power: 25 MW of gas at 20, 12 MW of heat of which 9 are wanted and 3 thrown away.
    """
    answer = solve_park(
        park(
            {
                "power_need": demand(10),
                "heat_need": demand(9, bus="heat"),
                "gas": market(bus="gas", buy={"price": 20}),
                "air": source(100, out="air", price=5),
                "plant": converter({"gas": 2.5, "air": 0.02}, {"power": 1, "heat": 1.2}, {"max": 50}, capex=100),
            },
            buses={
                "power": "electricity",
                "gas": "gas",
                "air": "air",
                "heat": {"carrier": "heat", "surplus": True},
            },
        )
    )
    assert size(answer, "plant") == pytest.approx(10), "the capacity is that of the first output"
    assert flow(answer, "plant", "heat") == pytest.approx(np.full(4, 12.0))
    assert cost(answer) == pytest.approx(1000 + 25 * YEAR * 20 + 0.2 * YEAR * 5)
    assert price(answer, "heat") == pytest.approx(np.zeros(4))


def test_capacity_of_measures_at_the_input() -> None:
    """An electrolyser of 70 % is bought by its 10 MW of power, not its 7 MW of hydrogen."""
    answer = solve_park(
        park(
            {
                "need": demand(7, bus="h2"),
                "power": source(50, price=1),
                "cell": converter("power", "h2", {"max": 20}, efficiency=0.7, capex=100, capacity_of="power"),
            },
            buses={"power": "electricity", "h2": "hydrogen"},
        )
    )
    assert size(answer, "cell") == pytest.approx(10)
    assert cost(answer) == pytest.approx(1000 + 10 * YEAR)


def test_rest_closes_the_balance_of_a_heat_pump() -> None:
    """With a COP of 4, 8 MW of heat take 2 MW of power and the rest, 6 MW, from the well."""
    answer = solve_park(
        park(
            {
                "need": demand(8, bus="heat"),
                "power": source(50, price=30),
                "ground": source("unlimited", out="well"),
                "pump": converter({"power": 1, "well": "rest"}, {"heat": 4}, {"max": 20}, capex=0),
            },
            buses={"power": "electricity", "well": "heat", "heat": "heat"},
        )
    )
    assert flow(answer, "pump", "power") == pytest.approx(np.full(4, 2.0))
    assert flow(answer, "pump", "well") == pytest.approx(np.full(4, 6.0))
    assert price(answer, "heat") == pytest.approx(np.full(4, 7.5))


def test_a_cop_from_temperatures_is_carnot_times_its_grade() -> None:
    """Lorenz-free Carnot with pinches: COP = 0.5 * T_sink / (T_sink - T_source) at 80 and 30 degC, no pinch."""
    cop = {"source": "30 degC", "sink": "80 degC", "method": "carnot", "quality_grade": 0.5}
    answer = solve_park(
        park(
            {
                "need": demand(8, bus="heat"),
                "power": source(50, price=30),
                "pump": converter(
                    {"power": 1},
                    {"heat": {"cop": {**cop, "condenser_pinch": "0 K", "evaporator_pinch": "0 K"}}},
                    {"max": 20},
                    capex=0,
                ),
            },
            buses=HEAT,
        )
    )
    expected = 0.5 * 353.15 / 50.0
    assert flow(answer, "pump", "power") == pytest.approx(np.full(4, 8 / expected))


def test_a_ratio_may_change_from_hour_to_hour() -> None:
    """An efficiency series of 0.5, 1, 0.5, 1 makes 6 MW of heat take 12, 6, 12, 6 MW."""
    answer = solve_park(
        park(
            {
                "need": demand(6, bus="heat"),
                "power": source(50, price=30),
                "boiler": converter("power", {"heat": {"series": "ratio"}}, {"max": 20}, capex=0),
            },
            buses=HEAT,
            series={"ratio": [0.5, 1, 0.5, 1]},
        )
    )
    assert flow(answer, "boiler", "power") == pytest.approx([12, 6, 12, 6])


def test_an_availability_closes_a_converter() -> None:
    """Half of the 10 MW boiler is away in the last hour; the dear heat fills in 3 MW of the 8."""
    answer = solve_park(
        park(
            {
                "need": demand(8, bus="heat"),
                "power": source(50),
                "boiler": converter("power", "heat", 10, availability={"series": "up"}),
                "dear": source(10, out="heat", price=100),
            },
            buses=HEAT,
            series={"up": [1, 1, 1, 0.5]},
        )
    )
    assert flow(answer, "dear", "heat") == pytest.approx([0, 0, 0, 3])
    assert capacity(answer, "boiler")["price"] == pytest.approx(0.5 * 2190 * 100)


def test_a_ramp_holds_back_the_rise_inside_the_span_only() -> None:
    """Load 0, 10, 0, 10 MW from a 10 MW plant that moves 20 %/h: 2 MW each way.

    Free choice of the first step (the span does not close): the plant gives p0 = 0 (nothing is
    wanted and nothing may be thrown away), 2, 0, 2; the dear one gives 8 twice.
    """
    answer = solve_park(
        park(
            {
                "need": demand("load", bus="heat"),
                "gas": market(bus="gas", buy={"price": 1}),
                "plant": converter("gas", "heat", 10, ramp={"up": "20 %/h", "down": "20 %/h"}),
                "dear": source(10, out="heat", price=100),
            },
            buses={"gas": "gas", "heat": "heat"},
            series={"load": {"values": [0, 10, 0, 10], "unit": "MW"}},
        )
    )
    assert flow(answer, "plant", "heat") == pytest.approx([0, 2, 0, 2])
    assert cost(answer) == pytest.approx(2190 * (2 * 2 * 1 + 2 * 8 * 100))
    # A MW more lets the plant rise 0.2 MW more, in two rises: 2 * 0.2 * 99 CNY/MWh * 2190 h.
    assert capacity(answer, "plant")["price"] == pytest.approx(2 * 0.2 * 99 * 2190)


def test_a_ramp_of_a_plant_without_size_is_refused() -> None:
    declared = park(
        {
            "need": demand(1, bus="heat"),
            "power": source(50),
            "plant": converter("power", "heat", "unlimited", ramp={"up": "20 %/h"}),
        },
        buses=HEAT,
    )
    with pytest.raises(InputError, match="ramp"):
        prepare_park(declared)


def test_process_emission_and_clean_output_are_counted_at_the_capacity() -> None:
    """0.3 t per MWh of heat out, variable cost of upkeep 2 CNY/MWh of heat."""
    boiler = converter("power", "heat", {"max": 20}, efficiency=0.8, process_emission="0.3 tCO2/MWh")
    boiler["costs"] = {"capex": "0 CNY/MW", "lifetime": "1 yr", "variable_om": "2 CNY/MWh"}
    answer = solve_park(park({"need": demand(8, bus="heat"), "power": source(50), "boiler": boiler}, buses=HEAT))
    assert cost(answer) == pytest.approx(8 * YEAR * 2)
    assert answer.build.emissions[0].scope == 1
    assert sum(answer.yearly(e.flow) * float(np.asarray(e.factor)) for e in answer.build.emissions) == pytest.approx(
        8 * YEAR * 0.3
    )


def test_golden() -> None:
    declared = park(
        {
            "need": demand(8, bus="heat"),
            "power": source(50, price=30),
            "ground": source("unlimited", out="well"),
            "pump": converter(
                {"power": 1, "well": "rest"}, {"heat": 4}, {"existing": 1, "max": 20}, capex=5, ramp={"up": "50 %/h"}
            ),
            "boiler": converter("power", "heat", 3, efficiency=0.9, capacity_of="power", ramp={"down": "25 %/h"}),
        },
        buses={"power": "electricity", "well": "heat", "heat": "heat"},
        steps=3,
    )
    check_golden(prepare_park(declared).formulation.program, "converter")
