"""Numbers in words: rounding, units and money as people write them in the two languages."""

from __future__ import annotations

import math
import re

from kenli.show.report.texts import Both, both

MISSING = "–"
_CURRENCY_ZH = {"CNY": "元", "EUR": "欧元", "USD": "美元"}
_UNIT_EN = {
    "tCO2e": "tCO₂e",
    "tCO2": "tCO₂",
    "ktCO2e": "ktCO₂e",
    "kgCO2e": "kgCO₂e",
    "degC": "°C",
    "currency": "{currency}",
}
_UNIT_ZH = {**_UNIT_EN, "yr": "年", "year": "年", "h": "h", "month": "月"}
# Above the first number the unit steps up; one thousand small units would still read well.
_LARGER = {"MWh": (10_000.0, "GWh"), "GWh": (10_000.0, "TWh"), "tCO2e": (1_000_000.0, "ktCO2e")}


def is_missing(value: object) -> bool:
    """Tell whether a table cell holds nothing (None, NaN, NA)."""
    return value is None or value != value or str(value) in {"<NA>", "NaT"}  # noqa: PLR0124 (NaN test)


def number(value: float | None, significant: int = 3) -> str:
    """Write a number with thousands separators and at least `significant` digits.

    Integers are never cut: 12345.6 reads 12,346, while 0.012345 reads 0.0123.
    """
    if value is None or is_missing(value):
        return MISSING
    value = float(value)
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) < 1e-12:
        return "0"
    digits = significant - 1 - math.floor(math.log10(abs(value)))
    if digits > 6:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    decimals = max(digits, 0)
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def share(value: float | None, decimals: int = 1) -> str:
    """Write a share (0-1) in percent; never round up to 100 % what is not whole."""
    if value is None or is_missing(value):
        return MISSING
    percent = 100 * float(value)
    text = f"{percent:.{decimals}f}"
    if percent < 100 and float(text) >= 100:
        text = f"{math.floor(percent * 10**decimals) / 10**decimals:.{decimals}f}"
        if float(text) >= 100:
            text = "> 99.9"
    if text.endswith(".0") and float(text) in {0.0, 100.0}:
        text = text[:-2]
    return f"{text} %".replace("-", "−")


def unit(name: object, currency: str = "CNY") -> Both:
    """Write a unit, such as `MWh/yr` or `CNY/MWh`, in both languages."""
    text = "" if is_missing(name) else str(name)
    if text in {"1", "share", "-"}:
        text = ""
    text = text.replace("currency", currency)

    def swap(table: dict[str, str]) -> str:
        return re.sub(r"[A-Za-z][A-Za-z0-9]*", lambda hit: table.get(hit[0], hit[0]), text)

    return Both(swap(_UNIT_EN), swap({**_UNIT_ZH, **_CURRENCY_ZH}))


def quantity(
    value: float | None, name: str, *, currency: str = "CNY", significant: int = 3, is_short: bool = False
) -> Both:
    """Write a value with its unit; large energies and emissions step up to GWh and kt.

    Args:
        value: the number; None and NaN give a dash.
        name: its unit.
        currency: what `currency` in the unit stands for.
        significant: least number of digits.
        is_short: step up from a thousand, where room is scarce.
    """
    if value is None or is_missing(value):
        return both(MISSING)
    if name in {"1", "share"}:
        return both(share(value))
    head, slash, tail = str(name).partition("/")
    value = float(value)
    while head in _LARGER and abs(value) >= (1000.0 if is_short else _LARGER[head][0]):
        value, head = value / 1000, _LARGER[head][1]
    written = unit(head + slash + tail, currency)
    figures = number(value, significant)
    if not written.en:
        return both(figures)
    if written.en.startswith("%"):
        return both(f"{figures} %")
    return Both(f"{figures} {written.en}", f"{figures} {written.zh}")


def money(value: float | None, currency: str = "CNY") -> Both:
    """Write an amount of money: `CNY 1.23 billion`, in Chinese `12.3 亿元`."""
    if value is None or is_missing(value):
        return both(MISSING)
    value = float(value)
    name = _CURRENCY_ZH.get(currency, f" {currency}")
    size = abs(value)
    if size >= 1e9:
        english = f"{currency} {number(value / 1e9)} billion"
    elif size >= 1e6:
        english = f"{currency} {number(value / 1e6)} million"
    else:
        english = f"{currency} {number(value)}"
    if size >= 1e8:
        chinese = f"{number(value / 1e8)} 亿{name}"
    elif size >= 1e5:
        chinese = f"{number(value / 1e4)} 万{name}"
    else:
        chinese = f"{number(value)} {name.strip()}"
    return Both(english, chinese)


def money_per(value: float | None, per: str, currency: str = "CNY") -> Both:
    """Write a price: `CNY 412/MWh`, in Chinese `412 元/MWh`."""
    if value is None or is_missing(value):
        return both(MISSING)
    tail = unit(per, currency)
    name = _CURRENCY_ZH.get(currency, currency)
    return Both(f"{currency} {number(value)}/{tail.en}", f"{number(value)} {name}/{tail.zh}")
