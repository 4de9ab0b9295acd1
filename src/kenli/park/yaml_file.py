"""Reading a YAML file with the line of every key, and refusing what YAML would swallow."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean

from kenli.core.errors import InputError, Problem, suggest
from kenli.park.notation import half_width

Key = str | int

MAX_DEPTH = 40
MAX_NODES = 200_000


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: plain data, and the line of every place in it.

    Attributes:
        path: the file.
        data: mappings, lists and scalars of plain Python types.
        lines: place (tuple of keys) -> line number, from 1.
        sha256: hash of the file's bytes.
        text: the file's text.
        empty: places of names without a value; `data` leaves them out.
    """

    path: Path
    data: dict[str, Any]
    lines: dict[tuple[Key, ...], int]
    sha256: str
    text: str
    empty: tuple[tuple[Key, ...], ...] = ()

    def where(self, place: Sequence[Key]) -> str:
        """Return `park.yaml:14 > components > pv` for a place; the nearest known line is used."""
        known = tuple(place)
        while known and known not in self.lines:
            known = known[:-1]
        line = f":{self.lines[known]}" if known else ""
        return " > ".join([f"{self.path.name}{line}", *(str(key) for key in place)])

    def names(self, section: str) -> list[str]:
        """Return the names that a section declares, valid or not."""
        entries = self.data.get(section)
        return [str(name) for name in entries] if isinstance(entries, dict) else []


def read_yaml(path: Path) -> YamlFile:
    """Read a YAML mapping.

    Raises:
        InputError: the file is missing, not text, not YAML, has a key twice, or is not a mapping.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(_missing(path)) from None
    except IsADirectoryError:
        inside = path / "park.yaml"
        fix = f"name the file: {inside}" if inside.exists() else "name a park file; `kenli new` writes one"
        raise InputError(Problem(str(path), "is a folder", fix, code="file")) from None
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(path.name, f"is not UTF-8 text (byte {error.start})", "save the file as UTF-8", code="file")
        ) from None
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror}", code="file")) from None
    try:
        node = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        raise InputError(_duplicate(path, error)) from None
    except MarkedYAMLError as error:
        raise InputError(_syntax(path, text, error)) from None
    except YAMLError as error:
        what = "is not valid YAML: it holds characters that no text has"
        fix = f"remove them ({str(error).splitlines()[0]})"
        raise InputError(Problem(path.name, what, fix, code="yaml")) from None
    except RecursionError:
        raise InputError(_too_deep(path)) from None
    except ValueError as error:  # a number or date that YAML recognises and Python cannot hold
        raise InputError(
            Problem(path.name, f"is not valid YAML: {error}", "put the value in quotes", code="yaml")
        ) from None
    if not isinstance(node, CommentedMap):
        what = "is empty" if node is None else "is not a mapping (`name: value` lines)"
        slip = _full_width_line(text)
        fix = slip[1] if slip else "start with `kenli: 1`; `kenli new` writes a commented park file"
        raise InputError(Problem(f"{path.name}:{slip[0]}" if slip else path.name, what, fix, code="yaml"))
    reader = _Reader(path)
    data = reader.plain(node, ())
    return YamlFile(path, data, reader.lines, hashlib.sha256(raw).hexdigest(), text, tuple(reader.empty))


class _Reader:
    """Turns the YAML tree into plain data and remembers lines and empty values."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[tuple[Key, ...], int] = {}
        self.empty: list[tuple[Key, ...]] = []
        self.count = 0

    def plain(self, node: Any, place: tuple[Key, ...]) -> Any:
        """Return plain data; mappings lose their empty values, which are remembered."""
        self.count += 1
        if self.count > MAX_NODES or len(place) > MAX_DEPTH:
            raise InputError(_too_deep(self.path))
        if isinstance(node, CommentedMap):
            return self._mapping(node, place)
        if isinstance(node, CommentedSeq):
            for position in range(len(node)):
                self.lines[(*place, position)] = _line(lambda at=position: node.lc.item(at), self._near(place))
            return [self.plain(value, (*place, position)) for position, value in enumerate(node)]
        if isinstance(node, bool) or node is None:
            return node
        for kind in (int, float, str):
            if isinstance(node, kind):
                return kind(node)
        if isinstance(node, ScalarBoolean):
            return bool(node)
        return str(node)  # a date, which the models read as text

    def _mapping(self, node: CommentedMap, place: tuple[Key, ...]) -> dict[Key, Any]:
        result: dict[Key, Any] = {}
        for key, value in node.items():
            name = str(key) if not isinstance(key, int) or isinstance(key, bool) else int(key)
            here = (*place, name)
            self.lines[here] = _line(lambda at=key: node.lc.key(at), self._near(place))
            if value is None:
                self.empty.append(here)
            else:
                result[name] = self.plain(value, here)
        return result

    def _near(self, place: tuple[Key, ...]) -> int:
        return self.lines.get(place, 1)


def _line(find: Any, otherwise: int) -> int:
    """Return the line of a key, from 1; what an alias or a merge brings in has that of its parent."""
    try:
        return int(find()[0]) + 1
    except (KeyError, TypeError, AttributeError):
        return otherwise


def _too_deep(path: Path) -> Problem:
    what = f"is nested deeper than {MAX_DEPTH} levels, or has more than {MAX_NODES} values"
    return Problem(path.name, what, "a park file is a few levels deep; long series belong into CSV files", code="yaml")


def _syntax(path: Path, text: str, error: MarkedYAMLError) -> Problem:
    """Say in which line the YAML breaks, and what usually breaks it there."""
    mark = error.problem_mark or error.context_mark
    number = mark.line + 1 if mark else 1
    rows = text.splitlines()
    what = f"is not valid YAML: {error.problem or error.context}"
    for at in (number, number - 1):
        row = rows[at - 1] if 0 < at <= len(rows) else ""
        if row[: len(row) - len(row.lstrip())].count("\t"):
            return Problem(
                f"{path.name}:{at}", "is indented with a tab", "indent with spaces, two for each level", code="yaml"
            )
        wide = _full_width_colon(row)
        if wide:
            return Problem(f"{path.name}:{at}", what, wide, code="yaml")
        wide = "".join(dict.fromkeys(_WIDE_SIGNS.findall(row.partition(" #")[0])))
        if wide:
            fix = f"the line has full-width signs ({wide}); write {half_width(wide)} in half width, with a space behind"
            return Problem(f"{path.name}:{at}", what, fix, code="yaml")
        glued = _GLUED.match(row)
        if glued:
            fix = f"put a space after the colon: '{glued[1]}: {glued[2]}'"
            return Problem(f"{path.name}:{at}", what, fix, code="yaml")
    fix = "check indentation, colons, quotes and brackets in this line and the one above"
    return Problem(f"{path.name}:{number}", what, fix, code="yaml")


_GLUED = re.compile(r"^\s*([A-Za-z_][\w.-]*):([^\s/:][^#]*?)\s*$")
_WIDE_SIGNS = re.compile(r"[：，｛｝［］]")
_WIDE_COLON = re.compile(r"^\s*(?:- )?([^\s#'\"：{]+)\s*：\s*(.*?)\s*$")


def _full_width_colon(row: str) -> str:
    match = _WIDE_COLON.match(row)
    if match is None:
        return ""
    return f"the colon '：' is full-width; write '{match[1]}: {match[2]}' with a half-width colon and a space"


def _full_width_line(text: str) -> tuple[int, str] | None:
    for number, row in enumerate(text.splitlines(), start=1):
        fix = _full_width_colon(row)
        if fix:
            return number, fix
    return None


def _missing(path: Path) -> Problem:
    folder = path.parent
    names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    hint = suggest(path.name, names) or "`kenli new` writes a commented park file"
    what = "no such file" if folder.is_dir() else f"no such file; the folder '{folder}' does not exist"
    return Problem(str(path), what, hint, code="file")


def _duplicate(path: Path, error: DuplicateKeyError) -> Problem:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    name = str(error.problem or "").split('"')[1] if '"' in str(error.problem) else "a key"
    return Problem(
        f"{path.name}:{line}",
        f"the name '{name}' is used twice in the same place",
        "rename one of the two; the later one would silently replace the earlier",
        code="duplicate-name",
    )
