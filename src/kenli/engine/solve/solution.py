"""The answer of a solver: values, prices, and how they were found."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kenli.engine.program import Columns, FlatProgram, Rows

Array = NDArray[np.float64]


class SolveStatus(StrEnum):
    """How a solve ended; everything else is raised as SolverError."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    """An integer search stopped at its time limit with a plan that may be improved."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"


@dataclass(frozen=True, slots=True)
class Solution:
    """A solved program.

    Signs: `row_dual[i]` is the change of the least cost for one more unit on the right-hand side of
    row i (of whichever bound is active), so the dual of a balance `supply = demand` is the cost of one
    more unit of demand, a binding `>=` has a dual >= 0 and a binding `<=` a dual <= 0.
    `column_dual[j]` is the reduced cost c_j - a_j'y: the change of the least cost for one more unit of
    the active bound of column j.

    With integer columns, the values and prices come from the linear program in which the integers are
    fixed at the values of the search (`fixed_integers`), and `mip_bound` is the bound of the search.

    Attributes:
        status: how the solve ended.
        x, row_value, row_dual, column_dual: (n,), (m,), (m,), (n,); filled with NaN without an answer.
        objective: cost at x, with the constant.
        seconds: wall time of all attempts.
        iterations: simplex, ipm, crossover, pdlp iterations and mip nodes, summed over the attempts.
        algorithm_asked: what the options said.
        algorithm: what produced the answer.
        crossover: whether the answer was moved to a vertex.
        reason: why that algorithm, and why not the one asked, in one sentence.
        notes: everything that did not go to plan: fallbacks, clean-ups.
        solver, version: name and version.
        log: the solver's log lines.
        fixed_integers: whether prices come from fixed integers.
        mip_bound, mip_gap: bound and relative gap of an integer search.
        rebuilt: for a session, why the model was handed over anew; empty when edited in place.
        flat: the data that were solved.
    """

    status: SolveStatus
    x: Array
    row_value: Array
    row_dual: Array
    column_dual: Array
    objective: float
    seconds: float
    iterations: dict[str, int]
    algorithm_asked: str
    algorithm: str
    crossover: bool
    reason: str
    notes: tuple[str, ...]
    solver: str
    version: str
    log: tuple[str, ...] = field(repr=False)
    fixed_integers: bool
    mip_bound: float | None
    mip_gap: float | None
    rebuilt: str
    flat: FlatProgram = field(repr=False)

    @property
    def has_values(self) -> bool:
        """Return whether there is a plan to read."""
        return self.status in (SolveStatus.OPTIMAL, SolveStatus.FEASIBLE)

    def of(self, columns: Columns) -> Array:
        """Return the values (size,) of a column family."""
        return self.x[columns.span]

    def value_of(self, rows: Rows) -> Array:
        """Return the activities A x (size,) of a row family."""
        return self.row_value[rows.span]

    def dual_of(self, rows: Rows) -> Array:
        """Return the duals (size,) of a row family; see the class for the sign."""
        return self.row_dual[rows.span]

    def reduced_cost_of(self, columns: Columns) -> Array:
        """Return the reduced costs (size,) of a column family; see the class for the sign."""
        return self.column_dual[columns.span]

    def to_manifest(self) -> dict[str, object]:
        """Return the run manifest's `solver` entry (the options are added by the caller)."""
        return {
            "name": self.solver,
            "version": self.version,
            "algorithm": self.algorithm,
            "algorithm_asked": self.algorithm_asked,
            "reason": self.reason,
            "notes": list(self.notes),
            "crossover": self.crossover,
            "iterations": dict(self.iterations),
            "seconds": self.seconds,
            "status": self.status.value,
            "fixed_integers": self.fixed_integers,
            "mip_bound": finite_or_none(self.mip_bound),
            "mip_gap": finite_or_none(self.mip_gap),
        }


def finite_or_none(value: float | None) -> float | None:
    """Return a number that JSON can hold: an unfinished search has an infinite gap."""
    return value if value is not None and math.isfinite(value) else None
