"""A synthetic year must hold its targets for every seed, and be nothing but a function of its inputs."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from kenli.core.errors import InputError
from kenli.park.resource.synthetic import synthetic_offshore_wind, synthetic_weather
from kenli.park.resource.synthetic_checks import (
    WIND_NET,
    check_synthetic,
    longest_run,
    turbine_output,
    weibull_shape,
)
from kenli.park.resource.synthetic_series import (
    autoregressive,
    lag_correlation,
    normal_scores,
    set_monthly_means,
    smooth_months,
)
from kenli.park.resource.synthetic_wind import weibull
from kenli.park.resource.targets import SiteTargets, Target, find_targets, read_targets
from kenli.park.resource.targets_kenli import KENLI
from kenli.park.resource.weather import Weather, check_weather


@lru_cache(maxsize=8)
def kenli(seed: int, year: int = 2027, **given: float) -> Weather:
    return synthetic_weather(37.59, 118.55, 5.0, "Asia/Shanghai", year, seed, **given)  # type: ignore[arg-type]


def assert_all_pass(weather: Weather, targets: SiteTargets | None = None, offshore: Weather | None = None) -> None:
    failed = [row for row in check_synthetic(weather, targets, offshore) if not row.passed]
    assert failed == []
    assert check_weather(weather) == []


# ------------------------------------------------------------------ the targets of Kenli


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_every_target_of_kenli_is_met(seed: int) -> None:
    weather = kenli(seed)
    assert_all_pass(weather, offshore=synthetic_offshore_wind(weather))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(7, 37), 2**31, 10**15])
def test_every_target_of_kenli_is_met_by_many_seeds(seed: int) -> None:
    weather = kenli(seed)
    assert_all_pass(weather, offshore=synthetic_offshore_wind(weather))


def test_the_table_names_every_pass_or_fail_test_of_the_facts() -> None:
    names = {row.statistic for row in check_synthetic(kenli(1))}
    assert {
        "annual GHI",
        "GHI month 01",
        "GHI month 12",
        "largest closure error by day",
        "irradiance below -1 deg",
        "largest GHI above 1.1 clear sky",
        "daily clearness lag-1",
        "temperature mean",
        "temperature month 01",
        "temperature month 07",
        "temperature minimum",
        "temperature maximum",
        "wind mean",
        "wind Weibull shape",
        "wind lag-1 h",
        "windiest month among the three expected",
        "calmest month among the two expected",
        "longest calm",
        "daily wind and PV",
        "PV yield",
        "wind net full-load hours",
    } <= names


def test_leap_year_and_another_place_near_kenli() -> None:
    assert_all_pass(kenli(1, year=2028))
    assert len(kenli(1, year=2028)) == 8784
    assert_all_pass(synthetic_weather(37.46, 118.49, 8.0, "Asia/Shanghai", 2030, 3))


def test_the_check_finds_what_is_wrong() -> None:
    """A test that cannot fail is none: every damaged year must fail in its own row."""
    weather = kenli(1)
    damages = {
        "annual GHI": replace(weather, ghi=weather.ghi * 1.05, dni=weather.dni * 1.05, dhi=weather.dhi * 1.05),
        "largest closure error by day": replace(weather, dhi=weather.dhi + 5.0 * (weather.ghi > 0)),
        "irradiance below -1 deg": replace(weather, dhi=weather.dhi + 1.0),
        "temperature minimum": replace(weather, temperature=weather.temperature + 3.0),
        "wind mean": replace(weather, wind_speed=weather.wind_speed * 1.03),
        "wind lag-1 h": replace(weather, wind_speed=np.random.default_rng(0).permutation(weather.wind_speed)),
        "windiest month among the three expected": replace(weather, wind_speed=np.roll(weather.wind_speed, 4380)),
    }
    for name, damaged in damages.items():
        rows = {row.statistic: row.passed for row in check_synthetic(damaged)}
        assert rows[name] is False, name


# ------------------------------------------------------------------ a function of its inputs


def test_same_seed_same_bits() -> None:
    one, two = kenli(11), kenli.__wrapped__(11)
    assert one is not two
    for name in ("ghi", "dni", "dhi", "temperature", "wind_speed", "pressure"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert one.provenance == two.provenance


def test_same_bits_in_another_process() -> None:
    code = (
        "from kenli.park.resource.synthetic import synthetic_weather as s;"
        "print(s(37.59, 118.55, 5.0, 'Asia/Shanghai', 2027, 11).provenance.sha256)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == kenli(11).provenance.sha256


def test_the_hash_is_of_the_series() -> None:
    weather = kenli(11)
    digest = hashlib.sha256()
    for name in ("ghi", "dni", "dhi", "temperature", "wind_speed", "pressure"):
        digest.update(getattr(weather, name).tobytes())
    assert weather.provenance.sha256 == digest.hexdigest()


def test_other_seeds_are_other_years() -> None:
    years = [kenli(seed) for seed in (1, 2, 3)]
    assert len({year.provenance.sha256 for year in years}) == 3
    daily = [year.ghi.reshape(-1, 24).sum(axis=1) for year in years]
    season = np.mean(daily, axis=0)
    assert abs(np.corrcoef(daily[0] - season, daily[1] - season)[0, 1] + 0.5) < 0.2  # independent: -1/2 of three
    assert abs(np.corrcoef(years[0].wind_speed, years[1].wind_speed)[0, 1]) < 0.25


def test_provenance_says_synthetic_in_both_languages() -> None:
    papers = kenli(42).provenance
    assert papers.kind == "synthetic"
    assert papers.seed == 42
    assert "synthetic" in papers.label_en
    assert "合成" in papers.label_zh
    assert any("not measured" in note for note in papers.notes)


@pytest.mark.slow
def test_quarter_hours_and_three_hours() -> None:
    quarter = kenli(1, step_hours=0.25)
    assert len(quarter) == 4 * 8760
    failed = [row.statistic for row in check_synthetic(quarter) if not row.passed]
    assert failed == []
    three = kenli(1, step_hours=3.0)
    assert len(three) == 2920
    assert three.ghi.mean() == pytest.approx(kenli(1).ghi.mean())
    with pytest.raises(InputError):
        kenli(1, step_hours=0.7)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(InputError, match="negative"):
        kenli(-1)


# ------------------------------------------------------------------ the sea


def test_offshore_wind_is_windier_related_and_repeatable() -> None:
    weather = kenli(5)
    sea = synthetic_offshore_wind(weather)
    assert sea.wind_speed.mean() == pytest.approx(7.6, rel=0.01)
    assert np.corrcoef(sea.wind_speed, weather.wind_speed)[0, 1] == pytest.approx(0.85, abs=0.03)
    assert lag_correlation(sea.wind_speed, 1) > 0.88
    np.testing.assert_array_equal(sea.ghi, weather.ghi)
    np.testing.assert_array_equal(sea.wind_speed, synthetic_offshore_wind(weather).wind_speed)
    assert sea.provenance.sha256 != weather.provenance.sha256
    shear = np.log(sea.wind_speed / sea.wind_speeds[10.0]) / np.log(10)
    np.testing.assert_allclose(shear, 0.11)


def test_offshore_wind_of_a_measured_year_is_refused() -> None:
    weather = kenli(5)
    measured = replace(weather, provenance=replace(weather.provenance, kind="file"))
    with pytest.raises(InputError, match="offshore"):
        synthetic_offshore_wind(measured)


# ------------------------------------------------------------------ other sites


def test_no_site_is_invented() -> None:
    with pytest.raises(InputError) as caught:
        synthetic_weather(35.2, -101.8, 1100.0, "America/Chicago", 2027, 1)
    problem = caught.value.problems[0]
    assert problem.code == "no-weather-targets"
    for word in ("file", "annual_ghi", "temperature_by_month", "wind_speed", "wind_shear"):
        assert word in problem.fix


@pytest.mark.parametrize(
    ("latitude", "longitude", "known"), [(37.59, 118.55, True), (38.5, 118.0, True), (36.0, 120.3, False)]
)
def test_kenli_reaches_150_km(latitude: float, longitude: float, known: bool) -> None:
    if known:
        assert find_targets(latitude, longitude) is KENLI
    else:
        with pytest.raises(InputError):
            find_targets(latitude, longitude)


AMARILLO = {
    "annual_ghi": "1950 kWh/m2",
    "ghi_by_month": [2.9, 3.8, 5.3, 6.5, 7.0, 7.5, 7.3, 6.5, 5.5, 4.3, 3.1, 2.6],
    "temperature_by_month": {"unit": "degC", "values": [3, 5, 9, 14, 19, 24, 26, 25, 21, 15, 8, 3]},
    "temperature_minimum": "-14 degC",
    "temperature_maximum": "39 degC",
    "wind_height": "100 m",
    "wind_speed": "8.4 m/s",
    "wind_shape": 2.4,
    "wind_shear": 0.18,
    "wind_by_month": [1.0, 1.03, 1.1, 1.12, 1.06, 1.0, 0.92, 0.87, 0.9, 0.98, 1.0, 1.0],
    "source": "invented for the test",
}


def test_a_site_with_its_own_targets() -> None:
    targets = read_targets(AMARILLO, 35.2, -101.8)
    weather = synthetic_weather(35.2, -101.8, 1100.0, "America/Chicago", 2027, 1, targets)
    assert_all_pass(weather, targets)
    assert weather.pressure[0] == pytest.approx(88760, abs=200)
    assert any("standard atmosphere" in note for note in weather.provenance.notes)
    with pytest.raises(InputError, match="over the sea"):
        synthetic_offshore_wind(weather, targets)


def test_the_southern_hemisphere() -> None:
    perth = AMARILLO | {
        "ghi_by_month": [8.0, 7.2, 5.8, 4.3, 3.2, 2.6, 2.8, 3.6, 4.8, 6.2, 7.3, 8.1],
        "temperature_by_month": {"unit": "degC", "values": [25, 25, 23, 19, 16, 14, 13, 13, 15, 18, 21, 23]},
        "temperature_minimum": "2 degC",
        "temperature_maximum": "42 degC",
    }
    targets = read_targets(perth, -31.95, 115.86)
    weather = synthetic_weather(-31.95, 115.86, 20.0, "Australia/Perth", 2028, 4, targets)
    assert_all_pass(weather, targets)


def test_polar_night() -> None:
    tromso = AMARILLO | {
        "annual_ghi": "800 kWh/m2",
        "ghi_by_month": [0.02, 0.25, 1.3, 3.2, 4.5, 4.8, 4.3, 3.0, 1.5, 0.4, 0.03, 0.0],
        "temperature_by_month": {"unit": "degC", "values": [-4, -4, -2, 1, 5, 9, 12, 11, 7, 3, -1, -3]},
        "temperature_minimum": "-16 degC",
        "temperature_maximum": "26 degC",
    }
    targets = read_targets(tromso, 69.65, 18.96)
    weather = synthetic_weather(69.65, 18.96, 10.0, "Europe/Oslo", 2027, 1, targets)
    assert_all_pass(weather, targets)
    december = weather.index.tz_convert("Europe/Oslo").month == 12
    assert weather.ghi[december].max() == 0.0


def test_targets_beyond_the_clear_sky_are_refused() -> None:
    targets = replace(KENLI, annual_ghi=Target(2200.0, 2178.0, 2222.0, "kWh/m2", "test", "low"))
    with pytest.raises(InputError, match="a clear sky there gives"):
        synthetic_weather(37.59, 118.55, 5.0, "Asia/Shanghai", 2027, 1, targets)


def test_all_errors_of_targets_at_once() -> None:
    given = {k: v for k, v in AMARILLO.items() if k != "wind_speed"} | {
        "annual_ghi": 1950,
        "ghi_by_month": [1, 2],
        "windspeed": "8 m/s",
        "wind_shape": 20,
        "temperature_by_month": {"unit": "bar", "values": [1] * 12},
    }
    with pytest.raises(InputError) as caught:
        read_targets(given, 35.2, -101.8)
    found = {problem.where.rsplit(" > ", 1)[-1] for problem in caught.value.problems}
    text = str(caught.value)
    assert "did you mean 'wind_speed'" in text
    assert "'wind_speed' is missing" in text
    assert {"annual_ghi", "ghi_by_month", "wind_shape"} <= found


def test_every_row_of_kenli_has_source_and_confidence() -> None:
    rows = KENLI.rows()
    assert len(rows) >= 20
    for name, row in rows:
        assert row.source, name
        assert row.confidence in ("high", "medium", "low")
        if isinstance(row, Target):
            assert row.low <= row.value <= row.high, name


# ------------------------------------------------------------------ building stones


def test_weibull_has_mean_and_shape() -> None:
    scores = normal_scores(np.random.default_rng(0).random(20000))
    speed = weibull(scores, 6.2, 2.1)
    assert speed.mean() == pytest.approx(6.2, rel=1e-3)
    assert weibull_shape(speed) == pytest.approx(2.1, abs=0.01)


def test_autoregressive_has_its_persistence() -> None:
    series = autoregressive(np.random.default_rng(0).standard_normal(100_000), 0.8)
    assert lag_correlation(series, 1) == pytest.approx(0.8, abs=0.01)
    assert series.std() == pytest.approx(1.0, abs=0.03)


def test_smooth_months_keep_their_means() -> None:
    month = pd.date_range("2027-01-01", periods=8760, freq="h").month.to_numpy() - 1
    monthly = np.array(KENLI.temperature_by_month.values)
    curve = smooth_months(monthly, month)
    found = [curve[month == k].mean() for k in range(12)]
    np.testing.assert_allclose(found, monthly, atol=0.02)
    assert np.abs(np.diff(curve)).max() < 0.02  # no steps between months, in K per hour
    shifted = set_monthly_means(np.random.default_rng(0).random(8760), monthly, month)
    np.testing.assert_allclose([shifted[month == k].mean() for k in range(12)], monthly, atol=0.03)


def test_longest_run() -> None:
    assert longest_run(np.array([True, True, False, True])) == 2
    assert longest_run(np.zeros(5, dtype=bool)) == 0
    assert longest_run(np.ones(5, dtype=bool)) == 5


def test_the_reduced_turbine_is_nrels_6_mw_curve(shared_data) -> None:  # type: ignore[no-untyped-def]
    table = pd.read_csv(shared_data("2023NREL_Bespoke_6MW_170.csv"))
    speed, power = table["Wind Speed [m/s]"].to_numpy(), table["Power [kW]"].to_numpy() / 6000
    wind = kenli(1).wind_speed
    real = np.interp(wind, speed, power, right=0.0).sum() * WIND_NET
    assert turbine_output(wind).sum() * WIND_NET == pytest.approx(real, rel=0.02)


def test_wind_moves_as_shandongs(shared_data) -> None:  # type: ignore[no-untyped-def]
    """Against the province's ERA5 capacity factors: memory over a day, sea and land, season."""
    table = pd.read_csv(shared_data("shandong_2020_cf_hourly.csv"))
    real = table["onshore_wind_cf"].to_numpy()
    weather = kenli(1)
    output = turbine_output(weather.wind_speed)
    assert lag_correlation(output, 24) == pytest.approx(lag_correlation(real, 24), abs=0.12)
    sea = turbine_output(synthetic_offshore_wind(weather).wind_speed)
    pair = np.corrcoef(real, table["offshore_wind_cf"])[0, 1]
    assert np.corrcoef(output, sea)[0, 1] == pytest.approx(pair, abs=0.1)
    months = pd.date_range("2020-01-01", periods=8784, freq="h").month.to_numpy()
    year = [real[months == k].mean() for k in range(1, 13)]
    mine = pd.Series(output).groupby(weather.index.tz_convert("Asia/Shanghai").month).mean().to_numpy()
    assert np.corrcoef(year, mine)[0, 1] > 0.6
