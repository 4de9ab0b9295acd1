r"""Storages: a content that carries over.

$$ e_t = \lambda\,e_{t-1} + \eta^{in} h\,x^{in}_t - \frac{h}{\eta^{out}}\,x^{out}_t,
   \qquad \underline{l}\,E \le e_t \le \overline{l}\,E $$

with $\lambda = (1 - loss)^h$. $e_t$ is the content at the end of step $t$; without `initial` the year is
cyclic, the content before the first step being that after the last. `x^{in}` and `x^{out}` are each
limited by the power; `duration` ties content to power, `cycles` caps $\sum_t w_t x^{out}_t / \eta^{out}$.

On representative periods the content is the sum of what a period does by itself and what was there
when it began; see `storage_link`.
"""

from __future__ import annotations

import numpy as np

from kenli.engine.formulation.context import Build, SizeColumns, StorageColumns
from kenli.engine.formulation.investment import add_size, limit_by_size
from kenli.engine.formulation.storage_link import add_links
from kenli.engine.program import Columns
from kenli.park.components import Storage


def add_storage(build: Build, name: str, item: Storage) -> None:
    """Add a storage with its sizes, flows, content and costs."""
    park, program = build.park, build.program
    carrier = park.carrier_of(item.bus)
    unit = park.rate_unit(carrier)
    economics = build.resolved.power[name]
    power = add_size(build, name, "power", item.power, economics, unit)
    charging = power
    if item.charge_power is not None:
        charging = add_size(build, name, "charge", item.charge_power, build.resolved.charge[name], unit)
    content = add_size(build, name, "energy", item.energy, build.resolved.energy[name], park.amount_unit(carrier))
    charge = program.add_columns(f"charge/{name}")
    discharge = program.add_columns(f"discharge/{name}")
    limit_by_size(build, f"charge_limit/{name}", charge, charging)
    limit_by_size(build, f"discharge_limit/{name}", discharge, power)
    build.flow(name, item.bus, "in", charge)
    out = build.flow(name, item.bus, "out", discharge)
    build.cost("variable_om", out, economics.variable_om)
    build.cost("variable_cost", out, item.variable_cost)

    hours = build.horizon.duration
    decay = (1.0 - build.resolved.standing_loss[name]) ** hours
    efficiency = build.resolved.efficiency[name]
    representative = not build.horizon.is_chronological
    level = program.add_columns(f"level/{name}", lower=-np.inf if representative else 0.0)
    rows = program.add_rows(f"level_balance/{name}", lower=0.0, upper=0.0)
    program.add_coefficients(rows, level, 1.0)
    carried = np.full(build.steps, -decay)
    if representative:
        carried[build.horizon.first_of_period] = 0.0
    elif item.level.initial is not None:
        carried[0] = 0.0
    program.add_coefficients(rows, level, carried, previous=True)
    program.add_coefficients(rows, charge, -hours * efficiency.charge)
    program.add_coefficients(rows, discharge, hours / efficiency.discharge)
    start = None
    if representative:
        start = add_links(build, name, level, content, decay, item)
    else:
        _limit_level(build, name, item, level, rows.number, content, decay)
    build.levels[name] = StorageColumns(name, charge, discharge, level, start, decay)
    _tie_sizes(build, name, item, power, content)
    if item.cycles is not None:
        cap = program.add_rows(f"cycles/{name}", 1, upper=item.cycles * content.existing)
        program.add_coefficients(cap, discharge, build.yearly / efficiency.discharge)
        build.move(content, cap, item.cycles)
        if content.built is not None:
            program.add_coefficients(cap, content.built, -item.cycles)


def _limit_level(
    build: Build, name: str, item: Storage, level: Columns, rows: int, content: SizeColumns, decay: float
) -> None:
    program = build.program
    limit_by_size(build, f"level_max/{name}", level, content, item.level.max)
    if item.level.min > 0.0:
        low = program.add_rows(f"level_min/{name}", lower=item.level.min * content.existing)
        program.add_coefficients(low, level, 1.0)
        build.move(content, low, item.level.min)
        if content.built is not None:
            program.add_coefficients(low, content.built, -item.level.min)
    if item.level.initial is None:
        return
    # The first step starts from the declared content instead of from the last step.
    balance = program.row_families[rows]
    known = np.zeros(build.steps)
    known[0] = decay * item.level.initial * content.existing
    program.set_row_bounds(balance, lower=known, upper=known)
    build.move(content, balance, np.where(np.arange(build.steps) == 0, decay * item.level.initial, 0.0))
    if content.built is not None:
        first = np.zeros(1, dtype=np.int64)
        program.add_coefficients(
            balance, content.built, [-decay * item.level.initial], row_index=first, column_index=first
        )
    share = item.level.initial if item.level.final is None else item.level.final
    final = program.add_rows(f"level_final/{name}", 1, lower=share * content.existing)
    build.move(content, final, share)
    last = np.array([build.steps - 1])
    program.add_coefficients(final, level, [1.0], row_index=np.zeros(1, dtype=np.int64), column_index=last)
    if content.built is not None:
        program.add_coefficients(final, content.built, -share)


def _tie_sizes(build: Build, name: str, item: Storage, power: SizeColumns, content: SizeColumns) -> None:
    if item.duration is None:
        return
    for side, hours in (("min", item.duration.min), ("max", item.duration.max)):
        if hours is None or (side == "min" and hours == 0.0):
            continue
        known = hours * power.existing - content.existing
        lower, upper = (known, np.inf) if side == "min" else (-np.inf, known)
        rows = build.program.add_rows(f"duration_{side}/{name}", 1, lower=lower, upper=upper)
        build.move(power, rows, hours)
        build.move(content, rows, -1.0)
        if content.built is not None:
            build.program.add_coefficients(rows, content.built, 1.0)
        if power.built is not None:
            build.program.add_coefficients(rows, power.built, -hours)
