"""Costs of one technology, gathered from the rows `cost/<set>/<technology>/<field>`."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Final, NamedTuple

from kenli.core import units
from kenli.core.errors import InputError, Problem
from kenli.core.factors.factor import Confidence, Factor, least_sure
from kenli.core.factors.read import currency_of

CostIndex = Mapping[str, Mapping[str, Mapping[str, Factor]]]
"""set -> technology -> field -> row."""

# Word of the id -> (attribute, canonical unit). Capital expenditure has several bases, see below.
_PLAIN: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "fixed-om": ("fixed_om", "1/year"),
    "fixed-om-energy": ("fixed_om_energy", "1/year"),
    "lifetime": ("lifetime", "year"),
    "lifetime-energy": ("lifetime_energy", "year"),
    "efficiency": ("efficiency", ""),
    "standing-loss": ("standing_loss", "1/h"),
})  # fmt: skip

_CAPACITY_UNITS: Final = ("MW", "t/h", "MW*km", "t/h*km", "m**2", "m**3/h", "piece")
_ENERGY_UNITS: Final = ("MWh", "t")
_OUTPUT_UNITS: Final = ("MWh", "t", "m**3")


class Quantity(NamedTuple):
    """A number with its unit."""

    value: float
    unit: str


class Description(NamedTuple):
    """What a technology is called and what its capacity and efficiency refer to."""

    name_en: str
    name_zh: str
    capacity_basis: str
    energy_basis: str
    efficiency_basis: str


@dataclass(frozen=True, slots=True)
class TechnologyCosts:
    """What one technology costs in one year; None where the set has no figure.

    Attributes:
        name: technology, such as `onshore-wind`.
        cost_set: set, such as `china-2025`.
        year: the year that was asked for.
        name_en: English name.
        name_zh: Chinese name.
        currency: currency of all money here.
        currency_year: year of that money; None if the set does not say.
        capacity_unit: unit of capacity that `capex` is per: `MW`, `t/h`, `MW*km`, `t/h*km`, `m**2`,
            `m**3/h` or `piece`; empty where the set has no such row.
        capacity_basis: what that capacity is measured on, such as "electric output".
        energy_unit: unit of content that `capex_energy` is per: `MWh` or `t`; empty if there is none.
        energy_basis: what that content is measured on.
        capex: overnight investment per unit of capacity [currency/capacity_unit].
        capex_energy: overnight investment per unit of storage content [currency/energy_unit].
        fixed_om: fixed operation and maintenance as a share of `capex` a year [1/yr].
        fixed_om_energy: the same for `capex_energy` [1/yr]; equals `fixed_om` where there is no power part.
        variable_om: cost of operation [currency/MWh] of the output (or /t where the capacity is t/h).
        lifetime: of the power part or the whole [yr].
        lifetime_energy: of the storage content [yr]; equals `lifetime` where there is no power part.
        efficiency: as `efficiency_basis` says [1].
        efficiency_basis: what the efficiency is, such as "one way (charging = discharging)".
        standing_loss: share of the content that is lost in an hour [1/h].
        other: further figures of the set by name in their own units, such as `electricity-input`.
        rows: the factor rows behind the fields, as they stand in `year`; an exchange rate that was
            needed is `rows["exchange_rate"]`.
        notes: how the rows were brought to `year`, and what is doubtful, each sentence once.
    """

    name: str
    cost_set: str
    year: int
    name_en: str
    name_zh: str
    currency: str
    currency_year: int | None
    capacity_unit: str
    capacity_basis: str
    energy_unit: str
    energy_basis: str
    capex: float | None
    capex_energy: float | None
    fixed_om: float | None
    fixed_om_energy: float | None
    variable_om: float | None
    lifetime: float | None
    lifetime_energy: float | None
    efficiency: float | None
    efficiency_basis: str
    standing_loss: float | None
    other: Mapping[str, Quantity]
    rows: Mapping[str, Factor]
    notes: tuple[str, ...]

    @property
    def factor_ids(self) -> dict[str, str]:
        """Id of the row behind each field, for the list of factors in a report."""
        return {field: row.id for field, row in self.rows.items()}

    @property
    def confidence(self) -> Confidence:
        """The weakest confidence of the rows that are used."""
        return least_sure(*(row.confidence for row in self.rows.values()))

    def need(self, field: str, *, where: str = "technology") -> float:
        """Return a field that must be known.

        Args:
            field: name of a numeric attribute, such as `capex` or `lifetime`.
            where: place of the reference for the message.

        Raises:
            InputError: the set has no figure.
        """
        value: float | None = getattr(self, field)
        if value is None:
            what = f"the cost set '{self.cost_set}' has no {field} for '{self.name}' ({self.name_zh})"
            fix = f"give '{field}' at the component, or choose another cost set"
            note = self.rows[field].note if field in self.rows else ""
            raise InputError(Problem(where, what, f"{fix}; {note}" if note else fix, code="cost-unknown"))
        return value


def cost_index(factors: Iterable[Factor]) -> CostIndex:
    """Sort the rows `cost/<set>/<technology>/<field>` by set, technology and field."""
    index: dict[str, dict[str, dict[str, Factor]]] = {}
    for factor in factors:
        match factor.id.split("/"):
            case ["cost", cost_set, technology, field]:
                index.setdefault(cost_set, {}).setdefault(technology, {})[field] = factor
            case _:
                pass
    return index


def build_technology(
    cost_set: str,
    technology: str,
    year: int,
    technologies: Mapping[str, Mapping[str, Factor]],
    factors: Mapping[str, Factor],
) -> TechnologyCosts:
    """Gather one technology; the caller has checked that it exists.

    Args:
        cost_set: name of the set.
        technology: name of the technology.
        year: calendar year of building.
        technologies: rows of the set by technology and field.
        factors: all rows by id (for the set's money year and exchange rates).

    Raises:
        InputError: a row's unit does not fit its field, or the rows mix currencies.
    """
    rows = {field: row.at(year) for field, row in technologies[technology].items()}
    description = descriptions().get(technology, Description(technology, technology, "", "", ""))
    currency = _one_currency(cost_set, technology, rows.values())
    values: dict[str, float | None] = {}
    named: dict[str, Factor] = {}
    other: dict[str, Quantity] = {}
    capacity_unit, energy_unit = "", ""
    for field, row in rows.items():
        if field == "capex":
            values["capex"], capacity_unit = _per(row, currency, _CAPACITY_UNITS)
            named["capex"] = row
        elif field == "capex-energy":
            values["capex_energy"], energy_unit = _per(row, currency, _ENERGY_UNITS)
            named["capex_energy"] = row
        elif field == "variable-om":
            values["variable_om"], _ = _per(row, currency, _OUTPUT_UNITS)
            named["variable_om"] = row
        elif field in _PLAIN:
            attribute, unit = _PLAIN[field]
            values[attribute] = None if row.value is None else _convert(row, unit)
            named[attribute] = row
        else:
            named[field] = row
            if row.value is not None:
                other[field] = Quantity(row.value, row.unit)
    if "capex_energy" in values and "capex" not in values:
        # A store without a power part: its one upkeep and life are those of the content.
        values.setdefault("fixed_om_energy", values.get("fixed_om"))
        values.setdefault("lifetime_energy", values.get("lifetime"))
    for row in rows.values():
        if row.converted_by:
            named["exchange_rate"] = factors[row.converted_by]
    money_year = factors.get(f"cost/{cost_set}/currency-year")
    return TechnologyCosts(
        name=technology,
        cost_set=cost_set,
        year=year,
        name_en=description.name_en,
        name_zh=description.name_zh,
        currency=currency,
        currency_year=None if money_year is None or money_year.value is None else int(money_year.value),
        capacity_unit=capacity_unit,
        capacity_basis=description.capacity_basis,
        energy_unit=energy_unit,
        energy_basis=description.energy_basis,
        capex=values.get("capex"),
        capex_energy=values.get("capex_energy"),
        fixed_om=values.get("fixed_om"),
        fixed_om_energy=values.get("fixed_om_energy"),
        variable_om=values.get("variable_om"),
        lifetime=values.get("lifetime"),
        lifetime_energy=values.get("lifetime_energy"),
        efficiency=values.get("efficiency"),
        efficiency_basis=description.efficiency_basis,
        standing_loss=values.get("standing_loss"),
        other=MappingProxyType(other),
        rows=MappingProxyType(named),
        notes=tuple(dict.fromkeys(f"{field}: {row.note}" for field, row in named.items() if row.note)),
    )


@functools.cache
def descriptions() -> Mapping[str, Description]:
    """Return what the shipped technologies are called and measured on."""
    file = resources.files("kenli.core.factors") / "technologies.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    return MappingProxyType({row.pop("technology"): Description(**row) for row in csv.DictReader(lines)})


def _one_currency(cost_set: str, technology: str, rows: Iterable[Factor]) -> str:
    found = sorted({currency_of(row.unit) for row in rows} - {""})
    if len(found) > 1:
        what = f"the rows of '{technology}' in '{cost_set}' mix {' and '.join(found)}"
        raise InputError(Problem(f"cost/{cost_set}/{technology}", what, "use one currency a set", code="currency"))
    return found[0] if found else ""


def _per(row: Factor, currency: str, bases: tuple[str, ...]) -> tuple[float | None, str]:
    """Return money per the first basis that the row's unit fits, and the basis."""
    for basis in bases:
        try:
            factor = units.convert(1.0, row.unit, f"{currency}/({basis})")
        except ValueError:
            continue
        return (None if row.value is None else row.value * factor), basis
    raise InputError(Problem(
        row.id, f"'{row.unit}' is not money per {', '.join(bases)}", f"write one such as 'CNY/{bases[0]}'",
        code="factor-unit",
    ))  # fmt: skip


def _convert(row: Factor, unit: str) -> float:
    assert row.value is not None
    try:
        return units.convert(row.value, row.unit, unit)
    except ValueError as error:
        problem = Problem(row.id, str(error), f"write it in a unit of the kind '{unit or '%'}'", code="factor-unit")
        raise InputError(problem) from None
