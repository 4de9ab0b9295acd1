"""Finance against closed forms, hand-made cases, published figures and properties."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kenli.core import finance
from kenli.core.errors import InputError
from kenli.core.factors import load_register

rates = st.floats(-0.2, 0.5)
lives = st.floats(0.5, 80)
money = st.floats(1, 1e9)


def test_annuity_of_a_textbook():
    assert finance.annuity(100, 0.06, 20) == pytest.approx(8.71845570, abs=1e-8)


def test_annuity_without_interest_is_the_even_share():
    assert finance.annuity(100, 0, 20) == 5
    assert finance.annuity(100, 1e-13, 20) == pytest.approx(5, rel=1e-11)


@given(investment=money, rate=rates, life=st.integers(1, 80))
def test_annuities_are_worth_the_investment(investment, rate, life):
    payments = np.full(life, finance.annuity(investment, rate, life))
    assert finance.present_value(payments, rate) == pytest.approx(investment, rel=1e-9)


@given(rate=st.floats(0, 0.5), step=st.floats(1e-3, 0.1), life=lives)
def test_recovery_grows_with_the_rate_and_falls_with_life(rate, step, life):
    recovery = finance.capital_recovery_factor
    assert recovery(rate + step, life) > recovery(rate, life)
    assert recovery(rate, life * 1.1) < recovery(rate, life)
    assert recovery(rate, life) >= max(rate, 1 / life) * (1 - 1e-12)


@pytest.mark.parametrize(("rate", "life"), [(-1, 10), (math.nan, 10), (0.05, 0), (0.05, -3), (0.05, math.inf)])
def test_nonsense_is_refused(rate, life):
    with pytest.raises(InputError):
        finance.capital_recovery_factor(rate, life)


def test_present_worth_factor_of_reopt():
    factor = finance.present_worth_factor(25, 0.0166, 0.0624)
    assert round(factor, 5) == pytest.approx(14.82026, abs=1.1e-5)
    assert factor == pytest.approx(sum((1.0166 / 1.0624) ** n for n in range(1, 26)), rel=1e-12)
    assert 99_600 * round(factor, 5) * (1 - 0.26) == pytest.approx(1_092_312.44, abs=0.01)


@given(years=st.integers(0, 60), escalation=st.floats(-0.1, 0.2), rate=st.floats(-0.1, 0.3))
def test_present_worth_factor_is_the_sum_in_both_conventions(years, escalation, rate):
    growth = (1 + escalation) / (1 + rate)
    first = finance.present_worth_factor(years, escalation, rate)
    second = finance.present_worth_factor(years, escalation, rate, escalate_from="second-year")
    assert first == pytest.approx(math.fsum(growth**n for n in range(1, years + 1)), rel=1e-9)
    expected = math.fsum((1 + escalation) ** (n - 1) / (1 + rate) ** n for n in range(1, years + 1))
    assert second == pytest.approx(expected, rel=1e-9)


def test_escalation_equal_to_the_rate_counts_years():
    assert finance.present_worth_factor(25, 0.05, 0.05) == pytest.approx(25)


@given(rate=rates, life=st.integers(1, 60))
def test_level_worth_is_the_inverse_of_recovery(rate, life):
    product = finance.present_worth_factor(life, 0, rate) * finance.capital_recovery_factor(rate, life)
    assert product == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("years", [-1, 2.5])
def test_years_are_whole(years):
    with pytest.raises(InputError, match="number of years"):
        finance.present_worth_factor(years, 0, 0.05)


def test_npv_starts_today():
    assert finance.npv([-100, 110], 0.1) == pytest.approx(0)
    assert finance.present_value([110], 0.1) == pytest.approx(100)


@given(flow=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_npv_without_interest_is_the_sum(flow):
    assert finance.npv(flow, 0) == pytest.approx(math.fsum(flow), abs=1e-6)


def test_a_gap_in_a_flow_is_refused():
    for flow in ([-1, math.nan], [], [[1, 2], [3, 4]]):
        with pytest.raises(InputError):
            finance.npv(flow, 0.05)


def test_irr_of_one_investment():
    result = finance.irr([-100, 60, 60])
    assert result.status == "one"
    assert result.rate == pytest.approx(0.13066238629, abs=1e-10)


def test_irr_with_two_roots_is_not_one_number():
    result = finance.irr([-100, 230, -132])
    assert result.status == "several"
    assert result.rate is None
    assert result.rates == pytest.approx((0.1, 0.2))
    assert "2 times" in result.reason


def test_irr_with_three_roots_close_together():
    flow = -np.poly([1.10, 1.11, 1.12])
    assert finance.irr(flow).rates == pytest.approx((0.10, 0.11, 0.12), abs=1e-6)


def test_irr_that_only_touches_zero():
    result = finance.irr([-1, 2.2, -1.21])
    assert result.status == "one"
    assert result.rate == pytest.approx(0.1, abs=1e-4)


def test_irr_says_why_there_is_none():
    assert finance.irr([100, 50]).reason == "the cash flow never changes its sign"
    nothing = finance.irr([-1, 1, -1])
    assert (nothing.status, nothing.rate) == ("none", None)
    assert "makes the present value zero" in nothing.reason
    assert finance.irr([0, 0]).status == "none"


def test_irr_needs_two_flows():
    with pytest.raises(InputError):
        finance.irr([-5])


@given(
    investment=st.floats(10, 1e8),
    shares=st.lists(st.floats(0.01, 1), min_size=2, max_size=30),
    rate=st.floats(-0.05, 0.8),
)
def test_irr_finds_the_rate_that_was_put_in(investment, shares, rate):
    worth = finance.present_value(shares, rate)
    flow = [-investment, *(share * investment / worth for share in shares)]
    result = finance.irr(flow)
    assert result.status == "one"
    assert result.rate == pytest.approx(rate, abs=1e-8)


def test_payback_simple_and_discounted():
    assert finance.payback([-100, 40, 40, 40]) == pytest.approx(2.5)
    assert finance.payback([-100, 110], 0.1) == pytest.approx(1)
    assert finance.payback([-100, 60, 60], 0.1) == pytest.approx(1 + (100 - 60 / 1.1) / (60 / 1.21))
    assert finance.payback([-100, 10, 10]) is None
    assert finance.payback([5, 5]) == 0


def test_payback_counts_a_late_cost():
    assert finance.payback([-100, 150, -100, 80]) == pytest.approx(2 + 50 / 80)


@given(investment=money, saving=money, rate=st.floats(0, 0.2))
def test_discounted_payback_is_never_earlier(investment, saving, rate):
    flow = [-investment, *[saving] * 30]
    simple, discounted = finance.payback(flow), finance.payback(flow, rate)
    assume(discounted is not None)
    assert simple is not None
    assert discounted >= simple - 1e-9


def test_levelised_cost_of_a_case_by_hand():
    # 100 today, 10 a year, 50 units a year for two years at 10 %: (100 + 17.355) / 86.777.
    cost = finance.levelised_cost([100, 10, 10], [0, 50, 50], 0.1)
    assert cost == pytest.approx((100 + 10 / 1.1 + 10 / 1.21) / (50 / 1.1 + 50 / 1.21))


@given(
    investment=money,
    yearly=money,
    energy=st.floats(1, 1e6),
    rate=st.floats(-0.05, 0.3),
    life=st.integers(1, 50),
)
def test_lcoe_is_the_levelised_cost_of_equal_years(investment, yearly, energy, rate, life):
    series = finance.levelised_cost([investment, *[yearly] * life], [0, *[energy] * life], rate)
    assert finance.lcoe(investment, yearly, energy, rate, life) == pytest.approx(series, rel=1e-9)


@given(investment=money, energy=st.floats(1, 1e6), rate=st.floats(0, 0.3), life=st.integers(1, 50))
def test_selling_at_the_levelised_cost_earns_the_discount_rate(investment, energy, rate, life):
    price = finance.lcoe(investment, 0, energy, rate, life)
    assert finance.npv([-investment, *[price * energy] * life], rate) == pytest.approx(0, abs=1e-8 * investment)


def test_storage_pays_for_its_losses():
    storing = finance.lcos(1000, 10, 100, 0.05, 10)
    assert storing == pytest.approx(finance.lcoe(1000, 10, 100, 0.05, 10))
    full = finance.lcos(1000, 10, 100, 0.05, 10, charging_price=80, round_trip_efficiency=0.8)
    assert full - storing == pytest.approx(100)
    with pytest.raises(InputError, match="not an efficiency"):
        finance.lcos(1, 1, 1, 0.05, 10, round_trip_efficiency=1.2)


def test_hydrogen_is_told_per_kilogram():
    per_mwh = finance.lcoe(1e6, 5e4, 1000, 0.06, 20)
    assert finance.lcoh(1e6, 5e4, 1000, 0.06, 20) == pytest.approx(per_mwh * 0.03333)
    assert finance.lcoh(1e6, 5e4, 1000, 0.06, 20, heating_value=39.4) == pytest.approx(per_mwh * 0.0394)
    assert load_register().value("physics/hydrogen/lhv", "kWh/kg") == finance.HYDROGEN_LHV


def test_no_output_carries_no_cost():
    with pytest.raises(InputError, match="no output"):
        finance.levelised_cost([1, 1], [0, 0], 0.05)
    with pytest.raises(InputError, match="2 costs and 1 outputs"):
        finance.levelised_cost([1, 1], [1], 0.05)
    with pytest.raises(InputError):
        finance.lcoe(1, 1, 0, 0.05, 10)


@given(investment=money, life=lives, share=st.floats(0, 1), rate=st.floats(0.001, 0.3))
def test_salvage_falls_from_the_investment_to_nothing(investment, life, share, rate):
    line = finance.salvage_value(investment, share * life, life)
    worth = finance.salvage_value(investment, share * life, life, rate)
    assert line == pytest.approx(investment * (1 - share), rel=1e-9, abs=1e-6 * investment)
    assert line - 1e-6 * investment <= worth <= investment * (1 + 1e-9)
    assert finance.salvage_value(investment, life, life, rate) == 0


@given(investment=money, life=st.integers(2, 50), age=st.integers(1, 49), rate=st.floats(0, 0.2))
def test_annuities_of_a_horizon_and_its_salvage_are_worth_the_investment(investment, life, age, rate):
    assume(age < life)
    paid = finance.present_value(np.full(age, finance.annuity(investment, rate, life)), rate)
    left = finance.salvage_value(investment, age, life, rate) / (1 + rate) ** age
    assert paid + left == pytest.approx(investment, rel=1e-9)


def test_salvage_needs_an_age():
    with pytest.raises(InputError, match="not an age"):
        finance.salvage_value(100, -1, 10)


@given(nominal=st.floats(-0.1, 0.5), inflation=st.floats(-0.05, 0.3))
def test_real_rate_of_fisher(nominal, inflation):
    assert (1 + finance.real_rate(nominal, inflation)) * (1 + inflation) == pytest.approx(1 + nominal)
