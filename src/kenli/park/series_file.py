"""Columns of a CSV or Parquet file as numbers and instants, with every bad cell named.

Nothing is guessed about the content: a cell is a number, is empty, or is an error with its line.
Only the separator of a CSV file is detected, from its header.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kenli.core.errors import InputError, Problem, suggest

if TYPE_CHECKING:
    import pandas as pd

_MISSING: Final = frozenset({"", "nan", "na", "n/a", "null", "none"})
_OFFSET: Final = re.compile(r"(?:[zZ]|[+-]\d{2}:?\d{2})$")
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """The two columns of a series as they stand in the file.

    Attributes:
        values: (rows,) numbers; NaN where the cell is empty.
        stamps: (rows,) time stamps, aware or naive; None without a time column.
        sha256: hash of the file.
        where: the file and column for messages.
        first_line: number of the first data row as a person counts it.
    """

    values: NDArray[np.float64]
    stamps: pd.DatetimeIndex | None
    sha256: str
    where: str
    first_line: int


def read_columns(
    path: Path,
    column: str | None,
    time_column: str | None,
    *,
    time_format: str | None = None,
    decimal: str = ".",
    encoding: str = "utf-8",
    where: str = "series",
) -> Columns:
    """Read one value column, and the time column if there is one.

    Args:
        path: a `.csv`, `.txt` or `.parquet` file.
        column: header of the values; None where the file has only one besides the time column.
        time_column: header of the time stamps; None where the rows are in order without stamps.
        time_format: how stamps are written (`strptime`), ISO 8601 without it.
        decimal: decimal sign of a CSV file.
        encoding: text encoding of a CSV file.
        where: place in the park file for messages.

    Raises:
        InputError: file or column is missing (with the nearest name), rows of unequal length,
            text in numbers, unreadable or mixed stamps. All findings of the file come together.
    """
    if not path.is_file():
        raise InputError(_missing_file(path, where))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    place = f"{where} > {path.name}"
    if path.suffix.lower() in (".parquet", ".pq"):
        return _read_parquet(path, column, time_column, time_format, place, digest)
    header, rows = _read_csv(path, encoding, place)
    at, time_at = _positions(header, column, time_column, place)
    problems: list[Problem] = []
    values = _numbers([row[at] for row in rows], decimal, f"{place} > {header[at]}", problems)
    stamps = None
    if time_at is not None:
        stamps = _instants([row[time_at] for row in rows], time_format, f"{place} > {time_column}", problems)
    if problems:
        raise InputError(problems)
    return Columns(values, stamps, digest, f"{place} > {header[at]}", 2)


def _missing_file(path: Path, where: str) -> Problem:
    folder = path.parent
    if not folder.is_dir():
        return Problem(where, f"there is no folder '{folder}'", "write the path relative to the park file", code="file")
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    hint = suggest(path.name, names) or (
        f"the folder holds: {', '.join(names[:8])}" if names else "the folder holds no files"
    )
    return Problem(where, f"there is no file '{path.name}' in '{folder}'", hint, code="file")


def _read_csv(path: Path, encoding: str, place: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows; the separator is the one that the header uses most."""
    try:
        text = path.read_text("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError):
        raise InputError(
            Problem(
                place,
                f"the file is not text in the encoding '{encoding}'",
                "save it as UTF-8, or declare encoding: gb18030 (or latin-1)",
                code="encoding",
            )
        ) from None
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) < 2:
        raise InputError(Problem(place, "the file has no rows of data", "give a header and values", code="short"))
    separator = max(",;\t", key=lines[0].count)
    table = list(csv.reader(lines, delimiter=separator))
    header = [name.strip() for name in table[0]]
    uneven = [number for number, row in enumerate(table[1:], start=2) if len(row) != len(header)]
    if uneven:
        first = uneven[0]
        raise InputError(
            Problem(
                f"{place} > line {first}",
                f"the row has {len(table[first - 1])} cells where the header has {len(header)}"
                + (f" ({len(uneven)} such rows)" if len(uneven) > 1 else ""),
                "give every row one cell for each column",
                code="uneven-rows",
            )
        )
    return header, table[1:]


def _positions(header: list[str], column: str | None, time_column: str | None, place: str) -> tuple[int, int | None]:
    problems: list[Problem] = []

    def find(name: str) -> int:
        if header.count(name) == 1:
            return header.index(name)
        if name in header:
            problems.append(
                Problem(
                    place,
                    f"the column '{name}' occurs {header.count(name)} times",
                    "give each column a header of its own",
                    code="column",
                )
            )
        else:
            known = ", ".join(f"'{title}'" for title in header[:12])
            fix = suggest(name, header) or f"the columns are {known}"
            problems.append(Problem(place, f"there is no column '{name}'", fix, code="column"))
        return 0

    time_at = None if time_column is None else find(time_column)
    if column is not None:
        at = find(column)
    else:
        others = [index for index in range(len(header)) if index != time_at]
        at = others[0] if others else 0
        if len(others) != 1:
            listed = ", ".join(f"'{header[index]}'" for index in others[:12])
            problems.append(
                Problem(
                    place,
                    f"the file has {len(others)} columns of values ({listed})",
                    "name the one that is meant: column: ...",
                    code="column",
                )
            )
    if problems:
        raise InputError(problems)
    return at, time_at


def _numbers(
    cells: list[str], decimal: str, where: str, problems: list[Problem], first_line: int = 2
) -> NDArray[np.float64]:
    values = np.full(len(cells), np.nan)
    wrong: list[int] = []
    for number, cell in enumerate(cells):
        text = cell.strip()
        if text.lower() in _MISSING:
            continue
        try:
            # Python reads 1_000 as a thousand; in a table it is a slip of the pen.
            values[number] = float("text" if "_" in text else text.replace(",", ".") if decimal == "," else text)
        except ValueError:
            wrong.append(number)
    infinite = np.flatnonzero(np.isinf(values))
    if wrong:
        shown = ", ".join(f"'{cells[number].strip()}' in line {number + first_line}" for number in wrong[:_SHOWN])
        comma = all(re.fullmatch(r"\s*[+-]?\d+,\d+\s*", cells[number]) for number in wrong)
        fix = "declare decimal: ',' for this file" if comma else "write numbers, or leave unknown cells empty"
        problems.append(Problem(where, f"{len(wrong)} cells are not numbers: {shown}", fix, code="text"))
    if infinite.size:
        line = int(infinite[0]) + first_line
        problems.append(
            Problem(
                where,
                f"{infinite.size} values are infinite, the first in line {line}",
                "write finite numbers",
                code="infinite",
            )
        )
    return values


def _instants(
    cells: list[str], time_format: str | None, where: str, problems: list[Problem]
) -> pd.DatetimeIndex | None:
    import pandas as pd

    texts = pd.Series([cell.strip() for cell in cells], dtype="str")
    aware = texts.str.contains(_OFFSET) if time_format is None else pd.Series([("%z" in time_format)] * len(texts))
    if aware.any() and not aware.all():
        line = int(np.flatnonzero(aware.to_numpy() != aware.iloc[0])[0]) + 2
        problems.append(
            Problem(
                where,
                f"some time stamps carry an offset and some do not (line {line})",
                "write all of them alike",
                code="stamps",
            )
        )
        return None
    has_offset = bool(aware.iloc[0])
    parsed = pd.to_datetime(texts, format=time_format or "ISO8601", errors="coerce", utc=has_offset)
    bad = np.flatnonzero(parsed.isna().to_numpy())
    if bad.size:
        first = int(bad[0])
        kind = f"of the form '{time_format}'" if time_format else "in ISO 8601, such as 2027-01-31 13:00"
        problems.append(
            Problem(
                where,
                f"{bad.size} time stamps cannot be read: '{cells[first]}' in line {first + 2} is not {kind}",
                "declare time_format, such as '%d.%m.%Y %H:%M', or repair the stamps",
                code="stamps",
            )
        )
        return None
    return pd.DatetimeIndex(parsed)


def _read_parquet(
    path: Path, column: str | None, time_column: str | None, time_format: str | None, place: str, digest: str
) -> Columns:
    import pandas as pd
    import pyarrow
    from pyarrow import parquet

    try:
        header = [str(name) for name in parquet.read_schema(path).names]
        at, time_at = _positions(header, column, time_column, place)
        wanted = [header[index] for index in {at, at if time_at is None else time_at}]
        table = parquet.read_table(path, columns=wanted, use_threads=False, pre_buffer=False)
    except (pyarrow.ArrowInvalid, OSError):
        raise InputError(Problem(place, "the file is not a Parquet file", "write it again", code="file")) from None
    problems: list[Problem] = []
    where = f"{place} > {header[at]}"
    data = table.column(header[at])
    if pyarrow.types.is_integer(data.type) or pyarrow.types.is_floating(data.type):
        values = np.array(data.to_pandas(), np.float64)
        if np.isinf(values).any():
            problems.append(Problem(where, "values are infinite", "write finite numbers", code="infinite"))
    else:
        values = np.empty(0)
        problems.append(Problem(where, f"the column holds {data.type}, not numbers", "store it as double", code="text"))
    stamps: pd.DatetimeIndex | None = None
    if time_at is not None:
        times = table.column(header[time_at])
        if pyarrow.types.is_timestamp(times.type) and times.null_count == 0:
            stamps = pd.DatetimeIndex(times.to_pandas())
        elif pyarrow.types.is_string(times.type) or pyarrow.types.is_large_string(times.type):
            cells = [text or "" for text in times.to_pylist()]
            stamps = _instants(cells, time_format, f"{place} > {time_column}", problems)
        else:
            what = f"the column holds {times.type} or empty cells, not time stamps"
            problems.append(Problem(f"{place} > {time_column}", what, "store it as timestamp", code="stamps"))
    if problems:
        raise InputError(problems)
    return Columns(values, stamps, digest, where, 1)
