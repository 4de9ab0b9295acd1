"""A certificate holds in exact arithmetic, repairs honestly, and refuses bad answers."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenli.core.errors import SolverError
from kenli.engine.program import Program
from kenli.engine.solve import SolverOptions, SolveStatus, certify, solve
from kenli.engine.solve.bound import _shift, _theta, dual_bound, implied_bounds, project

INF = float("inf")


def supply() -> Program:
    """Demand 3 and 7 of a cheap (10, at most 5) and a dear (40) supply with a size (cost 6 a unit)."""
    p = Program(2)
    cheap, dear, size = p.add_columns("cheap", upper=5.0), p.add_columns("dear"), p.add_columns("size", 1)
    balance = p.add_rows("balance", lower=[3.0, 7.0], upper=[3.0, 7.0])
    limit = p.add_rows("limit", upper=0.0)
    p.add_coefficients(balance, cheap, 1.0)
    p.add_coefficients(balance, dear, 1.0)
    p.add_coefficients(limit, dear, 1.0)
    p.add_coefficients(limit, size, -0.5)
    p.add_cost("energy", cheap, 10.0)
    p.add_cost("energy", dear, 40.0)
    p.add_cost("annuity", size, 6.0)
    p.add_constant("fee", 5.0)
    return p


def exact_bound(flat, dual) -> Fraction | None:
    """The weak-duality bound in rational arithmetic, None where an infinite side is charged."""
    y = [Fraction(v) for v in dual]
    total = Fraction(flat.constant)
    a = flat.matrix.toarray()
    reduced = [
        Fraction(flat.cost[j]) - sum(Fraction(a[i, j]) * y[i] for i in range(len(y))) for j in range(len(flat.cost))
    ]
    pairs = [*zip(y, flat.row_lower, flat.row_upper, strict=True), *zip(reduced, flat.lower, flat.upper, strict=True)]
    for price, low, high in pairs:
        if price != 0:
            side = low if price > 0 else high
            if np.isinf(side):
                return None
            total += price * Fraction(side)
    return total


def test_hand_program_is_proved_without_assumption():
    p = supply()
    c = certify(p, solve(p))
    assert c.objective == pytest.approx(3 * 10 + 5 * 10 + 2 * 40 + 4 * 6 + 5)
    assert c.dual_bound == pytest.approx(c.objective, rel=1e-12)
    assert c.relative_gap < 1e-12
    assert c.max_primal_residual < 1e-12
    assert c.complementarity < 1e-12
    assert c.assumption == ""
    assert c.bound_source == "weak duality"
    assert c.coefficient_range == (0.5, 1.0)
    assert c.cost_range == (6.0, 40.0)
    assert c.bound_range == (5.0, 5.0)
    assert c.rhs_range == (3.0, 7.0)
    assert c.price_gap is None


def test_manifest_has_the_agreed_keys_and_is_json():
    p = supply()
    c = certify(p, solve(p))
    entry = json.loads(json.dumps(c.to_manifest(), allow_nan=False))
    assert {
        "objective",
        "dual_bound",
        "relative_gap",
        "max_primal_residual",
        "max_relative_primal_residual",
        "max_dual_infeasibility",
        "complementarity",
        "coefficient_range",
        "bound_range",
        "rhs_range",
        "statement_en",
        "statement_zh",
    } <= set(entry)
    assert "No plan can cost less than" in entry["statement_en"]
    assert "弱对偶" in entry["statement_zh"]


def test_family_table_names_every_family_once():
    p = supply()
    c = certify(p, solve(p))
    assert [(f.family, f.kind, f.size) for f in c.families] == [
        ("balance", "row", 2),
        ("limit", "row", 2),
        ("cheap", "column", 2),
        ("dear", "column", 2),
        ("size", "column", 1),
    ]


numbers = st.integers(-3, 3)


@st.composite
def boxed(draw):
    """Small programs whose columns are all bounded, so that every dual vector proves a bound."""
    p = Program(draw(st.integers(1, 3)))
    x = p.add_columns("x", lower=float(draw(st.integers(-4, 0))), upper=float(draw(st.integers(0, 5))))
    y = p.add_columns("y", 1, upper=float(draw(st.integers(1, 5))))
    low = draw(st.integers(-6, 3))
    r = p.add_rows("r", lower=float(low), upper=float(low + draw(st.integers(0, 9))))
    s = p.add_rows("s", 1, upper=float(draw(st.integers(0, 6))))
    for rows, columns in ((r, x), (r, y), (s, x), (s, y)):
        size = max(rows.size, columns.size)
        p.add_coefficients(rows, columns, draw(st.lists(numbers.map(float), min_size=size, max_size=size)))
    p.add_cost("cost", x, draw(st.lists(numbers.map(float), min_size=x.size, max_size=x.size)))
    p.add_cost("cost", y, float(draw(numbers)))
    return p


@given(p=boxed())
@settings(max_examples=80, deadline=None)
def test_bound_equals_the_exact_rational_bound(p):
    s = solve(p)
    if s.status is not SolveStatus.OPTIMAL:
        return
    c = certify(p, s)
    exact = exact_bound(s.flat, project(s.flat, s.row_dual))
    assert exact is not None
    assert c.dual_bound == pytest.approx(float(exact), abs=1e-9)
    objective = sum(Fraction(a) * Fraction(b) for a, b in zip(s.flat.cost, s.x, strict=True))
    assert float(objective - exact) == pytest.approx(0.0, abs=1e-7)
    assert c.max_primal_residual < 1e-7


@given(p=boxed(), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_any_duals_prove_a_bound_below_the_optimum(p, seed):
    """Weak duality does not need good duals: a random vector may prove little, never too much."""
    s = solve(p)
    if s.status is not SolveStatus.OPTIMAL:
        return
    dual = np.random.default_rng(seed).normal(0.0, 3.0, len(s.row_dual))
    bound = dual_bound(s.flat, dual, s.x, 1.0)
    assert not bound.boxed
    assert bound.value <= s.objective + 1e-9


@given(seed=st.integers(0, 1000), size=st.floats(1e-12, 1e-3))
@settings(max_examples=60, deadline=None)
def test_disturbed_duals_of_unbounded_columns_are_repaired_without_a_box(seed, size):
    """No column but `cheap` has a bound; the shift and theta still prove a bound, below the optimum."""
    p = supply()
    s = solve(p)
    noise = np.random.default_rng(seed).normal(0.0, size, len(s.row_dual))
    bound = dual_bound(s.flat, s.row_dual + noise, s.x, 200.0)
    assert bound.value <= s.objective + 1e-9
    if size < 1e-6:
        assert not bound.boxed
        assert s.objective - bound.value < 1e-3


def endless(steps: int = 6) -> Program:
    """A demand met at least, by hours without a cost under a size without a bound."""
    p = Program(steps)
    x, size = p.add_columns("x"), p.add_columns("size", 1)
    balance = p.add_rows("balance", lower=np.arange(1.0, steps + 1))
    limit = p.add_rows("limit", upper=0.0)
    p.add_coefficients(balance, x, 1.0)
    p.add_coefficients(limit, x, 1.0)
    p.add_coefficients(limit, size, -0.5)
    p.add_cost("annuity", size, 6.0)
    return p


@pytest.mark.parametrize("noise", [1e-7, -1e-7, 1e-4])
def test_repaired_duals_prove_a_bound_in_exact_arithmetic(noise):
    """Nothing is bounded, so only the shift (hours have no cost) and theta (the size has) can help."""
    p = endless()
    s = solve(p)
    assert s.objective == pytest.approx(6 / 0.5 * 6)
    dual = project(s.flat, s.row_dual + noise)
    lower, upper = implied_bounds(s.flat)
    assert np.isinf(upper).all()
    moved = _shift(s.flat, dual, lower, upper)
    theta = _theta(s.flat, moved, lower, upper)
    exact = exact_bound(s.flat, theta * moved)
    assert exact is not None
    assert exact <= Fraction(s.objective) + Fraction(1, 10**12)
    assert float(exact) == pytest.approx(s.objective, rel=10 * abs(noise))
    bound = dual_bound(s.flat, s.row_dual + noise, s.x, s.objective)
    if noise == 1e-7:
        assert not bound.boxed
        assert bound.shifted
        assert bound.value == pytest.approx(float(exact), rel=1e-12)


def test_implied_bounds_follow_from_rows():
    """dear <= 0.5 size, size <= 8 gives dear <= 4; balance 3 = cheap + dear gives nothing tighter."""
    p = supply()
    size = p.column_families[2]
    p.set_column_bounds(size, upper=8.0)
    flat = p.flatten()
    _lower, upper = implied_bounds(flat)
    dear = p.column_families[1]
    assert np.isfinite(upper[dear.span]).all()
    assert (upper[dear.span] >= [3.0, 2.0]).all()
    assert upper[dear.span][0] == pytest.approx(3.0)  # cheap >= 0, so dear <= 3


@given(seed=st.integers(0, 500))
@settings(max_examples=40, deadline=None)
def test_implied_bounds_cut_no_solution(seed):
    rng = np.random.default_rng(seed)
    p = Program(3)
    families = [p.add_columns("a"), p.add_columns("b", upper=4.0), p.add_columns("c", 1, lower=-INF)]
    for k in range(3):
        r = p.add_rows(f"r{k}", upper=float(rng.integers(1, 9)))
        for family in families:
            p.add_coefficients(r, family, rng.integers(-2, 3, 3).astype(float))
    lower, upper = implied_bounds(p.flatten())
    for direction in (1.0, -1.0):
        q = solve_direction(p, families[0], direction)
        if q is not None:
            span = families[0].span
            assert (q[span] <= upper[span] + 1e-7).all()
            assert (q[span] >= lower[span] - 1e-7).all()


def solve_direction(p: Program, family, direction: float):
    q = Program(p.steps)
    q.column_families, q.row_families, q.blocks = p.column_families, p.row_families, p.blocks
    q._column_bounds, q._row_bounds, q._integer = p._column_bounds, p._row_bounds, p._integer
    q.add_cost("d", family, direction)
    s = solve(q)
    return s.x if s.status is SolveStatus.OPTIMAL else None


def test_free_column_with_a_wrong_price_is_charged_to_the_box_and_says_so():
    p = Program(1)
    x, y = p.add_columns("x", lower=-INF), p.add_columns("y", lower=-INF)
    r = p.add_rows("r", lower=2.0)
    for column in (x, y):
        p.add_coefficients(r, column, 1.0)
        p.add_cost("cost", column, 3.0)
    s = solve(p)
    s = dataclasses.replace(s, row_dual=s.row_dual * (1 - 1e-7))
    c = certify(p, s)
    assert c.relative_gap > 0
    assert "10 times the largest value" in c.assumption
    assert "Assumption" in c.statement_en
    assert "前提" in c.statement_zh


# ---------------------------------------------------------------------- bad answers
def test_an_answer_that_misses_a_row_is_refused():
    p = supply()
    s = solve(p)
    with pytest.raises(SolverError, match="'balance'") as caught:
        certify(p, dataclasses.replace(s, x=s.x + np.array([0.5, 0, 0, 0, 0])))
    assert caught.value.problems[0].code == "certificate"


def test_an_answer_that_misses_a_bound_is_refused():
    p = supply()
    s = solve(p)
    x = s.x + np.array([0, 1.0, 0, -1.0, 0])  # cheap 6 > 5, the balance holds
    with pytest.raises(SolverError, match="column family 'cheap'"):
        certify(p, dataclasses.replace(s, x=x))


def test_a_feasible_but_dear_answer_is_refused():
    p = supply()
    s = solve(p)
    x = s.x + np.array([-1.0, 0, 1.0, 0, 0])  # the dear supply instead of the cheap one
    with pytest.raises(SolverError, match="claims to be optimal"):
        certify(p, dataclasses.replace(s, x=x))


@pytest.mark.parametrize("wrong", [0.0, np.nan])
def test_missing_prices_are_refused(wrong):
    p = supply()
    s = solve(p)
    with pytest.raises(SolverError):
        certify(p, dataclasses.replace(s, row_dual=np.full(len(s.row_dual), wrong)))


def test_nan_in_the_plan_is_refused():
    p = supply()
    s = solve(p)
    with pytest.raises(SolverError):
        certify(p, dataclasses.replace(s, x=np.full(len(s.x), np.nan)))


def test_nothing_to_certify_is_a_programming_error():
    p = supply()
    s = solve(p)
    with pytest.raises(ValueError, match="nothing to certify"):
        certify(p, dataclasses.replace(s, status=SolveStatus.INFEASIBLE))
    with pytest.raises(ValueError, match="another size"):
        certify(Program(1), s)


def test_money_in_small_or_large_units_proves_the_same_gap():
    gaps = []
    for money in (1e-3, 1.0, 1e6):
        p = Program(1)
        x = p.add_columns("x")
        r = p.add_rows("r", lower=1.0)
        p.add_coefficients(r, x, 1.0)
        p.add_cost("cost", x, 1e3 * money)
        s = solve(p)
        dual = s.row_dual * (1 - 1e-5)
        gaps.append(certify(p, dataclasses.replace(s, row_dual=dual)).relative_gap)
    assert gaps == pytest.approx([1e-5] * 3, rel=1e-3)


@pytest.mark.parametrize(("algorithm", "crossover"), [("ipx", False), ("hipo", False), ("simplex", True)])
def test_every_algorithm_is_proved(algorithm, crossover):
    p = supply()
    s = solve(p, SolverOptions(algorithm=algorithm, crossover=crossover))
    assert certify(p, s).relative_gap < 1e-6
