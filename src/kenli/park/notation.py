"""Why a quantity could not be read: the usual slips of notation, each with what to write instead.

People write `1,200 MW`, `５０％`, `30 kwh`, `500 MW` for a content, `0.06 EUR/kWh` in a park in CNY.
Each of these has a better answer than "unknown unit".
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from kenli.core import units
from kenli.core.errors import suggest

COMMON_UNITS: Final = (
    *("W", "kW", "MW", "GW", "Wh", "kWh", "MWh", "GWh", "TWh", "GJ", "MJ", "TJ", "PJ", "tce", "kgce"),
    *("kg", "t", "kt", "Mt", "t/h", "kg/h", "m", "km", "m2", "m3", "m3/h", "h", "min", "s", "day", "month", "yr"),
    *("degC", "K", "deg", "%", "%/yr", "%/h", "1/h", "1/yr", "kV", "MPa", "bar"),
    *("tCO2e", "kgCO2e", "gCO2e", "tCO2e/MWh", "kgCO2e/kWh", "gCO2e/kWh"),
    *units.CURRENCIES,
)
"""Units that people mean; used for suggestions, any other that pint knows is read as well."""

_KINDS: Final = (
    ("a power", "MW"),
    ("a flow of matter", "t/h"),
    ("an energy", "MWh"),
    ("a mass", "t"),
    ("a length", "m"),
    ("an area", "m2"),
    ("a volume", "m3"),
    ("a volume flow", "m3/h"),
    ("a duration", "h"),
    ("a rate", "1/h"),
    ("a temperature", "degC"),
    ("a pressure", "MPa"),
    ("a voltage", "kV"),
    ("an emission", "tCO2e"),
    ("a yearly emission", "tCO2e/yr"),
    ("an emission per energy", "tCO2e/MWh"),
    ("an emission per mass", "tCO2e/t"),
    ("an amount of money", "{currency}"),
    ("money a year", "{currency}/yr"),
    ("a price of energy", "{currency}/MWh"),
    ("a price of matter", "{currency}/t"),
    ("money per power", "{currency}/MW"),
    ("money per power and year", "{currency}/MW/yr"),
    ("money per energy and year", "{currency}/MWh/yr"),
    ("money per flow of matter", "{currency}/(t/h)"),
    ("a carbon price", "{currency}/tCO2e"),
    ("a share or plain number", ""),
)

_CHINESE: Final = (
    *(("千瓦时", "kWh"), ("兆瓦时", "MWh"), ("吉瓦时", "GWh"), ("万千瓦", "e4 kW"), ("兆瓦", "MW"), ("吉瓦", "GW")),
    *(("千瓦", "kW"), ("度", "kWh"), ("元", "CNY"), ("吨", "t"), ("小时", "h"), ("公里", "km"), ("米", "m")),
    *(("年", "yr"), ("月", "month")),
)

_GROUPED: Final = re.compile(r"^\s*[+-]?\d{1,3}(?:[, '’\u00a0\u202f]\d{3})+(?:\.\d+)?(?![\d,])")
_DECIMAL_COMMA: Final = re.compile(r"^\s*[+-]?\d+,\d+(?!\d)")
_ALLOWED: Final = re.compile(r"^[A-Za-z0-9 %°℃·*/^()_.¥€$µμ²³\-]*$")
_MAX_LENGTH: Final = 60


def found(value: object) -> str:
    """Say what a value is, short enough for one line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"a mapping with {', '.join(map(str, list(value)[:3]))}" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text if len(text) <= _MAX_LENGTH else text[:_MAX_LENGTH] + '...'}'"


def half_width(text: str) -> str:
    """Return a text with Chinese full-width letters, digits and punctuation made half-width."""
    return unicodedata.normalize("NFKC", text).replace("、", ",").replace("。", ".")


def has_full_width(text: str) -> str:
    """Return the full-width characters of a text that have a half-width twin, each once."""
    return "".join(dict.fromkeys(c for c in text if "\uff00" <= c <= "\uffef" or c in "、。\u3000"))


def slip(value: Any) -> tuple[str, str] | None:
    """Return (what, fix) if a value is written in a way that no unit could save; None if it may be read."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return f"expected a quantity, found {found(value)}", ""
    if not isinstance(value, str):
        return None
    wide = has_full_width(value)
    if wide:
        return f"{found(value)} has full-width characters ({wide})", f"write '{half_width(value).strip()}'"
    if _GROUPED.match(value):
        plain = _GROUPED.sub(lambda match: re.sub(r"[, '’\u00a0\u202f]", "", match[0]), value)
        return f"{found(value)} has a separator between thousands", f"write '{plain.strip()}'"
    if _DECIMAL_COMMA.match(value):
        return f"{found(value)} has a decimal comma", f"write '{value.strip().replace(',', '.', 1)}'"
    translated = value
    for word, unit in _CHINESE:
        translated = translated.replace(word, unit)
    if translated != value:
        return f"{found(value)} has Chinese units", f"write units in Latin letters, such as '{_tidy(translated)}'"
    if not value.strip():
        return "the text is empty", ""
    try:
        unit = units.split(value)[1]
    except ValueError:
        return None
    if len(unit) > _MAX_LENGTH or not _ALLOWED.match(unit):
        return f"{found(unit)} is not a unit", ""
    if re.search(r"\bmWh?\b", unit):
        big = unit.replace("mW", "MW")
        return f"{found(value)} is in milliwatts", f"a capital M is mega: write '{value.replace(unit, big)}'"
    return None


def explain(value: str | int | float, accepted: Sequence[str], currency: str) -> tuple[str, str]:
    """Return (what, fix) for a quantity that fits none of the accepted units."""
    example = " or ".join(f"'{_example(value, unit)}'" for unit in accepted)
    fix = (
        f"write such as {example}"
        if accepted != [""]
        else "write a plain number or a percentage, such as 0.9 or '90 %'"
    )
    if not isinstance(value, str):
        return (f"{value:g} has no unit" if math.isfinite(value) else f"{value} is not a finite number"), fix
    try:
        number, unit = units.split(value)
    except ValueError:
        return f"{found(value)} does not start with a number", fix
    if unit == "":
        return f"'{number:g}' has no unit", fix
    other = next(
        (code for code in units.CURRENCIES if code != currency and re.search(rf"\b{code}\b", _money(unit))), ""
    )
    if other:
        return (
            f"{found(value)} is in {other}; the park's currency is {currency}",
            f"convert it at a rate that you can cite, or write park > currency: {other}",
        )
    kind = _kind(unit, currency)
    if kind is None:
        return f"the unit {found(unit)} is not known", _nearest_unit(unit) or fix
    wanted = " or ".join(_kind(unit, currency) or f"'{unit}'" for unit in accepted)
    return f"{found(value)} is {kind}, where {wanted} is meant", fix


def _example(value: str | int | float, unit: str) -> str:
    number = value if isinstance(value, int | float) else 1
    try:
        number = units.split(value)[0] if isinstance(value, str) else number
    except ValueError:
        number = 1
    return f"{number:g} {unit}".strip()


def _money(unit: str) -> str:
    for sign, code in (("€", "EUR"), ("¥", "CNY"), ("$", "USD"), ("RMB", "CNY"), ("yuan", "CNY")):
        unit = unit.replace(sign, code)
    return unit


def _kind(unit: str, currency: str) -> str | None:
    """Return what a unit measures, in words; None if the unit is unknown."""
    for words, canonical in _KINDS:
        try:
            units.convert(0.0, unit, canonical.format(currency=currency))
        except ValueError:
            continue
        return words
    try:
        units.dimension(unit)
    except Exception:  # pint raises many kinds for what is not a unit, tokenizer errors among them
        return None
    return f"a quantity in {unit}"


def _nearest_unit(unit: str) -> str:
    """Return the unit that somebody means who writes `kwh`, part by part."""
    parts = re.split(r"([*/ ()])", unit)
    mended = []
    for part in parts:
        same = [known for known in COMMON_UNITS if known.lower() == part.lower()]
        mended.append(part if part in COMMON_UNITS or not same else same[0])
    text = "".join(mended)
    if text != unit and _kind(text, "CNY") is not None:
        return f"did you mean '{text}'? Upper and lower case differ"
    return suggest(unit, COMMON_UNITS)


def _tidy(text: str) -> str:
    match = re.match(r"^\s*([+-]?[\d.]+)\s*(e4)?\s*(.*?)\s*$", text)
    return f"{match[1]}{match[2] or ''} {match[3]}" if match else text.strip()
