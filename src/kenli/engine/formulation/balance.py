r"""Balances: in every step, what is given to a bus equals what is taken from it.

$$ \sum_{out} x_{c,t} - \sum_{in} x_{c,t} = d_t $$

with `>=` on a bus that may throw a surplus away. The dual, divided by the hours that the step stands
for, is the price of the carrier at the bus.
"""

from __future__ import annotations

import numpy as np

from kenli.engine.formulation.context import Build


def add_balances(build: Build) -> None:
    """Add the balance of every bus from the registered flows."""
    program = build.program
    for bus, options in build.park.buses.items():
        flows = [flow for flow in build.flows if flow.bus == bus]
        known = np.zeros(build.steps)
        for flow in flows:
            if flow.columns is None and flow.fixed is not None:
                known += flow.fixed if flow.direction == "in" else -flow.fixed
        rows = program.add_rows(f"balance/{bus}", lower=known, upper=np.inf if options.surplus else known)
        for flow in flows:
            if flow.columns is not None:
                sign = 1.0 if flow.direction == "out" else -1.0
                program.add_coefficients(rows, flow.columns, sign * np.asarray(flow.ratio))
        build.balances[bus] = rows
