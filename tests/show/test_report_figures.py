"""Figures: valid in plotly in both languages, balanced, and equal to the tables they draw."""

from __future__ import annotations

import base64
import json
from collections import defaultdict

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from kenli.show.report import palette, plot
from kenli.show.report.blocks import Figure
from kenli.show.report.build import chapters
from kenli.show.report.carbon import emission_rate, month_hour_grid
from kenli.show.report.cost import terms
from kenli.show.report.diagram import fit, measure, split
from kenli.show.report.diagram_layout import BOX_HEIGHT, arrange
from kenli.show.report.sankey import contract, energy_links
from kenli.show.report.texts import Both
from kenli.show.report.view import View
from kenli.show.report.windows import windows
from kenli.show.report.year import day_hour_grid, sorted_curve
from show.large_park import large_park


@pytest.fixture(scope="module")
def view() -> View:
    return View(*large_park())


@pytest.fixture(scope="module")
def figures(view) -> dict[str, Figure]:
    return {block.id: block for chapter in chapters(view) for block in chapter.blocks if isinstance(block, Figure)}


def _values(packed) -> np.ndarray:
    if isinstance(packed, dict):
        return np.frombuffer(base64.b64decode(packed["bdata"]), "<f4")
    return np.asarray(packed, float)


def test_every_plot_is_valid_plotly_in_both_languages(figures):
    assert len(figures) >= 14
    for figure in figures.values():
        for variant in figure.variants:
            encoded = json.loads(plot.to_json(variant.plot))
            for language in ("en", "zh"):
                resolved = plot.resolve(encoded, language)
                go.Figure(data=resolved["data"], layout=resolved["layout"])
                assert "$t" not in json.dumps(resolved)


def test_axis_titles_and_legends_speak_chinese(figures):
    names = [
        trace["name"]
        for figure in figures.values()
        for variant in figure.variants
        for trace in plot.resolve(plot.encode(variant.plot), "zh")["data"]
        if "name" in trace
    ]
    assert names
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in name) for name in names)


def test_the_dispatch_of_a_week_balances(figures):
    for variant in figures["dispatch-base.power"].variants:
        sides: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(169))
        for trace in variant.plot["data"]:
            if "stackgroup" in trace:
                sides[trace["stackgroup"]] = sides[trace["stackgroup"]] + _values(trace["y"])
        assert (sides["supply"] >= 0).all()
        np.testing.assert_allclose(sides["supply"], -sides["use"], atol=1e-3)


def test_the_hardest_week_is_the_week_of_the_largest_shortfall(view):
    found = windows(view)
    assert [window.name.en for window in found] == ["Hardest week", "Winter", "Spring", "Summer", "Autumn"]
    assert all(len(window.steps) == 168 for window in found)
    assert found[0].stress == max(window.stress for window in found)
    months = {window.name.en: view.local[window.steps[84]].month for window in found}
    assert months["Summer"] in (6, 7, 8)
    assert months["Winter"] in (12, 1, 2)


def test_the_sankey_gives_at_every_inner_node_what_it_takes(view):
    for links in (energy_links(view), contract(view, energy_links(view))):
        into: dict[tuple[str, str], float] = defaultdict(float)
        out: dict[tuple[str, str], float] = defaultdict(float)
        for (source, target), value in links.items():
            assert value > 0
            out[source] += value
            into[target] += value
        inner = set(into) & set(out)
        assert any(kind == "bus" for kind, _ in inner)
        for node in inner:
            assert into[node] == pytest.approx(out[node], rel=1e-6), node
        sources = sum(out[node] for node in set(out) - inner)
        assert sources == pytest.approx(sum(into[node] for node in set(into) - inner), rel=1e-6)


def test_the_sankey_shows_what_the_balance_says(view):
    links = energy_links(view)
    balance = view["balance"].set_index(["bus", "component", "direction"])["energy"]
    assert links[("component", "wind_north"), ("bus", "base.power")] == pytest.approx(
        balance["base.power", "wind_north", "out"]
    )
    assert links[("bus", "base.power"), ("export", "grid")] == pytest.approx(balance["base.power", "grid", "in"])
    lost = balance["base.power", "battery_2h", "in"] - balance["base.power", "battery_2h", "out"]
    assert links[("bus", "base.power"), ("loss", "battery_2h")] == pytest.approx(lost)


def test_a_service_that_is_measured_in_mw_is_no_energy(view):
    frames = dict(view.frames)
    buses = frames["buses"].copy()
    buses.loc[buses["bus"] == "base.steam", "carrier"] = "process"
    links = energy_links(View(view.manifest, frames | {"buses": buses}))
    assert not any("base.steam" in (source[1], target[1]) for source, target in links)
    assert links[("component", "gas_boiler"), ("use", "gas_boiler")] > 0


def test_duration_curves_keep_energy_hours_and_extremes():
    random = np.random.default_rng(1)
    values, hours = random.normal(size=5000), random.uniform(0.5, 2, 5000)
    at, ranked = sorted_curve(values, hours)
    assert at[0] == 0
    assert at[-1] == pytest.approx(hours.sum())
    assert ranked[0] == values.max()
    assert ranked[-1] == values.min()
    assert (np.diff(ranked) <= 0).all()
    assert len(at) <= 402
    area = (np.diff(at) * ranked[1:]).sum()
    assert area == pytest.approx((values * hours).sum(), abs=0.02 * (np.abs(values) * hours).sum())


def test_the_map_of_the_year_holds_every_hour_once(view):
    values = np.arange(view.count, dtype=float)
    days, grid = day_hour_grid(view, values)
    assert grid.shape == (24, 365)
    assert days[0] == "2027-01-01"
    np.testing.assert_array_equal(grid.T.ravel(), values)


def test_the_month_map_of_emissions_adds_up_to_the_table(view):
    grid = month_hour_grid(view, emission_rate(view))
    days = pd.Series(pd.date_range("2027-01-01", "2027-12-31")).dt.month.value_counts().sort_index()
    assert (grid * days.to_numpy()).sum() == pytest.approx(view["emissions"]["amount"].sum())


def test_the_waterfall_ends_at_the_sum_of_the_objective(view, figures):
    trace = figures["cost-waterfall"].variants[0].plot["data"][0]
    assert sum(trace["y"]) * 1e6 == pytest.approx(view["objective"]["amount"].sum())
    assert terms(view).sum() == pytest.approx(view["objective"]["amount"].sum())
    bars = figures["cost-components"].variants[0].plot["data"]
    assert sum(sum(bar["x"]) for bar in bars) * 1e6 == pytest.approx(view["objective"]["amount"].sum())


def test_capacity_bars_are_the_capacities(view, figures):
    variant = next(item for item in figures["capacity-bars"].variants if item.name.en == "MW")
    existing, built, _ = (sum(trace["x"]) for trace in variant.plot["data"])
    rows = view["capacities"][view["capacities"]["unit"] == "MW"]
    assert existing == pytest.approx(rows["existing"].sum())
    assert built == pytest.approx(rows["built"].sum())


@pytest.mark.parametrize("columns", [2, 5])
def test_the_one_line_diagram_lays_nothing_over_anything(view, columns):
    shown = list(view.component_rows)
    layout = arrange(view, shown, columns=columns, box_width=150)
    assert {box.component for box in layout.boxes} == set(shown)
    assert set(layout.bars) == set(view.bus_rows)
    for place, box in enumerate(layout.boxes):
        assert box.x >= 0
        assert box.x + 150 <= layout.width
        for bar in layout.bars.values():
            assert not box.y < bar < box.y + BOX_HEIGHT
        for other in layout.boxes[place + 1 :]:
            assert abs(box.x - other.x) >= 150 or abs(box.y - other.y) >= BOX_HEIGHT
    # A line never runs through a box that is not its own.
    for line in layout.lines:
        for (x, y), (to_x, to_y) in zip(line.points, line.points[1:], strict=False):
            for box in layout.boxes:
                if box.component != line.component and x == to_x and box.x < x < box.x + 150:
                    low, high = sorted((y, to_y))
                    assert not (low < box.y + BOX_HEIGHT and high > box.y)


def test_every_bus_of_a_component_has_its_line(view):
    layout = arrange(view, list(view.component_rows), columns=5, box_width=150)
    drawn = {(line.component, line.bus) for line in layout.lines}
    assert drawn == {(name, bus) for name, row in view.component_rows.items() for bus in row["buses"]}


def test_labels_are_cut_where_the_box_ends():
    assert fit("short", 100) == "short"
    assert measure(fit("a label that is much too long for its box", 90)) <= 90
    first, rest = split("Ground-mounted PV on saline land", 140)
    assert f"{first} {rest}" == "Ground-mounted PV on saline land"
    assert "".join(split("盐碱地地面光伏发电站", 60)) == "盐碱地地面光伏发电站"


def _seen_by_deuteranopes(colour: str) -> np.ndarray:
    """Simulate deuteranopia (Machado, Oliveira and Fernandes 2009, severity 1) and return CIELAB."""
    rgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]])
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(seen @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_main_technologies_differ_for_colour_blind_eyes():
    names = ["onshore_wind", "offshore_wind", "pv", "lfp-battery", "grid", "geothermal-doublet", "heat-pump-air"]
    seen = [_seen_by_deuteranopes(palette.technology_rule(name)[0]) for name in names]
    for place, one in enumerate(seen):
        for other, two in zip(names[place + 1 :], seen[place + 1 :], strict=True):
            assert np.linalg.norm(one - two) > 12, (names[place], other)


def test_a_technology_has_one_colour_whatever_its_spelling():
    assert palette.technology_rule("heat-pump-industrial-high") == palette.technology_rule("heat_pump")
    assert palette.technology_rule("electric-boiler-steam") != palette.technology_rule("gas-boiler-steam")
    assert palette.technology_rule("hydropower") != palette.technology_rule("hydrogen-tank")


def test_columns_keep_their_values_and_gaps():
    values = np.array([1.5, np.nan, -2.0])
    assert plot.column(values) == [1.5, None, -2.0]
    long = np.linspace(-1, 1, 50)
    np.testing.assert_allclose(_values(plot.column(long)), long, atol=1e-7)
    assert plot.column(np.zeros((4, 6)))["shape"] == "4,6"


def test_json_cannot_close_its_script_and_holds_no_nan():
    text = plot.to_json({"a": "</script><!--", "b": float("nan"), "c": Both("x", "y"), "d": np.float64(1.23456789)})
    assert "</script>" not in text
    assert "<!--" not in text
    assert json.loads(text) == {"a": "</script><!--", "b": None, "c": {"$t": ["x", "y"]}, "d": 1.23457}
