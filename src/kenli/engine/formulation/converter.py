r"""Converters: every flow follows the flow $a_t$ at the bus where the capacity is measured.

$$ x_{b,t} = \rho_{b,t}\,a_t, \qquad 0 \le a_t \le \alpha_t\,C $$

Ramps: $-r^{down} h\,C \le a_t - a_{t-1} \le r^{up} h\,C$ with the step length $h$, inside a period.
"""

from __future__ import annotations

import numpy as np

from kenli.engine.formulation.context import Build, SizeColumns, Supply
from kenli.engine.formulation.emissions import add_emission
from kenli.engine.formulation.investment import add_size, limit_by_size, need_size
from kenli.engine.formulation.on_off import add_on_off
from kenli.engine.program import Columns
from kenli.park.components import Converter


def add_converter(build: Build, name: str, item: Converter) -> None:
    """Add a converter with its size, activity, flows, costs and limits of operation."""
    park = build.park
    economics = build.resolved.power[name]
    carrier = park.carrier_of(item.reference)
    size = add_size(build, name, "power", item.capacity, economics, park.rate_unit(carrier))
    activity = build.program.add_columns(f"flow/{name}")
    availability = build.profiles.array(f"availability/{name}")
    if item.on_off is None:
        limit_by_size(build, f"capacity/{name}", activity, size, availability)
    else:
        add_on_off(build, name, item.on_off, activity, size, availability)
    for bus in item.inputs:
        build.flow(name, bus, "in", activity, build.profiles.value(f"ratio/{name}/{bus}"))
    for bus in item.outputs:
        flow = build.flow(name, bus, "out", activity, build.profiles.value(f"ratio/{name}/{bus}"))
        kind = park.carrier_kind(park.carrier_of(bus))
        if kind == "electricity":
            build.supplies.append(Supply(name, flow, kind, 1.0 if item.clean else 0.0, False, None))
    reference = next(f for f in build.flows[::-1] if f.component == name and f.bus == item.reference)
    build.cost("variable_om", reference, economics.variable_om)
    add_emission(build, name, reference, 1)
    if item.ramp is not None:
        need_size(size, f"components > {name} > ramp", "a ramp is a share of the size")
        _add_ramp(build, name, item, activity, size)


def _add_ramp(build: Build, name: str, item: Converter, activity: Columns, size: SizeColumns) -> None:
    assert item.ramp is not None
    inside = ~build.horizon.first_of_period  # the step before the first is in another period
    hours = build.horizon.duration
    for side, rate, sign in (("up", item.ramp.up, 1.0), ("down", item.ramp.down, -1.0)):
        if rate is None:
            continue
        bound = np.where(inside, rate * hours * size.existing, np.inf)
        rows = build.program.add_rows(f"ramp_{side}/{name}", upper=bound)
        build.program.add_coefficients(rows, activity, np.where(inside, sign, 0.0))
        build.program.add_coefficients(rows, activity, np.where(inside, -sign, 0.0), previous=True)
        build.move(size, rows, np.where(inside, rate * hours, 0.0))
        if size.built is not None:
            build.program.add_coefficients(rows, size.built, np.where(inside, -rate * hours, 0.0))
