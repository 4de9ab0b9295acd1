"""Whether buses, carriers and components hang together."""

from __future__ import annotations

from collections.abc import Iterator

from kenli.core.errors import Problem
from kenli.park.components import Connection, Converter, Demand, Grid, Market, Source, Storage
from kenli.park.park import Park
from kenli.park.yaml_file import YamlFile


def check_buses(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every bus has something that gives and something that takes."""
    for bus, options in park.buses.items():
        where = file.where(("buses", bus))
        if options.carrier in park.buses and options.carrier not in park.carriers and options.carrier != bus:
            yield Problem(
                where,
                f"the carrier '{options.carrier}' is the name of another bus",
                "write the kind of energy, such as electricity or heat",
                severity="warning",
                code="carrier",
            )
        gives = any(bus in outputs(item) for item in park.components.values())
        takes = any(bus in inputs(item) for item in park.components.values())
        if not gives and not takes:
            what, fix = f"nothing is connected to the bus '{bus}'", "connect a component to it, or take it out"
            yield Problem(where, what, fix, code="dangling-bus")
        elif takes and not gives:
            what = f"nothing gives {options.carrier} to the bus '{bus}'"
            fix = "add a source, converter, grid or market with this bus as its output"
            yield Problem(where, what, fix, code="unreachable")
        elif gives and not takes:
            what = f"nothing takes {options.carrier} from the bus '{bus}'"
            fix = "add a demand or converter, or take the bus out"
            yield Problem(where, what, fix, severity="warning", code="unused-bus")


def check_reach(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every demand can be reached from some source, market or grid."""
    reached = _reached(park)
    for name, demand in park.of_kind(Demand).items():
        if demand.bus not in park.buses or demand.bus in reached or demand.shortage is not None:
            continue
        if any(demand.bus in outputs(item) for item in park.components.values()):
            # A bus that nothing gives to at all is reported by check_buses.
            carrier = park.carrier_of(demand.bus)
            yield Problem(
                file.where(("components", name)),
                f"no source of {carrier} reaches this demand: what feeds '{demand.bus}' has no supply itself",
                "trace the inputs of its converters and connections back to a source, market or grid",
                code="unreachable",
            )


def _reached(park: Park) -> set[str]:
    """Return the buses that energy can arrive at from outside."""
    reached: set[str] = set()
    for item in park.components.values():
        if isinstance(item, Source):
            reached.add(item.out)
        elif isinstance(item, Grid) or (isinstance(item, Market) and item.buy is not None):
            reached.add(item.bus)
    before = -1
    while len(reached) > before:
        before = len(reached)
        for item in park.components.values():
            if isinstance(item, Converter) and set(item.inputs) <= reached:
                reached |= set(item.outputs)
            elif isinstance(item, Connection):
                if item.from_bus in reached:
                    reached.add(item.to_bus)
                if item.direction == "both" and item.to_bus in reached:
                    reached.add(item.from_bus)
    return reached


def check_carriers(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Connections join buses of one carrier; grids stand at electricity buses."""
    for name, item in park.components.items():
        if isinstance(item, Connection) and {item.from_bus, item.to_bus} <= set(park.buses):
            first, second = park.carrier_of(item.from_bus), park.carrier_of(item.to_bus)
            both_heat = {park.carrier_kind(first), park.carrier_kind(second)} == {"heat"}
            same_unit = park.amount_unit(first) == park.amount_unit(second)
            if not same_unit or (first != second and not both_heat):
                yield Problem(
                    file.where(("components", name)),
                    f"joins '{item.from_bus}' ({first}) with '{item.to_bus}' ({second})",
                    "a connection keeps its carrier; use a converter to change it",
                    code="carrier",
                )
        if isinstance(item, Grid) and item.bus in park.buses and item.bus not in park.electric_buses:
            yield Problem(
                file.where(("components", name, "bus")),
                f"a grid stands at an electricity bus; '{item.bus}' carries {park.carrier_of(item.bus)}",
                "use a market for other carriers",
                code="carrier",
            )


def check_unused_carriers(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every declared carrier is carried by some bus."""
    used = {bus.carrier for bus in park.buses.values()}
    for carrier in park.carriers:
        if carrier not in used:
            where = file.where(("carriers", carrier))
            fix = "take it out, or write it at a bus"
            yield Problem(where, f"no bus carries '{carrier}'", fix, severity="warning", code="unused-carrier")


def check_storage(park: Park, file: YamlFile) -> Iterator[Problem]:
    """A storage can hold what its limits ask for."""
    for name, storage in park.of_kind(Storage).items():
        if storage.duration is None:
            continue
        where = file.where(("components", name, "duration"))
        (least_content, most_content), (least_power, most_power) = storage.energy.range, storage.power.range
        longest = storage.duration.max
        if longest is not None and least_content > most_power * longest:
            what = f"a content of at least {least_content:g} does not fit {longest:g} h of power {most_power:g}"
            yield Problem(where, what, "raise duration or power, or lower energy > min", code="contradiction")
        if most_content < least_power * storage.duration.min:
            what = (
                f"a content of at most {most_content:g} does not last {storage.duration.min:g} h "
                f"at a power of at least {least_power:g}"
            )
            yield Problem(where, what, "lower duration or power, or raise energy > max", code="contradiction")


def outputs(item: object) -> set[str]:
    """Return the buses that a component can give to."""
    match item:
        case Source():
            return {item.out}
        case Converter():
            return set(item.outputs)
        case Storage():
            return {item.bus}
        case Connection():
            return {item.to_bus, *([item.from_bus] if item.direction == "both" else [])}
        case Grid():
            return {item.bus}
        case Market():
            return {item.bus} if item.buy is not None else set()
        case _:
            return set()


def inputs(item: object) -> set[str]:
    """Return the buses that a component can take from."""
    match item:
        case Converter():
            return set(item.inputs)
        case Storage() | Demand():
            return {item.bus}
        case Connection():
            return {item.from_bus, *([item.to_bus] if item.direction == "both" else [])}
        case Grid():
            return {item.bus} if item.exports.range[1] > 0.0 else set()
        case Market():
            return {item.bus} if item.sell is not None else set()
        case _:
            return set()
