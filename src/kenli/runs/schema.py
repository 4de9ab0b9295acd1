"""Every table of a run folder, declared once: columns, types, units, meaning.

The writer checks against this declaration, the reader and the exports take units from it, and
`render_markdown` turns it into the page of the documentation. A table or a column is added here
and nowhere else; a change that an old reader would misread also raises `FORMAT`.

Conventions of the columns:
    `unit` is the text of the unit. `currency` in it is replaced by the park's currency when a run is
    written (`currency/yr` becomes `CNY/yr`), and `see unit` says that the row's own column `unit` holds it.
    A nullable column uses null for "not known" or "does not apply"; NaN and infinity are never written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa

FORMAT: Final = 1
"""Version of the folder's format; a reader refuses another one."""

TEXT: Final = pa.string()
FLOAT: Final = pa.float64()
INT: Final = pa.int32()
SMALL: Final = pa.int8()
BOOL: Final = pa.bool_()
TIME: Final = pa.timestamp("us", tz="UTC")
TEXTS: Final = pa.list_(pa.string())

TOLERANCE: Final = 1e-6
"""How far below its declared minimum a value may lie: a solver's feasibility tolerance."""

BY_ROW: Final = "see unit"
BY_BUS: Final = "MW or t/h"
BY_BUS_STOCK: Final = "MWh or t"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: the column's name.
        type: its Arrow type.
        doc: what it means, one line.
        unit: its unit, empty for names, flags and counts.
        nullable: whether null ("not known", "does not apply") is allowed.
        choices: the allowed values; empty when there is no list.
        minimum: lower limit of the values, kept to within `TOLERANCE`.
        references: `table.column` in which every value must occur.
    """

    name: str
    type: Any
    doc: str
    unit: str = ""
    nullable: bool = False
    choices: tuple[str | int, ...] = ()
    minimum: float | None = None
    references: str = ""

    def unit_in(self, currency: str) -> str:
        """Return the unit with the park's currency written out."""
        return self.unit.replace("currency", currency) if currency else self.unit


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a run.

    Attributes:
        name: the table's and the file's name.
        doc: what a row is, one line.
        columns: the columns in their order.
        key: the columns that together name a row; no two rows share them. Empty when rows may repeat.
        is_sorted: True when rows are stored in the order of the key (long tables, which compress and
            filter better); False when the writer's order means something, such as the park file's.
    """

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    is_sorted: bool = False

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def column(self, name: str) -> Column:
        """Return a column by name; raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def arrow_schema(self, currency: str = "") -> pa.Schema:
        """Return the Arrow schema with unit and meaning in the metadata of each field."""
        return pa.schema(
            [
                pa.field(
                    column.name,
                    column.type,
                    nullable=column.nullable,
                    metadata={"unit": column.unit_in(currency), "description": column.doc},
                )
                for column in self.columns
            ],
            metadata={"description": self.doc, "table": self.name, "kenli_run_format": str(FORMAT)},
        )


KINDS: Final = ("source", "converter", "storage", "connection", "demand", "grid", "market")
QUANTITIES: Final = ("power", "charge", "energy", "import", "export", "contracted")
DIRECTIONS: Final = ("in", "out")


def _timestep(doc: str = "index into `timesteps`") -> Column:
    return Column("timestep", INT, doc, references="timesteps.timestep")


def _component(doc: str = "the user's name of the component", *, nullable: bool = False) -> Column:
    return Column("component", TEXT, doc, nullable=nullable, references="components.component")


def _bus(*, nullable: bool = False, doc: str = "the user's name of the bus") -> Column:
    return Column("bus", TEXT, doc, nullable=nullable, references="buses.bus")


def _labels(thing: str) -> tuple[Column, Column]:
    return (
        Column("label_en", TEXT, f"name of the {thing} for people, English"),
        Column("label_zh", TEXT, f"name of the {thing} for people, Chinese"),
    )


_DIRECTION: Final = Column(
    "direction", TEXT, "in: taken by the component from the bus; out: given to the bus", choices=DIRECTIONS
)

_ALL: Final = (
    Table(
        "timesteps",
        "The steps of the horizon; a label is the start of its step.",
        (
            Column("timestep", INT, "index 0..T-1", minimum=0),
            Column("start", TIME, "start of the step, UTC"),
            Column("duration", FLOAT, "length of the step", "h", minimum=0.0),
            Column(
                "weight",
                FLOAT,
                "how often the step counts in a year; sum(duration * weight) is the hours of the year",
                minimum=0.0,
            ),
            Column("period", INT, "index of the representative period; 0 if the horizon is one", minimum=0),
            Column("local", TEXT, "start in the park's local time, ISO 8601 with offset"),
            Column("month", SMALL, "local month 1..12", choices=tuple(range(1, 13))),
            Column("hour", SMALL, "local hour of the day 0..23", choices=tuple(range(24))),
        ),
        key=("timestep",),
        is_sorted=True,
    ),
    Table(
        "original_periods",
        "Which representative period stands for which part of the year; one row when nothing was reduced.",
        (
            Column("original", INT, "chronological index over the year", minimum=0),
            Column("period", INT, "representative period that stands for it", minimum=0),
            Column("start", TIME, "start of the original period, UTC"),
            Column("local", TEXT, "start in the park's local time, ISO 8601 with offset"),
        ),
        key=("original",),
        is_sorted=True,
    ),
    Table(
        "buses",
        "A carrier at a place, where what is given equals what is taken in every step.",
        (
            Column("bus", TEXT, "the user's name of the bus"),
            Column("carrier", TEXT, "what flows there"),
            Column("unit", TEXT, "unit of its flows", choices=("MW", "t/h")),
            Column("carrier_name_en", TEXT, "name of the carrier for people, English"),
            Column("carrier_name_zh", TEXT, "name of the carrier for people, Chinese"),
        ),
        key=("bus",),
    ),
    Table(
        "components",
        "Everything that gives to or takes from a bus, in the order of the park file.",
        (
            Column("component", TEXT, "the user's name of the component"),
            Column("kind", TEXT, "the primitive it is", choices=KINDS),
            Column("technology", TEXT, "technology by which costs and factors are found", nullable=True),
            *_labels("component"),
            Column("buses", TEXTS, "the buses that it touches"),
            Column("clean", BOOL, "its output counts as clean energy"),
            Column("direct", BOOL, "it supplies the park directly, not through the public grid"),
            Column("latitude", FLOAT, "position, north positive", "deg", nullable=True),
            Column("longitude", FLOAT, "position, east positive", "deg", nullable=True),
        ),
        key=("component",),
    ),
    Table(
        "capacities",
        "What exists, what the plan builds, what it costs and what one more unit of the limit is worth.",
        (
            _component(),
            Column("kind", TEXT, "kind of the component", choices=KINDS),
            Column("quantity", TEXT, "which capacity of the component", choices=QUANTITIES),
            Column("unit", TEXT, "unit of the capacities in this row"),
            Column("existing", FLOAT, "capacity that is already there", BY_ROW, minimum=0.0),
            Column("built", FLOAT, "capacity that the plan adds", BY_ROW, minimum=0.0),
            Column("total", FLOAT, "existing + built", BY_ROW, minimum=0.0),
            Column("minimum", FLOAT, "least total that was allowed", BY_ROW, minimum=0.0),
            Column(
                "maximum",
                FLOAT,
                "largest total that was allowed; null is unlimited",
                BY_ROW,
                nullable=True,
                minimum=0.0,
            ),
            Column("investment", FLOAT, "overnight cost of what is built", "currency"),
            Column("annuity", FLOAT, "yearly capital cost of what is built", "currency/yr"),
            Column("fixed_om", FLOAT, "yearly fixed operation and maintenance", "currency/yr"),
            Column(
                "price",
                FLOAT,
                "saving per year from one more unit of the maximum; 0 if slack, null without duals",
                "currency/yr per unit",
                nullable=True,
                minimum=0.0,
            ),
            Column(
                "utilisation",
                FLOAT,
                "full-load share of the year, 0..1; null without capacity",
                nullable=True,
            ),
        ),
        key=("component", "quantity"),
    ),
    Table(
        "flows",
        "Mean flow between each component and each of its buses in each step.",
        (
            _timestep(),
            _component(),
            _bus(),
            Column("carrier", TEXT, "carrier of the bus"),
            _DIRECTION,
            Column("value", FLOAT, "mean flow over the step, never negative", BY_BUS, minimum=0.0),
        ),
        key=("component", "bus", "direction", "timestep"),
        is_sorted=True,
    ),
    Table(
        "levels",
        "Content of each storage at the ends of the steps of the horizon, T+1 values.",
        (
            Column("timestep", INT, "0..T: the level at the start of the step, T at the end of all", minimum=0),
            _component(),
            Column("level", FLOAT, "content", BY_BUS_STOCK),
        ),
        key=("component", "timestep"),
        is_sorted=True,
    ),
    Table(
        "chronological_levels",
        "Content of each storage over the real year; rebuilt when the periods are representative.",
        (
            Column("hour", INT, "hour since the start of the year, 0..hours of the year", minimum=0),
            _component(),
            Column("level", FLOAT, "content", BY_BUS_STOCK),
        ),
        key=("component", "hour"),
        is_sorted=True,
    ),
    Table(
        "prices",
        "Dual of each bus balance: what one more unit taken from the bus would cost. Empty without duals.",
        (
            _timestep(),
            _bus(),
            Column("price", FLOAT, "marginal cost of one more unit", "currency/MWh or currency/t"),
        ),
        key=("bus", "timestep"),
        is_sorted=True,
    ),
    Table(
        "potentials",
        "What each source could have given and what of it was not taken.",
        (
            _timestep(),
            _component(),
            Column("value", FLOAT, "availability times total capacity", BY_BUS, minimum=0.0),
            Column("curtailed", FLOAT, "potential less flow", BY_BUS, minimum=0.0),
        ),
        key=("component", "timestep"),
        is_sorted=True,
    ),
    Table(
        "objective",
        "The cost of the plan as named terms; rows add up, and the sum is the solver's objective.",
        (
            Column("term", TEXT, "name of the term, such as annuity or energy_purchase"),
            Column("component", TEXT, "whose cost it is; null for the park as a whole", nullable=True),
            Column("contract", TEXT, "contract by which it is owed", nullable=True),
            Column("amount", FLOAT, "cost, negative for income", "currency/yr"),
        ),
        key=(),  # A storage has one annuity for its power and one for its energy: rows add up.
    ),
    Table(
        "emissions",
        "Greenhouse gas by step, source and factor, weighted to the year.",
        (
            _timestep(),
            _component("the component that causes it"),
            _bus(nullable=True, doc="bus of the activity; null for a process without one"),
            Column("carrier", TEXT, "carrier of the activity", nullable=True),
            Column("scope", SMALL, "scope of the greenhouse gas protocol", choices=(1, 2, 3)),
            Column("activity", FLOAT, "activity in the step, weighted to the year", BY_BUS_STOCK),
            Column("factor", FLOAT, "emission factor", "tCO2e/MWh or tCO2e/t"),
            Column("factor_id", TEXT, "row of `factors` it comes from", nullable=True),
            Column("amount", FLOAT, "activity times factor", "tCO2e"),
        ),
        key=("component", "bus", "carrier", "scope", "factor_id", "timestep"),
        is_sorted=True,
    ),
    Table(
        "balance",
        "Yearly energy or mass between each component and each of its buses.",
        (
            _bus(),
            _component(),
            _DIRECTION,
            Column("energy", FLOAT, "weighted sum over the year", "MWh/yr or t/yr", minimum=0.0),
        ),
        key=("bus", "component", "direction"),
    ),
    Table(
        "balance_residuals",
        "How exactly the stored flows balance on each bus.",
        (
            _bus(),
            Column("max_absolute", FLOAT, "largest |given - taken| over the steps", BY_BUS, minimum=0.0),
            Column("max_relative", FLOAT, "the same relative to the largest throughput", minimum=0.0),
        ),
        key=("bus",),
    ),
    Table(
        "limits",
        "The limits on the plan as a whole: what it does, what is allowed, what relaxing would save.",
        (
            Column("limit", TEXT, "id of the limit"),
            *_labels("limit"),
            Column("unit", TEXT, "unit of value, bound and slack"),
            Column("value", FLOAT, "what the plan does", BY_ROW),
            Column("bound", FLOAT, "what is allowed", BY_ROW),
            Column("sense", TEXT, "value <= bound or value >= bound", choices=("<=", ">=")),
            Column("slack", FLOAT, "distance to the bound", BY_ROW),
            Column(
                "shadow_price",
                FLOAT,
                "saving per year from relaxing the bound by one unit; null without duals",
                "currency/yr per unit",
                nullable=True,
                minimum=0.0,
            ),
            Column("binding", BOOL, "the plan would change if the bound moved"),
            Column("component", TEXT, "component it concerns, if one", nullable=True),
        ),
        key=("limit",),
    ),
    Table(
        "indicators",
        "Ratios and totals by published rules, each with the rule.",
        (
            Column("indicator", TEXT, "id of the indicator"),
            *_labels("indicator"),
            Column("value", FLOAT, "its value", BY_ROW),
            Column("unit", TEXT, "unit of the value; 1 for a share"),
            Column("basis_en", TEXT, "the rule by which it is computed, English"),
            Column("basis_zh", TEXT, "the rule by which it is computed, Chinese"),
        ),
        key=("indicator",),
    ),
    Table(
        "series",
        "The time series that went into the plan.",
        (
            _timestep(),
            Column("series", TEXT, "id such as availability/pv, demand/base, price/grid_import"),
            Column("value", FLOAT, "mean over the step", BY_ROW),
            Column("unit", TEXT, "unit of the value"),
        ),
        key=("series", "timestep"),
        is_sorted=True,
    ),
    Table(
        "factors",
        "Every physical, price or policy number that the plan used, with its source.",
        (
            Column("id", TEXT, "id of the factor"),
            Column("name_en", TEXT, "name for people, English"),
            Column("name_zh", TEXT, "name for people, Chinese"),
            Column("value", FLOAT, "the number; null where nobody knows", BY_ROW, nullable=True),
            Column("unit", TEXT, "its unit"),
            Column("year", INT, "year for which it holds", nullable=True),
            Column("region", TEXT, "region for which it holds", nullable=True),
            Column("source", TEXT, "who says so"),
            Column("confidence", TEXT, "how much to trust it", choices=("high", "medium", "low")),
            Column("note", TEXT, "what to know when using it", nullable=True),
            Column("used_by", TEXTS, "components, contracts or rules that used it"),
        ),
        key=("id",),
    ),
    Table(
        "solution_families",
        "The rows and columns of the program by family, with the largest violation that was measured.",
        (
            Column("family", TEXT, "name of the family"),
            Column("kind", TEXT, "row or column", choices=("row", "column")),
            Column("size", INT, "how many", minimum=0),
            Column("max_violation", FLOAT, "largest violation of a bound", minimum=0.0),
            Column(
                "max_dual_violation",
                FLOAT,
                "largest violation of a dual bound; null without duals",
                nullable=True,
                minimum=0.0,
            ),
        ),
        key=("family", "kind"),
    ),
)

TABLES: Final[Mapping[str, Table]] = MappingProxyType({table.name: table for table in _ALL})
"""All tables by name, in the order of the documentation. A run holds every one of them, perhaps empty."""


def make_table(name: str, columns: Mapping[str, Any], *, currency: str = "") -> pa.Table:
    """Build a table of the schema from arrays or lists; the convenient way to get the types right.

    Args:
        name: a name of `TABLES`.
        columns: column name to numpy array, Arrow array or list; every declared column must be there.
            Times without a zone, such as numpy's, are UTC. NaN stays NaN and is refused on writing.
        currency: the park's currency, for the units.

    Returns:
        An Arrow table with the declared types and metadata.

    Raises:
        KeyError: a column is missing or not declared.
        pyarrow.ArrowInvalid: a value does not fit its type, such as 1.5 or a text in an index.
    """
    table = TABLES[name]
    declared = [column.name for column in table]
    if set(columns) != set(declared):
        raise KeyError(f"table {name} has the columns {declared}, not {sorted(columns)}")
    arrays = []
    for column in table:
        values = columns[column.name]
        if not isinstance(values, pa.Array | pa.ChunkedArray):
            # With the type given here Arrow would cut 1.5 to 1, and pandas' NaN would become null.
            values = pa.array(values, from_pandas=False)
        if _family(values.type) not in {"null", _family(column.type)}:
            raise pa.ArrowInvalid(f"{name} > {column.name} is {values.type}, not {type_name(column.type)}")
        arrays.append(values.cast(column.type))
    return pa.Table.from_arrays(arrays, schema=table.arrow_schema(currency))


def _family(data_type: Any) -> str:
    """Return the family of types among whose members a cast may keep the meaning."""
    if pa.types.is_dictionary(data_type):
        return _family(data_type.value_type)
    families = {
        "null": pa.types.is_null,
        "bool": pa.types.is_boolean,
        "number": lambda kind: pa.types.is_integer(kind) or pa.types.is_floating(kind),
        "time": pa.types.is_timestamp,
        "list": lambda kind: pa.types.is_list(kind) or pa.types.is_large_list(kind),
        "text": lambda kind: kind in (pa.string(), pa.large_string(), pa.string_view()),
    }
    return next((family for family, belongs in families.items() if belongs(data_type)), str(data_type))


def empty_table(name: str, *, currency: str = "") -> pa.Table:
    """Return a table of the schema without rows, for what a run does not have."""
    return TABLES[name].arrow_schema(currency).empty_table()


def type_name(data_type: Any) -> str:
    """Return the short name of an Arrow type that the documentation uses, such as `float64`."""
    return {FLOAT: "float64", TIME: "timestamp UTC", TEXTS: "list of string"}.get(data_type, str(data_type))


def render_markdown() -> str:
    """Return the documentation of all tables as Markdown."""
    parts = [f"# The tables of a run\n\nFormat {FORMAT}. A run folder holds all of them, one Parquet file each.\n"]
    for table in TABLES.values():
        order = "rows in the order of the key" if table.is_sorted else "rows in the writer's order"
        key = f"Key: {', '.join(f'`{name}`' for name in table.key)}" if table.key else "No key"
        parts.append(f"\n## {table.name}\n\n{table.doc} {key}; {order}.\n")
        parts.append("\n| column | type | unit | null | meaning |\n|---|---|---|---|---|\n")
        for column in table:
            meaning = column.doc
            if column.choices and isinstance(column.choices[0], str):
                meaning += f" ({', '.join(str(choice) for choice in column.choices)})"
            cells = (
                f"`{column.name}`",
                type_name(column.type),
                column.unit,
                "yes" if column.nullable else "",
                meaning.replace("|", "\\|"),
            )
            parts.append("| " + " | ".join(cells) + " |\n")
    return "".join(parts)
