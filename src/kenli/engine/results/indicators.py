"""Limits and indicators: shares, intensities and unit costs, by the same expressions that limit the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kenli.engine.formulation.emissions import total_emission
from kenli.engine.formulation.expression import Expression
from kenli.engine.formulation.standard_coal import coal_year
from kenli.engine.program import Rows
from kenli.engine.results.answer import Answer
from kenli.engine.results.structure import from_rows
from kenli.park.components import Demand, Source


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number with its names and the rule behind it."""

    name: str
    label: tuple[str, str]
    value: float
    unit: str
    basis: tuple[str, str]


def limits(answer: Answer) -> pa.Table:
    """Return the limits on the plan as a whole, with what relaxing each by one unit would save."""
    rows = []
    for limit in answer.build.limits:
        numerator = limit.numerator.value(answer.x)
        base = 1.0 if limit.denominator is None else limit.denominator.value(answer.x)
        value = numerator / base if base else 0.0
        slack = limit.bound - value if limit.sense == "<=" else value - limit.bound
        dual = float(answer.solution.dual_of(limit.rows)[0])
        worth = max(-dual if limit.sense == "<=" else dual, 0.0) * abs(base) + 0.0  # no negative zero
        tolerance = 1e-5 * max(abs(limit.bound), 1e-3)
        rows.append(
            {
                "limit": limit.name, "label_en": limit.label[0], "label_zh": limit.label[1], "unit": limit.unit,
                "value": value, "bound": limit.bound, "sense": limit.sense, "slack": slack, "shadow_price": worth,
                "binding": bool(slack <= tolerance and worth > 0.0), "component": limit.component,
            }
        )  # fmt: skip
    if answer.build.every_hour is not None:
        rows.append(_every_hour(answer, *answer.build.every_hour))
    text, number = pa.string(), pa.float64()
    schema = pa.schema(
        [
            ("limit", text), ("label_en", text), ("label_zh", text), ("unit", text), ("value", number),
            ("bound", number), ("sense", text), ("slack", number), ("shadow_price", number),
            ("binding", pa.bool_()), ("component", text),
        ]
    )  # fmt: skip
    return from_rows(rows, schema)


def _every_hour(answer: Answer, family: Rows, bound: float) -> dict[str, Any]:
    """Return the limit on every single hour as one row: its value is that of the worst hour."""
    build = answer.build
    consumption, unclean = np.zeros(build.steps), np.zeros(build.steps)
    for entry in build.supplies:
        if entry.carrier_kind == "electricity":
            consumption += answer.values(entry.flow)
            unclean += (1.0 - entry.clean) * answer.values(entry.flow)
    for flow in build.exports:
        consumption -= answer.values(flow)
    used = consumption > 1e-6 * max(float(consumption.max(initial=0.0)), 1e-6)
    value = float(np.min(1.0 - unclean[used] / consumption[used], initial=1.0))
    worth = max(float(answer.solution.dual_of(family) @ consumption), 0.0)
    slack = value - bound
    return {
        "limit": family.name, "label_en": "Clean share in every hour", "label_zh": "每小时清洁电力占比",
        "unit": "share", "value": value, "bound": bound, "sense": ">=", "slack": slack, "shadow_price": worth,
        "binding": bool(slack <= 1e-5 * max(bound, 1e-3) and worth > 0.0), "component": None,
    }  # fmt: skip


def list_indicators(answer: Answer) -> list[Indicator]:
    """Compute every indicator whose denominator is not zero."""
    return [*_shares(answer), *_carbon(answer), *_unit_costs(answer)]


def indicators(answer: Answer) -> pa.Table:
    """Return the indicators as a table."""
    rows = [
        {
            "indicator": item.name, "label_en": item.label[0], "label_zh": item.label[1], "value": item.value,
            "unit": item.unit, "basis_en": item.basis[0], "basis_zh": item.basis[1],
        }
        for item in list_indicators(answer)
    ]  # fmt: skip
    text = pa.string()
    schema = pa.schema(
        [("indicator", text), ("label_en", text), ("label_zh", text), ("value", pa.float64()), ("unit", text),
         ("basis_en", text), ("basis_zh", text)]
    )  # fmt: skip
    return from_rows(rows, schema)


def _shares(answer: Answer) -> list[Indicator]:
    year, x = answer.formulation.electricity, answer.x
    certified = year.clean.plus(year.certificates)
    entries: list[tuple[str, tuple[str, str], Expression, Expression, tuple[str, str]]] = [
        (
            "clean_share_hourly", ("Clean share, matched hour by hour", "逐时匹配清洁电力占比"),
            year.matched, year.consumption,
            ("1 - unclean supply / consumption, hour by hour; storage losses are consumption",
             "1 − 非清洁供电量/总用电量，逐时匹配；储能损耗计入用电"),
        ),
        (
            "clean_share_annual", ("Clean share, by volume over the year", "年度清洁电力占比"),
            certified, year.consumption,
            ("(clean generation + certificates) / consumption, whole year",
             "（清洁发电量+绿证）/总用电量，按年"),
        ),
        (
            "direct_supply_share", ("Directly supplied share", "直供绿电占比"),
            year.direct.plus(year.exports, -1.0), year.consumption,
            ("(generation on direct lines - exports) / consumption (notice 910, 2025)",
             "（直连电源发电量−上网电量）/总用电量（发改环资〔2025〕910号）"),
        ),
        (
            "self_use_of_generation", ("Self-used share of available generation", "自用电量占可用发电量比例"),
            year.self_used, year.available,
            ("(clean generation - exports) / available generation (document 650, 2025)",
             "（清洁发电量−上网电量）/可用发电量（发改能源〔2025〕650号）"),
        ),
        (
            "self_use_of_load", ("Self-used share of consumption", "自用电量占总用电量比例"),
            year.self_used, year.consumption,
            ("(clean generation - exports) / consumption (document 650, 2025)",
             "（清洁发电量−上网电量）/总用电量（发改能源〔2025〕650号）"),
        ),
        (
            "export_share", ("Exports over available generation", "上网电量占可用发电量比例"),
            year.exports, year.available,
            ("exports / available generation (document 650, 2025)", "上网电量/可用发电量（发改能源〔2025〕650号）"),
        ),
    ]  # fmt: skip
    found = []
    for name, label, numerator, denominator, basis in entries:
        base = denominator.value(x)
        if base > 1e-6:
            found.append(Indicator(name, label, numerator.value(x) / base, "1", basis))
    available = year.available.value(x)
    if available > 1e-6:
        own = sum(
            answer.yearly(entry.flow)
            for entry in answer.build.supplies
            if entry.potential is not None and entry.clean > 0.0 and entry.carrier_kind == "electricity"
        )
        found.append(
            Indicator(
                "curtailment_share", ("Curtailed share of available generation", "弃风弃光率"),
                max(1.0 - own / available, 0.0), "1",
                ("1 - clean generation / available generation", "1 − 清洁发电量/可用发电量"),
            )
        )  # fmt: skip
    return found


def _carbon(answer: Answer) -> list[Indicator]:
    build, x = answer.build, answer.x
    emission = total_emission(build, [1, 2]).value(x)
    found = []
    consumption = answer.formulation.electricity.consumption.value(x)
    if consumption > 1e-6:
        power = Expression()
        for entry in build.emissions:
            if entry.bus in build.park.electric_buses:
                power = power.plus(build.annual(entry.flow, entry.factor))
        found.append(
            Indicator(
                "electricity_emission_factor", ("Emission per MWh of electricity", "用电碳排放因子"),
                power.value(x) / consumption, "tCO2e/MWh",
                ("emission of what feeds the electricity buses / consumption", "供电侧排放/总用电量"),
            )
        )  # fmt: skip
    for basis, en, zh in (
        ("coal_equivalent", "coal equivalent", "等价值"),
        ("calorific", "calorific", "当量值"),
    ):
        coal = coal_year(build, answer.formulation.coal, basis)
        total = coal.total.value(x)
        if total <= 1e-6:
            continue
        found.append(
            Indicator(
                f"clean_energy_share_{basis}", (f"Clean energy share ({en})", f"清洁能源消费占比（{zh}）"),
                coal.clean.value(x) / total, "1",
                (f"clean energy / all energy supplied, standard coal, electricity by {en}; what counts as clean in "
                 "notice 910 was not read", f"清洁能源/全部能源，折标准煤（电力{zh}）；910号文口径未核实"),
            )
        )  # fmt: skip
        found.append(
            Indicator(
                f"emissions_per_tce_{basis}",
                (f"Emission per tonne of standard coal ({en})", f"单位能耗碳排放（{zh}）"),
                emission / total, "tCO2/tce",
                (f"scope 1 and 2 emission / energy supplied in standard coal, electricity by {en}; Annex 4 of notice "
                 "910 was not read", f"（范围一+范围二排放）/能源消费总量（电力{zh}）；910号文附件4未核实"),
            )
        )  # fmt: skip
    return found


def _unit_costs(answer: Answer) -> list[Indicator]:
    build, park = answer.build, answer.build.park
    money = park.park.currency
    delivered = sum(
        answer.yearly(flow)
        for flow in build.flows
        if isinstance(park.components[flow.component], Demand)
        and flow.direction == "in"
        and park.amount_unit(park.carrier_of(flow.bus)) == "MWh"
    ) - sum(
        float(build.yearly @ answer.x[columns.span])
        for name, columns in build.shortages.items()
        if park.amount_unit(park.carrier_of(park.components[name].buses()[0])) == "MWh"
    )
    found = []
    if delivered > 1e-6:
        found.append(
            Indicator(
                "cost_per_mwh", ("Cost per MWh of energy delivered", "单位用能成本"),
                answer.solution.objective / delivered, f"{money}/MWh",
                ("cost of the plan a year / all energy demand", "年总成本/全部用能需求"),
            )
        )  # fmt: skip
    own = {name for name, source in park.of_kind(Source).items() if source.out in park.electric_buses and source.clean}
    energy = sum(answer.yearly(s.flow) for s in build.supplies if s.component in own)
    terms = {"annuity", "fixed_om", "variable_om", "variable_cost", "power_purchase"}
    cost = sum(line.amount for line in answer.objective if line.owner in own and line.term in terms)
    if energy > 1e-6:
        found.append(
            Indicator(
                "lcoe", ("Levelised cost of the park's clean electricity", "园区清洁电力平准化成本"),
                cost / energy, f"{money}/MWh",
                ("annuity and operation of clean sources / energy taken from them (curtailment is in the cost)",
                 "清洁电源年化成本/实际取用电量（弃电成本计入）"),
            )
        )  # fmt: skip
    weight, paid = 0.0, 0.0
    for flow in build.flows:
        is_demand = isinstance(park.components[flow.component], Demand) and flow.direction == "in"
        if is_demand and flow.bus in park.electric_buses:
            values = answer.values(flow)
            price = answer.solution.dual_of(build.balances[flow.bus])
            weight += float(build.yearly @ values)
            paid += float(price @ values)
    if weight > 1e-6 and np.isfinite(paid):
        found.append(
            Indicator(
                "electricity_price", ("Mean marginal price of electricity", "平均边际电价"), paid / weight,
                f"{money}/MWh", ("price of the balance, weighted by demand", "按需求加权的节点边际电价"),
            )
        )  # fmt: skip
    return found
