"""Places the one-line diagram: buses as bars, components as boxes, lines in lanes between the columns.

Boxes stand on a grid. A component stands above the bar that it feeds (or below the bar that it draws
from); what it shares with further buses runs in the gutters between the columns, one lane per line, so
that no line crosses a box.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kenli.show.report.view import View, records

BOX_HEIGHT = 54
GUTTER = 26
ROW_GAP = 12
BAR_GAP = 16  # between a bar and the boxes next to it
BAND_GAP = 34
TOP = 14


@dataclass
class Box:
    """A component on the grid; `y` is its upper edge."""

    component: str
    home: str
    column: int
    is_above: bool
    x: float = 0.0
    y: float = 0.0
    links: list[str] = field(default_factory=list)


@dataclass
class Line:
    """A line from a box to a bar: a list of points; the last lies on the bar."""

    component: str
    bus: str
    points: list[tuple[float, float]]
    is_out: bool
    is_in: bool


@dataclass
class Layout:
    """The finished drawing: size, bars (bus -> y), boxes and lines."""

    width: float
    height: float
    box_width: float
    bars: dict[str, float]
    bands: dict[str, tuple[float, float]]
    boxes: list[Box]
    lines: list[Line]


def order_buses(view: View) -> list[str]:
    """Return the buses from electricity over heat to the rest, alike carriers together."""
    rank = dict.fromkeys(view.electricity_buses, 0) | dict.fromkeys(view.heat_buses, 2)
    carriers = list(dict.fromkeys(view["buses"]["carrier"]))
    places = {bus: place for place, bus in enumerate(view.bus_rows)}
    return sorted(
        view.bus_rows,
        key=lambda bus: (rank.get(bus, 1), carriers.index(view.bus_rows[bus]["carrier"]), places[bus]),
    )


def directions(view: View) -> dict[tuple[str, str], tuple[bool, bool]]:
    """Return per (component, bus) whether the component gives to the bus and whether it takes from it."""
    found: dict[tuple[str, str], tuple[bool, bool]] = {}
    for row in records(view["balance"]):
        key = (row["component"], row["bus"])
        gives, takes = found.get(key, (False, False))
        found[key] = (gives or row["direction"] == "out", takes or row["direction"] == "in")
    for component, row in view.component_rows.items():
        for bus in row["buses"]:
            gives = row["kind"] in {"source", "grid", "market", "storage"}
            found.setdefault((component, bus), (gives, not gives or row["kind"] == "storage"))
    return found


def arrange(view: View, shown: list[str], *, columns: int, box_width: float) -> Layout:
    """Place bars, boxes and lines.

    Args:
        view: the run.
        shown: components to draw.
        columns: boxes beside each other.
        box_width: width of a box in px.
    """
    ways = directions(view)
    buses = order_buses(view)
    place = {bus: index for index, bus in enumerate(buses)}
    boxes: dict[str, list[Box]] = {bus: [] for bus in buses}
    for component in shown:
        mine = sorted((bus for bus in view.component_rows[component]["buses"]), key=place.__getitem__)
        given = [bus for bus in mine if ways[component, bus][0]]
        home = given[0] if given else mine[0]
        is_above = bool(given)
        box = Box(component, home, 0, is_above, links=[bus for bus in mine if bus != home])
        boxes[home].append(box)
    buses = [bus for bus in buses if boxes[bus] or any(bus in box.links for part in boxes.values() for box in part)]
    pitch = box_width + GUTTER
    y = float(TOP)
    bars: dict[str, float] = {}
    bands: dict[str, tuple[float, float]] = {}
    placed: list[Box] = []
    lanes = dict.fromkeys(range(columns), 0)
    for bus in buses:
        start = y
        suppliers, converters, users = _groups(view, boxes[bus])
        count = len(boxes[bus])
        if count <= columns:
            # A small bus takes one row: suppliers left, converters between, storages and users right.
            _one_row(suppliers, converters, users, columns, lanes)
            above, below = boxes[bus], []
            y = _set_rows(above, y + 20, pitch, [0] * count)
        else:
            above, below = [*suppliers, *converters], users
            for box in users:
                box.is_above = False
            y = _set_rows(above, y + 20, pitch, _grid(above, columns))
        bars[bus] = y + (BAR_GAP if above else 6)
        y = bars[bus]
        if below:
            y = _set_rows(below, y + BAR_GAP, pitch, _grid(below, columns))
        for box in [*above, *below]:
            lanes[box.column] += len(box.links)
        placed += [*above, *below]
        bands[bus] = (start, y)
        y += BAND_GAP
    width = GUTTER + columns * pitch + 6
    lines = _lines(view, placed, bars, ways, pitch, columns, box_width)
    return Layout(width, y - BAND_GAP + TOP, box_width, bars, bands, placed, lines)


def _groups(view: View, boxes: list[Box]) -> tuple[list[Box], list[Box], list[Box]]:
    """Sort the boxes of a bus into suppliers, converters, and storages with users."""
    users = [box for box in boxes if not box.is_above or view.kind(box.component) == "storage"]
    converters = [box for box in boxes if box not in users and box.links]
    suppliers = [box for box in boxes if box not in users and not box.links]
    for group in (suppliers, converters):
        group.sort(key=lambda box: view.rank(box.component))
    users.sort(key=lambda box: (view.kind(box.component) != "storage", len(box.links), view.rank(box.component)))
    return suppliers, converters, users


def _one_row(
    suppliers: list[Box], converters: list[Box], users: list[Box], columns: int, lanes: dict[int, int]
) -> None:
    """Give the boxes of a small bus their columns; lines are spread over the gutters."""
    for place, box in enumerate(suppliers):
        box.column = place
    for place, box in enumerate(users):
        box.column = columns - len(users) + place
        box.is_above = True
    free = list(range(len(suppliers), columns - len(users)))
    chosen = sorted(sorted(free, key=lambda column: (lanes[column], column))[: len(converters)])
    for column, box in zip(chosen, converters, strict=True):
        box.column = column


def _grid(boxes: list[Box], columns: int) -> list[int]:
    """Fill rows from the left. Returns the row of each box."""
    rows = []
    for place, box in enumerate(boxes):
        row, box.column = divmod(place, columns)
        rows.append(row)
    return rows


def _set_rows(boxes: list[Box], y: float, pitch: float, rows: list[int]) -> float:
    """Place the boxes; return the lower edge of the last row (or `y` where there is none)."""
    if not boxes:
        return y
    for box, row in zip(boxes, rows, strict=True):
        box.x = GUTTER + box.column * pitch
        box.y = y + row * (BOX_HEIGHT + ROW_GAP)
    return y + max(rows) * (BOX_HEIGHT + ROW_GAP) + BOX_HEIGHT


def _lines(
    view: View, boxes: list[Box], bars: dict[str, float], ways: dict[tuple[str, str], tuple[bool, bool]],
    pitch: float, columns: int, box_width: float,
) -> list[Line]:  # fmt: skip
    lanes: dict[int, int] = {}
    lines = []
    for box in boxes:
        bar = bars[box.home]
        edge = box.y + BOX_HEIGHT if box.is_above else box.y
        row_is_next = abs(bar - edge) <= BAR_GAP + 1
        if row_is_next:
            middle = box.x + box_width / 2
            points = [(middle, edge), (middle, bar)]
        else:
            points = _around(box, bar, _lane(lanes, box.column, pitch), box.y + BOX_HEIGHT * 0.5)
        gives, takes = ways[box.component, box.home]
        lines.append(Line(box.component, box.home, points, gives, takes))
        for step, bus in enumerate(box.links):
            lane = _lane(lanes, box.column, pitch)
            height = box.y + BOX_HEIGHT * (0.3 + 0.4 * step / max(len(box.links) - 1, 1))
            gives, takes = ways[box.component, bus]
            lines.append(Line(box.component, bus, _around(box, bars[bus], lane, height), gives, takes))
    return lines


def _lane(lanes: dict[int, int], column: int, pitch: float) -> float:
    """Return the x of the next free lane in the gutter left of a column; lanes repeat after five."""
    used = lanes.get(column, 0)
    lanes[column] = used + 1
    order = (0, 3, 1, 4, 2)
    return column * pitch + 4 + order[used % 5] * 4.2


def _around(box: Box, bar: float, lane: float, height: float) -> list[tuple[float, float]]:
    return [(box.x, height), (lane, height), (lane, bar)]
