r"""Connections: $0 \le x_t \le \alpha_t C$ enters, $(1 - loss)\,x_t$ arrives; both ways where declared."""

from __future__ import annotations

from kenli.engine.formulation.context import Build
from kenli.engine.formulation.investment import add_size, limit_by_size
from kenli.park.components import Connection


def add_connection(build: Build, name: str, item: Connection) -> None:
    """Add a connection with its size, its flow one way or both, and its costs."""
    unit = build.park.rate_unit(build.park.carrier_of(item.from_bus))
    economics = build.resolved.power[name]
    size = add_size(build, name, "power", item.capacity, economics, unit)
    availability = build.profiles.array(f"availability/{name}")
    ways = [("flow", item.from_bus, item.to_bus)]
    if item.direction == "both":
        ways.append(("flow_back", item.to_bus, item.from_bus))
    for way, first, last in ways:
        columns = build.program.add_columns(f"{way}/{name}")
        limit_by_size(build, f"capacity_{way}/{name}", columns, size, availability)
        entering = build.flow(name, first, "in", columns)
        build.flow(name, last, "out", columns, 1.0 - item.loss)
        build.cost("variable_om", entering, economics.variable_om)
        build.cost("variable_cost", entering, item.variable_cost)
