"""Everything that changes over time, as arrays on one horizon.

Names are paths: `availability/pv`, `ratio/heat_pump/power`, `demand/town`, `price/tariff`,
`emission/grid`. What is constant is a number under the same name. Ratios are per unit of flow at the
bus where the converter's capacity is measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kenli.core.aggregate import select_periods
from kenli.core.errors import InputError, KenliError, Problem
from kenli.core.horizon import Horizon
from kenli.park.components import Connection, Converter, Demand, Grid, Market, Source
from kenli.park.contracts import FeedIn, Tariff
from kenli.park.load import LoadedPark
from kenli.park.profile import (
    CoolingProfile,
    CopProfile,
    GeothermalProfile,
    HeatingProfile,
    PvProfile,
    SeriesRef,
    TimeOfUsePrice,
    WeeklyProfile,
    WindProfile,
)
from kenli.park.resolve import ResolvedPark
from kenli.park.resource.geothermal import geothermal_doublet
from kenli.park.resource.weather import Weather
from kenli.park.time_of_use import complete, price_profile
from kenli.park.weather_input import InputFile, offshore_weather, park_weather

NEGLIGIBLE = 1e-4

Array = NDArray[np.float64]
Value = float | Array


@dataclass(frozen=True)
class Profiles:
    """Values over time, by name.

    Attributes:
        horizon: the time axis with T steps.
        arrays: name -> (T,) values.
        constants: name -> value that does not change.
        notes: what was assumed, mapped or repaired, in words.
    """

    horizon: Horizon
    arrays: dict[str, Array]
    constants: dict[str, float]
    notes: tuple[str, ...] = ()

    def value(self, name: str, default: float | None = None) -> Value:
        """Return the (T,) array or the constant of a name."""
        if name in self.arrays:
            return self.arrays[name]
        if name in self.constants:
            return self.constants[name]
        if default is None:
            raise KeyError(name)
        return default

    def array(self, name: str, default: float | None = None) -> Array:
        """Return a (T,) array of a name, constants spread out."""
        return np.broadcast_to(np.asarray(self.value(name, default), dtype=np.float64), (self.horizon.steps,))

    @property
    def yearly(self) -> Array:
        """Hours of the year that each step stands for; sums to the hours of a year."""
        return np.asarray(self.horizon.step_weight / self.horizon.year_fraction, dtype=np.float64)


@dataclass(frozen=True)
class ProfileInput:
    """Profiles with the story of their inputs."""

    profiles: Profiles
    weather: Weather | None
    files: tuple[InputFile, ...]
    accuracy: tuple[object, ...] = ()
    aggregation: str = ""


@dataclass
class _Builder:
    loaded: LoadedPark
    resolved: ResolvedPark
    horizon: Horizon
    arrays: dict[str, Array] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    weather: Weather | None = None
    offshore: Weather | None = None
    series: dict[tuple[str, str | None], Array] = field(default_factory=dict)

    def put(self, name: str, value: Value) -> None:
        """Store a value as an array or, where it never changes, as a number."""
        if isinstance(value, np.ndarray) and np.ptp(value) > 0.0:
            self.arrays[name] = np.asarray(value, dtype=np.float64)
        else:
            self.constants[name] = float(np.asarray(value).flat[0])

    def read(self, name: str, unit: str | None, where: str) -> Array:
        """Return a declared series in a unit; each file is read once per unit."""
        from kenli.park.series import read_series

        if (name, unit) not in self.series:
            options = self.loaded.park.series[name]
            result = read_series(options, self.loaded.folder, self.horizon, unit, where=f"series > {name}")
            self.series[name, unit] = np.asarray(result.values, dtype=np.float64)
            self.files.append(InputFile(options.file, result.sha256, result.rows, f"series {name}"))
            self.notes += [f"series {name}: {note}" for note in result.notes]
        return self.series[name, unit]

    def need_weather(self, where: str) -> Weather:
        """Return the park's weather on the horizon; it is made once."""
        if self.weather is None:
            self.weather, files, notes = park_weather(self.loaded, self.horizon, where)
            self.files += files
            self.notes += notes
        return self.weather

    def need_offshore(self, weather: Weather, where: str) -> Weather:
        """Return the weather over the sea: its own file, or the synthetic coast with the sea's wind."""
        if self.offshore is None:
            self.offshore, files = offshore_weather(self.loaded, weather, self.horizon, where)
            self.files += files
            self.notes.append(f"offshore wind: {self.offshore.provenance.label_en}")
        return self.offshore


def build_profiles(loaded: LoadedPark, resolved: ResolvedPark, horizon: Horizon) -> ProfileInput:
    """Compute every profile of a park on a chronological horizon.

    Raises:
        InputError: with every series, weather and tariff that cannot be used.
    """
    builder = _Builder(loaded, resolved, horizon)
    for name, item in loaded.park.components.items():
        try:
            _component(builder, name, item)
        except KenliError as error:
            builder.problems += [_placed(problem, f"components > {name}") for problem in error.problems]
    for name, contract in loaded.park.contracts.items():
        try:
            if isinstance(contract, Tariff):
                _price(builder, f"price/{name}", contract.energy, "MWh", f"contracts > {name} > energy")
            elif isinstance(contract, FeedIn):
                _price(builder, f"price/{name}", contract.price, "MWh", f"contracts > {name} > price")
        except KenliError as error:
            builder.problems += [_placed(problem, f"contracts > {name}") for problem in error.problems]
    if builder.problems:
        raise InputError(dict.fromkeys(builder.problems))
    profiles = Profiles(horizon, builder.arrays, builder.constants, tuple(dict.fromkeys(builder.notes)))
    return ProfileInput(profiles, builder.weather, tuple(dict.fromkeys(builder.files)))


def aggregate_profiles(built: ProfileInput, count: int, period_hours: float, stress: Array | None) -> ProfileInput:
    """Replace a full year by representative periods.

    Args:
        built: profiles of the full year.
        count: number of representative periods.
        period_hours: 168 for weeks, 24 for days.
        stress: (T,) profile whose highest period must be among them, or None.
    """
    full = built.profiles
    clustered = {n: v for n, v in full.arrays.items() if n.startswith(("availability/", "demand/"))}
    if not clustered:
        clustered = dict(full.arrays)
    if not clustered:
        raise InputError.at(
            "horizon",
            "no profile of this park changes over time, so there is nothing to choose weeks by",
            "plan the full year: `--horizon year`",
        )
    extremes: list[tuple[str, str]] = []
    if stress is not None and count > 1 and np.ptp(stress) > 0.0:
        clustered["stress"] = stress
        extremes.append(("stress", "mean_max"))
    result = select_periods(full.horizon, clustered, count, period_hours, extremes)  # type: ignore[arg-type]
    arrays = {
        name: np.asarray(values, dtype=np.float64) for name, values in result.profiles.items() if name != "stress"
    }
    for name, values in full.arrays.items():
        if name not in arrays:
            arrays[name] = np.asarray(result.horizon.sample(values), dtype=np.float64)
    profiles = replace(full, horizon=result.horizon, arrays=arrays)
    return replace(built, profiles=profiles, accuracy=result.accuracy, aggregation=result.note)


def _placed(problem: Problem, where: str) -> Problem:
    """Say which component a finding belongs to, where a physical model could not know it."""
    known = problem.where.partition(" > ")[0] in {"components", "contracts", "series", "weather", "horizon", "park"}
    return problem if known else replace(problem, where=f"{where} > {problem.where}")


def _component(builder: _Builder, name: str, item: object) -> None:
    park = builder.loaded.park
    where = f"components > {name}"
    match item:
        case Source():
            _availability(builder, name, item.availability, where)
            unit = park.amount_unit(park.carrier_of(item.out))
            _emission(builder, name, item.emission_factor, unit, where)
        case Converter():
            _availability(builder, name, item.availability, where)
            unit = park.amount_unit(park.carrier_of(item.reference))
            _emission(builder, name, item.process_emission, unit, where)
            _ratios(builder, name, item, where)
        case Connection():
            _availability(builder, name, item.availability, where)
        case Grid():
            _availability(builder, name, item.availability, where)
            _emission(builder, name, item.emission_factor, "MWh", where)
        case Market():
            unit = park.amount_unit(park.carrier_of(item.bus))
            if item.buy is not None:
                _emission(builder, name, item.buy.emission_factor, unit, where)
                _price(builder, f"price/{name}/buy", item.buy.price, unit, f"{where} > buy > price")
            if item.sell is not None:
                _price(builder, f"price/{name}/sell", item.sell.price, unit, f"{where} > sell > price")
        case Demand():
            _demand(builder, name, item, where)
        case _:
            pass


def _availability(builder: _Builder, name: str, value: object, where: str) -> None:
    from kenli.park.resource.pv import pv_availability
    from kenli.park.resource.wind import wind_availability

    where = f"{where} > availability"
    result: Value
    match value:
        case SeriesRef():
            result = builder.read(value.series, "", where)
            if result.min() < 0.0 or result.max() > 1.0:
                raise InputError.at(
                    where,
                    f"the series '{value.series}' runs from {result.min():g} to {result.max():g}",
                    "an availability lies between 0 and 1; divide by the capacity, or check the unit",
                    code="range",
                )
        case PvProfile():
            result = np.asarray(pv_availability(builder.need_weather(where), value.pv), dtype=np.float64)
        case WindProfile():
            weather = builder.need_weather(where)
            if value.wind.site == "offshore":
                weather = builder.need_offshore(weather, where)
            result = np.asarray(wind_availability(weather, value.wind, folder=builder.loaded.folder), dtype=np.float64)
        case _:
            result = float(value)  # type: ignore[arg-type]
    if isinstance(result, np.ndarray):
        # A ten-thousandth of a farm is nothing to plan with, and would widen the range of coefficients.
        result = np.where(result < NEGLIGIBLE, 0.0, result)
    builder.put(f"availability/{name}", result)


def _emission(builder: _Builder, name: str, value: object, unit: str, where: str) -> None:
    key = f"emission/{name}"
    if isinstance(value, SeriesRef):
        builder.put(key, builder.read(value.series, f"tCO2e/{unit}", f"{where} > emission_factor"))
    elif key in builder.resolved.constants:
        builder.put(key, builder.resolved.constants[key])
    else:
        builder.put(key, float(value))  # type: ignore[arg-type]


def _price(builder: _Builder, key: str, value: object, unit: str, where: str) -> None:
    horizon = builder.horizon
    if isinstance(value, SeriesRef):
        builder.put(key, builder.read(value.series, f"{builder.loaded.park.park.currency}/{unit}", where))
    elif key in builder.resolved.constants:
        builder.put(key, builder.resolved.constants[key])
    elif isinstance(value, TimeOfUsePrice):
        try:
            tou, notes = complete(value.periods)
            prices = price_profile(tou, horizon.month, horizon.hour_of_day, horizon.duration)
        except ValueError as error:
            what, _, fix = str(error).partition("; ")
            raise InputError.at(where, what, fix, code="tariff") from None
        builder.notes += [f"{where}: {note}" for note in notes]
        builder.put(key, prices)
    else:
        builder.put(key, float(value))  # type: ignore[arg-type]


def _ratios(builder: _Builder, name: str, item: Converter, where: str) -> None:
    """Turn the ratios of a converter into flows per unit of flow at the reference bus."""
    values: dict[str, Value] = {}
    rest: str | None = None
    for bus, ratio in (*item.inputs.items(), *item.outputs.items()):
        if ratio == "rest":
            rest = bus
        elif ratio == "technology":
            values[bus] = builder.resolved.ratio[name]
        elif isinstance(ratio, SeriesRef):
            values[bus] = builder.read(ratio.series, "", f"{where} > {bus}")
        elif isinstance(ratio, GeothermalProfile):
            values[bus] = geothermal_doublet(ratio.geothermal).electricity_per_heat
        elif isinstance(ratio, CopProfile):
            values[bus] = _cop(builder, ratio, f"{where} > {bus}")
        else:
            values[bus] = float(ratio)
    if rest is not None:
        given = sum((values[b] for b in item.outputs if b != rest), start=np.float64(0.0))
        taken = sum((values[b] for b in item.inputs if b != rest), start=np.float64(0.0))
        values[rest] = given - taken if rest in item.inputs else taken - given
    reference = values[item.reference]
    for bus, value in values.items():
        if np.min(value) < 0.0:
            raise InputError.at(
                f"{where} > {bus}",
                f"the ratio falls to {float(np.min(value)):.4g}",
                "a flow never turns round; check the other ratios, or the COP (below 1?)",
                code="range",
            )
        if np.min(reference) <= 0.0:
            raise InputError.at(
                f"{where} > {item.reference}",
                "the ratio at which the capacity is measured must stay above zero",
                "name another bus under capacity_of",
                code="range",
            )
        builder.put(f"ratio/{name}/{bus}", value / reference)


def _cop(builder: _Builder, ratio: CopProfile, where: str) -> Value:
    from kenli.park.resource.heat_pump import heat_pump_profile, options_cop

    options = ratio.cop
    temperatures = {
        name: bus.temperature for name, bus in builder.loaded.park.buses.items() if bus.temperature is not None
    }
    source, sink = (temperatures.get(str(place), place) for place in (options.source, options.sink))
    if isinstance(source, str) or isinstance(sink, str):
        return np.asarray(heat_pump_profile(builder.need_weather(where), options, temperatures), dtype=np.float64)
    return float(options_cop(options, sink, source))


def _demand(builder: _Builder, name: str, item: Demand, where: str) -> None:
    park = builder.loaded.park
    unit = park.rate_unit(park.carrier_of(item.bus))
    if item.series is not None:
        values = builder.read(item.series, unit, f"{where} > series")
        if values.min() < 0.0:
            raise InputError.at(
                where,
                f"the series '{item.series}' is negative",
                "a demand is what is taken, zero or more",
                code="range",
            )
        builder.put(f"demand/{name}", values)
        return
    shape = _shape(builder, item, f"{where} > shape")
    yearly = np.asarray(builder.horizon.step_weight / builder.horizon.year_fraction)
    if item.annual is not None:
        total = float(np.sum(shape * yearly))
        level = item.annual
    else:
        total = float(np.sum(shape * yearly) / yearly.sum())
        level = item.power or 0.0
    if total <= 0.0 and level > 0.0:
        raise InputError.at(
            where, "the shape is zero in every hour", "check the base temperature or the series", code="range"
        )
    builder.put(f"demand/{name}", shape * (level / total if total else 0.0))


def _shape(builder: _Builder, item: Demand, where: str) -> Array:
    from kenli.park.resource.degree_days import cooling_shape, heating_shape

    horizon, shape = builder.horizon, item.shape
    match shape:
        case SeriesRef():
            values = builder.read(shape.series, None, where)
        case HeatingProfile():
            weather = builder.need_weather(where)
            values = heating_shape(weather.temperature, weather.index, horizon.timezone, shape.heating)
        case CoolingProfile():
            weather = builder.need_weather(where)
            values = cooling_shape(weather.temperature, weather.index, horizon.timezone, shape.cooling)
        case WeeklyProfile():
            saturday = shape.weekly.saturday or shape.weekly.weekday
            sunday = shape.weekly.sunday or saturday
            days = np.array([shape.weekly.weekday] * 5 + [saturday, sunday], dtype=np.float64)
            values = days[horizon.weekday, np.floor(horizon.hour_of_day).astype(np.int64)]
        case _:
            values = np.ones(horizon.steps)
    return np.asarray(values, dtype=np.float64)
