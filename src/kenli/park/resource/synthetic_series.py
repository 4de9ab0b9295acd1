"""Building stones of synthetic series: persistence, smooth monthly shapes and root finding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def autoregressive(noise: FloatArray, persistence: float) -> FloatArray:
    """Return the stationary AR(1) series of unit variance that `noise` drives.

    x[0] = e[0]; x[t] = p x[t-1] + sqrt(1 - p2) e[t], with p the lag-1 autocorrelation.
    """
    from scipy.signal import lfilter

    scaled = np.sqrt(1.0 - persistence**2) * noise
    scaled[0] = noise[0]
    return np.asarray(lfilter([1.0], [1.0, -persistence], scaled), dtype=np.float64)


def bisect(function: Callable[[float], float], low: float, high: float, steps: int = 40) -> float:
    """Return where an increasing `function` crosses zero, or the nearer end if it does not."""
    for _ in range(steps):
        middle = 0.5 * (low + high)
        if function(middle) < 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def bisect_groups(
    function: Callable[[FloatArray], FloatArray], low: float, high: float, count: int, steps: int = 45
) -> FloatArray:
    """Solve `count` independent increasing equations at once; see `bisect`."""
    lower, upper = np.full(count, low), np.full(count, high)
    for _ in range(steps):
        middle = 0.5 * (lower + upper)
        below = function(middle) < 0.0
        lower = np.where(below, middle, lower)
        upper = np.where(below, upper, middle)
    return np.asarray(0.5 * (lower + upper), dtype=np.float64)


def group_sum(values: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the sum of `values` in each group 0..count-1."""
    return np.asarray(np.bincount(group, values, minlength=count), dtype=np.float64)


def group_mean(values: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the mean of `values` in each group 0..count-1; every group must be present."""
    return np.asarray(
        np.bincount(group, values, minlength=count) / np.bincount(group, minlength=count), dtype=np.float64
    )


def smooth_months(monthly: FloatArray, month: IntArray) -> FloatArray:
    """Return a smooth yearly curve over the steps whose monthly means are `monthly`.

    The curve is linear between the middles of the months and closes over the turn of the year;
    its knots are corrected until the means agree (six rounds leave less than 1e-3 of the shape).

    Args:
        monthly: (12,) wanted means.
        month: (T,) month of each step, 0..11, in calendar order.
    """
    steps = np.arange(month.size) + 0.5
    edges = np.concatenate(([0], np.cumsum(np.bincount(month, minlength=12))))
    middles = 0.5 * (edges[:-1] + edges[1:])
    knots = np.array(monthly, dtype=np.float64)
    curve = np.interp(steps, middles, knots, period=month.size)
    for _ in range(6):
        knots += monthly - group_mean(curve, month, 12)
        curve = np.interp(steps, middles, knots, period=month.size)
    return np.asarray(curve, dtype=np.float64)


def set_monthly_means(values: FloatArray, monthly: FloatArray, month: IntArray) -> FloatArray:
    """Shift `values` by a smooth curve so that the monthly means become `monthly`."""
    return values + smooth_months(monthly - group_mean(values, month, 12), month)


def normal_scores(values: FloatArray) -> FloatArray:
    """Return the standard normal quantiles of the ranks of `values`."""
    from scipy.special import ndtri

    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return np.asarray(ndtri((ranks + 0.5) / values.size), dtype=np.float64)


def lag_correlation(values: FloatArray, lag: int) -> float:
    """Return the Pearson correlation of a series with itself `lag` steps later."""
    return float(np.corrcoef(values[:-lag], values[lag:])[0, 1])
