"""Chapter: what exists, what is built, how far the limit is, and how hard it works."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kenli.show.report import plot
from kenli.show.report.blocks import Cell, Chapter, Column, Figure, Table, Variant, empty
from kenli.show.report.palette import tint
from kenli.show.report.texts import Both, say, word
from kenli.show.report.view import View, records
from kenli.show.report.words import is_missing, money, number, unit

HOURS = 8760.0


def build(view: View) -> Chapter:
    """Write the chapter."""
    rows = view["capacities"]
    if rows.empty:
        return Chapter("capacities", say("capacities.title"), (empty(say("capacities.none")),))
    return Chapter("capacities", say("capacities.title"), (_figure(view), _table(view)), lead=say("capacities.lead"))


def _name(view: View, row: dict[str, Any], *, many: bool) -> Both:
    label = view.label(row["component"])
    return label + " · " + word("quantity", row["quantity"]) if many else label


def _figure(view: View) -> Figure:
    rows = view["capacities"]
    variants = []
    for name, part in rows.groupby("unit", sort=False):
        shown = part[(part["total"] > 1e-9) | (part["maximum"].fillna(0) > 1e-9)]
        if len(shown):
            variants.append(_bars(view, str(name), shown.iloc[::-1]))
    tallest = max((len(variant.plot["data"][0]["y"]) for variant in variants), default=4)
    return Figure(
        "capacity-bars", say("capacities.figure"), variants, say("capacities.figure.note"),
        height=110 + 26 * tallest,
    )  # fmt: skip


def _bars(view: View, unit_name: str, rows: pd.DataFrame) -> Variant:
    bars = records(rows)
    names = [row["component"] for row in bars]
    names = [plot.safe(_name(view, row, many=names.count(row["component"]) > 1)) for row in bars]
    colours = [view.colour(row["component"]) for row in bars]
    written = unit(unit_name, view.currency)
    places = list(range(len(bars)))
    largest = float(rows["total"].max())
    headroom = [
        # A limit far beyond the plan would squeeze every bar; it is drawn to the edge and read in the table.
        0.0 if is_missing(row["maximum"]) else min(max(row["maximum"] - row["total"], 0), 1.3 * largest - row["total"])
        for row in bars
    ]  # fmt: skip

    def bar(key: str, values: list[float], marker: dict[str, Any], swatch: str) -> dict[str, Any]:
        return {
            "type": "bar", "orientation": "h", "name": say(key), "meta": {"swatch": swatch},
            "x": values, "y": places, "marker": marker,
            "customdata": names, "hovertemplate": Both(
                f"%{{customdata}}<br>%{{x:,.1f}} {written.en}", f"%{{customdata}}<br>%{{x:,.1f}} {written.zh}"
            ),
        }  # fmt: skip

    data = [
        bar("capacities.existing", [row["existing"] for row in bars],
            {"color": [tint(colour, 0.45) for colour in colours]}, "#c6ccd3"),
        bar("capacities.built", [row["built"] for row in bars], {"color": colours}, "#566270"),
        bar("capacities.headroom", headroom,
            {"color": "rgba(0,0,0,0)", "line": {"color": "#aab4bf", "width": 1}}, "#ffffff"),
    ]  # fmt: skip
    layout = plot.layout(
        barmode="stack",
        xaxis=plot.axis(written),
        yaxis=plot.axis(
            tickvals=places, ticktext=names, showgrid=False, tickfont={"size": 12}, fixedrange=True
        ),
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "xanchor": "left", "traceorder": "normal"},
        margin={"l": 8, "r": 16, "t": 8, "b": 40},
    )  # fmt: skip
    return Variant(word("capacities.unit", unit_name), {"data": data, "layout": layout})


def _table(view: View) -> Table:
    currency = view.currency
    columns = [
        Column(say("table.component"), is_wide=True),
        Column(say("table.quantity")),
        Column(say("table.unit")),
        Column(say("capacities.existing"), True),
        Column(say("capacities.built"), True),
        Column(say("capacities.total"), True),
        Column(say("capacities.maximum"), True),
        Column(say("capacities.investment"), True),
        Column(say("capacities.yearly"), True),
        Column(say("capacities.hours"), True),
        Column(say("capacities.price"), True),
    ]
    rows = []
    for row in records(view["capacities"]):
        yearly = row["annuity"] + row["fixed_om"]
        hours = None if is_missing(row["utilisation"]) else row["utilisation"] * HOURS
        price = None if is_missing(row["price"]) else row["price"]
        maximum = row["maximum"]
        at_limit = price is not None and price > 0
        rows.append(
            (
                Cell(view.label(row["component"]), mark="unbuilt" if row["total"] <= 1e-9 else ""),
                Cell(word("quantity", row["quantity"])),
                Cell(unit(row["unit"], currency)),
                Cell(number(row["existing"]), row["existing"]),
                Cell(number(row["built"]), row["built"]),
                Cell(number(row["total"]), row["total"]),
                Cell(say("capacities.unlimited") if is_missing(maximum) else number(maximum),
                     1e300 if is_missing(maximum) else maximum),
                Cell(money(row["investment"], currency) if row["investment"] else "–", row["investment"]),
                Cell(money(yearly, currency) if yearly else "–", yearly),
                Cell(number(hours) if hours is not None else "–", -1 if hours is None else hours),
                Cell(
                    money(price, currency) if at_limit else ("–" if price is not None else say("table.unknown")),
                    -1 if price is None else price, mark="binding" if at_limit else "",
                ),
            )
        )  # fmt: skip
    frame = view["capacities"]
    yearly = float((frame["annuity"] + frame["fixed_om"]).sum())
    foot = (
        Cell(say("table.sum")), Cell(""), Cell(""), Cell(""), Cell(""), Cell(""), Cell(""),
        Cell(money(float(frame["investment"].sum()), currency)), Cell(money(yearly, currency)), Cell(""), Cell(""),
    )  # fmt: skip
    return Table("capacity-table", say("capacities.table"), columns, rows, foot)
