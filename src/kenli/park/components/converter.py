"""A converter: takes carriers from buses and gives others, in ratios that may change over time."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from kenli.park.components.base import ComponentBase
from kenli.park.profile import Availability, EmissionValue, Ratio
from kenli.park.sizes import Capacity, Costs, OnOff, Ramp


def _or_bus(schema: dict[str, Any]) -> None:
    """Allow the name of a single bus in the JSON Schema."""
    long = dict(schema)
    schema.clear()
    for key in ("title", "description"):
        schema[key] = long.pop(key, "")
    schema.update({"anyOf": [{"type": "string", "description": "name of a bus"}, long]})


class Converter(ComponentBase):
    """Takes carriers from buses and gives others: a boiler, heat pump, electrolyser, CHP, chiller.

    All flows follow one activity through ratios: `in: {power: 1}`, `out: {heat: 0.99}`. One ratio may
    be `rest`, which closes the energy balance: a heat pump with `in: {power: 1, well: rest}` and
    `out: {heat: {cop: ...}}` takes from the well what the electricity does not give. The capacity is
    that of `capacity_of`, by default the first output.
    """

    kind: Literal["converter"]
    """`converter`."""
    inputs: dict[str, Ratio] = Field(alias="in", min_length=1, json_schema_extra=_or_bus)
    """Bus -> ratio of what is taken; a bus alone means a ratio of 1."""
    outputs: dict[str, Ratio] = Field(alias="out", min_length=1, json_schema_extra=_or_bus)
    """Bus -> ratio of what is given; with a bus alone, `efficiency` is its ratio."""
    efficiency: Ratio | None = None
    """Short form for one input and one output: a number, a series, or a COP."""
    capacity: Capacity
    """Size, measured at `capacity_of`."""
    capacity_of: str | None = None
    """Bus at which the capacity is measured; default: the first output."""
    availability: Availability = 1.0
    """Share of the capacity that is available in each step."""
    costs: Costs = Costs()
    """Investment and operation per unit at `capacity_of`; the rest comes from the cost set."""
    clean: bool = False
    """Whether electricity from its outputs counts as clean (a fuel cell on green hydrogen)."""
    process_emission: EmissionValue = 0.0
    """Direct emission per unit at `capacity_of`, beside that of its fuel; negative if captured."""
    ramp: Ramp | None = None
    """Limits of change between two steps."""
    on_off: OnOff | None = None
    """On/off operation with a least load (integer)."""

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        default = "technology" if data.get("technology") else 1.0
        for key in ("in", "out"):
            if isinstance(data.get(key), str):
                data[key] = {data[key]: 1.0 if key == "in" else data.get("efficiency", default)}
        return data

    @model_validator(mode="after")
    def _check(self) -> Converter:
        touched = {**self.inputs, **self.outputs}
        if self.capacity_of is not None and self.capacity_of not in touched:
            raise ValueError(f"capacity_of names '{self.capacity_of}', neither input nor output; name one of its buses")
        both = sorted(set(self.inputs) & set(self.outputs))
        if both:
            raise ValueError(f"'{both[0]}' is both an input and an output; use two buses")
        if sum(ratio == "rest" for ratio in touched.values()) > 1:
            raise ValueError(
                "two ratios are 'rest'; only one can close the energy balance, write the other as a number"
            )
        if self.on_off is not None and self.capacity.unlimited:
            raise ValueError("on_off needs a capacity, and 'unlimited' has no least load; write a size")
        if self.on_off is not None and self.capacity.can_grow and not self.capacity.whole_units:
            raise ValueError(
                "on_off switches whole units, and the size of a unit is not known; "
                "write capacity > unit_size and whole_units: true, or a fixed capacity"
            )
        return self

    @property
    def reference(self) -> str:
        """Return the bus at which the capacity is measured."""
        return self.capacity_of or next(iter(self.outputs))

    def buses(self) -> list[str]:
        """Return inputs, then outputs."""
        return [*self.inputs, *self.outputs]
