"""The sheets of the exported workbook: what is on them, and how a sheet looks.

Every number is read from the run or its views; nothing is computed here but the sums under a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from kenli.runs.catalog import describe_horizon
from kenli.runs.manifest import look_up
from kenli.runs.read import Run, created
from kenli.runs.views import wide_dispatch
from kenli.show.export_words import WORDS, Language, stored_word, word

MONEY: Final = "#,##0"
NUMBER: Final = "#,##0.00"
FINE: Final = "#,##0.0000"
SHARE: Final = "0.0 %"
WHOLE: Final = "0"
TEXT: Final = "@"
GENERAL: Final = "General"
SMALL: Final = "0.0E+00"

CELL: Final = 32_767
"""Characters that a cell can hold."""
LAST_ROW: Final = 1_048_576
"""Rows that a sheet can hold."""

TITLE_ROW, HEADER_ROW, UNIT_ROW, FIRST_ROW = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet: header, unit, number format, width in characters."""

    header: str
    unit: str = ""
    format: str = TEXT
    width: int = 18


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that is not shown as the others of its column."""

    value: float | None
    format: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: name, columns, rows, how many columns stay when scrolling, a remark beside the labels."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Any]]
    frozen: int = 1
    remark: str = ""
    bold: frozenset[int] = field(default_factory=frozenset)


def write_workbook(run: Run, path: Path, language: Language, dispatch_rows: int) -> None:
    """Write all sheets to a new file.

    Args:
        run: the run.
        path: the file.
        language: of headers and names.
        dispatch_rows: how many steps the sheet of the dispatch holds.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options)
    # The time of the run and not of the export, so that one run gives one file.
    moment = created(run.manifest).astimezone(UTC).replace(tzinfo=None)
    workbook.set_properties({"title": run.name, "comments": "; ".join(run.labels), "created": moment})
    formats = _Formats(workbook)
    for sheet in sheets(run, language, dispatch_rows):
        _write_sheet(workbook, formats, sheet, run.labels)
    try:
        workbook.close()
    except FileCreateError as error:
        raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from error


def sheets(run: Run, language: Language, dispatch_rows: int) -> list[Sheet]:
    """Return the sheets of the workbook in their order."""
    return [
        _summary(run, language),
        _capacities(run, language),
        _costs(run, language),
        _emissions(run, language),
        _indicators(run, language),
        _limits(run, language),
        _monthly(run, language),
        _dispatch(run, language, dispatch_rows),
        _factors(run, language),
    ]


class _Formats:
    """The cell formats of one workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, bool], Any] = {}
        self.title = workbook.add_format({"bold": True, "font_color": "#9C2B00"})
        self.header = workbook.add_format(
            {"bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}
        )
        self.unit = workbook.add_format({"italic": True, "bg_color": "#E3ECEF", "font_color": "#44565C"})

    def cell(self, number: str, *, bold: bool = False) -> Any:
        if (number, bold) not in self._made:
            properties = {"num_format": number, "bold": bold, "valign": "top"}
            self._made[number, bold] = self._workbook.add_format(properties)
        return self._made[number, bold]


def _write_sheet(workbook: Any, formats: _Formats, sheet: Sheet, labels: Sequence[str]) -> None:
    page = workbook.add_worksheet(sheet.name)
    plain = [formats.cell(column.format) for column in sheet.columns]
    bold = [formats.cell(column.format, bold=True) for column in sheet.columns]
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
    page.set_row(HEADER_ROW, 32)
    said = "; ".join(labels)
    page.write_string(TITLE_ROW, 0, " | ".join(text for text in (said, sheet.remark) if text), formats.title)
    for index, column in enumerate(sheet.columns):
        page.write_string(HEADER_ROW, index, column.header, formats.header)
    for index, column in enumerate(sheet.columns):
        page.write_string(UNIT_ROW, index, column.unit, formats.unit)
    last = UNIT_ROW
    for last, row in enumerate(sheet.rows, start=FIRST_ROW):
        for index, value in enumerate(row):
            if isinstance(value, Cell):
                _write_cell(page, last, index, value.value, formats.cell(value.format))
            else:
                shown = bold if last - FIRST_ROW in sheet.bold else plain
                _write_cell(page, last, index, value, shown[index])
    page.freeze_panes(FIRST_ROW, sheet.frozen)
    # The filter stands on the line of units, so that sorting leaves the units where they are.
    if last > UNIT_ROW and not sheet.bold:
        page.autofilter(UNIT_ROW, 0, last, len(sheet.columns) - 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(TITLE_ROW, UNIT_ROW)


def _write_cell(page: Any, row: int, column: int, value: Any, cell: Any) -> None:
    # By kind and never `write`, which would turn `=1+1` in a label into a formula.
    if value is None:
        page.write_blank(row, column, None, cell)
    elif isinstance(value, str):
        page.write_string(row, column, _fit(value), cell)
    else:
        page.write_number(row, column, value, cell)


def _fit(text: str) -> str:
    """Return a text that a cell can hold, with a sign where it was cut."""
    return text if len(text) <= CELL else text[: CELL - 1] + "…"


def _label(row: dict[str, Any], language: Language) -> str:
    return str(row[f"label_{language}"] or row["label_en"] or "")


def _names(run: Run, language: Language) -> dict[str, str]:
    """Return the name for people of every component."""
    return {row["component"]: _label(row, language) for row in run.table("components").to_pylist()}


TOTALS: Final = {
    "cost": "currency/yr",
    "investment": "currency",
    "emissions": "tCO2e/yr",
    "emission_scope_1": "tCO2e/yr",
    "emission_scope_2": "tCO2e/yr",
    "emission_scope_3": "tCO2e/yr",
    "demand_electricity_mwh": "MWh/yr",
    "consumption_electricity_mwh": "MWh/yr",
    "cost_per_mwh": "currency/MWh",
    "clean_share_hourly": "1",
    "lcoe": "currency/MWh",
}
"""Units of the totals that have a name; another total is shown by its key."""


def _summary(run: Run, language: Language) -> Sheet:
    manifest = run.manifest

    def name(key: str) -> str:
        return word(key, language) if key in WORDS else key

    rows: list[tuple[str, Any, str]] = [(name("label"), label, "") for label in run.labels]
    rows += [
        (name("run"), run.name, ""),
        (name("created"), created(manifest).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"), ""),
        (name("kenli"), manifest["kenli"], ""),
        (name("park"), manifest["park"]["name"], ""),
        (name("description"), look_up(manifest, "park.description") or "", ""),
        (name("weather"), manifest["weather"]["label"], ""),
        (name("horizon"), describe_horizon(manifest), ""),
        (name("currency"), run.currency, ""),
        (name("discount_rate"), Cell(look_up(manifest, "finance.discount_rate"), SHARE), ""),
        (name("solver"), str(look_up(manifest, "solver.name", "")), ""),
        (name("statement"), str(look_up(manifest, f"certificate.statement_{language}", "")), ""),
        (name("gap"), Cell(look_up(manifest, "certificate.relative_gap"), SMALL), "1"),
    ]
    rows += [
        (name(key), value, TOTALS.get(key, "").replace("currency", run.currency))
        for key, value in manifest["totals"].items()
        if isinstance(value, int | float | str) and not isinstance(value, bool)
    ]
    for warning in manifest["warnings"]:
        rows.append((name("warning"), f"{warning['where']}: {warning['what']}", ""))
    columns = (
        SheetColumn(name("item"), width=28),
        SheetColumn(name("value"), format=NUMBER, width=60),
        SheetColumn(name("unit"), width=14),
    )
    return Sheet(name("summary"), columns, rows, bold=frozenset(range(len(run.labels))))


def _capacities(run: Run, language: Language) -> Sheet:
    def name(key: str) -> str:
        return word(key, language)

    units, names = run.units("capacities"), _names(run, language)
    columns = (
        SheetColumn(name("component")),
        SheetColumn(name("name"), width=24),
        SheetColumn(name("kind"), width=12),
        SheetColumn(name("quantity"), width=12),
        SheetColumn(name("unit"), width=8),
        *(
            SheetColumn(name(key), name("unit"), NUMBER, 14)
            for key in ("existing", "built", "total", "minimum", "maximum")
        ),
        *(SheetColumn(name(key), units[key], MONEY, 16) for key in ("investment", "annuity", "fixed_om")),
        SheetColumn(name("capacity_price"), units["price"], NUMBER, 20),
        SheetColumn(name("utilisation"), "%", SHARE, 12),
    )
    rows = [
        (
            row["component"],
            names[row["component"]],
            stored_word("kind", row["kind"], language),
            stored_word("quantity", row["quantity"], language),
            row["unit"],
            *(row[key] for key in ("existing", "built", "total", "minimum")),
            name("unlimited") if row["maximum"] is None else row["maximum"],
            *(row[key] for key in ("investment", "annuity", "fixed_om", "price", "utilisation")),
        )
        for row in run.table("capacities").to_pylist()
    ]
    return Sheet(name("capacities"), columns, rows, frozen=2)


def _costs(run: Run, language: Language) -> Sheet:
    def name(key: str) -> str:
        return word(key, language)

    names = _names(run, language)
    columns = (
        SheetColumn(name("term")),
        SheetColumn(name("component")),
        SheetColumn(name("name"), width=24),
        SheetColumn(name("contract")),
        SheetColumn(name("amount"), run.units("objective")["amount"], MONEY, 18),
    )
    stored = run.table("objective").to_pylist()
    rows: list[tuple[Any, ...]] = [
        (
            stored_word("term", row["term"], language),
            row["component"] or "",
            names.get(row["component"], "") if row["component"] else name("whole_park"),
            row["contract"] or "",
            row["amount"],
        )
        for row in stored
    ]
    rows.append((name("sum"), "", "", "", sum(row["amount"] for row in stored)))
    return Sheet(name("costs"), columns, rows, bold=frozenset({len(rows) - 1}))


def _emissions(run: Run, language: Language) -> Sheet:
    def name(key: str) -> str:
        return word(key, language)

    units = run.units("emissions")
    columns = (
        SheetColumn(name("scope"), format=WHOLE, width=8),
        SheetColumn(name("component")),
        SheetColumn(name("name"), width=24),
        SheetColumn(name("carrier")),
        SheetColumn(name("factor_id"), width=24),
        SheetColumn(name("activity"), "MWh/yr or t/yr", NUMBER),
        SheetColumn(name("mean_factor"), units["factor"], FINE),
        SheetColumn(name("emission"), "tCO2e/yr", NUMBER),
    )
    stored = run.sql("FROM emissions_by_source").to_pylist()
    rows: list[tuple[Any, ...]] = [
        (
            row["scope"],
            row["component"],
            _label(row, language),
            row["carrier"] or "",
            row["factor_id"] or "",
            row["activity"],
            row["mean_factor"],
            row["amount"],
        )
        for row in stored
    ]
    rows.append((name("sum"), "", "", "", "", None, None, sum(row["amount"] for row in stored)))
    return Sheet(name("emissions"), columns, rows, bold=frozenset({len(rows) - 1}))


def _indicators(run: Run, language: Language) -> Sheet:
    def name(key: str) -> str:
        return word(key, language)

    columns = (
        SheetColumn(name("indicator"), width=28),
        SheetColumn(name("name"), width=32),
        SheetColumn(name("value"), name("unit"), FINE),
        SheetColumn(name("unit"), width=14),
        SheetColumn(name("basis"), width=80),
    )
    rows = [
        (row["indicator"], _label(row, language), row["value"], row["unit"], row[f"basis_{language}"])
        for row in run.table("indicators").to_pylist()
    ]
    return Sheet(name("indicators"), columns, rows)


def _limits(run: Run, language: Language) -> Sheet:
    def name(key: str) -> str:
        return word(key, language)

    columns = (
        SheetColumn(name("limit"), width=28),
        SheetColumn(name("name"), width=32),
        SheetColumn(name("value"), name("unit"), FINE),
        SheetColumn(name("sense"), width=8),
        SheetColumn(name("bound"), name("unit"), FINE),
        SheetColumn(name("slack"), name("unit"), FINE),
        SheetColumn(name("unit"), width=14),
        SheetColumn(name("shadow_price"), run.units("limits")["shadow_price"], NUMBER, 20),
        SheetColumn(name("binding"), width=10),
        SheetColumn(name("component")),
    )
    rows = [
        (
            row["limit"],
            _label(row, language),
            row["value"],
            row["sense"],
            row["bound"],
            row["slack"],
            row["unit"],
            row["shadow_price"],
            name("yes") if row["binding"] else name("no"),
            row["component"] or "",
        )
        for row in run.table("limits").to_pylist()
    ]
    return Sheet(name("limits"), columns, rows)


def _monthly(run: Run, language: Language) -> Sheet:
    """One row per bus, component and direction; the months side by side."""

    def name(key: str) -> str:
        return word(key, language)

    lines: dict[tuple[str, ...], dict[int, float]] = {}
    for row in run.sql("FROM monthly_balance").to_pylist():
        key = (row["bus"], row["component"], _label(row, language), row["direction"], row["unit"])
        lines.setdefault(key, {})[row["month"]] = row["energy"]
    months = sorted({month for line in lines.values() for month in line})
    columns = (
        SheetColumn(name("bus")),
        SheetColumn(name("component")),
        SheetColumn(name("name"), width=24),
        SheetColumn(name("direction"), width=20),
        SheetColumn(name("unit"), width=8),
        *(SheetColumn(_month(month, language), name("unit"), NUMBER, 13) for month in months),
        SheetColumn(name("sum"), name("unit"), NUMBER, 15),
    )
    rows = [
        (
            *(bus, component, label, name(direction), unit),
            # A flow without a row in a month did not happen in it.
            *(line.get(month, 0.0) for month in months),
            sum(line.values()),
        )
        for (bus, component, label, direction, unit), line in sorted(
            lines.items(), key=lambda item: (item[0][0], item[0][3] == "in", item[0][1])
        )
    ]
    return Sheet(name("monthly_balance"), columns, rows, frozen=3)


def _month(month: int, language: Language) -> str:
    if language == "zh":
        return f"{month}月"
    return ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[month - 1]


def _dispatch(run: Run, language: Language, limit: int) -> Sheet:
    """One row per step, one signed column per flow."""

    def name(key: str) -> str:
        return word(key, language)

    limit = min(limit, LAST_ROW - FIRST_ROW)
    wide = wide_dispatch(run, rows=limit)
    times = run.table("timesteps").slice(0, limit)
    names = _names(run, language)
    bus_unit = {row["bus"]: row["unit"] for row in run.table("buses").to_pylist()}
    columns = [
        SheetColumn(name("step"), format=WHOLE, width=8),
        SheetColumn(name("local"), width=26),
        SheetColumn(name("duration"), "h", NUMBER, 9),
        SheetColumn(name("weight"), "1", NUMBER, 9),
    ]
    values = []
    for key in wide.columns:
        bus, component, direction = tuple(key)
        title = f"{names[component]}\n{bus} ({name(direction)})"
        columns.append(SheetColumn(title, bus_unit[bus], "#,##0.000", 16))
        # 0.0 - x and not -x, which would print an idle step as -0.
        flow = wide[bus, component, direction].to_numpy()
        values.append((flow if direction == "out" else 0.0 - flow).tolist())
    heads = [times.column(key).to_pylist() for key in ("timestep", "local", "duration", "weight")]
    remark = name("sign")
    steps = run.table("timesteps").num_rows
    if steps > limit:
        remark += " " + name("only_first").format(shown=limit, all=steps)
    return Sheet(name("dispatch"), columns, zip(*heads, *values, strict=True), frozen=2, remark=remark)


def _factors(run: Run, language: Language) -> Sheet:
    def name(key: str) -> str:
        return word(key, language)

    columns = (
        SheetColumn(name("factor_id"), width=28),
        SheetColumn(name("name"), width=32),
        SheetColumn(name("value"), name("unit"), GENERAL),
        SheetColumn(name("unit"), width=16),
        SheetColumn(name("year"), format=WHOLE, width=8),
        SheetColumn(name("region"), width=14),
        SheetColumn(name("source"), width=60),
        SheetColumn(name("confidence"), width=12),
        SheetColumn(name("note"), width=40),
        SheetColumn(name("used_by"), width=30),
    )
    rows = [
        (
            row["id"],
            row[f"name_{language}"] or row["name_en"],
            name("unknown") if row["value"] is None else row["value"],
            row["unit"],
            row["year"],
            row["region"] or "",
            row["source"],
            stored_word("confidence", row["confidence"], language),
            row["note"] or "",
            ", ".join(row["used_by"]),
        )
        for row in run.table("factors").to_pylist()
    ]
    return Sheet(name("factors"), columns, rows)
