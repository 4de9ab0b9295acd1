"""Finding the quantities of a model: which unit stands behind each number, and how it was written."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from kenli.park.fields import Unit
from kenli.park.model_tree import is_model
from kenli.park.yaml_file import Key


@dataclass(frozen=True, slots=True)
class Written:
    """A quantity as text in the file, with the unit of its field."""

    place: tuple[Key, ...]
    text: str
    unit: Unit


def unit_of(annotation: Any, metadata: typing.Sequence[Any] = ()) -> Unit | None:
    """Return the unit of the numbers that an annotation allows, or None."""
    for item in metadata:
        if isinstance(item, Unit):
            return item
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *own = typing.get_args(annotation)
        return unit_of(inner, own)
    if typing.get_origin(annotation) in {dict, list} or is_model(annotation):
        return None
    for part in typing.get_args(annotation):
        unit = unit_of(part)
        if unit is not None:
            return unit
    return None


def item_annotation(annotation: Any) -> Any:
    """Return the annotation of the values of a mapping or list, or None."""
    if typing.get_origin(annotation) is typing.Annotated:
        return item_annotation(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in {dict, list}:
        return typing.get_args(annotation)[-1]
    for part in typing.get_args(annotation):
        inner = item_annotation(part)
        if inner is not None:
            return inner
    return None


def written_quantities(model: BaseModel, data: Any, place: tuple[Key, ...]) -> Iterator[Written]:
    """Return every quantity below a model that the file writes as a text with a unit.

    Args:
        model: the validated model.
        data: what the file has there; short forms included.
        place: the place of the model in the file.
    """
    if not isinstance(data, dict):
        if isinstance(data, str):  # a short form: its unit is that of the fields that it sets
            unit = next((found for found in map(_field_unit, _set_fields(model)) if found is not None), None)
            if unit is not None and data[:1] in "0123456789+-.":
                yield Written(place, data, unit)
        return
    for name, field in type(model).model_fields.items():
        key = field.alias or name
        if key in data:
            unit = unit_of(field.annotation, field.metadata)
            yield from _below(getattr(model, name), data[key], (*place, key), field.annotation, unit)


def _below(value: Any, data: Any, place: tuple[Key, ...], annotation: Any, unit: Unit | None) -> Iterator[Written]:
    if isinstance(value, BaseModel):
        yield from written_quantities(value, data, place)
    elif isinstance(value, float) and isinstance(data, str) and unit is not None:
        yield Written(place, data, unit)
    elif isinstance(value, dict) and isinstance(data, dict):
        inner = item_annotation(annotation)
        for key, item in value.items():
            if key in data:
                yield from _below(item, data[key], (*place, key), inner, unit_of(inner))


def _set_fields(model: BaseModel) -> list[Any]:
    return [type(model).model_fields[name] for name in type(model).model_fields if name in model.model_fields_set]


def _field_unit(field: Any) -> Unit | None:
    return unit_of(field.annotation, field.metadata)
