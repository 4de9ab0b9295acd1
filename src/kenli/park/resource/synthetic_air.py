"""Synthetic air temperature and pressure around the normals of a place."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kenli.park.resource.synthetic_series import autoregressive, set_monthly_means, smooth_months
from kenli.park.resource.synthetic_solar import Calendar
from kenli.park.resource.targets import SiteTargets, Target

FloatArray = NDArray[np.float64]

#: Day-to-day anomaly: persistence over a day and standard deviation in winter and summer [K].
_PERSISTENCE = 0.72
_WINTER_SPREAD = 3.4
_SUMMER_SPREAD = 2.3
#: Daily range [K] = overcast + clear * clear-sky index; coldest at dawn, warmest in the mid-afternoon
#: (sun time).
_RANGE_OVERCAST = 3.5
_RANGE_CLEAR = 9.0
_COLDEST_HOUR = 5.0
_WARMEST_HOUR = 15.0
#: Hourly noise [K] and its persistence over an hour.
_NOISE = 0.5
_NOISE_PERSISTENCE = 0.8
#: The rarest twentieth at each end is stretched or squeezed to meet the extremes.
_TAIL = 0.05
#: Pressure: synoptic deviation [Pa] and memory [h].
_PRESSURE_SPREAD = 500.0
_PRESSURE_HOURS = 48.0


def synthetic_temperature(
    calendar: Calendar,
    sun_hour: FloatArray,
    step_hours: float,
    day_index: FloatArray,
    targets: SiteTargets,
    random: np.random.Generator,
) -> FloatArray:
    """Generate one year of air temperature [degC].

    Args:
        calendar: local calendar of the steps.
        sun_hour: (T,) mean solar time of the middle of each step [h].
        step_hours: length of a step [h].
        day_index: (days,) clear-sky index of each day; clear days have a wider daily range.
        targets: the site's statistics.
        random: source of randomness.
    """
    month, days = calendar.month, calendar.month_of_day.size
    normals = np.array(targets.temperature_by_month.values)
    monthly = normals + np.clip(random.normal(0.0, 0.2, 12), -0.35, 0.35)
    course = smooth_months(normals, month)
    warmth = (course - course.min()) / max(1.0, float(np.ptp(course)))
    spread = _WINTER_SPREAD + (_SUMMER_SPREAD - _WINTER_SPREAD) * warmth

    anomaly = autoregressive(random.standard_normal(days + 1), _PERSISTENCE)
    anomaly -= anomaly.mean()
    position = np.arange(month.size) * step_hours / 24.0
    slow = np.interp(position, np.arange(days + 1), anomaly) * spread

    index = np.interp(position, np.arange(days) + 0.5, day_index)
    swing = 0.5 * (_RANGE_OVERCAST + _RANGE_CLEAR * index)
    daily = swing * _day_shape(sun_hour)
    noise = _NOISE * autoregressive(random.standard_normal(month.size), _NOISE_PERSISTENCE**step_hours)
    extremes = (
        _aim(targets.temperature_minimum, random),
        _aim(targets.temperature_maximum, random),
    )
    values = set_monthly_means(course + slow + daily + noise, monthly, month)
    for _ in range(3):
        values = _stretch_tails(values, *extremes)
        values = set_monthly_means(values, monthly, month)
    return _stretch_tails(values, *extremes)


def synthetic_pressure(
    calendar: Calendar,
    step_hours: float,
    elevation: float,
    targets: SiteTargets,
    random: np.random.Generator,
) -> FloatArray:
    """Generate station pressure [Pa]: standard atmosphere, a yearly wave and passing systems.

    Without a `pressure_swing` among the targets the standard atmosphere's constant is returned.
    """
    from pvlib.atmosphere import alt2pres

    base = float(alt2pres(elevation))
    if targets.pressure_swing is None:
        return np.full(calendar.month.size, base)
    # The standard 1013 hPa is the yearly mean at sea level near enough (mid-latitudes 1013-1017).
    phase = 2 * np.pi * (calendar.day + calendar.hour / 24.0 - 15.0) / calendar.month_of_day.size
    systems = autoregressive(random.standard_normal(calendar.month.size), math.exp(-step_hours / _PRESSURE_HOURS))
    return np.asarray(
        base + targets.pressure_swing.value * np.cos(phase) + _PRESSURE_SPREAD * systems, dtype=np.float64
    )


def _day_shape(sun_hour: FloatArray) -> FloatArray:
    """Return the daily course between -1 and 1: two half cosines, rising from dawn, falling after."""
    since_dawn = (sun_hour - _COLDEST_HOUR) % 24.0
    rise = _WARMEST_HOUR - _COLDEST_HOUR
    rising = -np.cos(np.pi * since_dawn / rise)
    falling = np.cos(np.pi * (since_dawn - rise) / (24.0 - rise))
    return np.asarray(np.where(since_dawn < rise, rising, falling), dtype=np.float64)


def _aim(target: Target | None, random: np.random.Generator) -> float | None:
    if target is None:
        return None
    reach = 0.6 * min(target.value - target.low, target.high - target.value)
    return float(target.value + random.uniform(-reach, reach))


def _stretch_tails(values: FloatArray, minimum: float | None, maximum: float | None) -> FloatArray:
    """Stretch or squeeze the coldest and warmest hours so that the extremes are met."""
    low, high = np.quantile(values, [_TAIL, 1.0 - _TAIL])
    moved = values.copy()
    if minimum is not None:
        cold = values < low
        moved[cold] = low - (low - values[cold]) * (low - minimum) / (low - values.min())
    if maximum is not None:
        warm = values > high
        moved[warm] = high + (values[warm] - high) * (maximum - high) / (values.max() - high)
    return moved
