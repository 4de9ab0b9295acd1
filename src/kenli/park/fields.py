"""Field types of the park file: numbers with units, and the base of all its models.

`Annotated[float, Unit("MW")]` reads `"1.2 GW"` and holds `1200.0`. The unit travels with the field
into the JSON Schema and the generated reference, so defaults, units, checks and documentation have
one source. `{currency}` in a unit stands for the park's currency, which the loader passes as the
validation context.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from kenli.core import units
from kenli.core.errors import InputError


class Model(BaseModel):
    """Base of the park file's models: frozen, and an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=False,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


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

    def read(self, value: Any, info: ValidationInfo) -> float:
        """Parse one value; pydantic collects the error with its place."""
        currency = (info.context or {}).get("currency", "CNY")
        error: InputError | None = None
        for unit in self.options(currency):
            try:
                return units.parse(value, unit)
            except InputError as caught:
                error = error or caught
        problem = error.problems[0]  # type: ignore[union-attr]
        kinds = " or ".join(self.options(currency))
        what = problem.what.replace(f"'{self.options(currency)[0]}'", f"'{kinds}'")
        raise PydanticCustomError("unit", "{what}", {"what": what, "fix": problem.fix})

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.with_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": ["string", "number"],
            "x-unit": " or ".join(self.options("CNY")) or "plain number or %",
            "examples": [f"1 {self.options('CNY')[0]}".strip()],
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
Temperature = Annotated[float, Unit("degC"), Field(ge=-273.15)]
Metres = Annotated[float, Unit("m"), Field(ge=0.0)]
Degrees = Annotated[float, Unit("deg")]
MoneyPerRate = Annotated[float, Unit("{currency}/MW", "{currency}/(t/h)")]
MoneyPerAmount = Annotated[float, Unit("{currency}/MWh", "{currency}/t")]
Money = Annotated[float, Unit("{currency}")]
EmissionFactor = Annotated[float, Unit("tCO2e/MWh", "tCO2e/t")]
"""Emission per unit of the carrier: tCO2e/MWh, or tCO2e/t of a material."""
