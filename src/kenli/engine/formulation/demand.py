r"""Demands: what must be delivered, what may wait, and what it costs to fail.

A demand $d_t$ is fixed. Of a shiftable one the share $\sigma$ is served as $y_t$ with a backlog $b_t$:

$$ b_t = b_{t-1} + h\,(\sigma d_t - y_t), \qquad b_t = 0 \text{ at the end of each window}, \qquad
   0 \le y_t \le \pi\,\overline{\sigma d}_w $$

with $b_t \ge 0$ unless it may be served early; $\overline{\sigma d}_w$ is the window's mean. A shortage
$u_t \le s\,d_t$, and at most what is taken in the step, costs money per unit.
"""

from __future__ import annotations

import numpy as np

from kenli.engine.formulation.context import Array, Build
from kenli.engine.program import Columns
from kenli.park.components import Demand
from kenli.park.components.demand import Shift


def add_demand(build: Build, name: str, item: Demand) -> None:
    """Add a demand: fixed, shiftable and short parts."""
    asked = np.asarray(build.profiles.array(f"demand/{name}"))
    share = item.shift.share if item.shift is not None else 0.0
    build.flow(name, item.bus, "in", None, fixed=asked * (1.0 - share))
    served = None
    if item.shift is not None and share > 0.0:
        served = _add_shift(build, name, item.bus, item.shift, asked * share)
    if item.shortage is not None:
        columns = build.program.add_columns(f"shortage/{name}", upper=item.shortage.max_share * asked)
        # What is not delivered stands on the giving side of the balance.
        flow = build.flow(name, item.bus, "out", columns)
        build.cost("shortage", flow, item.shortage.cost)
        build.shortages[name] = columns
        if served is not None:
            # No more can fail than is taken in that step, or what waits would feed others on the bus.
            rows = build.program.add_rows(f"shortage_limit/{name}", upper=asked * (1.0 - share))
            build.program.add_coefficients(rows, columns, 1.0)
            build.program.add_coefficients(rows, served, -1.0)


def _add_shift(build: Build, name: str, bus: str, shift: Shift, movable: Array) -> Columns:
    program, horizon = build.program, build.horizon
    window = horizon.windows(shift.within)
    sums = np.bincount(window, weights=movable)
    mean = (sums / np.bincount(window))[window]
    # The peak must at least allow what was asked for, or a flat window could not be served as asked.
    served = program.add_columns(f"served/{name}", upper=np.maximum(shift.peak * mean, movable))
    build.flow(name, bus, "in", served)
    ends = np.append(window[1:] != window[:-1], True)
    limit = np.where(ends, 0.0, np.inf)
    backlog = program.add_columns(f"backlog/{name}", lower=-limit if shift.advance else 0.0, upper=limit)
    hours = horizon.duration
    rows = program.add_rows(f"backlog_balance/{name}", lower=hours * movable, upper=hours * movable)
    program.add_coefficients(rows, backlog, 1.0)
    carried = np.full(build.steps, -1.0)
    carried[np.append(True, window[1:] != window[:-1])] = 0.0
    program.add_coefficients(rows, backlog, carried, previous=True)
    program.add_coefficients(rows, served, hours)
    return served
