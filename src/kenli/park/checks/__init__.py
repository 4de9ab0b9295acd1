"""What a park file can get wrong although every single field is right; all findings at once.

Each check says which sections it must know completely. When a section has invalid entries, the checks
that reason about the whole (is this demand reachable?) are left out, those that look at single entries
(does this bus exist?) still run, so that a file is repaired in one round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from kenli.core.errors import Problem
from kenli.park.checks.carrier_units import check_carrier_units
from kenli.park.checks.contracts import check_feed_in, check_one_contract_a_grid, check_tariffs, check_voltage
from kenli.park.checks.policy import check_policy
from kenli.park.checks.references import check_bus_names, check_component_names, check_series_names
from kenli.park.checks.series import check_files, check_unused_series, check_weather_is_there
from kenli.park.checks.structure import check_buses, check_carriers, check_reach, check_storage, check_unused_carriers
from kenli.park.park import Park
from kenli.park.yaml_file import YamlFile

Check = Callable[[Park, YamlFile], Iterable[Problem]]

CHECKS: Final[tuple[tuple[Check, frozenset[str]], ...]] = tuple(
    (check, frozenset(needs.split()))
    for check, needs in (
        (check_bus_names, ""),
        (check_buses, "components buses carriers"),
        (check_reach, "components buses"),
        (check_carriers, ""),
        (check_carrier_units, "carriers"),
        (check_unused_carriers, "buses"),
        (check_storage, ""),
        (check_series_names, ""),
        (check_unused_series, "components contracts"),
        (check_files, ""),
        (check_weather_is_there, "weather"),
        (check_component_names, ""),
        (check_one_contract_a_grid, ""),
        (check_tariffs, "components contracts"),
        (check_feed_in, "components contracts"),
        (check_voltage, ""),
        (check_policy, "components contracts policy carriers"),
    )
)


def check_park(park: Park, file: YamlFile, broken: frozenset[str] = frozenset()) -> list[Problem]:
    """Run every check that the valid part of a file allows; returns errors and warnings.

    Args:
        park: the valid part of the declaration.
        file: the file, for lines and for the names of entries that are not valid.
        broken: sections that have invalid entries.
    """
    problems = [problem for check, needs in CHECKS if not needs & broken for problem in check(park, file)]
    return list(dict.fromkeys(problems))
