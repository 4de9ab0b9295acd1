"""Plot descriptions: plain dictionaries of plotly.js whose texts carry both languages.

A `Both` anywhere in a plot is written as `{"$t": [en, zh]}`; the page's script picks one before it
draws. Long columns are written as 32-bit floats in base64, which keeps a year of hours small.
"""

from __future__ import annotations

import base64
import json
import textwrap
from typing import Any

import numpy as np

from kenli.show.report.palette import GRID_LINE, INK, MUTED
from kenli.show.report.texts import Both, Language, Text, both

HOUR_MS = 3_600_000


def column(values: Any) -> dict[str, Any] | list[float | None]:
    """Return numbers as a base64 column of 32-bit floats; two dimensions keep their shape."""
    array = np.ascontiguousarray(np.asarray(values, dtype="<f4"))
    if array.size < 8:
        return [None if not np.isfinite(item) else float(item) for item in array.ravel()]
    packed: dict[str, Any] = {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode()}
    if array.ndim == 2:
        packed["shape"] = f"{array.shape[0]},{array.shape[1]}"
    return packed


def safe(text: Text) -> Both:
    """Escape a label for plotly, which reads a small part of HTML."""
    source = both(text)

    def clean(part: str) -> str:
        return part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    return Both(clean(source.en), clean(source.zh))


def axis(title: Text = "", **more: Any) -> dict[str, Any]:
    """Return the quiet standard axis, with its title in both languages."""
    found: dict[str, Any] = {
        "gridcolor": GRID_LINE,
        "zerolinecolor": "#9aa5b1",
        "linecolor": "#c3cad2",
        "tickfont": {"size": 12, "color": MUTED},
        "automargin": True,
        "separatethousands": True,
        "exponentformat": "none",
    }
    if both(title).en:
        found["title"] = {"text": both(title), "font": {"size": 12, "color": MUTED}, "standoff": 8}
    if more.get("showgrid") is False:
        found["zeroline"] = False  # the zero of a list of names means nothing
    return found | more


def wrap(text: Text, width: int = 13) -> Both:
    """Break a label into short lines, for names under bars; Chinese needs half the characters."""
    source = safe(text)
    lines = textwrap.wrap(source.en, width, break_long_words=False)
    step = width // 2 + 1
    chinese = [source.zh[place : place + step] for place in range(0, len(source.zh), step)]
    return Both("<br>".join(lines), source.zh if source.zh == source.en else "<br>".join(chinese))


def layout(**more: Any) -> dict[str, Any]:
    """Return the standard layout; axes and heights are the caller's."""
    base: dict[str, Any] = {
        "font": {"color": INK, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 56, "r": 16, "t": 16, "b": 40},
        "hoverlabel": {
            "bgcolor": "#ffffff", "bordercolor": "#c3cad2", "font": {"size": 12, "color": INK}, "namelength": -1,
        },
        "legend": {
            "orientation": "h", "x": 0, "xanchor": "left", "y": -0.14, "yanchor": "top",
            "font": {"size": 12}, "traceorder": "normal", "itemsizing": "constant",
        },
        "bargap": 0.32,
    }  # fmt: skip
    return base | more


def encode(value: Any) -> Any:
    """Turn a plot into what JSON can hold, both languages included."""
    if isinstance(value, Both):
        return value.en if value.en == value.zh else {"$t": [value.en, value.zh]}
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, np.ndarray):
        return encode(value.tolist())
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        if not np.isfinite(value):
            return None
        return float(f"{value:.6g}")
    return value


def resolve(value: Any, language: Language) -> Any:
    """Return the plot in one language, as the page's script does."""
    if isinstance(value, Both):
        return value.pick(language)
    if isinstance(value, dict):
        if set(value) == {"$t"}:
            return value["$t"][0 if language == "en" else 1]
        return {key: resolve(item, language) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolve(item, language) for item in value]
    return value


def to_json(value: Any) -> str:
    """Write plots as JSON that is safe inside a script element."""
    text = json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")
