"""Wind availability: closed forms, shear, density, curves from everywhere, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from windpowerlib.power_curves import smooth_power_curve

from kenli.core.errors import InputError
from kenli.park.resource import wind_curves
from kenli.park.resource.wind import (
    STANDARD_DENSITY,
    WindOptions,
    hub_density,
    hub_wind,
    power_share,
    profile_law,
    resolve_curve,
    wind_availability,
    wind_yield,
)

LOSSLESS = {"wake_losses": 0, "availability_losses": 0, "electrical_losses": 0}
RAMP = {"speeds": [4.0, 12.0, 25.0], "powers": [0.0, 3.0, 3.0]}


def test_flat_curve_gives_its_losses_in_every_wind(make_weather):
    flat = {"speeds": [0.0, 30.0], "powers": [2.0, 2.0]}
    weather = make_weather(wind_speed=np.linspace(0.0, 25.0, 24))
    availability = wind_availability(weather, WindOptions(turbine=flat, hub_height="100 m"))
    np.testing.assert_allclose(availability, 0.92 * 0.97 * 0.98, rtol=1e-12)


def test_rated_wind_gives_one_and_storm_and_calm_nothing():
    curve = wind_curves.named_curve("nrel-6mw-170")
    share = power_share([0.0, 2.9, 14.0, 25.0, 25.01, 40.0], STANDARD_DENSITY, curve)
    np.testing.assert_allclose(share, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0], atol=1e-12)


def test_density_does_not_move_the_cut_out():
    curve = wind_curves.named_curve("nrel-6mw-170")
    for density in (0.9, STANDARD_DENSITY, 1.4):
        np.testing.assert_allclose(power_share([24.9, 25.1], density, curve), [1.0, 0.0])


def test_ramp_at_standard_density_is_a_straight_line():
    curve = resolve_curve(WindOptions(turbine=RAMP, hub_height="100 m"))
    np.testing.assert_allclose(power_share([4.0, 6.0, 8.0, 12.0], STANDARD_DENSITY, curve), [0, 0.25, 0.5, 1])


def test_density_correction_closed_form():
    # Below 7.5 m/s the curve's wind moves by the cube root: P_rho(v) = P(v (rho/rho0)^(1/3)), so that the
    # power in the wind is kept.
    curve = wind_curves.make_curve("line", [0.0, 7.0, 20.0], [0.0, 0.7, 0.7], source="test")
    rho = 1.0
    expected = 5.0 * (rho / STANDARD_DENSITY) ** (1.0 / 3.0) / 7.0
    assert power_share([5.0], rho, curve)[0] == pytest.approx(expected, rel=1e-12)


def test_density_at_sea_level_is_the_standard_atmosphere(make_weather):
    weather = make_weather(temperature=15.0 + 0.0065 * (100 - 2), pressure=101325.0 + 12.5 * 100)
    np.testing.assert_allclose(hub_density(weather, 100.0), STANDARD_DENSITY, rtol=1e-4)
    cold = make_weather(temperature=-15.0)
    assert np.all(hub_density(cold, 100.0) > 1.33)


def test_shear_closed_forms(make_weather):
    weather = make_weather(wind_speed=6.0, wind_height=10.0)
    power = hub_wind(weather, WindOptions(hub_height="100 m", shear_exponent=0.2))
    np.testing.assert_allclose(power, 6.0 * 10.0**0.2)
    logarithmic = hub_wind(weather, WindOptions(hub_height="100 m", roughness="0.1 m"))
    np.testing.assert_allclose(logarithmic, 6.0 * np.log(1000.0) / np.log(100.0))
    onshore = hub_wind(weather, WindOptions(hub_height="100 m"))
    offshore = hub_wind(weather, WindOptions(hub_height="100 m", site="offshore"))
    np.testing.assert_allclose(onshore, 6.0 * 10.0 ** (1.0 / 7.0))
    np.testing.assert_allclose(offshore, 6.0 * 10.0**0.11)


def test_two_heights_give_the_measured_profile(make_weather):
    roughness = 0.05
    law = {height: 5.0 * np.log(height / roughness) for height in (10.0, 50.0, 100.0, 80.0, 140.0)}
    weather = make_weather(wind_speed=law[100.0], wind_height=100.0, wind_speeds={10.0: law[10.0], 50.0: law[50.0]})
    for hub in (80.0, 140.0):  # between two heights, and beyond the last
        np.testing.assert_allclose(hub_wind(weather, WindOptions(hub_height=f"{hub} m")), law[hub], rtol=1e-12)
    exact = hub_wind(weather, WindOptions(hub_height="50 m", shear_exponent=0.3))
    np.testing.assert_array_equal(exact, weather.wind_speeds[50.0])


def test_profile_survives_a_calm_and_never_blows_backwards():
    assert profile_law(0.0, 10.0, 0.0, 100.0, 120.0) == 0.0
    assert profile_law(0.0, 10.0, 5.0, 100.0, 80.0) > 0.0
    assert profile_law(5.0, 10.0, 0.0, 100.0, 300.0) == 0.0


@given(
    wind=st.floats(0.0, 9.0),
    more=st.floats(0.0, 2.0),
    density=st.floats(0.8, 1.4),
    turbine=st.sampled_from(["nrel-5.5mw-175", "nrel-6mw-170", "iea-15mw-240", "V126/3300"]),
)
@settings(deadline=None)
def test_more_wind_below_rated_never_gives_less(wind, more, density, turbine):
    low, high = power_share([wind, wind + more], density, wind_curves.named_curve(turbine))
    assert 0.0 <= low <= high + 1e-12 <= 1.0 + 1e-12


@given(density=st.floats(0.8, 1.4), thinner=st.floats(0.0, 0.3), wind=st.floats(0.0, 25.0))
@settings(deadline=None)
def test_thinner_air_never_gives_more(density, thinner, wind):
    curve = wind_curves.named_curve("nrel-6mw-170")
    dense, thin = power_share([wind], density, curve), power_share([wind], density - thinner, curve)
    assert thin[0] <= dense[0] + 1e-12


@pytest.mark.parametrize("name", wind_curves.turbine_names())
def test_every_turbine_of_the_library_is_a_power_curve(name):
    curve = wind_curves.named_curve(name)
    assert curve.shares.max() == 1.0
    assert curve.shares.min() >= 0.0
    assert np.all(np.diff(curve.speeds) > 0.0)
    assert 0.5 < curve.rated_power < 20.0
    area = np.pi / 4.0 * curve.rotor_diameter**2
    speed = curve.speeds[1:]
    betz = 16.0 / 27.0 * 0.5 * STANDARD_DENSITY * area * speed**3 / 1e6
    assert np.all(curve.shares[1:] * curve.rated_power <= betz)


@pytest.mark.parametrize("name", ["E-101/3050", "S152/6330", "V164/8000"])
def test_impossible_curves_of_the_library_are_refused(name):
    with pytest.raises(InputError, match="no rotor takes more than 59%"):
        wind_curves.named_curve(name)
    with pytest.raises(ValidationError, match="no rotor"):
        WindOptions(turbine=name, hub_height="120 m")
    assert name not in wind_curves.turbine_names()


def test_shipped_curves_are_the_originals_at_their_points(shared_data):
    for name, file in (
        ("nrel-6mw-170", "2023NREL_Bespoke_6MW_170.csv"),
        ("nrel-6mw-196", "2023NREL_Bespoke_6MW_196.csv"),
        ("nrel-5.5mw-175", "2020ATB_NREL_Reference_5.5MW_175.csv"),
    ):
        table = pd.read_csv(shared_data(file))
        power = table["Power [kW]"] / table["Power [kW]"].max()
        ours = wind_curves.named_curve(name)
        theirs = np.interp(ours.speeds, table["Wind Speed [m/s]"], power)
        np.testing.assert_allclose(ours.shares, theirs, atol=2e-5)


@pytest.mark.parametrize(("mean", "expected"), [(5.0, 0.218), (6.0, 0.326), (7.0, 0.428), (7.5, 0.474)])
def test_capacity_factor_of_a_weibull_year(make_weather, mean, expected):
    # Gross capacity factors of the 6 MW / 170 m turbine that were computed apart from this code.
    from math import gamma

    quantile = (np.arange(8760) + 0.5) / 8760
    wind = mean / gamma(1 + 1 / 2.1) * (-np.log1p(-quantile)) ** (1 / 2.1)
    weather = make_weather(8760, wind_speed=wind, wind_height=120.0, pressure=101325.0 + 1500.0, temperature=15.77)
    result = wind_yield(weather, WindOptions(hub_height="120 m", **LOSSLESS))
    assert result.capacity_factor == pytest.approx(expected, abs=0.002)
    assert result.mean_wind == pytest.approx(mean, rel=1e-3)
    assert result.full_load_hours == pytest.approx(8760 * result.capacity_factor)


def test_fleet_smoothing_agrees_with_windpowerlib():
    curve = wind_curves.named_curve("nrel-6mw-170")
    ours = wind_curves.smooth_curve(curve, 0.12)
    theirs = smooth_power_curve(
        pd.Series(curve.speeds), pd.Series(curve.shares), turbulence_intensity=0.12, wind_speed_range=12.0
    )
    inner = theirs[(theirs["wind_speed"] >= 5.0) & (theirs["wind_speed"] <= 20.0)]
    np.testing.assert_allclose(ours.at(inner["wind_speed"].to_numpy()), inner["value"], atol=0.004)
    assert ours.at(np.array([2.5]))[0] > curve.at(np.array([2.5]))[0]  # starts earlier
    assert ours.at(np.array([26.0]))[0] > 0.0  # leaves a storm gradually
    assert wind_curves.smooth_curve(curve, 0.0) is curve


def test_curve_from_a_file(tmp_path, make_weather):
    (tmp_path / "own.csv").write_text("wind_speed [m/s],power [kW]\n4,0\n12,3000\n25,3000\n", encoding="utf-8")
    weather = make_weather(wind_speed=np.linspace(0.0, 24.0, 24))
    from_file = WindOptions(turbine={"file": "own.csv"}, hub_height="100 m")
    inline = WindOptions(turbine=RAMP, hub_height="100 m")
    np.testing.assert_array_equal(
        wind_availability(weather, from_file, folder=tmp_path), wind_availability(weather, inline)
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("speed,power\n1,2\n", "wind_speed"),
        ("wind_speed,power\n1,x\n", "no number"),
        ("wind_speed,power\n5,0\n4,1\n", "rise"),
        ("wind_speed,power\n4,0\n5,-1\n", "negative"),
        ("wind_speed,power\n4,0\n5,nan\n", "missing"),
        ("wind_speed,power\n4,0\n5,0\n", "zero"),
        ("", "none"),
    ],
)
def test_broken_curve_files_are_refused(tmp_path, text, word):
    (tmp_path / "own.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=word):
        resolve_curve(WindOptions(turbine={"file": "own.csv"}, hub_height="100 m"), tmp_path)


def test_missing_curve_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.csv"):
        resolve_curve(WindOptions(turbine={"file": "gone.csv"}, hub_height="100 m"), tmp_path)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"turbine": "V126/330"}, "V126/330"),
        ({"turbine": {"speeds": [3, 2], "powers": [0, 1]}}, "rise"),
        ({"turbine": {"speeds": [3, 4, 5], "powers": [0, 1]}}, "pairs"),
        ({"turbine": {"speeds": [3, 4]}}, "powers"),
        ({"hub_height": "5 m"}, "10"),
        ({"hub_height": 120}, "no unit"),
        ({"shear_exponent": 0.2, "roughness": "0.1 m"}, "both"),
        ({"wake_losses": "100 %"}, "less than 1"),
        ({"site": "space"}, "offshore"),
    ],
)
def test_wrong_options_are_refused(wrong, word):
    with pytest.raises(ValidationError) as caught:
        WindOptions(**({"hub_height": "120 m"} | wrong))
    assert word in str(caught.value)


def test_unknown_turbine_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'nrel-6mw-170'"):
        wind_curves.named_curve("nrel-6mw-17")


def test_roughness_above_the_instrument_is_refused(make_weather):
    weather = make_weather(wind_speed=6.0, wind_height=2.0)
    with pytest.raises(InputError, match="roughness"):
        hub_wind(weather, WindOptions(hub_height="100 m", roughness="2 m"))
