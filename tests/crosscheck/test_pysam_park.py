"""From a park file with a weather file to a year's yield, against SAM reading the same file by itself."""

import csv
from pathlib import Path

import numpy as np
import pytest

from crosscheck.plans import lay_out, register
from kenli.park.load import read_park
from kenli.park.resolve import resolve
from kenli.study.plan import make_profiles

pvwatts = pytest.importorskip("PySAM.Pvwattsv8")
windpower = pytest.importorskip("PySAM.Windpower")
pvlib = pytest.importorskip("pvlib")

TMY3 = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"  # Greensboro, North Carolina
HUB = 110.0


@pytest.fixture(scope="module")
def profiles(tmp_path_factory):
    """Kenli's profiles; `Etc/GMT+5` is the file's own clock without summer time."""
    path = lay_out(tmp_path_factory.mktemp("park"), "typical_year", weather=TMY3, timezone="Etc/GMT+5")
    loaded = read_park(path)
    return make_profiles(loaded, resolve(loaded.park, register()), None).profiles


def sam_sun(**design):
    model = pvwatts.new()
    model.SolarResource.solar_resource_file = str(TMY3)
    usual = {"system_capacity": 1000.0, "dc_ac_ratio": 1.2, "tilt": 30.0, "azimuth": 180.0, "inv_eff": 96.0}
    usual |= {"losses": 14.0, "array_type": 0, "module_type": 1, "gcr": 0.01}
    design = usual | design
    model.SystemDesign.assign(design)
    model.value("adjust_constant", 0.0)
    model.execute(0)
    return np.asarray(model.Outputs.ac) / 1e6 * design["dc_ac_ratio"]


@pytest.mark.parametrize(
    ("name", "design"),
    [("fixed", {}), ("tracker", {"array_type": 3, "tilt": 0.0, "rotlim": 60.0, "gcr": 0.4})],
)
def test_sun(profiles, name, design):
    ours, theirs = profiles.array(f"availability/{name}"), sam_sun(**design)
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.03)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.995
    # The sun of each month as well, so that no season makes up for another.
    month = profiles.horizon.month
    for number in range(1, 13):
        assert ours[month == number].sum() == pytest.approx(theirs[month == number].sum(), rel=0.06)


def read_air():
    """Wind [m/s], temperature [degC] and pressure [Pa] from the file's columns, with the csv module alone."""
    with TMY3.open(encoding="utf-8") as file:
        next(file)
        rows = list(csv.DictReader(file))
    names = ("Wspd (m/s)", "Dry-bulb (C)", "Pressure (mbar)")
    wind, celsius, millibar = (np.array([float(row[name]) for row in rows]) for name in names)
    return wind, celsius, millibar * 100.0


def test_wind(profiles):
    from kenli.park.resource.wind_curves import named_curve

    curve = named_curve("nrel-6mw-170")
    wind, celsius, pressure = read_air()
    at_hub = wind * (HUB / 10.0) ** (1.0 / 7.0)
    model = windpower.new()
    model.Resource.wind_resource_model_choice = 0
    columns = [celsius - 0.0065 * (HUB - 2.0), (pressure - 12.0 * HUB) / 101_325.0, at_hub, np.full(8760, 180.0)]
    model.Resource.wind_resource_data = {
        "lat": 36.1, "lon": -79.95, "elev": 273.0, "year": 2023, "heights": [HUB] * 4, "fields": [1, 2, 3, 4],
        "data": np.column_stack(columns).tolist(),
    }  # fmt: skip
    rated = curve.rated_power * 1000.0
    model.Turbine.assign(
        {
            "wind_resource_shear": 1.0 / 7.0,
            "wind_turbine_hub_ht": HUB,
            "wind_turbine_rotor_diameter": curve.rotor_diameter,
            "wind_turbine_powercurve_windspeeds": [*curve.speeds, curve.cut_out + 0.01],
            "wind_turbine_powercurve_powerout": [*(curve.shares * rated), 0.0],
        }
    )
    farm = {"wind_farm_xCoordinates": [0.0], "wind_farm_yCoordinates": [0.0], "system_capacity": rated}
    model.Farm.assign(farm | {"wind_farm_wake_model": 0, "wind_resource_turbulence_coeff": 0.1})
    losses = [name for name in dir(model.Losses) if name.endswith("_loss")]
    model.Losses.assign(dict.fromkeys(losses, 0.0) | {"en_icing_cutoff": 0, "en_low_temp_cutoff": 0})
    model.value("adjust_constant", 0.0)
    model.execute(0)
    theirs = np.asarray(model.Outputs.gen) / rated
    ours = profiles.array("availability/wind")
    assert 0.1 < theirs.mean() < 0.5
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.03)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.999


def test_a_clock_with_summer_time_keeps_the_year(tmp_path, profiles):
    """The park's local clock only moves the labels: the same year's yield comes out."""
    path = lay_out(tmp_path, "typical_year", weather=TMY3, timezone="America/New_York")
    loaded = read_park(path)
    moved = make_profiles(loaded, resolve(loaded.park, register()), None).profiles
    for name in ("availability/fixed", "availability/wind"):
        assert moved.array(name).sum() == pytest.approx(profiles.array(name).sum(), rel=1e-3)
