"""Read a weather file of any common format into `Weather`.

`read_weather` recognises the format by the file's own marks, lets the reader of that family
translate labels, units and clock, and refuses a result that `check_weather` calls wrong. The
families are `readers_services` (PVGIS, NASA POWER), `readers_typical` (EPW, TMY, NSRDB, SAM),
`readers_table` (declared CSV and Parquet) and `readers_wind` (SAM wind).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import pandas as pd

from kenli.core.errors import InputError, KenliError, unknown_word
from kenli.park.resource.fetch import is_fetched, read_fetched
from kenli.park.resource.gaps import REFUSE, GapPolicy
from kenli.park.resource.raw_weather import RawWeather, to_weather
from kenli.park.resource.readers_services import read_nasa_power, read_pvgis_hourly, read_pvgis_tmy
from kenli.park.resource.readers_table import Label, read_offset, read_table
from kenli.park.resource.readers_typical import read_epw, read_nsrdb, read_tmy2, read_tmy3
from kenli.park.resource.readers_wind import read_srw, with_wind
from kenli.park.resource.weather import Weather, check_weather

T = TypeVar("T")

#: What parsers throw at a truncated or foreign file (pvlib's TMY2 reader among them: NameError).
_BROKEN = (ValueError, LookupError, TypeError, StopIteration, AttributeError, NameError, EOFError)

#: Formats that `read_weather` knows: id -> what it is and what its stamps mean.
FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "pvgis-hourly": "PVGIS hourly radiation, CSV or JSON; UTC, hour of the stamp",
        "pvgis-tmy": "PVGIS typical year, CSV or JSON; UTC, light at the irradiance time offset",
        "nasa-power": "NASA POWER hourly point, CSV or JSON; hour that begins at the stamp, UTC or LST",
        "epw": "EnergyPlus weather; local standard time, hour-ending",
        "tmy3": "NREL TMY3; local standard time, hour-ending",
        "tmy2": "NREL TMY2; local standard time, hour-ending",
        "nsrdb": "NSRDB PSM3 or PSM4 and SAM solar CSV; stamp's minute, hourly files at minute 30",
        "srw": "SAM wind at several heights; only beside a weather with sun (wind_file)",
        "fetched": "a year stored by fetch_weather: Parquet with its JSON sidecar",
        "table": "CSV or Parquet with declared columns, units, label and time zone",
    }
)

_READERS: Mapping[str, Callable[[Path], RawWeather]] = MappingProxyType(
    {
        "pvgis-hourly": read_pvgis_hourly,
        "pvgis-tmy": read_pvgis_tmy,
        "epw": read_epw,
        "tmy3": read_tmy3,
        "tmy2": read_tmy2,
        "nsrdb": read_nsrdb,
    }
)


def read_weather(
    path: str | Path,
    format: str = "auto",  # noqa: A002 - the word that the park file uses
    *,
    gaps: GapPolicy = REFUSE,
    decompose: bool = False,
    latitude: float | None = None,
    longitude: float | None = None,
    elevation: float | None = None,
    timezone: str | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    time: str | None = None,
    label: Label | None = None,
    wind_file: str | Path | None = None,
    wind_timezone: str | None = None,
) -> Weather:
    """Read a weather file.

    Args:
        path: the file.
        format: one of `FORMATS`, or `auto` to recognise it.
        gaps: what may be done about missing values; without it they are refused.
        decompose: whether missing DNI and DHI may be derived from GHI.
        latitude: degrees north, for tables.
        longitude: degrees east, for tables.
        elevation: metres above sea level, for tables.
        timezone: clock of a table, or `UTC`/`LST` of a NASA POWER file that does not say it.
        columns: for tables, canonical name -> header.
        units: for tables, canonical name -> unit where the header has none.
        time: for tables, header of the time column.
        label: for tables, `start`, `middle` or `end`.
        wind_file: a SAM `.srw` file whose wind replaces the weather's.
        wind_timezone: clock of `wind_file`, such as `UTC-6` (the format has none).

    Raises:
        InputError: the file is missing, unreadable, incomplete, or its values cannot be weather.
    """
    path = Path(path)
    content = _bytes(path)
    chosen = detect_format(path) if format == "auto" else format
    if chosen not in FORMATS:
        raise InputError(unknown_word("weather > format", "weather format", chosen, FORMATS, code="weather-format"))
    if chosen == "srw":
        raise InputError.at(
            f"{path}",
            "a .srw file holds wind but no sun",
            "name a weather file with irradiance, and this one as wind_file with wind_timezone",
            code="weather-srw",
        )

    def read_raw() -> RawWeather:
        if chosen == "nasa-power":
            return read_nasa_power(path, timezone)
        if chosen != "table":
            return _READERS[chosen](path)
        return read_table(
            path,
            latitude=latitude,
            longitude=longitude,
            elevation=elevation,
            columns=columns,
            column_units=units,
            time=time,
            timezone=timezone,
            label=label,
        )

    if chosen == "fetched":
        weather = read_fetched(path)
    else:
        raw = _guarded(path, chosen, read_raw)
        sha256 = hashlib.sha256(content).hexdigest()
        weather = to_weather(raw, str(path), sha256, gaps, decompose=decompose)
    if wind_file is not None:
        weather = _add_wind(weather, Path(wind_file), wind_timezone)
    wrong = [problem for problem in check_weather(weather) if problem.severity == "error"]
    if wrong:
        raise InputError(wrong)
    return weather


def detect_format(path: str | Path) -> str:
    """Return the format id of a file, by its suffix and its first lines.

    Raises:
        InputError: the file cannot be read, or is JSON of no known service.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".parquet" and is_fetched(path):
        return "fetched"
    by_suffix = {".epw": "epw", ".srw": "srw", ".tm2": "tmy2", ".parquet": "table", ".pq": "table"}
    if suffix in by_suffix:
        _bytes(path)
        return by_suffix[suffix]
    head = _bytes(path)[:6000].decode("utf-8-sig", errors="replace")
    if head.lstrip().startswith("{"):
        return _json_format(path)
    lines = [*head.splitlines(), "", ""]
    if lines[0].startswith("LOCATION,"):
        return "epw"
    if "NASA/POWER" in head or lines[0].startswith("-BEGIN HEADER-"):
        return "nasa-power"
    if lines[0].startswith("Latitude (decimal degrees)"):
        return "pvgis-tmy" if "month,year" in head else "pvgis-hourly"
    if lines[1].startswith("Date (MM/DD/YYYY)"):
        return "tmy3"
    first = [cell.strip().lower() for cell in lines[0].split(",")]
    if "latitude" in first and "time zone" in first:
        return "nsrdb"
    return "table"


def _json_format(path: Path) -> str:
    def look() -> dict[str, Any]:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        return document if isinstance(document, dict) else {}

    document = _guarded(path, "JSON", look)
    outputs = document.get("outputs", {})
    if "tmy_hourly" in outputs:
        return "pvgis-tmy"
    if "hourly" in outputs:
        return "pvgis-hourly"
    if "parameter" in document.get("properties", {}):
        return "nasa-power"
    raise InputError.at(
        f"{path}",
        "the JSON file is of no known weather service",
        "give PVGIS or NASA POWER JSON, or a table as CSV",
        code="weather-format",
    )


def _add_wind(weather: Weather, path: Path, timezone: str | None) -> Weather:
    _bytes(path)
    offset: pd.Timedelta | None = None if timezone is None else read_offset(timezone)
    if offset is None:
        raise InputError.at(
            "weather > wind_timezone",
            "a .srw file does not say its time zone" if timezone is None else f"'{timezone}' is no fixed offset",
            "give the file's standard time as a fixed offset, such as UTC-6",
            code="naive-time",
        )
    wind = _guarded(path, "srw", lambda: read_srw(path))
    return with_wind(weather, wind, offset, str(path))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        near = sorted(other.name for other in path.parent.glob("*")) if path.parent.is_dir() else []
        listed = f"the folder holds {', '.join(near[:8])}" if near else "check the folder"
        raise InputError.at(
            f"{path}", f"the weather file cannot be read: {error.strerror}", listed, code="missing-file"
        ) from error


def _guarded(path: Path, name: str, read: Callable[[], T]) -> T:
    """Run a reader; what a broken file makes it throw becomes a finding about the file."""
    try:
        return read()
    except KenliError:
        raise
    except _BROKEN as error:
        detail = f"'{error.args[0]}' is missing" if isinstance(error, KeyError) else str(error)
        raise InputError.at(
            f"{path}",
            f"the file is not readable as {name}: {detail or type(error).__name__}",
            "check that it is complete, or name its format",
            code="weather-format",
        ) from error
