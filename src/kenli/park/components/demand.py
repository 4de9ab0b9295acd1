"""A demand: what must be delivered, when, and how far it may wait."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kenli.park.components.base import ComponentBase
from kenli.park.fields import Hours, Model, MoneyPerAmount, Share, Unit
from kenli.park.profile import Shape


class Shift(Model):
    """How far a demand may move in time without changing its sum."""

    share: Share
    """Share of the demand that may move."""
    within: Hours
    """Length of the windows within which the sum is kept, from local midnight."""
    peak: Annotated[float, Unit(""), Field(ge=1.0)] = 2.0
    """Largest flow of the movable part, as a multiple of its mean in the window."""
    advance: bool = True
    """Whether it may also be served earlier than asked for; otherwise only later."""


class Shortage(Model):
    """What it costs not to deliver; makes the plan feasible where it would not be."""

    cost: Annotated[MoneyPerAmount, Field(gt=0.0)]
    """Money per unit that is not delivered."""
    max_share: Share = 1.0
    """Largest share of the demand that may fail in a step."""


class Demand(ComponentBase):
    """What must be delivered at a bus: a yearly amount with a shape, or a constant power."""

    kind: Literal["demand"]
    """`demand`."""
    bus: str
    """Bus that delivers."""
    annual: Annotated[float, Unit("MWh/yr", "MWh", "t/yr", "t"), Field(ge=0.0)] | None = None
    """Amount of a year, spread by `shape`; `40 GWh/yr` or `718 GWh`."""
    power: Annotated[float, Unit("MW", "t/h"), Field(ge=0.0)] | None = None
    """Mean power, spread by `shape`; with the shape `flat` it is the constant power."""
    series: str | None = None
    """Name of a declared series that is the demand itself, in MW or t/h."""
    shape: Shape = "flat"
    """How `annual` or `power` spreads over the hours."""
    shift: Shift | None = None
    """How far it may move in time."""
    shortage: Shortage | None = None
    """What it costs not to deliver; default: everything must be delivered."""
    product: str = ""
    """What it is used for, such as `coating and drying`; shown in the report."""

    @model_validator(mode="after")
    def _one_amount(self) -> Demand:
        given = [name for name in ("annual", "power", "series") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "nothing"
            raise ValueError(f"the amount is given by {found}; give exactly one of annual, power and series")
        return self

    def buses(self) -> list[str]:
        """Return the bus."""
        return [self.bus]
