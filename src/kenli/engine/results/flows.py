"""Tables over time: flows, contents, prices, potentials, and whether the buses balance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from kenli.engine.formulation.context import StorageColumns
from kenli.engine.results.answer import Answer, Array
from kenli.park.components import Storage

DUST = 1e-9
"""Contents below this, in MWh or t, are nothing."""


def stack(parts: list[dict[str, Any]], types: dict[str, Any]) -> pa.Table:
    """Join parts whose entries are arrays, or one word for the whole part."""
    columns: dict[str, pa.ChunkedArray] = {}
    for name, kind in types.items():
        chunks = []
        for part in parts:
            value = part[name]
            length = next(len(v) for v in part.values() if isinstance(v, np.ndarray))
            chunks.append(
                pa.array(value, kind) if isinstance(value, np.ndarray) else pa.repeat(pa.scalar(value, kind), length)
            )
        columns[name] = pa.chunked_array(chunks, type=kind)
    return pa.table(columns)


def flows(answer: Answer) -> pa.Table:
    """Return the mean flow between each component and bus in each step."""
    build, park = answer.build, answer.build.park
    steps = np.arange(build.steps, dtype=np.int32)
    sums: dict[tuple[str, str, str], Array] = {}
    for flow in build.flows:
        if flow.component in build.shortages and flow.direction == "out":
            continue  # what was not delivered is taken off the demand below
        key = (flow.component, flow.bus, flow.direction)
        sums[key] = sums.get(key, np.zeros(build.steps)) + answer.values(flow)
    for name, columns in build.shortages.items():
        bus = park.components[name].buses()[0]
        sums[name, bus, "in"] = np.maximum(sums[name, bus, "in"] - np.maximum(answer.x[columns.span], 0.0), 0.0)
    parts = [
        {
            "timestep": steps, "component": component, "bus": bus, "carrier": park.carrier_of(bus),
            "direction": direction, "value": values,
        }
        for (component, bus, direction), values in sums.items()
    ]  # fmt: skip
    text = pa.string()
    return stack(
        parts,
        {"timestep": pa.int32(), "component": text, "bus": text, "carrier": text, "direction": text,
         "value": pa.float64()},
    )  # fmt: skip


def balance(flow_table: pa.Table, yearly: Array) -> pa.Table:
    """Return the yearly sums of the flow table."""
    weight = pa.array(yearly[flow_table["timestep"].to_numpy()])
    energy = pa.array(np.asarray(flow_table["value"]) * np.asarray(weight))
    grouped = flow_table.append_column("energy", energy).group_by(["bus", "component", "direction"], use_threads=False)
    sums = grouped.aggregate([("energy", "sum")])
    return sums.rename_columns(["bus", "component", "direction", "energy"])


def balance_residuals(answer: Answer, flow_table: pa.Table) -> pa.Table:
    """Return how far given and taken differ on each bus, from the stored flows alone."""
    build = answer.build
    frame = flow_table.to_pandas(use_threads=False)
    rows: dict[str, list[Any]] = {"bus": [], "max_absolute": [], "max_relative": []}
    for bus, options in build.park.buses.items():
        here = frame[frame["bus"] == bus]
        totals = here.pivot_table(index="timestep", columns="direction", values="value", aggfunc="sum", fill_value=0.0)
        given = totals["out"].to_numpy() if "out" in totals else np.zeros(build.steps)
        taken = totals["in"].to_numpy() if "in" in totals else np.zeros(build.steps)
        difference = given - taken
        if options.surplus:
            difference = np.minimum(difference, 0.0)
        worst = float(np.abs(difference).max(initial=0.0))
        scale = max(float(given.max(initial=0.0)), float(taken.max(initial=0.0)), 1e-9)
        rows["bus"].append(bus)
        rows["max_absolute"].append(worst)
        rows["max_relative"].append(worst / scale)
    return pa.table(rows)


def prices(answer: Answer) -> pa.Table:
    """Return what one more unit taken from each bus in each step would cost."""
    build = answer.build
    steps = np.arange(build.steps, dtype=np.int32)
    parts = [
        {"timestep": steps, "bus": bus, "price": answer.solution.dual_of(rows) / build.yearly}
        for bus, rows in build.balances.items()
    ]
    return stack(parts, {"timestep": pa.int32(), "bus": pa.string(), "price": pa.float64()})


def potentials(answer: Answer) -> pa.Table:
    """Return what each source could have given, and what of it was not taken."""
    steps = np.arange(answer.build.steps, dtype=np.int32)
    parts = []
    for name, potential in answer.build.potentials.items():
        value = potential.availability * potential.size.total(answer.x)
        curtailed = np.maximum(value - answer.values(potential.flow), 0.0)
        parts.append({"timestep": steps, "component": name, "value": value, "curtailed": curtailed})
    return stack(
        parts,
        {"timestep": pa.int32(), "component": pa.string(), "value": pa.float64(), "curtailed": pa.float64()},
    )


def levels(answer: Answer) -> pa.Table:
    """Return the content at the ends of the steps; of a representative period, in its own real week."""
    build = answer.build
    parts = []
    for name, storage in build.levels.items():
        values = _step_levels(answer, name, storage)
        parts.append({"timestep": np.arange(len(values), dtype=np.int32), "component": name, "level": values})
    return stack(parts, {"timestep": pa.int32(), "component": pa.string(), "level": pa.float64()})


def chronological_levels(answer: Answer) -> pa.Table:
    """Return the content at every full hour of the year."""
    hours_per_step = answer.build.horizon.duration
    parts = []
    for name, storage in answer.build.levels.items():
        ends = _year_levels(answer, name, storage)
        hours = np.arange(len(ends)) * hours_per_step
        whole = np.abs(hours - np.rint(hours)) < 1e-9
        parts.append({"hour": np.rint(hours[whole]).astype(np.int32), "component": name, "level": ends[whole]})
    return stack(parts, {"hour": pa.int32(), "component": pa.string(), "level": pa.float64()})


def _first_content(answer: Answer, name: str, ends: Array) -> float:
    item = answer.build.park.components[name]
    assert isinstance(item, Storage)
    if item.level.initial is None:
        return float(ends[-1])
    return item.level.initial * answer.build.sizes[name, "energy"].total(answer.x)


def _year_levels(answer: Answer, name: str, storage: StorageColumns) -> Array:
    """Return the content at the start of the year and at the end of each step of the year."""
    horizon = answer.build.horizon
    inside = answer.x[storage.level.span]
    if storage.start is None:
        return _clean(np.concatenate([[_first_content(answer, name, inside)], inside]))
    start = answer.x[storage.start.span]
    steps = horizon.period_steps
    fading = storage.decay ** np.arange(1, steps + 1)
    weeks = inside.reshape(-1, steps)[horizon.originals] + start[:, None] * fading[None, :]
    return _clean(np.concatenate([[start[0]], weeks.ravel()]))


def _step_levels(answer: Answer, name: str, storage: StorageColumns) -> Array:
    """Return T+1 contents along the horizon's own steps."""
    horizon = answer.build.horizon
    year = _year_levels(answer, name, storage)
    if storage.start is None:
        return year
    at = np.asarray(horizon.source_step, dtype=np.int64)
    return np.append(year[at], year[at[-1] + 1])


def _clean(values: Array) -> Array:
    """Take away the dust that a solver leaves around zero: below, a millionth of the largest; above, 1e-9."""
    below = (values < 0.0) & (values > -1e-6 * max(1.0, float(np.abs(values).max())))
    return np.where(below | (np.abs(values) < DUST), 0.0, values)
