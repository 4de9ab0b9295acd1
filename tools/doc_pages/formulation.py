"""The mathematics, from the docstrings beside the code, so that the page cannot drift from the program."""

from __future__ import annotations

import ast
from pathlib import Path

from doc_pages.markdown import page

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "kenli" / "engine" / "formulation"

GROUPS = {
    "Sizes and balances": ("investment", "balance"),
    "Components": (
        "source",
        "converter",
        "on_off",
        "storage",
        "storage_link",
        "connection",
        "demand",
        "grid",
        "market",
    ),
    "Contracts": ("tariff", "agreements"),
    "Policy": ("emissions", "clean_share", "standard_coal", "budget"),
    "What the families share": ("build", "context", "expression", "limits"),
}
"""Order of the page. A file that no group names is shown at the end, so none can be missing."""

INTRODUCTION = r"""
Each section is the docstring of one file of `src/kenli/engine/formulation/`; the code under it writes
exactly these rows. `build.py` calls the families in the order of the park file and is their table of
contents.

**Symbols.** $t$ is a timestep of length $h$ hours that stands for $w_t$ hours of the year; $x$ is a flow
[MW or t/h], never negative; $C$ a capacity [MW or t/h], $E$ a content [MWh or t]; $\alpha_t$ an
availability between 0 and 1; a sum over $t$ with $w_t$ is a year's amount. Everything is linear, or
mixed-integer where `whole_units` or `on_off` ask for it.

**The objective** is a sum of named terms: `annuity`, `fixed_om`, `variable_om`, `variable_cost`,
`energy_purchase`, `adders`, `demand_charge`, `network_charge`, `power_purchase`, `certificates`, `purchase`,
`carbon_price`, `start_cost`, `shortage` and `penalty`, less `sales`. Every run stores them as the table
[`objective`](run-folder.md#objective), whose sum equals what the solver minimised; this is asserted whenever a
run is made.
"""


def modules() -> list[str]:
    """Return the names of all formulation files."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def render() -> str:
    """Return the page."""
    parts = [INTRODUCTION]
    named = {name for names in GROUPS.values() for name in names}
    rest = tuple(name for name in modules() if name not in named)
    for title, names in {**GROUPS, "Further families": rest}.items():
        there = [name for name in names if name in modules()]
        if there:
            parts.append(f"## {title}")
        for name in there:
            path = FOLDER / f"{name}.py"
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
            if not text:
                raise ValueError(f"{path} has no docstring; the mathematics of a family stands there")
            # Two displayed formulas need a blank line between them, which a docstring does without.
            parts += [f"### {name}", text.replace("$$\n$$", "$$\n\n$$"), f"Code: `{path.relative_to(ROOT).as_posix()}`"]
    return page("Formulation", *parts)
