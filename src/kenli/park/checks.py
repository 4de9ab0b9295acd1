"""What a park file can get wrong although every single field is right; all findings at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kenli.core.errors import Problem, unknown_word
from kenli.park.components import Connection, Converter, Demand, Grid, Market, Source, Storage
from kenli.park.contracts import CertificatePurchase, DirectLine, FeedIn, PowerPurchase, Tariff
from kenli.park.park import Park
from kenli.park.profile import SeriesRef, TimeOfUsePrice
from kenli.park.time_of_use import calendar, complete
from kenli.park.yaml_file import YamlFile

Check = Callable[[Park, YamlFile], Iterable[Problem]]


def check_park(park: Park, file: YamlFile) -> list[Problem]:
    """Run every check; returns errors and warnings in the order of the file's sections."""
    return list(dict.fromkeys(problem for check in CHECKS for problem in check(park, file)))


def check_buses(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every bus that is named exists; every bus has something that gives and something that takes."""
    for name, item in park.components.items():
        for bus in item.buses():
            if bus not in park.buses:
                place = _bus_place(file, name, bus)
                yield unknown_word(file.where(place), "bus", bus, park.buses, code="dangling-bus")
    for bus, options in park.buses.items():
        where = file.where(("buses", bus))
        if options.carrier in park.buses and options.carrier not in park.carriers and options.carrier != bus:
            yield Problem(
                where, f"the carrier '{options.carrier}' is the name of another bus",
                "write the kind of energy, such as electricity or heat", severity="warning", code="carrier",
            )  # fmt: skip
        gives = any(bus in _outputs(item) for item in park.components.values())
        takes = any(bus in _inputs(item) for item in park.components.values())
        if not gives and not takes:
            yield Problem(
                where, f"nothing is connected to the bus '{bus}'",
                "connect a component to it, or take it out", code="dangling-bus",
            )  # fmt: skip
        elif takes and not gives:
            yield Problem(
                where, f"nothing gives {options.carrier} to the bus '{bus}'",
                "add a source, converter, grid or market with this bus as its output", code="unreachable",
            )  # fmt: skip
        elif gives and not takes:
            yield Problem(
                where, f"nothing takes {options.carrier} from the bus '{bus}'",
                "add a demand or converter, or take the bus out", severity="warning", code="unused-bus",
            )  # fmt: skip


def check_reach(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every demand can be reached from some source, market or grid."""
    reached: set[str] = set()
    for item in park.components.values():
        if isinstance(item, Source):
            reached.add(item.out)
        elif isinstance(item, Grid) or (isinstance(item, Market) and item.buy is not None):
            reached.add(item.bus)
    grown = True
    while grown:
        before = len(reached)
        for item in park.components.values():
            if isinstance(item, Converter) and set(item.inputs) <= reached:
                reached |= set(item.outputs)
            elif isinstance(item, Connection):
                if item.from_bus in reached:
                    reached.add(item.to_bus)
                if item.direction == "both" and item.to_bus in reached:
                    reached.add(item.from_bus)
        grown = len(reached) > before
    for name, demand in park.of_kind(Demand).items():
        if demand.bus in park.buses and demand.bus not in reached and demand.shortage is None:
            carrier = park.carrier_of(demand.bus)
            gives = any(demand.bus in _outputs(item) for item in park.components.values())
            if gives:  # a bus that nothing gives to is reported by check_buses
                yield Problem(
                    file.where(("components", name)),
                    f"no source of {carrier} reaches this demand: what feeds '{demand.bus}' has no supply itself",
                    "trace the inputs of its converters and connections back to a source, market or grid",
                    code="unreachable",
                )


def check_carriers(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Connections join buses of one carrier; grids stand at electricity buses; declared carriers are used."""
    used = {bus.carrier for bus in park.buses.values()}
    for carrier in park.carriers:
        if carrier not in used:
            yield Problem(
                file.where(("carriers", carrier)), f"no bus carries '{carrier}'",
                "take it out, or write it at a bus", severity="warning", code="unused-carrier",
            )  # fmt: skip
    for name, item in park.components.items():
        if isinstance(item, Connection) and {item.from_bus, item.to_bus} <= set(park.buses):
            first, second = park.carrier_of(item.from_bus), park.carrier_of(item.to_bus)
            if park.amount_unit(first) != park.amount_unit(second) or (
                first != second and {park.carrier_kind(first), park.carrier_kind(second)} != {"heat"}
            ):
                yield Problem(
                    file.where(("components", name)),
                    f"joins '{item.from_bus}' ({first}) with '{item.to_bus}' ({second})",
                    "a connection keeps its carrier; use a converter to change it", code="carrier",
                )  # fmt: skip
        if isinstance(item, Grid) and item.bus in park.buses and item.bus not in park.electric_buses:
            yield Problem(
                file.where(("components", name, "bus")),
                f"a grid stands at an electricity bus; '{item.bus}' carries {park.carrier_of(item.bus)}",
                "use a market for other carriers", code="carrier",
            )  # fmt: skip


def check_series(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every series that is named is declared, and every declared one is used."""
    named: set[str] = set()
    for place, word in _series_names(park):
        named.add(word)
        if word not in park.series:
            yield unknown_word(file.where(place), "series", word, park.series, code="unknown-series")
    for name in park.series:
        if name not in named:
            yield Problem(
                file.where(("series", name)), "no component uses this series",
                "take it out, or name it where it belongs", severity="warning", code="unused-series",
            )  # fmt: skip


def check_contracts(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Contracts name what exists, each grid has one tariff, and tariffs cover every hour once."""
    grids, sources = park.of_kind(Grid), park.of_kind(Source)
    for name, contract in park.contracts.items():
        place = ("contracts", name)
        if isinstance(contract, Tariff | FeedIn | DirectLine) and contract.grid is not None:
            if contract.grid not in grids:
                yield unknown_word(file.where((*place, "grid")), "grid", contract.grid, grids, code="unknown-component")
        if isinstance(contract, PowerPurchase) and contract.source not in sources:
            yield unknown_word(
                file.where((*place, "source")), "source", contract.source, sources, code="unknown-component"
            )
        if isinstance(contract, DirectLine):
            for position, source in enumerate(contract.sources):
                if source not in sources:
                    where = file.where((*place, "sources", position))
                    yield unknown_word(where, "source", source, sources, code="unknown-component")
            if contract.voltage is not None and contract.voltage > 220.0:
                yield Problem(
                    file.where((*place, "voltage")), f"{contract.voltage:g} kV is above 220 kV",
                    "document 650 (2025) limits direct connection to 220 kV, and 220 kV needs approval",
                    severity="warning", code="voltage",
                )  # fmt: skip
        for key in ("energy", "price"):
            value = getattr(contract, key, None)
            if isinstance(value, TimeOfUsePrice):
                yield from _time_of_use(file, (*place, key, "periods"), value)
    for kind, title in ((Tariff, "tariff"), (FeedIn, "feed-in contract")):
        seen: dict[str, str] = {}
        for name, contract in park.contracts_of(kind).items():  # type: ignore[type-var]
            if contract.grid in seen:
                yield Problem(
                    file.where(("contracts", name, "grid")),
                    f"'{contract.grid}' has a {title} already: '{seen[contract.grid]}'",
                    "keep one, or split the grid connection in two", code="contradiction",
                )  # fmt: skip
            seen[contract.grid] = name
    for name, grid in grids.items():
        if name not in {tariff.grid for tariff in park.contracts_of(Tariff).values()} and grid.imports.range[1] > 0.0:
            yield Problem(
                file.where(("components", name)), "no tariff prices what this grid connection delivers",
                "add a contract of kind tariff that names it (a price of 0 must be said)", code="no-tariff",
            )  # fmt: skip
        can_export = grid.exports.range[1] > 0.0
        if can_export and name not in {c.grid for c in park.contracts_of(FeedIn).values()}:
            yield Problem(
                file.where(("components", name, "export")), "no feed-in contract pays for exports",
                "add a contract of kind feed_in; until then exports earn nothing",
                severity="warning", code="no-feed-in",
            )  # fmt: skip


def check_policy(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Limits that contradict each other or that nothing in the park could meet."""
    policy = park.policy
    clean = [
        name for name, source in park.of_kind(Source).items() if source.clean and source.out in park.electric_buses
    ]
    imports_clean = any(grid.clean_share > 0.0 for grid in park.of_kind(Grid).values())
    shares = {
        ("clean_share", "hourly"): policy.clean_share.hourly,
        ("clean_share", "every_hour"): policy.clean_share.every_hour,
    }
    for place, share in shares.items():
        if share is not None and share.min > 0.0 and not clean and not imports_clean:
            yield Problem(
                file.where(("policy", *place)), "asks for clean electricity, and the park has no clean source",
                "add a source with `clean: true`, or drop the limit", code="contradiction",
            )  # fmt: skip
    annual = policy.clean_share.annual
    certificates = park.contracts_of(CertificatePurchase)
    if annual is not None and annual.min > 0.0 and not clean and not imports_clean and not certificates:
        yield Problem(
            file.where(("policy", "clean_share", "annual")),
            "asks for clean electricity, and the park has neither clean sources nor certificates",
            "add a source with `clean: true` or a contract of kind certificates", code="contradiction",
        )  # fmt: skip
    if policy.direct_supply_share is not None and policy.direct_supply_share.min > 0.0 and not park.direct_sources:
        yield Problem(
            file.where(("policy", "direct_supply_share")), "asks for direct supply, and no direct line names a source",
            "add a contract of kind direct_line with the sources that are behind the meter", code="contradiction",
        )  # fmt: skip
    generation = policy.self_use.of_generation
    export = policy.export_share
    if export is not None and generation is not None and export.max > 1.0 - generation.min + 1e-12:
        yield Problem(
            file.where(("policy", "export_share")),
            f"allows {export.max:.0%} export although {generation.min:.0%} of generation must be used in the park",
            f"at most {1.0 - generation.min:.0%} can ever be exported; the tighter limit will bind",
            severity="warning", code="policy-overlap",
        )  # fmt: skip
    if policy.carbon.cap == 0.0 and any(not g.clean_share for g in park.of_kind(Grid).values()):
        yield Problem(
            file.where(("policy", "carbon", "cap")), "a cap of zero forbids every import from the grid",
            "write the cap that is meant, or take the grid out", severity="warning", code="policy-overlap",
        )  # fmt: skip


def check_weather(park: Park, file: YamlFile) -> Iterator[Problem]:
    """A weather file exists (its content is checked when it is read)."""
    if park.weather is not None and park.weather.file is not None:
        path = file.path.resolve().parent / park.weather.file
        if not path.is_file():
            from kenli.core.errors import suggest

            names = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
            yield Problem(
                file.where(("weather", "file")), f"there is no file '{park.weather.file}'",
                suggest(path.name, names) or "give the path relative to the park file", code="file",
            )  # fmt: skip


def check_storage(park: Park, file: YamlFile) -> Iterator[Problem]:
    """A storage that could create energy, or that cannot hold what its limits ask for."""
    for name, storage in park.of_kind(Storage).items():
        if storage.duration is not None and storage.duration.max is not None:
            low = storage.energy.range[0]
            high = storage.power.range[1] * storage.duration.max
            if low > high:
                yield Problem(
                    file.where(("components", name, "duration")),
                    f"a content of at least {low:g} does not fit {storage.duration.max:g} h of power {storage.power.range[1]:g}",
                    "raise duration or power, or lower energy > min", code="contradiction",
                )  # fmt: skip


CHECKS: tuple[Check, ...] = (
    check_buses,
    check_reach,
    check_carriers,
    check_series,
    check_contracts,
    check_policy,
    check_weather,
    check_storage,
)


def _time_of_use(file: YamlFile, place: tuple[str, ...], price: TimeOfUsePrice) -> Iterator[Problem]:
    try:
        tou, notes = complete(price.periods)
        calendar(tou)
    except ValueError as error:
        what, _, fix = str(error).partition("; ")
        yield Problem(file.where(place), what, fix, code="tariff")
        return
    for note in notes:
        yield Problem(
            file.where(place),
            note,
            "replace by the published schedule when it is known",
            severity="warning",
            code="assumption",
        )


def _series_names(park: Park) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name, item in park.components.items():
        place: tuple[str | int, ...] = ("components", name)
        if isinstance(item, Demand) and item.series is not None:
            yield (*place, "series"), item.series
        for key in ("availability", "emission_factor", "process_emission", "shape"):
            value = getattr(item, key, None)
            if isinstance(value, SeriesRef):
                yield (*place, key), value.series
        if isinstance(item, Converter):
            for side, ratios in (("in", item.inputs), ("out", item.outputs)):
                for bus, ratio in ratios.items():
                    if isinstance(ratio, SeriesRef):
                        yield (*place, side, bus), ratio.series
        if isinstance(item, Market):
            for side, offer in (("buy", item.buy), ("sell", item.sell)):
                for key in ("price", "emission_factor"):
                    value = getattr(offer, key, None)
                    if isinstance(value, SeriesRef):
                        yield (*place, side, key), value.series
    for name, contract in park.contracts.items():
        for key in ("energy", "price"):
            value = getattr(contract, key, None)
            if isinstance(value, SeriesRef):
                yield ("contracts", name, key), value.series


def _bus_place(file: YamlFile, component: str, bus: str) -> tuple[str | int, ...]:
    base = ("components", component)
    data = file.data["components"][component]
    for key, value in data.items():
        if value == bus:
            return (*base, key)
        if isinstance(value, dict) and bus in value:
            return (*base, key, bus)
    return base


def _outputs(item: object) -> set[str]:
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


def _inputs(item: object) -> set[str]:
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
