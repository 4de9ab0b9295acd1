"""Flows that cancel exactly are taken away; flows that do not cancel stay."""

from dataclasses import replace

import numpy as np
import pytest

from kenli.engine.results.netting import net_cancelling_flows
from kenli.engine.solve import certify
from support.small_park import demand, park, solve_park, source, storage


def _answer(efficiency: float):  # type: ignore[no-untyped-def]
    return solve_park(
        park(
            {
                "load": demand(10),
                "sun": source({"max": 100}, availability={"series": "sun"}, capex=1000),
                "store": storage(energy={"max": 100}, power={"max": 50}, efficiency=efficiency, capex=10),
            },
            series={"sun": [0, 1, 1, 0]},
        )
    )


@pytest.mark.parametrize(("efficiency", "left"), [(1.0, 0.0), (0.9, 5.0)])
def test_only_exact_cancellation_is_taken_away(efficiency: float, left: float) -> None:
    answer = _answer(efficiency)
    store = answer.build.levels["store"]
    x = answer.x.copy()
    x[store.charge.offset + 1] += 5.0
    x[store.discharge.offset + 1] += 5.0
    netted = net_cancelling_flows(answer.formulation, replace(answer.solution, x=x))
    both = np.minimum(netted.x[store.charge.span], netted.x[store.discharge.span])
    assert both[1] == pytest.approx(left, abs=1e-9)


def test_the_plan_stays_feasible_and_optimal() -> None:
    answer = _answer(1.0)
    store = answer.build.levels["store"]
    x = answer.x.copy()
    size = answer.build.sizes["store", "power"].total(x)
    room = size - np.maximum(x[store.charge.span], x[store.discharge.span])
    x[store.charge.span] += room
    x[store.discharge.span] += room
    netted = net_cancelling_flows(answer.formulation, replace(answer.solution, x=x))
    certificate = certify(answer.formulation.program, netted)
    assert certificate.relative_gap < 1e-9
    assert certificate.max_relative_primal_residual < 1e-9
    assert netted.x[store.charge.span] == pytest.approx(answer.x[store.charge.span], abs=1e-9)
