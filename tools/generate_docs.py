"""Makes the reference pages of the documentation from the code, or checks that they are up to date.

python tools/generate_docs.py            write docs/reference/*.md
python tools/generate_docs.py --check    write nothing; return 1 and name the pages that have drifted
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "src")]  # the pages of this tree, not of an installed package

from doc_pages import command_line, errors, formulation, registers, shipped  # noqa: E402

PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": command_line.render,
    "park-file.md": registers.render_park_file,
    "run-folder.md": registers.render_run_folder,
    "factors.md": registers.render_factors,
    "costs.md": shipped.render_costs,
    "rules.md": shipped.render_rules,
    "schemes.md": shipped.render_schemes,
    "weather-formats.md": registers.render_weather_formats,
    "formulation.md": formulation.render,
    "errors.md": errors.render,
}
"""File under docs/reference -> what writes it."""


def drifted(folder: Path) -> list[str]:
    """Return the pages whose file is missing or differs from what the code says."""
    found = []
    for name, render in PAGES.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != render():
            found.append(name)
    return found


def write(folder: Path) -> list[str]:
    """Write every page that has changed; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = drifted(folder)
    for name in changed:
        (folder / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
    return changed


def main(arguments: list[str]) -> int:
    """Write or check the pages of this repository."""
    folder = ROOT / "docs" / "reference"
    if arguments == ["--check"]:
        old = drifted(folder)
        for name in old:
            sys.stderr.write(f"docs/reference/{name} is not what the code says; run python tools/generate_docs.py\n")
        return 1 if old else 0
    if arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    for name in write(folder):
        sys.stdout.write(f"wrote docs/reference/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
