"""A good run reads back as it was written; anything else is refused with a reason."""

from __future__ import annotations

import json
import shutil
from dataclasses import FrozenInstanceError

import numpy as np
import pyarrow.parquet as pq
import pytest

from kenli.core.errors import RunError
from kenli.runs.manifest import seal
from kenli.runs.read import Run, open_run
from kenli.runs.schema import FORMAT, TABLES
from support.sample_run import make_sample_run, sample_parts


@pytest.fixture
def copy(tmp_path, week):
    """A copy of the run that a test may spoil."""
    return shutil.copytree(week.path, tmp_path / week.name)


def only_code(error: pytest.ExceptionInfo[RunError]) -> str:
    (code,) = {problem.code for problem in error.value.problems}
    assert all(problem.where and problem.what and problem.fix for problem in error.value.problems)
    return code


def reseal(path, **changes):
    file = path / "manifest.json"
    manifest = json.loads(file.read_text()) | changes
    manifest["seal"] = seal(manifest)
    file.write_text(json.dumps(manifest))


def test_what_was_written_is_read(week):
    tables, manifest, attachments = sample_parts()
    for name in TABLES:
        key = [(column, "ascending") for column in TABLES[name].key]
        written, read = tables[name], week.table(name)
        if TABLES[name].is_sorted:
            written = written.sort_by(key)
        assert read.equals(written), name
    for key in manifest:
        assert week.manifest[key] == manifest[key], key
    assert week.attachment("park.yaml") == attachments["park.yaml"]
    assert week.labels == ("weather: synthetic", "sample: made for tests, not a plan")
    assert (week.name, week.currency) == ("week", "CNY")
    assert week.verify() == []


def test_units_and_meaning_come_with_the_table(week):
    assert week.units("flows") == {
        "timestep": "",
        "component": "",
        "bus": "",
        "carrier": "",
        "direction": "",
        "value": "MW or t/h",
    }
    assert week.units("objective")["amount"] == "CNY/yr"
    assert b"description" in week.table("flows").schema.metadata


def test_a_frame_has_the_types_of_pandas(week):
    frame = week.frame("timesteps")
    assert str(frame["start"].dt.tz) == "UTC"
    assert frame["start"].is_monotonic_increasing
    assert len(frame) == 168


def test_a_run_is_frozen(week):
    with pytest.raises(FrozenInstanceError):
        week.path = None


def test_unknown_tables_and_files_are_named_with_the_nearest(week):
    with pytest.raises(RunError, match="did you mean 'flows'"):
        week.table("flow")
    with pytest.raises(RunError, match=r"did you mean 'park\.yaml'"):
        week.attachment("park.yml")


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """Three good runs and the newest broken."""
    directory = tmp_path_factory.mktemp("several")
    make_sample_run(directory, name="alpha-1", hours=24, created="2027-01-03T00:00:00+00:00")
    make_sample_run(directory, name="alpha-2", hours=24, created="2027-01-02T00:00:00+00:00")
    make_sample_run(directory, name="beta", hours=24, created="2027-01-03T07:00:00+08:00")
    broken = make_sample_run(directory, name="gamma", hours=24, created="2028-01-01T00:00:00+00:00")
    (broken / "flows.parquet").unlink()
    return directory


class TestFindingARun:
    @pytest.mark.parametrize(
        ("text", "name"),
        [("alpha-1", "alpha-1"), ("b", "beta"), ("latest", "alpha-1"), ("alpha-2", "alpha-2")],
    )
    def test_by_name_beginning_or_latest(self, directory, text, name):
        assert open_run(text, directory).name == name

    def test_by_path(self, directory, monkeypatch):
        assert open_run(directory / "beta").name == "beta"
        assert open_run(str(directory / "beta")).name == "beta"
        monkeypatch.chdir(directory / "beta")
        assert open_run(".").name == "beta"

    def test_in_the_folder_runs_by_default(self, directory, monkeypatch, tmp_path):
        shutil.copytree(directory / "beta", tmp_path / "runs" / "beta")
        monkeypatch.chdir(tmp_path)
        assert open_run("latest").name == "beta"

    def test_a_name_is_preferred_to_a_longer_one_that_begins_like_it(self, directory, tmp_path):
        make_sample_run(tmp_path, name="a", hours=24)
        make_sample_run(tmp_path, name="a-b", hours=24)
        assert open_run("a", tmp_path).name == "a"

    def test_of_two_runs_of_one_moment_the_one_written_later_is_latest(self, tmp_path):
        make_sample_run(tmp_path, name="b", hours=24)
        make_sample_run(tmp_path, name="a", hours=24)
        assert open_run("latest", tmp_path).name == "a"

    @pytest.mark.parametrize(
        ("text", "code", "words"),
        [
            ("alpha", "ambiguous-run", "alpha-1, alpha-2"),
            ("betta", "unknown-run", "did you mean 'beta'"),
            ("", "unknown-run", "alpha-1"),
            ("gamma", "altered", "the file is missing"),
        ],
    )
    def test_what_is_not_there_is_told(self, directory, text, code, words):
        with pytest.raises(RunError, match=words) as error:
            open_run(text, directory)
        assert only_code(error) == code

    @pytest.mark.parametrize("text", ["latest", "x"])
    def test_an_empty_or_missing_folder_is_told(self, tmp_path, text):
        for directory in (tmp_path, tmp_path / "none"):
            with pytest.raises(RunError) as error:
                open_run(text, directory)
            assert only_code(error) == "unknown-run"

    def test_a_path_that_is_no_run_is_told(self, tmp_path):
        with pytest.raises(RunError, match="there is no such folder"):
            open_run(tmp_path / "none")
        with pytest.raises(RunError, match="has no manifest"):
            open_run(tmp_path)


@pytest.mark.parametrize("table", ["flows", "factors"])
def test_a_changed_table_is_never_read(copy, table):
    file = copy / f"{table}.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    run = open_run(copy)  # The size is the same; the hash is checked when the table is read.
    with pytest.raises(RunError, match=f"'{table}.parquet' was changed") as error:
        run.table(table)
    assert only_code(error) == "altered"
    with pytest.raises(RunError, match="was changed"):
        run.sql("SELECT 1")
    assert [problem.where for problem in run.verify()] == [str(file)]


def test_another_good_table_in_its_place_is_found(copy):
    table = pq.read_table(copy / "flows.parquet")
    index = table.column_names.index("value")
    pq.write_table(table.set_column(index, "value", [np.zeros(table.num_rows)]), copy / "flows.parquet")
    with pytest.raises(RunError, match="bytes and was written with"):
        open_run(copy)


def test_a_changed_park_file_is_found(copy):
    file = copy / "park.yaml"
    file.write_bytes(file.read_bytes().replace(b"60 MW", b"90 MW"))
    with pytest.raises(RunError, match=r"park\.yaml.*was changed"):
        open_run(copy).attachment("park.yaml")
    assert len(open_run(copy).verify()) == 1


def test_a_changed_number_in_the_manifest_is_found(copy):
    file = copy / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["totals"]["emissions"] /= 2
    run = open_run(copy)
    file.write_text(json.dumps(manifest))
    with pytest.raises(RunError, match="manifest was changed") as error:
        open_run(copy)
    assert only_code(error) == "altered"
    assert [problem.code for problem in run.verify()] == ["altered"]


def test_a_manifest_that_was_only_laid_out_anew_is_the_same(copy):
    file = copy / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()), sort_keys=True))
    assert open_run(copy).verify() == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", "\udcff"])
def test_a_manifest_that_is_none_is_told(copy, text):
    (copy / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(RunError) as error:
        open_run(copy)
    assert only_code(error) == "altered"


@pytest.mark.parametrize("version", [0, FORMAT + 1, "1", None])
def test_another_format_names_the_kenli_that_wrote_it(copy, version):
    reseal(copy, format=version)
    with pytest.raises(RunError, match=r"Kenli 0\.0\.0\+sample") as error:
        open_run(copy)
    assert only_code(error) == "format"


@pytest.mark.parametrize("change", [{"status": "running"}, {"totals": {}}, {"tables": {}}])
def test_a_sealed_but_incomplete_manifest_is_refused(copy, change):
    reseal(copy, **change)
    with pytest.raises(RunError) as error:
        open_run(copy)
    assert only_code(error) == "altered"


def test_every_missing_file_is_named(copy):
    (copy / "flows.parquet").unlink()
    (copy / "park.yaml").unlink()
    with pytest.raises(RunError) as error:
        open_run(copy)
    assert [problem.where for problem in error.value.problems] == [
        str(copy / "flows.parquet"),
        str(copy / "park.yaml"),
    ]


def test_a_strange_file_and_a_new_name_are_warnings(copy):
    (copy / "notes.txt").write_text("mine")
    moved = copy.rename(copy.parent / "other")
    problems = open_run(moved).verify()
    assert [(problem.code, problem.severity) for problem in problems] == [
        ("extra", "warning"),
        ("renamed", "warning"),
    ]


def test_two_openings_of_one_run_are_equal(week):
    assert open_run(week.path) == week
    assert Run(week.path, week.manifest) == week
