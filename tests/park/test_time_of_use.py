"""Time-of-use prices against days that are computed by hand, and against an integral by the minute."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenli.core.horizon import Horizon
from kenli.park.time_of_use import (
    TimeOfUse,
    calendar,
    complete,
    minutes_of,
    months_of,
    period_prices,
    price_profile,
    shipped_schemes,
)

CNY = {"currency": "CNY"}


def tou(hours, *, rest="flat", months="1-12", **more):
    declared = {
        "prices": {"peak": "0.9 CNY/kWh", "flat": "0.6 CNY/kWh", "valley": "0.3 CNY/kWh"},
        "schedule": [{"months": months, "hours": hours, "rest": rest}],
        **more,
    }
    return TimeOfUse.model_validate(declared, context=CNY)


THREE = tou({"peak": ["8-11", "18-21"], "valley": ["23-7"]})


def names_of_day(prices, month=1, step=60):
    names, table = calendar(prices)
    return [names[k] for k in table[month - 1, ::step]]


# ------------------------------------------------------------------ by hand


def test_a_day_of_cell_formation_by_hand():
    # Formation at 12 MW from 20:00 to 4:00, calendering at 5 MW from 8:00 to 18:00.
    # 20-21 peak, 21-23 flat, 23-4 valley: 12 MWh x (0.9 + 2 x 0.6 + 5 x 0.3) = 12 x 3.6 = 43.2 kCNY
    # 8-11 peak, 11-18 flat: 5 MWh x (3 x 0.9 + 7 x 0.6) = 5 x 6.9 = 34.5 kCNY
    hour = np.arange(24.0)
    load = np.where((hour >= 20) | (hour < 4), 12.0, 0.0) + np.where((hour >= 8) & (hour < 18), 5.0, 0.0)
    price = price_profile(THREE, np.full(24, 6), hour, 1.0)
    assert float(load @ price) == pytest.approx(43_200.0 + 34_500.0)


def test_each_hour_of_the_day_has_the_period_that_is_written():
    day = ["valley"] * 7 + ["flat"] + ["peak"] * 3 + ["flat"] * 7 + ["peak"] * 3 + ["flat"] * 2 + ["valley"]
    assert names_of_day(THREE) == day


def test_critical_wins_over_peak_and_deep_valley_over_valley():
    declared = TimeOfUse.model_validate(
        {"base": "0.5 CNY/kWh", "scheme": "shandong-2026", "assume": {"7-8": 6, "9-10": 4, "11-12": 1}}, context=CNY
    )
    prices, notes = complete(declared)
    january = (
        *(["flat"] * 2 + ["valley"] * 4 + ["flat"] + ["peak"] * 2 + ["flat"]),
        *(["valley"] + ["deep_valley"] * 3 + ["valley"] + ["flat"] + ["critical"] * 3 + ["peak"] * 2 + ["flat"] * 3),
    )
    assert names_of_day(prices, 1) == list(january)
    assert names_of_day(prices, 12) == list(january)
    april = names_of_day(prices, 4)
    assert april[17:22] == ["critical"] * 3 + ["peak"] * 2
    assert april[10:15] == ["valley", "deep_valley", "deep_valley", "deep_valley", "valley"]
    june = names_of_day(prices, 7)
    assert june[16:23] == ["peak", *["critical"] * 5, "peak"]
    assert period_prices(prices) == pytest.approx(
        {"critical": 1000.0, "peak": 850.0, "flat": 500.0, "valley": 150.0, "deep_valley": 50.0}
    )
    assert notes == [
        "months 7-8 are assumed to follow month 6",
        "months 9-10 are assumed to follow month 4",
        "months 11-12 are assumed to follow month 1",
    ]


def test_precedence_holds_whatever_the_order_of_writing():
    first = {"peak": ["16-22"], "critical": ["18-20"]}
    prices = {
        "prices": {"peak": "1 CNY/kWh", "critical": "2 CNY/kWh", "flat": "0.5 CNY/kWh"},
        "precedence": ["critical"],
    }
    one = tou(first, **prices)
    other = tou(dict(reversed(first.items())), **prices)
    assert names_of_day(one) == names_of_day(other)
    assert names_of_day(one)[16:22] == ["peak", "peak", "critical", "critical", "peak", "peak"]


def test_months_have_their_own_days():
    declared = TimeOfUse.model_validate(
        {
            "prices": {"high": "1 CNY/kWh", "low": "0.5 CNY/kWh"},
            "schedule": [
                {"months": "11-2", "hours": {"high": ["17-20"]}, "rest": "low"},
                {"months": ["3-6", 7, "8-10"], "hours": {"high": ["10-12"]}, "rest": "low"},
            ],
        },
        context=CNY,
    )
    # Local year of Shanghai, which has no summer time: 3 or 2 hours a day at the high price.
    horizon = Horizon.year(2027, 1.0, "Asia/Shanghai")
    price = price_profile(declared, horizon.month, horizon.hour_of_day, 1.0)
    winter = 30 + 31 + 31 + 28
    assert int((price == 1000.0).sum()) == winter * 3 + (365 - winter) * 2
    local = horizon.local
    assert set(local.hour[(price == 1000.0) & (horizon.month == 12)]) == {17, 18, 19}
    assert set(local.hour[(price == 1000.0) & (horizon.month == 3)]) == {10, 11}


# ------------------------------------------------------------------ properties


@st.composite
def days(draw):
    cuts = sorted(draw(st.sets(st.integers(1, 24 * 60 - 1), min_size=2, max_size=6)))
    words = draw(st.lists(st.sampled_from(["peak", "valley"]), min_size=len(cuts), max_size=len(cuts)))
    hours = {}
    for k, (start, word) in enumerate(zip(cuts, words, strict=True)):
        end = cuts[(k + 1) % len(cuts)]
        if draw(st.booleans()):
            text = f"{start // 60}:{start % 60:02d}-{end // 60}:{end % 60:02d}"
            hours.setdefault(word, []).append(text)
    return hours


def by_the_minute(hours):
    """Return the price of each minute, found by asking each minute where it lies."""
    prices = []
    for minute in range(24 * 60):
        price = 600.0
        for word, spans in hours.items():
            for span in spans:
                start, end = (int(h) * 60 + int(m) for h, m in (part.split(":") for part in span.split("-")))
                inside = start <= minute < end if start < end else minute >= start or minute < end
                price = {"peak": 900.0, "valley": 300.0}[word] if inside else price
        prices.append(price)
    return np.array(prices)


@settings(max_examples=60, deadline=None)
@given(days())
def test_every_minute_has_one_period_and_every_step_the_exact_mean(hours):
    prices = tou(hours)
    _, table = calendar(prices)
    assert (table >= 0).all()
    exact = by_the_minute(hours)
    for step in (0.25, 0.5, 1.0, 3.0, 24.0):
        starts = np.arange(0.0, 24.0, step)
        mean = price_profile(prices, np.full(len(starts), 5), starts, step)
        np.testing.assert_allclose(mean, exact.reshape(len(starts), -1).mean(axis=1), rtol=1e-12)


def test_a_step_that_crosses_midnight_is_averaged_over_both_days():
    mean = price_profile(THREE, np.array([1]), np.array([22.0]), 3.0)  # 1 h flat, 2 h valley
    assert mean[0] == pytest.approx((600.0 + 2 * 300.0) / 3)


@pytest.mark.parametrize(
    ("text", "spans"),
    [("16-19", [(960, 1140)]), (" 6:30 - 8 ", [(390, 480)]), ("22-6", [(1320, 1440), (0, 360)]), ("0-24", [(0, 1440)])],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert minutes_of(text) == spans


def test_months_are_read_as_people_write_them():
    assert months_of(["1-2", 6, "11-12"]) == [1, 2, 6, 11, 12]
    assert months_of(["11-2"]) == [11, 12, 1, 2]


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize("text", ["5-5", "24-25", "7:75-9", "13"])
def test_hours_that_are_none(text):
    with pytest.raises(ValueError):
        minutes_of(text)


@pytest.mark.parametrize("item", [0, 13, "1-13", "May", "1-2-3"])
def test_months_that_are_none(item):
    with pytest.raises(ValueError, match="is not a month"):
        months_of([item])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hours": {"peak": ["8-12"], "valley": ["11-14"]}}, "'valley' and 'peak' overlap at 11:00"),
        ({"hours": {"peak": ["8-12", "10-14"]}}, "'peak' names 10:00 twice"),
        ({"hours": {"peak": ["8-12"]}, "rest": None}, "00:00 belongs to no period"),
        ({"hours": {"night": ["0-6"]}}, "'night' has no price"),
        ({"hours": {}, "months": "1-11"}, "months 12 have no schedule"),
        ({"hours": {}, "precedence": ["critical"]}, "'critical' has no price"),
    ],
)
def test_what_a_calendar_refuses(change, words):
    with pytest.raises(ValueError, match=words) as caught:
        calendar(tou(change.pop("hours"), **change))
    assert "; " in str(caught.value)  # every refusal says what to do


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scheme": "shandong-2026"}, "both schedule and scheme"),
        ({"schedule": None}, "neither schedule nor scheme"),
        ({"base": "1 CNY/kWh"}, "contradict"),
        ({"prices": None}, "no prices"),
        ({"prices": None, "base": "1 CNY/kWh"}, "no ratios"),
    ],
)
def test_what_the_declaration_refuses(change, words):
    with pytest.raises(ValueError, match=words):
        tou({"peak": ["8-11"]}, **change)


def test_an_assumption_needs_a_month_that_is_known():
    declared = TimeOfUse.model_validate(
        {"base": "0.5 CNY/kWh", "scheme": "shandong-2026", "assume": {"7-12": 9}}, context=CNY
    )
    with pytest.raises(ValueError, match="month 9, which has no schedule"):
        complete(declared)


@pytest.mark.parametrize("name", shipped_schemes())
def test_shipped_schemes_name_their_source_and_cover_their_months(name):
    from kenli.park.time_of_use import _schemes

    scheme = _schemes()[name]
    assert scheme["source"]
    assert scheme["confidence"] in {"high", "medium", "low"}
    months = [month for part in scheme["schedule"] for month in months_of(part["months"])]
    assert len(months) == len(set(months))
    rest = sorted(set(range(1, 13)) - set(months))
    assume = {str(month): months[0] for month in rest}
    declared = TimeOfUse.model_validate({"base": "1 CNY/kWh", "scheme": name, "assume": assume}, context=CNY)
    _, table = calendar(complete(declared)[0])
    assert (table >= 0).all()
