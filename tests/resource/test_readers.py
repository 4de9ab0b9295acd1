"""Every format is read onto one clock: the light must stand where the sun stood."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
import pytest
from pvlib.location import Location

from kenli.core.errors import InputError
from kenli.park.resource.gaps import GapPolicy
from kenli.park.resource.readers import FORMATS, detect_format, read_weather
from kenli.park.resource.weather import Weather, check_weather

DATA = Path(__file__).parent / "data"
PVLIB = Path(pvlib.__path__[0]) / "data"

SMALL = {
    "synthetic_pvgis_hourly.csv": "pvgis-hourly",
    "synthetic_pvgis_hourly.json": "pvgis-hourly",
    "synthetic_nasa_power.csv": "nasa-power",
    "synthetic_nasa_power.json": "nasa-power",
    "synthetic_nsrdb.csv": "nsrdb",
    "synthetic_sam.csv": "nsrdb",
}
REAL = {"723170TYA.CSV": "tmy3", "703165TY.csv": "tmy3", "12839.tm2": "tmy2"}


def clear_middle(weather: Weather) -> pd.DataFrame:
    """Clear sky of the fixtures' site at the middle of the hours."""
    times = weather.index + pd.Timedelta(hours=weather.step_hours) / 2
    return Location(37.59, 118.55, altitude=5).get_clearsky(times)


@pytest.mark.parametrize(("name", "expected"), [*SMALL.items()])
def test_the_format_is_recognised(name: str, expected: str) -> None:
    assert detect_format(DATA / name) == expected
    assert expected in FORMATS


@pytest.mark.parametrize("name", SMALL)
def test_light_stands_where_the_sun_stood(name: str) -> None:
    weather = read_weather(DATA / name)
    assert weather.index[0] == pd.Timestamp("2023-03-20 16:00", tz="UTC")
    assert len(weather) == 48
    sky = clear_middle(weather)
    # Half an hour's error of the clock makes differences above 80 W/m2 in March. PVGIS stamps 19
    # minutes before the middle, and moving the light there costs most near the horizon.
    up = sky["ghi"].to_numpy() > 120
    assert np.abs(weather.ghi - sky["ghi"].to_numpy())[up].max() < 20
    assert np.abs(weather.dni - sky["dni"].to_numpy())[up].max() < 100
    assert np.abs(weather.dhi - sky["dhi"].to_numpy())[up].max() < 15
    assert weather.ghi.sum() == pytest.approx(sky["ghi"].sum(), rel=0.012)
    assert [p for p in check_weather(weather) if p.severity == "error"] == []


@pytest.mark.parametrize("name", SMALL)
def test_provenance_of_a_file(name: str) -> None:
    weather = read_weather(DATA / name)
    provenance = weather.provenance
    assert provenance.kind == "file"
    assert provenance.sha256 == hashlib.sha256((DATA / name).read_bytes()).hexdigest()
    assert name in provenance.label_en
    assert name in provenance.label_zh
    assert provenance.source_path == str(DATA / name)
    assert provenance.seed is None


def test_nasa_power_csv_and_json_agree_and_carry_two_heights() -> None:
    csv, document = (read_weather(DATA / f"synthetic_nasa_power.{kind}") for kind in ("csv", "json"))
    np.testing.assert_allclose(csv.ghi, document.ghi)
    assert list(csv.wind_speeds) == [10.0, 50.0]
    assert csv.wind_height == 50.0
    np.testing.assert_allclose(csv.wind_speeds[50.0], 1.3 * csv.wind_speeds[10.0], atol=0.011)
    assert csv.pressure[0] == pytest.approx(101900.0)
    assert csv.relative_humidity is not None
    assert any("LST = UTC+8 h" in note for note in csv.provenance.notes)


def test_nasa_power_missing_hours_are_refused_then_filled_on_request(tmp_path: Path) -> None:
    text = (DATA / "synthetic_nasa_power.csv").read_text()
    lines = text.splitlines()
    row = next(k for k, line in enumerate(lines) if line.startswith("2023,3,21,12,"))
    cells = lines[row].split(",")
    cells[7] = "-999"
    lines[row] = ",".join(cells)
    path = tmp_path / "gap.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(InputError) as caught:
        read_weather(path)
    assert caught.value.problems[0].where == "weather > temperature"
    assert caught.value.problems[0].code == "gap"
    weather = read_weather(path, gaps=GapPolicy("interpolate", max_hours=2))
    around = read_weather(DATA / "synthetic_nasa_power.csv").temperature
    place = weather.index.get_loc(pd.Timestamp("2023-03-21 04:00", tz="UTC"))
    assert weather.temperature[place] == pytest.approx((around[place - 1] + around[place + 1]) / 2)
    assert any("temperature: 1 missing values" in note for note in weather.provenance.notes)


def test_nasa_power_without_a_clock_asks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "power.csv"
    path.write_text((DATA / "synthetic_nasa_power.csv").read_text().replace(" in LST", ""))
    with pytest.raises(InputError, match="UTC or local solar time"):
        read_weather(path)
    told = read_weather(path, timezone="LST")
    np.testing.assert_array_equal(told.ghi, read_weather(DATA / "synthetic_nasa_power.csv").ghi)


def test_a_wrong_clock_is_found_by_the_sun(tmp_path: Path) -> None:
    path = tmp_path / "power.csv"
    path.write_text((DATA / "synthetic_nasa_power.csv").read_text().replace(" in LST", " in UTC"))
    with pytest.raises(InputError) as caught:
        read_weather(path)
    problem = caught.value.problems[0]
    assert problem.code == "irradiance-at-night"
    assert "-8 h" in problem.fix


def test_nasa_power_in_megajoules_is_converted(tmp_path: Path) -> None:
    document = json.loads((DATA / "synthetic_nasa_power.json").read_text())
    for name in ("ALLSKY_SFC_SW_DWN", "ALLSKY_SFC_SW_DNI", "ALLSKY_SFC_SW_DIFF"):
        document["parameters"][name]["units"] = "MJ/hr"
        values = document["properties"]["parameter"][name]
        document["properties"]["parameter"][name] = {k: v * 0.0036 for k, v in values.items()}
    path = tmp_path / "power.json"
    path.write_text(json.dumps(document))
    reference = read_weather(DATA / "synthetic_nasa_power.json")
    np.testing.assert_allclose(read_weather(path).ghi, reference.ghi)
    document["parameters"]["T2M"]["units"] = "furlong"
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="furlong"):
        read_weather(path)


def test_pvgis_of_a_tilted_plane_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tilted.csv"
    path.write_text((DATA / "synthetic_pvgis_hourly.csv").read_text().replace("Slope: 0", "Slope: 30"))
    with pytest.raises(InputError, match="30 degrees"):
        read_weather(path)
    document = json.loads((DATA / "synthetic_pvgis_hourly.json").read_text())
    document["inputs"]["mounting_system"]["fixed"]["slope"]["value"] = 15
    path = tmp_path / "tilted.json"
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="15 degrees"):
        read_weather(path)


@pytest.mark.parametrize(
    ("name", "global_year", "latitude", "offset"),
    [
        ("723170TYA.CSV", 1566.2, 36.1, -5),
        ("703165TY.csv", 829.2, 55.317, -9),
        ("12839.tm2", 1792.6, 25.8, -5),
    ],
)
def test_real_typical_years(name: str, global_year: float, latitude: float, offset: int) -> None:
    weather = read_weather(PVLIB / name)
    assert detect_format(PVLIB / name) == REAL[name] == weather.provenance.format
    assert len(weather) == 8760
    assert weather.index[0] == pd.Timestamp("2001-01-01", tz="UTC") - pd.Timedelta(hours=offset)
    # The sum over the file's own GHI column, read without Kenli.
    assert weather.ghi.sum() / 1000 == pytest.approx(global_year, abs=0.1)
    assert weather.latitude == pytest.approx(latitude)
    assert weather.wind_height == 10.0
    assert check_weather(weather) == []
    assert any("nominal year 2001" in note for note in weather.provenance.notes)


def test_a_typical_year_is_mapped_onto_a_leap_year() -> None:
    weather = read_weather(PVLIB / "723170TYA.CSV").to_year(2028, "America/New_York")
    assert len(weather) == 8784
    assert any("29 February taken from 28 February: 24 steps" in note for note in weather.provenance.notes)
    assert [p for p in check_weather(weather) if p.severity == "error"] == []


@pytest.mark.parametrize("keep", [0, 1, 3, 40])
@pytest.mark.parametrize("name", [*SMALL, *REAL])
def test_truncated_files_are_findings_and_not_tracebacks(tmp_path: Path, name: str, keep: int) -> None:
    source = (DATA if name in SMALL else PVLIB) / name
    path = tmp_path / name
    path.write_text("\n".join(source.read_text().splitlines()[:keep]))
    whole_rows_remain = keep == 40 and name in SMALL and name.endswith(".csv")
    if whole_rows_remain:
        assert 2 <= len(read_weather(path, format=SMALL[name])) < 48
        return
    with pytest.raises(InputError):
        read_weather(path, format=SMALL.get(name) or REAL[name])


def test_missing_file_names_what_the_folder_holds(tmp_path: Path) -> None:
    (tmp_path / "kenli_2024.csv").write_text("x")
    with pytest.raises(InputError) as caught:
        read_weather(tmp_path / "kenli_2023.csv")
    assert "kenli_2024.csv" in caught.value.problems[0].fix


def test_unknown_format_is_suggested() -> None:
    with pytest.raises(InputError, match="did you mean 'pvgis-tmy'"):
        read_weather(DATA / "synthetic_sam.csv", format="pvgis_tmy")


def test_json_of_nobody(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"a": 1}')
    with pytest.raises(InputError, match="no known weather service"):
        read_weather(path)
    path.write_text('{"a": ')
    with pytest.raises(InputError, match="not readable as JSON"):
        read_weather(path)


def test_a_file_with_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    text = (DATA / "synthetic_nsrdb.csv").read_text().replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    reference = read_weather(DATA / "synthetic_nsrdb.csv")
    np.testing.assert_array_equal(read_weather(path).ghi, reference.ghi)


def test_a_duplicated_row_is_refused(tmp_path: Path) -> None:
    lines = (DATA / "synthetic_nsrdb.csv").read_text().splitlines()
    path = tmp_path / "twice.csv"
    path.write_text("\n".join([*lines[:20], lines[19], *lines[20:]]))
    with pytest.raises(InputError, match="more than once"):
        read_weather(path)


def test_a_copy_reads_the_same(tmp_path: Path) -> None:
    shutil.copy(DATA / "synthetic_sam.csv", tmp_path / "copy.csv")
    one, two = read_weather(DATA / "synthetic_sam.csv"), read_weather(tmp_path / "copy.csv")
    assert one.provenance.sha256 == two.provenance.sha256
    np.testing.assert_array_equal(one.ghi, two.ghi)
