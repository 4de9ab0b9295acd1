"""Heat pumps: how many units of heat leave for one unit of electricity, hour by hour.

The coefficient of performance is the thermodynamic limit between the temperatures of source and sink
times a quality grade (second-law efficiency), so that it can never exceed the limit. Lorenz' limit lets
source and sink glide as they do in industry and in geothermal cascades; Carnot's uses the two outer
temperatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from kenli.core.errors import InputError, unknown_word
from kenli.park.fields import Model, Unit
from kenli.park.resource.weather import Weather

FloatArray = NDArray[np.float64]
Method = Literal["lorenz", "carnot"]

_ZERO = 273.15  # K


def _temperature_or_name(value: Any) -> str:
    """Tell `35 degC` from `wells` by its first letter, so that an error speaks of the one that was meant."""
    return "name" if isinstance(value, str) and value[:1].isalpha() else "temperature"


_Fixed = Annotated[float, Unit("degC"), Field(ge=-100.0, le=300.0)]
TemperatureOrName = Annotated[
    Annotated[_Fixed, Tag("temperature")] | Annotated[str, Tag("name")], Discriminator(_temperature_or_name)
]


class HeatPumpOptions(Model):
    """How a heat pump's coefficient of performance (COP) follows its temperatures."""

    source: TemperatureOrName = "air"
    """Temperature entering the evaporator: a fixed one, `air` or `ground` of the weather, or the name of
    the bus that is cooled."""

    sink: TemperatureOrName
    """Temperature leaving the condenser: a fixed one, or the name of the bus that is heated."""

    method: Method = "lorenz"
    """`lorenz`: limit between the mean temperatures of gliding flows; `carnot`: between the outer ones."""

    quality_grade: Annotated[float, Unit(""), Field(gt=0.0, le=1.0)] = 0.5
    """Real COP over the limit (second-law efficiency). 0.5 is usual for large machines under Lorenz' limit;
    give the maker's own."""

    sink_glide: Annotated[float, Unit("K"), Field(ge=0.0, le=200.0)] = 0.0
    """How much the sink is warmed: supply minus return temperature."""

    source_glide: Annotated[float, Unit("K"), Field(ge=0.0, le=200.0)] = 0.0
    """How much the source is cooled."""

    condenser_pinch: Annotated[float, Unit("K"), Field(ge=0.0, le=50.0)] = 0.0
    """Difference between condensing refrigerant and sink, when the quality grade does not contain it."""

    evaporator_pinch: Annotated[float, Unit("K"), Field(ge=0.0, le=50.0)] = 0.0
    """Difference between source and evaporating refrigerant, when the quality grade does not contain it."""

    minimum_cop: Annotated[float, Unit(""), Field(ge=1.0)] = 1.0
    """A COP below this is refused: the machine is not one for these temperatures."""

    maximum_cop: Annotated[float, Unit(""), Field(ge=1.0)] = 10.0
    """Upper limit where source and sink are close; auxiliary pumps set it in practice."""

    ground_depth: Annotated[float, Unit("m"), Field(ge=0.0, le=50.0)] = 1.5
    """Depth at which the temperature of the ground is taken for `source: ground`."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        what, fix = "", ""
        if self.minimum_cop > self.maximum_cop:
            what = f"minimum_cop {self.minimum_cop:g} is above maximum_cop {self.maximum_cop:g}"
            fix = "give a minimum that is not above the maximum"
        elif isinstance(self.sink, float) and isinstance(self.source, float) and self.source >= self.sink:
            what = f"the source ({self.source:g} degC) is not colder than the sink ({self.sink:g} degC)"
            fix = "no heat pump is needed here: use a connection (heat exchanger), or correct the temperatures"
        if what:
            raise PydanticCustomError("heat-pump", "{what}", {"what": what, "fix": fix})
        return self


def mean_temperature(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Return the logarithmic mean of two temperatures [K]: (a - b) / ln(a/b), and a where a = b.

    It is the temperature at which a flow of constant heat capacity exchanges its heat on average.
    """
    a, b = np.broadcast_arrays(np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64))
    ratio = a / b - 1.0
    same = np.abs(ratio) < 1e-6
    # Next to a = b the quotient loses its digits; the arithmetic mean is exact to 1e-12 there.
    safe = np.where(same, 1.0, ratio)
    return np.where(same, (a + b) / 2.0, b * safe / np.log1p(safe))


def ideal_cop(
    sink_temperature: ArrayLike,
    source_temperature: ArrayLike,
    *,
    method: Method = "lorenz",
    sink_glide: float = 0.0,
    source_glide: float = 0.0,
) -> FloatArray:
    """Return the thermodynamic limit of the COP; infinite where the source is as warm as the sink.

    Lorenz (1894): T_sink / (T_sink - T_source) with the logarithmic means over both glides. Carnot: the
    same with the highest temperature of the sink and the lowest of the source.

    Args:
        sink_temperature: leaving the condenser [degC].
        source_temperature: entering the evaporator [degC].
        method: `lorenz` or `carnot`.
        sink_glide: warming of the sink [K].
        source_glide: cooling of the source [K].
    """
    hot = np.asarray(sink_temperature, dtype=np.float64) + _ZERO
    cold = np.asarray(source_temperature, dtype=np.float64) + _ZERO
    if method == "lorenz":
        hot = mean_temperature(hot, hot - sink_glide)
        cold = mean_temperature(cold, cold - source_glide)
    else:
        cold = cold - source_glide
    lift = np.asarray(hot - cold)
    return np.where(lift > 0.0, hot / np.where(lift > 0.0, lift, 1.0), np.inf)


def heat_pump_cop(
    sink_temperature: ArrayLike,
    source_temperature: ArrayLike,
    *,
    method: Method = "lorenz",
    quality_grade: float = 0.5,
    sink_glide: float = 0.0,
    source_glide: float = 0.0,
    condenser_pinch: float = 0.0,
    evaporator_pinch: float = 0.0,
    minimum_cop: float = 1.0,
    maximum_cop: float = 10.0,
) -> FloatArray:
    """Return the COP, heat out over electricity in: quality grade times the limit, at most `maximum_cop`.

    The temperatures broadcast against each other; the other arguments are fields of `HeatPumpOptions`.

    Raises:
        InputError: a temperature is missing, or the COP falls below `minimum_cop`.
    """
    hot = np.asarray(sink_temperature, dtype=np.float64) + condenser_pinch
    cold = np.asarray(source_temperature, dtype=np.float64) - evaporator_pinch
    for name, values in (("sink", hot), ("source", cold)):
        if not np.isfinite(values).all():
            raise InputError.at(
                f"heat pump > {name}",
                f"{int((~np.isfinite(values)).sum())} temperatures are missing",
                "give a temperature for every step",
                code="heat-pump-temperature",
            )
    limit = ideal_cop(hot, cold, method=method, sink_glide=sink_glide, source_glide=source_glide)
    cop = np.minimum(quality_grade * limit, maximum_cop)
    below = np.atleast_1d(cop < minimum_cop)
    if below.any():
        raise InputError.at(
            "heat pump > minimum_cop",
            f"the COP falls to {float(np.min(cop)):.2f}, below {minimum_cop:g}, in {int(below.sum())} of "
            f"{below.size} steps",
            "choose a warmer source, a colder sink, a better machine (quality_grade), or a lower minimum",
            code="heat-pump-cop",
        )
    return np.asarray(cop, dtype=np.float64)


def heat_pump_profile(
    weather: Weather,
    options: HeatPumpOptions,
    bus_temperatures: Mapping[str, ArrayLike] | None = None,
) -> FloatArray:
    """Return the COP in each step of the weather.

    Args:
        weather: for `air` and `ground`.
        options: of the heat pump.
        bus_temperatures: temperature of each bus that has one [degC], a number or one value a step.

    Raises:
        InputError: a bus has no temperature, or the COP falls below the minimum.
    """
    known = bus_temperatures or {}

    def temperature(name: str, place: float | str) -> FloatArray:
        if isinstance(place, str):
            if place == "air" and name == "source":
                return weather.temperature
            if place == "ground" and name == "source":
                return ground_temperature(weather.temperature, weather.index, options.ground_depth)
            if place not in known:
                words = [*known, "air", "ground"] if name == "source" else list(known)
                raise InputError(
                    unknown_word(f"heat pump > {name}", "temperature of", place, words, code="heat-pump-bus")
                )
            place_value = known[place]
        else:
            place_value = place
        return np.broadcast_to(np.asarray(place_value, dtype=np.float64), (len(weather),))

    return options_cop(options, temperature("sink", options.sink), temperature("source", options.source))


def options_cop(options: HeatPumpOptions, sink_temperature: ArrayLike, source_temperature: ArrayLike) -> FloatArray:
    """Return the COP of a heat pump's options at known temperatures [degC]; see `heat_pump_cop`."""
    return heat_pump_cop(
        sink_temperature,
        source_temperature,
        method=options.method,
        quality_grade=options.quality_grade,
        sink_glide=options.sink_glide,
        source_glide=options.source_glide,
        condenser_pinch=options.condenser_pinch,
        evaporator_pinch=options.evaporator_pinch,
        minimum_cop=options.minimum_cop,
        maximum_cop=options.maximum_cop,
    )


def ground_temperature(
    temperature: ArrayLike, index: pd.DatetimeIndex, depth: float, diffusivity: float = 0.05
) -> FloatArray:
    """Return the temperature of undisturbed ground in each step [degC] (Kusuda and Achenbach 1965).

    The yearly wave of the air goes down damped and late: T = mean + A e^-d cos(w (t - t0) - d) with
    d = depth sqrt(pi / (365 a)). Mean, A and t0 are the first harmonic of the air temperature.

    Args:
        temperature: air temperature over about a whole number of years [degC].
        index: its steps, regular.
        depth: below ground [m].
        diffusivity: thermal diffusivity of the soil [m2/day]; 0.05 for moist loam.

    Raises:
        InputError: less than 360 days, from which no yearly wave can be read.
    """
    air = np.asarray(temperature, dtype=np.float64)
    days = (index - index[0]) / pd.Timedelta(days=1) + (index[1] - index[0]) / pd.Timedelta(days=2)
    t = np.asarray(days, dtype=np.float64)
    if t[-1] < 360.0:
        raise InputError.at(
            "heat pump > source",
            f"{t[-1]:.0f} days of weather do not show the yearly wave of the ground",
            "give a year of weather, or write the temperature of the ground as a number",
            code="ground-temperature",
        )
    angle = 2.0 * np.pi * t / 365.0
    waves = np.column_stack([np.ones_like(t), np.cos(angle), np.sin(angle)])
    mean, cosine, sine = np.linalg.lstsq(waves, air, rcond=None)[0]
    damping = depth * np.sqrt(np.pi / (365.0 * diffusivity))
    wave = cosine * np.cos(angle - damping) + sine * np.sin(angle - damping)
    return np.asarray(mean + np.exp(-damping) * wave)
