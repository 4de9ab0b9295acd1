"""Solve a program once, or keep the solver's model and solve it again after edits."""

from __future__ import annotations

import dataclasses
import zlib

import numpy as np
from highspy import HighsModelStatus
from numpy.typing import NDArray

from kenli.core.errors import Problem, SolverError
from kenli.engine.program import FlatProgram, Program
from kenli.engine.solve.choice import Choice, choose, hipo_scales
from kenli.engine.solve.guards import check_data
from kenli.engine.solve.highs import Highs, RawResult, clock, highs_version, hipo_missing
from kenli.engine.solve.options import SolverOptions
from kenli.engine.solve.solution import Solution, SolveStatus

Array = NDArray[np.float64]

_BROKEN = (
    HighsModelStatus.kUnknown,
    HighsModelStatus.kSolveError,
    HighsModelStatus.kPostsolveError,
    HighsModelStatus.kPresolveError,
    HighsModelStatus.kNotset,
    HighsModelStatus.kIterationLimit,
)
_ANSWERS = {
    HighsModelStatus.kOptimal: SolveStatus.OPTIMAL,
    HighsModelStatus.kModelEmpty: SolveStatus.OPTIMAL,
    HighsModelStatus.kInfeasible: SolveStatus.INFEASIBLE,
    HighsModelStatus.kUnbounded: SolveStatus.UNBOUNDED,
}


def solve(program: Program, options: SolverOptions | None = None) -> Solution:
    """Solve a program.

    Args:
        program: the program; integer families make it a mixed-integer search.
        options: how; defaults choose by size.

    Returns:
        The solution; `status` says whether it is optimal, feasible, infeasible or unbounded.

    Raises:
        KenliError: numbers that cannot be solved honestly (see `check_data`).
        InputError: an option that HiGHS does not know or refuses.
        SolverError: no answer, for a reason that is not the program's (time limit, breakdown).
        KeyboardInterrupt: the user stopped it.
    """
    return SolverSession(program, options).solve()


def solve_flat(flat: FlatProgram, options: SolverOptions | None = None) -> Solution:
    """Solve flat data that passed `check_data`, or were derived from such; see `solve`."""
    chosen = options or SolverOptions()
    if not len(flat.cost):
        return _without_columns(flat, chosen)
    highs = Highs()
    highs.pass_model(flat)
    found = _Run(highs, flat, chosen).answer(False, bool(flat.integer.any()))
    return dataclasses.replace(found.solution, rebuilt="first solve", log=tuple(highs.log), flat=flat)


class SolverSession:
    """A program with the solver's copy of it, for solving again after edits.

    Edits of bounds, costs and constants go over in place and the last basis starts the next solve. New
    families or coefficients, or another integer mark, need a new model; `Solution.rebuilt` says which.
    """

    def __init__(self, program: Program, options: SolverOptions | None = None) -> None:
        self.program = program
        self.options = options or SolverOptions()
        self._highs: Highs | None = None
        self._flat: FlatProgram | None = None
        self._shape: tuple[object, ...] = ()
        self._warm = False

    def solve(self, options: SolverOptions | None = None) -> Solution:
        """Solve the program as it is now; see the function `solve`."""
        if options is not None:
            self.options = options
        rebuilt = self._update()
        if self._flat is None or self._highs is None:
            raise SolverError.at("solver", "the session lost its model", code="solver")
        flat = self._flat
        if not len(flat.cost):
            return _without_columns(flat, self.options)
        log_before = len(self._highs.log)
        found = _Run(self._highs, flat, self.options).answer(self._warm, bool(flat.integer.any()))
        self._warm = found.basis
        return dataclasses.replace(found.solution, rebuilt=rebuilt, log=tuple(self._highs.log[log_before:]), flat=flat)

    def _update(self) -> str:
        """Bring the solver's model up to date; return why it was handed over anew, if so."""
        shape = _shape(self.program)
        rebuilt = "first solve" if self._flat is None else _difference(self._shape, shape)
        if not rebuilt and self._flat is not None and self._flat.integer.any():
            rebuilt = "integer columns: the prices of the solve before left fixed bounds"
        if not rebuilt and self._flat is not None and self._highs is not None:
            self._edit(self._highs, self._flat)
            return ""
        flat = self.program.flatten()
        check_data(self.program, flat)
        highs = Highs()
        if len(flat.cost):
            highs.pass_model(flat)
        self._flat, self._highs, self._shape, self._warm = flat, highs, shape, False
        return rebuilt

    def _edit(self, highs: Highs, old: FlatProgram) -> None:
        program = self.program
        cost, constant = program.costs()
        columns = [program.column_bounds(c) for c in program.column_families]
        rows = [program.row_bounds(r) for r in program.row_families]
        new = dataclasses.replace(
            old,
            cost=cost,
            constant=constant,
            lower=_join([b[0] for b in columns]),
            upper=_join([b[1] for b in columns]),
            row_lower=_join([b[0] for b in rows]),
            row_upper=_join([b[1] for b in rows]),
        )
        check_data(program, new)
        changed = np.flatnonzero(new.cost != old.cost)
        if changed.size:
            highs.change_cost(changed, new.cost[changed])
        if new.constant != old.constant:
            highs.change_constant(new.constant)
        changed = np.flatnonzero((new.lower != old.lower) | (new.upper != old.upper))
        if changed.size:
            highs.change_column_bounds(changed, new.lower[changed], new.upper[changed])
        changed = np.flatnonzero((new.row_lower != old.row_lower) | (new.row_upper != old.row_upper))
        if changed.size:
            highs.change_row_bounds(changed, new.row_lower[changed], new.row_upper[changed])
        self._flat = new


@dataclasses.dataclass(frozen=True, slots=True)
class _Answer:
    solution: Solution
    basis: bool


class _Run:
    """One solve of one model, with its fallbacks."""

    def __init__(self, highs: Highs, flat: FlatProgram, options: SolverOptions) -> None:
        self.highs = highs
        self.flat = flat
        self.options = options
        self.started = clock()
        self.notes: list[str] = []
        self.iterations: dict[str, int] = {}

    def answer(self, warm: bool, integer: bool) -> _Answer:
        """Run, fall back visibly, and read the answer."""
        missing = hipo_missing() if self.options.algorithm in ("auto", "hipo") else ""
        choice = choose(self.options, len(self.flat.row_lower), warm=warm, integer=integer, hipo_missing=missing)
        if integer:
            return self._integer(choice)
        raw, algorithm = self._linear(choice)
        return self._finish(raw, algorithm, choice, self.flat)

    def _linear(self, choice: Choice) -> tuple[RawResult, str]:
        raw: RawResult | None = None
        for attempt, algorithm in enumerate(choice.algorithms):
            if attempt:
                self.highs.forget()
            raw = self._once(algorithm, choice.crossover)
            if raw.status not in _BROKEN:
                if raw.status in (HighsModelStatus.kUnboundedOrInfeasible, HighsModelStatus.kUnbounded):
                    raw = self._which(raw)
                if algorithm in ("hipo", "ipx", "pdlp") and raw.iterations["simplex"]:
                    count = raw.iterations["simplex"]
                    self.notes.append(f"HiGHS finished the answer of {algorithm} with {count} simplex iterations")
                return raw, algorithm
            self.notes.append(f"{algorithm} broke down ({raw.status.name[1:]})")
        raise SolverError.at(
            "solver",
            "no algorithm reached an answer: " + "; ".join(self.notes),
            "look at the coefficient ranges of the program; widely different sizes are the usual cause",
            code="solver-breakdown",
        )

    def _which(self, raw: RawResult) -> RawResult:
        """Tell infeasible from unbounded: without costs, a program is infeasible or has an answer.

        A solver that finds an endless saving stops there; whether anything is feasible at all is another
        question, and a park that cannot be met is not to be told about its prices.
        """
        free = dataclasses.replace(self.flat, cost=np.zeros_like(self.flat.cost))
        self.highs.pass_model(free, relaxed=True)
        feasible = self._once("simplex", True)
        self.highs.pass_model(self.flat, relaxed=True)
        infeasible = feasible.status == HighsModelStatus.kInfeasible
        status = HighsModelStatus.kInfeasible if infeasible else HighsModelStatus.kUnbounded
        return dataclasses.replace(raw, status=status)

    def _once(self, algorithm: str, crossover: bool, *, presolve: bool = True) -> RawResult:
        left = None
        if self.options.time_limit is not None:
            left = max(self.options.time_limit - (clock() - self.started), 0.01)
        bounds, costs = hipo_scales(self.flat) if algorithm == "hipo" else (0, 0)
        self.highs.set_options(
            self.options, algorithm, crossover, left, presolve=presolve, bound_scale=bounds, objective_scale=costs
        )
        raw = self.highs.run(self.options.on_log, self.options.on_progress)
        for name, count in raw.iterations.items():
            self.iterations[name] = self.iterations.get(name, 0) + count
        return raw

    def _integer(self, choice: Choice) -> _Answer:
        raw = self._once("choose", True)
        if raw.status == HighsModelStatus.kUnboundedOrInfeasible:
            self.highs.forget()
            raw = self._once("choose", True, presolve=False)
        stopped = raw.status == HighsModelStatus.kTimeLimit
        if raw.status not in _ANSWERS and not (stopped and raw.feasible):
            raise _no_answer(raw.status, self.options)
        if raw.status in (HighsModelStatus.kInfeasible, HighsModelStatus.kUnbounded):
            return self._finish(raw, "mip", choice, self.flat)
        values = self.highs.solution()
        if values is None:
            raise _no_answer(raw.status, self.options)
        if stopped:
            self.notes.append(f"stopped at the time limit with a gap of {raw.mip_gap:.2g}")
        return self._fixed(raw, values[0], choice)

    def _fixed(self, searched: RawResult, x: Array, choice: Choice) -> _Answer:
        """Fix the integers and solve the linear program, whose duals are the prices."""
        whole = self.flat.integer
        limitless = dataclasses.replace(self.options, time_limit=None, algorithm="auto")
        for values, note in ((np.round(x), ""), (x, "integers fixed at unrounded values for the prices")):
            lower, upper = self.flat.lower.copy(), self.flat.upper.copy()
            lower[whole] = upper[whole] = values[whole]
            fixed = dataclasses.replace(self.flat, lower=lower, upper=upper, integer=np.zeros_like(self.flat.integer))
            self.highs.pass_model(fixed, relaxed=True)
            inner = _Run(self.highs, fixed, limitless)
            raw, _algorithm = inner._linear(choose(limitless, len(fixed.row_lower)))
            for name, count in inner.iterations.items():
                self.iterations[name] = self.iterations.get(name, 0) + count
            if raw.status == HighsModelStatus.kOptimal:
                if note:
                    self.notes.append(note)
                self.notes.extend(inner.notes)
                return self._finish(raw, "mip", choice, fixed, searched)
        raise SolverError.at(
            "solver",
            "the plan of the integer search does not hold when its integers are fixed",
            "a smaller tolerance or smaller big-M coefficients usually help",
            code="solver-integers",
        )

    def _finish(
        self,
        raw: RawResult,
        algorithm: str,
        choice: Choice,
        flat: FlatProgram,
        searched: RawResult | None = None,
    ) -> _Answer:
        if raw.status not in _ANSWERS:
            raise _no_answer(raw.status, self.options)
        status = _ANSWERS[raw.status]
        values = self.highs.solution() if status is SolveStatus.OPTIMAL else None
        if status is SolveStatus.OPTIMAL and values is None:
            raise _no_answer(raw.status, self.options)
        n, m = len(flat.cost), len(flat.row_lower)
        x, row_value, row_dual, column_dual = values or tuple(np.full(k, np.nan) for k in (n, m, m, n))
        if searched is not None and searched.status == HighsModelStatus.kTimeLimit:
            status = SolveStatus.FEASIBLE
        first = choice.algorithms[0]
        reason = choice.reason
        if algorithm != first:
            reason += f"; {first} broke down, so {algorithm} answered"
        solution = Solution(
            status=status,
            x=x,
            row_value=row_value,
            row_dual=row_dual,
            column_dual=column_dual,
            objective=float(flat.cost @ x) + flat.constant,
            seconds=clock() - self.started,
            iterations=dict(self.iterations),
            algorithm_asked=self.options.algorithm,
            algorithm=algorithm,
            crossover=algorithm in ("simplex", "mip") or raw.basis,
            reason=reason,
            notes=tuple(self.notes),
            solver="HiGHS",
            version=highs_version(),
            log=(),
            fixed_integers=searched is not None,
            mip_bound=searched.mip_bound if searched else None,
            mip_gap=searched.mip_gap if searched else None,
            rebuilt="",
            flat=flat,
        )
        return _Answer(solution, raw.basis and searched is None and status is SolveStatus.OPTIMAL)


def _no_answer(status: HighsModelStatus, options: SolverOptions) -> SolverError:
    if status == HighsModelStatus.kTimeLimit:
        what = f"no plan within the time limit of {options.time_limit:g} s"
        fix = "allow more time, fewer timesteps, or fewer integer columns"
        return SolverError(Problem("solver", what, fix, code="solver-time"))
    what = f"HiGHS ended with '{status.name[1:]}'"
    fix = "try another algorithm, or look at the log"
    return SolverError(Problem("solver", what, fix, code="solver-breakdown"))


def _without_columns(flat: FlatProgram, options: SolverOptions) -> Solution:
    """Answer the program with nothing to decide: every row is 0."""
    holds = bool(((flat.row_lower <= 0) & (flat.row_upper >= 0)).all())
    m = len(flat.row_lower)
    return Solution(
        status=SolveStatus.OPTIMAL if holds else SolveStatus.INFEASIBLE,
        x=np.zeros(0),
        row_value=np.zeros(m) if holds else np.full(m, np.nan),
        row_dual=np.zeros(m) if holds else np.full(m, np.nan),
        column_dual=np.zeros(0),
        objective=flat.constant if holds else float("nan"),
        seconds=0.0,
        iterations={},
        algorithm_asked=options.algorithm,
        algorithm="none",
        crossover=True,
        reason="the program has no columns",
        notes=(),
        solver="none",
        version="",
        log=(),
        fixed_integers=False,
        mip_bound=None,
        mip_gap=None,
        rebuilt="",
        flat=flat,
    )


def _shape(program: Program) -> tuple[object, ...]:
    """Return what may not change for an edit in place: families, integer marks, coefficients."""
    return (
        tuple((c.name, c.size) for c in program.column_families),
        tuple((r.name, r.size) for r in program.row_families),
        frozenset(c.name for c in program.column_families if program.is_integer(c)),
        tuple((b.rows, b.columns, b.kind, len(b.values), zlib.crc32(b.values.tobytes())) for b in program.blocks),
    )


def _difference(old: tuple[object, ...], new: tuple[object, ...]) -> str:
    names = (
        "column families changed",
        "row families changed",
        "integer marks changed",
        "coefficients changed",
    )
    return ", ".join(name for name, a, b in zip(names, old, new, strict=True) if a != b)


def _join(parts: list[Array]) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0)
