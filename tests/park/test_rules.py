"""Shipped rule sets fill in limits, never weaken them, and name their source."""

import pytest

from kenli.core.errors import InputError
from kenli.park.load import read_park
from kenli.park.park import Park
from kenli.park.rules import shipped_rules

DIRECT = "cn-650-direct-connection"


@pytest.mark.parametrize("name", list(shipped_rules()))
def test_every_rule_set_is_documented_and_valid(name):
    rule = shipped_rules()[name]
    assert set(rule) == {"title", "source", "confidence", "note", "policy"}
    assert rule["title"]["en"]
    assert rule["title"]["zh"]
    assert rule["source"]
    assert rule["confidence"] in {"high", "medium", "low"}
    policy = Park.model_fields["policy"].annotation.model_validate(rule["policy"], context={"currency": "CNY"})
    assert policy != Park.model_fields["policy"].annotation()


def policy(bench, text):
    start = "policy:\n"
    return read_park(bench.write((start, f"{start}{text}"))).park.policy


def test_a_rule_set_fills_in_its_limits_and_leaves_the_others(bench):
    found = policy(bench, f"  rules: [{DIRECT}]\n")
    assert found.self_use.of_generation.min == 0.6
    assert found.self_use.of_consumption.min == 0.3
    assert found.export_share.max == 0.2
    assert found.clean_share.hourly.min == 0.3
    assert found.rules == [DIRECT]


def test_a_stricter_limit_of_the_file_stays(bench):
    found = policy(
        bench, f"  rules: [{DIRECT}]\n  export_share: {{max: 10 %}}\n  self_use: {{of_generation: {{min: 0.7}}}}\n"
    )
    assert found.export_share.max == 0.1
    assert found.self_use.of_generation.min == 0.7
    assert found.self_use.of_consumption.min == 0.3


def test_an_equal_limit_in_another_spelling_is_no_contradiction(bench):
    assert policy(bench, f"  rules: [{DIRECT}]\n  export_share: {{max: 0.2}}\n").export_share.max == 0.2


def test_the_stricter_of_two_rule_sets_holds_whatever_their_order(bench):
    rules = [DIRECT, "cn-650-direct-connection-2030"]
    for order in (rules, rules[::-1]):
        assert policy(bench, f"  rules: [{', '.join(order)}]\n").self_use.of_consumption.min == 0.35


def test_all_rule_sets_hold_together(bench):
    names = list(shipped_rules())
    text = f"policy:\n  rules: [{', '.join(names)}]\n"
    found = read_park(bench.write(("policy:\n", text), ("  direct_supply_share: {min: 20 %}\n", ""))).park.policy
    assert found.direct_supply_share.min == 0.5
    assert found.clean_energy_share.min == 0.9
    assert found.carbon_intensity.max == pytest.approx(0.2)
    assert found.self_use.of_consumption.min == 0.35


def test_each_weakened_limit_is_a_contradiction_with_its_line(bench):
    weak = f"  rules: [{DIRECT}]\n  export_share: {{max: 0.5}}\n  self_use: {{of_generation: {{min: 10 %}}}}\n"
    with pytest.raises(InputError) as caught:
        policy(bench, weak)
    first, second = caught.value.problems
    assert first.where.endswith("policy > export_share > max")
    assert "0.5 is weaker than the 20 % of rule" in first.what
    assert second.where.endswith("policy > self_use > of_generation > min")


@pytest.mark.parametrize(
    "text", ["rules: cn-650", "rules: [[1]]", "rules: [cn-650, cn-650]", "rules: {a: b}", "rules: [7]"]
)
def test_rules_that_are_none(bench, text):
    with pytest.raises(InputError) as caught:
        policy(bench, f"  {text}\n")
    assert all("policy" in problem.where for problem in caught.value.problems)


def test_reading_does_not_change_what_is_shipped(bench):
    before = repr(shipped_rules())
    policy(bench, f"  rules: [{DIRECT}]\n  export_share: {{max: 10 %}}\n")
    assert repr(shipped_rules()) == before
