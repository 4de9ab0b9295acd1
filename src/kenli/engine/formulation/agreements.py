r"""Direct lines, power purchase agreements and certificates.

Network charge of direct connection (NDRC price rule 1192 of 2025):
scheme 1: $12 \cdot 730\,\text{h} \cdot p \cdot \varphi \cdot C^{import}$ with the energy price $p$ of transmission
and the average load factor $\varphi$; scheme 2: $p \sum_t w_t\,s_t$ with the self-used energy
$s_t \ge g_t - x^{export}_t$, $s_t \ge 0$.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from kenli.engine.formulation.context import Build
from kenli.engine.formulation.expression import Expression
from kenli.engine.formulation.investment import need_size
from kenli.engine.formulation.limits import add_limit
from kenli.park.contracts import CertificatePurchase, DirectLine, PowerPurchase

MONTH_HOURS = 730.0
"""Hours of an average month, as rule 1192 writes them."""


def add_direct_line(build: Build, name: str, contract: DirectLine) -> None:
    """Charge the network for a direct connection."""
    charge = contract.network_charge
    if charge is None or contract.grid is None:
        return
    program = build.program
    if charge.scheme == 1:
        assert charge.load_factor is not None
        per_mw = 12.0 * MONTH_HOURS * charge.energy_price * charge.load_factor
        size = build.sizes[contract.grid, "import"]
        need_size(size, f"contracts > {name} > network_charge", "scheme 1 charges the connected capacity")
        build.cost_of_size("network_charge", size, per_mw, owner=contract.grid, basis=name)
        return
    given = [supply.flow for supply in build.supplies if supply.component in contract.sources]
    sold = [flow for flow in build.exports if flow.component == contract.grid]
    if not sold:
        for flow in given:
            build.cost("network_charge", flow, charge.energy_price, basis=name)
        return
    # Without a column of its own, power that comes in and goes out again would earn the charge back.
    used = program.add_columns(f"self_used/{name}")
    rows = program.add_rows(f"self_used_least/{name}", lower=0.0)
    program.add_coefficients(rows, used, 1.0)
    for flow in given:
        assert flow.columns is not None
        program.add_coefficients(rows, flow.columns, -np.asarray(flow.ratio))
    for flow in sold:
        assert flow.columns is not None
        program.add_coefficients(rows, flow.columns, np.asarray(flow.ratio))
    program.add_cost("network_charge", used, build.yearly * charge.energy_price, owner=contract.grid, basis=name)


def add_power_purchase(build: Build, name: str, contract: PowerPurchase) -> None:
    """Pay the owner of a source for what is taken, or for what was available."""
    supply = next(s for s in build.supplies if s.component == contract.source)
    if contract.pays_for == "taken":
        build.cost("power_purchase", supply.flow, contract.price, basis=name)
    else:
        size = build.sizes[contract.source, "power"]
        need_size(size, f"contracts > {name} > pays_for", "what is available follows from the size")
        potential = build.potentials[contract.source]
        per_mw = contract.price * float((build.yearly * potential.availability).sum())
        build.cost_of_size("power_purchase", size, per_mw, owner=contract.source, basis=name)
    taken = build.annual(supply.flow)
    sides: tuple[tuple[Literal["<=", ">="], float | None, str, str], ...] = (
        (">=", contract.annual_min, "least amount of a year", "年最小电量"),
        ("<=", contract.annual_max, "largest amount of a year", "年最大电量"),
    )
    for sense, bound, en, zh in sides:
        if bound is not None:
            side = "min" if sense == ">=" else "max"
            label = (f"{name}: {en}", f"{name}：{zh}")
            add_limit(
                build,
                f"annual_{side}/{name}",
                label,
                "MWh/yr",
                sense,
                bound,
                taken,
                component=contract.source,
            )


def add_certificates(build: Build) -> Expression:
    """Add the certificates that may be bought; returns their yearly amount [MWh/yr]."""
    total = Expression()
    for name, contract in build.park.contracts_of(CertificatePurchase).items():
        upper = np.inf if contract.annual_max is None else contract.annual_max
        columns = build.program.add_columns(f"certificates/{name}", 1, upper=upper)
        build.program.add_cost("certificates", columns, contract.price, owner=name, basis=name)
        total.add(columns, 1.0)
    return total
