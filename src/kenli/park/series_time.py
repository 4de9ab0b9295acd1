"""From time stamps to a regular grid, over gaps, and onto the steps of a horizon.

A series of intervals is held as (first start, step, values). A step of the horizon takes the mean
of the intervals that it overlaps, so finer data are averaged and coarser ones, where the user
declares it, are held or interpolated.
"""

from __future__ import annotations

import math
import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kenli.core.errors import InputError, Problem
from kenli.core.horizon import HOUR, Horizon, read_zone

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["interpolate", "same_hour"]

_FIXED: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")
_WEEK: Final = np.timedelta64(7, "D")
_HOUR: Final = np.timedelta64(HOUR, "us")


@dataclass(frozen=True, slots=True)
class Grid:
    """A regular series of interval values: `values[k]` holds from `first + k * step`, UTC."""

    first: np.datetime64
    step: np.timedelta64
    values: NDArray[np.float64]

    @property
    def end(self) -> np.datetime64:
        """Return the end of the last interval."""
        end: np.datetime64 = self.first + self.values.size * self.step
        return end

    @property
    def step_hours(self) -> float:
        """Return the step [h]."""
        return float(self.step / _HOUR)


@dataclass(frozen=True, slots=True)
class Gap:
    """Consecutive intervals without a value: their start and end (UTC) and their number."""

    start: np.datetime64
    end: np.datetime64
    steps: int


def read_offset(name: str, where: str) -> tzinfo:
    """Return a time zone from an IANA name or a fixed offset such as `+08:00` or `UTC+8`."""
    match = _FIXED.fullmatch(name.strip())
    if match is None:
        return UTC if name.upper() == "UTC" else read_zone(name, where)
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        raise InputError(Problem(where, f"'{name}' is no offset of a clock", "write such as +08:00", code="timezone"))
    return timezone((1 if match[1] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def to_utc(stamps: pd.DatetimeIndex, zone: tzinfo | None, where: str) -> NDArray[np.datetime64]:
    """Return stamps in UTC; naive ones are read on the clock of `zone`.

    Raises:
        InputError: naive stamps without a zone, or stamps that this clock never showed.
    """
    if stamps.tz is None:
        if zone is None:
            raise InputError.at(
                where,
                f"the time stamps have no offset: '{stamps[0]}'",
                "declare timezone: Asia/Shanghai (or a fixed one: '+08:00')",
                code="naive-stamps",
            )
        try:
            stamps = stamps.tz_localize(zone, ambiguous="infer" if isinstance(zone, zoneinfo.ZoneInfo) else "raise")
        except ValueError as error:
            reason = str(error).splitlines()[0]
            raise InputError.at(
                where,
                f"the time stamps do not fit the clock of '{zone}': {reason}",
                "where the file has no summer time, declare its fixed offset, such as timezone: '+01:00'",
                code="clock",
            ) from None
    return np.asarray(stamps.tz_convert("UTC").tz_localize(None), "datetime64[us]")


def regular(
    starts: NDArray[np.datetime64], values: NDArray[np.float64], where: str, first_line: int, label: str
) -> Grid:
    """Return the series on its own regular grid, NaN where rows are missing.

    Args:
        starts: (rows,) labels in UTC.
        values: (rows,) values.
        where: place for messages.
        first_line: line of the first row.
        label: `start` or `end`, what the labels mark.

    Raises:
        InputError: repeated, unsorted or irregular labels, or fewer than two rows.
    """
    if starts.size < 2:
        raise InputError(Problem(where, f"{starts.size} row is no time series", "give at least two", code="short"))
    moves = np.diff(starts)
    problems: list[Problem] = []
    repeated = starts.size - np.unique(starts).size
    if repeated:
        order = np.argsort(starts, kind="stable")
        twin = order[1:][np.diff(starts[order]) == np.timedelta64(0)][0]
        line = int(twin) + first_line
        what = f"{repeated} time stamps are repeated, such as {starts[twin]} UTC in line {line}"
        problems.append(Problem(where, what, "keep one row for each interval", code="duplicate-stamps"))
    backwards = np.flatnonzero(moves < np.timedelta64(0))
    if backwards.size:
        line = int(backwards[0]) + first_line + 1
        what = f"the rows are not in order of time: line {line} lies before the line above it"
        problems.append(Problem(where, what, "sort the file by its time column", code="unsorted"))
    if problems:
        raise InputError(problems)
    lengths, counts = np.unique(moves, return_counts=True)
    step = lengths[counts.argmax()]
    odd = np.flatnonzero((starts - starts[0]) % step != np.timedelta64(0))
    if odd.size:
        hours = float(step / _HOUR)
        line = int(odd[0]) + first_line
        raise InputError.at(
            where,
            f"line {line} ({starts[odd[0]]} UTC) is off the file's step of {hours:g} h",
            "give values of one regular step",
            code="irregular",
        )
    place = ((starts - starts[0]) // step).astype(np.int64)
    table = np.full(int(place[-1]) + 1, np.nan)
    table[place] = values
    first = starts[0] - step if label == "end" else starts[0]
    return Grid(np.datetime64(first, "us"), np.timedelta64(step, "us"), table)


def find_gaps(grid: Grid) -> tuple[Gap, ...]:
    """Return the runs of missing values."""
    missing = np.concatenate(([False], np.isnan(grid.values), [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(missing))
    return tuple(
        Gap(grid.first + begin * grid.step, grid.first + end * grid.step, int(end - begin))
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
    )


def fill_gaps(grid: Grid, gaps: tuple[Gap, ...], method: Method | None, max_hours: float, where: str) -> Grid:
    """Return the grid without gaps, under the declared policy.

    Args:
        grid: the series.
        gaps: what is missing in it.
        method: `interpolate` draws a line over the gap, `same_hour` takes the mean of the same time
            a day before and after; None refuses.
        max_hours: longer gaps are refused.
        where: place for messages.

    Raises:
        InputError: a gap that may not, or cannot, be filled.
    """
    if not gaps:
        return grid
    longest = max(gaps, key=lambda gap: gap.steps)
    total, hours = sum(gap.steps for gap in gaps), longest.steps * grid.step_hours
    if method is None or hours > max_hours:
        allowed = "" if method is None else f", more than the declared {max_hours:g} h"
        raise InputError.at(
            where,
            f"{total} values are missing in {len(gaps)} gaps; the longest has {hours:g} h{allowed}, "
            f"from {longest.start} to {longest.end} UTC",
            f"complete the file, or declare gaps: {{method: interpolate, max_hours: {math.ceil(hours)} h}}",
            code="gap",
        )
    values = grid.values.copy()
    missing = np.flatnonzero(np.isnan(values))
    known = np.flatnonzero(~np.isnan(values))
    if method == "interpolate":
        inside = known.size > 0 and missing[0] > known[0] and missing[-1] < known[-1]
        values[missing] = np.interp(missing, known, values[known]) if inside else np.nan
    else:
        day = round(24.0 / grid.step_hours)
        around = np.full((2, missing.size), np.nan)
        for row, neighbour in enumerate((missing - day, missing + day)):
            there = (neighbour >= 0) & (neighbour < values.size)
            around[row, there] = grid.values[neighbour[there]]
        found = ~np.isnan(around)
        total_found = np.where(found, around, 0.0).sum(axis=0)
        values[missing] = np.where(found.any(axis=0), total_found / np.maximum(found.sum(axis=0), 1), np.nan)
    if np.isnan(values).any():
        raise InputError.at(
            where,
            f"a gap at the edge of the series, or beside another, cannot be filled by {method}",
            "complete the file",
            code="gap",
        )
    return Grid(grid.first, grid.step, values)


def aligned_starts(grid: Grid, horizon: Horizon) -> tuple[NDArray[np.datetime64], list[str]]:
    """Return for each step of the horizon the instant in the series' own year that it takes, and notes.

    A step keeps its local clock time and its day of the week: its date is taken in the series' year
    and moved by at most three days to the same weekday. Where that lies outside the series, the
    same time a week later or earlier is taken. Several years of data are used in turn.
    """
    import pandas as pd

    clock = np.asarray(horizon.local.tz_localize(None), "datetime64[us]")
    covered = pd.date_range(pd.Timestamp(grid.first), pd.Timestamp(grid.end - grid.step), freq="1D", tz="UTC")
    found, days = np.unique(covered.tz_convert(horizon.timezone).year, return_counts=True)
    years = found[(days >= 360) | (days == days.max())]
    date = clock.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    year = date.astype("datetime64[Y]").astype(np.int64) + 1970
    source_year = np.where(np.isin(year, years), year, years[(year - year.min()) % years.size])
    moved = month + ((source_year - year) * 12).astype("timedelta64[M]")
    same_date = moved.astype("datetime64[D]") + (date - month.astype("datetime64[D]"))
    # 1970-01-01 was a Thursday; only differences of weekdays matter.
    turn = (date.astype(np.int64) - same_date.astype(np.int64) + 3) % 7 - 3
    wall = same_date + turn.astype("timedelta64[D]") + (clock - date)
    # In autumn the clock shows an hour twice; its second showing stays the second one.
    second = np.asarray(pd.Index(clock).duplicated())
    shown = pd.DatetimeIndex(wall).tz_localize(horizon.timezone, ambiguous=~second, nonexistent="shift_forward")
    starts = np.asarray(shown.tz_convert("UTC").tz_localize(None), "datetime64[us]")
    length = np.timedelta64(round(horizon.duration * HOUR), "us")
    early, late = starts < grid.first, starts + length > grid.end
    starts = np.where(early, starts + _WEEK, np.where(late, starts - _WEEK, starts))
    notes = [
        f"the series of {', '.join(map(str, years))} is used for {', '.join(map(str, np.unique(year)))}; "
        f"days are moved by up to {int(np.abs(turn).max())} days to keep the day of the week"
    ]
    if early.any() or late.any():
        notes.append(f"{int(early.sum() + late.sum())} steps beyond the ends of the series take the value a week off")
    return starts, notes


def onto(
    grid: Grid,
    starts: NDArray[np.datetime64],
    duration: float,
    resample: Literal["hold", "interpolate"] | None,
    where: str,
) -> NDArray[np.float64]:
    """Return the mean of the series over each interval `[start, start + duration)`.

    Args:
        grid: the series without gaps.
        starts: (T,) UTC starts of the intervals.
        duration: their length [h].
        resample: how coarser data, or data whose intervals begin at other minutes, are read.
        where: place for messages.

    Raises:
        InputError: the series is too short, or coarser than the steps without a declaration.
    """
    length = np.timedelta64(round(duration * HOUR), "us")
    outside = (starts < grid.first) | (starts + length > grid.end)
    if outside.any():
        begin, end = starts.min(), starts.max() + length
        other = "to use another year" if begin >= grid.end or end <= grid.first else "to fill its ends"
        raise InputError.at(
            where,
            f"the series covers {grid.first} to {grid.end} UTC, but the horizon needs {begin} to {end} UTC "
            f"({int(outside.sum())} steps are without a value)",
            f"give a series of the horizon's time, or declare calendar: align {other}",
            code="short",
        )
    offset = (starts - grid.first).astype(np.int64)
    step, span = int(grid.step.astype(np.int64)), int(length.astype(np.int64))
    part = math.gcd(math.gcd(step, span), int(np.gcd.reduce(offset)))
    if resample is None and (step > span or part < step):
        what = f"the series has a step of {grid.step_hours:g} h, the horizon of {duration:g} h"
        if step <= span:
            what += ", and its intervals begin at other minutes than the horizon's"
        raise InputError(
            Problem(
                where,
                what,
                "declare resample: hold (the value stays) or resample: interpolate",
                code="coarse",
            )
        )
    if resample == "interpolate" and step > span:
        centres = np.arange(grid.values.size) * step + step / 2
        return np.asarray(np.interp(offset + span / 2, centres, grid.values), np.float64)
    inside = (offset[:, None] + np.arange(span // part)[None, :] * part) // step
    return np.asarray(grid.values[inside].mean(axis=1), np.float64)
