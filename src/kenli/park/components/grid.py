"""A grid connection: where a park meets the public network, both ways."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kenli.park.components.base import ComponentBase
from kenli.park.fields import Share, Unit
from kenli.park.profile import Availability, EmissionValue
from kenli.park.sizes import Capacity, CapacitySize, Costs


class Grid(ComponentBase):
    """Connects a bus to the public network; prices come from contracts that name it."""

    kind: Literal["grid"]
    """`grid`."""
    bus: str
    """Bus on the park's side."""
    imports: Capacity = Field(alias="import")
    """Size of the intake (the contracted or connected capacity)."""
    exports: Capacity = Field(default=CapacitySize(existing=0.0), alias="export")
    """Size of the feed-in; default: none."""
    availability: Availability = 1.0
    """Share of the intake that is available (planned outages)."""
    emission_factor: EmissionValue
    """Emission per unit taken, such as `{factor: electricity/cn-shandong-2023}`; scope 2."""
    clean_share: Share = 0.0
    """Share of the intake that counts as clean under the rules that the park reports by."""
    voltage: Annotated[float, Unit("kV"), Field(gt=0.0)] | None = None
    """Voltage level; green direct connection is limited to 220 kV."""
    costs: Costs = Costs()
    """Investment in intake capacity; default: none."""

    def buses(self) -> list[str]:
        """Return the bus."""
        return [self.bus]
