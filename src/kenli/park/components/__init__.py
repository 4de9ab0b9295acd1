"""The primitives of a park: one file a kind."""

from typing import Annotated

from pydantic import Field

from kenli.park.components.base import ComponentBase
from kenli.park.components.connection import Connection
from kenli.park.components.converter import Converter
from kenli.park.components.demand import Demand
from kenli.park.components.grid import Grid
from kenli.park.components.market import Market
from kenli.park.components.source import Source
from kenli.park.components.storage import Storage

Component = Annotated[Source | Converter | Storage | Connection | Demand | Grid | Market, Field(discriminator="kind")]

KINDS: dict[str, type[ComponentBase]] = {
    "source": Source,
    "converter": Converter,
    "storage": Storage,
    "connection": Connection,
    "demand": Demand,
    "grid": Grid,
    "market": Market,
}

__all__ = ["KINDS", "Component", "Connection", "Converter", "Demand", "Grid", "Market", "Source", "Storage"]
