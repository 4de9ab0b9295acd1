"""Standard coal: the clean energy share and the carbon intensity, on both bases."""

from __future__ import annotations

import pytest

from kenli.engine.formulation.standard_coal import CALORIFIC, EQUIVALENT, HEAT
from support.program_text import check_golden
from support.small_park import (
    converter,
    demand,
    flow,
    indicator,
    limit,
    market,
    park,
    prepare_park,
    register,
    solve_park,
    source,
    terms,
)


def k(identifier: str) -> float:
    return register().value(identifier, "tce/MWh")


def mixed(**policy: object) -> dict[str, object]:
    """10 MW of power from clean wind (dear) or coal power, 5 MW of heat from gas; 8760 h of each."""
    return park(
        {
            "load": demand(10),
            "warmth": demand(5, bus="heat"),
            "wind": source(20, price=50),
            "coal": source(20, price=20, clean=False, emission_factor="0.8 tCO2/MWh"),
            "boiler": converter("gas", "heat", "unlimited"),
            "pipe": market(bus="gas", buy={"price": 10, "emission_factor": "0.2 tCO2/MWh"}),
        },
        buses={"power": "electricity", "gas": "gas", "heat": "heat"},
        policy=policy,
    )


@pytest.mark.parametrize("basis", ["coal_equivalent", "calorific"])
def test_the_share_weighs_power_by_its_basis(basis: str) -> None:
    """k_e * wind / (k_e * 10 + k_h * 5) = 50 %: wind = 5 + 2.5 k_h / k_e; the boiler's heat is not counted twice."""
    power = k(EQUIVALENT if basis == "coal_equivalent" else CALORIFIC)
    answer = solve_park(mixed(clean_energy_share={"min": 0.5, "basis": basis}))
    assert flow(answer, "wind").mean() == pytest.approx(5 + 2.5 * k(HEAT) / power)
    assert indicator(answer, f"clean_energy_share_{basis}") == pytest.approx(0.5)


def test_the_penalty_is_money_per_missing_megawatt_hour_of_power() -> None:
    """Wind is 30 dearer than coal: at 29 CNY per missing MWh nothing is bought, at 31 all is."""
    share = {"min": 0.5, "basis": "calorific"}
    missed = solve_park(mixed(clean_energy_share={**share, "penalty": "29 CNY/MWh"}))
    wanted = 0.5 * (10 + 5 * k(HEAT) / k(CALORIFIC))
    assert flow(missed, "wind").max() == pytest.approx(0, abs=1e-9)
    assert terms(missed)["penalty"] == pytest.approx(wanted * 8760 * 29)
    kept = solve_park(mixed(clean_energy_share={**share, "penalty": "31 CNY/MWh"}))
    assert flow(kept, "wind").mean() == pytest.approx(wanted)


def test_the_carbon_intensity_caps_tonnes_per_tonne() -> None:
    """(0.8 coal + 0.2 * 5) / (k_e * 10 + k_h * 5) <= 1: coal = (K - 1) / 0.8 of 10 MW; the rest is wind."""
    total = k(EQUIVALENT) * 10 + k(HEAT) * 5
    answer = solve_park(mixed(carbon_intensity={"max": "1 tCO2/tce"}))
    assert flow(answer, "coal").mean() == pytest.approx((total - 1) / 0.8)
    assert indicator(answer, "emissions_per_tce_coal_equivalent") == pytest.approx(1)
    # A unit of the bound frees K tonnes, each 30 / 0.8 dear.
    assert limit(answer, "carbon_intensity")["shadow_price"] == pytest.approx(total * 8760 * 30 / 0.8)


def test_golden() -> None:
    declared = mixed(
        clean_energy_share={"min": 0.5, "basis": "calorific", "penalty": "29 CNY/MWh"},
        carbon_intensity={"max": "1 tCO2/tce"},
    )
    declared["horizon"]["steps"] = 1
    check_golden(prepare_park(declared).formulation.program, "standard_coal")
