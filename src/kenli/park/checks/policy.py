"""Limits that contradict each other, or that nothing in the park could meet."""

from __future__ import annotations

from collections.abc import Iterator

from kenli.core.errors import Problem
from kenli.park.components import Grid, Market, Source
from kenli.park.contracts import CertificatePurchase
from kenli.park.park import Park
from kenli.park.yaml_file import YamlFile


def check_policy(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Run the checks of the section `policy`."""
    yield from _clean_shares(park, file)
    yield from _direct_supply(park, file)
    yield from _exports(park, file)
    if park.policy.carbon.cap == 0.0 and any(not grid.clean_share for grid in park.of_kind(Grid).values()):
        yield Problem(
            file.where(("policy", "carbon", "cap")),
            "a cap of zero forbids every import from the grid",
            "write the cap that is meant, or take the grid out",
            severity="warning",
            code="policy-overlap",
        )


def _clean_shares(park: Park, file: YamlFile) -> Iterator[Problem]:
    share = park.policy.clean_share
    certificates = park.contracts_of(CertificatePurchase)
    if _has_clean_power(park):
        return
    for key, limit in (("hourly", share.hourly), ("every_hour", share.every_hour), ("annual", share.annual)):
        if limit is None or limit.min <= 0.0 or (key == "annual" and certificates):
            continue
        what, fix = "asks for clean electricity, and the park has no clean source", "add a source with `clean: true`"
        if key == "annual":
            what = "asks for clean electricity, and the park has neither clean sources nor certificates"
            fix += " or a contract of kind certificates"
        elif certificates:
            what += "; certificates do not count hour by hour"
        yield Problem(
            file.where(("policy", "clean_share", key)), what, f"{fix}, or drop the limit", code="contradiction"
        )


def _has_clean_power(park: Park) -> bool:
    """Return whether clean electricity can come from anywhere, fuels that count as clean included."""
    sources = any(item.clean and item.capacity.range[1] > 0.0 for item in park.of_kind(Source).values())
    grids = any(grid.clean_share > 0.0 for grid in park.of_kind(Grid).values())
    markets = any(market.buy is not None and market.buy.clean for market in park.of_kind(Market).values())
    return sources or grids or markets


def _direct_supply(park: Park, file: YamlFile) -> Iterator[Problem]:
    limit = park.policy.direct_supply_share
    if limit is not None and limit.min > 0.0 and not park.direct_sources:
        yield Problem(
            file.where(("policy", "direct_supply_share")),
            "asks for direct supply, and no direct line names a source",
            "add a contract of kind direct_line with the sources that are behind the meter",
            code="contradiction",
        )


def _exports(park: Park, file: YamlFile) -> Iterator[Problem]:
    export, generation = park.policy.export_share, park.policy.self_use.of_generation
    if export is not None and generation is not None and export.max > 1.0 - generation.min + 1e-12:
        yield Problem(
            file.where(("policy", "export_share")),
            f"allows {export.max:.0%} export although {generation.min:.0%} of generation must be used in the park",
            f"at most {1.0 - generation.min:.0%} can ever be exported; the tighter limit will bind",
            severity="warning",
            code="policy-overlap",
        )
