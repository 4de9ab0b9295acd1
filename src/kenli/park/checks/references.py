"""Whether every name that is written somewhere is declared elsewhere.

A name counts as declared if the file has it, even when its entry is invalid: one mistake, one finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from kenli.core.errors import Problem, unknown_word
from kenli.park.components import Converter, Demand, Market
from kenli.park.contracts import DirectLine, FeedIn, PowerPurchase, Tariff
from kenli.park.park import Park
from kenli.park.profile import SeriesRef
from kenli.park.yaml_file import Key, YamlFile

Place = tuple[Key, ...]


def check_bus_names(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every bus that a component names is declared."""
    declared = file.names("buses")
    for name, item in park.components.items():
        for bus in item.buses():
            if bus not in declared:
                where = file.where(_bus_place(file, name, bus))
                yield unknown_word(where, "bus", bus, declared, code="dangling-bus")


def check_series_names(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every series that is named is declared."""
    declared = file.names("series")
    for place, word in series_names(park):
        if word not in declared:
            yield unknown_word(file.where(place), "series", word, declared, code="unknown-series")


def check_component_names(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Contracts name grids and sources that exist."""
    for name, contract in park.contracts.items():
        place: Place = ("contracts", name)
        if isinstance(contract, Tariff | FeedIn | DirectLine) and contract.grid is not None:
            yield from _component(file, (*place, "grid"), "grid", contract.grid)
        if isinstance(contract, PowerPurchase):
            yield from _component(file, (*place, "source"), "source", contract.source)
        if isinstance(contract, DirectLine):
            for position, source in enumerate(contract.sources):
                yield from _component(file, (*place, "sources", position), "source", source)


def _component(file: YamlFile, place: Place, kind: str, name: str) -> Iterator[Problem]:
    """Report a name that no component has, or one of another kind."""
    kinds = {
        str(other): options.get("kind") if isinstance(options, dict) else None
        for other, options in file.data["components"].items()
    }
    fitting = [other for other, its in kinds.items() if its == kind]
    if name not in kinds:
        yield unknown_word(file.where(place), kind, name, fitting, code="unknown-component")
    elif name not in fitting and kinds[name] is not None:
        what = f"'{name}' is a {kinds[name]}, where a {kind} is meant"
        fix = f"name one of {', '.join(fitting)}" if fitting else f"declare a component of kind {kind}"
        yield Problem(file.where(place), what, fix, code="unknown-component")


def series_names(park: Park) -> Iterator[tuple[Place, str]]:
    """Return every place that names a series, with the name."""
    for name, item in park.components.items():
        place: Place = ("components", name)
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


def _bus_place(file: YamlFile, component: str, bus: str) -> Place:
    base: Place = ("components", component)
    for key, value in file.data["components"][component].items():
        if value == bus:
            return (*base, key)
        if isinstance(value, dict) and bus in value:
            return (*base, key, bus)
    return base
