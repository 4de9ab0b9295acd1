"""Weather for the technology tests: made to measure, and one real year that pvlib ships."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kenli.park.resource.weather import Provenance, Weather


@pytest.fixture(scope="session")
def make_weather() -> Callable[..., Weather]:
    """Return a function that builds a weather from constants or arrays; a calm mild night by default."""

    def make(steps: int = 24, start: str = "2023-01-01", step: str = "1h", **given: Any) -> Weather:
        series = {
            "ghi": 0.0,
            "dni": 0.0,
            "dhi": 0.0,
            "temperature": 15.0,
            "wind_speed": 0.0,
            "pressure": 101325.0,
        }
        series |= {name: given.pop(name) for name in tuple(given) if name in series}
        extra = {height: np.broadcast_to(v, steps) for height, v in given.pop("wind_speeds", {}).items()}
        place = {"latitude": 37.59, "longitude": 118.55, "elevation": 5.0, "wind_height": 100.0} | given
        return Weather(
            index=pd.date_range(start, periods=steps, freq=step, tz="UTC"),
            provenance=Provenance("synthetic", "made for a test", "测试用", "test"),
            wind_speeds=extra,
            **{name: np.broadcast_to(values, steps) for name, values in series.items()},
            **place,
        )

    return make


@pytest.fixture(scope="session")
def greensboro() -> Weather:
    """Return Greensboro, North Carolina, TMY3: a real typical year that comes with pvlib.

    The file labels the end of the hour in local standard time; the year is nominal.
    """
    import pvlib

    table, site = pvlib.iotools.read_tmy3(Path(pvlib.__file__).parent / "data" / "723170TYA.CSV", map_variables=True)
    index = pd.date_range("2023-01-01", periods=8760, freq="h", tz="UTC") - pd.Timedelta(hours=site["TZ"])
    return Weather(
        index=index,
        ghi=table["ghi"].to_numpy(),
        dni=table["dni"].to_numpy(),
        dhi=table["dhi"].to_numpy(),
        temperature=table["temp_air"].to_numpy(),
        wind_speed=table["wind_speed"].to_numpy(),
        wind_height=10.0,
        pressure=table["pressure"].to_numpy() * 100.0,
        latitude=site["latitude"],
        longitude=site["longitude"],
        elevation=site["altitude"],
        provenance=Provenance("file", "Greensboro TMY3", "Greensboro TMY3", "tmy3"),
    )
