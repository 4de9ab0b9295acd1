"""Weather of building and solar simulation: EPW, TMY3, TMY2, NSRDB and SAM CSV.

What their stamps mean (all in local standard time, without summer time):

* EPW: hour 1 is the hour that ends at 01:00; light is summed over it. 24 rows a day.
* TMY3: stamp is the end of the hour (01:00 .. 24:00); light is summed over it.
* TMY2: as EPW.
* NSRDB and SAM CSV: snapshots at the stamp's minute. Hourly files stamp minute 30, the middle of
  the hour. Files without a minute column hold means of the hour that begins at the stamp.

Temperature, wind and the like are readings at the end of the hour in EPW, TMY2 and TMY3; they are
kept in their hour, half an hour from its middle, as building simulation does.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kenli.park.resource.raw_weather import RawWeather

_READINGS = "temperature, wind, pressure are readings at the end of the hour, kept in their hour"
#: Anemometers of stations stand 10 m high, and EPW and TMY give no other height.
_STATION_WIND = "wind_speed_10m"


def _station(frame: pd.DataFrame, meta: Mapping[str, Any], format_id: str, *, typical: bool) -> RawWeather:
    """Return the year of a station file with the place and clock that its header tells."""
    return RawWeather(
        frame,
        pd.Timedelta(hours=meta["TZ"]),
        meta["latitude"],
        meta["longitude"],
        meta["altitude"],
        format_id,
        typical=typical,
        annual=True,
        notes=(_READINGS,),
    )


def read_epw(path: Path) -> RawWeather:
    """Read an EnergyPlus weather file."""
    from pvlib.iotools import read_epw as read

    data, meta = read(path)
    frame = pd.DataFrame(
        {
            "ghi": _missing(data["ghi"], 9999),
            "dni": _missing(data["dni"], 9999),
            "dhi": _missing(data["dhi"], 9999),
            "temperature": _missing(data["temp_air"], 99.9),
            "pressure": _missing(data["atmospheric_pressure"], 999999),
            "relative_humidity": _missing(data["relative_humidity"], 999),
            _STATION_WIND: _missing(data["wind_speed"], 999),
        }
    )
    # pvlib already turns hour 1 into 00:00, the start of the interval.
    frame.index = pd.DatetimeIndex(data.index).tz_localize(None)
    return _station(frame, meta, "epw", typical=_mixed(frame))


def read_tmy3(path: Path) -> RawWeather:
    """Read a TMY3 file of the National Renewable Energy Laboratory."""
    from pvlib.iotools import read_tmy3 as read

    data, meta = read(path, map_variables=True)
    frame = pd.DataFrame(
        {
            "ghi": _missing(data["ghi"], 9900),
            "dni": _missing(data["dni"], 9900),
            "dhi": _missing(data["dhi"], 9900),
            "temperature": _missing(data["temp_air"], -9900),
            "pressure": _missing(data["pressure"], -9900) * 100.0,
            "relative_humidity": _missing(data["relative_humidity"], -9900),
            _STATION_WIND: _missing(data["wind_speed"], -9900),
        }
    )
    # From the file's own stamps, because pvlib moves 24:00 of 28 February of a leap year to March.
    day = pd.to_datetime(data["Date (MM/DD/YYYY)"], format="%m/%d/%Y")
    clock = data["Time (HH:MM)"].str.split(":", expand=True).astype(int)
    frame.index = pd.DatetimeIndex(day + pd.to_timedelta(clock[0] * 60 + clock[1] - 60, unit="min"))
    return _station(frame, meta, "tmy3", typical=_mixed(frame))


def read_tmy2(path: Path) -> RawWeather:
    """Read a TMY2 file of the National Renewable Energy Laboratory."""
    from pvlib.iotools import read_tmy2 as read

    data, meta = read(path)
    frame = pd.DataFrame(
        {
            "ghi": _missing(data["GHI"], 9999),
            "dni": _missing(data["DNI"], 9999),
            "dhi": _missing(data["DHI"], 9999),
            "temperature": _missing(data["DryBulb"], 9999) / 10.0,
            "pressure": _missing(data["Pressure"], 9999) * 100.0,
            "relative_humidity": _missing(data["RHum"], 999),
            _STATION_WIND: _missing(data["Wspd"], 999) / 10.0,
        }
    )
    # pvlib's index starts at 00:00 and wears the first year throughout: TMY2 is always typical.
    frame.index = pd.DatetimeIndex(data.index).tz_localize(None)
    years = data["year"].to_numpy(dtype=np.int64) + 1900
    parts = {"year": years, "month": frame.index.month, "day": frame.index.day, "hour": frame.index.hour}
    frame.index = pd.DatetimeIndex(pd.to_datetime(pd.DataFrame(parts)))
    return _station(frame, meta, "tmy2", typical=True)


#: Column names that SAM accepts, in lower case, with the factor to the canonical unit.
_SAM_COLUMNS: dict[str, tuple[str, ...]] = {
    "ghi": ("ghi", "gh", "global", "global horizontal", "global horizontal irradiance"),
    "dni": ("dni", "dn", "beam", "direct normal", "direct normal irradiance"),
    "dhi": ("dhi", "df", "diffuse", "diffuse horizontal", "diffuse horizontal irradiance"),
    "temperature": ("temperature", "tdry", "dry bulb", "dry bulb temp", "ambient", "ambient temp"),
    "pressure": ("pressure", "pres"),
    "relative_humidity": ("relative humidity", "rhum", "rh", "humidity"),
    _STATION_WIND: ("wind speed", "wspd"),
}
_SAM_CLOCK: dict[str, tuple[str, ...]] = {
    "year": ("year", "yr"),
    "month": ("month", "mo"),
    "day": ("day",),
    "hour": ("hour", "hr"),
    "minute": ("minute", "min"),
}


def read_nsrdb(path: Path) -> RawWeather:
    """Read NSRDB CSV (PSM3, PSM4) or any SAM solar CSV: two header lines, then a table.

    Pressure is in hPa in these files, the wind of the NSRDB stands at 10 m; a file that was asked
    for in UTC says so in its `Time Zone`.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        names, values = next(rows), next(rows)
        meta = dict(zip((name.strip().lower() for name in names), values, strict=False))
        table = pd.read_csv(lines)
    if len(table) < 2:
        raise ValueError("there are no rows of data")
    table = table.rename(columns=lambda name: str(name).strip().lower())
    clock = {part: _first(table, known) for part, known in _SAM_CLOCK.items()}
    has_minute = clock["minute"] is not None
    parts = {part: column for part, column in clock.items() if column is not None}
    stamps = pd.DatetimeIndex(pd.to_datetime(pd.DataFrame(parts)))
    step = pd.Timedelta(np.median(np.diff(stamps.as_unit("us").asi8)), unit="us")
    columns = {column: _first(table, known) for column, known in _SAM_COLUMNS.items()}
    frame = pd.DataFrame({column: found for column, found in columns.items() if found is not None})
    if "pressure" in frame:
        frame["pressure"] *= 100.0
    frame.index = stamps.floor(step)
    inside = (stamps[0] - frame.index[0]) / pd.Timedelta(hours=1)
    version = meta.get("version", "").strip()
    return RawWeather(
        frame,
        pd.Timedelta(hours=float(meta["time zone"])),
        float(meta["latitude"]),
        float(meta["longitude"]),
        float(meta["elevation"]),
        "nsrdb" if "NSRDB" in meta.get("source", "").upper() or version else "sam-csv",
        sun_offset=inside if has_minute else None,
        typical=_mixed(frame),
        notes=() if has_minute else ("no minute column: values are means of the hour",),
    )


def _first(table: pd.DataFrame, known: tuple[str, ...]) -> pd.Series[float] | None:
    for name in known:
        if name in table:
            return table[name]
    return None


def _missing(series: pd.Series[float], mark: float) -> pd.Series[float]:
    """Turn the format's mark for missing into NaN; marks lie at the end of the possible values."""
    values = series.astype(np.float64)
    return values.mask(values >= mark) if mark > 0 else values.mask(values <= mark)


def _mixed(frame: pd.DataFrame) -> bool:
    years = pd.DatetimeIndex(frame.index).year
    return bool(years.min() != years.max())
