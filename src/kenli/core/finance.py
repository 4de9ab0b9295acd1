"""Money over time: annuities, present values, levelised costs, internal rate of return, payback.

Pure functions on plain numbers and arrays. Rates and shares are fractions a year (0.06, not 6),
money is in any one currency, years are equal steps. A cash flow that is an array has its first
entry at time 0 (today, not discounted) and one entry for each further year-end.

Rates and flows must be of one kind: a nominal rate (with inflation) with nominal flows, or a real
rate with flows in money of one year. `real_rate` turns one into the other.

References:
    Brealey, Myers and Allen, *Principles of Corporate Finance*, chapters 2, 5 and 6.
    Short, Packey and Holt (1995), *A Manual for the Economic Evaluation of Energy Efficiency and
    Renewable Energy Technologies*, NREL/TP-462-5173 (levelised cost, total life-cycle cost).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kenli.core.errors import InputError, Problem

HYDROGEN_LHV = 33.33
"""Lower heating value of hydrogen [kWh/kg]; row `physics/hydrogen/lhv` of the register."""


def capital_recovery_factor(rate: float, lifetime: float) -> float:
    """Return the share of an investment that is paid back at each year-end of its life.

    Args:
        rate: discount rate [1/yr], above -1.
        lifetime: economic life [yr], above 0, not necessarily whole.

    Returns:
        rate / (1 - (1 + rate)^-lifetime) [1/yr]; 1/lifetime at a rate of 0.

    Raises:
        InputError: the rate or the lifetime is out of range.
    """
    _check_rate(rate)
    if not (math.isfinite(lifetime) and lifetime > 0):
        raise _wrong("lifetime", f"{lifetime} is not a life in years", "give a number above zero")
    # log1p and expm1 keep the digits at rates near zero, where 1 - (1 + rate)^-n cancels.
    growth = lifetime * math.log1p(rate)
    if abs(growth) < 1e-300:
        return 1 / lifetime  # below the normal numbers the quotient would lose its digits
    return rate / -math.expm1(-growth)


def annuity(investment: float, rate: float, lifetime: float) -> float:
    """Return the equal yearly payment that an overnight investment amounts to.

    Args:
        investment: overnight investment [currency].
        rate: discount rate [1/yr].
        lifetime: economic life [yr].

    Returns:
        Payment at each year-end [currency/yr].
    """
    return investment * capital_recovery_factor(rate, lifetime)


def present_worth_factor(
    years: int,
    escalation: float,
    rate: float,
    *,
    escalate_from: Literal["first-year", "second-year"] = "first-year",
) -> float:
    """Return the present value of a yearly flow of 1 that escalates at a constant rate.

    Args:
        years: number of year-ends with a flow.
        escalation: growth of the flow [1/yr], above -1.
        rate: discount rate [1/yr], above -1.
        escalate_from: `first-year`: the flow of year n is (1 + escalation)^n, so the amount is in
            money of today; `second-year`: it is (1 + escalation)^(n - 1), so the amount is that of
            the first year. Both are in use; REopt calls them `annuity` and `annuity_escalation`.

    Returns:
        Sum of discounted flows [yr].

    References:
        NREL REopt.jl, financial functions (both conventions).
    """
    _check_rate(rate)
    _check_rate(escalation, "escalation")
    if years < 0 or int(years) != years:
        raise _wrong("years", f"{years} is not a number of years", "give a whole number from zero")
    growth = (1 + escalation) / (1 + rate)
    count = int(years)
    log_growth = math.log1p(escalation) - math.log1p(rate)
    total = (
        float(count) if abs(log_growth) < 1e-15 else growth * math.expm1(count * log_growth) / math.expm1(log_growth)
    )
    return total if escalate_from == "first-year" else total / (1 + escalation)


def present_value(amounts: ArrayLike, rate: float, *, first_year: int = 1) -> float:
    """Return the present value of yearly amounts.

    Args:
        amounts: amounts at consecutive year-ends [currency], shape (n,).
        rate: discount rate [1/yr].
        first_year: year of the first amount; 1 is the end of the first year, 0 is today.

    Returns:
        Present value [currency].
    """
    _check_rate(rate)
    values = _flows(amounts)
    return float(values @ np.exp(-math.log1p(rate) * (np.arange(values.size) + first_year)))


def npv(cash_flow: ArrayLike, rate: float) -> float:
    """Return the net present value of a cash flow that starts today.

    Args:
        cash_flow: flow at time 0, 1, 2, ... [currency], costs negative, shape (n,).
        rate: discount rate [1/yr].

    Returns:
        Net present value [currency].
    """
    return present_value(cash_flow, rate, first_year=0)


@dataclass(frozen=True, slots=True)
class InternalRate:
    """Internal rates of return of a cash flow.

    Attributes:
        status: `one`: a single rate; `several`: more than one rate makes the present value zero, so
            none of them alone is an answer; `none`: there is no rate in the range.
        rates: all rates found, rising [1/yr].
        reason: why there is not exactly one; empty otherwise.
    """

    status: Literal["one", "several", "none"]
    rates: tuple[float, ...]
    reason: str

    @property
    def rate(self) -> float | None:
        """The rate if there is exactly one, else None."""
        return self.rates[0] if self.status == "one" else None


def irr(cash_flow: ArrayLike, *, lowest: float = -0.99, highest: float = 10.0) -> InternalRate:
    """Return the internal rate of return, or say that there is none or more than one.

    The flow is a polynomial in 1/(1 + rate); all its real roots are found from its companion
    matrix and polished on the net present value, so that a second root cannot hide.

    Args:
        cash_flow: flow at time 0, 1, 2, ... [currency], costs negative, shape (n,).
        lowest: lower end of the rates that are looked for [1/yr], above -1.
        highest: upper end [1/yr].

    Raises:
        InputError: the flow has fewer than two entries or the range is empty.
    """
    values = _flows(cash_flow)
    _check_rate(lowest, "lowest")
    if values.size < 2 or highest <= lowest:
        raise _wrong("cash_flow", "a rate needs two flows and a range", "give the investment and its returns")
    signs = np.sign(values[values != 0])
    changes = int(np.count_nonzero(np.diff(signs)))
    if changes == 0:
        return InternalRate("none", (), "the cash flow never changes its sign")
    scaled = values / np.abs(values).max()
    rates = _real_rates(scaled, lowest, highest)
    if not rates:
        reason = f"no rate between {lowest:g} and {highest:g} makes the present value zero"
        return InternalRate("none", (), reason)
    if len(rates) == 1:
        return InternalRate("one", rates, "")
    reason = f"the cash flow changes its sign {changes} times; compare present values"
    return InternalRate("several", rates, reason)


def _real_rates(flow: NDArray[np.float64], lowest: float, highest: float) -> tuple[float, ...]:
    """Return the rates within the range at which the present value is zero."""
    from scipy.optimize import brentq  # here, so that importing finance stays fast

    roots = np.roots(flow)  # flow[0] x^n + ... + flow[n] with x = 1 + rate
    near_real = roots[np.abs(roots.imag) < 1e-4 * (1 + np.abs(roots.real))].real - 1
    # A sign change between neighbours proves a root; one that only touches zero has none and is tested itself.
    inside = np.unique(near_real[(near_real > lowest) & (near_real < highest)])
    middles = (inside[1:] + inside[:-1]) / 2
    grid = np.unique(np.concatenate(([lowest], np.geomspace(1 + lowest, 1 + highest, 257) - 1, middles, [highest])))
    found: list[float] = []
    values = [npv(flow, float(rate)) for rate in grid]
    for left, right, below, above in zip(grid[:-1], grid[1:], values[:-1], values[1:], strict=True):
        if below == 0:
            found.append(float(left))
        elif below * above < 0:
            found.append(float(brentq(lambda rate: npv(flow, rate), left, right, xtol=1e-14, rtol=1e-12)))
    if values[-1] == 0:
        found.append(float(grid[-1]))
    for rate in inside:
        touches = abs(npv(flow, float(rate))) < 1e-10 * present_value(np.abs(flow), float(rate), first_year=0)
        if touches and not any(abs(rate - known) < 1e-4 for known in found):
            found.append(float(rate))
    # Roots nearer than a ten-thousandth of a percent are one rate that rounding has split.
    found.sort()
    groups: list[list[float]] = []
    for rate in found:
        if groups and rate - groups[-1][-1] < 1e-6:
            groups[-1].append(rate)
        else:
            groups.append([rate])
    return tuple(sum(group) / len(group) for group in groups)


def payback(cash_flow: ArrayLike, rate: float = 0.0) -> float | None:
    """Return the time after which the cumulated flow stays at or above zero.

    Args:
        cash_flow: flow at time 0, 1, 2, ... [currency], costs negative, shape (n,).
        rate: discount rate [1/yr]; 0 gives the simple payback.

    Returns:
        Years, with the year of recovery taken as even; 0 if the flow is never below zero, None if it
        is not recovered within the flow.
    """
    _check_rate(rate)
    values = _flows(cash_flow)
    discounted = values * np.exp(-math.log1p(rate) * np.arange(values.size))
    cumulated = np.cumsum(discounted)
    below = np.flatnonzero(cumulated < -1e-12 * np.abs(discounted).sum())
    if below.size == 0:
        return 0.0
    last = int(below[-1])
    if last == values.size - 1:
        return None
    return last + float(-cumulated[last] / discounted[last + 1])


def levelised_cost(costs: ArrayLike, output: ArrayLike, rate: float) -> float:
    """Return the discounted cost per discounted unit of output.

    The same rule gives the levelised cost of electricity, storage and hydrogen. With a real rate
    and costs in money of one year the answer is real (constant over life); with a nominal rate and
    nominal costs it is nominal.

    Args:
        costs: costs at time 0, 1, 2, ... [currency], salvage negative, shape (n,).
        output: output at the same times [unit], shape (n,); nothing at time 0 as a rule.
        rate: discount rate [1/yr].

    Returns:
        Levelised cost [currency/unit].

    Raises:
        InputError: the arrays differ in length or there is no output.

    References:
        Short, Packey and Holt (1995), NREL/TP-462-5173, section 3.7.
    """
    spent, made = _flows(costs), _flows(output)
    if spent.size != made.size:
        what = f"{spent.size} costs and {made.size} outputs"
        raise _wrong("output", what, "give one output for each cost, from time 0")
    total = npv(made, rate)
    if total <= 0 or np.any(made < 0):
        raise _wrong("output", "there is no output to carry the cost", "give outputs from zero, some above it")
    return npv(spent, rate) / total


def _life(investment: float, yearly_cost: float, yearly_output: float, rate: float, lifetime: float) -> float:
    if not yearly_output > 0:
        raise _wrong("output", f"{yearly_output} a year", "give an output above zero")
    return (annuity(investment, rate, lifetime) + yearly_cost) / yearly_output


def lcoe(investment: float, yearly_cost: float, yearly_energy: float, rate: float, lifetime: float) -> float:
    """Return the levelised cost of electricity (or heat) of a plant with equal years.

    Args:
        investment: overnight investment [currency].
        yearly_cost: operation, maintenance, fuel and carbon [currency/yr].
        yearly_energy: energy delivered [MWh/yr].
        rate: discount rate [1/yr]; real with costs in money of one year.
        lifetime: economic life [yr].

    Returns:
        Levelised cost [currency/MWh].
    """
    return _life(investment, yearly_cost, yearly_energy, rate, lifetime)


def lcos(
    investment: float,
    yearly_cost: float,
    yearly_discharge: float,
    rate: float,
    lifetime: float,
    *,
    charging_price: float = 0.0,
    round_trip_efficiency: float = 1.0,
) -> float:
    """Return the levelised cost of a unit of energy that leaves a storage.

    Args:
        investment: overnight investment [currency].
        yearly_cost: operation and maintenance [currency/yr].
        yearly_discharge: energy delivered [MWh/yr].
        rate: discount rate [1/yr].
        lifetime: economic life [yr].
        charging_price: mean price of the energy taken in [currency/MWh]; 0 gives the cost of storing alone.
        round_trip_efficiency: energy out per energy in, above 0 and at most 1 [1].

    Returns:
        Levelised cost of storage [currency/MWh].

    References:
        Schmidt, Melchior, Hawkes and Staffell (2019), Joule 3(1), 81-100.
    """
    if not 0 < round_trip_efficiency <= 1:
        what = f"{round_trip_efficiency} is not an efficiency"
        raise _wrong("round_trip_efficiency", what, "give a share above 0 and at most 1")
    storing = _life(investment, yearly_cost, yearly_discharge, rate, lifetime)
    return storing + charging_price / round_trip_efficiency


def lcoh(
    investment: float,
    yearly_cost: float,
    yearly_hydrogen: float,
    rate: float,
    lifetime: float,
    *,
    heating_value: float = HYDROGEN_LHV,
) -> float:
    """Return the levelised cost of a kilogram of hydrogen.

    Args:
        investment: overnight investment [currency].
        yearly_cost: electricity, water, operation and maintenance [currency/yr].
        yearly_hydrogen: hydrogen delivered [MWh/yr] on the basis of `heating_value`.
        rate: discount rate [1/yr].
        lifetime: economic life [yr].
        heating_value: of hydrogen [kWh/kg]; 33.33 lower (default), 39.4 upper.

    Returns:
        Levelised cost [currency/kg].
    """
    per_mwh = _life(investment, yearly_cost, yearly_hydrogen, rate, lifetime)
    return per_mwh * heating_value / 1000


def salvage_value(investment: float, age: float, lifetime: float, rate: float | None = None) -> float:
    """Return what is left of an investment when the horizon ends before its life.

    Args:
        investment: overnight investment [currency].
        age: years used, from 0.
        lifetime: economic life [yr].
        rate: discount rate [1/yr] for the value of the annuities that are still to be paid; None
            depreciates in a straight line.

    Returns:
        Value at that age [currency]; 0 from the end of life on.
    """
    if not (math.isfinite(age) and age >= 0):
        raise _wrong("age", f"{age} is not an age in years", "give a number from zero")
    recovery = capital_recovery_factor(0.0 if rate is None else rate, lifetime)
    if age >= lifetime:
        return 0.0
    left = lifetime - age
    return investment * recovery / capital_recovery_factor(0.0 if rate is None else rate, left)


def real_rate(nominal_rate: float, inflation: float) -> float:
    """Return the real discount rate of a nominal one (Fisher).

    Args:
        nominal_rate: [1/yr].
        inflation: [1/yr].

    Returns:
        (1 + nominal) / (1 + inflation) - 1 [1/yr].
    """
    _check_rate(nominal_rate, "nominal_rate")
    _check_rate(inflation, "inflation")
    return (nominal_rate - inflation) / (1 + inflation)


def _flows(amounts: ArrayLike) -> NDArray[np.float64]:
    values = np.atleast_1d(np.asarray(amounts, dtype=np.float64))
    if values.ndim != 1 or values.size == 0 or not np.all(np.isfinite(values)):
        raise _wrong("cash_flow", "it is empty, has more than one dimension or a gap", "give one finite number a year")
    return values


def _check_rate(rate: float, where: str = "rate") -> None:
    if not (math.isfinite(rate) and rate > -1):
        raise _wrong(where, f"{rate} is not a rate", "give a fraction a year above -1, such as 0.06")


def _wrong(where: str, what: str, fix: str) -> InputError:
    return InputError(Problem(f"finance > {where}", what, fix, code="finance"))
