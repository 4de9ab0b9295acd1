"""The one adapter to HiGHS: hand over arrays, set checked options, run interruptibly, read back.

Facts about HiGHS 1.15 that this file is built on, each covered by a test:

* a model goes over in one call with arrays; filling `HighsLp` attribute by attribute copies slowly;
* the signal of Ctrl-C reaches Python only when the main thread is in Python, so HiGHS runs in a thread
  (it releases the interpreter lock) and its interrupt callbacks read a flag;
* the scheduler of a thread is started once with a number of threads, so it is reset after each run;
* an exception inside a callback is turned into a solver error, so callbacks keep it and it is raised here;
* its clock runs on over several runs of one instance, and a time limit counts from the first.
"""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from highspy import HighsModelStatus, HighsStatus, cb
from numpy.typing import NDArray

from kenli.core.errors import InputError, Problem, SolverError, unknown_word
from kenli.engine.program import FlatProgram
from kenli.engine.solve.options import OptionValue, Progress, SolverOptions
from kenli.engine.solve.progress import ProgressReader

Array = NDArray[np.float64]

PATIENCE = 0.8
"""Seconds that Ctrl-C waits for HiGHS to reach a callback before it leaves the thread to end alone."""

_abandoned: list[object] = []  # interrupted instances whose thread still runs; freeing them would crash


@dataclass(frozen=True, slots=True)
class RawResult:
    """What one run of HiGHS left behind."""

    status: HighsModelStatus
    objective: float
    iterations: dict[str, int]
    mip_bound: float
    mip_gap: float
    feasible: bool
    basis: bool


class Highs:
    """One HiGHS instance with a model."""

    def __init__(self) -> None:
        self._highs: Any = _new()  # its stubs lack half the methods
        self._reset_options()
        self.log: list[str] = []
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._reader: ProgressReader | None = None
        self._on_log: Callable[[str], None] | None = None
        self._highs.cbLogging.subscribe(self._logging)
        self._highs.cbMipLogging.subscribe(self._mip_logging)
        for hook in (self._highs.cbSimplexInterrupt, self._highs.cbIpmInterrupt, self._highs.cbMipInterrupt):
            hook.subscribe(self._interrupt)

    # ------------------------------------------------------------------ model
    def pass_model(self, flat: FlatProgram, *, relaxed: bool = False) -> None:
        """Hand the arrays over, replacing any model; `relaxed` drops the integer marks.

        Raises:
            SolverError: HiGHS refuses the model.
        """
        matrix = flat.matrix
        integer = np.zeros(len(flat.cost), np.int32) if relaxed else flat.integer.astype(np.int32)
        # At the hand-over, else coefficients up to 1e-9 vanish silently; during the run the usual value keeps
        # round-off out of the factors, without which some infeasible programs end as "unknown".
        self._must("small_matrix_value", 1e-12)
        status = self._highs.passModel(
            len(flat.cost),
            len(flat.row_lower),
            matrix.nnz,
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize),
            flat.constant,
            flat.cost,
            flat.lower,
            flat.upper,
            flat.row_lower,
            flat.row_upper,
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
            integer,
        )
        self._must("small_matrix_value", 1e-9)
        if status == HighsStatus.kError:
            raise SolverError.at("solver", "HiGHS refuses the model: " + " ".join(self.log[-3:]), code="solver")

    def change_cost(self, positions: NDArray[np.int64], cost: Array) -> None:
        """Replace costs of some columns in place."""
        places = positions.astype(np.int32)
        self._ok(self._highs.changeColsCost(len(places), places, cost), "costs")

    def change_constant(self, constant: float) -> None:
        """Replace the objective constant in place."""
        self._ok(self._highs.changeObjectiveOffset(constant), "constant")

    def change_column_bounds(self, positions: NDArray[np.int64], lower: Array, upper: Array) -> None:
        """Replace bounds of some columns in place."""
        places = positions.astype(np.int32)
        self._ok(self._highs.changeColsBounds(len(places), places, lower, upper), "column bounds")

    def change_row_bounds(self, positions: NDArray[np.int64], lower: Array, upper: Array) -> None:
        """Replace bounds of some rows in place."""
        places = positions.astype(np.int32)
        self._ok(self._highs.changeRowsBounds(len(places), places, lower, upper), "row bounds")

    def forget(self) -> None:
        """Drop the solution and the basis of earlier runs, keep the model."""
        self._ok(self._highs.clearSolver(), "clearSolver")

    # ------------------------------------------------------------------ options
    def set_options(
        self,
        options: SolverOptions,
        algorithm: str,
        crossover: bool,
        time_limit: float | None,
        *,
        presolve: bool = True,
        bound_scale: int = 0,
        objective_scale: int = 0,
    ) -> None:
        """Set every option for the next run; nothing stays from the run before.

        Args:
            options: what the caller asked.
            algorithm: the algorithm of this run, never `auto`.
            crossover: whether an interior answer is moved to a vertex.
            time_limit: seconds left for this run.
            presolve: False switches presolve off, whatever the options say.
            bound_scale: power of two on bounds and right-hand sides inside the solver.
            objective_scale: power of two on costs inside the solver.

        Raises:
            InputError: HiGHS does not know or refuses an entry of `options.extra`.
        """
        self._reset_options()
        self._must("solver", algorithm)
        # PDLP prints to the console past the log; without output it is silent, log callback included
        self._must("output_flag", algorithm != "pdlp")
        self._must("run_crossover", "on" if crossover else "off")
        self._must("threads", options.threads)
        self._must("random_seed", options.seed)
        self._must("mip_rel_gap", options.mip_gap)
        limit = np.inf if time_limit is None else self._highs.getRunTime() + time_limit
        self._must("time_limit", float(limit))
        self._must("user_bound_scale", bound_scale)
        self._must("user_objective_scale", objective_scale)
        if algorithm == "hipo":
            # A size stands in every hour: its column is dense, and fills the normal equations completely.
            self._must("hipo_system", "augmented")
        if options.tolerance is not None:
            for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
                self._must(name, options.tolerance)
            self._must("ipm_optimality_tolerance", options.tolerance)
            self._must("pdlp_optimality_tolerance", options.tolerance)
        for name, value in options.extra.items():
            self.set_option(name, value)
        if not presolve:
            self._must("presolve", "off")

    def set_option(self, name: str, value: OptionValue) -> None:
        """Set one HiGHS option by its own name and read it back.

        Raises:
            InputError: the option is unknown, or its value is refused or not kept.
        """
        where = f"solver > extra > {name}"
        status, kind = self._highs.getOptionType(name)
        if status == HighsStatus.kError:
            raise InputError(unknown_word(where, "HiGHS option", name, _option_names(), code="solver-option"))
        as_kind = {"kBool": bool, "kInt": int, "kDouble": float, "kString": str}[kind.name]
        fits = type(value) is as_kind or (as_kind is float and type(value) is int)
        if fits and self._highs.setOptionValue(name, as_kind(value)) != HighsStatus.kError:
            kept = self._highs.getOptionValue(name)[1]
            if kept == value:
                return
        what = f"HiGHS refuses {value!r}; it takes a {as_kind.__name__}"
        raise InputError(Problem(where, what, "see the HiGHS documentation of the option", code="solver-option"))

    # ------------------------------------------------------------------ running
    def run(
        self,
        on_log: Callable[[str], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> RawResult:
        """Run and return the outcome; Ctrl-C stops within a second.

        Raises:
            KeyboardInterrupt: the user stopped it.
            Exception: whatever a callback raised.
        """
        self._on_log = on_log
        self._reader = ProgressReader(on_progress)
        self._failure = None
        self._call(self._highs.run)
        return self._read()

    def iis(self, seconds: float) -> Any:
        """Compute an irreducible infeasible subset and return HiGHS's record of it."""
        self._must("iis_strategy", 2)
        self._must("iis_time_limit", seconds)
        result: list[Any] = []
        self._call(lambda: result.append(self._highs.getIis()))
        return result[0][1] if result else None

    def primal_ray(self, size: int) -> Array | None:
        """Return a direction (n,) in which the cost falls without limit, or None."""
        _status, exists = self._highs.getPrimalRayExist()
        if not exists:
            return None
        result = self._highs.getPrimalRay()
        ray = np.asarray(result[2], dtype=np.float64)
        return ray if result[1] and ray.shape == (size,) else None

    def solution(self) -> tuple[Array, Array, Array, Array] | None:
        """Return copies of (x, row_value, row_dual, column_dual); duals are NaN where HiGHS has none."""
        found = self._highs.getSolution()
        if not found.value_valid:
            return None
        x = np.array(found.col_value, dtype=np.float64)
        row_value = np.array(found.row_value, dtype=np.float64)
        if found.dual_valid:
            return x, row_value, np.array(found.row_dual, float), np.array(found.col_dual, float)
        return x, row_value, np.full(len(row_value), np.nan), np.full(len(x), np.nan)

    def _call(self, action: Callable[[], object]) -> None:
        self._stop.clear()
        done = threading.Event()
        raised: list[BaseException] = []

        def work() -> None:
            try:
                action()
            except BaseException as error:
                raised.append(error)
            finally:
                highspy.Highs.resetGlobalScheduler(False)
                done.set()

        thread = threading.Thread(target=work, name="highs", daemon=True)
        thread.start()
        try:
            while not done.wait(0.1):
                pass
        except KeyboardInterrupt:
            self._stop.set()
            if not done.wait(PATIENCE):
                _abandoned.append(self)
            raise
        if self._failure is not None:
            raise self._failure
        if raised:
            raise raised[0]

    def _read(self) -> RawResult:
        info = self._highs.getInfo()
        return RawResult(
            status=self._highs.getModelStatus(),
            objective=float(info.objective_function_value),
            iterations={
                "simplex": max(info.simplex_iteration_count, 0),
                "ipm": max(info.ipm_iteration_count, 0),
                "crossover": max(info.crossover_iteration_count, 0),
                "pdlp": max(info.pdlp_iteration_count, 0),
                "mip_nodes": max(int(info.mip_node_count), 0),
            },
            mip_bound=float(info.mip_dual_bound),
            mip_gap=float(info.mip_gap),
            feasible=info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible),
            basis=info.basis_validity == int(highspy.BasisValidity.kBasisValidityValid),
        )

    # ------------------------------------------------------------------ callbacks (in the HiGHS thread)
    def _guarded(self, action: Callable[[], object]) -> None:
        try:
            action()
        except BaseException as error:
            if self._failure is None:
                self._failure = error
            self._stop.set()

    def _logging(self, event: highspy.HighsCallbackEvent) -> None:
        line = event.message.rstrip("\n")
        if line.startswith("WARNING: No semi-integer/integer variables"):
            return  # the array hand-over needs the marks of every column; all continuous is meant
        self.log.append(line)
        if self._on_log is not None:
            on_log = self._on_log
            self._guarded(lambda: on_log(line))
        if self._reader is not None:
            reader = self._reader
            self._guarded(lambda: reader.line(line))

    def _mip_logging(self, event: highspy.HighsCallbackEvent) -> None:
        if self._reader is not None:
            out, reader = event.data_out, self._reader
            self._guarded(lambda: reader.say("mip", int(out.mip_node_count), out.mip_primal_bound, out.mip_dual_bound))

    def _interrupt(self, event: highspy.HighsCallbackEvent) -> None:
        if self._stop.is_set():
            event.interrupt()
            return
        if self._reader is not None and int(event.callback_type) == _SIMPLEX:
            out, reader = event.data_out, self._reader
            self._guarded(
                lambda: reader.say("simplex", out.simplex_iteration_count, out.objective_function_value, None)
            )

    # ------------------------------------------------------------------ helpers
    def _reset_options(self) -> None:
        self._ok(self._highs.resetOptions(), "options")
        self._must("output_flag", True)
        self._must("log_to_console", False)

    def _must(self, name: str, value: OptionValue) -> None:
        if self._highs.setOptionValue(name, value) == HighsStatus.kError:
            raise SolverError.at("solver", f"HiGHS refuses its option {name} = {value!r}", code="solver")

    @staticmethod
    def _ok(status: HighsStatus, what: str) -> None:
        if status == HighsStatus.kError:
            raise SolverError.at("solver", f"HiGHS refuses the change of {what}", code="solver")


_SIMPLEX = int(cb.HighsCallbackType.kCallbackSimplexInterrupt)


def _new() -> Any:
    return highspy.Highs()  # type: ignore[no-untyped-call]


def highs_version() -> str:
    """Return the version of the installed HiGHS."""
    return f"{highspy.HIGHS_VERSION_MAJOR}.{highspy.HIGHS_VERSION_MINOR}.{highspy.HIGHS_VERSION_PATCH}"


def hipo_missing() -> str:
    """Return why HiPO cannot run here, or an empty string where it can."""
    if importlib.util.find_spec("highspy_extras") is None:
        return "HiPO needs the package highspy-extras (pip install 'highspy[extras]')"
    return ""


def clock() -> float:
    """Return a monotonic wall clock in seconds."""
    return time.perf_counter()


def _option_names() -> list[str]:
    return [name for name in dir(highspy.HighsOptions) if not name.startswith("_")]
