"""Weather of the public services: PVGIS (hourly and typical year) and NASA POWER, CSV and JSON.

What their stamps mean:

* PVGIS hourly: UTC. Satellite databases give a snapshot at the stamp's minute (`:10` or so); ERA5
  stamps `:30` and gives the mean of that hour. Either way the interval is the stamp's full hour.
* PVGIS typical year: UTC, stamp at the full hour; the light belongs to `irradiance time offset`
  hours later, everything else to the stamp.
* NASA POWER: mean of the hour that begins at the stamp, in UTC or in local solar time (LST), which
  POWER defines as UTC plus the longitude over 15, in whole hours.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kenli.core.errors import InputError
from kenli.park.resource.raw_weather import RawWeather

_UTC = pd.Timedelta(0)


def read_pvgis_hourly(path: Path) -> RawWeather:
    """Read a PVGIS hourly file (`seriescalc`), CSV or JSON, of a horizontal plane with components.

    Raises:
        InputError: the plane is tilted, or the components were not asked for.
    """
    from pvlib.iotools import read_pvgis_hourly as read

    data, meta = read(path, pvgis_format=_kind(path), map_variables=True)
    return pvgis_hourly_raw(data, meta)


def pvgis_hourly_raw(data: pd.DataFrame, meta: dict[str, Any]) -> RawWeather:
    """Translate what pvlib read of PVGIS hourly data."""
    place = _pvgis_place(meta)
    slope = _pvgis_slope(meta)
    if slope not in (None, 0.0):
        raise InputError.at(
            "weather > file",
            f"the PVGIS file is for a plane of {slope:g} degrees",
            "ask PVGIS for slope 0 (horizontal): Kenli tilts the plane itself",
            code="weather-tilted",
        )
    if "poa_direct" not in data:
        raise InputError.at(
            "weather > file",
            "the PVGIS file has no beam and diffuse components",
            "tick 'radiation components' (components=1) when asking PVGIS",
            code="weather-column",
        )
    index = pd.DatetimeIndex(data.index).tz_convert("UTC").tz_localize(None)
    beam = data["poa_direct"].to_numpy(dtype=np.float64)
    diffuse = data["poa_sky_diffuse"].to_numpy(dtype=np.float64)
    height = np.sin(np.radians(data["solar_elevation"].to_numpy(dtype=np.float64)))
    # Below 2 degrees the beam on the horizontal says nothing about the beam itself.
    low = height < np.sin(np.radians(2.0))
    dni = np.divide(beam, height, out=np.zeros_like(beam), where=~low)
    frame = pd.DataFrame(
        {
            "ghi": beam + diffuse,
            "dni": dni,
            "dhi": np.where(low, beam + diffuse, diffuse),
            "temperature": data["temp_air"].to_numpy(),
            "wind_speed_10m": data["wind_speed"].to_numpy(),
        },
        index=index.floor("h"),
    )
    minute = float(index.minute[0])
    return RawWeather(
        frame,
        _UTC,
        *place,
        "pvgis-hourly",
        sun_offset=minute / 60.0,
        notes=(f"DNI is beam over the sine of the sun's height; PVGIS stamps minute {minute:.0f}",),
    )


def read_pvgis_tmy(path: Path) -> RawWeather:
    """Read a PVGIS typical year, CSV or JSON."""
    from pvlib.iotools import read_pvgis_tmy as read

    data, meta = read(path, pvgis_format=_kind(path), map_variables=True)
    return pvgis_tmy_raw(data, meta)


def pvgis_tmy_raw(data: pd.DataFrame, meta: dict[str, Any]) -> RawWeather:
    """Translate what pvlib read of a PVGIS typical year."""
    inputs = meta.get("inputs", {})
    location = inputs.get("location", inputs)
    offset = location.get("irradiance_time_offset", inputs.get("irradiance time offset"))
    frame = pd.DataFrame(
        {
            "ghi": data["ghi"],
            "dni": data["dni"],
            "dhi": data["dhi"],
            "temperature": data["temp_air"],
            "pressure": data["pressure"],
            "relative_humidity": data["relative_humidity"],
            "wind_speed_10m": data["wind_speed"],
        }
    ).astype(np.float64)
    frame.index = pd.DatetimeIndex(data.index).tz_convert("UTC").tz_localize(None)
    notes = () if offset is not None else ("no irradiance time offset stated: taken as mean of the hour",)
    return RawWeather(
        frame,
        _UTC,
        *_pvgis_place(meta),
        "pvgis-tmy",
        sun_offset=None if offset is None else float(offset),
        typical=True,
        notes=notes,
    )


def _kind(path: Path) -> str:
    return "json" if path.suffix.lower() == ".json" else "csv"


def _pvgis_place(meta: dict[str, Any]) -> tuple[float, float, float]:
    inputs = meta.get("inputs", {})
    location = inputs.get("location", inputs)
    return float(location["latitude"]), float(location["longitude"]), float(location["elevation"])


def _pvgis_slope(meta: dict[str, Any]) -> float | None:
    inputs = meta.get("inputs", {})
    if "Slope" in inputs:
        number = re.search(r"-?\d+(\.\d+)?", str(inputs["Slope"]))
        return float(number.group()) if number else None
    for mounting in inputs.get("mounting_system", {}).values():
        slope = mounting.get("slope", {}).get("value")
        if slope is not None:
            return float(slope)
    return None


#: NASA POWER's parameters: (column, factor to the canonical unit by POWER's unit).
_POWER_COLUMNS: dict[str, str] = {
    "ALLSKY_SFC_SW_DWN": "ghi",
    "ALLSKY_SFC_SW_DNI": "dni",
    "ALLSKY_SFC_SW_DIFF": "dhi",
    "T2M": "temperature",
    "PS": "pressure",
    "RH2M": "relative_humidity",
    "WS2M": "wind_speed_2m",
    "WS10M": "wind_speed_10m",
    "WS50M": "wind_speed_50m",
}
_POWER_UNITS: dict[str, float] = {
    "wh/m^2": 1.0,
    "w/m^2": 1.0,
    "mj/hr": 1e6 / 3600,
    "mj/m^2/hr": 1e6 / 3600,
    "kpa": 1000.0,
    "c": 1.0,
    "%": 1.0,
    "m/s": 1.0,
}
_POWER_MISSING = -999.0


def read_nasa_power(path: Path, time_standard: str | None = None) -> RawWeather:
    """Read a NASA POWER hourly point file, CSV (with its header) or JSON.

    Args:
        path: the file.
        time_standard: `utc` or `lst`, only where the header does not say it.

    Raises:
        InputError: the header does not say what the clock is, or a unit is unknown.
    """
    text = path.read_text(encoding="utf-8-sig")
    if text.lstrip().startswith("{"):
        return nasanasa_power_table(json.loads(text), time_standard)
    header, _, body = text.partition("-END HEADER-")
    table = pd.read_csv(io.StringIO(body.lstrip("\r\n")))
    clock = re.search(r"\bin (LST|UTC)\b", header)
    place = re.search(r"[Ll]atitude\s+(-?[\d.]+)\s+[Ll]ongitude\s+(-?[\d.]+)", header)
    elevation = re.search(r"region\s*=\s*(-?[\d.]+)\s*meters", header)
    if place is None or elevation is None:
        raise ValueError("the header has no location")
    index = pd.to_datetime(table[["YEAR", "MO", "DY", "HR"]].set_axis(["year", "month", "day", "hour"], axis=1))
    found = re.findall(r"^(\S+)[ \t].*\(([^()\n]*)\)[ \t]*$", header, flags=re.MULTILINE)
    return nasa_power_table(
        table.set_axis(pd.DatetimeIndex(index), axis=0),
        dict(found),
        clock.group(1) if clock else time_standard,
        float(place.group(1)),
        float(place.group(2)),
        float(elevation.group(1)),
    )


def nasanasa_power_table(document: dict[str, Any], time_standard: str | None = None) -> RawWeather:
    """Translate NASA POWER's JSON answer."""
    values = document["properties"]["parameter"]
    table = pd.DataFrame(values)
    table.index = pd.to_datetime(table.index, format="%Y%m%d%H")
    units = {name: row.get("units", "") for name, row in document.get("parameters", {}).items()}
    longitude, latitude, elevation = document["geometry"]["coordinates"]
    clock = document.get("header", {}).get("time_standard") or time_standard
    return nasa_power_table(table, units, clock, latitude, longitude, elevation)


def nasa_power_table(
    table: pd.DataFrame,
    units: dict[str, str],
    clock: str | None,
    latitude: float,
    longitude: float,
    elevation: float,
) -> RawWeather:
    """Translate a table in POWER's own column names and units.

    Args:
        table: POWER's parameters on a naive index of interval starts.
        units: POWER's unit of each parameter.
        clock: `UTC` or `LST`.
        latitude: degrees north.
        longitude: degrees east.
        elevation: metres above sea level.

    Raises:
        InputError: the clock is not said, or a unit is unknown.
    """
    clock = (clock or "").upper()
    if clock not in ("UTC", "LST"):
        raise InputError.at(
            "weather > file",
            "the NASA POWER file does not say whether its hours are UTC or local solar time (LST)",
            "say timezone: UTC or timezone: LST, as it was asked for (POWER's default is LST)",
            code="naive-time",
        )
    columns = {}
    for name, column in _POWER_COLUMNS.items():
        if name not in table:
            continue
        unit = units.get(name, "").strip()
        factor = _POWER_UNITS.get(unit.lower())
        if factor is None:
            raise InputError.at(
                f"weather > {name}",
                f"the unit '{unit}' of {name} is not known",
                f"ask POWER for community RE, or use one of {', '.join(_POWER_UNITS)}",
                code="unit",
            )
        values = table[name].to_numpy(dtype=np.float64)
        columns[column] = np.where(values <= _POWER_MISSING, np.nan, values * factor)
    offset = pd.Timedelta(hours=round(longitude / 15.0) if clock == "LST" else 0)
    frame = pd.DataFrame(columns, index=table.index)
    notes = (f"hours in {clock}" + (f" = UTC{offset / pd.Timedelta(hours=1):+g} h" if clock == "LST" else ""),)
    return RawWeather(frame, offset, float(latitude), float(longitude), float(elevation), "nasa-power", notes=notes)
