"""A conflict or an endless saving of a program, said in the words of the park."""

from __future__ import annotations

import numpy as np

from kenli.core.errors import Problem
from kenli.engine.formulation.context import Build, Limit
from kenli.engine.program import Rows
from kenli.engine.solve.explain import Conflict, ConflictEntry, RayEntry, Shortfall

LISTED = 6

# What a limit of a family says; {name} is the component, contract or bus behind the slash.
_STATEMENTS = {
    "balance": "what is given to `{name}` must equal what is taken from it",
    "potential": "`{name}` gives at most its availability times its size",
    "capacity": "`{name}` runs at most at its size",
    "capacity_flow": "`{name}` carries at most its size",
    "capacity_flow_back": "`{name}` carries at most its size",
    "import_limit": "imports through `{name}` stay below its size",
    "export_limit": "exports through `{name}` stay below its size",
    "charge_limit": "`{name}` charges at most with its power",
    "discharge_limit": "`{name}` discharges at most with its power",
    "level_balance": "the content of `{name}` carries over from step to step",
    "level_max": "the content of `{name}` fits into its size",
    "level_min": "the content of `{name}` stays above its least level",
    "level_final": "`{name}` ends with its least content",
    "level_link": "the content of `{name}` carries over from week to week",
    "duration_min": "`{name}` has at least its shortest duration",
    "duration_max": "`{name}` has at most its longest duration",
    "cycles": "`{name}` makes at most its cycles a year",
    "full_load_hours": "`{name}` runs at most its full-load hours",
    "ramp_up": "`{name}` rises no faster than its ramp",
    "ramp_down": "`{name}` falls no faster than its ramp",
    "min_load": "`{name}` runs at least at its least load while it is on",
    "backlog_balance": "the shifted part of `{name}` is served within its window",
    "built": "`{name}` is built within its limits",
    "flow": "`{name}` runs within its size and availability",
    "flow_back": "`{name}` carries no more than its size",
    "import": "imports through `{name}` stay below its size",
    "export": "exports through `{name}` stay below its size",
    "charge": "`{name}` charges at most with its power",
    "discharge": "`{name}` discharges at most with its power",
    "level": "the content of `{name}` fits into its size",
    "served": "the shifted part of `{name}` stays below its peak",
    "backlog": "the shifted part of `{name}` is served within its window",
    "buy": "purchases from `{name}` stay below their limit",
    "sell": "sales to `{name}` stay below their limit",
    "annual_max": "`{name}` stays below its yearly amount",
    "annual_min": "`{name}` reaches its yearly amount",
    "peak_limit": "the peak of `{name}` is the highest import",
    "shortage": "not more of `{name}` may fail than is allowed",
    "certificates": "`{name}` sells at most its yearly amount",
    "self_used_least": "what `{name}` brings and is not sold is used in the park",
    "shortage_limit": "not more of `{name}` may fail than is asked for at that time",
    "min_up": "`{name}` stays on for its least time",
    "min_down": "`{name}` stays off for its least time",
    "switching": "starts and stops of `{name}` change what runs",
    "running_limit": "not more units of `{name}` run than there are",
    "units": "`{name}` is built in whole units up to its largest size",
    "whole_units": "`{name}` is built in whole units",
    "level_below_highest": "the content of `{name}` fits into its size",
    "level_above_lowest": "the content of `{name}` stays above its least level",
    "export_share": "exports under `{name}` stay below their share of the available generation",
    "clean_share_every_hour": "in every step the declared share of the electricity is clean",
    "running": "not more units of `{name}` run than exist",
}


def explain_conflict(build: Build, conflict: Conflict) -> list[Problem]:
    """Return the contradiction as problems: how much is missing where, and which statements clash."""
    named = {entry.family for entry in (*conflict.rows, *conflict.columns)}
    problems = [
        Problem(
            f"policy > {limit.name}" if limit.component is None else f"components > {limit.component}",
            f"{_bounded(limit)} cannot be kept together with everything else that the park asks for",
            "relax it, give it a penalty, or allow more of what would meet it",
            code="infeasible",
        )
        for limit in build.limits
        if limit.name in named
    ]
    problems += [
        Problem(
            _place(build, shortfall.family, shortfall.index),
            _missing(build, shortfall),
            _remedy(build, shortfall),
            code="infeasible",
        )
        for shortfall in _worst(conflict.shortfalls)
        if not any(limit.name == shortfall.family and limit.name in named for limit in build.limits)
    ]
    statements = _statements(build, [*conflict.rows, *conflict.columns])
    proved = (
        "none of them can be left out of the contradiction"
        if conflict.irreducible
        else ("together they contradict each other; the list may hold more than is needed")
    )
    problems.append(
        Problem(
            "why",
            f"these statements cannot all hold ({proved}):\n    - " + "\n    - ".join(statements),
            "relax one of them: more supply or size, less demand, or a softer limit (penalty, shortage)",
            code="infeasible",
        )
    )
    return problems


def explain_ray(ray: tuple[RayEntry, ...]) -> list[Problem]:
    """Return an endless saving: what would grow for ever, and what each of it earns."""
    lines = [
        f"{_subject(entry.family)} grows ({'earns' if entry.cost < 0 else 'costs'} {abs(entry.cost):.4g} a year "
        f"for each unit of the fastest)"
        for entry in sorted(ray, key=lambda e: e.cost)
    ]
    return [
        Problem(
            "why",
            "the more of this, the cheaper the plan, without end:\n    - " + "\n    - ".join(lines[:LISTED]),
            "give the size that grows a maximum, or check the price that makes it pay (feed-in above the tariff?)",
            code="unbounded",
        )
    ]


def _worst(shortfalls: tuple[Shortfall, ...]) -> list[Shortfall]:
    """Keep the largest miss of each family."""
    best: dict[str, Shortfall] = {}
    for shortfall in shortfalls:
        if shortfall.family not in best or shortfall.amount > best[shortfall.family].amount:
            best[shortfall.family] = shortfall
    return sorted(best.values(), key=lambda s: -s.amount)[:3]


def _missing(build: Build, shortfall: Shortfall) -> str:
    kind, _, name = shortfall.family.partition("/")
    if kind == "balance":
        park = build.park
        carrier = park.carrier_of(name)
        unit = park.rate_unit(carrier)
        needs = [flow.component for flow in build.flows if flow.bus == name and flow.columns is None]
        asked = (
            f"its demands ({', '.join(needs)}) need {shortfall.bound:,.4g} {unit}" if needs else "its takers need more"
        )
        givers = [flow.component for flow in build.flows if flow.bus == name and flow.direction == "out"]
        return (
            f"{asked} of {carrier}; what feeds it ({', '.join(dict.fromkeys(givers)) or 'nothing'}) falls short "
            f"by at least {shortfall.amount:,.4g} {unit}"
        )
    limit = next((item for item in build.limits if item.name == shortfall.family), None)
    if limit is not None:
        bound = f"{limit.bound:.1%}" if limit.unit == "share" else f"{limit.bound:,.6g} {limit.unit}"
        return (
            f"{limit.label[0]} ({limit.label[1]}) cannot be {'at least' if limit.sense == '>=' else 'at most'} {bound}"
        )
    return f"{_statement(shortfall.family)}, and is missed by at least {shortfall.amount:,.4g}"


def _remedy(build: Build, shortfall: Shortfall) -> str:
    kind, _, name = shortfall.family.partition("/")
    if kind == "balance":
        return f"give `{name}` more supply (raise `max` of what feeds it), lower the demand, or allow a priced shortage"
    if any(item.name == shortfall.family for item in build.limits):
        return "relax the limit, give it a penalty, or allow more of what would meet it"
    return "relax one of the statements below"


def _statements(build: Build, entries: list[ConflictEntry]) -> list[str]:
    grouped: dict[str, list[ConflictEntry]] = {}
    for entry in entries:
        grouped.setdefault(entry.family, []).append(entry)
    lines = []
    for family, members in grouped.items():
        line = _statement(family)
        limit = next((item for item in build.limits if item.name == family), None)
        if limit is not None:
            line = _bounded(limit)
        elif family.startswith("built/"):
            bounds = ", ".join(f"{'at most' if m.side == 'upper' else 'at least'} {m.bound:,.6g}" for m in members)
            line = f"{line} ({bounds} to be built)"
        when = _when(build, members)
        lines.append(f"{line}{when}")
    return lines


def _bounded(limit: Limit) -> str:
    bound = f"{limit.bound:.1%}" if limit.unit == "share" else f"{limit.bound:,.6g} {limit.unit}"
    return f"{limit.label[0]} {limit.sense} {bound}"


def _when(build: Build, members: list[ConflictEntry]) -> str:
    along: dict[str, str] = {rows.name: rows.axis for rows in build.program.row_families}
    along |= {columns.name: columns.axis for columns in build.program.column_families}
    if along.get(members[0].family) != "time":
        return ""
    steps = sorted({member.index for member in members})
    labels = build.horizon.local_labels
    first = labels[steps[0]][:16].replace("T", " ")
    if len(steps) == 1:
        return f", at {first}"
    last = labels[steps[-1]][:16].replace("T", " ")
    return f", in {len(steps)} steps from {first} to {last}"


def _statement(family: str) -> str:
    kind, _, name = family.partition("/")
    text = _STATEMENTS.get(kind)
    return text.format(name=name) if text else f"`{family}`"


def _subject(family: str) -> str:
    kind, _, name = family.partition("/")
    words = {
        "built": "the size of", "flow": "the flow of", "import": "imports through", "export": "exports through",
        "buy": "purchases from", "sell": "sales to", "charge": "charging", "discharge": "discharging",
        "level": "the content of", "certificates": "certificates of",
    }  # fmt: skip
    return f"{words.get(kind, kind)} `{name}`"


def _place(build: Build, family: str, index: int) -> str:
    kind, _, name = family.partition("/")
    row = next((r for r in build.program.row_families if r.name == family), None)
    section = {"balance": "buses", "carbon_cap": "policy"}.get(kind)
    if section is None:
        section = "components" if name.split("/")[0] in build.park.components else "policy"
    place = f"{section} > {name or kind}"
    if isinstance(row, Rows) and row.axis == "time" and 0 <= index < build.steps:
        stamp = np.datetime_as_string(build.horizon.start[index], unit="m")
        local = build.horizon.local_labels[index][:16].replace("T", " ")
        return f"{place} at {local} (local; {stamp}Z)"
    return place
