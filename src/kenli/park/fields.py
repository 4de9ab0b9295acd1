"""Field types of the park file: numbers with units, and the base of all its models.

`Annotated[float, Unit("MW")]` reads `"1.2 GW"` and holds `1200.0`. The unit travels with the field
into the JSON Schema and the generated reference, so defaults, units, checks and documentation have
one source. `{currency}` in a unit stands for the park's currency, which the loader passes as the
validation context.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from kenli.core import units
from kenli.core.errors import InputError
from kenli.park import notation


class Model(BaseModel):
    """Base of the park file's models: frozen, and an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=False,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


def _is_per_tonne(unit: str) -> bool | None:
    """Tell units of matter (True) from units of energy (False); None for any other."""
    words = set(re.split(r"[^A-Za-z0-9]+", unit))
    if words & {"MW", "MWh"}:
        return False
    return True if "t" in words else None


class ShortForm:
    """Marks a field that may be written shorter: reads the short form, and allows it in the JSON Schema.

    Args:
        read: turns a short form into the long one; returns anything else unchanged.
        schema: JSON Schema of the short form.
    """

    def __init__(self, read: Callable[[Any], Any], schema: dict[str, Any]) -> None:
        self.read_value = read
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.read_value, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [self.schema, handler(schema)]}


class Unit:
    """Marks a float field as a quantity: parsed from text, held in `unit`.

    Several units may be given where a field serves carriers of several kinds, such as
    `Unit("MW", "t/h")`; the first that fits is used.
    """

    def __init__(self, *accepted: str) -> None:
        self.accepted = accepted

    def options(self, currency: str) -> list[str]:
        """Return the accepted canonical units for a park in `currency`."""
        return [unit.format(currency=currency) for unit in self.accepted]

    def by_carrier(self, matter: bool, currency: str) -> list[str] | None:
        """Return the units that fit a carrier of matter (t) or of energy (MWh).

        None for a unit that does not depend on the carrier, such as `h` or `{currency}/tCO2e`.
        """
        fitting = [unit for unit in self.options(currency) if _is_per_tonne(unit) is not (not matter)]
        dependent = {_is_per_tonne(unit) for unit in self.options(currency)} >= {True, False}
        return fitting if dependent else None

    def read(self, value: Any, info: ValidationInfo) -> float:
        """Parse one value; pydantic collects the error with its place."""
        currency = (info.context or {}).get("currency", "CNY")
        accepted = self.options(currency)
        slip = notation.slip(value)
        if slip is None:
            for unit in accepted:
                try:
                    number = units.parse(value, unit)
                except InputError:
                    continue
                if math.isfinite(number):
                    return number
            finite = isinstance(value, str) or math.isfinite(value)
            what, fix = (
                notation.explain(value, accepted, currency) if finite else (f"{value} is not a finite number", "")
            )
        else:
            what, fix = slip
        raise PydanticCustomError("unit", "{what}", {"what": what, "fix": fix or self.example(currency)})

    def example(self, currency: str) -> str:
        """Return how such a value is written."""
        texts = [f"'1 {unit}'" if unit else "0.9 or '90 %'" for unit in self.options(currency)]
        return f"write such as {' or '.join(texts)}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.with_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        examples = [f"1 {unit}" if unit else "90 %" for unit in self.options("CNY")]
        return {
            "type": ["string", "number"],
            "x-unit": " or ".join(self.options("currency")) or "plain number or %",
            "examples": examples,
        }


Share = Annotated[float, Unit(""), Field(ge=0.0, le=1.0)]
"""A ratio between 0 and 1, such as `95 %`."""

Number = Annotated[float, Unit("")]
"""A plain number or a percentage."""

Rate = Annotated[float, Unit("MW", "t/h"), Field(ge=0.0)]
"""A flow or capacity: MW of an energy carrier, t/h of a material one."""

Amount = Annotated[float, Unit("MWh", "t"), Field(ge=0.0)]
"""A content: MWh of an energy carrier, t of a material one."""

Hours = Annotated[float, Unit("h"), Field(ge=0.0)]
Years = Annotated[float, Unit("yr"), Field(gt=0.0)]
Degrees = Annotated[float, Unit("deg")]
MoneyPerRate = Annotated[float, Unit("{currency}/MW", "{currency}/(t/h)")]
MoneyPerAmount = Annotated[float, Unit("{currency}/MWh", "{currency}/t")]
Money = Annotated[float, Unit("{currency}")]
EmissionFactor = Annotated[float, Unit("tCO2e/MWh", "tCO2e/t")]
"""Emission per unit of the carrier: tCO2e/MWh, or tCO2e/t of a material."""
