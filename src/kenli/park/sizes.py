"""Sizes and money: capacities that exist or may be built, what they cost, whole units, on and off."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import core_schema

from kenli.core.units import CURRENCIES
from kenli.park.fields import (
    Amount,
    Hours,
    Model,
    MoneyPerAmount,
    MoneyPerRate,
    Number,
    Rate,
    Share,
    ShortForm,
    Unit,
    Years,
)

_UNLIMITED = "unlimited"

_MONEY = re.compile(rf"\b({'|'.join((*CURRENCIES, 'RMB', 'yuan'))})\b|[¥€]")


class OrUnlimited:
    """Says in the JSON Schema that `max` may be `unlimited`, which the size as a whole reads."""

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"const": _UNLIMITED}, handler(schema)]}


def _read_size(value: Any) -> Any:
    """Read the short forms: `50 MW` exists and cannot grow, `unlimited` needs no size at all."""
    if value == _UNLIMITED:
        return {"unlimited": True}
    if isinstance(value, str | int | float):
        return {"existing": value}
    if isinstance(value, dict) and value.get("max") == _UNLIMITED:
        rest = {key: inner for key, inner in value.items() if key != "max"}
        return {"expandable": True, **rest}
    return value


class SizeLimits(Model):
    """Shared checks of a size that exists, may be built, or has no limit."""

    existing: float = 0.0
    """What stands already; only its fixed operation is paid for."""
    min: float | None = None
    """Least total size, what exists included."""
    max: float | None = None
    """Largest total size, what exists included; `unlimited` for none."""
    unit_size: float | None = None
    """Size of one unit."""
    unlimited: bool = False
    """No limit and no cost of size, such as a fuel market; written `capacity: unlimited`."""
    expandable: bool | None = None
    """Whether more may be built; default: yes as soon as `min` or `max` is given."""
    whole_units: bool = False
    """Build whole units of `unit_size` only (makes the program a mixed-integer one)."""

    @model_validator(mode="after")
    def _check(self) -> SizeLimits:
        low, high, unit = self.bounds()
        existing = self.base()
        if high is not None and low is not None and low > high:
            raise ValueError(f"min ({low:g}) is above max ({high:g}); lower min or raise max")
        if high is not None and existing > high:
            raise ValueError(f"existing ({existing:g}) is above max ({high:g}); max counts what exists too")
        if self.whole_units and not unit:
            raise ValueError("whole_units needs the size of one unit; write unit_size, above zero")
        if self.unlimited and (existing or low is not None or high is not None):
            raise ValueError("unlimited contradicts existing, min and max; drop one of them")
        if self.expandable is False and (high is not None or (low is not None and low > existing)):
            raise ValueError("expandable: false contradicts min or max; drop one of them")
        return self

    def base(self) -> float:
        """Return what exists before the plan."""
        return self.existing

    def bounds(self) -> tuple[float | None, float | None, float | None]:
        """Return (min, max, unit_size)."""
        return self.min, self.max, self.unit_size

    @property
    def can_grow(self) -> bool:
        """Return whether the plan may build more."""
        if self.unlimited:
            return False
        low, high, _ = self.bounds()
        if self.expandable is not None:
            return self.expandable
        return low is not None or high is not None

    @property
    def range(self) -> tuple[float, float]:
        """Return the least and largest total size."""
        low, high, _ = self.bounds()
        if not self.can_grow:
            return self.base(), math.inf if self.unlimited else self.base()
        return max(low or 0.0, self.base()), math.inf if high is None else high


class CapacitySize(SizeLimits):
    """A power: MW of an energy carrier or t/h of a material one."""

    existing: Rate = 0.0
    """What stands already; only its fixed operation is paid for."""
    min: Rate | None = None
    """Least total size, what exists included."""
    max: Annotated[Rate | None, OrUnlimited()] = None
    """Largest total size, what exists included; `unlimited` for none."""
    unit_size: Rate | None = None
    """Size of one unit (turbine, module), for `whole_units` and for on/off operation."""


class ContentSize(SizeLimits):
    """A content of a storage: MWh of an energy carrier or t of a material one."""

    existing: Amount = 0.0
    """What stands already; only its fixed operation is paid for."""
    min: Amount | None = None
    """Least total size, what exists included."""
    max: Annotated[Amount | None, OrUnlimited()] = None
    """Largest total size, what exists included; `unlimited` for none."""
    unit_size: Amount | None = None
    """Size of one unit, for `whole_units`."""


_SHORT_SIZE = {"type": ["string", "number"], "examples": ["50 MW", _UNLIMITED]}

Capacity = Annotated[CapacitySize, ShortForm(_read_size, {**_SHORT_SIZE, "x-unit": "MW or t/h"})]
EnergyCapacity = Annotated[ContentSize, ShortForm(_read_size, {**_SHORT_SIZE, "x-unit": "MWh or t"})]


class _CostBase(Model):
    """How fixed operation and maintenance is given: a share of capex, or money."""

    fixed_om_basis: Literal["share", "money"] | None = None
    """How `fixed_om` was given; filled in by the reader."""

    @model_validator(mode="before")
    @classmethod
    def _basis(cls, data: Any) -> Any:
        if isinstance(data, dict) and "fixed_om" in data and "fixed_om_basis" not in data:
            money = bool(_MONEY.search(str(data["fixed_om"])))
            return {**data, "fixed_om_basis": "money" if money else "share"}
        return data


class Costs(_CostBase):
    """What a component costs; whatever is left out comes from the cost set by `technology`."""

    capex: Annotated[MoneyPerRate, Field(ge=0.0)] | None = None
    """Overnight investment per unit of capacity."""
    fixed_om: Annotated[float, Unit("1/yr", "{currency}/MW/yr", "{currency}/(t/h)/yr"), Field(ge=0.0)] | None = None
    """Fixed operation and maintenance a year: a share of capex (`2 %/yr`) or money per capacity."""
    variable_om: MoneyPerAmount | None = None
    """Operation and maintenance per unit of output."""
    lifetime: Years | None = None
    """Economic lifetime."""
    discount_rate: Annotated[Number, Field(ge=0.0, lt=1.0)] | None = None
    """Own discount rate; default is the park's."""


class EnergyCosts(_CostBase):
    """Cost of a storage's content."""

    capex: Annotated[MoneyPerAmount, Field(ge=0.0)] | None = None
    """Overnight investment per unit of content."""
    fixed_om: Annotated[float, Unit("1/yr", "{currency}/MWh/yr", "{currency}/t/yr"), Field(ge=0.0)] | None = None
    """Fixed operation and maintenance a year: a share of capex or money per content."""
    lifetime: Years | None = None
    """Economic lifetime."""
    discount_rate: Annotated[Number, Field(ge=0.0, lt=1.0)] | None = None
    """Own discount rate; default is the park's."""


class OnOff(Model):
    """On/off operation of a converter (makes the program a mixed-integer one)."""

    min_load: Share = 0.0
    """Least output of a running unit, as a share of its size."""
    start_cost: MoneyPerRate = 0.0
    """Money per start and per unit of capacity started."""
    min_up: Hours = 0.0
    """Least time on after a start."""
    min_down: Hours = 0.0
    """Least time off after a stop."""


class Ramp(Model):
    """Limits of change between two steps."""

    up: Annotated[float, Unit("1/h"), Field(gt=0.0)] | None = None
    """Largest rise per hour as a share of capacity, such as `50 %/h`."""
    down: Annotated[float, Unit("1/h"), Field(gt=0.0)] | None = None
    """Largest fall per hour as a share of capacity."""
