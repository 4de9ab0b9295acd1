"""What a program must satisfy before a solver sees it: finite, well-scaled numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kenli.core.errors import KenliError, Problem
from kenli.engine.program import FlatProgram, Program

Array = NDArray[np.float64]

LARGEST_RANGE = 1e12
"""Largest allowed ratio between the largest and the smallest non-zero matrix coefficient."""
LARGEST_NUMBER = 1e15
"""Largest allowed finite number: HiGHS takes more for infinite, and double precision ends near it."""
SMALLEST_COEFFICIENT = 1e-12
"""Coefficients at or below this size are dropped by HiGHS, whatever its options say."""


def check_data(program: Program, flat: FlatProgram) -> None:
    """Refuse a program whose numbers no solver can answer honestly.

    Raises:
        KenliError: NaN, an infinite cost or coefficient, a lower bound of +inf or an upper of -inf,
            a finite number of 1e15 or more, a coefficient of 1e-12 or less, or coefficients whose
            sizes span more than 1e12; `where` names the families.
    """
    problems = [
        *_bounds(program, flat.lower, flat.upper, rows=False),
        *_bounds(program, flat.row_lower, flat.row_upper, rows=True),
        *_cost(program, flat),
        *_matrix(program, flat),
    ]
    if problems:
        raise KenliError(problems)


def _bounds(program: Program, lower: Array, upper: Array, *, rows: bool) -> list[Problem]:
    tests = (
        (np.isnan(lower) | np.isnan(upper), "a bound is NaN", "give a number, or infinity for no bound"),
        (lower == np.inf, "the lower bound is +infinity", "no value can satisfy it; use -infinity for none"),
        (upper == -np.inf, "the upper bound is -infinity", "no value can satisfy it; use +infinity for none"),
        (
            _huge(lower) | _huge(upper),
            f"a finite bound is {LARGEST_NUMBER:g} or larger",
            "use infinity for no bound, or a larger unit",
        ),
    )
    problems = []
    for wrong, what, fix in tests:
        if wrong.any():
            first = int(np.argmax(wrong))
            found = f"{what} (lower {lower[first]:g}, upper {upper[first]:g}; {int(wrong.sum())} such entries)"
            problems.append(Problem(_place(program, first, rows=rows), found, fix, code="numbers"))
    return problems


def _cost(program: Program, flat: FlatProgram) -> list[Problem]:
    problems = []
    wrong = ~np.isfinite(flat.cost) | _huge(flat.cost)
    if wrong.any():
        first = int(np.argmax(wrong))
        where = _place(program, first, rows=False)
        problems.append(Problem(where, f"the cost is {flat.cost[first]:g}", "give a finite cost", code="numbers"))
    if not np.isfinite(flat.constant):
        what = f"the constant is {flat.constant:g}"
        problems.append(Problem("objective", what, "give a finite amount", code="numbers"))
    return problems


def _matrix(program: Program, flat: FlatProgram) -> list[Problem]:
    values = np.abs(flat.matrix.data)
    if not values.size:
        return []
    wrong = ~np.isfinite(values)
    if wrong.any():
        where = _entry(program, flat, int(np.argmax(wrong)))
        return [Problem(where, "the coefficient is not finite", "give a finite number", code="numbers")]
    high, low = int(np.argmax(values)), int(np.argmin(values))
    largest, smallest = float(values[high]), float(values[low])
    fix = "choose units that bring both towards 1, or write 0 for what is negligible"
    if largest >= LARGEST_NUMBER:
        return [Problem(_entry(program, flat, high), f"the coefficient is {largest:g}", fix, code="scale")]
    if smallest <= SMALLEST_COEFFICIENT:
        return [Problem(_entry(program, flat, low), f"the coefficient is {smallest:g}", fix, code="scale")]
    if largest > LARGEST_RANGE * smallest:
        what = (
            f"coefficients span {largest / smallest:.1g}: {smallest:g} here, "
            f"{largest:g} at {_entry(program, flat, high)}"
        )
        return [Problem(_entry(program, flat, low), what, fix, code="scale")]
    return []


def _huge(values: Array) -> NDArray[np.bool_]:
    return np.isfinite(values) & (np.abs(values) >= LARGEST_NUMBER)


def _place(program: Program, position: int, *, rows: bool) -> str:
    family, place = program.row_at(position) if rows else program.column_at(position)
    return f"{'rows' if rows else 'columns'} '{family.name}'[{place}]"


def _entry(program: Program, flat: FlatProgram, entry: int) -> str:
    column = int(np.searchsorted(flat.matrix.indptr, entry, side="right")) - 1
    row = int(flat.matrix.indices[entry])
    return f"{_place(program, row, rows=True)} x {_place(program, column, rows=False)}"
