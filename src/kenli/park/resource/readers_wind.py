"""Wind measured or modelled at several heights: SAM's `.srw`, laid over a weather of the sun.

An `.srw` file holds temperature, pressure, direction and speed by height, but no light and no
time zone; so it never is a weather by itself. Rows are hours of local standard time from the first
of January, and a row is taken as the mean of the hour that it begins.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kenli.core.errors import InputError
from kenli.park.resource.weather import Weather

FloatArray = NDArray[np.float64]

_FACTORS = {"m/s": 1.0, "mph": 0.44704, "knots": 0.514444, "km/h": 1 / 3.6}


@dataclass(frozen=True, slots=True)
class WindSeries:
    """Wind speeds by height [m/s] on a naive index of local standard time.

    Attributes:
        index: start of each hour on the local standard clock.
        speeds: height [m] -> speed.
        latitude: degrees north.
        longitude: degrees east.
        source: description line of the file.
    """

    index: pd.DatetimeIndex
    speeds: dict[float, FloatArray]
    latitude: float
    longitude: float
    source: str


def read_srw(path: Path) -> WindSeries:
    """Read a SAM wind resource file.

    Raises:
        InputError: no speed column, an unknown unit, or rows that do not make a year.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        place, source, names, units, heights = (next(rows) for _ in range(5))
        table = np.array([[float(cell) for cell in row if cell != ""] for row in rows if any(row)])
    names = [name.strip().lower() for name in names if name.strip()]
    count = len(table)
    if count not in (8760, 8784) or "speed" not in names:
        raise InputError.at(
            f"{path.name}",
            f"the file has {count} rows and the columns {', '.join(names)}",
            "give hourly rows of one year with at least one Speed column",
            code="weather-srw",
        )
    speeds = {}
    for column, name in enumerate(names):
        if name != "speed":
            continue
        unit = units[column].strip().lower()
        if unit not in _FACTORS:
            raise InputError.at(
                f"{path.name} > Speed",
                f"the unit '{unit}' is not known",
                f"use {', '.join(_FACTORS)}",
                code="unit",
            )
        speeds[float(heights[column])] = table[:, column] * _FACTORS[unit]
    # Year and place stand in the fifth to seventh cell; a typical file may leave the year empty.
    year = int(float(place[4])) if place[4].strip().replace(".", "").isdigit() else 2001
    leap = pd.Timestamp(year=year, month=1, day=1).is_leap_year
    if count == 8784 and not leap:
        raise InputError.at(
            f"{path.name}",
            f"8784 rows do not fit {year}",
            "correct the year in the first line",
            code="weather-srw",
        )
    index = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq="h", inclusive="left").as_unit("us")
    if count == 8760 and leap:
        index = index[~((index.month == 2) & (index.day == 29))]
    return WindSeries(index, speeds, float(place[5]), float(place[6]), " ".join(source).strip())


def with_wind(weather: Weather, wind: WindSeries, utc_offset: pd.Timedelta, source_path: str) -> Weather:
    """Return `weather` with the wind of another file, hour by hour of the calendar.

    Args:
        weather: sun, temperature and pressure; hourly.
        wind: wind by height.
        utc_offset: offset of the wind file's local standard clock.
        source_path: name of the wind file for the provenance.

    Raises:
        InputError: the weather is not hourly, the places differ by more than half a degree, or the
            wind file lacks hours of the calendar.
    """
    if abs(weather.step_hours - 1.0) > 1e-9:
        raise InputError.at(
            "weather > wind",
            f"the weather has steps of {weather.step_hours:g} h, the wind file of 1 h",
            "give hourly weather beside a wind file",
            code="weather-step",
        )
    apart = max(abs(weather.latitude - wind.latitude), abs(weather.longitude - wind.longitude))
    if apart > 0.5:
        raise InputError.at(
            "weather > wind",
            f"the wind file is for {wind.latitude:g} N {wind.longitude:g} E, the weather for "
            f"{weather.latitude:g} N {weather.longitude:g} E",
            "give both files for the same site",
            code="weather-site",
        )
    local = weather.index.tz_localize(None) + utc_offset
    source = pd.Series(np.arange(len(wind.index)), index=_key(wind.index))
    key = _key(local)
    borrowed = np.asarray((local.month == 2) & (local.day == 29)) & ~np.isin(key, source.index)
    key = np.where(borrowed, _key(local - pd.Timedelta(days=1)), key)
    rows = source.reindex(key)
    if rows.isna().any():
        raise InputError.at(
            "weather > wind",
            f"the wind file lacks {int(rows.isna().sum())} hours of the weather's calendar",
            "give a wind file of a whole year",
            code="weather-year",
        )
    taken = rows.to_numpy(dtype=np.int64)
    speeds = {height: values[taken] for height, values in wind.speeds.items()}
    main = max(speeds)
    notes = [f"wind from {source_path} ({wind.source}), matched by calendar hour"]
    if set(wind.index.year) != set(local[len(local) // 2 : len(local) // 2 + 1].year):
        notes.append("wind and sun come from different years: their weather does not belong together")
    if borrowed.any():
        notes.append(f"wind of 29 February taken from 28 February: {int(borrowed.sum())} steps")
    return replace(
        weather,
        wind_speed=speeds[main],
        wind_height=main,
        wind_speeds=speeds,
        provenance=replace(weather.provenance, notes=(*weather.provenance.notes, *notes)),
    )


def _key(index: pd.DatetimeIndex) -> NDArray[np.int64]:
    return np.asarray((index.month * 100 + index.day) * 100 + index.hour, dtype=np.int64)
