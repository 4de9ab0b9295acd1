"""Validation errors of the models, said in the words and places of the file."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kenli.core.errors import Problem, suggest
from kenli.park.park import Park
from kenli.park.yaml_file import Key, YamlFile


def translate(error: ValidationError, file: YamlFile) -> list[Problem]:
    """Return one problem per finding, with its line, what is wrong and how to write it."""
    problems = [_problem(detail, file) for detail in error.errors(include_url=False)]
    return list(dict.fromkeys(problems))


def _problem(detail: ErrorDetails, file: YamlFile) -> Problem:
    place = _place(detail["loc"], file.data)
    where = file.where(place)
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "unit":
        return Problem(where, context["what"], context["fix"], code="unit")
    if kind == "extra_forbidden":
        word = str(detail["loc"][-1])
        known = known_keys(detail["loc"][:-1])
        return Problem(
            file.where((*place[:-1], word)),
            f"there is no field '{word}' here",
            suggest(word, known) or f"known fields: {', '.join(sorted(known))}",
            code="unknown-key",
        )
    if kind == "missing":
        name = str(detail["loc"][-1])
        return Problem(where, f"'{name}' is missing", _field_help(detail["loc"]), code="missing-key")
    if kind in {"union_tag_invalid", "literal_error", "enum"}:
        expected = str(context.get("expected_tags", context.get("expected", "")))
        found = str(context.get("tag", detail.get("input")))
        names = [part.strip(" '") for part in expected.replace(" or ", ",").split(",")]
        hint = suggest(found, names)
        return Problem(where, f"'{found}' is not one of {expected}", hint or f"write one of {expected}", code="choice")
    if kind == "union_tag_not_found":
        return Problem(
            where,
            "'kind' is missing",
            "say what it is: `kind: source`, `kind: demand`, ...",
            code="missing-key",
        )
    if kind == "value_error":
        text = str(context.get("error", detail["msg"]))
        what, _, fix = text.partition("; ")
        return Problem(where, what, fix, code="contradiction")
    if kind in {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}:
        bound = next(iter(context.values()))
        words = {
            "greater_than_equal": "at least",
            "greater_than": "above",
            "less_than_equal": "at most",
            "less_than": "below",
        }
        return Problem(
            where, f"{detail['input']!r} is out of range", f"it must be {words[kind]} {bound:g}", code="range"
        )
    if kind in {"model_type", "dict_type", "model_attributes_type"}:
        return Problem(where, f"expected a mapping, found {detail['input']!r}", _field_help(detail["loc"]), code="type")
    if kind == "string_pattern_mismatch":
        return Problem(
            where,
            f"{detail['input']!r} is not written as it should",
            _field_help(detail["loc"]),
            code="pattern",
        )
    return Problem(where, f"{detail['msg']}; found {detail['input']!r}", _field_help(detail["loc"]), code="type")


def _place(location: Iterable[Key], data: Any) -> tuple[Key, ...]:
    """Drop the union tags that the models add to a location and the file does not have."""
    place: list[Key] = []
    location = list(location)
    for position, key in enumerate(location):
        last = position == len(location) - 1
        if isinstance(data, dict):
            if key in data:
                data = data[key]
            elif not last or key == "[key]":
                continue
            else:
                data = None
            place.append(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
            place.append(key)
    return tuple(place)


def known_keys(location: Iterable[Key]) -> list[str]:
    """Return the names of the fields that the model at a location knows."""
    model = _model_at(location)
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _field_help(location: Iterable[Key]) -> str:
    *parents, name = location
    model = _model_at(parents)
    for field_name, field in (model.model_fields if model else {}).items():
        if name in {field_name, field.alias}:
            return (field.description or "").replace("\n", " ")
    return ""


def _model_at(location: Iterable[Key]) -> type[BaseModel] | None:
    """Walk the type annotations along a location; union tags pick the arm that fits."""
    current: list[Any] = [Park]
    for key in location:
        following: list[Any] = []
        for annotation in current:
            following += _step(annotation, key)
        if following:
            current = following
    models = [arm for annotation in current for arm in _arms(annotation) if _is_model(arm)]
    return models[0] if models else None


def _step(annotation: Any, key: Key) -> list[Any]:
    found = []
    for arm in _arms(annotation):
        if _is_model(arm):
            for name, field in arm.model_fields.items():
                if key in {name, field.alias}:
                    found.append(field.annotation)
            if not found and _tag_of(arm) == key:
                found.append(arm)
        elif typing.get_origin(arm) in {dict, list}:
            arguments = typing.get_args(arm)
            found.append(arguments[-1])
    return found


def _tag_of(model: type[BaseModel]) -> str | None:
    kind = model.model_fields.get("kind")
    if kind is None:
        return None
    arguments = typing.get_args(kind.annotation)
    return arguments[0] if arguments else None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _arms(annotation: Any) -> list[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _arms(typing.get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        return [arm for part in typing.get_args(annotation) for arm in _arms(part)]
    return [annotation]
