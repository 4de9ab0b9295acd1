"""The common last mile of every weather reader: one raw table in, one `Weather` out.

Each reader says what its file means (labels, units, heights, offset of the local clock); here the
same things are done for all of them: years put in order, gaps refused or filled, light moved to the
middle of the hour, missing parts refused or derived, and every such step noted in the provenance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kenli.core.errors import InputError, Problem
from kenli.park.resource.gaps import GapPolicy, fill_gaps
from kenli.park.resource.weather import Provenance, Weather

FloatArray = NDArray[np.float64]

#: The year that a typical year (months from different years) is written into; not a leap year.
NOMINAL_YEAR = 2001

_WIND = re.compile(r"^wind_speed_(?P<height>\d+(?:\.\d+)?)m$")
#: Sensors and fits leave slightly negative light at night [W/m2]; down to here it is set to zero.
_NEGATIVE_LIGHT = -10.0


@dataclass(frozen=True, slots=True)
class RawWeather:
    """What a reader found, in canonical units, before gaps and geometry are dealt with.

    Attributes:
        frame: columns `ghi`, `dni`, `dhi` [W/m2], `temperature` [degC], and if present `pressure`
            [Pa], `relative_humidity` [%] and `wind_speed_<height>m` [m/s]. The naive index holds
            the start of each interval on a clock that is `utc_offset` ahead of UTC.
        utc_offset: offset of that clock; a fixed one, files know no summer time.
        latitude: degrees north.
        longitude: degrees east.
        elevation: metres above sea level.
        format: format id.
        sun_offset: hours after the interval's start at which the irradiance holds, where it is a
            snapshot; None where it is a mean over the interval.
        typical: the months come from different years.
        annual: files of this format hold a whole year, so a shorter one is broken.
        notes: what the reader decided.
    """

    frame: pd.DataFrame
    utc_offset: pd.Timedelta
    latitude: float
    longitude: float
    elevation: float
    format: str
    sun_offset: float | None = None
    typical: bool = False
    annual: bool = False
    notes: tuple[str, ...] = ()


def to_weather(raw: RawWeather, source_path: str, sha256: str, gaps: GapPolicy, *, decompose: bool = False) -> Weather:
    """Make the weather from a reader's table.

    Args:
        raw: what the reader found.
        source_path: the file as the user named it.
        sha256: hash of the file's bytes.
        gaps: what may be done about missing values.
        decompose: whether missing DNI and DHI may be derived from GHI (Erbs-Driesse).

    Raises:
        InputError: missing columns, gaps that the policy refuses, irregular times.
    """
    notes = list(raw.notes)
    frame = raw.frame
    if raw.annual:
        _refuse_partial_year(pd.DatetimeIndex(frame.index))
    if raw.typical:
        frame = _into_nominal_year(frame, notes)
    index = pd.DatetimeIndex(frame.index) - raw.utc_offset
    frame = frame.set_axis(index.tz_localize("UTC").as_unit("us"), axis=0).astype(np.float64)
    frame = _zero_small_negatives(frame, notes)
    frame, report = fill_gaps(frame, gaps)
    notes += report.notes(gaps.method)
    step_hours = (frame.index[1] - frame.index[0]) / pd.Timedelta(hours=1)
    if raw.sun_offset is not None and abs(raw.sun_offset - step_hours / 2) > 1 / 60:
        frame = _retime(frame, raw, step_hours, notes)
    if decompose and "ghi" in frame and not {"dni", "dhi"} <= set(frame.columns):
        frame = _decomposed(frame, raw, step_hours, notes)
    if "pressure" not in frame:
        frame["pressure"] = _standard_pressure(raw.elevation)
        notes.append("no pressure in the file: standard atmosphere at the site's elevation")
    heights = wind_heights(frame)
    _refuse_missing(frame, heights, raw.format)
    main = max(heights)
    name = source_path.replace("\\", "/").rsplit("/", 1)[-1]
    return Weather(
        index=pd.DatetimeIndex(frame.index),
        ghi=frame["ghi"].to_numpy(),
        dni=frame["dni"].to_numpy(),
        dhi=frame["dhi"].to_numpy(),
        temperature=frame["temperature"].to_numpy(),
        wind_speed=frame[heights[main]].to_numpy(),
        wind_height=main,
        pressure=frame["pressure"].to_numpy(),
        latitude=raw.latitude,
        longitude=raw.longitude,
        elevation=raw.elevation,
        provenance=Provenance(
            kind="file",
            label_en=f"weather file {name} ({raw.format})",
            label_zh=f"气象文件 {name}（{raw.format}）",
            format=raw.format,
            source_path=source_path,
            sha256=sha256,
            notes=tuple(notes),
        ),
        relative_humidity=frame["relative_humidity"].to_numpy() if "relative_humidity" in frame else None,
        wind_speeds={h: frame[column].to_numpy() for h, column in heights.items() if h != main},
    )


def wind_heights(frame: pd.DataFrame) -> dict[float, str]:
    """Return the wind columns by height above ground [m]."""
    found = {column: _WIND.match(str(column)) for column in frame.columns}
    return {float(match["height"]): column for column, match in found.items() if match}


def _refuse_missing(frame: pd.DataFrame, heights: dict[float, str], file_format: str) -> None:
    missing = [name for name in ("ghi", "dni", "dhi", "temperature") if name not in frame]
    problems = [
        Problem(
            f"weather > {name}",
            f"the file ({file_format}) has no {name}",
            "ask the service for all three irradiances"
            if name == "ghi"
            else "add the column, or set decompose: true to derive DNI and DHI from GHI"
            if name in ("dni", "dhi")
            else "add the column",
            code="weather-column",
        )
        for name in missing
    ]
    if not heights:
        problems.append(
            Problem(
                "weather > wind_speed",
                f"the file ({file_format}) has no wind speed",
                "add the column, or give a wind file beside it",
                code="weather-column",
            )
        )
    if problems:
        raise InputError(problems)


def _into_nominal_year(frame: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    index = pd.DatetimeIndex(frame.index)
    leap = np.asarray((index.month == 2) & (index.day == 29))
    if leap.any():
        notes.append(f"29 February of a typical year dropped: {int(leap.sum())} steps")
        frame, index = frame[~leap], index[~leap]
    _refuse_partial_year(index)
    years = ", ".join(f"{month}:{year}" for month, year in dict(zip(index.month, index.year, strict=True)).items())
    nominal = pd.to_datetime(
        pd.DataFrame(
            {
                "year": NOMINAL_YEAR,
                "month": index.month,
                "day": index.day,
                "hour": index.hour,
                "minute": index.minute,
            }
        )
    )
    notes.append(f"typical year (month:year {years}) written into the nominal year {NOMINAL_YEAR}")
    return frame.set_axis(pd.DatetimeIndex(nominal), axis=0).sort_index()


def _zero_small_negatives(frame: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    frame = frame.copy()
    for name in ("ghi", "dni", "dhi"):
        if name not in frame:
            continue
        small = (frame[name] < 0) & (frame[name] >= _NEGATIVE_LIGHT)
        if small.any():
            notes.append(f"{name}: {int(small.sum())} slightly negative values set to 0")
            frame.loc[small, name] = 0.0
    return frame


def _refuse_partial_year(index: pd.DatetimeIndex) -> None:
    steps = np.diff(index.as_unit("us").asi8)
    whole = {round(days * 86_400_000_000 / np.median(steps)) for days in (365, 366)} if steps.size else {8760}
    if len(index) not in whole:
        raise InputError.at(
            "weather > file",
            f"the file has {len(index)} rows, a year of its format has {min(whole)}",
            "give the complete file",
            code="weather-year",
        )


def _retime(frame: pd.DataFrame, raw: RawWeather, step_hours: float, notes: list[str]) -> pd.DataFrame:
    """Move snapshots of the light to the middle of the interval, keeping the clearness of the sky.

    GHI and DHI scale with Haurwitz' clear sky (1098 cos z exp(-0.057 / cos z)) between the two
    moments, DNI as closure asks. Close to the horizon, where the ratio means nothing, it is held
    below 4.
    """
    from pvlib.solarposition import get_solarposition

    index = pd.DatetimeIndex(frame.index)
    cosines = []
    for hours in (raw.sun_offset or 0.0, step_hours / 2):
        times = index + pd.Timedelta(hours=hours)
        elevation = get_solarposition(times, raw.latitude, raw.longitude, method="nrel_numpy")["elevation"]
        cosines.append(np.sin(np.radians(elevation.to_numpy())))
    up = (cosines[0] > 0.01) & (cosines[1] > 0.01)
    seen, middle = (np.where(up, cosine, 1.0) for cosine in cosines)
    ratio = np.where(up, np.minimum(middle / seen * np.exp(0.057 / seen - 0.057 / middle), 4.0), 0.0)
    frame = frame.copy()
    for name in ("ghi", "dhi"):
        if name in frame:
            frame[name] = frame[name].to_numpy() * ratio
    if "dni" in frame:
        frame["dni"] = frame["dni"].to_numpy() * ratio * seen / middle
    notes.append(
        f"irradiance is a snapshot {60 * (raw.sun_offset or 0):.0f} min after the interval's start; moved to "
        "its middle with the same clearness"
    )
    return frame


def _decomposed(frame: pd.DataFrame, raw: RawWeather, step_hours: float, notes: list[str]) -> pd.DataFrame:
    from kenli.park.resource.sun import sun_over
    from kenli.park.resource.synthetic_solar import split_global

    index = pd.DatetimeIndex(frame.index)
    sun = sun_over(index, step_hours, raw.latitude, raw.longitude)
    frame = frame.copy()
    frame["dni"], frame["dhi"] = split_global(frame["ghi"].to_numpy(), sun, index)
    notes.append("DNI and DHI derived from GHI (Erbs-Driesse decomposition), not measured")
    return frame


def _standard_pressure(elevation: float) -> float:
    from pvlib.atmosphere import alt2pres

    return float(alt2pres(elevation))
