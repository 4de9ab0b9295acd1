"""The manifest of a planned run: what was asked, with what, how it went, what must be said."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

import kenli
from kenli.core.errors import Problem
from kenli.engine.results import make_totals
from kenli.engine.results.answer import Answer
from kenli.park.load import LoadedPark
from kenli.park.profiles import ProfileInput
from kenli.study.phases import Phases, peak_memory_mb

LIBRARIES = ("highspy", "numpy", "scipy", "pandas", "pyarrow", "pvlib", "windpowerlib", "tsam", "pydantic")


def make_manifest(
    loaded: LoadedPark,
    built: ProfileInput,
    answer: Answer,
    phases: Phases,
    warnings: list[Problem],
    command: str,
) -> dict[str, Any]:
    """Collect the writer's part of the manifest."""
    return {
        "kenli": kenli.__version__,
        "created": datetime.now(UTC).isoformat(),
        "command": command,
        "park": _park(loaded),
        "inputs": [
            {"path": item.path, "sha256": item.sha256, "rows": item.rows, "role": item.role} for item in built.files
        ],
        "weather": _weather(built),
        "horizon": _horizon(built),
        "finance": {
            "discount_rate": loaded.park.finance.discount_rate,
            "cost_set": loaded.park.finance.cost_set,
            "cost_year": loaded.park.finance.cost_year,
            "currency": loaded.park.park.currency,
        },
        "phases": phases.table,
        "peak_memory_mb": round(peak_memory_mb(), 1),
        "versions": {"python": platform.python_version(), "kenli": kenli.__version__, **_versions()},
        "machine": {"cpu_count": os.cpu_count(), "platform": platform.platform()},
        "program": _program(answer),
        "solver": _solver(answer),
        "certificate": answer.certificate.to_manifest(),
        "totals": make_totals(answer),
        "warnings": [{"where": w.where, "what": w.what, "fix": w.fix} for w in warnings],
        "labels": _labels(built),
    }


def _park(loaded: LoadedPark) -> dict[str, Any]:
    info = loaded.park.park
    english, chinese = info.label.pair(info.name)
    return {
        "name": info.name,
        "label_en": english,
        "label_zh": chinese,
        "description": info.description,
        "file": str(loaded.file.path),
        "sha256": loaded.file.sha256,
        "latitude": info.site.latitude,
        "longitude": info.site.longitude,
        "timezone": info.site.timezone,
        "currency": info.currency,
    }


def _weather(built: ProfileInput) -> dict[str, Any]:
    if built.weather is None:
        return {"kind": "none", "label": "no weather used", "label_zh": "未使用气象数据", "seed": None, "sha256": None,
                "note": ""}  # fmt: skip
    story = built.weather.provenance
    return {
        "kind": story.kind,
        "label": story.label_en,
        "label_zh": story.label_zh,
        "seed": story.seed,
        "sha256": story.sha256,
        "note": "; ".join(story.notes),
    }


def _horizon(built: ProfileInput) -> dict[str, Any]:
    horizon = built.profiles.horizon
    return {
        "kind": horizon.kind,
        "timesteps": horizon.steps,
        "step_hours": horizon.duration,
        "representative": None if horizon.is_chronological else horizon.periods,
        "note": built.aggregation,
        "profile_notes": list(built.profiles.notes),
    }


def _program(answer: Answer) -> dict[str, Any]:
    flat = answer.solution.flat
    return {
        "columns": len(flat.cost),
        "rows": len(flat.row_lower),
        "nonzeros": int(flat.matrix.nnz),
        "integers": int(np.count_nonzero(flat.integer)),
    }


def _solver(answer: Answer) -> dict[str, Any]:
    solution = answer.solution
    return {
        "name": solution.solver,
        "version": solution.version,
        "algorithm": solution.algorithm,
        "algorithm_asked": solution.algorithm_asked,
        "reason": solution.reason,
        "notes": list(solution.notes),
        "iterations": solution.iterations,
        "seconds": round(solution.seconds, 4),
        "status": str(solution.status),
        "crossover": solution.crossover,
        "fixed_integers": solution.fixed_integers,
        "options": {},
    }


def _labels(built: ProfileInput) -> list[str]:
    labels = []
    if built.weather is not None and built.weather.provenance.kind == "synthetic":
        labels.append(f"weather: {built.weather.provenance.label_en}")
    horizon = built.profiles.horizon
    if not horizon.is_chronological:
        unit = {"weeks": "weeks", "days": "days"}.get(horizon.kind, "periods")
        labels.append(f"horizon: {horizon.periods} representative {unit} with seasonal links, not the full year")
    elif horizon.kind == "declared":
        labels.append(f"horizon: {horizon.steps} declared steps stand for a whole year")
    return labels


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
