"""Findings of the models are said in the words and at the place of the file."""

import pytest

from kenli.core.errors import Problem
from kenli.park.fields import Unit
from kenli.park.load import LoadedPark, read_park
from kenli.park.model_tree import field_at, known_keys, model_at, option_keys
from kenli.park.notation import explain, found, half_width, slip
from kenli.park.translate import place_of

# ------------------------------------------------------------------ places


@pytest.mark.parametrize(
    ("location", "data", "place"),
    [
        (("components", "pv", "source", "capacity", "max"), {"components": {"pv": {"capacity": {"max": 1}}}},
         ("components", "pv", "capacity", "max")),
        (("components", "pv", "source", "capacity", "existing"), {"components": {"pv": {"capacity": "x"}}},
         ("components", "pv", "capacity")),
        (("components", "pv", "source", "availability", "series", "series"),
         {"components": {"pv": {"availability": {"series": 3}}}}, ("components", "pv", "availability", "series")),
        (("components", "source", "source", "out"), {"components": {"source": {"kind": "source"}}},
         ("components", "source", "out")),
        (("contracts", "ppa", "ppa", "source"), {"contracts": {"ppa": {"kind": "ppa"}}},
         ("contracts", "ppa", "source")),
        (("components", "hp", "converter", "out", "steam", "cop", "cop"),
         {"components": {"hp": {"out": {"steam": {"cop": {"sink": 1}}}}}}, ("components", "hp", "out", "steam", "cop")),
        (("policy", "rules", 1), {"policy": {"rules": ["a", 3]}}, ("policy", "rules", 1)),
        (("components", "a b", "[key]"), {"components": {"a b": {}}}, ("components", "a b")),
        (("park",), {}, ("park",)),
    ],
)  # fmt: skip
def test_union_tags_are_dropped_from_a_place(location, data, place):
    assert place_of(location, data) == place


def test_the_tree_of_models_knows_its_fields():
    assert known_keys(("components", "x", "connection"))[5:7] == ["from", "to"]
    assert "min" in known_keys(("components", "b", "storage", "level"))
    assert known_keys(())[:3] == ["kenli", "park", "horizon"]
    assert model_at(("contracts", "t", "tariff", "demand_charge")).__name__ == "DemandCharge"
    assert model_at(("buses", "power")).__name__ == "BusOptions"
    assert field_at(("contracts", "t", "tariff", "energy")).description.startswith("Price of the energy")
    assert option_keys(("components", "pv", "source", "availability")) == ["series", "pv", "wind"]


def test_names_of_python_are_not_words_of_the_file(bench):
    for old, new in [("    in: {power: 1}", "    inputs: {power: 1}"), ("    import: 30 MW", "    imports: 30 MW")]:
        problems = bench.problems((old, new))
        word = new.split(":")[0].strip()
        assert [problem.code for problem in problems if problem.where.endswith(word)] == ["unknown-key"]


# ------------------------------------------------------------------ later problems


@pytest.fixture
def loaded(bench) -> LoadedPark:
    return read_park(bench.write(("power: 2 MW", "power: 2 MW\n    shape: {series: sun}")))


@pytest.mark.parametrize(
    ("where", "fragment"),
    [
        ("components > pv > availability", "    availability:"),
        ("components > pv", "  pv:"),
        ("components > heat_pump > steam", "    out: {steam"),
        ("components > heat_pump > geothermal > lifetime", "    costs: {capex: 4000"),
        ("contracts > retail > energy", "    energy:\n      periods"),
        ("finance > cost_set (china-2025 is in CNY)", "finance:"),
        ("series > sun > sun.csv > line 7", "  sun: {file"),
        ("policy > clean_share > hourly", "    hourly:"),
    ],
)
def test_a_later_problem_finds_its_line(loaded, where, fragment):
    text = loaded.file.text
    line = text[: text.index(fragment)].count("\n") + 1
    located = loaded.locate(Problem(where, "what", "fix", code="code"))
    assert located == Problem(f"park.yaml:{line} > {where}", "what", "fix", code="code")


def test_a_problem_of_another_file_stays_where_it_is(loaded):
    problem = Problem("electricity/cn-shandong-2023", "what")
    assert loaded.locate(problem) is problem
    assert loaded.locate(Problem("horizon > step", "what")).where == "park.yaml:6 > horizon > step"


# ------------------------------------------------------------------ notation


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ("1,200 MW", "write '1200 MW'"),
        ("1 200 000 kWh", "write '1200000 kWh'"),
        ("1,200,000.5 kWh", "write '1200000.5 kWh'"),
        ("0,39 CNY/kWh", "write '0.39 CNY/kWh'"),
        ("５０ ％", "write '50 %'"),
        ("50　MW", "write '50 MW'"),
        ("1.2 万千瓦", "write units in Latin letters, such as '1.2e4 kW'"),
        ("0.6 元/千瓦时", "write units in Latin letters, such as '0.6 CNY/kWh'"),
        ("200 mWh", "a capital M is mega: write '200 MWh'"),
    ],
)
def test_slips_of_notation_say_what_to_write(value, fix):
    what, remedy = slip(value)
    assert what
    assert remedy == fix


@pytest.mark.parametrize("value", ["50 MW", "1e3 kW", "6 %", "0.39 CNY/kWh", "20 mg/m3", "1_000 kW", 5, 0.5])
def test_what_is_written_well_is_no_slip(value):
    assert slip(value) is None


@pytest.mark.parametrize(
    ("value", "unit", "what"),
    [
        ("5 MW", "MWh", "'5 MW' is a power, where an energy is meant"),
        ("5 h", "degC", "'5 h' is a duration, where a temperature is meant"),
        ("5 CNY/kWh", "CNY/MW", "'5 CNY/kWh' is a price of energy, where money per power is meant"),
        ("5 t", "tCO2e", "'5 t' is a mass, where an emission is meant"),
        ("5 MW", "", "'5 MW' is a power, where a share or plain number is meant"),
        ("5 USD", "CNY", "'5 USD' is in USD; the park's currency is CNY"),
        ("5 €/kWh", "CNY/MWh", "'5 €/kWh' is in EUR; the park's currency is CNY"),
        ("lots", "MW", "'lots' does not start with a number"),
        ("5 MWW", "MW", "the unit 'MWW' is not known"),
    ],
)
def test_a_wrong_kind_is_named_in_words(value, unit, what):
    assert explain(value, [unit], "CNY")[0] == what


def test_found_is_short_and_half_width_is_half():
    assert found(None) == "nothing"
    assert found([1, 2]) == "a list of 2"
    assert found({"a": 1, "b": 2}) == "a mapping with a, b"
    assert len(found("x" * 500)) < 70
    assert half_width("（１，２）：５％") == "(1,2):5%"


def test_a_unit_knows_which_of_its_forms_fits_a_carrier():
    assert Unit("MW", "t/h").by_carrier(True, "CNY") == ["t/h"]
    assert Unit("MWh/yr", "MWh", "t/yr", "t").by_carrier(False, "CNY") == ["MWh/yr", "MWh"]
    fixed = Unit("1/yr", "{currency}/MW/yr", "{currency}/(t/h)/yr")
    assert fixed.by_carrier(False, "CNY") == ["1/yr", "CNY/MW/yr"]
    assert fixed.by_carrier(True, "EUR") == ["1/yr", "EUR/(t/h)/yr"]
    assert Unit("h").by_carrier(True, "CNY") is None
    assert Unit("tCO2e/yr", "tCO2e", "t/yr", "t").by_carrier(False, "CNY") is None
