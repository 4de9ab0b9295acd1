"""Degree days and load shapes: closed forms, local days, seasons, profiles, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kenli.core.errors import InputError
from kenli.park.resource.degree_days import (
    DegreeDayOptions,
    Season,
    cooling_shape,
    degree_days,
    heating_shape,
    load,
)

ZONE = "Asia/Shanghai"
PLAIN = DegreeDayOptions()


def local_index(start="2023-01-01", days=365, step="1h"):
    """Steps of whole local days at Kenli, in UTC."""
    steps = int(pd.Timedelta(days=days) / pd.Timedelta(step))
    return pd.date_range(start, periods=steps, freq=step, tz=ZONE).tz_convert("UTC")


def daily(values):
    """Hourly temperatures from daily ones."""
    return np.repeat(np.asarray(values, dtype=float), 24)


def test_degree_days_closed_form():
    # Days of 8, 18, 26 and 31 degC: 10 K day of heating, 5 of cooling.
    counted = degree_days(daily([8, 18, 26, 31]), local_index(days=4), ZONE, PLAIN)
    assert counted.heating == pytest.approx(10.0)
    assert counted.cooling == pytest.approx(5.0)
    assert (counted.heating_days, counted.cooling_days) == (1.0, 1.0)


def test_daily_means_hide_what_hours_show():
    # A day between 8 and 28 degC has a mean of 18: no daily degree days, but hours on both sides.
    swing = 18.0 + 10.0 * np.sin(2 * np.pi * np.arange(24) / 24)
    index = local_index(days=1)
    assert degree_days(swing, index, ZONE, PLAIN).heating == pytest.approx(0.0, abs=1e-12)
    hourly = degree_days(swing, index, ZONE, DegreeDayOptions(resolution="hourly"))
    assert hourly.heating == pytest.approx(np.maximum(18.0 - swing, 0).sum() / 24.0)
    assert hourly.cooling > 0.0


def test_days_are_local():
    # The cold local day of 2 January begins at 16:00 UTC on the first.
    index = local_index(days=3)
    shape = heating_shape(daily([18, 8, 18]), index, ZONE, PLAIN)
    np.testing.assert_allclose(shape[24:48], 1.0 / 24.0)
    assert shape[:24].sum() == shape[48:].sum() == 0.0
    # Read in UTC, the same cold spreads over two days.
    assert np.count_nonzero(heating_shape(daily([18, 8, 18]), index, "UTC", PLAIN)) > 24


def test_shape_is_proportional_to_the_cold():
    shape = heating_shape(daily([8, 13, 20]), local_index(days=3), ZONE, PLAIN)
    by_day = shape.reshape(3, 24).sum(axis=1)
    np.testing.assert_allclose(by_day, [10 / 15, 5 / 15, 0.0])


def test_cooling_mirrors_heating():
    shape = cooling_shape(daily([27, 30, 20]), local_index(days=3), ZONE, PLAIN)
    np.testing.assert_allclose(shape.reshape(3, 24).sum(axis=1), [1 / 5, 4 / 5, 0.0])


def test_hot_water_flows_all_year():
    options = DegreeDayOptions(hot_water_share="20 %")
    shape = heating_shape(daily([8, 30]), local_index(days=2), ZONE, options)
    np.testing.assert_allclose(shape.reshape(2, 24).sum(axis=1), [0.8 + 0.1, 0.1])
    only = heating_shape(daily([30, 30]), local_index(days=2), ZONE, DegreeDayOptions(hot_water_share="100 %"))
    np.testing.assert_allclose(only, 1 / 48)


def test_profiles_move_heat_within_the_day_only():
    day = [0.0] * 6 + [2.0] * 12 + [1.0] * 6
    index, cold = local_index(days=2), daily([8, 13])
    shape = heating_shape(cold, index, ZONE, DegreeDayOptions(intraday=day)).reshape(2, 24)
    np.testing.assert_allclose(shape.sum(axis=1), heating_shape(cold, index, ZONE, PLAIN).reshape(2, 24).sum(axis=1))
    np.testing.assert_allclose(shape[0], np.asarray(day) / 30.0 * 10 / 15)
    # Steps of three hours take the mean of the hours that they cover.
    coarse = heating_shape(cold[::3], local_index(days=2, step="3h"), ZONE, DegreeDayOptions(intraday=day))
    np.testing.assert_allclose(coarse, shape.reshape(-1, 3).sum(axis=1))


def test_season_wraps_around_the_new_year():
    index = local_index()
    options = DegreeDayOptions(season={"start": "11-15", "end": "03-15"})
    local = index.tz_convert(ZONE)
    shape = heating_shape(np.full(8760, 5.0), index, ZONE, options)
    heated = pd.Series(shape > 0.0, index=local)
    assert heated["2023-03-15"].all()
    assert not heated["2023-03-16"].any()
    assert not heated["2023-11-14"].any()
    assert heated["2023-11-15"].all()
    assert heated.sum() == (31 + 28 + 15 + 16 + 31) * 24
    assert shape.sum() == pytest.approx(1.0)


def test_season_within_one_year():
    local = pd.date_range("2023-01-01", "2023-12-31", freq="D")
    assert Season(start="06-01", end="08-31").contains(local).sum() == 92


@given(
    mean=st.floats(-10.0, 15.0),
    swing=st.floats(0.0, 15.0),
    water=st.floats(0.0, 1.0),
    resolution=st.sampled_from(["daily", "hourly"]),
    step=st.sampled_from(["15min", "1h", "3h"]),
)
@settings(deadline=None, max_examples=30)
def test_shapes_sum_to_one_and_are_never_negative(mean, swing, water, resolution, step):
    index = local_index(days=30, step=step)
    air = mean + swing * np.sin(np.arange(len(index)) / 7.0)
    shape = heating_shape(air, index, ZONE, DegreeDayOptions(hot_water_share=water, resolution=resolution))
    assert shape.sum() == pytest.approx(1.0)
    assert shape.min() >= 0.0


@given(colder=st.floats(0.0, 20.0))
@settings(deadline=None, max_examples=20)
def test_a_colder_day_takes_a_larger_share(colder):
    shares = [
        heating_shape(daily([10.0 - more, 5.0]), local_index(days=2), ZONE, PLAIN)[:24].sum() for more in (0.0, colder)
    ]
    assert shares[1] >= shares[0] - 1e-12


def test_load_keeps_the_energy():
    shape = heating_shape(daily([8, 13]), local_index(days=2, step="15min")[::4], ZONE, PLAIN)
    assert (load(shape, 1200.0, 1.0) * 1.0).sum() == pytest.approx(1200.0)
    quarter = np.repeat(shape, 4) / 4.0
    assert (load(quarter, 1200.0, 0.25) * 0.25).sum() == pytest.approx(1200.0)
    assert load(quarter, 1200.0, 0.25)[0] == pytest.approx(load(shape, 1200.0, 1.0)[0])


def test_nothing_to_heat_or_cool_is_an_error():
    index = local_index(days=2)
    with pytest.raises(InputError, match=r"the coldest is 20\.0 degC"):
        heating_shape(np.full(48, 20.0), index, ZONE, PLAIN)
    with pytest.raises(InputError, match=r"the warmest is 20\.0 degC"):
        cooling_shape(np.full(48, 20.0), index, ZONE, PLAIN)


def test_broken_series_and_zones_are_refused():
    index, air = local_index(days=1), np.full(24, 5.0)
    with pytest.raises(InputError, match="1 of them missing"):
        heating_shape(np.where(np.arange(24) == 3, np.nan, air), index, ZONE, PLAIN)
    with pytest.raises(InputError, match="23 temperatures for 24 steps"):
        heating_shape(air[:23], index, ZONE, PLAIN)
    with pytest.raises(InputError, match="not a time zone"):
        degree_days(air, index, "Asia/Kenli", PLAIN)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"heating_base": "20 degC", "cooling_base": "18 degC"}, "below heating_base"),
        ({"heating_base": 18}, "no unit"),
        ({"hot_water_share": "120 %"}, "less than or equal to 1"),
        ({"intraday": [1.0] * 23}, "24"),
        ({"intraday": [0.0] * 24}, "zero"),
        ({"intraday": [-1.0] * 24}, "greater than or equal to 0"),
        ({"season": {"start": "15-11", "end": "03-15"}}, "pattern"),
        ({"season": {"start": "11-15"}}, "end"),
    ],
)
def test_wrong_options_are_refused(wrong, word):
    with pytest.raises(ValidationError) as caught:
        DegreeDayOptions(**wrong)
    assert word in str(caught.value)
