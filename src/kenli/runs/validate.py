"""Checks tables against the schema before they become a run, and brings them into stored order.

All findings are collected, so that one failed write names everything that is wrong. What is checked:
the set of tables and columns, types, nulls, NaN and infinity, allowed values, minima, unique keys,
and that names used in one table exist in the table that defines them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kenli.core.errors import Problem, RunError, suggest, unknown_word
from kenli.runs.schema import FLOAT, TABLES, TOLERANCE, Column, Table, type_name


def conform_tables(tables: Mapping[str, Any], *, currency: str = "") -> dict[str, Any]:
    """Return the tables as they are stored: declared columns, types, metadata and order of rows.

    Args:
        tables: name to Arrow table; every table of the schema (see `schema.empty_table`).
        currency: the park's currency, for the units.

    Raises:
        RunError: something does not fit the schema; the problems name all of it.
    """
    problems: list[Problem] = []
    problems += [
        unknown_word("tables of the run", "table", name, TABLES, code="unknown-table")
        for name in tables
        if name not in TABLES
    ]
    problems += [
        Problem(
            f"table {name}",
            "the table is missing",
            f"give it; where the run has none, schema.empty_table('{name}')",
            code="missing-table",
        )
        for name in TABLES
        if name not in tables
    ]
    cast: dict[str, Any] = {}
    for name, table in TABLES.items():
        if name in tables:
            found = _cast(table, tables[name], currency, problems)
            if found is not None:
                cast[name] = found
    for name, data in cast.items():
        for column in TABLES[name]:
            problems += _check_values(name, column, data.column(column.name))
            problems += _check_reference(name, column, data.column(column.name), cast)
    problems += _check_time(cast)
    stored: dict[str, Any] = {}
    for name, data in cast.items():
        order, problem = _key_order(TABLES[name], data)
        if problem is not None:
            problems.append(problem)
        stored[name] = data if order is None else data.take(pa.array(order))
    if problems:
        raise RunError(problems)
    return stored


def _cast(table: Table, data: Any, currency: str, problems: list[Problem]) -> Any:
    """Return the data with the declared schema, or None after noting what does not fit."""
    declared = {column.name: column for column in table}
    before = len(problems)
    problems += [
        Problem(
            f"table {table.name}",
            f"column '{name}' is not in the schema",
            suggest(name, declared) or f"columns: {', '.join(declared)}",
            code="unknown-column",
        )
        for name in data.column_names
        if name not in declared
    ]
    if len(set(data.column_names)) != len(data.column_names):
        problems.append(
            Problem(f"table {table.name}", "a column occurs twice", "give each column once", code="duplicate")
        )
        return None
    for name, column in declared.items():
        if name not in data.column_names:
            problems.append(
                Problem(
                    f"table {table.name}",
                    f"column '{name}' is missing",
                    f"add it as {type_name(column.type)}: {column.doc}",
                    code="missing-column",
                )
            )
        elif not _fits(data.schema.field(name).type, column.type):
            problems.append(
                Problem(
                    f"table {table.name} > {name}",
                    f"the type is {data.schema.field(name).type}, the schema says {type_name(column.type)}",
                    "build the table with schema.make_table, or cast the column",
                    code="type",
                )
            )
    if len(problems) > before:
        return None
    arrays = []
    for column in table:
        # One chunk: the bytes of the file must not depend on how the writer happened to collect its rows.
        array = data.column(column.name)
        try:
            array = array.cast(column.type)
        except pa.ArrowInvalid as error:
            problems.append(
                Problem(f"table {table.name} > {column.name}", str(error), "give values that fit", code="type")
            )
            return None
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        arrays.append(array)
    # Nulls are reported by _check_values, with a row; Arrow's own check comes later and says less.
    return pa.Table.from_arrays(arrays, schema=table.arrow_schema(currency))


def _fits(found: Any, declared: Any) -> bool:
    """Tell whether a type is the declared one, or another way to hold the same values."""
    if found.equals(declared):
        return True
    if pa.types.is_dictionary(found):
        return _fits(found.value_type, declared)
    if pa.types.is_string(declared):
        return bool(pa.types.is_large_string(found) or pa.types.is_string_view(found) or pa.types.is_null(found))
    if pa.types.is_timestamp(declared):
        return bool(pa.types.is_timestamp(found) and found.tz in {"UTC", "Etc/UTC", "+00:00"})
    if pa.types.is_list(declared):
        listed = pa.types.is_list(found) or pa.types.is_large_list(found)
        return bool(listed and _fits(found.value_type, declared.value_type))
    # A column that is null throughout has no type of its own.
    return bool(pa.types.is_null(found))


def _check_values(name: str, column: Column, array: Any) -> list[Problem]:
    where = f"table {name} > {column.name}"
    problems = []
    if array.null_count and not column.nullable:
        row = pc.index(pc.is_null(array), True).as_py()
        problems.append(
            Problem(
                f"{where}, row {row}",
                f"{array.null_count} of {len(array)} values are null, and the column must be known",
                "give the value, or declare the column nullable in the schema",
                code="null",
            )
        )
    if column.type == FLOAT and len(array):
        finite = pc.is_finite(array)
        if not pc.all(finite, min_count=0).as_py():
            row = pc.index(finite, False).as_py()
            problems.append(
                Problem(
                    f"{where}, row {row}",
                    f"the value is {array[row].as_py()}",
                    "give a finite number" + (", or null for 'not known'" if column.nullable else ""),
                    code="not-finite",
                )
            )
    if column.minimum is not None and len(array) > array.null_count:
        least = pc.min(array).as_py()
        if not math.isnan(least) and least < column.minimum - TOLERANCE:
            row = pc.index(array, pa.scalar(least, array.type)).as_py()
            problems.append(
                Problem(
                    f"{where}, row {row}",
                    f"the value {least} is below {column.minimum}",
                    f"{column.doc}",
                    code="below-minimum",
                )
            )
    if column.choices:
        problems += [
            Problem(
                where,
                f"'{value}' is not one of the allowed values",
                f"use one of: {', '.join(str(choice) for choice in column.choices)}",
                code="choice",
            )
            for value in pc.unique(array).to_pylist()
            if value is not None and value not in column.choices
        ]
    return problems


def _check_reference(name: str, column: Column, array: Any, tables: Mapping[str, Any]) -> list[Problem]:
    if not column.references:
        return []
    target, target_column = column.references.split(".")
    if target not in tables:
        return []
    known = tables[target].column(target_column)
    unique = pc.drop_null(pc.unique(array))
    missing = unique.filter(pc.invert(pc.is_in(unique, value_set=known.combine_chunks()))).to_pylist()
    return [
        unknown_word(
            f"table {name} > {column.name}",
            target_column,
            str(value),
            map(str, known.to_pylist()),
            code="reference",
        )
        for value in missing[:5]
    ]


def _check_time(tables: Mapping[str, Any]) -> list[Problem]:
    """Check that the steps are 0..T-1 and that no level lies outside 0..T."""
    if "timesteps" not in tables:
        return []
    steps = np.sort(tables["timesteps"].column("timestep").to_numpy())
    problems = []
    if not steps.size or not np.array_equal(steps, np.arange(steps.size)):
        problems.append(
            Problem(
                "table timesteps > timestep",
                f"the {steps.size} steps are not 0..{max(steps.size - 1, 0)} without a gap",
                "number the steps from 0",
                code="timesteps",
            )
        )
    if "levels" in tables and tables["levels"].num_rows:
        last = pc.max(tables["levels"].column("timestep")).as_py()
        if last is not None and last > steps.size:
            problems.append(
                Problem(
                    "table levels > timestep",
                    f"there is a level at {last}, and the horizon ends at {steps.size}",
                    "give the levels 0..T",
                    code="timesteps",
                )
            )
    return problems


def _codes(array: Any) -> tuple[npt.NDArray[np.int64], int]:
    """Return an integer per value that sorts like the values, null first, and how many there are."""
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    encoded = array.dictionary_encode(null_encoding="mask")
    rank = np.empty(len(encoded.dictionary) + 1, dtype=np.int64)
    # Strings sort by their UTF-8 bytes, which is the same on every machine.
    rank[pc.array_sort_indices(encoded.dictionary).to_numpy()] = np.arange(1, len(encoded.dictionary) + 1)
    rank[-1] = 0
    indices = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    return rank[indices], len(encoded.dictionary) + 1


def _key_order(table: Table, data: Any) -> tuple[npt.NDArray[np.int64] | None, Problem | None]:
    """Return the order that sorts the table (None if it stays) and the first double key, if any."""
    rows = data.num_rows
    if rows < 2 or not table.key:
        return None, None
    combined = np.zeros(rows, dtype=np.int64)
    span = 1
    for name in table.key:
        codes, size = _codes(data.column(name))
        span *= size
        if span >= 2**62:
            # More combinations than an integer holds: number those that occur, and go on.
            combined, span = np.unique(combined, return_inverse=True)[1].astype(np.int64), rows * size
        combined = combined * size + codes
    order: npt.NDArray[np.int64] = np.argsort(combined, kind="stable")
    double = np.flatnonzero(np.diff(combined[order]) == 0)
    problem = None
    if double.size:
        row = int(order[double[0] + 1])
        key = ", ".join(f"{name}={data.column(name)[row].as_py()}" for name in table.key)
        problem = Problem(
            f"table {table.name}, row {row}",
            f"{double.size} rows repeat a key, first {key}",
            f"give one row per {', '.join(table.key)}",
            code="duplicate-key",
        )
    is_ordered = bool((order == np.arange(rows)).all())
    return (None if is_ordered or not table.is_sorted else order), problem
