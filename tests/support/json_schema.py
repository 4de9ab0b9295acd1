"""A small check of JSON Schema 2020-12: the keywords that the park file's schema uses, and no others."""

import re
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
SILENT = {"$schema", "$defs", "title", "description", "default", "examples", "x-unit"}


def complaints(schema: dict[str, Any], data: Any, root: dict[str, Any] | None = None, place: str = "$") -> list[str]:
    """Return every place where data break the schema; an unknown keyword is an error of the schema."""
    root = root or schema
    found: list[str] = []
    for keyword, value in schema.items():
        if keyword in SILENT:
            continue
        if keyword == "$ref":
            found += complaints(root["$defs"][value.removeprefix("#/$defs/")], data, root, place)
        elif keyword == "type":
            if not any(_is(data, kind) for kind in ([value] if isinstance(value, str) else value)):
                found.append(f"{place}: {data!r} is no {value}")
        elif keyword == "const":
            found += [] if data == value and type(data) is type(value) else [f"{place}: {data!r} is not {value!r}"]
        elif keyword == "enum":
            found += [] if data in value else [f"{place}: {data!r} is not in {value}"]
        elif keyword in {"anyOf", "oneOf"}:
            tries = [complaints(inner, data, root, place) for inner in value]
            fitting = sum(not those for those in tries)
            if fitting == 0 or (keyword == "oneOf" and fitting > 1):
                found.append(f"{place}: {data!r} fits {fitting} of {keyword}: {min(tries, key=len)}")
        elif isinstance(data, dict):
            found += _mapping(keyword, value, schema, data, root, place)
        elif isinstance(data, list):
            found += _list(keyword, value, data, root, place)
        else:
            found += _scalar(keyword, value, data, place)
    return found


def _is(data: Any, kind: str) -> bool:
    if kind == "null":
        return data is None
    if isinstance(data, bool):
        return kind == "boolean"
    return isinstance(data, TYPES[kind])


def _mapping(keyword, value, schema, data, root, place):
    patterns = schema.get("patternProperties", {})
    match keyword:
        case "properties":
            return [c for k, s in value.items() if k in data for c in complaints(s, data[k], root, f"{place}.{k}")]
        case "patternProperties":
            return [
                complaint
                for pattern, inner in value.items()
                for key in data
                if re.search(pattern, key)
                for complaint in complaints(inner, data[key], root, f"{place}.{key}")
            ]
        case "additionalProperties":
            others = [
                k for k in data if k not in schema.get("properties", {}) and not any(re.search(p, k) for p in patterns)
            ]
            if value is False:
                return [f"{place}: unknown {key}" for key in others]
            return (
                [c for k in others for c in complaints(value, data[k], root, f"{place}.{k}")]
                if value is not True
                else []
            )
        case "required":
            return [f"{place}: {key} is missing" for key in value if key not in data]
        case "propertyNames":
            return [c for key in data for c in complaints(value, key, root, f"{place}.{key}")]
        case "minProperties":
            return [] if len(data) >= value else [f"{place}: too few"]
        case _:
            return _foreign(keyword)


def _list(keyword, value, data, root, place):
    match keyword:
        case "items":
            return [c for k, item in enumerate(data) for c in complaints(value, item, root, f"{place}[{k}]")]
        case "minItems":
            return [] if len(data) >= value else [f"{place}: too few"]
        case "maxItems":
            return [] if len(data) <= value else [f"{place}: too many"]
        case _:
            return _foreign(keyword)


def _scalar(keyword, value, data, place):
    number = isinstance(data, int | float) and not isinstance(data, bool)
    match keyword:
        case "pattern":
            return [] if not isinstance(data, str) or re.search(value, data) else [f"{place}: {data!r} breaks {value}"]
        case "maxLength":
            return [] if not isinstance(data, str) or len(data) <= value else [f"{place}: too long"]
        case "minimum":
            return [] if not number or data >= value else [f"{place}: {data} < {value}"]
        case "maximum":
            return [] if not number or data <= value else [f"{place}: {data} > {value}"]
        case "exclusiveMinimum":
            return [] if not number or data > value else [f"{place}: {data} <= {value}"]
        case _:
            return _foreign(keyword)


APPLICABLE = {
    "properties", "patternProperties", "additionalProperties", "required", "propertyNames", "minProperties",
    "items", "minItems", "maxItems", "pattern", "maxLength", "minimum", "maximum", "exclusiveMinimum",
}  # fmt: skip


def _foreign(keyword):
    assert keyword in APPLICABLE, f"the schema uses '{keyword}', which this check does not know"
    return []
