"""Cross-check with NREL's System Advisor Model: yields from the same weather within 3 %."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter
from scipy.stats import norm

from kenli.park.resource.pv import PvOptions, pv_availability
from kenli.park.resource.wind import WindOptions, hub_density, wind_availability
from kenli.park.resource.wind_curves import named_curve

pvwatts = pytest.importorskip("PySAM.Pvwattsv8")
windpower = pytest.importorskip("PySAM.Windpower")

HUB = 120.0


@pytest.fixture(scope="module")
def run_pvwatts(greensboro):
    """Return a function from PVWatts' system design to AC power per MW of inverter."""
    zone = -5
    local = greensboro.index + pd.Timedelta(hours=zone)

    def run(**design):
        model = pvwatts.new()
        model.SolarResource.solar_resource_data = {
            "lat": greensboro.latitude,
            "lon": greensboro.longitude,
            "tz": zone,
            "elev": greensboro.elevation,
            "year": local.year.tolist(),
            "month": local.month.tolist(),
            "day": local.day.tolist(),
            "hour": local.hour.tolist(),
            "minute": [30] * len(local),
            "gh": greensboro.ghi.tolist(),
            "dn": greensboro.dni.tolist(),
            "df": greensboro.dhi.tolist(),
            "tdry": greensboro.temperature.tolist(),
            "wspd": greensboro.wind_speed.tolist(),
            "pres": (greensboro.pressure / 100.0).tolist(),
            "alb": [0.2] * len(local),
        }
        # gcr 0.01: rows that do not shade each other; SAM masks the sky by the lowest cell of a row.
        usual = {"system_capacity": 1000.0, "dc_ac_ratio": 1.2, "tilt": 30.0, "azimuth": 180.0}
        usual |= {"inv_eff": 96.0, "losses": 14.0, "array_type": 0, "module_type": 1, "gcr": 0.01}
        design = usual | design
        model.SystemDesign.assign(design)
        model.value("adjust_constant", 0.0)
        model.execute(0)
        return np.asarray(model.Outputs.ac) / 1e6 * design["dc_ac_ratio"]

    return run


@pytest.mark.parametrize(
    ("options", "design"),
    [
        pytest.param({}, {}, id="fixed-30-south"),
        pytest.param({"tilt": "60 deg", "azimuth": "270 deg"}, {"tilt": 60.0, "azimuth": 270.0}, id="fixed-60-west"),
        pytest.param({"dc_ac_ratio": 1.6}, {"dc_ac_ratio": 1.6}, id="oversized"),
        pytest.param({"cover": "glass", "temperature_coefficient": "-0.37 %/K"}, {"module_type": 0}, id="standard"),
        pytest.param(
            {"tracking": "single-axis", "ground_cover_ratio": 0.01},
            {"array_type": 3, "tilt": 0.0, "rotlim": 60.0},
            id="tracker-free",
        ),
        pytest.param(
            {"tracking": "single-axis", "ground_cover_ratio": 0.4},
            {"array_type": 3, "tilt": 0.0, "rotlim": 60.0, "gcr": 0.4},
            id="tracker-backtracking",
        ),
        pytest.param(
            {"tracking": "single-axis", "ground_cover_ratio": 0.4, "backtracking": False},
            {"array_type": 2, "tilt": 0.0, "rotlim": 60.0, "gcr": 0.4},
            id="tracker-shaded",
        ),
    ],
)
def test_pv_agrees_with_pvwatts(greensboro, run_pvwatts, options, design):
    ours = pv_availability(greensboro, PvOptions(**options))
    theirs = run_pvwatts(**design)
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.03)
    # Hour by hour as well: half an hour of misplaced sun would give a correlation of 0.98.
    assert np.corrcoef(ours, theirs)[0, 1] > 0.999
    assert np.sqrt(np.mean((ours - theirs) ** 2)) < 0.015


@pytest.fixture(scope="module")
def windy(make_weather):
    """Return a function from mean wind [m/s] and elevation [m] to a synthetic year at hub height."""

    def make(mean, elevation):
        hours = 8760
        noise = lfilter([np.sqrt(1.0 - 0.95**2)], [1.0, -0.95], np.random.default_rng(7).standard_normal(hours))
        wind = (-np.log(norm.sf(noise))) ** (1.0 / 2.1)  # Weibull, k = 2.1
        season = np.sin(2.0 * np.pi * (np.arange(hours) / hours - 0.3))
        return make_weather(
            hours,
            wind_speed=wind * mean / wind.mean(),
            wind_height=HUB,
            temperature=12.0 - 0.0065 * elevation + 12.0 * season,
            pressure=101325.0 * (1.0 - 2.25577e-5 * elevation) ** 5.2559,
            elevation=elevation,
        )

    return make


def run_windpower(weather, curve):
    """Power of one turbine per rated power, no losses; SAM gets temperature and pressure at hub height."""
    model = windpower.new()
    celsius = weather.temperature - 0.0065 * (HUB - 2.0)
    atmospheres = (weather.pressure - 12.5 * HUB) / 101325.0
    model.Resource.wind_resource_model_choice = 0
    model.Resource.wind_resource_data = {
        "lat": weather.latitude,
        "lon": weather.longitude,
        "elev": weather.elevation,
        "year": 2023,
        "heights": [HUB] * 4,
        "fields": [1, 2, 3, 4],
        "data": np.column_stack([celsius, atmospheres, weather.wind_speed, np.full(len(weather), 180.0)]).tolist(),
    }
    rated = curve.rated_power * 1000.0
    model.Turbine.assign(
        {
            "wind_resource_shear": 0.14,
            "wind_turbine_hub_ht": HUB,
            "wind_turbine_rotor_diameter": curve.rotor_diameter,
            "wind_turbine_powercurve_windspeeds": [*curve.speeds, curve.cut_out + 0.01],
            "wind_turbine_powercurve_powerout": [*(curve.shares * rated), 0.0],
        }
    )
    model.Farm.assign(
        {
            "wind_farm_xCoordinates": [0.0],
            "wind_farm_yCoordinates": [0.0],
            "system_capacity": rated,
            "wind_farm_wake_model": 0,
            "wind_resource_turbulence_coeff": 0.1,
        }
    )
    losses = [name for name in dir(model.Losses) if name.endswith("_loss")]
    model.Losses.assign(dict.fromkeys(losses, 0.0))
    model.Losses.assign({"en_icing_cutoff": 0, "en_low_temp_cutoff": 0})
    model.value("adjust_constant", 0.0)
    model.execute(0)
    return np.asarray(model.Outputs.gen) / rated


@pytest.mark.parametrize("turbine", ["nrel-5.5mw-175", "nrel-6mw-170", "nrel-8.3mw-196", "V126/3300"])
@pytest.mark.parametrize(
    ("mean", "elevation", "tolerance"), [(6.5, 0.0, 0.003), (8.0, 0.0, 0.003), (8.0, 1100.0, 0.015)]
)
def test_wind_agrees_with_sam(windy, turbine, mean, elevation, tolerance):
    weather, curve = windy(mean, elevation), named_curve(turbine)
    options = WindOptions(
        turbine=turbine, hub_height="120 m", wake_losses=0, availability_losses=0, electrical_losses=0
    )
    ours, theirs = wind_availability(weather, options), run_windpower(weather, curve)
    assert ours.mean() == pytest.approx(theirs.mean(), rel=tolerance)


def test_density_is_what_makes_them_agree_on_a_plateau(windy):
    weather, curve = windy(8.0, 1100.0), named_curve("nrel-6mw-170")
    assert hub_density(weather, HUB).mean() == pytest.approx(1.10, abs=0.01)
    uncorrected = curve.at(weather.wind_speed).mean()
    assert uncorrected > 1.04 * run_windpower(weather, curve).mean()
