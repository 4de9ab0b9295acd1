"""Pages that a room of the package writes itself, with a few words before them."""

from __future__ import annotations

from doc_pages.markdown import page, table
from kenli.core.factors import load_register
from kenli.core.factors import render_markdown as render_register
from kenli.park.resource.fetch import SERVICES
from kenli.park.resource.readers import FORMATS
from kenli.park.schema import render_reference
from kenli.runs.manifest import MANIFEST
from kenli.runs.schema import render_markdown as render_tables

_JSON = {str: "text", int: "whole number", float: "number", dict: "object", list: "list", type(None): "null"}

PARK_FILE = """
`kenli schema` writes the same as a JSON Schema, from which editors complete and check while you type;
`kenli check --expanded` prints a park with every default filled in.
"""

RUN_FOLDER = """
A run is a folder `runs/<park>-<time>-<six hexadecimal digits>/` that is written once and never changed:
`manifest.json`, a copy of the park file, and one Parquet file a table. Units stand in the metadata of
every column (key `unit`), a sentence about the table in that of the file (key `description`). `kenli verify`
compares every file with the hashes of the manifest. [Read runs elsewhere](../how-to/read-runs-elsewhere.md)
shows DuckDB, pandas and R.
"""

FACTORS = """
Every physical, price and policy number that is not yours comes from here. `kenli factors WORD` searches it,
`{factor: ID}` in a park file uses a row, `--factors FILE` adds your own rows (an id that exists is refused: a shipped
row is never replaced silently). *Confidence* is `high` (read
in the source), `medium` (second hand or derived) or `low` (verify before use); a row without a value is
refused when something asks for it. The report of a run lists the rows that it used.
"""

WEATHER = """
`weather > format` takes one of these ids, or `auto`, which recognises a file by its own marks. Every
reader turns the file's clock and interval label into UTC and starts of intervals, and converts units; what is
missing is refused, not filled in.
"""


def render_park_file() -> str:
    """Return the page of the park file."""
    return page("Park file", PARK_FILE, _inner(render_reference()))


def render_run_folder() -> str:
    """Return the page of the run folder."""
    rows = [(f"`{key.path}`", " or ".join(_JSON[kind] for kind in key.types), key.doc) for key in MANIFEST]
    keys = table(("key", "type", "meaning"), rows)
    return page("Run folder", RUN_FOLDER, "## manifest.json", keys, _inner(render_tables()))


def render_factors() -> str:
    """Return the page of the factor register."""
    return page("Factor register", FACTORS, _inner(render_register(load_register())))


def render_weather_formats() -> str:
    """Return the page of the weather formats and services."""
    formats = table(("format", "what it is, and what its stamps mean"), ((f"`{k}`", v) for k, v in FORMATS.items()))
    rows = (
        (f"`{name}`", item.name, item.licence, "yes" if item.needs_key else "no", item.page)
        for name, item in SERVICES.items()
    )
    services = table(("service", "name", "licence of the data", "needs a key", "for people"), rows)
    return page("Weather formats and services", WEATHER, "## Formats", formats,
                "## Services of `kenli weather fetch`", services)  # fmt: skip


def _inner(text: str) -> str:
    """Return a rendered page without its title."""
    title, _, rest = text.partition("\n")
    if not title.startswith("# "):
        raise ValueError(f"a page starts with its title, not with '{title}'")
    return rest.strip()
