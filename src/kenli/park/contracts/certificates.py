"""Green certificates bought beside the energy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kenli.park.fields import Model, MoneyPerAmount, Unit
from kenli.park.labels import Label, LabelText


class CertificatePurchase(Model):
    """Buys certificates; they count in the annual clean share, never in the hourly or direct one."""

    kind: Literal["certificates"]
    """`certificates`."""
    label: Label = LabelText()
    """Name for people."""
    price: MoneyPerAmount
    """Money per certificate of 1 MWh."""
    annual_max: Annotated[float, Unit("MWh/yr", "MWh"), Field(ge=0.0)] | None = None
    """Largest amount a year."""
    note: str = ""
    """Source and assumptions."""
