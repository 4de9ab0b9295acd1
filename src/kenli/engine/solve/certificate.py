"""A proof of an answer, computed from the program's own data and never from the solver's word.

`certify` measures how far the plan misses each row and bound, how far its cost can lie above the
optimum (a lower bound by weak duality, `kenli.engine.solve.bound`), and says both in one sentence. An
answer that claims to be optimal and is not raises instead of passing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kenli.core.errors import Problem, SolverError
from kenli.engine.program import Columns, FlatProgram, Program, Rows
from kenli.engine.solve.bound import BOX, DualBound, dual_bound, reduced_costs
from kenli.engine.solve.solution import Solution, SolveStatus, finite_or_none

Array = NDArray[np.float64]

WORST_GAP = 1e-4
WORST_RESIDUAL = 1e-4
TURNOVER_SHARE = 1e-3


@dataclass(frozen=True, slots=True)
class FamilyCheck:
    """How well one family of rows or columns is satisfied.

    Attributes:
        family: name of the family.
        kind: `row` or `column`.
        size: number of entries.
        max_violation: largest distance outside the bounds, in the family's unit.
        max_relative_violation: the same, relative to the size of what is summed in the row (at least 1).
        max_dual_violation: largest price on a side that has no bound, in cost per unit.
    """

    family: str
    kind: str
    size: int
    max_violation: float
    max_relative_violation: float
    max_dual_violation: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proved about an answer.

    Attributes:
        objective: cost of the plan, recomputed.
        dual_bound: no plan can cost less than this (see `bound_source` and `assumption`).
        relative_gap: |objective - dual_bound| over max(1, |objective|, a thousandth of sum |c x|).
        max_primal_residual: largest violation of a row or bound, in its own unit.
        max_relative_primal_residual: the same, relative to the size of what is summed.
        max_dual_infeasibility: largest price or reduced cost on a side without bound, cost per unit.
        complementarity: sum of |price x slack| over rows and columns, relative as the gap.
        integrality: largest distance of an integer column from a whole number.
        coefficient_range, cost_range, bound_range, rhs_range: smallest and largest absolute non-zero
            number, None where there is none.
        bound_source: `weak duality`, or `search` for integers: then the bound is the solver's word.
        assumption: what the bound rests on besides the data; empty if nothing.
        price_gap: for integers, the gap of the linear program with fixed integers, else None.
        families: one check per family.
        statement_en, statement_zh: the proof in one sentence.
    """

    objective: float
    dual_bound: float
    relative_gap: float
    max_primal_residual: float
    max_relative_primal_residual: float
    max_dual_infeasibility: float
    complementarity: float
    integrality: float
    coefficient_range: tuple[float, float] | None
    cost_range: tuple[float, float] | None
    bound_range: tuple[float, float] | None
    rhs_range: tuple[float, float] | None
    bound_source: str
    assumption: str
    price_gap: float | None
    families: tuple[FamilyCheck, ...] = field(repr=False)
    statement_en: str
    statement_zh: str

    def to_manifest(self) -> dict[str, object]:
        """Return the run manifest's `certificate` entry."""
        return {
            "objective": self.objective,
            "dual_bound": finite_or_none(self.dual_bound),
            "relative_gap": finite_or_none(self.relative_gap),
            "max_primal_residual": self.max_primal_residual,
            "max_relative_primal_residual": self.max_relative_primal_residual,
            "max_dual_infeasibility": self.max_dual_infeasibility,
            "complementarity": self.complementarity,
            "integrality": self.integrality,
            "coefficient_range": _pair(self.coefficient_range),
            "cost_range": _pair(self.cost_range),
            "bound_range": _pair(self.bound_range),
            "rhs_range": _pair(self.rhs_range),
            "bound_source": self.bound_source,
            "assumption": self.assumption,
            "price_gap": self.price_gap,
            "statement_en": self.statement_en,
            "statement_zh": self.statement_zh,
        }


def certify(program: Program, solution: Solution) -> Certificate:
    """Check an answer against the data it was solved with (`solution.flat`).

    Args:
        program: for the names of the families.
        solution: an optimal or feasible solution.

    Raises:
        ValueError: the solution has no values, or belongs to another program.
        SolverError: the answer misses a row or bound by more than 1e-4 (relative), or claims to be
            optimal while the proven gap is above 1e-4.
    """
    flat = solution.flat
    if not solution.has_values:
        raise ValueError(f"nothing to certify: the status is '{solution.status}'")
    if (program.column_count, program.row_count) != (len(flat.cost), len(flat.row_lower)):
        raise ValueError("the solution belongs to a program of another size")
    x, whole = solution.x, flat.integer
    priced = _with_fixed(flat, x) if whole.any() else flat
    objective = float(flat.cost @ x) + flat.constant
    scale = max(1.0, abs(objective), TURNOVER_SHARE * float(np.abs(flat.cost) @ np.abs(x)))

    row_miss, row_relative, column_miss, column_relative = _residuals(flat, x)
    row_wrong, column_wrong = _dual_residuals(priced, solution.row_dual)
    families = (
        *(_check(r, "row", row_miss, row_relative, row_wrong) for r in program.row_families),
        *(_check(c, "column", column_miss, column_relative, column_wrong) for c in program.column_families),
    )
    bound = dual_bound(priced, solution.row_dual, x, scale)
    gap = abs(objective - bound.value) / scale
    searched = bool(whole.any())
    proven = solution.mip_bound if searched and solution.mip_bound is not None else bound.value
    certificate = Certificate(
        objective=objective,
        dual_bound=proven,
        relative_gap=abs(objective - proven) / scale,
        max_primal_residual=max((f.max_violation for f in families), default=0.0),
        max_relative_primal_residual=max((f.max_relative_violation for f in families), default=0.0),
        max_dual_infeasibility=max((f.max_dual_violation for f in families), default=0.0),
        complementarity=_complementarity(priced, solution.row_dual, x) / scale,
        integrality=float(np.max(np.abs(x - np.round(x))[whole], initial=0.0)),
        coefficient_range=_range(flat.matrix.data),
        cost_range=_range(flat.cost),
        bound_range=_range(flat.lower, flat.upper),
        rhs_range=_range(flat.row_lower, flat.row_upper),
        bound_source="search" if searched else "weak duality",
        assumption=_assumption(bound, x),
        price_gap=gap if searched else None,
        families=families,
        statement_en="",
        statement_zh="",
    )
    english, chinese = _statements(certificate)
    certificate = replace(certificate, statement_en=english, statement_zh=chinese)
    _refuse(certificate, solution, gap)
    return certificate


def _with_fixed(flat: FlatProgram, x: Array) -> FlatProgram:
    """Return the program whose duals the prices of an integer plan are: integers fixed at the plan."""
    return replace(flat, lower=np.where(flat.integer, x, flat.lower), upper=np.where(flat.integer, x, flat.upper))


def _residuals(flat: FlatProgram, x: Array) -> tuple[Array, Array, Array, Array]:
    activity = np.asarray(flat.matrix @ x, dtype=np.float64)
    summed = np.asarray(abs(flat.matrix) @ np.abs(x), dtype=np.float64)
    rows = _outside(activity, flat.row_lower, flat.row_upper)
    columns = _outside(x, flat.lower, flat.upper)
    row_scale = np.maximum(np.maximum(1.0, summed), _size(flat.row_lower, flat.row_upper))
    column_scale = np.maximum(np.maximum(1.0, np.abs(x)), _size(flat.lower, flat.upper))
    return rows, rows / row_scale, columns, columns / column_scale


def _outside(value: Array, lower: Array, upper: Array) -> Array:
    return np.maximum(np.maximum(lower - value, value - upper), 0.0)


def _size(lower: Array, upper: Array) -> Array:
    finite = [np.where(np.isfinite(side), np.abs(side), 0.0) for side in (lower, upper)]
    return np.asarray(np.minimum(finite[0], finite[1]))


def _dual_residuals(flat: FlatProgram, row_dual: Array) -> tuple[Array, Array]:
    reduced = reduced_costs(flat, row_dual)
    return (
        _wrong_side(row_dual, flat.row_lower, flat.row_upper),
        _wrong_side(reduced, flat.lower, flat.upper),
    )


def _wrong_side(price: Array, lower: Array, upper: Array) -> Array:
    wrong = ((price > 0) & np.isinf(lower)) | ((price < 0) & np.isinf(upper))
    return np.where(wrong, np.abs(price), 0.0)


def _complementarity(flat: FlatProgram, row_dual: Array, x: Array) -> float:
    activity = np.asarray(flat.matrix @ x, dtype=np.float64)
    total = 0.0
    for price, value, lower, upper in (
        (row_dual, activity, flat.row_lower, flat.row_upper),
        (reduced_costs(flat, row_dual), x, flat.lower, flat.upper),
    ):
        for side, active in ((lower, price > 0), (upper, price < 0)):
            counted = active & np.isfinite(side)
            total += float(np.abs(price[counted]) @ np.abs(value[counted] - side[counted]))
    return total


def _check(family: Rows | Columns, kind: str, miss: Array, relative: Array, wrong: Array) -> FamilyCheck:
    span = family.span
    return FamilyCheck(
        family.name,
        kind,
        family.size,
        float(np.max(miss[span], initial=0.0)),
        float(np.max(relative[span], initial=0.0)),
        float(np.max(wrong[span], initial=0.0)),
    )


def _range(*arrays: Array) -> tuple[float, float] | None:
    sizes = np.abs(np.concatenate(arrays))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    return (float(sizes.min()), float(sizes.max())) if sizes.size else None


def _pair(numbers: tuple[float, float] | None) -> list[float] | None:
    return None if numbers is None else list(numbers)


def _assumption(bound: DualBound, x: Array) -> str:
    if not bound.boxed:
        return ""
    largest = max(1.0, float(np.max(np.abs(x), initial=0.0)))
    return (
        f"{bound.boxed} columns without a bound are taken to stay below {BOX * largest:.3g}, "
        f"{BOX:g} times the largest value of the plan; this carries {bound.box_charge:.3g} of the bound"
    )


def _statements(c: Certificate) -> tuple[str, str]:
    met = (
        f"Every constraint is met within {c.max_primal_residual:.1e} "
        f"({c.max_relative_primal_residual:.1e} of what it sums)"
    )
    met_zh = f"所有约束的最大偏差为 {c.max_primal_residual:.1e}（相对值 {c.max_relative_primal_residual:.1e}）"
    if c.bound_source == "search":
        english = (
            f"{met}, whole numbers within {c.integrality:.1e}. The solver's search states that no plan costs "
            f"less than {c.dual_bound:.10g}, so this one is within {c.relative_gap:.1e} of the least cost; "
            "this bound is the solver's own and was not recomputed."
        )
        chinese = (
            f"{met_zh}，整数偏差 {c.integrality:.1e}。求解器的搜索给出成本下界 {c.dual_bound:.10g}，"
            f"本方案与最低成本的相对差距不超过 {c.relative_gap:.1e}；该下界由求解器给出，未经独立复算。"
        )
        return english, chinese
    english = (
        f"{met}. No plan can cost less than {c.dual_bound:.10g}: it follows from the prices by weak duality "
        "and was recomputed from the original data in double precision, so this plan is within "
        f"{c.relative_gap:.1e} of the least cost."
    )
    chinese = (
        f"{met_zh}。由对偶价格按弱对偶定理、用原始数据以双精度独立复算，"
        f"任何方案的成本都不低于 {c.dual_bound:.10g}，"
        f"本方案与最低成本的相对差距不超过 {c.relative_gap:.1e}。"
    )
    if c.assumption:
        english += f" Assumption: {c.assumption}."
        chinese += "前提：个别无上界的变量不超过方案最大值的十倍。"
    return english, chinese


def _refuse(certificate: Certificate, solution: Solution, linear_gap: float) -> None:
    problems = []
    if not certificate.max_relative_primal_residual <= WORST_RESIDUAL:
        worst = max(certificate.families, key=lambda f: f.max_relative_violation)
        what = f"the answer misses {worst.kind} family '{worst.family}' by {worst.max_violation:.3g}"
        problems.append(_bad(solution, what))
    if not certificate.integrality <= WORST_RESIDUAL:
        what = f"an integer column is {certificate.integrality:.3g} away from a whole number"
        problems.append(_bad(solution, what))
    allowed = max(WORST_GAP, 1.01 * (solution.mip_gap or 0.0) + 1e-9)
    if solution.status is SolveStatus.OPTIMAL and not certificate.relative_gap <= allowed:
        what = f"the answer claims to be optimal, but the proven gap is {certificate.relative_gap:.3g}"
        problems.append(_bad(solution, what))
    if certificate.price_gap is not None and not linear_gap <= WORST_GAP:
        problems.append(_bad(solution, f"the prices miss the plan's cost by {linear_gap:.3g}"))
    if problems:
        raise SolverError(problems)


def _bad(solution: Solution, what: str) -> Problem:
    fix = "solve again with another algorithm or a smaller tolerance; check the coefficient ranges"
    return Problem(f"certificate of {solution.solver} {solution.algorithm}", what, fix, code="certificate")
