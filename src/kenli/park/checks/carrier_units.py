"""Whether quantities are written in the unit of their carrier: MW for energy, t/h for matter."""

from __future__ import annotations

from collections.abc import Iterator

from kenli.core import units
from kenli.core.errors import Problem
from kenli.park.components import Component, Connection, Converter, Source
from kenli.park.notation import found
from kenli.park.park import Park
from kenli.park.quantities import Written, written_quantities
from kenli.park.yaml_file import YamlFile


def check_carrier_units(park: Park, file: YamlFile) -> Iterator[Problem]:
    """A field that takes MW or t/h has the one that its bus carries."""
    for name, item in park.components.items():
        bus = measured_at(item)
        if bus not in park.buses:
            continue
        matter = park.amount_unit(park.carrier_of(bus)) == "t"
        for written in written_quantities(item, file.data["components"][name], ("components", name)):
            accepted = written.unit.by_carrier(matter, park.park.currency)
            if accepted is not None and not _fits(written, accepted):
                yield Problem(
                    file.where(written.place),
                    f"{found(written.text)} does not fit '{bus}', which carries {park.carrier_of(bus)} "
                    f"in {'t' if matter else 'MWh'}",
                    f"write it in {' or '.join(accepted)}",
                    code="unit",
                )


def measured_at(item: Component) -> str:
    """Return the bus whose carrier decides the units of a component."""
    match item:
        case Source():
            return item.out
        case Converter():
            return item.reference
        case Connection():
            return item.from_bus
        case _:
            return item.bus


def _fits(written: Written, accepted: list[str]) -> bool:
    for unit in accepted:
        try:
            units.convert(0.0, units.split(written.text)[1], unit)
        except ValueError:
            continue
        return True
    return False
