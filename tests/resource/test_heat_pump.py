"""Heat pump COP: closed forms, the thermodynamic bound, monotonicity, ground, and what is refused."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from kenli.core.errors import InputError
from kenli.park.resource.heat_pump import (
    HeatPumpOptions,
    ground_temperature,
    heat_pump_cop,
    heat_pump_profile,
    ideal_cop,
    mean_temperature,
)

temperatures = st.floats(-20.0, 150.0)
glides = st.floats(0.0, 40.0)
methods = st.sampled_from(["lorenz", "carnot"])


def test_carnot_closed_form():
    # 80 degC from 50 degC: 353.15 / 30.
    assert ideal_cop(80.0, 50.0, method="carnot") == pytest.approx(353.15 / 30.0)
    cop = heat_pump_cop(80.0, 50.0, method="carnot", quality_grade=0.45)
    assert cop == pytest.approx(0.45 * 353.15 / 30.0)


def test_pinches_widen_the_lift():
    cop = heat_pump_cop(80, 50, method="carnot", quality_grade=1, condenser_pinch=5, evaporator_pinch=5)
    assert cop == pytest.approx(358.15 / 40.0)


def test_lorenz_closed_form():
    # Sink 40 to 80 degC, source 60 to 30 degC, with logarithmic means.
    hot = 40.0 / np.log(353.15 / 313.15)
    cold = 30.0 / np.log(333.15 / 303.15)
    assert ideal_cop(80.0, 60.0, sink_glide=40.0, source_glide=30.0) == pytest.approx(hot / (hot - cold))


def test_produced_water_case_lies_in_its_published_range():
    # Produced water of 50 degC to 80 degC with a grade of 0.5 is given as 4 to 6.
    assert 4.0 < heat_pump_cop(80.0, 50.0) < 6.0


def test_without_glide_lorenz_is_carnot():
    assert ideal_cop(90.0, 20.0) == pytest.approx(float(ideal_cop(90.0, 20.0, method="carnot")))


def test_logarithmic_mean():
    assert mean_temperature(300.0, 300.0) == 300.0
    assert mean_temperature(400.0, 200.0) == pytest.approx(200.0 / np.log(2.0))
    # Continuous where the closed form loses its digits.
    assert mean_temperature(300.0, 300.0 + 1e-5) == pytest.approx(300.0 + 5e-6, abs=1e-9)
    assert mean_temperature(300.0, 300.001) == pytest.approx(300.0005, abs=1e-8)


def test_arrays_broadcast_and_near_temperatures_are_capped():
    cop = heat_pump_cop(40.0, np.array([0.0, 20.0, 39.0, 40.0, 60.0]), maximum_cop=8.0)
    assert cop.shape == (5,)
    assert cop[0] == pytest.approx(0.5 * 313.15 / 40.0)
    np.testing.assert_array_equal(cop[2:], 8.0)


@given(sink=temperatures, source=temperatures, warmer=st.floats(0.0, 40.0), glide=glides, method=methods)
def test_a_warmer_source_never_lowers_the_cop(sink, source, warmer, glide, method):
    given_ = {"method": method, "sink_glide": glide, "source_glide": glide / 2, "quality_grade": 1.0}
    cold, warm = heat_pump_cop(sink, [source, source + warmer], **given_)
    assert warm >= cold - 1e-9 * cold


@given(sink=temperatures, source=temperatures, hotter=st.floats(0.0, 40.0), method=methods)
def test_a_hotter_sink_never_raises_the_cop(sink, source, hotter, method):
    low, high = heat_pump_cop([sink, sink + hotter], source, method=method, quality_grade=1.0)
    assert high <= low + 1e-9 * low


@given(
    sink=temperatures,
    source=temperatures,
    grade=st.floats(0.3, 1.0),
    sink_glide=glides,
    source_glide=glides,
    pinch=st.floats(0.0, 10.0),
    method=methods,
)
def test_no_machine_beats_its_limit(sink, source, grade, sink_glide, source_glide, pinch, method):
    limit = ideal_cop(sink, source, method=method, sink_glide=sink_glide, source_glide=source_glide)
    carnot = ideal_cop(sink, source, method="carnot", source_glide=source_glide)
    assert carnot <= limit * (1.0 + 1e-9)  # gliding flows can only be easier than their outer temperatures
    assume(grade * ideal_cop(sink + pinch, source - pinch, method="carnot", source_glide=source_glide) >= 1.0)
    cop = heat_pump_cop(
        sink,
        source,
        method=method,
        quality_grade=grade,
        sink_glide=sink_glide,
        source_glide=source_glide,
        condenser_pinch=pinch,
        evaporator_pinch=pinch,
        maximum_cop=1e9,
    )
    assert 1.0 <= cop <= max(limit, 1.0) * (1.0 + 1e-9)


def test_profile_from_air_ground_bus_and_numbers(make_weather):
    hours = 8760
    air = 13.0 - 14.0 * np.cos(2 * np.pi * (np.arange(hours) + 0.5) / hours)
    weather = make_weather(hours, temperature=air)
    by_air = heat_pump_profile(weather, HeatPumpOptions(source="air", sink="55 degC"))
    np.testing.assert_allclose(by_air, heat_pump_cop(55.0, air))
    by_ground = heat_pump_profile(weather, HeatPumpOptions(source="ground", sink="55 degC"))
    assert by_ground.min() > by_air.min()
    assert np.ptp(by_ground) < np.ptp(by_air)
    fixed = heat_pump_profile(weather, HeatPumpOptions(source="35 degC", sink="55 degC"))
    named = heat_pump_profile(weather, HeatPumpOptions(source="wells", sink="heat"), {"wells": 35.0, "heat": 55.0})
    np.testing.assert_array_equal(fixed, named)


def test_unknown_bus_is_named_with_the_nearest(make_weather):
    options = HeatPumpOptions(source="wels", sink="55 degC")
    with pytest.raises(InputError, match="did you mean 'wells'"):
        heat_pump_profile(make_weather(), options, {"wells": 35.0})


def test_ground_is_damped_and_late():
    import pandas as pd

    index = pd.date_range("2023-01-01", periods=8760, freq="h", tz="UTC")
    days = (np.arange(8760) + 0.5) / 24.0
    air = 13.0 + 14.0 * np.cos(2 * np.pi * (days - 200.0) / 365.0)
    depth, diffusivity = 2.0, 0.05
    damping = depth * np.sqrt(np.pi / (365.0 * diffusivity))
    delay = damping * 365.0 / (2 * np.pi)
    expected = 13.0 + 14.0 * np.exp(-damping) * np.cos(2 * np.pi * (days - 200.0 - delay) / 365.0)
    np.testing.assert_allclose(ground_temperature(air, index, depth, diffusivity), expected, atol=1e-9)
    np.testing.assert_allclose(ground_temperature(air, index, 0.0), air, atol=1e-9)
    with pytest.raises(InputError, match="a year of weather"):
        ground_temperature(air[:2000], index[:2000], depth)


def test_cop_below_the_minimum_is_refused_with_its_count():
    with pytest.raises(InputError, match=r"1\.\d\d, below 2, in 1 of 2 steps"):
        heat_pump_cop(90.0, [-20.0, 50.0], minimum_cop=2.0)
    with pytest.raises(InputError, match="below 1"):
        heat_pump_cop(250.0, -20.0, quality_grade=0.4)


def test_missing_temperature_is_refused():
    with pytest.raises(InputError, match="1 temperatures are missing"):
        heat_pump_cop(60.0, [10.0, np.nan])


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"minimum_cop": 0.8}, "greater than or equal to 1"),
        ({"minimum_cop": 5, "maximum_cop": 4}, "above maximum_cop"),
        ({"quality_grade": 1.2}, "less than or equal to 1"),
        ({"quality_grade": 0}, "greater than 0"),
        ({"source": "70 degC", "sink": "60 degC"}, "not colder"),
        ({"source": 35}, "no unit"),
        ({"source": "35 MW"}, "where a temperature is meant"),
        ({"sink_glide": "10 degC"}, "200"),  # a difference is in K: 10 degC is 283 K
        ({"method": "magic"}, "lorenz"),
    ],
)
def test_wrong_options_are_refused(wrong, word):
    with pytest.raises(ValidationError) as caught:
        HeatPumpOptions(**({"sink": "80 degC"} | wrong))
    assert word in str(caught.value)
