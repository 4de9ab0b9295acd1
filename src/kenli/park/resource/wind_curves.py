"""Power curves of wind turbines: shipped, from windpowerlib's library, inline or from a file.

A curve gives power as a share of the rated power against the wind speed at hub height, at the
standard air density of 1.225 kg/m3. Between its points it is a straight line, outside them zero.

`wind_turbines.csv` and `wind_curves.csv` beside this module hold reference turbines of NREL and the IEA
with their sources, read at every 0.5 m/s; against the finer originals the energy of a year differs by
less than 0.1 % (Weibull k = 2.1, 6 to 8 m/s). windpowerlib brings
about seventy turbines of the open energy database.
"""

from __future__ import annotations

import csv
import functools
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kenli.core.errors import InputError, Problem, unknown_word

FloatArray = NDArray[np.float64]

BETZ_LIMIT = 16.0 / 27.0
"""Largest share of the wind's power that a rotor can take (Betz 1920)."""

_STANDARD_DENSITY = 1.225  # kg/m3
_SMOOTHING_STEP = 0.1  # m/s
_SMOOTHING_TAIL = 15.0  # m/s beyond the last point


@dataclass(frozen=True, slots=True, eq=False)
class PowerCurve:
    """Power against wind speed.

    Attributes:
        name: of the turbine.
        speeds: wind speed at hub height, strictly increasing [m/s].
        shares: power over rated power at standard density [0-1].
        source: where the curve comes from.
        rated_power: MW, None where only the shape is known.
        rotor_diameter: m, None where unknown.
    """

    name: str
    speeds: FloatArray
    shares: FloatArray
    source: str
    rated_power: float | None = None
    rotor_diameter: float | None = None

    @property
    def cut_out(self) -> float:
        """Last wind speed of the curve [m/s]; the turbine stands still above it."""
        return float(self.speeds[-1])

    @property
    def power_coefficient(self) -> float | None:
        """Highest share of the wind's power that the curve takes; None without rating and diameter."""
        if self.rated_power is None or self.rotor_diameter is None:
            return None
        area = np.pi / 4.0 * self.rotor_diameter**2
        moving = self.speeds > 0.0
        in_wind = 0.5 * _STANDARD_DENSITY * area * self.speeds[moving] ** 3
        return float(np.max(self.shares[moving] * self.rated_power * 1e6 / in_wind))

    def at(self, speed: FloatArray) -> FloatArray:
        """Return the share of rated power at wind speeds [m/s] and standard density."""
        return np.interp(speed, self.speeds, self.shares, left=0.0, right=0.0)


def curve_problems(where: str, speeds: Sequence[float], powers: Sequence[float]) -> list[Problem]:
    """Say what is wrong with a table of wind speeds [m/s] and powers [any unit]."""
    fix = "give pairs from cut-in to cut-out, such as speeds [3, 6, 12, 25] and powers [0, 1.2, 6, 6]"
    v, p = np.asarray(speeds, dtype=np.float64), np.asarray(powers, dtype=np.float64)

    def problem(what: str) -> list[Problem]:
        return [Problem(where, what, fix, code="power-curve")]

    if v.shape != p.shape:
        return problem(f"{v.size} wind speeds and {p.size} powers do not make pairs")
    if v.size < 2:
        return problem("a power curve needs at least two points")
    if not (np.isfinite(v).all() and np.isfinite(p).all()):
        return problem("a power curve holds numbers only; one is missing or infinite")
    if v[0] < 0.0 or (np.diff(v) <= 0.0).any():
        place = 0 if v[0] < 0.0 else int(np.argmax(np.diff(v) <= 0.0)) + 1
        return problem(f"wind speeds must rise from 0 m/s or more; number {place + 1} is {v[place]:g}")
    if (p < 0.0).any():
        return problem(f"power must not be negative; at {v[int(np.argmax(p < 0.0))]:g} m/s it is {p.min():g}")
    if p.max() == 0.0:
        return problem("all powers are zero")
    return []


def make_curve(
    name: str,
    speeds: Sequence[float],
    powers: Sequence[float],
    *,
    source: str,
    where: str = "wind > turbine",
    rated_power: float | None = None,
    rotor_diameter: float | None = None,
) -> PowerCurve:
    """Build a curve from a table; powers in any one unit, divided by the highest.

    Raises:
        InputError: no pairs, speeds that do not rise, negative or no power.
    """
    problems = curve_problems(where, speeds, powers)
    if problems:
        raise InputError(problems)
    speed, power = np.array(speeds, dtype=np.float64), np.array(powers, dtype=np.float64)
    power /= power.max()
    for array in (speed, power):  # named curves are shared
        array.setflags(write=False)
    return PowerCurve(
        name=name,
        speeds=speed,
        shares=power,
        source=source,
        rated_power=rated_power,
        rotor_diameter=rotor_diameter,
    )


def turbine_names() -> list[str]:
    """Return the names that `named_curve` gives a curve for."""
    return sorted({*_shipped(), *(name for name, curve in _library().items() if not _beyond_betz(curve))})


def named_curve(name: str, *, where: str = "wind > turbine") -> PowerCurve:
    """Return the curve of a shipped turbine (`nrel-6mw-170`) or one of windpowerlib's (`V126/3300`).

    Raises:
        InputError: there is no turbine of this name (the nearest one is named), or its curve in the
            library is impossible: three of them take more from the wind than Betz' limit.
    """
    known = _shipped() if name in _shipped() else _library()
    if name not in known:
        raise InputError(unknown_word(where, "turbine", name, turbine_names(), code="unknown-turbine"))
    curve = known[name]
    if _beyond_betz(curve):
        raise InputError.at(
            where,
            f"the library's curve of '{name}' takes {curve.power_coefficient:.0%} of the wind's "
            f"power; no rotor takes more than {BETZ_LIMIT:.0%}",
            "choose another turbine, or give the maker's curve as {speeds, powers}",
            code="power-curve-betz",
        )
    return curve


def read_curve(path: Path, *, where: str = "wind > turbine > file") -> PowerCurve:
    """Read a CSV file whose columns begin with `wind_speed` [m/s] and `power` [any one unit].

    Raises:
        InputError: no such file, other columns, or no power curve in it.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError.at(
            where,
            f"'{path}' cannot be read: {error}",
            "give the path of a CSV file, counted from the park file's folder",
            code="power-curve-file",
        ) from None
    names = [name for name in (rows[0] if rows else {}) if name is not None]
    columns = [[name for name in names if name.strip().startswith(stem)] for stem in ("wind_speed", "power")]
    if any(len(found) != 1 for found in columns):
        raise InputError.at(
            where,
            f"'{path}' has the columns {', '.join(names) or '(none)'}",
            "name one column 'wind_speed [m/s]' and one 'power [kW]'",
            code="power-curve-file",
        )
    (speed,), (power,) = columns
    try:
        speeds, powers = [float(row[speed]) for row in rows], [float(row[power]) for row in rows]
    except (TypeError, ValueError) as error:
        raise InputError.at(
            where,
            f"'{path}' holds something that is no number: {error}",
            "repair the table",
            code="power-curve-file",
        ) from None
    return make_curve(path.stem, speeds, powers, source=str(path), where=where)


def smooth_curve(curve: PowerCurve, deviation: float) -> PowerCurve:
    """Return the curve of many turbines that see somewhat different winds (Norgaard and Holttinen 2004).

    P(v) = integral of P(u) N(u; v, deviation v) du, so that a fleet starts earlier, reaches its rated
    power later and leaves a storm gradually.

    Args:
        curve: of the single turbine.
        deviation: standard deviation of the wind speeds over the fleet, as a share of their mean;
            0 returns the curve itself.
    """
    if deviation == 0.0:
        return curve
    speeds = np.arange(0.0, curve.cut_out + _SMOOTHING_TAIL + _SMOOTHING_STEP / 2, _SMOOTHING_STEP)
    winds = np.arange(0.0, curve.cut_out + _SMOOTHING_STEP / 2, _SMOOTHING_STEP)
    # Below 1 m/s the bell is narrower than the grid; a curve is zero there anyway.
    width = np.maximum(speeds * deviation, 2.0 * _SMOOTHING_STEP)[:, None]
    bell = np.exp(-0.5 * ((speeds[:, None] - winds[None, :]) / width) ** 2) / (width * np.sqrt(2.0 * np.pi))
    shares = bell @ curve.at(winds) * _SMOOTHING_STEP
    return PowerCurve(
        name=curve.name,
        speeds=speeds,
        shares=np.clip(shares, 0.0, 1.0),
        source=f"{curve.source}; smoothed for a fleet with a deviation of {deviation:.0%}",
        rated_power=curve.rated_power,
        rotor_diameter=curve.rotor_diameter,
    )


def _beyond_betz(curve: PowerCurve) -> bool:
    coefficient = curve.power_coefficient
    return coefficient is not None and coefficient > BETZ_LIMIT


@functools.cache
def _shipped() -> dict[str, PowerCurve]:
    folder = resources.files("kenli.park.resource")
    with (folder / "wind_turbines.csv").open(encoding="utf-8") as file:
        turbines = list(csv.DictReader(file))
    with (folder / "wind_curves.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    speeds = [float(row["wind_speed_m_per_s"]) for row in table]
    curves = {}
    for turbine in turbines:
        powers = [float(row[turbine["name"]]) for row in table]
        # The column is padded with zeros after the cut-out, which ends the curve.
        end = int(np.flatnonzero(powers)[-1]) + 1
        curves[turbine["name"]] = make_curve(
            turbine["name"],
            speeds[:end],
            powers[:end],
            source=turbine["source"],
            rated_power=float(turbine["rated_power_kw"]) / 1000.0,
            rotor_diameter=float(turbine["rotor_diameter_m"]),
        )
    return curves


@functools.cache
def _library() -> dict[str, PowerCurve]:
    """Read windpowerlib's tables directly: importing the package costs more than the tables do."""
    package = importlib.util.find_spec("windpowerlib")
    if package is None or package.origin is None:  # a dependency of Kenli; only a broken installation lacks it
        raise InputError.at("wind > turbine", "windpowerlib is not installed", "reinstall kenli", code="installation")
    folder = Path(package.origin).parent / "oedb"
    with (folder / "turbine_data.csv").open(newline="", encoding="utf-8") as file:
        turbines = {row["turbine_type"]: row for row in csv.DictReader(file)}
    curves = {}
    with (folder / "power_curves.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row.pop("turbine_type")
            points = sorted((float(speed), float(power)) for speed, power in row.items() if power != "")
            end = max(number for number, (_, power) in enumerate(points) if power > 0.0) + 1
            turbine = turbines.get(name, {})
            rated, diameter = turbine.get("nominal_power"), turbine.get("rotor_diameter")
            curves[name] = make_curve(
                name,
                [speed for speed, _ in points[:end]],
                [power for _, power in points[:end]],
                source="open energy database, as shipped with windpowerlib",
                rated_power=float(rated) / 1e6 if rated else None,
                rotor_diameter=float(diameter) if diameter else None,
            )
    return curves
