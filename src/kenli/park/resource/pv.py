"""Photovoltaics: from irradiance to the share of the AC capacity that a plant can give.

The chain is PVWatts' (Dobos 2014) with newer parts where pvlib has better ones: sun at the middle of
the interval, Perez-Driesse sky on the module's plane, reflection at the cover for each part of the
light, cell temperature after King, linear temperature coefficient, system losses, inverter with
part-load curve and clipping at the AC rating.

Perez-Driesse (2024) is chosen among the sky models because Perez' model is the best validated for
hourly data and PVWatts' own, and Driesse's continuous form of it has no steps between sky-clearness
bins, which would appear as jumps in a plan's hours.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kenli.park.fields import Model, Share, Unit
from kenli.park.resource.weather import Weather

FloatArray = NDArray[np.float64]

#: Model and parameter set of pvlib for the ways to mount a module. King's sets have no roof with a gap
#: for air, so that one is PVsyst's, in which wind plays no part.
_MOUNTS = {
    "open-rack": ("sapm", "open_rack_glass_polymer"),
    "open-rack-glass-glass": ("sapm", "open_rack_glass_glass"),
    "roof": ("pvsyst", "semi_integrated"),
    "roof-close": ("sapm", "close_mount_glass_glass"),
    "insulated": ("sapm", "insulated_back_glass_polymer"),
}
_TILT_FIXED = 30.0
_GROUND_COVER_RATIO = 0.4  # trackers and two-sided modules that do not say; PVWatts' default
_NOTHING = 1e-9  # share of capacity below which power is none; pvlib's part-load curve divides by it
_GLASS_INDEX = 1.526  # refractive index of the cover, Duffie & Beckman
_COATING_INDEX = 1.3  # of an anti-reflective coating, PVWatts manual (Dobos 2014)


class PvOptions(Model):
    """How a photovoltaic plant is built; capacity is always the AC rating of its inverters."""

    tilt: Annotated[float, Unit("deg"), Field(ge=0.0, le=90.0)] | None = None
    """Tilt of the modules, or of the axis of a tracker, against the horizontal. Without it 30 deg for
    fixed modules and 0 deg for a tracker."""

    azimuth: Annotated[float, Unit("deg"), Field(ge=0.0, le=360.0)] | None = None
    """Direction that the modules face (or a tilted axis falls to), clockwise from north: 90 deg east,
    180 deg south. Without it towards the equator."""

    tracking: Literal["fixed", "single-axis"] = "fixed"
    """Fixed modules, or rows that turn about one axis to follow the sun."""

    max_angle: Annotated[float, Unit("deg"), Field(gt=0.0, le=90.0)] = 60.0
    """Largest rotation of a tracker to either side."""

    backtracking: bool = True
    """Whether a tracker turns back at low sun so that rows do not shade each other."""

    ground_cover_ratio: Annotated[float, Unit(""), Field(gt=0.0, lt=1.0)] | None = None
    """Module area over ground area. When it is given, rows shade each other by their geometry; without
    it fixed rows are taken as free and shade belongs to `losses`. Trackers and two-sided modules
    always have rows: 0.4 without it."""

    dc_ac_ratio: Annotated[float, Unit(""), Field(ge=0.5, le=3.0)] = 1.2
    """Module capacity (DC, standard test conditions) over inverter capacity (AC)."""

    losses: Annotated[float, Unit(""), Field(ge=0.0, lt=1.0)] = 0.14
    """Soiling, mismatch, wiring, degradation and standstill together, taken from the DC power
    (PVWatts' default, Dobos 2014)."""

    temperature_coefficient: Annotated[float, Unit("1/K"), Field(ge=-0.01, le=0.0)] = -0.0035
    """Change of DC power with the cell temperature (PVWatts' premium module: -0.35 %/K)."""

    inverter_efficiency: Annotated[float, Unit(""), Field(gt=0.5, le=1.0)] = 0.96
    """Nominal efficiency of the inverter at full load (PVWatts' default)."""

    albedo: Share = 0.2
    """Share of the global irradiance that the ground reflects (grass 0.2, fresh snow 0.8)."""

    bifaciality: Share = 0.0
    """Efficiency of the rear over the front of the modules; 0 for one-sided modules."""

    row_height: Annotated[float, Unit("m"), Field(gt=0.0)] = 1.5
    """Height of the middle of a row above ground; used for the light on the rear."""

    row_width: Annotated[float, Unit("m"), Field(gt=0.0)] = 2.3
    """Slant width of a row, used with the ground cover ratio for the light on the rear."""

    mount: Literal["open-rack", "open-rack-glass-glass", "roof", "roof-close", "insulated"] = "open-rack"
    """How air reaches the modules, which decides the cell temperature: racks in the open, a roof with a
    gap for air, close to a roof, or with an insulated back."""

    cover: Literal["anti-reflective", "glass"] = "anti-reflective"
    """Front of the module; plain glass reflects more at a low sun."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        idle = {"max_angle", "backtracking"} & self.model_fields_set
        if self.tracking == "fixed" and idle:
            raise PydanticCustomError(
                "pv-tracking",
                "{what}",
                {
                    "what": f"'{sorted(idle)[0]}' says something about a tracker, but tracking is fixed",
                    "fix": "write tracking: single-axis, or leave the key out",
                },
            )
        return self

    @property
    def row_spacing(self) -> float | None:
        """Ground cover ratio that counts, or None where rows stand free."""
        has_rows = self.tracking != "fixed" or self.bifaciality > 0.0
        return _GROUND_COVER_RATIO if self.ground_cover_ratio is None and has_rows else self.ground_cover_ratio


@dataclass(frozen=True, slots=True)
class PlaneOfArray:
    """Light on the modules; arrays over the weather's steps [W/m2].

    Attributes:
        incident: global irradiance that arrives at the front.
        effective: what passes the cover of the front, plus the rear's gain.
        zenith: apparent zenith of the sun at the middle of the step [degrees].
    """

    incident: FloatArray
    effective: FloatArray
    zenith: FloatArray


@dataclass(frozen=True, slots=True)
class PvYield:
    """Energy of a PV plant over the span of the weather.

    Attributes:
        per_ac: MWh per MW of inverter, the full-load hours.
        per_dc: MWh per MW of module (kWh/kWp).
        capacity_factor: mean share of the AC capacity.
    """

    per_ac: float
    per_dc: float
    capacity_factor: float


def solar_position(weather: Weather) -> pd.DataFrame:
    """Return zenith, apparent_zenith and azimuth at the middle of each step [degrees].

    NREL's algorithm (Reda and Andreas 2004) as in pvlib. The middle is the place that stands for an
    interval mean; the start would shift the plant by half a step against the sun.
    """
    import pvlib

    middle = weather.index + pd.Timedelta(hours=weather.step_hours / 2)
    position: pd.DataFrame = pvlib.solarposition.get_solarposition(
        middle,
        weather.latitude,
        weather.longitude,
        altitude=weather.elevation,
        pressure=float(np.mean(weather.pressure)),
        temperature=float(np.mean(weather.temperature)),
    )
    return position


def plane_of_array(weather: Weather, options: PvOptions) -> PlaneOfArray:
    """Bring the weather's irradiance onto the modules, part by part.

    Beam and circumsolar light pass the cover at the angle of incidence, sky, horizon and ground light
    at the mean of their solid angles (Marion 2017). Light on the rear follows the infinite sheds model
    (Mikofski et al. 2019) and passes uncorrected but for `bifaciality` and 2 % of structural shade
    less transmission, pvlib's defaults. Rows shade beam and circumsolar light in proportion to the
    shaded width (Anderson and Jensen 2024) and mask sky light (Passias and Kallback 1984).
    """
    import pvlib

    sun = solar_position(weather)
    zenith = sun["apparent_zenith"].to_numpy()
    azimuth = sun["azimuth"].to_numpy()
    tilt, facing = _orientation(weather, options, zenith, azimuth)
    day = weather.index + pd.Timedelta(hours=weather.step_hours / 2)
    extra = pvlib.irradiance.get_extra_radiation(day).to_numpy()

    incidence = pvlib.irradiance.aoi(tilt, facing, zenith, azimuth)
    projection = np.maximum(np.cos(np.radians(incidence)), 0.0)
    beam = np.where(zenith < 90.0, weather.dni * projection, 0.0)
    sky = _sky(weather, tilt, facing, zenith, azimuth, extra)
    ground = pvlib.irradiance.get_ground_diffuse(tilt, weather.ghi, options.albedo)
    if options.row_spacing is not None:
        free, open_sky = _rows(options.row_spacing, tilt, facing, zenith, azimuth)
        beam = np.asarray(beam * free)
        sky["circumsolar"] = sky["circumsolar"] * free
        sky["isotropic"] = sky["isotropic"] * open_sky

    index_of_coating = _COATING_INDEX if options.cover == "anti-reflective" else None
    pass_beam = pvlib.iam.physical(incidence, n=_GLASS_INDEX, n_ar=index_of_coating)
    pass_diffuse = _diffuse_transmission(tilt, index_of_coating)
    effective = (
        (beam + sky["circumsolar"]) * np.nan_to_num(pass_beam)
        + sky["isotropic"] * pass_diffuse["sky"]
        + sky["horizon"] * pass_diffuse["horizon"]
        + ground * pass_diffuse["ground"]
    )
    incident = beam + sky["circumsolar"] + sky["isotropic"] + sky["horizon"] + ground
    if options.bifaciality > 0.0:
        rear = _rear(weather, options, tilt, facing, zenith, azimuth, extra)
        effective = effective + rear
    lit = weather.ghi + weather.dhi + weather.dni > 0.0
    return PlaneOfArray(
        incident=np.where(lit, np.maximum(incident, 0.0), 0.0),
        effective=np.where(lit, np.maximum(effective, 0.0), 0.0),
        zenith=zenith,
    )


def cell_temperature(weather: Weather, incident: FloatArray, mount: str = "open-rack") -> FloatArray:
    """Return the cell temperature [degC].

    King's model (Sandia SAND2004-3535), T_cell = T_air + G exp(a + b v10) + G/1000 dT with the wind at
    10 m above ground; for `roof` PVsyst's, T_cell = T_air + 0.9 G (1 - 0.1) / (20 W/m2K).

    Args:
        weather: site weather; wind of another height is brought to 10 m with the exponent 1/7.
        incident: irradiance on the modules [W/m2].
        mount: key of `PvOptions.mount`.
    """
    import pvlib

    model, parameter_set = _MOUNTS[mount]
    parameters = pvlib.temperature.TEMPERATURE_MODEL_PARAMETERS[model][parameter_set]
    if model == "pvsyst":
        warm = pvlib.temperature.pvsyst_cell(incident, weather.temperature, 1.0, **parameters)
        return np.asarray(warm, dtype=np.float64)
    if 10.0 in weather.wind_speeds:
        wind = weather.wind_speeds[10.0]
    else:
        height = min(weather.wind_speeds, key=lambda known: abs(known - 10.0))
        wind = weather.wind_speeds[height] * (10.0 / height) ** (1.0 / 7.0)
    cell = pvlib.temperature.sapm_cell(incident, weather.temperature, wind, **parameters)
    return np.asarray(cell, dtype=np.float64)


def pv_availability(weather: Weather, options: PvOptions) -> FloatArray:
    """Return the share of the AC capacity that the plant can give in each step [0-1].

    Nights are exactly zero; a plant with more modules than inverters is clipped at 1.
    """
    import pvlib

    light = plane_of_array(weather, options)
    cell = cell_temperature(weather, light.incident, options.mount)
    direct = pvlib.pvsystem.pvwatts_dc(light.effective, cell, options.dc_ac_ratio, options.temperature_coefficient)
    direct = np.asarray(direct * (1.0 - options.losses))
    direct = np.where(direct > _NOTHING, direct, 0.0)
    efficiency = options.inverter_efficiency
    power = pvlib.inverter.pvwatts(direct, 1.0 / efficiency, eta_inv_nom=efficiency)
    return np.clip(np.asarray(power, dtype=np.float64), 0.0, 1.0)


def pv_yield(weather: Weather, options: PvOptions) -> PvYield:
    """Return full-load hours and yield over the span of the weather."""
    availability = pv_availability(weather, options)
    hours = float(availability.sum() * weather.step_hours)
    return PvYield(per_ac=hours, per_dc=hours / options.dc_ac_ratio, capacity_factor=float(availability.mean()))


def _orientation(
    weather: Weather, options: PvOptions, zenith: FloatArray, azimuth: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Tilt and azimuth of the modules in each step [degrees]."""
    import pvlib

    equator = 180.0 if weather.latitude >= 0.0 else 0.0
    facing = equator if options.azimuth is None else options.azimuth
    if options.tracking == "fixed":
        fixed_tilt = _TILT_FIXED if options.tilt is None else options.tilt
        return np.full(zenith.shape, fixed_tilt), np.full(zenith.shape, facing)
    axis_tilt = 0.0 if options.tilt is None else options.tilt
    turned = pvlib.tracking.singleaxis(
        zenith,
        azimuth,
        axis_tilt=axis_tilt,
        axis_azimuth=facing,
        max_angle=options.max_angle,
        backtrack=options.backtracking,
        gcr=options.row_spacing,
    )
    # Below the horizon pvlib gives NaN: the tracker rests on its axis, where twilight is diffuse anyway.
    tilt = np.where(np.isnan(turned["surface_tilt"]), axis_tilt, turned["surface_tilt"])
    face = np.where(np.isnan(turned["surface_azimuth"]), facing, turned["surface_azimuth"])
    return tilt, face


def _sky(
    weather: Weather,
    tilt: FloatArray,
    facing: FloatArray,
    zenith: FloatArray,
    azimuth: FloatArray,
    extra: FloatArray,
) -> dict[str, FloatArray]:
    """Diffuse light of the sky on the plane by part [W/m2]; isotropic where the sun stands below the horizon.

    The middle of the step in which the sun rises or sets may lie below the horizon although the step
    has light; Perez' air mass does not exist there.
    """
    import pvlib

    with np.errstate(divide="ignore", invalid="ignore"):  # steps without diffuse light
        parts = pvlib.irradiance.perez_driesse(
            tilt, facing, weather.dhi, weather.dni, extra, zenith, azimuth, return_components=True
        )
    isotropic = weather.dhi * (1.0 + np.cos(np.radians(tilt))) / 2.0
    usable = (zenith < 90.0) & np.isfinite(parts["poa_sky_diffuse"]) & (weather.dhi > 0.0)
    return {
        "isotropic": np.where(usable, parts["poa_isotropic"], isotropic),
        "circumsolar": np.where(usable, parts["poa_circumsolar"], 0.0),
        "horizon": np.where(usable, parts["poa_horizon"], 0.0),
    }


def _rows(
    ratio: float, tilt: FloatArray, facing: FloatArray, zenith: FloatArray, azimuth: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Share of the beam that the row in front lets pass, and share of the sky that it leaves open."""
    import pvlib

    shaded = pvlib.shading.shaded_fraction1d(
        np.minimum(zenith, 89.9), azimuth, facing - 90.0, tilt, collector_width=ratio, pitch=1.0
    )
    masked = pvlib.shading.sky_diffuse_passias(pvlib.shading.masking_angle_passias(tilt, ratio))
    free = 1.0 - np.clip(np.nan_to_num(np.asarray(shaded, dtype=np.float64)), 0.0, 1.0)
    return free, 1.0 - np.asarray(masked, dtype=np.float64)


def _diffuse_transmission(tilt: FloatArray, index_of_coating: float | None) -> dict[str, FloatArray]:
    """Share of sky, horizon and ground light that passes the cover, against normal incidence.

    Marion (2017), read from a table by tilt, so that a tracker costs no more than a rack.
    """
    grid, tables = _marion(index_of_coating)
    return {part: np.interp(tilt, grid, table) for part, table in tables.items()}


@functools.cache
def _marion(index_of_coating: float | None) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Marion's integrals on a grid of tilts [degrees], done once: they are smooth, and slow to do."""
    import pvlib

    grid = np.linspace(0.0, 90.0, 31)
    tables = pvlib.iam.marion_diffuse("physical", grid, n=_GLASS_INDEX, n_ar=index_of_coating)
    return grid, {part: np.asarray(table, dtype=np.float64) for part, table in tables.items()}


def _rear(
    weather: Weather,
    options: PvOptions,
    tilt: FloatArray,
    facing: FloatArray,
    zenith: FloatArray,
    azimuth: FloatArray,
    extra: FloatArray,
) -> FloatArray:
    """Gain from light on the rear, as front irradiance [W/m2]."""
    import pvlib

    ratio = options.row_spacing or _GROUND_COVER_RATIO
    sheds: dict[str, Any] = pvlib.bifacial.infinite_sheds.get_irradiance(
        tilt,
        facing,
        np.minimum(zenith, 89.9),
        azimuth,
        ratio,
        options.row_height,
        options.row_width / ratio,
        weather.ghi,
        weather.dhi,
        np.where(zenith < 89.9, weather.dni, 0.0),
        options.albedo,
        model="haydavies",
        dni_extra=extra,
        bifaciality=options.bifaciality,
    )
    gain = np.asarray(sheds["poa_global"] - sheds["poa_front"], dtype=np.float64)
    return np.maximum(np.nan_to_num(gain), 0.0)
