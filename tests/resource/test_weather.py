"""The weather itself: what it accepts, how it is checked, mapped to years and repaired."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenli.core.errors import InputError
from kenli.park.resource.gaps import GapPolicy, fill_gaps
from kenli.park.resource.sun import sun_over
from kenli.park.resource.weather import Provenance, Weather, check_weather, local_year
from kenli.park.resource.weather_checks import best_shift

PAPERS = Provenance("file", "test", "测试", "table")
KENLI = (37.59, 118.55, 5.0)


def weather_of(index: pd.DatetimeIndex, **series: object) -> Weather:
    count = len(index)
    base: dict[str, object] = {
        "ghi": np.zeros(count),
        "dni": np.zeros(count),
        "dhi": np.zeros(count),
        "temperature": np.full(count, 12.0),
        "wind_speed": np.full(count, 6.0),
        "wind_height": 100.0,
        "pressure": np.full(count, 101325.0),
    }
    return Weather(
        index, **(base | series), latitude=KENLI[0], longitude=KENLI[1], elevation=KENLI[2], provenance=PAPERS
    )  # type: ignore[arg-type]


def numbered(year: int, timezone: str = "Asia/Shanghai") -> Weather:
    """A year whose temperature is the hour of the year / 1000, so that every hour can be recognised."""
    index = local_year(year, timezone)
    return weather_of(index, temperature=np.arange(len(index)) / 1000)


# ------------------------------------------------------------------ construction


def test_arrays_are_copies_and_read_only() -> None:
    index = local_year(2027, "Asia/Shanghai")
    source = np.full(len(index), 3.0)
    weather = weather_of(index, wind_speed=source)
    source[0] = 99.0
    assert weather.wind_speed[0] == 3.0
    with pytest.raises(ValueError, match="read-only"):
        weather.wind_speed[0] = 1.0
    with pytest.raises(TypeError):
        weather.wind_speeds[50.0] = source  # type: ignore[index]


def test_wind_heights_always_contain_the_main_one() -> None:
    index = local_year(2027, "Asia/Shanghai")
    weather = weather_of(index, wind_speeds={10.0: np.full(len(index), 4.0)})
    assert list(weather.wind_speeds) == [10.0, 100.0]
    assert weather.wind_speeds[100.0] is weather.wind_speed
    assert "wind_speed_10m" in weather.frame


def test_a_naive_index_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        weather_of(pd.date_range("2027-01-01", periods=48, freq="h"))
    assert caught.value.problems[0].code == "naive-time"


def test_an_irregular_index_names_the_place() -> None:
    index = pd.date_range("2027-01-01", periods=48, freq="h", tz="UTC").delete(10)
    with pytest.raises(InputError, match="2027-01-01 09:00 UTC follows 2027-01-01 11:00"):
        weather_of(index)


def test_all_unequal_lengths_are_named_at_once() -> None:
    index = pd.date_range("2027-01-01", periods=48, freq="h", tz="UTC")
    with pytest.raises(InputError) as caught:
        weather_of(index, ghi=np.zeros(47), pressure=np.zeros(49))
    assert [problem.where for problem in caught.value.problems] == ["weather > ghi", "weather > pressure"]


def test_local_times_become_utc() -> None:
    local = pd.date_range("2027-01-01", periods=48, freq="h", tz="Asia/Shanghai")
    assert weather_of(local).index[0] == pd.Timestamp("2026-12-31 16:00", tz="UTC")


# ------------------------------------------------------------------ checks


def test_a_good_weather_has_no_findings() -> None:
    assert check_weather(numbered(2027)) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("temperature", np.nan, "gap"),
        ("temperature", 99.9, "weather-range"),
        ("wind_speed", -1.0, "weather-range"),
        ("pressure", 1013.0, "weather-range"),
        ("ghi", 9999.0, "weather-range"),
        ("dni", -50.0, "weather-range"),
        ("relative_humidity", 999.0, "weather-range"),
    ],
)
def test_a_single_bad_value_is_found_with_its_hour(name: str, value: float, code: str) -> None:
    index = local_year(2027, "Asia/Shanghai")
    values = np.full(len(index), 50.0) if name == "relative_humidity" else getattr(numbered(2027), name).copy()
    values[100] = value
    problems = check_weather(weather_of(index, **{name: values}))
    assert [(p.where, p.code, p.severity) for p in problems] == [(f"weather > {name}", code, "error")]
    assert f"{index[100]:%Y-%m-%d %H:%M}" in problems[0].what


def test_an_extra_wind_height_is_checked_too() -> None:
    index = local_year(2027, "Asia/Shanghai")
    speed = np.full(len(index), 4.0)
    speed[7] = np.nan
    problems = check_weather(weather_of(index, wind_speeds={10.0: speed}))
    assert [problem.where for problem in problems] == ["weather > wind_speed_10m"]


def sunny(shift: int = 0) -> Weather:
    index = local_year(2027, "Asia/Shanghai")
    sun = sun_over(index, 1.0, KENLI[0], KENLI[1])
    light = np.roll(800.0 * sun.mean_cos_zenith, shift)
    return weather_of(index, ghi=light, dhi=light)


def test_light_at_its_place_is_fine() -> None:
    assert check_weather(sunny()) == []


@pytest.mark.parametrize("shift", [-9, -8, -2, 2, 5, 8, 11])
def test_a_shifted_clock_is_found_and_measured(shift: int) -> None:
    problems = check_weather(sunny(shift))
    assert problems[0].code == "irradiance-at-night"
    assert problems[0].severity == "error"
    assert f"{-shift:+d} h" in problems[0].fix


@given(shift=st.integers(-11, 11))
@settings(max_examples=20, deadline=None)
def test_best_shift_undoes_any_shift(shift: int) -> None:
    sun = sun_over(pd.date_range("2027-05-01", periods=24 * 8, freq="h", tz="UTC"), 1.0, 37.59, 118.55)
    assert best_shift(np.roll(sun.mean_cos_zenith, shift), sun.mean_cos_zenith, 1.0) == -shift


def test_little_twilight_is_a_warning() -> None:
    index = local_year(2027, "Asia/Shanghai")
    light = np.zeros(len(index))
    light[0] = 2.0
    problems = check_weather(weather_of(index, ghi=light, dhi=light))
    assert [(p.code, p.severity) for p in problems if p.code == "twilight"] == [("twilight", "warning")]


def test_swapped_columns_are_a_warning_of_closure() -> None:
    good = sunny()
    problems = check_weather(weather_of(good.index, ghi=good.ghi, dni=good.ghi, dhi=good.dhi))
    assert [(p.code, p.severity) for p in problems] == [("irradiance-closure", "warning")]


# ------------------------------------------------------------------ years and steps


@pytest.mark.parametrize(
    ("year", "timezone", "hours", "start"),
    [
        (2027, "Asia/Shanghai", 8760, "2026-12-31 16:00"),
        (2028, "Asia/Shanghai", 8784, "2027-12-31 16:00"),
        (2027, "America/Chicago", 8760, "2027-01-01 06:00"),
        (2027, "Australia/Perth", 8760, "2026-12-31 16:00"),
    ],
)
def test_local_year(year: int, timezone: str, hours: int, start: str) -> None:
    index = local_year(year, timezone)
    assert len(index) == hours
    assert index[0] == pd.Timestamp(start, tz="UTC")


def test_the_same_year_is_the_same_weather() -> None:
    weather = numbered(2027)
    assert weather.to_year(2027, "Asia/Shanghai") is weather


def test_common_year_onto_leap_year_borrows_one_day() -> None:
    mapped = numbered(2027).to_year(2028, "Asia/Shanghai")
    hours = np.round(mapped.temperature * 1000).astype(int)
    feb_28 = np.arange(58 * 24, 59 * 24)
    np.testing.assert_array_equal(hours, np.concatenate((np.arange(59 * 24), feb_28, np.arange(59 * 24, 8760))))
    assert mapped.provenance.notes[-1] == "29 February taken from 28 February: 24 steps"


def test_leap_year_onto_common_year_drops_one_day() -> None:
    mapped = numbered(2028).to_year(2027, "Asia/Shanghai")
    hours = np.round(mapped.temperature * 1000).astype(int)
    np.testing.assert_array_equal(hours, np.concatenate((np.arange(59 * 24), np.arange(60 * 24, 8784))))
    assert mapped.provenance.notes[-1] == "29 February of the source dropped: 24 steps"


def test_mapping_to_another_zone_reads_the_year_as_a_ring() -> None:
    mapped = numbered(2027, "Asia/Shanghai").to_year(2030, "Europe/London")
    # London's 1 January 00:00 is 08:00 in Shanghai; instants keep their sun, so hours keep theirs.
    assert mapped.temperature[0] == pytest.approx(0.008)
    assert mapped.temperature[-1] == pytest.approx(0.007)
    assert len(mapped) == 8760


def test_a_year_out_of_two_is_cut_out() -> None:
    index = pd.date_range("2026-12-31", "2028-01-02", freq="h", tz="UTC", inclusive="left")
    weather = weather_of(index, temperature=np.arange(len(index)) / 1000)
    cut = weather.to_year(2027, "Asia/Shanghai")
    assert cut.index.equals(local_year(2027, "Asia/Shanghai"))
    assert cut.temperature[0] == pytest.approx(0.016)
    assert cut.provenance.notes == ("year 2027 selected",)


def test_another_year_out_of_two_is_refused() -> None:
    weather = weather_of(pd.date_range("2026-12-31", "2028-02-01", freq="h", tz="UTC", inclusive="left"))
    with pytest.raises(InputError, match="2027, 2028"):
        weather.to_year(2030, "Asia/Shanghai")


def test_half_a_year_is_refused() -> None:
    half = weather_of(local_year(2027, "Asia/Shanghai")[:4000])
    with pytest.raises(InputError, match="no value for 4760 of 8760 steps"):
        half.to_year(2029, "Asia/Shanghai")


def test_an_unknown_zone_is_suggested() -> None:
    with pytest.raises(InputError, match="Asia/Shanghai"):
        numbered(2027).to_year(2028, "Asia/Shangai")


def test_resample_averages_and_keeps_means() -> None:
    weather = numbered(2027)
    three = weather.resample(3)
    assert three.step_hours == 3.0
    assert three.temperature[0] == pytest.approx(0.001)
    assert three.temperature.mean() == pytest.approx(weather.temperature.mean())
    assert weather.resample(1) is weather
    for step in (0.5, 1.5, 0.0):
        with pytest.raises(InputError):
            weather.resample(step)


# ------------------------------------------------------------------ gaps


def table(missing: list[int], column: str = "ghi", count: int = 96) -> pd.DataFrame:
    index = pd.date_range("2027-01-01", periods=count, freq="h", tz="UTC")
    frame = pd.DataFrame({"ghi": np.arange(count, dtype=float), "temperature": 1.0}, index=index)
    frame.iloc[missing, frame.columns.get_loc(column)] = np.nan
    return frame


def test_nothing_missing_nothing_done() -> None:
    frame, report = fill_gaps(table([]))
    assert report.count == 0
    assert report.notes("refuse") == ()
    assert frame.equals(table([]))


def test_gaps_are_refused_by_default() -> None:
    with pytest.raises(InputError) as caught:
        fill_gaps(table([5, 6, 50]))
    problem = caught.value.problems[0]
    assert (problem.where, problem.code) == ("weather > ghi", "gap")
    assert "3 values are missing" in problem.what
    assert "2027-01-01 05:00 to 2027-01-01 06:00" in problem.what


def test_interpolation_reports_what_it_filled() -> None:
    frame, report = fill_gaps(table([5, 6, 50]), GapPolicy("interpolate", max_hours=2))
    np.testing.assert_allclose(frame["ghi"], np.arange(96))
    assert report.count == 3
    assert [(name, steps) for name, _, _, steps in report.filled] == [("ghi", 2), ("ghi", 1)]
    assert "3 missing values in 2 gaps" in report.notes("interpolate")[0]


def test_a_longer_gap_than_declared_is_refused() -> None:
    with pytest.raises(InputError, match="at least 4 h"):
        fill_gaps(table([5, 6, 7, 8]), GapPolicy("interpolate", max_hours=3))


def test_same_hour_takes_the_days_around() -> None:
    frame, report = fill_gaps(table(list(range(30, 40))), GapPolicy("same_hour", max_hours=12))
    # The mean of the hour before and after a day on a line is the line.
    np.testing.assert_allclose(frame["ghi"], np.arange(96))
    assert report.count == 10


def test_missing_rows_are_gaps_of_all_columns() -> None:
    whole = table([])
    frame, report = fill_gaps(whole.drop(whole.index[20]), GapPolicy("interpolate", max_hours=1))
    assert len(frame) == 96
    assert sorted(name for name, *_ in report.filled) == ["ghi", "temperature"]


def test_gaps_at_the_edge_are_never_invented() -> None:
    with pytest.raises(InputError, match="edge"):
        fill_gaps(table([0]), GapPolicy("interpolate", max_hours=2))


def test_times_off_the_grid_are_refused() -> None:
    frame = table([])
    frame.index = frame.index[:-1].append(pd.DatetimeIndex([frame.index[-1] + pd.Timedelta(minutes=7)]))
    with pytest.raises(InputError) as caught:
        fill_gaps(frame)
    assert caught.value.problems[0].code == "irregular-time"


@given(missing=st.sets(st.integers(1, 94), max_size=20))
@settings(max_examples=40, deadline=None)
def test_filling_counts_exactly_what_was_missing(missing: set[int]) -> None:
    frame, report = fill_gaps(table(sorted(missing)), GapPolicy("interpolate", max_hours=96))
    assert report.count == len(missing)
    np.testing.assert_allclose(frame["ghi"], np.arange(96), atol=1e-9)
