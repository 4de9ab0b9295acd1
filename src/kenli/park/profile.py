"""What may stand where a number may also change over time."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from kenli.park.fields import EmissionFactor, Model, MoneyPerAmount, Number, Share
from kenli.park.resource.degree_days import DegreeDayOptions
from kenli.park.resource.geothermal import GeothermalOptions
from kenli.park.resource.heat_pump import HeatPumpOptions
from kenli.park.resource.pv import PvOptions
from kenli.park.resource.wind import WindOptions
from kenli.park.time_of_use import TimeOfUse


class SeriesRef(Model):
    """A series declared under `series:`."""

    series: str
    """Name of the series."""


class FactorRef(Model):
    """A row of the factor register."""

    factor: str
    """Id of the row, such as `electricity/cn-shandong-2023`; see `kenli factors`."""


class PvProfile(Model):
    """Availability of a photovoltaic plant, from the park's weather."""

    pv: PvOptions
    """Module plane, losses and inverter."""


class WindProfile(Model):
    """Availability of a wind farm, from the park's weather."""

    wind: WindOptions
    """Turbine, hub height and losses."""


class CopProfile(Model):
    """Coefficient of performance of a heat pump, from temperatures."""

    cop: HeatPumpOptions
    """Source and sink temperatures and method."""


class GeothermalProfile(Model):
    """Electricity of a geothermal doublet's pumps per unit of heat, from depth, flow and temperatures."""

    geothermal: GeothermalOptions
    """Depth, flow, reinjection temperature and pumps of one doublet."""


class HeatingProfile(Model):
    """Shape of space heating and hot water, from degree days."""

    heating: DegreeDayOptions
    """Base temperature, hot-water share, daily pattern."""


class CoolingProfile(Model):
    """Shape of cooling, from degree days."""

    cooling: DegreeDayOptions
    """Base temperature and daily pattern."""


Hourly = Annotated[list[Annotated[float, Field(ge=0.0)]], Field(min_length=24, max_length=24)]


class WeeklyShape(Model):
    """Shape of a week from typical days: 24 relative values each, local time."""

    weekday: Hourly
    """Monday to Friday."""
    saturday: Hourly | None = None
    """Saturday; default as on a weekday."""
    sunday: Hourly | None = None
    """Sunday; default as on a Saturday."""


class WeeklyProfile(Model):
    """Shape of a demand that repeats each week."""

    weekly: WeeklyShape
    """Typical days."""


def by_key(*keys: str) -> Discriminator:
    """Choose the arm of a union by the key that is present; anything but a mapping is `number`.

    A mapping with none of the keys has no arm, which the reader reports with the keys that there are.
    """

    def arm(value: Any) -> str | None:
        if isinstance(value, dict):
            return next((key for key in keys if key in value), None)
        for key in keys:
            if hasattr(value, key):
                return key
        return "number"

    return Discriminator(arm)


_Series = Annotated[SeriesRef, Tag("series")]

Availability = Annotated[
    Annotated[Share, Tag("number")] | _Series | Annotated[PvProfile, Tag("pv")] | Annotated[WindProfile, Tag("wind")],
    by_key("series", "pv", "wind"),
]
"""Share of the capacity that is available: a constant, a series, or computed from weather."""

Ratio = Annotated[
    Annotated[Number | Literal["rest", "technology"], Tag("number")]
    | _Series
    | Annotated[CopProfile, Tag("cop")]
    | Annotated[GeothermalProfile, Tag("geothermal")],
    by_key("series", "cop", "geothermal"),
]
"""Flow per unit of the converter's activity; `rest` closes the energy balance, `technology` takes the
efficiency of the cost set."""

Shape = Annotated[
    Annotated[Literal["flat"], Tag("number")]
    | _Series
    | Annotated[HeatingProfile, Tag("heating")]
    | Annotated[CoolingProfile, Tag("cooling")]
    | Annotated[WeeklyProfile, Tag("weekly")],
    by_key("series", "heating", "cooling", "weekly"),
]
"""How a yearly amount spreads over the hours."""

EmissionValue = Annotated[
    Annotated[EmissionFactor, Tag("number")] | _Series | Annotated[FactorRef, Tag("factor")],
    by_key("series", "factor"),
]
"""Emission per unit of a carrier: a number, a series (hourly factors), or a cited row."""


class TimeOfUsePrice(Model):
    """A time-of-use price."""

    periods: TimeOfUse
    """Prices and hours of the periods."""


Price = Annotated[
    Annotated[MoneyPerAmount, Tag("number")]
    | _Series
    | Annotated[FactorRef, Tag("factor")]
    | Annotated[TimeOfUsePrice, Tag("periods")],
    by_key("series", "factor", "periods"),
]
"""Money per unit of a carrier: a number, a series (spot), a cited row, or time-of-use periods."""
