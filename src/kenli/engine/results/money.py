"""Tables of money and carbon; their sums are those of the program."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kenli.core.errors import Problem, SolverError
from kenli.engine.formulation.emissions import total_emission
from kenli.engine.results.answer import Answer
from kenli.engine.results.flows import stack
from kenli.engine.results.structure import from_rows

TOLERANCE = 1e-6


def objective(answer: Answer) -> pa.Table:
    """Return the cost of the plan as named terms.

    Raises:
        SolverError: the terms do not sum to the solver's objective.
    """
    lines = [line for line in answer.objective if line.amount != 0.0]
    total = sum(line.amount for line in answer.objective)
    scale = max(1.0, sum(abs(line.amount) for line in answer.objective))
    if abs(total - answer.solution.objective) > TOLERANCE * scale:
        raise _broken("the terms of the objective", total, answer.solution.objective)
    known = set(answer.build.park.components)
    rows = [
        {
            "term": line.term,
            "component": line.owner if line.owner in known else None,
            "contract": line.basis if line.owner in known else line.basis or line.owner or None,
            "amount": line.amount,
        }
        for line in lines
    ]
    text = pa.string()
    return from_rows(
        rows, pa.schema([("term", text), ("component", text), ("contract", text), ("amount", pa.float64())])
    )


def emissions(answer: Answer) -> pa.Table:
    """Return emission by step and source.

    Raises:
        SolverError: the table does not sum to the emission that the program counted.
    """
    build = answer.build
    steps = np.arange(build.steps, dtype=np.int32)
    parts = []
    for entry in build.emissions:
        activity = answer.values(entry.flow) * build.yearly
        factor = np.broadcast_to(np.asarray(entry.factor, dtype=np.float64), activity.shape).copy()
        parts.append(
            {
                "timestep": steps, "component": entry.component, "bus": entry.bus, "carrier": entry.carrier,
                "scope": np.full(build.steps, entry.scope, dtype=np.int8), "activity": activity, "factor": factor,
                "factor_id": entry.factor_id, "amount": activity * factor,
            }
        )  # fmt: skip
    text, number = pa.string(), pa.float64()
    table = stack(
        parts,
        {"timestep": pa.int32(), "component": text, "bus": text, "carrier": text, "scope": pa.int8(),
         "activity": number, "factor": number, "factor_id": text, "amount": number},
    )  # fmt: skip
    counted = total_emission(build).value(answer.x)
    summed = float(np.sum(np.asarray(table["amount"]))) if parts else 0.0
    scale = max(1.0, float(np.sum(np.abs(np.asarray(table["amount"])))) if parts else 0.0)
    if abs(counted - summed) > TOLERANCE * scale:
        raise _broken("the emission table", summed, counted)
    return table


def _broken(what: str, found: float, expected: float) -> SolverError:
    return SolverError(
        Problem(
            "plan > write",
            f"{what} sums to {found:.10g}, the program has {expected:.10g}",
            "this is a defect of Kenli: please report it with the park file",
            code="reconciliation",
        )
    )
