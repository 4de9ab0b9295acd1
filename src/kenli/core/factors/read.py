"""Read factor rows from CSV text, collecting every problem before anything is refused."""

from __future__ import annotations

import csv
import functools
import io
import math
import re
import tokenize
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, cast

from kenli.core import units
from kenli.core.errors import Problem, suggest
from kenli.core.factors.factor import CONFIDENCES, Confidence, Factor, least_sure

COLUMNS: Final = (
    "id", "name_en", "name_zh", "value", "low", "high", "unit", "year", "region", "source",
    "confidence", "published", "note",
)  # fmt: skip
"""Columns that every factor file has; `same_as` and `value_<year>` may follow."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")
_LATER: Final = re.compile(r"value_(\d{4})")
_CURRENCY: Final = re.compile(rf"\b({'|'.join(units.CURRENCIES)})\b")


def read_rows(text: str, family: str, where: str) -> tuple[list[Factor], list[Problem]]:
    """Read one factor file.

    Args:
        text: the file's content: a header with `COLUMNS`, then one row a factor.
        family: name that the rows get as their family.
        where: name of the file for messages.

    Returns:
        The good rows and one problem for everything that is wrong.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    header = [name.strip() for name in (reader.fieldnames or [])]
    reader.fieldnames = header
    problems = _check_header(header, where)
    if problems:
        return [], problems
    factors: list[Factor] = []
    for row in reader:
        # A quoted cell may hold line breaks, so the reader's own counter is the line of the row's end.
        factor, found = _read_row(row, header, family, f"{where}:{reader.line_num}")
        problems.extend(found)
        if factor is not None:
            factors.append(factor)
    return factors, problems


@functools.cache
def check_unit(unit: str) -> str:
    """Return what is wrong with a unit's spelling, or an empty string."""
    try:
        units.dimension(unit)
    except (AttributeError, TypeError, ValueError, KeyError, SyntaxError, tokenize.TokenError):
        return f"the unit '{unit}' is not known"
    return ""


def currency_of(unit: str) -> str:
    """Return the currency in a unit, such as `EUR` in `EUR/kW`, or an empty string."""
    match = _CURRENCY.search(unit)
    return match.group(1) if match else ""


def resolve_references(factors: Mapping[str, Factor]) -> tuple[dict[str, Factor], list[Problem]]:
    """Fill the rows that say `same_as`, converting money by the exchange-rate row `fx/<from>-<to>`.

    Args:
        factors: all rows by id.

    Returns:
        The rows with their values and the problems of references that lead nowhere.
    """
    resolved: dict[str, Factor] = {}
    problems: list[Problem] = []

    def resolve(factor: Factor, path: tuple[str, ...]) -> Factor:
        if factor.id in resolved:
            return resolved[factor.id]
        answer = factor
        if factor.same_as:
            where = f"{factor.family} > {factor.id} > same_as"
            target = factors.get(factor.same_as)
            if factor.same_as in path or factor.same_as == factor.id:
                problems.append(Problem(where, "the references go round in a circle", code="factor-reference"))
            elif target is None:
                fix = suggest(factor.same_as, factors) or "write the id of a row of the register"
                problems.append(Problem(where, f"there is no factor '{factor.same_as}'", fix, code="factor-reference"))
            else:
                answer = _take_over(factor, resolve(target, (*path, factor.id)), factors, problems)
        resolved[factor.id] = answer
        return answer

    for factor in factors.values():
        resolve(factor, ())
    return {identifier: resolved[identifier] for identifier in factors}, problems


def _take_over(factor: Factor, target: Factor, factors: Mapping[str, Factor], problems: list[Problem]) -> Factor:
    """Copy the target's numbers into the row that refers to it."""
    where = f"{factor.family} > {factor.id} > unit"
    own, theirs = currency_of(factor.unit), currency_of(target.unit)
    expected = _CURRENCY.sub(own, target.unit) if own and theirs else target.unit
    if expected != factor.unit:
        what = f"the unit '{factor.unit}' is not that of '{target.id}', '{target.unit}'"
        problems.append(Problem(where, what, f"write '{expected}'", code="factor-reference"))
        return factor
    rate, confidence, note, used = 1.0, target.confidence, factor.note, target.converted_by
    if own != theirs:
        used = f"fx/{theirs.lower()}-{own.lower()}"
        exchange = factors.get(used)
        if exchange is None or exchange.value is None:
            what = f"'{target.id}' is in {theirs} and the register has no rate '{used}'"
            problems.append(Problem(where, what, f"add a row '{used}'", code="factor-reference"))
            return factor
        rate, confidence = exchange.value, least_sure(confidence, exchange.confidence)
        converted = f"{theirs} converted at {exchange.value:g} {exchange.unit} ({used})"
        note = f"{note}; {converted}" if note else converted
    return replace(
        factor,
        value=None if target.value is None else target.value * rate,
        low=None if target.low is None else target.low * rate,
        high=None if target.high is None else target.high * rate,
        later=tuple((year, value * rate) for year, value in target.later),
        year=target.year if factor.year is None else factor.year,
        confidence=least_sure(factor.confidence, confidence),
        note=note,
        converted_by=used,
    )


def _check_header(header: list[str], where: str) -> list[Problem]:
    if not header:
        fix = f"begin the file with the columns {', '.join(COLUMNS)}"
        return [Problem(where, "the file is empty", fix, code="factor-columns")]
    problems = [
        Problem(where, f"the column '{name}' is missing", f"columns: {', '.join(COLUMNS)}", code="factor-columns")
        for name in COLUMNS
        if name not in header
    ]
    for name in header:
        if name in COLUMNS or name == "same_as" or _LATER.fullmatch(name):
            continue
        fix = suggest(name, COLUMNS) or "optional columns are 'same_as' and 'value_<year>', such as value_2030"
        problems.append(Problem(where, f"the column '{name}' is not known", fix, code="factor-columns"))
    problems.extend(
        Problem(where, f"the column '{name}' appears twice", "keep one", code="factor-columns")
        for name in sorted({name for name in header if header.count(name) > 1})
    )
    return problems


def _read_row(
    row: Mapping[str | None, str | list[str] | None], header: Iterable[str], family: str, line: str
) -> tuple[Factor | None, list[Problem]]:
    if None in row or any(row[name] is None for name in header):
        fix = 'give every column a cell; put a text that has a comma in "quotes"'
        return None, [Problem(line, "the row has another number of cells than the header", fix, code="factor-row")]
    cells = {name: cast(str, row[name]).strip() for name in header}
    identifier = cells["id"]
    where = f"{line} > {identifier}" if identifier else line
    problems: list[Problem] = []

    def wrong(column: str, what: str, fix: str) -> None:
        problems.append(Problem(f"{where} > {column}", what, fix, code="factor-row"))

    def numeric(column: str) -> float | None:
        text = cells.get(column, "")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            wrong(column, f"'{text}' is not a number", "write a plain number; leave the cell empty if unknown")
            return None
        if not math.isfinite(value):
            wrong(column, f"'{text}' is not a finite number", "leave the cell empty if the value is unknown")
            return None
        return value

    if not _ID.fullmatch(identifier):
        wrong(
            "id",
            f"'{identifier}' is not a path of two or more words",
            "write one such as 'tariff/my-site/base'",
        )
    for column in ("name_en", "name_zh", "region", "source"):
        if not cells[column]:
            wrong(column, "the cell is empty", "every row says what it is, where it holds and who says so")
    if cells["confidence"] not in CONFIDENCES:
        wrong("confidence", f"'{cells['confidence']}' is not a confidence", f"one of {', '.join(CONFIDENCES)}")
    if what := check_unit(cells["unit"]):
        wrong("unit", what, "write one such as 'kgCO2e/kWh', 'CNY/kW', '%'; leave it empty for a plain number")
    value, low, high = numeric("value"), numeric("low"), numeric("high")
    if low is not None and high is not None and low > high:
        wrong("low", f"low {low:g} is above high {high:g}", "exchange them")
    elif value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        wrong("value", f"{value:g} lies outside of its range", "widen low and high, or correct the value")
    year: int | None = None
    if cells["year"]:
        if re.fullmatch(r"\d{4}", cells["year"]):
            year = int(cells["year"])
        else:
            wrong("year", f"'{cells['year']}' is not a year", "write four digits, or nothing")
    later = _read_later(cells, numeric)
    if later and (year is None or value is None or [year, *later] != sorted({year, *later})):
        wrong("year", "a projection needs a value, a year and later years that rise", "fill 'value' and 'year'")
    same_as = cells.get("same_as", "")
    if same_as and (value is not None or low is not None or high is not None or later):
        wrong("same_as", "the row has numbers of its own as well", "keep either the numbers or the reference")
    if problems:
        return None, problems
    factor = Factor(
        id=identifier, family=family, name_en=cells["name_en"], name_zh=cells["name_zh"],
        value=value, low=low, high=high, unit=cells["unit"], year=year, region=cells["region"],
        source=cells["source"], confidence=cast(Confidence, cells["confidence"]),
        published=cells["published"], note=cells["note"],
        later=tuple(later.items()), same_as=same_as,
    )  # fmt: skip
    return factor, []


def _read_later(cells: Mapping[str, str], numeric: Callable[[str], float | None]) -> dict[int, float]:
    """Read the columns `value_<year>` that have a cell."""
    found: dict[int, float] = {}
    for column in cells:
        match = _LATER.fullmatch(column)
        value = numeric(column) if match else None
        if match and value is not None:
            found[int(match.group(1))] = value
    return found
