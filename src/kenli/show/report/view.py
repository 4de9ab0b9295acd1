"""A run as the report looks at it: tables, labels, colours, and the year in its chronological order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kenli.show.report import palette
from kenli.show.report.texts import Both
from kenli.show.report.words import is_missing

TABLES = (
    "timesteps", "original_periods", "buses", "components", "capacities", "flows", "levels",
    "chronological_levels", "prices", "potentials", "objective", "emissions", "balance",
    "balance_residuals", "limits", "indicators", "factors", "solution_families",
)  # fmt: skip


@dataclass(frozen=True)
class Chronology:
    """The whole year in its order: which timestep stands at which local hour.

    Attributes:
        timestep: index into the timesteps, one per chronological step.
        local: local start of each step (datetime64, without zone).
        hours: length of each step in h.
    """

    timestep: np.ndarray
    local: pd.DatetimeIndex
    hours: np.ndarray


class View:
    """One run: its frames by name, its manifest, and the look-ups that every chapter needs."""

    def __init__(self, manifest: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> None:
        self.manifest = manifest
        self.frames = frames

    @classmethod
    def of(cls, run: Any) -> View:
        """Read all tables of an opened run."""
        return cls(dict(run.manifest), {name: run.frame(name) for name in TABLES})

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.frames[table]

    @property
    def currency(self) -> str:
        """The park's currency code."""
        return str(self.manifest["park"].get("currency") or "CNY")

    # -- labels and colours ---------------------------------------------------------------------

    @cached_property
    def component_rows(self) -> dict[str, dict[str, Any]]:
        """The row of each component by its name."""
        return {row["component"]: row for row in records(self["components"])}

    @cached_property
    def bus_rows(self) -> dict[str, dict[str, Any]]:
        """The row of each bus by its name."""
        return {row["bus"]: row for row in records(self["buses"])}

    def label(self, component: object) -> Both:
        """Return the label of a component; a name without a row reads as it is."""
        name = str(component)
        row = self.component_rows.get(name, {})
        english = row.get("label_en")
        english = name if is_missing(english) or not english else str(english)
        chinese = row.get("label_zh")
        return Both(english, english if is_missing(chinese) or not chinese else str(chinese))

    def bus_label(self, bus: str) -> Both:
        """Return the carrier's name, followed by the bus where several buses carry the same."""
        row = self.bus_rows[bus]
        english = str(row.get("carrier_name_en") or row["carrier"])
        name = Both(english[:1].upper() + english[1:], str(row.get("carrier_name_zh") or english))
        carriers = list(self["buses"]["carrier"])
        if carriers.count(row["carrier"]) < 2:
            return name
        return Both(f"{name.en} · {bus}", f"{name.zh} · {bus}")

    def kind(self, component: str) -> str:
        """Return the kind of a component (source, converter, ...)."""
        return str(self.component_rows.get(component, {}).get("kind", "source"))

    @cached_property
    def _colours(self) -> dict[str, tuple[str, int]]:
        found = {
            name: palette.component_colour(name, row["kind"], _none(row.get("technology")))
            for name, row in self.component_rows.items()
        }
        demands = [name for name, row in self.component_rows.items() if row["kind"] == "demand"]
        for name, colour in palette.demand_tones(demands).items():
            found[name] = (colour, found[name][1])
        alike: dict[str, list[str]] = {}
        for name, (colour, _) in found.items():
            if self.kind(name) != "demand":
                alike.setdefault(colour, []).append(name)
        for colour, names in alike.items():
            for name, tone in zip(names, palette.shades(colour, len(names)), strict=True):
                found[name] = (tone, found[name][1])
        return found

    def colour(self, component: str) -> str:
        """Return the colour of a component, the same in every figure."""
        return self._colours.get(component, palette.component_colour(component, "source"))[0]

    def rank(self, component: str) -> int:
        """Return the place of a component in a stack; low lies at the ground."""
        return self._colours.get(component, ("", 35))[1]

    def is_energy(self, bus: str) -> bool:
        """Tell whether flows on a bus are energy: MW, and not the measure of a service."""
        return self.unit(bus) == "MW" and self.bus_rows[bus]["carrier"] not in {"process", "service"}

    def unit(self, bus: str) -> str:
        """Return the unit of flows at a bus, `MW` or `t/h`."""
        return str(self.bus_rows[bus]["unit"])

    def buses_of(self, *needles: str) -> list[str]:
        """Return the buses whose carrier holds one of the words."""
        return [
            bus for bus, row in self.bus_rows.items() if any(word in str(row["carrier"]).lower() for word in needles)
        ]

    @cached_property
    def electricity_buses(self) -> list[str]:
        """The buses that carry electricity."""
        return self.buses_of("electric", "power")

    @cached_property
    def heat_buses(self) -> list[str]:
        """The buses that carry heat, steam or cooling."""
        return [bus for bus in self.buses_of("heat", "steam", "cool", "cold") if self.unit(bus) == "MW"]

    # -- time -----------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """Number of timesteps."""
        return len(self["timesteps"])

    @cached_property
    def year_weight(self) -> np.ndarray:
        """Hours of the year for which each timestep stands."""
        steps = self["timesteps"]
        return (steps["duration"] * steps["weight"]).to_numpy(float)

    @property
    def is_representative(self) -> bool:
        """Whether some steps stand for others."""
        return len(self["original_periods"]) > 1

    @cached_property
    def local(self) -> pd.DatetimeIndex:
        """Local start of each timestep, without zone."""
        return self.local_times(self["timesteps"]["start"])

    def local_times(self, starts: pd.Series) -> pd.DatetimeIndex:
        """Return UTC times as the park's local times, without zone."""
        index = pd.DatetimeIndex(pd.to_datetime(starts, utc=True))
        zone = self.manifest["park"].get("timezone") or "UTC"
        return index.tz_convert(zone).tz_localize(None)

    @cached_property
    def chronology(self) -> Chronology:
        """The year in its order; each original period repeats the steps that stand for it."""
        steps = self["timesteps"]
        hours = steps["duration"].to_numpy(float)
        if not self.is_representative:
            return Chronology(np.arange(self.count), self.local, hours)
        members = {period: part.to_numpy() for period, part in steps.groupby("period")["timestep"]}
        originals = self["original_periods"].sort_values("original")
        starts = self.local_times(originals["start"])
        indices, locals_ = [], []
        for start, period in zip(starts, originals["period"], strict=True):
            member = members[period]
            offset = np.concatenate([[0.0], np.cumsum(hours[member])[:-1]])
            indices.append(member)
            locals_.append(start.to_datetime64() + (offset * 3.6e9).astype("timedelta64[us]"))
        index = np.concatenate(indices)
        local = np.concatenate(locals_)
        # The last period of a year may be cut short; what reaches beyond the year is left out.
        total = float(self.year_weight.sum())
        inside = np.cumsum(hours[index]) <= total + 1e-6
        return Chronology(index[inside], pd.DatetimeIndex(local[inside]), hours[index][inside])

    # -- series ---------------------------------------------------------------------------------

    @cached_property
    def flows(self) -> dict[tuple[str, str, str], np.ndarray]:
        """Flow per (component, bus, direction) as one value per timestep, in the bus's unit."""
        found = self._columns(self["flows"], ["component", "bus", "direction"])
        return {(component, bus, way): values for (component, bus, way), values in found.items()}

    @cached_property
    def prices(self) -> dict[str, np.ndarray]:
        """Price per bus, one value per timestep."""
        return {key[0]: value for key, value in self._columns(self["prices"], ["bus"], "price").items()}

    @cached_property
    def potentials(self) -> dict[str, np.ndarray]:
        """Available power per source, one value per timestep."""
        found = self._columns(self["potentials"], ["component"])
        return {key[0]: value for key, value in found.items()}

    @cached_property
    def curtailed(self) -> dict[str, np.ndarray]:
        """Curtailed power per source, one value per timestep."""
        found = self._columns(self["potentials"], ["component"], "curtailed")
        return {key[0]: value for key, value in found.items()}

    @cached_property
    def year_levels(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Hours since the year's start and storage content at them, per storage."""
        frame, by = self["chronological_levels"], "hour"
        edges = np.arange(9000, dtype=float)
        if frame.empty:
            frame, by = self["levels"], "timestep"
            hours = self["timesteps"]["duration"].to_numpy(float)
            edges = np.concatenate([[0.0], np.cumsum(hours)])
        found = {}
        for name, part in frame.groupby("component", observed=True):
            ordered = part.sort_values(by)
            found[str(name)] = (edges[ordered[by].to_numpy(int)], ordered["level"].to_numpy(float))
        return found

    def _columns(self, frame: pd.DataFrame, keys: list[str], value: str = "value") -> dict[tuple[str, ...], np.ndarray]:
        found: dict[tuple[str, ...], np.ndarray] = {}
        for key, part in frame.groupby(keys, observed=True, sort=False):
            column = np.zeros(self.count)
            np.add.at(column, part["timestep"].to_numpy(int), part[value].to_numpy(float))
            found[tuple(str(name) for name in key)] = column
        return found

    def sum_flows(self, buses: list[str], direction: str, kinds: set[str]) -> np.ndarray:
        """Add the flows of all components of some kinds at some buses, per timestep."""
        total = np.zeros(self.count)
        for (component, bus, way), values in self.flows.items():
            if bus in buses and way == direction and self.kind(component) in kinds:
                total += values
        return total

    def capacity(self, component: str, *quantities: str) -> float:
        """Return the total capacity of a component in the first of the quantities that it has."""
        rows = self["capacities"]
        rows = rows[rows["component"] == component]
        for name in quantities:
            hit = rows[rows["quantity"] == name]
            if len(hit):
                return float(hit["total"].iloc[0])
        return float("nan")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _none(value: object) -> object:
    return None if is_missing(value) else value
