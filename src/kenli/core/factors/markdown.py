"""The register as a page of the documentation."""

from __future__ import annotations

from typing import Final

from kenli.core.factors.factor import Factor, number
from kenli.core.factors.register import Register

_TITLES: Final = {
    "electricity_emission": "Electricity emission factors / 电力排放因子",
    "fuel_emission": "Fuel and heat emission factors / 燃料与热力排放因子",
    "standard_coal": "Standard-coal coefficients / 折标准煤系数",
    "tariff": "Tariffs and power market / 电价与电力市场",
    "policy": "Policy thresholds / 政策阈值",
    "market": "Carbon and certificate prices / 碳价与绿证价格",
    "fx": "Exchange rates / 汇率",
    "cost_china_2025": "Technology costs, China set / 技术成本(中国)",
    "cost_dea_2025": "Technology costs, Danish catalogue set / 技术成本(丹麦目录)",
    "cost_evidence": "Published cost evidence / 已发布成本依据",
    "battery_factory": "Battery factory / 电池工厂",
    "industry": "Industry archetypes / 行业原型",
    "site": "Dongying and Kenli / 东营与垦利",
    "resource": "Weather and resource targets / 气象资源目标",
    "physics": "Physical constants / 物理常数",
}


def render_markdown(register: Register) -> str:
    """Return the whole register as Markdown: one section a family, one table row a factor.

    Args:
        register: the register to print.
    """
    low = sum(factor.confidence == "low" for factor in register)
    unknown = sum(factor.value is None for factor in register)
    lines = [
        "# Factor register",
        "",
        f"{len(register)} rows; {unknown} of them have no published value and are refused when asked for; "
        f"{low} have low confidence and must be verified before use.",
        "",
    ]
    for family in register.families():
        lines += [
            f"## {_TITLES.get(family, family)}",
            "",
            "| id | name | value | unit | year | region | confidence | source | note |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [_line(factor) for factor in register if factor.family == family]
        lines.append("")
    return "\n".join(lines)


def _line(factor: Factor) -> str:
    value = factor.range_text
    if factor.later:
        value += "".join(f"; {year}: {number(later)}" for year, later in factor.later)
    note = f"same as `{factor.same_as}`" if factor.same_as else ""
    note = "; ".join(part for part in (note, factor.note) if part)
    source = factor.source + (f" ({factor.published})" if factor.published else "")
    cells = (
        f"`{factor.id}`",
        f"{factor.name_en} / {factor.name_zh}",
        value,
        factor.unit or "1",
        "" if factor.year is None else str(factor.year),
        factor.region,
        factor.confidence,
        source,
        note,
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
