"""From a file to a park: read, validate, apply rule sets, check; all problems at once."""

from __future__ import annotations

from dataclasses import dataclass
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
    problems: list[Problem] = []
    data, rule_problems = apply_rules(file)
    problems += rule_problems
    try:
        park = Park.model_validate(data, context={"currency": _currency(data)})
    except ValidationError as error:
        problems += translate(error, file)
        raise InputError(problems) from None
    problems += check_park(park, file)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    return LoadedPark(park, file, tuple(p for p in problems if p.severity == "warning"))


def _currency(data: dict[str, Any]) -> str:
    park = data.get("park")
    currency = park.get("currency", "CNY") if isinstance(park, dict) else "CNY"
    return currency if currency in CURRENCIES else "CNY"


def _check_format(file: YamlFile) -> None:
    version = file.data.get("kenli")
    if version == FORMAT:
        return
    if version is None:
        what, fix = "has no format version", f"write `kenli: {FORMAT}` as the first line"
    else:
        what = f"has format {version!r}; this Kenli reads format {FORMAT}"
        fix = f"write `kenli: {FORMAT}`" if not isinstance(version, int) or version < FORMAT else "update Kenli"
    raise InputError(
        Problem(file.where(("kenli",)) if version is not None else file.path.name, what, fix, code="format")
    )
