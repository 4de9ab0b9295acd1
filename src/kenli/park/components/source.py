"""A source: gives a carrier to a bus, as far as its availability allows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kenli.park.components.base import ComponentBase
from kenli.park.fields import MoneyPerAmount, Number
from kenli.park.profile import Availability, EmissionValue
from kenli.park.sizes import Capacity, Costs


class Source(ComponentBase):
    """Gives a carrier to a bus: wind, sun, a well, a spring of waste heat.

    The flow lies between zero and `availability x capacity`; what is available and not taken is
    curtailed. With `must_run` the flow equals it.
    """

    kind: Literal["source"]
    """`source`."""
    out: str
    """Bus that receives the flow."""
    capacity: Capacity
    """Size: `50 MW` exists, `{max: 1.2 GW}` may be built, `unlimited` has none."""
    availability: Availability = 1.0
    """Share of the capacity that is available in each step."""
    must_run: bool = False
    """Whether the whole available flow must be taken."""
    variable_cost: MoneyPerAmount = 0.0
    """Money per unit taken, beside variable operation and maintenance (fuel, royalty)."""
    costs: Costs = Costs()
    """Investment and operation; the rest comes from the cost set."""
    clean: bool = True
    """Whether its energy counts as clean (non-fossil)."""
    emission_factor: EmissionValue = 0.0
    """Direct emission per unit of output."""
    annual_max: Annotated[Number, Field(gt=0.0)] | None = None
    """Largest number of full-load hours a year."""

    def buses(self) -> list[str]:
        """Return the bus of the flow."""
        return [self.out]
