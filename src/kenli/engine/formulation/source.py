r"""Sources: $0 \le x_t \le \alpha_t\,C$, or $x_t = \alpha_t\,C$ with `must_run`.

The rest $\alpha_t C - x_t$ is curtailed. `annual_max` caps the full-load hours,
$\sum_t w_t x_t \le h\,C$.
"""

from __future__ import annotations

from kenli.engine.formulation.context import Build, Potential, Supply
from kenli.engine.formulation.emissions import add_emission
from kenli.engine.formulation.expression import Expression
from kenli.engine.formulation.investment import add_size, limit_by_size, need_size
from kenli.park.components import Source


def add_source(build: Build, name: str, item: Source) -> None:
    """Add a source with its size, flow, costs, emission and potential."""
    park = build.park
    carrier = park.carrier_of(item.out)
    economics = build.resolved.power[name]
    size = add_size(build, name, "power", item.capacity, economics, park.rate_unit(carrier))
    if item.must_run:
        need_size(size, f"components > {name} > must_run", "what must run is its availability times its size")
    if item.annual_max is not None:
        need_size(size, f"components > {name} > annual_max", "full-load hours count against a size")
    columns = build.program.add_columns(f"flow/{name}")
    availability = build.profiles.array(f"availability/{name}")
    limit_by_size(build, f"potential/{name}", columns, size, availability, equal=item.must_run)
    flow = build.flow(name, item.out, "out", columns)
    build.cost("variable_om", flow, economics.variable_om)
    build.cost("variable_cost", flow, item.variable_cost)
    add_emission(build, name, flow, 1)
    potential = None
    if not size.unlimited:
        build.potentials[name] = Potential(name, flow, availability, size)
        potential = Expression()
        hours = float((build.yearly * availability).sum())
        potential.constant = hours * size.existing
        potential.sizes.append(((name, "power"), hours))
        if size.built is not None:
            potential.add(size.built, hours)
    build.supplies.append(
        Supply(
            name,
            flow,
            park.carrier_kind(carrier),
            1.0 if item.clean else 0.0,
            name in park.direct_sources,
            potential,
            source=True,
        )
    )
    if item.annual_max is not None:
        hours = item.annual_max
        rows = build.program.add_rows(f"full_load_hours/{name}", 1, upper=hours * size.existing)
        build.annual(flow).write(build.program, rows)
        build.move(size, rows, hours)
        if size.built is not None:
            build.program.add_coefficients(rows, size.built, -hours)
