"""The park: everything that one file declares, frozen, with units converted."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import Field

from kenli.park.components import (
    Component,
    Connection,
    Converter,
    Demand,
    Grid,
    Market,
    Source,
    Storage,
)
from kenli.park.contracts import (
    CertificatePurchase,
    Contract,
    DirectLine,
    FeedIn,
    PowerPurchase,
    Tariff,
)
from kenli.park.fields import Model
from kenli.park.policy import Policy
from kenli.park.series import SeriesOptions
from kenli.park.site import Bus, Carrier, Finance, HorizonOptions, ParkInfo
from kenli.park.weather_options import WeatherOptions

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.\-]*$", max_length=60)]

_C = TypeVar("_C", Source, Converter, Storage, Connection, Demand, Grid, Market)
_K = TypeVar("_K", Tariff, FeedIn, PowerPurchase, DirectLine, CertificatePurchase)


class Park(Model):
    """A park as its file declares it.

    Reading: `kenli.park.load.read_park`. Names of components, buses, series and contracts are the
    user's and appear unchanged in every table of a run.
    """

    kenli: Literal[1]
    """Version of the file format."""
    park: ParkInfo
    """Name, place and currency."""
    horizon: HorizonOptions
    """Time over which the plan is made."""
    weather: WeatherOptions | None = None
    """Where the weather comes from; needed as soon as a component asks for it."""
    finance: Finance
    """Discount rate and cost set."""
    carriers: dict[Name, Carrier] = Field(default_factory=dict)
    """Kinds of energy and matter; `electricity` and `heat` are known."""
    buses: dict[Name, Bus] = Field(min_length=1)
    """Carriers at places: `power: electricity`."""
    series: dict[Name, SeriesOptions] = Field(default_factory=dict)
    """Time series from files."""
    components: dict[Name, Component] = Field(min_length=1)
    """What the park is made of."""
    contracts: dict[Name, Contract] = Field(default_factory=dict)
    """What it pays and is paid."""
    policy: Policy = Policy()
    """Limits and prices that it must respect."""

    def of_kind(self, kind: type[_C]) -> dict[str, _C]:
        """Return the components of one kind, in the file's order."""
        return {name: item for name, item in self.components.items() if isinstance(item, kind)}

    def contracts_of(self, kind: type[_K]) -> dict[str, _K]:
        """Return the contracts of one kind, in the file's order."""
        return {name: item for name, item in self.contracts.items() if isinstance(item, kind)}

    def carrier_of(self, bus: str) -> str:
        """Return the carrier of a bus."""
        return self.buses[bus].carrier

    def carrier_kind(self, carrier: str) -> str:
        """Return electricity, heat, cold, fuel or material; by declaration, else by the name."""
        options = self.carriers.get(carrier)
        if options is not None and options.kind is not None:
            return options.kind
        if options is not None and options.unit == "t":
            return "material"
        for word, kind in (
            ("electric", "electricity"),
            ("heat", "heat"),
            ("steam", "heat"),
            ("cold", "cold"),
            ("cool", "cold"),
        ):
            if word in carrier.lower():
                return kind
        return "fuel"

    def amount_unit(self, carrier: str) -> str:
        """Return MWh or t."""
        options = self.carriers.get(carrier)
        return options.unit if options is not None else "MWh"

    def rate_unit(self, carrier: str) -> str:
        """Return MW or t/h."""
        return "t/h" if self.amount_unit(carrier) == "t" else "MW"

    @property
    def electric_buses(self) -> list[str]:
        """Return the buses that carry electricity."""
        return [name for name, bus in self.buses.items() if self.carrier_kind(bus.carrier) == "electricity"]

    @property
    def direct_sources(self) -> list[str]:
        """Return the sources that a direct line names."""
        named = [source for line in self.contracts_of(DirectLine).values() for source in line.sources]
        return list(dict.fromkeys(named))
