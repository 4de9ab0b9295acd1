"""A program flattens to exactly the dense matrix that its blocks describe."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenli.engine.program import Program

T = 4


def dense(program: Program) -> np.ndarray:
    return program.flatten().matrix.toarray()


def test_aligned_puts_values_on_the_diagonal():
    p = Program(T)
    x, r = p.add_columns("x"), p.add_rows("r")
    p.add_coefficients(r, x, [1.0, 2.0, 3.0, 4.0])
    assert (dense(p) == np.diag([1.0, 2.0, 3.0, 4.0])).all()


def test_previous_is_cyclic_by_default():
    p = Program(T)
    x, r = p.add_columns("x"), p.add_rows("r")
    p.add_coefficients(r, x, [1.0, 2.0, 3.0, 4.0], previous=True)
    expected = np.zeros((T, T))
    for row, column in enumerate([3, 0, 1, 2]):
        expected[row, column] = row + 1.0
    assert (dense(p) == expected).all()


def test_previous_follows_the_given_order():
    p = Program(T, previous=np.array([1, 0, 3, 2]))  # two periods of two steps, each cyclic
    x, r = p.add_columns("x"), p.add_rows("r")
    p.add_coefficients(r, x, 1.0, previous=True)
    expected = np.zeros((T, T))
    for row, column in enumerate([1, 0, 3, 2]):
        expected[row, column] = 1.0
    assert (dense(p) == expected).all()


def test_broadcast_and_total_are_a_column_and_a_row():
    p = Program(T)
    size, x = p.add_columns("size", 1), p.add_columns("x")
    r, total = p.add_rows("r"), p.add_rows("total", 1)
    p.add_coefficients(r, size, [5.0, 6.0, 7.0, 8.0])
    p.add_coefficients(total, x, [1.0, 2.0, 3.0, 4.0])
    expected = np.zeros((T + 1, T + 1))
    expected[:T, 0] = [5, 6, 7, 8]
    expected[T, 1:] = [1, 2, 3, 4]
    assert (dense(p) == expected).all()


def test_indexed_entries_land_where_they_say_and_add_up():
    p = Program(T)
    peak, r = p.add_columns("peak", 2), p.add_rows("r")
    p.add_coefficients(
        r, peak, [1.0, 1.0, 2.0, 3.0], row_index=np.array([0, 1, 2, 2]), column_index=np.array([0, 0, 1, 1])
    )
    expected = np.zeros((T, 2))
    expected[0, 0] = expected[1, 0] = 1
    expected[2, 1] = 5
    assert (dense(p) == expected).all()


def test_one_index_alone_points_to_the_first_entry_of_the_other_family():
    p = Program(T)
    x, r = p.add_columns("x"), p.add_rows("r", 2)
    p.add_coefficients(r, x, [1.0, 1.0], column_index=np.array([2, 3]))
    assert (dense(p)[0] == [0, 0, 1, 1]).all()
    assert (dense(p)[1] == 0).all()


def test_cancelling_blocks_leave_no_entry():
    p = Program(T)
    x, r = p.add_columns("x"), p.add_rows("r")
    p.add_coefficients(r, x, 2.0)
    p.add_coefficients(r, x, -2.0)
    assert p.flatten().matrix.nnz == 0


def test_one_step_wraps_onto_itself():
    p = Program(1)
    x, r = p.add_columns("level"), p.add_rows("content")
    p.add_coefficients(r, x, 1.0)
    p.add_coefficients(r, x, -0.9, previous=True)
    assert dense(p)[0, 0] == pytest.approx(0.1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["aligned", "previous", "broadcast", "total", "indexed"]),
            st.lists(st.integers(-9, 9), min_size=T, max_size=T),
        ),
        max_size=8,
    )
)
def test_any_mix_of_blocks_equals_the_dense_sum(blocks):
    p = Program(T)
    x, size = p.add_columns("x"), p.add_columns("size", 1)
    r, total = p.add_rows("r"), p.add_rows("total", 1)
    expected = np.zeros((T + 1, T + 1))
    for kind, numbers in blocks:
        values = np.array(numbers, dtype=float)
        if kind == "aligned":
            p.add_coefficients(r, x, values)
            expected[:T, :T] += np.diag(values)
        elif kind == "previous":
            p.add_coefficients(r, x, values, previous=True)
            for t in range(T):
                expected[t, (t - 1) % T] += values[t]
        elif kind == "broadcast":
            p.add_coefficients(r, size, values)
            expected[:T, T] += values
        elif kind == "total":
            p.add_coefficients(total, x, values)
            expected[T, :T] += values
        else:
            p.add_coefficients(r, x, values, row_index=np.full(T, 1), column_index=np.arange(T)[::-1])
            expected[1, :T] += values[::-1]
    matrix = p.flatten().matrix
    assert (matrix.toarray() == expected).all()
    assert matrix.has_sorted_indices
    assert (matrix.data != 0).all()


def test_bounds_costs_and_integer_marks_follow_the_families():
    p = Program(2)
    x = p.add_columns("x", lower=-1.0, upper=[3.0, 4.0])
    n = p.add_columns("n", 1, upper=9, integer=True)
    p.add_rows("r", lower=[0.0, 1.0])
    p.add_cost("a", x, [1.0, 2.0])
    p.add_cost("b", x, 10.0)
    p.add_cost("c", n, 7.0)
    p.add_constant("d", 100.0)
    flat = p.flatten()
    assert flat.cost.tolist() == [11.0, 12.0, 7.0]
    assert flat.constant == 100.0
    assert flat.lower.tolist() == [-1.0, -1.0, 0.0]
    assert flat.upper.tolist() == [3.0, 4.0, 9.0]
    assert flat.row_lower.tolist() == [0.0, 1.0]
    assert np.isinf(flat.row_upper).all()
    assert flat.integer.tolist() == [False, False, True]
    p.relax_integers()
    assert not p.flatten().integer.any()
    assert not p.has_integers


def test_positions_are_found_again():
    p = Program(3)
    x, y = p.add_columns("x"), p.add_columns("y", 2)
    r, s = p.add_rows("r", 2), p.add_rows("s")
    assert p.column_at(2) == (x, 2)
    assert p.column_at(3) == (y, 0)
    assert p.row_at(1) == (r, 1)
    assert p.row_at(4) == (s, 2)


@pytest.mark.parametrize(
    "build",
    [
        lambda p: p.add_columns("x"),
        lambda p: p.add_columns("y", lower=np.nan),
        lambda p: p.add_columns("y", upper=[1.0, 2.0]),
        lambda p: p.add_rows("y", upper=[np.nan] * T),
        lambda p: p.add_coefficients(p.add_rows("y", 2), p.column_families[0], 1.0),
        lambda p: p.add_coefficients(p.add_rows("y"), p.column_families[0], [1.0, np.nan, 1.0, 1.0]),
        lambda p: p.add_coefficients(p.add_rows("y"), p.column_families[0], np.inf),
        lambda p: p.add_coefficients(p.add_rows("y", 1), p.column_families[0], 1.0, previous=True),
        lambda p: p.add_coefficients(p.add_rows("y"), p.column_families[0], 1.0, row_index=np.array([T])),
        lambda p: p.add_coefficients(p.add_rows("y"), p.column_families[0], 1.0, row_index=np.array([-1])),
        lambda p: p.add_cost("c", p.column_families[0], np.inf),
        lambda p: p.add_cost("c", p.column_families[0], [1.0]),
    ],
)
def test_wrong_building_blocks_are_refused(build):
    p = Program(T)
    p.add_columns("x")
    with pytest.raises(ValueError):
        build(p)
