r"""On and off: a whole number $n_t$ of running units of size $u$.

$$ \underline{m}\,u\,n_t \le a_t \le \alpha_t\,u\,n_t, \quad n_t \le N, \quad
   n_t - n_{t-1} = s^{up}_t - s^{down}_t $$
$$ \sum_{\tau=t-U+1}^{t} s^{up}_\tau \le n_t, \qquad \sum_{\tau=t-D+1}^{t} s^{down}_\tau \le N - n_t $$

The last two keep a unit on for $U$ and off for $D$ steps (Rajan and Takriti 2005). Periods are cyclic.
"""

from __future__ import annotations

import math

import numpy as np

from kenli.core.errors import InputError
from kenli.engine.formulation.context import Array, Build, SizeColumns, Under
from kenli.engine.program import Columns
from kenli.park.sizes import OnOff


def add_on_off(
    build: Build, name: str, options: OnOff, activity: Columns, size: SizeColumns, availability: Array
) -> None:
    """Add on/off operation of a converter; makes the program a mixed-integer one.

    Raises:
        InputError: the size is to be chosen and no unit size says how large a unit is.
    """
    program = build.program
    unit = size.unit_size
    if unit is None:
        if size.built is not None:
            raise InputError.at(
                f"components > {name} > on_off",
                "the size is to be chosen, so the size of one unit must be known",
                "write capacity > unit_size (and whole_units: true), or a fixed capacity",
                code="on-off",
            )
        unit = size.existing
    build.limited.setdefault((size.component, size.quantity), []).append(Under(activity, availability))
    units_existing = round(size.existing / unit) if unit > 0.0 else 0
    if abs(units_existing * unit - size.existing) > 1e-6 * max(size.existing, 1e-9):
        raise InputError.at(
            f"components > {name} > capacity",
            f"what exists ({size.existing:g}) is no whole number of units of {unit:g}",
            "write an `existing` that is a multiple of unit_size; a part of a unit cannot be switched",
            code="on-off",
        )
    units_new = size.count
    if size.built is not None and units_new is None:
        raise InputError.at(
            f"components > {name} > on_off",
            "units that are switched are built as whole units",
            "write capacity > whole_units: true",
            code="on-off",
        )
    running = program.add_columns(f"running/{name}", integer=True)
    starts = program.add_columns(f"starts/{name}")
    stops = program.add_columns(f"stops/{name}")
    program.set_column_bounds(running, upper=np.inf if units_new is not None else units_existing)
    rows = program.add_rows(f"running_limit/{name}", upper=float(units_existing))
    program.add_coefficients(rows, running, 1.0)
    if units_new is not None:
        program.add_coefficients(rows, units_new, -1.0)
    high = program.add_rows(f"capacity/{name}", upper=0.0)
    program.add_coefficients(high, activity, 1.0)
    program.add_coefficients(high, running, -unit * availability)
    if options.min_load > 0.0:
        low = program.add_rows(f"min_load/{name}", lower=0.0)
        program.add_coefficients(low, activity, 1.0)
        program.add_coefficients(low, running, -options.min_load * unit)
    change = program.add_rows(f"switching/{name}", lower=0.0, upper=0.0)
    program.add_coefficients(change, running, 1.0)
    program.add_coefficients(change, running, -1.0, previous=True)
    program.add_coefficients(change, starts, -1.0)
    program.add_coefficients(change, stops, 1.0)
    if options.start_cost > 0.0:
        per_year = build.yearly / build.horizon.duration
        program.add_cost("start_cost", starts, options.start_cost * unit * per_year, owner=name)
    _least_time(build, f"min_up/{name}", starts, running, options.min_up, -1.0, 0.0, None)
    _least_time(build, f"min_down/{name}", stops, running, options.min_down, 1.0, float(units_existing), units_new)


def _least_time(
    build: Build,
    name: str,
    switches: Columns,
    running: Columns,
    hours: float,
    sign: float,
    bound: float,
    units: Columns | None,
) -> None:
    """`sum of the last switches + sign * running <= bound (+ units built)`."""
    count = math.ceil(hours / build.horizon.duration - 1e-9)
    if count <= 1:
        return
    program = build.program
    rows = program.add_rows(name, upper=bound)
    place = np.arange(build.steps, dtype=np.int64)
    at_row = np.arange(build.steps, dtype=np.int64)
    for _ in range(min(count, build.horizon.period_steps)):
        program.add_coefficients(rows, switches, np.ones(build.steps), row_index=at_row, column_index=place)
        place = build.program.previous[place]
    program.add_coefficients(rows, running, sign)
    if units is not None:
        program.add_coefficients(rows, units, -1.0)
