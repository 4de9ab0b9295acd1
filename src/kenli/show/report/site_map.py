"""Draws where things stand: a sketch in km around the park, without a base map."""

from __future__ import annotations

import math
from typing import Any

from kenli.show.report import palette, plot
from kenli.show.report.blocks import Figure, Variant
from kenli.show.report.texts import both, say
from kenli.show.report.view import View
from kenli.show.report.words import is_missing


def sketch(view: View, shown: list[str]) -> Figure | None:
    """Return a sketch in km around the park, only from positions that the run states."""
    placed = [
        row
        for name, row in view.component_rows.items()
        if name in shown and not is_missing(row["latitude"]) and not is_missing(row["longitude"])
    ]
    if not placed:
        return None
    park = view.manifest["park"]
    latitude = park.get("latitude") if park.get("latitude") is not None else placed[0]["latitude"]
    longitude = park.get("longitude") if park.get("longitude") is not None else placed[0]["longitude"]
    # One degree is 111.2 km north; eastward it shrinks with the cosine of the latitude.
    east = [111.2 * math.cos(math.radians(latitude)) * (row["longitude"] - longitude) for row in placed]
    north = [111.2 * (row["latitude"] - latitude) for row in placed]
    groups = _clusters(east, north)
    labels = [plot.safe(view.label(row["component"])) for row in placed]
    names, lists = [], []
    for group in groups:
        first, more = labels[group[0]], len(group) - 1
        names.append(say("park.group", count=more + 1) if more > 2 else first + (f" +{more}" if more else ""))
        text = both("")
        for place in group[:14]:
            text = text + ("<br>" if text.en else "") + labels[place]
        lists.append(text + ("<br>…" if len(group) > 14 else ""))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "markers+text", "x": [east[group[0]] for group in groups],
            "y": [north[group[0]] for group in groups], "textposition": "top center", "text": names,
            "customdata": lists, "cliponaxis": False,
            "marker": {"opacity": 1, "size": [12 + 2 * min(len(group) - 1, 5) for group in groups],
                       "color": [view.colour(placed[group[0]]["component"]) for group in groups],
                       "line": {"color": "#fff", "width": 1.5}},
            "hovertemplate": both("%{customdata}<br>%{x:.1f} km, %{y:.1f} km<extra></extra>"), "showlegend": False,
        },
        {
            "type": "scatter", "mode": "markers", "x": [0], "y": [0], "name": say("park.site"),
            "marker": {"symbol": "cross-thin", "size": 14, "line": {"color": palette.INK, "width": 1.5}},
            "hovertemplate": say("park.site") + "<extra></extra>", "showlegend": False,
        },
    ]  # fmt: skip
    reach = max(*map(abs, east), *map(abs, north), 1.0)
    layout = plot.layout(
        xaxis=plot.axis(say("park.east"), zeroline=False, range=_span(east, reach)),
        yaxis=plot.axis(say("park.north"), zeroline=False, range=_span(north, reach), scaleanchor="x", scaleratio=1),
    )
    variants = (Variant("", {"data": data, "layout": layout}),)
    return Figure("park-map", say("park.map"), variants, say("park.map.note"), height=440)


def _clusters(east: list[float], north: list[float]) -> list[list[int]]:
    """Gather points that would cover each other's names; the first of a group stands for it."""
    reach = max(max(east) - min(east), max(north) - min(north), 0.5)
    groups: list[list[int]] = []
    for place, (x, y) in enumerate(zip(east, north, strict=True)):
        for group in groups:
            if abs(x - east[group[0]]) < 0.12 * reach and abs(y - north[group[0]]) < 0.04 * reach:
                group.append(place)
                break
        else:
            groups.append([place])
    return groups


def _span(values: list[float], reach: float) -> list[float]:
    """Return an axis range with a margin in which names have room."""
    return [min(*values, 0.0) - 0.14 * reach, max(*values, 0.0) + 0.14 * reach]
