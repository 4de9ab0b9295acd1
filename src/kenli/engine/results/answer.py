"""A solved formulation: the program's meaning and the solver's values side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kenli.engine.formulation import Formulation
from kenli.engine.formulation.context import Build, Flow
from kenli.engine.program import ObjectiveLine
from kenli.engine.solve import Certificate, Solution

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """A formulation with its solution and certificate."""

    formulation: Formulation
    solution: Solution
    certificate: Certificate

    @property
    def build(self) -> Build:
        """Return the registers of the formulation."""
        return self.formulation.build

    @property
    def x(self) -> Array:
        """Return the flat solution."""
        return self.solution.x

    def values(self, flow: Flow) -> Array:
        """Return the (T,) values of a flow; what a solver leaves a hair below zero is zero."""
        return np.maximum(flow.values(self.x, self.build.steps), 0.0)

    def yearly(self, flow: Flow) -> float:
        """Return the sum of a flow over the year [MWh/yr or t/yr]."""
        return float(self.build.yearly @ self.values(flow))

    @cached_property
    def objective(self) -> list[ObjectiveLine]:
        """Return the objective table, one line per term, owner and contract."""
        sums: dict[tuple[str, str, str | None], float] = {}
        for line in self.formulation.program.objective_table(self.x):
            key = (line.term, line.owner, line.basis)
            sums[key] = sums.get(key, 0.0) + line.amount
        return [ObjectiveLine(*key, amount) for key, amount in sums.items()]
