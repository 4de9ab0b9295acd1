"""One valid park, small and with something of everything, which tests break in one place at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from kenli.core.errors import KenliError, Problem
from kenli.core.factors import load_register
from kenli.core.horizon import Horizon
from kenli.park.load import read_park
from kenli.park.profiles import build_profiles
from kenli.park.resolve import resolve

BASE = """\
kenli: 1
park:
  name: Test park
  site: {latitude: 37.59, longitude: 118.55, timezone: Asia/Shanghai}
  currency: CNY
horizon: {start: 2027-06-21, steps: 24}
weather: {synthetic: {seed: 1}}
finance: {discount_rate: 6 %, cost_set: china-2025}
carriers:
  hydrogen: t
buses:
  power: electricity
  steam: {carrier: heat, temperature: 120 degC}
  h2: hydrogen
series:
  sun: {file: sun.csv, column: sun, order: hourly}
components:
  works:
    kind: demand
    bus: power
    annual: 40 GWh/yr
  process:
    kind: demand
    bus: steam
    power: 2 MW
  refuelling:
    kind: demand
    bus: h2
    power: 0.01 t/h
  pv:
    kind: source
    technology: pv-utility
    out: power
    capacity: {max: 50 MW}
    availability: {series: sun}
  battery:
    kind: storage
    bus: power
    energy: {max: 200 MWh}
    power: {max: 50 MW}
    efficiency: 90 %
    level: {min: 10 %, max: 90 %}
    costs:
      energy: {capex: 800 CNY/kWh, lifetime: 15 yr}
      power: {capex: 0 CNY/kW}
  heat_pump:
    kind: converter
    in: {power: 1}
    out: {steam: 2.2}
    capacity: {max: 5 MW}
    costs: {capex: 4000 CNY/kW, fixed_om: 2 %/yr, lifetime: 20 yr}
  electrolyser:
    kind: converter
    in: {power: 52}
    out: {h2: 1}
    capacity: 0.02 t/h
  grid:
    kind: grid
    bus: power
    import: 30 MW
    export: 5 MW
    emission_factor: {factor: electricity/cn-shandong-2023}
contracts:
  retail:
    kind: tariff
    grid: grid
    energy:
      periods:
        prices: {peak: 0.9 CNY/kWh, flat: 0.6 CNY/kWh, valley: 0.3 CNY/kWh}
        schedule:
          - months: 1-12
            hours: {peak: [16-22], valley: [10-15]}
            rest: flat
    demand_charge: {price: 38 CNY/kW/month}
  feed_in:
    kind: feed_in
    grid: grid
    price: 0.2 CNY/kWh
  line:
    kind: direct_line
    sources: [pv]
    grid: grid
policy:
  clean_share:
    hourly: {min: 30 %}
  direct_supply_share: {min: 20 %}
  carbon: {price: 96 CNY/t}
"""

SUN = (
    "sun\n" + "\n".join(["0"] * 7 + ["0.2", "0.5", "0.7", "0.9", "1.0", "0.9", "0.7", "0.5", "0.2"] + ["0"] * 8) + "\n"
)


class Bench:
    """A folder with the valid park, and what becomes of it when something is changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "sun.csv").write_text(SUN, encoding="utf-8")

    @property
    def path(self) -> Path:
        return self.folder / "park.yaml"

    def write(self, *edits: tuple[str, str], text: str = BASE) -> Path:
        """Write the park with each `(old, new)` applied once; the old text must be there."""
        for old, new in edits:
            assert text.count(old) >= 1, f"the base park has no {old!r}"
            text = text.replace(old, new, 1)
        self.path.write_text(text, encoding="utf-8")
        return self.path

    def read_all(self, *edits: tuple[str, str], text: str = BASE):
        """Read, resolve and profile the edited park as the study does; returns all three."""
        loaded = read_park(self.write(*edits, text=text))
        try:
            resolved = resolve(loaded.park, load_register())
            return loaded, resolved, build_profiles(loaded, resolved, horizon_of(loaded.park))
        except KenliError as error:
            raise KenliError([loaded.locate(problem) for problem in error.problems]) from None

    def problems(self, *edits: tuple[str, str], text: str = BASE) -> tuple[Problem, ...]:
        """Return what is wrong with the edited park."""
        with pytest.raises(KenliError) as caught:
            self.read_all(*edits, text=text)
        return caught.value.problems

    def line(self, fragment: str) -> int:
        """Return the line of the first row that holds a fragment."""
        rows = self.path.read_text(encoding="utf-8").splitlines()
        return next(number for number, row in enumerate(rows, start=1) if fragment in row)


def horizon_of(park):
    """Return the horizon that a park declares."""
    options, zone = park.horizon, park.park.site.timezone
    if options.start is not None:
        return Horizon.span(options.start, options.steps, options.step, zone)
    return Horizon.year(options.year, options.step, zone)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)
