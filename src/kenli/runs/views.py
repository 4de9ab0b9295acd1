"""SQL over a run: one DuckDB view per table, and the joins that everybody needs.

The connection cannot touch the disk. DuckDB's own `read_parquet` with `allowed_paths` would let
`COPY ... TO` overwrite the very files it reads, so the tables come in through Arrow and every access
of the database to files is switched off and locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from kenli.runs.read import Run


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name; `{timezone}` in it stands for the park's time zone as an SQL text."""

    name: str
    doc: str
    query: str


VIEWS: Final = (
    View(
        "dispatch",
        "Every flow with its time, labels and `signed` (positive: given to the bus).",
        """
        SELECT t.timestep, t.start, t.local, t.month, t.hour, t.period, t.duration, t.weight,
               f.component, c.label_en, c.label_zh, c.kind, c.technology, f.bus, f.carrier, f.direction,
               f.value, CASE f.direction WHEN 'out' THEN f.value ELSE -f.value END AS signed
        FROM flows f JOIN timesteps t USING (timestep) JOIN components c USING (component)
        """,
    ),
    View(
        "annual_flows",
        "Per component, bus and direction: yearly energy, mean and peak flow.",
        """
        SELECT f.component, any_value(c.kind) AS kind, any_value(c.technology) AS technology,
               f.bus, f.carrier, f.direction,
               CASE any_value(b.unit) WHEN 'MW' THEN 'MWh/yr' ELSE 't/yr' END AS unit,
               sum(f.value * t.duration * t.weight) AS energy,
               sum(f.value * t.duration * t.weight) / (SELECT sum(duration * weight) FROM timesteps) AS mean,
               max(f.value) AS peak
        FROM flows f JOIN timesteps t USING (timestep) JOIN components c USING (component)
        JOIN buses b USING (bus)
        GROUP BY f.component, f.bus, f.carrier, f.direction
        ORDER BY f.bus, f.direction DESC, energy DESC, f.component
        """,
    ),
    View(
        "cost_by_term",
        "The objective by term: cost, income and their sum, per year.",
        """
        SELECT term, sum(amount) AS amount,
               sum(greatest(amount, 0)) AS cost, sum(greatest(-amount, 0)) AS income
        FROM objective GROUP BY term ORDER BY amount DESC, term
        """,
    ),
    View(
        "cost_by_component",
        "The objective by component; null is the park as a whole.",
        """
        SELECT o.component, any_value(c.label_en) AS label_en, any_value(c.label_zh) AS label_zh,
               any_value(c.kind) AS kind, sum(o.amount) AS amount,
               sum(greatest(o.amount, 0)) AS cost, sum(greatest(-o.amount, 0)) AS income
        FROM objective o LEFT JOIN components c USING (component)
        GROUP BY o.component ORDER BY amount DESC, o.component
        """,
    ),
    View(
        "emissions_by_source",
        "Yearly emissions by component, scope, carrier and factor.",
        """
        SELECT e.scope, e.component, any_value(c.label_en) AS label_en, any_value(c.label_zh) AS label_zh,
               e.bus, e.carrier, e.factor_id, sum(e.activity) AS activity, sum(e.amount) AS amount,
               CASE WHEN sum(e.activity) = 0 THEN NULL ELSE sum(e.amount) / sum(e.activity) END AS mean_factor
        FROM emissions e JOIN components c USING (component)
        GROUP BY e.scope, e.component, e.bus, e.carrier, e.factor_id
        ORDER BY e.scope, amount DESC, e.component
        """,
    ),
    View(
        "load_duration",
        "Each flow in falling order; `hours` of the year in which it is at least `value`.",
        """
        SELECT f.component, f.bus, f.direction, f.value,
               sum(t.duration * t.weight) OVER (
                   PARTITION BY f.component, f.bus, f.direction ORDER BY f.value DESC, f.timestep
                   ROWS UNBOUNDED PRECEDING
               ) AS hours
        FROM flows f JOIN timesteps t USING (timestep)
        """,
    ),
    View(
        "step_months",
        "How much of each step's weight falls into each local month of the real year.",
        # A representative step stands for the same step of every original period it represents;
        # each of them carries an equal part of the weight, so that the year's sum is kept.
        """
        SELECT timestep, month, sum(weight) AS weight FROM (
            SELECT t.timestep,
                   CASE WHEN (SELECT count(*) FROM original_periods) = 1 THEN t.month
                        ELSE month(timezone({timezone}, o.start + (t.start - p.first))) END AS month,
                   t.weight / p.originals AS weight
            FROM timesteps t
            JOIN original_periods o USING (period)
            JOIN (SELECT period, any_value(n.originals) AS originals, min(start) AS first
                  FROM timesteps
                  JOIN (SELECT period, count(*) AS originals FROM original_periods GROUP BY period) n
                  USING (period)
                  GROUP BY period) p USING (period)
        ) GROUP BY timestep, month
        """,
    ),
    View(
        "monthly_balance",
        "Energy or mass by local month, bus, component and direction; sums to the yearly balance.",
        """
        SELECT m.month, f.bus, f.component,
               any_value(c.label_en) AS label_en, any_value(c.label_zh) AS label_zh, f.direction,
               CASE any_value(b.unit) WHEN 'MW' THEN 'MWh' ELSE 't' END AS unit,
               sum(f.value * t.duration * m.weight) AS energy
        FROM flows f JOIN timesteps t USING (timestep) JOIN step_months m USING (timestep)
        JOIN components c USING (component) JOIN buses b USING (bus)
        GROUP BY m.month, f.bus, f.component, f.direction
        ORDER BY f.bus, m.month, f.direction DESC, f.component
        """,
    ),
)


def connect(run: Run) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection that sees the run's tables and views and can reach nothing else.

    What a user creates in it lives in memory and ends with it. Close it, or use it in `with`.

    Raises:
        kenli.core.errors.RunError: a file was altered.
    """
    import duckdb

    connection = duckdb.connect(":memory:", config={"enable_external_access": "false"})
    try:
        connection.execute("SET TimeZone = 'UTC'")
        # One thread adds in one order: the same run gives the same sums to the last digit.
        connection.execute("SET threads = 1")
        for name in run.manifest["tables"]:
            connection.register(name, run.table(name))
        timezone = "'" + str(run.manifest["park"]["timezone"]).replace("'", "''") + "'"
        for view in VIEWS:
            connection.execute(f'CREATE VIEW "{view.name}" AS {view.query.replace("{timezone}", timezone)}')
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def wide_dispatch(run: Run, *, rows: int | None = None) -> pd.DataFrame:
    """Return the flows side by side: a row per step, a column per (bus, component, direction).

    Columns follow the order of the run's buses and components, what is given before what is taken.
    Values are never negative; a step in which a flow has no row counts as zero.

    Args:
        run: the run.
        rows: only the first steps.
    """
    import pandas as pd

    flows = run.frame("flows")
    if rows is not None:
        flows = flows[flows["timestep"] < rows]
    steps = run.table("timesteps").num_rows
    index = pd.RangeIndex(steps if rows is None else min(rows, steps), name="timestep")
    keys: list[Any] = ["bus", "component", "direction"]
    wide = flows.set_index(["timestep", *keys])["value"].unstack(keys)  # noqa: PD010 (no aggregation is meant)
    wide = wide.reindex(index).fillna(0.0)
    buses = {name: i for i, name in enumerate(run.table("buses").column("bus").to_pylist())}
    components = {name: i for i, name in enumerate(run.table("components").column("component").to_pylist())}
    order = sorted(wide.columns, key=lambda key: (buses[key[0]], key[2] == "in", components[key[1]]))
    return wide[order]
