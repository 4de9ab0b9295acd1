"""Geothermal doublets: water against steam tables, published wells, claims, pumps, drawdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kenli.core.errors import InputError
from kenli.park.resource.geothermal import (
    GeothermalOptions,
    geothermal_doublet,
    thermal_power,
    water_density,
    water_enthalpy,
    water_heat_capacity,
    wellhead_temperature,
)

DEEP_WELL = {
    "flow": "101.3 m3/h",
    "depth": "4002.17 m",
    "production_temperature": "138 degC",
    "reinjection_temperature": "35 degC",
    "pump_head": "200 m",
}
GUANTAO = {"flow": "100 m3/h", "depth": "1700 m", "reinjection_temperature": "30 degC", "pump_head": "200 m"}


@pytest.mark.parametrize(
    # IAPWS saturated liquid: temperature, density, enthalpy, specific heat.
    ("t", "rho", "h", "cp"),
    [
        (25.0, 997.00, 104.83, 4.182),
        (50.0, 988.00, 209.34, 4.180),
        (80.0, 971.77, 334.95, 4.196),
        (100.0, 958.35, 419.10, 4.216),
        (120.0, 943.11, 503.81, 4.244),
        (150.0, 917.01, 632.18, 4.307),
    ],
)
def test_water_against_steam_tables(t, rho, h, cp):
    assert water_density(t) == pytest.approx(rho, rel=2e-4)
    assert water_enthalpy(t) == pytest.approx(h, rel=6e-4)
    assert water_heat_capacity(t) == pytest.approx(cp, rel=1e-3)


def test_water_against_coolprop():
    assert water_enthalpy(65.0) - water_enthalpy(30.0) == pytest.approx(146.3, abs=0.1)
    assert water_density(65.0) == pytest.approx(980.7, abs=0.3)


@given(low=st.floats(0.0, 149.0), rise=st.floats(0.1, 1.0))
def test_enthalpy_is_the_integral_of_the_specific_heat(low, rise):
    middle = water_heat_capacity(low + rise / 2)
    assert water_enthalpy(low + rise) - water_enthalpy(low) == pytest.approx(middle * rise, rel=1e-3)


def test_first_municipal_well_of_dongying():
    # 1631 m, 65 degC, 2200 m3/d down to 35 degC: 3.13 MW.
    well = GeothermalOptions(
        flow="2200 m3/d",
        depth="1631 m",
        production_temperature="65 degC",
        reinjection_temperature="35 degC",
        pump_head="150 m",
    )
    assert geothermal_doublet(well).thermal_power == pytest.approx(3.13, abs=0.01)
    # The gradient alone finds it within three degrees.
    by_depth = well.model_copy(update={"production_temperature": None})
    assert wellhead_temperature(by_depth) == pytest.approx(65.0, abs=3.0)


def test_deep_well_carries_half_of_what_was_claimed():
    assert geothermal_doublet(GeothermalOptions(**DEEP_WELL)).thermal_power == pytest.approx(11.3, abs=0.05)
    with pytest.raises(InputError) as caught:
        geothermal_doublet(GeothermalOptions(**DEEP_WELL, claimed_power="21.57 MW"))
    text = str(caught.value)
    assert "21.57 MW is claimed" in text
    assert "carry 11.33 MW" in text
    assert "even down to 0 degC it would be 15.1" in text
    assert caught.value.problems[0].code == "geothermal-claim"


def test_a_claim_that_the_water_supports_passes():
    plain = geothermal_doublet(GeothermalOptions(**DEEP_WELL))
    assert geothermal_doublet(GeothermalOptions(**DEEP_WELL, claimed_power="11.3 MW")) == plain
    with pytest.raises(InputError, match="claimed"):
        geothermal_doublet(GeothermalOptions(**DEEP_WELL, claimed_power="12 MW"))


def test_guantao_doublet():
    # 13.5 + 35.5 x 1.7 - 4 = 69.85 degC; the rule of thumb for a doublet there is 4 to 5 MW.
    doublet = geothermal_doublet(GeothermalOptions(**GUANTAO))
    assert doublet.production_temperature == pytest.approx(69.85)
    assert 4.0 < doublet.thermal_power < 5.2
    assert doublet.mass_flow == pytest.approx(100.0 * water_density(69.85) / 1000.0)


def test_pump_power_closed_form():
    options = GeothermalOptions(**GUANTAO, pump_efficiency=0.6, injection_pressure="1 MPa", injection_efficiency=0.8)
    rho = water_density(69.85)
    lifting = rho * 9.80665 * 200.0 * (100.0 / 3600.0) / 0.6
    back = 100.0 / 3600.0 * rho / water_density(30.0)
    doublet = geothermal_doublet(options)
    assert doublet.pump_power == pytest.approx((lifting + 1e6 * back / 0.8) / 1e6, rel=1e-12)
    assert doublet.electricity_per_heat == pytest.approx(doublet.pump_power / doublet.thermal_power)


def test_no_head_and_no_pressure_need_no_electricity():
    assert geothermal_doublet(GeothermalOptions(**(GUANTAO | {"pump_head": 0}))).pump_power == 0.0


def test_drawdown_is_linear_and_cools_the_well():
    options = GeothermalOptions(**GUANTAO, drawdown="1 %/yr")
    first, tenth = geothermal_doublet(options), geothermal_doublet(options, year=10)
    assert tenth.thermal_power == pytest.approx(0.9 * first.thermal_power)
    assert tenth.pump_power == first.pump_power
    assert tenth.electricity_per_heat > first.electricity_per_heat
    # The heat that is left is the heat of the cooler water at the same mass flow.
    mass = tenth.mass_flow * 1000.0 / 3600.0
    heat = mass * (water_enthalpy(tenth.production_temperature) - water_enthalpy(30.0)) / 1000.0
    assert heat == pytest.approx(tenth.thermal_power, rel=1e-9)
    with pytest.raises(InputError, match="no heat after 100 years"):
        geothermal_doublet(options, year=100)


@given(flow=st.floats(1.0, 500.0), hot=st.floats(40.0, 150.0), cold=st.floats(0.0, 39.0), more=st.floats(0.0, 10.0))
def test_heat_grows_with_flow_and_with_cooling(flow, hot, cold, more):
    heat = thermal_power(flow, hot, cold)
    assert heat > 0.0
    assert thermal_power(2.0 * flow, hot, cold) == pytest.approx(2.0 * heat)
    assert thermal_power(flow, hot, max(cold - more, 0.0)) >= heat


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"reinjection_temperature": "75 degC"}, "not colder"),
        ({"reinjection_temperature": None}, "reinjection_temperature"),
        ({"depth": None}, "neither depth nor production_temperature"),
        ({"depth": "5000 m"}, "beyond 150"),
        ({"flow": 0}, "greater than 0"),
        ({"flow": "100 t"}, "where a volume flow is meant"),
        ({"pump_efficiency": 0}, "greater than 0"),
        ({"pump_efficiency": 1.2}, "less than or equal to 1"),
        ({"drawdown": "-1 %/yr"}, "greater than or equal to 0"),
        ({"gradient": "0 K/km"}, "greater than 0"),
    ],
)
def test_wrong_options_are_refused(wrong, word):
    given_ = {name: value for name, value in (GUANTAO | wrong).items() if value is not None}
    with pytest.raises(ValidationError) as caught:
        GeothermalOptions(**given_)
    assert word in str(caught.value)


def test_formulas_refuse_what_is_outside_their_range():
    with pytest.raises(InputError, match="outside"):
        water_density(160.0)
    with pytest.raises(InputError, match="outside"):
        water_enthalpy(-1.0)
