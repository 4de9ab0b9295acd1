"""Take flows away that cancel exactly: a lossless, costless storage that fills and empties at once.

Such a pair changes neither the content, nor the bus, nor the cost, but would read as nonsense. Only exact
cases are touched; the certificate is computed afterwards, on the plan as it is reported.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kenli.engine.formulation import Formulation
from kenli.engine.program import Columns
from kenli.engine.solve import Solution


def net_cancelling_flows(formulation: Formulation, solution: Solution) -> Solution:
    """Return the solution with cancelling flows of lossless, costless storages and connections at zero.

    Args:
        formulation: the program and its registers.
        solution: an answer with values.
    """
    build = formulation.build
    cost, _ = formulation.program.costs()
    pairs: list[tuple[Columns, Columns]] = []
    for name, storage in build.levels.items():
        efficiency = build.resolved.efficiency[name]
        if efficiency.charge == 1.0 and efficiency.discharge == 1.0:
            pairs.append((storage.charge, storage.discharge))
    families = {columns.name: columns for columns in build.program.column_families}
    for name, columns in families.items():
        kind, _, owner = name.partition("/")
        if kind == "flow_back" and build.lossless(owner):
            pairs.append((families[f"flow/{owner}"], columns))
    x = solution.x.copy()
    for first, second in pairs:
        if np.any(cost[first.span]) or np.any(cost[second.span]):
            continue
        both = np.minimum(x[first.span], x[second.span])
        both = np.maximum(both, 0.0)
        x[first.span] -= both
        x[second.span] -= both
    return replace(solution, x=x, row_value=solution.flat.matrix @ x)
