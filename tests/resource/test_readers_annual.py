"""Formats that hold a whole year: EPW, PVGIS typical year, SAM wind. The tests write the files."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pvlib.location import Location

from kenli.core.errors import InputError
from kenli.park.resource.readers import detect_format, read_weather
from kenli.park.resource.weather import check_weather

SITE = Location(37.59, 118.55, altitude=5)
#: Year that the typical year takes for each month.
YEARS = [2011, 2012, 2009, 2008, 2015, 2010, 2011, 2016, 2009, 2012, 2014, 2010]


def typical_stamps() -> pd.DatetimeIndex:
    """Hours of twelve months from twelve years, without 29 February."""
    hours = pd.date_range("2001-01-01", periods=8760, freq="h")
    return pd.DatetimeIndex([stamp.replace(year=YEARS[stamp.month - 1]) for stamp in hours])


def sky(times_utc: pd.DatetimeIndex) -> pd.DataFrame:
    return SITE.get_clearsky(times_utc).round(1)


@pytest.fixture(scope="module")
def epw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EPW file in UTC+8: hour 1 ends at 01:00, so its light is that of 00:30."""
    local = typical_stamps()
    light = sky((local + pd.Timedelta(minutes=30)).tz_localize("Etc/GMT-8").tz_convert("UTC"))
    head = [
        "LOCATION,Synthetic,-,CHN,synthetic,0,37.59,118.55,8.0,5.0",
        "DESIGN CONDITIONS,0",
        "TYPICAL/EXTREME PERIODS,0",
        "GROUND TEMPERATURES,0",
        "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
        "COMMENTS 1,synthetic",
        "COMMENTS 2,",
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]
    rows = [
        f"{t.year},{t.month},{t.day},{t.hour + 1},60,?9,{t.month - 2.0},0.0,60,101900,0,0,300,"
        f"{g},{n},{d},0,0,0,0,180,{t.hour / 4},5,5,9999,99999,9,999999999,0,0.1,0,88,0.2,0.0,1.0"
        for t, g, n, d in zip(local, light["ghi"], light["dni"], light["dhi"], strict=True)
    ]
    path = tmp_path_factory.mktemp("epw") / "synthetic.epw"
    path.write_text("\n".join([*head, *rows]) + "\n")
    return path


def test_epw_hour_one_is_the_first_hour_of_the_local_day(epw: Path) -> None:
    weather = read_weather(epw)
    assert detect_format(epw) == "epw"
    assert weather.index[0] == pd.Timestamp("2000-12-31 16:00", tz="UTC")
    assert len(weather) == 8760
    middle = sky(weather.index + pd.Timedelta(minutes=30))
    # Months of other years: the sun moves by at most a day, about 3 W/m2 in an hour.
    assert np.abs(weather.ghi - middle["ghi"].to_numpy()).max() < 12
    assert weather.temperature[0] == -1.0
    assert weather.wind_speed[:24].tolist() == [hour / 4 for hour in range(24)]
    assert weather.pressure[0] == 101900
    assert weather.relative_humidity is not None
    assert check_weather(weather) == []


def test_epw_marks_for_missing_are_gaps(epw: Path, tmp_path: Path) -> None:
    lines = epw.read_text().splitlines()
    cells = lines[108].split(",")
    cells[6], cells[13] = "99.9", "9999"
    lines[108] = ",".join(cells)
    path = tmp_path / "gaps.epw"
    path.write_text("\n".join(lines))
    with pytest.raises(InputError) as caught:
        read_weather(path)
    assert {problem.where for problem in caught.value.problems} == {"weather > temperature", "weather > ghi"}


def test_epw_on_the_wrong_side_of_the_earth(epw: Path, tmp_path: Path) -> None:
    path = tmp_path / "west.epw"
    path.write_text(epw.read_text().replace("37.59,118.55", "37.59,-118.55", 1))
    with pytest.raises(InputError, match="below the horizon"):
        read_weather(path)


def tmy_rows(offset_hours: float) -> pd.DataFrame:
    stamps = typical_stamps()
    light = sky((stamps + pd.Timedelta(hours=offset_hours)).tz_localize("UTC"))
    return pd.DataFrame(
        {
            "time(UTC)": stamps.strftime("%Y%m%d:%H%M"),
            "T2m": stamps.month - 2.0,
            "RH": 60.0,
            "G(h)": light["ghi"].to_numpy(),
            "Gb(n)": light["dni"].to_numpy(),
            "Gd(h)": light["dhi"].to_numpy(),
            "IR(h)": 300.0,
            "WS10m": stamps.hour / 4,
            "WD10m": 180.0,
            "SP": 101900.0,
        }
    )


@pytest.fixture(scope="module", params=["csv", "json"])
def pvgis_tmy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PVGIS typical year whose light belongs to 0.1761 h after the stamp, as of a satellite."""
    rows = tmy_rows(0.1761)
    path = tmp_path_factory.mktemp("tmy") / f"synthetic_tmy.{request.param}"
    if request.param == "json":
        location = {"latitude": 37.59, "longitude": 118.55, "elevation": 5.0, "irradiance_time_offset": 0.1761}
        months = [{"month": k + 1, "year": year} for k, year in enumerate(YEARS)]
        document = {
            "inputs": {"location": location, "meteo_data": {"radiation_db": "SYNTHETIC"}},
            "outputs": {"months_selected": months, "tmy_hourly": rows.to_dict("records")},
            "meta": {"inputs": {}, "outputs": {}},
        }
        path.write_text(json.dumps(document))
        return path
    head = [
        "Latitude (decimal degrees): 37.590",
        "Longitude (decimal degrees): 118.550",
        "Elevation (m): 5.0",
        "Irradiance Time Offset (h): 0.1761",
        "month,year",
        *(f"{k + 1},{year}" for k, year in enumerate(YEARS)),
    ]
    tail = "T2m: 2-m air temperature (degree Celsius)\nG(h): Global irradiance (W/m2)\n\nsynthetic\n"
    path.write_text("\n".join(head) + "\n" + rows.to_csv(index=False, lineterminator="\n") + tail)
    return path


def test_pvgis_typical_year_moves_the_light_to_the_middle(pvgis_tmy: Path) -> None:
    assert detect_format(pvgis_tmy) == "pvgis-tmy"
    weather = read_weather(pvgis_tmy)
    assert weather.index[0] == pd.Timestamp("2001-01-01", tz="UTC")
    assert weather.pressure[0] == 101900
    middle = sky(weather.index + pd.Timedelta(minutes=30))["ghi"].to_numpy()
    raw = tmy_rows(0.1761)["G(h)"].to_numpy()
    up = middle > 150
    assert np.abs(weather.ghi - middle)[up].max() < 25 < np.abs(raw - middle)[up].max()
    assert weather.ghi.sum() == pytest.approx(middle.sum(), rel=0.01)
    assert any("snapshot 11 min" in note for note in weather.provenance.notes)
    closure = check_weather(weather)
    assert [problem for problem in closure if problem.severity == "error"] == []
    year = weather.to_year(2027, "Asia/Shanghai")
    assert year.wind_speed[:3].tolist() == [4.0, 4.25, 4.5]


def srw(path: Path, unit: str = "m/s", rows: int = 8760) -> Path:
    """A SAM wind file in UTC+8 with 80 m and 100 m; the speed tells the local hour of day."""
    head = [
        "1,synthetic,-,CHN,2012,37.59,118.55,5,1,8760",
        "synthetic wind",
        "Temperature,Pressure,Direction,Speed,Speed",
        f"C,atm,degrees,{unit},{unit}",
        "2,0,100,80,100",
    ]
    body = [f"10.0,1.0,180,{3 + k % 24 / 4:.2f},{4 + k % 24 / 4:.2f}" for k in range(rows)]
    path.write_text("\n".join([*head, *body]) + "\n")
    return path


def test_srw_wind_is_laid_over_the_sun(epw: Path, tmp_path: Path) -> None:
    wind = srw(tmp_path / "wind.srw")
    weather = read_weather(epw, wind_file=wind, wind_timezone="UTC+8")
    assert list(weather.wind_speeds) == [80.0, 100.0]
    assert weather.wind_height == 100.0
    # Row 1 is the first hour of the local year, which is the first of the EPW's, too.
    assert weather.wind_speed[:3].tolist() == [4.0, 4.25, 4.5]
    assert weather.wind_speeds[80.0][23] == pytest.approx(3 + 23 / 4)
    np.testing.assert_array_equal(weather.ghi, read_weather(epw).ghi)
    assert any("different years" in note for note in weather.provenance.notes)
    in_utc = read_weather(epw, wind_file=wind, wind_timezone="UTC")
    assert in_utc.wind_speed[8] == 4.0


def test_srw_in_miles_per_hour(epw: Path, tmp_path: Path) -> None:
    weather = read_weather(epw, wind_file=srw(tmp_path / "w.srw", "mph"), wind_timezone="UTC+8")
    assert weather.wind_speed[0] == pytest.approx(4.0 * 0.44704)


def test_srw_needs_a_sun_a_clock_and_a_year(epw: Path, tmp_path: Path) -> None:
    wind = srw(tmp_path / "wind.srw")
    with pytest.raises(InputError, match="no sun"):
        read_weather(wind)
    with pytest.raises(InputError, match="does not say its time zone"):
        read_weather(epw, wind_file=wind)
    with pytest.raises(InputError, match="no fixed offset"):
        read_weather(epw, wind_file=wind, wind_timezone="Asia/Shanghai")
    with pytest.raises(InputError, match="100 rows"):
        read_weather(epw, wind_file=srw(tmp_path / "short.srw", rows=100), wind_timezone="UTC+8")
    with pytest.raises(InputError, match="furlong"):
        read_weather(epw, wind_file=srw(tmp_path / "odd.srw", "furlong"), wind_timezone="UTC+8")
    far = tmp_path / "far.srw"
    far.write_text(wind.read_text().replace("37.59,118.55", "35.20,-101.80", 1))
    with pytest.raises(InputError, match="same site"):
        read_weather(epw, wind_file=far, wind_timezone="UTC-6")
