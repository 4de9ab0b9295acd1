"""A retail tariff: energy by time of use or spot, network and other adders, demand or capacity charge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kenli.park.fields import Model, MoneyPerAmount, Unit
from kenli.park.labels import Label, LabelText
from kenli.park.profile import Price

MoneyPerRateMonth = Annotated[float, Unit("{currency}/MW/month"), Field(ge=0.0)]


class DemandCharge(Model):
    """A monthly charge for power."""

    price: MoneyPerRateMonth
    """Money per MW and month, such as `38 CNY/kW/month`."""
    basis: Literal["monthly_peak", "annual_peak", "contracted"] = "monthly_peak"
    """What is charged: the highest mean power of each month, that of the year in each month, or the
    capacity of the connection."""


class Tariff(Model):
    """What energy from the public network costs."""

    kind: Literal["tariff"]
    """`tariff`."""
    grid: str
    """Grid component that it prices."""
    label: Label = LabelText()
    """Name for people."""
    energy: Price
    """Price of the energy: constant, spot series, or time-of-use periods."""
    adders: dict[str, MoneyPerAmount] = Field(default_factory=dict)
    """Flat additions that do not float with the periods: network, system operation, funds."""
    demand_charge: DemandCharge | None = None
    """Charge for power."""
    note: str = ""
    """Source and assumptions."""
