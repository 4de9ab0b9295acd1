"""Why there is no answer: a small set of statements that contradict each other, or an endless saving.

An infeasible program is relaxed: every row may be missed, at a price (an elastic program). Its slacks
say how much is missing where, and the rows with a price in it already contradict each other (Farkas).
That set is cut to a short window of time where a window suffices, and to an irreducible one by HiGHS,
checked here by leaving out each member. This room gives families and places; the park's words are added above.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kenli.core.errors import KenliError, SolverError
from kenli.engine.program import FlatProgram, Program
from kenli.engine.solve.guards import check_data
from kenli.engine.solve.highs import Highs, clock
from kenli.engine.solve.options import SolverOptions
from kenli.engine.solve.session import solve_flat
from kenli.engine.solve.solution import Solution, SolveStatus

Array = NDArray[np.float64]
Index = NDArray[np.int64]

TINY = 1e-7
_WHOLE = "rows that carry a price in the elastic program"

LARGE = 50_000
"""Above this many rows, stretches of time are tried before the whole horizon."""
CHUNK = 168
WINDOWS = (1, 6, 24, 96, 336)
FILTERED = 400
"""Largest number of sides that are checked one by one for being needed."""


@dataclass(frozen=True, slots=True)
class ConflictEntry:
    """One bound that takes part in a contradiction.

    Attributes:
        family: name of the row or column family.
        kind: `row` or `column`.
        index: place inside the family (the timestep, for a family along time).
        side: `lower`, `upper`, or `equal` where both are the same number.
        bound: that number.
    """

    family: str
    kind: str
    index: int
    side: str
    bound: float


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How far a row would have to be missed so that the rest can hold.

    Attributes:
        family, index: the row.
        side: the side that is missed.
        bound: what is asked.
        amount: by how much it is missed, > 0, in the row's unit.
    """

    family: str
    index: int
    side: str
    bound: float
    amount: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that cannot hold together.

    Attributes:
        rows, columns: the bounds in the conflict.
        shortfalls: where and by how much rows are missed at least, largest first.
        irreducible: whether the conflict was checked to vanish when any one member is left out.
        method: how it was found.
        seconds: time used.
    """

    rows: tuple[ConflictEntry, ...]
    columns: tuple[ConflictEntry, ...]
    shortfalls: tuple[Shortfall, ...]
    irreducible: bool
    method: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RayEntry:
    """One family of an endless saving: how its columns grow together, and what that costs.

    Attributes:
        family: column family.
        indices: places that grow (or fall).
        amounts: by how much, relative to the fastest column.
        cost: cost of that growth; the costs of a ray sum to less than 0.
    """

    family: str
    indices: tuple[int, ...]
    amounts: tuple[float, ...]
    cost: float


def find_conflict(program: Program, options: SolverOptions | None = None, *, seconds: float = 60.0) -> Conflict | None:
    """Find out why no answer exists.

    Args:
        program: an infeasible program.
        options: solver options of the inner solves (their time limit is replaced).
        seconds: time for all of it; when it ends, the conflict found so far is returned.

    Returns:
        The conflict, or None if the program is feasible. When the time ends first, a conflict without
        members whose `method` says what was tried.

    Raises:
        KenliError: the numbers are refused (see `check_data`).
        SolverError: the elastic program could not be solved, for a reason other than time.
    """
    started = clock()
    flat = program.flatten()
    check_data(program, flat)
    crossed = _crossed(program, flat)
    if crossed:
        return dataclasses.replace(crossed, seconds=clock() - started)
    base = dataclasses.replace(options or SolverOptions(), on_log=None, on_progress=None)
    rows = np.arange(len(flat.row_lower), dtype=np.int64)
    method, tried = _WHOLE, 0
    if len(rows) > LARGE:
        chunk, tried = _contradicting_chunk(program, flat, base, started + seconds)
        if chunk is not None:
            rows, method = chunk, f"{method} of the first {CHUNK} timesteps that contradict themselves"
    try:
        inner = dataclasses.replace(base, time_limit=max(started + seconds - clock(), 0.01))
        support, missed = _relax(program, flat, rows, inner)
        if not missed:
            return _whole_number_conflict(program, flat, inner, started) if flat.integer.any() else None
    except SolverError as error:
        if error.problems[0].code != "solver-time":
            raise
        held = f"the first {tried} timesteps hold in stretches of {CHUNK}; " if tried else ""
        method = f"{held}the elastic program did not finish in {seconds:g} s"
        return Conflict((), (), (), False, method, clock() - started)
    left = seconds - (clock() - started)
    return _narrow(program, flat, support, missed, base, left, started, method)


def find_ray(program: Program, options: SolverOptions | None = None) -> tuple[RayEntry, ...] | None:
    """Find out along which columns the cost falls without limit.

    Returns:
        The families of the ray, the most saving first, or None if there is no such direction.
    """
    flat = program.flatten()
    check_data(program, flat)
    scale = float(np.max(np.abs(flat.cost), initial=0.0)) or 1.0
    cone = dataclasses.replace(
        flat,
        cost=flat.cost / scale,
        constant=0.0,
        lower=np.where(np.isinf(flat.lower), -1.0, 0.0),
        upper=np.where(np.isinf(flat.upper), 1.0, 0.0),
        row_lower=np.where(np.isinf(flat.row_lower), -np.inf, 0.0),
        row_upper=np.where(np.isinf(flat.row_upper), np.inf, 0.0),
        integer=np.zeros_like(flat.integer),
    )
    base = dataclasses.replace(options or SolverOptions(), on_log=None, on_progress=None)
    found = solve_flat(cone, base)
    if found.objective > -TINY:
        return None
    entries = []
    for family in program.column_families:
        amount = found.x[family.span]
        moving = np.flatnonzero(np.abs(amount) > TINY)
        if moving.size:
            cost = float(flat.cost[family.span] @ amount)
            entries.append(RayEntry(family.name, _ints(moving), tuple(amount[moving].tolist()), cost))
    return tuple(sorted(entries, key=lambda e: e.cost))


# ---------------------------------------------------------------------- steps of find_conflict
def _crossed(program: Program, flat: FlatProgram) -> Conflict | None:
    """Return the conflict of a single row or column whose lower bound lies above its upper."""
    for kind, lower, upper in (("row", flat.row_lower, flat.row_upper), ("column", flat.lower, flat.upper)):
        wrong = np.flatnonzero(lower > upper)
        if wrong.size:
            place = int(wrong[0])
            family, index = program.row_at(place) if kind == "row" else program.column_at(place)
            entries = (
                ConflictEntry(family.name, kind, index, "lower", float(lower[place])),
                ConflictEntry(family.name, kind, index, "upper", float(upper[place])),
            )
            rows, columns = (entries, ()) if kind == "row" else ((), entries)
            return Conflict(rows, columns, (), True, "a lower bound lies above its upper bound", 0.0)
    return None


def _elastic(flat: FlatProgram) -> FlatProgram:
    """Return the program in which rows may be missed at a price; columns: x, below, above."""
    m = len(flat.row_lower)
    size = np.asarray(abs(flat.matrix).max(axis=1).toarray()).ravel() if flat.matrix.nnz else np.zeros(m)
    price = 1.0 / np.maximum(size, 1e-6)  # so that a row in small units is not the cheapest to miss
    price = np.where(size > 0, price, 1.0)
    unit = sparse.identity(m, format="csc")
    matrix = sparse.csc_array(sparse.hstack([flat.matrix, unit, -unit], format="csc"))
    matrix.sort_indices()
    return FlatProgram(
        cost=np.concatenate([np.zeros(len(flat.cost)), price, price]),
        constant=0.0,
        lower=np.concatenate([flat.lower, np.zeros(2 * m)]),
        upper=np.concatenate(
            [
                flat.upper,
                np.where(np.isinf(flat.row_lower), 0.0, np.inf),
                np.where(np.isinf(flat.row_upper), 0.0, np.inf),
            ]
        ),
        row_lower=flat.row_lower,
        row_upper=flat.row_upper,
        integer=np.concatenate([flat.integer, np.zeros(2 * m, dtype=np.bool_)]),
        matrix=matrix,
    )


def _relax(
    program: Program, flat: FlatProgram, rows: Index, options: SolverOptions
) -> tuple[Index, tuple[Shortfall, ...]]:
    """Solve the elastic program of some rows; return those that carry a price, and what is missed."""
    part, _columns = _part(flat, rows)
    elastic = solve_flat(_elastic(part), options)
    below, above = _slacks(part, elastic)
    prices = np.abs(elastic.row_dual)
    support = rows[prices > TINY * max(1.0, float(prices.max(initial=0.0)))]
    return support, _shortfalls(program, part, rows, below, above)


def _contradicting_chunk(
    program: Program, flat: FlatProgram, options: SolverOptions, ends: float
) -> tuple[Index | None, int]:
    """Return the rows of the first stretch of time that cannot hold by itself, and the steps tried.

    Most contradictions are local, and a year of hours is much slower to relax than its weeks.
    """
    families = [f for f in program.row_families if f.axis == "time"]
    for start in range(0, program.steps, CHUNK):
        stop = min(start + CHUNK, program.steps)
        if clock() > ends or not families:
            return None, start
        rows = np.concatenate([np.arange(f.offset + start, f.offset + stop) for f in families])
        if not _holds(flat, rows.astype(np.int64), None, options, ends):
            return rows.astype(np.int64), stop
    return None, program.steps


def _slacks(flat: FlatProgram, elastic: Solution) -> tuple[Array, Array]:
    n, m = len(flat.cost), len(flat.row_lower)
    return elastic.x[n : n + m], elastic.x[n + m :]


def _shortfalls(program: Program, flat: FlatProgram, rows: Index, below: Array, above: Array) -> tuple[Shortfall, ...]:
    found = []
    for side, slack, bound in (("lower", below, flat.row_lower), ("upper", above, flat.row_upper)):
        rounding = 1e-10 * np.where(np.isfinite(bound), np.abs(bound), 0.0)
        for place in np.flatnonzero(slack > 2 * TINY + rounding):
            family, index = program.row_at(int(rows[place]))
            found.append(Shortfall(family.name, index, side, float(bound[place]), float(slack[place])))
    return tuple(sorted(found, key=lambda s: -s.amount))


def _whole_number_conflict(
    program: Program, flat: FlatProgram, options: SolverOptions, started: float
) -> Conflict | None:
    elastic = solve_flat(_elastic(flat), options)
    below, above = _slacks(flat, elastic)
    missed = _shortfalls(program, flat, np.arange(len(below), dtype=np.int64), below, above)
    if not missed:
        return None
    rows = tuple(ConflictEntry(s.family, "row", s.index, s.side, s.bound) for s in missed)
    method = "fractions satisfy every row, whole numbers do not; the rows that whole numbers miss"
    return Conflict(rows, (), missed, False, method, clock() - started)


def _narrow(
    program: Program,
    flat: FlatProgram,
    support: Index,
    missed: tuple[Shortfall, ...],
    options: SolverOptions,
    seconds: float,
    started: float,
    method: str,
) -> Conflict:
    """Cut the contradicting rows to a window of time, then to an irreducible set."""
    ends = clock() + seconds
    rows = support
    if _holds(flat, rows, None, options, ends):
        # rounding hid a price: begin with everything instead
        rows, method = np.arange(len(flat.row_lower), dtype=np.int64), "all rows"
    elif len(rows) > FILTERED:
        for width in WINDOWS:
            part = _window(program, support, missed, width)
            if len(part) < len(rows) and clock() < ends and not _holds(flat, part, None, options, ends):
                rows = part
                method += f", in a window of {2 * width + 1} timesteps"
                break
    members = _iis(flat, rows, ends)
    if members is not None and not _holds(flat, *_split(members), options, ends):
        method += ", reduced by HiGHS"
    else:
        members = _all_sides(flat, rows)
    irreducible = False
    if len(members) <= FILTERED:
        members, irreducible = _filter(flat, members, options, ends)
    row_entries, column_entries = _entries(program, flat, members)
    return Conflict(row_entries, column_entries, missed, irreducible, method, clock() - started)


Side = tuple[str, int, str]
"""One side of one row or column: (kind, flat position, lower | upper)."""


def _window(program: Program, support: Index, missed: tuple[Shortfall, ...], width: int) -> Index:
    """Return the support's rows within `width` steps of the worst row along time, and those not along time."""
    axes = {f.name: f.axis for f in program.row_families}
    centre = next((s.index for s in missed if axes[s.family] == "time"), None)
    if centre is None:
        return support
    places = [program.row_at(int(p)) for p in support]
    near = [family.axis != "time" or abs(index - centre) <= width for family, index in places]
    return np.asarray(support[np.array(near, dtype=bool)], dtype=np.int64)


def _iis(flat: FlatProgram, rows: Index, ends: float) -> list[Side] | None:
    """Return HiGHS's irreducible set within the rows, or None if it found none in time."""
    left = ends - clock()
    if left <= 0:
        return None
    part, columns = _part(flat, rows)
    highs = Highs()
    highs.pass_model(part, relaxed=True)
    found = highs.iis(left)
    if found is None or not found.valid_:
        return None
    members: list[Side] = []
    for kind, positions, sides, place in (
        ("row", found.row_index_, found.row_bound_, rows),
        ("column", found.col_index_, found.col_bound_, columns),
    ):
        for position, side in zip(positions, sides, strict=True):
            members.extend((kind, int(place[position]), s) for s in _SIDES.get(int(side), ()))
    return members or None


_SIDES = {2: ("lower",), 3: ("upper",), 4: ("lower", "upper")}  # HiGHS IisBoundStatus


def _all_sides(flat: FlatProgram, rows: Index) -> list[Side]:
    _part_flat, columns = _part(flat, rows)
    members: list[Side] = []
    for kind, places, lower, upper in (
        ("row", rows, flat.row_lower, flat.row_upper),
        ("column", columns, flat.lower, flat.upper),
    ):
        for place in places.tolist():
            if np.isfinite(lower[place]):
                members.append((kind, place, "lower"))
            if np.isfinite(upper[place]):
                members.append((kind, place, "upper"))
    return members


def _filter(flat: FlatProgram, members: list[Side], options: SolverOptions, ends: float) -> tuple[list[Side], bool]:
    """Leave out each member that is not needed; return the rest and whether all were checked."""
    kept = list(members)
    for member in members:
        if clock() > ends:
            return kept, False
        without = [m for m in kept if m != member]
        if not _holds(flat, *_split(without), options, ends):
            kept = without
    return kept, True


def _split(members: list[Side]) -> tuple[Index, set[Side]]:
    rows = np.array(sorted({place for kind, place, _side in members if kind == "row"}), dtype=np.int64)
    return rows, set(members)


def _part(flat: FlatProgram, rows: Index) -> tuple[FlatProgram, Index]:
    """Return the program with these rows only and the columns that they touch, without cost."""
    matrix = flat.matrix.tocsr()[rows].tocsc()
    columns = np.flatnonzero(np.diff(matrix.indptr)).astype(np.int64)
    matrix = sparse.csc_array(matrix[:, columns])
    matrix.sort_indices()
    return (
        FlatProgram(
            cost=np.zeros(len(columns)),
            constant=0.0,
            lower=flat.lower[columns],
            upper=flat.upper[columns],
            row_lower=flat.row_lower[rows],
            row_upper=flat.row_upper[rows],
            integer=np.zeros(len(columns), dtype=np.bool_),
            matrix=matrix,
        ),
        columns,
    )


def _holds(flat: FlatProgram, rows: Index, members: set[Side] | None, options: SolverOptions, ends: float) -> bool:
    """Return whether the rows can hold together; with `members`, only those sides count."""
    part, columns = _part(flat, rows)
    if members is not None:
        part = dataclasses.replace(
            part,
            row_lower=_only(part.row_lower, rows, "row", "lower", members, -np.inf),
            row_upper=_only(part.row_upper, rows, "row", "upper", members, np.inf),
            lower=_only(part.lower, columns, "column", "lower", members, -np.inf),
            upper=_only(part.upper, columns, "column", "upper", members, np.inf),
        )
    if not len(columns):
        return bool(((part.row_lower <= 0) & (part.row_upper >= 0)).all())
    left = max(ends - clock(), 0.5)
    try:
        found = solve_flat(part, dataclasses.replace(options, time_limit=left))
    except KenliError:
        return True  # not shown to contradict: treated as holding, so nothing is claimed
    return found.status is not SolveStatus.INFEASIBLE


def _only(bound: Array, places: Index, kind: str, side: str, members: set[Side], free: float) -> Array:
    keep = np.array([(kind, place, side) in members for place in places.tolist()], dtype=bool)
    return np.where(keep, bound, free)


def _entries(
    program: Program, flat: FlatProgram, members: list[Side]
) -> tuple[tuple[ConflictEntry, ...], tuple[ConflictEntry, ...]]:
    rows: list[ConflictEntry] = []
    columns: list[ConflictEntry] = []
    chosen = set(members)
    for kind, place, side in sorted(chosen):
        lower, upper = (flat.row_lower, flat.row_upper) if kind == "row" else (flat.lower, flat.upper)
        family, index = program.row_at(place) if kind == "row" else program.column_at(place)
        equal = bool(lower[place] == upper[place])
        if equal and side == "upper" and (kind, place, "lower") in chosen:
            continue
        bound = float(lower[place] if side == "lower" else upper[place])
        entry = ConflictEntry(family.name, kind, index, "equal" if equal else side, bound)
        (rows if kind == "row" else columns).append(entry)
    return tuple(rows), tuple(columns)


def _ints(values: NDArray[np.integer]) -> tuple[int, ...]:
    return tuple(int(v) for v in values)
