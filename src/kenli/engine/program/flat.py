"""The flat form of a program: what a general solver takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from kenli.engine.program.program import Block

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FlatProgram:
    """min cost'x + constant, row_lower <= matrix x <= row_upper, lower <= x <= upper.

    Attributes:
        cost: (n,) objective coefficients.
        constant: objective constant.
        lower, upper: (n,) column bounds.
        row_lower, row_upper: (m,) row bounds.
        integer: (n,) whether a column takes whole numbers only.
        matrix: (m, n) compressed sparse columns, sorted indices, no duplicates, no explicit zeros.
    """

    cost: Array
    constant: float
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    integer: NDArray[np.bool_]
    matrix: sparse.csc_array


def flatten(
    cost: Array,
    constant: float,
    column_bounds: Sequence[tuple[Array, Array]],
    row_bounds: Sequence[tuple[Array, Array]],
    integer: Sequence[NDArray[np.bool_]],
    blocks: Sequence[Block],
    row_offsets: Sequence[int],
    column_offsets: Sequence[int],
    previous: Index,
) -> FlatProgram:
    """Assemble blocks into one sparse matrix; duplicates are summed and zeros dropped."""
    n = sum(len(b[0]) for b in column_bounds)
    m = sum(len(b[0]) for b in row_bounds)
    row_parts, column_parts, value_parts = [], [], []
    for block in blocks:
        rows, columns = indices(block, previous)
        row_parts.append(rows + row_offsets[block.rows])
        column_parts.append(columns + column_offsets[block.columns])
        value_parts.append(block.values)
    matrix = sparse.coo_array(
        (_join(value_parts), (_join(row_parts, np.int64), _join(column_parts, np.int64))), shape=(m, n)
    ).tocsc()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return FlatProgram(
        cost=cost,
        constant=constant,
        lower=_join([b[0] for b in column_bounds]),
        upper=_join([b[1] for b in column_bounds]),
        row_lower=_join([b[0] for b in row_bounds]),
        row_upper=_join([b[1] for b in row_bounds]),
        integer=_join(integer, np.bool_),
        matrix=matrix,
    )


def indices(block: Block, previous: Index) -> tuple[Index, Index]:
    """Return the (row, column) places of a block's values inside its two families."""
    count = len(block.values)
    along = np.arange(count, dtype=np.int64)
    zeros = np.zeros(count, dtype=np.int64)
    if block.kind == "aligned":
        return along, along
    if block.kind == "previous":
        return along, previous
    if block.kind == "broadcast":
        return along, zeros
    if block.kind == "total":
        return zeros, along
    if block.row_index is None or block.column_index is None:
        raise ValueError("an indexed block carries its indices")
    return block.row_index, block.column_index


def _join(parts: Sequence[NDArray], dtype: type = np.float64) -> NDArray:  # type: ignore[type-arg]
    return np.concatenate(parts).astype(dtype, copy=False) if parts else np.zeros(0, dtype=dtype)
