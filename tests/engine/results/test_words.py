"""Conflicts are said in the park's words: every family of rows and columns has a sentence."""

from __future__ import annotations

import re

import pytest

from kenli.engine.results.words import _STATEMENTS
from support.program_text import GOLDEN

LIMITS = {
    "carbon_cap", "clean_share_hourly", "clean_share_annual", "direct_supply_share", "self_use_of_generation",
    "self_use_of_consumption", "export_share", "clean_energy_share", "carbon_intensity", "investment_max",
}  # fmt: skip
"""These are said with their own label and bound."""

INNER = {"level_start", "level_highest", "level_lowest", "starts", "stops", "peak", "missed", "self_used"}
"""Columns without a bound that could contradict anything: zero or more, of their own choice."""


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.lp")), ids=lambda path: path.stem)
def test_every_family_has_a_sentence(path: object) -> None:
    """Over all families of the golden programs, which hold every constraint family."""
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    rows = set(re.findall(r"^  ([a-z_0-9]+)[/\[:]", text.partition("subject to")[2], re.MULTILINE))
    names = re.findall(r"(?<![\w/])([a-z_0-9]+)/[\w/]+(?:\[\d+\])?", text.partition("bounds")[2])
    assert rows
    assert names
    assert rows | set(names) <= set(_STATEMENTS) | LIMITS | INNER
