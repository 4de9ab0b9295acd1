"""Representative weeks or days of a year, chosen by clustering with the library tsam.

Periods are grouped by Ward's hierarchical clustering of their normalised profiles and of the sums
of those, and each group is represented by its medoid: a real week with its real date, so that
tariffs by hour and month, calendars and the position of the sun stay true. Periods that hold an
extreme are representatives of their own. The method draws no random numbers.

Representatives miss the annual mean of a profile by some percent, which would show as energy that
the site does not have. Every profile is therefore corrected to the mean of the full year, outside
the extreme periods, and never above its own maximum. What the correction cannot repair (the duration
curve, the number of calm weeks in a row) is measured and returned with the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kenli.core.errors import InputError, Problem, unknown_word
from kenli.core.horizon import Horizon

Extreme = Literal["max", "min", "mean_max", "mean_min"]
"""The period with the highest or lowest value, or the highest or lowest mean."""

Values = NDArray[np.float64]

# The words of tsam's ExtremeConfig for Kenli's.
_EXTREMES: Final[dict[str, str]] = {
    "max": "max_value",
    "min": "min_value",
    "mean_max": "max_period",
    "mean_min": "min_period",
}
_WHERE: Final = "horizon > representative periods"
_LARGE: Final = 0.1
"""A correction of a profile by more than this share is named in the note."""


@dataclass(frozen=True, slots=True)
class ProfileAccuracy:
    """What the aggregation did to one profile; all values in the profile's own unit.

    Attributes:
        profile: its name.
        mean_before: mean of the full year.
        mean_after: weighted mean of the representative steps, after the correction.
        mean_raw: weighted mean of the representative steps before the correction.
        maximum_before: maximum of the full year.
        maximum_after: maximum of the representative steps.
        minimum_before: minimum of the full year.
        minimum_after: minimum of the representative steps.
        duration_rmse: root mean square difference of the two duration curves.
        duration_rmse_relative: the same, as a share of the profile's range (0 for a constant).
        correction: `none`, `scale` (factor) or `shift` (added amount).
        amount: the factor or the added amount, outside the extreme periods.
    """

    profile: str
    mean_before: float
    mean_after: float
    mean_raw: float
    maximum_before: float
    maximum_after: float
    minimum_before: float
    minimum_after: float
    duration_rmse: float
    duration_rmse_relative: float
    correction: Literal["none", "scale", "shift"]
    amount: float


@dataclass(frozen=True)
class Aggregation:
    """Representative periods of a year, with their profiles and the error that they make.

    Attributes:
        horizon: the selected horizon (the full one where nothing was to be gained).
        profiles: (T,) corrected values of each profile on that horizon.
        accuracy: one row per profile.
        representatives: number of each representative among the original periods.
        extremes: original periods that were kept as extremes.
        note: what was done, in words for the manifest and the report.
    """

    horizon: Horizon
    profiles: dict[str, Values]
    accuracy: tuple[ProfileAccuracy, ...]
    representatives: tuple[int, ...]
    extremes: tuple[int, ...]
    note: str


def select_periods(
    horizon: Horizon,
    profiles: Mapping[str, NDArray[Any]],
    count: int,
    period_hours: float,
    extremes: Sequence[tuple[str, Extreme]] = (),
    weights: Mapping[str, float] | None = None,
) -> Aggregation:
    """Choose representative periods of a chronological horizon.

    Args:
        horizon: the full chronological horizon.
        profiles: (full_steps,) series by name. Names that start with `availability/` are shares
            and must lie, and stay, within 0 and 1. What follows from the calendar (tariffs) is
            no profile: take it with `horizon.sample`, so that it is not corrected to a mean.
        count: number of representative periods, the extreme ones included.
        period_hours: length of a period [h], such as 168 or 24; a multiple of 24 h.
        extremes: (profile, what) pairs whose period must be among the representatives, such as
            `("stress", "mean_max")` for the week of the highest net load.
        weights: how much a profile counts in the clustering, 1 where it is not named; 0 leaves it out.

    Returns:
        The aggregation; the full horizon itself where `count` reaches the number of periods.

    Raises:
        InputError: profiles of another length or with NaN, unknown names, a count that leaves no
            room beside the extremes, or periods that do not fit the horizon. All are collected.
    """
    steps = _check(horizon, profiles, count, period_hours, extremes, weights or {})
    series = {name: np.asarray(values, np.float64) for name, values in profiles.items()}
    periods = horizon.full_steps // steps
    if count >= periods:
        rows = tuple(_measure(name, values, values, horizon, values, "none", 0.0) for name, values in series.items())
        note = f"the full series is kept: it has no more than {periods} periods of {period_hours:g} h"
        return Aggregation(horizon, series, rows, (), (), note)

    kept = _extreme_periods(series, extremes, periods, steps)
    if len(kept) >= count:
        raise InputError(
            Problem(_WHERE, f"{len(kept)} extreme periods leave no room in a count of {count}",
                    f"ask for at least {len(kept) + 1} periods, or for fewer extremes", code="aggregate")
        )  # fmt: skip
    chosen, link = _cluster(series, horizon, count, steps, extremes, weights or {}, len(kept))
    selected = horizon.select(chosen.tolist(), link, steps)
    fixed = np.isin(chosen, kept)[selected.period]
    corrected: dict[str, Values] = {}
    rows_list: list[ProfileAccuracy] = []
    for name, values in series.items():
        raw = np.asarray(selected.sample(values), np.float64)
        fitted, how, amount = _correct(raw, selected.weight, fixed, values)
        corrected[name] = fitted
        rows_list.append(_measure(name, values, fitted, selected, raw, how, amount))
    note = _note(selected, series, rows_list, extremes, kept)
    return Aggregation(selected, corrected, tuple(rows_list), tuple(chosen.tolist()), tuple(kept), note)


def _check(
    horizon: Horizon,
    profiles: Mapping[str, NDArray[Any]],
    count: int,
    period_hours: float,
    extremes: Sequence[tuple[str, Extreme]],
    weights: Mapping[str, float],
) -> int:
    """Collect every problem of the request; return the steps in a period."""
    found: list[Problem] = []

    def add(what: str, fix: str) -> None:
        found.append(Problem(_WHERE, what, fix, code="aggregate"))

    if not horizon.is_chronological:
        add("the horizon already consists of representative periods", "aggregate the full year")
    if not profiles:
        add("there is no profile to cluster", "give at least one series")
    if count < 1:
        add(f"{count} representative periods are none", "ask for a positive number of periods")
    ratio = period_hours / horizon.duration if period_hours > 0 else 0.0
    if ratio <= 0 or period_hours % 24 or abs(ratio - round(ratio)) > 1e-9:
        add(
            f"periods of {period_hours:g} h are not whole days of {horizon.duration:g} h steps",
            "write 24 h or 168 h",
        )
    elif round(ratio) > horizon.full_steps:
        add(f"the horizon of {horizon.full_steps} steps is shorter than a period of {period_hours:g} h",
            "take shorter periods or a longer horizon")  # fmt: skip
    for name, values in profiles.items():
        array = np.asarray(values, np.float64)
        if array.shape != (horizon.full_steps,):
            add(f"the profile '{name}' has the shape {array.shape}, not ({horizon.full_steps},)",
                "give one value for each step of the full year")  # fmt: skip
        elif not np.isfinite(array).all():
            add(
                f"the profile '{name}' holds NaN or infinite values",
                "repair the series before it is aggregated",
            )
        elif name.startswith("availability/") and (array.min() < 0 or array.max() > 1):
            add(
                f"the availability '{name}' leaves 0..1",
                "divide the series by the capacity that it belongs to",
            )
    for name, what in extremes:
        if name not in profiles:
            found.append(unknown_word(_WHERE, "profile", name, profiles, code="aggregate"))
        if what not in _EXTREMES:
            found.append(unknown_word(_WHERE, "extreme", what, _EXTREMES, code="aggregate"))
    for name, weight in weights.items():
        if name not in profiles:
            found.append(unknown_word(_WHERE, "profile", name, profiles, code="aggregate"))
        if not (np.isfinite(weight) and weight >= 0):
            add(f"the weight {weight} of '{name}' is not a positive number", "write a number from 0 upwards")
    if profiles and all(weights.get(name, 1.0) == 0 for name in profiles):
        add("all weights are zero", "give at least one profile a positive weight")
    if found:
        raise InputError(found)
    return round(ratio)


def _scores(values: Values, what: str, periods: int, steps: int) -> Values:
    """Return (periods,) numbers whose maximum marks the extreme period."""
    table = values[: periods * steps].reshape(periods, steps)
    reduced: dict[str, Values] = {
        "max": table.max(1),
        "min": -table.min(1),
        "mean_max": table.mean(1),
        "mean_min": -table.mean(1),
    }
    return reduced[what]


def _extreme_periods(
    series: Mapping[str, Values], extremes: Sequence[tuple[str, Extreme]], periods: int, steps: int
) -> list[int]:
    return sorted({int(_scores(series[name], what, periods, steps).argmax()) for name, what in extremes})


def _cluster(
    series: Mapping[str, Values],
    horizon: Horizon,
    count: int,
    steps: int,
    extremes: Sequence[tuple[str, Extreme]],
    weights: Mapping[str, float],
    extreme_count: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ascending representatives and, per original period, the position of its own."""
    import pandas as pd
    import tsam

    periods = horizon.full_steps // steps
    # A profile of weight zero still has to be there when one of its extremes is wanted.
    wanted = {name for name, _ in extremes} | {name for name in series if weights.get(name, 1.0) > 0}
    names = [name for name in series if name in wanted]
    frame = pd.DataFrame(
        {name: series[name][: periods * steps] for name in names},
        index=pd.DatetimeIndex(horizon.start[: periods * steps]),
    )
    listed: dict[str, list[str]] = {field: [] for field in _EXTREMES.values()}
    for name, what in extremes:
        if name not in listed[_EXTREMES[what]]:
            listed[_EXTREMES[what]].append(name)
    smallest = tsam.options.min_weight

    def run(clusters: int) -> Any:
        return tsam.aggregate(
            frame,
            clusters,
            period_duration=steps * horizon.duration,
            temporal_resolution=horizon.duration,
            cluster=tsam.ClusterConfig(method="hierarchical", representation="medoid", include_period_sums=True),
            extremes=tsam.ExtremeConfig(method="new_cluster", **listed),
            weights={name: max(float(weights.get(name, 1.0)), smallest) for name in names},
            preserve_column_means=False,
        ).clustering

    # An extreme that is a medoid anyway is not added twice, which leaves room for another cluster.
    result = run(count - extreme_count)
    for clusters in range(count - extreme_count + 1, count + 1):
        if result.n_clusters == count:
            break
        larger = run(clusters)
        if larger.n_clusters <= count:
            result = larger
    centers = np.asarray(result.cluster_centers, np.int64)
    order = np.argsort(centers)
    position = np.empty_like(order)
    position[order] = np.arange(order.size)
    return centers[order], position[np.asarray(result.cluster_assignments, np.int64)]


def _correct(
    raw: Values, weight: Values, fixed: NDArray[np.bool_], full: Values
) -> tuple[Values, Literal["none", "scale", "shift"], float]:
    """Move the steps outside the fixed periods so that the weighted mean is that of the full series.

    A profile without negative values is scaled, which keeps its zeros (a night stays dark), and is
    cut at its own maximum; one with negative values (temperature, spot price) is shifted.
    """
    if np.ptp(full) == 0.0 or fixed.all():
        return raw, "none", 0.0
    free = ~fixed
    target = full.mean() * weight.sum() - np.sum((weight * raw)[fixed])
    if full.min() < 0.0:
        shift = float((target - np.sum((weight * raw)[free])) / weight[free].sum())
        return np.where(fixed, raw, raw + shift), "shift", shift
    ceiling = float(full.max())

    def total(factor: float) -> float:
        return float(np.sum((weight * np.minimum(raw * factor, ceiling))[free]))

    present = total(1.0)
    if present <= 0.0 or target <= 0.0:
        return raw, "none", 0.0
    low, high = 0.0, max(1.0, target / present)
    while total(high) < target and high < 1e3:
        high *= 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if total(middle) < target:
            low = middle
        else:
            high = middle
        if high - low <= 1e-15 * high:
            break
    return np.where(fixed, raw, np.minimum(raw * high, ceiling)), "scale", high


def _measure(
    name: str,
    full: Values,
    after: Values,
    horizon: Horizon,
    raw: Values,
    correction: Literal["none", "scale", "shift"],
    amount: float,
) -> ProfileAccuracy:
    span = float(np.ptp(full))
    curve = np.sort(horizon.chronological(after)) - np.sort(full)
    rmse = float(np.sqrt(np.mean(curve**2)))
    share = horizon.weight / horizon.weight.sum()
    return ProfileAccuracy(
        profile=name,
        mean_before=float(full.mean()),
        mean_after=float(np.sum(share * after)),
        mean_raw=float(np.sum(share * raw)),
        maximum_before=float(full.max()),
        maximum_after=float(after.max()),
        minimum_before=float(full.min()),
        minimum_after=float(after.min()),
        duration_rmse=rmse,
        duration_rmse_relative=rmse / span if span > 0 else 0.0,
        correction=correction,
        amount=amount,
    )


def _note(
    horizon: Horizon,
    series: Mapping[str, Values],
    rows: Sequence[ProfileAccuracy],
    extremes: Sequence[tuple[str, Extreme]],
    kept: Sequence[int],
) -> str:
    """Say what was done, and name what a reader would not expect."""
    length = horizon.period_steps * horizon.duration
    covered = horizon.originals.size * horizon.period_steps
    text = [
        f"{horizon.periods} representative periods of {length:g} h stand for {horizon.originals.size}, "
        f"by Ward clustering with real periods as representatives (tsam), {len(kept)} of them extremes"
    ]
    rest = horizon.full_steps - covered
    if rest:
        hours = rest * horizon.duration
        text.append(
            f"the last {hours:g} h fill no period: all weights are raised by "
            f"{100 * (horizon.full_steps / covered - 1):.2f} % to the hours of the whole series"
        )
        text += [
            f"the {what} of '{name}' lies in those last {hours:g} h and is not represented"
            for name, what in extremes
            if what in ("max", "min")
            and _scores(series[name], what, 1, horizon.full_steps)[0] > _scores(series[name], what, 1, covered)[0]
        ]
    for row in rows:
        if row.correction == "scale" and abs(row.amount - 1.0) > _LARGE:
            text.append(f"'{row.profile}' was scaled by {row.amount:.3f} to keep its annual mean")
        size = max(abs(row.mean_before), row.maximum_before - row.minimum_before)
        if abs(row.mean_after - row.mean_before) > 1e-6 * size:
            text.append(f"'{row.profile}' has the mean {row.mean_after:.6g}, not {row.mean_before:.6g}")
    return "; ".join(text)
