r"""Budget: $\sum_c I_c\,C^{built}_c \le$ the largest overnight investment."""

from __future__ import annotations

from kenli.engine.formulation.context import Build
from kenli.engine.formulation.expression import Expression
from kenli.engine.formulation.limits import add_limit


def total_investment(build: Build) -> Expression:
    """Return the overnight investment of all that is built [currency]."""
    total = Expression()
    for size in build.sizes.values():
        if size.built is not None and size.economics.capex:
            total.add(size.built, size.economics.capex)
    return total


def add_budget(build: Build) -> None:
    """Cap the investment where the policy says so."""
    cap = build.park.policy.investment_max
    if cap is not None:
        label = ("Investment", "投资总额")
        add_limit(build, "investment_max", label, build.park.park.currency, "<=", cap, total_investment(build))
