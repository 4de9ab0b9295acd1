"""Plain tables: everything declared, nothing guessed, all omissions named."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pvlib.location import Location

from kenli.core.errors import InputError
from kenli.park.resource.readers import read_weather
from kenli.park.resource.readers_table import read_offset

PLACE = {"latitude": 37.59, "longitude": 118.55, "elevation": 5.0}
STARTS = pd.date_range("2023-03-20 16:00", periods=72, freq="h", tz="UTC")
HEADERS = (
    "ghi [W/m2],dni [W/m2],dhi [W/m2],temperature [degC],wind_speed_10m [m/s],wind_speed_100m [m/s],pressure [hPa]"
)


def table(shift_hours: float = 0.0, timezone: str | None = "Asia/Shanghai") -> pd.DataFrame:
    """A clear sky; stamps moved by `shift_hours` and written naive in `timezone`."""
    light = Location(37.59, 118.55, altitude=5).get_clearsky(STARTS + pd.Timedelta(minutes=30))
    columns = [light["ghi"], light["dni"], light["dhi"]]
    frame = pd.DataFrame(dict(zip(HEADERS.split(","), [column.to_numpy() for column in columns], strict=False)))
    frame["temperature [degC]"] = np.arange(72) / 10
    frame["wind_speed_10m [m/s]"] = 4.0
    frame["wind_speed_100m [m/s]"] = 6.0
    frame["pressure [hPa]"] = 1019.0
    stamps = STARTS + pd.Timedelta(hours=shift_hours)
    frame.insert(0, "time", stamps.tz_convert(timezone).tz_localize(None) if timezone else stamps)
    return frame


def write(frame: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize(("label", "shift"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_labels_and_units(tmp_path: Path, suffix: str, label: str, shift: float) -> None:
    path = write(table(shift), tmp_path / f"weather.{suffix}")
    weather = read_weather(path, **PLACE, timezone="Asia/Shanghai", label=label)  # type: ignore[arg-type]
    assert weather.index.equals(STARTS.as_unit("us"))
    assert weather.pressure[0] == pytest.approx(101900)
    assert weather.wind_height == 100.0
    assert weather.wind_speeds[10.0][0] == 4.0
    assert weather.temperature[5] == pytest.approx(0.5)


@pytest.mark.parametrize("timezone", ["UTC+8", "+08:00", "Asia/Shanghai"])
def test_clocks(tmp_path: Path, timezone: str) -> None:
    path = write(table(), tmp_path / "weather.csv")
    assert read_weather(path, **PLACE, timezone=timezone, label="start").index[0] == STARTS[0]


def test_stamps_with_their_own_offset_need_no_zone(tmp_path: Path) -> None:
    frame = table(timezone=None)
    frame["time"] = [f"{stamp.tz_convert('Asia/Shanghai').isoformat()}" for stamp in STARTS]
    path = write(frame, tmp_path / "weather.csv")
    assert read_weather(path, **PLACE, label="start").index[0] == STARTS[0]


def test_everything_undeclared_is_named_at_once(tmp_path: Path) -> None:
    frame = table().rename(columns={"temperature [degC]": "temperature", "pressure [hPa]": "pressure [W]"})
    with pytest.raises(InputError) as caught:
        read_weather(write(frame, tmp_path / "weather.csv"))
    places = {problem.where for problem in caught.value.problems}
    assert {
        "weather > latitude",
        "weather > longitude",
        "weather > elevation",
        "weather > label",
        "weather > columns > temperature",
        "weather > columns > pressure",
    } <= places
    assert "temperature [degC]" in str(caught.value)


def test_the_time_zone_is_never_guessed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no time zone") as caught:
        read_weather(write(table(), tmp_path / "weather.csv"), **PLACE, label="start")
    assert caught.value.problems[0].code == "naive-time"


def test_summer_time_that_does_not_fit_is_explained(tmp_path: Path) -> None:
    frame = table()
    frame["time"] = pd.date_range("2023-03-11 20:00", periods=72, freq="h")  # 02:30 of 12 March is no time in Chicago
    with pytest.raises(InputError, match="fixed offset such as UTC-5"):
        read_weather(write(frame, tmp_path / "w.csv"), **PLACE, timezone="America/Chicago", label="start")


DECLARED: dict[str, Any] = {
    "columns": {
        "ghi": "Global",
        "dni": "Direct",
        "dhi": "Diffuse",
        "temperature": "T",
        "wind_speed_100m": "V",
    },
    "units": {"ghi": "kW/m2", "dni": "W/m2", "dhi": "W/m2", "temperature": "K", "wind_speed_100m": "km/h"},
    "time": "When",
    "timezone": "Asia/Shanghai",
    "label": "start",
    **PLACE,
}


def named() -> pd.DataFrame:
    frame = table()
    return pd.DataFrame(
        {
            "When": frame["time"],
            "Global": frame["ghi [W/m2]"] / 1000,
            "Direct": frame["dni [W/m2]"],
            "Diffuse": frame["dhi [W/m2]"],
            "T": frame["temperature [degC]"] + 273.15,
            "V": 36.0,
        }
    )


def test_declared_columns_and_units(tmp_path: Path) -> None:
    weather = read_weather(write(named(), tmp_path / "w.csv"), **DECLARED)
    np.testing.assert_allclose(weather.ghi, table()["ghi [W/m2]"])
    np.testing.assert_allclose(weather.temperature, np.arange(72) / 10, atol=1e-9)
    np.testing.assert_allclose(weather.wind_speed, 10.0)
    assert any("standard atmosphere" in note for note in weather.provenance.notes)
    assert weather.relative_humidity is None


def test_a_mistyped_column_is_suggested(tmp_path: Path) -> None:
    wrong = DECLARED | {"columns": DECLARED["columns"] | {"ghi": "Globl", "tempreature": "T"}}
    with pytest.raises(InputError) as caught:
        read_weather(write(named(), tmp_path / "w.csv"), **wrong)
    assert "did you mean 'Global'" in str(caught.value)
    assert "did you mean 'temperature'" in str(caught.value)


def test_a_word_in_a_number_column_names_the_row(tmp_path: Path) -> None:
    frame = named().astype({"V": object})
    frame.loc[10, "V"] = "calm"
    with pytest.raises(InputError, match="'calm' in row 12"):
        read_weather(write(frame, tmp_path / "w.csv"), **DECLARED)


def test_missing_parts_of_the_light_are_derived_only_on_request(tmp_path: Path) -> None:
    frame = table().drop(columns=["dni [W/m2]", "dhi [W/m2]"])
    path = write(frame, tmp_path / "w.csv")
    with pytest.raises(InputError, match="decompose: true"):
        read_weather(path, **PLACE, timezone="UTC+8", label="start")
    weather = read_weather(path, **PLACE, timezone="UTC+8", label="start", decompose=True)
    assert weather.dni.max() > 600
    assert any("Erbs-Driesse" in note for note in weather.provenance.notes)
    np.testing.assert_allclose(weather.ghi, frame["ghi [W/m2]"], atol=1e-9)


def test_sentinels_in_a_table_are_out_of_range(tmp_path: Path) -> None:
    frame = table()
    frame.loc[3, "temperature [degC]"] = -999.0
    with pytest.raises(InputError, match="outside -90 to 60 degC"):
        read_weather(write(frame, tmp_path / "w.csv"), **PLACE, timezone="UTC+8", label="start")


def test_unreadable_times(tmp_path: Path) -> None:
    frame = table().astype({"time": str})
    frame.loc[0, "time"] = "first of March"
    with pytest.raises(InputError, match="not readable"):
        read_weather(write(frame, tmp_path / "w.csv"), **PLACE, timezone="UTC+8", label="start")


@pytest.mark.parametrize(
    ("text", "hours"),
    [("UTC", 0), ("Z", 0), ("UTC+8", 8), ("GMT-5", -5), ("+05:30", 5.5), ("-0930", -9.5), ("Asia/Shanghai", None)],
)
def test_offsets(text: str, hours: float | None) -> None:
    offset = read_offset(text)
    assert (offset is None) if hours is None else (offset == pd.Timedelta(hours=hours))
