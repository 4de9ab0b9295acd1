"""Representative periods: real periods, kept means, kept extremes, honest remainder."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenli.core.aggregate import select_periods
from kenli.core.errors import InputError
from kenli.core.horizon import Horizon


def made_profiles(horizon, seed=1):
    """Return a synthetic year: sun and wind availability, a demand and a temperature."""
    rng = np.random.default_rng(seed)
    steps = horizon.full_steps
    hour = horizon.hour_of_day
    season = np.cos(2 * np.pi * np.arange(steps) / steps)
    days = horizon.day_index.max() + 1
    cloud = rng.beta(4, 2, days)[horizon.day_index]
    storm = rng.beta(2, 4, days)[horizon.day_index]
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None) * cloud * (0.8 - 0.2 * season)
    wind = np.clip(storm * (1 + 0.2 * season) + 0.05 * rng.standard_normal(steps), 0, 1)
    demand = 100 + 10 * season + 20 * (hour > 8) * (horizon.weekday < 5)
    return {
        "availability/pv": sun,
        "availability/wind": wind,
        "demand/base": demand,
        "temperature": 13 - 15 * season + 4 * np.sin((hour - 9) / 12 * np.pi),
        "stress": demand / demand.mean() - sun / sun.mean() - wind / wind.mean(),
    }


@pytest.fixture(scope="module")
def full():
    return Horizon.year(2027, 1.0, "Asia/Shanghai")


@pytest.fixture(scope="module")
def profiles(full):
    return made_profiles(full)


@pytest.fixture(scope="module")
def weeks(full, profiles):
    return select_periods(full, profiles, 8, 168, [("stress", "mean_max"), ("demand/base", "max")])


def test_weeks_are_real_weeks_with_their_own_dates(full, profiles, weeks):
    horizon = weeks.horizon
    assert horizon.periods == 8
    assert horizon.kind == "weeks"
    assert horizon.hours == pytest.approx(8760.0)
    assert np.array_equal(horizon.start, full.start[horizon.source_step])
    assert horizon.start[0] == full.start[weeks.representatives[0] * 168]
    assert np.array_equal(np.bincount(horizon.originals), horizon.weight[::168].round(0))
    # every representative stands for itself
    for position, original in enumerate(weeks.representatives):
        assert horizon.originals[original] == position


def test_the_annual_mean_of_every_profile_is_kept(profiles, weeks):
    share = weeks.horizon.weight / weeks.horizon.weight.sum()
    for name, values in profiles.items():
        assert np.sum(share * weeks.profiles[name]) == pytest.approx(values.mean(), rel=1e-9)
    for row in weeks.accuracy:
        assert row.mean_after == pytest.approx(row.mean_before, rel=1e-9, abs=1e-12)
        assert row.duration_rmse_relative < 0.15


def test_the_extreme_weeks_are_there_unchanged(full, profiles, weeks):
    horizon = weeks.horizon
    worst = int(profiles["stress"][: 52 * 168].reshape(52, 168).mean(1).argmax())
    assert worst in weeks.extremes
    assert set(weeks.extremes) <= set(weeks.representatives)
    inside = horizon.period == weeks.representatives.index(worst)
    for name, values in profiles.items():
        assert np.array_equal(weeks.profiles[name][inside], values[worst * 168 : (worst + 1) * 168])
    assert weeks.profiles["demand/base"].max() == profiles["demand/base"][: 52 * 168].max()


def test_shares_stay_shares_and_nights_stay_dark(profiles, weeks):
    for name in ("availability/pv", "availability/wind"):
        assert weeks.profiles[name].min() >= 0
        assert weeks.profiles[name].max() <= profiles[name].max()
    dark = weeks.horizon.sample(profiles["availability/pv"]) == 0
    assert dark.any()
    assert np.all(weeks.profiles["availability/pv"][dark] == 0)


def test_a_profile_with_negative_values_is_shifted_and_keeps_its_shape(profiles, weeks):
    row = next(row for row in weeks.accuracy if row.profile == "temperature")
    assert row.correction == "shift"
    moved = weeks.profiles["temperature"] - weeks.horizon.sample(profiles["temperature"])
    assert np.unique(moved.round(9)).size <= 2  # zero in the extreme weeks, one amount elsewhere
    assert moved.max() == pytest.approx(max(row.amount, 0.0))


def test_the_note_tells_of_the_last_day(weeks):
    assert "the last 24 h fill no period" in weeks.note
    assert "0.27 %" in weeks.note
    assert weeks.horizon.step_weight.sum() == pytest.approx(8760)


def test_the_note_tells_of_an_extreme_in_the_last_day(full, profiles):
    demand = profiles["demand/base"].copy()
    demand[-3] = 500.0
    found = select_periods(full, {"demand/base": demand}, 4, 168, [("demand/base", "max")])
    assert "the max of 'demand/base' lies in those last 24 h" in found.note
    row = found.accuracy[0]
    assert row.maximum_before == 500.0
    assert row.maximum_after < 500.0


def test_days_have_no_remainder(full, profiles):
    days = select_periods(full, profiles, 12, 24, [("stress", "max")])
    assert days.horizon.kind == "days"
    assert days.horizon.periods == 12
    assert "fill no period" not in days.note
    assert days.horizon.originals.size == 365
    for name in profiles:
        mean = days.horizon.chronological(days.profiles[name]).mean()
        assert mean == pytest.approx(profiles[name].mean(), rel=1e-9)


def test_the_same_input_gives_the_same_periods_quickly(full, profiles):
    many = {f"{name} {copy}": values for name, values in profiles.items() for copy in range(3)}
    select_periods(full, profiles, 3, 168)  # the import of the library is not what is measured
    begin = time.perf_counter()
    first = select_periods(full, many, 12, 168)
    assert time.perf_counter() - begin < 5.0
    second = select_periods(full, many, 12, 168)
    assert first.representatives == second.representatives
    for name in many:
        assert np.array_equal(first.profiles[name], second.profiles[name])


def test_all_periods_are_the_full_year(full, profiles):
    whole = select_periods(full, profiles, 52, 168, [("stress", "mean_max")])
    assert whole.horizon is full
    assert np.array_equal(whole.profiles["stress"], profiles["stress"])
    assert all(row.duration_rmse == 0 and row.correction == "none" for row in whole.accuracy)


def test_more_periods_come_nearer_to_the_year(full, profiles):
    def error(count):
        rows = select_periods(full, profiles, count, 168).accuracy
        return sum(row.duration_rmse_relative for row in rows)

    assert error(30) < error(10) < error(2)


def test_two_kinds_of_weeks_are_told_apart(full):
    # 26 weeks of 1 and 26 weeks of 3: two representatives have no error at all.
    values = np.where(np.arange(8760) // 168 % 2 == 0, 1.0, 3.0)
    values[-24:] = 2.0
    found = select_periods(full, {"demand": values}, 2, 168)
    assert sorted(found.horizon.weight[::168].round(3).tolist()) == [26.071, 26.071]
    assert found.horizon.originals[:4].tolist() in ([0, 1, 0, 1], [1, 0, 1, 0])
    assert found.accuracy[0].amount == pytest.approx(1.0)


def test_quarter_hours_and_a_constant_profile():
    horizon = Horizon.year(2027, 0.25, "Europe/Berlin")
    series = {"availability/pv": made_profiles(horizon)["availability/pv"], "base": np.full(35040, 7.0)}
    found = select_periods(horizon, series, 5, 168)
    assert found.horizon.period_steps == 672
    assert np.all(found.profiles["base"] == 7.0)
    assert found.accuracy[1].correction == "none"


def test_a_profile_of_weight_zero_follows_without_a_say(full, profiles):
    noise = np.random.default_rng(5).random(8760)
    without = select_periods(full, profiles, 6, 168)
    silent = select_periods(full, {**profiles, "noise": noise}, 6, 168, weights={"noise": 0.0})
    assert silent.representatives == without.representatives
    assert silent.accuracy[-1].mean_after == pytest.approx(noise.mean())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_any_season_keeps_means_bounds_and_hours(seed, count):
    horizon = Horizon.span("2027-01-01", 24 * 90, 1.0, "Asia/Shanghai")
    series = made_profiles(horizon, seed)
    found = select_periods(horizon, series, count, 24, [("stress", "mean_max")])
    assert found.horizon.periods == count
    assert found.horizon.hours == pytest.approx(2160)
    wind = next(row for row in found.accuracy if row.profile == "availability/wind")
    assert 0 <= wind.minimum_after <= wind.maximum_after <= wind.maximum_before <= 1
    said = "has the mean" in found.note
    assert said == any(abs(r.mean_after - r.mean_before) > 1e-6 * abs(r.mean_before) for r in found.accuracy)


def test_everything_that_is_wrong_is_said_at_once(full, profiles):
    bad = {
        **profiles,
        "short": np.ones(5),
        "hole": np.full(8760, np.nan),
        "availability/x": np.full(8760, 1.5),
    }
    with pytest.raises(InputError) as caught:
        select_periods(full, bad, 0, 100, [("stres", "max"), ("stress", "worst")], {"wind": 1, "stress": -1})
    text = str(caught.value)
    for said in (
        "0 representative periods", "100 h are not whole days", "'short'", "'hole' holds NaN", "leaves 0..1",
        "did you mean 'stress'?", "no extreme 'worst'", "no profile 'wind'", "weight -1",
    ):  # fmt: skip
        assert said in text
    assert len(caught.value.problems) == 9


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"profiles": {}}, "no profile"),
        ({"count": 1, "extremes": [("stress", "max")]}, "no room"),
        ({"weights": dict.fromkeys(["stress", "demand/base", "temperature"], 0)}, "all weights are zero"),
        ({"period_hours": 24 * 400}, "shorter than a period"),
        ({"period_hours": float("nan")}, "not whole days"),
    ],
)
def test_what_cannot_be_aggregated_is_refused(full, profiles, change, said):
    arguments = {
        "profiles": {name: profiles[name] for name in ("stress", "demand/base", "temperature")},
        "count": 4,
        "period_hours": 168,
    }
    with pytest.raises(InputError, match=said):
        select_periods(full, **{**arguments, **change})


def test_a_selection_is_not_aggregated_again(weeks):
    with pytest.raises(InputError, match="already"):
        select_periods(weeks.horizon, weeks.profiles, 2, 168)


def test_real_shandong_weeks(shared_data):
    table = pd.read_csv(shared_data("shandong_2020_cf_hourly.csv"))
    horizon = Horizon.year(2020, 1.0, "Asia/Shanghai")
    series = {f"availability/{name}": table[name].to_numpy() for name in table.columns[1:]}
    found = select_periods(horizon, series, 10, 168)
    assert "the last 48 h" in found.note
    for row in found.accuracy:
        assert row.mean_after == pytest.approx(row.mean_before, rel=1e-9)
        assert row.duration_rmse_relative < 0.06
