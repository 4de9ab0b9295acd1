"""Look-up, conversion, search, a user's own files and their mistakes."""

import pytest

from kenli.core.errors import InputError
from kenli.core.factors import load_register
from kenli.core.factors.read import COLUMNS

HEADER = ",".join((*COLUMNS, "same_as", "value_2030"))


def write(path, *lines, header=HEADER):
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def row(
    identifier="my/factor", value="1", low="", high="", unit="CNY/kW", year="2025", confidence="high",
    same_as="", later="", region="CN", source="My quote",
):  # fmt: skip
    cells = (identifier, "A name", "名称", value, low, high, unit, year, region, source, confidence, "2026", "")
    return ",".join((*cells, same_as, later))


@pytest.fixture(scope="module")
def register():
    return load_register()


def test_the_shipped_register_is_read_once():
    assert load_register() is load_register()


def test_get_returns_the_row(register):
    factor = register.get("electricity/cn-shandong-2023")
    assert (factor.value, factor.unit, factor.year, factor.region) == (0.6191, "kgCO2e/kWh", 2023, "CN-SD")
    assert factor.confidence == "high"


def test_an_unknown_id_is_answered_with_the_nearest(register):
    with pytest.raises(InputError, match="did you mean 'electricity/cn-shandong-2023'") as caught:
        register.get("electricity/cn-shandon-2023", where="park.yaml > grid")
    assert caught.value.problems[0].where == "park.yaml > grid"
    assert caught.value.problems[0].code == "unknown-factor"


def test_value_converts(register):
    assert register.value("electricity/cn-shandong-2023", "tCO2e/MWh") == pytest.approx(0.6191)
    assert register.value("policy/cn-910/clean-energy-share", "") == pytest.approx(0.9)
    assert register.value("cost/dea-2025/onshore-wind/fixed-om", "1/year") == pytest.approx(0.01235)


def test_value_refuses_another_dimension(register):
    with pytest.raises(InputError, match="is not a unit of the kind 'MW'") as caught:
        register.value("electricity/cn-shandong-2023", "MW")
    assert caught.value.problems[0].code == "factor-unit"


def test_an_unknown_value_is_refused_with_its_reason(register):
    with pytest.raises(InputError) as caught:
        register.value("tariff/shandong-2026/110kV/demand-charge", "CNY/MW/month")
    problem = caught.value.problems[0]
    assert problem.code == "factor-value-unknown"
    assert "unknown" in problem.what
    assert "CNY/kW/month" in problem.fix


def test_an_unknown_value_with_a_range_shows_the_range(register):
    with pytest.raises(InputError, match=r"published range \(18500 to 23500\)"):
        register.value("cost-evidence/offshore-wind/2021", "CNY/kW")


def test_search_needs_all_words_in_any_case_and_language(register):
    found = register.search("SHANDONG average ELECTRICITY")
    assert {"electricity/cn-shandong-2023", "electricity/cn-shandong-2022"} <= {factor.id for factor in found}
    assert [factor.id for factor in register.search("东高热1 水量")] == ["site/geothermal/hot-well/flow"]
    assert register.search("shandong unicorn") == []
    assert register.search("  ") == []


def test_families_and_length_agree(register):
    assert sum(len([f for f in register if f.family == family]) for family in register.families()) == len(register)


def test_a_users_file_adds_rows_and_leaves_the_shipped_register_alone(tmp_path, register):
    file = write(tmp_path / "quotes.csv", row("quote/pv", "2.9", unit="CNY/W"))
    extended = load_register(file)
    assert len(extended) == len(register) + 1
    assert extended.value("quote/pv", "CNY/MW") == pytest.approx(2.9e6)
    assert extended.get("quote/pv").family == "quotes"
    assert "quote/pv" not in register


def test_a_users_cost_set_may_refer_to_shipped_rows(tmp_path):
    file = write(
        tmp_path / "mine.csv",
        row("cost/mine/pv-utility/capex", "2900"),
        row("cost/mine/pv-utility/lifetime", "", unit="year", same_as="cost/dea-2025/pv-utility/lifetime", year=""),
        row("cost/mine/onshore-wind/variable-om", "", unit="CNY/MWh", year="",
            same_as="cost/dea-2025/onshore-wind/variable-om"),
    )  # fmt: skip
    register = load_register(file)
    costs = register.technology("mine", "pv-utility", 2030)
    assert (costs.capex, costs.lifetime, costs.currency) == (2.9e6, 40, "CNY")
    rate = register.value("fx/eur-cny", "CNY/EUR")
    converted = register.get("cost/mine/onshore-wind/variable-om")
    assert converted.value == pytest.approx(1.903 * rate)
    assert converted.converted_by == "fx/eur-cny"
    assert converted.confidence == "low"
    assert converted.note.count("converted at") == 1


def test_a_broken_file_gives_all_its_problems_at_once(tmp_path):
    file = write(
        tmp_path / "broken.csv",
        row("electricity/cn-shandong-2023", "1"),
        row("my/a", "abc"),
        row("my/b", "nan"),
        row("my/c", "1", unit="CNY/flurb"),
        row("my/d", "1", confidence="sure"),
        row("my/e", "5", low="1", high="4"),
        row("my/f", "", low="4", high="1"),
        row("my/g", "1", year="25"),
        row("my/h", "1", region="", source=""),
        row("nopath", "1"),
        row("my/i", "1", same_as="fx/eur-cny"),
        row("my/j", "", same_as="fx/eur-cnyy", unit="CNY/EUR"),
        row("my/k", "", same_as="cost/dea-2025/onshore-wind/lifetime", unit="h"),
        row("my/l", "", same_as="my/l", unit=""),
        row("my/m", "1", later="2", year="2035"),
        row("my/n", "1"),
        row("my/n", "2"),
        "my/o,too,few",
    )
    with pytest.raises(InputError) as caught:
        load_register(file, tmp_path / "absent.csv")
    told = "\n".join(f"{problem.where} {problem.what} {problem.fix}" for problem in caught.value.problems)
    for piece in (
        "'electricity/cn-shandong-2023' exists already in the shipped register",
        "'abc' is not a number",
        "'nan' is not a finite number",
        "'CNY/flurb' is not known",
        "'sure' is not a confidence",
        "5 lies outside of its range",
        "low 4 is above high 1",
        "'25' is not a year",
        "my/h > region", "my/h > source",
        "'nopath' is not a path",
        "numbers of its own",
        "there is no factor 'fx/eur-cnyy' did you mean 'fx/eur-cny'?",
        "is not that of 'cost/dea-2025/onshore-wind/lifetime'",
        "round in a circle",
        "later years that rise",
        "'my/n' exists already in",
        "another number of cells",
        "absent.csv the file cannot be read",
    ):  # fmt: skip
        assert piece in told, piece
    assert all(problem.fix or "circle" in problem.what for problem in caught.value.problems)
    assert "broken.csv:3 > my/a > value" in told


def test_a_header_with_mistakes_names_them(tmp_path):
    header = HEADER.replace("confidence", "confidense").replace("same_as", "id")
    with pytest.raises(InputError) as caught:
        load_register(write(tmp_path / "h.csv", row(), header=header))
    told = str(caught.value)
    assert "the column 'confidence' is missing" in told
    assert "did you mean 'confidence'?" in told
    assert "'id' appears twice" in told


def test_an_empty_and_a_binary_file_are_refused(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError) as caught:
        load_register(tmp_path / "empty.csv", tmp_path / "binary.csv")
    assert len(caught.value.problems) == 2


def test_a_conversion_without_a_rate_is_refused(tmp_path):
    file = write(tmp_path / "x.csv", row("my/x", "", unit="JPY/kW", same_as="cost/dea-2025/onshore-wind/capex"))
    with pytest.raises(InputError, match="has no rate 'fx/eur-jpy'"):
        load_register(file)


def test_a_circle_of_two_is_found(tmp_path):
    file = write(tmp_path / "x.csv", row("my/x", "", same_as="my/y"), row("my/y", "", same_as="my/x"))
    with pytest.raises(InputError, match="round in a circle"):
        load_register(file)
