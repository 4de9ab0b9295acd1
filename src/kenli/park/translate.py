"""Validation errors of the models, said in the words and places of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kenli.core.errors import Problem, suggest
from kenli.park.model_tree import field_at, known_keys, model_at, models_below, option_keys
from kenli.park.notation import found, half_width, has_full_width
from kenli.park.yaml_file import Key, YamlFile


def translate(error: ValidationError, file: YamlFile) -> list[Problem]:
    """Return one problem per finding, with its line, what is wrong and how to write it."""
    details = [_Detail(item, file) for item in error.errors(include_url=False)]
    problems = [_problem(detail, file) for detail in _without_misspelt(_one_per_union(details))]
    return list(dict.fromkeys(problems))


class _Detail:
    """One finding of the models with its place in the file and the value that stands there."""

    def __init__(self, item: ErrorDetails, file: YamlFile) -> None:
        self.location: tuple[Key, ...] = tuple(item["loc"])
        self.kind: str = item["type"]
        self.context: Mapping[str, Any] = item.get("ctx", {})
        self.message: str = item["msg"]
        self.place = place_of(self.location, file.data)
        self.value = value_at(file.data, self.place, item.get("input"))


def _one_per_union(details: list[_Detail]) -> list[_Detail]:
    """Keep one finding where a value was held against several types: that of the arm that was meant.

    A union of a word and something else (`rest` or a number, `refuse` or a mapping) reports all arms.
    """
    words = {detail.place for detail in details if str(detail.location[-1]).startswith("literal[")}
    kept: list[_Detail] = []
    for detail in details:
        if detail.place not in words:
            kept.append(detail)
            continue
        is_word = str(detail.location[-1]).startswith("literal[")
        deeper = any(other.place[: len(detail.place)] == detail.place != other.place for other in details)
        if is_word and not deeper:
            others = [o.context["what"] for o in details if o.place == detail.place and o.kind == "unit"]
            detail.context = {**detail.context, "neither": others[0] if others else ""}
            kept.append(detail)
    return kept


def _without_misspelt(details: list[_Detail]) -> list[_Detail]:
    """Leave out the missing field that stands there misspelt, which is reported as an unknown one."""
    meant = {
        (detail.place[:-1], suggest(str(detail.location[-1]), known_keys(detail.location[:-1])))
        for detail in details
        if detail.kind == "extra_forbidden"
    }
    return [
        detail
        for detail in details
        if detail.kind != "missing" or (detail.place[:-1], f"did you mean '{detail.location[-1]}'?") not in meant
    ]


def _problem(detail: _Detail, file: YamlFile) -> Problem:
    where, kind, context = file.where(detail.place), detail.kind, detail.context
    if {"what", "fix"} <= set(context):
        return Problem(where, context["what"], context["fix"], code=kind)
    if kind in {"extra_forbidden", "invalid_key"}:
        return _unknown_key(detail, file)
    if kind in {"missing", "union_tag_not_found"}:
        return _missing(detail, file)
    if kind in {"union_tag_invalid", "literal_error", "enum"}:
        return _choice(detail, where)
    if kind == "value_error":
        what, _, fix = str(context.get("error", detail.message)).partition("; ")
        return Problem(where, what, fix, code="contradiction")
    if kind in _BOUNDS:
        bound = next(iter(context.values()))
        percent = f" ({bound:.0%})" if isinstance(detail.value, str) and "%" in detail.value else ""
        fix = f"it must be {_BOUNDS[kind]} {bound:g}{percent}"
        return Problem(where, f"{found(detail.value)} is out of range", fix, code="range")
    if kind == "string_pattern_mismatch" and detail.location[-1] == "[key]":
        return _bad_name(detail, where)
    if kind == "string_pattern_mismatch":
        return Problem(where, f"{found(detail.value)} is not written as it should", _help(detail), code="pattern")
    if kind in {"too_short", "too_long"}:
        least, most = context.get("min_length"), context.get("max_length")
        number = f"at least {least}" if kind == "too_short" else f"at most {most}"
        if least == most and least is not None:
            number = f"exactly {least}"
        what = (
            f"has {context['actual_length']} entries, where {number} {'is' if number.endswith(' 1') else 'are'} needed"
        )
        return Problem(where, what, _help(detail), code="length")
    if kind == "string_too_long":
        return Problem(
            where, f"the text is longer than {context['max_length']} characters", "shorten it", code="length"
        )
    expected = next((words for start, words in _TYPES if kind.startswith(start)), "")
    if expected:
        return Problem(where, f"expected {expected}, found {found(detail.value)}", _help(detail), code="type")
    return Problem(where, f"{detail.message}; found {found(detail.value)}", _help(detail), code="type")


_BOUNDS = {
    "greater_than_equal": "at least",
    "greater_than": "above",
    "less_than_equal": "at most",
    "less_than": "below",
    "finite_number": "a finite number",
}

_TYPES = (
    ("model_", "a mapping (`name: value` lines)"),
    ("dict_", "a mapping (`name: value` lines)"),
    ("list_", "a list, such as `[a, b]`"),
    ("string_type", "a text"),
    ("int_", "a whole number"),
    ("float_", "a number"),
    ("bool_", "true or false"),
)


def _unknown_key(detail: _Detail, file: YamlFile) -> Problem:
    word = str(detail.location[-1])
    parents = detail.location[:-1]
    where = file.where(detail.place)
    known = known_keys(parents)
    what = f"there is no field '{word}' here"
    wide = has_full_width(word)
    if wide:
        fix = f"'{word}' has full-width characters ({wide}); write '{half_width(word)}', with `: ` after the name"
        return Problem(where, what, fix, code="unknown-key")
    hint = suggest(word, known)
    if not hint:
        nested = [parent for parent, names in models_below(parents).items() if word in names]
        hint = f"write it under '{nested[0]}'" if nested else f"known fields: {', '.join(sorted(known))}"
    return Problem(where, what, hint, code="unknown-key")


def _missing(detail: _Detail, file: YamlFile) -> Problem:
    if detail.kind == "union_tag_not_found" and "kind" in str(detail.context.get("discriminator")):
        place, name = (*detail.place, "kind"), "kind"
        kinds = _kinds(detail)
        fix = f"say what it is: `kind: {kinds[0]}`; one of {', '.join(kinds)}" if kinds else "say what it is"
    elif detail.kind == "union_tag_not_found":
        keys = option_keys(detail.location)
        return Problem(
            file.where(detail.place),
            f"{found(detail.value)} is not one of its forms",
            f"write a number, or a mapping with one of: {', '.join(keys)}",
            code="choice",
        )
    else:
        place, name = detail.place, str(detail.location[-1])
        fix = _help(detail)
    if len(place) == 1:
        return Problem(file.path.name, f"the section '{name}' is missing", fix, code="missing-key")
    return Problem(file.where(place[:-1]), f"'{name}' is missing", fix, code="missing-key")


def _kinds(detail: _Detail) -> list[str]:
    from kenli.park.components import KINDS as COMPONENTS
    from kenli.park.contracts import KINDS as CONTRACTS

    return list(CONTRACTS if detail.location[0] == "contracts" else COMPONENTS)


def _choice(detail: _Detail, where: str) -> Problem:
    context = detail.context
    expected = str(context.get("expected_tags", context.get("expected", "")))
    names = [part.strip(" '") for part in expected.replace(" or ", ",").split(",")]
    value = str(context["tag"]) if "tag" in context else detail.value
    listed = ", ".join(names[:12])
    neither = context.get("neither", "")
    what = f"{neither}, nor is it {' or '.join(names)}" if neither else f"{found(value)} is not one of {listed}"
    fix = suggest(str(value), names) or (f"write {names[0]}" if len(names) == 1 else f"write one of {listed}")
    if neither:
        fix = f"write a number, or {' or '.join(names)}"
    return Problem(where, what, fix, code="choice")


def _bad_name(detail: _Detail, where: str) -> Problem:
    name = str(detail.place[-1])
    if any("\u4e00" <= character <= "\u9fff" for character in name):
        fix = f"use Latin letters for the name and write `label: {{zh: {half_width(name)}}}` below it"
    else:
        fix = "begin with a letter; letters, digits, '_', '-' and '.' may follow"
    return Problem(where, f"'{name}' cannot be a name", fix, code="pattern")


def _help(detail: _Detail) -> str:
    """Return what the field or the section is for, as its documentation says."""
    location = [key for key in detail.location if key != "[key]"]
    field = field_at(location)
    if field is not None and field.description:
        return " ".join(field.description.split())
    model = model_at(location)
    names = [(info.alias or name) for name, info in model.model_fields.items() if info.is_required()] if model else []
    return f"it needs {', '.join(names)}" if names else ""


def place_of(location: Iterable[Key], data: Any) -> tuple[Key, ...]:
    """Drop what the models add to a location and the file does not have: tags of unions, types.

    Args:
        location: pydantic's location of a finding.
        data: the file's data.
    """
    place: list[Key] = []
    location = [key for key in location if key != "[key]"]
    for position, key in enumerate(location):
        last = position == len(location) - 1
        if isinstance(data, dict):
            if key in data and not last and location[position + 1] == key and not _has(data[key], key):
                continue  # the tag of a form, such as `series`, before the field of the same name
            if key in data:
                data = data[key]
            elif last and _is_field(location):
                data = None
            else:
                continue
            place.append(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
            place.append(key)
    return tuple(place)


def _has(data: Any, key: Key) -> bool:
    return isinstance(data, dict) and key in data


def value_at(data: Any, place: Iterable[Key], otherwise: Any) -> Any:
    """Return the value that stands at a place in the file, as it was written."""
    for key in place:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return otherwise
    return data


def _is_field(location: list[Key]) -> bool:
    """Tell the name of a missing or unknown field from the tag of a union."""
    model = model_at(location[:-1])
    if model is None:
        return False
    return location[-1] in {*model.model_fields, *(info.alias for info in model.model_fields.values())}


__all__ = ["place_of", "translate", "value_at"]
