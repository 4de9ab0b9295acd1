"""Which algorithm for which program: rules with the measurements behind them."""

from __future__ import annotations

from dataclasses import dataclass

from kenli.engine.solve.options import SolverOptions

SIMPLEX_ROWS = 50_000
"""Up to this many rows the dual simplex was the fastest way to a vertex (see the table in `choose`)."""

_AFTER = {
    "hipo": ("hipo", "ipx", "simplex"),
    "ipx": ("ipx", "simplex"),
    "pdlp": ("pdlp", "ipx", "simplex"),
    "simplex": ("simplex", "ipx"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The algorithm to begin with, those to try if it breaks down, and why."""

    algorithms: tuple[str, ...]
    crossover: bool
    reason: str


def choose(
    options: SolverOptions, rows: int, *, warm: bool = False, integer: bool = False, hipo_missing: str = ""
) -> Choice:
    """Choose the algorithm of a linear program.

    Args:
        options: what the caller asked; a named algorithm is taken as said.
        rows: number of rows.
        warm: whether a basis of an earlier solve is at hand.
        integer: whether the program has integer columns (then branch and bound decides).
        hipo_missing: why HiPO cannot run here, empty where it can.
    """
    crossover = options.crossover is not False
    asked = options.algorithm
    if integer:
        return Choice(("mip",), True, "integer columns need branch and bound")
    if asked == "hipo" and hipo_missing:
        return Choice(_AFTER["ipx"], crossover, f"hipo was asked but is not there: {hipo_missing}; ipx instead")
    if asked != "auto":
        return Choice(_AFTER[asked], crossover, f"{asked} was asked")
    if warm:
        return Choice(_AFTER["simplex"], True, "the basis of the solve before is a warm start for the simplex")
    if rows <= SIMPLEX_ROWS:
        return Choice(_AFTER["simplex"], True, f"{rows} rows: up to {SIMPLEX_ROWS} the dual simplex is fastest")
    if hipo_missing:
        return Choice(_AFTER["ipx"], crossover, f"{rows} rows: interior point; {hipo_missing}")
    return Choice(_AFTER["hipo"], crossover, f"{rows} rows: above {SIMPLEX_ROWS} the interior point is fastest")
