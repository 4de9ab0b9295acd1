"""What can be wrong with a weather: missing, impossible and misplaced values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kenli.core.errors import Problem
from kenli.park.resource.sun import Sun, sun_over

if TYPE_CHECKING:
    from kenli.park.resource.weather import Weather

FloatArray = NDArray[np.float64]

#: Values outside these limits cannot be weather at the ground; they are errors of unit or
#: sentinels such as 9999 or -999. (lowest, highest, unit)
RANGES: dict[str, tuple[float, float, str]] = {
    "ghi": (0.0, 1500.0, "W/m2"),
    "dni": (0.0, 1450.0, "W/m2"),
    "dhi": (0.0, 1000.0, "W/m2"),
    "temperature": (-90.0, 60.0, "degC"),
    "wind_speed": (0.0, 75.0, "m/s"),
    "pressure": (45000.0, 110000.0, "Pa"),
    "relative_humidity": (0.0, 110.0, "%"),
}

#: Irradiance with the sun this far below the horizon over the whole interval is misplaced.
BELOW_HORIZON = -1.0
#: A satellite's or a sensor's twilight may leave this much [W/m2] without meaning anything.
TWILIGHT = 5.0


def check_weather(weather: Weather) -> list[Problem]:
    """Return all findings about a weather; errors would make a plan wrong, warnings are shown.

    Errors: NaN, values outside physical limits, a site that is no place on Earth, irradiance
    while the sun is below the horizon. Warnings: little twilight irradiance, and series that do
    not close (GHI against DNI cos z + DHI).
    """
    problems = _check_site(weather)
    for name, values in _all_series(weather).items():
        problems += _check_values(weather, name, values)
    if any(problem.severity == "error" for problem in problems):
        return problems
    sun = sun_over(weather.index, weather.step_hours, weather.latitude, weather.longitude)
    problems += _check_night(weather, sun)
    problems += _check_closure(weather, sun)
    return problems


def _all_series(weather: Weather) -> dict[str, FloatArray]:
    series = {name: getattr(weather, name) for name in RANGES if getattr(weather, name) is not None}
    for height, speed in weather.wind_speeds.items():
        if height != weather.wind_height:
            series[f"wind_speed_{height:g}m"] = speed
    return series


def _check_site(weather: Weather) -> list[Problem]:
    problems = []
    limits = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0), "elevation": (-450.0, 6000.0)}
    for name, (low, high) in limits.items():
        value = getattr(weather, name)
        if not low <= value <= high:
            what = f"{value:g} is outside {low:g} to {high:g}"
            problems.append(Problem(f"weather > {name}", what, "give the site's own", code="weather-site"))
    if not 1.0 <= weather.wind_height <= 300.0:
        what = f"{weather.wind_height:g} m is no height of a wind measurement"
        problems.append(Problem("weather > wind_height", what, "give metres above ground", code="weather-site"))
    return problems


def _check_values(weather: Weather, name: str, values: FloatArray) -> list[Problem]:
    missing = ~np.isfinite(values)
    if missing.any():
        first = weather.index[int(np.argmax(missing))]
        return [
            Problem(
                f"weather > {name}",
                f"{int(missing.sum())} of {len(values)} values are missing, the first at {first:%Y-%m-%d %H:%M} UTC",
                "complete the file, or declare a gap policy",
                code="gap",
            )
        ]
    low, high, unit = RANGES.get(name, RANGES["wind_speed"])
    outside = (values < low) | (values > high)
    if outside.any():
        place = int(np.argmax(outside))
        return [
            Problem(
                f"weather > {name}",
                f"{int(outside.sum())} values are outside {low:g} to {high:g} {unit}; the first is "
                f"{values[place]:g} at {weather.index[place]:%Y-%m-%d %H:%M} UTC",
                f"check the unit of the column (it must be {unit} here) and the file's mark for missing",
                code="weather-range",
            )
        ]
    return []


def _check_night(weather: Weather, sun: Sun) -> list[Problem]:
    """Look for irradiance at night, which nearly always is a wrong time zone or label."""
    night = sun.highest < BELOW_HORIZON
    strongest = np.maximum.reduce([weather.ghi, weather.dni, weather.dhi])
    lit = night & (strongest > 0)
    if not lit.any():
        return []
    place = int(np.argmax(np.where(night, strongest, -1.0)))
    what = (
        f"{int(lit.sum())} intervals have irradiance with the sun below the horizon, at most "
        f"{strongest[place]:.0f} W/m2 at {weather.index[place]:%Y-%m-%d %H:%M} UTC"
    )
    if strongest[place] <= TWILIGHT:
        return [Problem("weather > irradiance", what, "harmless twilight", severity="warning", code="twilight")]
    shift = best_shift(weather.ghi, sun.mean_cos_zenith, weather.step_hours)
    if shift:
        fix = f"the series fits the sun best {shift:+g} h later: check the time zone and the interval label"
    else:
        fix = "check the site's latitude and longitude (east is positive), or set night values to zero"
    return [Problem("weather > irradiance", what, fix, code="irradiance-at-night")]


def best_shift(ghi: FloatArray, mean_cos_zenith: FloatArray, step_hours: float) -> float:
    """Return by how many hours `ghi` should be moved to agree best with the sun (-12 to 12)."""
    reach = round(12 / step_hours)
    shifts = range(-reach, reach + 1)
    agreement = [float(np.dot(np.roll(ghi, shift), mean_cos_zenith)) for shift in shifts]
    return shifts[int(np.argmax(agreement))] * step_hours


def _check_closure(weather: Weather, sun: Sun) -> list[Problem]:
    """Compare GHI with its parts while the sun is clearly up.

    The limit is wide (3 % of the annual sum, 60 W/m2 in a twentieth of the hours) because
    typical-year files come from measurements whose three sensors never agree exactly.
    """
    day = sun.elevation > 5.0
    if not day.any() or weather.ghi[day].sum() <= 0:
        return []
    parts = weather.dni * sun.mean_cos_zenith + weather.dhi
    difference = (parts - weather.ghi)[day]
    bias = float(difference.sum() / weather.ghi[day].sum())
    wide = float(np.quantile(np.abs(difference), 0.95))
    if abs(bias) <= 0.03 and wide <= 60.0:
        return []
    return [
        Problem(
            "weather > irradiance",
            f"DNI cos z + DHI differs from GHI by {bias:+.1%} in sum; one daylight interval in twenty is "
            f"off by more than {wide:.0f} W/m2",
            "check which columns are direct normal and which are horizontal, and the interval label",
            severity="warning",
            code="irradiance-closure",
        )
    ]
