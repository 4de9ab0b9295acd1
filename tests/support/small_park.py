"""Small parks in memory: declared as a dict, planned in a hundredth of a second.

    answer = solve_park(park(
        {"load": demand(10), "sun": source({"max": 100}, availability={"series": "sun"}, capex=1000)},
        series={"sun": [0, 1, 1, 0]},
    ))

A span of S hours stands for a whole year: each hour counts 8760 / S times. With four steps one MW is
2190 MWh a quarter of the span. Money is CNY, sizes are MW, so that plain numbers can be written. Costs
have a lifetime of one year at no interest: capex is the annuity.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from kenli.core.factors import Register, load_register
from kenli.engine.formulation import Formulation, formulate
from kenli.engine.results import make_tables
from kenli.engine.results.answer import Answer
from kenli.engine.solve import SolverOptions, certify, solve
from kenli.park.load import LoadedPark, validate
from kenli.park.profiles import ProfileInput
from kenli.park.resolve import ResolvedPark, resolve
from kenli.park.yaml_file import YamlFile, read_yaml
from kenli.study.plan import make_profiles

Data = dict[str, Any]

YEAR = 8760.0


@cache
def register() -> Register:
    """Return the shipped factors, read once."""
    return load_register()


# ---------------------------------------------------------------- declaring
def park(
    components: Mapping[str, Data],
    *,
    buses: Mapping[str, Any] | None = None,
    steps: int = 4,
    series: Mapping[str, Any] | None = None,
    step: str = "1 h",
    start: str = "2027-01-01",
    **sections: Any,
) -> Data:
    """Return a park file as a dict; further sections (contracts, policy, carriers) by name."""
    horizon = sections.pop("horizon", {"start": start, "steps": steps, "step": step})
    return {
        "kenli": 1,
        "park": {"name": "Small", "site": {"latitude": 37.6, "longitude": 118.5, "timezone": "Asia/Shanghai"}},
        "horizon": horizon,
        "finance": {"discount_rate": "0 %"},
        "buses": dict(buses or {"power": "electricity"}),
        **({"series": dict(series)} if series else {}),
        "components": dict(components),
        **sections,
    }


def demand(power: Any = None, *, bus: str = "power", **more: Any) -> Data:
    """Return a demand of a constant power, or of the declared series of that name."""
    amount = {} if power is None else {"series": power} if _is_name(power) else {"power": _mw(power)}
    return {"kind": "demand", "bus": bus, **amount, **more}


def source(capacity: Any, *, out: str = "power", price: float = 0.0, capex: float | None = None, **more: Any) -> Data:
    """Return a source; `price` is its variable cost per MWh, `capex` what a MW costs a year."""
    entry: Data = {"kind": "source", "out": out, "capacity": _size(capacity), **more}
    if price:
        entry["variable_cost"] = f"{price} CNY/MWh"
    if capex is not None:
        entry["costs"] = yearly(capex)
    return entry


def converter(inputs: Any, outputs: Any, capacity: Any, *, capex: float | None = None, **more: Any) -> Data:
    """Return a converter."""
    entry: Data = {"kind": "converter", "in": inputs, "out": outputs, "capacity": _size(capacity), **more}
    if capex is not None:
        entry["costs"] = yearly(capex)
    return entry


def storage(
    energy: Any, power: Any = "unlimited", *, bus: str = "power", capex: float | None = None, **more: Any
) -> Data:
    """Return a storage; `capex` is what a MWh of content costs a year."""
    entry: Data = {"kind": "storage", "bus": bus, "energy": _size(energy, "MWh"), "power": _size(power), **more}
    if capex is not None:
        entry["costs"] = {"energy": yearly(capex, "MWh"), "power": yearly(0.0)}
    return entry


def connection(first: str, last: str, capacity: Any, *, capex: float | None = None, **more: Any) -> Data:
    """Return a connection."""
    entry: Data = {"kind": "connection", "from": first, "to": last, "capacity": _size(capacity), **more}
    if capex is not None:
        entry["costs"] = yearly(capex)
    return entry


def grid(imports: Any, exports: Any = None, *, bus: str = "power", emission: float = 0.0, **more: Any) -> Data:
    """Return a grid connection; `emission` in tCO2e/MWh."""
    entry: Data = {"kind": "grid", "bus": bus, "import": _size(imports), **more}
    entry.setdefault("emission_factor", f"{emission} tCO2e/MWh")
    if exports is not None:
        entry["export"] = _size(exports)
    return entry


def market(*, bus: str = "power", buy: Data | None = None, sell: Data | None = None) -> Data:
    """Return a market; an emission that is not given is zero."""
    entry: Data = {"kind": "market", "bus": bus}
    if buy is not None:
        entry["buy"] = {"emission_factor": "0 tCO2e/MWh", **buy, "price": money(buy["price"])}
    if sell is not None:
        entry["sell"] = {**sell, "price": money(sell["price"])}
    return entry


def tariff(energy: Any, **more: Any) -> Data:
    """Return a tariff of the component `grid`; the energy price in CNY/MWh or as declared."""
    return {"kind": "tariff", "grid": "grid", "energy": money(energy), **more}


def feed_in(price: Any, **more: Any) -> Data:
    """Return a feed-in contract of the component `grid`."""
    return {"kind": "feed_in", "grid": "grid", "price": money(price), **more}


def yearly(amount: float, per: str = "MW") -> Data:
    """Return costs whose annuity is `amount`: one year of life without interest."""
    return {"capex": f"{amount} CNY/{per}", "lifetime": "1 yr"}


def money(value: Any) -> Any:
    """Return a plain number as CNY/MWh; anything else as it is."""
    return f"{value} CNY/MWh" if isinstance(value, int | float) else value


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and not value[0].isdigit()


def _mw(value: Any) -> Any:
    return f"{value} MW" if isinstance(value, int | float) else value


def _size(value: Any, unit: str = "MW") -> Any:
    if isinstance(value, dict):
        sized = {"existing", "min", "max", "unit_size"}
        return {k: _size(v, unit) if k in sized and not isinstance(v, bool) else v for k, v in value.items()}
    return f"{value} {unit}" if isinstance(value, int | float) else value


# ---------------------------------------------------------------- planning
@dataclass(frozen=True)
class Prepared:
    """A park up to its program."""

    loaded: LoadedPark
    resolved: ResolvedPark
    built: ProfileInput
    formulation: Formulation


def load_park(declared: str | Data, folder: Path) -> LoadedPark:
    """Check a park given as YAML text or dict; its series are written to CSV files in `folder`.

    A series is a list of hourly values (of steps, where the step is shorter), or a mapping with
    `values` and the further options of a series, such as `unit`.
    """
    path = folder / "park.yaml"
    if isinstance(declared, str):
        path.write_text(declared, encoding="utf-8")
        return validate(read_yaml(path))
    data = copy.deepcopy(declared)
    for name, entry in data.get("series", {}).items():
        options = dict(entry) if isinstance(entry, Mapping) else {"values": entry}
        if not isinstance(options.get("values"), Sequence | np.ndarray) or isinstance(options["values"], str):
            continue
        values = [float(value) for value in options.pop("values")]
        (folder / f"{name}.csv").write_text("\n".join([name, *map(repr, values)]) + "\n", encoding="utf-8")
        data["series"][name] = {"file": f"{name}.csv", "order": "hourly", **options}
    text = json.dumps(data, indent=1)
    path.write_text(text, encoding="utf-8")
    return validate(YamlFile(path, json.loads(text), {}, "0" * 64, text))


def prepare_park(declared: str | Data, tmp_path: Path | None = None, horizon: str | None = None) -> Prepared:
    """Load, resolve, profile and formulate a park."""
    if tmp_path is None:
        with TemporaryDirectory() as folder:
            return prepare_park(declared, Path(folder), horizon)
    loaded = load_park(declared, tmp_path)
    resolved = resolve(loaded.park, register())
    built = make_profiles(loaded, resolved, horizon)
    return Prepared(loaded, resolved, built, formulate(resolved, built.profiles, register()))


def solve_park(
    declared: str | Data,
    tmp_path: Path | None = None,
    horizon: str | None = None,
    options: SolverOptions | None = None,
) -> Answer:
    """Plan a park and return its certified answer; its tables are made, so its books add up."""
    prepared = prepare_park(declared, tmp_path, horizon)
    program = prepared.formulation.program
    solution = solve(program, options or SolverOptions(mip_gap=0.0))
    assert solution.has_values, f"the park has no plan: {solution.status}"
    answer = Answer(prepared.formulation, solution, certify(program, solution))
    make_tables(answer)
    return answer


# ---------------------------------------------------------------- reading
def cost(answer: Answer) -> float:
    """Return the cost of the plan a year."""
    return float(answer.solution.objective)


def size(answer: Answer, component: str, quantity: str = "power") -> float:
    """Return the total size that the plan gives a component."""
    return answer.build.sizes[component, quantity].total(answer.x)  # type: ignore[index]


def flow(answer: Answer, component: str, bus: str = "power", direction: str | None = None) -> np.ndarray:
    """Return the (T,) flow between a component and a bus, as in the run's table."""
    frame = frame_of(answer, "flows")
    rows = frame[(frame["component"] == component) & (frame["bus"] == bus)]
    if direction is not None:
        rows = rows[rows["direction"] == direction]
    ways = set(rows["direction"])
    assert len(ways) == 1, f"{component} has {ways or 'no flow'} at {bus}; say which direction"
    return rows.sort_values("timestep")["value"].to_numpy()


def price(answer: Answer, bus: str = "power") -> np.ndarray:
    """Return the (T,) price of a bus."""
    frame = frame_of(answer, "prices")
    return frame[frame["bus"] == bus].sort_values("timestep")["price"].to_numpy()


def terms(answer: Answer) -> dict[str, float]:
    """Return the objective by term."""
    return frame_of(answer, "objective").groupby("term")["amount"].sum().to_dict()


def limit(answer: Answer, name: str) -> dict[str, Any]:
    """Return the row of a limit."""
    return next(row for row in make_tables(answer)["limits"].to_pylist() if row["limit"] == name)


def capacity(answer: Answer, component: str, quantity: str = "power") -> dict[str, Any]:
    """Return the row of a size."""
    rows = make_tables(answer)["capacities"].to_pylist()
    return next(row for row in rows if (row["component"], row["quantity"]) == (component, quantity))


def indicator(answer: Answer, name: str) -> float:
    """Return the value of an indicator."""
    return float(frame_of(answer, "indicators").set_index("indicator").loc[name, "value"])


def frame_of(answer: Answer, table: str) -> pd.DataFrame:
    """Return a table of the run."""
    return make_tables(answer)[table].to_pandas()
