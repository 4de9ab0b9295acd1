"""Takes a run out of Kenli: every table as CSV, or a workbook for people.

CSV: one file per table. A column with a unit is named `value [MW]`; one without, `component`. Times
are ISO 8601 in UTC, lists are joined by `;`, null is an empty field, encoding is UTF-8. `README.csv`
lists every column with type, unit and meaning.

Workbook: sheets with a line of what must be said of the run, a header, a line of units, then the
data. Both are written beside their place and renamed, and neither replaces what is there.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kenli.core.errors import Problem, RunError
from kenli.runs.read import Run
from kenli.runs.schema import TABLES, type_name
from kenli.show.export_words import LANGUAGES, Language

README = "README.csv"


def export_csv(run: Run, directory: Path | str) -> Path:
    """Write every table of a run as CSV into a new folder and return the folder.

    Args:
        run: the run.
        directory: the folder; it must not exist, or be empty.

    Raises:
        RunError: the folder has something in it or cannot be written, or the run was altered.
    """
    directory = Path(directory)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise _occupied(directory)
    with _beside(directory) as partial:
        partial.mkdir()
        for name in run.manifest["tables"]:
            _write_csv(run, name, partial / f"{name}.csv")
        _write_readme(run, partial / README)
        if directory.exists():
            directory.rmdir()  # It is empty; Windows does not rename onto it.
        partial.rename(directory)
    return directory


def export_xlsx(run: Run, path: Path | str, *, language: Language = "en", dispatch_rows: int = 8760) -> Path:
    """Write a workbook with the results of a run and return its path.

    Args:
        run: the run.
        path: file to write; it must not exist.
        language: of headers and names, `en` or `zh`.
        dispatch_rows: how many steps the sheet of the dispatch holds.

    Raises:
        RunError: the file exists or cannot be written, the language is not known, or the run was
            altered.
    """
    from kenli.show.export_sheets import write_workbook

    path = Path(path)
    if language not in LANGUAGES:
        raise RunError(
            Problem(
                f"language '{language}'",
                "the workbook does not speak it",
                f"use one of: {', '.join(LANGUAGES)}",
                code="language",
            )
        )
    if path.exists():
        raise _occupied(path)
    with _beside(path) as partial:
        write_workbook(run, partial, language, dispatch_rows)
        partial.rename(path)
    return path


def header(name: str, unit: str) -> str:
    """Return the header of a column with its unit, such as `value [MW]`."""
    return f"{name} [{unit}]" if unit else name


def _write_csv(run: Run, name: str, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv

    table = run.table(name)
    columns = []
    for field, column in zip(table.schema, table.columns, strict=True):
        if pa.types.is_list(field.type):
            columns.append(pc.binary_join(column, ";"))
        elif pa.types.is_timestamp(field.type):
            columns.append(pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ"))
        else:
            columns.append(column)
    units = run.units(name)
    data = pa.table(columns, names=[header(field.name, units[field.name]) for field in table.schema])
    pyarrow.csv.write_csv(data, path, pyarrow.csv.WriteOptions(quoting_style="needed"))


def _write_readme(run: Run, path: Path) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "column", "header", "type", "unit", "nullable", "description"])
        for label in run.labels:
            writer.writerow(["*", "label", "", "", "", "", label])
        for name in run.manifest["tables"]:
            units = run.units(name)
            for field in run.table(name).schema:
                doc = TABLES[name].column(field.name).doc if name in TABLES else ""
                unit = units[field.name]
                nullable = "yes" if field.nullable else "no"
                writer.writerow(
                    [f"{name}.csv", field.name, header(field.name, unit), type_name(field.type), unit, nullable, doc]
                )


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a path beside the wanted one to write to, and clear it away whatever happens.

    Raises:
        RunError: instead of an error of the system.
    """
    partial = path.with_name(f".partial-{os.getpid()}-{secrets.token_hex(4)}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
    except OSError as error:
        if path.parent.is_dir() and error.errno in {errno.EEXIST, errno.ENOTEMPTY}:
            raise _occupied(path) from error
        what = f"the export could not be written: {(error.strerror or str(error)).lower()}"
        fix = "free space, or write to another disk" if error.errno == errno.ENOSPC else "write to another folder"
        raise RunError(Problem(str(path), what, fix, code="export")) from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        elif partial.exists():
            partial.unlink()


def _occupied(path: Path) -> RunError:
    return RunError(
        Problem(str(path), "something is there already", "give a new place; an export replaces nothing", code="export")
    )
