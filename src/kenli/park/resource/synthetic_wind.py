"""Synthetic wind: a Gaussian series with weather's memory, mapped onto a Weibull distribution.

The Gaussian series is the sum of a synoptic part (fronts and highs, about a day and a half) and a
mesoscale part (hours), leans against bright days, and gets a yearly and a daily course. Its ranks are then
replaced by Weibull quantiles, so that mean and shape of the year are met exactly by construction.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kenli.park.resource.synthetic_series import (
    IntArray,
    autoregressive,
    bisect,
    normal_scores,
    set_monthly_means,
    smooth_months,
)
from kenli.park.resource.synthetic_solar import Calendar
from kenli.park.resource.targets import OffshoreTargets, SiteTargets

FloatArray = NDArray[np.float64]

#: Memory of the two parts [h] and the synoptic share of the variance: lag-1 0.92, lag-24 about 0.35,
#: as the WIND Toolkit point at Amarillo (0.91) and the Shandong series (0.34) show.
_SYNOPTIC_HOURS = 30.0
_MESOSCALE_HOURS = 4.5
_SYNOPTIC_SHARE = 0.72
#: Daily course in normal scores: at 100 m over land the night is windier and the late morning
#: calmest (Shandong 2020: minimum at 10 h).
_DAILY_SWING = 0.14
_CALMEST_HOUR = 10.5
#: Random deviation of a month's mean from the yearly course, in normal scores.
_MONTH_JITTER = 0.03
_YEAR_JITTER = 0.004
_SHAPE_JITTER = 0.03


def weibull(scores: FloatArray, mean: float, shape: float) -> FloatArray:
    """Map normal scores onto Weibull wind speeds of this mean and shape [m/s]."""
    from scipy.special import log_ndtr

    scale = mean / math.gamma(1.0 + 1.0 / shape)
    # 1 - F = ndtr(-z); its logarithm is exact in the tail where 1 - ndtr(z) is not.
    return np.asarray(scale * (-log_ndtr(-scores)) ** (1.0 / shape), dtype=np.float64)


def synthetic_wind(
    calendar: Calendar,
    step_hours: float,
    day_score: FloatArray,
    targets: SiteTargets,
    random: np.random.Generator,
) -> FloatArray:
    """Generate one year of wind speed at the targets' height [m/s].

    Args:
        calendar: local calendar of the steps.
        step_hours: length of a step [h].
        day_score: (days,) normal score of each day's brightness.
        targets: the site's statistics.
        random: source of randomness.
    """
    memory = _memory(calendar.month.size, step_hours, random)
    bright = np.interp(np.arange(calendar.month.size) * step_hours / 24.0, np.arange(day_score.size) + 0.5, day_score)
    daily_bright = _daily(bright, calendar.day)
    goal = targets.wind_pv_correlation
    aim = goal.value + random.uniform(-0.3, 0.3) * min(goal.value - goal.low, goal.high - goal.value)

    def miss(weight: float) -> float:
        daily = _daily(memory + weight * bright, calendar.day)
        return float(np.corrcoef(daily, daily_bright)[0, 1]) - aim

    moved = memory + bisect(miss, -1.5, 1.5) * bright
    shaped = _yearly_course(moved / moved.std(), calendar.month, targets, random)
    shaped -= _DAILY_SWING * np.cos((calendar.hour - _CALMEST_HOUR) * 2 * np.pi / 24)
    mean = targets.wind_speed.value * (1.0 + np.clip(random.normal(0, _YEAR_JITTER), -0.006, 0.006))
    shape = targets.wind_shape.value + np.clip(random.normal(0, _SHAPE_JITTER), -0.05, 0.05)
    return weibull(normal_scores(shaped), float(mean), float(shape))


def offshore_wind(
    onshore: FloatArray,
    step_hours: float,
    targets: OffshoreTargets,
    random: np.random.Generator,
) -> FloatArray:
    """Generate wind over the sea that follows the onshore series [m/s].

    The weight of the common part is solved for, so that the correlation of hourly speeds is met.
    """
    common = normal_scores(onshore)
    own = normal_scores(_memory(onshore.size, step_hours, random))
    goal = targets.correlation.value + random.uniform(-0.01, 0.01)

    def speeds(weight: float) -> FloatArray:
        mixed = weight * common + math.sqrt(1.0 - weight**2) * own
        return weibull(normal_scores(mixed), targets.wind_speed.value, targets.wind_shape.value)

    weight = bisect(lambda w: float(np.corrcoef(speeds(w), onshore)[0, 1]) - goal, 0.0, 0.9999, steps=20)
    return speeds(weight)


def _memory(size: int, step_hours: float, random: np.random.Generator) -> FloatArray:
    synoptic = autoregressive(random.standard_normal(size), math.exp(-step_hours / _SYNOPTIC_HOURS))
    mesoscale = autoregressive(random.standard_normal(size), math.exp(-step_hours / _MESOSCALE_HOURS))
    return np.asarray(
        math.sqrt(_SYNOPTIC_SHARE) * synoptic + math.sqrt(1.0 - _SYNOPTIC_SHARE) * mesoscale, dtype=np.float64
    )


def _daily(values: FloatArray, day: IntArray) -> FloatArray:
    """Return daily means with the slow course (31-day running mean) taken out."""
    daily = np.bincount(day, values) / np.bincount(day)
    window = np.ones(31)
    running = np.convolve(daily, window, mode="same") / np.convolve(np.ones(daily.size), window, mode="same")
    return np.asarray(daily - running, dtype=np.float64)


def _yearly_course(
    scores: FloatArray, month: IntArray, targets: SiteTargets, random: np.random.Generator
) -> FloatArray:
    """Give the months their relative speeds: found in normal scores by repeated correction."""
    wanted = np.array(targets.wind_by_month.values) / np.mean(targets.wind_by_month.values)
    # Speed changes by about this share per unit of normal score (standard deviation / mean).
    shape = targets.wind_shape.value
    spread = math.sqrt(math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1)
    course = (wanted - 1.0) / spread + random.normal(0.0, _MONTH_JITTER, 12)
    centred = set_monthly_means(scores, np.zeros(12), month)
    return centred + smooth_months(course, month)
