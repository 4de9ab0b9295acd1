"""Where the sun stands in every interval: the geometry that checks and generators share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sun:
    """Sun over each interval.

    Attributes:
        elevation: true elevation at the middle of the interval [degrees].
        cos_zenith: cosine of the zenith angle at the middle, not below 0.
        mean_cos_zenith: mean of the positive cosine over the interval.
        highest: highest true elevation within the interval [degrees].
        apparent_zenith: zenith with refraction at the middle [degrees].
    """

    elevation: FloatArray
    cos_zenith: FloatArray
    mean_cos_zenith: FloatArray
    highest: FloatArray
    apparent_zenith: FloatArray


def sun_over(index: pd.DatetimeIndex, step_hours: float, latitude: float, longitude: float) -> Sun:
    """Compute the sun over intervals that start at `index` (UTC).

    Middle and edges come from the NREL solar position algorithm (pvlib, `nrel_numpy`), the mean
    of the cosine from Simpson's rule over six parts of an interval.
    """
    from pvlib.solarposition import get_solarposition

    step = pd.Timedelta(hours=step_hours)
    middle = get_solarposition(index + step / 2, latitude, longitude, method="nrel_numpy")
    parts = [
        get_solarposition(index + step * k / 6, latitude, longitude, method="nrel_numpy")["elevation"]
        for k in (0, 1, 2, 4, 5, 6)
    ]
    elevations = np.array([*parts[:3], middle["elevation"], *parts[3:]])
    cosines = np.maximum(np.sin(np.radians(elevations)), 0.0)
    simpson = np.array([1, 4, 2, 4, 2, 4, 1]) / 18
    return Sun(
        elevation=middle["elevation"].to_numpy(),
        cos_zenith=cosines[3],
        mean_cos_zenith=simpson @ cosines,
        highest=elevations.max(axis=0),
        apparent_zenith=middle["apparent_zenith"].to_numpy(),
    )
