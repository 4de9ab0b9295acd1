"""What a synthetic weather year must hold: statistics of a site, each with its source.

A synthetic year is only as good as the statistics that it was made from, so they are declared: for
Kenli in `targets_kenli`, for any other site by the user (`read_targets`). Nothing is invented for a
place that nobody has described (`find_targets`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kenli.core import units
from kenli.core.errors import InputError, Problem, unknown_word

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Target:
    """One statistic with the range that a year must fall into.

    Attributes:
        value: what the generator aims at.
        low: lowest value that passes.
        high: highest value that passes.
        unit: unit of all three.
        source: where the number comes from.
        confidence: how far the number may be trusted.
        note: what a reader should know.
    """

    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class MonthlyTarget:
    """Twelve values of one statistic, January first; fields as in `Target`."""

    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    unit: str
    source: str
    confidence: Confidence
    note: str = ""


def _assumed(value: float, low: float, high: float, unit: str, what: str) -> Target:
    source = f"Kenli's value, assumed for other sites: {what}"
    return Target(value, low, high, unit, source, "low")


#: Persistence statistics that a user rarely knows. They describe how weather moves at
#: mid-latitudes and are taken over for other sites with low confidence.
KT_AUTOCORRELATION = _assumed(0.475, 0.40, 0.55, "1", "lag-1 autocorrelation of daily clearness")
KT_DEVIATION = _assumed(0.146, 0.04, 0.25, "1", "standard deviation of daily clearness")
KT_SKEWNESS = _assumed(-1.0, -4.0, 0.3, "1", "few dark days, many fairly clear ones")
WIND_AUTOCORRELATION = _assumed(0.92, 0.88, 0.96, "1", "a point is rougher than a province's mean")
WIND_PV_CORRELATION = _assumed(-0.11, -0.25, 0.10, "1", "deseasonalised daily wind and PV output")
CALM_RUN = _assumed(60.0, 12.0, 160.0, "h", "longest run of a wind turbine below 5 %")


@dataclass(frozen=True, slots=True)
class OffshoreTargets:
    """Wind over the sea that a site can reach.

    Attributes:
        wind_speed: annual mean at the site's `wind_height` [m/s].
        wind_shape: Weibull shape.
        wind_shear: exponent of the power law.
        correlation: correlation of hourly wind speed with the onshore site.
    """

    wind_speed: Target
    wind_shape: Target
    wind_shear: Target
    correlation: Target


@dataclass(frozen=True, slots=True)
class SiteTargets:
    """Statistics of one site's weather.

    Attributes:
        name: name of the place.
        latitude: degrees north.
        longitude: degrees east.
        annual_ghi: global horizontal irradiation of the year [kWh/m2].
        ghi_by_month: shape over the year as relative daily means; scaled to `annual_ghi`. The
            limits are factors on the scaled value.
        temperature_by_month: monthly means [degC].
        wind_height: height to which the wind statistics belong [m].
        wind_speed: annual mean [m/s].
        wind_shape: Weibull shape parameter k.
        wind_shear: exponent of the power law between 10 m and hub heights.
        wind_by_month: shape over the year as relative monthly means.
        temperature: annual mean [degC].
        temperature_minimum: lowest hour of the year [degC].
        temperature_maximum: highest hour of the year [degC].
        annual_dni: direct normal irradiation [kWh/m2].
        annual_dhi: diffuse horizontal irradiation [kWh/m2].
        kt_autocorrelation: lag-1 autocorrelation of daily clearness.
        kt_deviation: standard deviation of daily clearness.
        kt_skewness: skewness of daily clearness.
        wind_autocorrelation: lag-1 hour autocorrelation of wind speed.
        wind_pv_correlation: correlation of deseasonalised daily wind and PV output.
        calm_run: longest run of a turbine below 5 % of its rating [h].
        pv_yield: yearly PV yield (fixed, towards the equator) [kWh/kW dc].
        wind_full_load_hours: yearly net full-load hours of a modern onshore turbine [h].
        pressure_swing: amplitude of the yearly pressure wave, highest in January [Pa].
        offshore: wind over the sea nearby.
    """

    name: str
    latitude: float
    longitude: float
    annual_ghi: Target
    ghi_by_month: MonthlyTarget
    temperature_by_month: MonthlyTarget
    wind_height: float
    wind_speed: Target
    wind_shape: Target
    wind_shear: Target
    wind_by_month: MonthlyTarget
    temperature: Target | None = None
    temperature_minimum: Target | None = None
    temperature_maximum: Target | None = None
    annual_dni: Target | None = None
    annual_dhi: Target | None = None
    kt_autocorrelation: Target = KT_AUTOCORRELATION
    kt_deviation: Target = KT_DEVIATION
    kt_skewness: Target = KT_SKEWNESS
    wind_autocorrelation: Target = WIND_AUTOCORRELATION
    wind_pv_correlation: Target = WIND_PV_CORRELATION
    calm_run: Target = CALM_RUN
    pv_yield: Target | None = None
    wind_full_load_hours: Target | None = None
    pressure_swing: Target | None = None
    offshore: OffshoreTargets | None = None

    def rows(self) -> list[tuple[str, Target | MonthlyTarget]]:
        """Return every declared statistic as (name, row), for reports and documentation."""
        names = [name for name in self.__dataclass_fields__ if name != "offshore"]
        found = [(name, getattr(self, name)) for name in names]
        if self.offshore is not None:
            fields = self.offshore.__dataclass_fields__
            found += [(f"offshore_{name}", getattr(self.offshore, name)) for name in fields]
        return [(name, row) for name, row in found if isinstance(row, Target | MonthlyTarget)]


#: How far from Kenli its statistics still describe a site [km]: the Yellow River delta and the
#: plain around it.
REACH = 150.0


def find_targets(latitude: float, longitude: float) -> SiteTargets:
    """Return the statistics that Kenli ships for a place.

    Raises:
        InputError: nothing is known within 150 km; the fix says what to give.
    """
    from kenli.park.resource.targets_kenli import KENLI

    distance = _distance(latitude, longitude, KENLI.latitude, KENLI.longitude)
    if distance <= REACH:
        return KENLI
    raise InputError.at(
        "weather > synthetic",
        f"no weather statistics are known for {latitude:g} N {longitude:g} E "
        f"({KENLI.name}, the only place that comes with them, is {distance:.0f} km away)",
        f"give weather: {{file: ...}}, or under synthetic > targets: {', '.join(REQUIRED)}",
        code="no-weather-targets",
    )


def _distance(latitude_1: float, longitude_1: float, latitude_2: float, longitude_2: float) -> float:
    """Great-circle distance [km] on a sphere of 6371 km (haversine formula)."""
    a, b = math.radians(latitude_1), math.radians(latitude_2)
    half = math.radians(longitude_2 - longitude_1) / 2
    root = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(half) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, root)))


#: Keys of `weather > synthetic > targets`: unit, lowest and highest sensible value, and the
#: relative (or for degC absolute) tolerance within which a year passes.
_SCALARS: dict[str, tuple[str, float, float, float]] = {
    "annual_ghi": ("kWh/m2", 500.0, 2900.0, 0.01),
    "temperature_minimum": ("degC", -70.0, 30.0, 1.5),
    "temperature_maximum": ("degC", -20.0, 58.0, 1.5),
    "wind_height": ("m", 10.0, 200.0, 0.0),
    "wind_speed": ("m/s", 1.5, 15.0, 0.01),
    "wind_shape": ("", 1.2, 4.0, 0.0),
    "wind_shear": ("", 0.0, 0.6, 0.0),
    "offshore_wind_speed": ("m/s", 1.5, 15.0, 0.01),
    "offshore_correlation": ("", 0.3, 0.98, 0.0),
    "offshore_wind_shear": ("", 0.0, 0.6, 0.0),
}
_MONTHLY = ("ghi_by_month", "temperature_by_month", "wind_by_month")
REQUIRED = (
    "annual_ghi",
    "ghi_by_month",
    "temperature_by_month",
    "wind_height",
    "wind_speed",
    "wind_shape",
    "wind_shear",
    "wind_by_month",
)
_OFFSHORE = ("offshore_wind_speed", "offshore_correlation", "offshore_wind_shear")


def read_targets(
    given: Mapping[str, Any], latitude: float, longitude: float, where: str = "weather > synthetic > targets"
) -> SiteTargets:
    """Read a user's statistics of a site.

    Numbers are written with units (`annual_ghi: 1620 kWh/m2`); the shapes `ghi_by_month` and
    `wind_by_month` are twelve plain numbers that count only relatively, `temperature_by_month`
    is twelve temperatures with unit or `{unit: degC, values: [...]}`.

    Raises:
        InputError: with every missing, unknown or impossible entry.
    """
    problems: list[Problem] = []
    known = (*_SCALARS, *_MONTHLY, "source")
    problems += [
        unknown_word(where, "statistic", str(key), known, code="unknown-key") for key in given if key not in known
    ]
    wanted = [*REQUIRED, *(_OFFSHORE if any(key in given for key in _OFFSHORE) else ())]
    problems += [
        Problem(where, f"'{key}' is missing", f"give {key}: {_example(key)}", code="missing-key")
        for key in wanted
        if key not in given
    ]
    scalars = {key: _read_scalar(given[key], key, f"{where} > {key}", problems) for key in _SCALARS if key in given}
    months = {key: _read_months(given[key], key, f"{where} > {key}", problems) for key in _MONTHLY if key in given}
    if problems:
        raise InputError(problems)
    source = str(given.get("source", "given in the park file"))
    return _assemble(scalars, months, latitude, longitude, source)


def _read_scalar(value: Any, key: str, where: str, problems: list[Problem]) -> float:
    unit, low, high, _ = _SCALARS[key]
    try:
        number = units.parse(value, unit, where=where)
    except InputError as error:
        problems += error.problems
        return math.nan
    if not low <= number <= high:
        what = f"{number:g} {unit} is outside {low:g} to {high:g} {unit}".replace("  ", " ")
        problems.append(Problem(where, what, "check number and unit", code="weather-range"))
    return number


def _read_months(value: Any, key: str, where: str, problems: list[Problem]) -> tuple[float, ...]:
    unit = "degC" if key == "temperature_by_month" else ""
    if isinstance(value, Mapping) and set(value) == {"unit", "values"}:
        value = [f"{number} {value['unit']}" for number in value["values"]]
    if isinstance(value, str) or not hasattr(value, "__len__") or len(value) != 12:
        problems.append(Problem(where, "not twelve values", f"give {_example(key)}, January first", code="months"))
        return ()
    numbers = []
    for month, item in enumerate(value, start=1):
        try:
            # 0 degC is the one temperature that means the same without its unit being written.
            numbers.append(units.parse(item, unit, where=f"{where} > {month}"))
        except InputError as error:
            problems += error.problems
    if unit == "" and numbers and (min(numbers) < 0 or sum(numbers) <= 0):
        problems.append(Problem(where, "a share of the year is negative", "give positive numbers", code="months"))
    return tuple(numbers)


def _example(key: str) -> str:
    if key == "temperature_by_month":
        return "{unit: degC, values: [twelve numbers]}"
    if key in _MONTHLY:
        return "[twelve relative numbers]"
    unit, low, high, _ = _SCALARS[key]
    return f"{(low + high) / 2:.3g} {unit}".strip()


def _assemble(
    scalars: Mapping[str, float],
    months: Mapping[str, tuple[float, ...]],
    latitude: float,
    longitude: float,
    source: str,
) -> SiteTargets:
    def near(key: str, width: float | None = None) -> Target:
        unit, _, _, tolerance = _SCALARS[key]
        value = scalars[key]
        if width is None:
            width = tolerance if unit == "degC" else value * tolerance
        return Target(value, value - width, value + width, unit or "1", source, "medium")

    def shape(key: str, tolerance: float) -> MonthlyTarget:
        low, high = (1.0 - tolerance,) * 12, (1.0 + tolerance,) * 12
        return MonthlyTarget(months[key], low, high, "1", source, "medium")

    temperatures = months["temperature_by_month"]
    offshore = None
    if "offshore_wind_speed" in scalars:
        offshore = OffshoreTargets(
            near("offshore_wind_speed"),
            near("wind_shape", 0.1),
            near("offshore_wind_shear", 0.0),
            near("offshore_correlation", 0.03),
        )
    return SiteTargets(
        name="the site",
        latitude=latitude,
        longitude=longitude,
        annual_ghi=near("annual_ghi"),
        ghi_by_month=shape("ghi_by_month", 0.05),
        temperature_by_month=MonthlyTarget(
            temperatures,
            tuple(value - 0.5 for value in temperatures),
            tuple(value + 0.5 for value in temperatures),
            "degC",
            source,
            "medium",
        ),
        wind_height=scalars["wind_height"],
        wind_speed=near("wind_speed"),
        wind_shape=near("wind_shape", 0.1),
        wind_shear=near("wind_shear", 0.0),
        wind_by_month=shape("wind_by_month", 0.12),
        temperature_minimum=near("temperature_minimum") if "temperature_minimum" in scalars else None,
        temperature_maximum=near("temperature_maximum") if "temperature_maximum" in scalars else None,
        offshore=offshore,
    )
