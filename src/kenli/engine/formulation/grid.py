r"""Grid connections: imports and exports within their sizes; emission of imports is scope 2."""

from __future__ import annotations

from kenli.engine.formulation.context import Build, Supply
from kenli.engine.formulation.emissions import add_emission
from kenli.engine.formulation.investment import add_size, limit_by_size
from kenli.park.components import Grid
from kenli.park.economics import FREE


def add_grid(build: Build, name: str, item: Grid) -> None:
    """Add a grid connection; its contracts price the flows."""
    program = build.program
    bought = add_size(build, name, "import", item.imports, build.resolved.power[name], "MW")
    columns = program.add_columns(f"import/{name}")
    limit_by_size(build, f"import_limit/{name}", columns, bought, build.profiles.array(f"availability/{name}"))
    flow = build.flow(name, item.bus, "out", columns)
    add_emission(build, name, flow, 2)
    build.supplies.append(Supply(name, flow, "electricity", item.clean_share, False, None))
    if item.exports.range[1] > 0.0:
        sold = add_size(build, name, "export", item.exports, FREE, "MW")
        back = program.add_columns(f"export/{name}")
        limit_by_size(build, f"export_limit/{name}", back, sold)
        build.exports.append(build.flow(name, item.bus, "in", back))
