"""What the constraint families share while a program is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kenli.core.horizon import Horizon
from kenli.engine.formulation.expression import Expression
from kenli.engine.program import Columns, Program, Rows
from kenli.park.economics import Economics
from kenli.park.park import Park
from kenli.park.profiles import Profiles
from kenli.park.resolve import ResolvedPark

Array = NDArray[np.float64]
Value = float | Array
Quantity = Literal["power", "energy", "charge", "import", "export"]


@dataclass(frozen=True)
class Flow:
    """A flow between a component and a bus: `ratio * columns`, or fixed values.

    `direction` is the component's view: `out` gives to the bus, `in` takes from it.
    """

    component: str
    bus: str
    direction: Literal["in", "out"]
    columns: Columns | None
    ratio: Value = 1.0
    fixed: Array | None = None

    def values(self, x: Array, steps: int) -> Array:
        """Return the (T,) flow at a solution."""
        if self.columns is None:
            assert self.fixed is not None
            return self.fixed
        return np.broadcast_to(np.asarray(self.ratio), (steps,)) * x[self.columns.span]


@dataclass(frozen=True)
class SizeColumns:
    """A size: what exists plus what is built (a single column, or none where it cannot grow)."""

    component: str
    quantity: Quantity
    unit: str
    existing: float
    low: float
    high: float
    unlimited: bool
    built: Columns | None
    grows: bool
    """Whether more may be built; also true where what exists is the maximum already."""
    unit_size: float | None
    count: Columns | None
    economics: Economics

    def total(self, x: Array) -> float:
        """Return the size at a solution; infinite where there is none."""
        if self.unlimited:
            return float("inf")
        return self.existing + (float(x[self.built.offset]) if self.built is not None else 0.0)


@dataclass(frozen=True)
class Under:
    """Columns that a size limits: `columns <= share * size`, or `==`."""

    columns: Columns
    share: Value
    equal: bool = False


@dataclass(frozen=True)
class Emission:
    """Where carbon is counted: `factor * ratio * columns`, by scope."""

    component: str
    bus: str
    carrier: str
    scope: int
    flow: Flow
    factor: Value
    factor_id: str | None


@dataclass(frozen=True)
class Supply:
    """Energy that enters the park: who gives it, and which part of it counts as clean."""

    component: str
    flow: Flow
    carrier_kind: str
    clean: float
    direct: bool
    potential: Expression | None
    """What a source could have given in the year [MWh]; None where it has no size, or is no source."""
    source: bool = False

    @property
    def is_own_clean(self) -> bool:
        """Return whether this is clean electricity of the park's own sources."""
        return self.source and self.clean > 0.0 and self.carrier_kind == "electricity"


@dataclass(frozen=True)
class Potential:
    """What a source could give in each step: `availability * (existing + built)`."""

    component: str
    flow: Flow
    availability: Array
    size: SizeColumns


@dataclass(frozen=True)
class Limit:
    """A limit that people know by name: `value = numerator / denominator` against a bound.

    `rows` hold `numerator - bound * denominator` (times `sign`); for a plain limit the denominator is
    None. The shadow price per unit of the bound is the row's dual times the denominator.
    """

    name: str
    label: tuple[str, str]
    unit: str
    sense: Literal["<=", ">="]
    bound: float
    numerator: Expression
    denominator: Expression | None
    rows: Rows
    component: str | None = None


@dataclass
class Build:
    """The program under construction with the registers that later families read."""

    program: Program
    resolved: ResolvedPark
    profiles: Profiles
    sizes: dict[tuple[str, Quantity], SizeColumns] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    emissions: list[Emission] = field(default_factory=list)
    supplies: list[Supply] = field(default_factory=list)
    exports: list[Flow] = field(default_factory=list)
    potentials: dict[str, Potential] = field(default_factory=dict)
    levels: dict[str, StorageColumns] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)
    limited: dict[tuple[str, str], list[Under]] = field(default_factory=dict)
    """Size -> the columns under it."""
    moved: dict[tuple[str, str], list[tuple[Rows, Value]]] = field(default_factory=dict)
    """Size -> the rows whose bounds move with what exists of it, and how far per unit."""
    upkeep: dict[tuple[str, str], float] = field(default_factory=dict)
    """Size -> money per unit and year, of what exists too."""
    every_hour: tuple[Rows, float] | None = None
    """Rows and bound of the clean share in every single step."""
    balances: dict[str, Rows] = field(default_factory=dict)
    shortages: dict[str, Columns] = field(default_factory=dict)

    @property
    def park(self) -> Park:
        """Return the declaration."""
        return self.resolved.park

    @property
    def horizon(self) -> Horizon:
        """Return the time axis."""
        return self.profiles.horizon

    @property
    def yearly(self) -> Array:
        """Return the hours of the year that each step stands for."""
        return self.profiles.yearly

    @property
    def steps(self) -> int:
        """Return T."""
        return self.horizon.steps

    def move(self, size: SizeColumns, rows: Rows, share: Value) -> None:
        """Note that the bounds of rows hold `share` times what exists of a size."""
        self.moved.setdefault((size.component, size.quantity), []).append((rows, share))

    def cost_of_size(
        self, term: str, size: SizeColumns, per_unit: float, *, owner: str, basis: str | None = None
    ) -> None:
        """Charge money per unit and year of a size, of what exists and of what is built."""
        if not per_unit:
            return
        key = (size.component, size.quantity)
        self.upkeep[key] = self.upkeep.get(key, 0.0) + per_unit
        if size.existing > 0.0:
            self.program.add_constant(term, per_unit * size.existing, owner=owner, basis=basis)
        if size.built is not None:
            self.program.add_cost(term, size.built, per_unit, owner=owner, basis=basis)

    def lossless(self, connection: str) -> bool:
        """Return whether what enters a connection arrives in full."""
        return all(
            flow.direction == "in" or np.all(np.asarray(flow.ratio) == 1.0)
            for flow in self.flows
            if flow.component == connection
        )

    def flow(
        self,
        component: str,
        bus: str,
        direction: Literal["in", "out"],
        columns: Columns | None,
        ratio: Value = 1.0,
        fixed: Array | None = None,
    ) -> Flow:
        """Register a flow; the balance of its bus will take it up."""
        flow = Flow(component, bus, direction, columns, ratio, fixed)
        self.flows.append(flow)
        return flow

    def annual(self, flow: Flow, factor: Value = 1.0) -> Expression:
        """Return the flow's sum over the year, times a factor [MWh/yr or t/yr]."""
        expression = Expression()
        weight = self.yearly * np.asarray(factor)
        if flow.columns is None:
            assert flow.fixed is not None
            expression.add(None, weight * flow.fixed)
        else:
            expression.add(flow.columns, weight * np.asarray(flow.ratio))
        return expression

    def available(self, supply: Supply) -> Expression:
        """Return what a source could have given [MWh/yr]; without a size, what it gives."""
        return supply.potential if supply.potential is not None else self.annual(supply.flow)

    def cost(self, term: str, flow: Flow, price: Value, *, owner: str | None = None, basis: str | None = None) -> None:
        """Charge a price per unit of a flow under a term's name."""
        if not np.any(np.asarray(price)):
            return
        amount = self.yearly * np.asarray(price) * np.asarray(flow.ratio)
        if flow.columns is None:
            assert flow.fixed is not None
            total = float((self.yearly * np.asarray(price) * flow.fixed).sum())
            self.program.add_constant(term, total, owner=owner or flow.component, basis=basis)
        else:
            self.program.add_cost(term, flow.columns, amount, owner=owner or flow.component, basis=basis)


@dataclass(frozen=True)
class StorageColumns:
    """Columns of a storage: flows and content; with representative periods also the links."""

    component: str
    charge: Columns
    discharge: Columns
    level: Columns
    start: Columns | None
    """(D,) content at the start of each original period; None on a chronological horizon."""
    decay: float
    """Share of the content that a step leaves."""
