"""The table of capacities: what exists, what is built, what it costs, what more of it is worth."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa

from kenli.engine.formulation.context import SizeColumns
from kenli.engine.results.answer import Answer
from kenli.engine.results.structure import from_rows

SCHEMA = pa.schema(
    [
        ("component", pa.string()), ("kind", pa.string()), ("quantity", pa.string()), ("unit", pa.string()),
        ("existing", pa.float64()), ("built", pa.float64()), ("total", pa.float64()), ("minimum", pa.float64()),
        ("maximum", pa.float64()), ("investment", pa.float64()), ("annuity", pa.float64()),
        ("fixed_om", pa.float64()), ("price", pa.float64()), ("utilisation", pa.float64()),
    ]
)  # fmt: skip


def capacities(answer: Answer) -> pa.Table:
    """Return one row per size; a size without limit has none."""
    rows = []
    for size in answer.build.sizes.values():
        if size.unlimited:
            continue
        total = size.total(answer.x)
        built = max(total - size.existing, 0.0)
        economics = size.economics
        rows.append(
            {
                "component": size.component,
                "kind": answer.build.park.components[size.component].kind,
                "quantity": size.quantity,
                "unit": size.unit,
                "existing": size.existing,
                "built": built,
                "total": size.existing + built,
                "minimum": size.low,
                "maximum": size.high if math.isfinite(size.high) else None,
                "investment": built * economics.capex,
                "annuity": built * economics.annuity,
                "fixed_om": (size.existing + built) * economics.fixed_om,
                "price": size_price(answer, size),
                "utilisation": _utilisation(answer, size, size.existing + built),
            }
        )
    return from_rows(rows, SCHEMA)


def size_price(answer: Answer, size: SizeColumns) -> float:
    """Return what one more unit of the size's maximum would save a year.

    A size that can grow is worth its reduced cost at the upper bound; one that cannot is worth what the
    flows under it would save, the sum of their reduced costs times the share of the size they may use.
    """
    if size.built is not None:
        return max(-float(answer.solution.reduced_cost_of(size.built)[0]), 0.0) + 0.0  # no negative zero
    saved = 0.0
    for columns, share in answer.build.limited.get((size.component, size.quantity), []):
        reduced = answer.solution.reduced_cost_of(columns)
        saved += float(np.maximum(-reduced, 0.0) @ np.broadcast_to(np.asarray(share), (columns.size,)))
    for rows, share in answer.build.limited_rows.get((size.component, size.quantity), []):
        dual = answer.solution.dual_of(rows)
        saved += float(np.maximum(-dual, 0.0) @ np.broadcast_to(np.asarray(share), (rows.size,)))
    return saved


def _utilisation(answer: Answer, size: SizeColumns, total: float) -> float | None:
    if total <= 1e-9 or size.quantity == "energy":
        return None
    yearly = answer.build.yearly
    flows = [
        answer.x[columns.span]
        for columns, _ in answer.build.limited.get((size.component, size.quantity), [])
        if not columns.name.startswith("charge/") or size.quantity == "charge"
    ]
    if not flows:
        return None
    return min(float(yearly @ np.sum(flows, axis=0)) / (total * float(yearly.sum())), 1.0)
