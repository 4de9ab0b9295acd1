"""The weather of one site: regular series in UTC with the story of where they come from.

Flows are interval means and the label is the start of the interval, in UTC, without exception;
`readers` translates every file format's own habit into this one. `check_weather` looks for what
would make a plan wrong, `fill_gaps` repairs a raw table under a declared policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kenli.core.errors import InputError, Problem
from kenli.core.horizon import Horizon, read_zone
from kenli.park.resource.gaps import REFUSE, GapPolicy, GapReport, fill_gaps
from kenli.park.resource.weather_checks import check_weather

__all__ = [
    "REFUSE",
    "GapPolicy",
    "GapReport",
    "Provenance",
    "Weather",
    "check_weather",
    "fill_gaps",
    "local_year",
]

FloatArray = NDArray[np.float64]

#: Series that every weather has, with their units.
SERIES_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "ghi": "W/m2",
        "dni": "W/m2",
        "dhi": "W/m2",
        "temperature": "degC",
        "wind_speed": "m/s",
        "pressure": "Pa",
    }
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a weather comes from, in words for a reader and in hashes for a machine.

    Attributes:
        kind: `synthetic` (generated, must be said on every page) or `file`.
        label_en: one line for a report.
        label_zh: the same in Chinese.
        format: format id of the file (`epw`, `pvgis-tmy`, ...) or `kenli-synthetic`.
        source_path: the file as the user named it; None if synthetic.
        sha256: hash of the file's bytes, or of the series if synthetic.
        seed: seed of a synthetic year.
        notes: every repair, mapping and assumption that was made on the way.
    """

    kind: Literal["synthetic", "file"]
    label_en: str
    label_zh: str
    format: str
    source_path: str | None = None
    sha256: str | None = None
    seed: int | None = None
    notes: tuple[str, ...] = ()


def _read_only(values: ArrayLike) -> FloatArray:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, eq=False)
class Weather:
    """Weather of one site; all arrays are read-only float64 of the index's length.

    Attributes:
        index: start of each interval, UTC, regular.
        ghi: global horizontal irradiance, interval mean [W/m2].
        dni: direct normal irradiance, interval mean [W/m2].
        dhi: diffuse horizontal irradiance, interval mean [W/m2].
        temperature: dry-bulb air temperature at about 2 m [degC].
        wind_speed: wind speed at `wind_height` [m/s].
        wind_height: height of `wind_speed` above ground [m].
        pressure: station pressure at ground [Pa].
        latitude: degrees north.
        longitude: degrees east.
        elevation: metres above sea level.
        provenance: where the series come from.
        relative_humidity: percent, or None where the source has none.
        wind_speeds: wind speed by height [m]; always contains `wind_height`, more heights give
            the measured shear.

    Raises:
        InputError: the index is naive, irregular or too short, or a series has another length.
            The values themselves are judged by `check_weather`.
    """

    index: pd.DatetimeIndex
    ghi: FloatArray
    dni: FloatArray
    dhi: FloatArray
    temperature: FloatArray
    wind_speed: FloatArray
    wind_height: float
    pressure: FloatArray
    latitude: float
    longitude: float
    elevation: float
    provenance: Provenance
    relative_humidity: FloatArray | None = None
    wind_speeds: Mapping[float, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        index = _regular_index(self.index)
        object.__setattr__(self, "index", index)
        problems: list[Problem] = []
        for name in (*SERIES_UNITS, "relative_humidity"):
            values = getattr(self, name)
            if values is None:
                continue
            array = _read_only(values)
            problems += _length_problem(name, array, len(index))
            object.__setattr__(self, name, array)
        heights = {float(height): _read_only(speed) for height, speed in self.wind_speeds.items()}
        for height, array in heights.items():
            problems += _length_problem(f"wind_speeds[{height:g} m]", array, len(index))
        heights[float(self.wind_height)] = self.wind_speed
        object.__setattr__(self, "wind_height", float(self.wind_height))
        object.__setattr__(self, "wind_speeds", MappingProxyType(dict(sorted(heights.items()))))
        if problems:
            raise InputError(problems)

    def __len__(self) -> int:
        return len(self.index)

    @property
    def step_hours(self) -> float:
        """Length of one interval [h]."""
        return float((self.index[1] - self.index[0]) / pd.Timedelta(hours=1))

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the series as a table; extra wind heights are named `wind_speed_<height>m`."""
        columns = {name: getattr(self, name) for name in SERIES_UNITS}
        if self.relative_humidity is not None:
            columns["relative_humidity"] = self.relative_humidity
        for height, speed in self.wind_speeds.items():
            if height != self.wind_height:
                columns[f"wind_speed_{height:g}m"] = speed
        return pd.DataFrame(columns, index=self.index, copy=True)

    def with_frame(self, frame: pd.DataFrame, *notes: str) -> Weather:
        """Return this weather with the series of `frame` (columns as in `frame`) and more notes."""
        extra = {
            height: frame[f"wind_speed_{height:g}m"].to_numpy()
            for height in self.wind_speeds
            if height != self.wind_height
        }
        humidity = frame["relative_humidity"].to_numpy() if self.relative_humidity is not None else None
        return replace(
            self,
            index=pd.DatetimeIndex(frame.index),
            ghi=frame["ghi"].to_numpy(),
            dni=frame["dni"].to_numpy(),
            dhi=frame["dhi"].to_numpy(),
            temperature=frame["temperature"].to_numpy(),
            wind_speed=frame["wind_speed"].to_numpy(),
            pressure=frame["pressure"].to_numpy(),
            relative_humidity=humidity,
            wind_speeds=extra,
            provenance=replace(self.provenance, notes=(*self.provenance.notes, *notes)),
        )

    def resample(self, step_hours: float) -> Weather:
        """Average to a longer step that is a whole multiple of this one.

        A shorter step is refused: interpolated irradiance would be invented. Wind speed is
        averaged as such, which loses a little of its cube; hourly wind is the usual input.

        Raises:
            InputError: the step is no whole multiple, or does not divide the series.
        """
        ratio = step_hours / self.step_hours
        size = round(ratio)
        if size < 1 or abs(ratio - size) > 1e-9:
            raise InputError.at(
                "weather > step",
                f"{step_hours:g} h is not a whole multiple of the weather's step of {self.step_hours:g} h",
                f"choose a step of {self.step_hours:g} h or a multiple, or give weather of a finer step",
                code="weather-step",
            )
        if size == 1:
            return self
        if len(self) % size:
            raise InputError.at(
                "weather > step",
                f"{len(self)} intervals of {self.step_hours:g} h do not divide into {step_hours:g} h steps",
                "choose a step that divides the series",
                code="weather-step",
            )
        frame = self.frame
        means = frame.to_numpy().reshape(-1, size, frame.shape[1]).mean(axis=1)
        coarse = pd.DataFrame(means, index=self.index[::size], columns=frame.columns)
        return self.with_frame(coarse, f"averaged from {self.step_hours:g} h to {step_hours:g} h steps")

    def to_year(self, year: int, timezone: str) -> Weather:
        """Map the weather onto a calendar year of the park by month, day and hour.

        The result covers the local year `year` with the step of the source; hours are matched in
        local standard time, because the sun knows no summer time. A source that holds the
        requested year gives that year. Otherwise it must hold one year (a typical year with its
        nominal calendar counts as one), which is read as a ring: the hours that a change of time
        zone moves over the turn of the year come from its other end. 29 February is taken from
        28 February where the source has none, and dropped where the target has none; both are
        noted in the provenance.

        Raises:
            InputError: unknown time zone, several years of which none is the requested one, or
                calendar hours that the source lacks.
        """
        target = local_year(year, timezone, self.step_hours)
        if target[0] >= self.index[0] and target[-1] <= self.index[-1]:
            frame = self.frame.reindex(target)
            if not frame.isna().any().any():
                return self if len(frame) == len(self) else self.with_frame(frame, f"year {year} selected")
        return _map_by_calendar(self, target, year, timezone)


def local_year(year: int, timezone: str, step_hours: float = 1.0) -> pd.DatetimeIndex:
    """Return the UTC interval starts of one local calendar year, from midnight to midnight.

    Raises:
        InputError: the time zone is unknown or the step does not divide a day.
    """
    return pd.DatetimeIndex(Horizon.year(year, step_hours, timezone).start).tz_localize("UTC").as_unit("us")


def _standard_offset(timezone: str, year: int) -> pd.Timedelta:
    zone = read_zone(timezone)
    offsets = [datetime(year, month, 1, 12, tzinfo=zone).utcoffset() for month in (1, 7)]
    return pd.Timedelta(min(offset for offset in offsets if offset is not None))


def _map_by_calendar(weather: Weather, target: pd.DatetimeIndex, year: int, timezone: str) -> Weather:
    """Fill `target` from the same month, day and time of day of the source."""
    offset = _standard_offset(timezone, year)
    source_local = weather.index.tz_localize(None) + offset
    target_local = target.tz_localize(None) + offset
    years = source_local.year.value_counts()
    span = (weather.index[-1] - weather.index[0]) / pd.Timedelta(days=1)
    if span > 366.5:
        known = ", ".join(str(known_year) for known_year in sorted(years.index))
        raise InputError.at(
            "weather > year",
            f"the weather holds several years ({known}) but not the whole of {year}",
            "name the weather year to use, or give a file of one year",
            code="weather-year",
        )
    source = pd.Series(np.arange(len(weather)), index=_calendar_key(source_local))
    source = source[~source.index.duplicated()]
    key = _calendar_key(target_local)
    notes = [f"mapped by calendar onto {year} ({timezone}, standard time)"]
    is_leap_day = (target_local.month == 2) & (target_local.day == 29)
    borrowed = is_leap_day & ~np.isin(key, source.index.to_numpy())
    if borrowed.any():
        key = np.where(borrowed, _calendar_key(target_local - pd.Timedelta(days=1)), key)
        notes.append(f"29 February taken from 28 February: {int(borrowed.sum())} steps")
    source_leap = int(((source_local.month == 2) & (source_local.day == 29)).sum())
    if source_leap and not is_leap_day.any():
        notes.append(f"29 February of the source dropped: {source_leap} steps")
    taken = source.reindex(key).to_numpy()
    lost = np.isnan(taken)
    if lost.any():
        first = target_local[int(np.argmax(lost))]
        raise InputError.at(
            "weather > year",
            f"the weather has no value for {int(lost.sum())} of {len(target)} steps of {year}; "
            f"the first is {first:%d %B %H:%M}",
            "give weather that covers every hour of a year",
            code="weather-year",
        )
    frame = weather.frame.iloc[taken.astype(int)].set_axis(target, axis=0)
    return weather.with_frame(frame, *notes)


def _calendar_key(local: pd.DatetimeIndex) -> NDArray[np.int64]:
    minute = local.hour * 60 + local.minute
    return np.asarray((local.month * 100 + local.day) * 10000 + minute, dtype=np.int64)


def _regular_index(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    where = "weather > index"
    if not isinstance(index, pd.DatetimeIndex):
        raise InputError.at(
            where, f"the index is a {type(index).__name__}", "give a DatetimeIndex", code="weather-index"
        )
    if index.tz is None:
        raise InputError.at(
            where,
            "the times have no time zone",
            "say the time zone of the file; Kenli never guesses it",
            code="naive-time",
        )
    if len(index) < 2:
        raise InputError.at(where, f"{len(index)} intervals are no series", "give at least two", code="weather-index")
    utc = index.tz_convert("UTC").as_unit("us")
    steps = np.diff(utc.asi8)
    if (steps <= 0).any() or (steps != steps[0]).any():
        common = np.bincount(np.unique(steps, return_inverse=True)[1]).argmax()
        usual = np.unique(steps)[common]
        place = int(np.argmax(steps != usual))
        raise InputError.at(
            where,
            f"the times are not regular: after {utc[place]:%Y-%m-%d %H:%M} UTC follows "
            f"{utc[place + 1]:%Y-%m-%d %H:%M}, elsewhere the step is {usual / 3.6e9:g} h",
            "repair the file, or read it with a gap policy such as interpolate",
            code="irregular-time",
        )
    return utc


def _length_problem(name: str, array: FloatArray, length: int) -> list[Problem]:
    if array.shape == (length,):
        return []
    what = f"the series has shape {array.shape}, the index has {length} intervals"
    return [Problem(f"weather > {name}", what, "give one value for each interval", code="weather-length")]
