r"""Emissions: $E = \sum_t w_t \sum_c \varepsilon_{c,t}\,x_{c,t}$, capped, priced, and counted by scope.

The factor is the row of the register that the books use; the run's emission table is made from the same
entries, and both sums are compared in every run.
"""

from __future__ import annotations

import numpy as np

from kenli.engine.formulation.context import Build, Emission, Flow
from kenli.engine.formulation.expression import Expression
from kenli.engine.formulation.limits import add_limit


def add_emission(build: Build, name: str, flow: Flow, scope: int) -> None:
    """Register the emission of a flow under the component's factor, if it has one."""
    factor = build.profiles.value(f"emission/{name}", 0.0)
    if np.any(np.asarray(factor)):
        carrier = build.park.carrier_of(flow.bus)
        factor_id = build.resolved.factor_of.get(f"emission/{name}")
        build.emissions.append(Emission(name, flow.bus, carrier, scope, flow, factor, factor_id))


def total_emission(build: Build, scopes: list[int] | None = None) -> Expression:
    """Return the year's emission of the given scopes [tCO2e/yr]."""
    total = Expression()
    for entry in build.emissions:
        if scopes is None or entry.scope in scopes:
            total = total.plus(build.annual(entry.flow, entry.factor))
    return total


def add_carbon_policy(build: Build) -> None:
    """Add the cap as a row and the price as a term of the objective."""
    carbon = build.park.policy.carbon
    scopes = [int(scope) for scope in carbon.scopes]
    if carbon.price:
        for entry in build.emissions:
            if entry.scope in scopes:
                price = carbon.price * np.asarray(entry.factor)
                build.cost("carbon_price", entry.flow, price, basis="policy")
    if carbon.cap is not None:
        label = ("Carbon cap", "碳排放上限")
        add_limit(build, "carbon_cap", label, "tCO2e/yr", "<=", carbon.cap, total_emission(build, scopes))
