"""How a program is solved: the options a caller may set, checked before the solver sees them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from kenli.core.errors import InputError, Problem, unknown_word

Algorithm = Literal["auto", "simplex", "ipx", "hipo", "pdlp"]
OptionValue = bool | int | float | str

ALGORITHMS: tuple[str, ...] = get_args(Algorithm)


@dataclass(frozen=True, slots=True)
class Progress:
    """One sign of life of the solver.

    Attributes:
        phase: what it is doing: presolve, simplex, ipm, crossover, pdlp, mip or postsolve.
        seconds: wall time since the solve began.
        iteration: iterations of that phase (nodes for mip).
        primal: primal objective so far, None where the phase has none.
        dual: dual objective (a bound) so far, None where the phase has none.
    """

    phase: str
    seconds: float
    iteration: int
    primal: float | None
    dual: float | None


@dataclass(frozen=True, slots=True)
class SolverOptions:
    """What a caller may ask of the solver.

    Attributes:
        algorithm: `auto` chooses by size (see `choose_algorithm`); the rest is taken as said. `simplex`
            is the dual simplex, `ipx` and `hipo` are interior point, `pdlp` is first order.
        crossover: whether an interior answer is moved to a vertex; `auto` follows the algorithm choice.
        tolerance: feasibility and optimality tolerance, 1e-10 to 1e-2; None keeps the solver's own
            (1e-7, interior point gap 1e-8).
        time_limit: seconds of wall time, None is unlimited.
        threads: 0 lets the solver choose.
        mip_gap: relative gap at which an integer search stops.
        seed: seed of the solver's random choices.
        extra: further HiGHS options by their own names; an unknown name or refused value is an error.
        on_log: receives each log line.
        on_progress: receives `Progress`, at most ten times a second.
    """

    algorithm: Algorithm = "auto"
    crossover: bool | Literal["auto"] = "auto"
    tolerance: float | None = None
    time_limit: float | None = None
    threads: int = 0
    mip_gap: float = 1e-4
    seed: int = 0
    extra: Mapping[str, OptionValue] = field(default_factory=dict)
    on_log: Callable[[str], None] | None = field(default=None, compare=False, repr=False)
    on_progress: Callable[[Progress], None] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        problems: list[Problem] = []
        if self.algorithm not in ALGORITHMS:
            problems.append(
                unknown_word("solver > algorithm", "algorithm", str(self.algorithm), ALGORITHMS, code="solver")
            )
        if self.crossover not in (True, False, "auto"):
            problems.append(_wrong("crossover", self.crossover, "true, false or auto"))
        if self.tolerance is not None and not 1e-10 <= self.tolerance <= 1e-2:
            problems.append(_wrong("tolerance", self.tolerance, "a number from 1e-10 to 1e-2"))
        if self.time_limit is not None and not (self.time_limit > 0 and math.isfinite(self.time_limit)):
            problems.append(_wrong("time_limit", self.time_limit, "a positive number of seconds"))
        if not _whole(self.threads):
            problems.append(_wrong("threads", self.threads, "a whole number, 0 for automatic"))
        if not _whole(self.seed):
            problems.append(_wrong("seed", self.seed, "a whole number from 0"))
        if not 0 <= self.mip_gap < 1:
            problems.append(_wrong("mip_gap", self.mip_gap, "a share from 0 up to 1"))
        if problems:
            raise InputError(problems)

    def to_manifest(self) -> dict[str, OptionValue | dict[str, OptionValue] | None]:
        """Return what was asked, as plain values for the run's manifest."""
        return {
            "algorithm": self.algorithm,
            "crossover": self.crossover,
            "tolerance": self.tolerance,
            "time_limit": self.time_limit,
            "threads": self.threads,
            "mip_gap": self.mip_gap,
            "seed": self.seed,
            "extra": dict(self.extra),
        }


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _wrong(name: str, value: object, wanted: str) -> Problem:
    return Problem(f"solver > {name}", f"{value!r} is not {wanted}", f"write {wanted}", code="solver")
