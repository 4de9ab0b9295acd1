"""Write the synthetic weather files of this folder; run it by hand after changing a layout."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from pvlib.location import Location

HERE = Path(__file__).parent
SITE = Location(37.59, 118.55, altitude=5)
TWO_DAYS = pd.date_range("2023-03-20 16:00", periods=48, freq="h", tz="UTC")


def sky(times: pd.DatetimeIndex) -> pd.DataFrame:
    return SITE.get_clearsky(times)


def hourly_mean(starts: pd.DatetimeIndex) -> pd.DataFrame:
    return sum(sky(starts + pd.Timedelta(minutes=5 * k + 2.5)).to_numpy() for k in range(12)) / 12


def air(times: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
    hour = np.asarray(times.hour + times.minute / 60)
    return 8 + 5 * np.cos((hour - 7) * np.pi / 12), 4 + 2 * np.sin(hour * np.pi / 12)


def pvgis_hourly() -> None:
    times = TWO_DAYS + pd.Timedelta(minutes=11)
    light, (temperature, wind) = sky(times), air(times)
    height = 90 - SITE.get_solarposition(times)["zenith"]
    rows = []
    for k, time in enumerate(times):
        sine = max(0.0, float(np.sin(np.radians(height.iloc[k]))))
        rows.append(
            {
                "time": f"{time:%Y%m%d:%H%M}",
                "Gb(i)": round(light["dni"].iloc[k] * sine, 2),
                "Gd(i)": round(light["ghi"].iloc[k] - light["dni"].iloc[k] * sine, 2) if sine > 0 else 0.0,
                "Gr(i)": 0.0,
                "H_sun": round(max(0.0, height.iloc[k]), 2),
                "T2m": round(temperature[k], 2),
                "WS10m": round(wind[k], 2),
                "Int": 0.0,
            }
        )
    names = list(rows[0])
    head = [
        "Latitude (decimal degrees):\t37.590",
        "Longitude (decimal degrees):\t118.550",
        "Elevation (m):\t5",
        "Radiation database:\tPVGIS-SYNTHETIC",
        "",
        "",
        "Slope: 0 deg. ",
        "Azimuth: 0 deg. ",
        ",".join(names),
    ]
    body = [",".join(str(row[name]) for name in names) for row in rows]
    tail = ["", "Gb(i): Beam (direct) irradiance on the inclined plane (plane of the array) (W/m2)", "", "synthetic"]
    (HERE / "synthetic_pvgis_hourly.csv").write_text("\n".join([*head, *body, *tail]) + "\n")
    document = {
        "inputs": {
            "location": {"latitude": 37.59, "longitude": 118.55, "elevation": 5.0},
            "meteo_data": {"radiation_db": "PVGIS-SYNTHETIC", "year_min": 2023, "year_max": 2023},
            "mounting_system": {
                "fixed": {
                    "slope": {"value": 0, "optimal": False},
                    "azimuth": {"value": 0, "optimal": False},
                    "type": "free-standing",
                }
            },
        },
        "outputs": {"hourly": rows},
        "meta": {"inputs": {"location": {"description": "Selected location (synthetic)"}}, "outputs": {}},
    }
    (HERE / "synthetic_pvgis_hourly.json").write_text(json.dumps(document, indent=1) + "\n")


def nasa_power() -> None:
    # Local solar time of 118.55 E is UTC+8; POWER stamps the start of the hour.
    light, (temperature, wind) = hourly_mean(TWO_DAYS), air(TWO_DAYS)
    local = TWO_DAYS + pd.Timedelta(hours=8)
    columns = {
        "ALLSKY_SFC_SW_DWN": light[:, 0],
        "ALLSKY_SFC_SW_DNI": light[:, 1],
        "ALLSKY_SFC_SW_DIFF": light[:, 2],
        "T2M": temperature,
        "PS": np.full(48, 101.9),
        "RH2M": np.full(48, 55.0),
        "WS10M": wind,
        "WS50M": wind * 1.3,
    }
    units = ["Wh/m^2", "Wh/m^2", "Wh/m^2", "C", "kPa", "%", "m/s", "m/s"]
    head = [
        "-BEGIN HEADER-",
        "NASA/POWER Source Native Resolution Hourly Data (synthetic)",
        "Dates (month/day/year): 03/21/2023 through 03/22/2023 in LST",
        "Location: latitude  37.59   longitude 118.55 ",
        "elevation from MERRA-2: Average for 0.5 x 0.625 degree lat/lon region = 5.0 meters",
        "The value for missing source data that cannot be computed: -999 ",
        "parameter(s): ",
        *(f"{name}     SYNTHETIC {name} ({unit}) " for name, unit in zip(columns, units, strict=True)),
        "-END HEADER-",
        "YEAR,MO,DY,HR," + ",".join(columns),
    ]
    body = [
        f"{time.year},{time.month},{time.day},{time.hour},"
        + ",".join(f"{values[k]:.2f}" for values in columns.values())
        for k, time in enumerate(local)
    ]
    (HERE / "synthetic_nasa_power.csv").write_text("\n".join([*head, *body]) + "\n")
    document = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [118.55, 37.59, 5.0]},
        "properties": {
            "parameter": {
                name: {f"{time:%Y%m%d%H}": round(float(value), 2) for time, value in zip(TWO_DAYS, values, strict=True)}
                for name, values in columns.items()
            }
        },
        "header": {"title": "synthetic", "fill_value": -999.0, "time_standard": "UTC"},
        "parameters": {name: {"units": unit} for name, unit in zip(columns, units, strict=True)},
        "times": {"data": 0.0, "process": 0.0},
    }
    (HERE / "synthetic_nasa_power.json").write_text(json.dumps(document, indent=1) + "\n")


def nsrdb() -> None:
    local = TWO_DAYS.tz_convert("Etc/GMT-8")
    snapshot, mean = sky(TWO_DAYS + pd.Timedelta(minutes=30)).to_numpy(), hourly_mean(TWO_DAYS)
    temperature, wind = air(TWO_DAYS)
    head = (
        "Source,Location ID,City,State,Country,Latitude,Longitude,Time Zone,Elevation,Local Time Zone,Version\n"
        "{source},1,-,-,-,37.59,118.55,8,5,8,{version}\n"
    )
    body = [
        f"{t.year},{t.month},{t.day},{t.hour},30,{temperature[k]:.1f},{snapshot[k, 2]:.0f},{snapshot[k, 1]:.0f},"
        f"{snapshot[k, 0]:.0f},1019,{wind[k]:.1f},55"
        for k, t in enumerate(local)
    ]
    names = "Year,Month,Day,Hour,Minute,Temperature,DHI,DNI,GHI,Pressure,Wind Speed,Relative Humidity"
    text = head.format(source="NSRDB", version="synthetic") + "\n".join([names, *body]) + "\n"
    (HERE / "synthetic_nsrdb.csv").write_text(text)
    body = [
        f"{t.year},{t.month},{t.day},{t.hour},{mean[k, 1]:.1f},{mean[k, 2]:.1f},{mean[k, 0]:.1f},"
        f"{temperature[k]:.1f},{wind[k]:.1f},1019,55"
        for k, t in enumerate(local)
    ]
    names = "Year,Month,Day,Hour,beam,diffuse,global,tdry,wspd,pres,rhum"
    text = head.format(source="synthetic", version="") + "\n".join([names, *body]) + "\n"
    (HERE / "synthetic_sam.csv").write_text(text)


if __name__ == "__main__":
    pvgis_hourly()
    nasa_power()
    nsrdb()
