"""Time-of-use prices: periods by month and local hour, with no overlap and no gap unnoticed."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator

from kenli.core.errors import suggest
from kenli.park.fields import Model, MoneyPerAmount, Number, ShortForm

MINUTES = 24 * 60

HourRange = Annotated[str, Field(pattern=r"^\s*\d{1,2}(:\d\d)?\s*-\s*\d{1,2}(:\d\d)?\s*$")]
"""Hours of the local day, start included and end not, such as `16-19` or `22-6`."""


def _months(value: Any) -> Any:
    return [value] if isinstance(value, str | int) else value


def _text_keys(value: Any) -> Any:
    """Read the key of `{7: 6}` as the text that it stands for."""
    return {str(key): inner for key, inner in value.items()} if isinstance(value, dict) else value


Month = Annotated[int, Field(ge=1, le=12)]


class PeriodHours(Model):
    """Hours of the named periods in a set of months."""

    months: Annotated[list[str | int], ShortForm(_months, {"type": ["string", "integer"]})]
    """Months, such as `1-2`, `[6, 7, 8]` or `11-12`."""
    hours: dict[str, list[HourRange]]
    """Period name -> hour ranges of the local day."""
    rest: str | None = None
    """Period of the hours that no range names."""
    assumed: str = ""
    """Why these months are an assumption; empty when a source states them."""


class TimeOfUse(Model):
    """A price by period of the day and month."""

    prices: dict[str, MoneyPerAmount] | None = None
    """Price of each period; either this, or `base` with `ratios`."""
    base: MoneyPerAmount | None = None
    """Price of the flat period, which the ratios multiply."""
    ratios: dict[str, Number] | None = None
    """Multiplier of the base price for each period."""
    schedule: list[PeriodHours] | None = None
    """Which hours of which months belong to which period."""
    scheme: str | None = None
    """A shipped schedule with its ratios, such as `shandong-2026`, instead of `schedule`."""
    precedence: list[str] = Field(default_factory=list)
    """Periods that win where ranges overlap, strongest first, such as `[critical, deep_valley]`."""
    assume: Annotated[dict[str, Month], BeforeValidator(_text_keys)] = Field(default_factory=dict)
    """Months without a published schedule that shall copy another month, such as `{"7-8": 6}`."""

    @model_validator(mode="after")
    def _one_way(self) -> TimeOfUse:
        if (self.schedule is None) == (self.scheme is None):
            both = "both schedule and scheme are given" if self.scheme else "neither schedule nor scheme is given"
            raise ValueError(f"{both}; write one of them")
        if self.prices is None and self.base is None:
            raise ValueError("the periods have no prices; write prices for each of them, or base with ratios")
        if self.prices is not None and (self.base is not None or self.ratios is not None):
            raise ValueError("prices and base/ratios contradict each other; keep one")
        if self.base is not None and self.ratios is None and self.scheme is None:
            raise ValueError("base has no ratios to multiply it; write ratios for each period")
        return self


def shipped_schemes() -> list[str]:
    """Return the names of the shipped schedules."""
    return sorted(_schemes())


@cache
def _schemes() -> dict[str, dict[str, Any]]:
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    folder = resources.files("kenli.park") / "schemes"
    found: dict[str, dict[str, Any]] = {}
    for entry in folder.iterdir():
        if entry.name.endswith(".yaml"):
            found |= yaml.load(entry.read_text(encoding="utf-8"))
    return found


def complete(tou: TimeOfUse) -> tuple[TimeOfUse, list[str]]:
    """Fill in the scheme and the months copied by `assume`; returns also the assumptions, in words.

    Raises:
        ValueError: the scheme is unknown; the message says which are shipped.
    """
    notes: list[str] = []
    schedule, ratios, precedence = tou.schedule, tou.ratios, tou.precedence
    if tou.scheme is not None:
        if tou.scheme not in _schemes():
            hint = suggest(tou.scheme, shipped_schemes()) or f"shipped: {', '.join(shipped_schemes())}"
            raise ValueError(f"there is no shipped scheme '{tou.scheme}'; {hint}")
        shipped = _schemes()[tou.scheme]
        schedule = [PeriodHours.model_validate(part) for part in shipped["schedule"]]
        ratios = ratios or (shipped["ratios"] if tou.prices is None else None)
        precedence = precedence or shipped["precedence"]
    schedule = list(schedule or [])
    for target, model_month in tou.assume.items():
        part = next((p for p in schedule if model_month in months_of(p.months)), None)
        if part is None:
            raise ValueError(f"assume copies month {model_month}, which has no schedule; name a month that has one")
        text = f"months {target} are assumed to follow month {model_month}"
        schedule.append(part.model_copy(update={"months": [target], "assumed": text}))
    notes += [part.assumed for part in schedule if part.assumed]
    update = {"schedule": schedule, "ratios": ratios, "precedence": precedence, "scheme": None, "assume": {}}
    return tou.model_copy(update=update), notes


def period_prices(tou: TimeOfUse) -> dict[str, float]:
    """Return the price of each period [currency/MWh]."""
    if tou.prices is not None:
        return dict(tou.prices)
    ratios = tou.ratios or {}
    return {name: float(tou.base or 0.0) * ratio for name, ratio in ratios.items()}


def calendar(tou: TimeOfUse) -> tuple[list[str], NDArray[np.int16]]:
    """Return the period names and a (12, 1440) table of the period of each minute of each month.

    Raises:
        ValueError: hours overlap without precedence, leave a gap, or name a period without a price;
            months are missing or named twice.
    """
    prices = period_prices(tou)
    names = list(prices)
    table = np.full((12, MINUTES), -1, dtype=np.int16)
    seen: dict[int, str] = {}
    for part in tou.schedule or []:
        row = _day(part, names, tou.precedence)
        for month in months_of(part.months):
            if month in seen:
                raise ValueError(f"month {month} has two schedules; give each month once")
            seen[month] = str(part.months)
            table[month - 1] = row
    missing = [str(month) for month in range(1, 13) if month not in seen]
    if missing:
        raise ValueError(
            f"months {', '.join(missing)} have no schedule; add them, or say under `assume` which month they follow"
        )
    return names, table


def price_profile(
    tou: TimeOfUse, month: NDArray[np.integer], hour: NDArray[np.floating], duration: float
) -> NDArray[np.float64]:
    """Return the mean price of each step [currency/MWh].

    Args:
        tou: the prices, completed.
        month: (T,) local month of the step's start, 1-12.
        hour: (T,) local hour of the day of the step's start, with fractions.
        duration: length of a step [h], at most a day.
    """
    names, table = calendar(tou)
    values = np.array([period_prices(tou)[name] for name in names])
    minute_price = values[table]
    twice = np.concatenate([np.zeros((12, 1)), np.cumsum(np.tile(minute_price, (1, 2)), axis=1)], axis=1)
    start = np.rint(hour * 60.0).astype(np.int64)
    length = max(round(duration * 60.0), 1)
    rows = month.astype(np.int64) - 1
    mean: NDArray[np.float64] = (twice[rows, start + length] - twice[rows, start]) / length
    return mean


def months_of(items: list[str | int]) -> list[int]:
    """Return the months that `1-2`, `6` or `11-1` name."""
    months: list[int] = []
    for item in items:
        match = re.fullmatch(r"\s*(\d{1,2})\s*(?:-\s*(\d{1,2})\s*)?", str(item))
        first = int(match[1]) if match else 0
        last = int(match[2] or first) if match else 0
        if not (1 <= first <= 12 and 1 <= last <= 12):
            raise ValueError(f"'{item}' is not a month or a range of months; write for example 6 or 11-12")
        count = (last - first) % 12 + 1
        months += [(first - 1 + k) % 12 + 1 for k in range(count)]
    return months


def minutes_of(text: str) -> list[tuple[int, int]]:
    """Return the minute spans of the day that `16-19`, `6:30-8` or `22-6` name."""
    bounds = []
    for part in text.split("-"):
        hours, _, minutes = part.strip().partition(":")
        bounds.append(int(hours) * 60 + int(minutes or 0) if int(minutes or 0) < 60 else -1)
    start, end = bounds
    if not (0 <= start <= MINUTES and 0 <= end <= MINUTES) or start == end:
        raise ValueError(f"'{text}' is not a span of the day; write for example 16-19 or 22-6")
    return [(start, end)] if start < end else [(start, MINUTES), (0, end)]


def _day(part: PeriodHours, names: list[str], precedence: list[str]) -> NDArray[np.int16]:
    row = np.full(MINUTES, -1, dtype=np.int16)
    for name in [*part.hours, *([part.rest] if part.rest else []), *precedence]:
        if name not in names:
            raise ValueError(f"the period '{name}' has no price; {suggest(name, names) or f'priced: {names}'}")
    for name, spans in part.hours.items():
        for span in spans:
            for start, end in minutes_of(span):
                _place(row, names, name, start, end, precedence, part)
    if part.rest is not None:
        row[row < 0] = names.index(part.rest)
    if (row < 0).any():
        minute = int(np.argmax(row < 0))
        raise ValueError(
            f"months {part.months}: {_clock(minute)} belongs to no period; extend a period or name one as `rest`"
        )
    return row


def _place(
    row: NDArray[np.int16],
    names: list[str],
    name: str,
    start: int,
    end: int,
    precedence: list[str],
    part: PeriodHours,
) -> None:
    own = names.index(name)
    here = row[start:end]
    for other in np.unique(here[here >= 0]):
        rival = names[int(other)]
        if rival == name:
            raise ValueError(f"months {part.months}: '{name}' names {_clock(start)} twice; keep one range")
        if name not in precedence and rival not in precedence:
            minute = start + int(np.argmax(here == other))
            raise ValueError(
                f"months {part.months}: '{name}' and '{rival}' overlap at {_clock(minute)}; "
                "shorten one, or name the stronger one under `precedence`"
            )
    rank = {period: k for k, period in enumerate(precedence)}
    wins = np.array([rank.get(name, 99) < rank.get(names[int(o)], 99) if o >= 0 else True for o in here])
    here[wins] = own


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
