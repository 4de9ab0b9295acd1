"""What ships as data: rule sets, time-of-use schemes, cost sets and their technologies."""

from __future__ import annotations

from importlib import resources
from typing import Any

from doc_pages.markdown import page, table
from kenli.core.factors import load_register
from kenli.park.rules import shipped_rules

YEAR = 2025
"""Year whose costs the page shows."""

RULES = """
A rule set fills limits into `policy`: write its id under `policy > rules`. What the park file says itself
stays if it is stricter; if it is weaker, that is an error (`contradiction`), never a silent override.
Read the source before you rely on a rule: the column *confidence* says how well it could be read.
"""

SCHEMES = """
A scheme is the schedule of a published time-of-use tariff with its ratios: write its id as
`energy: {periods: {scheme: ID, base: ...}}` of a tariff. Months that the source did not state are not
filled in; a park must say under `assume` which month they copy, and every report then repeats it.
"""

COSTS = """
`finance > cost_set` names one of these sets, and `technology` of a component one of its technologies.
The figures themselves, with source and confidence, are in the [factor register](factors.md).
"""


def render_rules() -> str:
    """Return the page of the rule sets."""
    parts = [RULES]
    for name, rule in shipped_rules().items():
        rows = [(f"`policy > {path}`", value) for path, value in _leaves(rule["policy"])]
        parts += [f"## {name}", f"{rule['title']['en']}", f"{rule['title']['zh']}", table(("limit", "value"), rows)]
        parts.append(f"Confidence: {rule['confidence']}. Source: {rule['source']}. {rule.get('note', '')}")
    return page("Rule sets", *parts)


def render_schemes() -> str:
    """Return the page of the tariff schemes."""
    parts = [SCHEMES]
    for name, scheme in _schemes().items():
        parts += [f"## {name}", f"{scheme['title']['en']}", f"{scheme['title']['zh']}"]
        parts.append(table(("period", "times the base price"), scheme["ratios"].items()))
        rows = []
        for part in scheme["schedule"]:
            months = ", ".join(str(month) for month in part["months"])
            hours = "; ".join(f"{period}: {', '.join(ranges)}" for period, ranges in part["hours"].items())
            rows.append((months, hours, part.get("rest", "")))
        parts.append(table(("months", "hours (local, start included, end not)", "all others"), rows))
        if scheme.get("precedence"):
            parts.append(f"Where hours overlap, the stronger period wins: {' before '.join(scheme['precedence'])}.")
        parts.append(f"Confidence: {scheme['confidence']}. Source: {scheme['source']}. {scheme.get('note', '')}")
    return page("Tariff schemes", *parts)


def render_costs() -> str:
    """Return the page of the cost sets."""
    register = load_register()
    parts = [COSTS]
    for name in register.cost_sets():
        rows = []
        for technology in register.technologies(name):
            found = register.technology(name, technology, YEAR)
            rows.append(
                (
                    f"`{technology}`", found.name_en, found.name_zh,
                    _money(found.capex, found.currency, found.capacity_unit),
                    _money(found.capex_energy, found.currency, found.energy_unit),
                    "" if found.lifetime is None else f"{found.lifetime:g}", found.confidence,
                )
            )  # fmt: skip
        head = ("technology", "name", "名称", f"capex {YEAR}", "capex of content", "lifetime [yr]", "confidence")
        parts += [f"## {name}", table(head, rows)]
    return page("Cost sets and technologies", *parts)


def _money(value: float | None, currency: str, unit: str) -> str:
    return "" if value is None else f"{value:,.0f} {currency}/{unit}"


def _schemes() -> dict[str, dict[str, Any]]:
    from ruamel.yaml import YAML

    found: dict[str, dict[str, Any]] = {}
    for entry in (resources.files("kenli.park") / "schemes").iterdir():
        if entry.name.endswith(".yaml"):
            found |= YAML(typ="safe", pure=True).load(entry.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [(path, value)]
    joined = [(f"{path} > {key}" if path else str(key), inner) for key, inner in value.items()]
    return [leaf for inner_path, inner in joined for leaf in _leaves(inner, inner_path)]
