"""Wind power: from the wind of the weather to the share of the capacity that a farm can give.

Wind is carried to hub height, air density is taken from pressure and temperature there, and the power
curve is corrected for it always: at 1100 m above the sea a year's energy is 6 % smaller than the
uncorrected curve says, and a cold clear day at the sea gives more than the standard air.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Discriminator, Field, Tag, field_validator, model_validator
from pydantic_core import PydanticCustomError

from kenli.core.errors import InputError
from kenli.park.fields import Model, Unit
from kenli.park.resource.weather import Weather
from kenli.park.resource.wind_curves import (
    PowerCurve,
    curve_problems,
    make_curve,
    named_curve,
    read_curve,
    smooth_curve,
)

FloatArray = NDArray[np.float64]

STANDARD_DENSITY = 1.225
"""Air density of power curves [kg/m3], IEC 61400-12-1."""

_SHEAR = {"onshore": 1.0 / 7.0, "offshore": 0.11}
_TEMPERATURE_HEIGHT = 2.0  # m
_NOTHING = 1e-6  # share of capacity below which power is none; a smoothed curve has tails of 1e-49


class CurvePoints(Model):
    """A power curve written into the park file."""

    speeds: list[float]
    """Wind speeds at hub height in m/s, rising."""

    powers: list[float]
    """Power at these speeds, in any one unit: it is divided by the highest."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for problem in curve_problems("turbine", self.speeds, self.powers):
            raise PydanticCustomError(problem.code, "{what}", {"what": problem.what, "fix": problem.fix})
        return self


class CurveFile(Model):
    """A power curve in a file of its own."""

    file: str
    """CSV file with the columns `wind_speed [m/s]` and `power [kW]`, counted from the park file's folder."""


def _kind_of_turbine(value: Any) -> str:
    """Tell the three ways to name a turbine apart, so that an error speaks of the one that was meant."""
    if isinstance(value, CurveFile) or (isinstance(value, dict) and "file" in value):
        return "file"
    return "name" if isinstance(value, str) else "curve"


class WindOptions(Model):
    """How a wind farm is built; capacity is the rated power of its turbines."""

    turbine: Annotated[
        Annotated[str, Tag("name")] | Annotated[CurvePoints, Tag("curve")] | Annotated[CurveFile, Tag("file")],
        Discriminator(_kind_of_turbine),
    ] = "nrel-6mw-170"
    """Name of a turbine (`nrel-6mw-170`, `V126/3300`, ...), a curve {speeds, powers}, or {file: ...}."""

    hub_height: Annotated[float, Unit("m"), Field(ge=10.0, le=300.0)]
    """Height of the hub above ground or sea."""

    site: Literal["onshore", "offshore"] = "onshore"
    """Decides the shear when nothing better is known: exponent 1/7 over land, 0.11 over sea
    (Hsu, Meindl and Gilhousen 1994)."""

    shear_exponent: Annotated[float, Unit(""), Field(ge=-0.2, le=0.6)] | None = None
    """Exponent of the power law from the weather's nearest height to the hub. Without it and without
    `roughness`, weather with two or more heights gives the measured profile."""

    roughness: Annotated[float, Unit("m"), Field(gt=0.0, le=3.0)] | None = None
    """Roughness length for the logarithmic law, instead of an exponent."""

    wake_losses: Annotated[float, Unit(""), Field(ge=0.0, lt=1.0)] = 0.08
    """Energy lost in the wakes of neighbours (20 turbines at 7 diameters: 7.8 %, computed with PyWake)."""

    availability_losses: Annotated[float, Unit(""), Field(ge=0.0, lt=1.0)] = 0.03
    """Energy lost to maintenance and faults."""

    electrical_losses: Annotated[float, Unit(""), Field(ge=0.0, lt=1.0)] = 0.02
    """Energy lost between the turbines and the farm's connection (SAM's default)."""

    fleet_deviation: Annotated[float, Unit(""), Field(ge=0.0, le=0.3)] = 0.0
    """Standard deviation of the wind over the farm as a share of its mean, which smooths the power
    curve; 0 for one place, 0.1 for farms spread over a county."""

    @field_validator("turbine", mode="after")
    @classmethod
    def _known(cls, turbine: str | CurvePoints | CurveFile) -> str | CurvePoints | CurveFile:
        if isinstance(turbine, str):
            try:
                named_curve(turbine, where="turbine")
            except InputError as error:
                problem = error.problems[0]
                raise PydanticCustomError(problem.code, "{what}", {"what": problem.what, "fix": problem.fix}) from None
        return turbine

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.shear_exponent is not None and self.roughness is not None:
            raise PydanticCustomError(
                "wind-shear",
                "{what}",
                {
                    "what": "shear_exponent and roughness both say how wind grows with height",
                    "fix": "keep one of them",
                },
            )
        return self


@dataclass(frozen=True, slots=True)
class WindYield:
    """Energy of a wind farm over the span of the weather.

    Attributes:
        full_load_hours: MWh per MW.
        capacity_factor: mean availability.
        mean_wind: mean wind speed at hub height [m/s].
    """

    full_load_hours: float
    capacity_factor: float
    mean_wind: float


def power_law(speed: ArrayLike, height: float, hub_height: float, exponent: float) -> FloatArray:
    """Carry a wind speed to hub height: v (hub/height)^exponent [m/s] (Hellmann)."""
    wind = np.asarray(speed, dtype=np.float64)
    return np.asarray(wind * (hub_height / height) ** exponent)


def logarithmic_law(speed: ArrayLike, height: float, hub_height: float, roughness: float) -> FloatArray:
    """Carry a wind speed to hub height: v ln(hub/z0) / ln(height/z0) [m/s] (neutral surface layer).

    Raises:
        InputError: the roughness length is not below both heights.
    """
    if roughness >= min(height, hub_height):
        raise InputError.at(
            "wind > roughness",
            f"a roughness length of {roughness:g} m is not below the height of {min(height, hub_height):g} m",
            "write the length of the terrain: 0.0002 m sea, 0.03 m grass, 0.1 m fields, 1 m town",
            code="wind-roughness",
        )
    wind = np.asarray(speed, dtype=np.float64)
    return np.asarray(wind * np.log(hub_height / roughness) / np.log(height / roughness))


def profile_law(
    lower_speed: ArrayLike, lower: float, upper_speed: ArrayLike, upper: float, hub_height: float
) -> FloatArray:
    """Read the wind at hub height from two heights, as a line in the logarithm of the height [m/s].

    Exact for every logarithmic profile and, unlike an exponent in each hour, defined in a calm. Beyond
    the upper height it continues the line and is never negative.
    """
    low, high = np.asarray(lower_speed, dtype=np.float64), np.asarray(upper_speed, dtype=np.float64)
    share = np.log(hub_height / lower) / np.log(upper / lower)
    return np.asarray(np.maximum(low + (high - low) * share, 0.0))


def hub_wind(weather: Weather, options: WindOptions) -> FloatArray:
    """Return the wind speed at hub height in each step [m/s].

    A height of the weather that equals the hub's is taken as it is. Otherwise the declared exponent or
    roughness carries the nearest height; else two heights give the measured profile; else the
    site's usual exponent is used.
    """
    hub = options.hub_height
    if hub in weather.wind_speeds:
        return np.asarray(weather.wind_speeds[hub], dtype=np.float64)
    heights = sorted(weather.wind_speeds)
    nearest = min(heights, key=lambda height: abs(np.log(hub / height)))
    speed = weather.wind_speeds[nearest]
    if options.roughness is not None:
        return logarithmic_law(speed, nearest, hub, options.roughness)
    if options.shear_exponent is None and len(heights) > 1:
        upper = next((height for height in heights[1:] if height >= hub), heights[-1])
        lower = heights[heights.index(upper) - 1]
        return profile_law(weather.wind_speeds[lower], lower, weather.wind_speeds[upper], upper, hub)
    exponent = _SHEAR[options.site] if options.shear_exponent is None else options.shear_exponent
    return power_law(speed, nearest, hub, exponent)


def hub_density(weather: Weather, hub_height: float) -> FloatArray:
    """Return the density of dry air at hub height in each step [kg/m3].

    rho = p / (287.058 T), with p falling by 12.5 Pa/m and T by 6.5 K/km from the ground (windpowerlib).
    """
    from windpowerlib import density, temperature

    kelvin = temperature.linear_gradient(weather.temperature + 273.15, _TEMPERATURE_HEIGHT, hub_height)
    return np.asarray(density.ideal_gas(weather.pressure, 0.0, hub_height, kelvin), dtype=np.float64)


def power_share(speed: ArrayLike, density: ArrayLike, curve: PowerCurve) -> FloatArray:
    """Return the share of rated power at wind speed [m/s] and air density [kg/m3].

    The curve's wind speeds are moved by (1.225/rho)^m with m = 1/3 below 7.5 m/s, rising to 2/3 at
    12.5 m/s (Svenningsen 2010, windpowerlib): thin air needs more wind for the same power. The cut-out is
    a speed that the controller measures, so density does not move it.
    """
    from windpowerlib.power_output import power_curve_density_correction

    wind = np.asarray(speed, dtype=np.float64)
    rho = np.broadcast_to(np.asarray(density, dtype=np.float64), wind.shape)
    # The last power continues beyond the cut-out, so that the moved curve has no hole before it.
    speeds = np.append(curve.speeds, curve.cut_out * 1.5)
    shares = np.append(curve.shares, curve.shares[-1])
    share = np.asarray(power_curve_density_correction(wind, speeds, shares, rho), dtype=np.float64)
    return np.clip(np.where(wind > curve.cut_out, 0.0, share), 0.0, 1.0)


def resolve_curve(options: WindOptions, folder: Path | None = None) -> PowerCurve:
    """Return the power curve that the options name, smoothed if they ask for it.

    Args:
        options: of the farm.
        folder: of the park file, from which a curve's file is counted.

    Raises:
        InputError: the turbine or the file is unknown, or the file holds no power curve.
    """
    turbine = options.turbine
    if isinstance(turbine, str):
        curve = named_curve(turbine)
    elif isinstance(turbine, CurveFile):
        curve = read_curve((folder or Path()) / turbine.file)
    else:
        curve = make_curve("declared curve", turbine.speeds, turbine.powers, source="park file")
    return smooth_curve(curve, options.fleet_deviation)


def wind_availability(weather: Weather, options: WindOptions, *, folder: Path | None = None) -> FloatArray:
    """Return the share of rated power that the farm can give in each step, after losses [0-1]."""
    wind = hub_wind(weather, options)
    share = power_share(wind, hub_density(weather, options.hub_height), resolve_curve(options, folder))
    kept = (1.0 - options.wake_losses) * (1.0 - options.availability_losses) * (1.0 - options.electrical_losses)
    return np.where(share > _NOTHING, share * kept, 0.0)


def wind_yield(weather: Weather, options: WindOptions, *, folder: Path | None = None) -> WindYield:
    """Return full-load hours, capacity factor and mean wind over the span of the weather."""
    availability = wind_availability(weather, options, folder=folder)
    return WindYield(
        full_load_hours=float(availability.sum() * weather.step_hours),
        capacity_factor=float(availability.mean()),
        mean_wind=float(hub_wind(weather, options).mean()),
    )
