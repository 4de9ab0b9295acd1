"""Synthetic irradiance: clear sky times clearness that persists from day to day and hour to hour.

1. The clear sky is Ineichen's with the monthly Linke turbidity of the place (pvlib).
2. Each day has a clear-sky index: an AR(1) series mapped onto a negatively skewed distribution, bent
   by one exponent per month so that the monthly sums are met exactly. The persistence of the AR(1)
   series is solved for, so that the year's clearness Kt has the wanted lag-1 autocorrelation.
3. Within the day the index wanders around its mean, most on half-cloudy days, and is bent again so
   that the day's sum stays.
4. DNI and DHI follow from Erbs-Driesse; DHI is what closes GHI = DNI cos z + DHI exactly.

Values belong to the middle of the interval, as every plane-of-array model takes the sun there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kenli.core.errors import InputError
from kenli.park.resource.sun import Sun, sun_over
from kenli.park.resource.synthetic_series import (
    autoregressive,
    bisect,
    bisect_groups,
    group_sum,
    lag_correlation,
)
from kenli.park.resource.targets import SiteTargets

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Quantiles of the daily clear-sky index (probability, value), from the daily clearness of 2025 at
#: Kenli after scaling (5/25/50/75/95 % at .17 .45 .55 .60 .64 of a clear sky near .69).
_INDEX_QUANTILES = (
    (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0),
    (0.06, 0.25, 0.65, 0.79, 0.87, 0.93, 0.99),
)
#: Broken clouds may lift an hour above the clear sky by this factor (cloud enhancement).
_CAP = 1.06
#: Spread of the index within a day in normal scores, and its persistence over an hour.
_INTRADAY_SPREAD = 0.40
_INTRADAY_PERSISTENCE = 0.65
#: Months differ from the target by a random share, so that years are not copies; the year lies
#: between half way to its lower limit and a tenth of the way to its upper one.
_MONTH_SPREAD = 0.016
_MONTH_LIMIT = 0.032
#: Below this clear-sky sum a month is polar night [kWh/m2].
_POLAR_MONTH = 2.0
#: The range of lag-1 autocorrelation aimed at, as a share of the allowed range.
_AIM = (0.3, 0.7)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where each step lies in the local year: month 0..11, day 0..364 or 365, hour of day."""

    month: IntArray
    day: IntArray
    hour: FloatArray
    month_of_day: IntArray

    @classmethod
    def of(cls, local: pd.DatetimeIndex) -> Calendar:
        """Read the calendar off local times (naive) that begin at midnight of 1 January."""
        month = np.asarray(local.month, dtype=np.int64) - 1
        day = np.asarray(local.dayofyear, dtype=np.int64) - 1
        first = np.unique(day, return_index=True)[1]
        hour = np.asarray(local.hour + local.minute / 60, dtype=np.float64)
        return cls(month, day, hour, month[first])


@dataclass(frozen=True, slots=True)
class Sky:
    """Synthetic irradiance [W/m2], and the normal score of each day's clearness (1 = bright)."""

    ghi: FloatArray
    dni: FloatArray
    dhi: FloatArray
    day_score: FloatArray
    day_index: FloatArray


def clear_sky(index: pd.DatetimeIndex, sun: Sun, latitude: float, longitude: float, elevation: float) -> FloatArray:
    """Return the clear-sky GHI at the middle of each interval [W/m2] (Ineichen and Perez 2002)."""
    from pvlib import atmosphere, clearsky, irradiance

    turbidity = clearsky.lookup_linke_turbidity(index, latitude, longitude).to_numpy()
    air_mass = atmosphere.get_absolute_airmass(
        atmosphere.get_relative_airmass(sun.apparent_zenith), atmosphere.alt2pres(elevation)
    )
    extra = irradiance.get_extra_radiation(index).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):  # pvlib divides by the cosine at night, too
        sky = clearsky.ineichen(sun.apparent_zenith, air_mass, turbidity, altitude=elevation, dni_extra=extra)
    ghi = np.nan_to_num(np.asarray(sky["ghi"], dtype=np.float64), nan=0.0)
    return np.where(sun.cos_zenith > 0.0, ghi, 0.0)


def extraterrestrial(index: pd.DatetimeIndex, sun: Sun) -> FloatArray:
    """Return the horizontal irradiance above the atmosphere at the middle of the interval [W/m2]."""
    from pvlib import irradiance

    return np.asarray(irradiance.get_extra_radiation(index).to_numpy() * sun.cos_zenith, dtype=np.float64)


def monthly_sums(targets: SiteTargets, days_of_month: IntArray) -> FloatArray:
    """Return the target GHI of each month [kWh/m2]: the shape scaled to the annual sum."""
    shape = np.array(targets.ghi_by_month.values) * days_of_month
    return np.asarray(shape * targets.annual_ghi.value / shape.sum(), dtype=np.float64)


def synthetic_sky(
    index: pd.DatetimeIndex,
    calendar: Calendar,
    step_hours: float,
    latitude: float,
    longitude: float,
    elevation: float,
    targets: SiteTargets,
    random: np.random.Generator,
) -> Sky:
    """Generate the irradiance of one year.

    Raises:
        InputError: the targets ask for more sun than a clear sky gives.
    """
    sun = sun_over(index, step_hours, latitude, longitude)
    clear = clear_sky(index, sun, latitude, longitude, elevation)
    outside = extraterrestrial(index, sun)
    day_count = calendar.month_of_day.size
    clear_day = group_sum(clear, calendar.day, day_count) * step_hours / 1000
    outside_day = group_sum(outside, calendar.day, day_count) * step_hours / 1000

    wanted = _jittered_months(targets, calendar, random)
    wanted = _within_reach(wanted, group_sum(clear_day, calendar.month_of_day, 12))
    index_of_day, score = _daily_index(wanted, clear_day, outside_day, calendar.month_of_day, targets, random)
    ghi = _hourly(index_of_day, clear, calendar, step_hours, random)
    dni, dhi = split_global(ghi, sun, index)
    return Sky(ghi, dni, dhi, score, index_of_day)


def _jittered_months(targets: SiteTargets, calendar: Calendar, random: np.random.Generator) -> FloatArray:
    days = np.bincount(calendar.month_of_day, minlength=12).astype(np.int64)
    sums = monthly_sums(targets, days)
    jittered = sums * (1.0 + np.clip(random.normal(0.0, _MONTH_SPREAD, 12), -_MONTH_LIMIT, _MONTH_LIMIT))
    allowed = targets.annual_ghi
    year = random.uniform(
        allowed.value - 0.5 * (allowed.value - allowed.low),
        allowed.value + 0.1 * (allowed.high - allowed.value),
    )
    return np.asarray(jittered * year / jittered.sum(), dtype=np.float64)


def _within_reach(wanted: FloatArray, clear: FloatArray) -> FloatArray:
    """Refuse months beyond a clear sky; in polar night, where nothing is at stake, stay below it."""
    polar = clear < _POLAR_MONTH
    wanted = np.where(polar, np.minimum(wanted, 0.9 * clear), wanted)
    dark = (wanted > 0.93 * clear) & ~polar
    if dark.any():
        month = int(np.argmax(dark))
        raise InputError.at(
            "weather > synthetic > targets > ghi_by_month",
            f"month {month + 1} is asked for {wanted[month]:.0f} kWh/m2, but a clear sky there gives "
            f"{clear[month]:.0f}",
            "check annual_ghi and the order of the months (January first)",
            code="targets-beyond-clear-sky",
        )
    return wanted


def _daily_index(
    wanted: FloatArray,
    clear: FloatArray,
    outside: FloatArray,
    month: IntArray,
    targets: SiteTargets,
    random: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Return each day's clear-sky index and the normal scores that it was made from."""
    from scipy.interpolate import PchipInterpolator
    from scipy.special import ndtr

    quantile = PchipInterpolator(*_INDEX_QUANTILES)
    noise = random.standard_normal(month.size)
    allowed = targets.kt_autocorrelation
    share = random.uniform(*_AIM)
    aim = allowed.low + share * (allowed.high - allowed.low)
    lit = clear > 1e-6

    def days(persistence: float) -> tuple[FloatArray, FloatArray]:
        score = autoregressive(noise, persistence)
        base = np.asarray(quantile(ndtr(score)), dtype=np.float64)

        def excess(logarithm: FloatArray) -> FloatArray:
            total = np.bincount(month, base ** np.exp(-logarithm[month]) * clear, minlength=12)
            return np.asarray(total - wanted, dtype=np.float64)

        exponent = np.exp(-bisect_groups(excess, -4.0, 4.0, 12, steps=40))
        return base ** exponent[month], score

    def miss(persistence: float) -> float:
        bent, _ = days(persistence)
        clearness = (bent * clear)[lit] / outside[lit]
        return lag_correlation(clearness, 1) - aim

    return days(bisect(miss, -0.2, 0.9, steps=18))


def _hourly(
    index_of_day: FloatArray,
    clear: FloatArray,
    calendar: Calendar,
    step_hours: float,
    random: np.random.Generator,
) -> FloatArray:
    """Spread each day's index over its hours, keeping the day's sum."""
    from scipy.special import ndtr, ndtri

    wander = autoregressive(random.standard_normal(clear.size), _INTRADAY_PERSISTENCE**step_hours)
    day = calendar.day
    centre = ndtri(np.clip(index_of_day / _CAP, 0.01, 0.99))
    raw = ndtr(centre[day] + _INTRADAY_SPREAD * wander)
    clear_day = np.bincount(day, clear)

    def excess(logarithm: FloatArray) -> FloatArray:
        total = np.bincount(day, _CAP * raw ** np.exp(-logarithm[day]) * clear)
        return np.asarray(total - index_of_day * clear_day, dtype=np.float64)

    exponent = np.exp(-bisect_groups(excess, -4.0, 4.0, index_of_day.size))
    return np.asarray(_CAP * raw ** exponent[day] * clear, dtype=np.float64)


def split_global(ghi: FloatArray, sun: Sun, index: pd.DatetimeIndex) -> tuple[FloatArray, FloatArray]:
    """Return DNI and DHI after Erbs as made continuous by Driesse; the sum closes exactly."""
    from pvlib import irradiance

    zenith = 90.0 - sun.elevation
    parts = irradiance.erbs_driesse(ghi, zenith, datetime_or_doy=index)
    dni = np.nan_to_num(np.asarray(parts["dni"], dtype=np.float64), nan=0.0)
    dni = np.where(sun.cos_zenith > 0.0, dni, 0.0)
    # At the lowest sun a rounding of the model may leave more beam than light.
    dni = np.minimum(dni, np.divide(ghi, sun.cos_zenith, out=np.zeros_like(ghi), where=sun.cos_zenith > 0))
    return dni, np.maximum(ghi - dni * sun.cos_zenith, 0.0)
