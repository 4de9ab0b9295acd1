"""Chapter: the park on one page, as a one-line diagram and, where positions are known, a sketch map."""

from __future__ import annotations

import unicodedata

from markupsafe import Markup, escape

from kenli.show.report import palette, site_map
from kenli.show.report.blocks import Block, Chapter, Drawing, Prose, empty
from kenli.show.report.diagram_layout import BOX_HEIGHT, GUTTER, Box, Layout, Line, arrange
from kenli.show.report.texts import Both, Language, Text, both, say, say_count
from kenli.show.report.view import View, records
from kenli.show.report.words import quantity

_SYMBOLS = {
    "source": '<circle cx="7" cy="7" r="5.5"/><path d="M4 7q1.5-3 3 0t3 0" fill="none"/>',
    "grid": '<path d="M2 13 7 1l5 12M4 8h6M3 11h8" fill="none"/>',
    "market": '<path d="M2 13 7 1l5 12M4 8h6M3 11h8" fill="none"/>',
    "converter": '<rect x="1.5" y="1.5" width="11" height="11" rx="1.5"/><path d="M1.5 12.5l11-11" fill="none"/>',
    "connection": '<path d="M1 7h12M9.500 3.500 13 7l-3.500 3.500" fill="none"/>',
    "storage": '<rect x="2" y="3" width="10" height="9.500" rx="1.500"/>'
    '<path d="M5 3V1.500h4V3M4.500 9.500h5M4.500 7h5" fill="none"/>',
    "demand": '<path d="M1.500 3h11L7 12.500z"/>',
}  # fmt: skip


_CODES: tuple[tuple[str, Language], ...] = (("en", "en"), ("zh-Hans", "zh"))


def build(view: View) -> Chapter:
    """Write the chapter."""
    shown = [name for name in view.component_rows if not is_unbuilt(view, name)]
    hidden = [name for name in view.component_rows if is_unbuilt(view, name)]
    if not shown:
        return Chapter("park", say("park.title"), (empty(say("park.none")),))
    drawing = Drawing(
        say("park.figure"),
        draw(view, arrange(view, shown, columns=5, box_width=178), "wide"),
        draw(view, arrange(view, shown, columns=2, box_width=148), "narrow"),
        say("park.note"),
    )
    blocks: list[Block] = [drawing]
    if hidden:
        names = both("")
        for place, name in enumerate(hidden):
            names = names + (Both(", ", "、") if place else "") + view.label(name)
        blocks.append(Prose((say_count("park.unbuilt", len(hidden), names=names),), style="note"))
    sketch = site_map.sketch(view, shown)
    if sketch:
        blocks.append(sketch)
    return Chapter("park", say("park.title"), blocks, lead=say("park.lead"))


def is_unbuilt(view: View, component: str) -> bool:
    """Tell whether the plan leaves a component out: all its capacities are zero, or it has none and is idle."""
    rows = view["capacities"]
    mine = rows.loc[rows["component"] == component, "total"]
    if len(mine):
        return not (mine > 1e-6).any()
    balance = view["balance"]
    used = balance.loc[balance["component"] == component, "energy"]
    return len(used) > 0 and not (used > 1e-3).any()


def annotation(view: View, component: str) -> tuple[Both, Both]:
    """Return size and yearly amount of a component, as the diagram writes them."""
    rows = view["capacities"]
    sizes = [
        quantity(row["total"], row["unit"], is_short=True)
        for row in records(rows[rows["component"] == component])
        if row["total"] > 1e-6
    ]
    size = both("")
    for place, text in enumerate(list(dict.fromkeys(sizes))[:2]):
        size = size + (" / " if place else "") + text
    balance = view["balance"]
    mine = balance[balance["component"] == component]
    given, taken = mine[mine["direction"] == "out"], mine[mine["direction"] == "in"]
    part = taken if view.kind(component) == "demand" or given.empty else given
    if part.empty:
        return size, both("")
    largest = part.sort_values("energy").iloc[-1]
    stock = "MWh" if view.unit(str(largest["bus"])) == "MW" else "t"
    return size, quantity(float(largest["energy"]), f"{stock}/yr", is_short=True)


def is_wide(character: str) -> bool:
    """Tell whether a character takes a full square, as Chinese ones do."""
    return unicodedata.east_asian_width(character) in "WF"


def measure(text: str, size: float = 12.5) -> float:
    """Estimate the width of a text in px; half-width characters of a bold face take about 0.62 em."""
    return sum(size if is_wide(character) else 0.62 * size for character in text)


def fit(text: str, width: float, size: float = 12.5) -> str:
    """Cut a text so that it fits."""
    if measure(text, size) <= width:
        return text
    place = len(text)
    while place > 1 and measure(text[:place] + "…", size) > width:
        place -= 1
    return text[:place].rstrip() + "…"


def _text(x: float, y: float, text: Text, width: float, css: str = "", size: float = 12.5) -> str:
    """Write a text once per language; a title tells the whole where it was cut."""
    source = both(text)
    if not source.en:
        return ""
    pieces = []
    languages = (("en", source.en), ("zh-Hans", source.zh))
    for code, part in languages if source.en != source.zh else (("", source.en),):
        mark = f' lang="{code}"' if code else ""
        pieces.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{css}"{mark}>{escape(fit(part, width, size))}</text>')
    return "".join(pieces)


def draw(view: View, layout: Layout, name: str) -> Markup:
    """Return the SVG of a finished layout."""
    parts = [
        f'<svg class="one-line one-line-{name}" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" '
        f'width="{layout.width:.0f}" role="img" aria-labelledby="one-line-title">'
    ]
    parts += [_line(view, line) for line in layout.lines]
    for bus, y in layout.bars.items():
        colour = palette.carrier_colour(view.bus_rows[bus]["carrier"])
        name = _text(GUTTER, layout.bands[bus][0] + 10, view.bus_label(bus), layout.width - 20, "bus")
        parts.append(
            f'<rect x="1" y="{y - 2.5:.1f}" width="{layout.width - 2:.0f}" height="5" rx="2.5" fill="{colour}"/>'
            f'<g fill="{colour}">{name}</g>'
        )
    for line in layout.lines:
        x, y = line.points[-1]
        colour = palette.carrier_colour(view.bus_rows[line.bus]["carrier"])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#fff" stroke="{colour}" stroke-width="2"/>')
    parts += [_box(view, box, layout.box_width) for box in layout.boxes]
    parts.append("</svg>")
    return Markup("".join(parts))


def _line(view: View, line: Line) -> str:
    colour = palette.carrier_colour(view.bus_rows[line.bus]["carrier"])
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line.points)
    text = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
    (x, y), (before_x, before_y) = line.points[-1], line.points[-2]
    if before_x != x or abs(y - before_y) < 8:
        return text
    # The arrow stands next to the bar: towards it for what is given, away from it for what is taken.
    side = 1 if before_y < y else -1
    at = y - side * 10.5
    marks = []
    if line.is_out:
        marks.append(f"M{x - 3.4:.1f} {at - side * 2.5:.1f}h6.8l-3.4 {side * 5.0:.1f}z")
    elif line.is_in:
        marks.append(f"M{x - 3.4:.1f} {at + side * 2.5:.1f}h6.8l-3.4 {-side * 5.0:.1f}z")
    return text + "".join(f'<path d="{mark}" fill="{colour}"/>' for mark in marks)


def _box(view: View, box: Box, width: float) -> str:
    colour = view.colour(box.component)
    label = view.label(box.component)
    size, amount = annotation(view, box.component)
    kind = view.kind(box.component)
    second = size + (" · " if size.en and amount.en else "") + amount
    title = f"{label.en} / {label.zh}: {second.en}" if label.en != label.zh else f"{label.en}: {second.en}"
    return (
        f'<g transform="translate({box.x:.1f} {box.y:.1f})"><title>{escape(title)}</title>'
        f'<rect width="{width:.0f}" height="{BOX_HEIGHT}" rx="4" class="box"/>'
        f'<rect width="4" height="{BOX_HEIGHT}" rx="2" fill="{colour}"/>'
        f'<g transform="translate(11 6)" stroke="{colour}" stroke-width="1.4" fill="{palette.tint(colour, 0.7)}" '
        f'stroke-linejoin="round">{_SYMBOLS.get(kind, _SYMBOLS["converter"])}</g>'
        + "".join(
            _lines_of(code, label.pick(language), size.pick(language), amount.pick(language), width)
            for code, language in _CODES
        )
        + "</g>"
    )


def _lines_of(code: str, label: str, size: str, amount: str, width: float) -> str:
    """Write the box of one language: the name in one line or two, then size and yearly amount."""
    first, rest = split(label, width - 34)
    notes = [" · ".join(part for part in (size, amount) if part)]
    if measure(notes[0], 11.5) > width - 15 and not rest:
        notes = [size, amount]  # a long note takes the line that a short name leaves
    rows = [("name", 30, text) for text in ((first, fit(rest, width - 34)) if rest else (first,))]
    rows += [("size", 11, fit(text, width - 15, 11.5)) for text in notes if text]
    spots = {1: (30.0,), 2: (21.0, 43.0), 3: (16.5, 32.0, 46.5)}[len(rows)]
    return "".join(
        f'<text x="{x}" y="{y}" class="{css}" lang="{code}">{escape(text)}</text>'
        for (css, x, text), y in zip(rows, spots, strict=True)
    )


def split(text: str, width: float) -> tuple[str, str]:
    """Break a text where the first line is full: at a blank, or anywhere between Chinese characters."""
    if measure(text) <= width:
        return text, ""
    place = max(index for index in range(1, len(text) + 1) if measure(text[:index]) <= width)
    blank = text.rfind(" ", 0, place + 1)
    if blank > 0 and not is_wide(text[place]):
        place = blank
    return text[:place].rstrip(), text[place:].lstrip()
