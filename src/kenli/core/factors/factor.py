"""One cited number: what it is, how much, of what year and place, from whom, and how sure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal, get_args

Confidence = Literal["high", "medium", "low"]

CONFIDENCES: Final[tuple[Confidence, ...]] = get_args(Confidence)
"""From the surest to the least sure: read in the source, second hand or derived, from memory."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One row of the register.

    Attributes:
        id: readable path, such as `electricity/cn-shandong-2023`.
        family: the file that holds it, such as `electricity_emission`.
        name_en: English name.
        name_zh: Chinese name.
        value: the number in `unit`; None where nobody has published it or it was not found.
        low: lower end of the published range, if there is one.
        high: upper end of the published range.
        unit: unit in the spelling of `kenli.core.units`; empty for a plain number.
        year: year that the number describes (not the year of publication).
        region: where it holds, such as `CN`, `CN-SD`, `EU`, `world`.
        source: the original source.
        confidence: `high` (read in the source), `medium` (second hand or derived), `low` (verify first).
        published: when the source appeared, as far as known.
        note: derivation, basis, doubt, or where to look for a missing value.
        later: (year, value) pairs of a projection, rising in year.
        same_as: id of the row that this one takes its value from, if it does.
        converted_by: id of the exchange rate by which the value of `same_as` was converted.
    """

    id: str
    family: str
    name_en: str
    name_zh: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    year: int | None
    region: str
    source: str
    confidence: Confidence
    published: str
    note: str
    later: tuple[tuple[int, float], ...] = ()
    same_as: str = ""
    converted_by: str = ""

    def at(self, year: int) -> Factor:
        """Return the row as it stands in another year, with the way it was found in its note.

        Between two years of a projection the value is interpolated linearly; outside of it the
        nearest year is kept. A row without a projection keeps its value.

        Args:
            year: calendar year.
        """
        if self.value is None or self.year is None or year == self.year:
            return self
        points = ((self.year, self.value), *self.later)
        for known, value in points:
            if year == known:
                return replace(self, value=value, year=year, later=(), low=None, high=None)
        first, last = points[0], points[-1]
        if year < first[0] or year > last[0]:
            nearest = first if year < first[0] else last
            way = f"of {nearest[0]}, the nearest year known, used for {year}"
            same_year = nearest[0] == self.year
            return replace(
                self,
                value=nearest[1],
                low=self.low if same_year else None,
                high=self.high if same_year else None,
                later=(),
                note=_joined(self.note, way),
            )
        for (before, low), (after, high) in pairwise(points):
            if before < year < after:
                value = low + (high - low) * (year - before) / (after - before)
                way = f"interpolated between {before} and {after} for {year}"
                note = _joined(self.note, way)
                return replace(self, value=value, year=year, later=(), low=None, high=None, note=note)
        raise AssertionError("years of a projection rise")  # pragma: no cover

    @property
    def range_text(self) -> str:
        """Value with its range as text, such as `1500 (1350 to 1500)`, or `unknown`."""
        centre = "unknown" if self.value is None else number(self.value)
        if self.low is None and self.high is None:
            return centre
        low, high = ("?" if end is None else number(end) for end in (self.low, self.high))
        return f"{centre} ({low} to {high})"


def number(value: float) -> str:
    """Write a number without a tail of binary digits."""
    return f"{value:.10g}"


def least_sure(*confidences: Confidence) -> Confidence:
    """Return the weakest of several confidences."""
    return max(confidences, key=CONFIDENCES.index)


def _joined(note: str, more: str) -> str:
    return f"{note}; {more}" if note else more
