"""Says in what two runs differ: what went in, and what came out. Data only; `show` prints it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenli.runs.manifest import look_up
from kenli.runs.read import Run

TOLERANCE: Final = 1e-6

_FACTS: Final = (
    "kenli",
    "park.name",
    "park.sha256",
    "park.latitude",
    "park.longitude",
    "park.timezone",
    "park.currency",
    "weather",
    "horizon",
    "finance",
    "versions",
    "solver.name",
    "solver.version",
    "solver.algorithm",
    "solver.options",
    "solver.status",
)
"""Parts of the manifest that are input. Times, memory and machine differ between any two runs."""


@dataclass(frozen=True, slots=True)
class FactChange:
    """An input that differs; None is "not there".

    Attributes:
        path: key path, such as `weather > seed` or `components > pv > capacity`.
        a: value in the first run.
        b: value in the second run.
    """

    path: str
    a: Any
    b: Any


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A result that differs; None is "not there" or "not known".

    Attributes:
        name: what it is, such as `pv > power`.
        unit: its unit.
        a: value in the first run.
        b: value in the second run.
    """

    name: str
    unit: str
    a: float | None
    b: float | None

    @property
    def change(self) -> float | None:
        """The second less the first, with nothing counted where a value is not there."""
        return None if self.a is None or self.b is None else self.b - self.a

    @property
    def relative(self) -> float | None:
        """The change over the first value; None where there is no first value to speak of."""
        return None if self.change is None or not self.a else self.change / abs(self.a)


@dataclass(frozen=True, slots=True)
class Difference:
    """In what two runs differ, by section; an empty section is equal within the tolerance.

    Attributes:
        a: name of the first run.
        b: name of the second run.
        tolerance: relative difference of numbers that counts as none.
        inputs: files, weather, horizon, finance, versions, solver and its options.
        park: the park file by key path.
        factors: factor values by id.
        capacities: totals by component and quantity.
        costs: cost per year by term.
        emissions: tCO2e per year by component, scope and carrier.
        indicators: values by indicator.
        limits: values by limit.
        totals: totals of the manifest.
        tables: names of tables that are not the same byte for byte.
    """

    a: str
    b: str
    tolerance: float
    inputs: tuple[FactChange, ...]
    park: tuple[FactChange, ...]
    factors: tuple[NumberChange, ...]
    capacities: tuple[NumberChange, ...]
    costs: tuple[NumberChange, ...]
    emissions: tuple[NumberChange, ...]
    indicators: tuple[NumberChange, ...]
    limits: tuple[NumberChange, ...]
    totals: tuple[NumberChange, ...]
    tables: tuple[str, ...]

    @property
    def same_inputs(self) -> bool:
        """Nothing that went in differs."""
        return not (self.inputs or self.park or self.factors)

    @property
    def same_results(self) -> bool:
        """No total, capacity, cost, emission, limit or indicator differs by more than the tolerance."""
        changes = (self.capacities, self.costs, self.emissions, self.indicators, self.limits, self.totals)
        return not any(changes)

    @property
    def identical(self) -> bool:
        """The same went in and the same came out, within the tolerance."""
        return self.same_inputs and self.same_results

    @property
    def same_bytes(self) -> bool:
        """Every table is the same byte for byte."""
        return not self.tables


def compare_runs(a: Run, b: Run, *, tolerance: float = TOLERANCE) -> Difference:
    """Compare two runs.

    Args:
        a: the first run.
        b: the second run.
        tolerance: numbers count as equal when they differ by less than this share of the larger, or
            of one unit where both are smaller than one.

    Raises:
        kenli.core.errors.RunError: a table that is compared was altered.
    """

    def numbers(pick: Any) -> tuple[NumberChange, ...]:
        return _numbers(pick(a), pick(b), tolerance)

    return Difference(
        a=a.name,
        b=b.name,
        tolerance=tolerance,
        inputs=_facts(_inputs(a), _inputs(b)),
        park=_park(a, b),
        factors=numbers(_factors),
        capacities=numbers(_capacities),
        costs=numbers(_costs),
        emissions=numbers(_emissions),
        indicators=numbers(lambda run: _by_id(run, "indicators", "indicator")),
        limits=numbers(lambda run: _by_id(run, "limits", "limit")),
        totals=numbers(_totals),
        tables=tuple(
            name
            for name in a.manifest["tables"] | b.manifest["tables"]
            if look_up(a.manifest, f"tables.{name}.sha256") != look_up(b.manifest, f"tables.{name}.sha256")
        ),
    )


_Numbers = dict[str, tuple[float | None, str]]


def _numbers(a: _Numbers, b: _Numbers, tolerance: float) -> tuple[NumberChange, ...]:
    changes = []
    for name in a | b:
        (value_a, unit_a), (value_b, unit_b) = a.get(name, (None, "")), b.get(name, (None, ""))
        same_unit = name not in a or name not in b or unit_a == unit_b
        if (name in a) != (name in b) or not same_unit or not _is_close(value_a, value_b, tolerance):
            unit = (unit_a or unit_b) if same_unit else f"{unit_a} | {unit_b}"
            changes.append(NumberChange(name, unit, value_a, value_b))
    return tuple(changes)


def _is_close(a: float | None, b: float | None, tolerance: float) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)


def _facts(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[FactChange, ...]:
    # The type counts too: `1` and `true` are different inputs although Python calls them equal.
    return tuple(
        FactChange(path, a.get(path), b.get(path))
        for path in {**a, **b}
        if (path in a) != (path in b) or repr(a[path]) != repr(b[path])
    )


def _inputs(run: Run) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for path in _FACTS:
        facts |= dict(_flatten(look_up(run.manifest, path), path.replace(".", " > ")))
    for item in run.manifest["inputs"]:
        where = f"inputs > {item.get('role')} > {item.get('path')}"
        facts |= {f"{where} > {key}": item.get(key) for key in ("sha256", "rows")}
    return facts


def _park(a: Run, b: Run) -> tuple[FactChange, ...]:
    texts = [run.attachment("park.yaml") if "park.yaml" in run.manifest["files"] else None for run in (a, b)]
    if texts[0] == texts[1]:
        return ()
    return _facts(*(dict(_flatten(_parse(text), "")) for text in texts))


def _parse(text: bytes | None) -> Any:
    """Return the content of a park file; one that is not YAML is compared as text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if text is None:
        return {}
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return {"park.yaml (not YAML)": text.decode(errors="backslashreplace")}


def _flatten(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield (key path, leaf) of nested mappings and lists; items with a name go by it."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _flatten(item, f"{path} > {key}" if path else str(key))
    elif isinstance(value, list) and value:
        names = [item.get("name") if isinstance(item, Mapping) else None for item in value]
        by_name = None not in names and len(set(map(str, names))) == len(names)
        for index, item in enumerate(value):
            yield from _flatten(item, f"{path}[{names[index] if by_name else index}]")
    else:
        yield path, value


def _factors(run: Run) -> _Numbers:
    return {row["id"]: (row["value"], row["unit"]) for row in run.table("factors").to_pylist()}


def _capacities(run: Run) -> _Numbers:
    rows = run.table("capacities").to_pylist()
    return {f"{row['component']} > {row['quantity']}": (row["total"], row["unit"]) for row in rows}


def _costs(run: Run) -> _Numbers:
    sums = run.table("objective").group_by("term").aggregate([("amount", "sum")]).sort_by("term").to_pylist()
    return {row["term"]: (row["amount_sum"], f"{run.currency}/yr") for row in sums}


def _emissions(run: Run) -> _Numbers:
    keys = ["component", "scope", "carrier"]
    sums = run.table("emissions").group_by(keys).aggregate([("amount", "sum")])
    rows = sums.sort_by([(key, "ascending") for key in keys]).to_pylist()
    return {
        f"{row['component']} > scope {row['scope']}" + (f" > {row['carrier']}" if row["carrier"] else ""): (
            row["amount_sum"],
            "tCO2e/yr",
        )
        for row in rows
    }


def _by_id(run: Run, table: str, key: str) -> _Numbers:
    return {row[key]: (row["value"], row["unit"]) for row in run.table(table).to_pylist()}


def _totals(run: Run) -> _Numbers:
    units = {"cost": f"{run.currency}/yr", "investment": run.currency, "lcoe": f"{run.currency}/MWh"}
    return {
        name: (value, units.get(name, "tCO2e/yr" if name.startswith("emission") else ""))
        for name, value in run.manifest["totals"].items()
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    }
