"""Who and where the park is, over which time, with which weather and which money."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from kenli.core.errors import InputError
from kenli.core.horizon import read_zone
from kenli.park.fields import Degrees, Model, Number, ShortForm, Unit
from kenli.park.labels import Label, LabelText


class Site(Model):
    """Where the park lies."""

    latitude: Annotated[Degrees, Field(ge=-90, le=90)]
    """Degrees north, such as `37.59` or `37.59 deg`."""
    longitude: Annotated[Degrees, Field(ge=-180, le=180)]
    """Degrees east."""
    elevation: Annotated[float, Unit("m")] = 0.0
    """Height above the sea."""
    timezone: str = "UTC"
    """IANA name, such as `Asia/Shanghai`; tariffs and days follow it."""

    @field_validator("latitude", "longitude", "elevation", mode="before")
    @classmethod
    def _plain_number(cls, value: Any, info: Any) -> Any:
        unit = "m" if info.field_name == "elevation" else "deg"
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{value} {unit}" if plain else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            read_zone(value)
        except InputError as error:
            problem = error.problems[0]
            raise PydanticCustomError("timezone", "{what}", {"what": problem.what, "fix": problem.fix}) from None
        return value


class ParkInfo(Model):
    """The park's name, place and currency."""

    name: str
    """Name, shown everywhere."""
    label: Label = LabelText()
    """Name for people in two languages."""
    description: str = ""
    """One or two sentences."""
    site: Site
    """Where it lies."""
    currency: Literal["CNY", "EUR", "USD", "GBP", "JPY", "KRW", "INR", "AUD", "CAD", "BRL"] = "CNY"
    """Money of the file; amounts in another one are refused."""


class HorizonOptions(Model):
    """The time over which the plan is made."""

    year: Annotated[int, Field(ge=1950, le=2100)] | None = None
    """Local calendar year."""
    start: str | None = None
    """Start of a declared span in local time, such as `2027-01-01`; with `steps`."""
    steps: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Number of steps of a declared span; it then stands for a whole year."""
    step: Annotated[float, Unit("h"), Field(gt=0.0)] = 1.0
    """Length of a step, such as `1 h` or `15 min`."""
    resolve: Annotated[str, Field(pattern=r"^(year|(weeks|days):[1-9]\d{0,2})$")] = "year"
    """What is solved by default: `year`, `weeks:N` or `days:N` (representative periods)."""

    @model_validator(mode="after")
    def _check(self) -> HorizonOptions:
        if (self.year is None) == (self.start is None):
            both = "both year and start are given" if self.year is not None else "neither year nor start is given"
            raise ValueError(f"{both}; write year: 2027, or start: 2027-01-01 with steps: 24")
        if self.start is not None and self.steps is None:
            raise ValueError("start needs the number of steps of the span; write such as steps: 24")
        if self.year is not None and self.steps is not None:
            raise ValueError("a year has its own number of steps; take steps out, or write start instead of year")
        try:
            if self.start is not None:
                datetime.fromisoformat(self.start)
        except ValueError:
            raise ValueError(f"start '{self.start}' is not a date; write it as 2027-01-01T00:00") from None
        return self


class Finance(Model):
    """Discounting and the costs that fill in what components leave out."""

    discount_rate: Annotated[Number, Field(ge=0.0, lt=1.0)]
    """Real discount rate, such as `6 %`."""
    cost_set: str | None = None
    """Cost set of the register, such as `china-2025` or `dea-2025`."""
    cost_year: Annotated[int, Field(ge=2000, le=2100)] = 2025
    """Year whose costs are taken."""


def _carrier_text(value: Any) -> Any:
    return {"unit": value} if isinstance(value, str) else value


class CarrierOptions(Model):
    """A kind of energy or matter."""

    unit: Literal["MWh", "t"] = "MWh"
    """MWh for energy, t for matter."""
    kind: Literal["electricity", "heat", "cold", "fuel", "material"] | None = None
    """What it counts as; default from the name."""
    label: Label = LabelText()
    """Name for people."""


class BusOptions(Model):
    """A carrier at a place."""

    carrier: str
    """Name of the carrier."""
    label: Label = LabelText()
    """Name for people."""
    temperature: Annotated[float, Unit("degC")] | None = None
    """Temperature of a heat or cold bus, which heat pumps can name."""
    surplus: bool = False
    """Whether more may arrive than is taken (heat that may be thrown away)."""


def _bus_text(value: Any) -> Any:
    return {"carrier": value} if isinstance(value, str) else value


Carrier = Annotated[CarrierOptions, ShortForm(_carrier_text, {"enum": ["MWh", "t"]})]
Bus = Annotated[BusOptions, ShortForm(_bus_text, {"type": "string", "description": "name of the carrier"})]
