"""Named terms of an objective: what was paid, by whom, under which contract."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Term:
    """One named part of the objective: `sum(cost * x)` over a column family, or a constant.

    Attributes:
        name: term, such as `annuity`.
        owner: who causes it (a component), free text to this room.
        basis: on what ground (a contract), or None.
        family: index of the column family, or -1 for a constant.
        cost: one value per column of the family; for a constant, one value.
    """

    name: str
    owner: str
    basis: str | None
    family: int
    cost: Array


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    """One line of the evaluated objective table."""

    term: str
    owner: str
    basis: str | None
    amount: float
