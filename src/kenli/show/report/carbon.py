"""Chapter: how much carbon remains, from where, and when."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd

from kenli.show.report import palette, plot
from kenli.show.report.blocks import Cell, Chapter, Column, Figure, Prose, Table, Variant, empty
from kenli.show.report.clean import clean_share
from kenli.show.report.texts import Both, both, say, word
from kenli.show.report.view import View, records
from kenli.show.report.words import is_missing, money, money_per, number, quantity, share

_SCOPES = {1: "#8f3b2b", 2: "#7b858f", 3: "#c9a15a"}


def build(view: View) -> Chapter:
    """Write the chapter."""
    blocks: list[Any] = []
    rows = view["emissions"]
    if rows.empty or not (rows["amount"].abs() > 0).any():
        blocks.append(empty(say("carbon.none")))
    else:
        blocks += [_sources(view), _table(view)]
    pictures = _month_hours(view)
    if pictures:
        blocks.append(pictures)
    blocks.append(Prose(_price(view)))
    return Chapter("carbon", say("carbon.title"), blocks, lead=say("carbon.lead"))


def _by_source(view: View) -> pd.DataFrame:
    table = view["emissions"].pivot_table(
        index="component", columns="scope", values="amount", aggfunc="sum", observed=True
    )
    table = table.fillna(0.0)
    return table.loc[table.abs().sum(axis=1).sort_values(ascending=False).index]


def _sources(view: View) -> Figure:
    table = _by_source(view).iloc[:15].iloc[::-1]
    names = [plot.safe(view.label(name)) for name in table.index]
    places = list(range(len(names)))
    data = [
        {
            "type": "bar", "orientation": "h", "name": word("scope", str(scope)), "y": places,
            "x": table[scope].tolist(), "marker": {"color": _SCOPES.get(int(scope), "#4d4d4d")},
            "customdata": names, "hovertemplate": both("%{customdata}<br>%{x:,.0f} tCO₂e") + say("per_year"),
        }
        for scope in table.columns
    ]  # fmt: skip
    layout = plot.layout(
        barmode="relative",
        xaxis=plot.axis(Both("tCO₂e/yr", "tCO₂e/年")),
        yaxis=plot.axis(tickvals=places, ticktext=names, showgrid=False, fixedrange=True),
        margin={"l": 8, "r": 16, "t": 8, "b": 40}, showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "xanchor": "left", "traceorder": "normal"},
    )  # fmt: skip
    return Figure(
        "carbon-sources", say("carbon.sources"), (Variant("", {"data": data, "layout": layout}),),
        height=150 + 30 * len(names),
    )  # fmt: skip


def _table(view: View) -> Table:
    groups = view["emissions"].copy()
    groups["factor_id"] = groups["factor_id"].fillna("–")
    total = float(groups["amount"].sum())
    units = {row["bus"]: "MWh" if row["unit"] == "MW" else "t" for row in view.bus_rows.values()}
    rows = []
    sums = groups.groupby(["component", "bus", "carrier", "scope", "factor_id"], observed=True, dropna=False)
    for key, part in sums:
        component, bus, _, scope, factor_id = cast("tuple[Any, ...]", key)
        amount, activity = float(part["amount"].sum()), float(part["activity"].sum())
        stock = "" if is_missing(bus) else units.get(bus, "")
        factor = amount / activity if abs(activity) > 1e-9 else float("nan")
        rows.append(
            (
                Cell(view.label(component)), Cell(word("scope", str(int(scope)))),
                Cell(quantity(activity, stock) if stock else number(activity), activity),
                Cell(number(factor), factor), Cell(str(factor_id)),
                Cell(quantity(amount, "tCO2e"), amount), Cell(share(amount / total) if total else "–", amount),
            )
        )  # fmt: skip
    columns = (
        Column(say("table.component"), is_wide=True),
        Column(say("carbon.scope")),
        Column(say("carbon.activity"), True),
        Column(say("carbon.factor"), True),
        Column(say("carbon.factor_id")),
        Column(say("carbon.amount"), True),
        Column(say("carbon.share"), True),
    )
    foot = tuple(Cell("") for _ in range(4))
    foot = (Cell(say("table.sum")), *foot, Cell(quantity(total, "tCO2e"), total), Cell(""))
    rows.sort(key=lambda row: -abs(float(row[5].sort or 0)))
    return Table("carbon-table", say("carbon.table"), columns, rows, foot)


def month_hour_grid(view: View, values: np.ndarray) -> np.ndarray:
    """Return the mean of a series per hour of the day and month (24 x 12); NaN where no hour falls."""
    year = view.chronology
    total, hours = np.zeros((24, 12)), np.zeros((24, 12))
    known = np.isfinite(values[year.timestep])
    place = (year.local.hour.to_numpy()[known], year.local.month.to_numpy()[known] - 1)
    np.add.at(total, place, (values[year.timestep] * year.hours)[known])
    np.add.at(hours, place, year.hours[known])
    found: np.ndarray = np.divide(total, hours, out=np.full((24, 12), np.nan), where=hours > 0)
    return found


def emission_rate(view: View) -> np.ndarray:
    """Return the emissions per timestep in tCO2e per hour."""
    rate = np.zeros(view.count)
    rows = view["emissions"]
    np.add.at(rate, rows["timestep"].to_numpy(int), rows["amount"].to_numpy(float))
    found: np.ndarray = np.divide(rate, view.year_weight, out=np.zeros(view.count), where=view.year_weight > 0)
    return found


def _month_hours(view: View) -> Figure | None:
    layers: list[tuple[Both, np.ndarray, Both, Any, dict[str, Any]]] = []
    if len(view["emissions"]):
        grid = month_hour_grid(view, emission_rate(view))
        layers.append((say("carbon.map.emissions"), grid, both("tCO₂e/h"), palette.SCALE_CARBON, {"zmin": 0}))
    clean = clean_share(view)
    if clean is not None:
        grid = 100 * month_hour_grid(view, clean)
        low = float(np.nanmin(grid)) if np.isfinite(grid).any() else 0.0
        bounds = {"zmin": 50 if low >= 50 else 0, "zmax": 100}
        layers.append((say("carbon.map.clean"), grid, both("%"), palette.SCALE_CLEAN, bounds))
    if not layers:
        return None
    months = [say(f"month.{place}") for place in range(1, 13)]
    variants = []
    for name, grid, unit_name, scale, more in layers:
        data = [
            {
                "type": "heatmap", "x": list(range(12)), "y0": 0.5, "dy": 1, "z": plot.column(grid),
                "colorscale": scale, **more, "xgap": 1, "ygap": 1, "hoverongaps": False,
                "colorbar": {"title": {"text": unit_name, "side": "top"}, "thickness": 10, "outlinewidth": 0,
                             "tickfont": {"size": 11, "color": palette.MUTED}},
                "hovertemplate": both("%{z:,.1f} ") + unit_name + "<extra></extra>",
            }
        ]  # fmt: skip
        layout = plot.layout(
            xaxis=plot.axis(tickvals=list(range(12)), ticktext=months, showgrid=False, fixedrange=True),
            yaxis=plot.axis(
                say("year.hour_of_day"), tickvals=[0, 6, 12, 18, 24], range=[0, 24], showgrid=False, fixedrange=True
            ),
        )  # fmt: skip
        variants.append(Variant(name, {"data": data, "layout": layout}))
    return Figure("carbon-map", say("carbon.map"), variants, say("carbon.map.note"), height=400)


def _price(view: View) -> list[Both]:
    """Say what carbon costs in this plan, as paid and as a limit would have it."""
    found = []
    objective = view["objective"]
    paid = float(objective.loc[objective["term"] == "carbon_price", "amount"].sum())
    amount = float(view["emissions"]["amount"].sum())
    if abs(paid) > 0 and amount > 0:
        found.append(
            say(
                "carbon.price.paid",
                paid=money(paid, view.currency),
                price=money_per(paid / amount, "tCO2e", view.currency),
            )
        )
    for row in records(view["limits"]):
        is_carbon = any(part in str(row["limit"]).lower() for part in ("carbon", "emission", "co2"))
        if is_carbon and row["binding"] and not is_missing(row["shadow_price"]) and row["shadow_price"] > 0:
            found.append(
                say(
                    "carbon.price.limit",
                    limit=Both(row["label_en"], row["label_zh"]),
                    value=quantity(row["bound"], str(row["unit"]), currency=view.currency),
                    price=money_per(row["shadow_price"], str(row["unit"]).split("/")[0], view.currency),
                )
            )
    return found or [say("carbon.price.none")]
