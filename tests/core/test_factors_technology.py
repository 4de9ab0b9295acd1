"""Technology costs: fields, bases, years, references, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenli.core.errors import InputError
from kenli.core.factors import load_register

REGISTER = load_register()
HEADER = "id,name_en,name_zh,value,low,high,unit,year,region,source,confidence,published,note\n"
NEEDED = [
    "onshore-wind", "offshore-wind", "offshore-ac-station", "offshore-ac-cable", "pv-utility", "pv-tracking",
    "pv-rooftop", "lfp-battery", "electrolysis-alkaline", "electrolysis-dea", "hydrogen-tank", "fuel-cell",
    "geothermal-doublet", "heat-pump-industrial-medium", "heat-pump-industrial-high", "heat-pump-air",
    "heat-pump-ground", "heat-pump-excess-heat", "electric-boiler-steam", "resistive-heater", "gas-boiler-steam",
    "gas-chp", "coal-chp", "biomass-chp", "hot-water-tank", "hot-water-pit", "molten-salt-high-charger",
    "molten-salt-high-discharger", "molten-salt-high-store", "sand-storage-store", "concrete-storage-store", "caes",
    "flow-battery", "iron-air", "solar-thermal", "orc", "hvac-overhead", "hvac-underground", "capture-cement",
    "co2-liquefaction", "co2-tank", "co2-pipeline", "ammonia", "methanol", "desalination",
]  # fmt: skip


@pytest.mark.parametrize("cost_set", ["china-2025", "dea-2025"])
@pytest.mark.parametrize("technology", NEEDED)
def test_the_park_finds_an_investment_and_a_life(cost_set, technology):
    costs = REGISTER.technology(cost_set, technology, 2025)
    assert (costs.capex or costs.capex_energy or 0) > 0
    assert costs.need("lifetime") > 0
    assert 0 <= costs.need("fixed_om") < 0.06
    assert costs.currency == {"china-2025": "CNY", "dea-2025": "EUR"}[cost_set]
    assert costs.currency_year == 2025
    if costs.capex is not None:
        assert costs.capacity_unit
        assert costs.capacity_basis
    if costs.capex_energy is not None:
        assert costs.energy_unit
        assert costs.energy_basis
        assert costs.lifetime_energy is not None
    if costs.efficiency is not None:
        assert costs.efficiency_basis


def test_onshore_wind_of_the_catalogue_in_2030():
    costs = REGISTER.technology("dea-2025", "onshore-wind", 2030)
    assert costs.capex == pytest.approx(1383e3)
    assert costs.capacity_unit == "MW"
    assert costs.fixed_om == pytest.approx(0.01217)
    assert costs.variable_om == pytest.approx(1.803)
    assert costs.lifetime == 30
    assert costs.efficiency is None
    assert costs.capex_energy is None
    assert costs.factor_ids["capex"] == "cost/dea-2025/onshore-wind/capex"
    assert costs.confidence == "high"


def test_years_between_are_interpolated_and_say_so():
    costs = REGISTER.technology("dea-2025", "onshore-wind", 2027)
    assert costs.capex == pytest.approx((1439 + (1383 - 1439) * 2 / 5) * 1e3)
    assert any("interpolated between 2025 and 2030 for 2027" in note for note in costs.notes)
    assert costs.rows["capex"].value == pytest.approx(costs.capex / 1e3)


def test_years_outside_keep_the_end_and_say_so():
    late = REGISTER.technology("dea-2025", "onshore-wind", 2055)
    early = REGISTER.technology("dea-2025", "onshore-wind", 2020)
    assert (early.capex, late.capex) == (pytest.approx(1439e3), pytest.approx(1306e3))
    assert any("of 2040, the nearest year known, used for 2055" in note for note in late.notes)
    assert any("of 2025, the nearest year known, used for 2020" in note for note in early.notes)


@given(year=st.integers(2015, 2060))
def test_interpolation_stays_within_the_projection(year):
    capex = REGISTER.technology("dea-2025", "pv-utility", year).capex
    assert 403.4e3 - 1e-6 <= capex <= 594.9e3 + 1e-6


def test_china_takes_its_own_investment_and_the_catalogues_life():
    costs = REGISTER.technology("china-2025", "onshore-wind", 2025)
    assert costs.capex == pytest.approx(3.6e6)
    assert costs.lifetime == 28.5
    assert costs.rows["lifetime"].same_as == "cost/dea-2025/onshore-wind/lifetime"
    rate = REGISTER.value("fx/eur-cny", "CNY/EUR")
    assert costs.variable_om == pytest.approx(1.903 * rate)
    assert costs.factor_ids["exchange_rate"] == "fx/eur-cny"
    assert costs.rows["variable_om"].confidence == "low"


def test_money_of_the_catalogue_in_china_is_converted_for_every_year():
    rate = REGISTER.value("fx/eur-cny", "CNY/EUR")
    for year in (2025, 2028, 2040):
        ours = REGISTER.technology("china-2025", "heat-pump-industrial-high", year)
        theirs = REGISTER.technology("dea-2025", "heat-pump-industrial-high", year)
        assert ours.capex == pytest.approx(theirs.capex * rate)
        assert ours.efficiency == theirs.efficiency


def test_every_converted_row_is_of_low_confidence():
    converted = [factor for factor in REGISTER if factor.converted_by]
    assert len(converted) > 50
    assert {factor.confidence for factor in converted} == {"low"}


def test_battery_has_a_power_and_an_energy_part():
    costs = REGISTER.technology("dea-2025", "lfp-battery", 2025)
    assert (costs.capex, costs.capex_energy) == (pytest.approx(287.5e3), pytest.approx(250e3))
    assert (costs.lifetime, costs.lifetime_energy) == (10, 22.5)
    assert (costs.fixed_om, costs.fixed_om_energy) == (pytest.approx(0.002512), 0)
    assert costs.energy_unit == "MWh"


@pytest.mark.parametrize(
    ("technology", "unit", "capex"),
    [
        ("capture-cement", "t/h", 3.521e6), ("co2-pipeline", "t/h*km", 2672), ("offshore-ac-cable", "MW*km", 4510),
        ("solar-thermal", "m**2", 187), ("desalination", "m**3/h", 49300), ("ammonia", "MW", 2.048e6),
    ],
)  # fmt: skip
def test_capacity_has_the_unit_of_the_technology(technology, unit, capex):
    costs = REGISTER.technology("dea-2025", technology, 2025)
    assert costs.capacity_unit == unit
    assert costs.capex == pytest.approx(capex)


def test_standing_loss_is_a_share_an_hour():
    assert REGISTER.technology("dea-2025", "hot-water-tank", 2025).standing_loss == pytest.approx(7.7e-5)


def test_further_figures_keep_their_units():
    costs = REGISTER.technology("dea-2025", "gas-chp", 2030)
    assert costs.other["c-b"].value == pytest.approx(1.0)
    assert REGISTER.technology("dea-2025", "capture-cement", 2030).other["heat-input"] == (0.72, "MWh/t")


def test_a_missing_figure_is_none_and_refused_when_needed():
    costs = REGISTER.technology("china-2025", "grid-connection", 2025)
    assert costs.capex is None
    with pytest.raises(InputError, match="has no capex for 'grid-connection'") as caught:
        costs.need("capex", where="park.yaml > line")
    assert caught.value.problems[0].where == "park.yaml > line"


def test_unknown_sets_and_technologies_get_a_hint():
    with pytest.raises(InputError, match="did you mean 'china-2025'"):
        REGISTER.technology("china2025", "onshore-wind", 2025)
    with pytest.raises(InputError, match="did you mean 'onshore-wind'"):
        REGISTER.technology("china-2025", "onshor-wind", 2025)
    with pytest.raises(InputError, match="known: china-2025, dea-2025"):
        REGISTER.technologies("zzz")


def line(identifier, value, unit):
    return f"{identifier},n,名,{value},,,{unit},2025,CN,My quote,high,2026,\n"


def test_a_set_that_mixes_currencies_is_refused(tmp_path):
    file = tmp_path / "mixed.csv"
    file.write_text(HEADER + line("cost/m/x/capex", 1, "CNY/kW") + line("cost/m/x/variable-om", 1, "EUR/MWh"), "utf-8")
    with pytest.raises(InputError, match="mix CNY and EUR"):
        load_register(file).technology("m", "x", 2025)


@pytest.mark.parametrize(
    ("field", "unit"),
    [("capex", "CNY"), ("lifetime", "CNY/kW"), ("variable-om", "CNY/kW"), ("efficiency", "h")],
)
def test_a_row_in_the_wrong_unit_is_refused(tmp_path, field, unit):
    file = tmp_path / "wrong.csv"
    file.write_text(HEADER + line(f"cost/m/x/{field}", 1, unit), "utf-8")
    with pytest.raises(InputError) as caught:
        load_register(file).technology("m", "x", 2025)
    assert caught.value.problems[0].code == "factor-unit"
