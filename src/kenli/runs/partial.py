"""Folders of runs that are being written, or were when their process died.

A run grows in `.partial-<name>-<pid>-<random>/` and gets its name only when it is complete, so a
folder without that prefix is never half a run. What a killed process leaves behind is found here and
removed on request; a folder whose process lives is never touched.
"""

from __future__ import annotations

import json
import os
import platform
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kenli.core.errors import Problem, RunError

PREFIX: Final = ".partial-"
OWNER: Final = "owner.json"
_PATTERN: Final = re.compile(r"^\.partial-(?P<name>.+)-(?P<pid>\d+)-(?P<token>[0-9a-f]{8})$")


@dataclass(frozen=True, slots=True)
class PartialRun:
    """An unfinished run folder.

    Attributes:
        path: the folder.
        name: the run it was to become.
        pid: process that wrote it.
        host: machine that wrote it; empty where the process died before saying so.
        alive: True while that process lives; None when it is another machine's and cannot be asked.
        size: bytes in the folder.
    """

    path: Path
    name: str
    pid: int
    host: str
    alive: bool | None
    size: int


def partial_path(directory: Path, name: str) -> Path:
    """Return a new path in which this process may let a run grow; nothing is created.

    Args:
        directory: folder of the runs.
        name: final name of the run.
    """
    return directory / f"{PREFIX}{name}-{os.getpid()}-{secrets.token_hex(4)}"


def create_partial(path: Path) -> None:
    """Create the folder of `partial_path` and mark it with the process that owns it."""
    path.mkdir()
    owner = {"pid": os.getpid(), "host": platform.node(), "process_started": _started(os.getpid())}
    (path / OWNER).write_text(json.dumps(owner), encoding="utf-8")


def find_partial(directory: Path | str) -> list[PartialRun]:
    """Return the unfinished run folders in a directory, by name; none if it does not exist."""
    directory = Path(directory)
    if not directory.is_dir():
        return []
    found = []
    for path in sorted(directory.iterdir()):
        match = _PATTERN.match(path.name)
        if match is None or not path.is_dir():
            continue
        owner = _owner(path)
        pid = int(match["pid"])
        found.append(
            PartialRun(
                path=path,
                name=match["name"],
                pid=pid,
                host=str(owner.get("host", "")),
                alive=_is_alive(pid, owner),
                size=_size(path),
            )
        )
    return found


def remove_partial(partial: PartialRun | Path | str, *, force: bool = False) -> None:
    """Delete an unfinished run folder whose process is gone.

    Args:
        partial: a finding of `find_partial`, or its path. The process is asked again either way.
        force: also delete a folder that another machine wrote, of which nothing can be known.

    Raises:
        RunError: the folder is not one of an unfinished run, its process lives or may live, or it
            cannot be deleted.
    """
    path = partial.path if isinstance(partial, PartialRun) else Path(partial)
    match = _PATTERN.match(path.name)
    if match is None or path.is_symlink():
        raise RunError(
            Problem(
                str(path),
                "this is not the folder of an unfinished run",
                f"give a folder whose name starts with '{PREFIX}'",
                code="not-partial",
            )
        )
    if not path.exists():
        return
    owner = _owner(path)
    alive = _is_alive(int(match["pid"]), owner)
    if alive:
        raise RunError(
            Problem(
                str(path),
                f"process {match['pid']} is still writing this run",
                "wait for it, or end that process first",
                code="partial-alive",
            )
        )
    if alive is None and not force:
        raise RunError(
            Problem(
                str(path),
                f"machine '{owner.get('host')}' wrote this folder, and from here its process cannot be asked",
                "delete it on that machine, or by hand when you know that nothing writes there",
                code="partial-unknown",
            )
        )
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        return  # Somebody else removed it between the look and the deed; that is what was asked for.
    except OSError as error:
        raise RunError(
            Problem(
                str(path),
                f"the folder cannot be deleted: {error.strerror}",
                "check its permissions",
                code="io",
            )
        ) from error


def discard(path: Path) -> None:
    """Delete the partial folder of this process after a failure, as far as the disk lets it.

    What cannot be deleted stays under its `.partial-` name, which no command takes for a run; the
    failure that led here is the one that the user must see.
    """
    shutil.rmtree(path, ignore_errors=True)


def _owner(path: Path) -> dict[str, Any]:
    """Return the owner's mark; empty when its process died before or while writing it."""
    try:
        owner = json.loads((path / OWNER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _started(pid: int) -> float | None:
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def _is_alive(pid: int, owner: dict[str, Any]) -> bool | None:
    import psutil

    host = owner.get("host")
    if host is not None and host != platform.node():
        return None
    if not psutil.pid_exists(pid):
        return False
    try:
        if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return False
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
    then, now = owner.get("process_started"), _started(pid)
    # Numbers of processes are used again: another start time is another process.
    return not (isinstance(then, int | float) and now is not None and abs(now - then) > 1.0)


def _size(path: Path) -> int:
    total = 0
    for file in path.rglob("*"):
        try:
            total += file.stat().st_size
        except OSError:
            continue  # It went away while we looked; its process is at work.
    return total
