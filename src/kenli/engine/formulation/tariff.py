r"""Tariffs: energy and adders per unit, and the charge for power.

$$ \sum_t w_t\,(p_t + \sum_k a_k)\,x_t + \sum_m \kappa\,P_m, \qquad P_m \ge x_t \text{ for } t \text{ in month } m $$

On representative periods a month's peak is the highest step of every period that stands for part of the
month, so no month escapes its charge.
"""

from __future__ import annotations

import numpy as np

from kenli.engine.formulation.context import Build, Flow
from kenli.engine.formulation.expression import Expression
from kenli.engine.formulation.investment import need_size
from kenli.engine.formulation.limits import add_limit
from kenli.park.contracts import FeedIn, Tariff


def add_tariff(build: Build, name: str, contract: Tariff) -> None:
    """Price the imports of a grid connection."""
    flow = _flow(build, f"import/{contract.grid}")
    build.cost("energy_purchase", flow, build.profiles.value(f"price/{name}"), basis=name)
    for adder, price in contract.adders.items():
        build.cost("adders", flow, price, basis=f"{name}/{adder}")
    if contract.demand_charge is not None:
        _add_demand_charge(build, name, contract, flow)


def _add_demand_charge(build: Build, name: str, contract: Tariff, flow: Flow) -> None:
    assert contract.demand_charge is not None
    assert flow.columns is not None
    program, price = build.program, contract.demand_charge.price
    owner = contract.grid
    match contract.demand_charge.basis:
        case "contracted":
            size = build.sizes[contract.grid, "import"]
            why = "the contracted capacity is charged"
            need_size(size, f"contracts > {name} > demand_charge > basis", why)
            build.cost_of_size("demand_charge", size, 12.0 * price, owner=owner, basis=name)
        case "annual_peak":
            peak = program.add_columns(f"peak/{name}", 1)
            rows = program.add_rows(f"peak_limit/{name}", upper=0.0)
            program.add_coefficients(rows, flow.columns, 1.0)
            program.add_coefficients(rows, peak, -1.0)
            program.add_cost("demand_charge", peak, 12.0 * price, owner=owner, basis=name)
        case "monthly_peak":
            months = build.horizon.months
            peaks = program.add_columns(f"peak/{name}", len(months))
            pairs = [(np.flatnonzero(mask), month) for month, (_, mask) in enumerate(months)]
            step = np.concatenate([steps for steps, _ in pairs])
            month = np.concatenate([np.full(len(steps), number) for steps, number in pairs])
            rows = program.add_rows(f"peak_limit/{name}", len(step), upper=0.0)
            along = np.arange(len(step))
            program.add_coefficients(rows, flow.columns, np.ones(len(step)), row_index=along, column_index=step)
            program.add_coefficients(rows, peaks, -np.ones(len(step)), row_index=along, column_index=month)
            # A declared span that stands for a year pays twelve months however few it shows.
            program.add_cost("demand_charge", peaks, price * 12.0 / len(months), owner=owner, basis=name)


def add_feed_in(build: Build, name: str, contract: FeedIn) -> None:
    """Pay for the exports of a grid connection and limit them."""
    if (contract.grid, "export") not in build.sizes:
        return
    flow = _flow(build, f"export/{contract.grid}")
    build.cost("sales", flow, -np.asarray(build.profiles.value(f"price/{name}")), basis=name)
    if contract.annual_max is not None:
        label = (f"{contract.grid}: exported in a year", f"{contract.grid}：年上网电量")
        add_limit(
            build, f"annual_max/{name}", label, "MWh/yr", "<=", contract.annual_max, build.annual(flow),
            component=contract.grid,
        )  # fmt: skip
    if contract.max_share is not None:
        available = Expression()
        for entry in build.supplies:
            if entry.is_own_clean:
                available = available.plus(build.available(entry))
        label = (f"{contract.grid}: exported of available generation", f"{contract.grid}：上网电量占可用发电量比例")
        add_limit(
            build, f"export_share/{name}", label, "share", "<=", contract.max_share, build.annual(flow), available,
            component=contract.grid,
        )  # fmt: skip


def _flow(build: Build, family: str) -> Flow:
    return next(f for f in build.flows if f.columns is not None and f.columns.name == family)
