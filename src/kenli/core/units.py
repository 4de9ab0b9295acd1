"""Quantities with units at the edge; plain floats in canonical units inside.

Inside Kenli every number is MW, MWh, t, t/h, tCO2e, degC, h, km, m or the park's currency (design
law 9). A user writes `1.2 GW`, `0.3949 CNY/kWh` or `40 GWh/yr`; `parse` converts once, through
pint, and refuses what has another dimension. Money keeps its currency: no exchange rate is implied
by a unit, so `EUR` in a park in `CNY` is a dimension error.

Emissions carry the unit `tCO2e`, which is a dimension of its own: a tonne of carbon dioxide that
flows through a pipe is `t`, a tonne that is accounted for is `tCO2e` (`tCO2` is an alias).
"""

from __future__ import annotations

import functools
import math
import re
from typing import Any, Final

import pint

from kenli.core.errors import InputError, Problem

CURRENCIES: Final = ("CNY", "EUR", "USD", "GBP", "JPY", "KRW", "INR", "AUD", "CAD", "BRL")

_DEFINITIONS: Final = (
    # 8760 h, so that `40 GWh/yr` and a sum over hours agree; pint's own year has 8766 h.
    "year = 8760 * hour = yr",
    "month = 730 * hour",
    "tCO2e = [carbon] = tCO2 = tCO2eq",
    "kgCO2e = 0.001 tCO2e = kgCO2 = kgCO2eq",
    "gCO2e = 1e-6 tCO2e = gCO2 = gCO2eq",
    "ktCO2e = 1e3 tCO2e = ktCO2",
    "MtCO2e = 1e6 tCO2e = MtCO2",
    "tce = 29.3076 GJ",
    "kt = 1000 * metric_ton",  # pint's own is the knot
    "kgce = 0.001 tce",
    "Nm3 = [normal_volume]",
    "piece = [piece]",
)


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """Return the one unit registry of the process (built on first use)."""
    ureg: pint.UnitRegistry[Any] = pint.UnitRegistry(on_redefinition="ignore")
    for definition in _DEFINITIONS:
        ureg.define(definition)
    for code in CURRENCIES:
        ureg.define(f"{code} = [currency_{code}]")
    return ureg


# Spellings of the field that pint reads as something else, or not at all.
_SPELLINGS: Final = (
    (re.compile(r"°C|℃"), "degC"),
    (re.compile(r"·|\*\*?(?=[A-Za-z])"), "*"),
    (re.compile(r"m³"), "m**3"),
    (re.compile(r"m²"), "m**2"),
    (re.compile(r"\bm2\b"), "m**2"),
    (re.compile(r"\bm3\b"), "m**3"),
    (re.compile(r"\ba\b"), "year"),
    (re.compile(r"\bGW[_ ]?ac\b|\bGWp\b"), "GW"),
    (re.compile(r"\bMW[_ ]?ac\b|\bMWp\b"), "MW"),
    (re.compile(r"\bkWp\b"), "kW"),
    (re.compile(r"¥|\b(RMB|yuan)\b"), "CNY"),
    (re.compile(r"€"), "EUR"),
)

_NUMBER: Final = re.compile(r"^\s*(?P<number>[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>.*?)\s*$")


def _pint_unit(text: str) -> pint.Unit:
    for pattern, replacement in _SPELLINGS:
        text = pattern.sub(replacement, text)
    return registry().parse_units(text) if text else registry().dimensionless


@functools.lru_cache(maxsize=4096)
def _factor(unit: str, to: str) -> float:
    """Return the multiplier from `unit` to `to`; raises pint errors."""
    return float(registry().Quantity(1.0, _pint_unit(unit)).to(_pint_unit(to)).magnitude)


def split(text: str) -> tuple[float, str]:
    """Split `'1.2 GW'` into `(1.2, 'GW')` and `'0.1/h'` into `(0.1, '1/h')`; ValueError without a number."""
    match = _NUMBER.match(text)
    if match is None:
        raise ValueError(f"'{text}' does not start with a number")
    unit = match["unit"]
    return float(match["number"].replace("_", "")), f"1{unit}" if unit.startswith("/") else unit


def convert(value: float, unit: str, to: str) -> float:
    """Convert a number between two units of one dimension.

    Args:
        value: the number.
        unit: its unit, such as `kW`, `CNY/kWh`, `%`, `degC`.
        to: the wanted unit.

    Raises:
        ValueError: the unit is unknown or has another dimension; the message says which.
    """
    if unit == to:
        return value
    try:
        if "degC" in to or "°C" in unit or "degC" in unit or unit in {"K", "degF"}:
            quantity = registry().Quantity(value, _pint_unit(unit))
            return float(quantity.to(_pint_unit(to)).magnitude)
        factor = _factor(unit, to)
        # 35 % is 35 / 100 = 0.35, where 35 * 0.01 would be 0.35000000000000003.
        return value * factor if factor >= 1.0 else value / _factor(to, unit)
    except pint.DimensionalityError:
        raise ValueError(f"'{unit}' is not a unit of the kind '{to or 'plain number'}'") from None
    except (pint.PintError, AttributeError, TypeError, ValueError):
        raise ValueError(f"the unit '{unit}' is not known") from None


def parse(text: str | float | int, to: str, *, where: str = "value") -> float:
    """Read a quantity written by a person and return it in the canonical unit `to`.

    A bare number is accepted only where `to` is dimensionless or zero is meant: a capacity of `5`
    could be kW or GW, and guessing is how plans go wrong by a factor of a thousand.

    Args:
        text: such as `"1.2 GW"`, `"6 %"`, `0`, `0.95`.
        to: canonical unit, `""` for a plain number.
        where: place for the error message.

    Raises:
        InputError: not a number, unknown unit, wrong dimension, missing unit, NaN or infinite.
    """
    try:
        if isinstance(text, bool):
            raise ValueError(f"'{text}' is not a quantity")
        if isinstance(text, int | float):
            value, unit = float(text), ""
        else:
            value, unit = split(text)
        if not math.isfinite(value):
            raise ValueError(f"'{text}' is not a finite number")
        if unit == "" and to != "" and value != 0.0:
            raise ValueError(f"'{text}' has no unit")
        return value if unit == "" else convert(value, unit, to)
    except ValueError as error:
        example = f"{text} {to}" if isinstance(text, int | float) else f"1 {to}"
        fix = (
            f"write the number with a unit of the kind '{to}', such as '{example}'"
            if to
            else ("write a plain number or a percentage, such as '0.9' or '90 %'")
        )
        raise InputError(Problem(where, str(error), fix, code="unit")) from None


def dimension(unit: str) -> str:
    """Return a text that is equal for units of one dimension, such as MW and t/h's own."""
    return str(_pint_unit(unit).dimensionality)
