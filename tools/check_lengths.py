"""Holds the length of files: a Python file has one job, and 600 lines are its limit.

Run without arguments it looks at `src`, `tests` and `tools` of this repository, prints the offenders
and returns 1 if there are any. Folders may be given instead.
"""

from __future__ import annotations

import sys
from pathlib import Path

LIMIT = 600
ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("src", "tests", "tools")


def count_lines(path: Path) -> int:
    """Return the number of lines of a text file, an unfinished last one included."""
    return len(path.read_text(encoding="utf-8").splitlines())


def find_offenders(folders: list[Path], limit: int = LIMIT) -> list[tuple[int, Path]]:
    """Return (lines, file) of every Python file above the limit, the longest first.

    Raises:
        FileNotFoundError: a folder is missing, which would make the gate pass without looking.
    """
    found = []
    for folder in folders:
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder} is not a folder")
        for path in folder.rglob("*.py"):
            lines = count_lines(path)
            if lines > limit:
                found.append((lines, path))
    return sorted(found, reverse=True)


def main(arguments: list[str]) -> int:
    """Print the offenders; return 1 if there are any."""
    offenders = find_offenders([Path(text) for text in arguments] or [ROOT / name for name in FOLDERS])
    for lines, path in offenders:
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        sys.stderr.write(f"{shown}: {lines} lines, the limit is {LIMIT}; split it by jobs\n")
    return 1 if offenders else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
