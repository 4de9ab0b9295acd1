"""What a careful reader would frown at in a plan that is optimal all the same."""

from __future__ import annotations

import numpy as np

from kenli.core.errors import Problem
from kenli.engine.results.answer import Answer

NOTHING = 10.0
"""MWh or t a year below which a flow is what an interior answer leaves of nothing."""


def find_oddities(answer: Answer) -> list[Problem]:
    """Return warnings: charge and discharge at once, import and export at once, shortage, huge prices."""
    return [*_two_ways(answer), *_shortages(answer), *_unreached(answer)]


def _two_ways(answer: Answer) -> list[Problem]:
    build = answer.build
    pairs = [(name, s.charge, s.discharge, "charges and discharges") for name, s in build.levels.items()]
    families = {columns.name: columns for columns in build.program.column_families}
    for name in build.park.components:
        if f"import/{name}" in families and f"export/{name}" in families:
            pairs.append((name, families[f"import/{name}"], families[f"export/{name}"], "imports and exports"))
        if f"flow/{name}" in families and f"flow_back/{name}" in families:
            pairs.append((name, families[f"flow/{name}"], families[f"flow_back/{name}"], "carries both ways"))
    found = []
    for name, first, second, verb in pairs:
        a, b = answer.x[first.span], answer.x[second.span]
        both = np.minimum(a, b)
        scale = max(float(a.max(initial=0.0)), float(b.max(initial=0.0)), 1e-9)
        hours = float(build.yearly @ (both > 1e-4 * scale))
        moved = float(build.yearly @ np.maximum(a, b))
        share = float(build.yearly @ both) / max(moved, 1e-9)
        if moved > NOTHING and hours > 0.5 and share > 1e-4:
            found.append(
                Problem(
                    f"components > {name}",
                    f"{verb} at once in {hours:.0f} h of the year ({share:.1%} of its energy)",
                    "prices at or below zero, or a loss that pays, make this free; check feed-in prices and limits",
                    severity="warning",
                    code="two-ways",
                )
            )
    return found


def _shortages(answer: Answer) -> list[Problem]:
    found = []
    for name, columns in answer.build.shortages.items():
        energy = float(answer.build.yearly @ answer.x[columns.span])
        park = answer.build.park
        unit = park.amount_unit(park.carrier_of(park.components[name].buses()[0]))
        if energy > 1e-3:
            found.append(
                Problem(
                    f"components > {name}",
                    f"{energy:,.4g} {unit} a year are not delivered",
                    "raise the cost of shortage, or allow more supply",
                    severity="warning",
                    code="shortage",
                )
            )
    return found


def _unreached(answer: Answer) -> list[Problem]:
    """Soft limits that the plan prefers to miss."""
    found = []
    for columns in answer.build.program.column_families:
        if columns.name.startswith("missed/"):
            values = answer.x[columns.span]
            amount = float(answer.build.yearly @ values if columns.axis == "time" else values.sum())
            unit = "tce" if columns.name == "missed/clean_energy_share" else "MWh"
            if amount > 1e-3:
                found.append(
                    Problem(
                        f"policy > {columns.name.removeprefix('missed/')}",
                        f"is missed by {amount:,.4g} {unit} a year; the penalty is cheaper",
                        "raise the penalty, or take it out to make the limit hard",
                        severity="warning",
                        code="soft-limit",
                    )
                )
    return found
