"""Geothermal doublets: heat of one production and one reinjection well, and what their pumps need.

All water goes back underground: reinjection equals production, as sandstone fields of this kind require,
so a doublet is described by one flow and two temperatures. Heat follows from them by the enthalpy
of water; a thermal power that somebody claims is checked against it, never believed.

Salt is left out: at the 8 to 20 g/L of such brines the heat carried per cubic metre is about 1 % lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kenli.core.errors import InputError
from kenli.park.fields import Model, Unit

_GRAVITY = 9.80665  # m/s2
_CLAIM_TOLERANCE = 0.05
_LIQUID = (0.0, 150.0)  # degC, range of the correlations

_Degrees = Annotated[float, Unit("degC"), Field(ge=0.0, le=150.0)]
_Efficiency = Annotated[float, Unit(""), Field(gt=0.0, le=1.0)]


class GeothermalOptions(Model):
    """One doublet: a production well, a reinjection well and their pumps."""

    flow: Annotated[float, Unit("m3/h"), Field(gt=0.0, le=1000.0)]
    """Water that is produced, and reinjected, measured at the wellhead."""

    reinjection_temperature: _Degrees
    """Temperature at which the cooled water goes back; it decides the heat and has no default."""

    depth: Annotated[float, Unit("m"), Field(gt=0.0, le=8000.0)] | None = None
    """Depth of the aquifer, from which the temperature is estimated."""

    production_temperature: _Degrees | None = None
    """Measured wellhead temperature; replaces the estimate from depth."""

    gradient: Annotated[float, Unit("K/km"), Field(gt=0.0, le=150.0)] = 35.5
    """Rise of temperature with depth. Dongying 35.5 K/km, Zhanhua 36.1, Huimin 34.6 (Gong et al. 2003)."""

    surface_temperature: Annotated[float, Unit("degC"), Field(ge=-20.0, le=40.0)] = 13.5
    """Temperature of the ground near the surface, about the yearly mean of the air."""

    wellhead_loss: Annotated[float, Unit("K"), Field(ge=0.0, le=50.0)] = 4.0
    """Cooling of the water on its way up (3 to 5 K at the Guantao wells of Dongying)."""

    pump_head: Annotated[float, Unit("m"), Field(ge=0.0, le=2000.0)]
    """Head of the production pump: from the lowered water level to the plant, with friction."""

    pump_efficiency: _Efficiency = 0.75
    """Electricity to water of the submersible pump (default of GEOPHIRES-X)."""

    injection_pressure: Annotated[float, Unit("MPa"), Field(ge=0.0, le=50.0)] = 0.0
    """Pressure that reinjection needs at the wellhead; 0 for fields that take the water by gravity, as
    Dongying's do."""

    injection_efficiency: _Efficiency = 0.75
    """Electricity to water of the reinjection pump."""

    drawdown: Annotated[float, Unit("1/yr"), Field(ge=0.0, le=0.2)] = 0.0
    """Loss of thermal power per year, linear, as a share of the first year's."""

    claimed_power: Annotated[float, Unit("MW"), Field(gt=0.0)] | None = None
    """Thermal power that a brochure or report states; refused where flow and temperatures do not give it."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.depth is None and self.production_temperature is None:
            _refuse("neither depth nor production_temperature is given", "give one of them", "geothermal-depth")
        hot, cold = wellhead_temperature(self), self.reinjection_temperature
        if hot <= cold:
            _refuse(
                f"reinjection at {cold:g} degC is not colder than production at {hot:.1f} degC",
                "lower the reinjection temperature or drill deeper",
                "geothermal-reinjection",
            )
        if hot > _LIQUID[1]:
            _refuse(
                f"{hot:.0f} degC at the wellhead is beyond {_LIQUID[1]:g} degC, where the formulas end",
                "check depth and gradient; steam fields need another model",
                "geothermal-temperature",
            )
        return self


def _refuse(what: str, fix: str, code: str) -> None:
    raise PydanticCustomError(code, "{what}", {"what": what, "fix": fix})


@dataclass(frozen=True, slots=True)
class Doublet:
    """What one doublet gives and takes.

    Attributes:
        thermal_power: heat from production to reinjection temperature [MW].
        production_temperature: at the wellhead [degC].
        reinjection_temperature: [degC].
        mass_flow: [t/h].
        pump_power: electricity of both pumps [MW].
        electricity_per_heat: pump electricity over heat [MWh/MWh].
    """

    thermal_power: float
    production_temperature: float
    reinjection_temperature: float
    mass_flow: float
    pump_power: float
    electricity_per_heat: float


def water_density(temperature: float) -> float:
    """Return the density of liquid water [kg/m3] at 0 to 150 degC (Popiel and Wojtkowiak 1998).

    Within 0.02 % of IAPWS on the saturation line; pressure up to 5 MPa changes it by 0.2 %.

    Raises:
        InputError: the temperature is outside the formula's range.
    """
    t = _in_range(temperature)
    return float(999.79684 + 0.068317355 * t - 0.010740248 * t**2 + 8.2140905e-4 * t**2.5 - 2.3030988e-5 * t**3)


def water_heat_capacity(temperature: float) -> float:
    """Return the specific heat of liquid water [kJ/(kg K)] at 0 to 150 degC (Popiel and Wojtkowiak 1998).

    Raises:
        InputError: the temperature is outside the formula's range.
    """
    t = _in_range(temperature)
    return float(4.2174356 - 5.6181625e-3 * t + 1.2992528e-3 * t**1.5 - 1.1535353e-4 * t**2 + 4.14964e-6 * t**2.5)


def water_enthalpy(temperature: float) -> float:
    """Return the enthalpy of liquid water above 0 degC [kJ/kg], the integral of its specific heat.

    Raises:
        InputError: the temperature is outside the formula's range.
    """
    t = _in_range(temperature)
    return float(
        4.2174356 * t
        - 5.6181625e-3 / 2.0 * t**2
        + 1.2992528e-3 / 2.5 * t**2.5
        - 1.1535353e-4 / 3.0 * t**3
        + 4.14964e-6 / 3.5 * t**3.5
    )


def wellhead_temperature(options: GeothermalOptions) -> float:
    """Return the temperature at the wellhead [degC]: measured, or surface + gradient x depth - loss."""
    if options.production_temperature is not None:
        return options.production_temperature
    depth = options.depth or 0.0
    return options.surface_temperature + options.gradient * depth / 1000.0 - options.wellhead_loss


def thermal_power(flow: float, production_temperature: float, reinjection_temperature: float) -> float:
    """Return the heat of a flow of water between two temperatures [MW].

    P = rho(T_production) V (h(T_production) - h(T_reinjection)).

    Args:
        flow: at the wellhead [m3/h].
        production_temperature: [degC].
        reinjection_temperature: [degC].
    """
    mass = flow * water_density(production_temperature) / 3600.0  # kg/s
    return mass * (water_enthalpy(production_temperature) - water_enthalpy(reinjection_temperature)) / 1000.0


def geothermal_doublet(options: GeothermalOptions, *, year: float = 0.0) -> Doublet:
    """Return heat and pump power of one doublet.

    Pumps: P = rho g H V / eta for production and dp V / eta for reinjection; flow and so pump power stay
    while drawdown takes heat, so a year's electricity per heat rises.

    Args:
        options: of the doublet.
        year: years since the start, for drawdown; half the lifetime gives the mean over it.

    Raises:
        InputError: a claimed power that flow and temperatures do not support (5 % are let pass), or no
            heat left in this year.
    """
    hot, cold = wellhead_temperature(options), options.reinjection_temperature
    first = thermal_power(options.flow, hot, cold)
    _check_claim(options, hot, first)
    kept = 1.0 - options.drawdown * year
    if kept <= 0.0:
        raise InputError.at(
            "geothermal > drawdown",
            f"a drawdown of {options.drawdown:.1%} per year leaves no heat after {year:g} years",
            "lower the drawdown or the years",
            code="geothermal-drawdown",
        )
    density = water_density(hot)
    mass = options.flow * density  # kg/h
    lifting = density * _GRAVITY * options.pump_head * options.flow / 3600.0 / options.pump_efficiency / 1e6
    volume_back = mass / water_density(cold)  # m3/h
    pressing = options.injection_pressure * volume_back / 3600.0 / options.injection_efficiency
    heat, pumps = first * kept, lifting + pressing
    return Doublet(
        thermal_power=heat,
        production_temperature=_temperature_of(heat, mass, cold, hot),
        reinjection_temperature=cold,
        mass_flow=mass / 1000.0,
        pump_power=pumps,
        electricity_per_heat=pumps / heat,
    )


def _check_claim(options: GeothermalOptions, hot: float, supported: float) -> None:
    claim = options.claimed_power
    if claim is None or claim <= supported * (1.0 + _CLAIM_TOLERANCE):
        return
    to_zero = thermal_power(options.flow, hot, 0.0)
    even = f"; even down to 0 degC it would be {to_zero:.2f} MW" if claim > to_zero else ""
    raise InputError.at(
        "geothermal > claimed_power",
        f"{claim:g} MW is claimed, but {options.flow:g} m3/h from {hot:.1f} to "
        f"{options.reinjection_temperature:g} degC carry {supported:.2f} MW{even}",
        "correct flow, temperatures or claim; leave the claim out to plan with the computed power",
        code="geothermal-claim",
    )


def _temperature_of(heat: float, mass: float, cold: float, hot: float) -> float:
    """Production temperature that gives `heat` [MW] at the mass flow [kg/h], by bisection [degC]."""
    wanted = heat * 3.6e6 / mass + water_enthalpy(cold)
    low, high = cold, hot
    if wanted >= water_enthalpy(hot):
        return hot
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if water_enthalpy(middle) < wanted else (low, middle)
    return (low + high) / 2.0


def _in_range(temperature: float) -> float:
    if not _LIQUID[0] <= temperature <= _LIQUID[1]:
        raise InputError.at(
            "geothermal > temperature",
            f"{temperature:g} degC is outside the formulas' range, {_LIQUID[0]:g} to {_LIQUID[1]:g} degC",
            "check the temperature",
            code="geothermal-temperature",
        )
    return temperature
