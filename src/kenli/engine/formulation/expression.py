"""A linear expression over the year, such as the consumption or the emission of a park."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kenli.engine.program import Columns, Program, Rows

Array = NDArray[np.float64]


@dataclass
class Expression:
    """`sum(coefficients * columns) + constant`; the one definition that limits and indicators share."""

    parts: list[tuple[Columns, Array]] = field(default_factory=list)
    constant: float = 0.0
    sizes: list[tuple[tuple[str, str], float]] = field(default_factory=list)
    """Sizes that stand in the constant, with their factors; what prices of sizes are made of."""

    def add(self, columns: Columns | None, coefficients: ArrayLike) -> None:
        """Add a term; without columns the coefficients are summed into the constant."""
        values = np.asarray(coefficients, dtype=np.float64)
        if columns is None:
            self.constant += float(values.sum())
        else:
            self.parts.append((columns, np.broadcast_to(values, (columns.size,))))

    def plus(self, other: Expression, factor: float = 1.0) -> Expression:
        """Return `self + factor * other`."""
        parts = [*self.parts, *((columns, values * factor) for columns, values in other.parts)]
        sizes = [*self.sizes, *((size, value * factor) for size, value in other.sizes)]
        return Expression(parts, self.constant + factor * other.constant, sizes)

    def value(self, x: Array) -> float:
        """Evaluate at a solution."""
        return self.constant + sum(float(values @ x[columns.span]) for columns, values in self.parts)

    def write(self, program: Program, rows: Rows) -> None:
        """Put the variable part into a single row."""
        for columns, values in self.parts:
            program.add_coefficients(rows, columns, values)
