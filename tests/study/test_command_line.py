"""The commands around a plan, run as a user runs them, on `first-steps`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

FIRST = Path(__file__).parents[2] / "parks" / "first-steps"


def run(*words: object) -> Result:
    from kenli.show.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


def output(*words: object) -> object:
    result = run(*words)
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for _ in range(2):
        found = output("plan", FIRST, "--out", folder, "--json", "--no-report")
        assert isinstance(found, dict)
        assert found["totals"]["cost"] == pytest.approx(15_275_250)
    return folder


def test_plan_prints_the_folder_and_the_totals(planned: Path) -> None:
    assert len([path for path in planned.iterdir() if path.is_dir()]) == 2


def test_runs_lists_both(planned: Path) -> None:
    found = output("runs", "--out", planned, "--json")
    assert isinstance(found, list)
    assert len(found) == 2
    assert run("runs", "--out", planned).exit_code == 0


def test_show_gives_the_sizes(planned: Path) -> None:
    found = output("show", "latest", "--out", planned, "--json")
    assert isinstance(found, dict)
    sizes = {(row["component"], row["quantity"]): row["total"] for row in found["capacities"]}
    assert sizes["solar", "power"] == pytest.approx(30)
    text = run("show", "latest", "--out", planned)
    assert text.exit_code == 0, text.exception
    table = run("show", "latest", "--out", planned, "--table", "capacities")
    assert table.stdout.startswith("component,")


def test_diff_of_the_same_park_finds_no_difference_in_cost(planned: Path) -> None:
    names = sorted(path.name for path in planned.iterdir() if path.is_dir())
    found = output("diff", *names, "--out", planned, "--json")
    assert isinstance(found, dict)
    text = run("diff", *names, "--out", planned)
    assert text.exit_code == 0, text.exception


def test_verify(planned: Path) -> None:
    assert run("verify", "--out", planned).exit_code == 0


def test_check_counts_what_there_is() -> None:
    found = output("check", FIRST, "--json")
    assert isinstance(found, dict)
    assert found["ok"] is True
    assert found["components"] == 5
    assert found["demand_mwh"]["workshop"] == pytest.approx(87_600)
    assert found["full_load_hours"]["solar"] == pytest.approx(0.5 * 8 * 365)


def test_check_of_a_broken_park_lists_its_problems(tmp_path: Path) -> None:
    text = (FIRST / "park.yaml").read_text(encoding="utf-8").replace("capacity: 20 MW", "capacty: 20 MW")
    (tmp_path / "park.yaml").write_text(text, encoding="utf-8")
    result = run("check", tmp_path, "--json")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert found["ok"] is False
    assert any("capacty" in problem["what"] for problem in found["problems"])


@pytest.mark.slow
def test_plan_writes_a_report(tmp_path: Path) -> None:
    found = output("plan", FIRST, "--out", tmp_path, "--json")
    assert isinstance(found, dict)
    assert Path(found["report"]).stat().st_size > 10_000


@pytest.mark.slow
def test_a_short_command_ends_in_peace(planned: Path) -> None:
    """Threads of a library that outlive the command abort it in a quarter of the runs (seen with Arrow)."""
    command = [sys.executable, "-m", "kenli.show.cli", "show", "latest", "--json", "--out", str(planned)]
    for _ in range(15):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
