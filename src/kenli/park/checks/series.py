"""Whether series and weather are there; their content is checked when they are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kenli.core.errors import Problem, suggest
from kenli.park.checks.references import series_names
from kenli.park.components import Converter, Demand, Source
from kenli.park.park import Park
from kenli.park.profile import CoolingProfile, CopProfile, HeatingProfile, PvProfile, WindProfile
from kenli.park.yaml_file import Key, YamlFile


def check_unused_series(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every declared series is used."""
    named = {word for _, word in series_names(park)}
    for name in park.series:
        if name not in named:
            where = file.where(("series", name))
            fix = "take it out, or name it where it belongs"
            yield Problem(where, "no component uses this series", fix, severity="warning", code="unused-series")


def check_files(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Every file that is named exists."""
    named: list[tuple[tuple[Key, ...], str]] = [
        (("series", name, "file"), options.file) for name, options in park.series.items()
    ]
    if park.weather is not None and park.weather.file is not None:
        named.append((("weather", "file"), park.weather.file))
    for place, name in named:
        path = file.path.resolve().parent / name
        try:
            if path.is_file():
                continue
            folder = path.parent
            names = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []
        except (OSError, ValueError):  # a name that no file system takes
            names = []
        here = Path(name).parent
        lead = "" if here == Path() else f" in '{here}'"
        fix = suggest(Path(name).name, names) or "give the path relative to the park file"
        yield Problem(file.where(place), f"there is no file '{Path(name).name}'{lead}", fix, code="file")


def check_weather_is_there(park: Park, file: YamlFile) -> Iterator[Problem]:
    """Whoever asks for weather has some."""
    if park.weather is not None:
        return
    for name, item in park.components.items():
        asked: tuple[Key, ...] | None = None
        if isinstance(item, Source) and isinstance(item.availability, PvProfile | WindProfile):
            asked = ("availability",)
        elif isinstance(item, Demand) and isinstance(item.shape, HeatingProfile | CoolingProfile):
            asked = ("shape",)
        elif isinstance(item, Converter):
            asked = _cop_of_weather(park, item)
        if asked is not None:
            yield Problem(
                file.where(("components", name, *asked)),
                "this needs weather, and the park declares none",
                "add `weather: {synthetic: {seed: 1}}`, or `weather: {file: ...}` (see `kenli weather`)",
                code="weather",
            )


def _cop_of_weather(park: Park, item: Converter) -> tuple[Key, ...] | None:
    for side, ratios in (("in", item.inputs), ("out", item.outputs)):
        for bus, ratio in ratios.items():
            if not isinstance(ratio, CopProfile):
                continue
            for end in (ratio.cop.source, ratio.cop.sink):
                known = end in park.buses and park.buses[end].temperature is not None if isinstance(end, str) else True
                if not known and end in {"air", "ground"}:
                    return (side, bus)
    return None
