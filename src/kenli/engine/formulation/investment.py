r"""Sizes: what exists, what may be built, what it costs a year.

$$ \underline{C} \le C^{exist} + C^{built} \le \overline{C}, \qquad
   \text{cost} = a(r, n)\, I\, C^{built} + f\,(C^{exist} + C^{built}) $$

with the annuity factor $a(r, n) = r / (1 - (1+r)^{-n})$, overnight investment $I$ and fixed operation
and maintenance $f$. What exists is paid for already; only its operation costs. With `whole_units`,
$C^{built} = u\,N$ with a whole number $N$ of units of size $u$.

A flow is limited by its size, $x_t \le \alpha_t\,(C^{exist} + C^{built})$.
"""

from __future__ import annotations

import numpy as np

from kenli.core.errors import InputError
from kenli.engine.formulation.context import Build, Quantity, SizeColumns, Under, Value
from kenli.engine.program import Columns
from kenli.park.economics import Economics
from kenli.park.sizes import SizeLimits


def add_size(
    build: Build, component: str, quantity: Quantity, size: SizeLimits, economics: Economics, unit: str
) -> SizeColumns:
    """Add the column of a size with its yearly costs.

    Args:
        build: program under construction.
        component: name of the component.
        quantity: which of its sizes.
        size: limits from the park file.
        economics: money per unit of size.
        unit: MW, t/h, MWh or t.
    """
    low, high = size.range
    existing = 0.0 if size.unlimited else size.base()
    program = build.program
    built = count = None
    unit_size = size.bounds()[2]
    if size.can_grow and high > existing:
        built = program.add_columns(
            f"built/{component}/{quantity}", 1, lower=max(low - existing, 0.0), upper=high - existing
        )
        program.add_cost("annuity", built, economics.annuity, owner=component)
        if size.whole_units and unit_size:
            most = np.floor((high - existing) / unit_size + 1e-9) if np.isfinite(high) else np.inf
            count = program.add_columns(f"units/{component}/{quantity}", 1, upper=most, integer=True)
            rows = program.add_rows(f"whole_units/{component}/{quantity}", 1, lower=0.0, upper=0.0)
            program.add_coefficients(rows, built, 1.0)
            program.add_coefficients(rows, count, -unit_size)
    grows = size.can_grow
    columns = SizeColumns(
        component, quantity, unit, existing, low, high, size.unlimited, built, grows, unit_size, count, economics
    )
    build.sizes[component, quantity] = columns
    build.cost_of_size("fixed_om", columns, economics.fixed_om, owner=component)
    return columns


def need_size(size: SizeColumns, where: str, why: str) -> None:
    """Refuse an unlimited size where something is measured against it.

    Raises:
        InputError: the size is unlimited.
    """
    if size.unlimited:
        raise InputError.at(
            where,
            f"{why}, and the size of '{size.component}' is unlimited",
            "write the size, such as `50 MW` or `{max: 1 GW}`, or take this out",
            code="unlimited",
        )


def limit_by_size(
    build: Build, name: str, columns: Columns, size: SizeColumns, factor: Value = 1.0, *, equal: bool = False
) -> None:
    """Limit a time column by a size: `columns <= factor * size`, or `==` with `equal`.

    Args:
        build: program under construction.
        name: name of the row family, used only where rows are needed.
        columns: (T,) columns.
        size: the size.
        factor: (T,) or constant share of the size, zero or more.
        equal: whether the columns must equal the product (a must-run source).
    """
    if size.unlimited:
        return
    share = np.broadcast_to(np.asarray(factor, dtype=np.float64), (build.steps,))
    build.limited.setdefault((size.component, size.quantity), []).append(Under(columns, share, equal))
    program = build.program
    if size.built is None:
        bound = share * size.existing
        program.set_column_bounds(columns, upper=bound, lower=bound if equal else None)
        return
    # A column that no size can lift above zero is closed by its bound, not left to a row.
    program.set_column_bounds(columns, upper=np.where(share > 0.0, np.inf, 0.0))
    known = share * size.existing
    rows = program.add_rows(name, lower=known if equal else -np.inf, upper=known)
    program.add_coefficients(rows, columns, 1.0)
    program.add_coefficients(rows, size.built, -share)
