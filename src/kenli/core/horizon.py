"""The time axis of a plan: which steps exist, what each counts for, how they follow each other.

Inside Kenli time is UTC and a label is the START of its interval; the park's time zone enters here
and nowhere below. A `Horizon` is either chronological (a local calendar year, several of them, or a
declared span: one period with all its steps) or a selection of representative periods, real weeks
or days with their real dates, each standing for several originals of the full series.

Within one period all steps weigh the same. That is a law and not a convenience: a storage that
moves energy between two steps of different weight would create or destroy energy in the year.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kenli.core.errors import InputError, Problem, suggest

if TYPE_CHECKING:
    import pandas as pd

HOUR: Final = 3_600_000_000
"""Microseconds of an hour."""
DAY: Final = 24 * HOUR
YEAR_HOURS: Final = 8760.0

_Array = TypeVar("_Array", bound=NDArray[Any])


@dataclass(frozen=True, eq=False, repr=False)
class Horizon:
    """The time steps of a plan, with T steps in R periods that stand for D original periods.

    Build it with `Horizon.year`, `Horizon.span` or `Horizon.select`; the arrays are read-only.

    Attributes:
        start: (T,) starts of the intervals, UTC.
        duration: length of every step [h].
        weight: (T,) how many times the step counts in a year (in the span, for a declared span);
            equal within a period.
        period: (T,) representative period of the step, 0..R-1.
        timezone: IANA name of the park's time zone.
        originals: (D,) representative period that stands for each chronological original period.
        original_start: (D,) UTC starts of the original periods.
        period_steps: steps in a period; every period has as many.
        source_step: (T,) index of the step in the full series.
        full_steps: steps of the full series. Representative periods cover `D * period_steps` of
            them; the remainder (a year has 52 weeks and a day) is held by the weights, see `select`.
        whole_years: calendar years that the full series spans; 0 for a declared span. Weights and
            sums are per year of the span when it is positive, and per span when it is 0.
    """

    start: NDArray[np.datetime64]
    duration: float
    weight: NDArray[np.float64]
    period: NDArray[np.int32]
    timezone: str
    originals: NDArray[np.int32]
    original_start: NDArray[np.datetime64]
    period_steps: int
    source_step: NDArray[np.int32]
    full_steps: int
    whole_years: int

    def __post_init__(self) -> None:
        for name, kind in _ARRAYS.items():
            array = np.array(getattr(self, name), dtype=kind)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        for name in ("weight", "period", "source_step"):
            if getattr(self, name).shape != self.start.shape:
                raise ValueError(f"{name} has another length than start")
        if self.start.size % self.period_steps or self.originals.shape != self.original_start.shape:
            raise ValueError("the periods do not fill the steps")

    # ---------------------------------------------------------------- constructors

    @classmethod
    def year(cls, year: int, step_hours: float = 1.0, timezone: str = "UTC", *, count: int = 1) -> Horizon:
        """Return the park's local calendar year, from local midnight of 1 January.

        Args:
            year: calendar year; leap years have 8784 hours.
            step_hours: length of a step [h]; it divides a day.
            timezone: IANA name, such as `Asia/Shanghai`.
            count: number of consecutive years; weights are then 1 / count, so that every sum is
                that of an average year.

        Raises:
            InputError: unknown time zone, a step that does not divide a day, a year out of range.
        """
        zone = read_zone(timezone)
        step = _step(step_hours)
        if not (1900 <= year <= 2200 and count >= 1 and year + count <= 2201):
            raise _error(
                "horizon > year",
                f"the year {year} (and {count} of them) is out of range",
                "write a calendar year between 1900 and 2200",
            )
        first = instant(datetime(year, 1, 1, tzinfo=zone))
        end = instant(datetime(year + count, 1, 1, tzinfo=zone))
        steps, rest = divmod(int((end - first) // np.timedelta64(1, "us")), step)
        if rest:
            raise _error(
                "horizon > step",
                f"{year} in {timezone} is not a whole number of {step_hours:g} h steps",
                "take a shorter step",
            )
        return cls._chronological(first, steps, step, timezone, weight=1.0 / count, whole_years=count)

    @classmethod
    def span(cls, start: datetime | str, steps: int, step_hours: float = 1.0, timezone: str = "UTC") -> Horizon:
        """Return a declared span of consecutive steps; each counts once.

        Args:
            start: start of the first step; without an offset it is local time in `timezone`.
            steps: number of steps.
            step_hours: length of a step [h]; it divides a day.
            timezone: IANA name of the park's time zone.

        Raises:
            InputError: unknown time zone, unreadable or non-existent start, no steps, bad step.
        """
        zone = read_zone(timezone)
        step = _step(step_hours)
        if steps < 1:
            raise _error("horizon > steps", f"{steps} steps are no horizon", "write a positive number of steps")
        return cls._chronological(_read_start(start, zone), steps, step, timezone, weight=1.0, whole_years=0)

    @classmethod
    def _chronological(
        cls, first: np.datetime64, steps: int, step: int, timezone: str, *, weight: float, whole_years: int
    ) -> Horizon:
        index = np.arange(steps)
        return cls(
            start=first + (index * step).astype("timedelta64[us]"),
            duration=step / HOUR,
            weight=np.full(steps, weight),
            period=np.zeros(steps, np.int32),
            timezone=timezone,
            originals=np.zeros(1, np.int32),
            original_start=np.array([first]),
            period_steps=steps,
            source_step=index.astype(np.int32),
            full_steps=steps,
            whole_years=whole_years,
        )

    def select(self, chosen: Sequence[int], originals: ArrayLike, period_steps: int) -> Horizon:
        """Return the horizon of representative periods of this chronological one.

        The full series is cut into D whole periods of `period_steps` from its start. Steps behind
        the last whole period (24 h of a 365-day year in weeks) have no original of their own: all
        weights are stretched by the same factor, so that `sum(weight) * duration` remains the
        length of the year, and so that within the year's chain of D originals no energy is made or
        lost. `chronological` shows those steps with the first steps of the last representative.

        Args:
            chosen: (R,) ascending numbers of the original periods that are representatives.
            originals: (D,) position in `chosen` of the representative of each original period.
            period_steps: steps in a period.

        Raises:
            InputError: the horizon is a selection already, or the numbers do not fit each other.
        """
        where = "horizon > representative periods"
        if not self.is_chronological:
            raise _error(where, "the horizon already consists of representative periods", "select from the full year")
        count = self.full_steps // period_steps if period_steps > 0 else 0
        representatives = np.asarray(chosen, np.int64)
        link = np.asarray(originals, np.int64)
        if (
            count == 0
            or link.shape != (count,)
            or representatives.size == 0
            or np.any(np.diff(representatives) <= 0)
            or representatives[0] < 0
            or representatives[-1] >= count
            or not np.array_equal(np.unique(link), np.arange(representatives.size))
        ):
            raise _error(
                where,
                f"the selection does not fit {count} original periods of {period_steps} steps",
                "give ascending period numbers, and one used representative for every original",
            )
        source = (representatives[:, None] * period_steps + np.arange(period_steps)).ravel()
        stretch = self.full_steps / (count * period_steps)
        times = np.bincount(link).astype(np.float64) * stretch * float(self.weight[0])
        return Horizon(
            start=self.start[source],
            duration=self.duration,
            weight=np.repeat(times, period_steps),
            period=np.repeat(np.arange(representatives.size, dtype=np.int32), period_steps),
            timezone=self.timezone,
            originals=link.astype(np.int32),
            original_start=self.start[np.arange(count) * period_steps],
            period_steps=period_steps,
            source_step=source.astype(np.int32),
            full_steps=self.full_steps,
            whole_years=self.whole_years,
        )

    # ---------------------------------------------------------------- sizes

    @property
    def steps(self) -> int:
        """Return T, the number of steps."""
        return int(self.start.size)

    @property
    def periods(self) -> int:
        """Return R, the number of (representative) periods."""
        return self.steps // self.period_steps

    @property
    def is_chronological(self) -> bool:
        """Tell whether the steps are the full series itself, one period without gaps."""
        return self.steps == self.full_steps and self.originals.size == 1

    @property
    def hours(self) -> float:
        """Return the hours that the plan counts for: of an average year, or of the declared span."""
        return float(self.weight.sum() * self.duration)

    @property
    def years(self) -> float:
        """Return the length of the full series in years (8760 h, where it is a declared span)."""
        return float(self.whole_years) if self.whole_years else self.full_steps * self.duration / YEAR_HOURS

    @property
    def year_fraction(self) -> float:
        """Return the part of a year that sums of this horizon cover: 1, or the share of a declared span.

        Yearly costs (annuities, fixed charges) are multiplied by it where they meet sums over steps.
        """
        return 1.0 if self.whole_years else self.hours / YEAR_HOURS

    @property
    def first_year(self) -> int:
        """Return the local calendar year in which the full series starts."""
        return int(self._local_of(self.original_start[:1]).year[0])

    @property
    def kind(self) -> str:
        """Return `year`, `weeks`, `days`, `periods` or `declared`: how the steps were chosen."""
        if self.is_chronological:
            return "year" if self.whole_years else "declared"
        return {168.0: "weeks", 24.0: "days"}.get(self.period_steps * self.duration, "periods")

    @cached_property
    def step_weight(self) -> NDArray[np.float64]:
        """Return (T,) weight times duration [h/yr]: what a mean flow of the step becomes in a year."""
        return _fixed(self.weight * self.duration)

    @property
    def end(self) -> np.datetime64:
        """Return the UTC end of the last step."""
        return np.datetime64(self.start[-1] + np.timedelta64(round(self.duration * HOUR), "us"), "us")

    @property
    def full_end(self) -> np.datetime64:
        """Return the UTC end of the full series."""
        length = np.timedelta64(round(self.full_steps * self.duration * HOUR), "us")
        return np.datetime64(self.original_start[0] + length, "us")

    def __repr__(self) -> str:
        text = f"{self.steps} steps of {self.duration:g} h from {self.local_labels[0]} ({self.timezone})"
        return (
            f"Horizon({text}, {self.periods} of {self.originals.size} periods)"
            if self.periods > 1
            else (f"Horizon({text})")
        )

    # ---------------------------------------------------------------- local time

    @cached_property
    def local(self) -> pd.DatetimeIndex:
        """Return the starts as a pandas index in the park's time zone."""
        import pandas as pd

        return pd.DatetimeIndex(self.start).tz_localize("UTC").tz_convert(self.timezone)

    @cached_property
    def local_labels(self) -> list[str]:
        """Return (T,) ISO local times with their offset, such as `2027-01-01T00:00:00+08:00`."""
        return [stamp.isoformat() for stamp in self.local]

    @cached_property
    def month(self) -> NDArray[np.int8]:
        """Return (T,) local calendar months 1..12 of the steps' own dates."""
        return _fixed(np.asarray(self.local.month, np.int8))

    @cached_property
    def hour_of_day(self) -> NDArray[np.float64]:
        """Return (T,) local hours of the day at the starts, 0 <= hour < 24, with fractions."""
        wall = _wall(self.local)
        return _fixed(((wall - wall.astype("datetime64[D]")) // np.timedelta64(1, "us")) / HOUR)

    @cached_property
    def weekday(self) -> NDArray[np.int8]:
        """Return (T,) local days of the week, Monday is 0."""
        return _fixed(np.asarray(self.local.dayofweek, np.int8))

    @cached_property
    def day_index(self) -> NDArray[np.int32]:
        """Return (T,) local day numbers, counted from the day on which the full series starts."""
        days = _wall(self.local).astype("datetime64[D]")
        first = _wall(self._local_of(self.original_start[:1])).astype("datetime64[D]")[0]
        return _fixed(((days - first) // np.timedelta64(1, "D")).astype(np.int32))

    def _local_of(self, instants: NDArray[np.datetime64]) -> pd.DatetimeIndex:
        import pandas as pd

        return pd.DatetimeIndex(instants).tz_localize("UTC").tz_convert(self.timezone)

    # ---------------------------------------------------------------- order

    @cached_property
    def first_of_period(self) -> NDArray[np.bool_]:
        """Return (T,) mask of the steps that open a period."""
        return _fixed(np.arange(self.steps) % self.period_steps == 0)

    @cached_property
    def previous(self) -> NDArray[np.int32]:
        """Return (T,) index of the step before, inside the period; before the first comes the last."""
        index = np.arange(self.steps, dtype=np.int32)
        before = index - 1
        before[self.first_of_period] += self.period_steps
        return _fixed(before)

    def windows(self, length_hours: float) -> NDArray[np.int32]:
        """Return (T,) ascending window numbers for demand that may move within a window.

        Windows start at local midnight (at every `length_hours` of the local clock where they are
        shorter than a day) and are cut at the borders of periods, so that a shift never leaves its
        period. Where clocks change, a window of the day has an hour less or more.

        Args:
            length_hours: a divisor of 24 h that is a multiple of the step, or a multiple of 24 h.

        Raises:
            InputError: the length is neither.
        """
        ratio = length_hours / self.duration if length_hours > 0 else 0.0
        days = length_hours / 24.0
        parts = 1.0 / days if days > 0 else 0.0
        if not _whole(ratio) or ratio < 1 or not (_whole(days) or _whole(parts)):
            raise _error(
                "window",
                f"a window of {length_hours:g} h does not fit days and steps of {self.duration:g} h",
                "write a window that divides 24 h into whole steps, or a whole number of days",
            )
        opening = self.day_index[self.first_of_period][self.period]
        if days >= 1:
            number = (self.day_index - opening) // round(days)
        else:
            number = (self.day_index - opening) * round(parts) + (self.hour_of_day // length_hours).astype(np.int32)
        changes = np.ones(self.steps, bool)
        changes[1:] = (number[1:] != number[:-1]) | (self.period[1:] != self.period[:-1])
        return _fixed((np.cumsum(changes) - 1).astype(np.int32))

    @cached_property
    def months(self) -> list[tuple[str, NDArray[np.bool_]]]:
        """Return the local calendar months with the (T,) mask of the steps that stand for them.

        The peak of a month is the maximum over its mask. With representative periods a step stands
        for every month in which one of its originals lies, so no month is without steps and no
        monthly charge escapes. Labels are `2027-01`.
        """
        origin = np.arange(self.originals.size)[:, None]
        offset = np.arange(self.period_steps)[None, :]
        length = np.timedelta64(round(self.duration * HOUR), "us")
        instants = (self.original_start[:, None] + offset * length).ravel()
        stamps = _wall(self._local_of(instants)).astype("datetime64[M]")
        steps = (self.originals[origin] * self.period_steps + offset).ravel()
        found: list[tuple[str, NDArray[np.bool_]]] = []
        for month in np.unique(stamps):
            mask = np.zeros(self.steps, bool)
            mask[steps[stamps == month]] = True
            found.append((str(month), _fixed(mask)))
        return found

    # ---------------------------------------------------------------- to and from the full series

    @cached_property
    def chronological_step(self) -> NDArray[np.int32]:
        """Return (full_steps,) index of the step that stands for each step of the full series."""
        origin = np.append(self.originals, self.originals[-1])
        steps = (origin[:, None] * self.period_steps + np.arange(self.period_steps)).ravel()
        return _fixed(steps[: self.full_steps].astype(np.int32))

    def chronological(self, values: ArrayLike) -> NDArray[Any]:
        """Expand values of the steps to the full series.

        Args:
            values: (..., T) array.

        Returns:
            (..., full_steps) array; the values themselves for a chronological horizon.
        """
        array = np.asarray(values)
        self._check_length(array, self.steps)
        return np.asarray(array[..., self.chronological_step])

    def sample(self, full_values: ArrayLike) -> NDArray[Any]:
        """Take the values of the steps out of a full series.

        Args:
            full_values: (..., full_steps) array.

        Returns:
            (..., T) array.
        """
        array = np.asarray(full_values)
        self._check_length(array, self.full_steps)
        return np.asarray(array[..., self.source_step])

    @staticmethod
    def _check_length(array: NDArray[Any], wanted: int) -> None:
        found = array.shape[-1] if array.ndim else 0
        if found != wanted:
            raise _error(
                "series",
                f"it has {found} values where the horizon has {wanted} steps",
                f"give one value for each of the {wanted} steps",
            )


_ARRAYS: Final[dict[str, Any]] = {
    "start": "datetime64[us]",
    "weight": np.float64,
    "period": np.int32,
    "originals": np.int32,
    "original_start": "datetime64[us]",
    "source_step": np.int32,
}


def read_zone(name: str, where: str = "site > timezone") -> zoneinfo.ZoneInfo:
    """Return the time zone with this IANA name; raises InputError with the nearest known name."""
    known = zoneinfo.available_timezones()
    if name not in known:
        hint = suggest(name, known) or "write an IANA name such as Asia/Shanghai or Europe/Berlin"
        raise InputError(Problem(where, f"there is no time zone '{name}'", hint, code="timezone"))
    return zoneinfo.ZoneInfo(name)


def _step(step_hours: float) -> int:
    """Return the step in microseconds; it divides a day into equal parts."""
    exact = step_hours * HOUR if np.isfinite(step_hours) else 0.0
    step = round(exact)
    if step <= 0 or abs(exact - step) > 1e-6 * step or DAY % step:
        raise _error(
            "horizon > step",
            f"a step of {step_hours:g} h does not divide a day into equal steps",
            "write a step such as 15 min, 30 min, 1 h, 2 h, 3 h, 4 h, 6 h, 12 h or 24 h",
        )
    return step


def _read_start(start: datetime | str, zone: zoneinfo.ZoneInfo) -> np.datetime64:
    try:
        moment = datetime.fromisoformat(start) if isinstance(start, str) else start
    except ValueError:
        raise _error("horizon > start", f"'{start}' is not a date and time", "write it as 2027-01-01T00:00") from None
    if moment.tzinfo is None:
        local = moment.replace(tzinfo=zone)
        # A clock that was set forward never showed the hour in between.
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
            raise _error(
                "horizon > start",
                f"the local time {moment} does not exist in {zone.key}",
                "write a time that the clock shows, or an offset such as +08:00",
            )
        moment = local
    return instant(moment)


def instant(moment: datetime) -> np.datetime64:
    """Return an aware moment as a UTC instant."""
    elapsed = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return np.datetime64(elapsed // timedelta(microseconds=1), "us")


def _wall(index: pd.DatetimeIndex) -> NDArray[np.datetime64]:
    """Return what the local clock shows, without its offset."""
    return np.asarray(index.tz_localize(None), "datetime64[us]")


def _whole(value: float) -> bool:
    return value > 0 and abs(value - round(value)) < 1e-9 * max(1.0, value)


def _fixed(array: _Array) -> _Array:
    array.setflags(write=False)
    return array


def _error(where: str, what: str, fix: str) -> InputError:
    return InputError(Problem(where, what, fix, code="horizon"))
