"""A feed-in contract: what the park is paid for exports, and how much it may export."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kenli.park.fields import Model, Share, Unit
from kenli.park.labels import Label, LabelText
from kenli.park.profile import Price


class FeedIn(Model):
    """Pays for electricity that the park gives to the public network."""

    kind: Literal["feed_in"]
    """`feed_in`."""
    grid: str
    """Grid component that it pays for."""
    label: Label = LabelText()
    """Name for people."""
    price: Price
    """Money per unit exported; may be negative in a spot series."""
    annual_max: Annotated[float, Unit("MWh/yr", "MWh"), Field(ge=0.0)] | None = None
    """Largest amount a year."""
    max_share: Share | None = None
    """Largest export as a share of the available generation of the park's clean sources."""
    note: str = ""
    """Source and assumptions."""
