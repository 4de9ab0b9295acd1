"""Linear programs with known answers, prices with known signs, and a second opinion from scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kenli.core.errors import InputError, KenliError, SolverError
from kenli.engine.program import Program
from kenli.engine.solve import SolverOptions, SolverSession, SolveStatus, certify, solve
from kenli.engine.solve.choice import SIMPLEX_ROWS, choose, hipo_bound_scale

INF = float("inf")
ALGORITHMS = ("simplex", "ipx", "hipo")


def one(cost: float, *, lower: float = 0.0, upper: float = INF) -> tuple[Program, object]:
    p = Program(1)
    x = p.add_columns("x", lower=lower, upper=upper)
    p.add_cost("cost", x, cost)
    return p, x


# ---------------------------------------------------------------------- answers and signs by hand
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_merit_order_price_is_the_marginal_supplier(algorithm):
    """Demand 3, 7; a cheap supply (cost 10, at most 5) and a dear one (cost 40): prices 10 and 40."""
    p = Program(2)
    cheap, dear = p.add_columns("cheap", upper=5.0), p.add_columns("dear")
    balance = p.add_rows("balance", lower=[3.0, 7.0], upper=[3.0, 7.0])
    p.add_coefficients(balance, cheap, 1.0)
    p.add_coefficients(balance, dear, 1.0)
    p.add_cost("energy", cheap, 10.0)
    p.add_cost("energy", dear, 40.0)
    s = solve(p, SolverOptions(algorithm=algorithm))
    assert s.status is SolveStatus.OPTIMAL
    assert s.algorithm == algorithm
    assert s.of(cheap) == pytest.approx([3, 5])
    assert s.of(dear) == pytest.approx([0, 2], abs=1e-9)
    assert s.value_of(balance) == pytest.approx([3, 7])
    assert s.dual_of(balance) == pytest.approx([10, 40])
    assert s.reduced_cost_of(cheap) == pytest.approx([0, -30])  # one more unit of the bound saves 30
    assert s.reduced_cost_of(dear) == pytest.approx([30, 0])
    assert s.objective == pytest.approx(10 * 8 + 40 * 2)


@pytest.mark.parametrize(
    ("cost", "row", "x", "dual"),
    [
        (2.0, (3.0, INF), 3.0, 2.0),  # a binding >= : price >= 0
        (-2.0, (-INF, 3.0), 3.0, -2.0),  # a binding <= : price <= 0
        (2.0, (3.0, 8.0), 3.0, 2.0),  # range, lower side
        (-2.0, (3.0, 8.0), 8.0, -2.0),  # range, upper side
        (2.0, (3.0, 3.0), 3.0, 2.0),  # equality
        (-2.0, (3.0, 3.0), 3.0, -2.0),  # equality, paid to consume: a negative price
        (2.0, (-INF, INF), 0.0, 0.0),  # a free row has no price
        (2.0, (-INF, 3.0), 0.0, 0.0),  # a slack row has no price
    ],
)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_row_types(algorithm, cost, row, x, dual):
    p, column = one(cost)
    r = p.add_rows("r", lower=row[0], upper=row[1])
    p.add_coefficients(r, column, 1.0)
    s = solve(p, SolverOptions(algorithm=algorithm))
    assert s.of(column) == pytest.approx([x], abs=1e-7)
    assert s.dual_of(r) == pytest.approx([dual], abs=1e-7)
    assert certify(p, s).relative_gap < 1e-7


@pytest.mark.parametrize(
    ("cost", "bounds", "x"),
    [
        (1.0, (-2.0, 5.0), -2.0),
        (-1.0, (-2.0, 5.0), 5.0),
        (1.0, (-4.0, INF), -4.0),
        (-1.0, (-INF, 4.0), 4.0),
        (1.0, (3.0, 3.0), 3.0),
        (0.0, (0.0, 0.0), 0.0),
    ],
)
def test_column_bounds_and_their_reduced_costs(cost, bounds, x):
    p, column = one(cost, lower=bounds[0], upper=bounds[1])
    s = solve(p)
    assert s.of(column) == pytest.approx([x])
    assert s.reduced_cost_of(column) == pytest.approx([cost])


def test_free_column_takes_its_price_from_the_row():
    p, x = one(5.0, lower=-INF)
    r = p.add_rows("r", lower=-7.0)
    p.add_coefficients(r, x, 2.0)
    s = solve(p)
    assert s.of(x) == pytest.approx([-3.5])
    assert s.dual_of(r) == pytest.approx([2.5])
    assert s.reduced_cost_of(x) == pytest.approx([0.0])


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_degenerate_price_keeps_its_sign(sign):
    """Two identical rows bind: either may carry the price, the sum is the price, no sign is wrong."""
    p, x = one(sign * 4.0, lower=-INF)
    low, high = (1.0, INF) if sign > 0 else (-INF, 1.0)
    r = p.add_rows("r", 2, lower=low, upper=high)
    p.add_coefficients(r, x, [1.0, 1.0], row_index=np.array([0, 1]))
    s = solve(p)
    assert (sign * s.dual_of(r) >= 0).all()
    assert s.dual_of(r).sum() == pytest.approx(sign * 4.0)


@given(demand=st.floats(1, 50), extra=st.floats(0.01, 1.0))
@settings(max_examples=20, deadline=None)
def test_price_predicts_the_cost_of_more_demand(demand, extra):
    """Supply in cost steps of 10 MW: away from the corners cost(d + e) = cost(d) + price e."""

    def run(d: float):
        p = Program(1)
        r = p.add_rows("balance", lower=d, upper=d)
        for step in range(6):
            x = p.add_columns(f"x{step}", upper=10.0)
            p.add_coefficients(r, x, 1.0)
            p.add_cost("energy", x, 7.0 * (step + 1))
        s = solve(p)
        return s.objective, float(s.dual_of(r)[0])

    before, price = run(demand)
    after, _ = run(demand + extra)
    crosses = int(demand // 10) != int((demand + extra) // 10) or demand % 10 == 0
    if crosses:
        assert after - before >= price * extra - 1e-6  # the cost is convex in the demand
    else:
        assert after - before == pytest.approx(price * extra, rel=1e-6)


def test_storage_price_arbitrage_by_hand():
    """Buy at 10, need 1 MW at a price of 50; storage efficiency 0.8: the stored unit costs 12.5."""
    p = Program(2)
    buy = p.add_columns("buy", upper=[INF, 0.0])
    into, out, level = p.add_columns("into"), p.add_columns("out"), p.add_columns("level")
    balance = p.add_rows("balance", lower=[0.0, 1.0], upper=[0.0, 1.0])
    content = p.add_rows("content", lower=0.0, upper=0.0)
    p.add_coefficients(balance, buy, 1.0)
    p.add_coefficients(balance, into, -1.0)
    p.add_coefficients(balance, out, 1.0)
    p.add_coefficients(content, level, 1.0)
    p.add_coefficients(content, level, -1.0, previous=True)
    p.add_coefficients(content, into, -0.8)
    p.add_coefficients(content, out, 1.0)
    p.add_cost("energy", buy, [10.0, 50.0])
    s = solve(p)
    assert s.objective == pytest.approx(12.5)
    assert s.dual_of(balance) == pytest.approx([10.0, 12.5])
    assert s.of(level) == pytest.approx([1.0, 0.0])


def test_terms_sum_to_the_objective_and_half_the_money_halves_it():
    def build(money: float) -> Program:
        p = Program(3)
        x, size = p.add_columns("x"), p.add_columns("size", 1)
        r, limit = p.add_rows("r", lower=[1.0, 4.0, 2.0]), p.add_rows("limit", upper=0.0)
        p.add_coefficients(r, x, 1.0)
        p.add_coefficients(limit, x, 1.0)
        p.add_coefficients(limit, size, -1.0)
        p.add_cost("energy", x, np.array([3.0, 1.0, 2.0]) * money, owner="x")
        p.add_cost("annuity", size, 50.0 * money, owner="x")
        p.add_constant("fee", 8.0 * money)
        return p

    full, half = build(1.0), build(0.5)
    s, h = solve(full), solve(half)
    assert sum(line.amount for line in full.objective_table(s.x)) == pytest.approx(s.objective)
    assert s.objective == pytest.approx(3 + 4 + 4 + 200 + 8)
    assert h.objective == pytest.approx(s.objective / 2)
    assert h.row_dual == pytest.approx(s.row_dual / 2)
    assert h.x == pytest.approx(s.x)


# ---------------------------------------------------------------------- statuses
def test_infeasible_is_a_status():
    p, x = one(1.0, upper=1.0)
    r = p.add_rows("r", lower=2.0)
    p.add_coefficients(r, x, 1.0)
    for algorithm in ALGORITHMS:
        s = solve(p, SolverOptions(algorithm=algorithm))
        assert s.status is SolveStatus.INFEASIBLE
        assert np.isnan(s.x).all()
        assert not s.has_values


def test_unbounded_is_a_status():
    p = Program(1)
    x, y = p.add_columns("x"), p.add_columns("y")
    r = p.add_rows("r", upper=4.0)
    p.add_coefficients(r, x, 1.0)
    p.add_coefficients(r, y, -1.0)
    p.add_cost("gain", x, -1.0)
    for algorithm in ALGORITHMS:
        assert solve(p, SolverOptions(algorithm=algorithm)).status is SolveStatus.UNBOUNDED


def test_crossed_bounds_are_infeasible():
    p, _x = one(1.0, lower=2.0, upper=1.0)
    assert solve(p).status is SolveStatus.INFEASIBLE


def test_program_without_rows_or_columns():
    p, x = one(1.0, lower=2.0)
    assert solve(p).of(x) == pytest.approx([2.0])
    empty = Program(1)
    empty.add_constant("fee", 3.0)
    s = solve(empty)
    assert s.status is SolveStatus.OPTIMAL
    assert s.objective == 3.0
    assert certify(empty, s).dual_bound == 3.0
    empty.add_rows("r", lower=1.0)
    assert solve(empty).status is SolveStatus.INFEASIBLE


def test_rows_without_entries():
    p, _x = one(1.0)
    p.add_rows("r", lower=1.0)
    assert solve(p).status is SolveStatus.INFEASIBLE


# ---------------------------------------------------------------------- second opinion
numbers = st.integers(-4, 4).map(float)
sides = st.sampled_from(["equal", "lower", "upper", "range", "free"])


@st.composite
def programs(draw):
    """Small random programs through every block kind and bound type; about a third is infeasible."""
    steps = draw(st.integers(1, 3))
    p = Program(steps)

    def bounds(size: int):
        kind, base, width = draw(sides), draw(numbers), draw(st.integers(0, 6))
        low, high = np.full(size, base), np.full(size, base + width)
        table = {"equal": (low, low), "lower": (low, INF), "upper": (-INF, high), "range": (low, high)}
        return table.get(kind, (-INF, INF))

    columns = []
    for k, size in enumerate([None, None, 1]):
        low, high = bounds(steps if size is None else size)
        columns.append(p.add_columns(f"c{k}", size, lower=low, upper=high))
    rows = []
    for k, size in enumerate([None, None, 1]):
        low, high = bounds(steps if size is None else size)
        rows.append(p.add_rows(f"r{k}", size, lower=low, upper=high))
    for r in rows:
        for c in columns:
            if draw(st.booleans()):
                count = max(r.size, c.size)
                p.add_coefficients(r, c, draw(st.lists(numbers, min_size=count, max_size=count)))
    p.add_coefficients(rows[0], columns[0], draw(numbers), previous=True)
    for c in columns:
        p.add_cost("cost", c, draw(st.lists(numbers, min_size=c.size, max_size=c.size)))
    p.add_constant("fee", draw(numbers))
    return p


def scipy_opinion(p: Program, *, costs: bool = True):
    flat = p.flatten()
    a = flat.matrix.toarray()
    low, high = np.isfinite(flat.row_lower), np.isfinite(flat.row_upper)
    a_ub = np.vstack([a[high], -a[low]])
    b_ub = np.concatenate([flat.row_upper[high], -flat.row_lower[low]])
    bounds = np.column_stack([flat.lower, flat.upper])
    result = linprog(flat.cost if costs else 0.0 * flat.cost, A_ub=a_ub, b_ub=b_ub, bounds=bounds, method="highs")
    return result, flat


@given(p=programs())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_programs_agree_with_scipy(p):
    opinion, flat = scipy_opinion(p)
    s = solve(p)
    if opinion.status == 0:
        assert s.status is SolveStatus.OPTIMAL
        assert s.objective == pytest.approx(opinion.fun + flat.constant, rel=1e-7, abs=1e-7)
        certificate = certify(p, s)
        assert certificate.relative_gap < 1e-7
        assert sum(line.amount for line in p.objective_table(s.x)) == pytest.approx(s.objective, abs=1e-9)
        assert flat.cost - flat.matrix.T @ s.row_dual == pytest.approx(s.column_dual, abs=1e-7)
    else:
        # scipy's word is not enough: it calls some unbounded programs infeasible. Without costs it cannot err so.
        feasible, _ = scipy_opinion(p, costs=False)
        assert s.status is (SolveStatus.UNBOUNDED if feasible.status == 0 else SolveStatus.INFEASIBLE)


@given(p=programs(), algorithm=st.sampled_from(["ipx", "hipo"]), crossover=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_interior_point_agrees_with_the_simplex(p, algorithm, crossover):
    first = solve(p, SolverOptions(algorithm="simplex"))
    second = solve(p, SolverOptions(algorithm=algorithm, crossover=crossover))
    assert second.status is first.status
    if first.has_values:
        assert second.objective == pytest.approx(first.objective, rel=1e-6, abs=1e-6)


# ---------------------------------------------------------------------- options, log, progress
def test_unknown_algorithm_and_wrong_values_are_collected():
    with pytest.raises(InputError) as caught:
        SolverOptions(algorithm="simplx", tolerance=1.0, threads=-1, mip_gap=2.0, seed=-3, time_limit=0.0)
    assert len(caught.value.problems) == 6
    assert "simplex" in caught.value.problems[0].fix


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("presolv", "on", "did you mean 'presolve'"),
        ("presolve", "perhaps", "refuses"),
        ("presolve", 1, "refuses"),
        ("simplex_strategy", 77, "refuses"),
        ("simplex_strategy", 1.0, "refuses"),
        ("mip_detect_symmetry", "yes", "refuses"),
        ("ipm_optimality_tolerance", -1.0, "refuses"),
    ],
)
def test_wrong_solver_options_are_errors_and_never_ignored(name, value, said):
    p, _x = one(1.0)
    with pytest.raises(InputError, match=said):
        solve(p, SolverOptions(extra={name: value}))


def test_good_solver_options_are_taken():
    p, x = one(1.0, lower=1.0)
    options = SolverOptions(extra={"presolve": "off", "simplex_strategy": 4, "mip_detect_symmetry": False})
    assert solve(p, options).of(x) == pytest.approx([1.0])
    assert options.to_manifest()["extra"] == {
        "presolve": "off",
        "simplex_strategy": 4,
        "mip_detect_symmetry": False,
    }


def test_number_of_threads_may_change_between_solves():
    p, x = one(1.0, lower=1.0)
    for threads in (1, 2, 0, 1):
        s = solve(p, SolverOptions(threads=threads))
        assert s.of(x) == pytest.approx([1.0])
        assert not any("scheduler" in line for line in s.log)


def test_log_and_progress_reach_the_caller():
    p = sized(60)
    lines, seen = [], []
    for algorithm in ("simplex", "ipx", "hipo"):
        s = solve(p, SolverOptions(algorithm=algorithm, on_log=lines.append, on_progress=seen.append))
        assert s.log
    assert any("Presolving" in line for line in lines)
    assert {"presolve", "ipm"} <= {q.phase for q in seen}
    interior = [q for q in seen if q.phase == "ipm" and q.primal is not None]
    assert interior
    assert all(q.dual is not None and q.seconds >= 0 for q in interior)


def test_pdlp_answers_quietly(capfd):
    p = sized(10)
    s = solve(p, SolverOptions(algorithm="pdlp", tolerance=1e-6))
    assert s.objective == pytest.approx(solve(p).objective, rel=1e-4)
    assert s.algorithm == "pdlp"


def test_an_error_in_a_callback_comes_out_and_stops_the_solver():
    def complain(_line: str) -> None:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        solve(sized(60), SolverOptions(on_log=complain))


def test_time_limit_is_an_error_for_a_linear_program():
    with pytest.raises(SolverError, match="time limit") as caught:
        solve(sized(400), SolverOptions(algorithm="simplex", time_limit=1e-3))
    assert caught.value.problems[0].code == "solver-time"


def test_choice_of_algorithm():
    auto = SolverOptions()
    assert choose(auto, SIMPLEX_ROWS).algorithms[0] == "simplex"
    assert choose(auto, SIMPLEX_ROWS + 1).algorithms[0] == "hipo"
    assert choose(auto, SIMPLEX_ROWS + 1, warm=True).algorithms[0] == "simplex"
    without = choose(auto, SIMPLEX_ROWS + 1, hipo_missing="no extras")
    assert without.algorithms[0] == "ipx"
    assert "no extras" in without.reason
    asked = choose(SolverOptions(algorithm="hipo"), 5, hipo_missing="no extras")
    assert asked.algorithms[0] == "ipx"
    assert "hipo was asked but is not there" in asked.reason
    assert choose(SolverOptions(algorithm="ipx", crossover=False), 5).crossover is False


@pytest.mark.parametrize(("size", "scale"), [(64.0, -6), (1.0, 0), (0.01, 0), (1e9, -10)])
def test_bounds_are_scaled_for_hipo_by_their_size(size, scale):
    p, x = one(1.0)
    r = p.add_rows("r", lower=size)
    p.add_coefficients(r, x, 1.0)
    assert hipo_bound_scale(p.flatten()) == scale
    s = solve(p, SolverOptions(algorithm="hipo", crossover=False))
    assert s.of(x) == pytest.approx([size], rel=1e-6)
    assert s.dual_of(r) == pytest.approx([1.0], rel=1e-6)


def test_breakdown_falls_back_and_says_so():
    """An interior point stopped after one iteration is a breakdown; the simplex then answers."""
    p = sized(30)
    s = solve(p, SolverOptions(algorithm="ipx", crossover=False, extra={"ipm_iteration_limit": 1}))
    assert s.status is SolveStatus.OPTIMAL
    assert s.algorithm_asked == "ipx"
    assert s.algorithm == "simplex"
    assert "broke down" in s.reason
    assert any("ipx broke down" in note for note in s.notes)
    assert s.objective == pytest.approx(solve(p).objective)


# ---------------------------------------------------------------------- guards
@pytest.mark.parametrize(
    ("edit", "where", "what"),
    [
        (lambda p, x, r: p.add_coefficients(r, x, 1e16), "rows 'r'[0] x columns 'x'[0]", "1e+16"),
        (lambda p, x, r: p.add_coefficients(r, x, 1e-13), "rows 'r'[0] x columns 'x'[0]", "1e-13"),
        (lambda p, x, r: p.add_cost("c", x, 1e20), "columns 'x'[0]", "cost"),
        (lambda p, x, r: p.set_row_bounds(r, upper=-INF), "rows 'r'[0]", "-infinity"),
        (lambda p, x, r: p.set_column_bounds(x, lower=INF), "columns 'x'[0]", "+infinity"),
        (lambda p, x, r: p.set_column_bounds(x, upper=1e17), "columns 'x'[0]", "finite bound"),
        (lambda p, x, r: p.add_constant("k", np.nan), "objective", "constant"),
        (lambda p, x, r: p.column_bounds(x)[0].fill(np.nan), "columns 'x'[0]", "NaN"),
    ],
)
def test_numbers_that_no_solver_answers_are_refused(edit, where, what):
    p = Program(1)
    x, r = p.add_columns("x"), p.add_rows("r", lower=0.0)
    edit(p, x, r)
    with pytest.raises(KenliError) as caught:
        solve(p)
    assert caught.value.problems[0].where == where
    assert what in caught.value.problems[0].what


def test_coefficients_may_not_span_twelve_orders():
    p = Program(1)
    x, y = p.add_columns("x"), p.add_columns("y")
    r = p.add_rows("r", lower=0.0)
    p.add_coefficients(r, x, 1e-5)
    p.add_coefficients(r, y, 1e8)
    with pytest.raises(KenliError, match="span 1e\\+13") as caught:
        solve(p)
    assert "'y'" in caught.value.problems[0].what
    assert "'x'" in caught.value.problems[0].where


def test_small_coefficients_are_not_dropped():
    """HiGHS drops entries up to 1e-9 by default; here 1e-10 must count."""
    p, x = one(1.0)
    r = p.add_rows("r", lower=1.0)
    p.add_coefficients(r, x, 1e-10)
    assert solve(p, SolverOptions(extra={"presolve": "off"})).of(x) == pytest.approx([1e10])


# ---------------------------------------------------------------------- sessions
def sized(steps: int, seed: int = 1) -> Program:
    """A source with a size and a storage against a demand; big enough to have iterations."""
    rng = np.random.default_rng(seed)
    p = Program(steps)
    x, size, buy = p.add_columns("x"), p.add_columns("size", 1), p.add_columns("buy", upper=30.0)
    into, out, level = p.add_columns("into"), p.add_columns("out"), p.add_columns("level", upper=40.0)
    demand = 10.0 + 10.0 * rng.random(steps)
    balance = p.add_rows("balance", lower=demand, upper=demand)
    limit, content = p.add_rows("limit", upper=0.0), p.add_rows("content", lower=0.0, upper=0.0)
    for column, value in ((x, 1.0), (buy, 1.0), (into, -1.0), (out, 1.0)):
        p.add_coefficients(balance, column, value)
    p.add_coefficients(limit, x, 1.0)
    p.add_coefficients(limit, size, -rng.random(steps))
    p.add_coefficients(content, level, 1.0)
    p.add_coefficients(content, level, -0.99, previous=True)
    p.add_coefficients(content, into, -0.9)
    p.add_coefficients(content, out, 1.0)
    p.add_cost("buy", buy, 20.0 + 30.0 * rng.random(steps))
    p.add_cost("annuity", size, 8.0 * steps)
    return p


def test_session_edits_in_place_and_equals_a_fresh_solve():
    p = sized(48)
    families = {f.name: f for f in (*p.column_families, *p.row_families)}
    session = SolverSession(p)
    first = session.solve()
    assert first.rebuilt == "first solve"
    edits = (
        lambda: p.set_row_bounds(families["balance"], lower=15.0, upper=15.0),
        lambda: p.set_column_bounds(families["buy"], upper=12.0),
        lambda: p.add_cost("tax", families["buy"], 11.0),
        lambda: p.add_constant("fee", 1000.0),
        lambda: p.set_column_bounds(families["size"], lower=2.0, upper=25.0),
    )
    before = first.objective
    for edit in edits:
        edit()
        again, fresh = session.solve(), solve(p)
        assert again.rebuilt == ""
        assert again.objective == pytest.approx(fresh.objective, rel=1e-9)
        assert again.objective != pytest.approx(before, rel=1e-9)
        assert certify(p, again).relative_gap < 1e-9
        assert "warm start" in again.reason
        before = again.objective


def test_session_without_edits_needs_no_iterations():
    session = SolverSession(sized(48))
    assert session.solve().iterations["simplex"] > 0
    assert session.solve().iterations["simplex"] == 0


def test_session_says_why_it_rebuilds():
    p = sized(12)
    families = {f.name: f for f in (*p.column_families, *p.row_families)}
    session = SolverSession(p)
    session.solve()
    p.add_coefficients(families["balance"], families["buy"], -0.5)
    s = session.solve()
    assert s.rebuilt == "coefficients changed"
    assert s.objective == pytest.approx(solve(p).objective)
    p.add_columns("more")
    p.add_rows("most")
    assert session.solve().rebuilt == "column families changed, row families changed"
    p.blocks[0].values[:] = 2.0  # behind the program's back
    assert session.solve().rebuilt == "coefficients changed"


def test_session_recovers_from_an_infeasible_edit():
    p = sized(12)
    families = {f.name: f for f in (*p.column_families, *p.row_families)}
    session = SolverSession(p)
    first = session.solve().objective
    p.set_column_bounds(families["size"], upper=0.0)
    p.set_column_bounds(families["buy"], upper=0.0)
    assert session.solve().status is SolveStatus.INFEASIBLE
    p.set_column_bounds(families["size"], upper=INF)
    p.set_column_bounds(families["buy"], upper=30.0)
    assert session.solve().objective == pytest.approx(first)


def test_session_time_limit_counts_from_each_solve():
    p = sized(24)
    session = SolverSession(p, SolverOptions(time_limit=2.0))
    for _ in range(3):
        assert session.solve().status is SolveStatus.OPTIMAL


def test_extra_options_do_not_stay_for_the_next_solve_of_a_session():
    p = sized(24)
    session = SolverSession(p)
    first = session.solve(SolverOptions(algorithm="simplex", extra={"simplex_iteration_limit": 1}))
    assert any("simplex broke down" in note for note in first.notes)
    p.add_cost("tax", p.column_families[2], 10.0)
    second = session.solve(SolverOptions(algorithm="simplex"))
    assert second.notes == ()
    assert second.objective == pytest.approx(solve(p).objective)


@pytest.mark.filterwarnings("error")
def test_same_program_same_plan():
    a, b = solve(sized(48)), solve(sized(48))
    assert (a.x == b.x).all()
    assert (a.row_dual == b.row_dual).all()
