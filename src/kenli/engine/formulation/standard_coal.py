r"""Energy in tonnes of standard coal: the clean energy share and the carbon intensity.

$$ \sum_{clean} k_c x_c \ge s \sum_c k_c x_c, \qquad E \le m \sum_c k_c x_c $$

with $k$ tonnes of standard coal per MWh: by heat value (0.1229) for all, or electricity by the coal of an
average power plant (coal equivalent). Exports of electricity are taken off.
"""

from __future__ import annotations

from dataclasses import dataclass

from kenli.engine.formulation.context import Build
from kenli.engine.formulation.emissions import total_emission
from kenli.engine.formulation.expression import Expression
from kenli.engine.formulation.limits import add_limit

CALORIFIC = "standard-coal/electricity-calorific"
EQUIVALENT = "standard-coal/electricity-equivalent"
HEAT = "standard-coal/heat"


@dataclass(frozen=True)
class CoalYear:
    """The year's energy in standard coal [tce/yr]."""

    total: Expression
    clean: Expression


def coal_year(build: Build, coefficients: dict[str, float], basis: str) -> CoalYear:
    """Sum the registered supplies in standard coal.

    Args:
        build: program under construction.
        coefficients: factor id -> tce/MWh.
        basis: `coal_equivalent` or `calorific`.
    """
    power = coefficients[EQUIVALENT if basis == "coal_equivalent" else CALORIFIC]
    heat = coefficients[HEAT]
    total, clean = Expression(), Expression()
    for entry in build.supplies:
        if entry.carrier_kind in {"material", "cold"} or entry.component in _inner(build):
            continue
        amount = build.annual(entry.flow, power if entry.carrier_kind == "electricity" else heat)
        total = total.plus(amount)
        clean = clean.plus(amount, entry.clean)
    for flow in build.exports:
        sold = build.annual(flow, power)
        total, clean = total.plus(sold, -1.0), clean.plus(sold, -1.0)
    return CoalYear(total, clean)


def _inner(build: Build) -> set[str]:
    """Converters turn energy that was counted when it entered the park."""
    from kenli.park.components import Converter

    return set(build.park.of_kind(Converter))


def add_coal_policies(build: Build, coefficients: dict[str, float]) -> None:
    """Add the clean energy share and the carbon intensity that the policy asks for."""
    policy = build.park.policy
    if policy.clean_energy_share is not None:
        year = coal_year(build, coefficients, policy.clean_energy_share.basis)
        label = ("Clean energy share (standard coal)", "清洁能源消费占比（标准煤）")
        penalty = policy.clean_energy_share.penalty
        if penalty is not None:  # money per MWh of electricity that is missing, as tonnes of standard coal
            penalty /= coefficients[EQUIVALENT if policy.clean_energy_share.basis == "coal_equivalent" else CALORIFIC]
        add_limit(
            build, "clean_energy_share", label, "share", ">=", policy.clean_energy_share.min, year.clean, year.total,
            penalty=penalty,
        )  # fmt: skip
    if policy.carbon_intensity is not None:
        year = coal_year(build, coefficients, policy.carbon_intensity.basis)
        label = ("Emission per tonne of standard coal", "单位能耗碳排放")
        add_limit(
            build, "carbon_intensity", label, "tCO2/tce", "<=", policy.carbon_intensity.max,
            total_emission(build, [1, 2]), year.total,
        )  # fmt: skip
