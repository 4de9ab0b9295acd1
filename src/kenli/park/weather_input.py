"""The weather that a park file asks for, on the park's horizon."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kenli.core.errors import InputError
from kenli.core.horizon import Horizon
from kenli.park.load import LoadedPark
from kenli.park.resource.weather import Weather
from kenli.park.site import Site
from kenli.park.weather_options import SyntheticWeather, WeatherOptions


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that went into a run: path as written, hash, rows, and what for."""

    path: str
    sha256: str
    rows: int
    role: str


def park_weather(loaded: LoadedPark, horizon: Horizon, where: str) -> tuple[Weather, list[InputFile], list[str]]:
    """Make or read the park's weather and bring it to the steps of the horizon.

    Args:
        loaded: the park.
        horizon: chronological horizon.
        where: who asked, for the message when the park declares no weather.

    Raises:
        InputError: no weather is declared, its file cannot be used, or it does not cover the horizon.
    """
    options, site = loaded.park.weather, loaded.park.park.site
    if options is None:
        raise InputError.at(
            where,
            "this needs weather, and the park declares none",
            "add `weather: {synthetic: {seed: 1}}`, or `weather: {file: ...}` (see `kenli weather fetch`)",
            code="weather",
        )
    files: list[InputFile] = []
    if options.synthetic is not None:
        weather = synthetic_year(options.synthetic, site, int(horizon.local[0].year))
    else:
        weather = _read(loaded, options, str(options.file))
        files.append(InputFile(str(options.file), weather.provenance.sha256 or "", len(weather), "weather"))
    weather = _fitted(weather, horizon, where)
    return weather, files, list(weather.provenance.notes)


def offshore_weather(
    loaded: LoadedPark, coast: Weather, horizon: Horizon, where: str
) -> tuple[Weather, list[InputFile]]:
    """Return the weather over the sea, for wind sources with `site: offshore`.

    A synthetic coast gets a synthetic sea beside it; a measured one needs a file of its own, because
    wind over the sea cannot be derived from wind on land.
    """
    options = loaded.park.weather
    if options is not None and options.offshore is not None:
        weather = _read(loaded, options, options.offshore)
        file = InputFile(options.offshore, weather.provenance.sha256 or "", len(weather), "weather offshore")
        return _fitted(weather, horizon, where), [file]
    if coast.provenance.kind == "synthetic":
        from kenli.park.resource.synthetic import synthetic_offshore_wind

        return synthetic_offshore_wind(coast), []
    raise InputError.at(
        where,
        "wind over the sea cannot be derived from a weather file of the coast",
        "give the sea's own under weather > offshore",
        code="offshore-weather",
    )


def synthetic_year(options: SyntheticWeather, site: Site, year: int) -> Weather:
    """Make the synthetic year of a site, from its own statistics or from those that are shipped."""
    from kenli.park.resource.synthetic import synthetic_weather
    from kenli.park.resource.targets import read_targets

    targets = None if options.targets is None else read_targets(options.targets, site.latitude, site.longitude)
    return synthetic_weather(site.latitude, site.longitude, site.elevation, site.timezone, year, options.seed, targets)


def _read(loaded: LoadedPark, options: WeatherOptions, name: str) -> Weather:
    from kenli.park.resource.gaps import REFUSE, GapPolicy
    from kenli.park.resource.readers import read_weather

    site = loaded.park.park.site
    gaps = REFUSE if options.gaps == "refuse" else GapPolicy(options.gaps.method, options.gaps.max_hours)
    return read_weather(
        loaded.folder / name,
        format=options.format,
        gaps=gaps,
        decompose=options.decompose,
        latitude=site.latitude,
        longitude=site.longitude,
        elevation=site.elevation,
        timezone=options.timezone,
        columns=options.columns,
        units=options.units,
        time=options.time,
        label=options.label,
        wind_file=None if options.wind_file is None else loaded.folder / options.wind_file,
        wind_timezone=options.wind_timezone,
    )


def _fitted(weather: Weather, horizon: Horizon, where: str) -> Weather:
    """Bring a weather to the year, the step and the span of the horizon."""
    if weather.provenance.kind != "synthetic":
        weather = weather.to_year(int(horizon.local[0].year), horizon.timezone)
    if weather.step_hours != horizon.duration:
        weather = weather.resample(horizon.duration)
    return _cover(weather, horizon, where)


def _cover(weather: Weather, horizon: Horizon, where: str) -> Weather:
    stamps = weather.index.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    if len(stamps) == horizon.steps and np.array_equal(stamps, horizon.start):
        return weather
    places = np.searchsorted(stamps, horizon.start)
    inside = places < len(stamps)
    if not inside.all() or not np.array_equal(stamps[places], horizon.start):
        raise InputError.at(
            where,
            f"the weather runs from {stamps[0]} to {stamps[-1]} UTC and does not cover the horizon, "
            f"which runs from {horizon.start[0]} to {horizon.start[-1]}",
            "choose the weather's year in `horizon`, or another weather file",
            code="weather",
        )
    first = int(places[0])
    return replace_span(weather, first, horizon.steps)


def replace_span(weather: Weather, first: int, steps: int) -> Weather:
    """Return the part of a weather that starts at a position."""
    part = slice(first, first + steps)
    return replace(
        weather,
        index=weather.index[part],
        ghi=weather.ghi[part],
        dni=weather.dni[part],
        dhi=weather.dhi[part],
        temperature=weather.temperature[part],
        wind_speed=weather.wind_speed[part],
        pressure=weather.pressure[part],
        relative_humidity=None if weather.relative_humidity is None else weather.relative_humidity[part],
        wind_speeds={height: speed[part] for height, speed in weather.wind_speeds.items()},
    )
