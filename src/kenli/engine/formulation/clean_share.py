r"""Shares of clean and of directly supplied electricity.

With consumption $D = \sum_t w_t (\text{supply}_t - \text{export}_t)$, unclean supply $U_t$, clean generation
$G$, certificates $Z$, direct generation $P$, exports $X$ and available generation $A$ (all over the year):

$$ \text{hourly: } D - U \ge s\,D, \quad \text{every hour: } U_t \le (1-s)\,D_t, \quad
   \text{annual: } G + Z \ge s\,D $$
$$ P - X \ge s\,D, \quad G - X \ge s\,A, \quad G - X \ge s\,D, \quad X \le s\,A $$

Energy counts as clean in the hourly sense only if no unclean supply was needed in that hour: what the
grid delivers is unclean, also when it goes through a storage first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kenli.engine.formulation.context import Build
from kenli.engine.formulation.expression import Expression
from kenli.engine.formulation.limits import add_limit


@dataclass(frozen=True)
class ElectricityYear:
    """The year's electricity in the words of the shares [MWh/yr]."""

    consumption: Expression
    unclean: Expression
    matched: Expression
    clean: Expression
    certificates: Expression
    own: Expression
    direct: Expression
    exports: Expression
    available: Expression

    @property
    def self_used(self) -> Expression:
        """Clean generation of the park's own sources that stays in the park."""
        return self.own.plus(self.exports, -1.0)


def electricity_year(build: Build, certificates: Expression) -> ElectricityYear:
    """Sum the registered supplies and exports of electricity."""
    supply, unclean, clean, own, direct, available = (Expression() for _ in range(6))
    for entry in build.supplies:
        if entry.carrier_kind != "electricity":
            continue
        amount = build.annual(entry.flow)
        supply = supply.plus(amount)
        unclean = unclean.plus(amount, 1.0 - entry.clean)
        clean = clean.plus(amount, entry.clean)
        if entry.is_own_clean:
            own = own.plus(amount)
            available = available.plus(build.available(entry))
        if entry.direct:
            direct = direct.plus(amount)
    exports = Expression()
    for flow in build.exports:
        exports = exports.plus(build.annual(flow))
    consumption = supply.plus(exports, -1.0)
    matched = consumption.plus(unclean, -1.0)
    return ElectricityYear(consumption, unclean, matched, clean, certificates, own, direct, exports, available)


def add_share_policies(build: Build, year: ElectricityYear) -> None:
    """Add the shares that the park's policy asks for."""
    policy = build.park.policy
    shares = policy.clean_share
    if shares.hourly is not None:
        label = ("Clean share, matched hour by hour", "逐时匹配清洁电力占比")
        add_limit(
            build, "clean_share_hourly", label, "share", ">=", shares.hourly.min, year.matched, year.consumption,
            penalty=shares.hourly.penalty,
        )  # fmt: skip
    if shares.annual is not None:
        label = ("Clean share, by volume over the year", "年度清洁电力占比")
        add_limit(
            build, "clean_share_annual", label, "share", ">=", shares.annual.min,
            year.clean.plus(year.certificates), year.consumption, penalty=shares.annual.penalty,
        )  # fmt: skip
    if policy.direct_supply_share is not None:
        label = ("Directly supplied share", "直供绿电占比")
        add_limit(
            build, "direct_supply_share", label, "share", ">=", policy.direct_supply_share.min,
            year.direct.plus(year.exports, -1.0), year.consumption, penalty=policy.direct_supply_share.penalty,
        )  # fmt: skip
    own = policy.self_use
    if own.of_generation is not None:
        label = ("Self-used share of available generation", "自用电量占可用发电量比例")
        add_limit(
            build, "self_use_of_generation", label, "share", ">=", own.of_generation.min, year.self_used,
            year.available, penalty=own.of_generation.penalty,
        )  # fmt: skip
    if own.of_consumption is not None:
        label = ("Self-used share of consumption", "自用电量占总用电量比例")
        add_limit(
            build, "self_use_of_consumption", label, "share", ">=", own.of_consumption.min, year.self_used,
            year.consumption, penalty=own.of_consumption.penalty,
        )  # fmt: skip
    if policy.export_share is not None:
        label = ("Exports over available generation", "上网电量占可用发电量比例")
        add_limit(
            build, "export_share", label, "share", "<=", policy.export_share.max, year.exports, year.available,
            penalty=policy.export_share.penalty,
        )  # fmt: skip
    if shares.every_hour is not None:
        _add_every_hour(build, shares.every_hour.min, shares.every_hour.penalty)


def _add_every_hour(build: Build, share: float, penalty: float | None) -> None:
    """Limit the unclean supply of each single step by its consumption."""
    program = build.program
    rows = program.add_rows("clean_share_every_hour", lower=0.0)
    build.every_hour = (rows, share)
    for entry in build.supplies:
        if entry.carrier_kind == "electricity" and entry.flow.columns is not None:
            weight = (1.0 - share) - (1.0 - entry.clean)
            program.add_coefficients(rows, entry.flow.columns, weight * np.asarray(entry.flow.ratio))
    for flow in build.exports:
        if flow.columns is not None:
            program.add_coefficients(rows, flow.columns, -(1.0 - share))
    if penalty is not None:
        miss = program.add_columns("missed/clean_share_every_hour")
        program.add_coefficients(rows, miss, 1.0)
        program.add_cost("penalty", miss, build.yearly * penalty, owner="clean_share_every_hour")
