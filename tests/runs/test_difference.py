"""Two runs differ exactly where they were made to differ."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kenli.runs.difference import FactChange, NumberChange, compare_runs
from kenli.runs.read import open_run
from kenli.runs.write import write_run
from support.sample_run import make_sample_run, sample_parts


def changed(tmp_path, name="b", *, tables=None, manifest=None, park=None):
    parts = sample_parts()
    attachments = parts[2] if park is None else {"park.yaml": park}
    return open_run(write_run(tmp_path, name, parts[0] | (tables or {}), parts[1] | (manifest or {}), attachments))


def scaled(table, column, factor):
    index = table.column_names.index(column)
    values = table[column].to_numpy() * factor
    return table.set_column(index, table.schema.field(index), [values])


def test_the_same_park_twice_is_identical_although_times_and_machines_differ(tmp_path, week):
    again = changed(
        tmp_path,
        manifest={
            "created": "2030-01-01T00:00:00+00:00",
            "peak_memory_mb": 1.0,
            "machine": {"cpu_count": 64},
            "phases": [{"name": "read", "seconds": 9.9}],
        },
    )
    difference = compare_runs(week, again)
    assert difference.identical
    assert difference.same_bytes
    assert (difference.a, difference.b) == ("week", "b")


def test_a_larger_wind_farm_shows_in_the_park_and_in_what_follows_from_it(tmp_path, week):
    larger = open_run(make_sample_run(tmp_path, name="b", wind=45.0))
    difference = compare_runs(week, larger)
    assert difference.park == (FactChange("components > wind > capacity", "40 MW", "45 MW"),)
    assert difference.capacities == (NumberChange("wind > power", "MW", 40.0, 45.0),)
    assert difference.capacities[0].change == 5.0
    assert difference.capacities[0].relative == pytest.approx(0.125)
    costs = {change.name: change for change in difference.costs}
    assert costs["annuity"].change == pytest.approx(0.08 * 5e6 * 5)
    assert costs["annuity"].unit == "CNY/yr"
    assert "demand_charge" not in costs  # The worst hour has no wind to speak of; it is the same hour.
    assert [change.name for change in difference.emissions] == ["grid > scope 2 > electricity"]
    totals = {change.name: change for change in difference.totals}
    assert totals["cost"].change == pytest.approx(sum(change.change for change in difference.costs))
    assert totals["emissions"].change == pytest.approx(sum(change.change for change in difference.emissions))
    assert "emission_scope_1" not in totals
    assert {change.name for change in difference.indicators} == {"clean_share_annual", "lcoe"}
    assert {change.name for change in difference.limits} == {"annual_clean_share", "export_share"}
    assert not difference.same_inputs
    assert not difference.same_results
    assert "flows" in difference.tables
    assert "timesteps" not in difference.tables


def test_the_comparison_read_backwards_is_the_mirror(tmp_path, week):
    other = open_run(make_sample_run(tmp_path, name="b", wind=45.0, seed=2))
    there, back = compare_runs(week, other), compare_runs(other, week)
    for section in ("capacities", "costs", "emissions", "indicators", "limits", "totals", "inputs", "park"):
        mirrored = {(change.a, change.b) for change in getattr(there, section)}
        assert {(change.b, change.a) for change in getattr(back, section)} == mirrored
        assert mirrored or section == "capacities"


@pytest.mark.parametrize(("factor", "same"), [(1 + 1e-9, True), (1 + 1e-3, False)])
def test_noise_within_the_tolerance_is_no_difference(tmp_path, week, factor, same):
    other = changed(tmp_path, tables={"objective": scaled(week.table("objective"), "amount", factor)})
    difference = compare_runs(week, other)
    assert difference.identical is same
    assert not difference.same_bytes
    assert compare_runs(week, other, tolerance=1e-2).identical


def test_rows_of_one_term_add_up(tmp_path, week):
    """A storage has one annuity for its power and one for its energy."""
    whole = week.table("objective")
    halves = scaled(pa.concat_tables([whole, whole]), "amount", 0.5)
    split = changed(tmp_path, tables={"objective": halves})
    assert split.table("objective").num_rows == 2 * whole.num_rows
    assert compare_runs(week, split).identical
    assert split.sql("FROM cost_by_component").num_rows == week.sql("FROM cost_by_component").num_rows


def test_what_is_only_in_one_run_has_nothing_on_the_other_side(tmp_path, week):
    fewer = changed(tmp_path, tables={"capacities": week.table("capacities")[1:]})
    (change,) = compare_runs(week, fewer).capacities
    assert (change.name, change.a, change.b, change.change, change.relative) == (
        "wind > power",
        40.0,
        None,
        None,
        None,
    )


def test_every_input_outside_the_park_file_counts(tmp_path, week):
    manifest = {
        "weather": week.manifest["weather"] | {"seed": 7},
        "solver": week.manifest["solver"] | {"options": {"threads": 2}, "seconds": 99.0},
        "versions": week.manifest["versions"] | {"highspy": "9"},
        "inputs": [
            *week.manifest["inputs"],
            {"path": "load.csv", "sha256": "ab", "rows": 8760, "role": "series"},
        ],
    }
    difference = compare_runs(week, changed(tmp_path, manifest=manifest))
    assert {change.path: (change.a, change.b) for change in difference.inputs} == {
        "weather > seed": (1, 7),
        "solver > options": ({}, None),
        "solver > options > threads": (None, 2),
        "versions > highspy": (None, "9"),
        "inputs > series > load.csv > sha256": (None, "ab"),
        "inputs > series > load.csv > rows": (None, 8760),
    }
    assert difference.same_results
    assert not difference.identical


def test_a_factor_that_became_known_is_an_input_that_differs(tmp_path, week):
    factors = week.table("factors").to_pylist()
    factors[2]["value"] = 1.5
    known = type(week.table("factors")).from_pylist(factors, schema=week.table("factors").schema)
    difference = compare_runs(week, changed(tmp_path, tables={"factors": known}))
    assert difference.factors == (NumberChange("gwp-unknown", "tCO2e/t", None, 1.5),)
    assert not difference.same_inputs


@pytest.mark.parametrize(
    ("park", "expected"),
    [
        (b"# only a remark\n" + sample_parts()[2]["park.yaml"], ()),
        (
            sample_parts()[2]["park.yaml"].replace(b"name: grid, bus: base.power", b"name: grid, bus: base.power2"),
            (FactChange("contracts[grid] > bus", "base.power", "base.power2"),),
        ),
        (
            sample_parts()[2]["park.yaml"].replace(b"  battery: {kind: storage, bus: base.power}\n", b""),
            (
                FactChange("components > battery > kind", "storage", None),
                FactChange("components > battery > bus", "base.power", None),
            ),
        ),
        (
            sample_parts()[2]["park.yaml"].replace(b"kenli: 1", b"kenli: true"),
            (FactChange("kenli", 1, True),),
        ),
    ],
    ids=["remark", "list", "removed", "type"],
)
def test_park_files_are_compared_by_key_path(tmp_path, week, park, expected):
    assert compare_runs(week, changed(tmp_path, park=park)).park == expected


@pytest.mark.parametrize("park", [b"a: [", b"\xff\xfe", b""], ids=["open", "bytes", "empty"])
def test_a_park_file_that_is_no_yaml_still_differs(tmp_path, week, park):
    assert compare_runs(week, changed(tmp_path, park=park)).park
