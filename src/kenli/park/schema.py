"""The park file described for machines and for people, both from the models themselves.

`park_schema` is the JSON Schema (draft 2020-12) by which editors complete and check a park file;
`render_reference` is the reference page. Neither can fall behind the reader, since both are made from it.
"""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from kenli.park.components import KINDS as COMPONENTS
from kenli.park.contracts import KINDS as CONTRACTS
from kenli.park.fields import ShortForm, Unit
from kenli.park.model_tree import arms, is_model, tag_of
from kenli.park.park import Park
from kenli.park.quantities import unit_of

HIDDEN: Final = frozenset({"fixed_om_basis"})
"""Fields that the reader fills in; nobody writes them."""


def park_schema() -> dict[str, Any]:
    """Return the JSON Schema of the park file, short forms included; quantities carry `x-unit`."""
    schema = _tidy(Park.model_json_schema(by_alias=True, mode="validation"))
    assert isinstance(schema, dict)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kenli park file, format 1",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _tidy(node: Any) -> Any:
    """Drop what a YAML author never writes (null, hidden fields) and what only programs name (titles)."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key == "discriminator" or (key == "default" and (value is None or isinstance(value, dict | list))):
            continue
        if key == "title" and isinstance(value, str):
            continue
        if key == "properties":
            result[key] = {name: _tidy(inner) for name, inner in value.items() if name not in HIDDEN}
        elif key == "$defs":
            result[key] = {name: _tidy(inner) for name, inner in value.items()}
        elif key == "description":
            result[key] = " ".join(str(value).split())
        elif key in {"anyOf", "oneOf"}:
            choices = [_tidy(inner) for inner in value if inner != {"type": "null"}]
            # A text that reads as a number and one that is a name may both fit: any, not exactly one.
            name = "oneOf" if "discriminator" in node and "propertyName" in node["discriminator"] else "anyOf"
            if len(choices) == 1:
                result = {**choices[0], **result}
            else:
                result[name] = choices
        else:
            result[key] = _tidy(value)
    if "patternProperties" in result:
        result["additionalProperties"] = False
    return result


def render_reference() -> str:
    """Return the reference of the park file as Markdown: every section, kind and field."""
    pages: list[str] = [_INTRODUCTION]
    done: set[type[BaseModel]] = set()
    pages += _model_page(Park, "Sections of the file", done, level=2)
    chapters: tuple[tuple[str, Mapping[str, type[BaseModel]]], ...]
    chapters = (("Components", COMPONENTS), ("Contracts", CONTRACTS))
    for title, kinds in chapters:
        pages.append(f"## {title}\n")
        pages.append(f"Each entry has a name and a `kind`: {', '.join(f'`{kind}`' for kind in kinds)}.\n")
        for kind, model in kinds.items():
            pages += _model_page(model, f"`{kind}`", done, level=3)
    pages.append("## Parts\n\nWhat sections, components and contracts are made of.\n")
    waiting = list(_referenced([Park, *COMPONENTS.values(), *CONTRACTS.values()]))
    while waiting:
        part = waiting.pop(0)
        if part not in done:
            pages += _model_page(part, _words(part), done, level=3)
            waiting += _referenced([part])
    return "\n".join(pages)


_INTRODUCTION = """\
# Reference: the park file

This page is generated from the models that read the file.

A park file is YAML; its first line is `kenli: 1`. **Quantities are texts with a unit**, such as `50 MW`,
`0.39 CNY/kWh`, `6 %` or `40 GWh/yr`; any unit of the right kind is read and converted once. A number
without a unit is read only where the field has no unit, or for zero. Money is in the park's currency,
which the tables call `currency`. Names are yours: they begin with a letter and hold letters, digits,
`_`, `-` and `.`; names for people, in English and Chinese, go into `label`.
An unknown name, an empty value or a wrong unit is an error that says where and what to write.
"""


def _model_page(model: type[BaseModel], title: str, done: set[type[BaseModel]], *, level: int) -> list[str]:
    done.add(model)
    text = (model.__doc__ or "").strip()
    rows = [f"{'#' * level} {title} {{ #{_anchor(model)} }}\n", f"{_paragraphs(text)}\n"]
    rows += ["| field | what is written | default | meaning |", "| --- | --- | --- | --- |"]
    for name, field in model.model_fields.items():
        if name in HIDDEN:
            continue
        cells = (f"`{field.alias or name}`", type_text(field), default_text(field), field.description or "")
        rows.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return [*rows, ""]


def type_text(field: FieldInfo) -> str:
    """Say what is written for a field: a quantity with its units, a choice, a name, a part."""
    short = next((item for item in field.metadata if isinstance(item, ShortForm)), None)
    own = _annotation_text(field.annotation, field.metadata)
    return f"{_short_text(short.schema)} or {own}" if short else own


def _short_text(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "x-unit" in schema:
        words = " or `unlimited`" if "unlimited" in schema.get("examples", []) else ""
        return f"{schema['x-unit']}{words}"
    return "number or %" if "number" in schema.get("type", "") else "text"


def _annotation_text(annotation: Any, metadata: typing.Sequence[Any] = ()) -> str:
    unit = next((item for item in metadata if isinstance(item, Unit)), None)
    if unit is not None:
        return " or ".join(unit.options("currency")) if unit.accepted != ("",) else "number or %"
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        inner, *own = arguments
        short = next((item for item in own if isinstance(item, ShortForm)), None)
        text = _annotation_text(inner, own)
        return f"{_short_text(short.schema)} or {text}" if short else text
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is dict:
        return f"name: {_annotation_text(arguments[1])}"
    if origin is list:
        return f"list of {_annotation_text(arguments[0])}"
    if is_model(annotation):
        return f"[{_words(annotation)}](#{_anchor(annotation)})"
    if arguments:
        texts = [_annotation_text(part) for part in arguments if part is not type(None)]
        return " or ".join(dict.fromkeys(texts))
    return {str: "text", int: "whole number", float: "number", bool: "`true` or `false`"}.get(annotation, "value")


def default_text(field: FieldInfo) -> str:
    """Say what holds when a field is left out."""
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True) if field.default_factory else field.default
    if value is None or value is PydanticUndefined or value in ("", [], {}) or isinstance(value, BaseModel):
        return ""
    if isinstance(value, bool):
        return f"`{json.dumps(value)}`"
    if isinstance(value, float):
        unit = unit_of(field.annotation, field.metadata)
        text = unit.options("currency")[0] if unit is not None else ""
        return f"`{f'{value:g} {text}'.strip()}`"
    return f"`{value}`"


def _referenced(models: typing.Iterable[type[BaseModel]]) -> typing.Iterator[type[BaseModel]]:
    """Return the models that fields of models hold, in order; kinds have their own chapters."""
    for model in models:
        for field in model.model_fields.values():
            for arm in _leaves(field.annotation):
                if tag_of(arm) is None:
                    yield arm


def _leaves(annotation: Any) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    for arm in arms(annotation):
        if is_model(arm):
            found.append(arm)
        else:
            found += [leaf for part in typing.get_args(arm) for leaf in _leaves(part)]
    return found


def _words(model: type[BaseModel]) -> str:
    return tag_of(model) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).capitalize()


def _anchor(model: type[BaseModel]) -> str:
    kind = tag_of(model)
    return f"kind-{kind}" if kind else re.sub(r"(?<=[a-z])(?=[A-Z])", "-", model.__name__).lower()


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
