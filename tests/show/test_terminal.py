"""The terminal: true numbers, 80 columns, no colour needed, nothing that a dumb terminal cannot show."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from kenli.core.errors import Problem
from kenli.core.factors import load_register
from kenli.runs.catalog import list_runs
from kenli.runs.difference import compare_runs
from kenli.runs.read import open_run
from kenli.show import terminal
from kenli.show.report.words import money
from support.sample_run import make_sample_run


class Screen:
    """A console of 80 columns that keeps what was printed."""

    def __init__(self, encoding: str = "utf-8", width: int = 80, *, colour: bool = False) -> None:
        self.bytes = io.BytesIO()
        self.file = io.TextIOWrapper(self.bytes, encoding=encoding, errors="strict", newline="\n")
        self.encoding = encoding
        self.console = Console(
            file=self.file, width=width, force_terminal=colour, color_system="truecolor" if colour else None,
            highlight=False,
        )  # fmt: skip

    @property
    def text(self) -> str:
        self.file.flush()
        return self.bytes.getvalue().decode(self.encoding)

    @property
    def joined(self) -> str:
        return " ".join(self.text.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    directory = tmp_path_factory.mktemp("runs")
    make_sample_run(directory, name="sample-a", created="2027-01-01T00:00:00+00:00")
    make_sample_run(directory, name="sample-b", wind=55.0, created="2027-01-02T00:00:00+00:00")
    return directory


@pytest.fixture
def run(folder):
    return open_run(folder / "sample-a")


def test_a_plan_prints_what_its_tables_say(run, tmp_path):
    screen = Screen()
    terminal.print_plan(run, screen.console, report=tmp_path / "report.html")
    text = screen.joined
    assert text.startswith("Sample park: sample-a")
    assert "! weather: synthetic" in text
    assert "Build Wind farm (40 MW), Solar field (60 MW), Battery (25 MWh) and Heat pump (6 MW)" in text
    objective = run.frame("objective")
    assert f"Total {money(objective['amount'].sum()).en}" in text
    for amount in objective.groupby("term")["amount"].sum():
        assert money(amount).en in text
    emissions = run.frame("emissions")["amount"].sum()
    assert f"What remains is {emissions:,.0f} tCO₂e of carbon a year" in text
    assert "One more MW is worth CNY 12,000 a year" in text
    assert "relative gap not known" in text
    assert "peak memory 200 MB" in text
    assert "warning: weather: the weather is synthetic fix: give a weather file" in text
    assert str(tmp_path / "report.html") in screen.text


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "gbk"])
def test_eighty_columns_hold_everything_in_any_encoding(run, encoding):
    screen = Screen(encoding)
    terminal.print_plan(run, screen.console)
    lines = [line for line in screen.text.splitlines() if not line.startswith("run ")]
    assert max(len(line) for line in lines) <= 80
    assert "tCO" in screen.text
    if encoding == "ascii":
        assert "?" not in screen.text
        assert "tCO2e" in screen.text


def test_without_colour_there_are_no_escapes_and_with_colour_the_words_are_the_same(run):
    plain, coloured = Screen(), Screen(colour=True)
    terminal.print_plan(run, plain.console)
    terminal.print_plan(run, coloured.console)
    assert "\x1b" not in plain.text
    assert "\x1b[" in coloured.text


def test_a_limit_that_binds_is_marked(run):
    screen = Screen()
    terminal.print_plan(run, screen.console)
    wind = next(line for line in screen.text.splitlines() if line.startswith("Wind farm"))
    assert "40*" in wind
    assert "* this limit binds" in screen.text


def test_runs_are_listed_with_labels_and_broken_ones_say_why(folder, tmp_path):
    broken = tmp_path / "runs"
    make_sample_run(broken, name="good")
    make_sample_run(broken, name="bad")
    (broken / "bad" / "flows.parquet").unlink()
    screen = Screen()
    terminal.print_runs(list_runs(broken), screen.console)
    assert "good !" in screen.text
    assert "carries labels" in screen.text
    assert "bad: broken" in screen.text
    assert "the file is missing" in screen.joined
    cost = open_run(broken / "good").manifest["totals"]["cost"]
    assert money(cost).en in screen.text
    empty = Screen()
    terminal.print_runs([], empty.console)
    assert "there are no runs here" in empty.text


def test_run_names_stay_whole_so_that_they_can_be_copied(tmp_path):
    name = "a-park-with-a-long-name-20270101T000000Z-abcdef"
    make_sample_run(tmp_path, name=name)
    screen = Screen()
    terminal.print_runs(list_runs(tmp_path), screen.console)
    assert name in screen.text


def test_a_difference_names_inputs_and_results(folder):
    a, b = open_run(folder / "sample-a"), open_run(folder / "sample-b")
    screen = Screen()
    difference = compare_runs(a, b)
    terminal.print_difference(difference, screen.console)
    assert screen.text.startswith("a  sample-a\nb  sample-b\n")
    for title in ("Park file", "Capacities", "Cost terms", "Emissions"):
        assert title in screen.text
    change = next(item for item in difference.capacities if item.name.startswith("wind"))
    assert f"+{100 * change.relative:.1f} %" in screen.text
    assert max(len(line) for line in screen.text.splitlines()) <= 80
    same = Screen("ascii")
    terminal.print_difference(compare_runs(a, a), same.console)
    assert "the same went in and the same came out" in same.text


def test_problems_say_where_what_and_how_to_fix_errors_first():
    screen = Screen()
    problems = [
        Problem("park.yaml:3", "a guess was made", "confirm it", severity="warning"),
        Problem("park.yaml:14 > components > pv", "there is no bus 'powr' [red]", "did you mean 'power'?"),
    ]
    terminal.print_problems(problems, screen.console)
    assert screen.text == (
        "error: park.yaml:14 > components > pv\n"
        "  there is no bus 'powr' [red]\n"
        "  fix: did you mean 'power'?\n"
        "warning: park.yaml:3\n"
        "  a guess was made\n"
        "  fix: confirm it\n"
        "1 error and 1 warning\n"
    )
    one = Screen()
    terminal.print_problems(problems[:1], one.console)
    assert "1 warning" not in one.text
    nothing = Screen()
    terminal.print_problems([], nothing.console)
    assert nothing.text == ""


def test_factors_show_value_source_and_confidence():
    factors = list(load_register())
    unknown = next(factor for factor in factors if factor.value is None)
    low = next(factor for factor in factors if factor.confidence == "low" and factor.value is not None)
    screen = Screen()
    terminal.print_factors([unknown, low], screen.console)
    text = screen.joined
    assert unknown.id in text
    assert "unknown" in text
    assert "low confidence" in text
    assert " ".join(low.source.split()) in text
    assert low.name_zh in text.replace(" ", "") or low.name_zh in text
    assert "2 factors" in text
    dumb = Screen("ascii")
    terminal.print_factors([low], dumb.console)
    assert low.name_en.encode("ascii", "replace").decode() in dumb.joined


def test_a_checked_park_is_summed_up():
    screen = Screen()
    summary = {
        "park": "Park", "kinds": {"source": 2, "demand": 1}, "components": 3, "buses": 2, "contracts": 1,
        "factors": 12, "low_confidence": 3, "steps": 8760, "weather": "synthetic", "demand_mwh": {"base": 263_000.0},
        "full_load_hours": {"pv": 1380.0}, "notes": ["a note"],
    }  # fmt: skip
    terminal.print_checked(summary, screen.console)
    assert "components: 3 (1 demand, 2 source); buses: 2; contracts: 1" in screen.joined
    assert "263 GWh" in screen.text
    assert "1,380" in screen.text
    assert "note: a note" in screen.text


def test_weather_statistics_show_what_lies_outside():
    screen = Screen()
    row = {"statistic": "mean wind", "value": 6.9, "target": 6.2, "low": 6.0, "high": 6.4, "unit": "m/s"}
    terminal.print_weather([SimpleNamespace(**row, passed=False), SimpleNamespace(**row, passed=True)], screen.console)
    assert "OUT" in screen.text
    assert "1 of 2 lie outside of their range" in screen.text
