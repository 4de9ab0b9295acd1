"""Whether contracts fit the grid connections and cover every hour once."""

from __future__ import annotations

from collections.abc import Iterator

from kenli.core.errors import Problem
from kenli.park.components import Grid
from kenli.park.contracts import DirectLine, FeedIn, Tariff
from kenli.park.park import Park
from kenli.park.profile import TimeOfUsePrice
from kenli.park.time_of_use import calendar, complete
from kenli.park.yaml_file import Key, YamlFile


def check_one_contract_a_grid(park: Park, file: YamlFile) -> Iterator[Problem]:
    """No grid connection has two tariffs, or two feed-in contracts; time-of-use prices are complete."""
    seen: dict[tuple[str, str], str] = {}
    for name, contract in park.contracts.items():
        if isinstance(contract, Tariff | FeedIn):
            title = "tariff" if isinstance(contract, Tariff) else "feed-in contract"
            first = seen.setdefault((title, contract.grid), name)
            if first != name:
                yield Problem(
                    file.where(("contracts", name, "grid")),
                    f"'{contract.grid}' has a {title} already: '{first}'",
                    "keep one, or split the grid connection in two",
                    code="contradiction",
                )
        for key in ("energy", "price"):
            value = getattr(contract, key, None)
            if isinstance(value, TimeOfUsePrice):
                yield from check_time_of_use(file, ("contracts", name, key, "periods"), value)


def check_tariffs(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every grid connection that can deliver has a tariff."""
    priced = {tariff.grid for tariff in park.contracts_of(Tariff).values()}
    if priced - set(park.of_kind(Grid)):
        return  # a tariff with a wrong name may be the one; check_component_names reports it
    for name, grid in park.of_kind(Grid).items():
        if name not in priced and grid.imports.range[1] > 0.0:
            yield Problem(
                file.where(("components", name)),
                "no tariff prices what this grid connection delivers",
                "add a contract of kind tariff that names it (a price of 0 must be said)",
                code="no-tariff",
            )


def check_feed_in(park: Park, file: YamlFile) -> Iterator[Problem]:
    """A grid connection that can take exports has a feed-in contract."""
    paid = {contract.grid for contract in park.contracts_of(FeedIn).values()}
    for name, grid in park.of_kind(Grid).items():
        if grid.exports.range[1] > 0.0 and name not in paid:
            yield Problem(
                file.where(("components", name, "export")),
                "no feed-in contract pays for exports",
                "add a contract of kind feed_in; until then exports earn nothing",
                severity="warning",
                code="no-feed-in",
            )
        elif grid.exports.range[1] == 0.0 and name in paid:
            contract = next(key for key, c in park.contracts_of(FeedIn).items() if c.grid == name)
            yield Problem(
                file.where(("contracts", contract)),
                f"pays for exports, and '{name}' can export nothing",
                f"write components > {name} > export, such as `export: 10 MW`",
                severity="warning",
                code="no-export",
            )


def check_voltage(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Direct connection stays within the voltage that its rules allow."""
    for name, line in park.contracts_of(DirectLine).items():
        if line.voltage is not None and line.voltage > 220.0:
            yield Problem(
                file.where(("contracts", name, "voltage")),
                f"{line.voltage:g} kV is above 220 kV",
                "document 650 (2025) limits direct connection to 220 kV, and 220 kV needs approval",
                severity="warning",
                code="voltage",
            )


def check_time_of_use(file: YamlFile, place: tuple[Key, ...], price: TimeOfUsePrice) -> Iterator[Problem]:
    """Periods cover every hour of every month once; assumed months are said."""
    try:
        tou, notes = complete(price.periods)
        calendar(tou)
    except ValueError as error:
        what, _, fix = str(error).partition("; ")
        yield Problem(file.where(place), what, fix, code="tariff")
        return
    if notes:
        fix = "replace by the published schedule when it is known"
        yield Problem(file.where(place), "; ".join(notes), fix, severity="warning", code="assumption")
