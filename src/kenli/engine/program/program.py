r"""A linear program that remembers its time structure.

Columns and rows come in named families. A family lies along an axis: `time` (one entry a timestep),
`period` (one entry a chronological period) or `whole` (a few entries for the whole horizon, such as
a size). Coefficients come in blocks between two families:

    aligned     row i with column i                (same timestep)
    previous    row t with column previous[t]      (the step before; what a storage needs)
    broadcast   every row with the one column      (a size in each hour)
    total       the one row with every column      (a sum over the year)
    indexed     explicit index pairs               (a peak a month, links between periods)

so that the program is written in a few array operations per family, flattened to a sparse matrix for
any solver, edited in place, and read by a method that uses the structure itself.

The program is  min c'x + k  subject to  L <= A x <= U,  l <= x <= u,  some x integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kenli.engine.program.flat import FlatProgram, flatten
from kenli.engine.program.terms import ObjectiveLine, Term

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Axis = Literal["time", "period", "whole"]
Kind = Literal["aligned", "previous", "broadcast", "total", "indexed"]

INFINITY = float("inf")


@dataclass(frozen=True, slots=True)
class Family:
    """Handle of a family: its number, name, length and first position in the flat vector."""

    number: int
    name: str
    size: int
    offset: int
    axis: Axis

    @property
    def span(self) -> slice:
        """Return the family's positions in the flat vectors."""
        return slice(self.offset, self.offset + self.size)


@dataclass(frozen=True, slots=True)
class Columns(Family):
    """Handle of a column family."""


@dataclass(frozen=True, slots=True)
class Rows(Family):
    """Handle of a row family."""


@dataclass(frozen=True, slots=True)
class Block:
    """Coefficients between one row family and one column family.

    `row_index` and `column_index` are None where the kind implies them.
    """

    rows: int
    columns: int
    kind: Kind
    values: Array
    row_index: Index | None = None
    column_index: Index | None = None


class Program:
    """A program under construction; families and blocks are appended, bounds and costs edited."""

    def __init__(self, steps: int, previous: NDArray[np.integer] | None = None) -> None:
        """Start an empty program.

        Args:
            steps: number of timesteps T.
            previous: (T,) index of the step before each step; default cyclic over the horizon.
        """
        self.steps = steps
        self.previous: Index = (
            np.roll(np.arange(steps, dtype=np.int64), 1) if previous is None else previous.astype(np.int64)
        )
        self.column_families: list[Columns] = []
        self.row_families: list[Rows] = []
        self.blocks: list[Block] = []
        self.terms: list[Term] = []
        self._column_bounds: list[tuple[Array, Array]] = []
        self._row_bounds: list[tuple[Array, Array]] = []
        self._integer: list[bool] = []
        self._names: set[str] = set()

    # ------------------------------------------------------------------ building
    def add_columns(
        self,
        name: str,
        size: int | None = None,
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = INFINITY,
        integer: bool = False,
        axis: Axis | None = None,
    ) -> Columns:
        """Append a column family and return its handle.

        Args:
            name: unique name of the family.
            size: number of columns; None means one a timestep.
            lower, upper: bounds, scalar or (size,).
            integer: whether the columns take whole numbers only.
            axis: `time` when size is None, else `whole`, unless given.

        Raises:
            ValueError: name used twice, NaN in a bound, or a wrong length.
        """
        length = self.steps if size is None else size
        self._claim(name)
        bounds = self._bounds(name, lower, upper, length)
        handle = Columns(len(self.column_families), name, length, self.column_count, _axis(size, axis))
        self.column_families.append(handle)
        self._column_bounds.append(bounds)
        self._integer.append(integer)
        return handle

    def add_rows(
        self,
        name: str,
        size: int | None = None,
        *,
        lower: ArrayLike = -INFINITY,
        upper: ArrayLike = INFINITY,
        axis: Axis | None = None,
    ) -> Rows:
        """Append a row family `lower <= A x <= upper` and return its handle (see `add_columns`)."""
        length = self.steps if size is None else size
        self._claim(name)
        bounds = self._bounds(name, lower, upper, length)
        handle = Rows(len(self.row_families), name, length, self.row_count, _axis(size, axis))
        self.row_families.append(handle)
        self._row_bounds.append(bounds)
        return handle

    def add_coefficients(
        self,
        rows: Rows,
        columns: Columns,
        values: ArrayLike,
        *,
        previous: bool = False,
        row_index: NDArray[np.integer] | None = None,
        column_index: NDArray[np.integer] | None = None,
    ) -> None:
        """Add `values * columns` to `rows`; several calls for one pair add up.

        Without indices the kind follows from the sizes: equal sizes are aligned, one column is
        broadcast to all rows, one row takes the total of all columns. With `previous` row t takes the
        column of the step before t. With indices, entry k goes to (row_index[k], column_index[k]).

        Raises:
            ValueError: sizes that fit no kind, an index out of range, NaN or infinite values.
        """
        kind: Kind
        at_rows = at_columns = None
        if row_index is not None or column_index is not None:
            kind = "indexed"
            count = len(row_index) if row_index is not None else len(column_index)  # type: ignore[arg-type]
            at_rows = _index(rows.name, row_index, count, rows.size)
            at_columns = _index(columns.name, column_index, count, columns.size)
        elif previous:
            kind, count = "previous", self.steps
            if rows.size != self.steps or columns.size != self.steps:
                raise ValueError(f"{rows.name}, {columns.name}: 'previous' needs two time families")
        elif rows.size == columns.size:
            kind, count = "aligned", rows.size
        elif columns.size == 1:
            kind, count = "broadcast", rows.size
        elif rows.size == 1:
            kind, count = "total", columns.size
        else:
            raise ValueError(
                f"rows '{rows.name}' ({rows.size}) and columns '{columns.name}' ({columns.size}) "
                "have no natural pairing; give row_index and column_index"
            )
        array = _vector(f"{rows.name} x {columns.name}", values, count)
        if not np.isfinite(array).all():
            raise ValueError(f"coefficients of '{columns.name}' in '{rows.name}' are not all finite")
        self.blocks.append(
            Block(
                rows.number,
                columns.number,
                kind,
                array,
                at_rows,
                at_columns,
            )
        )

    def add_cost(
        self, term: str, columns: Columns, values: ArrayLike, *, owner: str = "", basis: str | None = None
    ) -> None:
        """Add `sum(values * columns)` to the objective under a term's name."""
        array = _vector(f"cost {term} of {columns.name}", values, columns.size)
        if not np.isfinite(array).all():
            raise ValueError(f"cost '{term}' of '{columns.name}' is not finite")
        self.terms.append(Term(term, owner, basis, columns.number, array))

    def add_constant(self, term: str, amount: float, *, owner: str = "", basis: str | None = None) -> None:
        """Add a constant to the objective under a term's name."""
        self.terms.append(Term(term, owner, basis, -1, np.array([float(amount)])))

    # ------------------------------------------------------------------ editing in place
    def set_column_bounds(
        self, columns: Columns, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None
    ) -> None:
        """Replace bounds of a column family; None leaves that side as it is."""
        old = self._column_bounds[columns.number]
        self._column_bounds[columns.number] = self._bounds(
            columns.name, old[0] if lower is None else lower, old[1] if upper is None else upper, columns.size
        )

    def set_row_bounds(self, rows: Rows, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None) -> None:
        """Replace bounds of a row family; None leaves that side as it is."""
        old = self._row_bounds[rows.number]
        self._row_bounds[rows.number] = self._bounds(
            rows.name, old[0] if lower is None else lower, old[1] if upper is None else upper, rows.size
        )

    def relax_integers(self) -> None:
        """Turn every integer family into a continuous one."""
        self._integer = [False] * len(self._integer)

    # ------------------------------------------------------------------ reading
    @property
    def column_count(self) -> int:
        """Return the number of columns so far."""
        return self.column_families[-1].span.stop if self.column_families else 0

    @property
    def row_count(self) -> int:
        """Return the number of rows so far."""
        return self.row_families[-1].span.stop if self.row_families else 0

    @property
    def has_integers(self) -> bool:
        """Return whether any column family is integer."""
        return any(self._integer)

    def column_bounds(self, columns: Columns) -> tuple[Array, Array]:
        """Return the (lower, upper) bounds of a column family."""
        return self._column_bounds[columns.number]

    def row_bounds(self, rows: Rows) -> tuple[Array, Array]:
        """Return the (lower, upper) bounds of a row family."""
        return self._row_bounds[rows.number]

    def is_integer(self, columns: Columns) -> bool:
        """Return whether a column family is integer."""
        return self._integer[columns.number]

    def column_at(self, position: int) -> tuple[Columns, int]:
        """Return the family of a flat column position and the place inside it."""
        family = _at([c.offset for c in self.column_families], position)
        return self.column_families[family], position - self.column_families[family].offset

    def row_at(self, position: int) -> tuple[Rows, int]:
        """Return the family of a flat row position and the place inside it."""
        family = _at([r.offset for r in self.row_families], position)
        return self.row_families[family], position - self.row_families[family].offset

    def costs(self) -> tuple[Array, float]:
        """Return the flat cost vector c and the constant k: the sum of the terms."""
        cost = np.zeros(self.column_count)
        constant = 0.0
        for term in self.terms:
            if term.family < 0:
                constant += float(term.cost[0])
            else:
                cost[self.column_families[term.family].span] += term.cost
        return cost, constant

    def objective_table(self, x: Array) -> list[ObjectiveLine]:
        """Evaluate every term at a solution; the amounts sum to the objective."""
        lines = []
        for term in self.terms:
            if term.family < 0:
                amount = float(term.cost[0])
            else:
                amount = float(term.cost @ x[self.column_families[term.family].span])
            lines.append(ObjectiveLine(term.name, term.owner, term.basis, amount))
        return lines

    def flatten(self) -> FlatProgram:
        """Return the program as flat arrays with a compressed sparse column matrix."""
        cost, constant = self.costs()
        return flatten(
            cost,
            constant,
            self._column_bounds,
            self._row_bounds,
            [np.full(c.size, flag) for c, flag in zip(self.column_families, self._integer, strict=True)],
            self.blocks,
            [r.offset for r in self.row_families],
            [c.offset for c in self.column_families],
            self.previous,
        )

    # ------------------------------------------------------------------ helpers
    def _claim(self, name: str) -> None:
        if name in self._names:
            raise ValueError(f"the family '{name}' exists already")
        self._names.add(name)

    @staticmethod
    def _bounds(name: str, lower: ArrayLike, upper: ArrayLike, size: int) -> tuple[Array, Array]:
        pair = _vector(f"lower bound of {name}", lower, size), _vector(f"upper bound of {name}", upper, size)
        if np.isnan(pair[0]).any() or np.isnan(pair[1]).any():
            raise ValueError(f"a bound of '{name}' is NaN")
        return pair


def _axis(size: int | None, axis: Axis | None) -> Axis:
    if axis is not None:
        return axis
    return "time" if size is None else "whole"


def _vector(name: str, values: ArrayLike, size: int) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0:
        return np.full(size, float(array))
    if array.shape != (size,):
        raise ValueError(f"{name}: {array.shape} values for {size} entries")
    return array


def _index(name: str, index: NDArray[np.integer] | None, count: int, size: int) -> Index:
    places = np.zeros(count, dtype=np.int64) if index is None else np.asarray(index, dtype=np.int64)
    if len(places) != count:
        raise ValueError(f"{len(places)} indices into '{name}' for {count} values")
    if count and (places.min() < 0 or places.max() >= size):
        raise ValueError(f"an index into '{name}' lies outside 0..{size - 1}")
    return places


def _at(offsets: list[int], position: int) -> int:
    return int(np.searchsorted(np.asarray(offsets), position, side="right")) - 1
