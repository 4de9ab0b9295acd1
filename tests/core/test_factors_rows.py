"""Every shipped row is complete, and the numbers that follow from others do follow."""

import csv
import re
from importlib import resources

import pytest

from kenli.core import units
from kenli.core.factors import CONFIDENCES, load_register, render_markdown
from kenli.core.factors.read import COLUMNS, check_unit
from kenli.core.factors.technology import descriptions

REGISTER = load_register()
CARBON = 44 / 12


def test_every_row_says_what_where_who_and_how_sure():
    for factor in REGISTER:
        assert factor.name_en, factor.id
        assert re.search(r"[\u4e00-\u9fff]", factor.name_zh), factor.id
        assert factor.region, factor.id
        assert len(factor.source) >= 5, factor.id
        assert factor.confidence in CONFIDENCES, factor.id
        assert check_unit(factor.unit) == "", factor.id
        units.convert(1.0, factor.unit, factor.unit)


def test_ids_are_unique_and_readable():
    ids = [factor.id for factor in REGISTER]
    assert len(ids) == len(set(ids)) == len(REGISTER)
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", identifier) for identifier in ids)


def test_unknown_values_say_where_to_look_or_what_is_known():
    for factor in REGISTER:
        if factor.value is None:
            assert factor.note or factor.low is not None or "not found" in factor.source.lower(), factor.id


def test_memory_is_never_more_than_low_confidence():
    for factor in REGISTER:
        if "from memory" in factor.source.lower():
            assert factor.confidence == "low", factor.id


def test_no_shipped_row_cites_a_path_of_a_machine():
    for factor in REGISTER:
        assert not re.search(r"(^|\s)/(work|tmp|home)/", factor.source + factor.note), factor.id


def test_the_files_have_the_columns_in_order():
    folder = resources.files("kenli.core.factors") / "data"
    for file in folder.iterdir():
        header = next(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        assert tuple(header[: len(COLUMNS)]) == COLUMNS, file.name


@pytest.mark.parametrize(
    ("fuel", "published", "digits"),
    [
        ("diesel", 3.0959, 4), ("gasoline", 2.9251, 4), ("bituminous-coal", 1.7471, 4), ("anthracite", 1.9238, 4),
        ("lignite", 1.3877, 4), ("kerosene", 3.0334, 4), ("fuel-oil", 3.1705, 4), ("lpg", 3.1013, 4),
        ("crude-oil", 3.0172, 4), ("petroleum-coke", 3.16, 2),
    ],
)  # fmt: skip
def test_fuel_emission_is_heat_times_carbon_times_oxidation(fuel, published, digits):
    ncv = REGISTER.value(f"fuel/{fuel}/ncv", "GJ/t")
    carbon = REGISTER.value(f"fuel/{fuel}/carbon-content", "t/GJ")
    oxidation = REGISTER.value(f"fuel/{fuel}/oxidation", "")
    assert round(ncv * carbon * oxidation * CARBON, digits) == published
    assert REGISTER.value(f"fuel/{fuel}/emission", "tCO2e/t") == published


def test_natural_gas_emission_per_ten_thousand_cubic_metres():
    ncv = REGISTER.value("fuel/natural-gas/ncv", "GJ/Nm3") * 1e4
    carbon = REGISTER.value("fuel/natural-gas/carbon-content", "t/GJ")
    oxidation = REGISTER.value("fuel/natural-gas/oxidation", "")
    assert round(ncv * carbon * oxidation * CARBON, 4) == 21.6502
    assert REGISTER.value("fuel/natural-gas/emission", "tCO2e/Nm3") * 1e4 == pytest.approx(21.6502, rel=1e-12)


@pytest.mark.parametrize("fuel", ["washed-coal", "coke", "refinery-gas"])
def test_fuels_with_rounded_parameters_agree_to_half_a_percent(fuel):
    product = (
        REGISTER.value(f"fuel/{fuel}/ncv", "GJ/t")
        * REGISTER.value(f"fuel/{fuel}/carbon-content", "t/GJ")
        * REGISTER.value(f"fuel/{fuel}/oxidation", "")
        * CARBON
    )
    assert product == pytest.approx(REGISTER.value(f"fuel/{fuel}/emission", "tCO2e/t"), rel=5e-3)


def test_emission_per_energy_and_per_tce_belong_to_the_emission_per_tonne():
    fuels = {factor.id.split("/")[1] for factor in REGISTER if factor.id.endswith("/emission-per-energy")}
    assert len(fuels) == 15
    for fuel in fuels:
        per_energy = REGISTER.value(f"fuel/{fuel}/emission-per-energy", "tCO2e/MWh")
        per_tce = REGISTER.value(f"fuel/{fuel}/emission-per-tce", "tCO2e/tce")
        assert per_tce == pytest.approx(per_energy * units.convert(1, "tce", "MWh"), rel=2e-4)
        if fuel != "natural-gas":
            ncv = REGISTER.value(f"fuel/{fuel}/ncv", "MWh/t")
            assert per_energy * ncv == pytest.approx(REGISTER.value(f"fuel/{fuel}/emission", "tCO2e/t"), rel=5e-3)


def test_carbon_per_tce_of_a_park_on_grid_power():
    grid = REGISTER.value("electricity/cn-shandong-2023", "tCO2e/MWh")
    fossil = REGISTER.value("electricity/cn-fossil-2023", "tCO2e/MWh")
    calorific = REGISTER.value("standard-coal/electricity-calorific", "tce/MWh")
    equivalent = REGISTER.value("standard-coal/electricity-equivalent", "tce/MWh")
    assert round(grid / calorific, 2) == 5.04
    assert round(grid / equivalent, 2) == 2.05
    assert round(fossil / equivalent, 2) == 2.74


def test_calorific_basis_is_the_energy_of_a_kilowatt_hour():
    assert REGISTER.value("standard-coal/electricity-calorific", "MWh/MWh") == pytest.approx(1, rel=6e-4)
    assert REGISTER.value("standard-coal/heat", "GJ/GJ") == pytest.approx(1, rel=6e-4)


def test_geothermal_resource_in_standard_coal():
    heat = REGISTER.value("site/geothermal/resource", "tce")
    assert round(heat / 1e9, 2) == 12.83
    assert round(heat / 1e9, 1) == 12.8


def test_hot_well_claim_does_not_follow_from_its_flow():
    flow = REGISTER.value("site/geothermal/hot-well/flow", "m3/h")
    hot = REGISTER.value("site/geothermal/hot-well/wellhead-temperature", "degC")
    heat_capacity = REGISTER.value("physics/water/heat-capacity", "MWh/(t*K)")
    density = 930.0 / 1000  # water at 138 degC [t/m3]
    power = flow * density * heat_capacity * (hot - 35)
    assert power == pytest.approx(REGISTER.value("site/geothermal/hot-well/heat", "MW"), rel=0.02)
    assert power < 0.6 * REGISTER.value("site/geothermal/hot-well/heat-claimed", "MW")


def test_tariff_prices_are_the_base_times_the_ratio():
    base = REGISTER.value("tariff/shandong-2026/1-10kV/base", "CNY/kWh")
    for name in ("critical", "peak", "flat", "valley", "deep-valley"):
        ratio = REGISTER.value(f"tariff/shandong-2026/ratio/{name}", "")
        price = REGISTER.value(f"tariff/shandong-2026/1-10kV/{name}", "CNY/kWh")
        assert price == pytest.approx(base * ratio, abs=5e-5)


def test_tariff_windows_start_before_they_end():
    starts = [factor for factor in REGISTER if factor.id.endswith("/start") and "/period/" in factor.id]
    assert len(starts) == 13
    for start in starts:
        end = REGISTER.get(start.id.removesuffix("start") + "end")
        assert 0 <= start.value < end.value <= 24


def test_lithium_bids_give_the_energy_and_power_part():
    two = REGISTER.value("cost-evidence/lfp-battery/2025-06-2h", "CNY/kWh")
    four = REGISTER.value("cost-evidence/lfp-battery/2025-06-4h", "CNY/kWh")
    power = REGISTER.value("cost/china-2025/lfp-battery/capex", "CNY/kW")
    energy = REGISTER.value("cost/china-2025/lfp-battery/capex-energy", "CNY/kWh")
    assert energy + power / 2 == pytest.approx(two)
    assert energy + power / 4 == pytest.approx(four)


def test_geothermal_cost_per_heat_is_that_of_a_doublet():
    doublet = REGISTER.value("cost/china-2025/geothermal-doublet/capex-per-doublet", "CNY/piece")
    heat = REGISTER.value("cost/china-2025/geothermal-doublet/heat-per-doublet", "MW/piece")
    assert doublet / heat == pytest.approx(
        REGISTER.value("cost/china-2025/geothermal-doublet/capex", "CNY/MW"), rel=1e-3
    )


def test_every_technology_of_a_set_is_described_in_both_languages():
    known = descriptions()
    for cost_set in REGISTER.cost_sets():
        for technology in REGISTER.technologies(cost_set):
            assert known[technology].name_en
            assert known[technology].name_zh


def test_markdown_has_every_row_once_and_well_formed_tables():
    text = render_markdown(REGISTER)
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) == len(REGISTER)
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 10 for line in rows)
