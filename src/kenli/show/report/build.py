"""Builds the report: reads a run once, writes every chapter, fills the page."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kenli.show.report import (
    answer,
    assumptions,
    capacities,
    carbon,
    certificate,
    cost,
    diagram,
    dispatch,
    limits,
    plot,
    sankey,
    year,
)  # fmt: skip
from kenli.show.report.blocks import Chapter, Figure
from kenli.show.report.texts import Both, Language, both, catalogue, knows, say, word
from kenli.show.report.view import View

if TYPE_CHECKING:
    from kenli.runs.read import Run

_CHAPTERS = (
    answer.build, diagram.build, capacities.build, sankey.build, dispatch.build, year.build, cost.build,
    carbon.build, limits.build, limits.indicators, assumptions.build, certificate.build,
)  # fmt: skip


def write_report(run: Run, path: Path, language: Language = "en") -> Path:
    """Write the report of a run as one HTML file that needs no network.

    Args:
        run: an opened run (`kenli.runs.read.open_run`).
        path: the file to write; its folder is made where it is missing.
        language: which language the page shows first; it holds both.

    Returns:
        The path that was written.

    Raises:
        KenliError: the run cannot be read.
        ValueError: the language is not `en` or `zh`.
    """
    if language not in ("en", "zh"):
        raise ValueError(f"the report speaks 'en' and 'zh', not '{language}'")
    text = render(View.of(run), language)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and moved, so that a page that is open elsewhere is never half a page.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def chapters(view: View) -> list[Chapter]:
    """Return all chapters in their order."""
    return [build(view) for build in _CHAPTERS]


def render(view: View, language: Language = "en") -> str:
    """Return the page as text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from plotly.offline import get_plotlyjs

    parts = chapters(view)
    figures = {
        block.id: [
            {"data": variant.plot["data"], "layout": variant.plot["layout"] | {"height": block.height}}
            for variant in block.variants
        ]
        for chapter in parts
        for block in chapter.blocks
        if isinstance(block, Figure)
    }
    environment = Environment(
        loader=PackageLoader("kenli.show.report", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"say": say, "both": both}
    folder = Path(__file__).parent
    return environment.get_template("template.html.j2").render(
        language=language,
        manifest=view.manifest,
        title=Both(
            *(catalogue(code)["page.title"].format(park=view.manifest["park"]["name"]) for code in ("en", "zh"))
        ),
        facts=_facts(view),
        labels=[label_text(label, view.manifest["weather"]) for label in view.manifest["labels"]],
        warnings=view.manifest["warnings"],
        chapters=parts,
        figures=plot.to_json(figures),
        style=(folder / "style.css").read_text(encoding="utf-8"),
        script=(folder / "script.js").read_text(encoding="utf-8"),
        plotly=get_plotlyjs(),
    )


def label_text(label: str, weather: Mapping[str, Any]) -> Both:
    """Return a label of the manifest; those that Kenli itself sets also in Chinese.

    Args:
        label: text such as `weather: synthetic`.
        weather: the manifest's part on weather, which knows its own Chinese name.
    """
    name, _, value = (part.strip() for part in str(label).partition(":"))
    if not knows(f"label.{name}"):
        return both(label)
    translated = word("label_value", value).zh
    if name == "weather" and value == weather.get("label"):
        translated = str(weather.get("label_zh") or translated)
    for key in ("representative_weeks", "representative_days", "representative_periods", "declared_steps"):
        hit = re.fullmatch(say(f"label_pattern.{key}", count=r"(\d+)").en, value)
        if hit:
            translated = say(f"label_pattern.{key}", count=hit[1]).zh
    return Both(str(label), word("label", name).zh + "\uff1a" + translated)


def _facts(view: View) -> list[tuple[Both, Any]]:
    manifest = view.manifest
    horizon = manifest["horizon"]
    return [
        (say("page.run"), manifest["run"]),
        (say("page.created"), str(manifest["created"])[:16].replace("T", " ") + " UTC"),
        (
            say("page.horizon"),
            say("page.steps", kind=word("horizon", str(horizon["kind"])), steps=f"{horizon['timesteps']:,}"),
        ),
        (say("page.kenli"), manifest["kenli"]),
    ]
