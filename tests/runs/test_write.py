"""A run is written whole, as declared, once; the same tables give the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenli.core.errors import RunError
from kenli.runs.partial import find_partial
from kenli.runs.read import open_run
from kenli.runs.schema import TABLES
from kenli.runs.validate import conform_tables
from kenli.runs.write import new_run_name, write_run
from support.sample_run import make_sample_run, sample_parts


@pytest.fixture
def parts():
    return sample_parts(hours=24)


def replace(table: pa.Table, name: str, values) -> pa.Table:
    index = table.column_names.index(name)
    return table.set_column(index, name, values if isinstance(values, pa.Array) else pa.array(values))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def codes(error: pytest.ExceptionInfo[RunError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_the_folder_holds_every_table_the_park_file_and_a_manifest(tmp_path, parts):
    path = write_run(tmp_path / "deep" / "runs", "one", *parts)
    assert {file.name for file in path.iterdir()} == {
        *(f"{name}.parquet" for name in TABLES),
        "park.yaml",
        "manifest.json",
    }
    assert names(path.parent) == ["one"]
    manifest = json.loads((path / "manifest.json").read_text())
    assert manifest["run"] == "one"
    assert manifest["tables"]["flows"]["rows"] == 13 * 24
    assert (path / "park.yaml").read_bytes() == parts[2]["park.yaml"]


def test_the_same_tables_give_the_same_bytes_in_whatever_order_and_chunks(tmp_path, parts):
    first = open_run(write_run(tmp_path, "first", *parts))
    tables = dict(reversed(parts[0].items()))
    shuffled = np.random.default_rng(0).permutation(tables["flows"].num_rows)
    flows = (
        tables["flows"]
        .take(pa.array(shuffled))
        .select(["value", "bus", "component", "direction", "carrier", "timestep"])
    )
    flows = replace(flows, "component", flows["component"].combine_chunks().dictionary_encode())
    tables["flows"] = pa.concat_tables([flows[:50], flows[50:]])
    second = open_run(write_run(tmp_path, "second", tables, parts[1], parts[2]))
    assert first.manifest["tables"] == second.manifest["tables"]
    assert first.table("flows").equals(second.table("flows"))


def test_long_tables_are_sorted_and_short_ones_keep_the_park_order(tmp_path, parts):
    run = open_run(write_run(tmp_path, "one", *parts))
    rows = run.table("flows").select(TABLES["flows"].key).to_pylist()
    keys = [tuple(row.values()) for row in rows]
    assert keys == sorted(keys)
    assert run.table("components").column("component").to_pylist()[:3] == ["wind", "pv", "battery"]


def test_a_frame_of_pandas_can_be_written(tmp_path, parts):
    tables = {
        name: table if "buses" in table.column_names or "used_by" in table.column_names
        else pa.Table.from_pandas(table.to_pandas(), preserve_index=False)
        for name, table in parts[0].items()
    }  # fmt: skip
    written = open_run(write_run(tmp_path, "pandas", tables, *parts[1:]))
    assert written.manifest["tables"] == open_run(write_run(tmp_path, "arrow", *parts)).manifest["tables"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "ä", "中", "aa"]), st.integers(0, 3)), max_size=12))
def test_order_and_double_keys_agree_with_python(keys):
    """The integer codes sort like Python's tuples of UTF-8 and find every double key."""
    from kenli.runs.schema import make_table
    from kenli.runs.validate import _key_order

    data = make_table(
        "levels",
        {
            "component": [key[0] for key in keys],
            "timestep": [key[1] for key in keys],
            "level": list(map(float, range(len(keys)))),
        },
    )
    order, problem = _key_order(TABLES["levels"], data)
    expected = sorted(range(len(keys)), key=lambda i: (keys[i][0].encode(), keys[i][1]))
    assert list(range(len(keys)) if order is None else order) == expected
    assert (problem is not None) == (len(set(keys)) < len(keys))


def flows_with(**columns):
    """Return a change of the tables that replaces columns of `flows`."""

    def change(tables):
        flows = tables["flows"]
        for name, values in columns.items():
            flows = replace(flows, name, values)
        return tables | {"flows": flows}

    return change


def flows_as(change):
    return lambda tables: tables | {"flows": change(tables["flows"])}


ROWS = 13 * 24
BROKEN = {
    "unknown-table": lambda tables: tables | {"flow": tables["flows"]},
    "missing-table": lambda tables: {name: table for name, table in tables.items() if name != "flows"},
    "unknown-column": flows_as(lambda flows: flows.append_column("valu", flows["value"])),
    "missing-column": flows_as(lambda flows: flows.drop_columns(["value"])),
    "duplicate": flows_as(lambda flows: flows.append_column("bus", flows["bus"])),
    "duplicate-key": flows_as(lambda flows: pa.concat_tables([flows, flows[:1]])),
    "type": flows_with(value=np.ones(ROWS, dtype=np.float32)),
    "null": flows_with(value=pa.nulls(ROWS, pa.float64())),
    "below-minimum": flows_with(value=np.full(ROWS, -1.0)),
    "choice": flows_with(direction=["up"] * ROWS),
    "reference": flows_with(component=["windd"] * ROWS),
    "timesteps": lambda tables: (
        tables | {"levels": replace(tables["levels"], "timestep", pa.array(range(1, 26), pa.int32()))}
    ),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_table_that_does_not_fit_is_refused_and_nothing_is_written(tmp_path, parts, code):
    tables = BROKEN[code](dict(parts[0]))
    with pytest.raises(RunError) as error:
        write_run(tmp_path, "bad", tables, *parts[1:])
    assert code in codes(error)
    assert all(problem.where and problem.what and problem.fix for problem in error.value.problems)
    assert names(tmp_path) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("table", "column"), [("flows", "value"), ("capacities", "price")])
def test_nan_and_infinity_are_refused_even_where_null_is_allowed(tmp_path, parts, value, table, column):
    tables = dict(parts[0])
    values = np.ones(tables[table].num_rows)
    values[3] = value
    tables[table] = replace(tables[table], column, values)
    with pytest.raises(RunError, match=f"{table} > {column}, row 3") as error:
        write_run(tmp_path, "bad", tables, *parts[1:])
    assert "not-finite" in codes(error)


def test_all_findings_are_told_at_once_with_the_nearest_name(tmp_path, parts):
    tables = BROKEN["reference"](BROKEN["unknown-table"](BROKEN["timesteps"](dict(parts[0]))))
    with pytest.raises(RunError) as error:
        write_run(tmp_path, "bad", tables, *parts[1:])
    assert {"reference", "unknown-table", "timesteps"} <= codes(error)
    assert "did you mean 'wind'?" in str(error.value)
    assert "did you mean 'flows'?" in str(error.value)


def test_noise_below_zero_from_a_solver_is_no_finding(parts):
    tables = dict(parts[0])
    tables["flows"] = replace(tables["flows"], "value", np.full(312, -1e-9))
    conform_tables(tables)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("totals", {"cost": float("nan"), "emissions": 1.0}, "not-finite"),
        ("totals", {"cost": "much", "emissions": 1.0}, "manifest"),
        ("solverr", {}, "manifest"),
        ("park", {"name": "x"}, "manifest"),
        ("command", object(), "manifest"),
        ("created", "2027-01-01T00:00:00", "manifest"),
        ("created", "yesterday", "manifest"),
        ("run", "another", "manifest"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(tmp_path, parts, key, value, code):
    with pytest.raises(RunError) as error:
        write_run(tmp_path, "bad", parts[0], parts[1] | {key: value}, parts[2])
    assert codes(error) == {code}
    assert names(tmp_path) == []


def test_a_manifest_may_hold_numbers_of_numpy_and_names_that_are_no_text(tmp_path, parts):
    manifest = parts[1] | {
        "program": {"columns": np.int64(7), "share": np.float64(0.5)},
        "command": "k\udcff",
    }
    run = open_run(write_run(tmp_path, "one", parts[0], manifest, parts[2]))
    assert run.manifest["program"] == {"columns": 7, "share": 0.5}
    assert run.manifest["command"] == "k\\udcff"
    assert run.verify() == []


def test_a_name_is_used_once(tmp_path):
    path = make_sample_run(tmp_path, name="one", hours=24)
    before = (path / "manifest.json").read_bytes()
    with pytest.raises(RunError, match="exists") as error:
        make_sample_run(tmp_path, name="one", hours=24, seed=2)
    assert codes(error) == {"run-exists"}
    assert (path / "manifest.json").read_bytes() == before
    assert names(tmp_path) == ["one"]


def test_an_empty_folder_of_that_name_is_not_taken_over(tmp_path):
    (tmp_path / "one").mkdir()
    with pytest.raises(RunError, match="exists"):
        make_sample_run(tmp_path, name="one", hours=24)
    assert names(tmp_path) == ["one"]


def test_another_writer_that_was_faster_wins(tmp_path, monkeypatch, parts):
    """The name appears between the first look and the rename."""
    from kenli.runs import write

    genuine = write._sync_folder

    def sync(path):
        (tmp_path / "one").mkdir(exist_ok=True)
        (tmp_path / "one" / "theirs").touch()
        genuine(path)

    monkeypatch.setattr(write, "_sync_folder", sync)
    with pytest.raises(RunError, match="exists"):
        write_run(tmp_path, "one", *parts)
    assert names(tmp_path) == ["one"]
    assert names(tmp_path / "one") == ["theirs"]


@pytest.mark.parametrize(
    "name", ["", "latest", ".hidden", "../up", "a/b", "a\\b", "a b", ".partial-x-1-00000000", "-x", "x."]
)
def test_a_name_that_is_no_name_is_refused(tmp_path, parts, name):
    with pytest.raises(RunError) as error:
        write_run(tmp_path, name, *parts)
    assert codes(error) == {"run-name"}
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["../park.yaml", "a/b", ".x", "flows.parquet", "manifest.json", "", "/etc/x"])
def test_an_attachment_cannot_leave_the_folder_or_replace_a_table(tmp_path, parts, name):
    with pytest.raises(RunError) as error:
        write_run(tmp_path, "one", *parts[:2], {name: b""})
    assert codes(error) == {"attachment"}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_every_park_has_a_name_for_its_run(park):
    from kenli.runs.write import _check_name

    name = new_run_name(park, now=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
    _check_name(name, {})
    assert "-20270102T030405Z-" in name
    assert len(name.encode()) < 255


def test_the_name_keeps_the_park_readable():
    now = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert new_run_name("Kenli base", now=now)[:27] == "kenli-base-20270102T030405Z"
    assert new_run_name("垦利 基地", now=now).startswith("垦利-基地-")


def test_no_partial_folder_is_left_by_a_good_run(tmp_path, parts):
    write_run(tmp_path, "one", *parts)
    assert find_partial(tmp_path) == []
