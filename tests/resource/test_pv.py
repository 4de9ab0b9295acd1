"""PV availability: night, clipping, geometry, heat, rows, the rear, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kenli.park.resource.pv import (
    PvOptions,
    cell_temperature,
    plane_of_array,
    pv_availability,
    pv_yield,
    solar_position,
)


@pytest.fixture(scope="module")
def clear_day(make_weather):
    """21 June at Kenli under a plausible clear sky; the day starts at local midnight (16:00 UTC)."""
    dark = make_weather(start="2023-06-20 16:00")
    height = np.maximum(np.cos(np.radians(solar_position(dark)["apparent_zenith"].to_numpy())), 0.0)
    dni = 900.0 * (height > 0.02)
    dhi = 100.0 * (height > 0.02)
    return make_weather(
        start="2023-06-20 16:00", ghi=dni * height + dhi, dni=dni, dhi=dhi, temperature=25.0, wind_speed=2.0
    )


def test_night_is_exactly_zero(greensboro):
    availability = pv_availability(greensboro, PvOptions())
    dark = (greensboro.ghi == 0.0) & (greensboro.dhi == 0.0) & (greensboro.dni == 0.0)
    assert dark.sum() > 4000
    assert np.all(availability[dark] == 0.0)
    assert np.all(availability[greensboro.ghi > 200.0] > 0.0)


def test_availability_is_a_share_and_clips_at_the_inverter(greensboro):
    for ratio in (1.0, 1.3, 2.0):
        availability = pv_availability(greensboro, PvOptions(dc_ac_ratio=ratio))
        assert availability.min() == 0.0
        assert availability.max() <= 1.0
    assert (availability == 1.0).sum() > 1000


def test_horizontal_plane_receives_the_global_irradiance(clear_day):
    # On a horizontal plane every sky model must give back GHI where GHI = DNI cos z + DHI. Perez holds the
    # circumsolar part at a zenith of 85 degrees, so the sunrise hours are left out.
    light = plane_of_array(clear_day, PvOptions(tilt=0, losses=0))
    day = (light.zenith < 84.0) & (clear_day.ghi > 0.0)
    assert day.sum() > 10
    np.testing.assert_allclose(light.incident[day], clear_day.ghi[day], rtol=1e-3)


def test_standard_conditions_give_the_rated_dc_power(make_weather):
    # Overcast light only (no angle of incidence), cells at 25 degC: AC = DC x (1 - losses) x efficiency.
    weather = make_weather(start="2023-06-21 04:00", steps=2, ghi=500.0, dhi=500.0, temperature=25.0)
    options = PvOptions(tilt=0, temperature_coefficient=0, losses=0, dc_ac_ratio=1, inverter_efficiency=1)
    light = plane_of_array(weather, options)
    assert light.incident[0] == pytest.approx(500.0, rel=1e-6)
    assert 0.90 < light.effective[0] / 500.0 < 0.97  # diffuse reflection at the cover
    half = pv_availability(weather, options)[0]
    # pvlib's PVWatts inverter at half load is within 1 % of its nominal efficiency.
    assert half == pytest.approx(light.effective[0] / 1000.0, rel=0.01)


def test_mid_interval_sun_makes_a_south_plane_symmetric(make_weather):
    # Steps centred on solar noon: the k-th step before and after it see the same sun height.
    day = make_weather(start="2023-03-20 16:00", step="10min", steps=144)
    zenith = solar_position(day)["zenith"].to_numpy()
    noon = day.index[int(zenith.argmin())] + pd.Timedelta(minutes=5)
    # 118.55 degrees east is 7 h 54 min; the equation of time is -7.5 min on 21 March.
    expected = pd.Timestamp("2023-03-21 12:00", tz="UTC") - pd.Timedelta(hours=118.55 / 15 - 7.5 / 60)
    assert abs(noon - expected) <= pd.Timedelta(minutes=6)


def test_east_and_west_planes_lead_and_lag(clear_day):
    hours = np.arange(24.0)

    def centre(azimuth):
        power = pv_availability(clear_day, PvOptions(tilt="40 deg", azimuth=azimuth, dc_ac_ratio=0.8))
        return (power * hours).sum() / power.sum()

    assert centre("90 deg") + 1.5 < centre("180 deg") < centre("270 deg") - 1.5


def test_default_faces_the_equator(make_weather):
    light = {"ghi": 700.0, "dni": 700.0, "dhi": 100.0}
    south = make_weather(start="2023-09-21", **light, latitude=-33.0)
    assert pv_yield(south, PvOptions()).per_ac == pv_yield(south, PvOptions(azimuth=0)).per_ac
    north = make_weather(start="2023-09-21", **light)
    assert pv_yield(north, PvOptions()).per_ac == pv_yield(north, PvOptions(azimuth="180 deg")).per_ac


def test_tracker_gains_and_rows_cost(greensboro):
    fixed = pv_yield(greensboro, PvOptions()).per_dc
    tracked = pv_yield(greensboro, PvOptions(tracking="single-axis", ground_cover_ratio=0.3)).per_dc
    tight = pv_yield(greensboro, PvOptions(tracking="single-axis", ground_cover_ratio=0.6)).per_dc
    assert 1.08 < tracked / fixed < 1.25
    assert tight < tracked
    steep = pv_yield(greensboro, PvOptions(tilt="60 deg", ground_cover_ratio=0.6)).per_dc
    assert steep < 0.97 * pv_yield(greensboro, PvOptions(tilt="60 deg")).per_dc


def test_rear_gains_with_albedo(greensboro):
    def gain(albedo):
        one = pv_yield(greensboro, PvOptions(ground_cover_ratio=0.4, albedo=albedo)).per_dc
        two = pv_yield(greensboro, PvOptions(ground_cover_ratio=0.4, albedo=albedo, bifaciality=0.7)).per_dc
        return two / one - 1.0

    assert 0.03 < gain(0.2) < 0.12
    assert gain(0.6) > 2.0 * gain(0.2)


@pytest.mark.parametrize(
    ("mount", "rise"),
    # King's closed form at 1000 W/m2 and 1 m/s: exp(a + b) x 1000 + dT; PVsyst: 0.9 x 0.9 x 1000 / 20.
    [
        ("open-rack", 1000 * np.exp(-3.56 - 0.075) + 3),
        ("roof", 0.9 * 0.9 * 1000 / 20),
        ("roof-close", 1000 * np.exp(-2.98 - 0.0471) + 1),
        ("insulated", 1000 * np.exp(-2.81 - 0.0455)),
    ],
)
def test_cell_temperature_closed_form(make_weather, mount, rise):
    weather = make_weather(temperature=20.0, wind_speed=1.0, wind_height=10.0)
    cell = cell_temperature(weather, np.full(24, 1000.0), mount)
    np.testing.assert_allclose(cell, 20.0 + rise, rtol=1e-9)


def test_wind_of_another_height_is_brought_to_ten_metres(make_weather):
    high = make_weather(wind_speed=7.0, wind_height=100.0)
    low = make_weather(wind_speed=7.0 * 0.1 ** (1 / 7), wind_height=10.0)
    light = np.full(24, 800.0)
    np.testing.assert_allclose(cell_temperature(high, light), cell_temperature(low, light), rtol=1e-12)


@given(warmer=st.floats(0.1, 40.0))
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_warmer_day_never_gives_more(clear_day, make_weather, warmer):
    same = {name: getattr(clear_day, name) for name in ("ghi", "dni", "dhi", "wind_speed")}
    hot = make_weather(start="2023-06-20 16:00", **same, temperature=25.0 + warmer)
    assert np.all(pv_availability(hot, PvOptions()) <= pv_availability(clear_day, PvOptions()) + 1e-12)


@given(
    tilt=st.floats(0.0, 90.0),
    azimuth=st.floats(0.0, 360.0),
    ratio=st.floats(0.5, 3.0),
    tracking=st.sampled_from(["fixed", "single-axis"]),
    scale=st.floats(0.0, 1.3),
)
@settings(deadline=None, max_examples=12)
def test_any_plant_stays_between_zero_and_one(clear_day, make_weather, tilt, azimuth, ratio, tracking, scale):
    light = {name: getattr(clear_day, name) * scale for name in ("ghi", "dni", "dhi")}
    weather = make_weather(start="2023-06-20 16:00", **light, temperature=25.0, wind_speed=2.0)
    options = PvOptions(tilt=f"{tilt} deg", azimuth=f"{azimuth} deg", dc_ac_ratio=ratio, tracking=tracking)
    availability = pv_availability(weather, options)
    assert np.isfinite(availability).all()
    assert availability.min() >= 0.0
    assert availability.max() <= 1.0
    assert np.all(availability[weather.ghi == 0.0] == 0.0)


def test_step_of_a_quarter_hour_keeps_the_yield(make_weather):
    overcast = {"ghi": 200.0, "dhi": 200.0}
    hour = make_weather(start="2023-06-21", steps=8, **overcast)
    quarter = make_weather(start="2023-06-21", steps=32, step="15min", **overcast)
    assert pv_yield(quarter, PvOptions()).per_ac == pytest.approx(pv_yield(hour, PvOptions()).per_ac, rel=1e-3)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"tilt": "91 deg"}, "90"),
        ({"azimuth": "400 deg"}, "360"),
        ({"losses": "100 %"}, "less than 1"),
        ({"temperature_coefficient": "0.35 %/K"}, "0"),
        ({"dc_ac_ratio": 0.1}, "0.5"),
        ({"tracking": "two-axis"}, "single-axis"),
        ({"tilt": 35}, "no unit"),
        ({"tlit": "35 deg"}, "tlit"),
        ({"max_angle": "45 deg"}, "tracker"),
        ({"ground_cover_ratio": 1.0}, "less than 1"),
    ],
)
def test_wrong_options_are_refused(wrong, word):
    with pytest.raises(ValidationError) as caught:
        PvOptions(**wrong)
    assert word in str(caught.value)
