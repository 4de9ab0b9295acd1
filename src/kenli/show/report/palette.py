"""Colours: one per technology and carrier, the same in every figure, told apart with any colour vision.

The main hues follow Okabe and Ito, "Color Universal Design" (2008), darkened or lightened so that
neighbours in a stack also differ in lightness. A technology that has no rule takes a tone by its name.
"""

from __future__ import annotations

import re
from zlib import crc32

INK = "#1c2530"
MUTED = "#5b6775"
GRID_LINE = "#e3e7ec"
ACCENT = "#0b5d7a"
ALARM = "#b3261e"

# First match wins, so the special stands before the general. The rank orders stacks from the ground up.
_TECHNOLOGIES: tuple[tuple[str, str, int], ...] = (
    (r"shortage|unserved", "#c1121f", 99),
    (r"curtail", "#b9c0c8", 98),
    (r"offshore", "#0a3d62", 21),
    (r"wind", "#0072b2", 20),
    (r"csp|solar_?thermal|collector", "#c9860a", 31),
    (r"pv|solar|photovolt", "#f2b134", 30),
    (r"hydro(?!gen)", "#56b4e9", 12),
    (r"electroly(?!te)", "#2a9d8f", 61),
    (r"fuel_?cell", "#33337a", 16),
    (r"hydrogen|h2", "#7fcdbb", 62),
    (r"heat_?pump", "#d55e00", 40),
    (r"electric_?boiler|e_?boiler|resist|electrode", "#f4a582", 45),
    (r"sand|brick|salt", "#c9a66b", 54),
    (r"caes|compressed_?air", "#7fa65a", 53),
    (r"cold_?tank|chilled|(?<![a-z])ice(?![a-z])|cool_?stor", "#9ccbe0", 56),
    (r"battery|bess|lfp|accumul", "#009e73", 50),
    (r"heat_?stor|thermal_?stor|tank|ttes|ptes|(?<![a-z])pit(?![a-z])|water_?pit|molten|buffer", "#cc79a7", 55),
    (r"geotherm|doublet|borehole|aquifer|wells?(?![a-z])", "#8f3b2b", 10),
    (r"waste_?heat|recover|exhaust", "#a45fb0", 11),
    (r"biomass|biogas|straw", "#7d8a2e", 13),
    (r"nuclear", "#5e4fa2", 9),
    (r"chp|cogener|turbine|orc", "#6b4c35", 15),
    (r"gas|lng|boiler", "#9c6b4a", 44),
    (r"coal", "#34302d", 14),
    (r"oil|diesel|petrol", "#5a3a2e", 17),
    (r"chill|cool|absor", "#4aa3c7", 46),
    (r"export|sale|sell", "#aab2bb", 80),
    (r"grid|import|market|network|transformer", "#7b858f", 70),
)
_KINDS: dict[str, tuple[str, int]] = {
    "demand": ("#3f4f66", 5),
    "storage": ("#5aa897", 56),
    "grid": ("#7b858f", 70),
    "market": ("#949da6", 71),
    "connection": ("#b3a58a", 60),
}
_CARRIERS: tuple[tuple[str, str], ...] = (
    (r"electric|power|dc\b|ac\b", "#0b5d7a"),
    (r"hydrogen|h2", "#2a9d8f"),
    (r"cool|chill|cold", "#4aa3c7"),
    (r"steam", "#a23b72"),
    (r"heat|water_hot|thermal", "#b5431f"),
    (r"gas|methane|lng", "#8a6d3b"),
    (r"co2|carbon", "#4d4d4d"),
    (r"water|brine", "#3b7dd8"),
    (r"coal|oil|diesel|biomass", "#6b4c35"),
)
_SPARE = ("#6a7f3f", "#88609b", "#3b7dd8", "#b07a3c", "#4f8f8b", "#a34d6d", "#7a7a52", "#5d6fa8")
# Demands on one bus: tones of slate, so that needs read as one family against the supply.
_DEMANDS = (
    "#2f3e55",
    "#7688a3",
    "#a9a3b8",
    "#53657f",
    "#8f9f96",
    "#6c5f79",
    "#9aabc2",
    "#4b5a52",
    "#b7b09f",
    "#5f7483",
    "#85798f",
    "#3d4653",
    "#a4b4b1",
    "#6f6a5f",
)


def technology_rule(*names: object) -> tuple[str, int] | None:
    """Return colour and stack rank of the first rule that one of the names meets."""
    for name in names:
        text = "" if name is None else re.sub(r"[- ]", "_", str(name).lower())
        for pattern, colour, rank in _TECHNOLOGIES:
            if text and re.search(pattern, text):
                return colour, rank
    return None


def component_colour(component: str, kind: str, technology: object = None) -> tuple[str, int]:
    """Return the colour of a component and its rank in a stack (low ranks lie at the ground)."""
    if kind in {"demand", "connection"}:
        colour, rank = _KINDS[kind]
        return (_DEMANDS[crc32(component.encode()) % len(_DEMANDS)] if kind == "demand" else colour), rank
    found = technology_rule(technology, component)
    if found:
        return found
    if kind in _KINDS:
        return _KINDS[kind]
    return _SPARE[crc32(str(technology or component).encode()) % len(_SPARE)], 35


def demand_tones(components: list[str]) -> dict[str, str]:
    """Give the demands tones in the order of their names, so that neighbours differ."""
    return {name: _DEMANDS[place % len(_DEMANDS)] for place, name in enumerate(sorted(components))}


def carrier_colour(carrier: object) -> str:
    """Return the colour of a carrier."""
    text = str(carrier).lower()
    for pattern, colour in _CARRIERS:
        if re.search(pattern, text):
            return colour
    return _SPARE[crc32(text.encode()) % len(_SPARE)]


def tint(colour: str, lightness: float) -> str:
    """Mix a colour with white; 0 leaves it, 1 gives white."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(part + (255 - part) * lightness):02x}" for part in parts)


def shades(colour: str, count: int) -> list[str]:
    """Return `count` tones of one colour, for components of one technology."""
    return [tint(colour, 0.5 * place / max(count, 1)) for place in range(count)]


# Scales of one direction; they stay ordered in grey and for every colour vision.
SCALE_LOAD = [[0, "#f7f9fb"], [0.25, "#c5dbe8"], [0.5, "#7fb2cf"], [0.75, "#2f7ea8"], [1, "#08324a"]]
SCALE_CARBON = [[0, "#fbf7f2"], [0.25, "#f0cfa5"], [0.5, "#de9a55"], [0.75, "#a9541f"], [1, "#4a1c07"]]
SCALE_CLEAN = [
    [0, "#3d1605"], [0.5, "#b5602a"], [0.8, "#e6b67c"], [0.95, "#f6ead2"], [0.99, "#e3f1ea"], [1, "#8fd0ba"],
]  # fmt: skip
SCALE_TWO_WAY = [[0, "#0a3d62"], [0.25, "#7fb2cf"], [0.5, "#f7f7f5"], [0.75, "#e0a26a"], [1, "#7a2e0b"]]
