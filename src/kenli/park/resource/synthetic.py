"""A seeded synthetic weather year whose statistics meet a site's declared targets.

It stands in for a measured year where none is at hand: right in sums, seasons, persistence and
joint behaviour, but no day of it ever happened. The provenance says `synthetic`, and everything
that is made from it must say so too. Same arguments, same bits.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kenli.core.errors import InputError
from kenli.core.horizon import read_zone
from kenli.park.resource.synthetic_air import synthetic_pressure, synthetic_temperature
from kenli.park.resource.synthetic_solar import Calendar, synthetic_sky
from kenli.park.resource.synthetic_wind import offshore_wind, synthetic_wind
from kenli.park.resource.targets import SiteTargets, find_targets
from kenli.park.resource.weather import Provenance, Weather, local_year

__all__ = ["Calendar", "local_calendar", "synthetic_offshore_wind", "synthetic_weather"]

FloatArray = NDArray[np.float64]

#: Height at which weather stations and cell temperature models take the wind [m].
_LOW_HEIGHT = 10.0

#: Each quantity draws from its own stream, so that a change in one leaves the others as they are.
_STREAMS = {"sky": 1, "wind": 2, "temperature": 3, "pressure": 4, "offshore": 5}


def synthetic_weather(
    latitude: float,
    longitude: float,
    elevation: float,
    timezone: str,
    year: int,
    seed: int,
    targets: SiteTargets | None = None,
    step_hours: float = 1.0,
) -> Weather:
    """Generate a weather year for a site.

    Args:
        latitude: degrees north.
        longitude: degrees east.
        elevation: metres above sea level.
        timezone: IANA name; the year is the local calendar year.
        year: calendar year.
        seed: any whole number from 0; another seed is another year.
        targets: statistics of the site; without them those of Kenli, within 150 km of it.
        step_hours: 0.25, 0.5 or 1, or whole hours that divide a day (averaged from hours).

    Returns:
        Weather with wind at the targets' height (`wind_height`) and at 10 m by the targets' shear.
        Relative humidity is None: no target describes it.

    Raises:
        InputError: no targets are known for the place, the targets contradict the sky above it,
            or an argument is out of range.
    """
    if targets is None:
        targets = find_targets(latitude, longitude)
    if seed < 0:
        raise InputError.at("weather > synthetic > seed", f"the seed {seed} is negative", "give 0 or more", code="seed")
    fine = min(step_hours, 1.0)
    index = local_year(year, timezone, fine)
    calendar = local_calendar(index, timezone)
    sky = synthetic_sky(index, calendar, fine, latitude, longitude, elevation, targets, _random(seed, "sky"))
    wind = synthetic_wind(calendar, fine, sky.day_score, targets, _random(seed, "wind"))
    utc_hour = np.asarray(index.hour + index.minute / 60, dtype=np.float64)
    sun_hour = (utc_hour + fine / 2 + longitude / 15.0) % 24.0
    temperature = synthetic_temperature(calendar, sun_hour, fine, sky.day_index, targets, _random(seed, "temperature"))
    pressure = synthetic_pressure(calendar, fine, elevation, targets, _random(seed, "pressure"))
    low_wind = wind * (_LOW_HEIGHT / targets.wind_height) ** targets.wind_shear.value
    series = (sky.ghi, sky.dni, sky.dhi, temperature, wind, pressure)
    weather = Weather(
        index=index,
        ghi=sky.ghi,
        dni=sky.dni,
        dhi=sky.dhi,
        temperature=temperature,
        wind_speed=wind,
        wind_height=targets.wind_height,
        pressure=pressure,
        latitude=latitude,
        longitude=longitude,
        elevation=elevation,
        provenance=_provenance(targets, seed, year, series),
        wind_speeds={_LOW_HEIGHT: low_wind} if targets.wind_height > _LOW_HEIGHT else {},
    )
    return weather.resample(step_hours) if step_hours > 1.0 else weather


def synthetic_offshore_wind(weather: Weather, targets: SiteTargets | None = None, seed: int | None = None) -> Weather:
    """Return the weather with the wind over the sea nearby instead of the wind on land.

    Use it for wind sources with `site: offshore`. Sun, temperature and pressure stay those of the
    coast; the wind follows the onshore series with the declared correlation.

    Args:
        weather: a synthetic weather of the site.
        targets: statistics of the site with their offshore part; without them those of Kenli.
        seed: seed of the part that is the sea's own; without it the weather's seed.

    Raises:
        InputError: the weather is not synthetic (invented wind beside a real file would pass for
            real), or the targets say nothing about the sea.
    """
    if weather.provenance.kind != "synthetic":
        raise InputError.at(
            "weather > offshore",
            "the weather is read from a file; wind over the sea cannot be derived from it",
            "give a weather file of the offshore site",
            code="offshore-weather",
        )
    if targets is None:
        targets = find_targets(weather.latitude, weather.longitude)
    if targets.offshore is None:
        raise InputError.at(
            "weather > synthetic > targets",
            f"nothing is said about the wind over the sea near {targets.name}",
            "give offshore_wind_speed, offshore_correlation and offshore_wind_shear",
            code="no-weather-targets",
        )
    if seed is None:
        seed = weather.provenance.seed or 0
    random = _random(seed, "offshore")
    wind = offshore_wind(weather.wind_speed, weather.step_hours, targets.offshore, random)
    low_wind = wind * (_LOW_HEIGHT / weather.wind_height) ** targets.offshore.wind_shear.value
    note = (
        f"wind over the sea, mean {targets.offshore.wind_speed.value:g} m/s at {weather.wind_height:g} m, "
        f"follows the onshore wind with correlation {targets.offshore.correlation.value:g}"
    )
    return replace(
        weather,
        wind_speed=wind,
        wind_speeds={_LOW_HEIGHT: low_wind} if weather.wind_height > _LOW_HEIGHT else {},
        provenance=replace(
            weather.provenance,
            sha256=_hash((weather.ghi, weather.dni, weather.dhi, weather.temperature, wind, weather.pressure)),
            notes=(*weather.provenance.notes, note),
        ),
    )


def local_calendar(index: pd.DatetimeIndex, timezone: str) -> Calendar:
    """Return month, day and hour of each step on the local standard clock of the index's year."""
    offset = index[0].to_pydatetime().astimezone(read_zone(timezone)).utcoffset() or timedelta(0)
    return Calendar.of(index.tz_localize(None) + pd.Timedelta(offset))


def _random(seed: int, stream: str) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence([seed, _STREAMS[stream]]))


def _hash(series: tuple[FloatArray, ...]) -> str:
    digest = hashlib.sha256()
    for values in series:
        digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return digest.hexdigest()


def _provenance(targets: SiteTargets, seed: int, year: int, series: tuple[FloatArray, ...]) -> Provenance:
    notes = [
        f"synthetic: generated to meet statistics of {targets.name}, not measured; GHI "
        f"{targets.annual_ghi.value:g} kWh/m2, wind {targets.wind_speed.value:g} m/s at "
        f"{targets.wind_height:g} m, shear {targets.wind_shear.value:g}",
        "irradiance belongs to the middle of each interval",
    ]
    if targets.pressure_swing is None:
        notes.append("pressure is the standard atmosphere's, constant over the year")
    return Provenance(
        kind="synthetic",
        label_en=f"synthetic weather year {year} for {targets.name}, seed {seed}",
        label_zh=f"{targets.name}合成气象年 {year}，随机种子 {seed}",
        format="kenli-synthetic",
        sha256=_hash(series),
        seed=seed,
        notes=tuple(notes),
    )
