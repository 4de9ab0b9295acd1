"""Limits with a name: a row that people know, its value and what relaxing it is worth."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kenli.engine.formulation.context import Build, Limit
from kenli.engine.formulation.expression import Expression


def add_limit(
    build: Build,
    name: str,
    label: tuple[str, str],
    unit: str,
    sense: Literal["<=", ">="],
    bound: float,
    numerator: Expression,
    denominator: Expression | None = None,
    *,
    penalty: float | None = None,
    component: str | None = None,
) -> Limit:
    """Add `numerator <= bound * denominator` (or `>=`) as one row over the year.

    Args:
        build: program under construction.
        name: family name of the row.
        label: English and Chinese name.
        unit: unit of the bound.
        sense: direction.
        bound: the limit; a share where a denominator is given.
        numerator: what is limited.
        denominator: what it is measured against; None for an absolute limit.
        penalty: money per unit of the numerator by which the limit may be missed; None is hard.
        component: component that the limit belongs to, if it belongs to one.
    """
    whole = numerator if denominator is None else numerator.plus(denominator, -bound)
    edge = (bound if denominator is None else 0.0) - whole.constant
    lower, upper = (edge, np.inf) if sense == ">=" else (-np.inf, edge)
    rows = build.program.add_rows(name, 1, lower=lower, upper=upper)
    whole.write(build.program, rows)
    for size, factor in whole.sizes:
        build.move(build.sizes[size], rows, -factor)  # type: ignore[index]
    if penalty is not None:
        miss = build.program.add_columns(f"missed/{name}", 1)
        build.program.add_coefficients(rows, miss, 1.0 if sense == ">=" else -1.0)
        build.program.add_cost("penalty", miss, penalty, owner=name)
    limit = Limit(name, label, unit, sense, bound, numerator, denominator, rows, component)
    build.limits.append(limit)
    return limit
