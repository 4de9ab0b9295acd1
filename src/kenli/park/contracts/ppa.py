"""A power purchase agreement: a source owned by others whose energy the park pays for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kenli.park.fields import Model, MoneyPerAmount, Unit
from kenli.park.labels import Label, LabelText


class PowerPurchase(Model):
    """Pays the owner of a source per unit; the source itself then carries no investment."""

    kind: Literal["ppa"]
    """`ppa`."""
    source: str
    """Source component that the agreement covers."""
    label: Label = LabelText()
    """Name for people."""
    price: MoneyPerAmount
    """Money per unit."""
    pays_for: Literal["taken", "available"] = "taken"
    """Whether curtailed energy is paid for too (take or pay)."""
    annual_min: Annotated[float, Unit("MWh/yr", "MWh"), Field(ge=0.0)] | None = None
    """Least amount taken a year."""
    annual_max: Annotated[float, Unit("MWh/yr", "MWh"), Field(ge=0.0)] | None = None
    """Largest amount taken a year."""
    note: str = ""
    """Source and assumptions."""
