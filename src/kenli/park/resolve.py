"""A park with every open end filled from the register: costs, efficiencies, emission factors.

Nothing is filled in silently: each number that did not come from the park file is listed with the id
of its row, so that a report can show what was assumed and who said so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from kenli.core.errors import InputError, KenliError, Problem, unknown_word
from kenli.core.factors import Factor, Register
from kenli.park.components import Connection, Converter, Grid, Market, Source, Storage
from kenli.park.components.storage import StorageEfficiency
from kenli.park.contracts import FeedIn, Tariff
from kenli.park.economics import FREE, CostReader, Economics
from kenli.park.park import Park
from kenli.park.profile import FactorRef

_T = TypeVar("_T")


@dataclass(frozen=True)
class ResolvedPark:
    """A park ready to be formulated.

    Attributes:
        park: the declaration.
        power: component -> money of its power (of imports for a grid).
        energy: storage -> money of its content.
        charge: storage with an own charging side -> money of that side.
        efficiency: storage -> losses of going in and out.
        standing_loss: storage -> share of the content lost per hour.
        ratio: converter -> efficiency that its technology gives, where the file says `technology`.
        constants: `emission/<name>` or `price/<name>` -> value of the cited row.
        factors: row -> who uses it.
    """

    park: Park
    power: dict[str, Economics]
    energy: dict[str, Economics]
    charge: dict[str, Economics]
    efficiency: dict[str, StorageEfficiency]
    standing_loss: dict[str, float]
    ratio: dict[str, float]
    constants: dict[str, float]
    factor_of: dict[str, str]
    factors: dict[str, tuple[Factor, tuple[str, ...]]]


@dataclass
class _Collector:
    register: Register
    problems: list[Problem] = field(default_factory=list)
    used: dict[str, list[str]] = field(default_factory=dict)

    def attempt(self, make: Callable[[], _T], fallback: _T) -> _T:
        """Run a look-up; remember what it complains about and go on."""
        try:
            return make()
        except KenliError as error:
            self.problems += error.problems
            return fallback

    def note(self, user: str, ids: tuple[str, ...] | list[str]) -> None:
        for identifier in ids:
            users = self.used.setdefault(identifier, [])
            if user not in users:
                users.append(user)


def resolve(park: Park, register: Register) -> ResolvedPark:
    """Fill a park's open ends from the register.

    Raises:
        InputError: with every number that is neither in the file nor in the register.
    """
    cost_set = park.finance.cost_set
    if cost_set is not None and cost_set not in register.cost_sets():
        known = register.cost_sets()
        raise InputError(unknown_word("finance > cost_set", "cost set", cost_set, known, code="unknown-cost-set"))
    collector = _Collector(register)
    reader = CostReader(park, register)
    power, energy, charge = _economics(park, reader, collector)
    efficiency, loss = _storages(park, reader, collector)
    ratio = _ratios(park, reader, collector)
    constants, factor_of = _constants(park, collector)
    if collector.problems:
        raise InputError(dict.fromkeys(collector.problems))
    factors = {i: (register.get(i), tuple(users)) for i, users in sorted(collector.used.items())}
    return ResolvedPark(park, power, energy, charge, efficiency, loss, ratio, constants, factor_of, factors)


def _economics(
    park: Park, reader: CostReader, collector: _Collector
) -> tuple[dict[str, Economics], dict[str, Economics], dict[str, Economics]]:
    power: dict[str, Economics] = {}
    energy: dict[str, Economics] = {}
    charge: dict[str, Economics] = {}
    for name, item in park.components.items():
        match item:
            case Source() | Converter() | Connection():
                power[name] = collector.attempt(
                    partial(reader.power, name, item, item.costs, item.capacity),
                    FREE,
                )
            case Grid():
                costs = (
                    item.costs
                    if item.costs.capex is not None or item.technology
                    else item.costs.model_copy(update={"capex": 0.0})
                )
                power[name] = collector.attempt(
                    partial(reader.power, name, item, costs, item.imports),
                    FREE,
                )
            case Storage():
                power[name] = collector.attempt(
                    partial(reader.power, name, item, item.costs.power, item.power),
                    FREE,
                )
                energy[name] = collector.attempt(
                    partial(reader.energy, name, item, item.costs.energy, item.energy),
                    FREE,
                )
                if item.charge_power is not None:
                    charge[name] = FREE
            case _:
                continue
        collector.note(name, power[name].factors)
        if name in energy:
            collector.note(name, energy[name].factors)
    return power, energy, charge


def _storages(
    park: Park, reader: CostReader, collector: _Collector
) -> tuple[dict[str, StorageEfficiency], dict[str, float]]:
    efficiency: dict[str, StorageEfficiency] = {}
    loss: dict[str, float] = {}
    for name, item in park.of_kind(Storage).items():
        technology = collector.attempt(partial(reader.technology, name, item), None)
        efficiency[name] = item.efficiency or StorageEfficiency()
        loss[name] = item.standing_loss or 0.0
        if technology is None:
            continue
        if item.efficiency is None and technology.efficiency is not None:
            one_way = technology.efficiency
            if technology.efficiency_basis.startswith("round"):
                one_way = one_way**0.5
            efficiency[name] = StorageEfficiency(charge=one_way, discharge=one_way)
            collector.note(name, [technology.factor_ids["efficiency"]])
        if item.standing_loss is None and technology.standing_loss is not None:
            loss[name] = technology.standing_loss
            collector.note(name, [technology.factor_ids["standing_loss"]])
    return efficiency, loss


def _ratios(park: Park, reader: CostReader, collector: _Collector) -> dict[str, float]:
    ratios: dict[str, float] = {}
    for name, item in park.of_kind(Converter).items():
        if "technology" not in {*map(_word, item.inputs.values()), *map(_word, item.outputs.values())}:
            continue
        technology = collector.attempt(partial(reader.technology, name, item), None)
        if technology is None and item.technology is not None:
            continue  # said already
        if technology is None or technology.efficiency is None:
            collector.problems.append(
                Problem(
                    f"components > {name}",
                    "its efficiency is to come from its technology, which names none",
                    "write efficiency, such as `efficiency: 0.99`",
                    code="cost-unknown",
                )
            )
            continue
        ratios[name] = technology.efficiency
        collector.note(name, [technology.factor_ids["efficiency"]])
    return ratios


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _constants(park: Park, collector: _Collector) -> tuple[dict[str, float], dict[str, str]]:
    """Look up the rows that the file names itself."""
    constants: dict[str, float] = {}
    factor_of: dict[str, str] = {}
    money = park.park.currency

    def take(key: str, value: object, unit: str, where: str, user: str) -> None:
        if isinstance(value, FactorRef):
            number = collector.attempt(lambda: collector.register.value(value.factor, unit, where=where), 0.0)
            constants[key] = number
            factor_of[key] = value.factor
            if value.factor in collector.register:
                collector.note(user, [value.factor])

    for name, item in park.components.items():
        where = f"components > {name}"
        match item:
            case Source():
                unit = f"tCO2e/{park.amount_unit(park.carrier_of(item.out))}"
                take(f"emission/{name}", item.emission_factor, unit, f"{where} > emission_factor", name)
            case Converter():
                unit = f"tCO2e/{park.amount_unit(park.carrier_of(item.reference))}"
                take(f"emission/{name}", item.process_emission, unit, f"{where} > process_emission", name)
            case Grid():
                take(f"emission/{name}", item.emission_factor, "tCO2e/MWh", f"{where} > emission_factor", name)
            case Market():
                unit = park.amount_unit(park.carrier_of(item.bus))
                if item.buy is not None:
                    take(
                        f"emission/{name}",
                        item.buy.emission_factor,
                        f"tCO2e/{unit}",
                        f"{where} > buy > emission_factor",
                        name,
                    )
                    take(f"price/{name}/buy", item.buy.price, f"{money}/{unit}", f"{where} > buy > price", name)
                if item.sell is not None:
                    take(
                        f"price/{name}/sell",
                        item.sell.price,
                        f"{money}/{unit}",
                        f"{where} > sell > price",
                        name,
                    )
            case _:
                pass
    for name, contract in park.contracts.items():
        if isinstance(contract, Tariff):
            take(f"price/{name}", contract.energy, f"{money}/MWh", f"contracts > {name} > energy", name)
        elif isinstance(contract, FeedIn):
            take(f"price/{name}", contract.price, f"{money}/MWh", f"contracts > {name} > price", name)
    return constants, factor_of
