"""The tables of a plan fit the declaration of a run, and what does not add up is never written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kenli.core.errors import SolverError
from kenli.engine.results import make_tables
from kenli.engine.results.answer import Answer
from kenli.runs.read import open_run
from kenli.runs.schema import TABLES
from kenli.study.plan import PlanOptions, plan
from support.small_park import (
    Data,
    converter,
    demand,
    grid,
    market,
    park,
    prepare_park,
    solve_park,
    source,
    storage,
    tariff,
)


def everything() -> Data:
    return park(
        {
            "load": demand(10, shortage={"cost": "900 CNY/MWh"}),
            "town": demand(3, bus="heat", shift={"share": 0.5, "within": "2 h"}),
            "sun": source({"max": 50}, availability={"series": "sun"}, capex=1000),
            "box": storage({"max": 50}, capex=10, efficiency=0.8),
            "boiler": converter("gas", "heat", "unlimited", efficiency=0.9),
            "gas": market(bus="gas", buy={"price": 30, "emission_factor": "0.2 tCO2/MWh"}),
            "grid": grid(20, emission=0.6),
        },
        buses={"power": "electricity", "heat": "heat", "gas": "gas"},
        series={"sun": [0, 1, 1, 0]},
        contracts={"retail": tariff(100)},
        policy={"carbon": {"cap": "60000 t/yr"}, "clean_share": {"every_hour": {"min": 0.1}}},
    )


def test_every_declared_table_is_made_and_no_other() -> None:
    assert set(make_tables(solve_park(everything()))) == set(TABLES)


@pytest.mark.parametrize("kind", ["everything", "bare"])
def test_a_run_is_written_read_and_verified(tmp_path: Path, kind: str) -> None:
    """From a file through the whole of `plan` to a run that verifies; also for a park with almost nothing."""
    declared = everything() if kind == "everything" else park({"load": demand(1), "plant": source(2, price=1)})
    prepare_park(declared, tmp_path)  # writes the park and its series
    run = open_run(plan(tmp_path, PlanOptions(out=tmp_path / "runs")))
    assert run.verify() == []
    terms = run.frame("objective")["amount"].sum()
    assert terms == pytest.approx(run.manifest["certificate"]["objective"])
    assert run.manifest["totals"]["cost"] == pytest.approx(terms)
    assert run.manifest["totals"]["emissions"] == pytest.approx(run.frame("emissions")["amount"].sum())
    if kind == "everything":
        assert set(run.frame("limits")["limit"]) == {"carbon_cap", "clean_share_every_hour"}
        assert run.units("flows")["value"]


def test_a_run_on_representative_days_fits_too(tmp_path: Path) -> None:
    """Contents over the steps and over the whole span, and the link between both."""
    declared = everything()
    declared["series"]["sun"] = [0.0] * 9 + [1.0] * 6 + [0.0] * 9 + ([0.0] * 10 + [0.5] * 4 + [0.0] * 10) * 5
    declared["horizon"]["steps"] = 144
    declared["policy"] = {}
    prepare_park(declared, tmp_path)
    run = open_run(plan(tmp_path, PlanOptions(out=tmp_path / "runs", horizon="days:2")))
    assert run.verify() == []
    level, year = run.frame("levels"), run.frame("chronological_levels")
    steps = run.table("timesteps").num_rows
    assert level["timestep"].tolist() == list(range(steps + 1))
    assert year["hour"].tolist() == list(range(145))
    content = run.frame("capacities").set_index(["component", "quantity"]).loc[("box", "energy"), "total"]
    assert 0 <= year["level"].min() <= year["level"].max() <= content + 1e-6


def broken(answer: Answer, family: str, by: float) -> Answer:
    """Return the answer with one value of a family moved."""
    x = np.array(answer.solution.x)
    columns = next(c for c in answer.build.program.column_families if c.name == family)
    x[columns.span.stop - 1] += by
    return replace(answer, solution=replace(answer.solution, x=x))


def test_a_bus_that_does_not_balance_is_refused() -> None:
    with pytest.raises(SolverError, match="power"):
        make_tables(broken(solve_park(everything()), "import/grid", 0.1))


def test_money_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(SolverError, match="objective"):
        make_tables(broken(solve_park(everything()), "built/sun/power", 1.0))
