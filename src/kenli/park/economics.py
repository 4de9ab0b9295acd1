"""What a size costs: the park file first, the cost set for the rest, and who said which number."""

from __future__ import annotations

from dataclasses import dataclass

from kenli.core.errors import InputError, Problem
from kenli.core.factors import Register, TechnologyCosts
from kenli.core.finance import annuity
from kenli.park.components.base import ComponentBase
from kenli.park.components.connection import Connection
from kenli.park.park import Park
from kenli.park.sizes import Costs, EnergyCosts, SizeLimits


@dataclass(frozen=True, slots=True)
class Economics:
    """Money of one size of one component, per MW or t/h (per MWh or t for a content).

    Attributes:
        capex: overnight investment [currency per unit].
        fixed_om: fixed operation and maintenance [currency per unit and year].
        variable_om: operation and maintenance [currency per MWh or t of output].
        lifetime: economic lifetime [yr].
        rate: discount rate.
        annuity: yearly cost of the investment [currency per unit and year].
        factors: ids of the register's rows that were used.
    """

    capex: float = 0.0
    fixed_om: float = 0.0
    variable_om: float = 0.0
    lifetime: float = 1.0
    rate: float = 0.0
    annuity: float = 0.0
    factors: tuple[str, ...] = ()


FREE = Economics()


class CostReader:
    """Looks costs up for one park; exchange rates come from the register and are recorded."""

    def __init__(self, park: Park, register: Register) -> None:
        self.park = park
        self.register = register

    def technology(self, name: str, component: ComponentBase) -> TechnologyCosts | None:
        """Return the cost rows of a component's technology, or None if it names none."""
        if component.technology is None:
            return None
        where = f"components > {name} > technology"
        cost_set = self.park.finance.cost_set
        if cost_set is None:
            raise InputError(
                Problem(
                    where,
                    "a technology needs a cost set to look its costs up in",
                    f"write finance > cost_set, one of {', '.join(self.register.cost_sets())}",
                    code="cost-set",
                )
            )
        return self.register.technology(cost_set, component.technology, self.park.finance.cost_year, where=where)

    def power(self, name: str, component: ComponentBase, costs: Costs, size: SizeLimits) -> Economics:
        """Return the money of a power (or throughput) size."""
        technology = self.technology(name, component)
        used: list[str] = []
        capex = costs.capex
        if capex is None and technology is not None and technology.capex is not None:
            capex = technology.capex * self._exchange(technology, used) * self._length(name, component, technology)
            used.append(technology.factor_ids["capex"])
        return self._economics(name, costs, size, technology, capex, "", used)

    def energy(self, name: str, component: ComponentBase, costs: EnergyCosts, size: SizeLimits) -> Economics:
        """Return the money of a content size."""
        technology = self.technology(name, component)
        used: list[str] = []
        capex = costs.capex
        if capex is None and technology is not None and technology.capex_energy is not None:
            capex = technology.capex_energy * self._exchange(technology, used)
            used.append(technology.factor_ids["capex_energy"])
        return self._economics(name, costs, size, technology, capex, "_energy", used)

    def _economics(
        self,
        name: str,
        costs: Costs | EnergyCosts,
        size: SizeLimits,
        technology: TechnologyCosts | None,
        capex: float | None,
        suffix: str,
        used: list[str],
    ) -> Economics:
        rate = self.park.finance.discount_rate if costs.discount_rate is None else costs.discount_rate
        if capex is None:
            if size.can_grow and not self._power_is_free(technology, suffix):
                raise InputError(_no_capex(name, suffix, technology))
            capex = 0.0
        lifetime = costs.lifetime
        if lifetime is None and technology is not None:
            field = f"lifetime{suffix}"
            lifetime = getattr(technology, field)
            used += _ids(technology, field, "lifetime") if lifetime is not None else []
        if lifetime is None and capex > 0.0 and size.can_grow:
            raise InputError(
                Problem(
                    f"components > {name} > costs",
                    "an investment needs a lifetime to spread it over",
                    "write lifetime, such as `lifetime: 25 yr`, or a technology whose rows have one",
                    code="cost-unknown",
                )
            )
        fixed = self._fixed(costs, technology, capex, suffix, used)
        variable = 0.0
        if isinstance(costs, Costs):
            if costs.variable_om is not None:
                variable = costs.variable_om
            elif technology is not None and technology.variable_om is not None:
                variable = technology.variable_om * self._exchange(technology, used)
                used += _ids(technology, "variable_om")
        years = lifetime if lifetime is not None else 1.0
        yearly = annuity(capex, rate, years) if capex else 0.0
        return Economics(capex, fixed, variable, years, rate, float(yearly), tuple(dict.fromkeys(used)))

    def _fixed(
        self,
        costs: Costs | EnergyCosts,
        technology: TechnologyCosts | None,
        capex: float,
        suffix: str,
        used: list[str],
    ) -> float:
        if costs.fixed_om is not None:
            return costs.fixed_om if costs.fixed_om_basis == "money" else costs.fixed_om * capex
        share = getattr(technology, f"fixed_om{suffix}") if technology is not None else None
        if share is None or technology is None:
            return 0.0
        used += _ids(technology, f"fixed_om{suffix}", "fixed_om")
        return float(share) * capex

    @staticmethod
    def _power_is_free(technology: TechnologyCosts | None, suffix: str) -> bool:
        """A technology whose set prices only the other half of a storage leaves this half free."""
        if technology is None:
            return False
        other = technology.capex if suffix else technology.capex_energy
        return other is not None

    def _exchange(self, technology: TechnologyCosts, used: list[str]) -> float:
        own, theirs = self.park.park.currency, technology.currency
        if not theirs or own == theirs:
            return 1.0
        identifier = f"fx/{theirs.lower()}-{own.lower()}"
        rate = self.register.value(
            identifier, f"{own}/{theirs}", where=f"finance > cost_set ({technology.cost_set} is in {theirs})"
        )
        used.append(identifier)
        return rate

    @staticmethod
    def _length(name: str, component: ComponentBase, technology: TechnologyCosts) -> float:
        if "km" not in technology.capacity_unit:
            return 1.0
        if isinstance(component, Connection) and component.length is not None:
            return component.length
        raise InputError(
            Problem(
                f"components > {name}",
                f"the investment of '{technology.name}' is given per {technology.capacity_unit}",
                "write the length, such as `length: 12 km`",
                code="cost-unknown",
            )
        )


def _ids(technology: TechnologyCosts, *fields: str) -> list[str]:
    ids = technology.factor_ids
    return [ids[field] for field in fields if field in ids][:1]


def _no_capex(name: str, suffix: str, technology: TechnologyCosts | None) -> Problem:
    part = "energy > capex" if suffix else "capex"
    what = "it may be built, but nothing says what it costs"
    if technology is not None:
        what = f"it may be built, but '{technology.name}' has no {part} in '{technology.cost_set}'"
    return Problem(
        f"components > {name}",
        what,
        f"name a technology of the cost set, or write costs > {part} (0 if it is free: a zero must be said)",
        code="cost-unknown",
    )
