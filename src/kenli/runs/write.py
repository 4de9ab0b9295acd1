"""Writes a run folder: all of it or nothing, and never again.

A run grows in a `.partial-` folder. The manifest comes last and holds the hash of every other file;
then one rename gives the folder its name. Whatever ends the process before that, the name does not
exist, and whoever finds the name finds a complete run.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from kenli.core.errors import Problem, RunError
from kenli.runs import manifest as manifests
from kenli.runs.partial import OWNER, create_partial, discard, partial_path
from kenli.runs.schema import FORMAT
from kenli.runs.validate import conform_tables

ROW_GROUP: Final = 131_072
"""Rows per row group: small enough to skip by component, large enough to compress."""

_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


def new_run_name(park: str, *, now: datetime | None = None) -> str:
    """Return a name for a run: the park's name, the time in UTC and six random hex digits.

    Args:
        park: the park's name, in any script; what does not belong into a file's name becomes `-`.
        now: the time, with a time zone; the clock if not given.
    """
    base = re.sub(r"[^\w]+", "-", park.strip().lower()).strip("-_")[:48].strip("-_") or "park"
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{base}-{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def write_run(
    directory: Path | str,
    name: str,
    tables: Mapping[str, Any],
    manifest: Mapping[str, Any],
    attachments: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a run folder atomically and return its path.

    Args:
        directory: folder of the runs; created if it is not there.
        name: name of the new folder, see `new_run_name`.
        tables: name to Arrow table, every table of `schema.TABLES`.
        manifest: the writer's keys of `manifest.MANIFEST`; the others are set here.
        attachments: file name to content, such as `park.yaml`.

    Raises:
        RunError: a table or the manifest does not fit its declaration, the name is taken, or the
            disk is full or forbidden. Nothing is left behind.
    """
    directory = Path(directory)
    attachments = dict(attachments or {})
    _check_name(name, attachments)
    head = manifests.plain(manifest)
    problems = manifests.check_manifest(head)
    if head.get("run", name) != name:
        problems.append(
            Problem(
                "manifest > run",
                f"'{head['run']}' is not the folder's name",
                f"give '{name}'",
                code="manifest",
            )
        )
    if problems:
        raise RunError(problems)
    stored = conform_tables(tables, currency=head["park"]["currency"])
    final = directory / name
    # Named before it is made, so that an interrupt between the two leaves nothing.
    partial = partial_path(directory, name)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if final.exists():
            raise _taken(final)
        create_partial(partial)
        head |= {"run": name, "format": FORMAT, "status": manifests.STATUS, "tables": {}, "files": {}}
        for table_name, table in stored.items():
            record = _write_file(partial / f"{table_name}.parquet", _parquet(table))
            head["tables"][table_name] = {"rows": table.num_rows, **record}
        for file_name, content in attachments.items():
            head["files"][file_name] = _write_file(partial / file_name, content)
        head["seal"] = manifests.seal(head)
        _write_file(partial / manifests.FILE, manifests.dump(head))
        (partial / OWNER).unlink()
        _sync_folder(partial)
        _rename(partial, final)
        _sync_folder(directory)
    except OSError as error:
        raise _explain(error, directory, partial) from error
    finally:
        # After the rename there is nothing under this name; before it, whatever happened, it goes.
        discard(partial)
    return final


def _check_name(name: str, attachments: Mapping[str, bytes]) -> None:
    if not re.fullmatch(r"[^\W_][\w.+-]{0,200}", name) or name == "latest" or name.endswith("."):
        raise RunError(
            Problem(
                f"run name '{name}'",
                "a run is a folder, and this is not a name for one",
                "use letters, digits, '-', '_', '.', '+'; start with a letter or digit; 'latest' is taken",
                code="run-name",
            )
        )
    for file_name in attachments:
        path = PurePosixPath(file_name)
        if (
            len(path.parts) != 1
            or file_name.startswith(".")
            or "\\" in file_name
            or path.suffix == ".parquet"
            or (file_name in {manifests.FILE, OWNER})
        ):
            raise RunError(
                Problem(
                    f"attachment '{file_name}'",
                    "an attachment is one file beside the tables, with a name of its own",
                    "give a plain name such as 'park.yaml'",
                    code="attachment",
                )
            )


def _parquet(table: Any) -> Any:
    """Return the bytes of a Parquet file; the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        row_group_size=ROW_GROUP,
        write_statistics=True,
    )
    return sink.getvalue()


def _write_file(path: Path, content: Any) -> dict[str, Any]:
    """Write a new file through to the disk and return its size and hash."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    view = memoryview(content)
    return {"bytes": view.nbytes, "sha256": hashlib.sha256(view).hexdigest()}


def _sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the system can (Windows cannot open a folder)."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename(partial: Path, final: Path) -> None:
    # POSIX lets a folder replace an empty one; two writers of one name must not both succeed.
    try:
        if final.exists():
            raise _taken(final)
        os.rename(partial, final)  # noqa: PTH104 (the plain call is the promise)
    except OSError as error:
        if error.errno in {errno.EEXIST, errno.ENOTEMPTY}:
            raise _taken(final) from None
        raise


def _taken(final: Path) -> RunError:
    return RunError(
        Problem(
            str(final),
            "a run of this name exists, and a run is never written twice",
            "let new_run_name choose a new name",
            code="run-exists",
        )
    )


def _explain(error: OSError, directory: Path, partial: Path) -> RunError:
    """Turn an error of the system into one that says what to do."""
    where = str(error.filename or partial)
    what = f"the run could not be written: {(error.strerror or str(error)).lower()}"
    if error.errno in _NO_SPACE:
        fix = f"free space or choose another folder for the runs{_free(directory)}; nothing was kept"
        return RunError(Problem(where, what, fix, code="disk-full"))
    if error.errno in _FORBIDDEN:
        fix = f"allow this user to write in '{directory}', or choose another folder for the runs"
        return RunError(Problem(where, what, fix, code="permission"))
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        fix = f"'{directory}' must be a folder; choose another one for the runs"
        return RunError(Problem(where, what, fix, code="not-a-folder"))
    return RunError(Problem(where, what, f"check the disk that holds '{directory}'", code="io"))


def _free(directory: Path) -> str:
    try:
        return f" ({shutil.disk_usage(directory).free / 1e6:.0f} MB are free there)"
    except OSError:
        return ""
