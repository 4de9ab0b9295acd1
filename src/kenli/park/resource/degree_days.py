"""Degree days: the shape of heating and cooling loads over a year, from the temperature of the air.

A building loses heat in proportion to how far the air is below a base temperature, so the shape of its
load is known from the weather while the yearly energy is known from its area or its bill. Daily means
stand for the inertia of walls; the day's own course is then a declared profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kenli.core.errors import InputError
from kenli.park.fields import Model, Share, Unit

FloatArray = NDArray[np.float64]

_DayProfile = Annotated[list[Annotated[float, Field(ge=0.0)]], Field(min_length=24, max_length=24)]
_MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Season(Model):
    """Days of the year in which a heating network runs, both ends included."""

    start: _MonthDay
    """First day as month-day, such as `11-15`."""

    end: _MonthDay
    """Last day as month-day, such as `03-15`; before `start` it lies in the next year."""

    def contains(self, local: pd.DatetimeIndex) -> NDArray[np.bool_]:
        """Return whether each local time lies in the season."""
        day = np.asarray(local.month * 100 + local.day)
        first, last = (int(text.replace("-", "")) for text in (self.start, self.end))
        if first <= last:
            return np.asarray((day >= first) & (day <= last))
        return np.asarray((day >= first) | (day <= last))


class DegreeDayOptions(Model):
    """How heating and cooling follow the air temperature."""

    heating_base: Annotated[float, Unit("degC"), Field(ge=-10.0, le=30.0)] = 18.0
    """Below this air temperature buildings are heated (HDD18 of the Chinese standard JGJ 26)."""

    cooling_base: Annotated[float, Unit("degC"), Field(ge=0.0, le=40.0)] = 26.0
    """Above this air temperature buildings are cooled (CDD26 of the same standard)."""

    resolution: Literal["daily", "hourly"] = "daily"
    """`daily`: each local day's mean temperature, for buildings with inertia; `hourly`: each step's own."""

    hot_water_share: Share = 0.0
    """Share of the yearly heat that is hot water and does not follow the weather."""

    intraday: _DayProfile | None = None
    """24 relative values for space heating and cooling, from 0:00 local time; flat without it."""

    hot_water_intraday: _DayProfile | None = None
    """24 relative values for hot water, from 0:00 local time; flat without it."""

    season: Season | None = None
    """Days on which space heating runs, such as {start: 11-15, end: 03-15}; all year without it."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        what, fix = "", ""
        if self.cooling_base < self.heating_base:
            what = f"cooling_base {self.cooling_base:g} degC is below heating_base {self.heating_base:g} degC"
            fix = "give bases between which neither heating nor cooling runs, such as 18 and 26 degC"
        for name in ("intraday", "hot_water_intraday"):
            profile = getattr(self, name)
            if profile is not None and sum(profile) == 0.0:
                what, fix = f"all 24 values of {name} are zero", "give relative values, or leave the key out"
        if what:
            raise PydanticCustomError("degree-days", "{what}", {"what": what, "fix": fix})
        return self


@dataclass(frozen=True, slots=True)
class DegreeDays:
    """Degree days over the span of the temperatures.

    Attributes:
        heating: sum of what the air is below the heating base [K day].
        cooling: sum of what the air is above the cooling base [K day].
        heating_days: length of the time below the heating base [days].
        cooling_days: length of the time above the cooling base [days].
    """

    heating: float
    cooling: float
    heating_days: float
    cooling_days: float


def degree_days(
    temperature: ArrayLike, index: pd.DatetimeIndex, timezone: str, options: DegreeDayOptions
) -> DegreeDays:
    """Count heating and cooling degree days; the season plays no part.

    Args:
        temperature: air temperature in each step [degC].
        index: starts of the steps, UTC, regular.
        timezone: IANA name; days are local.
        options: bases and resolution.

    Raises:
        InputError: temperatures are missing, or the time zone is unknown.
    """
    felt, _ = _felt(temperature, index, timezone, options)
    days = _step_hours(index) / 24.0
    below, above = options.heating_base - felt, felt - options.cooling_base
    return DegreeDays(
        heating=float(np.maximum(below, 0.0).sum() * days),
        cooling=float(np.maximum(above, 0.0).sum() * days),
        heating_days=float((below > 0.0).sum() * days),
        cooling_days=float((above > 0.0).sum() * days),
    )


def heating_shape(
    temperature: ArrayLike, index: pd.DatetimeIndex, timezone: str, options: DegreeDayOptions
) -> FloatArray:
    """Return the share of the span's heat that falls into each step; the shares sum to 1.

    Space heat follows max(base - T, 0), hot water its own day; `load` turns shares into MW.

    Args:
        temperature: air temperature in each step [degC].
        index: starts of the steps, UTC, regular.
        timezone: IANA name of the local days and hours.
        options: base, resolution, hot water, day profiles, season.

    Raises:
        InputError: temperatures are missing, the time zone is unknown, or there is space heat to
            distribute and no step in the season is colder than the base.
    """
    felt, local = _felt(temperature, index, timezone, options)
    water = _day_factor(options.hot_water_intraday, local, _step_hours(index))
    shape = np.asarray(water * (options.hot_water_share / water.sum()))
    if options.hot_water_share == 1.0:
        return shape
    need = np.maximum(options.heating_base - felt, 0.0)
    if options.season is not None:
        need = np.where(options.season.contains(local), need, 0.0)
    space = need * _day_factor(options.intraday, local, _step_hours(index))
    if space.sum() == 0.0:
        raise InputError.at(
            "demand > heating",
            f"no step of the season is colder than the heating base of {options.heating_base:g} degC "
            f"(the coldest is {felt.min():.1f} degC)",
            "raise heating_base, widen the season, or write hot_water_share: 100 %",
            code="no-heating-need",
        )
    return np.asarray(shape + (1.0 - options.hot_water_share) * space / space.sum())


def cooling_shape(
    temperature: ArrayLike, index: pd.DatetimeIndex, timezone: str, options: DegreeDayOptions
) -> FloatArray:
    """Return the share of the span's cooling that falls into each step; the shares sum to 1.

    Cooling follows max(T - base, 0); arguments as in `heating_shape`. Moisture is not counted.

    Raises:
        InputError: temperatures are missing, the time zone is unknown, or no step is warmer than the base.
    """
    felt, local = _felt(temperature, index, timezone, options)
    need = np.maximum(felt - options.cooling_base, 0.0)
    shape = need * _day_factor(options.intraday, local, _step_hours(index))
    if shape.sum() == 0.0:
        raise InputError.at(
            "demand > cooling",
            f"no step is warmer than the cooling base of {options.cooling_base:g} degC "
            f"(the warmest is {felt.max():.1f} degC)",
            "lower cooling_base or use resolution: hourly",
            code="no-cooling-need",
        )
    return np.asarray(shape / shape.sum())


def load(shape: ArrayLike, annual_energy: float, step_hours: float) -> FloatArray:
    """Return the load in each step [MW] of a yearly energy [MWh] with a shape that sums to 1."""
    return np.asarray(np.asarray(shape, dtype=np.float64) * (annual_energy / step_hours))


def _felt(
    temperature: ArrayLike, index: pd.DatetimeIndex, timezone: str, options: DegreeDayOptions
) -> tuple[FloatArray, pd.DatetimeIndex]:
    """Temperature that the building answers to [degC], and local times."""
    air = np.asarray(temperature, dtype=np.float64)
    if air.shape != (len(index),) or not np.isfinite(air).all():
        missing = int((~np.isfinite(air)).sum())
        raise InputError.at(
            "demand > temperature",
            f"{air.size} temperatures for {len(index)} steps, {missing} of them missing",
            "give one temperature for every step; fill gaps when the weather is read",
            code="degree-day-temperature",
        )
    try:
        local = index.tz_convert(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        raise InputError.at(
            "site > timezone",
            f"'{timezone}' is not a time zone",
            "write an IANA name such as Asia/Shanghai",
            code="unknown-timezone",
        ) from None
    if options.resolution == "hourly":
        return air, local
    day = np.asarray(local.year * 10000 + local.month * 100 + local.day)
    _, number, count = np.unique(day, return_inverse=True, return_counts=True)
    mean = np.bincount(number, weights=air) / count
    return mean[number], local


def _day_factor(profile: list[float] | None, local: pd.DatetimeIndex, step_hours: float) -> FloatArray:
    """Value of a 24-hour profile in each step, a step of several hours taking their mean; mean 1."""
    if profile is None:
        return np.ones(len(local))
    values = np.asarray(profile, dtype=np.float64) / np.mean(profile)
    covered = max(1, round(step_hours))
    hours = np.asarray(local.hour)
    return np.asarray(np.mean([values[(hours + shift) % 24] for shift in range(covered)], axis=0))


def _step_hours(index: pd.DatetimeIndex) -> float:
    return float((index[1] - index[0]) / pd.Timedelta(hours=1))
