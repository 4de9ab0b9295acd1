"""From a file to a park: read, validate, apply rule sets, check; all problems at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kenli.core.errors import InputError, Problem
from kenli.core.units import CURRENCIES
from kenli.park.checks import check_park
from kenli.park.park import Park
from kenli.park.rules import apply_rules
from kenli.park.translate import translate
from kenli.park.yaml_file import YamlFile, read_yaml

FORMAT = 1


@dataclass(frozen=True)
class LoadedPark:
    """A park with the file it came from and the warnings that its checks gave."""

    park: Park
    file: YamlFile
    warnings: tuple[Problem, ...]

    @property
    def folder(self) -> Path:
        """Return the folder that relative file names start from."""
        return self.file.path.resolve().parent

    def locate(self, problem: Problem) -> Problem:
        """Add file and line to a problem that was found after reading, such as `components > pv > costs`.

        A place that does not begin in the park file (a CSV file, a factor row) is left as it is.
        """
        words = problem.where.split(" > ")
        data: Any = self.file.data
        place: list[str | int] = []
        for word in words:
            key = _key_in(data, word)
            if key is None:
                break
            place.append(key)
            data = data[key]
        if not place:
            return problem
        line = self.file.lines.get(tuple(place))
        if len(place) < len(words):  # the last word may stand deeper than the place says
            deeper = (at for at in self.file.lines if at[: len(place)] == tuple(place) and at[-1] == words[-1])
            line = self.file.lines[next(deeper, tuple(place))] if line else line
        prefix = f"{self.file.path.name}:{line}" if line else self.file.path.name
        return replace(problem, where=f"{prefix} > {problem.where}")


def read_park(path: str | Path) -> LoadedPark:
    """Read and check a park file.

    Args:
        path: the YAML file, or a folder with a `park.yaml` in it.

    Raises:
        InputError: with every problem of the declaration, each with its line.
    """
    target = Path(path)
    if target.is_dir() and (target / "park.yaml").exists():
        target = target / "park.yaml"
    return validate(read_yaml(target))


def validate(file: YamlFile) -> LoadedPark:
    """Turn a parsed file into a checked park; see `read_park`."""
    _check_format(file)
    problems = [_empty(file, place) for place in file.empty]
    data, rule_problems = apply_rules(file)
    problems += rule_problems
    park, found, broken = _valid_part(data, file)
    problems += [problem for problem in found if not _follows(problem, file)]
    if park is not None:
        problems += check_park(park, file, broken)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or park is None:
        raise InputError(sorted(errors, key=_line))
    return LoadedPark(park, file, tuple(problem for problem in problems if problem.severity == "warning"))


def _valid_part(data: dict[str, Any], file: YamlFile) -> tuple[Park | None, list[Problem], frozenset[str]]:
    """Validate; where entries are invalid, leave them out and validate the rest.

    Returns:
        The valid part (None if too little is left), what is wrong with the rest, and the sections
        that lost entries.
    """
    context = {"currency": _currency(data)}
    problems: list[Problem] = []
    broken: set[str] = set()
    rest = dict(data)
    for _ in range(3):
        try:
            return Park.model_validate(rest, context=context, by_alias=True, by_name=False), problems, frozenset(broken)
        except ValidationError as error:
            if not problems:
                problems = translate(error, file)
            if not _leave_out(rest, error, broken):
                break
    return None, problems, frozenset(broken)


def _leave_out(data: dict[str, Any], error: ValidationError, broken: set[str]) -> bool:
    """Take invalid entries out of the data; returns whether anything changed."""
    changed = False
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        section, *below = detail["loc"] or ("",)
        broken.add(str(section))
        entries = data.get(str(section))
        if section in _NAMED_ENTRIES and below and isinstance(entries, dict):
            data[str(section)] = {name: entry for name, entry in entries.items() if name != below[0]}
            changed |= len(data[str(section)]) < len(entries)
        elif section in _STAND_INS and data.get(str(section)) != _STAND_INS[str(section)]:
            data[str(section)] = _STAND_INS[str(section)]
            changed = True
        elif section in data:
            del data[str(section)]
            changed = True
    return changed


_NAMED_ENTRIES = frozenset({"carriers", "buses", "series", "components", "contracts"})

# What an invalid section is replaced by while the others are checked; nothing of it is ever used.
_STAND_INS: dict[str, Any] = {
    "park": {"name": "", "site": {"latitude": 0, "longitude": 0}},
    "horizon": {"year": 2027},
    "finance": {"discount_rate": 0},
}


def _empty(file: YamlFile, place: tuple[str | int, ...]) -> Problem:
    what = f"'{place[-1]}' has no value"
    return Problem(file.where(place), what, "write one behind the colon, or take the line out", code="empty")


def _follows(problem: Problem, file: YamlFile) -> bool:
    """Return whether a finding only repeats that something stands there without a value."""
    if problem.code not in {"missing-key", "contradiction"}:
        return False
    place = problem.where.split(" > ")[1:]
    return any([*map(str, empty[:-1])] == place for empty in file.empty)


def _line(problem: Problem) -> int:
    match = _LINE.search(problem.where)
    return int(match[1]) if match else 0


_LINE = re.compile(r"^[^ ]*?:(\d+)(?: > |$)")


def _currency(data: dict[str, Any]) -> str:
    park = data.get("park")
    currency = park.get("currency", "CNY") if isinstance(park, dict) else "CNY"
    return currency if currency in CURRENCIES else "CNY"


def _key_in(data: Any, word: str) -> str | int | None:
    """Return the key that a word of a place names; words may carry a remark in brackets."""
    plain = word.partition(" (")[0]
    if isinstance(data, dict):
        names: dict[str, str | int] = {str(key): key for key in data}
        if plain in names:
            return names[plain]
        # A bus that a converter names stands one level deeper, under `in` or `out`.
        return next((side for side in ("in", "out") if isinstance(data.get(side), dict) and plain in data[side]), None)
    if isinstance(data, list) and plain.isdigit() and int(plain) < len(data):
        return int(plain)
    return None


def _check_format(file: YamlFile) -> None:
    version = file.data.get("kenli")
    if version == FORMAT and not isinstance(version, bool):
        return
    if version is None:
        what, fix = "has no format version", f"write `kenli: {FORMAT}` as the first line"
    else:
        what = f"has format {version!r}; this Kenli reads format {FORMAT}"
        fix = f"write `kenli: {FORMAT}`" if not isinstance(version, int) or version <= FORMAT else "update Kenli"
    raise InputError(
        Problem(file.where(("kenli",)) if version is not None else file.path.name, what, fix, code="format")
    )
