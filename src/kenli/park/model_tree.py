"""The models as a tree: which model, field and names stand at a place of the park file."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from kenli.park.park import Park

Key = str | int


def model_at(location: Iterable[Key]) -> type[BaseModel] | None:
    """Return the model at a location (union tags pick the arm that fits), or None."""
    models = [arm for annotation in _walk(location) for arm in arms(annotation) if is_model(arm)]
    return models[0] if models else None


def field_at(location: Iterable[Key]) -> FieldInfo | None:
    """Return the field at a location, or None."""
    *parents, name = list(location) or [""]
    model = model_at(parents)
    for field_name, field in (model.model_fields if model else {}).items():
        if name in {field_name, field.alias}:
            return field
    return None


def known_keys(location: Iterable[Key]) -> list[str]:
    """Return the names of the fields that the model at a location knows."""
    model = model_at(location)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def models_below(location: Iterable[Key]) -> dict[str, list[str]]:
    """Return the fields at a location that are mappings themselves, with the names that they know."""
    model = model_at(location)
    below: dict[str, list[str]] = {}
    for name, field in (model.model_fields if model else {}).items():
        for arm in arms(field.annotation):
            if is_model(arm):
                below.setdefault(field.alias or name, []).extend(
                    inner.alias or key for key, inner in arm.model_fields.items()
                )
    return below


def option_keys(location: Iterable[Key]) -> list[str]:
    """Return the keys by which the forms of a union are told apart, such as `series`, `pv`, `wind`."""
    keys: list[str] = []
    for annotation in _walk(location):
        keys += [tag for tag in tags(annotation) if tag != "number"]
    return list(dict.fromkeys(keys))


def tags(annotation: Any) -> list[str]:
    """Return the tags of a union's arms, in order."""
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *metadata = typing.get_args(annotation)
        own = [item.tag for item in metadata if isinstance(item, Tag)]
        return own or tags(inner)
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return [tag for part in typing.get_args(annotation) for tag in tags(part)]
    return []


def arms(annotation: Any) -> list[Any]:
    """Return the plain types of a union, without their annotations."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return arms(typing.get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        return [arm for part in typing.get_args(annotation) for arm in arms(part)]
    return [annotation]


def is_model(annotation: Any) -> bool:
    """Return whether an annotation is a model of the park file."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def tag_of(model: type[BaseModel]) -> str | None:
    """Return the `kind` by which a model is chosen, or None."""
    kind = model.model_fields.get("kind")
    arguments = typing.get_args(kind.annotation) if kind else ()
    return arguments[0] if len(arguments) == 1 and isinstance(arguments[0], str) else None


def _walk(location: Iterable[Key]) -> list[Any]:
    """Follow a location through the annotations; a key that leads nowhere is a tag."""
    current: list[Any] = [Park]
    for key in location:
        chosen = [arm for annotation in current for arm in _tagged(annotation, key)]
        following = [found for annotation in current for found in _step(annotation, key)]
        current = chosen or following or current
    return current


def _tagged(annotation: Any, key: Key) -> list[Any]:
    """Return the arms of a union that a tag or a kind names."""
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *metadata = typing.get_args(annotation)
        if any(isinstance(item, Tag) and item.tag == key for item in metadata):
            return [inner]
        return _tagged(inner, key)
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return [arm for part in typing.get_args(annotation) for arm in _tagged(part, key)]
    return [annotation] if is_model(annotation) and key in {tag_of(annotation), annotation.__name__} else []


def _step(annotation: Any, key: Key) -> list[Any]:
    found: list[Any] = []
    for arm in arms(annotation):
        if is_model(arm):
            found += [field.annotation for name, field in arm.model_fields.items() if key in {name, field.alias}]
        elif typing.get_origin(arm) in {dict, list}:
            found.append(typing.get_args(arm)[-1])
    return found
