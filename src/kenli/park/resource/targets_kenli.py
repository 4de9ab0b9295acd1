"""The statistics of Kenli's weather: the only site that Kenli describes by itself.

No measured hourly year of the place was at hand, so each row says what it rests on. Once a user
fetches a real year (`kenli weather fetch`), that year replaces all of this.
"""

from __future__ import annotations

from typing import Final

from kenli.park.resource.targets import MonthlyTarget, OffshoreTargets, SiteTargets, Target

_DAILY_SERIES = "daily series at 37.94 N 118.53 E, 2025-01 to 2025-12 (reanalysis-like, used for statistics only)"
_SHANDONG_CF = (
    "Shandong 2020 hourly capacity factors (atlite on ERA5, 0.25 deg; Rick10119/PyPSA-China, CC0 as "
    "declared, Copernicus C3S credited)"
)

_GHI_SHAPE = (2.92, 4.18, 4.97, 6.40, 6.25, 6.18, 5.66, 4.40, 4.29, 3.75, 2.50, 2.30)
_TEMPERATURES = (-1.5, 1.2, 7.0, 14.3, 20.1, 24.7, 26.5, 26.1, 21.9, 15.7, 7.8, 1.1)
_WIND_SHAPE = (0.97, 1.03, 1.11, 1.15, 1.12, 1.02, 0.95, 0.86, 0.85, 0.94, 1.00, 0.99)

KENLI: Final = SiteTargets(
    name="Kenli",
    latitude=37.59,
    longitude=118.55,
    annual_ghi=Target(
        1450.0,
        1450.0 * 0.99,
        1450.0 * 1.01,
        "kWh/m2",
        "between Shandong's PV hours inverted (1400-1430) and the national means of 2021-2023 "
        "(CMA bulletins 1493, 1563, 1496)",
        "medium",
        "plausible range 1400-1500; reanalyses give 1613-1660 and are biased high in eastern China",
    ),
    ghi_by_month=MonthlyTarget(
        _GHI_SHAPE,
        (0.95,) * 12,
        (1.05,) * 12,
        "kWh/m2/d",
        f"{_DAILY_SERIES}; October to December from MERRA-2 2011-2015 (gsee climate data)",
        "medium",
        "relative shape, scaled to the annual sum; October 2025 was abnormally wet and is replaced",
    ),
    annual_dni=Target(1080.0, 980.0, 1180.0, "kWh/m2", "Erbs-Driesse decomposition at 1450 kWh/m2 global", "medium"),
    annual_dhi=Target(780.0, 710.0, 850.0, "kWh/m2", "Erbs-Driesse decomposition at 1450 kWh/m2 global", "medium"),
    kt_autocorrelation=Target(0.475, 0.40, 0.55, "1", f"{_DAILY_SERIES}: 0.48", "medium"),
    kt_deviation=Target(0.146, 0.11, 0.18, "1", f"{_DAILY_SERIES}: 0.163 at 1613 kWh/m2, scaled to 1450", "medium"),
    kt_skewness=Target(
        -1.0, -2.2, -0.3, "1", f"{_DAILY_SERIES}: quantiles 5/25/50/75/95 % .19 .50 .61 .67 .72", "medium"
    ),
    temperature=Target(
        13.75,
        13.2,
        14.5,
        "degC",
        "ITU-R P.1510 annual mean 13.2; station mean 14.5 in the daily series' header",
        "high",
    ),
    temperature_by_month=MonthlyTarget(
        _TEMPERATURES,
        (-2.0, *(value - 1.0 for value in _TEMPERATURES[1:6]), 26.0, *(v - 1.0 for v in _TEMPERATURES[7:])),
        (-1.0, *(value + 1.0 for value in _TEMPERATURES[1:6]), 27.0, *(v + 1.0 for v in _TEMPERATURES[7:])),
        "degC",
        "ITU-R P.1510 monthly means, raised by 0.1 (July) to 0.7 K towards the station mean",
        "medium",
    ),
    temperature_minimum=Target(-13.4, -15.0, -12.0, "degC", f"range of years; {_DAILY_SERIES}: -11.4", "medium"),
    temperature_maximum=Target(39.4, 38.0, 41.0, "degC", f"range of years; {_DAILY_SERIES}: 41.2", "medium"),
    wind_height=100.0,
    wind_speed=Target(
        6.2,
        6.2 * 0.99,
        6.2 * 1.01,
        "m/s",
        "inversion of onshore full-load hours of Dongying's fleets (2253 h old, about 2800 h new)",
        "low",
        "plausible range 5.8-6.8; the Global Wind Atlas was not at hand",
    ),
    wind_shape=Target(2.1, 2.0, 2.2, "1", "usual for coastal plains at mid-latitudes", "low"),
    wind_shear=Target(0.17, 0.15, 0.20, "1", "usual over saline flats", "low"),
    wind_by_month=MonthlyTarget(
        _WIND_SHAPE,
        (0.88,) * 12,
        (1.12,) * 12,
        "1",
        f"{_SHANDONG_CF}: spring maximum, late-summer minimum; smoothed, since one year is one draw",
        "medium",
    ),
    wind_autocorrelation=Target(
        0.92, 0.88, 0.96, "1", "Amarillo WIND Toolkit point 0.91; province aggregate 0.984", "medium"
    ),
    wind_pv_correlation=Target(
        -0.11, -0.25, 0.10, "1", f"{_SHANDONG_CF}: -0.107 after a 31-day mean is taken out", "medium"
    ),
    calm_run=Target(
        79.0, 12.0, 160.0, "h", f"{_SHANDONG_CF}: longest run below 5 % is 79 h for the province", "medium"
    ),
    pv_yield=Target(
        1290.0,
        1250.0,
        1330.0,
        "kWh/kW",
        "provincial PV hours 1250-1300; pvlib on 1450 kWh/m2 (14 % losses, dc/ac 1.2)",
        "medium",
    ),
    wind_full_load_hours=Target(
        2650.0,
        2400.0,
        2800.0,
        "h",
        "new 6 MW turbines, gross x 0.87; the old Dongying fleet had 2253 h (in-en.com)",
        "medium",
    ),
    pressure_swing=Target(1200.0, 800.0, 1600.0, "Pa", "winter high and summer low of the North China Plain", "low"),
    offshore=OffshoreTargets(
        wind_speed=Target(
            7.6,
            7.6 * 0.99,
            7.6 * 1.01,
            "m/s",
            "Shandong offshore 500 MW gave 1.7 TWh a year (Xinhua 2022-05), about 3400-3700 h",
            "low",
        ),
        wind_shape=Target(2.1, 2.0, 2.2, "1", "as onshore", "low"),
        wind_shear=Target(0.11, 0.08, 0.14, "1", "usual over open sea", "low"),
        correlation=Target(0.85, 0.82, 0.88, "1", f"{_SHANDONG_CF}: onshore and offshore 0.85", "medium"),
    ),
)
