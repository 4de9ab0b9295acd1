"""The park file, from the models: every key with its type, unit, default and meaning.

Headings are the models' names in plain words; the kinds of components and contracts stand under their
own names. A model is described once, where it is met first.
"""

from __future__ import annotations

import re
import types
import typing
from typing import Any

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from doc_pages.markdown import page, table
from kenli.park.components import KINDS as COMPONENTS
from kenli.park.contracts import KINDS as CONTRACTS
from kenli.park.fields import Unit
from kenli.park.park import Park

INTRODUCTION = """
A park is one YAML file, `park.yaml`. Quantities are texts with a unit (`1.2 GW`, `0.39 CNY/kWh`, `6 %`) and are
converted once to the unit of the column *unit*; a number without its unit is refused, except `0` and plain
ratios. `{currency}` is the park's own. An unknown key is an error that names the nearest known one. `kenli
schema` writes the same as a JSON Schema, from which editors complete and check while you type;
`kenli check --expanded` prints a park with every default filled in.
"""


def render() -> str:
    """Return the page."""
    parts = [INTRODUCTION, "## The file", (Park.__doc__ or "").split("\n\n")[0], _fields(Park)]
    queue: list[type[BaseModel]] = []
    for name, field in Park.model_fields.items():
        if name not in {"components", "contracts"}:
            queue += models_in(field.annotation)
    done: set[type[BaseModel]] = {Park, *COMPONENTS.values(), *CONTRACTS.values()}
    parts += _sections(queue, done, 2)
    for title, kinds in (("Components", COMPONENTS), ("Contracts", CONTRACTS)):
        parts += [f"## {title}", f"One entry of `{title.lower()}` has one of these kinds."]
        below: list[type[BaseModel]] = []
        for name, model in kinds.items():
            parts += [f"### kind: {name}", _doc(model), _fields(model)]
            below += _below(model)
        parts += _sections(below, done, 3)
    return page("Park file", *parts)


def _sections(queue: list[type[BaseModel]], done: set[type[BaseModel]], level: int) -> list[str]:
    parts = []
    while queue:
        model = queue.pop(0)
        if model in done:
            continue
        done.add(model)
        parts += [f"{'#' * level} {title_of(model)}", _doc(model), _fields(model)]
        queue = [*_below(model), *queue]
    return parts


def _below(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [inner for field in model.model_fields.values() for inner in models_in(field.annotation)]


def title_of(model: type[BaseModel]) -> str:
    """Return the heading of a model: `HeatPumpOptions` is `Heat pump options`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).capitalize()


def _doc(model: type[BaseModel]) -> str:
    import inspect

    return inspect.cleandoc(model.__doc__ or "")


def _fields(model: type[BaseModel]) -> str:
    rows = [
        (f"`{field.alias or name}`", _type(field.annotation, field.metadata), " or ".join(units_in(field)),
         _default(field), field.description or "")
        for name, field in model.model_fields.items()
        if "filled in by the reader" not in (field.description or "")
    ]  # fmt: skip
    return table(("key", "value", "unit", "default", "meaning"), rows)


def arms(annotation: Any) -> list[Any]:
    """Return the parts of a union, or the annotation alone; `Annotated` is opened."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return arms(typing.get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        return [arm for part in typing.get_args(annotation) for arm in arms(part)]
    return [annotation]


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that an annotation names, at any depth, in order."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in models_in(part)]


def units_in(field: FieldInfo) -> list[str]:
    """Return the canonical units that a field accepts."""
    found = [unit for item in field.metadata if isinstance(item, Unit) for unit in item.accepted]
    found += _units(field.annotation)
    return [f"`{unit}`" if unit else "1 or %" for unit in dict.fromkeys(found)]


def _units(annotation: Any) -> list[str]:
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *metadata = typing.get_args(annotation)
        own = [unit for item in metadata if isinstance(item, Unit) for unit in item.accepted]
        return own + _units(inner)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return []
    return [unit for part in typing.get_args(annotation) for unit in _units(part)]


def _tag(annotation: Any) -> str:
    if typing.get_origin(annotation) is typing.Annotated:
        tags = [item.tag for item in typing.get_args(annotation)[1:] if isinstance(item, Tag)]
        return tags[0] if tags else ""
    return ""


def _type(annotation: Any, metadata: Any = ()) -> str:
    if any(isinstance(item, Unit) for item in metadata):
        return "quantity"
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(args[0], args[1:])
    if origin in {typing.Union, types.UnionType}:
        return " or ".join(dict.fromkeys(_type(arg) for arg in args if arg is not type(None)))
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in args)
    if origin is dict:
        return f"name: {_type(args[1])}"
    if origin is list:
        return f"list of {_type(args[0])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        kinds = {model: name for table_ in (COMPONENTS, CONTRACTS) for name, model in table_.items()}
        if annotation in kinds:
            return f"[{kinds[annotation]}](#kind-{kinds[annotation]})"
        title = title_of(annotation)
        return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"
    return {str: "text", int: "whole number", float: "number", bool: "`true` or `false`"}.get(annotation, "value")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**must be given**"
    value = field.default
    if value is PydanticUndefined or value is None or value == "" or isinstance(value, BaseModel):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
