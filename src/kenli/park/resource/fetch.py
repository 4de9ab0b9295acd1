"""Fetch a real weather year from a public service once, and keep it with its papers.

A fetched year is written as Parquet beside a JSON sidecar that says what was asked, when, from
whom, under which licence, and the SHA-256 of the file. The same request is then answered from the
folder, without network, and the file can be read anywhere with `read_fetched` or named in a park
file. A file that no longer fits its hash is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kenli.core.errors import InputError, KenliError, unknown_word
from kenli.park.resource.gaps import REFUSE, GapPolicy
from kenli.park.resource.raw_weather import RawWeather, to_weather
from kenli.park.resource.readers_services import nasa_power_table, pvgis_hourly_raw, pvgis_tmy_raw
from kenli.park.resource.weather import Provenance, Weather, check_weather

#: Version of the sidecar.
SIDECAR_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Service:
    """A public weather service: its name, the licence of its data and where a person finds it."""

    name: str
    licence: str
    page: str
    needs_key: bool = False


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "nasa-power": Service(
            "NASA POWER hourly",
            "NASA open data, free to use and share with acknowledgement of NASA/POWER",
            "https://power.larc.nasa.gov/data-access-viewer/",
        ),
        "pvgis-hourly": Service(
            "PVGIS hourly radiation",
            "PVGIS (c) European Union, free for any use with acknowledgement",
            "https://re.jrc.ec.europa.eu/pvg_tools/en/",
        ),
        "pvgis-tmy": Service(
            "PVGIS typical meteorological year",
            "PVGIS (c) European Union, free for any use with acknowledgement",
            "https://re.jrc.ec.europa.eu/pvg_tools/en/",
        ),
        "era5": Service(
            "ERA5 hourly time series (Copernicus Climate Data Store)",
            "CC BY 4.0, credit Copernicus Climate Change Service",
            "https://cds.climate.copernicus.eu/",
            needs_key=True,
        ),
    }
)

_POWER_PARAMETERS = (
    "ALLSKY_SFC_SW_DWN",
    "ALLSKY_SFC_SW_DNI",
    "ALLSKY_SFC_SW_DIFF",
    "T2M",
    "PS",
    "RH2M",
    "WS10M",
    "WS50M",
)
_ERA5_VARIABLES = (
    "ghi",
    "bhi",
    "temp_air",
    "pressure",
    "10m_u_component_of_wind",
    "10m_v_component_of_wind",
    "100m_u_component_of_wind",
    "100m_v_component_of_wind",
)


def fetch_weather(
    service: str,
    latitude: float,
    longitude: float,
    year: int,
    cache_dir: str | Path,
    *,
    elevation: float | None = None,
    api_key: str | None = None,
    gaps: GapPolicy = REFUSE,
    refresh: bool = False,
    url: str | None = None,
) -> Weather:
    """Return a weather year of a service, from the folder if it is there, else from the network.

    The series reaches over the turn of the year as far as the local calendar year of the place
    needs; `Weather.to_year` cuts it. A typical year (`pvgis-tmy`) ignores `year` in its content.

    Args:
        service: one of `SERVICES`.
        latitude: degrees north.
        longitude: degrees east.
        year: calendar year.
        cache_dir: folder for the files; it is made if missing.
        elevation: metres above sea level; for `era5`, which does not tell it.
        api_key: key of the service, for `era5`; without it the variable CDSAPI_KEY.
        gaps: what may be done about hours that the service lacks.
        refresh: ask the network even if the folder has the answer.
        url: another address of the service, such as a mirror.

    Raises:
        InputError: unknown service, missing key, or an answer with gaps.
        KenliError: the service cannot be reached or refuses the request.
    """
    if service not in SERVICES:
        raise InputError(unknown_word("weather > fetch", "weather service", service, SERVICES, code="weather-service"))
    folder = Path(cache_dir)
    request = {
        "service": service,
        "latitude": round(float(latitude), 4),
        "longitude": round(float(longitude), 4),
        "year": int(year),
        "elevation": elevation,
        "gaps": asdict(gaps),
        "url": url,
    }
    if not refresh:
        found = _find(folder, request)
        if found is not None:
            return read_fetched(found)
    raw = _ask(service, latitude, longitude, year, elevation, api_key, url)
    weather = to_weather(raw, f"{service} {year}", "", gaps)
    wrong = [problem for problem in check_weather(weather) if problem.severity == "error"]
    if wrong:
        raise InputError(wrong)
    return read_fetched(_store(weather, folder, request))


def read_fetched(path: str | Path) -> Weather:
    """Read a fetched Parquet file with its sidecar (same name, `.json`).

    Raises:
        InputError: file or sidecar are missing, altered or of another format.
    """
    path = Path(path)
    sidecar = _sidecar(path.with_suffix(".json"))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError.at(
            f"{path}", f"the fetched weather cannot be read: {error.strerror}", "fetch it again"
        ) from error
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != sidecar["sha256"]:
        raise InputError.at(
            f"{path}",
            "the file is not the one that was fetched: its SHA-256 differs from the sidecar's",
            "fetch it again, or read it as a table under your own name",
            code="altered-file",
        )
    table = pd.read_parquet(path)
    site = sidecar["site"]
    height = float(site["wind_height"])
    speeds = {
        float(column.removeprefix("wind_speed_").removesuffix("m")): table[column].to_numpy()
        for column in table.columns
        if column.startswith("wind_speed_")
    }
    return Weather(
        index=pd.DatetimeIndex(table["start"]),
        ghi=table["ghi"].to_numpy(),
        dni=table["dni"].to_numpy(),
        dhi=table["dhi"].to_numpy(),
        temperature=table["temperature"].to_numpy(),
        wind_speed=speeds[height],
        wind_height=height,
        pressure=table["pressure"].to_numpy(),
        latitude=float(site["latitude"]),
        longitude=float(site["longitude"]),
        elevation=float(site["elevation"]),
        relative_humidity=table["relative_humidity"].to_numpy() if "relative_humidity" in table else None,
        wind_speeds=speeds,
        provenance=Provenance(
            kind="file",
            label_en=f"{sidecar['service_name']} {sidecar['request']['year']}, fetched {sidecar['fetched'][:10]}",
            label_zh=f"{sidecar['service_name']} {sidecar['request']['year']}，下载于 {sidecar['fetched'][:10]}",
            format=sidecar["request"]["service"],
            source_path=str(path),
            sha256=sha256,
            notes=(*sidecar["notes"], f"licence: {sidecar['licence']}"),
        ),
    )


def is_fetched(path: str | Path) -> bool:
    """Say whether a Parquet file stands beside a sidecar of this module."""
    beside = Path(path).with_suffix(".json")
    if not beside.is_file():
        return False
    try:
        return bool(json.loads(beside.read_text(encoding="utf-8")).get("kenli_weather"))
    except (ValueError, AttributeError):
        return False


def _ask(
    service: str,
    latitude: float,
    longitude: float,
    year: int,
    elevation: float | None,
    api_key: str | None,
    url: str | None,
) -> RawWeather:
    """Ask the network through pvlib; every failure names the service and the way round it."""
    import requests

    key = api_key or os.environ.get("CDSAPI_KEY", "")
    if SERVICES[service].needs_key and not key:
        raise InputError.at(
            f"weather > fetch > {service}",
            "the service wants a personal key",
            f"register at {SERVICES[service].page} and set the variable CDSAPI_KEY",
            code="missing-key",
        )
    where = f"weather > fetch > {service}"
    by_hand = (
        f"check the network, or download the file by hand from {SERVICES[service].page} and name it under "
        "weather: {file: ...}"
    )
    try:
        if service == "nasa-power":
            return _ask_power(latitude, longitude, year, url)
        if service == "era5":
            return _ask_era5(latitude, longitude, year, elevation, key, url)
        return _ask_pvgis(service, latitude, longitude, year, url)
    except KenliError:
        raise
    except requests.exceptions.HTTPError as error:
        raise KenliError.at(
            where, f"the service refuses the request: {error}", by_hand, code="service-refused"
        ) from error
    except requests.exceptions.RequestException as error:
        raise KenliError.at(
            where, f"the service cannot be reached: {type(error).__name__}", by_hand, code="network"
        ) from error
    except Exception as error:
        # pvlib's ERA5 client raises bare Exception, and a changed answer may break any parser.
        raise KenliError.at(where, f"the answer is not readable: {error!r}", by_hand, code="service-answer") from error


def _window(year: int, longitude: float) -> tuple[datetime, datetime]:
    """Return first and last day (UTC) that hold the local year: the clocks of the east run ahead."""
    first = datetime(year - 1, 12, 31) if longitude > 0 else datetime(year, 1, 1)
    last = datetime(year, 12, 31) if longitude > 0 else datetime(year + 1, 1, 1)
    return first, last


def _ask_power(latitude: float, longitude: float, year: int, url: str | None) -> RawWeather:
    from pvlib.iotools import get_nasa_power

    first, last = _window(year, longitude)
    address = {"url": url} if url else {}
    table, meta = get_nasa_power(
        latitude, longitude, first, last, list(_POWER_PARAMETERS), map_variables=False, **address
    )
    units = {name: row.get("units", "") for name, row in meta["parameters"].items()}
    table.index = table.index.tz_localize(None)
    return nasa_power_table(table, units, "UTC", meta["latitude"], meta["longitude"], meta["altitude"])


def _ask_pvgis(service: str, latitude: float, longitude: float, year: int, url: str | None) -> RawWeather:
    from pvlib.iotools import get_pvgis_hourly, get_pvgis_tmy

    address = {"url": url} if url else {}
    if service == "pvgis-tmy":
        return pvgis_tmy_raw(*get_pvgis_tmy(latitude, longitude, coerce_year=None, **address))
    first, last = _window(year, longitude)
    data, meta = get_pvgis_hourly(latitude, longitude, start=first.year, end=last.year, **address)
    data = data[(data.index >= pd.Timestamp(first, tz="UTC")) & (data.index < _day_after(last))]
    return pvgis_hourly_raw(data, meta)


def _day_after(last: datetime) -> pd.Timestamp:
    return pd.Timestamp(last, tz="UTC") + pd.Timedelta(days=1)


def _ask_era5(
    latitude: float, longitude: float, year: int, elevation: float | None, key: str, url: str | None
) -> RawWeather:
    from pvlib.iotools import get_era5

    from kenli.park.resource.sun import sun_over

    if elevation is None:
        raise InputError.at(
            "weather > fetch > era5", "ERA5 does not tell the elevation", "give elevation", code="missing-key"
        )
    first, last = _window(year, longitude)
    address = {"url": url} if url else {}
    data, _ = get_era5(latitude, longitude, first, _day_after(last), list(_ERA5_VARIABLES), key, timeout=600, **address)
    # ERA5 sums light over the hour that ends at the stamp; the rest is a reading at that moment.
    index = pd.DatetimeIndex(data.index) - pd.Timedelta(hours=1)
    cosine = sun_over(index, 1.0, latitude, longitude).mean_cos_zenith
    ghi = np.maximum(data["ghi"].to_numpy(dtype=np.float64), 0.0)
    beam = np.clip(data["bhi"].to_numpy(dtype=np.float64), 0.0, ghi)
    beam = np.where(cosine > 0.035, beam, 0.0)
    frame = pd.DataFrame(
        {
            "ghi": ghi,
            "dni": np.divide(beam, cosine, out=np.zeros_like(beam), where=cosine > 0.035),
            "dhi": ghi - beam,
            "temperature": data["temp_air"].to_numpy(),
            "pressure": data["pressure"].to_numpy(),
            "wind_speed_10m": np.hypot(data["u10"], data["v10"]).to_numpy(),
            "wind_speed_100m": np.hypot(data["u100"], data["v100"]).to_numpy(),
        },
        index=index.tz_localize(None),
    )
    notes = ("DNI is ERA5's direct horizontal light over the mean cosine of the zenith in the hour",)
    return RawWeather(frame, pd.Timedelta(0), latitude, longitude, elevation, "era5", notes=notes)


def _find(folder: Path, request: Mapping[str, Any]) -> Path | None:
    """Return the newest stored file of this very request."""
    found = []
    for path in sorted(folder.glob(f"{request['service']}_*.json")):
        sidecar = _sidecar(path)
        if sidecar["request"] == request and path.with_suffix(".parquet").is_file():
            found.append((sidecar["fetched"], path.with_suffix(".parquet")))
    return max(found)[1] if found else None


def _store(weather: Weather, folder: Path, request: Mapping[str, Any]) -> Path:
    """Write series and sidecar, named after the content; the sidecar comes last and so marks success."""
    folder.mkdir(parents=True, exist_ok=True)
    table = weather.frame.drop(columns="wind_speed")
    for height, speed in weather.wind_speeds.items():
        table[f"wind_speed_{height:g}m"] = speed
    table.insert(0, "start", weather.index)
    content = table.to_parquet(index=False)
    sha256 = hashlib.sha256(content).hexdigest()
    place = f"{request['latitude']:g}_{request['longitude']:g}_{request['year']}"
    path = folder / f"{request['service']}_{place}_{sha256[:12]}.parquet"
    path.write_bytes(content)
    service = SERVICES[request["service"]]
    sidecar = {
        "kenli_weather": SIDECAR_FORMAT,
        "request": dict(request),
        "service_name": service.name,
        "licence": service.licence,
        "page": service.page,
        "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": sha256,
        "rows": len(weather),
        "site": {
            "latitude": weather.latitude,
            "longitude": weather.longitude,
            "elevation": weather.elevation,
            "wind_height": weather.wind_height,
        },
        "notes": list(weather.provenance.notes),
    }
    path.with_suffix(".json").write_text(json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _sidecar(path: Path) -> dict[str, Any]:
    try:
        sidecar = json.loads(path.read_text(encoding="utf-8"))
        version = sidecar["kenli_weather"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError.at(
            f"{path}",
            "the papers of the fetched weather are missing or unreadable",
            "fetch it again",
            code="weather-sidecar",
        ) from error
    if version != SIDECAR_FORMAT:
        raise InputError.at(
            f"{path}",
            f"the papers are of format {version}, this Kenli reads {SIDECAR_FORMAT}",
            "fetch it again",
            code="weather-sidecar",
        )
    return dict(sidecar)
