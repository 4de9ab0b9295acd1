"""The time axis: local years, declared spans, order inside periods, windows and months."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenli.core.errors import InputError
from kenli.core.horizon import Horizon, read_zone


@pytest.mark.parametrize(
    ("year", "step", "timezone", "steps"),
    [
        (2027, 1.0, "Asia/Shanghai", 8760),
        (2028, 1.0, "Asia/Shanghai", 8784),
        (2027, 0.25, "Europe/Berlin", 35040),
        (2027, 3.0, "UTC", 2920),
        (2027, 24.0, "America/New_York", 365),
        (2027, 1 / 12, "Asia/Kolkata", 105120),
    ],
)
def test_a_year_starts_at_local_midnight_and_has_its_hours(year, step, timezone, steps):
    horizon = Horizon.year(year, step, timezone)
    assert horizon.steps == horizon.full_steps == steps
    assert horizon.hours == pytest.approx(8784 if year == 2028 else 8760)
    assert horizon.years == horizon.year_fraction == 1.0
    first, last = horizon.local[0], horizon.local[-1] + pd.Timedelta(hours=horizon.duration)
    assert (first.year, first.month, first.day, first.hour, first.minute) == (year, 1, 1, 0, 0)
    assert (last.year, last.month, last.day, last.hour, last.minute) == (year + 1, 1, 1, 0, 0)


def test_shanghai_year_in_utc():
    horizon = Horizon.year(2027, 1.0, "Asia/Shanghai")
    assert horizon.start[0] == np.datetime64("2026-12-31T16:00")
    assert horizon.end == np.datetime64("2027-12-31T16:00")
    assert horizon.local_labels[0] == "2027-01-01T00:00:00+08:00"
    assert horizon.kind == "year"
    assert horizon.is_chronological
    assert "8760 steps of 1 h" in repr(horizon)


def test_local_clock_of_a_zone_with_summer_time():
    horizon = Horizon.year(2027, 1.0, "Europe/Berlin")
    # 28 March 2027: the clock jumps from 2 to 3; 31 October: it shows 2 twice.
    spring = horizon.hour_of_day[(horizon.month == 3) & (horizon.local.day == 28)]
    autumn = horizon.hour_of_day[(horizon.month == 10) & (horizon.local.day == 31)]
    assert spring.size == 23
    assert 2.0 not in spring
    assert autumn.size == 25
    assert (autumn == 2.0).sum() == 2
    assert horizon.day_index[0] == 0
    assert horizon.day_index[-1] == 364
    assert np.bincount(horizon.day_index).tolist().count(24) == 363


def test_hour_of_day_has_fractions_and_weekday_starts_on_monday():
    horizon = Horizon.year(2027, 0.25, "Asia/Kathmandu")
    assert horizon.hour_of_day[:5].tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert horizon.weekday[0] == 4  # 1 January 2027 is a Friday


def test_several_years_weigh_as_one_average_year():
    horizon = Horizon.year(2025, 1.0, "UTC", count=4)
    assert horizon.steps == 4 * 8760 + 24
    assert horizon.years == 4.0
    assert horizon.hours == pytest.approx(8766.0)
    assert len(horizon.months) == 48


def test_a_declared_span_counts_once():
    horizon = Horizon.span("2027-03-01T06:00", 48, 0.5, "Asia/Shanghai")
    assert horizon.start[0] == np.datetime64("2027-02-28T22:00")
    assert horizon.hours == 24.0
    assert horizon.year_fraction == pytest.approx(24 / 8760)
    assert horizon.kind == "declared"
    same = Horizon.span(datetime(2027, 2, 28, 22, tzinfo=UTC), 48, 0.5, "Asia/Shanghai")
    assert np.array_equal(same.start, horizon.start)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Horizon.year(2027, 1.0, "Asia/Shanghi"), "Asia/Shanghai"),
        (lambda: Horizon.year(2027, 1.0, "nowhere at all"), "IANA"),
        (lambda: Horizon.year(2027, 0.7), "divide"),
        (lambda: Horizon.year(2027, 0.0), "divide"),
        (lambda: Horizon.year(2027, -1.0), "divide"),
        (lambda: Horizon.year(2027, 48.0), "divide"),
        (lambda: Horizon.year(2027, float("nan")), "divide"),
        (lambda: Horizon.year(2027, float("inf")), "divide"),
        (lambda: Horizon.year(12, 1.0), "out of range"),
        (lambda: Horizon.year(2027, 1.0, count=0), "out of range"),
        (lambda: Horizon.span("2027-01-01", 0), "positive"),
        (lambda: Horizon.span("first of May", 24), "not a date"),
        (lambda: Horizon.span("2027-03-28T02:30", 24, 1.0, "Europe/Berlin"), "does not exist"),
    ],
)
def test_what_is_no_horizon_is_refused(call, said):
    with pytest.raises(InputError, match=said):
        call()


def test_a_zone_that_skipped_a_day_is_not_a_whole_number_of_days():
    # Samoa had no 30 December 2011; hours still fit, and are fewer.
    assert Horizon.year(2011, 1.0, "Pacific/Apia").steps == 8760 - 24
    assert read_zone("Pacific/Apia").key == "Pacific/Apia"


def test_arrays_are_read_only():
    horizon = Horizon.year(2027, 6.0)
    for name in ("start", "weight", "period", "originals", "source_step", "previous", "hour_of_day", "month"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(horizon, name)[0] = 0


def test_the_step_before_the_first_is_the_last_of_the_period():
    full = Horizon.span("2027-01-01", 48)
    assert full.previous[0] == 47
    assert full.previous[1:].tolist() == list(range(47))
    days = full.select([0, 1], [0, 1], 24)
    assert days.previous[0] == 23
    assert days.previous[24] == 47
    assert np.flatnonzero(days.first_of_period).tolist() == [0, 24]


def test_windows_start_at_local_midnight():
    horizon = Horizon.span("2027-01-01T18:00", 60, 1.0, "Asia/Shanghai")
    assert np.bincount(horizon.windows(24)).tolist() == [6, 24, 24, 6]
    assert np.bincount(horizon.windows(8)).tolist() == [6, 8, 8, 8, 8, 8, 8, 6]
    assert np.bincount(horizon.windows(48)).tolist() == [30, 30]
    assert horizon.windows(1).tolist() == list(range(60))


def test_windows_never_cross_a_period():
    full = Horizon.year(2027, 1.0, "Europe/Berlin")
    weeks = full.select([3, 25], [0] * 13 + [1] * 26 + [0] * 13, 168)
    numbers = weeks.windows(24)
    for window in range(numbers.max() + 1):
        assert np.unique(weeks.period[numbers == window]).size == 1
    assert np.bincount(numbers)[:7].tolist() == [24] * 7
    # The week in summer starts at one o'clock of the local clock.
    assert weeks.hour_of_day[168] == 1.0
    assert np.bincount(numbers)[7:].tolist() == [23, 24, 24, 24, 24, 24, 24, 1]


@pytest.mark.parametrize("length", [0, -24, 5, 36, 0.5, 7.5, float("nan")])
def test_windows_that_do_not_fit_are_refused(length):
    with pytest.raises(InputError, match="does not fit"):
        Horizon.span("2027-01-01", 48).windows(length)


def test_months_of_a_year():
    horizon = Horizon.year(2028, 1.0, "Asia/Shanghai")
    assert [label for label, _ in horizon.months] == [f"2028-{month:02d}" for month in range(1, 13)]
    assert horizon.months[1][1].sum() == 29 * 24
    assert sum(mask.astype(int) for _, mask in horizon.months).tolist() == [1] * 8784


def test_no_month_is_left_out_by_representative_weeks():
    weeks = Horizon.year(2027, 1.0, "UTC").select([4, 30], [0] * 20 + [1] * 20 + [0] * 12, 168)
    assert len(weeks.months) == 12
    for label, mask in weeks.months:
        assert mask.any(), label
    by_label = dict(weeks.months)
    assert np.unique(weeks.period[by_label["2027-07"]]).tolist() == [1]
    assert np.unique(weeks.period[by_label["2027-12"]]).tolist() == [0]
    # the months' own dates are those of the two real weeks
    assert set(weeks.month.tolist()) == {1, 2, 7, 8}


def test_weeks_keep_the_hours_of_the_year_and_say_where_the_last_day_went():
    full = Horizon.year(2027, 1.0, "UTC")
    link = np.arange(52) % 3
    weeks = full.select([0, 1, 2], link, 168)
    assert weeks.kind == "weeks"
    assert weeks.hours == pytest.approx(8760.0)
    assert not weeks.is_chronological
    for period in range(3):
        assert np.ptp(weeks.weight[weeks.period == period]) == 0.0
    index = weeks.sample(np.arange(8760))
    expanded = weeks.chronological(index)
    assert expanded.shape == (8760,)
    assert expanded[168 * 5] == 168 * 2  # the sixth week is shown by the third
    assert np.array_equal(expanded[-24:], index[:24])  # week 51 is shown by week 0, and so is the day after


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_weighted_sum_equals_the_chronological_sum_without_remainder(count, seed):
    rng = np.random.default_rng(seed)
    full = Horizon.year(2027, 1.0, "Asia/Shanghai")
    chosen = np.sort(rng.choice(365, count, replace=False))
    link = rng.integers(0, count, 365)
    link[chosen] = np.arange(count)
    days = full.select(chosen.tolist(), link, 24)
    values = rng.random(days.steps)
    assert np.sum(days.weight * values) == pytest.approx(days.chronological(values).sum())
    assert days.step_weight.sum() == pytest.approx(8760.0)
    assert np.array_equal(days.start, full.start[days.source_step])


def test_sample_and_chronological_are_the_identity_on_the_full_series():
    full = Horizon.year(2027, 1.0)
    values = np.random.default_rng(1).random((2, 8760))
    assert np.array_equal(full.sample(values), values)
    assert np.array_equal(full.chronological(values), values)
    with pytest.raises(InputError, match="8760 steps"):
        full.sample(values[:, :-1])
    with pytest.raises(InputError, match="0 values"):
        full.chronological(3.0)


@pytest.mark.parametrize(
    ("chosen", "originals", "steps"),
    [
        ([0], [0], 24),  # two originals, one link
        ([1, 0], [0, 1], 24),  # not ascending
        ([0, 2], [0, 1], 24),  # no such period
        ([0, 1], [0, 0], 24),  # a representative without an original
        ([], [], 24),
        ([0], [0], 0),
        ([0], [0], 100),
    ],
)
def test_a_selection_that_does_not_fit_is_refused(chosen, originals, steps):
    with pytest.raises(InputError, match="does not fit"):
        Horizon.span("2027-01-01", 48).select(chosen, originals, steps)


def test_a_selection_is_not_selected_again():
    days = Horizon.span("2027-01-01", 48).select([0], [0, 0], 24)
    assert days.hours == 48.0
    with pytest.raises(InputError, match="already"):
        days.select([0], [0, 0], 24)
