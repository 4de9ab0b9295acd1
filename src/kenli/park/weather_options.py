"""Where the weather comes from, as the park file says it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from kenli.park.fields import Model
from kenli.park.series import GapFilling


class SyntheticWeather(Model):
    """A seeded synthetic year with the site's statistics."""

    seed: Annotated[int, Field(ge=0)] = 1
    """Same seed, same year."""
    targets: dict[str, Any] | None = None
    """Statistics of the site (`annual_ghi: 1620 kWh/m2`, `wind_speed: 6.1 m/s`, ...); needed away from
    Kenli, whose own are shipped. A missing one is named by the error."""


class WeatherOptions(Model):
    """Where the weather comes from."""

    synthetic: SyntheticWeather | None = None
    """A seeded synthetic year, labelled so in every output."""
    file: str | None = None
    """Weather file, relative to the park file."""
    offshore: str | None = None
    """Weather file of the sea, for wind sources with `site: offshore`; not needed beside `synthetic`."""
    format: str = "auto"
    """Format of the file: `nasa-power`, `pvgis-hourly`, `pvgis-tmy`, `epw`, `tmy3`, `tmy2`, `nsrdb`, `table`, or
    `auto` to recognise it."""
    gaps: Literal["refuse"] | GapFilling = "refuse"
    """What may be done about missing values."""
    decompose: bool = False
    """Whether missing direct and diffuse irradiance may be derived from the global one."""
    timezone: str | None = None
    """Clock of a table, or of a NASA POWER file that does not say it: `UTC`, `LST`, `Asia/Shanghai`."""
    time: str | None = None
    """Header of the time column of a table."""
    label: Literal["start", "middle", "end"] | None = None
    """What a stamp of a table marks."""
    columns: dict[str, str] | None = None
    """Headers of a table: `{ghi: G(h), temperature: T2m, wind_speed: WS10m}`."""
    units: dict[str, str] | None = None
    """Units of a table's columns, where the headers have none."""
    wind_file: str | None = None
    """SAM `.srw` file whose wind at hub height replaces the file's."""
    wind_timezone: str | None = None
    """Clock of `wind_file`, such as `UTC-6`; the format has none."""

    @model_validator(mode="after")
    def _one(self) -> WeatherOptions:
        if (self.synthetic is None) == (self.file is None):
            both = (
                "both synthetic and file are given" if self.file is not None else "neither synthetic nor file is given"
            )
            raise ValueError(f"{both}; write one of them")
        if self.synthetic is not None:
            fields = type(self).model_fields
            extra = [name for name in fields if name != "synthetic" and getattr(self, name) != fields[name].default]
            if extra:
                raise ValueError(
                    f"{extra[0]} belongs to a weather file; take it out, or give file instead of synthetic"
                )
        return self
