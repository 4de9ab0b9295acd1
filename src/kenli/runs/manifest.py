"""The manifest of a run: what was asked, with what, by which program, and the hash of every file.

`MANIFEST` declares its keys once; `seal` closes it, so that a later change of any character shows.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kenli.core.errors import Problem, RunError, suggest

FILE: Final = "manifest.json"
STATUS: Final = "complete"

_NUMBER: Final = (int, float)
_MAYBE_NUMBER: Final = (int, float, type(None))
_MAYBE_TEXT: Final = (str, type(None))


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the manifest: dotted path, JSON types, meaning, whether the writer must give it."""

    path: str
    types: tuple[type, ...]
    doc: str
    required: bool = True


MANIFEST: Final = (
    Key("format", (int,), "version of the folder's format; set on writing", required=False),
    Key("run", (str,), "name of the folder; set on writing", required=False),
    Key("status", (str,), "complete; set on writing", required=False),
    Key("tables", (dict,), "table name to rows, bytes and sha256; set on writing", required=False),
    Key("files", (dict,), "attached file to bytes and sha256; set on writing", required=False),
    Key("seal", (str,), "sha256 of the manifest without this key; set on writing", required=False),
    Key("kenli", (str,), "version of Kenli"),
    Key("created", (str,), "when the run was made, UTC, ISO 8601"),
    Key("command", (str, list), "command or function that made the run"),
    Key("park", (dict,), "the park file"),
    Key("park.name", (str,), "the park's name"),
    Key("park.description", _MAYBE_TEXT, "one line about it", required=False),
    Key("park.file", _MAYBE_TEXT, "path of the park file as given", required=False),
    Key("park.sha256", _MAYBE_TEXT, "hash of the park file", required=False),
    Key("park.latitude", _MAYBE_NUMBER, "degrees, north positive", required=False),
    Key("park.longitude", _MAYBE_NUMBER, "degrees, east positive", required=False),
    Key("park.timezone", (str,), "IANA time zone"),
    Key("park.currency", (str,), "currency of all money in the run"),
    Key("inputs", (list,), "path, sha256, rows and role of every file that was read"),
    Key("weather", (dict,), "where the weather comes from"),
    Key("weather.kind", (str,), "synthetic, file or none"),
    Key("weather.label", (str,), "how to name it in a report"),
    Key("horizon", (dict,), "the time axis"),
    Key("horizon.kind", (str,), "year, weeks, days or declared"),
    Key("horizon.timesteps", (int,), "number of steps T"),
    Key("horizon.step_hours", _NUMBER, "length of a step [h]"),
    Key("horizon.representative", (int, type(None)), "number of representative periods, null if none"),
    Key("finance", (dict,), "discount_rate, cost_set, cost_year, currency"),
    Key("phases", (list,), "name and seconds of each phase"),
    Key("peak_memory_mb", _MAYBE_NUMBER, "largest memory of the process [MB]"),
    Key("versions", (dict,), "versions of the programs"),
    Key("machine", (dict,), "cpu_count, platform"),
    Key("program", (dict,), "columns, rows, nonzeros, integers"),
    Key("solver", (dict,), "name, version, algorithm, reason, options, iterations, seconds, status"),
    Key("certificate", (dict,), "objective, bound, gap and residuals on the original data"),
    Key("totals", (dict,), "the plan in a few numbers"),
    Key("totals.cost", _NUMBER, "cost per year [currency/yr]"),
    Key("totals.emissions", _NUMBER, "emissions per year [tCO2e/yr]"),
    Key("warnings", (list,), "where, what, fix"),
    Key("labels", (list,), "what must be said on every page"),
)

_MISSING: Final = object()


def look_up(manifest: Mapping[str, Any], path: str, default: Any = None) -> Any:
    """Return the value at a dotted path such as `totals.cost`, or the default."""
    value: Any = manifest
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return default
        value = value[part]
    return value


def check_manifest(manifest: Mapping[str, Any]) -> list[Problem]:
    """Return what the writer's part of a manifest lacks, has too much, or has in a wrong type."""
    top = {key.path for key in MANIFEST if "." not in key.path}
    problems = [
        Problem(
            f"manifest > {name}",
            "the key is not declared",
            suggest(name, top) or "declare it in runs/manifest.py",
            code="manifest",
        )
        for name in manifest
        if name not in top
    ]
    for key in MANIFEST:
        value = look_up(manifest, key.path, _MISSING)
        where = f"manifest > {key.path.replace('.', ' > ')}"
        if value is _MISSING:
            if key.required:
                problems.append(Problem(where, "the key is missing", f"give {key.doc}", code="manifest"))
        elif not isinstance(value, key.types) or (isinstance(value, bool) and bool not in key.types):
            names = " or ".join("null" if kind is type(None) else kind.__name__ for kind in key.types)
            problems.append(Problem(where, f"{value!r} is not of the type {names}", f"give {key.doc}", code="manifest"))
    if isinstance(manifest.get("created"), str) and not _is_moment(manifest["created"]):
        problems.append(
            Problem(
                "manifest > created",
                f"'{manifest['created']}' is not a time with a zone",
                "give datetime.now(UTC).isoformat()",
                code="manifest",
            )
        )
    return problems


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def plain(value: Any, where: str = "manifest") -> Any:
    """Return a value made of JSON's own types: numpy scalars, tuples and paths become plain ones.

    Raises:
        RunError: a number is NaN or infinite, or a value has no JSON form.
    """
    if isinstance(value, Mapping):
        return {str(name): plain(item, f"{where} > {name}") for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if value is None or type(value) in (bool, int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RunError(Problem(where, f"the value is {value}", "give a finite number or null", code="not-finite"))
        return float(value)
    if isinstance(value, str):
        # A file name may hold bytes that are no text; JSON shows them escaped.
        return value.encode("utf-8", "backslashreplace").decode()
    if callable(getattr(value, "item", None)):
        return plain(value.item(), where)
    raise RunError(
        Problem(where, f"{value!r} has no form in JSON", "give text, numbers, lists and mappings", code="manifest")
    )


def seal(manifest: Mapping[str, Any]) -> str:
    """Return the sha256 of a manifest without its own key `seal`."""
    body = {name: value for name, value in manifest.items() if name != "seal"}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def dump(manifest: Mapping[str, Any]) -> bytes:
    """Return the manifest as the bytes of its file: indented, in the writer's order, UTF-8."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
