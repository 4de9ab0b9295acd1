"""Chapter: the proof that the plan is feasible and optimal, and how it was made."""

from __future__ import annotations

from typing import Any

from kenli.show.report.blocks import Block, Cell, Chapter, Column, Prose, Table
from kenli.show.report.texts import Both, Text, both, say, word
from kenli.show.report.view import View, records
from kenli.show.report.words import is_missing, number


def build(view: View) -> Chapter:
    """Write the chapter."""
    certificate = view.manifest["certificate"]
    statement = Both(certificate["statement_en"], certificate["statement_zh"])
    blocks: list[Block] = [
        Prose((statement,), style="lead"),
        _pairs("certificate-numbers", say("certificate.numbers"), _numbers(view)),
        _pairs("certificate-solver", say("certificate.solver"), _solver(view)),
        _pairs("certificate-work", say("certificate.work"), _work(view)),
    ]
    if len(view["solution_families"]):
        blocks.append(_families(view))
    if len(view["balance_residuals"]):
        blocks.append(_residuals(view))
    return Chapter("certificate", say("certificate.title"), blocks, lead=say("certificate.lead"))


def _pairs(name: str, caption: Text, pairs: list[tuple[Text, Text]]) -> Table:
    columns = (Column(say("table.what")), Column(say("table.value"), is_wide=True))
    return Table(name, caption, columns, [(Cell(what), Cell(value)) for what, value in pairs])


def scientific(value: Any) -> Text:
    """Write a small number of a certificate; say so where it is not known."""
    if is_missing(value):
        return say("table.unknown")
    value = float(value)
    if value == 0:
        return "0"
    return f"{value:.2e}".replace("-", "−") if abs(value) < 1e-2 or abs(value) >= 1e7 else number(value, 4)


def _range(value: Any) -> Text:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return say("table.unknown")
    return both(scientific(value[0])) + " … " + scientific(value[1])


def _numbers(view: View) -> list[tuple[Text, Text]]:
    certificate = view.manifest["certificate"]
    large = {"objective", "dual_bound"}
    rows: list[tuple[Text, Text]] = []
    for name in (
        "objective", "dual_bound", "relative_gap", "max_primal_residual", "max_relative_primal_residual",
        "max_dual_infeasibility", "complementarity",
    ):  # fmt: skip
        value = certificate.get(name)
        shown: Text = scientific(value)
        if name in large and not is_missing(value):
            shown = f"{float(value):,.2f} {view.currency}"
        rows.append((say(f"certificate.{name}"), shown))
    rows += [
        (say(f"certificate.{name}"), _range(certificate.get(name)))
        for name in ("coefficient_range", "bound_range", "rhs_range")
    ]
    return rows


def _solver(view: View) -> list[tuple[Text, Text]]:
    solver, program = view.manifest["solver"], view.manifest["program"]
    options = ", ".join(f"{key}={value}" for key, value in (solver.get("options") or {}).items())
    rows: list[tuple[Text, Text]] = [
        (say("solver.name"), f"{solver['name']} {solver['version']}"),
        (say("solver.algorithm"), str(solver["algorithm"])),
        (say("solver.reason"), str(solver.get("reason") or "–")),
        (say("solver.status"), str(solver["status"])),
        (say("solver.options"), options or "–"),
        (say("solver.iterations"), _integer(solver.get("iterations"))),
        (say("solver.crossover"), _yes_no(solver.get("crossover"))),
        (
            say("solver.program"),
            say(
                "solver.size",
                **{key: f"{program[key]:,}" for key in ("columns", "rows", "nonzeros", "integers")},
            ),
        ),
    ]
    return rows


def _integer(value: Any) -> Text:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count:,}" for name, count in value.items() if count) or "0"
    if is_missing(value):
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _yes_no(value: Any) -> Text:
    if value is None:
        return "–"
    return (say("yes") if value else say("no")) if isinstance(value, bool) else str(value)


def _work(view: View) -> list[tuple[Text, Text]]:
    manifest = view.manifest
    phases = manifest["phases"]
    rows: list[tuple[Text, Text]] = [
        (word("phase", phase["name"]), f"{number(phase['seconds'])} s") for phase in phases
    ]
    rows.append((say("certificate.time"), f"{number(sum(phase['seconds'] for phase in phases))} s"))
    rows.append((say("certificate.memory"), f"{number(manifest['peak_memory_mb'])} MB"))
    machine = ", ".join(f"{key} {value}" for key, value in manifest["machine"].items())
    rows.append((say("certificate.machine"), machine))
    versions = ", ".join(f"{key} {value}" for key, value in manifest["versions"].items())
    rows.append((say("certificate.versions"), versions))
    rows.append((say("certificate.command"), str(manifest.get("command") or "–")))
    return rows


def _families(view: View) -> Table:
    rows = [
        (
            Cell(str(row["family"]), mark="code"),
            Cell(word("family_kind", row["kind"])),
            Cell(f"{int(row['size']):,}", int(row["size"])),
            Cell(scientific(row["max_violation"]), row["max_violation"]),
            Cell(
                scientific(row["max_dual_violation"]),
                -1 if is_missing(row["max_dual_violation"]) else row["max_dual_violation"],
            ),
        )
        for row in records(view["solution_families"])
    ]
    columns = (
        Column(say("certificate.family"), is_wide=True),
        Column(say("certificate.kind")),
        Column(say("certificate.size"), True),
        Column(say("certificate.violation"), True),
        Column(say("certificate.dual_violation"), True),
    )
    return Table("family-table", say("certificate.families"), columns, rows, is_folded=True)


def _residuals(view: View) -> Table:
    rows = [
        (
            Cell(view.bus_label(row["bus"])),
            Cell(scientific(row["max_absolute"]), row["max_absolute"]),
            Cell(scientific(row["max_relative"]), row["max_relative"]),
        )
        for row in records(view["balance_residuals"])
    ]
    columns = (
        Column(say("certificate.bus"), is_wide=True),
        Column(say("certificate.absolute"), True),
        Column(say("certificate.relative"), True),
    )
    return Table("residual-table", say("certificate.balances"), columns, rows, is_folded=True)
