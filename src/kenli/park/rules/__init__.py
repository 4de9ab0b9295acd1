"""Shipped rule sets: the limits that a policy document sets, as data."""

from __future__ import annotations

import copy
from functools import cache
from importlib import resources
from typing import Any

from kenli.core.errors import InputError, Problem, unknown_word
from kenli.core.units import parse
from kenli.park.yaml_file import YamlFile


@cache
def shipped_rules() -> dict[str, dict[str, Any]]:
    """Return every shipped rule set: id -> {title, source, confidence, policy, note}."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    found: dict[str, dict[str, Any]] = {}
    for entry in resources.files(__name__).iterdir():
        if entry.name.endswith(".yaml"):
            found |= yaml.load(entry.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def apply_rules(file: YamlFile) -> tuple[dict[str, Any], list[Problem]]:
    """Fill the limits of the named rule sets into the policy; what the file says itself stays.

    A limit of the file that is weaker than the rule's is a contradiction, not an override.
    """
    data = copy.deepcopy(file.data)
    policy = data.get("policy")
    if not isinstance(policy, dict) or not isinstance(policy.get("rules"), list):
        return data, []
    problems = []
    for position, name in enumerate(policy["rules"]):
        place = ("policy", "rules", position)
        if not isinstance(name, str):
            continue  # the models refuse it
        if name not in shipped_rules():
            problems.append(unknown_word(file.where(place), "rule set", name, shipped_rules(), code="unknown-rule"))
            continue
        problems += _merge(policy, shipped_rules()[name]["policy"], file, ("policy",), name)
    return data, problems


def _merge(
    own: dict[str, Any], rule: dict[str, Any], file: YamlFile, place: tuple[str, ...], name: str
) -> list[Problem]:
    problems: list[Problem] = []
    for key, value in rule.items():
        if key not in own or own[key] is None:
            own[key] = copy.deepcopy(value)
        elif isinstance(value, dict) and isinstance(own[key], dict):
            problems += _merge(own[key], value, file, (*place, key), name)
        else:
            stronger = _stronger(key, own[key], value)
            if stronger is None:
                continue  # the models refuse what is not a number
            if stronger != own[key] and (*place, key) in file.lines:
                problems.append(
                    Problem(
                        file.where((*place, key)),
                        f"{own[key]} is weaker than the {value} of rule '{name}'",
                        f"write {value} or stricter, or take the rule out of policy > rules",
                        code="contradiction",
                    )
                )
            own[key] = stronger
    return problems


def _stronger(key: str, own: Any, rule: Any) -> Any:
    for unit in ("", "tCO2e/tce"):
        if isinstance(own, bool) or not isinstance(own, str | int | float):
            break
        try:
            mine, theirs = parse(own, unit), parse(rule, unit)
        except InputError:
            continue
        if key == "min":
            return own if mine >= theirs else rule
        return own if mine <= theirs else rule
    return None
