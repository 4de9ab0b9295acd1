"""Reading a YAML file with the line of every key, and refusing what YAML would swallow."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from kenli.core.errors import InputError, Problem

Key = str | int


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: plain data, and the line of every place in it.

    Attributes:
        path: the file.
        data: mappings, lists and scalars of plain Python types.
        lines: place (tuple of keys) -> line number, from 1.
        sha256: hash of the file's bytes.
        text: the file's text.
    """

    path: Path
    data: dict[str, Any]
    lines: dict[tuple[Key, ...], int]
    sha256: str
    text: str

    def where(self, place: Sequence[Key]) -> str:
        """Return `park.yaml:14 > components > pv` for a place; the nearest known line is used."""
        known = tuple(place)
        while known and known not in self.lines:
            known = known[:-1]
        line = f":{self.lines[known]}" if known else ""
        return " > ".join([f"{self.path.name}{line}", *(str(key) for key in place)])


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
    lines: dict[tuple[Key, ...], int] = {}
    try:
        node = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        raise InputError(_duplicate(path, error)) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"is not valid YAML: {error.problem or error.context}"
        fix = "check indentation, colons and quotes near this line; tabs are not allowed for indentation"
        raise InputError(Problem(f"{path.name}:{line}", what, fix, code="yaml")) from None
    except YAMLError as error:
        raise InputError(Problem(path.name, f"is not valid YAML: {error}", code="yaml")) from None
    if not isinstance(node, CommentedMap):
        fix = "start with `kenli: 1`; `kenli new` writes a commented park file"
        raise InputError(Problem(path.name, "is empty or not a mapping", fix, code="yaml"))
    data = _plain(node, (), lines)
    return YamlFile(path, data, lines, hashlib.sha256(raw).hexdigest(), text)


def _plain(node: Any, place: tuple[Key, ...], lines: dict[tuple[Key, ...], int]) -> Any:
    if isinstance(node, CommentedMap):
        result = {}
        for key, value in node.items():
            name = key if isinstance(key, str | int) and not isinstance(key, bool) else str(key)
            lines[(*place, name)] = node.lc.key(key)[0] + 1
            result[name] = _plain(value, (*place, name), lines)
        return result
    if isinstance(node, CommentedSeq):
        for position in range(len(node)):
            lines[(*place, position)] = node.lc.item(position)[0] + 1
        return [_plain(value, (*place, position), lines) for position, value in enumerate(node)]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)  # a date, which the models read as text


def _missing(path: Path) -> Problem:
    from kenli.core.errors import suggest

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
