"""Infeasible programs name a conflict that is one; unbounded programs name a ray that is one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenli.core.errors import KenliError
from kenli.engine.program import Program
from kenli.engine.solve import SolveStatus, find_conflict, find_ray, solve

INF = float("inf")


def short_supply(steps: int, hour: int, *, demand: float = 9.0) -> Program:
    """Two supplies of at most 5 and 2, linked by a storage; only `hour` asks for more than they have."""
    p = Program(steps)
    profile = np.full(steps, 7.0)
    profile[hour] = demand
    x, y = p.add_columns("x", upper=5.0), p.add_columns("y", upper=2.0)
    level = p.add_columns("level", upper=10.0)
    into, out = p.add_columns("into"), p.add_columns("out", upper=0.5)
    balance = p.add_rows("balance", lower=profile, upper=profile)
    content = p.add_rows("content", lower=0.0, upper=0.0)
    for column, value in ((x, 1.0), (y, 1.0), (into, -1.0), (out, 1.0)):
        p.add_coefficients(balance, column, value)
    p.add_coefficients(content, level, 1.0)
    p.add_coefficients(content, level, -1.0, previous=True)
    p.add_coefficients(content, into, -0.9)
    p.add_coefficients(content, out, 1.0)
    p.add_cost("cost", x, 1.0)
    return p


def holds_without(p: Program, family: str, kind: str, index: int, side: str, only: set) -> bool:
    """Solve with only the bounds of the conflict, one of them left out."""
    q = Program(p.steps, p.previous)
    for c in p.column_families:
        low, high = np.full(c.size, -INF), np.full(c.size, INF)
        for k in range(c.size):
            for s, target, source in (("lower", low, 0), ("upper", high, 1)):
                if {(c.name, "column", k, s), (c.name, "column", k, "equal")} & only:
                    target[k] = p.column_bounds(c)[source][k]
        if kind == "column" and c.name == family:
            (low if side != "upper" else high)[index] = -INF if side != "upper" else INF
            if side == "equal":
                high[index] = INF
        q.add_columns(c.name, c.size, lower=low, upper=high, axis=c.axis)
    for r in p.row_families:
        low, high = np.full(r.size, -INF), np.full(r.size, INF)
        for k in range(r.size):
            for s, target, source in (("lower", low, 0), ("upper", high, 1)):
                if {(r.name, "row", k, s), (r.name, "row", k, "equal")} & only:
                    target[k] = p.row_bounds(r)[source][k]
        if kind == "row" and r.name == family:
            low[index] = -INF if side != "upper" else low[index]
            high[index] = INF if side != "lower" else high[index]
        q.add_rows(r.name, r.size, lower=low, upper=high, axis=r.axis)
    q.blocks = p.blocks
    return solve(q).status is not SolveStatus.INFEASIBLE


def members(conflict) -> set:
    return {(e.family, e.kind, e.index, e.side) for e in (*conflict.rows, *conflict.columns)}


def assert_is_a_conflict(p: Program, conflict) -> None:
    chosen = members(conflict)
    assert not holds_without(p, "", "", 0, "", chosen), "the members alone must contradict"
    if conflict.irreducible:
        for family, kind, index, side in chosen:
            assert holds_without(p, family, kind, index, side, chosen), "each member must be needed"


def test_conflict_of_one_hour_by_hand():
    p = short_supply(4, 2, demand=9.0)
    assert solve(p).status is SolveStatus.INFEASIBLE
    conflict = find_conflict(p)
    assert conflict is not None
    assert conflict.irreducible
    assert members(conflict) == {
        ("balance", "row", 2, "equal"),
        ("x", "column", 2, "upper"),
        ("y", "column", 2, "upper"),
        ("out", "column", 2, "upper"),
        ("into", "column", 2, "lower"),
    }
    assert_is_a_conflict(p, conflict)
    # 1.5 beyond all supply in the hour, and 0.5 from a store that no other hour can fill (or 2 at once)
    assert sum(s.amount for s in conflict.shortfalls) == pytest.approx(2.0)
    assert {s.family for s in conflict.shortfalls} <= {"balance", "content"}


def test_a_single_shortfall_says_how_much_is_missing():
    p = Program(3)
    x = p.add_columns("x", upper=5.0)
    r = p.add_rows("balance", lower=[1.0, 9.0, 2.0], upper=[1.0, 9.0, 2.0])
    p.add_coefficients(r, x, 1.0)
    conflict = find_conflict(p)
    assert conflict is not None
    (missed,) = conflict.shortfalls
    assert (missed.family, missed.index, missed.side, missed.bound) == ("balance", 1, "lower", 9.0)
    assert missed.amount == pytest.approx(4.0)
    assert members(conflict) == {("balance", "row", 1, "equal"), ("x", "column", 1, "upper")}
    assert conflict.rows[0].bound == 9.0
    assert conflict.columns[0].bound == 5.0


def test_a_yearly_limit_against_a_demand():
    """5 MW in each of 4 hours against at most 12 MWh a horizon: all hours are needed for the conflict."""
    p = Program(4)
    x = p.add_columns("x")
    r, limit = p.add_rows("balance", lower=5.0), p.add_rows("limit", 1, upper=12.0)
    p.add_coefficients(r, x, 1.0)
    p.add_coefficients(limit, x, 1.0)
    conflict = find_conflict(p)
    assert conflict is not None
    assert conflict.irreducible
    assert members(conflict) >= {("limit", "row", 0, "upper")}
    assert_is_a_conflict(p, conflict)


def test_crossed_bounds_are_the_whole_conflict():
    p = Program(2)
    p.add_columns("x", lower=[0.0, 3.0], upper=[1.0, 2.0])
    conflict = find_conflict(p)
    assert conflict is not None
    assert [(e.family, e.index, e.side, e.bound) for e in conflict.columns] == [
        ("x", 1, "lower", 3.0),
        ("x", 1, "upper", 2.0),
    ]
    q = Program(1)
    q.add_rows("r", lower=3.0, upper=2.0)
    conflict = find_conflict(q)
    assert conflict is not None
    assert [e.side for e in conflict.rows] == ["lower", "upper"]


def test_row_without_entries_is_found():
    p = Program(1)
    p.add_columns("x")
    p.add_rows("r", lower=1.0)
    conflict = find_conflict(p)
    assert conflict is not None
    assert members(conflict) == {("r", "row", 0, "lower")}


def test_feasible_program_has_no_conflict_and_no_ray():
    p = short_supply(4, 2, demand=7.0)
    assert find_conflict(p) is None
    assert find_ray(p) is None


def test_refused_numbers_are_refused_here_too():
    p = Program(1)
    p.add_columns("x", lower=INF)
    with pytest.raises(KenliError):
        find_conflict(p)
    with pytest.raises(KenliError):
        find_ray(p)


@st.composite
def narrow_programs(draw):
    p = Program(draw(st.integers(1, 4)))
    x = p.add_columns("x", upper=float(draw(st.integers(0, 4))))
    y = p.add_columns("y", 1, lower=float(draw(st.integers(-3, 0))), upper=float(draw(st.integers(0, 3))))
    z = p.add_columns("z", lower=-INF)
    numbers = st.integers(-2, 2).map(float)
    for name in ("a", "b"):
        low = draw(st.lists(st.integers(-8, 8).map(float), min_size=p.steps, max_size=p.steps))
        r = p.add_rows(name, lower=low, upper=np.array(low) + float(draw(st.integers(0, 3))))
        for c in (x, y):
            p.add_coefficients(r, c, draw(st.lists(numbers, min_size=p.steps, max_size=p.steps)))
        if draw(st.booleans()):
            p.add_coefficients(r, z, draw(numbers))
            p.add_coefficients(r, z, draw(numbers), previous=True)
    return p


@given(p=narrow_programs())
@settings(max_examples=60, deadline=None)
def test_every_conflict_is_one_and_every_member_is_needed(p):
    if solve(p).status is not SolveStatus.INFEASIBLE:
        assert find_conflict(p) is None
        return
    conflict = find_conflict(p)
    assert conflict is not None
    assert conflict.irreducible
    assert_is_a_conflict(p, conflict)


@pytest.mark.parametrize("hour", [5, 2000, 4000])
def test_a_long_horizon_is_cut_to_the_hours_that_matter(hour, monkeypatch):
    """Above the size limit, stretches of time are tried first; the hour is found in each of them."""
    from kenli.engine.solve import explain

    monkeypatch.setattr(explain, "LARGE", 1000)
    p = short_supply(4032, hour, demand=30.0)
    conflict = find_conflict(p)
    assert conflict is not None
    assert conflict.irreducible
    assert conflict.seconds < 20
    assert ("balance", "row", hour, "equal") in members(conflict)
    assert len(members(conflict)) < 10
    assert "168 timesteps" in conflict.method


def test_a_long_horizon_without_a_local_conflict_is_relaxed_as_a_whole(monkeypatch):
    from kenli.engine.solve import explain

    monkeypatch.setattr(explain, "LARGE", 100)
    p = Program(600)
    x = p.add_columns("x")
    r, limit = p.add_rows("balance", lower=5.0), p.add_rows("limit", 1, upper=2999.0)
    p.add_coefficients(r, x, 1.0)
    p.add_coefficients(limit, x, 1.0)
    conflict = find_conflict(p)
    assert conflict is not None
    assert sum(s.amount for s in conflict.shortfalls) == pytest.approx(1.0)
    assert ("limit", "row", 0, "upper") in members(conflict)
    assert not conflict.irreducible  # 601 members are more than are checked one by one
    assert not holds_without(p, "", "", 0, "", members(conflict))


def test_too_little_time_is_said_and_claims_nothing(monkeypatch):
    from kenli.engine.solve import explain

    monkeypatch.setattr(explain, "LARGE", 100)
    p = Program(3000)
    x = p.add_columns("x")
    r, limit = p.add_rows("balance", lower=5.0), p.add_rows("limit", 1, upper=10.0)
    p.add_coefficients(r, x, 1.0)
    p.add_coefficients(limit, x, 1.0)
    conflict = find_conflict(p, seconds=1e-3)
    assert conflict is not None
    assert "did not finish" in conflict.method
    assert conflict.rows == ()
    assert not conflict.irreducible


# ---------------------------------------------------------------------- rays
def test_ray_of_an_unbounded_saving():
    """Selling without a limit, bought at a lower price: buy and sell grow together."""
    p = Program(2)
    buy, sell, load = p.add_columns("buy"), p.add_columns("sell", upper=[INF, 4.0]), p.add_columns("load", upper=3.0)
    r = p.add_rows("balance", lower=0.0, upper=0.0)
    p.add_coefficients(r, buy, 1.0)
    p.add_coefficients(r, sell, -1.0)
    p.add_coefficients(r, load, -1.0)
    p.add_cost("purchase", buy, 40.0)
    p.add_cost("sales", sell, -55.0)
    assert solve(p).status is SolveStatus.UNBOUNDED
    ray = find_ray(p)
    assert ray is not None
    by_family = {e.family: e for e in ray}
    assert set(by_family) == {"buy", "sell"}
    assert by_family["sell"].indices == by_family["buy"].indices == (0,)
    assert by_family["sell"].amounts == pytest.approx((1.0,))
    assert by_family["sell"].cost == pytest.approx(-55.0)
    assert sum(e.cost for e in ray) == pytest.approx(-15.0)
    assert ray[0].family == "sell"


@given(p=narrow_programs(), cost=st.lists(st.integers(-3, 3).map(float), min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_ray_exists_exactly_where_the_cost_has_no_floor(p, cost):
    z = p.column_families[2]
    p.add_cost("cost", z, cost[: p.steps])
    status = solve(p).status
    if status is SolveStatus.INFEASIBLE:
        assert find_conflict(p) is not None
        return
    ray = find_ray(p)
    assert (ray is not None) == (status is SolveStatus.UNBOUNDED)
    if ray is not None:
        flat = p.flatten()
        d = np.zeros(p.column_count)
        for entry in ray:
            family = next(c for c in p.column_families if c.name == entry.family)
            d[family.offset + np.array(entry.indices)] = entry.amounts
        activity = flat.matrix @ d
        assert flat.cost @ d < 0
        assert (activity[np.isfinite(flat.row_upper)] <= 1e-7).all()
        assert (activity[np.isfinite(flat.row_lower)] >= -1e-7).all()
