r"""Markets: buy and sell at a price, within a flow and a yearly amount."""

from __future__ import annotations

import numpy as np

from kenli.engine.formulation.context import Build, Flow, Supply
from kenli.engine.formulation.emissions import add_emission
from kenli.engine.formulation.limits import add_limit
from kenli.park.components import Market


def add_market(build: Build, name: str, item: Market) -> None:
    """Add what the park can buy from and sell to a market."""
    program, park = build.program, build.park
    kind = park.carrier_kind(park.carrier_of(item.bus))
    if item.buy is not None:
        columns = program.add_columns(f"buy/{name}", upper=_bound(item.buy.max))
        flow = build.flow(name, item.bus, "out", columns)
        build.cost("purchase", flow, build.profiles.value(f"price/{name}/buy"))
        add_emission(build, name, flow, item.buy.scope)
        build.supplies.append(Supply(name, flow, kind, 1.0 if item.buy.clean else 0.0, False, None))
        _annual_max(build, name, "bought", "购买", flow, item.buy.annual_max)
    if item.sell is not None:
        columns = program.add_columns(f"sell/{name}", upper=_bound(item.sell.max))
        flow = build.flow(name, item.bus, "in", columns)
        price = np.asarray(build.profiles.value(f"price/{name}/sell"))
        build.cost("sales", flow, -price)
        if kind == "electricity":
            build.exports.append(flow)
        _annual_max(build, name, "sold", "出售", flow, item.sell.annual_max)


def _bound(value: float | None) -> float:
    return np.inf if value is None else value


def _annual_max(build: Build, name: str, en: str, zh: str, flow: Flow, cap: float | None) -> None:
    if cap is None:
        return
    unit = build.park.amount_unit(build.park.carrier_of(flow.bus))
    label = (f"{name}: {en} in a year", f"{name}：年{zh}量")
    add_limit(build, f"annual_max/{name}/{en}", label, f"{unit}/yr", "<=", cap, build.annual(flow), component=name)
