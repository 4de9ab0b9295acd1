"""Does a synthetic year meet its targets? Every statistic with its value, target and verdict.

The statistics are computed from the finished series alone, not from anything that the generator
remembers, so that the same table can judge a file against a site's targets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kenli.park.resource.sun import Sun, sun_over
from kenli.park.resource.synthetic_series import group_mean, group_sum, lag_correlation
from kenli.park.resource.synthetic_solar import Calendar, clear_sky, extraterrestrial, monthly_sums
from kenli.park.resource.targets import MonthlyTarget, SiteTargets, Target, find_targets
from kenli.park.resource.weather import Weather

FloatArray = NDArray[np.float64]

#: Share of gross wind output that reaches the meter after wakes, standstill and cables
#: (facts of the reference: net 0.30-0.32 from gross 0.36).
WIND_NET = 0.87
#: What a month may always miss [kWh/m2]; it matters only in polar night.
POLAR_SLACK = 0.5
#: System losses and module to inverter ratio of the check's PV plant.
PV_LOSSES = 0.14
PV_RATIO = 1.2
#: Tilt of the check's PV plant [degrees].
PV_TILT = 30.0
#: A modern low-wind turbine reduced to three numbers: 264 W/m2 of rotor, peak power coefficient and
#: the width of the rounding towards rated power (fits NREL's 6 MW 170 m curve).
_SPECIFIC_POWER = 264.0
_POWER_COEFFICIENT = 0.47
_ROUNDING = 5.0
_CUT_IN, _CUT_OUT = 3.0, 25.0


@dataclass(frozen=True, slots=True)
class Statistic:
    """One row of the table: what was found, what was wanted, and whether it passes."""

    statistic: str
    value: float
    target: float
    low: float
    high: float
    unit: str
    passed: bool


def check_synthetic(
    weather: Weather, targets: SiteTargets | None = None, offshore: Weather | None = None
) -> list[Statistic]:
    """Return all statistics of a weather year against a site's targets.

    Args:
        weather: one year, starting at local midnight of 1 January.
        targets: the site's statistics; without them those of Kenli, within 150 km of it.
        offshore: the weather of the sea nearby, if it is to be judged as well.

    Raises:
        InputError: no targets are known for the place.
    """
    if targets is None:
        targets = find_targets(weather.latitude, weather.longitude)
    # The year starts at local midnight, so the first label holds the offset of the local clock.
    start = pd.Timestamp(year=(weather.index[0] + pd.Timedelta(days=180)).year, month=1, day=1, tz="UTC")
    local = (weather.index + (start - weather.index[0])).tz_localize(None)
    calendar = Calendar.of(local)
    sun = sun_over(weather.index, weather.step_hours, weather.latitude, weather.longitude)
    rows = [
        *_sun_rows(weather, sun, calendar, targets),
        *_temperature_rows(weather, calendar, targets),
        *_wind_rows(weather, calendar, targets),
        *_joint_rows(weather, sun, calendar, targets),
    ]
    if offshore is not None and targets.offshore is not None:
        rows += [
            _row("offshore wind mean", float(offshore.wind_speed.mean()), targets.offshore.wind_speed),
            _row("offshore Weibull shape", weibull_shape(offshore.wind_speed), targets.offshore.wind_shape),
            _row(
                "offshore correlation",
                float(np.corrcoef(weather.wind_speed, offshore.wind_speed)[0, 1]),
                targets.offshore.correlation,
            ),
        ]
    return rows


def _row(name: str, value: float, target: Target) -> Statistic:
    passed = bool(target.low <= value <= target.high)
    return Statistic(name, value, target.value, target.low, target.high, target.unit, passed)


def _limit(name: str, value: float, low: float, high: float, unit: str, aim: float = 0.0) -> Statistic:
    return Statistic(name, value, aim, low, high, unit, bool(low <= value <= high))


def _monthly(
    name: str, values: FloatArray, wanted: FloatArray, low: FloatArray, high: FloatArray, unit: str
) -> list[Statistic]:
    return [
        _limit(f"{name} {month + 1:02d}", float(v), float(lo), float(hi), unit, float(aim))
        for month, (v, aim, lo, hi) in enumerate(zip(values, wanted, low, high, strict=True))
    ]


def _sun_rows(weather: Weather, sun: Sun, calendar: Calendar, targets: SiteTargets) -> list[Statistic]:
    hours = weather.step_hours
    clear = clear_sky(weather.index, sun, weather.latitude, weather.longitude, weather.elevation)
    outside = extraterrestrial(weather.index, sun)
    months = group_sum(weather.ghi, calendar.month, 12) * hours / 1000
    wanted = monthly_sums(targets, np.bincount(calendar.month_of_day, minlength=12))
    shape = targets.ghi_by_month
    day_outside = np.bincount(calendar.day, outside)
    lit = day_outside > 0
    clearness = np.bincount(calendar.day, weather.ghi)[lit] / day_outside[lit]
    day = sun.elevation > 0.0
    closure = np.abs(weather.ghi - weather.dni * sun.cos_zenith - weather.dhi)
    brightest = np.maximum.reduce([weather.ghi, weather.dni, weather.dhi])
    above = weather.ghi[day] - 1.1 * clear[day]
    rows = [
        _row("annual GHI", float(weather.ghi.sum() * hours / 1000), targets.annual_ghi),
        *_monthly(
            "GHI month",
            months,
            wanted,
            np.minimum(wanted * np.array(shape.low), wanted - POLAR_SLACK),
            np.maximum(wanted * np.array(shape.high), wanted + POLAR_SLACK),
            "kWh/m2",
        ),
        _limit("largest closure error by day", float(closure[day].max(initial=0.0)), 0.0, 1.0, "W/m2"),
        _limit("irradiance below -1 deg", float(brightest[sun.elevation < -1.0].max(initial=0.0)), 0.0, 0.0, "W/m2"),
        _limit("largest GHI above 1.1 clear sky", float(above.max(initial=-1.0)), -1e9, 1e-9, "W/m2"),
        _row("daily clearness lag-1", lag_correlation(clearness, 1), targets.kt_autocorrelation),
        _row("daily clearness deviation", float(clearness.std()), targets.kt_deviation),
        _row("daily clearness skewness", _skewness(clearness), targets.kt_skewness),
    ]
    if targets.annual_dni is not None:
        rows.append(_row("annual DNI", float(weather.dni.sum() * hours / 1000), targets.annual_dni))
    if targets.annual_dhi is not None:
        rows.append(_row("annual DHI", float(weather.dhi.sum() * hours / 1000), targets.annual_dhi))
    return rows


def _temperature_rows(weather: Weather, calendar: Calendar, targets: SiteTargets) -> list[Statistic]:
    months = group_mean(weather.temperature, calendar.month, 12)
    row: MonthlyTarget = targets.temperature_by_month
    rows = _monthly("temperature month", months, np.array(row.values), np.array(row.low), np.array(row.high), "degC")
    for name, value, target in (
        ("temperature mean", weather.temperature.mean(), targets.temperature),
        ("temperature minimum", weather.temperature.min(), targets.temperature_minimum),
        ("temperature maximum", weather.temperature.max(), targets.temperature_maximum),
    ):
        if target is not None:
            rows.append(_row(name, float(value), target))
    return rows


def _wind_rows(weather: Weather, calendar: Calendar, targets: SiteTargets) -> list[Statistic]:
    wind = weather.wind_speeds[targets.wind_height]
    months = group_mean(wind, calendar.month, 12)
    shape = np.array(targets.wind_by_month.values)
    wanted = shape / shape.mean() * targets.wind_speed.value
    order = np.argsort(shape, kind="stable")
    high, low = order[-3:], order[:2]
    steps_per_hour = round(1.0 / weather.step_hours) if weather.step_hours <= 1 else 1
    output = turbine_output(wind)
    rows = [
        _row("wind mean", float(wind.mean()), targets.wind_speed),
        _row("wind Weibull shape", weibull_shape(wind), targets.wind_shape),
        *_monthly(
            "wind month",
            months,
            wanted,
            wanted * np.array(targets.wind_by_month.low),
            wanted * np.array(targets.wind_by_month.high),
            "m/s",
        ),
        _limit("windiest month among the three expected", float(np.argmax(months) in high), 1.0, 1.0, "1", 1.0),
        _limit("calmest month among the two expected", float(np.argmin(months) in low), 1.0, 1.0, "1", 1.0),
        _row("longest calm", longest_run(output < 0.05) * weather.step_hours, targets.calm_run),
    ]
    if weather.step_hours <= 1:
        rows.append(_row("wind lag-1 h", lag_correlation(wind, steps_per_hour), targets.wind_autocorrelation))
    return rows


def _joint_rows(weather: Weather, sun: Sun, calendar: Calendar, targets: SiteTargets) -> list[Statistic]:
    pv = pv_output(weather, sun)
    wind = turbine_output(weather.wind_speeds[targets.wind_height])
    daily_pv, daily_wind = (
        _deseasonalised(group_sum(series, calendar.day, calendar.month_of_day.size)) for series in (pv, wind)
    )
    hours = weather.step_hours
    rows = [_row("daily wind and PV", float(np.corrcoef(daily_pv, daily_wind)[0, 1]), targets.wind_pv_correlation)]
    if targets.pv_yield is not None:
        rows.append(_row("PV yield", float(pv.sum() * hours), targets.pv_yield))
    if targets.wind_full_load_hours is not None:
        full_load = float(wind.sum() * hours * WIND_NET)
        rows.append(_row("wind net full-load hours", full_load, targets.wind_full_load_hours))
    return rows


def turbine_output(wind: FloatArray) -> FloatArray:
    """Return the output of a modern low-wind turbine at sea-level density, 0 to 1 of its rating.

    The cubic law of a constant power coefficient, rounded towards rated power by a smooth minimum.
    """
    free = 0.5 * 1.225 * _POWER_COEFFICIENT * wind**3 / _SPECIFIC_POWER
    smooth = free * (1.0 + free**_ROUNDING) ** (-1.0 / _ROUNDING)
    return np.where((wind >= _CUT_IN) & (wind <= _CUT_OUT), smooth, 0.0)


def pv_output(weather: Weather, sun: Sun) -> FloatArray:
    """Return the AC output of a fixed plant per kW of modules, by pvlib's PVWatts chain.

    Hay-Davies sky, King's cell temperature with 10 m wind, 14 % losses, dc/ac 1.2, tilt 30 degrees.
    """
    from pvlib import inverter, irradiance, pvsystem, solarposition, temperature

    middle = weather.index + pd.Timedelta(hours=weather.step_hours) / 2
    position = solarposition.get_solarposition(middle, weather.latitude, weather.longitude)
    towards = 180.0 if weather.latitude >= 0 else 0.0
    plane = irradiance.get_total_irradiance(
        PV_TILT,
        towards,
        position["apparent_zenith"].to_numpy(),
        position["azimuth"].to_numpy(),
        weather.dni,
        weather.ghi,
        weather.dhi,
        dni_extra=irradiance.get_extra_radiation(middle).to_numpy(),
        model="haydavies",
    )
    light = np.where(sun.cos_zenith > 0, np.nan_to_num(plane["poa_global"], nan=0.0), 0.0)
    low_wind = weather.wind_speeds[min(weather.wind_speeds)]
    cell = temperature.sapm_cell(light, weather.temperature, low_wind, a=-3.56, b=-0.075, deltaT=3)
    direct = pvsystem.pvwatts_dc(light, cell, 1.0, -0.0035) * (1.0 - PV_LOSSES)
    rating = 1.0 / PV_RATIO
    return np.asarray(inverter.pvwatts(direct, rating / 0.96), dtype=np.float64)


def weibull_shape(wind: FloatArray) -> float:
    """Return the maximum-likelihood Weibull shape of the positive speeds."""
    from scipy.optimize import brentq

    logs = np.log(wind[wind > 0])

    def slope(shape: float) -> float:
        powers = np.exp(shape * (logs - logs.max()))
        return float((powers * logs).sum() / powers.sum() - 1.0 / shape - logs.mean())

    return float(brentq(slope, 0.2, 20.0))


def longest_run(flags: NDArray[np.bool_]) -> int:
    """Return the length of the longest unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _skewness(values: FloatArray) -> float:
    centred = values - values.mean()
    return float((centred**3).mean() / (centred**2).mean() ** 1.5)


def _deseasonalised(daily: FloatArray) -> FloatArray:
    running = pd.Series(daily).rolling(31, center=True, min_periods=15).mean().to_numpy()
    return np.asarray(daily - running, dtype=np.float64)
