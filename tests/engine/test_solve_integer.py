"""Integer programs: the search, the prices of the fixed program, the bound of the search."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenli.core.errors import SolverError
from kenli.engine.program import Program
from kenli.engine.solve import SolverOptions, SolverSession, SolveStatus, certify, find_conflict, solve


def knapsack(values, weights, room) -> Program:
    p = Program(1)
    take = p.add_columns("take", len(values), upper=1.0, integer=True)
    bag = p.add_rows("bag", 1, upper=float(room))
    p.add_coefficients(bag, take, np.array(weights, dtype=float))
    p.add_cost("value", take, -np.array(values, dtype=float))
    return p


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 10)), min_size=2, max_size=7), st.integers(3, 25))
@settings(max_examples=30, deadline=None)
def test_knapsack_equals_enumeration(items, room):
    values, weights = zip(*items, strict=True)
    best = max(
        sum(v for v, t in zip(values, taken, strict=True) if t)
        for taken in product((0, 1), repeat=len(items))
        if sum(w for w, t in zip(weights, taken, strict=True) if t) <= room
    )
    p = knapsack(values, weights, room)
    s = solve(p, SolverOptions(mip_gap=0.0))
    assert s.status is SolveStatus.OPTIMAL
    assert s.objective == pytest.approx(-best)
    assert s.algorithm == "mip"
    assert s.fixed_integers
    c = certify(p, s)
    assert c.integrality < 1e-9
    assert c.bound_source == "search"
    assert c.dual_bound == pytest.approx(-best)


def commitment() -> Program:
    """Two units over three hours: 50 + 10/MWh at 4..10 MW, and 5 + 30/MWh at 1..10 MW; demand 3, 8, 12."""
    p = Program(3)
    demand = [3.0, 8.0, 12.0]
    balance = p.add_rows("balance", lower=demand, upper=demand)
    for name, fixed, cost, low in (("big", 50.0, 10.0, 4.0), ("small", 5.0, 30.0, 1.0)):
        x, on = p.add_columns(name), p.add_columns(f"{name} on", upper=1.0, integer=True)
        least, most = p.add_rows(f"{name} least", lower=0.0), p.add_rows(f"{name} most", upper=0.0)
        p.add_coefficients(balance, x, 1.0)
        p.add_coefficients(least, x, 1.0)
        p.add_coefficients(least, on, -low)
        p.add_coefficients(most, x, 1.0)
        p.add_coefficients(most, on, -10.0)
        p.add_cost("energy", x, cost)
        p.add_cost("running", on, fixed)
    return p


def test_unit_commitment_by_hand_with_prices_of_the_fixed_program():
    """Hour 1: small alone (5 + 90). Hour 2: big alone (50 + 80). Hour 3: both (50 + 100 + 5 + 60)."""
    p = commitment()
    s = solve(p)
    families = {f.name: f for f in (*p.column_families, *p.row_families)}
    assert s.objective == pytest.approx(95 + 130 + 215)
    assert s.of(families["big on"]) == pytest.approx([0, 1, 1])
    assert s.of(families["small on"]) == pytest.approx([1, 0, 1])
    assert s.dual_of(families["balance"]) == pytest.approx([30, 10, 30])
    assert s.mip_gap is not None
    assert s.mip_gap <= 1e-4
    c = certify(p, s)
    assert c.price_gap is not None
    assert c.price_gap < 1e-9
    assert c.integrality == 0.0
    assert "search" in c.statement_en
    assert sum(line.amount for line in p.objective_table(s.x)) == pytest.approx(s.objective)


def test_prices_predict_the_cost_while_the_integers_stay():
    p = commitment()
    balance = p.row_families[0]
    s = solve(p)
    p.set_row_bounds(balance, lower=[3.0, 8.0, 12.5], upper=[3.0, 8.0, 12.5])
    assert solve(p).objective - s.objective == pytest.approx(0.5 * 30)


def test_relaxing_gives_a_linear_program_that_costs_no_more():
    p = commitment()
    whole = solve(p).objective
    p.relax_integers()
    s = solve(p)
    assert s.algorithm == "simplex"
    assert not s.fixed_integers
    assert s.objective < whole


def test_a_fraction_where_a_whole_number_belongs_is_refused():
    p = commitment()
    s = solve(p)
    x = s.x.copy()
    x[p.column_families[1].span] += [0.0, 0.0, -0.25]
    with pytest.raises(SolverError, match="whole number"):
        certify(p, dataclasses.replace(s, x=x))


def test_a_worse_integer_plan_is_refused():
    p = knapsack([10, 9], [1, 1], 1)
    s = solve(p)
    x = np.array([0.0, 1.0])
    with pytest.raises(SolverError, match="claims to be optimal"):
        certify(p, dataclasses.replace(s, x=x))


def test_infeasible_and_unbounded_integers():
    p = knapsack([1], [2], 1)
    p.set_column_bounds(p.column_families[0], lower=1.0)
    assert solve(p).status is SolveStatus.INFEASIBLE
    q = Program(1)
    q.add_cost("gain", q.add_columns("n", integer=True), -1.0)
    assert solve(q).status is SolveStatus.UNBOUNDED


def test_fractions_fit_but_whole_numbers_do_not():
    p = Program(1)
    n = p.add_columns("n", upper=5.0, integer=True)
    r = p.add_rows("r", lower=1.0, upper=1.0)
    p.add_coefficients(r, n, 2.0)
    assert solve(p).status is SolveStatus.INFEASIBLE
    conflict = find_conflict(p)
    assert conflict is not None
    assert [(e.family, e.index) for e in conflict.rows] == [("r", 0)]
    assert "whole numbers" in conflict.method
    assert not conflict.irreducible


def hard(size: int = 60) -> Program:
    """A market-split like equality knapsack: feasible through a slack at a price, slow to close."""
    rng = np.random.default_rng(5)
    p = Program(1)
    n = p.add_columns("n", size, upper=1.0, integer=True)
    short, over = p.add_columns("short", 6), p.add_columns("over", 6)
    weights = rng.integers(0, 100, (6, size)).astype(float)
    half = np.floor(weights.sum(axis=1) / 2)
    r = p.add_rows("r", 6, lower=half, upper=half)
    rows, columns = np.divmod(np.arange(6 * size), size)
    p.add_coefficients(r, n, weights.ravel(), row_index=rows, column_index=columns)
    p.add_coefficients(r, short, 1.0)
    p.add_coefficients(r, over, -1.0)
    p.add_cost("miss", short, 1.0)
    p.add_cost("miss", over, 1.0)
    return p


def test_time_limit_returns_the_best_plan_and_says_so():
    p = hard()
    s = solve(p, SolverOptions(time_limit=1.0))
    assert s.status is SolveStatus.FEASIBLE
    assert any("time limit" in note for note in s.notes)
    c = certify(p, s)  # a feasible plan passes with its gap
    assert c.relative_gap > 1e-4
    assert c.max_relative_primal_residual < 1e-6
    assert s.seconds < 5.0


def test_session_with_integers_gives_the_same_answer_after_an_edit():
    p = commitment()
    session = SolverSession(p)
    session.solve()
    p.set_row_bounds(p.row_families[0], lower=[3.0, 8.0, 14.0], upper=[3.0, 8.0, 14.0])
    s = session.solve()
    assert "integer columns" in s.rebuilt
    assert s.objective == pytest.approx(solve(p).objective)
