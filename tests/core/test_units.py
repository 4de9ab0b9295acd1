"""Units: what a person writes is what Kenli holds, and nothing of another kind slips through."""

import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenli.core.errors import InputError
from kenli.core.units import CURRENCIES, convert, dimension, parse, split
from kenli.park.site import ParkInfo

NUMBERS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)
POSITIVE = st.floats(min_value=1e-9, max_value=1e9)
UNITS = ["MW", "MWh", "t", "t/h", "tCO2e", "h", "m", "km", "CNY", "EUR/MWh", "CNY/MW/yr", "CNY/(t/h)/yr", "1/h", "degC"]
PAIRS = [
    ("kW", "MW"),
    ("GWh", "MWh"),
    ("kg", "t"),
    ("min", "h"),
    ("CNY/kWh", "CNY/MWh"),
    ("%", ""),
    ("gCO2/kWh", "tCO2e/MWh"),
]


@given(NUMBERS, st.sampled_from(UNITS))
def test_what_is_written_in_the_canonical_unit_comes_back_unchanged(value, unit):
    assert parse(f"{value!r} {unit}", unit) == value
    assert parse(f"{value!r}{unit.removeprefix('1')}", unit) == value


@given(POSITIVE, st.sampled_from(PAIRS))
def test_there_and_back_is_the_same_number(value, pair):
    other, canonical = pair
    inside = parse(f"{value!r} {other}", canonical)
    assert convert(inside, canonical, other) == pytest.approx(value, rel=1e-12)


@given(POSITIVE, POSITIVE)
def test_parsing_is_linear(a, b):
    together = parse(f"{a + b!r} kW", "MW")
    assert together == pytest.approx(parse(f"{a!r} kW", "MW") + parse(f"{b!r} kW", "MW"), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1.2 GW", "MW", 1200.0),
        ("1200MW", "MW", 1200.0),
        ("0.3949 CNY/kWh", "CNY/MWh", 394.9),
        ("0.3949 ¥/kWh", "CNY/MWh", 394.9),
        ("40 GWh/yr", "MWh/yr", 40_000.0),
        ("40 GWh/a", "MWh/yr", 40_000.0),
        ("6 %", "", 0.06),
        ("-0.35 %/K", "1/K", -0.0035),
        ("2 %/yr", "1/yr", 0.02),
        ("0.95", "", 0.95),
        ("38 CNY/kW/month", "CNY/MW/month", 38_000.0),
        ("0.5366 kgCO2/kWh", "tCO2e/MWh", 0.5366),
        ("0.2 tCO2/tce", "tCO2e/tce", 0.2),
        ("1 tce", "GJ", 29.3076),
        ("15 min", "h", 0.25),
        ("20 kt", "t", 20_000.0),
        ("1.5 Mt", "t", 1_500_000.0),
        ("100 m3/h", "m³/h", 100.0),
        ("120 °C", "degC", 120.0),
        ("120 ℃", "degC", 120.0),
        ("300 K", "degC", 26.85),
        ("1_000 MW", "MW", 1000.0),
        ("1e3 MW", "MW", 1000.0),
        (".5 MW", "MW", 0.5),
        ("0", "MW", 0.0),
        (0, "CNY/MWh", 0.0),
        (0.95, "", 0.95),
        ("1 MWh/(m2*yr)", "kWh/m2/yr", 1000.0),
    ],
)
def test_quantities_as_people_write_them(text, unit, value):
    assert parse(text, unit) == pytest.approx(value, rel=1e-12)


@given(st.integers(0, 1000))
def test_percentages_are_the_nearest_numbers(percent):
    assert parse(f"{percent} %", "") == percent / 100
    assert parse(f"{percent} kW", "MW") == percent / 1000


def test_the_year_has_8760_hours_and_the_month_a_twelfth():
    assert convert(1.0, "yr", "h") == 8760.0
    assert convert(12.0, "month", "yr") == 1.0
    assert convert(8760.0, "MWh/yr", "MW") == pytest.approx(1.0, rel=1e-12)


def test_temperature_differences_and_temperatures_differ():
    assert convert(10.0, "degC", "K") == pytest.approx(283.15)
    assert convert(10.0, "K", "K") == 10.0
    with pytest.raises(ValueError):
        convert(1.0, "degC", "MW")


@pytest.mark.parametrize("one", CURRENCIES)
def test_currencies_never_mix(one):
    for other in CURRENCIES:
        if other == one:
            assert parse(f"3 {one}/kWh", f"{other}/MWh") == pytest.approx(3000.0)
        else:
            with pytest.raises(InputError):
                parse(f"3 {one}/kWh", f"{other}/MWh")


def test_the_park_file_knows_the_same_currencies():
    assert set(get_args(ParkInfo.model_fields["currency"].annotation)) == set(CURRENCIES)


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("5", "MW", "has no unit"),
        (5, "MW", "has no unit"),
        ("5 MWh", "MW", "not a unit of the kind 'MW'"),
        ("5 t", "tCO2e", "not a unit of the kind 'tCO2e'"),
        ("5 MW", "", "plain number"),
        ("5 furlongs_", "m", "is not known"),
        ("MW 5", "MW", "does not start with a number"),
        ("", "MW", "does not start with a number"),
        ("nan", "", "does not start with a number"),
        (math.nan, "", "not a finite number"),
        (math.inf, "", "not a finite number"),
        ("1e999 MW", "MW", "not a finite number"),
        (True, "", "is not a quantity"),
    ],
)
def test_what_is_refused_and_in_which_words(text, unit, words):
    with pytest.raises(InputError) as caught:
        parse(text, unit, where="here")
    (problem,) = caught.value.problems
    assert problem.where == "here"
    assert words in problem.what
    assert problem.fix
    assert problem.code == "unit"


def test_a_number_is_split_from_its_unit():
    assert split("1.2 GW") == (1.2, "GW")
    assert split("-3e2CNY/kWh") == (-300.0, "CNY/kWh")
    assert split("0.1/h") == (0.1, "1/h")


def test_dimensions_tell_energy_from_power():
    assert dimension("MWh") == dimension("GJ")
    assert dimension("MWh") != dimension("MW")
    assert dimension("tCO2e") != dimension("t")
