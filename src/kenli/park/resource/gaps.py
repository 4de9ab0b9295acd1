"""Gaps in a raw series: found, reported and filled only under a declared policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from kenli.core.errors import InputError, Problem

Method = Literal["refuse", "interpolate", "same_hour"]


@dataclass(frozen=True, slots=True)
class GapPolicy:
    """What may be done about missing values.

    Attributes:
        method: `refuse` raises; `interpolate` draws a straight line in time; `same_hour` takes
            the mean of the same hour of the day before and the day after, which keeps the shape
            of a day and is the better choice for irradiance.
        max_hours: a longer gap is refused whatever the method.
    """

    method: Method = "refuse"
    max_hours: float = 3.0


REFUSE = GapPolicy()


@dataclass(frozen=True, slots=True)
class GapReport:
    """What was filled: one entry per column and gap as (column, first, last, steps)."""

    filled: tuple[tuple[str, pd.Timestamp, pd.Timestamp, int], ...] = ()

    @property
    def count(self) -> int:
        """Number of values that were filled."""
        return sum(steps for *_, steps in self.filled)

    def notes(self, method: str) -> tuple[str, ...]:
        """Say what was filled, one line a column, for the provenance."""
        lines = []
        for column in dict.fromkeys(name for name, *_ in self.filled):
            gaps = [gap for gap in self.filled if gap[0] == column]
            longest = max(gaps, key=lambda gap: gap[3])
            lines.append(
                f"{column}: {sum(gap[3] for gap in gaps)} missing values in {len(gaps)} gaps filled by "
                f"{method}; the longest has {longest[3]} steps from {longest[1]:%Y-%m-%d %H:%M} UTC"
            )
        return tuple(lines)


def fill_gaps(frame: pd.DataFrame, policy: GapPolicy = REFUSE) -> tuple[pd.DataFrame, GapReport]:
    """Return `frame` without NaN and without missing rows, and the report of what was filled.

    Args:
        frame: series with a time-zone-aware index; missing rows are found by its most frequent step.
        policy: what may be filled.

    Raises:
        InputError: duplicated times, or gaps that the policy does not allow (all are listed).
    """
    index = pd.DatetimeIndex(frame.index)
    if len(index) < 2:
        raise InputError.at(
            "weather > file", f"{len(index)} rows are no series", "give the complete file", code="weather-index"
        )
    if index.has_duplicates:
        twice = index[index.duplicated()][0]
        raise InputError.at(
            f"weather > {twice:%Y-%m-%d %H:%M}",
            f"{int(index.duplicated().sum())} times occur more than once",
            "remove the repeated rows; a local clock with summer time makes such repetitions in autumn",
            code="duplicate-time",
        )
    ordered = frame.sort_index()
    index = pd.DatetimeIndex(ordered.index)
    steps, counts = np.unique(np.diff(index.asi8), return_counts=True)
    step = pd.Timedelta(int(steps[counts.argmax()]), unit=index.unit)
    whole = pd.date_range(index[0], index[-1], freq=step).as_unit(index.unit)
    if not index.isin(whole).all():
        odd = index[~index.isin(whole)][0]
        raise InputError.at(
            f"weather > {odd:%Y-%m-%d %H:%M}",
            f"the time does not lie on the series' grid of {step / pd.Timedelta(hours=1):g} h",
            "give times of one regular step",
            code="irregular-time",
        )
    full = ordered.reindex(whole)
    gaps = [gap for column in full.columns for gap in _gaps(full[column])]
    if not gaps:
        return full, GapReport()
    _refuse_gaps(gaps, policy, step)
    filled = full.copy()
    for column in dict.fromkeys(name for name, *_ in gaps):
        filled[column] = _filled(full[column], policy.method, step)
    if filled.isna().any().any():
        raise InputError.at(
            "weather > gaps",
            f"gaps at the edge of the series cannot be filled by {policy.method}",
            "give a file whose first and last rows are complete",
            code="gap",
        )
    return filled, GapReport(tuple(gaps))


def _gaps(series: pd.Series[float]) -> list[tuple[str, pd.Timestamp, pd.Timestamp, int]]:
    missing = series.isna().to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], missing, [False])).astype(int)))
    return [
        (str(series.name), series.index[first], series.index[stop - 1], int(stop - first))
        for first, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


def _refuse_gaps(
    gaps: list[tuple[str, pd.Timestamp, pd.Timestamp, int]], policy: GapPolicy, step: pd.Timedelta
) -> None:
    hours = step / pd.Timedelta(hours=1)
    limit = 0.0 if policy.method == "refuse" else policy.max_hours
    too_long = [gap for gap in gaps if gap[3] * hours > limit]
    if not too_long:
        return
    problems = []
    for column in dict.fromkeys(name for name, *_ in too_long):
        of_column = [gap for gap in too_long if gap[0] == column]
        _, first, last, _ = max(of_column, key=lambda gap: gap[3])
        count = sum(gap[3] for gap in of_column)
        problems.append(
            Problem(
                f"weather > {column}",
                f"{count} values are missing; the longest gap runs from {first:%Y-%m-%d %H:%M} "
                f"to {last:%Y-%m-%d %H:%M}",
                "complete the file, or declare gaps: {method: interpolate, max_hours: ...} "
                f"with at least {max(gap[3] for gap in of_column) * hours:g} h",
                code="gap",
            )
        )
    raise InputError(problems)


def _filled(series: pd.Series[float], method: Method, step: pd.Timedelta) -> pd.Series[float]:
    if method == "interpolate":
        return series.interpolate(method="time", limit_area="inside")
    day = round(pd.Timedelta(days=1) / step)
    around = pd.concat([series.shift(day), series.shift(-day)], axis=1).mean(axis=1)
    return series.fillna(around)
