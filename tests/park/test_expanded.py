"""The expanded park is a park file of its own, with the same numbers and with its sources."""

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from kenli.core.factors import load_register
from kenli.park.components import Converter
from kenli.park.expanded import expand
from kenli.park.load import read_park
from kenli.park.profiles import build_profiles
from kenli.park.resolve import resolve
from kenli.park.schema import park_schema
from park.conftest import horizon_of
from support.json_schema import complaints

ROOT = Path(__file__).parents[2]
PARKS = [*sorted(ROOT.glob("parks/*/park.yaml")), *sorted(ROOT.glob("src/kenli/park/templates/*.yaml"))]

PERIODS = """\
        schedule:
          - months: 1-12
            hours: {peak: [16-22], valley: [10-15]}
            rest: flat
"""
TARIFF = [
    (PERIODS, "        scheme: shandong-2026\n        assume: {7-12: 6}\n"),
    ("prices: {peak: 0.9 CNY/kWh, flat: 0.6 CNY/kWh, valley: 0.3 CNY/kWh}", "base: 0.35 CNY/kWh"),
    ("policy:\n", "policy:\n  rules: [cn-650-direct-connection]\n"),
]
EVERYTHING = [
    *TARIFF,
    ("    technology: pv-utility\n", "    costs: {capex: 2700 CNY/kW, fixed_om: 22 CNY/kW/yr, lifetime: 25 yr}\n"),
    ("    demand_charge:", "    adders: {network: 0.2 CNY/kWh}\n    demand_charge:"),
    ("{max: 5 MW}", "{max: 5 MW, unit_size: 1 MW, whole_units: true}\n    on_off: {min_load: 30 %}"),
    ("  sun: {file: sun.csv, column: sun, order: hourly}", "  sun: {file: sun.csv, order: hourly, scale: 0.5}"),
    ("    annual: 40 GWh/yr", "    annual: 40 GWh/yr\n    shape: {series: sun}"),
    ("{power: 1}", "{power: 1, air: rest}"),
    ("{steam: 2.2}", "{steam: {cop: {source: 15 degC, sink: steam, sink_glide: 40 K}}}"),
    ("  h2: hydrogen", "  h2: hydrogen\n  air: {carrier: heat, surplus: true}"),
    ("  works:\n", "  ambient: {kind: source, out: air, capacity: unlimited}\n  works:\n"),
]
WEATHER = [
    ("{series: sun}", "{pv: {tilt: 30 deg, losses: 12 %}}"),
    ("{power: 1}", "{power: 1, air: rest}"),
    ("{steam: 2.2}", "{steam: {cop: {source: air, sink: steam, sink_glide: 40 K}}}"),
    ("  h2: hydrogen", "  h2: hydrogen\n  air: {carrier: heat, surplus: true}"),
    ("  works:\n", "  ambient: {kind: source, out: air, capacity: unlimited}\n  works:\n"),
    ("    annual: 40 GWh/yr", f"    annual: 40 GWh/yr\n    shape: {{weekly: {{weekday: {[1, 2, 3] * 8}}}}}"),
    ("    power: 2 MW", "    power: 2 MW\n    shape: {heating: {season: {start: 11-15, end: 03-15}}}"),
]


def numbers(resolved):
    """Return every number that a formulation takes from a resolved park, without the sources."""
    money = {
        f"{part}/{name}": dataclasses.astuple(dataclasses.replace(value, factors=()))
        for part in ("power", "energy", "charge")
        for name, value in getattr(resolved, part).items()
    }
    losses = {name: (value.charge, value.discharge) for name, value in resolved.efficiency.items()}
    return money, losses, resolved.standing_loss


def again(text, loaded, name="expanded.yaml"):
    path = loaded.folder / name
    path.write_text(text, encoding="utf-8")
    try:
        return read_park(path)
    finally:
        path.unlink()


def bare(text):
    """Return the file without its comments."""
    return [re.sub(r"\s+#.*", "", row) for row in text.splitlines() if not row.startswith("#")]


def test_a_park_with_everything_comes_back_with_equal_numbers_and_profiles(bench):
    loaded, resolved, built = bench.read_all(*EVERYTHING)
    text = expand(loaded, resolved)
    twin = again(text, loaded)
    same = resolve(twin.park, load_register())
    assert numbers(same) == numbers(resolved)
    profiles = build_profiles(twin, same, horizon_of(twin.park)).profiles
    assert profiles.constants == built.profiles.constants
    assert profiles.arrays.keys() == built.profiles.arrays.keys()
    assert len(profiles.arrays) >= 3
    for name, values in built.profiles.arrays.items():
        np.testing.assert_array_equal(profiles.arrays[name], values)
    assert twin.park.policy == loaded.park.policy
    assert [warning.code for warning in twin.warnings] == [warning.code for warning in loaded.warnings]
    assert bare(expand(twin, same)) == bare(text)


def test_options_of_weather_come_back(bench):
    loaded = read_park(bench.write(*WEATHER))
    resolved = resolve(loaded.park, load_register())
    text = expand(loaded, resolved)
    twin = again(text, loaded)
    for name in ("pv", "heat_pump", "works", "process"):
        for field in ("availability", "inputs", "outputs", "shape"):
            mine, theirs = (getattr(park.components[name], field, None) for park in (loaded.park, twin.park))
            assert mine == theirs
    assert bare(expand(twin, resolve(twin.park, load_register()))) == bare(text)


def test_rules_sources_and_assumptions_are_written_out(bench):
    loaded, resolved, _ = bench.read_all(*TARIFF)
    text = expand(loaded, resolved)
    rows = [row.strip() for row in text.splitlines()]
    capex = next(row for row in rows if "pv-utility/capex" in row)
    row = load_register().technology("china-2025", "pv-utility", 2025).rows["capex"]
    assert capex == f"capex: {resolved.power['pv'].capex:.0f} CNY/MW # {row.id}, confidence {row.confidence}"
    factor = load_register().get("electricity/cn-shandong-2023")
    assert f"emission_factor: 0.6191 tCO2e/MWh # {factor.id}, confidence {factor.confidence}" in rows
    at = rows.index("self_use:")
    assert rows[at : at + 5] == ["self_use:", "of_generation:", "min: 0.6", "of_consumption:", "min: 0.3"]
    assert "max: 0.2" in rows
    assert "months 7-12 are assumed to follow month 6" in text
    assert "deep_valley: 0.1" in text
    assert "scheme" not in text
    assert "fixed_om_basis" not in text


def test_what_a_technology_gives_to_a_converter_is_written_as_a_number(bench):
    edits = [
        ("    in: {power: 1}\n    out: {steam: 2.2}\n", "    in: power\n    out: steam\n"),
        ("    costs: {capex: 4000 CNY/kW, fixed_om: 2 %/yr, lifetime: 20 yr}", "    technology: electric-boiler-steam"),
    ]
    loaded, resolved, built = bench.read_all(*edits)
    assert resolved.ratio["heat_pump"] > 0.9
    text = expand(loaded, resolved)
    twin = again(text, loaded)
    item = twin.park.components["heat_pump"]
    assert isinstance(item, Converter)
    assert item.outputs == {"steam": resolved.ratio["heat_pump"]}
    same = resolve(twin.park, load_register())
    assert same.ratio == {}
    profiles = build_profiles(twin, same, horizon_of(twin.park)).profiles
    assert profiles.constants == built.profiles.constants


@pytest.mark.parametrize("path", PARKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_shipped_park_survives_being_written_out(path, tmp_path):
    loaded = read_park(path)
    resolved = resolve(loaded.park, load_register())
    text = expand(loaded, resolved)
    for source in path.parent.rglob("*"):
        if source.is_file() and source.suffix in {".csv", ".parquet"}:
            target = tmp_path / source.relative_to(path.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    (tmp_path / "park.yaml").write_text(text, encoding="utf-8")
    twin = read_park(tmp_path)
    assert complaints(park_schema(), twin.file.data) == []
    same = resolve(twin.park, load_register())
    assert numbers(same) == numbers(resolved)
    assert twin.park.policy == loaded.park.policy
    assert bare(expand(twin, same))[1:] == bare(text)[1:]
