"""The register of cited numbers: every physical, price and policy figure with its source.

A number that is not the user's own comes from here. Each row carries unit, year, region, source
and confidence; an unknown figure is a row without a value, refused when somebody asks for it.

    >>> from kenli.core.factors import load_register
    >>> register = load_register()
    >>> register.value("electricity/cn-shandong-2023", "kgCO2e/kWh")
    0.6191
    >>> register.technology("china-2025", "onshore-wind", 2025).currency
    'CNY'
"""

from kenli.core.factors.factor import CONFIDENCES, Factor
from kenli.core.factors.markdown import render_markdown
from kenli.core.factors.register import Register, load_register
from kenli.core.factors.technology import Quantity, TechnologyCosts

__all__ = [
    "CONFIDENCES",
    "Factor",
    "Quantity",
    "Register",
    "TechnologyCosts",
    "load_register",
    "render_markdown",
]
