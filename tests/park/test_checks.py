"""What is allowed and worth a second look is a warning, and what is right passes."""

import pytest

from kenli.park.checks import CHECKS, check_park
from kenli.park.load import read_park


def warnings(bench, *edits):
    return read_park(bench.write(*edits)).warnings


@pytest.mark.parametrize(
    ("edits", "code", "where", "what"),
    [
        (
            [("  hydrogen: t", "  hydrogen: t\n  methane: MWh")],
            "unused-carrier",
            "carriers > methane",
            "no bus carries",
        ),
        ([("{series: sun}", "0.2")], "unused-series", "series > sun", "no component uses"),
        (
            [("  h2: hydrogen", "  h2: hydrogen\n  waste: heat"), ("{steam: 2.2}", "{steam: 2.2, waste: 0.1}")],
            "unused-bus",
            "buses > waste",
            "nothing takes heat",
        ),
        (
            [("  feed_in:\n    kind: feed_in\n    grid: grid\n    price: 0.2 CNY/kWh\n", "")],
            "no-feed-in",
            "grid > export",
            "no feed-in contract",
        ),
        ([("    export: 5 MW\n", "")], "no-export", "contracts > feed_in", "can export nothing"),
        ([("    sources: [pv]", "    sources: [pv]\n    voltage: 330 kV")], "voltage", "line > voltage", "330 kV"),
        (
            [("  carbon: {price: 96 CNY/t}", "  carbon: {cap: 0 t}")],
            "policy-overlap",
            "carbon > cap",
            "forbids every import",
        ),
        (
            [("  carbon:", "  export_share: {max: 50 %}\n  self_use: {of_generation: {min: 60 %}}\n  carbon:")],
            "policy-overlap",
            "export_share",
            "allows 50% export although 60%",
        ),
        (
            [
                (
                    "        schedule:\n          - months: 1-12",
                    "        assume: {11-12: 1}\n        schedule:\n          - months: 1-10",
                )
            ],
            "assumption",
            "energy > periods",
            "months 11-12 are assumed to follow month 1",
        ),
    ],
)
def test_one_doubt_gives_one_warning_with_its_line(bench, edits, code, where, what):
    (warning,) = warnings(bench, *edits)
    assert warning.severity == "warning"
    assert warning.code == code
    assert warning.where.startswith("park.yaml:")
    assert warning.where.endswith(where)
    assert what in warning.what
    assert warning.fix


@pytest.mark.parametrize(
    "edits",
    [
        [("{power: 1}", "{power: 1}\n    technology: heat-pump-industrial\n    note: x")],
        [("    power: 2 MW", "    power: 2 MW\n    shortage: {cost: 5 CNY/kWh}")],
        [
            ("  works:\n", "  pipe: {kind: connection, from: steam, to: warm, capacity: 2 MW, loss: 3 %}\n  works:\n"),
            ("  h2: hydrogen", "  h2: hydrogen\n  warm: {carrier: hot water heat, surplus: true}"),
            ("    bus: steam", "    bus: warm"),
        ],
        [("  carbon: {price: 96 CNY/t}", "  carbon: {cap: 20 kt, price: 0.096 CNY/kg}")],
        [
            ("    out: power", "    out: power\n    clean: false"),
            (
                "    emission_factor: {factor: electricity/cn-shandong-2023}",
                "    emission_factor: 0.6 kgCO2/kWh\n    clean_share: 35 %",
            ),
        ],
        [("    capacity: {max: 50 MW}", "    capacity: {existing: 10 MW, max: unlimited}")],
        [("    capacity: 0.02 t/h", "    capacity: 480 kg/day")],
        [("{capex: 4000 CNY/kW, fixed_om: 2 %/yr,", "{capex: 4e6 CNY/MW, fixed_om: 80 CNY/kW/yr,")],
    ],
)
def test_what_is_right_passes_without_a_warning(bench, edits):
    assert warnings(bench, *edits) == ()


def test_money_and_share_of_upkeep_are_told_apart(bench):
    both = {
        "2 %/yr": (0.02, "share"), "0.02/yr": (0.02, "share"), "0": (0.0, "share"),
        "80 CNY/kW/yr": (80_000.0, "money"), "80 RMB/kW/yr": (80_000.0, "money"), "80 ¥/kW/a": (80_000.0, "money"),
    }  # fmt: skip
    for text, (value, basis) in both.items():
        costs = read_park(bench.write(("fixed_om: 2 %/yr", f"fixed_om: {text}"))).park.components["heat_pump"].costs
        assert costs.fixed_om == pytest.approx(value)
        assert costs.fixed_om_basis == basis


def test_upkeep_of_a_flow_of_matter_may_be_money_too(bench):
    edit = ("    capacity: 0.02 t/h", "    capacity: 0.02 t/h\n    costs: {fixed_om: 3 CNY/(kg/h)/yr}")
    costs = read_park(bench.write(edit)).park.components["electrolyser"].costs
    assert costs.fixed_om == pytest.approx(3000.0)
    assert costs.fixed_om_basis == "money"


def test_checks_of_the_whole_rest_when_a_section_is_broken(bench):
    loaded = read_park(bench.write(("{series: sun}", "0.2")))
    assert [problem.code for problem in check_park(loaded.park, loaded.file)] == ["unused-series"]
    assert check_park(loaded.park, loaded.file, frozenset({"components"})) == []
    assert all(needs <= {"components", "contracts", "buses", "carriers", "policy", "weather"} for _, needs in CHECKS)
