"""Green direct connection: sources tied to the park by a line of its own, and the network charge for it.

NDRC price rule 1192 (2025) charges projects of nearby consumption by connected capacity:
`energy price of transmission x average load factor x 730 h x connected capacity` a month (scheme 1), or,
for users of high reliability, leaves the two-part tariff in place and charges the energy price of
transmission on all consumption, self-supplied energy included (scheme 2).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kenli.park.fields import Model, MoneyPerAmount, Share, Unit
from kenli.park.labels import Label, LabelText


class NetworkCharge(Model):
    """The network charge of rule 1192."""

    scheme: Literal[1, 2]
    """1: by connected capacity and average load factor; 2: energy price on all consumption."""
    energy_price: MoneyPerAmount
    """Energy price of transmission and distribution at the park's voltage."""
    load_factor: Share | None = None
    """Average load factor of two-part industrial users at 110 kV and above; for scheme 1."""

    @model_validator(mode="after")
    def _check(self) -> NetworkCharge:
        if self.scheme == 1 and self.load_factor is None:
            raise ValueError("scheme 1 needs load_factor; write the average that the grid company publishes")
        return self


class DirectLine(Model):
    """Ties sources to the park; their energy counts as directly supplied."""

    kind: Literal["direct_line"]
    """`direct_line`."""
    sources: list[str] = Field(min_length=1)
    """Source components on the direct line, or behind the park's meter."""
    grid: str | None = None
    """Grid connection that stands behind it; none for an off-grid park."""
    label: Label = LabelText()
    """Name for people."""
    network_charge: NetworkCharge | None = None
    """Charge under rule 1192; none if the park is off-grid."""
    voltage: Annotated[float, Unit("kV"), Field(gt=0.0)] | None = None
    """Voltage of the line."""
    note: str = ""
    """Source and assumptions."""

    @model_validator(mode="after")
    def _check(self) -> DirectLine:
        if self.network_charge is not None and self.grid is None:
            raise ValueError("network_charge needs the connection that is charged; write grid")
        return self
