"""Plan a park in memory and read what a cross-check compares: cost, sizes, flows, limits, terms."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from kenli.core.factors import Register, load_register
from kenli.engine.formulation import formulate
from kenli.engine.results.answer import Answer
from kenli.engine.results.indicators import limits, list_indicators
from kenli.engine.solve import SolverOptions, SolveStatus, certify, solve
from kenli.park.load import read_park
from kenli.park.resolve import resolve
from kenli.study.plan import make_profiles

PARKS = Path(__file__).parent / "parks"
YEAR = 8760.0


@cache
def register() -> Register:
    return load_register()


@dataclass(frozen=True)
class Plan:
    """A solved park, asked in the park's words."""

    answer: Answer

    @property
    def cost(self) -> float:
        """Least cost a year, constant terms included."""
        return self.answer.solution.objective

    @property
    def gap(self) -> float:
        """Relative gap that the certificate proves, independent of the solver."""
        return self.answer.certificate.relative_gap

    def size(self, component: str, quantity: str = "power") -> float:
        return self.answer.build.sizes[component, quantity].total(self.answer.x)

    def flow(self, component: str, bus: str, direction: str | None = None) -> np.ndarray:
        """Sum of a component's flows at a bus in one direction (the only one it has, if not said)."""
        flows = [f for f in self.answer.build.flows if (f.component, f.bus) == (component, bus)]
        directions = {f.direction for f in flows} if direction is None else {direction}
        assert len(directions) == 1, f"say which direction of {component} at {bus}"
        return sum(self.answer.values(f) for f in flows if f.direction in directions)

    def level(self, component: str) -> np.ndarray:
        return self.answer.solution.of(self.answer.build.levels[component].level)

    def price(self, bus: str) -> np.ndarray:
        """Price of a bus, money per unit: the dual over the hours that the step stands for."""
        return self.answer.solution.dual_of(self.answer.build.balances[bus]) / self.answer.build.yearly

    def limit(self, name: str) -> dict:
        return next(row for row in limits(self.answer).to_pylist() if row["limit"] == name)

    def indicator(self, name: str) -> float:
        return next(item.value for item in list_indicators(self.answer) if item.name == name)

    def term(self, term: str, owner: str | None = None, basis: str | None = None) -> float:
        """Sum of the objective's lines of a term."""
        lines = [line for line in self.answer.objective if line.term == term]
        assert lines, f"no term {term} in {sorted({line.term for line in self.answer.objective})}"
        return sum(
            line.amount for line in lines if (owner in (None, line.owner)) and (basis is None or line.basis == basis)
        )

    @property
    def terms(self) -> dict[str, float]:
        sums: dict[str, float] = {}
        for line in self.answer.objective:
            sums[line.term] = sums.get(line.term, 0.0) + line.amount
        return sums


def plan_park(path: Path, *, mip_gap: float = 1e-4) -> Plan:
    """Read, formulate, solve and certify one park on its own horizon; nothing is written."""
    loaded = read_park(path)
    resolved = resolve(loaded.park, register())
    built = make_profiles(loaded, resolved, None)
    formulation = formulate(resolved, built.profiles, register())
    solution = solve(formulation.program, SolverOptions(mip_gap=mip_gap))
    assert solution.status == SolveStatus.OPTIMAL, solution.status
    plan = Plan(Answer(formulation, solution, certify(formulation.program, solution)))
    assert sum(plan.terms.values()) == np.float64(plan.cost) or abs(sum(plan.terms.values()) / plan.cost - 1) < 1e-9
    return plan


def lay_out(folder: Path, name: str, series: dict[str, np.ndarray] | None = None, **words: object) -> Path:
    """Copy a park of `parks/` into a folder with its series beside it; `<<word>>` is replaced by a value."""
    text = (PARKS / f"{name}.yaml").read_text(encoding="utf-8")
    for word, value in words.items():
        assert f"<<{word}>>" in text, f"{name}.yaml has no <<{word}>>"
        text = text.replace(f"<<{word}>>", str(value))
    assert "<<" not in text, f"a word of {name}.yaml was not given"
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    if series:
        pd.DataFrame(series).to_csv(folder / "series.csv", index=False)
    return path


def annuity(investment: float, rate: float, years: float) -> float:
    """Constant yearly payment, from the sum of the discount factors (not from the closed form)."""
    if rate == 0.0:
        return investment / years
    return investment / sum((1.0 + rate) ** -year for year in range(1, round(years) + 1))


def waves(steps: int, seed: int, *, day: float, season: float = 0.0, noise: float = 0.0) -> np.ndarray:
    """A deterministic series around 1: a daily and a slow wave and repeatable noise."""
    hour = np.arange(steps)
    rough = np.random.default_rng(seed).standard_normal(steps)
    return (
        1.0
        + day * np.sin(2 * np.pi * (hour - 9) / 24)
        + season * np.sin(2 * np.pi * hour / 331.7 + seed)
        + noise * rough
    )
