"""A program as text that a person can check: terms of the objective, rows, bounds, with family names."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from kenli.engine.program import Program

GOLDEN = Path(__file__).parents[1] / "engine" / "formulation" / "golden"


def program_text(program: Program) -> str:
    """Return the program as text, one line per term, row and column, in the order of its families."""
    columns = [f"{c.name}[{k}]" if c.size > 1 else c.name for c in program.column_families for k in range(c.size)]
    lines = ["minimise"]
    for term in program.terms:
        where = f"{term.owner}" + (f" / {term.basis}" if term.basis else "")
        if term.family < 0:
            body = _number(term.cost[0])
        else:
            family = program.column_families[term.family]
            body = _sum(zip(term.cost, columns[family.span], strict=True))
        lines.append(f"  {term.name} ({where}): {body}")
    flat = program.flatten()
    matrix = flat.matrix.tocsr()
    matrix.sort_indices()
    lines.append("subject to")
    for rows in program.row_families:
        lower, upper = program.row_bounds(rows)
        for k in range(rows.size):
            at = slice(*matrix.indptr[rows.offset + k : rows.offset + k + 2])
            body = _sum((matrix.data[p], columns[matrix.indices[p]]) for p in range(at.start, at.stop))
            label = f"{rows.name}[{k}]" if rows.size > 1 else rows.name
            lines.append(f"  {label}: {_between(body, lower[k], upper[k])}")
    lines.append("bounds")
    for family in program.column_families:
        lower, upper = program.column_bounds(family)
        kind = " integer" if program.is_integer(family) else ""
        names = columns[family.span]
        lines += [f"  {_between(names[k], lower[k], upper[k])}{kind}" for k in range(family.size)]
    return "\n".join(lines) + "\n"


def check_golden(program: Program, name: str) -> None:
    """Compare a program with its stored text; `KENLI_UPDATE_GOLDEN=1` writes it anew."""
    path = GOLDEN / f"{name}.lp"
    text = program_text(program)
    if os.environ.get("KENLI_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"no golden program '{name}': write it with KENLI_UPDATE_GOLDEN=1 and read it"
    assert text == path.read_text(encoding="utf-8")


def _number(value: float) -> str:
    text = f"{value:.10g}"
    return "0" if text == "-0" else text


def _sum(parts: object) -> str:
    text = ""
    for value, name in parts:  # type: ignore[attr-defined]
        sign = "-" if value < 0 else "+" if text else ""
        size = "" if abs(value) == 1.0 else f"{_number(abs(value))} "
        text += f" {sign} {size}{name}" if text else f"{sign}{size}{name}"
    return text or "0"


def _between(body: str, lower: float, upper: float) -> str:
    if lower == upper:
        return f"{body} = {_number(lower)}"
    left = f"{_number(lower)} <= " if np.isfinite(lower) else ""
    right = f" <= {_number(upper)}" if np.isfinite(upper) else ""
    return f"{left}{body}{right}" if left or right else f"{body} free"
