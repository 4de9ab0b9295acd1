"""What the terminal shows: a plan, runs, differences, problems, factors; nothing is computed here.

Everything fits in 80 columns, reads without colour, and falls back to plain ASCII where the terminal
cannot show more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kenli.show.report.texts import Both, say, word
from kenli.show.report.words import is_missing, money, number, quantity, share, unit

if TYPE_CHECKING:
    from kenli.core.errors import Problem
    from kenli.core.factors.factor import Factor
    from kenli.runs.catalog import RunSummary
    from kenli.runs.difference import Difference, FactChange, NumberChange
    from kenli.runs.read import Run
    from kenli.show.report.view import View

# What ASCII writes instead; anything else that a terminal cannot show becomes a question mark.
_PLAIN = str.maketrans(
    {
        "₂": "2", "–": "-", "—": "-", "−": "-", "…": "...", "≤": "<=", "≥": ">=", "°": " deg ", "·": "/",
        "“": '"', "”": '"', "‘": "'", "’": "'", "→": "->", "×": "x", "\u00a0": " ", "∞": "inf",
    }
)  # fmt: skip
_MOST_ROWS = 24


def console(*, is_error: bool = False) -> Console:
    """Return the console that the commands print to."""
    return Console(stderr=is_error, highlight=False, soft_wrap=False)


def error_console() -> Console:
    """Return the console for problems."""
    return console(is_error=True)


class Printer:
    """Writes texts to a console in what its encoding can show."""

    def __init__(self, target: Console) -> None:
        self.console = target
        self.encoding = target.encoding or "ascii"

    def can_show(self, text: str) -> bool:
        """Tell whether the terminal's encoding holds every character of a text."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def plain(self, text: Any) -> str:
        """Return a text (the English one of two) that the terminal can show."""
        source = text.en if isinstance(text, Both) else str(text)
        if self.can_show(source):
            return source
        return source.translate(_PLAIN).encode(self.encoding, "replace").decode(self.encoding)

    def say(self, text: Any = "", style: str = "", indent: int = 0) -> None:
        """Print one paragraph, wrapped; nothing in it is read as markup."""
        self.console.print(Padding(Text(self.plain(text), style=style), (0, 0, 0, indent), expand=False))

    def line(self, text: Any) -> None:
        """Print one line that is copied whole, such as a path; it is never wrapped."""
        self.console.print(Text(self.plain(text)), soft_wrap=True)

    def title(self, text: Any) -> None:
        """Print the title of a section, after a blank line."""
        self.console.print()
        self.say(text, "bold")

    def table(
        self, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Any]], foot: Sequence[Any] = ()
    ) -> None:
        """Print a table; columns are (title, is a number). The first column gives way when room is scarce."""
        grid = Table(box=box.SIMPLE_HEAD if not self.console.options.ascii_only else box.ASCII2, show_edge=False,
                     pad_edge=False, padding=(0, 1), header_style="bold", show_footer=bool(foot))  # fmt: skip
        for place, (title, is_number) in enumerate(columns):
            grid.add_column(
                self.plain(title),
                footer=self.plain(foot[place]) if foot else "",
                justify="right" if is_number else "left",
                no_wrap=is_number,
                overflow="fold",
            )
        for row in rows:
            grid.add_row(*[Text(self.plain(item)) for item in row])
        self.console.print(grid)


def print_plan(run: Run, target: Console, report: Path | None = None) -> None:
    """Print what people want to know after `kenli plan`.

    Args:
        run: an opened run.
        target: where to print.
        report: path of the HTML report, if one was written.
    """
    # Only a plan needs pandas; problems and lists stay quick.
    from kenli.show.report import answer
    from kenli.show.report.view import View

    view, out = View.of(run), Printer(target)
    manifest = run.manifest
    out.say(f"{manifest['park']['name']}: {manifest['run']}", "bold")
    for label in manifest["labels"]:
        out.say(f"! {label}", "bold yellow")
    out.say()
    sentences = answer.sentences(view)
    for sentence in sentences[:3]:
        out.say(sentence)
    _print_capacities(view, out)
    _print_cost(view, out)
    out.title("Carbon")
    out.say(sentences[3])
    _print_limits(view, out, sentences[4])
    _print_certificate(manifest, out)
    for warning in manifest["warnings"]:
        out.say(f"warning: {warning['where']}: {warning['what']}", "yellow")
        if warning.get("fix"):
            out.say(f"fix: {warning['fix']}", indent=2)
    out.say()
    out.line(f"run     {run.path}")
    if report is not None:
        out.line(f"report  {report}")


def _print_capacities(view: View, out: Printer) -> None:
    from kenli.show.report.view import records

    rows = view["capacities"]
    rows = rows[rows["total"] > 1e-9]
    if rows.empty:
        return
    out.title("Capacities")
    shown = rows.sort_values("investment", ascending=False, kind="stable").head(_MOST_ROWS)
    out.table(
        [
            ("component", False),
            ("of", False),
            ("unit", False),
            ("existing", True),
            ("built", True),
            ("limit", True),
            ("investment", True),
        ],
        [
            (
                view.label(row["component"]),
                word("quantity", row["quantity"]),
                unit(row["unit"], view.currency),
                number(row["existing"]),
                number(row["built"]),
                "none" if is_missing(row["maximum"]) else number(row["maximum"]) + ("*" if _binds(row) else ""),
                money(row["investment"], view.currency) if row["investment"] else "-",
            )
            for row in records(shown)
        ],
    )
    if len(rows) > _MOST_ROWS:
        out.say(f"and {len(rows) - _MOST_ROWS} more; `kenli show --table capacities` prints all")
    if any(_binds(row) for row in records(shown)):
        out.say("* this limit binds", "dim")


def _binds(row: Mapping[str, Any]) -> bool:
    return not is_missing(row["price"]) and row["price"] > 0


def _print_cost(view: View, out: Printer) -> None:
    from kenli.show.report import cost

    if view["objective"].empty:
        return
    out.title("Cost per year")
    sums = cost.terms(view)
    out.table(
        [("term", False), ("amount", True)],
        [(word("term", str(name)), money(amount, view.currency)) for name, amount in sums.items()],
        (say("cost.total"), money(float(sums.sum()), view.currency)),
    )


def _print_limits(view: View, out: Printer, nothing: Both) -> None:
    from kenli.show.report.answer import ranked_limits
    from kenli.show.report.limits import sentence

    out.title("What binds")
    ranked = ranked_limits(view)
    if not ranked:
        out.say(nothing)
    for entry in ranked[:4]:
        out.say(sentence(view, entry))
    if len(ranked) > 4:
        out.say(f"and {len(ranked) - 4} more limits; the report lists all")


def _print_certificate(manifest: Mapping[str, Any], out: Printer) -> None:
    certificate, solver = manifest["certificate"], manifest["solver"]
    out.title("Certificate")
    gap = certificate.get("relative_gap")
    residual = certificate.get("max_relative_primal_residual")
    facts = [
        f"{solver['name']} {solver['version']} {solver['algorithm']}: {solver['status']}",
        f"relative gap {'not known' if gap is None else f'{gap:.1e}'}",
        f"largest relative residual {'not known' if residual is None else f'{residual:.1e}'}",
    ]
    out.say("; ".join(facts))
    phases = ", ".join(f"{phase['name']} {number(phase['seconds'], 2)} s" for phase in manifest["phases"])
    out.say(f"{phases}; peak memory {number(manifest['peak_memory_mb'])} MB", "dim")


def print_runs(summaries: Sequence[RunSummary], target: Console) -> None:
    """Print runs, each with name and figures; broken ones follow with what is wrong."""
    out = Printer(target)
    if not summaries:
        out.say("there are no runs here; `kenli plan` writes one")
        return
    good = [run for run in summaries if run.status == "complete"]
    if good:
        rows = []
        for run in good:
            gap = "gap -" if run.gap is None else f"gap {run.gap:.0e}"
            cells = (run.horizon, f"{money(run.cost, run.currency).en}/yr", f"{number(run.emissions)} tCO₂e/yr", gap)
            rows.append([out.plain(cell) for cell in cells])
        widths = [max(len(row[place]) for row in rows) for place in range(4)]
        for run, row in zip(good, rows, strict=True):
            # The name has a line of its own: it is copied into the next command.
            out.line(run.name + (" !" if run.labels else ""))
            figures = (f"{row[place]:>{widths[place]}}" for place in (1, 2, 3))
            out.say("  ".join([f"{row[0]:<{widths[0]}}", *figures]), indent=2)
        if any(run.labels for run in good):
            out.say("! carries labels, such as synthetic weather; `kenli show RUN` says which", "dim")
    for run in summaries:
        if run.status != "complete":
            out.say(f"{run.name}: broken", "bold red")
            _problems(run.problems, out, indent=2)


def print_difference(difference: Difference, target: Console) -> None:
    """Print in what two runs differ, inputs first."""
    out = Printer(target)
    out.line(f"a  {difference.a}")
    out.line(f"b  {difference.b}")
    if difference.identical:
        extra = "" if difference.same_bytes else f" (stored bytes differ in: {', '.join(difference.tables)})"
        out.say(f"the same went in and the same came out{extra}", "bold green")
        return
    for title, facts in (("What went in", difference.inputs), ("Park file", difference.park)):
        _facts(title, facts, out)
    sections: tuple[tuple[str, tuple[NumberChange, ...]], ...] = (
        ("Factors", difference.factors), ("Totals", difference.totals), ("Capacities", difference.capacities),
        ("Cost terms", difference.costs), ("Emissions", difference.emissions),
        ("Indicators", difference.indicators), ("Limits", difference.limits),
    )  # fmt: skip
    for title, changes in sections:
        _changes(title, changes, out)
    if difference.same_results:
        out.say("the inputs differ, the results do not", "bold")
    elif difference.same_inputs:
        out.say("the results differ although the same went in", "bold yellow")


def _facts(title: str, facts: Sequence[FactChange], out: Printer) -> None:
    if not facts:
        return
    out.title(title)

    def shown(value: Any) -> str:
        text = "not there" if value is None else str(value)
        return text if len(text) <= 60 else text[:57] + "..."

    out.table(
        [("what", False), ("a", False), ("b", False)],
        [(fact.path, shown(fact.a), shown(fact.b)) for fact in facts],
    )


def _changes(title: str, changes: Sequence[NumberChange], out: Printer) -> None:
    if not changes:
        return
    out.title(title)
    out.table(
        [("what", False), ("unit", False), ("a", True), ("b", True), ("change", True)],
        [
            (
                item.name,
                item.unit,
                number(item.a, 4),
                number(item.b, 4),
                "-" if item.relative is None else ("+" if item.relative > 0 else "") + share(item.relative),
            )
            for item in changes
        ],
    )


def print_problems(problems: Sequence[Problem], target: Console) -> None:
    """Print problems: where, what, how to fix; errors before warnings, with a count at the end."""
    out = Printer(target)
    ordered = sorted(problems, key=lambda problem: problem.severity != "error")
    _problems(ordered, out)
    errors = sum(problem.severity == "error" for problem in problems)
    if len(problems) > 1:
        warnings = len(problems) - errors
        counts = [
            f"{count} {name}{'' if count == 1 else 's'}"
            for count, name in ((errors, "error"), (warnings, "warning"))
            if count
        ]
        out.say(" and ".join(counts), "bold")


def _problems(problems: Iterable[Problem], out: Printer, indent: int = 0) -> None:
    for problem in problems:
        style = "bold red" if problem.severity == "error" else "bold yellow"
        out.say(f"{problem.severity}: {problem.where}", style, indent)
        out.say(problem.what, indent=indent + 2)
        if problem.fix:
            out.say(f"fix: {problem.fix}", "green", indent + 2)


def print_factors(factors: Sequence[Factor], target: Console) -> None:
    """Print cited numbers: value, unit, year, region, confidence, and the source below each."""
    out = Printer(target)
    for factor in factors:
        value = "unknown" if factor.value is None else number(factor.value, 4)
        extent = (
            "" if factor.low is None or factor.high is None else f" ({number(factor.low)} to {number(factor.high)})"
        )
        place = ", ".join(str(item) for item in (factor.year, factor.region) if item)
        mark = {"high": "green", "medium": "yellow", "low": "bold red"}[factor.confidence]
        line = Text(out.plain(f"{value} {factor.unit}{extent}; {place}; "))
        line.append(f"{factor.confidence} confidence", style=mark)
        out.say(factor.id, "bold")
        out.say(_names(factor, out), indent=2)
        target.print(Padding(line, (0, 0, 0, 2), expand=False))
        out.say(f"source: {factor.source}", "dim", 2)
        if factor.note:
            out.say(f"note: {factor.note}", "dim", 2)
    if len(factors) > 1:
        out.say(f"{len(factors)} factors", "bold")


def _names(factor: Factor, out: Printer) -> str:
    two = f"{factor.name_en} / {factor.name_zh}"
    is_alike = factor.name_zh in {"", factor.name_en}
    return factor.name_en if is_alike or not out.can_show(factor.name_zh) else two


def print_checked(summary: Mapping[str, Any], target: Console) -> None:
    """Print the summary of a park that passed its checks."""
    out = Printer(target)
    out.say(f"{summary['park']}: the description is complete", "bold green")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(summary["kinds"].items()))
    out.say(
        f"components: {summary['components']} ({kinds}); buses: {summary['buses']}; contracts: {summary['contracts']}"
    )
    out.say(f"{summary['factors']} cited factors, {summary['low_confidence']} of low confidence")
    if "steps" in summary:
        weather = summary.get("weather") or "none"
        out.say(f"{summary['steps']:,} steps; weather: {weather}")
    demand = summary.get("demand_mwh") or {}
    if demand:
        out.title("Demand per year")
        out.table(
            [("demand", False), ("per year", True)],
            [(name, quantity(value, "MWh", is_short=True)) for name, value in demand.items()],
        )
    hours = summary.get("full_load_hours") or {}
    if hours:
        out.title("Full-load hours of what the weather gives")
        out.table([("source", False), ("hours", True)], [(name, number(value)) for name, value in hours.items()])
    for note in summary.get("notes") or ():
        out.say(f"note: {note}", "dim")


ONE_SIDED = 1e8
"""A bound beyond this is no bound."""


def print_weather(rows: Sequence[Any], target: Console) -> None:
    """Print the statistics of a weather year against their targets."""
    out = Printer(target)
    out.table(
        [
            ("statistic", False),
            ("value", True),
            ("target", True),
            ("from", True),
            ("to", True),
            ("unit", False),
            ("", False),
        ],
        [
            (
                row.statistic,
                number(row.value),
                number(row.target),
                number(row.low) if abs(row.low) < ONE_SIDED else "",
                number(row.high) if abs(row.high) < ONE_SIDED else "",
                row.unit,
                "ok" if row.passed else "OUT",
            )
            for row in rows
        ],
    )
    failed = sum(not row.passed for row in rows)
    text = "every statistic lies in its range" if not failed else f"{failed} of {len(rows)} lie outside of their range"
    out.say(text, "bold green" if not failed else "bold red")
