"""The register itself: load the shipped rows and a user's own, look them up, convert, search."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from os import PathLike
from pathlib import Path
from types import MappingProxyType

from kenli.core import units
from kenli.core.errors import InputError, Problem, unknown_word
from kenli.core.factors.factor import Factor
from kenli.core.factors.read import read_rows, resolve_references
from kenli.core.factors.technology import TechnologyCosts, build_technology, cost_index


class Register:
    """All factor rows by id; it never changes after loading.

    Args:
        factors: rows whose references are resolved, with unique ids.
    """

    def __init__(self, factors: Iterable[Factor]) -> None:
        self._factors: Mapping[str, Factor] = MappingProxyType({factor.id: factor for factor in factors})
        self._costs = cost_index(self._factors.values())

    def __len__(self) -> int:
        return len(self._factors)

    def __iter__(self) -> Iterator[Factor]:
        return iter(self._factors.values())

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._factors

    def families(self) -> list[str]:
        """Return the families (one file each) in the order of loading."""
        return list(dict.fromkeys(factor.family for factor in self))

    def get(self, identifier: str, *, where: str = "factor") -> Factor:
        """Return one row.

        Args:
            identifier: the row's id.
            where: place of the reference for the message, such as `park.yaml > finance`.

        Raises:
            InputError: there is no such id; the message names the nearest one.
        """
        factor = self._factors.get(identifier)
        if factor is None:
            problem = unknown_word(where, "factor", identifier, self._factors, code="unknown-factor")
            raise InputError(problem)
        return factor

    def value(self, identifier: str, unit: str, *, where: str = "factor") -> float:
        """Return a row's value in the unit that is asked for.

        Args:
            identifier: the row's id.
            unit: wanted unit, such as `tCO2e/MWh`.
            where: place of the reference for the message.

        Raises:
            InputError: the id or the unit does not exist, the dimension differs, or the value is unknown.
        """
        factor = self.get(identifier, where=where)
        if factor.value is None:
            known = f"; published range {factor.range_text.removeprefix('unknown ')} {factor.unit}"
            ranged = known if factor.low is not None or factor.high is not None else ""
            what = f"the value of '{identifier}' ({factor.name_en}, {factor.name_zh}) is unknown{ranged}"
            fix = f"give your own number in '{factor.unit or 'a plain number'}' with its source"
            if factor.note:
                fix = f"{fix}; {factor.note}"
            raise InputError(Problem(where, what, fix, code="factor-value-unknown"))
        try:
            return units.convert(factor.value, factor.unit, unit)
        except ValueError as error:
            fix = f"'{identifier}' is in '{factor.unit or 'a plain number'}': ask for a unit of that kind"
            raise InputError(Problem(where, str(error), fix, code="factor-unit")) from None

    def search(self, text: str) -> list[Factor]:
        """Return the rows whose id, names or region contain all words of the text, in any case.

        Args:
            text: words in English or Chinese, separated by blanks.
        """
        words = text.casefold().split()
        found: list[Factor] = []
        for factor in self:
            hay = " ".join((factor.id, factor.name_en, factor.name_zh, factor.region)).casefold()
            if words and all(word in hay for word in words):
                found.append(factor)
        return found

    def cost_sets(self) -> list[str]:
        """Return the names of the technology-cost sets, such as `china-2025`."""
        return sorted(self._costs)

    def technologies(self, cost_set: str, *, where: str = "cost_set") -> list[str]:
        """Return the technologies of a cost set, sorted.

        Raises:
            InputError: there is no such cost set.
        """
        if cost_set not in self._costs:
            raise InputError(unknown_word(where, "cost set", cost_set, self._costs, code="unknown-cost-set"))
        return sorted(self._costs[cost_set])

    def technology(self, cost_set: str, technology: str, year: int, *, where: str = "technology") -> TechnologyCosts:
        """Return the costs of one technology of a set, as they stand in a year.

        Args:
            cost_set: such as `china-2025` or `dea-2025`.
            technology: such as `onshore-wind`; see `technologies`.
            year: calendar year of building; projections are interpolated, their ends are kept.
            where: place of the reference for messages.

        Raises:
            InputError: the set or the technology does not exist.
        """
        known = self.technologies(cost_set, where=where)
        if technology not in known:
            raise InputError(
                unknown_word(where, f"technology of {cost_set}", technology, known, code="unknown-technology")
            )
        return build_technology(cost_set, technology, year, self._costs[cost_set], self._factors)


def load_register(*extra_files: str | PathLike[str]) -> Register:
    """Return the shipped register, with a user's own CSV files added.

    Args:
        extra_files: CSV files of the same columns. An id that exists already is an error: a
            shipped row is never replaced silently, a better number gets an id of its own.

    Raises:
        InputError: files that cannot be read, broken rows, repeated ids or references that lead
            nowhere; all of them at once.
    """
    if not extra_files:
        return _shipped_register()
    problems: list[Problem] = []
    rows = dict(_shipped_rows())
    places = dict.fromkeys(rows, "the shipped register")
    for name in extra_files:
        path = Path(name)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            problems.append(
                Problem(str(path), f"the file cannot be read: {reason}", "give a CSV file", code="factor-file")
            )
            continue
        factors, found = read_rows(text, path.stem, str(path))
        problems.extend(found)
        for factor in factors:
            if factor.id in rows:
                problems.append(_repeated(factor, str(path), places[factor.id]))
                continue
            rows[factor.id], places[factor.id] = factor, str(path)
    return _finish(rows, problems)


@functools.cache
def _shipped_rows() -> Mapping[str, Factor]:
    """Read the shipped rows once, with references not yet followed."""
    folder = resources.files("kenli.core.factors") / "data"
    rows: dict[str, Factor] = {}
    problems: list[Problem] = []
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".csv")), key=lambda file: file.name)
    for file in files:
        factors, found = read_rows(file.read_text(encoding="utf-8"), file.name.removesuffix(".csv"), file.name)
        problems.extend(found)
        for factor in factors:
            if factor.id in rows:
                problems.append(_repeated(factor, file.name, rows[factor.id].family))
            rows[factor.id] = factor
    if problems:
        raise InputError(problems)
    return MappingProxyType(rows)


@functools.cache
def _shipped_register() -> Register:
    return _finish(_shipped_rows(), [])


def _repeated(factor: Factor, where: str, first: str) -> Problem:
    what = f"the id '{factor.id}' exists already in {first}"
    return Problem(where, what, "choose another id", code="factor-duplicate")


def _finish(rows: Mapping[str, Factor], problems: list[Problem]) -> Register:
    """Follow the references and raise everything that was found."""
    resolved, found = resolve_references(rows)
    problems = [*problems, *found]
    if problems:
        raise InputError(problems)
    return Register(resolved.values())
