"""Lists the runs of a folder from their manifests alone, broken ones with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from kenli.core.errors import Problem, RunError
from kenli.runs.manifest import look_up
from kenli.runs.read import DEFAULT_DIRECTORY, created, read_manifest, run_folders


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in one line; of a broken one only name, path and problems are known.

    Attributes:
        name: name of the folder.
        path: the folder.
        status: `complete`, or `broken`: then `problems` says why.
        created: when it was made, UTC.
        park: the park's name.
        horizon: the time axis, such as `year, 8760 steps of 1 h`.
        currency: of the cost.
        cost: cost per year [currency/yr].
        emissions: emissions per year [tCO2e/yr].
        gap: relative gap of the certificate; None where nothing was optimised.
        labels: what must be said wherever its numbers are shown.
        problems: what is wrong with it.
    """

    name: str
    path: Path
    status: Literal["complete", "broken"]
    created: datetime | None = None
    park: str = ""
    horizon: str = ""
    currency: str = ""
    cost: float | None = None
    emissions: float | None = None
    gap: float | None = None
    labels: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def list_runs(directory: Path | str = DEFAULT_DIRECTORY) -> list[RunSummary]:
    """Return the runs of a folder, newest first, broken ones last; none if the folder does not exist.

    Hashes of tables are not computed here; `Run.verify` does that. Unfinished folders are not runs:
    `partial.find_partial` lists them.
    """
    runs = [_summary(path) for path in run_folders(directory)]
    oldest = datetime.min.replace(tzinfo=UTC)
    # Two stable sorts: by name, then by time with the newest first.
    runs.sort(key=lambda run: run.name)
    runs.sort(key=lambda run: run.created or oldest, reverse=True)
    return runs


def _summary(path: Path) -> RunSummary:
    try:
        manifest = read_manifest(path)
    except RunError as error:
        return RunSummary(path.name, path, "broken", problems=error.problems)
    return RunSummary(
        name=path.name,
        path=path,
        status="complete",
        created=created(manifest).astimezone(UTC),
        park=manifest["park"]["name"],
        horizon=describe_horizon(manifest),
        currency=manifest["park"]["currency"],
        cost=float(manifest["totals"]["cost"]),
        emissions=float(manifest["totals"]["emissions"]),
        gap=look_up(manifest, "certificate.relative_gap"),
        labels=tuple(manifest["labels"]),
    )


def describe_horizon(manifest: dict[str, Any]) -> str:
    """Return the time axis in words, such as `12 weeks, 2016 steps of 1 h`."""
    horizon = manifest["horizon"]
    representative = horizon["representative"]
    kind = f"{representative} {horizon['kind']}" if representative else str(horizon["kind"])
    return f"{kind}, {horizon['timesteps']} steps of {horizon['step_hours']:g} h"
