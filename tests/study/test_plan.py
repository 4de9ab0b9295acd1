"""Planning a park from its file: horizons, conflicts in the park's words, interruptions."""

from __future__ import annotations

from pathlib import Path

import pytest

from kenli.core.errors import InfeasibleError, InputError, UnboundedError
from kenli.runs.catalog import list_runs
from kenli.runs.read import open_run
from kenli.study import plan as recipe
from kenli.study.plan import PlanOptions, plan, read_horizon
from support.small_park import (
    Data,
    demand,
    feed_in,
    grid,
    load_park,
    market,
    park,
    source,
    storage,
    tariff,
)

FIRST = Path(__file__).parents[2] / "parks" / "first-steps"


def planned(declared: Data, folder: Path, horizon: str | None = None) -> Path:
    load_park(declared, folder)
    return plan(folder / "park.yaml", PlanOptions(out=folder / "runs", horizon=horizon))


def test_first_steps_is_what_its_comments_say(tmp_path: Path) -> None:
    """Worked out by hand: 8 MW of grid in the 16 dark hours leave 2 MW * 16 h = 32 MWh from the battery.

    At 80 % out that is 40 MWh of content, 5 MW over the eight bright hours; with the load of 10 MW and
    sun at half: 30 MW of sun. Sun 30 MW * 146_000, content 40 MWh * 36_500, power 5 MW * 18_250 and
    grid 8 * 16 * 365 * 200.
    """
    run = open_run(plan(FIRST, PlanOptions(out=tmp_path)))
    sizes = run.frame("capacities").set_index(["component", "quantity"])["total"]
    assert sizes["solar", "power"] == pytest.approx(30)
    assert sizes["battery", "energy"] == pytest.approx(40)
    assert sizes["battery", "power"] == pytest.approx(5)
    expected = 30 * 146_000 + 40 * 36_500 + 5 * 18_250 + 8 * 16 * 365 * 200
    assert run.manifest["totals"]["cost"] == pytest.approx(expected)
    assert [phase["name"] for phase in run.manifest["phases"]] == list(recipe.PHASES)
    assert run.attachment("park.yaml") == (FIRST / "park.yaml").read_bytes()


def test_the_same_file_gives_the_same_plan(tmp_path: Path) -> None:
    first, second = (open_run(plan(FIRST, PlanOptions(out=tmp_path / name))) for name in ("a", "b"))
    for table in ("capacities", "flows", "prices", "objective", "levels"):
        assert first.table(table).equals(second.table(table)), table


def short() -> Data:
    """12 MW in hour 2, from sources of 6 and 4 MW that both can give."""
    return park(
        {"plant": demand("need"), "turbine": source(6, price=1), "well": source(4)},
        series={"need": {"values": [5, 7, 12, 8], "unit": "MW"}},
    )


def test_a_conflict_names_the_bus_the_time_and_what_falls_short(tmp_path: Path) -> None:
    with pytest.raises(InfeasibleError) as caught:
        planned(short(), tmp_path)
    text = str(caught.value)
    assert "buses > power" in text
    assert "2027-01-01 02:00" in text, "the local time of the third hour"
    assert "plant" in text
    assert "12 MW of electricity" in text
    assert "turbine, well" in text
    assert "at least 2 MW" in text
    assert "fix:" in text
    assert not list(tmp_path.glob("runs/*")), "no run is left of a plan that failed"


def test_a_conflict_between_policies_names_both(tmp_path: Path) -> None:
    """A clean share of 90 % with a budget that buys a tenth of it."""
    declared = park(
        {"load": demand(10), "sun": source({"max": 100}, capex=100), "grid": grid(20)},
        contracts={"retail": tariff(10)},
        policy={"clean_share": {"hourly": {"min": 0.9}}, "investment_max": "100 CNY"},
    )
    with pytest.raises(InfeasibleError) as caught:
        planned(declared, tmp_path)
    text = str(caught.value)
    assert "Clean share, matched hour by hour >= 90.0%" in text
    assert "Investment <= 100 CNY" in text


def test_a_conflict_in_each_single_hour_is_said_in_words(tmp_path: Path) -> None:
    declared = park(
        {"load": demand(10), "sun": source(50, availability={"series": "sun"}), "grid": grid(20)},
        series={"sun": [1, 1, 0, 1]},
        contracts={"retail": tariff(10)},
        policy={"clean_share": {"every_hour": {"min": 0.5}}},
    )
    with pytest.raises(InfeasibleError) as caught:
        planned(declared, tmp_path)
    text = str(caught.value)
    assert "the declared share of the electricity is clean" in text
    assert "2027-01-01 02:00" in text


def test_a_storage_that_cannot_end_as_declared_is_named(tmp_path: Path) -> None:
    box = storage(10, 1, level={"initial": 0, "final": 1})
    declared = park({"load": demand(1), "plant": source(9, price=1), "box": box})
    with pytest.raises(InfeasibleError) as caught:
        planned(declared, tmp_path)
    assert "`box`" in str(caught.value)


def test_an_endless_saving_names_what_grows(tmp_path: Path) -> None:
    """A free size that sells at a price without limit."""
    declared = park(
        {
            "load": demand(1),
            "sun": source({"max": "unlimited"}, capex=1),
            "spot": market(sell={"price": 50}),
        }
    )
    with pytest.raises(UnboundedError) as caught:
        planned(declared, tmp_path)
    text = str(caught.value)
    assert "sun" in text
    assert "sales to `spot`" in text
    assert "without end" in text


def test_circular_trade_without_limit_is_unbounded(tmp_path: Path) -> None:
    declared = park(
        {"load": demand(1), "grid": grid("unlimited", "unlimited")},
        contracts={"retail": tariff(10), "sale": feed_in(40)},
    )
    with pytest.raises(UnboundedError, match="grid"):
        planned(declared, tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"), [("year", ("year", 0)), ("weeks:8", ("weeks", 8)), (" days:12 ", ("days", 12))]
)
def test_horizons_are_read(text: str, expected: tuple[str, int]) -> None:
    assert read_horizon(text) == expected


@pytest.mark.parametrize(
    "text", ["", "weeks", "weeks:0", "weeks:-1", "weeks:x", "year:1", "months:3", "weeks:1.5", "week:4"]
)
def test_horizons_that_are_none_say_what_to_write(text: str) -> None:
    with pytest.raises(InputError, match="weeks:N"):
        read_horizon(text)


def test_a_horizon_is_chosen_for_one_plan(tmp_path: Path) -> None:
    """Eight days of equal shape on one day: the run says that it is representative."""
    declared = park(
        {"load": demand("load"), "plant": source(9, price=1)},
        series={"load": {"values": [1, 2, 3, 4] * 48, "unit": "MW"}},
        steps=192,
    )
    run = open_run(planned(declared, tmp_path, horizon="days:1"))
    assert run.manifest["horizon"]["kind"] == "days"
    assert run.manifest["horizon"]["representative"] == 1
    assert len(run.table("original_periods")) == 8
    assert run.verify() == []
    assert any("representative" in label for label in run.labels)


def test_more_periods_than_the_span_has_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        planned(short() | {"horizon": {"start": "2027-01-01", "steps": 4}}, tmp_path, horizon="weeks:2")


@pytest.mark.parametrize("phase", ["solve", "certify", "write"])
def test_an_interrupted_plan_leaves_no_run(tmp_path: Path, phase: str) -> None:
    """Ctrl-C in any phase: nothing complete, nothing half."""

    def stop(name: str) -> None:
        if name == phase:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan(FIRST, PlanOptions(out=tmp_path / "runs"), stop)
    assert list_runs(tmp_path / "runs") == []


def test_interrupted_while_tables_are_written_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two files of the run."""
    from kenli.runs import write

    original, count = write._write_file, iter(range(100))

    def stop_at_the_fifth(path: Path, content: object) -> object:
        if next(count) == 5:
            raise KeyboardInterrupt
        return original(path, content)

    monkeypatch.setattr(write, "_write_file", stop_at_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        plan(FIRST, PlanOptions(out=tmp_path / "runs"))
    assert list((tmp_path / "runs").iterdir()) == []


def test_problems_of_the_formulation_name_file_and_line(tmp_path: Path) -> None:
    """An error that only the formulation can see is told with the place in the file."""
    text = (FIRST / "park.yaml").read_text(encoding="utf-8")
    (tmp_path / "sun.csv").write_bytes((FIRST / "sun.csv").read_bytes())
    (tmp_path / "park.yaml").write_text(
        text.replace("capacity: 20 MW\n", "capacity: unlimited\n    must_run: true\n"), encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"park\.yaml:\d+"):
        plan(tmp_path, PlanOptions(out=tmp_path / "runs"))
