"""Chapter: the whole year: duration curves, storage levels, and a map of days and hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kenli.show.report import palette, plot
from kenli.show.report.blocks import Chapter, Figure, Variant, empty
from kenli.show.report.clean import clean_share
from kenli.show.report.texts import Both, Text, both, say
from kenli.show.report.view import View
from kenli.show.report.windows import need_and_potential
from kenli.show.report.words import unit

_POINTS = 400


def build(view: View) -> Chapter:
    """Write the chapter."""
    if view["flows"].empty:
        return Chapter("year", say("year.title"), (empty(say("dispatch.none")),))
    blocks: list[Any] = [_durations(view)]
    blocks.append(_levels(view) if view.year_levels else empty(say("year.levels.none")))
    blocks.append(_map(view))
    return Chapter("year", say("year.title"), blocks, lead=say("year.lead"))


def sorted_curve(values: np.ndarray, hours: np.ndarray, points: int = _POINTS) -> tuple[np.ndarray, np.ndarray]:
    """Return hours of the year and the value exceeded in so many hours, largest first.

    Args:
        values: one value per timestep.
        hours: hours of the year for which each stands.
        points: how many points to keep; the first and the last always stay.
    """
    order = np.argsort(-values, kind="stable")
    at = np.cumsum(hours[order])
    ranked = values[order]
    if len(ranked) > points:
        keep = np.unique(np.searchsorted(at, np.linspace(at[0], at[-1], points)).clip(0, len(at) - 1))
        at, ranked = at[keep], ranked[keep]
    return np.concatenate([[0.0], at]), np.concatenate([ranked[:1], ranked])


def main_sources(view: View, count: int = 4) -> list[tuple[str, np.ndarray]]:
    """Return the sources that give the most electricity, with their flow per timestep."""
    found = {
        name: values
        for (name, bus, way), values in view.flows.items()
        if way == "out" and bus in view.electricity_buses and view.kind(name) in {"source", "converter"}
    }
    order = sorted(found, key=lambda name: -float((found[name] * view.year_weight).sum()))
    return [(name, found[name]) for name in order[:count] if found[name].any()]


def _grid(view: View, way: str) -> np.ndarray:
    return view.sum_flows(list(view.electricity_buses), way, {"grid", "market"})


def _durations(view: View) -> Figure:
    need, potential = need_and_potential(view)
    curves: list[tuple[Text, np.ndarray, str, float]] = [
        (say("year.residual"), need - potential, palette.INK, 2.4),
        (say("year.import"), _grid(view, "out"), palette.ALARM, 2.0),
        (say("year.export"), _grid(view, "in"), "#7b858f", 1.6),
    ]
    curves += [(plot.safe(view.label(name)), values, view.colour(name), 1.8) for name, values in main_sources(view)]
    variants = [Variant(say("year.power"), _curves(view, curves, both("MW")))]
    for group, buses in (("electricity", view.electricity_buses), ("heat", view.heat_buses)):
        priced = [bus for bus in buses if bus in view.prices]
        if priced:
            tones = ("#0b5d7a", "#d55e00", "#009e73", "#cc79a7", "#c9860a", "#56b4e9", "#4d4d4d", "#6a7f3f")
            lines = [
                (plot.safe(view.bus_label(bus)), view.prices[bus], tones[place % len(tones)], 1.8)
                for place, bus in enumerate(priced)
            ]
            variants.append(
                Variant(say(f"year.price.{group}"), _curves(view, lines, unit("currency/MWh", view.currency)))
            )
    return Figure("duration", say("year.duration"), variants, say("year.duration.note"), height=420)


def _curves(view: View, curves: Sequence[tuple[Text, np.ndarray, str, float]], unit_name: Both) -> dict[str, Any]:
    data = []
    for name, values, colour, width in curves:
        if not np.any(values):
            continue
        hours, ranked = sorted_curve(values, view.year_weight)
        data.append(
            {
                "type": "scatter", "mode": "lines", "name": name, "x": plot.column(hours),
                "y": plot.column(ranked), "line": {"color": colour, "width": width},
                "hovertemplate": both("%{y:,.1f} ") + unit_name,
            }
        )  # fmt: skip
    layout = plot.layout(
        hovermode="x unified",
        xaxis=plot.axis(say("year.hours"), rangemode="tozero", hoverformat=",.0f"),
        yaxis=plot.axis(unit_name, zeroline=True),
        legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top", "xanchor": "left"},
    )
    return {"data": data, "layout": layout}


def _levels(view: View) -> Figure:
    names = [name for name, (_, level) in view.year_levels.items() if level.any()]
    names = sorted(names, key=lambda name: -float(view.year_levels[name][1].max()))[:10]
    data: list[dict[str, Any]] = []
    titles: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    count = max(len(names), 1)
    start = view.chronology.local[0]
    for place, name in enumerate(names):
        at, level = view.year_levels[name]
        stride = max(1, len(level) // 2920)
        suffix = "" if place == 0 else str(place + 1)
        stock = _stock_unit(view, name)
        data.append(
            {
                "type": "scatter", "mode": "lines", "name": plot.safe(view.label(name)),
                "x0": start.isoformat(timespec="minutes"), "dx": float(at[stride] - at[0]) * plot.HOUR_MS,
                "y": plot.column(level[::stride]), "yaxis": f"y{suffix}", "fill": "tozeroy",
                "fillcolor": palette.tint(view.colour(name), 0.6),
                "line": {"color": view.colour(name), "width": 1},
                "hovertemplate": f"%{{y:,.0f}} {stock}", "showlegend": False,
            }
        )  # fmt: skip
        low = 1 - (place + 1) / count
        axes[f"yaxis{suffix}"] = plot.axis(
            stock, domain=[low, low + 0.7 / count], nticks=3, rangemode="tozero", fixedrange=True
        )
        titles.append(
            {
                "xref": "paper", "yref": "paper", "x": 0, "y": low + 0.72 / count,
                "xanchor": "left", "yanchor": "bottom",
                "text": plot.safe(view.label(name)), "showarrow": False, "font": {"size": 12.5, "color": palette.INK},
            }
        )  # fmt: skip
    layout = plot.layout(
        hovermode="x",
        xaxis=plot.axis(type="date", tickformat=Both("%b", "%-m月"),
                        hoverformat=Both("%-d %b %H:%M", "%-m月%-d日 %H:%M"),
                        anchor="y" if count == 1 else f"y{count}"),
        annotations=titles,
        **axes,
    )  # fmt: skip
    note = say("year.levels.rebuilt" if view.is_representative else "year.levels.note")
    variants = (Variant("", {"data": data, "layout": layout}),)
    return Figure("levels", say("year.levels"), variants, note, height=70 + 120 * count)


def _stock_unit(view: View, component: str) -> str:
    buses = list(view.component_rows[component]["buses"])
    return "MWh" if view.unit(buses[0]) == "MW" else "t"


def day_hour_grid(view: View, values: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Return the days of the year and the mean value per hour of the day (24 x days)."""
    year = view.chronology
    frame = pd.DataFrame({"day": year.local.normalize(), "hour": year.local.hour, "value": values[year.timestep]})
    grid = frame.pivot_table(index="hour", columns="day", values="value", aggfunc="mean").reindex(range(24))
    return [f"{day:%Y-%m-%d}" for day in grid.columns], grid.to_numpy(float)


def _map(view: View) -> Figure:
    need, potential = need_and_potential(view)
    mega = both("MW")
    layers: list[tuple[Text, np.ndarray, Both, Any, dict[str, Any]]] = []
    clean = clean_share(view)
    if clean is not None:
        layers.append((say("year.clean"), 100 * clean, both("%"), palette.SCALE_CLEAN, {"zmin": 0, "zmax": 100}))
    if potential.any():
        layers.append((say("year.residual"), need - potential, mega, palette.SCALE_TWO_WAY, {"zmid": 0}))
    for key, way in (("import", "out"), ("export", "in")):
        values = _grid(view, way)
        if values.any():
            layers.append((say(f"year.{key}"), values, mega, palette.SCALE_LOAD, {}))
    for bus in [*view.electricity_buses[:3], *view.heat_buses[:3]]:
        if bus in view.prices:
            price_unit = unit("currency/MWh", view.currency)
            layers.append(
                (say("year.price.of", bus=view.bus_label(bus)), view.prices[bus], price_unit, palette.SCALE_CARBON, {})
            )
    layers += [(view.label(name), values, mega, palette.SCALE_LOAD, {}) for name, values in main_sources(view)]
    variants = []
    for name, values, unit_name, scale, more in layers:
        days, grid = day_hour_grid(view, values)
        data = [
            {
                "type": "heatmap", "x0": days[0], "dx": 24 * plot.HOUR_MS, "y0": 0.5, "dy": 1,
                "z": plot.column(grid), "colorscale": scale, **more,
                "colorbar": {"title": {"text": unit_name, "side": "top"}, "thickness": 10, "outlinewidth": 0,
                             "tickfont": {"size": 11, "color": palette.MUTED}},
                "hovertemplate": both("%{x|%Y-%m-%d} %{y:.0f} h<br>%{z:,.1f} ") + unit_name + "<extra></extra>",
            }
        ]  # fmt: skip
        layout = plot.layout(
            xaxis=plot.axis(type="date", tickformat=Both("%b", "%-m月"), showgrid=False),
            yaxis=plot.axis(say("year.hour_of_day"), tickvals=[0, 6, 12, 18, 24], range=[0, 24], showgrid=False),
        )
        variants.append(Variant(name, {"data": data, "layout": layout}))
    note = say("year.map.rebuilt" if view.is_representative else "year.map.note")
    return Figure("year-map", say("year.map"), variants, note, height=340)
