"""Which stretches of the year the dispatch figures show, and why these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kenli.show.report.texts import Both, say, say_count
from kenli.show.report.view import View

WEEK_HOURS = 168.0
SEASONS = (("winter", (12, 1, 2)), ("spring", (3, 4, 5)), ("summer", (6, 7, 8)), ("autumn", (9, 10, 11)))


@dataclass(frozen=True)
class Window:
    """A stretch of timesteps.

    Attributes:
        name: what its button says.
        remark: why it was chosen and for what it stands.
        steps: indices of the timesteps, in order.
        hour: hours from the start of the year to its first step, for the storage levels.
        stress: how much of the demand its clean sources could not have met (the larger, the harder).
    """

    name: Both
    remark: Both
    steps: np.ndarray
    hour: float
    stress: float


def windows(view: View) -> list[Window]:
    """Return the hardest week and one week per season, or the representative periods."""
    if view.count == 0:
        return []
    if view.is_representative:
        return _representative(view)
    return _seasons(view)


def stress(view: View, steps: np.ndarray) -> float:
    """Return the mean electricity need that sources could not have met, in MW; 0 or more.

    Need is what demands and converters take from the electricity buses; the potential is what the sources
    on these buses could have given. Without potentials the mean price decides.
    """
    weight = view["timesteps"]["duration"].to_numpy(float)[steps]
    need, potential = need_and_potential(view)
    if potential.any():
        gap = np.clip(need - potential, 0, None)[steps]
        return float(np.average(gap, weights=weight))
    prices = [view.prices[bus] for bus in view.electricity_buses if bus in view.prices]
    return float(np.average(np.mean(prices, axis=0)[steps], weights=weight)) if prices else 0.0


def need_and_potential(view: View) -> tuple[np.ndarray, np.ndarray]:
    """Return electricity need and what sources could give, in MW per timestep."""
    need = view.sum_flows(view.electricity_buses, "in", {"demand", "converter"})
    potential = np.zeros(view.count)
    on_bus = {name for name, bus, way in view.flows if bus in view.electricity_buses and way == "out"}
    for name, values in view.potentials.items():
        if name in on_bus:
            potential += values
    return need, potential


def _representative(view: View) -> list[Window]:
    originals = view["original_periods"].sort_values("original")
    starts = pd.DatetimeIndex(view.local_times(originals["start"]))
    zero = view.chronology.local[0]
    found = []
    for period, part in view["timesteps"].groupby("period"):
        steps = part["timestep"].to_numpy(int)
        hours = np.cumsum(part["duration"].to_numpy(float))
        steps = steps[hours <= WEEK_HOURS + 1e-9]
        mine = starts[(originals["period"] == period).to_numpy()]
        if not len(mine):
            continue
        own = view.local[steps[0]]
        # The level is read at the original that is the representative itself, or the first it stands for.
        at = own if own in mine else mine[0]
        days = say_count("window.dates.more", len(mine) - 6) if len(mine) > 6 else Both("", "")
        dates = Both(
            ", ".join(f"{moment.day} {moment:%b}" for moment in mine[:6]),
            "、".join(f"{moment.month}月{moment.day}日" for moment in mine[:6]),
        )
        remark = say_count("window.stands", len(mine), dates=dates + days)
        name = Both(f"{own.day} {own:%b} (×{len(mine)})", f"{own.month}月{own.day}日（×{len(mine)}）")
        hour = (at - zero).total_seconds() / 3600
        found.append(Window(name, remark, steps, hour, stress(view, steps)))
    hardest = max(found, key=lambda window: window.stress)
    marked = Window(
        say("window.hardest.named", name=hardest.name), say("window.hardest.period") + Both(" ", "") + hardest.remark,
        hardest.steps, hardest.hour, hardest.stress,
    )  # fmt: skip
    return [marked, *[window for window in found if window is not hardest]]


def _seasons(view: View) -> list[Window]:
    hours = view["timesteps"]["duration"].to_numpy(float)
    starts = np.concatenate([[0.0], np.cumsum(hours)])
    if starts[-1] <= 1.5 * WEEK_HOURS:
        steps = np.arange(view.count)
        return [Window(say("window.all"), say("window.all.why"), steps, 0.0, stress(view, steps))]
    weeks = []
    for first in np.arange(0.0, starts[-1] - WEEK_HOURS + 1e-6, WEEK_HOURS):
        steps = np.flatnonzero((starts[:-1] >= first - 1e-9) & (starts[:-1] < first + WEEK_HOURS - 1e-9))
        weeks.append((steps, first, stress(view, steps), view.local[steps[len(steps) // 2]].month))
    steps, first, value, _ = max(weeks, key=lambda week: week[2])
    found = [Window(say("window.hardest"), say("window.hardest.why"), steps, first, value)]
    south = (view.manifest["park"].get("latitude") or 0) < 0
    for season, months in SEASONS:
        mine = [week for week in weeks if (((week[3] + 5) % 12 + 1) if south else week[3]) in months]
        if mine:
            middle = float(np.mean([week[2] for week in mine]))
            steps, first, value, _ = min(mine, key=lambda week: abs(week[2] - middle))
            found.append(Window(say(f"season.{season}"), say("window.typical"), steps, first, value))
    return found
