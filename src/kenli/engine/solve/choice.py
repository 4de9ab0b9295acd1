"""Which algorithm for which program: rules with the measurements behind them.

Generated programs of 53 time columns, 47 time rows and 33 sizes (4 storages, 8 balances, a yearly cap),
HiGHS 1.15.1, one busy core of two; seconds of processor time, to a vertex (c) or without crossover (n):

    hours   rows      simplex   ipx n   ipx c   hipo n      hipo c      hipo c, bounds scaled
    168     8 905     0.5       0.6     0.6     1.2         1.2         1.1
    672     35 617    7.6       10.2    -       breakdown   12.3 *      9.9
    1344    71 233    27.8      31.6    31.3    25.3        26.7        19.7
    2016    106 849   61.9      80.4    80.3    33.4        33.9        39.7
    4368    231 505   -         -       -       76 (scaled) 354 *       -

(*) HiPO made no progress, and HiGHS finished with the simplex. A vertex costs next to nothing on top of the
interior point, and is cleaner to read, so crossover is on up to `CROSSOVER_ROWS` unless it is switched off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kenli.engine.program import FlatProgram
from kenli.engine.solve.options import SolverOptions

SIMPLEX_ROWS = 20_000
"""Up to this many rows the dual simplex is the first choice. The table says 50,000 for generated programs; on the
reference park, three weeks (38,558 rows, many storages of long duration) took the simplex 92 s, IPX 20 s and HiPO
23 s in one run, so the rule stays on the safe side: a wrong interior point costs seconds, a wrong simplex minutes."""

CROSSOVER_ROWS = 250_000
"""Above this many rows an interior answer stays one unless a vertex is asked for: the simplex that cleans up after
an imprecise crossover has no bound in time (354 s at 231,505 rows), and the certificate does not need a vertex."""

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
    crossover = rows <= CROSSOVER_ROWS if options.crossover == "auto" else bool(options.crossover)
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


def hipo_scales(flat: FlatProgram) -> tuple[int, int]:
    """Return the powers of two for HiPO on (bounds and right-hand sides, costs).

    Where costs are scaled, bounds are not: both together shrink the values towards the tolerances.
    """
    costs = hipo_objective_scale(flat)
    return (0, costs) if costs else (hipo_bound_scale(flat), 0)


def hipo_bound_scale(flat: FlatProgram) -> int:
    """Return the power of two by which HiPO should scale bounds and right-hand sides, from -10 to 0.

    HiPO ends with "no progress" on programs whose values are far above 1. Measured on a generated
    program of 53 columns an hour (upper quartile of the right-hand sides 60): 672 hours broke down
    unscaled and with -3, and was solved with -6 (7 s), -9 (10 s), -12 (12 s, at a tenth of the accuracy);
    4368 hours broke down unscaled (354 s with the simplex that followed) and took 76 s with -6.
    """
    sides = np.abs(np.concatenate([flat.row_lower, flat.row_upper]))
    sides = sides[np.isfinite(sides) & (sides > 0)]
    if not sides.size:
        return 0
    return -int(np.clip(np.round(np.log2(np.quantile(sides, 0.75))), 0, 10))


def hipo_objective_scale(flat: FlatProgram) -> int:
    """Return the power of two by which HiPO should scale costs, from -20 to 0: the largest to about 1e4.

    Annuities of a million beside hourly costs of one stall it. Measured on the year of the reference park (665,774
    rows, largest cost 2.4e6): with bounds scaled by -5 and costs not, HiPO gave up at a gap of 1e-2 after 63
    iterations and 240 s, and what followed (IPX) had no end in sight; with costs scaled by -8 and bounds not, it
    converged.
    """
    largest = float(np.max(np.abs(flat.cost), initial=0.0))
    return -int(np.clip(np.round(np.log2(largest / 1e4)), 0, 20)) if largest > 1e4 else 0
