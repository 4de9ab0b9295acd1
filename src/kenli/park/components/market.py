"""A market: buys and sells a carrier at a price, within limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kenli.park.components.base import ComponentBase
from kenli.park.fields import Model, Rate, Unit
from kenli.park.profile import EmissionValue, Price

Annual = Annotated[float, Unit("MWh/yr", "MWh", "t/yr", "t"), Field(ge=0.0)]


class Purchase(Model):
    """What the park can buy."""

    price: Price
    """Money per unit."""
    max: Rate | None = None
    """Largest flow."""
    annual_max: Annual | None = None
    """Largest amount a year."""
    emission_factor: EmissionValue
    """Emission per unit bought; of a fuel, its combustion."""
    scope: Literal[1, 2, 3] = 1
    """Scope of the emission: 1 for fuel burnt on site, 2 for purchased heat and power."""
    clean: bool = False
    """Whether it counts as clean energy (green hydrogen, biomass by its rule)."""


class Sale(Model):
    """What the park can sell."""

    price: Price
    """Money per unit."""
    max: Rate | None = None
    """Largest flow."""
    annual_max: Annual | None = None
    """Largest amount a year."""


class Market(ComponentBase):
    """Buys and sells a carrier: natural gas, hydrogen, steam, captured CO2."""

    kind: Literal["market"]
    """`market`."""
    bus: str
    """Bus that the market serves."""
    buy: Purchase | None = None
    """What the park can buy."""
    sell: Sale | None = None
    """What the park can sell."""

    @model_validator(mode="after")
    def _check(self) -> Market:
        if self.buy is None and self.sell is None:
            raise ValueError("a market that neither buys nor sells; write buy, sell or both")
        return self

    def buses(self) -> list[str]:
        """Return the bus."""
        return [self.bus]
