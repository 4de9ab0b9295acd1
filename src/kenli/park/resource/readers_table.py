"""Weather from a plain CSV or Parquet table whose meaning the user declares.

Nothing about such a file is guessed: the time zone, what a stamp labels and every unit are either
written in the file (`ghi [W/m2]`, offsets in the stamps) or declared in the park file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pandas as pd

from kenli.core import units
from kenli.core.errors import InputError, Problem, unknown_word
from kenli.core.horizon import read_zone
from kenli.park.resource.raw_weather import RawWeather

Label = Literal["start", "middle", "end"]

#: Canonical columns; `wind_speed_<height>m` may appear several times.
UNITS: Mapping[str, str] = {
    "ghi": "W/m2",
    "dni": "W/m2",
    "dhi": "W/m2",
    "temperature": "degC",
    "pressure": "Pa",
    "relative_humidity": "%",
}
_WIND = re.compile(r"^wind_speed_\d+(\.\d+)?m$")
_HEADER = re.compile(r"^(?P<name>[^\[\]]+?)\s*\[(?P<unit>[^\[\]]+)\]$")
_OFFSET = re.compile(r"^(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?$")


def read_table(
    path: Path,
    *,
    latitude: float | None,
    longitude: float | None,
    elevation: float | None,
    columns: Mapping[str, str] | None = None,
    column_units: Mapping[str, str] | None = None,
    time: str | None = None,
    timezone: str | None = None,
    label: Label | None = None,
) -> RawWeather:
    """Read a table with declared columns.

    Args:
        path: `.csv` or `.parquet`.
        latitude: degrees north.
        longitude: degrees east.
        elevation: metres above sea level.
        columns: canonical name -> header in the file; without it headers are canonical names,
            with or without a unit in brackets. Wind columns are `wind_speed_<height>m`.
        column_units: canonical name -> unit, where the header does not carry it.
        time: header of the time column; without it `time`, or the Parquet file's time index.
        timezone: IANA name or `UTC+8`; mandatory unless every stamp carries its offset.
        label: what a stamp names: `start`, `middle` or `end` of its interval; mandatory.

    Raises:
        InputError: with everything that is undeclared, unknown or unreadable.
    """
    table = _load(path)
    problems: list[Problem] = []
    place = {"latitude": latitude, "longitude": longitude, "elevation": elevation}
    problems += [
        Problem(f"weather > {name}", f"a table has no {name}", f"give {name}", code="missing-key")
        for name, value in place.items()
        if value is None
    ]
    if label is None:
        fix = "say label: start, middle or end"
        problems.append(Problem("weather > label", "it is not said which end of the interval a stamp names", fix))
    headers = _headers(table, columns or {}, problems)
    frame = pd.DataFrame(index=table.index)
    for name, header in headers.items():
        frame[name] = _converted(table, name, header, column_units or {}, problems)
    stamps = _stamps(table, time, problems)
    if problems:
        raise InputError(problems)
    index, offset = _to_utc(stamps, timezone)
    step = pd.Series(index).diff().median()
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[label or "start"]
    frame.index = index - step * shift
    return RawWeather(
        frame,
        offset,
        float(latitude or 0.0),
        float(longitude or 0.0),
        float(elevation or 0.0),
        "table",
        notes=(f"stamps name the {label} of the interval",),
    )


def _load(path: Path) -> pd.DataFrame:
    if path.suffix.lower() in (".parquet", ".pq"):
        table = pd.read_parquet(path)
        return table.reset_index() if isinstance(table.index, pd.DatetimeIndex) else table
    return pd.read_csv(path)


def _canonical(name: str) -> bool:
    return name in UNITS or _WIND.match(name) is not None


def _headers(table: pd.DataFrame, columns: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """Return canonical name -> header of the file."""
    if not columns:
        bare = {str(header): _bare(str(header)) for header in table.columns}
        return {name: header for header, name in bare.items() if _canonical(name)}
    found = {}
    for name, header in columns.items():
        if not _canonical(name):
            known = [*UNITS, "wind_speed_100m"]
            problems.append(unknown_word("weather > columns", "series", name, known, code="unknown-key"))
        elif header not in table.columns:
            known = [str(column) for column in table.columns]
            problems.append(unknown_word(f"weather > columns > {name}", "column", header, known, code="weather-column"))
        else:
            found[name] = header
    return found


def _bare(header: str) -> str:
    match = _HEADER.match(header)
    return match["name"].strip() if match else header.strip()


def _converted(
    table: pd.DataFrame, name: str, header: str, declared: Mapping[str, str], problems: list[Problem]
) -> pd.Series[float] | None:
    match = _HEADER.match(header)
    unit = declared.get(name) or (match["unit"].strip() if match else None)
    wanted = UNITS.get(name, "m/s")
    where = f"weather > columns > {name}"
    if unit is None:
        fix = f"write the header as '{header} [{wanted}]', or declare units: {{{name}: {wanted}}}"
        problems.append(Problem(where, f"the column '{header}' has no unit", fix, code="unit"))
        return None
    try:
        # Two points tell scale and offset of any unit, temperatures included.
        zero, one = units.convert(0.0, unit, wanted), units.convert(1.0, unit, wanted)
    except ValueError as error:
        problems.append(Problem(where, str(error), f"give a unit of the kind {wanted}", code="unit"))
        return None
    numbers = pd.to_numeric(table[header], errors="coerce")
    unread = numbers.isna() & table[header].notna()
    if unread.any():
        row = int(unread.to_numpy().argmax())
        what = f"'{table[header].iloc[row]}' in row {row + 2} is not a number"
        problems.append(Problem(where, what, "correct the cell, or leave it empty for a gap"))
        return None
    return numbers * (one - zero) + zero


def _stamps(table: pd.DataFrame, time: str | None, problems: list[Problem]) -> pd.Series[pd.Timestamp]:
    known = [str(column) for column in table.columns]
    candidates = [time] if time else [name for name in known if name.lower() in ("time", "index", "start")]
    if not candidates or candidates[0] not in known:
        problems.append(unknown_word("weather > time", "column", time or "time", known, code="weather-column"))
        return pd.Series(dtype="datetime64[us]")
    stamps = table[candidates[0]]
    if pd.api.types.is_datetime64_any_dtype(stamps):
        return stamps
    try:
        return pd.Series(pd.to_datetime(stamps, format="ISO8601"))
    except ValueError as error:
        fix = "write times as 2024-01-01 00:00, one offset throughout"
        problems.append(Problem(f"weather > {candidates[0]}", f"a time is not readable: {error}", fix))
        return pd.Series(dtype="datetime64[us]")


def _to_utc(stamps: pd.Series[pd.Timestamp], timezone: str | None) -> tuple[pd.DatetimeIndex, pd.Timedelta]:
    """Return naive stamps and the fixed offset of their clock; named zones are turned into UTC."""
    index = pd.DatetimeIndex(stamps)
    if index.tz is not None:
        return index.tz_convert("UTC").tz_localize(None), pd.Timedelta(0)
    if timezone is None:
        raise InputError.at(
            "weather > timezone",
            "the times have no time zone",
            "say timezone: Asia/Shanghai, UTC or UTC+8; Kenli never guesses it",
            code="naive-time",
        )
    offset = read_offset(timezone)
    if offset is not None:
        return index, offset
    try:
        return index.tz_localize(read_zone(timezone)).tz_convert("UTC").tz_localize(None), pd.Timedelta(0)
    except ValueError as error:
        raise InputError.at(
            "weather > timezone",
            f"the times do not fit the summer time of {timezone}: {error}",
            "files mostly keep standard time all year: say a fixed offset such as UTC-5",
            code="summer-time",
        ) from error


def read_offset(timezone: str) -> pd.Timedelta | None:
    """Return the offset of `UTC`, `UTC+8`, `-05:30` and the like; None for a zone's name."""
    if timezone.upper() in ("UTC", "GMT", "Z"):
        return pd.Timedelta(0)
    match = _OFFSET.match(timezone.strip())
    if match is None:
        return None
    amount = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return pd.Timedelta(amount if match["sign"] == "+" else -amount)
