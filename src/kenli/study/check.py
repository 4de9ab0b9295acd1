"""Check a park: the declaration, and with `deep` its costs, series, weather and tariffs too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from kenli.core.errors import InputError, Problem
from kenli.core.factors import load_register
from kenli.park.load import LoadedPark, read_park
from kenli.park.profiles import ProfileInput
from kenli.park.resolve import ResolvedPark, resolve
from kenli.study.plan import located, make_profiles


@dataclass(frozen=True)
class CheckedPark:
    """A park that passed its checks.

    Attributes:
        loaded: declaration and file.
        resolved: with all costs and factors.
        built: profiles of the full horizon; None for a quick check.
    """

    loaded: LoadedPark
    resolved: ResolvedPark
    built: ProfileInput | None

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return what is allowed and should be looked at."""
        return self.loaded.warnings

    @cached_property
    def expanded(self) -> str:
        """Return the park file with every default written out."""
        from kenli.park.expanded import expand

        return expand(self.loaded, self.resolved)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Return the park in a few numbers."""
        park = self.loaded.park
        kinds: dict[str, int] = {}
        for item in park.components.values():
            kinds[item.kind] = kinds.get(item.kind, 0) + 1
        found: dict[str, Any] = {
            "park": park.park.name,
            "file": str(self.loaded.file.path),
            "components": len(park.components),
            "kinds": kinds,
            "buses": len(park.buses),
            "contracts": len(park.contracts),
            "factors": len(self.resolved.factors),
            "low_confidence": sum(factor.confidence == "low" for factor, _ in self.resolved.factors.values()),
        }
        if self.built is not None:
            profiles = self.built.profiles
            found["steps"] = profiles.horizon.steps
            found["weather"] = self.built.weather.provenance.label_en if self.built.weather else None
            found["demand_mwh"] = {
                name.removeprefix("demand/"): float(np.sum(profiles.array(name) * profiles.yearly))
                for name in [*profiles.arrays, *profiles.constants]
                if name.startswith("demand/")
            }
            found["full_load_hours"] = {
                name.removeprefix("availability/"): float(np.sum(values * profiles.yearly))
                for name, values in profiles.arrays.items()
                if name.startswith("availability/")
            }
            found["notes"] = list(profiles.notes)
        return found


def check(path: str | Path, *, deep: bool = True, factors: tuple[Path, ...] = ()) -> CheckedPark:
    """Check a park file.

    Args:
        path: park file or its folder.
        deep: also look up costs and read series, weather and tariffs.
        factors: further factor files.

    Raises:
        InputError: all problems that were found.
    """
    loaded = read_park(path)
    resolved = located(loaded, lambda: resolve(loaded.park, load_register(*factors)))
    built = located(loaded, lambda: make_profiles(loaded, resolved, "year")) if deep else None
    return CheckedPark(loaded, resolved, built)


def check_weather_of(path: str | Path, year: int | None = None) -> list[Any]:
    """Compare a park's synthetic weather with its published targets.

    Returns:
        One row per statistic: name, value, target, range, passed.

    Raises:
        InputError: the park has no synthetic weather (a file is checked when it is read).
    """
    from kenli.park.resource.synthetic_checks import check_synthetic
    from kenli.park.resource.targets import find_targets, read_targets
    from kenli.park.weather_input import synthetic_year

    loaded = read_park(path)
    options, site = loaded.park.weather, loaded.park.park.site
    if options is None or options.synthetic is None:
        raise InputError.at(
            "weather", "this park has no synthetic weather", "a weather file is checked whenever it is read"
        )
    when = year or loaded.park.horizon.year or 2027
    weather = synthetic_year(options.synthetic, site, when)
    given = options.synthetic.targets
    place = (site.latitude, site.longitude)
    return list(check_synthetic(weather, find_targets(*place) if given is None else read_targets(given, *place)))
