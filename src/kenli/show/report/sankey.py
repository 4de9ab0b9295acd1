"""Chapter: where the energy of a year comes from and where it goes, losses included."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kenli.show.report import palette, plot
from kenli.show.report.blocks import Chapter, Figure, Prose, Variant, empty
from kenli.show.report.texts import Both, Text, both, say
from kenli.show.report.view import View, records
from kenli.show.report.words import quantity

Node = tuple[str, str]


def build(view: View) -> Chapter:
    """Write the chapter."""
    links = energy_links(view)
    if not links:
        return Chapter("energy", say("energy.title"), (empty(say("energy.none")),))
    blocks: list[Any] = [_figure(view, links)]
    material = [view.bus_label(bus) for bus in view.bus_rows if not view.is_energy(bus)]
    if material:
        text = both("")
        for place, label in enumerate(material):
            text = text + (Both(", ", "、") if place else "") + label
        blocks.append(Prose((say("energy.materials", buses=text),), style="note"))
    return Chapter("energy", say("energy.title"), blocks, lead=say("energy.lead"))


def energy_links(view: View) -> dict[tuple[Node, Node], float]:
    """Return the yearly energy in MWh per link; every inner node gives what it takes.

    Nodes are ("bus", id), ("component", id) and the ends ("import" / "export", id), ("loss", id),
    ("ambient", id), ("material", id), ("use", id), ("curtailed", ""). Storages appear with what they lose, connections
    with their net flow, so that the picture has no circles.
    """
    energy: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in records(view["balance"]):
        energy[row["component"], row["bus"], row["direction"]] += float(row["energy"])
    links: dict[tuple[Node, Node], float] = defaultdict(float)
    for component, row in view.component_rows.items():
        ends = {(bus, way): value for (name, bus, way), value in energy.items() if name == component}
        power = {key: value for key, value in ends.items() if view.is_energy(key[0])}
        if not power:
            continue
        kind = row["kind"]
        if kind in {"source", "grid", "market", "demand"}:
            _one_sided(links, component, kind, power)
        elif kind == "storage":
            _stored(links, component, power)
        else:
            others = {bus for bus, way in ends if (bus, way) not in power}
            rest = "loss" if not others else "use" if all(view.unit(bus) == "MW" for bus in others) else "material"
            _converted(links, component, power, rest)
    for component, values in view.curtailed.items():
        spilled = float((values * view.year_weight).sum())
        if spilled > 1e-6 and any(view.is_energy(bus) for bus in _buses(view, component)):
            links[("component", component), ("curtailed", "")] += spilled
    return {key: value for key, value in links.items() if value > 1e-6}


def _buses(view: View, component: str) -> list[str]:
    return [bus for (name, bus, _) in view.flows if name == component]


def _one_sided(links: dict[Any, float], component: str, kind: str, power: dict[Any, float]) -> None:
    both_ways = len({way for (_, way), value in power.items() if value > 1e-6}) > 1
    for (bus, way), value in power.items():
        name = ("import" if way == "out" else "export") if both_ways else "component"
        node: Node = (name, component)
        links[(node, ("bus", bus)) if way == "out" else (("bus", bus), node)] += value


def _stored(links: dict[Any, float], component: str, power: dict[Any, float]) -> None:
    for bus in {bus for bus, _ in power}:
        lost = power.get((bus, "in"), 0.0) - power.get((bus, "out"), 0.0)
        if lost >= 0:
            links[("bus", bus), ("loss", component)] += lost
        else:
            links[("component", component), ("bus", bus)] += -lost


def _converted(links: dict[Any, float], component: str, power: dict[Any, float], rest: str) -> None:
    """Add a converter; what it takes and does not give on as energy goes to `rest`."""
    node: Node = ("component", component)
    taken = given = 0.0
    for bus in sorted({bus for bus, _ in power}):
        net = power.get((bus, "in"), 0.0) - power.get((bus, "out"), 0.0)
        if net >= 0:
            links[("bus", bus), node] += net
            taken += net
        else:
            links[node, ("bus", bus)] += -net
            given += -net
    if taken > given:
        links[node, (rest, component)] += taken - given
    elif given > taken:
        links[("material-in" if rest == "material" else "ambient", component), node] += given - taken


def contract(view: View, links: dict[tuple[Node, Node], float]) -> dict[tuple[Node, Node], float]:
    """Return the links without nodes that only pass energy on, so that the picture has fewer columns.

    Connections become links between their buses (their loss leaves the bus before them), and a bus with a
    single supplier is drawn as that supplier. Electricity buses always stay.
    """
    found = dict(links)
    for component, row in view.component_rows.items():
        if row["kind"] == "connection":
            _shorten(found, ("component", component))
    for bus in view.bus_rows:
        if bus not in view.electricity_buses:
            _shorten(found, ("bus", bus))
    return found


def _shorten(links: dict[tuple[Node, Node], float], node: Node) -> None:
    """Replace a node with one supplier by links from that supplier."""
    suppliers = [source for source, target in links if target == node]
    takers = [target for source, target in links if source == node]
    if len(suppliers) != 1 or not takers or suppliers[0] in takers:
        return
    if node[0] == "bus" and suppliers[0][0] == "bus":
        return
    links.pop((suppliers[0], node))
    for taker in takers:
        value = links.pop((node, taker))
        links[suppliers[0], taker] = links.get((suppliers[0], taker), 0.0) + value


def _label(view: View, node: Node) -> Text:
    kind, name = node
    if kind == "bus":
        return view.bus_label(name)
    if kind == "component":
        return view.label(name)
    if kind == "curtailed":
        return say("energy.curtailed")
    if kind == "ambient":
        technology = str(view.component_rows[name].get("technology")).lower()
        moves_heat = any(word in technology or word in name for word in ("pump", "chill", "cool", "absor"))
        kind = "ambient" if moves_heat else "unmetered"
    return say(f"energy.{kind.replace('-', '_')}", what=view.label(name))


def _colour(view: View, node: Node) -> str:
    kind, name = node
    if kind == "bus":
        return palette.carrier_colour(view.bus_rows[name]["carrier"])
    if kind in {"loss", "curtailed"}:
        return "#b9c0c8"
    return view.colour(name)


def _figure(view: View, links: dict[tuple[Node, Node], float]) -> Figure:
    merged: dict[tuple[Node, Node], float] = defaultdict(float)
    total = sum(links.values())
    for (source, target), value in contract(view, links).items():
        # Losses that would be a hair's breadth are drawn as one.
        thin = target[0] == "loss" and value < 0.002 * total
        merged[source, ("losses", "") if thin else target] += value
    nodes = list(dict.fromkeys([node for pair in merged for node in pair]))
    place = {node: index for index, node in enumerate(nodes)}
    names = [say("energy.losses") if node[0] == "losses" else _label(view, node) for node in nodes]
    colours = ["#b9c0c8" if node[0] == "losses" else _colour(view, node) for node in nodes]
    link_colours = [
        _see_through(colours[place[source]] if target[0] == "bus" or source[0] != "bus" else colours[place[target]])
        for source, target in merged
    ]
    data = [
        {
            "type": "sankey", "arrangement": "snap", "valuesuffix": " GWh", "valueformat": ",.1f",
            "node": {
                "label": [plot.safe(name) for name in names], "color": colours, "pad": 14, "thickness": 14,
                "line": {"width": 0},
                "hovertemplate": both("%{label}<br>%{value:,.1f} GWh") + say("per_year") + "<extra></extra>",
            },
            "link": {
                "source": [place[source] for source, _ in merged],
                "target": [place[target] for _, target in merged],
                "value": [value / 1000 for value in merged.values()], "color": link_colours,
                "hovertemplate": both("%{source.label} → %{target.label}<br>%{value:,.1f} GWh")
                + say("per_year") + "<extra></extra>",
            },
            "textfont": {"size": 12, "color": palette.INK},
        }
    ]  # fmt: skip
    layout = plot.layout(margin={"l": 4, "r": 4, "t": 8, "b": 8})
    ends = sum(value for (source, _), value in merged.items() if not _has_input(source, merged))
    return Figure(
        "energy-sankey", say("energy.figure"), (Variant("", {"data": data, "layout": layout}),),
        say("energy.note", total=quantity(ends, "MWh")),
        height=max(420, min(900, 60 + 19 * len(nodes))), minimum_width=780,
    )  # fmt: skip


def _has_input(node: Node, links: dict[tuple[Node, Node], float]) -> bool:
    return any(target == node for _, target in links)


def _see_through(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.38)"
