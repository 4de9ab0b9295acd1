"""Chapter: hour by hour on each electricity and heat bus, with storage levels and price."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kenli.show.report import palette, plot
from kenli.show.report.blocks import Chapter, Figure, Variant, empty
from kenli.show.report.texts import Both, Text, both, say
from kenli.show.report.view import View
from kenli.show.report.windows import Window, windows
from kenli.show.report.words import unit

_MOST = 11  # traces per side; a legend with more is not read


def build(view: View) -> Chapter:
    """Write the chapter."""
    stretches = windows(view)
    title = say("dispatch.title")
    if not stretches or view["flows"].empty:
        return Chapter("dispatch", title, (empty(say("dispatch.none")),))
    blocks: list[Any] = []
    for group, buses in (("electricity", view.electricity_buses), ("heat", view.heat_buses)):
        used = [bus for bus in buses if _is_used(view, bus)]
        if not used:
            blocks.append(empty(say(f"dispatch.none.{group}")))
        blocks += [_figure(view, bus, stretches) for bus in used]
    others = [
        bus for bus in view.bus_rows if bus not in view.electricity_buses + view.heat_buses and _is_rich(view, bus)
    ]
    blocks += [_figure(view, bus, stretches) for bus in others]
    lead = say("dispatch.lead.representative" if view.is_representative else "dispatch.lead")
    return Chapter("dispatch", title, blocks, lead=lead + Both(" ", "") + say("dispatch.note"))


def _is_used(view: View, bus: str) -> bool:
    return any(place == bus and values.any() for (_, place, _), values in view.flows.items())


def _is_rich(view: View, bus: str) -> bool:
    """Other carriers are shown where there is something to see: a storage, or several suppliers."""
    names = {name for (name, place, _), values in view.flows.items() if place == bus and values.any()}
    return any(view.kind(name) == "storage" for name in names)


def _figure(view: View, bus: str, stretches: list[Window]) -> Figure:
    variants = [
        Variant(stretch.name, {"data": data, "layout": layout}, stretch.remark)
        for stretch in stretches
        for data, layout in [_plot(view, bus, stretch)]
    ]
    has_levels = any(trace.get("yaxis") == "y2" for variant in variants for trace in variant.plot["data"])
    has_price = any(trace.get("yaxis") == "y3" for variant in variants for trace in variant.plot["data"])
    return Figure(
        f"dispatch-{bus}", say("dispatch.figure", bus=view.bus_label(bus)), variants,
        height=400 + (110 if has_levels else 0) + (90 if has_price else 0),
    )  # fmt: skip


def _times(view: View, steps: np.ndarray) -> dict[str, Any]:
    """Return the x positions: start and step where steps are even, a list where they are not."""
    hours = view["timesteps"]["duration"].to_numpy(float)[steps]
    start = view.local[steps[0]]
    if np.allclose(hours, hours[0]):
        return {"x0": start.isoformat(timespec="minutes"), "dx": hours[0] * plot.HOUR_MS}
    end = view.local[steps[-1]] + pd.Timedelta(hours=float(hours[-1]))
    return {"x": [moment.isoformat(timespec="minutes") for moment in [*view.local[steps], end]]}


def _closed(values: np.ndarray) -> np.ndarray:
    """Repeat the last value, so that the last step is drawn with its whole width."""
    return np.append(values, values[-1:])


def _sides(view: View, bus: str, steps: np.ndarray) -> tuple[list[tuple[str, np.ndarray]], ...]:
    sides = []
    for way in ("out", "in"):
        found = {
            name: values[steps]
            for (name, place, direction), values in view.flows.items()
            if place == bus and direction == way
        }
        total = sum(values.sum() for values in found.values())
        large = sorted(
            (name for name, values in found.items() if values.sum() > 0.002 * total),
            key=lambda name: -found[name].sum(),
        )[:_MOST]
        rest = [values for name, values in found.items() if name not in large and values.any()]
        order = sorted(large, key=lambda name: (view.rank(name), -found[name].sum()))
        side = [(name, found[name]) for name in order]
        if rest:
            side.append(("", np.sum(rest, axis=0)))
        sides.append(side)
    return tuple(sides)


def _plot(view: View, bus: str, stretch: Window) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    steps, times = stretch.steps, _times(view, stretch.steps)
    flow_unit = view.unit(bus)
    supply, use = _sides(view, bus, steps)
    data: list[dict[str, Any]] = []
    named: set[str] = set()
    for group, sign, side in (("supply", 1, supply), ("use", -1, use)):
        for name, values in side:
            label: Text = view.label(name) if name else say("other")
            colour = view.colour(name) if name else "#c9ced4"
            legend = name or f"other-{group}"
            data.append(
                {
                    "type": "scatter", "mode": "lines", "name": plot.safe(label), **times,
                    "y": plot.column(sign * _closed(values)), "stackgroup": group, "legendgroup": legend,
                    "showlegend": legend not in named,
                    "line": {"width": 0.4, "color": "#ffffff", "shape": "hv"},
                    "fillcolor": colour if sign > 0 else palette.tint(colour, 0.12),
                    "hovertemplate": f"%{{y:,.1f}} {flow_unit}",
                }
            )  # fmt: skip
            named.add(legend)
    levels = _levels(view, bus, stretch)
    price = view.prices.get(bus)
    data += levels
    top = 1.0
    axes: dict[str, Any] = {}
    if price is not None:
        price_unit = unit(f"currency/{'MWh' if flow_unit == 'MW' else 't'}", view.currency)
        data.append(
            {
                "type": "scatter", "mode": "lines", "name": say("dispatch.price"), **times, "yaxis": "y3",
                "y": plot.column(_closed(price[steps])), "line": {"color": palette.INK, "width": 1.4, "shape": "hv"},
                "hovertemplate": both("%{y:,.0f} ") + price_unit,
            }
        )  # fmt: skip
        axes["yaxis3"] = plot.axis(price_unit, domain=[0.86, 1.0], nticks=4, rangemode="tozero")
        top = 0.82
    bottom = 0.0
    if levels:
        axes["yaxis2"] = plot.axis(
            say("dispatch.level", unit=_stock_unit(flow_unit)), domain=[0.0, 0.18], nticks=4, rangemode="tozero"
        )
        bottom = 0.23
    is_long = view["timesteps"]["duration"].to_numpy(float)[steps].sum() > 48
    layout = plot.layout(
        hovermode="x unified",
        xaxis=plot.axis(type="date", tickformat=Both("%-d %b<br>%a", "%-m月%-d日") if is_long else "%H:%M",
                        dtick=24 * plot.HOUR_MS if is_long else 3 * plot.HOUR_MS,
                        hoverformat=Both("%a %-d %b %H:%M", "%-m月%-d日 %H:%M"),
                        anchor="y2" if levels else "y"),
        yaxis=plot.axis(flow_unit, domain=[bottom, top], zeroline=True, zerolinewidth=1.5),
        **axes,
    )  # fmt: skip
    return data, layout


def _stock_unit(flow_unit: str) -> str:
    return "MWh" if flow_unit == "MW" else "t"


def _levels(view: View, bus: str, stretch: Window) -> list[dict[str, Any]]:
    hours = view["timesteps"]["duration"].to_numpy(float)[stretch.steps]
    start = view.local[stretch.steps[0]]
    end = stretch.hour + hours.sum()
    traces = []
    for name, row in view.component_rows.items():
        if row["kind"] != "storage" or name not in view.year_levels or bus not in list(row["buses"]):
            continue
        at, level = view.year_levels[name]
        inside = (at >= stretch.hour - 1e-6) & (at <= end + 1e-6)
        if not inside.any() or not level.any():
            continue
        spacing = at[inside][1] - at[inside][0] if inside.sum() > 1 else 1.0
        traces.append(
            {
                "type": "scatter", "mode": "lines", "name": plot.safe(say("dispatch.level.of", what=view.label(name))),
                "x0": start.isoformat(timespec="minutes"), "dx": spacing * plot.HOUR_MS, "yaxis": "y2",
                "y": plot.column(level[inside]), "line": {"color": view.colour(name), "width": 2},
                "hovertemplate": f"%{{y:,.1f}} {_stock_unit(view.unit(bus))}",
            }
        )  # fmt: skip
    return traces
