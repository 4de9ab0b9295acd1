"""Reads a run folder and trusts nothing: a run that is unfinished, altered or of another format is refused.

`open_run` checks the manifest, its seal and that every file is there in its size. The hash of a table
is checked when the table is first read, so that no altered number is ever shown; `Run.verify` checks
all of them at once.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from kenli.core.errors import Problem, RunError, unknown_word
from kenli.runs import manifest as manifests
from kenli.runs.partial import PREFIX
from kenli.runs.schema import FORMAT, TABLES

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_DIRECTORY: Final = Path("runs")
LATEST: Final = "latest"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run; build it with `open_run`.

    Attributes:
        path: the folder.
        manifest: the content of its manifest; read it, do not change it.
    """

    path: Path
    manifest: dict[str, Any] = field(repr=False)
    _tables: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name under which the run was written."""
        return str(self.manifest["run"])

    @property
    def currency(self) -> str:
        """The currency of all money in the run."""
        return str(self.manifest["park"]["currency"])

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said wherever a number of this run is shown, such as `weather: synthetic`."""
        return tuple(str(label) for label in self.manifest["labels"])

    def file(self, table: str) -> Path:
        """Return the path of a table's Parquet file.

        Raises:
            RunError: there is no such table.
        """
        if table not in self.manifest["tables"]:
            raise RunError(
                unknown_word(f"run {self.name}", "table", table, self.manifest["tables"], code="unknown-table")
            )
        return self.path / f"{table}.parquet"

    def table(self, name: str) -> pa.Table:
        """Return a table, read on first use, with units in the metadata of its fields.

        Raises:
            RunError: there is no such table, or its file was altered.
        """
        if name not in self._tables:
            content = _read_checked(self, f"{name}.parquet", self.file(name), self.manifest["tables"][name])
            # One thread: Arrow's pool is sometimes still running when a short command ends, and aborts it.
            table = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False).read(use_threads=False)
            expected = TABLES[name].arrow_schema() if name in TABLES else table.schema
            if not table.schema.equals(expected) or table.num_rows != self.manifest["tables"][name]["rows"]:
                raise _altered(self.file(name), "the table has other columns or rows than its run says")
            self._tables[name] = table
        return self._tables[name]

    def frame(self, name: str) -> pd.DataFrame:
        """Return a table as a pandas frame; same errors as `table`."""
        frame: pd.DataFrame = self.table(name).to_pandas(use_threads=False)
        return frame

    def units(self, name: str) -> dict[str, str]:
        """Return the unit of each column of a table; empty text for names and counts."""
        schema = self.table(name).schema
        return {column.name: (column.metadata or {}).get(b"unit", b"").decode() for column in schema}

    def attachment(self, name: str) -> bytes:
        """Return a file that was stored beside the tables, such as `park.yaml`.

        Raises:
            RunError: there is no such file, or it was altered.
        """
        if name not in self.manifest["files"]:
            raise RunError(unknown_word(f"run {self.name}", "file", name, self.manifest["files"], code="unknown-file"))
        return _read_checked(self, name, self.path / name, self.manifest["files"][name])

    def sql(self, query: str) -> pa.Table:
        """Answer an SQL query over the tables and the views of `kenli.runs.views`.

        Raises:
            RunError: the query is wrong, or a file was altered.
        """
        import duckdb

        from kenli.runs.views import connect

        with connect(self) as connection:
            try:
                answers = {
                    duckdb.StatementType.SELECT,
                    duckdb.StatementType.EXPLAIN,
                    duckdb.StatementType.MULTI,  # PIVOT is one of these
                }
                kinds = [statement.type for statement in connection.extract_statements(query)]
                if len(kinds) != 1 or kinds[0] not in answers:
                    raise duckdb.Error("this is not one query, such as SELECT, FROM, DESCRIBE, PIVOT or SHOW TABLES")
                return connection.sql(query).to_arrow_table()
            except duckdb.Error as error:
                raise RunError(
                    Problem(
                        f"query on run {self.name}",
                        str(error),
                        "`SHOW TABLES` lists what there is",
                        code="sql",
                    )
                ) from None

    def verify(self) -> list[Problem]:
        """Compare every file with its hash and return what differs; an empty list is a good run."""
        problems: list[Problem] = []
        try:
            read_manifest(self.path)
        except RunError as error:
            return list(error.problems)
        records = {f"{name}.parquet": record for name, record in self.manifest["tables"].items()}
        records |= self.manifest["files"]
        for name, record in records.items():
            try:
                _read_checked(self, name, self.path / name, record)
            except RunError as error:
                problems += error.problems
        known = {*records, manifests.FILE}
        problems += [
            Problem(
                str(file),
                "the file is not part of the run",
                "keep notes elsewhere",
                severity="warning",
                code="extra",
            )
            for file in sorted(self.path.iterdir())
            if file.name not in known
        ]
        if self.path.resolve().name != self.name:
            problems.append(
                Problem(
                    str(self.path),
                    f"the folder was renamed; it was written as '{self.name}'",
                    "give it its name back, so that reports and comparisons find it",
                    severity="warning",
                    code="renamed",
                )
            )
        return problems


def open_run(path_or_name: Path | str, directory: Path | str = DEFAULT_DIRECTORY) -> Run:
    """Open a run by its folder, its name, the beginning of its name, or `latest`.

    Args:
        path_or_name: path of a run folder, or a name in `directory`.
        directory: folder of the runs.

    Raises:
        RunError: there is no such run, several begin like this, or it is unfinished, altered or of
            another format.
    """
    path = _resolve(path_or_name, Path(directory))
    return Run(path, read_manifest(path))


def run_folders(directory: Path | str) -> list[Path]:
    """Return the folders of a directory that may be runs, by name; unfinished ones are left out."""
    directory = Path(directory)
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if path.is_dir() and not path.name.startswith("."))


def read_manifest(path: Path) -> dict[str, Any]:
    """Read and check a run's manifest: format, seal, and that every file is there in its size.

    Args:
        path: the run folder.

    Raises:
        RunError: one of these does not hold.
    """
    file = path / manifests.FILE
    if path.name.startswith(PREFIX):
        raise RunError(Problem(str(path), "this run was never finished", "run the command again", code="unfinished"))
    try:
        manifest = json.loads(file.read_bytes())
    except FileNotFoundError:
        what = "this folder has no manifest" if path.is_dir() else "there is no such folder"
        raise RunError(
            Problem(str(path), f"{what}, so it is not a run", "`kenli runs` lists the runs", code="not-a-run")
        ) from None
    except OSError as error:
        raise RunError(
            Problem(str(file), f"the manifest cannot be read: {error.strerror}", "check permissions", code="io")
        ) from error
    except ValueError:
        raise _altered(file, "the manifest is not JSON") from None
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise _altered(file, "the manifest does not say which format the run has")
    if manifest["format"] != FORMAT:
        writer = manifest.get("kenli", "unknown")
        raise RunError(
            Problem(
                str(file),
                f"the run has format {manifest['format']!r}, of Kenli {writer}; this Kenli reads {FORMAT}",
                f"open it with Kenli {writer}, or run the park again",
                code="format",
            )
        )
    if manifest.get("seal") != manifests.seal(manifest):
        raise _altered(file, "the manifest was changed after the run was written")
    if manifest.get("status") != manifests.STATUS or manifests.check_manifest(manifest):
        raise _altered(file, "the manifest is sealed but incomplete")
    _check_files(path, manifest)
    return manifest


def _check_files(path: Path, manifest: dict[str, Any]) -> None:
    problems = []
    records = {f"{name}.parquet": record for name, record in manifest["tables"].items()} | manifest["files"]
    for name, record in records.items():
        try:
            size = (path / name).stat().st_size
        except OSError:
            problems.append(_problem(path / name, "the file is missing"))
            continue
        if size != record["bytes"]:
            problems.append(_problem(path / name, f"the file has {size} bytes and was written with {record['bytes']}"))
    problems += [
        _problem(path / f"{name}.parquet", "the table is not in the run")
        for name in TABLES
        if name not in manifest["tables"]
    ]
    if problems:
        raise RunError(problems)


def _read_checked(run: Run, name: str, path: Path, record: dict[str, Any]) -> bytes:
    """Return the bytes of a file of the run after comparing their hash."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RunError(_problem(path, f"the file cannot be read: {error.strerror}")) from error
    if hashlib.sha256(content).hexdigest() != record["sha256"]:
        raise _altered(path, f"'{name}' was changed after run {run.name} was written")
    return content


def _problem(where: Path, what: str) -> Problem:
    return Problem(str(where), what, "restore the folder from a copy, or run the park again", code="altered")


def _altered(where: Path, what: str) -> RunError:
    return RunError(_problem(where, what))


def _resolve(path_or_name: Path | str, directory: Path) -> Path:
    text = str(path_or_name)
    path = Path(path_or_name)
    if path.is_dir() and (path / manifests.FILE).exists():
        return path
    if isinstance(path_or_name, Path) or re.search(r"[/\\]", text):
        return path  # Meant as a path: read_manifest says what is wrong with it.
    if text == LATEST:
        return _latest(directory)
    folders = {folder.name: folder for folder in run_folders(directory)}
    if text in folders:
        return folders[text]
    near = [name for name in folders if text and name.startswith(text)]
    if len(near) == 1:
        return folders[near[0]]
    if near:
        shown = ", ".join(near[-5:]) + (", ..." if len(near) > 5 else "")
        raise RunError(
            Problem(
                f"run '{text}'",
                f"{len(near)} runs in '{directory}' begin like this: {shown}",
                "write more of the name",
                code="ambiguous-run",
            )
        )
    if not folders:
        raise RunError(
            Problem(
                f"run '{text}'",
                f"there are no runs in '{directory}'",
                "`kenli plan` writes one; `--runs` names another folder",
                code="unknown-run",
            )
        )
    raise RunError(unknown_word(f"folder '{directory}'", "run", text, folders, code="unknown-run"))


def _latest(directory: Path) -> Path:
    """Return the newest good run; broken ones are no candidates."""
    best: tuple[datetime, int, str] | None = None
    for folder in run_folders(directory):
        try:
            manifest = read_manifest(folder)
        except RunError:
            continue  # `kenli runs` shows why; the newest good run is what was asked for.
        written = (folder / manifests.FILE).stat().st_mtime_ns
        candidate = (created(manifest), written, folder.name)
        best = candidate if best is None else max(best, candidate)
    if best is None:
        raise RunError(
            Problem(
                f"run '{LATEST}'",
                f"there is no finished run in '{directory}'",
                "`kenli plan` writes one; `--runs` names another folder",
                code="unknown-run",
            )
        )
    return directory / best[2]


def created(manifest: dict[str, Any]) -> datetime:
    """Return when a run was made; the writer has checked that it is a time with a zone."""
    return datetime.fromisoformat(manifest["created"])
