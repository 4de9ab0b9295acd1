"""A connection: carries one carrier from a bus to another, with loss and direction."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kenli.park.components.base import ComponentBase
from kenli.park.fields import MoneyPerAmount, Unit
from kenli.park.profile import Availability
from kenli.park.sizes import Capacity, Costs


class Connection(ComponentBase):
    """Carries a carrier from one bus to another: line, pipe, heat exchanger, let-down valve."""

    kind: Literal["connection"]
    """`connection`."""
    from_bus: str = Field(alias="from")
    """Bus it starts at."""
    to_bus: str = Field(alias="to")
    """Bus it ends at."""
    capacity: Capacity
    """Size, measured where the flow enters."""
    direction: Literal["one_way", "both"] = "one_way"
    """Whether the flow may also go back."""
    loss: Annotated[float, Unit(""), Field(ge=0.0, lt=1.0)] = 0.0
    """Share of the entering flow that is lost."""
    availability: Availability = 1.0
    """Share of the capacity that is available in each step."""
    length: Annotated[float, Unit("km"), Field(ge=0.0)] | None = None
    """Length, which multiplies investments that the cost set gives per km."""
    variable_cost: MoneyPerAmount = 0.0
    """Money per unit entering (wheeling charge)."""
    costs: Costs = Costs()
    """Investment and operation; the rest comes from the cost set."""

    @model_validator(mode="after")
    def _check(self) -> Connection:
        if self.from_bus == self.to_bus:
            raise ValueError(f"from and to are the same bus '{self.from_bus}'; name two buses")
        return self

    def buses(self) -> list[str]:
        """Return start, then end."""
        return [self.from_bus, self.to_bus]
