"""A lower bound on the least cost that follows from row duals alone, by weak duality.

For any y, with y_i > 0 charged to the lower and y_i < 0 to the upper side of row i and the reduced
costs r = c - A'y charged to the column bounds,

    k + sum_i (y_i+ L_i - y_i- U_i) + sum_j (r_j+ l_j - r_j- u_j)  <=  c'x + k   for every feasible x.

The sum is worth something only where every charged side is finite. A solver's duals miss that by
rounding, so they are repaired, in this order, and the best resulting bound is kept:

1. a row dual that would be charged to an infinite side is set to 0;
2. bounds that rows and other bounds imply (x <= a C with C bounded) stand in for missing ones;
3. a wrong-signed reduced cost of a column without bound is moved, through the shortest inequality row
   of the column, to the other columns of that row (from an hour's output to the size that limits it);
4. all duals are scaled by one factor theta <= 1, which lifts such reduced costs where the cost is positive;
5. what is left is charged against a box of ten times the largest value, an assumption that is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kenli.engine.program import FlatProgram

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

BOX = 10.0
PASSES = 3
GOOD = 1e-6
"""A bound that needs no box is kept over a better one that does, if its relative gap is below this."""


@dataclass(frozen=True, slots=True)
class DualBound:
    """A lower bound and how it was made.

    Attributes:
        value: the bound, in the objective's unit.
        box_charge: the part of it that rests on the box, >= 0.
        boxed: number of columns charged against the box.
        theta: the factor on all duals.
        shifted: whether row duals were shifted.
        implied: whether implied column bounds were used.
    """

    value: float
    box_charge: float
    boxed: int
    theta: float
    shifted: bool
    implied: bool


def dual_bound(flat: FlatProgram, row_dual: Array, x: Array, scale: float) -> DualBound:
    """Return the best repaired lower bound (see the module).

    Args:
        flat: the original data; integer marks are ignored.
        row_dual: (m,) duals of any origin.
        x: (n,) a plan, used only for the size of the box.
        scale: what a gap is relative to.
    """
    dual = project(flat, row_dual)
    objective = float(flat.cost @ x) + flat.constant
    box = BOX * max(1.0, float(np.max(np.abs(x), initial=0.0)))
    candidates = [_value(flat, dual, flat.lower, flat.upper, box)]
    if not candidates[0].boxed:
        return candidates[0]
    lower, upper = implied_bounds(flat)
    candidates.append(_value(flat, dual, lower, upper, box, implied=True))
    if candidates[-1].boxed:
        moved = _shift(flat, dual, lower, upper)
        theta = _theta(flat, moved, lower, upper)
        candidates.append(_value(flat, moved, lower, upper, box, implied=True, shifted=True))
        candidates.append(_value(flat, theta * moved, lower, upper, box, implied=True, shifted=True, theta=theta))
    free = [c for c in candidates if not c.boxed and objective - c.value <= GOOD * scale]
    return max(free or candidates, key=lambda c: c.value)


def project(flat: FlatProgram, row_dual: Array) -> Array:
    """Return the duals with those set to 0 that would be charged to an infinite side."""
    wrong = ((row_dual > 0) & np.isinf(flat.row_lower)) | ((row_dual < 0) & np.isinf(flat.row_upper))
    return np.where(wrong, 0.0, row_dual)


def reduced_costs(flat: FlatProgram, dual: Array) -> Array:
    """Return c - A'y (n,)."""
    return np.asarray(flat.cost - flat.matrix.T @ dual, dtype=np.float64)


def implied_bounds(flat: FlatProgram) -> tuple[Array, Array]:
    """Return column bounds tightened where they are missing by what the rows imply (a few passes)."""
    matrix = flat.matrix
    rows, values = matrix.indices, matrix.data
    columns = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    m = matrix.shape[0]
    lower, upper = flat.lower.copy(), flat.upper.copy()
    positive = values > 0
    for _pass in range(PASSES):
        missing = int(np.isinf(lower).sum() + np.isinf(upper).sum())
        smallest = values * np.where(positive, lower[columns], upper[columns])
        largest = values * np.where(positive, upper[columns], lower[columns])
        # what the other columns of the row add at least (at most); infinite if one of them has no bound
        least = _others(smallest, rows, m)
        most = _others(largest, rows, m)
        room_up = (flat.row_upper[rows] - least) / values  # bound on x from a x <= U - others
        room_down = (flat.row_lower[rows] - most) / values
        new_upper = np.where(positive, room_up, room_down)
        new_lower = np.where(positive, room_down, room_up)
        for bound, news, best in ((upper, new_upper, np.minimum), (lower, new_lower, np.maximum)):
            open_side = np.isinf(bound[columns]) & np.isfinite(news)
            if open_side.any():
                best.at(bound, columns[open_side], news[open_side])
        if int(np.isinf(lower).sum() + np.isinf(upper).sum()) == missing:
            break
    return lower, upper


def _others(contribution: Array, rows: NDArray[np.integer], m: int) -> Array:
    """Return per entry the row's sum of the other entries, infinite where one of those is."""
    infinite = np.isinf(contribution)
    sign = np.sign(contribution[infinite][0]) if infinite.any() else 1.0
    finite = np.where(infinite, 0.0, contribution)
    total = np.bincount(rows, finite, m)[rows]
    count = np.bincount(rows, infinite, m)[rows] - infinite
    return np.where(count > 0, sign * np.inf, total - finite)


def _value(
    flat: FlatProgram,
    dual: Array,
    lower: Array,
    upper: Array,
    box: float,
    *,
    implied: bool = False,
    shifted: bool = False,
    theta: float = 1.0,
) -> DualBound:
    reduced = reduced_costs(flat, dual)
    wrong = _wrong(reduced, lower, upper)
    charge = float(np.abs(reduced[wrong]).sum()) * box
    total = flat.constant - charge
    for price, low, high in ((dual, flat.row_lower, flat.row_upper), (reduced, lower, upper)):
        up = (price > 0) & np.isfinite(low)
        down = (price < 0) & np.isfinite(high)
        total += float(price[up] @ low[up]) + float(price[down] @ high[down])
    return DualBound(total, charge, int(wrong.sum()), theta, shifted, implied)


def _wrong(reduced: Array, lower: Array, upper: Array) -> Mask:
    return ((reduced > 0) & np.isinf(lower)) | ((reduced < 0) & np.isinf(upper))


def _shift(flat: FlatProgram, dual: Array, lower: Array, upper: Array) -> Array:
    """Move wrong-signed reduced costs through the shortest inequality row of each column."""
    matrix = flat.matrix
    rows, values = matrix.indices, matrix.data
    columns = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    length = np.bincount(rows, minlength=matrix.shape[0])
    one_sided = np.isinf(flat.row_lower) != np.isinf(flat.row_upper)
    # only from the shorter column to the longer one, else a step would bounce back and forth
    entries_of = np.diff(matrix.indptr)
    longest = np.zeros(matrix.shape[0], dtype=np.int64)
    np.maximum.at(longest, rows, entries_of[columns])
    outward = entries_of[columns] < longest[rows]
    moved = dual.copy()
    for _pass in range(PASSES):
        wanted = _aim(flat, moved, lower, upper)
        wrong = wanted != 0
        step = wanted[columns] / values
        after = moved[rows] + step
        allowed = (
            wrong[columns]
            & one_sided[rows]
            & outward
            & ~((after > 0) & np.isinf(flat.row_lower[rows]))
            & ~((after < 0) & np.isinf(flat.row_upper[rows]))
        )
        entries = np.flatnonzero(allowed)
        if not entries.size:
            break
        order = entries[np.lexsort((length[rows[entries]], columns[entries]))]
        first = order[np.unique(columns[order], return_index=True)[1]]
        # several columns may ask the same row: the largest step serves them all
        by_size = first[np.argsort(np.abs(step[first]), kind="stable")]
        chosen: dict[int, float] = dict(zip(rows[by_size].tolist(), step[by_size].tolist(), strict=True))
        places = np.fromiter(chosen.keys(), np.int64, len(chosen))
        moved[places] += np.fromiter(chosen.values(), np.float64, len(chosen))
    return moved


def _theta(flat: FlatProgram, dual: Array, lower: Array, upper: Array) -> float:
    """Return the largest factor on all duals that makes wrong-signed reduced costs right."""
    wanted = _aim(flat, dual, lower, upper)
    wrong = flat.cost * wanted < 0
    if not wrong.any():
        return 1.0
    return float(np.min(flat.cost[wrong] / (flat.cost[wrong] - wanted[wrong])))


def _aim(flat: FlatProgram, dual: Array, lower: Array, upper: Array) -> Array:
    """Return by how much each reduced cost must fall to be right in spite of rounding; 0 if it is right.

    Columns without any bound need exactly 0, which no margin helps; they are left to the box.
    """
    reduced = reduced_costs(flat, dual)
    epsilon = float(np.finfo(np.float64).eps)
    margin = 16.0 * epsilon * np.asarray(np.abs(flat.cost) + abs(flat.matrix).T @ np.abs(dual))
    no_upper, no_lower = np.isinf(upper) & np.isfinite(lower), np.isinf(lower) & np.isfinite(upper)
    wanted = np.where(no_upper & (reduced < margin), reduced - margin, 0.0)
    return np.where(no_lower & (reduced > -margin), reduced + margin, wanted)
