"""Time series that the park file declares: a column of a file, what it means, and how it is read.

Nothing aligns silently: stamps need a time zone, gaps are refused or filled as declared, another
year is used only when `calendar: align` says so, coarser data only with `resample`. What was done
is reported with the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from kenli.core import units
from kenli.core.errors import InputError, Problem
from kenli.core.horizon import HOUR, Horizon, instant
from kenli.park.fields import Hours, Model, Number
from kenli.park.series_file import Columns, read_columns
from kenli.park.series_time import (
    Gap,
    Grid,
    aligned_starts,
    fill_gaps,
    find_gaps,
    onto,
    read_offset,
    regular,
    to_utc,
)

_STEPS = {"hourly": 1.0, "half_hourly": 0.5, "quarter_hourly": 0.25}


class GapFilling(Model):
    """How missing values are filled; every filled value is reported."""

    method: Literal["interpolate", "same_hour"]
    """`interpolate`: a straight line; `same_hour`: mean of the same time a day before and after."""
    max_hours: Hours
    """A longer gap is refused."""


class SeriesOptions(Model):
    """A time series in a CSV or Parquet file."""

    file: str
    """Path of the file, relative to the park file."""
    column: str | None = None
    """Header of the values; may be left out where the file has one column of values."""
    unit: str = ""
    """Unit of the values in the file, such as `kW` or `EUR/MWh`; empty for shares and shapes."""
    values: Literal["mean", "amount"] = "mean"
    """`mean`: mean flow of the interval; `amount`: what flowed in it (kWh in a quarter of an hour)."""
    scale: Number = 1.0
    """Factor on the values."""
    time_column: str | None = None
    """Header of the time stamps."""
    time_format: str | None = None
    """How stamps are written, such as `%d.%m.%Y %H:%M`; ISO 8601 without it."""
    timezone: str | None = None
    """Clock of stamps without an offset: `Asia/Shanghai`, or fixed, such as `+01:00`."""
    label: Literal["start", "end"] = "start"
    """What a stamp marks: the start or the end of its interval."""
    order: Literal["hourly", "half_hourly", "quarter_hourly"] | None = None
    """Instead of a time column: the rows follow each other from local midnight of 1 January (of the
    horizon's year, or of `year`); in a declared horizon without `year`, from its first step."""
    year: int | None = Field(default=None, ge=1900, le=2200)
    """Calendar year of the rows of an `order`."""
    calendar: Literal["exact", "align"] = "exact"
    """`align` uses a series of another year, day by day with the same day of the week."""
    gaps: Literal["refuse"] | GapFilling = "refuse"
    """What may be done about missing values."""
    resample: Literal["hold", "interpolate"] | None = None
    """How coarser data are read: the value stays, or a line between the middles of the intervals."""
    decimal: Literal[".", ","] = "."
    """Decimal sign of a CSV file."""
    encoding: str = "utf-8"
    """Encoding of a CSV file, such as `gb18030`."""

    @model_validator(mode="after")
    def _one_clock(self) -> SeriesOptions:
        if (self.time_column is None) == (self.order is None):
            raise ValueError("give either time_column, or order (hourly, ...) for rows without time stamps")
        if self.order is None and self.year is not None:
            raise ValueError("year belongs to order; stamps carry their own")
        if self.order is not None and (self.label == "end" or self.time_format is not None):
            raise ValueError("label and time_format belong to time_column")
        return self


@dataclass(frozen=True)
class SeriesResult:
    """A series on the horizon, with the story of its reading.

    Attributes:
        values: (T,) values in the wanted unit, read-only.
        unit: that unit.
        file: path as the user wrote it.
        sha256: hash of the file.
        rows: rows of the file.
        step_hours: step of the file [h].
        gaps: what was missing and filled.
        notes: every mapping and repair, in words for the manifest.
    """

    values: NDArray[np.float64]
    unit: str
    file: str
    sha256: str
    rows: int
    step_hours: float
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]


def read_series(
    options: SeriesOptions,
    base_directory: Path,
    horizon: Horizon,
    unit: str | None,
    *,
    where: str = "series",
) -> SeriesResult:
    """Read a declared series onto the steps of a horizon.

    Args:
        options: the declaration.
        base_directory: folder of the park file.
        horizon: the steps; chronological or representative.
        unit: wanted canonical unit, `""` for a plain number; None accepts any unit and keeps it (shapes).
        where: place in the park file for messages, such as `series > wind`.

    Returns:
        The values (T,) with hash, filled gaps and notes.

    Raises:
        InputError: anything that is wrong with declaration or file; findings of one stage (the
            declaration and the cells, the time axis, the fit to the horizon) come together.
    """
    problems: list[Problem] = []
    zone = None
    if options.timezone is not None:
        try:
            zone = read_offset(options.timezone, f"{where} > timezone")
        except InputError as error:
            problems += error.problems
    try:
        _conversion(options, 1.0, unit, where)
    except InputError as error:
        problems += error.problems
    columns: Columns | None = None
    try:
        columns = read_columns(
            base_directory / options.file,
            options.column,
            options.time_column,
            time_format=options.time_format,
            decimal=options.decimal,
            encoding=options.encoding,
            where=where,
        )
    except InputError as error:
        problems += error.problems
    if problems or columns is None:
        raise InputError(problems)

    notes: list[str] = []
    if columns.stamps is None:
        grid = _ordered(columns, options, horizon, notes)
    else:
        if zone is not None and columns.stamps.tz is not None:
            notes.append(f"the stamps carry an offset of their own; timezone {options.timezone} was not needed")
        labels = to_utc(columns.stamps, zone, columns.where)
        grid = regular(labels, columns.values, columns.where, columns.first_line, options.label)
    gaps = find_gaps(grid)
    if isinstance(options.gaps, GapFilling):
        grid = fill_gaps(grid, gaps, options.gaps.method, options.gaps.max_hours, columns.where)
    else:
        grid = fill_gaps(grid, gaps, None, 0.0, columns.where)
    if gaps:
        missing = sum(gap.steps for gap in gaps)
        longest = max(gap.steps for gap in gaps) * grid.step_hours
        method = options.gaps.method if isinstance(options.gaps, GapFilling) else ""
        notes.append(f"{missing} missing values in {len(gaps)} gaps (up to {longest:g} h) were filled by {method}")

    starts = horizon.start
    if options.calendar == "align":
        starts, said = aligned_starts(grid, horizon)
        notes += said
    found = onto(grid, starts, horizon.duration, options.resample, columns.where)
    if grid.step_hours != horizon.duration:
        how = "averaged" if grid.step_hours < horizon.duration else options.resample
        notes.append(f"values of {grid.step_hours:g} h were read in steps of {horizon.duration:g} h: {how}")
    factor, shift = _conversion(options, grid.step_hours, unit, where)
    values = (found * options.scale) * factor + shift if shift else found * (options.scale * factor)
    values.setflags(write=False)
    return SeriesResult(
        values=values,
        unit=options.unit if unit is None else unit,
        file=options.file,
        sha256=columns.sha256,
        rows=columns.values.size,
        step_hours=grid.step_hours,
        gaps=gaps,
        notes=tuple(notes),
    )


def _ordered(columns: Columns, options: SeriesOptions, horizon: Horizon, notes: list[str]) -> Grid:
    """Return rows without stamps as a grid; their number must be that of the year (or horizon)."""
    step = _STEPS[options.order or "hourly"]
    rows = columns.values.size
    if options.year is None and horizon.whole_years == 0:
        first, end = horizon.original_start[0], horizon.full_end
        span = "the declared horizon"
    else:
        zone = read_offset(options.timezone or horizon.timezone, columns.where)
        year, count = (options.year, 1) if options.year else (horizon.first_year, horizon.whole_years)
        first, end = (instant(datetime(number, 1, 1, tzinfo=zone)) for number in (year, year + count))
        span = f"{year}" if count == 1 else f"{year} to {year + count - 1}"
    needed = float((end - first) / np.timedelta64(1, "h")) / step
    any_year = (8760.0 / step, 8784.0 / step) if options.calendar == "align" and options.year is None else ()
    if rows != needed and rows not in any_year:
        raise InputError.at(
            columns.where,
            f"the file has {rows} rows, where {span} has {needed:g} steps of {step:g} h",
            "give one row for each step; rows of another year need their year and calendar: align",
            code="length",
        )
    notes.append(f"{rows} rows without time stamps were laid from {first} UTC in steps of {step:g} h")
    return Grid(np.datetime64(first, "us"), np.timedelta64(round(step * HOUR), "us"), columns.values)


def _conversion(options: SeriesOptions, step_hours: float, unit: str | None, where: str) -> tuple[float, float]:
    """Return factor and shift from the file's unit to the wanted one."""
    text, divisor = options.unit, 1.0
    if options.values == "amount":
        text, divisor = f"{options.unit or 1}/h", step_hours
    try:
        if unit is None:
            # The brackets make it another spelling, so that an unknown unit is found.
            return units.convert(1.0, text, f"({text})" if text else "") / divisor, 0.0
        if options.unit == "" and unit != "":
            raise ValueError(f"the values have no unit, where '{unit}' is needed")
        shift = units.convert(0.0, text, unit)
        return (units.convert(1.0, text, unit) - shift) / divisor, shift
    except ValueError as error:
        kind = unit or "plain number"
        fix = f"write the unit of the file's values, of the kind '{kind}'"
        raise InputError.at(f"{where} > unit", str(error), fix, code="unit") from None
