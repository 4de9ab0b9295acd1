"""The declaration is consistent in itself, and its documentation says all of it."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kenli.runs.schema import TABLES, empty_table, make_table, render_markdown


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_is_documented_and_its_key_exists(table):
    names = [column.name for column in table]
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert table.doc
    for column in table:
        assert column.doc
        if column.references:
            target, name = column.references.split(".")
            assert TABLES[target].column(name).type == column.type
        # A number without a unit is a count, an index or a ratio; the field's words tell which.
        if column.type == pa.float64() and not column.unit:
            assert column.name in {
                "weight",
                "utilisation",
                "max_relative",
                "max_violation",
                "max_dual_violation",
            }


def test_units_are_in_the_fields_and_name_the_currency():
    schema = empty_table("capacities", currency="CNY").schema
    assert schema.field("annuity").metadata[b"unit"] == b"CNY/yr"
    assert schema.field("total").metadata[b"unit"] == b"see unit"
    assert schema.metadata[b"description"].startswith(b"What exists")


def test_make_table_gives_the_declared_types():
    table = make_table("balance_residuals", {"bus": ["a"], "max_relative": [0], "max_absolute": [1]})
    assert table.schema.equals(empty_table("balance_residuals").schema)
    assert table.to_pylist() == [{"bus": "a", "max_absolute": 1.0, "max_relative": 0.0}]


def test_make_table_refuses_other_columns():
    with pytest.raises(KeyError, match="balance_residuals"):
        make_table("balance_residuals", {"bus": ["a"], "max_absolute": [1.0]})


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("level", ["1.0"]),
        ("level", [True]),
        ("timestep", [1.5]),
        ("timestep", np.array([2**40])),
        ("timestep", ["0"]),
        ("component", [1]),
    ],
)
def test_make_table_refuses_what_a_cast_would_change(column, values):
    good = {"timestep": [0], "component": ["battery"], "level": [1]}
    assert make_table("levels", good).num_rows == 1
    with pytest.raises(pa.ArrowInvalid):
        make_table("levels", good | {column: values})


@pytest.mark.parametrize("kind", [np.asarray, pd.Series, list], ids=["numpy", "pandas", "list"])
def test_make_table_keeps_nan_so_that_writing_can_refuse_it(kind):
    table = make_table("levels", {"timestep": [0], "component": ["battery"], "level": kind([float("nan")])})
    assert table["level"].null_count == 0
    assert np.isnan(table["level"][0].as_py())


def test_times_without_a_zone_are_utc():
    columns = {"original": [0], "period": [0], "local": ["2027-01-01T00:00:00+08:00"]}
    start = np.array(["2026-12-31T16:00"], dtype="datetime64[us]")
    table = make_table("original_periods", columns | {"start": start})
    assert table["start"][0].as_py() == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_markdown_names_every_table_and_column():
    text = render_markdown()
    for table in TABLES.values():
        section = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table:
            assert f"| `{column.name}` |" in section
            assert column.unit in section
