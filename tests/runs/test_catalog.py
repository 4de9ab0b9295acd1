"""The list of runs tells good from broken and reads no table."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from kenli.runs import read
from kenli.runs.catalog import list_runs
from support.sample_run import make_sample_run


def test_newest_first_with_their_numbers_and_broken_ones_with_the_reason(tmp_path):
    make_sample_run(tmp_path, name="old", hours=24, created="2027-01-01T00:00:00+00:00")
    make_sample_run(tmp_path, name="new", days=3, created="2027-01-01T09:00:00+08:00")
    make_sample_run(tmp_path, name="broken", hours=24)
    (tmp_path / "broken" / "flows.parquet").unlink()
    (tmp_path / "something").mkdir()
    (tmp_path / ".partial-dead-999999999-00000000").mkdir()
    (tmp_path / "note.txt").touch()

    runs = list_runs(tmp_path)

    assert [(run.name, run.status) for run in runs] == [
        ("new", "complete"),
        ("old", "complete"),
        ("broken", "broken"),
        ("something", "broken"),
    ]
    new = runs[0]
    manifest = read.open_run(new.path).manifest
    assert new.created == datetime(2027, 1, 1, 1, tzinfo=UTC)
    assert (new.park, new.currency, new.horizon) == ("Sample park", "CNY", "3 days, 72 steps of 1 h")
    assert (new.cost, new.emissions) == (manifest["totals"]["cost"], manifest["totals"]["emissions"])
    assert new.gap is None
    assert "weather: synthetic" in new.labels
    assert "missing" in runs[2].problems[0].what
    assert "no manifest" in runs[3].problems[0].what


def test_a_folder_without_runs_is_an_empty_list(tmp_path):
    assert list_runs(tmp_path) == []
    assert list_runs(tmp_path / "none") == []


def test_no_table_is_read(tmp_path, monkeypatch):
    make_sample_run(tmp_path, name="one", hours=24)

    def refuse(*_):
        pytest.fail("a table was read")

    monkeypatch.setattr(read, "_read_checked", refuse)
    assert [run.status for run in list_runs(tmp_path)] == ["complete"]


def test_a_copy_of_the_folder_lists_the_same(tmp_path):
    make_sample_run(tmp_path / "a", name="one", hours=24)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    (one,), (two,) = list_runs(tmp_path / "a"), list_runs(tmp_path / "b")
    assert (one.name, one.created, one.cost) == (two.name, two.created, two.cost)
