"""What every component has."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from kenli.park.fields import Degrees, Model
from kenli.park.labels import Label, LabelText


class Place(Model):
    """Where a component stands, for the map."""

    latitude: Annotated[Degrees, Field(ge=-90, le=90)]
    """Degrees north."""
    longitude: Annotated[Degrees, Field(ge=-180, le=180)]
    """Degrees east."""

    @field_validator("latitude", "longitude", mode="before")
    @classmethod
    def _plain_number(cls, value: Any) -> Any:
        return f"{value} deg" if isinstance(value, int | float) else value


class ComponentBase(Model):
    """Fields that all kinds share."""

    label: Label = LabelText()
    """Name for people, a text or `{en: ..., zh: ...}`."""
    technology: str | None = None
    """Row group of the cost set that fills in what `costs` leaves out; see `kenli factors`."""
    place: Place | None = None
    """Where it stands, for the map."""
    note: str = ""
    """Free text: where the values come from, what is assumed. Shown in the report."""

    def buses(self) -> list[str]:
        """Return the buses that the component touches."""
        raise AssertionError("every kind names its buses")
