"""Plan a park: one file in, the least-cost plan out, as an immutable run folder.

Read this file first: it is the way of a number through the house.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from kenli.core.errors import InfeasibleError, InputError, KenliError, Problem, UnboundedError
from kenli.core.factors import load_register
from kenli.core.horizon import Horizon
from kenli.engine.formulation import Formulation, formulate
from kenli.engine.results import find_oddities, make_tables
from kenli.engine.results.answer import Answer
from kenli.engine.results.netting import net_cancelling_flows
from kenli.engine.results.words import explain_conflict, explain_ray
from kenli.engine.solve import Solution, SolverOptions, SolveStatus, certify, solve
from kenli.engine.solve.explain import find_conflict, find_ray
from kenli.park.components import Source
from kenli.park.load import LoadedPark, read_park
from kenli.park.profiles import ProfileInput, Profiles, aggregate_profiles, build_profiles
from kenli.park.resolve import ResolvedPark, resolve
from kenli.runs.write import new_run_name, write_run
from kenli.study.manifest import make_manifest
from kenli.study.phases import Phases

_T = TypeVar("_T")

PHASES = ("read", "profile", "compile", "solve", "certify", "write")


@dataclass(frozen=True)
class PlanOptions:
    """What may be asked beside the park file.

    Attributes:
        horizon: `year`, `weeks:N`, `days:N`, or None for what the park file says.
        out: folder of the runs.
        solver: options of the solver.
        factors: further factor files of the user.
        command: what to write down as the command of the run.
    """

    horizon: str | None = None
    out: Path = Path("runs")
    solver: SolverOptions = field(default_factory=SolverOptions)
    factors: tuple[Path, ...] = ()
    command: str = "kenli.study.plan"


def solver_options(**options: Any) -> SolverOptions:
    """Return solver options by name, for callers above the engine; see `kenli.engine.solve.SolverOptions`.

    Raises:
        InputError: an option has no such name or value.
    """
    return SolverOptions(**options)


def plan(path: str | Path, options: PlanOptions | None = None, on_phase: Callable[[str], None] | None = None) -> Path:
    """Plan a park and write the run.

    Args:
        path: park file, or a folder with a `park.yaml`.
        options: horizon, folder, solver.
        on_phase: told the name of each phase as it begins.

    Returns:
        The run folder.

    Raises:
        InputError: the park file or its inputs are wrong; all problems at once.
        InfeasibleError: no plan satisfies the park; the problems say what conflicts, in its words.
        UnboundedError: the cost can fall without end; the problems say by what.
    """
    options = options or PlanOptions()
    phases = Phases(on_phase)
    with phases("read"):
        loaded = read_park(path)
        register = load_register(*options.factors)
        resolved = located(loaded, lambda: resolve(loaded.park, register))
    with phases("profile"):
        built = located(loaded, lambda: make_profiles(loaded, resolved, options.horizon))
    with phases("compile"):
        formulation = located(loaded, lambda: formulate(resolved, built.profiles, register))
    with phases("solve"):
        solution = solve(formulation.program, options.solver)
        if solution.status not in {SolveStatus.OPTIMAL, SolveStatus.FEASIBLE}:
            raise _explained(loaded, formulation, solution, options.solver)
    with phases("certify"):
        solution = net_cancelling_flows(formulation, solution)
        answer = Answer(formulation, solution, certify(formulation.program, solution))
    with phases("write"):
        tables = make_tables(answer)
        warnings = [*loaded.warnings, *(loaded.locate(problem) for problem in find_oddities(answer))]
        phases.read_clock()
        manifest = make_manifest(loaded, built, answer, phases, warnings, options.command)
        name = new_run_name(loaded.park.park.name)
        attachments = {"park.yaml": loaded.file.text.encode()}
        return write_run(options.out, name, tables, manifest, attachments)


def make_profiles(loaded: LoadedPark, resolved: ResolvedPark, wanted: str | None) -> ProfileInput:
    """Compute the profiles of a park on its own horizon or on representative periods of it."""
    park = loaded.park
    zone = park.park.site.timezone
    declared = park.horizon
    if declared.year is not None:
        full = Horizon.year(declared.year, declared.step, zone)
    else:
        assert declared.start is not None
        assert declared.steps is not None
        full = Horizon.span(declared.start, declared.steps, declared.step, zone)
    kind, count = read_horizon(wanted or declared.resolve)
    built = build_profiles(loaded, resolved, full)
    if kind == "year":
        return built
    hours = {"weeks": 168.0, "days": 24.0}[kind]
    return aggregate_profiles(built, count, hours, hardest(resolved, built.profiles))


def read_horizon(text: str) -> tuple[str, int]:
    """Read `year`, `weeks:8` or `days:12`.

    Raises:
        InputError: anything else.
    """
    kind, _, number = text.strip().partition(":")
    if kind == "year" and not number:
        return "year", 0
    if kind in {"weeks", "days"} and number.isdigit() and int(number) > 0:
        return kind, int(number)
    raise InputError.at(
        "horizon", f"'{text}' is not a horizon", "write year, weeks:N or days:N, such as weeks:8", code="horizon"
    )


def hardest(resolved: ResolvedPark, profiles: Profiles) -> np.ndarray | None:
    """Return how hard each step is: electricity demand less clean availability, both against their means."""
    park = resolved.park
    demand = np.zeros(profiles.horizon.steps)
    for name, item in park.components.items():
        if item.kind == "demand" and item.buses()[0] in park.electric_buses:
            demand = demand + profiles.array(f"demand/{name}")
    clean = [
        profiles.array(f"availability/{name}")
        for name, source in park.of_kind(Source).items()
        if source.clean and source.out in park.electric_buses and f"availability/{name}" in profiles.arrays
    ]
    if not clean:
        return demand if np.ptp(demand) > 0.0 else None
    supply = np.mean([values / max(float(values.mean()), 1e-9) for values in clean], axis=0)
    return np.asarray(demand / max(float(demand.mean()), 1e-9) - supply)


def _explained(loaded: LoadedPark, formulation: Formulation, solution: Solution, options: SolverOptions) -> KenliError:
    """Turn a program without an answer into an error that names the reason."""
    if solution.status == SolveStatus.UNBOUNDED:
        ray = find_ray(formulation.program, options)
        return UnboundedError(explain_ray(ray) if ray else [_unknown("unbounded")])
    conflict = find_conflict(formulation.program, options)
    if conflict is None:
        return InfeasibleError(_unknown("infeasible"))
    problems = explain_conflict(formulation.build, conflict)
    return InfeasibleError([loaded.locate(problem) for problem in problems])


def _unknown(status: str) -> Problem:
    return Problem(
        "plan",
        f"the solver calls the park {status}, and no reason was found",
        "solve again with `--solver simplex`, and please report the park file",
        code=status,
    )


def located(loaded: LoadedPark, step: Callable[[], _T]) -> _T:
    """Run a step and give its complaints the file and line that they speak of."""
    try:
        return step()
    except InputError as error:
        raise InputError([loaded.locate(problem) for problem in error.problems]) from None
