"""A small run that was made, not planned: every number fits every other, none means anything.

Nine components on three buses: wind, solar, a battery and the grid on `base.power`; a heat pump and
a gas boiler for the heat of a town; a gas market. The dispatch is a rule, so the balances, levels,
costs and emissions agree to rounding. With `days` the horizon is that many representative days of a
year of 365; without, it is chronological with every step weighted to the year.

    path = make_sample_run(tmp_path)                    # 168 h
    path = make_sample_run(tmp_path, hours=8760)        # a full year
    path = make_sample_run(tmp_path, days=3)            # 3 representative days
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from kenli.runs.schema import empty_table, make_table
from kenli.runs.write import new_run_name, write_run

YEAR = 8760
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 12, 31, 16, tzinfo=UTC)  # the local new year 2027
GRID_FACTOR = 0.5
GAS_FACTOR = 0.2
EFFICIENCY = 0.95
CARBON_PRICE = 96.0

PARK_YAML = """\
kenli: 1
park: {name: Sample park, site: {latitude: 37.59, longitude: 118.55, timezone: Asia/Shanghai}, currency: CNY}
weather: {synthetic: {seed: SEED}}
components:
  wind: {kind: source, bus: base.power, capacity: WIND MW}
  pv: {kind: source, bus: base.power, capacity: 60 MW}
  battery: {kind: storage, bus: base.power}
contracts:
  - {name: grid, bus: base.power}
"""

BUSES = (
    ("base.power", "electricity", "MW", "electricity", "电力"),
    ("town.heat", "heat", "MW", "heat", "热力"),
    ("gas", "natural_gas", "MW", "natural gas", "天然气"),
)
COMPONENTS = (
    # component, kind, technology, English, Chinese, buses, clean, direct, latitude, longitude
    ("wind", "source", "onshore_wind", "Wind farm", "风电场", ["base.power"], True, True, 37.61, 118.50),
    ("pv", "source", "pv", "Solar field", "光伏电站", ["base.power"], True, True, 37.58, 118.57),
    ("battery", "storage", "battery_2h", "Battery", "储能电池", ["base.power"], False, True, None, None),
    ("grid", "grid", None, "Public grid", "公共电网", ["base.power"], False, False, None, None),
    (
        "heat_pump",
        "converter",
        "heat_pump",
        "Heat pump",
        "热泵",
        ["base.power", "town.heat"],
        False,
        True,
        None,
        None,
    ),
    (
        "boiler",
        "converter",
        "gas_boiler",
        "Gas boiler",
        "燃气锅炉",
        ["gas", "town.heat"],
        False,
        True,
        None,
        None,
    ),
    ("gas_supply", "market", None, "Gas supply", "天然气供应", ["gas"], False, False, None, None),
    ("base", "demand", None, "Battery plant", "电池工厂", ["base.power"], False, True, 37.59, 118.55),
    ("town", "demand", None, "Town heating", "城镇供热", ["town.heat"], False, True, None, None),
)


def sample_parts(
    *, seed: int = 1, hours: int = 168, days: int | None = None, wind: float = 40.0
) -> tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]:
    """Return (tables, manifest, attachments), ready for `write_run` or for being broken by a test.

    Args:
        seed: of the made weather.
        hours: length of the horizon; a multiple of 24.
        days: representative days instead; `hours` is then ignored.
        wind: capacity of the wind farm [MW]; change it for a run that differs.
    """
    steps = 24 * days if days else hours
    axis = _time(steps, days)
    flows, level, series, potentials = _dispatch(seed, steps, wind)
    weight = axis["weight"]
    annual = {key: float((value * weight).sum()) for key, value in flows.items()}
    carrier_of = {row[0]: row[1] for row in BUSES}

    tables: dict[str, Any] = {
        "timesteps": make_table("timesteps", axis),
        "original_periods": _originals(days),
        "buses": _rows("buses", BUSES),
        "components": _rows("components", COMPONENTS),
        "flows": make_table(
            "flows",
            _stack(
                steps,
                {
                    (component, bus, carrier_of[bus], direction): value
                    for (component, bus, direction), value in flows.items()
                },
                ("component", "bus", "carrier", "direction"),
                "value",
            ),
        ),
        "levels": make_table(
            "levels",
            {
                "timestep": np.arange(steps + 1, dtype=np.int32),
                "component": ["battery"] * (steps + 1),
                "level": level,
            },
        ),
        "chronological_levels": _chronological(level, steps, days),
        "potentials": make_table(
            "potentials",
            {
                "timestep": np.tile(np.arange(steps, dtype=np.int32), 2),
                "component": ["wind"] * steps + ["pv"] * steps,
                "value": np.concatenate([potentials["wind"], potentials["pv"]]),
                "curtailed": np.concatenate(
                    [potentials[name] - flows[name, "base.power", "out"] for name in ("wind", "pv")]
                ),
            },
        ),
        "series": _series(series),
        "balance": _rows(
            "balance",
            [(bus, component, direction, annual[component, bus, direction]) for component, bus, direction in flows],
        ),
        "balance_residuals": _rows("balance_residuals", _residuals(flows)),
        "solution_families": _rows(
            "solution_families",
            [
                ("bus_balance", "row", 3 * steps, 1e-12, None),
                ("flow", "column", len(flows) * steps, 0.0, None),
            ],
        ),
    }
    tables["prices"] = _prices(series["price/grid_import"], flows, steps)
    tables["emissions"] = _emissions(flows, weight, steps)
    costs = _costs(annual, flows, series, weight, wind, tables["emissions"])
    tables["objective"] = _rows("objective", costs)
    tables["capacities"] = _capacities(costs, annual, flows, wind)
    emissions = tables["emissions"].column("amount").to_numpy()
    scopes = tables["emissions"].column("scope").to_numpy()
    cost = float(sum(row[3] for row in costs))
    clean = annual["wind", "base.power", "out"] + annual["pv", "base.power", "out"]
    used = annual["base", "base.power", "in"] + annual["heat_pump", "base.power", "in"]
    totals = {
        "cost": cost,
        "investment": float(sum(tables["capacities"].column("investment").to_pylist())),
        "emissions": float(emissions.sum()),
        "emission_scope_1": float(emissions[scopes == 1].sum()),
        "emission_scope_2": float(emissions[scopes == 2].sum()),
        "demand_electricity_mwh": annual["base", "base.power", "in"],
        "lcoe": cost / used,
    }
    tables["limits"] = _limits(annual, clean, used)
    tables["indicators"] = _indicators(clean, used, totals)
    tables["factors"] = _factors()
    park = PARK_YAML.replace("SEED", str(seed)).replace("WIND", f"{wind:g}").encode()
    return tables, _manifest(seed, steps, days, park, totals), {"park.yaml": park}


def make_sample_run(
    directory: Path,
    *,
    name: str | None = None,
    seed: int = 1,
    hours: int = 168,
    days: int | None = None,
    wind: float = 40.0,
    created: str | None = None,
) -> Path:
    """Write a sample run into `directory` and return its folder; arguments as in `sample_parts`."""
    tables, manifest, attachments = sample_parts(seed=seed, hours=hours, days=days, wind=wind)
    if created is not None:
        manifest["created"] = created
    return write_run(directory, name or new_run_name("Sample park"), tables, manifest, attachments)


def _rows(table: str, rows: Any) -> pa.Table:
    names = empty_table(table).column_names
    return make_table(table, {name: [row[i] for row in rows] for i, name in enumerate(names)})


def _time(steps: int, days: int | None) -> dict[str, Any]:
    index = np.arange(steps)
    if days:
        # Real days of the year: the first of the group that each stands for.
        starts = [START + timedelta(days=int(i // 24), hours=int(i % 24)) for i in index]
        counts = np.bincount(np.arange(365) % days, minlength=days)
        weight, period = counts[index // 24].astype(float), index // 24
    else:
        starts = [START + timedelta(hours=int(i)) for i in index]
        weight, period = np.full(steps, YEAR / steps), np.zeros(steps, dtype=int)
    local = [start.astimezone(ZONE) for start in starts]
    return {
        "timestep": index.astype(np.int32),
        "start": starts,
        "duration": np.ones(steps),
        "weight": weight,
        "period": period.astype(np.int32),
        "local": [moment.isoformat() for moment in local],
        "month": [moment.month for moment in local],
        "hour": [moment.hour for moment in local],
    }


def _originals(days: int | None) -> pa.Table:
    rows = [
        (
            day,
            day % days if days else 0,
            moment := START + timedelta(days=day),
            moment.astimezone(ZONE).isoformat(),
        )
        for day in range(365 if days else 1)
    ]
    return _rows("original_periods", rows)


def _dispatch(seed: int, steps: int, wind_capacity: float) -> tuple[Any, Any, Any, Any]:
    """Dispatch by rule: sources first, the battery on a daily round, the grid closes the balance."""
    random = np.random.default_rng(seed)
    hour = np.arange(steps) % 24
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None) * np.repeat(random.uniform(0.4, 1, steps // 24), 24)
    breeze = np.clip(0.35 + 0.2 * np.sin(np.arange(steps) / 17) + 0.1 * random.standard_normal(steps), 0, 1)
    base = 30 + 4 * np.sin((hour - 4) / 24 * 2 * np.pi)
    town = 8 + 3 * np.cos(hour / 24 * 2 * np.pi)
    charge = np.where((hour >= 11) & (hour < 15), 6.0, 0.0)
    discharge = np.where((hour >= 18) & (hour < 22), 6.0 * EFFICIENCY**2, 0.0)
    level = 2.0 + np.concatenate([[0.0], np.cumsum(charge * EFFICIENCY - discharge / EFFICIENCY)])
    heat_pump = np.minimum(town, 6.0)
    boiler = town - heat_pump
    wind_potential, pv_potential = wind_capacity * breeze, 60.0 * sun
    need = base + charge + heat_pump / 3 - discharge
    export_limit = 15.0
    surplus = np.clip(wind_potential + pv_potential - need - export_limit, 0, None)
    pv = pv_potential - np.minimum(surplus, pv_potential)
    wind = wind_potential - (surplus - np.minimum(surplus, pv_potential))
    rest = need - wind - pv
    flows = {
        ("wind", "base.power", "out"): wind,
        ("pv", "base.power", "out"): pv,
        ("battery", "base.power", "in"): charge,
        ("battery", "base.power", "out"): discharge,
        ("grid", "base.power", "out"): np.clip(rest, 0, None),
        ("grid", "base.power", "in"): np.clip(-rest, 0, None),
        ("heat_pump", "base.power", "in"): heat_pump / 3,
        ("heat_pump", "town.heat", "out"): heat_pump,
        ("boiler", "gas", "in"): boiler / 0.9,
        ("boiler", "town.heat", "out"): boiler,
        ("gas_supply", "gas", "out"): boiler / 0.9,
        ("base", "base.power", "in"): base,
        ("town", "town.heat", "in"): town,
    }
    series = {
        "availability/wind": (breeze, "1"),
        "availability/pv": (sun, "1"),
        "demand/base": (base, "MW"),
        "demand/town": (town, "MW"),
        "price/grid_import": (np.where((hour >= 16) & (hour < 22), 900.0, 400.0), "CNY/MWh"),
    }
    return flows, level, series, {"wind": wind_potential, "pv": pv_potential}


def _stack(steps: int, values: dict[Any, Any], names: tuple[str, ...], value_name: str) -> dict[str, Any]:
    columns: dict[str, Any] = {"timestep": np.tile(np.arange(steps, dtype=np.int32), len(values))}
    for position, name in enumerate(names):
        columns[name] = pa.array([key[position] for key in values for _ in range(steps)])
    columns[value_name] = np.concatenate(list(values.values()))
    return columns


def _series(series: dict[str, Any]) -> pa.Table:
    values = {(name, unit): value for name, (value, unit) in series.items()}
    steps = len(next(iter(values.values())))
    return make_table("series", _stack(steps, values, ("series", "unit"), "value"))


def _chronological(level: Any, steps: int, days: int | None) -> pa.Table:
    if days:
        level = np.concatenate([np.tile(level[:24], 365), level[:1]])
        steps = YEAR
    return make_table(
        "chronological_levels",
        {
            "hour": np.arange(steps + 1, dtype=np.int32),
            "component": ["battery"] * (steps + 1),
            "level": level,
        },
    )


def _residuals(flows: dict[Any, Any]) -> list[tuple[str, float, float]]:
    rows = []
    for bus, *_ in BUSES:
        given = sum(value for (_, at, direction), value in flows.items() if at == bus and direction == "out")
        taken = sum(value for (_, at, direction), value in flows.items() if at == bus and direction == "in")
        worst = float(np.abs(given - taken).max())
        rows.append((bus, worst, worst / float(np.max(given))))
    return rows


def _prices(price: Any, flows: dict[Any, Any], steps: int) -> pa.Table:
    # By rule again: power is worth the tariff when the grid supplies, and nothing when it spills.
    power = np.where(flows["grid", "base.power", "out"] > 0, price[0] + CARBON_PRICE * GRID_FACTOR, 250.0)
    gas = np.full(steps, 300.0 + CARBON_PRICE * GAS_FACTOR)
    values = {("base.power",): power, ("town.heat",): gas / 0.9, ("gas",): gas}
    return make_table("prices", _stack(steps, values, ("bus",), "price"))


def _emissions(flows: dict[Any, Any], weight: Any, steps: int) -> pa.Table:
    sources = {
        ("grid", "base.power", "electricity", 2, "grid-average"): (
            flows["grid", "base.power", "out"] * weight,
            GRID_FACTOR,
        ),
        ("boiler", "gas", "natural_gas", 1, "natural-gas"): (
            flows["boiler", "gas", "in"] * weight,
            GAS_FACTOR,
        ),
    }
    columns = _stack(
        steps,
        {key: activity for key, (activity, _) in sources.items()},
        ("component", "bus", "carrier", "scope", "factor_id"),
        "activity",
    )
    columns["factor"] = np.concatenate([np.full(steps, factor) for _, factor in sources.values()])
    columns["amount"] = columns["activity"] * columns["factor"]
    return make_table("emissions", columns)


BUILT = {"wind": (0.0, 5.0e6), "pv": (0.0, 3.0e6), "battery": (0.0, 1.2e6), "heat_pump": (0.0, 4.0e6)}


def _costs(annual: Any, flows: Any, series: Any, weight: Any, wind: float, emissions: pa.Table) -> list[Any]:
    size = {"wind": wind, "pv": 60.0, "battery": 25.0, "heat_pump": 6.0}
    rows: list[Any] = []
    for name, (_, cost) in BUILT.items():
        rows.append(("annuity", name, None, 0.08 * cost * size[name]))
        rows.append(("fixed_om", name, None, 0.02 * cost * size[name]))
    bought = flows["grid", "base.power", "out"] * weight
    rows.append(("energy_purchase", "grid", "grid_import", float((bought * series["price/grid_import"][0]).sum())))
    rows.append(("energy_purchase", "gas_supply", "gas_contract", annual["gas_supply", "gas", "out"] * 300.0))
    rows.append(("demand_charge", "grid", "grid_import", float(flows["grid", "base.power", "out"].max()) * 480_000.0))
    rows.append(("sales", "grid", "grid_export", -250.0 * annual["grid", "base.power", "in"]))
    amount = emissions.column("amount").to_numpy()
    names = np.array(emissions.column("component").to_pylist())
    rows += [
        ("carbon_price", name, None, CARBON_PRICE * float(amount[names == name].sum())) for name in ("grid", "boiler")
    ]
    return rows


def _capacities(costs: list[Any], annual: Any, flows: Any, wind: float) -> pa.Table:
    cost = {(term, name): amount for term, name, _, amount in costs}

    def built(name: str, kind: str, quantity: str, unit: str, size: float, use: float | None, **more: Any) -> Any:
        unit_cost = BUILT[name][1]
        return (
            *(name, kind, quantity, unit, 0.0, size, size, 0.0, more.get("maximum"), unit_cost * size),
            *(cost["annuity", name], cost["fixed_om", name], more.get("price", 0.0), use),
        )

    def given(name: str, kind: str, quantity: str, size: float, use: float | None) -> Any:
        return (name, kind, quantity, "MW", size, 0.0, size, 0.0, size, 0.0, 0.0, 0.0, 0.0, use)

    def share(name: str, size: float) -> float:
        return annual[name, "base.power", "out"] / size / YEAR

    rows = [
        built("wind", "source", "power", "MW", wind, share("wind", wind), maximum=wind, price=12_000.0),
        built("pv", "source", "power", "MW", 60.0, share("pv", 60.0), maximum=150.0),
        given("battery", "storage", "power", 6.0, share("battery", 6.0)),
        built("battery", "storage", "energy", "MWh", 25.0, None),
        given("grid", "grid", "import", 50.0, share("grid", 50.0)),
        given("grid", "grid", "export", 15.0, annual["grid", "base.power", "in"] / 15.0 / YEAR),
        built("heat_pump", "converter", "power", "MW", 6.0, annual["heat_pump", "town.heat", "out"] / 6.0 / YEAR),
        given("boiler", "converter", "power", 10.0, annual["boiler", "town.heat", "out"] / 10.0 / YEAR),
    ]
    return _rows("capacities", rows)


def _limits(annual: Any, clean: float, used: float) -> pa.Table:
    share = clean / used
    export = annual["grid", "base.power", "in"] / clean
    return _rows(
        "limits",
        [
            ("annual_clean_share", "Clean share, yearly", "年度清洁电力占比", "1",
             share, 0.5, ">=", share - 0.5, 0.0, False, None),
            ("export_share", "Share sent to the grid", "上网电量占比", "1",
             export, export, "<=", 0.0, 1.5e6, True, "grid"),
        ],
    )  # fmt: skip


def _indicators(clean: float, used: float, totals: Any) -> pa.Table:
    return _rows(
        "indicators",
        [
            ("clean_share_annual", "Clean share, yearly", "年度清洁电力占比", clean / used, "1",
             "Clean generation over electricity used, per year", "全年清洁发电量除以用电量"),
            ("lcoe", "Cost of electricity", "度电成本", totals["lcoe"], "CNY/MWh",
             "Cost per year over electricity used", "年成本除以用电量"),
        ],
    )  # fmt: skip


def _factors() -> pa.Table:
    made = "made for tests, no source"
    return _rows(
        "factors",
        [
            ("grid-average", "Grid emission factor", "电网排放因子", GRID_FACTOR,
             "tCO2e/MWh", 2023, "sample", made, "low", None, ["grid"]),
            ("natural-gas", "Natural gas emission factor", "天然气排放因子", GAS_FACTOR,
             "tCO2e/MWh", 2023, "sample", made, "low", None, ["boiler"]),
            ("gwp-unknown", "A factor nobody knows", "未知因子",
             None, "tCO2e/t", None, None, made, "low", "null is not zero", []),
        ],
    )  # fmt: skip


def _manifest(seed: int, steps: int, days: int | None, park: bytes, totals: Any) -> dict[str, Any]:
    return {
        "kenli": "0.0.0+sample",
        "created": "2027-01-01T00:00:00+00:00",
        "command": "tests/support/sample_run.py",
        "park": {
            "name": "Sample park",
            "description": "A park that was made for tests",
            "file": "park.yaml",
            "sha256": hashlib.sha256(park).hexdigest(),
            "latitude": 37.59,
            "longitude": 118.55,
            "timezone": "Asia/Shanghai",
            "currency": "CNY",
        },
        "inputs": [
            {"path": "park.yaml", "sha256": hashlib.sha256(park).hexdigest(), "rows": None, "role": "park"},
        ],
        "weather": {
            "kind": "synthetic",
            "label": f"synthetic, seed {seed}",
            "seed": seed,
            "sha256": None,
            "note": None,
        },
        "horizon": {
            "kind": "days" if days else ("year" if steps == YEAR else "declared"),
            "timesteps": steps,
            "step_hours": 1.0,
            "representative": days,
            "note": None,
        },
        "finance": {"discount_rate": 0.06, "cost_set": "sample", "cost_year": 2025, "currency": "CNY"},
        "phases": [{"name": name, "seconds": 0.1} for name in ("read", "profile", "compile", "solve", "certify")],
        "peak_memory_mb": 200.0,
        "versions": {"python": "3.11", "kenli": "0.0.0+sample"},
        "machine": {"cpu_count": 2, "platform": "sample"},
        "program": {"columns": 13 * steps, "rows": 3 * steps, "nonzeros": 26 * steps, "integers": 0},
        "solver": {
            "name": "none",
            "version": "0",
            "algorithm": "rule",
            "reason": "a sample is not solved",
            "options": {},
            "iterations": 0,
            "seconds": 0.0,
            "status": "sample",
            "crossover": None,
        },
        "certificate": {
            "objective": totals["cost"],
            "dual_bound": None,
            "relative_gap": None,
            "max_primal_residual": 1e-12,
            "max_relative_primal_residual": 1e-13,
            "max_dual_infeasibility": None,
            "complementarity": None,
            "coefficient_range": [1.0, 1.0],
            "bound_range": [1.0, 60.0],
            "rhs_range": [1.0, 60.0],
            "statement_en": "This run was made by a rule for tests; nothing about it is optimal.",
            "statement_zh": "本结果由测试规则生成,并非最优方案。",
        },
        "totals": totals,
        "warnings": [{"where": "weather", "what": "the weather is synthetic", "fix": "give a weather file"}],
        "labels": ["weather: synthetic", "sample: made for tests, not a plan"],
    }
