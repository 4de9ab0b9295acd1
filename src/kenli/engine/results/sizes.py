"""The table of capacities: what exists, what is built, what it costs, what more of it is worth."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa

from kenli.engine.formulation.context import SizeColumns
from kenli.engine.results.answer import Answer
from kenli.engine.results.structure import from_rows
from kenli.park.components import Converter

DUST = 1e-4
"""A tenth of a kilowatt (or of a kWh, or 100 g) of something to build is what an interior answer leaves of nothing."""

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
        if built < DUST:
            built = 0.0
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
                "price": _without_noise(answer, size, size_price(answer, size)),
                "utilisation": _utilisation(answer, size, size.existing + built),
            }
        )
    return from_rows(rows, SCHEMA)


def size_price(answer: Answer, size: SizeColumns) -> float | None:
    """Return what one more unit of the size's maximum would save a year; None for whole units and on/off.

    A size that can grow is worth its reduced cost at the upper bound. One that cannot is worth what it
    would spare the flows, contents and limits that it holds: their prices times the share by which their
    bounds follow the size, less what a unit costs every year.
    """
    component = answer.build.park.components[size.component]
    if size.count is not None or (isinstance(component, Converter) and component.on_off is not None):
        return None  # a unit more is not a small change, and no dual knows what it is worth
    if size.built is not None:
        return max(-float(answer.solution.reduced_cost_of(size.built)[0]), 0.0) + 0.0  # no negative zero
    key = (size.component, size.quantity)
    saved = -answer.build.upkeep.get(key, 0.0) - (size.economics.annuity if size.grows else 0.0)
    for under in answer.build.limited.get(key, []):
        reduced = -answer.solution.reduced_cost_of(under.columns)
        worth = reduced if under.equal else np.maximum(reduced, 0.0)  # the lower bound, zero, stays
        saved += float(worth @ np.broadcast_to(np.asarray(under.share), worth.shape))
    for rows, share in answer.build.moved.get(key, []):
        dual = answer.solution.dual_of(rows)
        saved -= float(dual @ np.broadcast_to(np.asarray(share), dual.shape))
    return max(saved, 0.0)


def _without_noise(answer: Answer, size: SizeColumns, price: float | None) -> float | None:
    """Take a price that is only the solver's rounding for zero: all of the size worth a billionth of the cost."""
    if price is None:
        return None
    whole = price * max(size.high if math.isfinite(size.high) else 0.0, size.total(answer.x), 1.0)
    return price if whole > 1e-9 * max(1.0, abs(answer.solution.objective)) else 0.0


def _utilisation(answer: Answer, size: SizeColumns, total: float) -> float | None:
    if total <= 1e-9 or size.quantity == "energy":
        return None
    yearly = answer.build.yearly
    flows = [
        answer.x[under.columns.span]
        for under in answer.build.limited.get((size.component, size.quantity), [])
        if not under.columns.name.startswith("charge/") or size.quantity == "charge"
    ]
    if not flows:
        return None
    return min(float(yearly @ np.sum(flows, axis=0)) / (total * float(yearly.sum())), 1.0)
