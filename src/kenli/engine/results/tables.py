"""All tables of a run, and the plan in a few numbers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from kenli.core.errors import Problem, SolverError
from kenli.engine.formulation.budget import total_investment
from kenli.engine.formulation.emissions import total_emission
from kenli.engine.results import flows as over_time
from kenli.engine.results import indicators as ratios
from kenli.engine.results import money, sizes, structure
from kenli.engine.results.answer import Answer

BALANCE_TOLERANCE = 1e-6


def make_tables(answer: Answer) -> dict[str, pa.Table]:
    """Return every table of the run folder.

    Raises:
        SolverError: money, carbon or a bus does not add up; nothing that fails this is written.
    """
    flow_table = over_time.flows(answer)
    residuals = over_time.balance_residuals(answer, flow_table)
    _check_balance(residuals)
    return {
        "timesteps": structure.timesteps(answer),
        "original_periods": structure.original_periods(answer),
        "buses": structure.buses(answer),
        "components": structure.components(answer),
        "capacities": sizes.capacities(answer),
        "flows": flow_table,
        "levels": over_time.levels(answer),
        "chronological_levels": over_time.chronological_levels(answer),
        "prices": over_time.prices(answer),
        "potentials": over_time.potentials(answer),
        "objective": money.objective(answer),
        "emissions": money.emissions(answer),
        "balance": over_time.balance(flow_table, answer.build.yearly),
        "balance_residuals": residuals,
        "limits": ratios.limits(answer),
        "indicators": ratios.indicators(answer),
        "series": structure.series(answer),
        "factors": structure.factors(answer),
        "solution_families": _families(answer),
    }


def make_totals(answer: Answer) -> dict[str, Any]:
    """Return the plan in a few numbers, for the manifest."""
    build, x = answer.build, answer.x
    values = {item.name: item.value for item in ratios.list_indicators(answer)}
    return {
        "cost": answer.solution.objective,
        "investment": total_investment(build).value(x),
        "emissions": total_emission(build).value(x),
        "emission_scope_1": total_emission(build, [1]).value(x),
        "emission_scope_2": total_emission(build, [2]).value(x),
        "emission_scope_3": total_emission(build, [3]).value(x),
        "consumption_electricity_mwh": answer.formulation.electricity.consumption.value(x),
        **{name: value for name, value in values.items() if name in {"lcoe", "cost_per_mwh", "clean_share_hourly"}},
    }


def _check_balance(residuals: pa.Table) -> None:
    for row in residuals.to_pylist():
        if row["max_relative"] > BALANCE_TOLERANCE and row["max_absolute"] > BALANCE_TOLERANCE:
            raise SolverError(
                Problem(
                    f"buses > {row['bus']}",
                    f"given and taken differ by {row['max_absolute']:.3g} ({row['max_relative']:.1e} of it)",
                    "the solver stopped too early: ask for a tighter tolerance",
                    code="balance",
                )
            )


def _families(answer: Answer) -> pa.Table:
    checks = answer.certificate.families
    return pa.table(
        {
            "family": pa.array([check.family for check in checks], pa.string()),
            "kind": pa.array([check.kind for check in checks], pa.string()),
            "size": pa.array([check.size for check in checks], pa.int32()),
            "max_violation": pa.array([check.max_violation for check in checks], pa.float64()),
            "max_dual_violation": pa.array([check.max_dual_violation for check in checks], pa.float64()),
        }
    )
