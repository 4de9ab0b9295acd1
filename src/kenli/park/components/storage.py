"""A storage of any carrier: a content that carries over from step to step."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from kenli.core import units
from kenli.core.errors import InputError
from kenli.park.components.base import ComponentBase
from kenli.park.fields import Hours, Model, MoneyPerAmount, Number, Share, ShortForm, Unit
from kenli.park.sizes import Capacity, CapacitySize, Costs, EnergyCapacity, EnergyCosts

Efficiency = Annotated[float, Unit(""), Field(gt=0.0, le=1.0)]


class StorageEfficiency(Model):
    """Losses of going in and out."""

    charge: Efficiency = 1.0
    """Content gained per unit taken from the bus."""
    discharge: Efficiency = 1.0
    """Unit given to the bus per content lost."""


class Level(Model):
    """Limits and ends of the content, as shares of the size."""

    min: Share = 0.0
    """Least content."""
    max: Share = 1.0
    """Largest content."""
    initial: Share | None = None
    """Content at the start; default: free, and equal to the content at the end."""
    final: Share | None = None
    """Least content at the end when `initial` is given; default: `initial`."""

    @model_validator(mode="after")
    def _order(self) -> Level:
        if self.min > self.max:
            raise ValueError(f"min ({self.min:g}) is above max ({self.max:g}); lower min or raise max")
        for name, value in (("initial", self.initial), ("final", self.final)):
            if value is not None and not self.min <= value <= self.max:
                what = f"{name} ({value:g}) lies outside min..max ({self.min:g}..{self.max:g})"
                raise ValueError(f"{what}; choose a content between the two")
        if self.final is not None and self.initial is None:
            raise ValueError("final has no meaning without initial, since the content is cyclic; write initial too")
        return self


class DurationRange(Model):
    """Hours of full discharge that a full storage lasts."""

    min: Hours = 0.0
    """Least content per power."""
    max: Hours | None = None
    """Largest content per power."""

    @model_validator(mode="after")
    def _order(self) -> DurationRange:
        if self.max is not None and self.min > self.max:
            raise ValueError(f"min ({self.min:g} h) is above max ({self.max:g} h); lower min or raise max")
        return self


def _fixed_duration(value: Any) -> Any:
    return {"min": value, "max": value} if isinstance(value, str | int | float) else value


def _round_trip(value: Any) -> Any:
    """Read one number as the round trip, split evenly."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return value
    try:
        number = units.parse(value, "")
    except InputError:
        number = 0.0
    if number > 0.0:
        return {"charge": number**0.5, "discharge": number**0.5}
    return {"charge": value, "discharge": value}  # the fields say what is wrong with it


class StorageCosts(Model):
    """Costs of a storage: of its content, its power, and per unit discharged."""

    energy: EnergyCosts = EnergyCosts()
    """Per unit of content."""
    power: Costs = Costs()
    """Per unit of discharge power; its `variable_om` is per unit discharged."""


class Storage(ComponentBase):
    """Keeps a carrier for later: battery, hot water, hydrogen tank, pumped hydro, CO2 tank.

    `level[t+1] = level[t] * (1 - standing_loss)^h + charge * eff_in * h - discharge / eff_out * h`.
    Without `level.initial` the content at the end equals that at the start.
    """

    kind: Literal["storage"]
    """`storage`."""
    bus: str
    """Bus it takes from and gives to."""
    energy: EnergyCapacity
    """Size of the content."""
    power: Capacity = CapacitySize(unlimited=True)
    """Size of charge and discharge (each), measured at the bus."""
    charge_power: Capacity | None = None
    """Own size of the charging side; default: as `power`."""
    duration: Annotated[DurationRange, ShortForm(_fixed_duration, {"type": "string", "x-unit": "h"})] | None = None
    """Content per discharge power: `4 h`, or `{min: 2 h, max: 8 h}`."""
    efficiency: Annotated[StorageEfficiency, ShortForm(_round_trip, {"type": ["string", "number"]})] | None = None
    """`{charge: 96 %, discharge: 96 %}`, or one number for the round trip."""
    standing_loss: Annotated[float, Unit("1/h"), Field(ge=0.0, lt=1.0)] | None = None
    """Content lost per hour, such as `0.0077 %/h`."""
    level: Level = Level()
    """Limits and ends of the content."""
    cycles: Annotated[Number, Field(gt=0.0)] | None = None
    """Largest number of full discharges a year."""
    variable_cost: MoneyPerAmount = 0.0
    """Money per unit discharged, beside variable operation and maintenance (wear)."""
    costs: StorageCosts = StorageCosts()
    """Investment and operation; the rest comes from the cost set."""

    @model_validator(mode="after")
    def _check(self) -> Storage:
        if self.duration is not None and self.power.unlimited:
            raise ValueError("duration has no meaning without a power; write `power: {max: ...}`")
        if self.energy.unlimited:
            raise ValueError("the content has no size; write `energy: {max: unlimited}` to let the plan choose")
        return self

    def buses(self) -> list[str]:
        """Return the bus."""
        return [self.bus]
