"""The views agree with numpy on the same tables, and the database can reach nothing but the run."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from kenli.core.errors import RunError
from kenli.runs.schema import TABLES
from kenli.runs.views import VIEWS, connect, wide_dispatch
from support.sample_run import ZONE

RUNS = ["week", "year", "three_days"]


@pytest.fixture(params=RUNS)
def run(request):
    return request.getfixturevalue(request.param)


def weighted(run) -> pd.DataFrame:
    flows = run.frame("flows").merge(run.frame("timesteps"), on="timestep")
    return flows.assign(energy=flows["value"] * flows["duration"] * flows["weight"])


def test_every_table_is_there_with_all_its_rows(week):
    with connect(week) as connection:
        for name in TABLES:
            (rows,) = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            assert rows == week.manifest["tables"][name]["rows"]
        shown = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
    assert shown == {*TABLES, *(view.name for view in VIEWS)}


def test_annual_flows_are_the_stored_balance(run):
    view = run.sql("SELECT bus, component, direction, energy, mean, peak, unit FROM annual_flows").to_pandas()
    stored = run.frame("balance").set_index(["bus", "component", "direction"])["energy"]
    view = view.set_index(["bus", "component", "direction"])
    assert len(view) == len(stored)
    np.testing.assert_allclose(view["energy"].reindex(stored.index), stored, rtol=1e-9)
    np.testing.assert_allclose(view["mean"] * 8760, view["energy"], rtol=1e-9)
    peak = run.frame("flows").groupby(["bus", "component", "direction"])["value"].max()
    np.testing.assert_array_equal(view["peak"].reindex(peak.index), peak)
    assert set(view["unit"]) == {"MWh/yr"}


def test_signed_dispatch_sums_to_zero_on_every_bus(run):
    sums = run.sql("SELECT timestep, bus, sum(signed) AS rest FROM dispatch GROUP BY ALL").to_pandas()
    assert len(sums) == 3 * run.table("timesteps").num_rows
    np.testing.assert_allclose(sums["rest"], 0, atol=1e-9)


def test_costs_add_up_to_the_total(run):
    for view in ("cost_by_term", "cost_by_component"):
        sums = run.sql(f"SELECT sum(amount), sum(cost), sum(income) FROM {view}").to_pylist()[0]
        amount, cost, income = sums.values()
        assert amount == pytest.approx(run.manifest["totals"]["cost"], rel=1e-12)
        assert cost - income == pytest.approx(amount, rel=1e-12)
        assert income > 0
    assert run.sql("SELECT amount FROM cost_by_term WHERE term = 'sales'").to_pylist()[0]["amount"] < 0


def test_emissions_add_up_to_the_totals_by_scope(run):
    rows = run.sql("SELECT scope, sum(amount) AS amount FROM emissions_by_source GROUP BY scope").to_pylist()
    assert {row["scope"]: pytest.approx(row["amount"], rel=1e-9) for row in rows} == {
        scope: run.manifest["totals"][f"emission_scope_{scope}"] for scope in (1, 2)
    }
    factor = run.sql("SELECT mean_factor FROM emissions_by_source WHERE component = 'grid'").to_pylist()
    assert factor == [{"mean_factor": pytest.approx(0.5)}]


def test_load_duration_falls_and_covers_the_year(run):
    rows = run.sql("SELECT * FROM load_duration WHERE component = 'base' ORDER BY hours").to_pandas()
    assert (np.diff(rows["value"]) <= 0).all()
    assert rows["hours"].iloc[-1] == pytest.approx(8760)
    stored = weighted(run)
    above = stored[(stored["component"] == "base") & (stored["value"] >= rows["value"][10])]
    assert rows.loc[rows["value"] >= rows["value"][10], "hours"].max() == pytest.approx(
        (above["duration"] * above["weight"]).sum()
    )


def test_months_keep_the_year(run):
    months = run.sql(
        "SELECT bus, component, direction, sum(energy) AS energy FROM monthly_balance GROUP BY ALL"
    ).to_pandas()
    year = run.frame("balance").set_index(["bus", "component", "direction"])["energy"]
    months = months.set_index(["bus", "component", "direction"])["energy"].reindex(year.index)
    np.testing.assert_allclose(months, year, rtol=1e-9)


def test_months_of_a_year_are_those_of_its_steps(year):
    expected = weighted(year).query("component == 'pv'").groupby("month")["energy"].sum()
    rows = year.sql("SELECT month, energy FROM monthly_balance WHERE component = 'pv' ORDER BY month").to_pandas()
    np.testing.assert_allclose(rows["energy"], expected, rtol=1e-9)
    assert rows["month"].tolist() == list(range(1, 13))


def test_months_of_representative_days_are_those_of_the_days_they_stand_for(three_days):
    """By hand: every one of the 365 days carries the energy of the day that represents it."""
    daily = weighted(three_days).query("component == 'pv'")
    daily = (daily["value"] * daily["duration"]).groupby(daily["period"]).sum()
    expected = np.zeros(13)
    for row in three_days.table("original_periods").to_pylist():
        expected[row["start"].astimezone(ZONE).month] += daily[row["period"]]
    rows = three_days.sql("SELECT month, energy FROM monthly_balance WHERE component = 'pv' ORDER BY month")
    np.testing.assert_allclose(rows.to_pandas()["energy"], expected[1:], rtol=1e-9)


def test_wide_dispatch_holds_every_flow_in_the_order_of_the_park(run):
    wide = wide_dispatch(run)
    assert list(wide.columns)[:4] == [
        ("base.power", "wind", "out"),
        ("base.power", "pv", "out"),
        ("base.power", "battery", "out"),
        ("base.power", "grid", "out"),
    ]
    flows = run.frame("flows")
    assert wide.shape == (run.table("timesteps").num_rows, 13)
    for bus, component, direction in wide.columns:
        rows = flows.query("bus == @bus and component == @component and direction == @direction")
        np.testing.assert_array_equal(wide[bus, component, direction], rows.sort_values("timestep")["value"])
    assert wide_dispatch(run, rows=10).equals(wide.iloc[:10])
    assert len(wide_dispatch(run, rows=10**6)) == len(wide)


def test_times_are_utc_and_local_by_the_parks_zone(week):
    rows = week.sql(
        "SELECT hour(timezone('Asia/Shanghai', start)) AS zone, hour(start) AS utc, hour FROM timesteps"
    ).to_pandas()
    assert (rows["zone"] == rows["hour"]).all()
    assert ((rows["utc"] + 8) % 24 == rows["hour"]).all()


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO '{flows}'",
        "COPY (SELECT 1) TO '{flows}' (USE_TMP_FILE false)",
        "COPY (SELECT 1) TO '{folder}/new.csv'",
        "SELECT * FROM read_parquet('{flows}')",
        "SELECT * FROM read_text('{folder}/manifest.json')",
        "SELECT * FROM '{flows}'",
        "ATTACH '{folder}/x.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET python_enable_replacements = true",
        "EXPORT DATABASE '{folder}/out'",
    ],
)
def test_a_query_reaches_neither_disk_nor_settings(week, query):
    before = {file.name: hashlib.sha256(file.read_bytes()).digest() for file in week.path.iterdir()}
    text = query.format(flows=week.file("flows"), folder=week.path)
    with pytest.raises(RunError) as error:
        week.sql(text)
    assert error.value.problems[0].code == "sql"
    assert {file.name: hashlib.sha256(file.read_bytes()).digest() for file in week.path.iterdir()} == before


def test_a_query_sees_no_variable_of_the_program(week):
    secret = pd.DataFrame({"x": [1]})
    with pytest.raises(RunError, match="secret"):
        week.sql("SELECT * FROM secret")
    assert len(secret) == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [("SELEC 1", "syntax"), ("SELECT * FROM flow", "flow"), ("CREATE TABLE x (a INT)", "not one query")],
)
def test_a_wrong_query_is_told(week, query, words):
    with pytest.raises(RunError, match=words):
        week.sql(query)


@pytest.mark.parametrize("query", ["", "SELECT 1; SELECT 2", "DROP VIEW dispatch", "SET threads = 1", "-- nothing"])
def test_only_one_query_is_answered_at_a_time(week, query):
    with pytest.raises(RunError, match="not one query"):
        week.sql(query)


@pytest.mark.parametrize(
    "query",
    [
        "SHOW TABLES",
        "DESCRIBE dispatch",
        "FROM flows",
        "EXPLAIN SELECT 1",
        "SUMMARIZE prices",
        "WITH a AS (FROM balance) SELECT sum(energy) AS s FROM a",
        "PIVOT flows ON component USING sum(value) GROUP BY timestep",
    ],
)
def test_every_way_to_ask_is_answered(week, query):
    assert week.sql(query).num_rows > 0


def test_sums_are_the_same_to_the_last_digit_every_time(three_days):
    first = three_days.sql("FROM monthly_balance")
    for _ in range(15):
        assert three_days.sql("FROM monthly_balance").equals(first)


def test_nothing_of_one_query_is_left_for_the_next(week):
    week_rows = week.sql("SELECT count(*) AS n FROM flows").to_pylist()
    with connect(week) as connection:
        connection.execute("CREATE TABLE x AS SELECT 1")
        connection.execute("DROP VIEW dispatch")
    assert week.sql("SELECT count(*) AS n FROM dispatch").to_pylist() == week_rows
