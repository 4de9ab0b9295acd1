"""A park of forty components with made-up flows, as frames: what the report must stay readable for.

Flows follow a rule, not an optimum; every bus balances, and that is all that is claimed.
"""

# ruff: noqa: E501, PERF401, SIM201 (rows of a table stay on one line)
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

HOURS = 8760

BUSES = [
    ("base.power", "electricity", "MW", "electricity", "电力"),
    ("oilfield.power", "electricity", "MW", "electricity", "电力"),
    ("town.heat_60", "heat", "MW", "heat, 60 °C", "60 °C 热水"),
    ("base.heat_120", "heat_120", "MW", "heat, 120 °C", "120 °C 热水"),
    ("base.steam", "steam", "MW", "steam", "蒸汽"),
    ("base.cooling", "cooling", "MW", "cooling", "冷"),
    ("base.gas", "gas", "MW", "natural gas", "天然气"),
    ("port.hydrogen", "hydrogen", "t/h", "hydrogen", "氢"),
]

# component, kind, technology, label_en, label_zh, clean, [(bus, direction, mean MW or t/h)], capacity
COMPONENTS: list[tuple[Any, ...]] = [
    ("wind_north", "source", "onshore_wind", "Onshore wind, north coast", "北部海岸陆上风电", True, [("base.power", "out", 95)], 320),
    ("wind_south", "source", "onshore_wind", "Onshore wind, south", "南部陆上风电", True, [("base.power", "out", 40)], 140),
    ("wind_offshore", "source", "offshore_wind", "Offshore wind", "海上风电", True, [("base.power", "out", 60)], 150),
    ("pv_ground", "source", "pv", "Ground-mounted PV on saline land", "盐碱地地面光伏", True, [("base.power", "out", 70)], 450),
    ("pv_roof", "source", "pv", "Rooftop PV", "屋顶光伏", True, [("base.power", "out", 9)], 60),
    ("pv_oilfield", "source", "pv", "PV at the well pads", "井场光伏", True, [("oilfield.power", "out", 14)], 80),
    ("biomass_chp", "converter", "biomass_chp", "Biomass CHP", "生物质热电联产", True, [("base.power", "out", 6), ("base.heat_120", "out", 9)], 12),
    ("battery_2h", "storage", "battery_lfp_2h", "Battery, 2 h", "2 小时储能电池", True, [("base.power", "both", 8)], 80),
    ("battery_4h", "storage", "battery_lfp_4h", "Battery, 4 h", "4 小时储能电池", True, [("base.power", "both", 15)], 120),
    ("grid", "grid", "grid", "Public grid", "公共电网", False, [("base.power", "both", 22)], 300),
    ("tie_line", "connection", "line", "Tie line to the oilfield", "油田联络线", False, [("base.power", "in", 9.3), ("oilfield.power", "out", 9)], 60),
    ("cells", "demand", "demand", "Cell factory", "电芯工厂", False, [("base.power", "in", 46)], None),
    ("dry_rooms", "demand", "demand", "Dry rooms", "干燥房", False, [("base.power", "in", 31)], None),
    ("formation", "demand", "demand", "Formation and testing", "化成与测试", False, [("base.power", "in", 18)], None),
    ("cathode", "demand", "demand", "Cathode material kilns", "正极材料窑炉", False, [("base.power", "in", 52)], None),
    ("anode", "demand", "demand", "Anode graphitisation", "负极石墨化", False, [("base.power", "in", 44)], None),
    ("electrolyte", "demand", "demand", "Electrolyte and salts", "电解液与锂盐", False, [("base.power", "in", 12)], None),
    ("chemical", "demand", "demand", "Chemical zone", "化工区", False, [("base.power", "in", 38)], None),
    ("port", "demand", "demand", "Port and cold ironing", "港口与岸电", False, [("base.power", "in", 6)], None),
    ("town_power", "demand", "demand", "Town, electricity", "城镇用电", False, [("base.power", "in", 14)], None),
    ("pumps", "demand", "demand", "Oil pumps", "抽油机", False, [("oilfield.power", "in", 21)], None),
    ("injection", "demand", "demand", "CO2 injection", "CO2 注入", False, [("oilfield.power", "in", 2)], None),
    ("geothermal", "source", "geothermal", "Geothermal doublets", "地热对井", True, [("town.heat_60", "out", 24)], 40),
    ("heat_pump_low", "converter", "heat_pump", "Heat pump, 60 °C", "60 °C 热泵", True, [("base.power", "in", 3), ("town.heat_60", "out", 12)], 30),
    ("heat_pump_high", "converter", "heat_pump_ht", "Heat pump, 120 °C", "120 °C 高温热泵", True, [("base.power", "in", 9), ("base.heat_120", "out", 22)], 45),
    ("waste_heat", "source", "waste_heat", "Kiln waste heat", "窑炉余热", True, [("base.heat_120", "out", 6)], 10),
    ("electric_boiler", "converter", "electric_boiler", "Electrode boiler", "电极锅炉", True, [("base.power", "in", 18), ("base.steam", "out", 17.6)], 60),
    ("gas_boiler", "converter", "gas_boiler", "Gas boiler", "燃气锅炉", False, [("base.gas", "in", 4), ("base.steam", "out", 3.7)], 40),
    ("gas_supply", "market", "gas", "Gas supply", "天然气供应", False, [("base.gas", "out", 4)], None),
    ("chiller", "converter", "chiller", "Chillers", "冷水机组", True, [("base.power", "in", 5), ("base.cooling", "out", 22)], 50),
    ("absorption", "converter", "absorption_chiller", "Absorption chiller", "吸收式制冷机", True, [("base.heat_120", "in", 6), ("base.cooling", "out", 4)], 10),
    ("pit_storage", "storage", "pit_heat_storage", "Seasonal pit storage", "跨季节蓄热水体", True, [("town.heat_60", "both", 4)], 20),
    ("tank", "storage", "hot_water_tank", "Hot water tank", "热水罐", True, [("base.heat_120", "both", 1.5)], 20),
    ("ice", "storage", "cool_storage", "Chilled water tank", "蓄冷罐", True, [("base.cooling", "both", 1)], 10),
    ("electrolyser", "converter", "electrolyser", "Electrolyser", "电解槽", True, [("base.power", "in", 16), ("port.hydrogen", "out", 0.3)], 40),
    ("hydrogen_tank", "storage", "hydrogen_tank", "Hydrogen tank", "储氢罐", True, [("port.hydrogen", "both", 0.1)], 3),
    ("trucks", "demand", "demand", "Hydrogen trucks", "氢能卡车", False, [("port.hydrogen", "in", 0.3)], None),
    ("town_heat", "demand", "demand", "District heating", "城镇供热", False, [("town.heat_60", "in", 35)], None),
    ("coating", "demand", "demand", "Coating and drying", "涂布与干燥", False, [("base.heat_120", "in", 30)], None),
    ("steam_use", "demand", "demand", "Steam users", "用汽企业", False, [("base.steam", "in", 21)], None),
    ("cooling_use", "demand", "demand", "Process cooling", "工艺冷却", False, [("base.cooling", "in", 26)], None),
    ("fuel_cell", "converter", "fuel_cell", "Fuel cell", "燃料电池", True, [("port.hydrogen", "in", 0), ("base.power", "out", 0)], 0),
    ("csp", "source", "csp", "Solar thermal field", "光热集热场", True, [("base.heat_120", "out", 0)], 0),
]  # fmt: skip


def large_park(seed: int = 3) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Return manifest and frames of a year of hours."""
    random = np.random.default_rng(seed)
    hour = np.arange(HOURS)
    start = pd.date_range("2027-01-01", periods=HOURS, freq="h", tz="Asia/Shanghai")
    flows = _flows(random, hour)
    frames: dict[str, pd.DataFrame] = {}
    frames["timesteps"] = pd.DataFrame(
        {"timestep": hour, "start": start.tz_convert("UTC"), "duration": 1.0, "weight": 1.0, "period": 0,
         "local": start.astype(str), "month": start.month, "hour": start.hour}
    )  # fmt: skip
    frames["original_periods"] = pd.DataFrame(
        {"original": [0], "period": [0], "start": [start[0].tz_convert("UTC")], "local": [str(start[0])]}
    )
    frames["buses"] = pd.DataFrame(BUSES, columns=["bus", "carrier", "unit", "carrier_name_en", "carrier_name_zh"])
    frames["components"] = pd.DataFrame(
        [
            {"component": name, "kind": kind, "technology": technology, "label_en": english, "label_zh": chinese,
             "buses": list(dict.fromkeys(bus for bus, _, _ in ends)), "clean": clean, "direct": kind == "source",
             "latitude": np.nan, "longitude": np.nan}
            for name, kind, technology, english, chinese, clean, ends, _ in COMPONENTS
        ]
    )  # fmt: skip
    carriers = {bus: carrier for bus, carrier, *_ in BUSES}
    frames["flows"] = pd.concat(
        [
            pd.DataFrame({"timestep": hour, "component": name, "bus": bus, "carrier": carriers[bus], "direction": way, "value": values})
            for (name, bus, way), values in flows.items()
        ],
        ignore_index=True,
    )  # fmt: skip
    frames["balance"] = pd.DataFrame(
        [(bus, name, way, values.sum()) for (name, bus, way), values in flows.items()],
        columns=["bus", "component", "direction", "energy"],
    )
    levels = _levels(flows)
    frames["chronological_levels"] = levels
    frames["levels"] = levels.rename(columns={"hour": "timestep"})
    frames["prices"] = _prices(hour)
    sources = [row for row in COMPONENTS if row[1] == "source"]
    frames["potentials"] = pd.concat(
        [
            pd.DataFrame({"timestep": hour, "component": row[0], "value": values * 1.04, "curtailed": values * 0.04})
            for row in sources
            for values in [flows[row[0], row[6][0][0], "out"]]
        ],
        ignore_index=True,
    )  # fmt: skip
    frames["capacities"] = _capacities(flows)
    frames["objective"] = _objective(frames["capacities"])
    frames["emissions"] = _emissions(flows, hour)
    frames["limits"] = _limits()
    frames["indicators"] = _indicators()
    frames["factors"] = _factors()
    frames["balance_residuals"] = pd.DataFrame(
        [(bus[0], 2e-9, 1e-11) for bus in BUSES], columns=["bus", "max_absolute", "max_relative"]
    )
    frames["solution_families"] = pd.DataFrame(
        [("balance", "row", 8 * HOURS, 2e-9, 1e-9), ("flow", "column", 60 * HOURS, 0.0, 3e-8)],
        columns=["family", "kind", "size", "max_violation", "max_dual_violation"],
    )
    return _manifest(frames), frames


def _shape(name: str, technology: str, kind: str, random: Any, hour: np.ndarray) -> np.ndarray:
    day, year = hour % 24, hour / HOURS
    if "wind" in technology:
        calm = 1 + 0.25 * np.cos(2 * np.pi * (year - 0.2))
        gusts = np.convolve(random.gamma(0.8, 1.0, len(hour)), np.ones(18) / 18, "same")
        return np.clip(calm * gusts / gusts.mean() * 1.2 - 0.2, 0, 2.6)
    if technology == "pv":
        sun = np.clip(np.sin((day - 6) / 12 * np.pi), 0, None) * (1 + 0.25 * np.sin(2 * np.pi * (year - 0.22)))
        return sun * np.repeat(random.uniform(0.35, 1.0, len(hour) // 24 + 1), 24)[: len(hour)]
    if "heat" in name and kind == "demand" and name.startswith("town"):
        return np.clip(1 + 1.3 * np.cos(2 * np.pi * (year - 0.03)), 0.08, None)
    if "cool" in name and kind == "demand":
        return np.clip(1 - 0.6 * np.cos(2 * np.pi * (year - 0.05)), 0.1, None)
    if kind == "demand":
        return 1 + 0.08 * np.sin((day - 8) / 24 * 2 * np.pi) + 0.02 * random.standard_normal(len(hour))
    return 1 + 0.15 * np.sin((day - 15) / 24 * 2 * np.pi)


def _flows(random: Any, hour: np.ndarray) -> dict[tuple[str, str, str], np.ndarray]:
    flows: dict[tuple[str, str, str], np.ndarray] = {}
    storages = []
    for name, kind, technology, _, _, _, ends, _ in COMPONENTS:
        shape = _shape(name, technology, kind, random, hour)
        for bus, way, mean in ends:
            if way == "both":
                storages.append((name, kind, bus, mean))
            elif mean >= 0:
                flows[name, bus, way] = np.clip(shape / max(shape.mean(), 1e-9) * mean, 0, None)
    for bus, *_ in BUSES:
        here = [row for row in storages if row[2] == bus]
        for name, kind, _, mean in [row for row in here if row[1] == "storage"]:
            turn = np.sin((hour % 24 - 9) / 24 * 2 * np.pi)
            flows[name, bus, "in"] = np.clip(turn, 0, None) * mean * 2
            flows[name, bus, "out"] = np.clip(-turn, 0, None) * mean * 2 * 0.88
            del kind
        gap = sum((values if way == "in" else -values) for (_, at, way), values in flows.items() if at == bus)
        if any(row[1] == "grid" for row in here):
            flows["grid", bus, "out"], flows["grid", bus, "in"] = np.clip(gap, 0, None), np.clip(-gap, 0, None)
            continue
        # The first need of the bus takes what is over, so that every bus balances.
        taker = next(key for key in flows if key[1] == bus and key[2] == "in" and not np.ptp(flows[key]) == 0)
        level = flows[taker] - gap
        giver = next(key for key in flows if key[1] == bus and key[2] == "out")
        flows[giver] = flows[giver] + np.clip(-level, 0, None)
        flows[taker] = np.clip(level, 0, None)
    return flows


def _levels(flows: dict[Any, np.ndarray]) -> pd.DataFrame:
    parts = []
    for name, kind, _, _, _, _, ends, _ in COMPONENTS:
        if kind != "storage":
            continue
        bus = ends[0][0]
        change = flows[name, bus, "in"] * 0.94 - flows[name, bus, "out"] / 0.94
        level = np.concatenate([[0.0], np.cumsum(change - change.mean())])
        if name == "pit_storage":
            level = level + 9000 * (1 - np.cos(2 * np.pi * (np.arange(HOURS + 1) / HOURS - 0.25)))
        parts.append(pd.DataFrame({"hour": np.arange(HOURS + 1), "component": name, "level": level - level.min()}))
    return pd.concat(parts, ignore_index=True)


def _prices(hour: np.ndarray) -> pd.DataFrame:
    day = hour % 24
    power = 320 + 180 * ((day >= 17) & (day < 22)) - 200 * ((day >= 10) & (day < 15)) + 60 * np.cos(hour / HOURS * 6.28)
    values = {"base.power": power, "oilfield.power": power * 1.03, "town.heat_60": power * 0.3,
              "base.heat_120": power * 0.45, "base.steam": power * 1.02, "base.cooling": power * 0.25,
              "base.gas": np.full(HOURS, 310.0), "port.hydrogen": power * 55}  # fmt: skip
    return pd.concat(
        [pd.DataFrame({"timestep": hour, "bus": bus, "price": price}) for bus, price in values.items()],
        ignore_index=True,
    )


def _capacities(flows: dict[Any, np.ndarray]) -> pd.DataFrame:
    rows = []
    for name, kind, technology, _, _, _, ends, size in COMPONENTS:
        if size is None:
            continue
        bus, way, _ = ends[-1]
        used = flows.get((name, bus, "out" if way == "both" else way))
        share = None if used is None or not size else float(used.mean() / size)
        cost = {"wind": 5.2e6, "pv": 2.9e6, "battery": 0.5e6, "heat": 3.0e6, "electroly": 4.5e6}
        unit_cost = next((value for key, value in cost.items() if key in technology), 1.5e6)
        limit = {"wind_north": 320.0, "pv_ground": 1500.0, "geothermal": 40.0}.get(name, size * 2.5 if size else 50.0)
        price = {"wind_north": 214_000.0, "geothermal": 388_000.0}.get(name, 0.0)
        if kind == "grid":
            for way_name in ("import", "export"):
                rows.append((name, kind, way_name, "MW", 300.0, 0.0, 300.0, 0.0, 300.0, 0.0, 0.0, 0.0, 0.0, 0.07))
            continue
        old = 20.0 if name in {"pv_roof", "gas_boiler"} else 0.0
        new = max(size - old, 0.0)
        rows.append((name, kind, "power", "MW", old, new, float(size), 0.0, limit, new * unit_cost,
                     new * unit_cost * 0.087, new * unit_cost * 0.018, price, share))  # fmt: skip
        if kind == "storage":
            unit = "t" if "hydrogen" in name else "MWh"
            hours = {"battery_2h": 2, "pit_storage": 900}.get(name, 4)
            rows.append((name, kind, "energy", unit, 0.0, float(size * hours), float(size * hours), 0.0, None,
                         size * hours * 0.3e6 / hours, size * 0.3e6 * 0.087, 0.0, 0.0, None))  # fmt: skip
    columns = ["component", "kind", "quantity", "unit", "existing", "built", "total", "minimum", "maximum",
               "investment", "annuity", "fixed_om", "price", "utilisation"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"maximum": float, "utilisation": float})


def _objective(capacities: pd.DataFrame) -> pd.DataFrame:
    rows: list[tuple[str, str | None, str | None, float]] = []
    for row in capacities.to_dict("records"):
        for term in ("annuity", "fixed_om"):
            if row[term]:
                rows.append((term, row["component"], row["quantity"], row[term]))
    rows += [
        ("energy_purchase", "grid", "grid_import", 61.0e6), ("energy_purchase", "gas_supply", "gas", 10.9e6),
        ("demand_charge", "grid", "grid_import", 88.0e6), ("standby_charge", "grid", "standby", 34.0e6),
        ("carbon_price", "grid", None, 9.6e6), ("carbon_price", "gas_boiler", None, 0.7e6),
        ("variable_om", "wind_offshore", None, 4.1e6), ("sales", "grid", "grid_export", -41.5e6),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["term", "component", "contract", "amount"])


def _emissions(flows: dict[Any, np.ndarray], hour: np.ndarray) -> pd.DataFrame:
    rows = [
        ("grid", "base.power", "electricity", 2, 0.6191, "electricity/cn-shandong-2023", flows["grid", "base.power", "out"]),
        ("gas_boiler", "base.gas", "gas", 1, 0.202, "fuel/natural-gas", flows["gas_boiler", "base.gas", "in"]),
        ("biomass_chp", "base.power", "electricity", 3, 0.03, "fuel/biomass-upstream", flows["biomass_chp", "base.power", "out"]),
    ]  # fmt: skip
    return pd.concat(
        [
            pd.DataFrame({"timestep": hour, "component": name, "bus": bus, "carrier": carrier, "scope": scope,
                          "activity": activity, "factor": factor, "factor_id": factor_id, "amount": activity * factor})
            for name, bus, carrier, scope, factor, factor_id, activity in rows
        ],
        ignore_index=True,
    )  # fmt: skip


def _limits() -> pd.DataFrame:
    rows = [
        ("hourly_clean_share", "Clean share, hour by hour", "逐小时清洁电力占比", "1", 0.95, 0.95, ">=", 0.0, 212e6, True, None),
        ("export_share", "Share of generation sold to the grid", "上网电量占比", "1", 0.11, 0.2, "<=", 0.09, 0.0, False, "grid"),
        ("self_use_load", "Own use of all consumption", "自发自用占总用电量比例", "1", 0.93, 0.35, ">=", 0.58, 0.0, False, None),
        ("carbon_cap", "Yearly carbon cap", "年度碳排放上限", "tCO2e/yr", 52000.0, 52000.0, "<=", 0.0, 181.0, True, None),
    ]  # fmt: skip
    columns = [
        "limit",
        "label_en",
        "label_zh",
        "unit",
        "value",
        "bound",
        "sense",
        "slack",
        "shadow_price",
        "binding",
        "component",
    ]
    return pd.DataFrame(rows, columns=columns)


def _indicators() -> pd.DataFrame:
    rows = [
        ("clean_share_hourly", "Clean share, hour by hour", "逐小时清洁电力占比", 0.95, "1", "Clean supply in each hour, at most the load of the hour, over the load of the year", "逐小时清洁供电量(不超过当小时用电量)之和除以全年用电量"),
        ("clean_share_annual", "Clean share, over the year", "全年清洁电力占比", 1.04, "1", "Clean generation of the year over the electricity used", "全年清洁发电量除以全年用电量"),
        ("lcoe", "Levelised cost of energy", "平准化度电成本", 287.4, "CNY/MWh", "Cost per year over the electricity that demands use", "年成本除以全年用电需求"),
        ("emissions_per_tce", "CO2 per unit energy consumption", "单位能耗碳排放", 0.163, "tCO2/tce", "Scope 1 and 2 over comprehensive energy consumption, electricity at coal-equivalent value", "范围一与范围二排放除以综合能耗(电力按等价值)"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["indicator", "label_en", "label_zh", "value", "unit", "basis_en", "basis_zh"])


def _factors() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        ("electricity/cn-shandong-2023", "Electricity, Shandong average", "山东省电力平均排放因子", 0.6191, "tCO2e/MWh", 2023, "CN-SD", "MEE, electricity CO2 factors for 2023", "high", None, ["grid"]),
        ("fuel/natural-gas", "Natural gas", "天然气", 0.202, "tCO2e/MWh", 2019, "world", "IPCC guidelines", "medium", "lower heating value", ["gas_boiler"]),
        ("fuel/biomass-upstream", "Biomass, upstream", "生物质上游", 0.03, "tCO2e/MWh", 2022, "CN", "estimate", "low", "verify with the supplier", ["biomass_chp"]),
        ("gwp/unknown", "A factor nobody publishes", "未公布的因子", None, "tCO2e/t", None, None, "made for tests", "low", "null is not zero", []),
    ]  # fmt: skip
    rows += [
        (f"cost/made-{place}", f"Made-up cost {place}", f"虚构成本 {place}", 1000.0 + place, "CNY/kW", 2025, "CN", "made for tests", "medium", None, ["wind_north"])
        for place in range(30)
    ]  # fmt: skip
    columns = ["id", "name_en", "name_zh", "value", "unit", "year", "region", "source", "confidence", "note", "used_by"]
    return pd.DataFrame(rows, columns=columns)


def _manifest(frames: dict[str, pd.DataFrame]) -> dict[str, Any]:
    cost = float(frames["objective"]["amount"].sum())
    return {
        "kenli": "0.0.0+made", "run": "large-park-20270101T000000Z-abcdef", "status": "complete", "format": 1,
        "created": "2027-01-01T00:00:00+00:00", "command": "tests/show/large_park.py",
        "park": {"name": "Large made-up park", "description": "Forty components; flows by rule, not by optimum",
                 "file": "park.yaml", "sha256": "0" * 64, "latitude": 37.59, "longitude": 118.55,
                 "timezone": "Asia/Shanghai", "currency": "CNY"},
        "inputs": [{"path": "park.yaml", "sha256": "0" * 64, "rows": None, "role": "park"},
                   {"path": "series/load.csv", "sha256": "1" * 64, "rows": 8760, "role": "demand"}],
        "weather": {"kind": "synthetic", "label": "synthetic, seed 3", "seed": 3, "sha256": None, "note": None},
        "horizon": {"kind": "year", "timesteps": HOURS, "step_hours": 1.0, "representative": None, "note": None},
        "finance": {"discount_rate": 0.06, "cost_set": "china-2025", "cost_year": 2025, "currency": "CNY"},
        "phases": [{"name": name, "seconds": seconds} for name, seconds in
                   (("read", 0.2), ("profile", 1.1), ("compile", 0.9), ("solve", 74.2), ("certify", 0.6), ("write", 0.8))],
        "peak_memory_mb": 1850.0, "versions": {"python": "3.11.9", "kenli": "0.0.0+made", "highspy": "1.15.1"},
        "machine": {"cpu_count": 2, "platform": "made"},
        "program": {"columns": 812345, "rows": 934567, "nonzeros": 3123456, "integers": 0},
        "solver": {"name": "none", "version": "0", "algorithm": "rule", "reason": "a sample is not solved",
                   "options": {"threads": 2}, "iterations": 41, "seconds": 74.2, "status": "sample", "crossover": False},
        "certificate": {"objective": cost, "dual_bound": cost * 0.999999, "relative_gap": 1e-6,
                        "max_primal_residual": 2e-9, "max_relative_primal_residual": 1e-11,
                        "max_dual_infeasibility": 3e-8, "complementarity": 2e-7,
                        "coefficient_range": [1e-3, 1e3], "bound_range": [1.0, 1500.0], "rhs_range": [0.1, 400.0],
                        "statement_en": "Made by a rule for tests; nothing about it is optimal.",
                        "statement_zh": "由测试规则生成,并非最优方案。"},
        "totals": {"cost": cost, "lcoe": 287.4},
        "warnings": [{"where": "weather", "what": "the weather is synthetic", "fix": "give a weather file"}],
        "labels": ["weather: synthetic", "sample: made for tests, not a plan"], "tables": {},
    }  # fmt: skip
